//! Columns that are computed rather than read: `orders.count('30 days')`, `top(spend, 10)`, `split(10)`.
//!
//! In SQL's syntax all of them are calls. In a typed tree each is a [`super::Node::Computed`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Checked, Expr, Interval};

/// A column that an engine computes from events, from a ranking of values or from the key.
#[derive(Debug, Clone)]
pub struct ComputedColumn {
    /// Canonical text. It contains everything that the values depend on, so columns and row sets are cached by it.
    pub text: String,
    /// The call as it was written, for display.
    pub label: String,
    /// The study's name for the column, if it has one.
    pub name: Option<String>,
    pub source: ComputedDefinition,
}

/// Compares the canonical texts, since they determine the values.
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
    /// In a rule over events, an expression over the columns of the event's customer.
    OfCustomer(Arc<Expr>),
    /// True for the `percent` of customers with the highest or lowest values, among all customers or among those with the
    /// same value of the column `within`. Ties with the last value are included. Null for customers without a value.
    Top { column: String, percent: f64, lowest: bool, within: Option<String> },
    /// Number from 0 to `parts` − 1 that is stable for each key: `xxh3_64(salt + key) % parts`, as Python's
    /// `xxhash.xxh3_64_intdigest` computes it. Null for customers without a key.
    Split { parts: u64, salt: String },
}

/// `orders.sum(amount, '90 days') FILTER (WHERE …)`: an aggregate over the events of one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct EventCall {
    /// The table's name.
    pub table: String,
    pub aggregate: Aggregate,
    /// Value to aggregate, over the table's own columns; `None` for a count.
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

/// Order in which events must follow each other. Events at the same time (on the same day, if they have no times) do not
/// follow each other.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternShape {
    /// An event that matches `first`, and a later one that matches `then`, at most `within` later.
    Sequence { first: Checked, then: Checked, within: Option<Interval> },
    /// Two consecutive events, the second at least this much later.
    Return { after: Interval },
}

/// Aggregate over the events of one customer. Without events, a count is 0 and every other aggregate is null.
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
    /// The median; for an even number of values, the mean of the two in the middle.
    Median,
    /// The most frequent value; the least one in a tie.
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

    /// Returns the aggregate's canonical name in rules.
    pub fn name(self) -> &'static str {
        let known = if let Aggregate::Nth(_) = self { Aggregate::Nth(1) } else { self };
        Self::NAMES.iter().find(|(_, aggregate)| *aggregate == known).map_or("", |(name, _)| name)
    }

    /// Returns true if the result depends on the order of the events' dates.
    pub fn is_by_date(self) -> bool {
        matches!(self, Aggregate::First | Aggregate::Last | Aggregate::Nth(_))
    }
}

impl ComputedColumn {
    /// Returns the study's name for the column, or its canonical text.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }

    /// Returns the columns whose values the computed column may reveal: the aggregated column, and those that decide which
    /// events count. For a customer with one event, a sum or a mean is the value itself.
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
