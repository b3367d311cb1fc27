//! The surface that everything is drawn on, the theme, and the abilities of the terminal. They know nothing of the
//! program's state.

pub mod abilities;
pub mod ascii;
pub mod canvas;
mod palette;
pub mod theme;
