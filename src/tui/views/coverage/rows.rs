//! The sums at the top and the steps of the waterfall.

use super::parts::name;
use crate::insight::coverage::{CoveragePart, PersonaCoverage};
use crate::insight::format;
use crate::insight::suppress::DisclosedCount;
use crate::model::reference;
use crate::tui::core::State;
use crate::tui::paint::theme::Role;
use crate::tui::views::coverage::CoverageLine;
use crate::tui::widgets::list::{ListCell, ListRow};

/// Returns the line of customers in no persona, in one, or in several.
pub fn sum(line: CoverageLine, coverage: &PersonaCoverage, role: Role) -> ListRow {
    let (name, part) = match line {
        CoverageLine::None => ("in no persona", coverage.none),
        CoverageLine::One => ("in exactly one", coverage.one),
        _ => ("in two or more", coverage.several),
    };
    let mut cells = vec![ListCell::text(name, role), ListCell::Bar(part.share.unwrap_or(0.0), bar(role))];
    cells.extend(figures(part, coverage, role));
    ListRow { cells, rest: None }
}

/// Returns the line of a persona: the customers it adds to those above, and those it loses to them.
pub fn step(at: usize, state: &State, coverage: &PersonaCoverage, role: Role) -> ListRow {
    let step = &coverage.steps[at];
    let before = at.checked_sub(1).and_then(|before| coverage.steps[before].total.share).unwrap_or(0.0);
    let mut cells = vec![
        ListCell::Pieces(vec![(format!("{:>2} ", at + 1), Role::Dim), (name(state, &step.id).to_owned(), role)]),
        ListCell::Span(before, step.takes.share.unwrap_or(0.0), bar(role)),
    ];
    cells.extend(figures(step.takes, coverage, role));
    let to = match step.mostly_to() {
        Some((to, _)) => {
            let share = step.loses_share.map(|share| format!("{} ", format::percent(Some(share)))).unwrap_or_default();
            format!("{share}{}", reference(&coverage.steps[to].id))
        }
        None => String::new(),
    };
    cells.extend([
        count(step.loses, role),
        ListCell::text(to, Role::Dim),
        count(step.only.customers, role),
        ListCell::text(format::percent(step.total.share), role),
    ]);
    ListRow { cells, rest: None }
}

/// Returns customers, their share, and the share of value if there is a value column.
fn figures(part: CoveragePart, coverage: &PersonaCoverage, role: Role) -> Vec<ListCell> {
    let mut cells = vec![count(part.customers, role), ListCell::text(format::percent(part.share), role)];
    if coverage.has_value {
        cells.push(ListCell::text(format::percent(part.value_share), role));
    }
    cells
}

fn count(shown: DisclosedCount, role: Role) -> ListCell {
    let role = if shown.count() == Some(0) { Role::Dim } else { role };
    ListCell::text(format::shown(shown), role)
}

fn bar(role: Role) -> Role {
    if role == Role::Dim { Role::Dim } else { Role::Bar }
}

/// Returns a line of text.
pub fn said(words: String, role: Role) -> ListRow {
    ListRow { cells: vec![ListCell::Blank], rest: Some((0, (words, role))) }
}

/// Returns the heading of a block of lines, with an explanation beside it.
pub fn heading(name: &str, about: &str, role: Role) -> ListRow {
    let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
    said(format!("{name} – {about}"), strong)
}
