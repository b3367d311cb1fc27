//! Reads research by persona: for a survey or interviews, the number of respondents of each persona, what they said,
//! and whether they resemble its audience.
//!
//! Respondents are customers with a row in a table beside the base. All is counted in the filter, and everything on
//! screen has a rule too: [`said`] returns the rule of the customers who said a theme.

mod likeness;
mod quotes;

pub use likeness::{Likeness, LikenessInquiry, LikenessOf, NOTABLE, Verdict};
pub use quotes::{QUOTES, Quote, Quotes, QuotesInquiry, Withheld};

use super::figures;
use super::inquiry::{Inquiry, QuestionSlot, ReadAnswer, Single};
use super::matrix::NamedSet;
use super::suppress::{self, CrossTable, DisclosedCount};
use crate::engine::{Answer, CustomerCount, EngineError, Question, VoiceFigures, Voices, VoicesQuestion};
use crate::model::is_masked;
use crate::model::{Column, ColumnType, Datum, Events, Schema, quote_name};
use crate::rule::{self, Checked, Context, Namespace, RuleError};

/// Maximum number of listed values of a column: those with the most respondents.
const VALUES: usize = 500;

/// Returns the tables with research, by name.
pub fn tables(schema: &Schema) -> Vec<&Events> {
    schema.all_events().iter().filter(|table| table.columns.is_research()).collect()
}

/// Returns the columns of a table whose values can be listed, the themes first. Keys and verbatim quotes are left out,
/// since they hardly ever repeat, and so are masked columns.
pub fn answers<'t>(table: &'t Events, mask: &[String]) -> Vec<&'t Column> {
    let columns = &table.columns;
    let is = |name: &Option<String>, column: &Column| name.as_deref() == Some(column.name.as_str());
    let can_be_told = |column: &&Column| {
        column.column_type != ColumnType::Other
            && !is(&columns.key, column)
            && !is(&columns.quote, column)
            && !is_masked(mask, &column.name)
    };
    let mut found: Vec<&Column> = table.schema.columns().iter().filter(can_be_told).collect();
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
pub type VoicesInquiry = Single<ResearchColumns>;

/// The columns of a table of research, by which an answer is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResearchColumns {
    table: String,
    by: Option<String>,
    names: Vec<String>,
    /// Number of respondents below which a count is suppressed.
    least: u64,
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
            limit: VALUES,
        };
        Self::asking(question, ResearchColumns { table: table.name.clone(), by, names, least: least(table, min_cell) })
    }
}

impl ReadAnswer for ResearchColumns {
    type Question = VoicesQuestion;
    type Found = ResearchTable;

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

/// Results of one table by persona. Column 0 is the filter, then come the personas.
#[derive(Debug, Clone, PartialEq)]
pub struct ResearchTable {
    pub table: String,
    /// Column whose values are the lines.
    pub by: Option<String>,
    /// Names of the personas.
    pub names: Vec<String>,
    /// Number of customers by column.
    pub customers: Vec<u64>,
    /// All respondents first; then, for numbers, their mean.
    pub lines: Vec<ResearchLine>,
    /// Number of values that are not listed.
    pub left_out: u64,
    /// Rows of the table, and rows whose key is missing in the base.
    pub rows: u64,
    pub strangers: u64,
    least: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResearchLine {
    pub what: LineSubject,
    heard: Vec<VoiceFigures>,
    /// Means by column, for a line of means.
    means: Vec<Option<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum LineSubject {
    /// All respondents.
    Everyone,
    /// The mean over the rows that have a number.
    Mean,
    /// Respondents with this value; null for those who did not say.
    Value(Datum),
}

/// One line's figures in one column, as they may be shown: figures of a suppressed count have no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResearchCell {
    pub respondents: DisclosedCount,
    pub mentions: DisclosedCount,
    /// Share of the column's respondents; for the line of all respondents, their share of the column's customers.
    pub share: Option<f64>,
    /// 100 · (|P∩T| / |P|) / (|T| / |R|), where P are the persona's respondents, T those who said it, and R all
    /// respondents. `None` in column 0.
    pub index: Option<f64>,
    pub mean: Option<f64>,
}

impl ResearchTable {
    /// Returns the number of columns: the filter and the personas.
    pub fn columns(&self) -> usize {
        self.customers.len()
    }

