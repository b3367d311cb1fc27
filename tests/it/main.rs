//! Integration tests: one crate, so that it is linked once.

mod pty;
