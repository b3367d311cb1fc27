//! The parts of the screen around the view: header, filter line, summary, footer.

pub mod failed;
pub mod filter;
pub mod footer;
pub mod header;
pub mod suggestions;
pub mod summary;