    /// Returns the condition on the table's rows of a line, if the line concerns only some rows.
    pub fn condition(&self, table: &Events, line: usize) -> Option<String> {
        match (&self.lines.get(line)?.what, &self.by) {
            (LineSubject::Value(value), Some(by)) => Some(says(table, by, value)),
            _ => None,
        }
    }

    /// Returns the counts of a column, line by line, as they may be shown. If each respondent said only one thing they
    /// add up to a total, which must not disclose a small one. Those of a persona stand beside those of all respondents:
    /// of the others, too, no few may follow.
    fn shown(&self, column: usize) -> Vec<DisclosedCount> {
        let at = |line: &ResearchLine, column: usize| line.heard.get(column).copied().unwrap_or_default().respondents;
        let count = |line: &ResearchLine| CustomerCount { in_filter: at(line, column), in_base: at(line, 0) };
        let is_value = |line: &&ResearchLine| matches!(line.what, LineSubject::Value(_));
        let counts: Vec<CustomerCount> = self.lines.iter().filter(is_value).map(count).collect();
        let whole = self.lines.first().map(count).unwrap_or_default();
        let adds_up = counts.iter().map(|count| count.in_base).sum::<u64>() <= whole.in_base
            && counts.iter().map(|count| count.in_filter).sum::<u64>() <= whole.in_filter;
        let single = |count: CustomerCount| match (column, suppress::single(count.in_filter, self.least)) {
            (0, shown) => shown,
            (_, DisclosedCount::Count(_))
                if suppress::is_few(count.in_base.saturating_sub(count.in_filter), self.least) =>
            {
                DisclosedCount::Hidden
            }
            (_, shown) => shown,
        };
        let mut shown = match adds_up {
            true => suppress::pairs(&counts, whole, self.least).into_iter().map(|(inside, _)| inside).collect(),
            false => counts.iter().map(|&count| single(count)).collect::<Vec<_>>(),
        }
        .into_iter();
        let single = |line: &ResearchLine| single(count(line));
        let of_line =
            |line: &ResearchLine| if is_value(&line) { shown.next() } else { None }.unwrap_or_else(|| single(line));
        self.lines.iter().map(of_line).collect()
    }

    /// Returns all figures: line by line, column by column.
    pub fn cells(&self) -> Vec<Vec<ResearchCell>> {
        let mut shown: Vec<Vec<DisclosedCount>> = (0..self.columns()).map(|column| self.shown(column)).collect();
        self.hide_across(&mut shown);
        let of_line = |line: usize| (0..self.columns()).map(|column| self.cell(&shown, line, column)).collect();
        (0..self.lines.len()).map(of_line).collect()
    }

