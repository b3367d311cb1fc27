//! Report of a study: coverage, the span matrix, and every persona's card. As self-contained HTML, and as Markdown for
//! wikis.
//!
//! Pure: [`StudyReport`] holds the answers, and [`StudyReport::html`] and [`StudyReport::markdown`] format them. Small
//! counts come suppressed from [`insight`](crate::insight); masked columns are never asked about. Text from data is
//! escaped by the templates of `html`, or goes through [`markdown::escape`], so it cannot affect the page.

mod clean;
pub mod html;
pub mod markdown;
mod spans;
mod svg;
mod words;

use chrono::NaiveDate;

pub use spans::SpanMatrix;

use crate::insight::card::Facts;
use crate::insight::coverage::PersonaCoverage;
use crate::insight::suppress::DisclosedCount;
use crate::model::Persona;

/// Contents of a report.
#[derive(Debug, Clone)]
pub struct StudyReport {
    pub head: ReportSource,
    /// Coverage of the filter's customers by the personas; `None` if the report is about some personas only.
    pub coverage: Option<PersonaCoverage>,
    /// Matrix of segments and personas, for the filter's customers.
    pub spans: Option<SpanMatrix>,
    /// Cards of the personas, in the order of the study.
    pub sheets: Vec<PersonaSheet>,
    /// Descriptions of what could not be counted, one line each.
    pub left_out: Vec<String>,
}

/// Source and date of the figures.
#[derive(Debug, Clone)]
pub struct ReportSource {
    /// Name of the study.
    pub title: String,
    /// File name of the base, without its folder, which is private.
    pub data: String,
    /// Date that the figures are as of.
    pub as_of: NaiveDate,
    /// Number of customers of the base.
    pub base: u64,
    /// Filter of coverage and matrix; `None` for everyone.
    pub filter: Option<ReportFilter>,
    /// Value column.
    pub value: Option<String>,
    /// Smallest count that is disclosed.
    pub min_cell: u64,
}

/// Rule that narrows coverage and matrix. Cards are always about the whole base.
#[derive(Debug, Clone)]
pub struct ReportFilter {
    /// The rule as written.
    pub text: String,
    /// Customers of the base that the rule keeps.
    pub customers: DisclosedCount,
    /// Share of the base.
    pub share: Option<f64>,
}

/// A persona's card.
#[derive(Debug, Clone)]
pub struct PersonaSheet {
    /// The persona as the study defines it.
    pub persona: Persona,
    /// Figures from the data.
    pub facts: Facts,
    /// Rule of the audience, as written.
    pub rule: String,
}

impl StudyReport {
    /// Returns the report as a single page of HTML: its styles and pictures are inline, nothing is fetched, and it has
    /// no scripts.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// Returns the report as GitHub's Markdown. Bars are drawn in characters.
    pub fn markdown(&self) -> String {
        markdown::page(self)
    }

    /// Returns a persona's name by its id, or the id if it has no name.
    fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.sheets.iter().find(|sheet| sheet.persona.id == id).map_or(id, PersonaSheet::name)
    }
}

impl PersonaSheet {
    /// Returns the persona's display name.
    pub fn name(&self) -> &str {
        match self.persona.name.trim() {
            "" => &self.persona.id,
            name => name,
        }
    }
}
