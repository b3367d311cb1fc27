//! Counts and derived figures as cells of a list: suppressed if small, dim if outdated. Estimates are marked with `≈`
//! and have a margin in place of a share.

use super::columns::{ListColumn, Yields};
use super::list::ListCell;
use crate::engine::CustomerCount;
use crate::insight::estimate::{Estimate, SampleSize};
use crate::insight::figures;
use crate::insight::format;
use crate::insight::inquiry::NewestFact;
use crate::insight::suppress::{self, DisclosedCount};
use crate::text;
use crate::tui::core::State;
use crate::tui::paint::theme::Role;

/// Explanation of the mark of a hidden count.
pub const HIDDEN_NOTE: &str = "· hidden: it would give a small count away";

/// Context that the counts of one answer are drawn in.
#[derive(Debug, Clone, Copy)]
pub struct FigureContext {
    min_cell: u64,
    /// `Role::Dim` for an answer to an older question.
    role: Role,
    /// Customers of the filter that the answer is about, if known.
    whole: Option<u64>,
    base: Option<u64>,
    /// Sizes of the sample, if the counts are counts in it, to be shown as estimates.
    sample: Option<SampleSize>,
}

/// The answer that a pane shows: the exact one, or counts in a sample until that one is known.
#[derive(Debug)]
pub struct PaneAnswer<'a, T> {
    /// The answer to draw; `None` while there is neither an exact one nor an estimate.
    pub answer: Option<&'a T>,
    fresh: bool,
    sample: Option<SampleSize>,
}

impl<'a, T> PaneAnswer<'a, T> {
    /// Returns the exact answer, or the sample's `counted` while that is being counted.
    pub fn new(state: &'a State, exact: &'a NewestFact<T>, counted: &'a NewestFact<T>) -> Self {
        match state.estimates.in_place_of(exact, counted) {
            Some((counted, size)) => Self { answer: Some(counted), fresh: true, sample: Some(size) },
            None => Self { answer: exact.answer.as_ref(), fresh: exact.fresh, sample: None },
        }
    }

    /// Returns true if the answer is of the sample.
    pub fn is_estimate(&self) -> bool {
        self.sample.is_some()
    }

    /// Returns the context that the answer's counts are drawn in. `whole` is the number of the filter's customers that
    /// it is about.
    pub fn figures(&self, state: &State, whole: impl Fn(&T) -> u64) -> FigureContext {
        let fresh = self.is_estimate() || (self.fresh && state.panes_agree());
        FigureContext { sample: self.sample, ..FigureContext::new(state, fresh, self.answer.map(whole)) }
    }
}

impl FigureContext {
    /// Creates the context for one answer. `whole` is the number of the filter's customers that it is about.
    pub fn new(state: &State, fresh: bool, whole: Option<u64>) -> Self {
        let min_cell = state.settings.min_cell;
        Self { min_cell, role: answer_role(state, fresh), whole, base: state.customers(), sample: None }
    }

    /// Returns the context for counts in a sample, to be shown as estimates.
    pub fn of_sample(self, size: SampleSize) -> Self {
        Self { sample: Some(size), ..self }
    }

    /// Returns the role of the counts.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Returns true if counts are of the sample, to be drawn as estimates.
    pub fn is_estimate(&self) -> bool {
        self.sample.is_some()
    }

    /// Returns the role of bars: those of estimates are dim, as outdated ones are.
    pub fn bar_role(&self) -> Role {
        if self.role == Role::Dim || self.sample.is_some() { Role::Dim } else { Role::Bar }
    }

    /// Suppresses a count that stands alone.
    pub fn single(&self, count: u64) -> DisclosedCount {
        suppress::single(count, self.min_cell)
    }

    /// Suppresses a set's customers in the filter and in the base.
    pub fn pair(&self, count: CustomerCount) -> (DisclosedCount, DisclosedCount) {
        match (self.whole, self.base) {
            (Some(in_filter), Some(in_base)) => {
                suppress::pair(count, CustomerCount { in_filter, in_base }, self.min_cell)
            }
            _ => (suppress::single(count.in_filter, self.min_cell), suppress::single(count.in_base, self.min_cell)),
        }
    }

    /// Suppresses parts of the filter: cells, groups, values.
    pub fn pairs(&self, counts: &[CustomerCount]) -> Vec<(DisclosedCount, DisclosedCount)> {
        match (self.whole, self.base) {
            (Some(in_filter), Some(in_base)) => {
                suppress::pairs(counts, CustomerCount { in_filter, in_base }, self.min_cell)
            }
            _ => counts.iter().map(|count| self.pair(*count)).collect(),
        }
    }

