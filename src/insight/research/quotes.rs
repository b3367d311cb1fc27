//! Reads verbatim quotes.

use crate::engine::{EventRows, EventsQuestion};
use crate::insight::inquiry::{ReadAnswer, SingleInquiry};
use crate::insight::suppress;
use crate::model::is_masked;
use crate::model::{Datum, Events};
use crate::rule::Checked;

/// Maximum number of quotes that are read at once.
pub const MAX_QUOTES: usize = 200;

/// A respondent's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub text: String,
    /// Date and theme of the quote: `2026-03-14 · price`.
    pub about: String,
}

/// Quotes of some respondents.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotes {
    pub quotes: Vec<Quote>,
    /// Rows that were read for the quotes, including those without words.
    pub rows: u64,
    /// All rows and respondents from which the quotes are taken.
    pub heard: crate::engine::VoiceFigures,
}

/// Reason why no quotes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotesWithheld {
    /// The table has no column of quotes.
    None,
    /// The column is masked.
    Masked,
    /// Fewer respondents than this said it: their words could identify them.
    TooFew(u64),
}

/// Inquiry for the quotes of a rule's respondents in some rows of a table.
pub type QuotesInquiry = SingleInquiry<QuotesReader>;

/// Reads quotes, unless fewer respondents than `least` gave them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuotesReader {
    /// Minimum number of respondents.
    least: u64,
}

impl QuotesInquiry {
    /// Creates an inquiry for the quotes of the customers of `filter` in the rows for which `rows` holds. If nothing
    /// may be shown, nothing is asked.
    pub fn new(table: &Events, rows: Checked, filter: Checked, mask: &[String], least: u64) -> Self {
        let Some(quote) = table.columns.quote.clone() else { return Self::known(Err(QuotesWithheld::None)) };
        if is_masked(mask, &quote) {
            return Self::known(Err(QuotesWithheld::Masked));
        }
        let others = [&table.columns.date, &table.columns.theme].into_iter().flatten();
        let others = others.filter(|column| !is_masked(mask, column)).cloned();
        let columns = std::iter::once(quote).chain(others).collect();
        let question = EventsQuestion { table: table.name.clone(), rows, filter, columns, limit: MAX_QUOTES };
        Self::asking(question, QuotesReader { least })
    }
}

/// Reads the quotes, as far as they may be shown to others.
impl ReadAnswer for QuotesReader {
    type Question = EventsQuestion;
    type Figures = Result<Quotes, QuotesWithheld>;

    fn read(&self, rows: EventRows) -> Self::Figures {
        Quotes::read(&rows, self.least)
    }
}

impl Quotes {
    /// Reads the answer. Rows without words are left out.
    ///
    /// # Errors
    /// Returns an error if too few respondents said it.
    pub(super) fn read(rows: &EventRows, least: u64) -> Result<Self, QuotesWithheld> {
        if suppress::is_small(rows.heard.respondents, least) {
            return Err(QuotesWithheld::TooFew(least));
        }
        let quote = |row: &Vec<Datum>| {
            let (text, about) = row.split_first().filter(|(text, _)| !text.is_null())?;
            let about: Vec<String> = about.iter().filter(|part| !part.is_null()).map(Datum::to_string).collect();
            Some(Quote { text: text.to_string(), about: about.join(" · ") })
        };
        let quotes = rows.rows.iter().filter_map(quote).filter(|quote| !quote.text.trim().is_empty()).collect();
        Ok(Self { quotes, rows: rows.rows.len() as u64, heard: rows.heard })
    }
}
