//! Laws that hold without a known answer, over random tables, rules and operands. No reference is needed, so no rule is
//! left out because a reference lacks it.
//!
//! - `laws`: one engine and one table. The true, false and null parts add up to the base; `CASE WHEN` takes true only;
//!   two spellings of a rule are equal.
//! - `bases`: two bases with the same customers. Another order, other row groups, another file format, a second question
//!   or another cache size change no answer.
//! - `clock`: two days. Moving all dates and the as-of date together changes no count.
//!
//! Each law also runs on engines with a deliberate fault ([`faults`]), and has to notice it.
//!
//! The samples are the same in every run. `CROSSCUT_CASES=20 cargo test --release --test it oracles` takes twenty times
//! as many, `CROSSCUT_SEED=7` takes different ones.

mod bases;
mod clock;
mod faults;
mod laws;
mod rule;
mod samples;
mod subject;
