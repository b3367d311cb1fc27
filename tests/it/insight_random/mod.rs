//! Figures of random tables against plain references: counts exactly, other figures to nine digits.
//!
//! A reference is a loop over rows and a formula of `docs/metrics.md`, with nothing of the program in it. Tables are full of
//! missing values, NaN, negative zeros, duplicates, empty texts and constant columns; filters and sets are often empty,
//! everyone, or of one customer.
//!
//! The cases are the same in every run. `CROSSCUT_CASES=20` runs twenty times as many, `CROSSCUT_SEED=7` different ones.

mod consolidation;
mod cuts;
mod facets;
mod over_time;
mod sets;
mod table;
mod traits;
mod voices;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crosscut::engine::{Cancel, Personas};
use crosscut::insight::inquiry::ErasedInquiry;
use crosscut::session::drive;

use crate::agree::tables::Dice;
use table::RandomBase;

/// Runs this many cases, times `CROSSCUT_CASES`. Each has a table of its own, and dice that are thrown alike in every run.
fn each(cases: u64, holds: impl Fn(&RandomBase, &mut Dice)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let from = number("CROSSCUT_SEED").unwrap_or(0) << 32;
    for seed in from..from + cases * number("CROSSCUT_CASES").unwrap_or(1) {
        let base = RandomBase::new(seed);
        let mut dice = Dice(seed ^ 0xD1CE);
        if let Err(fault) = catch_unwind(AssertUnwindSafe(|| holds(&base, &mut dice))) {
            eprintln!("seed {seed}: {}", base.words());
            resume_unwind(fault);
        }
    }
}

fn answer(base: &RandomBase, inquiry: &mut dyn ErasedInquiry) {
    drive(&base.engine, &Personas::default(), inquiry, &Cancel::new()).expect("answers");
}

/// Returns true if two figures are equal, or differ by less than a billionth.
fn is_near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[track_caller]
fn assert_near(found: Option<f64>, wanted: Option<f64>, figure: &str) {
    let same = match (found, wanted) {
        (Some(found), Some(wanted)) => is_near(found, wanted),
        (found, wanted) => found.is_none() && wanted.is_none(),
    };
    assert!(same, "{figure} is {found:?}, and should be {wanted:?}");
}

/// Returns a quotient; `None` where there is nothing to divide by.
fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| part / whole)
}
