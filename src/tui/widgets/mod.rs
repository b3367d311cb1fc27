//! Widgets that views are made of, and the look that they share: `format` formats numbers, `layout` divides the screen,
//! [`figures`] suppresses small counts, [`mask`] hides masked columns, [`traits`] words traits.

pub mod area;
pub mod bars;
pub mod boxes;
pub mod columns;
pub mod figures;
pub mod format;
pub mod highlight;
pub mod input;
pub mod layout;
pub mod list;
pub mod mask;
pub mod page;
pub mod traits;
