//! Counts and derived figures as cells of a list: suppressed if small, dim if outdated.

use super::format;
use super::theme::Role;
use super::widgets::list::Cell;
use crate::app::State;
use crate::engine::Count;
use crate::insight::figures;
use crate::insight::suppress::{self, Shown};

/// Context that the counts of one answer are drawn in.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    min_cell: u64,
    /// `Role::Dim` for an answer to an older question.
    role: Role,
    /// Customers of the filter that the answer is about, if known.
    whole: Option<u64>,
    base: Option<u64>,
}

impl Figures {
    /// Creates the context for one answer. `whole` is the number of the filter's customers that it is about.
    pub fn new(state: &State, fresh: bool, whole: Option<u64>) -> Self {
        let min_cell = state.settings.min_cell;
        Self { min_cell, role: answer_role(state, fresh), whole, base: state.customers() }
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// Suppresses a set's customers in the filter and in the base.
    pub fn pair(&self, count: Count) -> (Shown, Shown) {
        match (self.whole, self.base) {
            (Some(in_filter), Some(in_base)) => suppress::pair(count, Count { in_filter, in_base }, self.min_cell),
            _ => (suppress::single(count.in_filter, self.min_cell), suppress::single(count.in_base, self.min_cell)),
        }
    }

    /// Suppresses parts of the filter: cells, groups, values.
    pub fn pairs(&self, counts: &[Count]) -> Vec<(Shown, Shown)> {
        match (self.whole, self.base) {
            (Some(in_filter), Some(in_base)) => suppress::pairs(counts, Count { in_filter, in_base }, self.min_cell),
            _ => counts.iter().map(|count| self.pair(*count)).collect(),
        }
    }

    pub fn count(&self, shown: Shown) -> Cell {
        let role = if shown.count() == Some(0) { Role::Dim } else { self.role };
        Cell::text(format::shown(shown), role)
    }

    /// Returns the share of the filter.
    pub fn share(&self, shown: Shown) -> Cell {
        if self.whole.is_some() { self.percent(self.share_of_filter(shown)) } else { Cell::Blank }
    }

    pub fn share_of_filter(&self, shown: Shown) -> Option<f64> {
        figures::share(shown.count()?, self.told_whole()?)
    }

    pub fn percent(&self, share: Option<f64>) -> Cell {
        let role = if share.is_none_or(|share| share == 0.0) { Role::Dim } else { self.role };
        Cell::text(format::percent(share), role)
    }

    /// Returns the index of a set with `shown` customers in the filter and `in_base` in the base.
    pub fn index(&self, shown: Shown, in_base: Shown) -> Cell {
        if self.whole.is_none() {
            return Cell::Blank;
        }
        let index = match (shown.count().zip(in_base.count()), self.told_whole(), self.base) {
            (Some((both, in_base)), Some(whole), Some(base)) => figures::index(both, whole, in_base, base),
            _ => None,
        };
        let role = if shown.count() == Some(0) { Role::Dim } else { index_role(index, self.role) };
        Cell::text(format::index(index), role)
    }

    /// Returns the whole, unless it is so small that a share of it would disclose it.
    fn told_whole(&self) -> Option<u64> {
        self.whole.filter(|&whole| !suppress::is_small(whole, self.min_cell))
    }
}

/// Returns the role of an answer's figures: dim if they are outdated, or while the filter is in error or unchecked.
pub fn answer_role(state: &State, fresh: bool) -> Role {
    if fresh && state.filter.is_asked() { Role::Text } else { Role::Dim }
}

/// Returns the role of an index: dim near average, accented if notable. Its mark shows the direction.
pub fn index_role(index: Option<f64>, role: Role) -> Role {
    match index {
        Some(index) if role == Role::Text && (index >= format::HIGH || index <= format::LOW) => Role::Accent,
        Some(index) if (index - 100.0).abs() <= format::NEAR => Role::Dim,
        Some(_) => role,
        None => Role::Dim,
    }
}

/// Returns the number of cells that counts of this base need.
pub fn count_width(state: &State) -> usize {
    state.customers().map_or(9, |n| format::count(n).len())
}
