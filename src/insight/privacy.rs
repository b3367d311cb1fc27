//! Decides which questions about customers may be asked, and which parts of the answers may be shown, as a study's
//! `[privacy]` says. It stands between every engine and everything that shows, prints or writes answers.
//!
//! A filter of fewer than `min_cell` customers has no figures but that it is so small. A filter that leaves out fewer
//! than `min_cell` has the figures of the whole base, as its own would disclose those of the few. Values of masked
//! columns are in no answer. Counts within an answer are suppressed by [`super::suppress`], where it is known which
//! stand together on one screen.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::settings;
use super::suppress;
use super::suppress::dominance::GuardedSum;
use crate::engine::{
    Answer, ColumnProfile, CustomerCount, EngineError, GroupFigures, LayeredOverlap, Overlap, Question, QuestionBody,
    RowPage, Spread, Spreads, Summary, ValueSums,
};
use crate::model::{ColumnType, Datum, Lookup, Schema, is_masked};
use crate::rule::{self, Checked};
use crate::study;

/// Text in place of a masked value, whatever its length.
pub const MASK: &str = "•••";

/// Limits on what may be shown of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct DisclosureLimits {
    /// Columns whose values are never shown.
    mask: Vec<String>,
    min_cell: u64,
    lists_rows: bool,
    today: NaiveDate,
}

/// Class of a rule by its number of customers, which decides what may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterSize {
    /// Fewer than `min_cell`, or none.
    Small,
    /// Enough customers inside and outside.
    Plain,
    /// All but fewer than `min_cell`.
    NearlyEveryone,
    /// All customers of the base.
    Everyone,
}

impl DisclosureLimits {
    /// Creates the limits of a study's `[privacy]`.
    pub fn new(settings: &study::PrivacyConfig, today: NaiveDate) -> Self {
        let lists_rows = settings.rows == study::Permission::Allow;
        Self { mask: settings.mask.clone(), min_cell: settings.min_cell, lists_rows, today }
    }

    /// Returns true if nothing is limited.
    pub fn is_open(&self) -> bool {
        self.mask.is_empty() && self.min_cell == 0 && self.lists_rows
    }

