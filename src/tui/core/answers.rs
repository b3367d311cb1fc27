use std::time::Duration;

use crate::insight::facet::FacetInquiry;
use crate::insight::panes::PanesInquiry;
use crate::insight::values::ValuesInquiry;

/// Inquiries of the panes and the suggestions, with the newest answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The segments and personas panes, and the summary.
    pub panes: PanesInquiry,
    /// The group-by pane.
    pub groups: FacetInquiry,
    /// Values of columns, as suggestions for the filter line.
    pub values: ValuesInquiry,
    /// Time that the newest summary took.
    pub took: Option<Duration>,
}
