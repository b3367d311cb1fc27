//! Figures of a profile as text.

use crate::insight::format;
use crate::insight::suppress::{self, DisclosedCount};
use crate::model::{ColumnType, Datum};
use crate::tui::core::State;

/// Formats a number of the column for people.
pub fn value(number: Option<f64>, column_type: ColumnType) -> String {
    match number.map(|number| Datum::from_number(column_type, number)) {
        None | Some(Datum::Null) => format::NOTHING.into(),
        Some(Datum::Float(number)) => amount(number),
        Some(Datum::Timestamp(at)) => at.date().to_string(),
        Some(other) => other.to_string(),
    }
}

/// Formats a number without superfluous digits.
pub fn amount(number: f64) -> String {
    if number.fract() == 0.0 { format::grouped(number, 0) } else { format::amount(Some(number)) }
}

/// Returns true if figures of this many customers may be disclosed.
pub fn may_show(known: u64, state: &State) -> bool {
    matches!(suppress::single(known, state.settings.min_cell), DisclosedCount::Count(_))
}
