//! Figures for people: counts that may be suppressed, estimates and values, beside the numbers of [`crate::text`].

use crate::insight::estimate::Estimate;
use crate::insight::suppress::Shown;
use crate::model::Datum;

pub use crate::text::numbers::{
    HEIGHTS, HIGH, LOW, NEAR, NOTHING, amount, bar, count, counted, grouped, index, percent, span, sparkline, time,
};

/// Formats a count, or what stands for it if it is suppressed: `<10`, `>4,990`, `·`.
pub fn shown(shown: Shown) -> String {
    shown.to_string()
}

/// Mark before an estimate.
pub const ABOUT: &str = "≈ ";
/// Text for a figure that is being counted.
pub const WAITING: &str = "…";

/// Formats an estimate without its margin, as `≈ 128,000`.
pub fn estimate(estimate: Estimate) -> String {
    format!("{ABOUT}{}", count(estimate.customers))
}

/// Formats the margin of an estimate, as `± 900`.
pub fn margin(estimate: Estimate) -> String {
    format!("± {}", count(estimate.margin))
}

/// Formats a value. Blank text is quoted, to be visible.
pub fn value(value: &Datum) -> String {
    match value {
        Datum::Text(text) if text.trim().is_empty() => format!("'{text}'"),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_hidden_for_anothers_sake_shows_no_bound() {
        assert_eq!(shown(Shown::Under(10)), "<10");
        assert_eq!(shown(Shown::Count(1000)), "1,000");
    }
}
