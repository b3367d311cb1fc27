//! The full-screen program.
//!
//! [`core`] is its state, the actions that change it, the effects that follow, and the contract of a view: no I/O, no
//! drawing. [`views`] are everything that takes keys, a folder each. [`screen`] draws: [`panes`] around the view, the
//! view, and what lies over it, made of [`widgets`] on the surface of [`paint`], which filters what a terminal would
//! obey. [`run`] is the loop that ties it to the terminal and the engine.

pub mod core;
mod mouse;
pub mod paint;
pub mod panes;
pub mod run;
pub mod screen;
mod update;
pub mod views;
pub mod widgets;

pub use screen::draw;
pub use update::update;
