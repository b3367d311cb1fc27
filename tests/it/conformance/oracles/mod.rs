//! Laws that hold whatever the right answer is, over random tables, rules and operands. No reference is needed, so nothing is
//! left out because a reference cannot say it.
//!
//! - `laws`: of one engine and one table. True, false and null parts add up to the base; `CASE WHEN` takes what is true;
//!   two ways to write a rule are equal.
//! - `bases`: of two bases with the same customers. In another order, in other row groups, in another format, asked twice,
//!   with another memory.
//! - `clock`: of two days. All dates and the as-of date moved alike change no count.
//!
//! Each law is also asked of an engine that is wrong on purpose ([`faults`]), and has to notice.
//!
//! The samples are the same in every run. `CROSSCUT_CASES=20 cargo test --release --test it oracles` takes twenty times as many,
//! `CROSSCUT_SEED=7` others.

mod bases;
mod clock;
mod faults;
mod laws;
mod rule;
mod samples;
mod subject;
