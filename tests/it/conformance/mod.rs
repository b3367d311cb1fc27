//! One suite over every way to answer a rule: the cases of `tests/it/rules/cases`, whose counts DuckDB made, asked of the
//! local engine in all its tunings (`local`) and of databases through printed SQL (`printed`, which `databases` runs); and laws
//! that hold whatever the right answer is (`oracles`). Questions other than counts are compared with plain polars in `agree`.

pub mod databases;
mod local;
mod oracles;
mod printed;
