//! Text for people, of any front end: what is visible, how wide it is, lines, numbers, and the name that was meant.
//!
//! It stands on nothing of ours.

mod near;
pub mod numbers;
mod visible;
mod width;
mod wrap;

pub use near::nearest;
pub use visible::{is_active, visible};
pub use width::{truncate, width};
pub use wrap::wrap;
