//! First segments: rules that split the customers, found in how often values occur and in how numbers are spread.

use std::collections::HashSet;

use super::columns::{guess_breaks, has_word, is_private, quartiles, rounded};
use super::{DEMOGRAPHIC, StarterColumn, StarterTable, free_name, written};
use crate::model::{ColumnType, Datum, quote_name};
use crate::text::numbers::percent;

/// A segment to start with.
#[derive(Debug, Clone, PartialEq)]
pub struct StarterSegment {
    pub name: String,
    /// Column that its rule reads.
    pub column: String,
    pub kind: Option<&'static str>,
    pub rule: String,
    pub note: String,
}

/// Maximum number of segments, of columns of numbers, and of columns with three values or more.
const MAX_SEGMENTS: usize = 10;
const MAX_OF_NUMBERS: usize = 2;
const MAX_OF_CATEGORIES: usize = 3;
/// Bounds of a segment's share of the customers: a smaller one describes hardly anyone, a larger one nearly everyone.
const SHARE: (f64, f64) = (0.04, 0.5);
/// Smallest effect, as a standardised difference, that makes a column worth a segment where effects are known.
const MIN_EFFECT: f64 = 0.1;
/// Maximum number of values of a column that one of them is made a segment of.
const MAX_VALUES: u64 = 6;
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

/// Returns the first segments, in the order of the file: outcomes, the most valuable, then who and how. Columns that
/// have more to do with the outcome come first, where that is known.
pub fn segments(table: &StarterTable, taken: &mut HashSet<String>) -> Vec<StarterSegment> {
    let (outcomes, others) = columns(table);
    let mut found: Vec<StarterSegment> = outcomes.iter().filter_map(|column| of_values(column, table.rows)).collect();
    found.extend(high_value(table));
    let numbers = others.iter().filter(|column| Some(&column.name) != table.value.as_ref());
    let measured = numbers.map(|column| of_numbers(column, table.rows)).filter(|ends| !ends.is_empty());
    found.extend(measured.take(MAX_OF_NUMBERS).flatten());
    let (flags, categories): (Vec<&StarterColumn>, Vec<&StarterColumn>) =
        others.iter().copied().partition(|column| column.distinct == 2);
    let categories = categories.iter().filter_map(|column| of_values(column, table.rows)).take(MAX_OF_CATEGORIES);
    let categories: Vec<StarterSegment> = categories.collect();
    let room = MAX_SEGMENTS.saturating_sub(found.len() + categories.len());
    found.extend(flags.iter().filter_map(|column| of_values(column, table.rows)).take(room));
    found.extend(categories);
    found.truncate(MAX_SEGMENTS);
    for segment in &mut found {
        segment.name = free_name(&segment.name, taken);
    }
    found
}

/// Returns the rule of the customers that the others are compared with: those with the outcome, or the most valuable.
pub fn outcome_rule(table: &StarterTable) -> Option<String> {
    let outcome = columns(table).0.into_iter().find_map(|column| of_values(column, table.rows));
    Some(outcome.or_else(|| high_value(table))?.rule)
}

/// Returns the columns that say how it ended with a customer, and the others by their effect, the largest first.
fn columns(table: &StarterTable) -> (Vec<&StarterColumn>, Vec<&StarterColumn>) {
    let usable = |column: &&StarterColumn| {
        table.key.as_ref() != Some(&column.name) && !is_private(column, table.rows) && table.rows > 0
    };
    let all = table.columns.iter().filter(usable);
    let (outcomes, mut others): (Vec<_>, Vec<_>) = all.partition(|column| has_word(&column.name, &OUTCOMES));
    others.retain(|column| column.effect.is_none_or(|effect| effect >= MIN_EFFECT));
    sort_by_effect(&mut others);
    (outcomes, others)
}

/// Sorts columns by their effect, the largest first; those without a known effect stay in their order.
pub fn sort_by_effect(columns: &mut [&StarterColumn]) {
    let effect = |column: &StarterColumn| column.effect.unwrap_or(0.0);
    columns.sort_by(|a, b| effect(b).total_cmp(&effect(a)));
}

/// Returns the quarter of the customers with the highest value.
fn high_value(table: &StarterTable) -> Option<StarterSegment> {
    let column = table.columns.iter().find(|column| Some(&column.name) == table.value.as_ref())?;
    // If half of the customers or more share one value, no customer may be above the upper quartile.
    let [_, median, upper] = quartiles(column)?;
    let (bound, largest) = (rounded(column, upper), column.spread.last()?);
    if bound <= median || bound > *largest {
        return None;
    }
    Some(StarterSegment {
        name: "high_value".into(),
        column: column.name.clone(),
        kind: Some("behaviour"),
        rule: format!("{} >= {}", quote_name(&column.name), written(bound)),
        note: "the quarter that is worth most; the bound was rounded".into(),
    })
}

/// Returns the lower and the upper quarter of a column of many numbers, as far as they set some customers apart.
fn of_numbers(column: &StarterColumn, rows: u64) -> Vec<StarterSegment> {
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
                name: format!("{word} {}", column.name),
                column: column.name.clone(),
                kind: kind(column),
                rule,
                note: format!("about {}; the bound was rounded", of_customers(share)),
            });
        }
    }
    found
}

/// Returns the customers with one value of a column of few values: its yes, or the most frequent value that splits.
fn of_values(column: &StarterColumn, rows: u64) -> Option<StarterSegment> {
    let is_countable = match column.column_type {
        ColumnType::Text | ColumnType::Boolean => true,
        kind => kind.is_whole(),
    };
    if !is_countable || !(2..=MAX_VALUES).contains(&column.distinct) {
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
        (Some(_), true) if column.distinct == 2 => column.name.clone(),
        // The column's own name is that of its segmentation.
        (Some(_), true) => format!("with {}", column.name),
        // The value that is not "yes", where there are two.
        (Some(_), false) if column.distinct == 2 => format!("no {}", column.name),
        _ => format!("{} {value}", column.name),
    };
    Some(StarterSegment {
        name,
        column: column.name.clone(),
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
