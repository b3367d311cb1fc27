//! Values of rows as text.

use crate::engine::RowPage;
use crate::insight::format;
use crate::model::{ColumnType, Datum};
use crate::text;
use crate::tui::widgets::mask::MASK;

/// Maximum width of a column that the person has not made wider, in cells; longer values end in `…`.
pub const MAX_CELL_WIDTH: u16 = 32;
/// Maximum number of characters read from a value: some hold whole documents.
const MAX_CELL_LENGTH: usize = 200;
/// Longest fraction, decimal point included, that numbers are aligned for: longer ones are not worth the padding.
const FRACTION: usize = 5;

/// Returns a column's values as text. Numbers are neither grouped nor rounded, as they may be identifiers. Fractions
/// are padded, so that the decimal points align.
pub fn cells(page: &RowPage, at: usize, masked: bool) -> Vec<String> {
    let values = || page.rows.iter().map(|row| row.get(at).unwrap_or(&Datum::Null));
    let longest = values().map(fraction).filter(|cells| *cells <= FRACTION).max().unwrap_or(0);
    let show = |value: &Datum| match value {
        Datum::Float(number) if !masked => {
            format!("{number}{}", " ".repeat(longest.saturating_sub(fraction(value))))
        }
        value => cell(value, masked),
    };
    values().map(show).collect()
}

/// Returns one value as text.
pub fn cell(value: &Datum, masked: bool) -> String {
    match value {
        Datum::Null => format::NULL.to_owned(),
        _ if masked => MASK.to_owned(),
        Datum::Text(value) => {
            let end = value.char_indices().nth(MAX_CELL_LENGTH).map_or(value.len(), |(end, _)| end);
            text::visible(&value[..end]).into_owned()
        }
        value => value.to_string(),
    }
}

/// Returns the number of cells that the widest of the texts takes.
pub fn natural_width(cells: &[String]) -> u16 {
    let widest = cells.iter().map(|cell| text::width(cell)).max().unwrap_or(0);
    u16::try_from(widest).unwrap_or(u16::MAX)
}

/// Returns the number of cells that a column takes by itself. Numbers and dates are never cut: a part of one is another
/// one.
pub fn default_width(natural: u16, kind: Option<ColumnType>) -> u16 {
    if kind.is_some_and(is_whole) { natural.max(1) } else { natural.clamp(1, MAX_CELL_WIDTH) }
}

/// Returns true for types whose values mean something else if their end is cut off.
pub fn is_whole(kind: ColumnType) -> bool {
    kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp | ColumnType::Boolean)
}

/// Returns the mark of a type in a heading.
pub fn type_mark(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Integer => " #",
        kind if kind.is_number() => " #.",
        ColumnType::Date | ColumnType::Timestamp => " @",
        ColumnType::Boolean => " ?",
        _ => "",
    }
}

/// Returns the cells of a number's decimal point and what follows it.
fn fraction(value: &Datum) -> usize {
    match value {
        Datum::Float(number) => {
            let text = number.to_string();
            text.find('.').map_or(0, |point| text.len() - point)
        }
        _ => 0,
    }
}
