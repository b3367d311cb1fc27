//! How a trait of a rule's customers is told: the same words wherever there are some.

use crate::engine::Sides;
use crate::insight::why::{Trait, What};
use crate::model::Datum;
use crate::ui::format;

/// `country = US`, `age: mean`, `last_order: no value`
pub fn name(one: &Trait) -> String {
    match &one.what {
        What::Mean(_) => format!("{}: mean", one.column),
        What::Value(value, _) => format!("{} = {}", one.column, datum(value)),
        What::Missing(_) => format!("{}: no value", one.column),
    }
}

/// The means or the shares of both sides.
pub fn sides(one: &Trait) -> Sides<String> {
    match &one.what {
        What::Mean(means) => means.as_ref().map(datum),
        What::Value(_, shares) | What::Missing(shares) => shares.map(|share| format::percent(Some(share))),
    }
}

/// `+0.48`, `−1.20`, `+∞`: a standardised difference.
pub fn smd(smd: f64) -> String {
    let direction = if smd > 0.0 { '+' } else { '−' };
    let size = if smd.is_finite() { format!("{:.2}", smd.abs()) } else { "∞".into() };
    format!("{direction}{size}")
}

/// A value as it is read: a number with the digits that say something, a moment by its day.
pub fn datum(value: &Datum) -> String {
    match value {
        Datum::Float(value) => format::amount(Some(*value)),
        Datum::Timestamp(at) => at.date().to_string(),
        other => format::value(other),
    }
}
