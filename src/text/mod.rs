//! Text for people, in any front end: sanitizing, width, wrapping, numbers, and the nearest name.
//!
//! Depends on no other module of the crate.

mod near;
pub mod numbers;
mod visible;
mod width;
mod wrap;

pub use near::nearest;
pub use visible::{is_active, visible};
pub use width::{truncate, width};
pub use wrap::wrap;
