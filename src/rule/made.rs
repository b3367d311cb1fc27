//! Columns that are computed rather than read: `orders.count('30 days')`, `top(spend, 10)`, `split(10)`.
//!
//! SQL reads all of them as calls. In a typed tree each is a node of its own, [`super::Node::Made`].

use std::collections::BTreeSet;

use super::Checked;

/// A computed column.
#[derive(Debug, Clone)]
pub struct Made {
    /// Canonical text, which contains everything that the values depend on. Columns and row sets are cached by it.
    pub text: String,
    /// The call as it was written, for display.
    pub label: String,
    /// The study's name for the column, if it has one.
    pub name: Option<String>,
    pub source: ComputedDefinition,
}

/// Two computed columns are the same if their texts are.
impl PartialEq for Made {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The definition of a computed column.
#[derive(Debug, Clone, PartialEq)]
pub enum ComputedDefinition {
    /// An aggregate of each customer's events.
    Events(EventCall),
    /// True for customers among the `percent` with the highest values, or the lowest. Customers who share the last
    /// value are included. Null if there is no value.
    Top { column: String, percent: f64, lowest: bool },
    /// A part from 0 to one less than `parts`, the same for a key on every day and machine:
    /// `xxh3_64(salt + key) % parts`, as Python's `xxhash.xxh3_64_intdigest` computes it. Null if there is no key.
    Split { parts: u64, salt: String },
}

/// `orders.sum(amount, '90 days') FILTER (WHERE …)`: an aggregate over the events of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct EventCall {
    /// The table's name.
    pub table: String,
    pub aggregate: Aggregate,
    /// Aggregated column of the events; none for a count.
    pub column: Option<String>,
    /// Condition for the events that count, over the table's own columns: the `FILTER`, the window and, for the first
    /// and last event, the as-of date.
    pub filter: Checked,
}

/// An aggregate. Customers without events have a count of 0 and null for every other aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    /// Number of distinct values; nulls do not count.
    Distinct,
    Sum,
    Mean,
    Min,
    Max,
    /// The value of the earliest event.
    First,
    /// The value of the latest event.
    Last,
}

impl Aggregate {
    /// Names in rules; the first one of each aggregate is canonical.
    pub(super) const NAMES: [(&str, Aggregate); 9] = [
        ("count", Aggregate::Count),
        ("sum", Aggregate::Sum),
        ("mean", Aggregate::Mean),
        ("avg", Aggregate::Mean),
        ("min", Aggregate::Min),
        ("max", Aggregate::Max),
        ("first", Aggregate::First),
        ("last", Aggregate::Last),
        ("distinct", Aggregate::Distinct),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, aggregate)| *aggregate == self).map_or("", |(name, _)| name)
    }

    /// Returns true if the dates of the events decide which value is shown.
    pub fn is_by_date(self) -> bool {
        matches!(self, Aggregate::First | Aggregate::Last)
    }
}

impl Made {
    /// Returns the study's name for the column, or its canonical text.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }

    /// Returns the columns whose own values the computed column reveals in full or in part: the aggregated column and
    /// those that decide which events count. Of a customer with one event, a sum and a mean are the value itself.
    pub fn shows(&self) -> BTreeSet<String> {
        match &self.source {
            ComputedDefinition::Events(EventCall { column, filter, .. }) => {
                let mut shown = filter.expr().shown_columns();
                shown.extend(column.clone());
                shown
            }
            ComputedDefinition::Top { column, .. } => BTreeSet::from([column.clone()]),
            ComputedDefinition::Split { .. } => BTreeSet::new(),
        }
    }
}
