//! Bodies of the fuzz targets: what each does with its bytes, and what must hold of it. A body panics if it does not hold.
//!
//! The targets of `cargo fuzz` and their stable twin, `tests/it/fuzz.rs`, share these files.

#![allow(dead_code, clippy::expect_used, reason = "each target uses one of them; a body that cannot go on fails")]

pub mod columns;
pub mod keys;
mod load;
pub mod rules;
pub mod study;
pub mod text;

/// Returns the text of some bytes, of at most `most` of them.
fn text_of(data: &[u8], most: usize) -> String {
    String::from_utf8_lossy(&data[..data.len().min(most)]).into_owned()
}

/// Panics unless a message is one line without control characters.
fn is_one_line(message: &str, subject: &str) {
    assert!(!message.is_empty(), "{subject}: an error without a message");
    assert!(!message.contains(['\n', '\r', '\u{1b}']), "{subject}: {message:?} is not one line");
}
