<<<<<<< HEAD
mod data;
=======
//! One test crate: linking polars once is enough.

mod generate;
>>>>>>> sample
