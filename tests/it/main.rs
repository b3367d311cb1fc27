//! One test crate: it links once.

mod study;
mod study_errors;
mod study_save;
mod study_starter;
