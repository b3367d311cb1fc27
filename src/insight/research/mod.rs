//! Reads research by persona: for a survey or interviews, the number of respondents of each persona, what they said,
//! and whether they resemble its audience.
//!
//! Respondents are customers with a row in a table beside the base. All is counted in the filter, and everything on
//! screen has a rule too: [`said`] returns the rule of the customers who said a theme.

mod likeness;
mod quotes;
mod table;

pub use likeness::{Likeness, LikenessInquiry, LikenessSubject, NOTABLE, Verdict};
pub use quotes::{MAX_QUOTES, Quote, Quotes, QuotesInquiry, QuotesWithheld};
use table::mean;
pub use table::{LineSubject, ResearchCell, ResearchLine, ResearchTable};

use super::inquiry::{Inquiry, QuestionSlot, ReadAnswer, SingleInquiry};
use super::matrix::NamedSet;
use crate::engine::{Answer, EngineError, Question, Voices, VoicesQuestion};
use crate::model::is_masked;
use crate::model::{Column, ColumnType, Datum, Events, Schema, quote_name};
use crate::rule::{self, Checked, Context, Namespace, RuleError};

/// Maximum number of listed values of a column: those with the most respondents.
const MAX_VALUES: usize = 500;

/// Returns the tables with research, by name.
pub fn tables(schema: &Schema) -> Vec<&Events> {
    schema.all_events().iter().filter(|table| table.columns.is_research()).collect()
}

/// Returns the columns of a table whose values can be listed, the themes first. Keys and verbatim quotes are left out,
/// since they hardly ever repeat, and so are masked columns.
pub fn answers<'t>(table: &'t Events, mask: &[String]) -> Vec<&'t Column> {
    let columns = &table.columns;
    let is = |name: &Option<String>, column: &Column| name.as_deref() == Some(column.name.as_str());
    let is_shown = |column: &&Column| {
        column.column_type != ColumnType::Other
            && !is(&columns.key, column)
            && !is(&columns.quote, column)
            && !is_masked(mask, &column.name)
    };
    let mut found: Vec<&Column> = table.schema.columns().iter().filter(is_shown).collect();
    // Ratings and choices come before words, and dates come last.
    let is_rated = |column: &Column| column.column_type.is_number() || column.column_type == ColumnType::Boolean;
    found.sort_by_key(|column| (!is(&columns.theme, column), is(&columns.date, column), !is_rated(column)));
    found
}

/// Returns the number of respondents below which nothing of the table is shown.
pub fn least(table: &Events, min_cell: u64) -> u64 {
    table.columns.min_cell.unwrap_or(min_cell)
}

/// Returns the condition on the table's rows with this value.
pub fn says(table: &Events, column: &str, value: &Datum) -> String {
    let name = quote_name(column);
    let separator = table.columns.theme_separator.as_deref();
    match (separator.filter(|_| table.columns.theme.as_deref() == Some(column)), value) {
        (_, Datum::Null) => format!("{name} IS NULL"),
        (Some(separator), Datum::Text(theme)) => {
            let text = |text: &str| Datum::Text(text.to_owned()).sql();
            let mark = text(separator);
            let there = if theme.is_empty() { format!(" AND {name} IS NOT NULL") } else { String::new() };
            let theme = text(&format!("{separator}{theme}{separator}"));
            format!("contains(concat({mark}, {name}, {mark}), {theme}){there}")
        }
        (_, value) => format!("{name} = {}", value.sql()),
    }
}

/// Returns the rule of the customers who have such a row, or any row at all.
pub fn said(table: &Events, condition: Option<&str>) -> String {
    let count = format!("{}.count()", quote_name(&table.name));
    match condition {
        Some(condition) => format!("{count} FILTER (WHERE {condition}) >= 1"),
        None => format!("{count} >= 1"),
    }
}

/// Checks a condition on the table's own columns; without one, it holds for all rows.
///
/// # Errors
/// Returns an error if the text is not a condition on the table.
pub fn rows_that(table: &Events, condition: Option<&str>, today: chrono::NaiveDate) -> Result<Checked, RuleError> {
    let names = Namespace::default();
    rule::check(condition.unwrap_or_default(), &Context { schema: &table.schema, names: &names, today })
}

/// Inquiry for respondents and mentions in a table, in the filter and by persona.
pub type VoicesInquiry = SingleInquiry<ResearchColumns>;

