//! One test crate: linking polars once is enough.

mod generate;
