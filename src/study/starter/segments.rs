//! First segments: rules that split the customers, found in how often values occur and in how numbers are spread.

use std::collections::HashSet;

use super::{
    DEMOGRAPHIC, StarterColumn, StarterTable, free_name, guess_breaks, has_word, is_private, quartiles, rounded,
    written,
};
use crate::model::{ColumnType, Datum, quote_name};
use crate::text::numbers::percent;

/// A segment to start with.
#[derive(Debug, Clone, PartialEq)]
pub struct StarterSegment {
    pub name: String,
    pub kind: Option<&'static str>,
    pub rule: String,
    pub note: String,
}

/// Maximum number of segments, of columns of numbers, and of columns with three values or more.
const MOST: usize = 10;
const MOST_OF_NUMBERS: usize = 2;
const MOST_OF_CATEGORIES: usize = 3;
/// Bounds of a segment's share of the customers: fewer set hardly anyone apart, more hardly anyone else.
const SHARE: (f64, f64) = (0.04, 0.5);
/// Maximum number of values of a column that one of them is made a segment of.
const MOST_VALUES: u64 = 6;
/// Words in the names of columns that say how it ended with a customer: the first that an analyst asks about.
const OUTCOMES: [&str; 14] = [
    "churn",
    "churned",
    "attrition",
    "cancelled",
    "canceled",
    "exited",
    "left",
    "response",
    "responded",
    "converted",
    "subscribed",
    "purchased",
    "retained",
    "renewed",
];
const YES: [&str; 6] = ["yes", "true", "1", "y", "t", "on"];

/// Returns the first segments, in the order of the file: outcomes, the most valuable, then who and how.
pub fn segments(table: &StarterTable, taken: &mut HashSet<String>) -> Vec<StarterSegment> {
    let usable = |column: &&StarterColumn| {
        table.key.as_ref() != Some(&column.name) && !is_private(column, table.rows) && table.rows > 0
    };
    let columns: Vec<&StarterColumn> = table.columns.iter().filter(usable).collect();
    let outcomes = columns.iter().filter(|column| has_word(&column.name, &OUTCOMES));
    let others = || columns.iter().filter(|column| !has_word(&column.name, &OUTCOMES));
    let mut found: Vec<StarterSegment> = outcomes.filter_map(|column| of_values(column, table.rows, taken)).collect();
    found.extend(high_value(table, taken));
    let numbers = others().filter(|column| Some(&column.name) != table.value.as_ref());
    let measured = numbers.map(|column| of_numbers(column, table.rows, taken)).filter(|ends| !ends.is_empty());
    found.extend(measured.take(MOST_OF_NUMBERS).flatten());
    let is_flag = |column: &&&StarterColumn| column.distinct == 2;
    found.extend(others().filter(is_flag).filter_map(|column| of_values(column, table.rows, taken)));
    let categories =
        others().filter(|column| !is_flag(column)).filter_map(|column| of_values(column, table.rows, taken));
    let room = MOST.saturating_sub(found.len()).max(1);
    found.extend(categories.take(MOST_OF_CATEGORIES.min(room)));
    found.truncate(MOST);
    found
}

/// Returns the quarter of the customers with the highest value.
fn high_value(table: &StarterTable, taken: &mut HashSet<String>) -> Option<StarterSegment> {
    let column = table.columns.iter().find(|column| Some(&column.name) == table.value.as_ref())?;
    // If half of the customers or more share one value, the upper quartile may set nobody apart.
    let [_, median, upper] = quartiles(column)?;
    let (bound, largest) = (rounded(column, upper), column.spread.last()?);
    if bound <= median || bound > *largest {
        return None;
    }
    Some(StarterSegment {
        name: free_name("high_value", taken),
        kind: Some("behaviour"),
        rule: format!("{} >= {}", quote_name(&column.name), written(bound)),
        note: "the quarter that is worth most; the bound was rounded".into(),
    })
}

/// Returns the lower and the upper quarter of a column of many numbers, as far as they set some customers apart.
fn of_numbers(column: &StarterColumn, rows: u64, taken: &mut HashSet<String>) -> Vec<StarterSegment> {
    let Some(breaks) = guess_breaks(column, rows) else { return Vec::new() };
    let (Some(first), Some(last)) = (breaks.first(), breaks.last()) else { return Vec::new() };
    let share_below = |bound: f64| {
        let below = column.spread.iter().filter(|value| **value < bound).count();
        below as f64 / column.spread.len().max(1) as f64
    };
    let name = quote_name(&column.name);
    let ends = [
        ("low", format!("{name} < {}", written(*first)), share_below(*first)),
        ("high", format!("{name} >= {}", written(*last)), 1.0 - share_below(*last)),
    ];
    let mut found = Vec::new();
    for (word, rule, share) in ends {
        if splits(share) {
            found.push(StarterSegment {
                name: free_name(&format!("{word} {}", column.name), taken),
                kind: kind(column),
                rule,
                note: format!("about {}; the bound was rounded", of_customers(share)),
            });
        }
    }
    found
}

/// Returns the customers with one value of a column of few values: its yes, or the most frequent value that splits.
fn of_values(column: &StarterColumn, rows: u64, taken: &mut HashSet<String>) -> Option<StarterSegment> {
    let is_countable = match column.column_type {
        ColumnType::Text | ColumnType::Boolean => true,
        kind => kind.is_whole(),
    };
    if !is_countable || !(2..=MOST_VALUES).contains(&column.distinct) {
        return None;
    }
    let known: Vec<(&Datum, f64)> = column
        .values
        .iter()
        .zip(&column.counts)
        .filter(|(value, _)| !value.is_null())
        .map(|(value, count)| (value, *count as f64 / rows as f64))
        .collect();
    let is_yes = |value: &Datum| YES.contains(&value.to_string().to_lowercase().as_str());
    let yes = known.iter().find(|(value, _)| is_yes(value));
    let (value, share) =
        yes.filter(|(_, share)| splits(*share)).or_else(|| known.iter().find(|(_, share)| splits(*share)))?;
    let name = match (yes, is_yes(value)) {
        (Some(_), true) => column.name.clone(),
        // Of two values, the other one of a yes.
        (Some(_), false) if column.distinct == 2 => format!("no {}", column.name),
        _ => format!("{} {value}", column.name),
    };
    Some(StarterSegment {
        name: free_name(&name, taken),
        kind: kind(column),
        rule: format!("{} = {}", quote_name(&column.name), value.sql()),
        note: of_customers(*share),
    })
}

fn splits(share: f64) -> bool {
    (SHARE.0..=SHARE.1).contains(&share)
}

fn kind(column: &StarterColumn) -> Option<&'static str> {
    has_word(&column.name, &DEMOGRAPHIC).then_some("demographic")
}

fn of_customers(share: f64) -> String {
    format!("{} of the customers", percent(Some(share)))
}
