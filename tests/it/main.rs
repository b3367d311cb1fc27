//! What the program promises, seen from outside. One crate, so that polars is linked once.

mod data;
mod generate;
