//! A study as a page to hand on: coverage, the span matrix, and every persona's card. As HTML that stands by itself, and
//! as Markdown for wikis.
//!
//! Pure: [`Report`] holds what was asked, [`Report::html`] and [`Report::markdown`] write it down. Small counts come
//! suppressed from [`insight`](crate::insight); columns that are masked are not asked about. Text from data goes through
//! [`html::Html::put`] or [`markdown::escape`] and so does nothing to the page.

mod clean;
pub mod html;
pub mod markdown;
mod spans;
mod svg;
mod words;

use chrono::NaiveDate;

pub use spans::Spans;

use crate::insight::card::Facts;
use crate::insight::coverage::Coverage;
use crate::insight::suppress::Shown;
use crate::model::Persona;

/// What a report is made of.
#[derive(Debug, Clone)]
pub struct Report {
    pub head: Head,
    /// How far the personas cover the filter's customers; none where a report is about some personas only.
    pub coverage: Option<Coverage>,
    /// Segments against personas, of the filter's customers.
    pub spans: Option<Spans>,
    /// A card for each persona, in the order of the study.
    pub sheets: Vec<Sheet>,
    /// What could not be counted, a line each.
    pub left_out: Vec<String>,
}

/// Of what, and of when, the figures are.
#[derive(Debug, Clone)]
pub struct Head {
    /// The study's name.
    pub title: String,
    /// The base's file, by its name alone: where it lies is nobody's business.
    pub data: String,
    pub as_of: NaiveDate,
    /// N.
    pub base: u64,
    pub filter: Option<Filter>,
    /// The money column.
    pub value: Option<String>,
    /// Smaller counts are not told.
    pub min_cell: u64,
}

/// A rule that narrows coverage and matrix. Cards are always of the whole base.
#[derive(Debug, Clone)]
pub struct Filter {
    pub text: String,
    pub customers: Shown,
    /// Of the base.
    pub share: Option<f64>,
}

/// A persona's card.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub persona: Persona,
    pub facts: Facts,
    /// The rule of its audience, as written.
    pub rule: String,
}

impl Report {
    /// One page of HTML: its style and pictures within it, nothing fetched, no scripts.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// The same in GitHub's Markdown; bars are drawn in letters.
    pub fn markdown(&self) -> String {
        markdown::page(self)
    }

    /// A persona's name by its id; the id where it has none.
    fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.sheets.iter().find(|sheet| sheet.persona.id == id).map_or(id, Sheet::name)
    }
}

impl Sheet {
    pub fn name(&self) -> &str {
        match self.persona.name.trim() {
            "" => &self.persona.id,
            name => name,
        }
    }
}