    /// Returns the filter of a question whose size decides what may be shown of its answer; `None` for a question that
    /// any filter may have.
    pub fn filter<'q>(&self, question: &'q QuestionBody, schema: &Schema) -> Option<&'q Checked> {
        // A table whose respondents agreed to be quoted has a limit of its own, which may be 0. A contrast has the sizes of
        // both sides in its answer.
        let is_guarded = match question {
            QuestionBody::Voices(question) => self.guards(&question.table, schema),
            QuestionBody::Events(question) => self.guards(&question.table, schema),
            _ => true,
        };
        let filter = question.filter().filter(|_| is_guarded)?;
        (self.min_cell > 0 && *filter != Checked::everyone()).then_some(filter)
    }

    fn guards(&self, table: &str, schema: &Schema) -> bool {
        schema.events(table).is_none_or(|events| events.columns.min_cell != Some(0))
    }

    /// Returns the size of a filter with this many of the base's customers.
    pub fn size(&self, customers: u64, base: u64) -> FilterSize {
        if suppress::is_small(customers, self.min_cell) {
            FilterSize::Small
        } else if base - customers.min(base) < self.min_cell {
            FilterSize::NearlyEveryone
        } else {
            FilterSize::Plain
        }
    }

    /// Returns the question in the form in which it may be asked.
    ///
    /// # Errors
    /// Returns [`EngineError::Withheld`] if no answer to it may be shown.
    pub fn question(&self, mut question: Question, size: FilterSize, schema: &Schema) -> Result<Question, EngineError> {
        use QuestionBody::{
            Combinations, Contrast, Counts, Coverage, Events, Find, Groups, Memberships, Overlap, Page, Profile,
            Quantiles, Summary, Values, Voices,
        };
        let columns: Vec<&String> = match &question.body {
            Summary(question) => question.value.iter().collect(),
            Coverage(question) => question.value.iter().collect(),
            Combinations(question) => question.value.iter().collect(),
            Groups(question) => question.by.iter().map(|by| &by.column).chain(&question.value).collect(),
            Page(question) => question.sort.iter().map(|sort| &sort.column).collect(),
            Find(question) => question.sort.iter().map(|sort| &sort.column).collect(),
            Quantiles(question) => vec![&question.column],
            Contrast(question) => vec![&question.column],
            Values(question) => vec![&question.column],
            // Names of columns of the table.
            Voices(question) => question.by.iter().collect(),
            Counts(_) | Memberships(_) | Overlap(_) | Profile(_) | Events(_) => Vec::new(),
        };
        if let Some(masked) = columns.into_iter().find_map(|column| self.masked_in(column, schema)) {
            return Err(EngineError::Withheld(settings::values_not_shown(&masked)));
        }
        if matches!(question.body, Page(_) | Find(_)) && !self.lists_rows {
            let reason = "customers are not listed: rows = \"refuse\" is set under [privacy]";
            return Err(EngineError::Withheld(reason.into()));
        }
        question.is_guarded = self.min_cell > 0;
        match size {
            FilterSize::Small if !matches!(question.body, Summary(_) | Counts(_) | Memberships(_) | Overlap(_)) => {
                Err(self.too_few())
            }
            FilterSize::NearlyEveryone => {
                widen(&mut question.body);
                Ok(question)
            }
            _ => Ok(question),
        }
    }

    /// Returns the reason why a small filter has no figures.
    pub fn too_few(&self) -> EngineError {
        EngineError::Withheld(too_few(self.min_cell))
    }

    /// Returns the answer without what may not be shown.
    ///
    /// # Errors
    /// Returns [`EngineError::Withheld`] if nothing is left of it.
    pub fn answer(&self, answer: Answer, size: FilterSize, base: u64, schema: &Schema) -> Result<Answer, EngineError> {
        Ok(match answer {
            Answer::Summary(summary) => Answer::Summary(self.summary(summary, size, base)),
            Answer::Counts(mut counts) => {
                clear(&mut counts, size);
                Answer::Counts(counts)
            }
            Answer::Overlap(Overlap { mut rows, mut columns, mut both }) => {
                both.iter_mut().chain([&mut rows, &mut columns]).for_each(|counts| clear(counts, size));
                Answer::Overlap(Overlap { rows, columns, both })
            }
            Answer::Memberships(mut numbers) => {
                if size == FilterSize::Small {
                    numbers.fill(0);
                }
                Answer::Memberships(numbers)
            }
            Answer::Page(page) => Answer::Page(self.page(page, size, base, schema)),
            Answer::Profile(profile) => Answer::Profile(Box::new(self.profile(*profile, schema))),
            Answer::Quantiles(quantiles) if suppress::is_small(quantiles.known, self.min_cell) => {
                return Err(EngineError::Withheld(too_few_known(&quantiles.column, self.min_cell)));
            }
            Answer::Contrast(contrast) => {
                let sizes = [contrast.customers.inside, contrast.customers.outside];
                if sizes.iter().any(|size| suppress::is_small(*size, self.min_cell)) {
                    let message = format!("fewer than {} customers on one side: no comparison is shown", self.min_cell);
                    return Err(EngineError::Withheld(message));
                }
                Answer::Contrast(contrast)
            }
            Answer::Groups(mut groups) => {
                let count = |group: &GroupFigures| group.customers;
                let name = |group: &GroupFigures| group.key.iter().map(Datum::to_string).collect::<Vec<_>>().join(" ");
                self.hide_order(&mut groups.groups, count, name, groups.customers);
                Answer::Groups(groups)
            }
            other @ (Answer::Coverage(LayeredOverlap { .. })
            | Answer::Combinations(_)
            | Answer::Find(_)
            | Answer::Quantiles(_)
            | Answer::Voices(_)
            | Answer::Events(_)
            | Answer::Values(_)) => other,
        })
    }

    /// Returns the error without values of the data. An engine's message may quote one, as when a server cannot read it
    /// as a number. Quotations and long numbers stay only if the question contains them.
    pub fn error(&self, error: EngineError, question: &Question, schema: &Schema) -> EngineError {
        match error {
            EngineError::Failed(reason) => {
                let tables = schema.all_events().iter().map(|events| (&events.name, events.schema.columns()));
                let known = format!("{question:?} {:?} {:?}", schema.columns(), tables.collect::<Vec<_>>());
                EngineError::Failed(without_values(&reason, &known))
            }
            other => other,
        }
    }

    fn summary(&self, summary: Summary, size: FilterSize, base: u64) -> Summary {
        let whole = summary.customers == base && size == FilterSize::Everyone;
        let tells = |value: &ValueSums| {
            let is_all = whole || size == FilterSize::NearlyEveryone;
            let is_shown = |sum: GuardedSum| sum.may_be_shown(self.min_cell);
            is_shown(GuardedSum::in_filter(value)) && (is_all || is_shown(GuardedSum::outside(value)))
        };
        let value = summary.value.filter(|value| size != FilterSize::Small && tells(value));
        let customers = match size {
            FilterSize::Small => 0,
            FilterSize::NearlyEveryone => base.saturating_sub(1),
            FilterSize::Plain | FilterSize::Everyone => summary.customers,
        };
        Summary { customers, base: summary.base, value }
    }

    fn page(&self, mut page: RowPage, size: FilterSize, base: u64, schema: &Schema) -> RowPage {
        for (at, column) in page.columns.iter().enumerate() {
            if self.masked_in(column, schema).is_some() {
                let cells = page.rows.iter_mut().filter_map(|row| row.get_mut(at));
                cells.filter(|cell| !cell.is_null()).for_each(|cell| *cell = Datum::Text(MASK.into()));
            }
        }
        if size == FilterSize::NearlyEveryone {
            page.total = base.saturating_sub(1);
        }
        page
    }

    fn profile(&self, mut profile: ColumnProfile, schema: &Schema) -> ColumnProfile {
        if self.masked_in(&profile.column, schema).is_some() {
            profile.spread = None;
            profile.bins = None;
            profile.left_out += profile.top.len() as u64;
            profile.top.clear();
        }
        self.hide_order(&mut profile.top, |(_, count)| *count, |(value, _)| value.to_string(), profile.customers);
        let column_type = rule::type_of(&profile.column, schema, self.today);
        let numbers = single_numbers(&profile, column_type);
        if let Some(spread) = profile.spread.as_mut().filter(|_| self.min_cell > 0) {
            if column_type.is_number() {
                hide_dominated(spread, profile.known, self.min_cell);
            }
            spread.in_filter = without_extremes(spread.in_filter, profile.known.in_filter, self.min_cell);
            spread.in_base = without_extremes(spread.in_base, profile.known.in_base, self.min_cell);
            if let Some(numbers) = numbers {
                *spread = suppress::spread::spreads(*spread, &numbers, profile.customers, self.min_cell);
            }
        }
        profile
    }

    /// Moves the suppressed items of a list that is sorted by size behind the others, in the order of their names.
    /// Their places would bound them.
    fn hide_order<T>(
        &self,
        list: &mut Vec<T>,
        count: impl Fn(&T) -> CustomerCount,
        name: impl Fn(&T) -> String,
        whole: CustomerCount,
    ) {
        if self.min_cell == 0 {
            return;
        }
        let counts: Vec<CustomerCount> = list.iter().map(count).collect();
        let shown =
            suppress::pairs(&counts, whole, self.min_cell).into_iter().map(|(inside, _)| inside.count().is_some());
        let (seen, hidden): (Vec<_>, Vec<_>) =
            std::mem::take(list).into_iter().zip(shown).partition(|(_, shown)| *shown);
        let mut hidden: Vec<(String, T)> = hidden.into_iter().map(|(item, _)| (name(&item), item)).collect();
        hidden.sort_by(|a, b| a.0.cmp(&b.0));
        list.extend(seen.into_iter().map(|(item, _)| item).chain(hidden.into_iter().map(|(_, item)| item)));
    }

    /// Returns the masked column whose values a column of the schema, or an expression, would show.
    fn masked_in(&self, column: &str, schema: &Schema) -> Option<String> {
        if self.mask.is_empty() {
            return None;
        }
        if is_masked(&self.mask, column) {
            return Some(column.to_owned());
        }
        if schema.find(column) != Lookup::Missing && schema.definition(column).is_none() {
            return None;
        }
        let value = rule::value(column, &schema.clone().with_masked(&[]), self.today).ok()?;
        value.shown_columns().into_iter().find(|column| is_masked(&self.mask, column))
    }
}

