//! Widgets that panes and overlays are made of. They do not depend on the app's state.

pub mod area;
pub mod columns;
pub mod input;
pub mod list;
pub mod page;
pub mod wrap;
