//! One customer: the values of all columns, the segments, cells and personas that hold the customer, and the conditions
//! that decide it.
//!
//! The question is a page of one row, so that whatever decides which rows may be listed decides about a customer too.

mod reader;

pub use reader::{CustomerInquiry, CustomerPlace, CustomerReader};

use crate::model::Datum;

/// A customer's values and memberships.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerRecord {
    /// Values in the order of the base's columns; masked ones as the mask.
    pub values: Vec<(String, Datum)>,
    /// In the order of the study: segments, segmentations, personas.
    pub memberships: Vec<Membership>,
    /// Customers of the filter.
    pub total: u64,
}

/// Kind of definition that a customer can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipKind {
    Segment,
    Segmentation,
    Persona,
}

impl MembershipKind {
    /// Returns the kind's name, for display.
    pub fn word(self) -> &'static str {
        match self {
            MembershipKind::Segment => "segment",
            MembershipKind::Segmentation => "segmentation",
            MembershipKind::Persona => "persona",
        }
    }
}

/// A segment, segmentation or persona, and the customer's part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    pub kind: MembershipKind,
    /// Name of the segment or segmentation; id of the persona.
    pub name: String,
    /// Name of the persona for people; the cell that holds the customer; otherwise the name.
    pub label: String,
    /// Null if its rule is null for the customer; for a segmentation, if no cell holds the customer.
    pub truth: Option<bool>,
    /// True for the first persona that holds the customer, in the order of the study.
    pub is_first: bool,
    /// Segments that a persona spans, as rules write them: one of them has to hold the customer.
    pub spans: Vec<ConditionState>,
    /// Conditions of the rule, in the order of its text, without the one on the spans. A segmentation has none.
    pub conditions: Vec<ConditionState>,
    /// Reason why it cannot be decided.
    pub error: Option<String>,
}

/// A condition of a rule, its truth for the customer, and the values that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionState {
    pub text: String,
    pub truth: Option<bool>,
    pub values: Vec<(String, Datum)>,
    /// Distance of the value from the limit that it misses, such as `3 days short`.
    pub distance: Option<String>,
}

impl ConditionState {
    /// Returns the condition with the values that it reads, each as `show` writes it.
    pub fn explained(&self, show: impl Fn(&Datum) -> String) -> String {
        match self.values.is_empty() {
            true => self.text.clone(),
            false => format!("{} · {}", self.text, self.values_text(show)),
        }
    }

    /// Returns the values that the condition reads, with their columns if there are several, and how far they miss it.
    pub fn values_text(&self, show: impl Fn(&Datum) -> String) -> String {
        let value = |(column, value): &(String, Datum)| match self.values.len() {
            1 => show(value),
            _ => format!("{column} {}", show(value)),
        };
        let values = self.values.iter().map(value).collect::<Vec<_>>().join(", ");
        match &self.distance {
            Some(distance) => format!("{values} ({distance})"),
            None => values,
        }
    }
}

impl Membership {
    /// Returns the spans that hold the customer.
    pub fn holding_spans(&self) -> Vec<&str> {
        self.spans.iter().filter(|span| span.truth == Some(true)).map(|span| span.text.as_str()).collect()
    }

    /// Returns true if it spans segments, none of which holds the customer.
    pub fn is_beside_spans(&self) -> bool {
        !self.spans.is_empty() && self.holding_spans().is_empty()
    }

    /// Returns the number of conditions that keep the customer out: 0 for members. What has no conditions is farthest.
    pub fn distance(&self) -> usize {
        let failing = self.conditions.iter().filter(|one| one.truth != Some(true)).count();
        let failing = failing + usize::from(self.is_beside_spans());
        match self.truth {
            Some(true) => 0,
            _ if failing == 0 => usize::MAX,
            _ => failing,
        }
    }

    /// Returns what keeps the customer out, with a condition as `show` writes it; `None` for members.
    pub fn obstacle(&self, show: impl Fn(&ConditionState) -> String) -> Option<String> {
        if self.truth == Some(true) {
            return None;
        }
        let fails = |wanted: Option<bool>| self.conditions.iter().find(move |one| one.truth == wanted);
        let condition = || fails(Some(false)).or_else(|| fails(None)).map(show);
        match self.spans.as_slice() {
            [only] if self.is_beside_spans() => Some(format!("not in {}", only.text)),
            spans if self.is_beside_spans() => Some(format!("in none of its {} segments", spans.len())),
            _ => condition(),
        }
    }
}