/// Quotations, open ones too, and numbers of three digits and more.
static QUOTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"'[^']*'|"[^"]*"|`[^`]*`|['"`].*$|[0-9][0-9.,:/+-]+[0-9]"#).ok());

/// Words that a value follows without quotes.
static FOLLOWED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"((?i-u:values?|text|string|literal|input|cell|key))[ ]*:[ ]*[^'"` ].*$"#).ok());

/// Replaces quotations and numbers by `…`, unless `known` contains them.
fn without_values(text: &str, known: &str) -> String {
    let (Some(quoted), Some(followed)) = (&*QUOTED, &*FOLLOWED) else {
        return "the engine gave a reason that may quote values, so it is not shown".into();
    };
    let text = followed.replace(text, "$1: …");
    let kept = |found: &regex::Captures| {
        let whole = found.get(0).map_or("", |found| found.as_str());
        let inner = whole.trim_matches(['\'', '"', '`']);
        if !inner.is_empty() && known.contains(inner) { whole.to_owned() } else { "…".to_owned() }
    };
    quoted.replace_all(&text, kept).into_owned()
}

/// Returns the numbers of a column in order, with their customers, if each is counted by itself.
fn single_numbers(profile: &ColumnProfile, column_type: ColumnType) -> Option<Vec<(f64, CustomerCount)>> {
    let bins = profile.bins.as_ref()?;
    if column_type.is_whole() && bins.edges.windows(2).all(|pair| pair[1] - pair[0] <= 1.0) {
        let above = (f64::INFINITY, bins.above);
        return Some(bins.edges.iter().copied().zip(bins.counts.iter().copied()).chain([above]).collect());
    }
    let number = |(value, count): &(Datum, CustomerCount)| Some((value.number()?, *count));
    let mut numbers: Vec<(f64, CustomerCount)> = profile.top.iter().filter_map(number).collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    (profile.left_out == 0 && !numbers.is_empty()).then_some(numbers)
}

