//! Pieces that panes and overlays are made of. They know no state of the app.

pub mod area;
pub mod columns;
pub mod input;
pub mod list;
pub mod page;
pub mod wrap;
