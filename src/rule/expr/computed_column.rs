//! Columns that are computed rather than read: `orders.count('30 days')`, `top(spend, 10)`, `split(10)`.
//!
//! SQL reads all of them as calls. In a typed tree each is a node of its own, [`super::Node::Computed`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Checked, Expr, Interval};

/// A computed column.
#[derive(Debug, Clone)]
pub struct ComputedColumn {
    /// Canonical text, which contains everything that the values depend on. Columns and row sets are cached by it.
    pub text: String,
    /// The call as it was written, for display.
    pub label: String,
    /// The study's name for the column, if it has one.
    pub name: Option<String>,
    pub source: ComputedDefinition,
}

/// Two computed columns are the same if their texts are.
impl PartialEq for ComputedColumn {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The definition of a computed column.
#[derive(Debug, Clone, PartialEq)]
pub enum ComputedDefinition {
    /// An aggregate of each customer's events.
    Events(EventCall),
    /// True for customers whose events follow each other in a certain way; false for all others.
    Pattern(EventPattern),
    /// In a rule over events: a value of the customer whose event it is, over the columns of the base.
    OfCustomer(Arc<Expr>),
    /// True for customers among the `percent` with the highest values, or the lowest: of all customers, or of those with
    /// the same value of the column `within`. Customers who share the last value are included. Null if there is no value.
    Top { column: String, percent: f64, lowest: bool, within: Option<String> },
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
    /// Aggregated value of an event, over the table's own columns; none for a count.
    pub argument: Option<Arc<Expr>>,
    /// Condition for the events that count, over the table's own columns: the `FILTER`, the window and, for the first
    /// and last event, the as-of date.
    pub filter: Checked,
}

/// `orders.seq(category = 'toys', category = 'home', '30 days')`: a pattern in the dates of one customer's events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPattern {
    /// The table's name.
    pub table: String,
    /// Condition for the events that count: the `FILTER` and the as-of date.
    pub filter: Checked,
    pub shape: PatternShape,
}

/// The way in which events follow each other. Events of one date, or of one moment if they have times, do not.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternShape {
    /// An event of `first`, then a later one of `then`, at most `within` later.
    Sequence { first: Checked, then: Checked, within: Option<Interval> },
    /// Two events next to each other, the second at least this much later.
    Return { after: Interval },
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
    /// The value of the event at this place, from 1, in the order of their dates.
    Nth(u32),
    /// The middle value; of an even number of values the mean of both in the middle.
    Median,
    /// The most frequent value; the least of those that are equally frequent.
    Mode,
}

/// Names of the conditions on how a customer's events follow each other.
pub(in crate::rule) const EVENT_PATTERNS: [&str; 3] = ["seq", "again", "regular"];

impl Aggregate {
    /// Names in rules; the first one of each aggregate is canonical.
    pub(in crate::rule) const NAMES: [(&str, Aggregate); 12] = [
        ("count", Aggregate::Count),
        ("sum", Aggregate::Sum),
        ("mean", Aggregate::Mean),
        ("avg", Aggregate::Mean),
        ("min", Aggregate::Min),
        ("max", Aggregate::Max),
        ("first", Aggregate::First),
        ("last", Aggregate::Last),
        ("distinct", Aggregate::Distinct),
        ("nth", Aggregate::Nth(1)),
        ("median", Aggregate::Median),
        ("mode", Aggregate::Mode),
    ];

    pub fn name(self) -> &'static str {
        let known = if let Aggregate::Nth(_) = self { Aggregate::Nth(1) } else { self };
        Self::NAMES.iter().find(|(_, aggregate)| *aggregate == known).map_or("", |(name, _)| name)
    }

    /// Returns true if the dates of the events decide which value is shown.
    pub fn is_by_date(self) -> bool {
        matches!(self, Aggregate::First | Aggregate::Last | Aggregate::Nth(_))
    }
}

impl ComputedColumn {
    /// Returns the study's name for the column, or its canonical text.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }

    /// Returns the columns whose own values the computed column reveals in full or in part: the aggregated column and
    /// those that decide which events count. Of a customer with one event, a sum and a mean are the value itself.
    pub fn shows(&self) -> BTreeSet<String> {
        match &self.source {
            ComputedDefinition::Events(EventCall { argument, filter, .. }) => {
                let mut shown = filter.expr().shown_columns();
                shown.extend(argument.iter().flat_map(|argument| argument.shown_columns()));
                shown
            }
            ComputedDefinition::Pattern(EventPattern { filter, shape, .. }) => {
                let mut shown = filter.expr().shown_columns();
                if let PatternShape::Sequence { first, then, .. } = shape {
                    shown.extend(first.expr().shown_columns());
                    shown.extend(then.expr().shown_columns());
                }
                shown
            }
            ComputedDefinition::OfCustomer(value) => value.shown_columns(),
            ComputedDefinition::Top { column, within, .. } => within.iter().chain([column]).cloned().collect(),
            ComputedDefinition::Split { .. } => BTreeSet::new(),
        }
    }
}