/// Hides means and deviations of numbers of which one customer has more than half: in the filter, in the base, or outside
/// of the filter, whose mean follows from both.
fn hide_dominated(spread: &mut Spreads, known: CustomerCount, min_cell: u64) {
    let sum = |spread: &Spread, known: u64| {
        let largest = [spread.least, spread.most].into_iter().flatten().map(f64::abs).fold(0.0, f64::max);
        GuardedSum { sum: spread.mean.unwrap_or(0.0) * known as f64, known, largest }
    };
    let (here, all) = (sum(&spread.in_filter, known.in_filter), sum(&spread.in_base, known.in_base));
    let is_all = known.in_filter == known.in_base;
    let is_dominated = |sum: GuardedSum| sum.is_dominated(min_cell);
    let is_hidden = is_dominated(here) || (!is_all && is_dominated(all.without(here)));
    for (spread, is_hidden) in [(&mut spread.in_filter, is_hidden), (&mut spread.in_base, is_dominated(all))] {
        if is_hidden {
            (spread.mean, spread.deviation) = (None, None);
        }
    }
}

/// Removes figures that stand for one customer alone: the minimum and the maximum.
fn without_extremes(spread: Spread, known: u64, min_cell: u64) -> Spread {
    match suppress::is_small(known, min_cell) {
        true => Spread::default(),
        false => Spread { least: None, most: None, ..spread },
    }
}

/// Replaces the filter by the rule that is true for everyone. Rows keep the filter, since they are no figures.
fn widen(question: &mut QuestionBody) {
    if matches!(question, QuestionBody::Page(_) | QuestionBody::Find(_) | QuestionBody::Events(_)) {
        return;
    }
    if let Some(filter) = question.filter_mut() {
        *filter = Checked::everyone();
    }
}

/// Clears the counts in a small filter, so that nobody and a few customers look alike.
fn clear(counts: &mut [CustomerCount], size: FilterSize) {
    if size == FilterSize::Small {
        counts.iter_mut().for_each(|count| count.in_filter = 0);
    }
}

/// Returns the sentence on a filter of a few customers.
pub fn too_few(min_cell: u64) -> String {
    format!("fewer than {min_cell} customers match: no figures are shown (min_cell)")
}

/// Returns the sentence on a filter of nearly all customers.
pub fn nearly_everyone(min_cell: u64) -> String {
    format!("all but fewer than {min_cell} customers match: the figures are those of all (min_cell)")
}

fn too_few_known(column: &str, min_cell: u64) -> String {
    format!("fewer than {min_cell} customers have a value of {column}: nothing is shown of it (min_cell)")
}