    /// Returns the cell of a count, or of its estimate.
    pub fn count(&self, shown: DisclosedCount) -> ListCell {
        let role = if shown.count() == Some(0) { Role::Dim } else { self.role };
        match self.sample {
            Some(size) => ListCell::text(estimated(shown, size).map_or(format::WAITING.into(), format::estimate), role),
            None => ListCell::text(format::shown(shown), role),
        }
    }

    /// Returns the share of the filter, or the margin of an estimate.
    pub fn share(&self, shown: DisclosedCount) -> ListCell {
        if let Some(size) = self.sample {
            return estimated(shown, size)
                .map_or(ListCell::Blank, |estimate| ListCell::text(format::margin(estimate), Role::Dim));
        }
        if self.whole.is_some() { self.percent(self.share_of_filter(shown)) } else { ListCell::Blank }
    }

    /// Returns the share of the filter's customers, between 0 and 1; `None` if it may not be shown.
    pub fn share_of_filter(&self, shown: DisclosedCount) -> Option<f64> {
        figures::share(shown.count()?, self.disclosed_whole()?)
    }

    /// Returns the cell of a share between 0 and 1.
    pub fn percent(&self, share: Option<f64>) -> ListCell {
        let role = if share.is_none_or(|share| share == 0.0) { Role::Dim } else { self.role };
        ListCell::text(format::percent(share), role)
    }

    /// Returns the index of a set with `shown` customers in the filter and `in_base` in the base.
    pub fn index(&self, shown: DisclosedCount, in_base: DisclosedCount) -> ListCell {
        if self.whole.is_none() || self.sample.is_some() {
            return ListCell::Blank;
        }
        let index = self.index_figure(shown, in_base);
        let role = if shown.count() == Some(0) { Role::Dim } else { index_role(index, self.role) };
        ListCell::text(format::index(index), role)
    }

    /// Returns the index of a set with `shown` customers in the filter and `in_base` in the base; `None` if it may not
    /// be shown, or for an estimate.
    pub fn index_figure(&self, shown: DisclosedCount, in_base: DisclosedCount) -> Option<f64> {
        if self.sample.is_some() {
            return None;
        }
        let (both, in_base) = shown.count().zip(in_base.count())?;
        figures::index(both, self.disclosed_whole()?, in_base, self.base?)
    }

    /// Returns the whole, unless it is so small that a share of it would disclose it.
    fn disclosed_whole(&self) -> Option<u64> {
        self.whole.filter(|&whole| !suppress::is_small(whole, self.min_cell))
    }
}

/// Returns the role of an answer's figures: dim if they are outdated, or while the filter is in error or unchecked.
pub fn answer_role(state: &State, fresh: bool) -> Role {
    if fresh && state.filter.is_asked() { Role::Text } else { Role::Dim }
}

/// Returns the role of an index: dim near average, that of rising or falling if notable. Its mark shows the direction
/// too.
pub fn index_role(index: Option<f64>, role: Role) -> Role {
    match index {
        Some(index) if role == Role::Text && index >= format::HIGH => Role::Rise,
        Some(index) if role == Role::Text && index <= format::LOW => Role::Fall,
        Some(index) if (index - 100.0).abs() <= format::NEAR => Role::Dim,
        Some(_) => role,
        None => Role::Dim,
    }
}

/// Returns the estimate of a count in a sample; `None` if so few are in the sample that none is shown.
///
/// The limit applies to the customers in the sample, who are people too: it is stricter than one on the estimate, and
/// what follows from other counts in the sample is hidden with them.
pub fn estimated(shown: DisclosedCount, size: SampleSize) -> Option<Estimate> {
    size.estimate(shown.count()?)
}

/// Returns the number of cells that counts of this base need, or estimates if there is a sample.
pub fn count_width(state: &State) -> usize {
    let mark = if state.estimates.sample.is_some() { text::width(format::ESTIMATE_MARK) } else { 0 };
    state.customers().map_or(9, |n| format::count(n).len() + mark)
}

/// Returns the column after the counts: their shares under this heading, or the margins of estimates, which are as
/// important as the counts.
pub fn share_column(state: &State, heading: &'static str, yields: Yields, is_estimate: bool) -> ListColumn {
    const SHARE: usize = 7;
    let sample = state.estimates.sample.as_ref();
    let widest = sample.and_then(|sample| sample.size.estimate(sample.size.sampled / 2));
    let width = widest.map_or(SHARE, |estimate| text::width(&format::margin(estimate)).max(SHARE));
    match is_estimate {
        true => ListColumn::number("margin", "margin", width, Yields::Never),
        false => ListColumn::number(heading, heading, width, yields),
    }
}