    /// Hides further counts of personas, column by column and line by line, where those of several personas or values add up to
    /// one that is shown: no persona of few follows from the others.
    fn hide_across(&self, shown: &mut [Vec<DisclosedCount>]) {
        let Some((_, personas)) = self.customers.split_first().filter(|_| self.least > 0) else { return };
        let respondents = |line: usize, column: usize| {
            self.lines.get(line).and_then(|line| line.heard.get(column)).map_or(0, |heard| heard.respondents)
        };
        let values: Vec<usize> =
            (0..self.lines.len()).filter(|&line| matches!(self.lines[line].what, LineSubject::Value(_))).collect();
        let columns: Vec<u64> = (1..=personas.len()).map(|column| respondents(0, column)).collect();
        let rows: Vec<u64> = values.iter().map(|&line| respondents(line, 0)).collect();
        let whole = respondents(0, 0);
        // Sets that share customers have more of them in sum.
        let parts = |sizes: &[u64]| -> Vec<Vec<usize>> {
            let adds_up = sizes.len() > 1 && sizes.iter().sum::<u64>() <= whole;
            adds_up.then(|| (0..sizes.len()).collect()).into_iter().collect()
        };
        let (parts_of_columns, parts_of_rows) = (parts(&rows), parts(&columns));
        if !parts_of_rows.is_empty() {
            let count = |(in_filter, in_base): (&u64, &u64)| CustomerCount { in_filter: *in_filter, in_base: *in_base };
            let sizes: Vec<CustomerCount> = columns.iter().zip(personas).map(count).collect();
            let all = CustomerCount { in_filter: whole, in_base: self.customers[0] };
            for (at, (size, _)) in suppress::pairs(&sizes, all, self.least).into_iter().enumerate() {
                shown[at + 1][0] = suppress::stricter(shown[at + 1][0], size);
            }
        }
        let both: Vec<Vec<u64>> =
            values.iter().map(|&line| (1..=columns.len()).map(|column| respondents(line, column)).collect()).collect();
        let sets = CrossTable {
            both: &both,
            rows: &rows,
            columns: &columns,
            whole,
            parts_of_columns: &parts_of_columns,
            parts_of_rows: &parts_of_rows,
        };
        for (counts, &line) in suppress::crossed(sets, self.least).into_iter().zip(&values) {
            for (at, count) in counts.into_iter().enumerate() {
                let own = &mut shown[at + 1][line];
                *own = match (*own, count) {
                    (own, DisclosedCount::Count(_)) => own,
                    // Beside the other lines, or where nothing is left to hide behind, a bound would say too much.
                    (DisclosedCount::Count(_), _) | (_, DisclosedCount::Hidden) => DisclosedCount::Hidden,
                    (own, _) => own,
                };
            }
        }
    }

    fn cell(&self, shown: &[Vec<DisclosedCount>], line: usize, column: usize) -> ResearchCell {
        let respondents = shown[column][line];
        let (own, all) = (shown[column][0].count(), shown[0][0].count());
        let heard = self.lines[line].heard.get(column).copied().unwrap_or_default();
        let (share, index) = match self.lines[line].what {
            LineSubject::Everyone => {
                (respondents.count().and_then(|n| figures::share(n, self.customers[column])), None)
            }
            LineSubject::Mean => (None, None),
            LineSubject::Value(_) => {
                let share = respondents.count().zip(own).and_then(|(n, own)| figures::share(n, own));
                let known = respondents.count().zip(own).zip(shown[0][line].count().zip(all));
                let index = known
                    .filter(|_| column > 0)
                    .and_then(|((both, own), (said, all))| figures::index(both, own, said, all));
                (share, index)
            }
        };
        let mentions = match respondents {
            DisclosedCount::Count(_) => DisclosedCount::Count(heard.mentions),
            hidden => hidden,
        };
        let mean = self.lines[line].means.get(column).copied().flatten();
        // With the shown counts, a mean would disclose those that are hidden.
        let all_told = shown[column].iter().all(|shown| shown.count().is_some());
        ResearchCell { respondents, mentions, share, index, mean: mean.filter(|_| all_told) }
    }
}

/// Returns the mean over the rows that have a number, by column; `None` for dates, which are not added up.
fn mean(values: &[(Datum, Vec<VoiceFigures>)], all: &[VoiceFigures]) -> Option<ResearchLine> {
    if !values.iter().any(|(value, _)| value.is_number()) {
        return None;
    }
    let (mut heard, mut means) = (Vec::new(), Vec::new());
    for (column, whole) in all.iter().enumerate() {
        let of_column = || values.iter().filter_map(|(value, heard)| Some((value, heard.get(column)?)));
        let said = || of_column().filter(|(value, _)| value.is_number());
        let respondents = || said().map(|(_, heard)| heard.respondents);
        // A respondent who gave several numbers is counted once for each. Then only the largest group with the same
        // number is sure to be that many respondents.
        let once_each = of_column().map(|(_, heard)| heard.respondents).sum::<u64>() <= whole.respondents;
        let respondents = if once_each { respondents().sum() } else { respondents().max().unwrap_or(0) };
        let mentions = said().map(|(_, heard)| heard.mentions).sum();
        let sum = said().filter_map(|(value, heard)| Some(value.number()? * heard.mentions as f64)).sum();
        heard.push(VoiceFigures { respondents, mentions });
        means.push(figures::mean(sum, mentions));
    }
    Some(ResearchLine { what: LineSubject::Mean, heard, means })
}

#[cfg(test)]
mod tests;
