//! Guesses from names and values of columns: which are private, which are measures, and where their values break.

use super::StarterColumn;
use crate::model::ColumnType;

/// Returns the rounded quartiles of a column of many numbers that are not the number of a customer or an order.
pub(super) fn guess_breaks(column: &StarterColumn, rows: u64) -> Option<Vec<f64>> {
    let whole = column.column_type.is_whole();
    let counted_through = whole && column.distinct == rows || has_word(&column.name, &NO_MEASURE);
    if !column.column_type.is_number() || column.distinct <= MAX_CELLS / 2 || counted_through {
        return None;
    }
    let breaks = without_empty_cells(quartiles(column)?.map(|point| rounded(column, point)), &column.spread);
    (!breaks.is_empty()).then_some(breaks)
}

pub(super) fn quartiles(column: &StarterColumn) -> Option<[f64; 3]> {
    let last = column.spread.len().checked_sub(1)?;
    let finite = column.spread.iter().all(|point| point.is_finite());
    finite.then(|| [1, 2, 3].map(|quarter| column.spread[last * quarter / 4]))
}

/// Rounds a number relative to the width of the column: years to a year, incomes to a thousand.
pub(super) fn rounded(column: &StarterColumn, number: f64) -> f64 {
    let Some([lower, _, upper]) = quartiles(column) else { return number };
    let ends = column.spread.last().zip(column.spread.first()).map_or(0.0, |(last, first)| last - first);
    let width = if upper > lower { upper - lower } else { ends };
    let least = if column.column_type.is_whole() { 0 } else { -9 };
    let digit = ((width / 10.0).log10().floor() as i32).clamp(least, 300);
    if digit >= 0 {
        let unit = 10f64.powi(digit);
        // Adding 0 turns -0 into 0.
        return (number / unit).round() * unit + 0.0;
    }
    // Converts by way of text, so that 0.12 is 0.12 and not 0.12000000000000001.
    format!("{number:.*}", digit.unsigned_abs() as usize).parse().unwrap_or(number)
}

/// Returns true if a column's values should be masked from the start.
pub(super) fn is_private(column: &StarterColumn, rows: u64) -> bool {
    let parts = words(&column.name);
    let ends = (0..parts.len()).map(|from| parts[from..].concat());
    let clearly = parts == ["name"] || ends.into_iter().any(|end| CLEARLY_PRIVATE.contains(&end.as_str()));
    let hardly_shared = column.distinct.saturating_mul(2) > rows;
    match column.column_type {
        ColumnType::Boolean | ColumnType::Float => false,
        ColumnType::Decimal(scale) if scale > 0 => false,
        // Yes or no to a phone is not a phone number.
        _ if clearly => column.distinct > 2 || hardly_shared,
        kind if kind.is_whole() => false,
        _ => has_word(&column.name, &PRIVATE) && hardly_shared && column.distinct > 20,
    }
}

/// Words in the names of columns that may identify a person, if hardly two customers share a value.
const PRIVATE: [&str; 13] = [
    "name", "surname", "username", "email", "mail", "phone", "mobile", "address", "street", "birth", "ip", "iban",
    "passport",
];

/// Endings of the names of columns that identify a person: `home_phone` does, `PhoneService` does not.
const CLEARLY_PRIVATE: [&str; 27] = [
    "email",
    "mail",
    "phone",
    "telephone",
    "mobile",
    "fax",
    "address",
    "street",
    "ip",
    "iban",
    "ssn",
    "passport",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "username",
    "nickname",
    "customername",
    "contactname",
    "birthdate",
    "birthday",
    "dateofbirth",
    "dob",
    "phonenumber",
    "mobilenumber",
    "passportnumber",
];

/// Returns true if a column's name contains one of the words: `Home_Phone`, `homePhone` and `phone` contain `phone`,
/// `smartphones` does not; `first_name` and `firstname` are the same.
pub(super) fn has_word(name: &str, wanted: &[&str]) -> bool {
    let parts = words(name);
    let pairs = parts.windows(2).map(|pair| pair.concat());
    parts.iter().cloned().chain(pairs).any(|part| wanted.contains(&part.as_str()))
}

/// Returns the words of a column's name in lower case: `total`, `charges` for `TotalCharges` and for `total charges`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        if after_small && c.is_uppercase() || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words in the names of numbers that say nothing about a customer: cutting by them is of no use.
const NO_MEASURE: [&str; 8] = ["id", "zip", "postcode", "weight", "wgt", "fnlwgt", "index", "row"];

pub(super) const MAX_BY_BREAKS: usize = 3;

/// Returns the break points without those that would leave a cell empty: each part must contain a value.
fn without_empty_cells(breaks: [f64; 3], values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for point in breaks {
        let from = kept.last().copied().unwrap_or(f64::NEG_INFINITY);
        if values.iter().any(|value| (from..point).contains(value)) {
            kept.push(point);
        }
    }
    while kept.last().is_some_and(|last| values.iter().all(|value| value < last)) {
        kept.pop();
    }
    kept
}

/// Maximum number of cells of a segmentation by value.
pub(super) const MAX_CELLS: u64 = 12;
