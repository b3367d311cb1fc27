//! One suite for every way to answer a rule. The cases of `tests/it/rules/cases`, whose counts DuckDB computed, run on
//! the local engine in all its tunings (`local`) and on databases through printed SQL (`printed`, with connections from
//! `databases`). `oracles` has laws that hold without a known answer. Questions other than counts are compared with
//! plain polars in `agree`.

pub mod databases;
mod local;
mod oracles;
mod printed;
