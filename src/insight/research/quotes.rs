//! What was said, word by word.

use crate::engine::{EventRows, EventsQuestion};
use crate::insight::settings::is_masked;
use crate::insight::suppress;
use crate::model::{Datum, Events};
use crate::rule::Checked;

/// Quotes that are read at once.
pub const QUOTES: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub text: String,
    /// When it was said, and under which theme: `2026-03-14 · price`.
    pub about: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Quotes {
    pub quotes: Vec<Quote>,
    /// Rows and customers of which the quotes are some.
    pub heard: crate::engine::Heard,
}

/// Why no quotes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The table has no column of them.
    None,
    /// The column is masked.
    Masked,
    /// Fewer respondents than this said it: their words could tell who they are.
    TooFew(u64),
}

impl Quotes {
    /// The question for what the customers of `filter` said in rows that `rows` holds for.
    ///
    /// # Errors
    /// Why there is nothing to ask.
    pub fn question(
        table: &Events,
        rows: Checked,
        filter: Checked,
        mask: &[String],
    ) -> Result<EventsQuestion, Withheld> {
        let quote = table.columns.quote.clone().ok_or(Withheld::None)?;
        if is_masked(mask, &quote) {
            return Err(Withheld::Masked);
        }
        let others = [&table.columns.date, &table.columns.theme].into_iter().flatten();
        let others = others.filter(|column| !is_masked(mask, column)).cloned();
        let columns = std::iter::once(quote).chain(others).collect();
        Ok(EventsQuestion { table: table.name.clone(), rows, filter, columns, limit: QUOTES })
    }

    /// The answer, as far as it may be shown to others. Rows without words are left out.
    ///
    /// # Errors
    /// When too few said it.
    pub fn read(rows: &EventRows, least: u64) -> Result<Self, Withheld> {
        if suppress::is_small(rows.heard.respondents, least) {
            return Err(Withheld::TooFew(least));
        }
        let quote = |row: &Vec<Datum>| {
            let (text, about) = row.split_first().filter(|(text, _)| !text.is_null())?;
            let about: Vec<String> = about.iter().filter(|part| !part.is_null()).map(Datum::to_string).collect();
            Some(Quote { text: text.to_string(), about: about.join(" · ") })
        };
        let quotes = rows.rows.iter().filter_map(quote).filter(|quote| !quote.text.trim().is_empty()).collect();
        Ok(Self { quotes, heard: rows.heard })
    }
}
