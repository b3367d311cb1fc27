//! Text of traits, as *why*, the card and other lists show them.

use super as format;
use crate::engine::BothSides;
use crate::insight::why::{Trait, TraitKind};
use crate::model::Datum;

/// Returns the name of a trait: `plan = pro`, `age: mean`, `age: no value`.
pub fn name(one: &Trait) -> String {
    match &one.what {
        TraitKind::Mean(_) => format!("{}: mean", one.column),
        TraitKind::Value(value, _) => format!("{} = {}", one.column, shown(value)),
        TraitKind::Missing(_) => format!("{}: no value", one.column),
    }
}

/// Returns the mean or share of both sides.
pub fn sides(one: &Trait) -> BothSides<String> {
    match &one.what {
        TraitKind::Mean(means) => means.as_ref().map(shown),
        TraitKind::Value(_, shares) | TraitKind::Missing(shares) => shares.map(|share| format::percent(Some(share))),
    }
}

/// Formats a value briefly: a mean with a sensible number of digits, a timestamp as its day.
pub fn shown(value: &Datum) -> String {
    match value {
        Datum::Float(value) => format::amount(Some(*value)),
        Datum::Timestamp(at) => at.date().to_string(),
        Datum::Null => format::NOTHING.into(),
        other => format::value(other),
    }
}

/// Formats an effect size: `+0.83`, `−1.20`, `+∞`.
pub fn effect(smd: f64) -> String {
    let sign = match smd {
        smd if smd > 0.0 => "+",
        smd if smd < 0.0 => "−",
        _ => " ",
    };
    if smd.is_finite() { format!("{sign}{:.2}", smd.abs()) } else { format!("{sign}∞") }
}
