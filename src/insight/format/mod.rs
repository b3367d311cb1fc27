//! Figures for people: counts that may be suppressed, estimates and values, beside the numbers of [`crate::text`].

pub mod traits;

use crate::insight::estimate::Estimate;
use crate::insight::suppress::DisclosedCount;
use crate::insight::table::TableCell;
use crate::model::Datum;

pub use crate::text::numbers::{
    HEIGHTS, HIGH, LOW, NEAR, NOTHING, amount, bar, count, counted, grouped, index, line, line_from, line_to_the_left,
    percent, span, sparkline, stacked, time,
};

/// Formats a count, or what stands for it if it is suppressed: `<10`, `>4,990`, `·`.
pub fn shown(shown: DisclosedCount) -> String {
    shown.to_string()
}

/// Mark before an estimate.
pub const ESTIMATE_MARK: &str = "≈ ";
/// Text for a customer's value that is missing.
pub const NULL: &str = "∅";
/// Text for a figure that is being counted.
pub const WAITING: &str = "…";

/// Formats an estimate without its margin, as `≈ 128,000`.
pub fn estimate(estimate: Estimate) -> String {
    format!("{ESTIMATE_MARK}{}", count(estimate.customers))
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

/// Returns a figure on screen as a cell of a table: a number without its groups of thousands and without the mark of an
/// index. Percentages and what stands for a suppressed figure stay as they are; no value is null.
pub fn copied(figure: &str) -> TableCell {
    let figure = figure.trim_end_matches(['▲', '▼', ' ']).trim();
    if figure.is_empty() || figure == NOTHING {
        return TableCell::Datum(Datum::Null);
    }
    let plain = figure.replace(',', "").replace('−', "-");
    match (plain.parse::<i64>(), plain.parse::<f64>()) {
        (Ok(number), _) => TableCell::Datum(Datum::Integer(number)),
        (_, Ok(number)) if number.is_finite() => TableCell::Datum(Datum::Float(number)),
        _ if figure.starts_with(['<', '>']) => TableCell::text(plain),
        _ => TableCell::text(figure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suppressed_count_shows_bound_and_large_count_is_grouped() {
        assert_eq!(shown(DisclosedCount::Under(10)), "<10");
        assert_eq!(shown(DisclosedCount::Count(1000)), "1,000");
    }

    #[test]
    fn copied_figure_is_number_unless_suppressed() {
        let plain = |figure: &str| match copied(figure) {
            TableCell::Datum(datum) => datum.to_string(),
            other => format!("{other:?}"),
        };
        let figures = ["1,204", "244 ▲", "96  ", "−1.20", "+0.83", "12.8 %", "<10", ">4,990", "·", "2024-01-31"];
        let expected = ["1204", "244", "96", "-1.2", "0.83", "12.8 %", "<10", ">4990", "·", "2024-01-31"];
        assert_eq!(figures.map(plain), expected);
        assert_eq!(copied(NOTHING), TableCell::Datum(Datum::Null));
    }
}
