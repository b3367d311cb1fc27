//! Widgets that views are made of, and the look that they share: `layout` divides the screen,
//! [`figures`] suppresses small counts, [`mask`] hides masked columns.

pub mod answers;
pub mod area;
pub mod bars;
pub mod boxes;
pub mod columns;
pub mod figures;
pub mod heat;
pub mod highlight;
pub mod input;
pub mod layout;
pub mod list;
pub mod mask;
pub mod page;

pub use crate::insight::format;
pub use crate::insight::format::traits;
