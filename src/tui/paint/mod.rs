//! The surface that everything is drawn on, and the theme. They know nothing of the program's state.

pub mod canvas;
pub mod theme;
