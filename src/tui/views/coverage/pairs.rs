//! Customers in both of every two personas: each against those before it.

use std::ops::Range;

use super::CoverageView;
use super::parts::{name, pair_width, right};
use crate::insight::coverage::PersonaCoverage;
use crate::insight::coverage::waterfall::WaterfallStep;
use crate::insight::figures;
use crate::insight::format;
use crate::model::reference;
use crate::text;
use crate::tui::core::State;
use crate::tui::paint::theme::Role;
use crate::tui::views::coverage::{CoverageLine, chosen};
use crate::tui::widgets::list::{ListCell, ListRow};

/// Returns the heading with the personas' ids.
pub fn heading(state: &State, coverage: &PersonaCoverage, room: u16, role: Role) -> ListRow {
    let width = pair_width(state, coverage);
    let columns = columns(state, coverage, width, room);
    let ids = columns.map(|at| format!("{} ", right(&coverage.steps[at].id, width + 1)));
    let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
    ListRow {
        cells: vec![ListCell::text("In both", strong), ListCell::Blank, ListCell::Blank],
        rest: Some((1, (ids.collect::<String>(), Role::Dim))),
    }
}

/// Returns a persona's overlap with each of those before it, the selected one marked.
pub fn row(at: usize, state: &State, coverage: &PersonaCoverage, room: u16, role: Role) -> ListRow {
    let view = state.views.get::<CoverageView>();
    let width = pair_width(state, coverage);
    let marked = (chosen(view) == Some(CoverageLine::Pairs(at))).then(|| view.other(at));
    let cell = |other: usize| {
        let count = coverage.both[at].get(other).map_or(String::new(), |both| format::shown(*both));
        if marked == Some(other) {
            let count = text::truncate(&count, width).into_owned();
            return format!("{}‹", right(&format!("›{count}"), width + 1));
        }
        format!("{} ", right(&count, width + 1))
    };
    let cells: String = columns(state, coverage, width, room).filter(|other| *other < at).map(cell).collect();
    let head = vec![(format!("{:>2} ", at + 1), Role::Dim), (name(state, &coverage.steps[at].id).to_owned(), role)];
    ListRow { cells: vec![ListCell::Pieces(head), ListCell::Blank, ListCell::Blank], rest: Some((1, (cells, role))) }
}

/// Returns the range of personas that fit, including the selected one.
fn columns(state: &State, coverage: &PersonaCoverage, width: usize, room: u16) -> Range<usize> {
    let fit = (usize::from(room) / (width + 2)).max(1);
    let all = coverage.steps.len().saturating_sub(1);
    let first = (state.views.get::<CoverageView>().column + 1).saturating_sub(fit).min(all.saturating_sub(fit));
    first..all.min(first + fit)
}

/// Describes the overlap of the selected pair.
pub fn sentence(at: usize, other: usize, coverage: &PersonaCoverage) -> String {
    let (a, b) = (&coverage.steps[at], &coverage.steps[other]);
    let both = coverage.both[at][other];
    let share = |whole: &WaterfallStep| {
        let counts = both.count().zip(whole.all.customers.count());
        let share = counts.and_then(|(both, whole)| figures::share(both, whole));
        super::parts::percent_of(share, &format!("of {}", reference(&whole.id)))
    };
    let jaccard = coverage.jaccard(at, other).map(|jaccard| format!("Jaccard {jaccard:.2}"));
    let parts: Vec<String> =
        [Some(format!("{} in both", format::shown(both))), share(b), share(a), jaccard].into_iter().flatten().collect();
    parts.join(" · ")
}
