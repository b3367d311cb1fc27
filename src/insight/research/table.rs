//! Respondents and mentions of one table, line by line and by persona, as they may be shown.

use super::says;
use crate::engine::{CustomerCount, VoiceFigures};
use crate::insight::figures;
use crate::insight::suppress::{self, CrossTable, DisclosedCount};
use crate::model::{Datum, Events};

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
    /// Number of rows in the table.
    pub rows: u64,
    /// Number of rows whose key belongs to no customer of the base.
    pub strangers: u64,
    /// Minimum number of respondents for a figure to be shown.
    pub(super) least: u64,
    pub(super) min_cell: u64,
    pub(super) is_narrowed: bool,
}

/// One line of a research table.
#[derive(Debug, Clone, PartialEq)]
pub struct ResearchLine {
    pub what: LineSubject,
    /// Respondents and mentions by column.
    pub(super) heard: Vec<VoiceFigures>,
    /// Means by column, for a line of means.
    pub(super) means: Vec<Option<f64>>,
}

/// Rows of the table that a line counts.
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

    /// Returns the customers of a column, the whole of its response rate, as they may be shown. Those of a persona in a filter
    /// stand elsewhere beside its customers in the base, which are not known here: they are hidden.
    pub fn size(&self, column: usize) -> DisclosedCount {
        let customers = self.customers.get(column).copied().unwrap_or_default();
        match (column, suppress::single(customers, self.min_cell)) {
            (0, shown) => shown,
            (_, DisclosedCount::Count(_)) if self.is_narrowed && self.min_cell > 0 => DisclosedCount::Hidden,
            _ => suppress::near_whole(customers, self.customers[0], self.min_cell),
        }
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
                let known = respondents.count().zip(self.size(column).count());
                (known.and_then(|(n, customers)| figures::share(n, customers)), None)
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
        let all_shown = shown[column].iter().all(|shown| shown.count().is_some());
        ResearchCell { respondents, mentions, share, index, mean: mean.filter(|_| all_shown) }
    }
}

/// Returns the mean over the rows that have a number, by column; `None` for dates, which are not added up.
pub(super) fn mean(values: &[(Datum, Vec<VoiceFigures>)], all: &[VoiceFigures]) -> Option<ResearchLine> {
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
