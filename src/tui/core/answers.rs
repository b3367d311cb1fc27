use std::time::Duration;

use crate::insight::facet::FacetInquiry;
use crate::insight::panes::PanesInquiry;
use crate::insight::values::ValuesInquiry;

/// Inquiries of the panes and the suggestions, with the newest answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub panes: PanesInquiry,
    /// The group-by pane.
    pub groups: FacetInquiry,
    pub values: ValuesInquiry,
    /// Time that the newest summary took.
    pub took: Option<Duration>,
}
