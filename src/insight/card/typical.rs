//! Describes the typical customer of an audience: medians of numbers and dates, the most frequent of few values.

use super::Card;
use crate::engine::{ColumnProfile, CustomerCount, Spread};
use crate::insight::{figures, suppress};
use crate::model::{Column, Datum};

/// Maximum number of values of a column whose most frequent value is typical.
const MAX_VALUES: u64 = 50;
/// Maximum number of distinct numbers for which the most frequent one says more than the median.
const MAX_BINARY_VALUES: u64 = 2;

/// The typical value of the audience in a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Typical {
    pub column: String,
    pub what: TypicalValue,
}

/// Typical value of a column, by its type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypicalValue {
    /// Median and quartiles of numbers and dates, interpolated linearly. Half of those who have a value lie between the
    /// quartiles.
    Middle {
        lower: Datum,
        median: Datum,
        upper: Datum,
        /// Median of the base.
        in_base: Datum,
    },
    /// The most frequent value, its share of the audience's customers who have a value, and its share of the base's.
    Most { value: Datum, share: f64, in_base: f64 },
}

impl Card {
    /// Returns the typical values of the columns answered so far, without suppressed ones.
    pub(super) fn typical(&self) -> Vec<Typical> {
        let columns = self.columns.iter().zip(&self.questions.columns);
        let typical = columns.filter_map(|(column, questions)| {
            let profile = questions.profile.found.get()?;
            Some(Typical { column: column.name.clone(), what: typically(profile, column, self.min_cell)? })
        });
        typical.collect()
    }
}

fn typically(profile: &ColumnProfile, column: &Column, min_cell: u64) -> Option<TypicalValue> {
    let may_show = |count: u64| count > 0 && !suppress::is_small(count, min_cell);
    let distinct = profile.distinct.map(|distinct| distinct.in_base);
    if !may_show(profile.customers.in_filter) || !may_show(profile.known.in_filter) || distinct == Some(1) {
        return None;
    }
    match profile.spread {
        Some(spreads) if distinct.is_none_or(|distinct| distinct > MAX_BINARY_VALUES) => {
            middle(spreads.in_filter, spreads.in_base, column)
        }
        _ if distinct.is_some_and(|distinct| distinct <= MAX_VALUES) => most(profile, min_cell),
        _ => None,
    }
}

fn middle(of: Spread, base: Spread, column: &Column) -> Option<TypicalValue> {
    let value = |number: f64| Datum::from_number(column.column_type, number);
    Some(TypicalValue::Middle {
        lower: value(of.lower?),
        median: value(of.median?),
        upper: value(of.upper?),
        in_base: value(base.median?),
    })
}

fn most(profile: &ColumnProfile, min_cell: u64) -> Option<TypicalValue> {
    let (top, known) = (&profile.top, profile.known);
    let counts: Vec<CustomerCount> = top.iter().map(|(_, count)| *count).collect();
    // A list of the column may hide the value with another.
    let shown = suppress::pairs(&counts, profile.customers, min_cell);
    let values = top.iter().zip(shown).filter(|((value, _), _)| !value.is_null());
    let ((value, count), shown) = values.max_by_key(|((_, count), _)| count.in_filter)?;
    let few = |rest: u64| suppress::is_few(rest, min_cell);
    let is_disclosed = shown.0.count().is_some_and(|count| count > 0) && shown.1.count().is_some();
    if !is_disclosed || few(known.in_filter - count.in_filter) || few(known.in_base - count.in_base) {
        return None;
    }
    let share = figures::share(count.in_filter, known.in_filter)?;
    Some(TypicalValue::Most { value: value.clone(), share, in_base: figures::share(count.in_base, known.in_base)? })
}