/// The columns of a table of research, by which an answer is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResearchColumns {
    table: String,
    by: Option<String>,
    names: Vec<String>,
    /// Number of respondents below which a count is suppressed.
    least: u64,
    /// Limit of the study, which sizes of personas are suppressed by.
    min_cell: u64,
    /// True if the filter leaves out customers, as far as its rule says.
    is_narrowed: bool,
}

impl VoicesInquiry {
    /// Creates an inquiry for the values of `by`, a column of the table, in the filter and in each set within it.
    pub fn new(table: &Events, by: Option<&str>, filter: &Checked, sets: &[NamedSet], min_cell: u64) -> Self {
        let is_theme = by.is_some() && by == table.columns.theme.as_deref();
        let (names, sets): (Vec<String>, Vec<Checked>) = sets.iter().cloned().unzip();
        let by = by.map(str::to_owned);
        let question = VoicesQuestion {
            table: table.name.clone(),
            filter: filter.clone(),
            sets,
            by: by.clone(),
            separator: table.columns.theme_separator.clone().filter(|_| is_theme),
            limit: MAX_VALUES,
        };
        let (table, least) = (table.name.clone(), least(table, min_cell));
        let is_narrowed = *filter != Checked::everyone();
        Self::asking(question, ResearchColumns { table, by, names, least, min_cell, is_narrowed })
    }
}

impl ReadAnswer for ResearchColumns {
    type Question = VoicesQuestion;
    type Figures = ResearchTable;

    fn read(&self, voices: Voices) -> ResearchTable {
        let everyone = ResearchLine { what: LineSubject::Everyone, heard: voices.all.clone(), means: Vec::new() };
        let mut lines = vec![everyone];
        let mut values = voices.values;
        let is_ordered = values.iter().all(|(value, _)| value.is_null() || value.number().is_some());
        if is_ordered && voices.left_out == 0 {
            values.sort_by(|(a, _), (b, _)| a.number().partial_cmp(&b.number()).unwrap_or(std::cmp::Ordering::Equal));
            lines.extend(mean(&values, &voices.all));
        }
        // Missing values come last.
        values.sort_by_key(|(value, _)| value.is_null());
        lines.extend(values.into_iter().map(|(value, heard)| ResearchLine {
            what: LineSubject::Value(value),
            heard,
            means: Vec::new(),
        }));
        ResearchTable {
            table: self.table.clone(),
            by: self.by.clone(),
            names: self.names.clone(),
            customers: voices.customers,
            lines,
            left_out: voices.left_out,
            rows: voices.rows,
            strangers: voices.strangers,
            least: self.least,
            min_cell: self.min_cell,
            is_narrowed: self.is_narrowed,
        }
    }
}

/// The questions of a view of research: the table's voices, then the quotes of a selected line or persona, or whether
/// its respondents resemble the rest.
#[derive(Debug, Clone, Default)]
pub struct ResearchInquiry {
    pub voices: VoicesInquiry,
    pub quotes: QuotesInquiry,
    pub likeness: LikenessInquiry,
}

impl ResearchInquiry {
    const PARTS: usize = 3;
    const VOICES: usize = 0;
    const QUOTES: usize = 1;
    const LIKENESS: usize = 2;

    /// Returns true if a question is about the table's voices, on which all others depend.
    pub fn is_of_voices(slot: QuestionSlot) -> bool {
        slot.0 % Self::PARTS == Self::VOICES
    }
}

impl Inquiry for ResearchInquiry {
    type Result = Self;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let part = |open: Vec<(QuestionSlot, Question)>, part: usize| {
            open.into_iter().map(move |(slot, question)| (QuestionSlot(slot.0 * Self::PARTS + part), question))
        };
        let voices = part(self.voices.open(), Self::VOICES);
        let (quotes, likeness) = (part(self.quotes.open(), Self::QUOTES), part(self.likeness.open(), Self::LIKENESS));
        voices.chain(quotes).chain(likeness).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let inner = QuestionSlot(slot.0 / Self::PARTS);
        match slot.0 % Self::PARTS {
            Self::VOICES => self.voices.take(inner, answer),
            Self::QUOTES => self.quotes.take(inner, answer),
            _ => self.likeness.take(inner, answer),
        }
    }

    fn result(&self) -> &Self {
        self
    }
}

#[cfg(test)]
mod tests;
