use std::time::Duration;

use crate::engine::PageQuestion;
use crate::insight::facet::FacetInquiry;
use crate::insight::inquiry::{Itself, Single};
use crate::insight::panes::PanesInquiry;
use crate::insight::values::ValuesInquiry;

/// Inquiries of the panes, the rows view and the suggestions, with the newest answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub panes: PanesInquiry,
    /// The group-by pane.
    pub groups: FacetInquiry,
    pub page: PageInquiry,
    pub values: ValuesInquiry,
    /// Time that the newest summary took.
    pub took: Option<Duration>,
}

/// A page of the filter's customers.
pub type PageInquiry = Single<Itself<PageQuestion>>;
