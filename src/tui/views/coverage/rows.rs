//! The sums at the top and the steps of the waterfall.

use super::draw::name;
use crate::insight::coverage::{Coverage, Part};
use crate::insight::suppress::Shown;
use crate::model::reference;
use crate::tui::core::State;
use crate::tui::views::coverage::Line;
use crate::tui::widgets::format;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::list::{Cell, Row};

/// Returns the line of customers in no persona, in one, or in several.
pub fn sum(line: Line, coverage: &Coverage, role: Role) -> Row {
    let (name, part) = match line {
        Line::None => ("in no persona", coverage.none),
        Line::One => ("in exactly one", coverage.one),
        _ => ("in two or more", coverage.several),
    };
    let mut cells = vec![Cell::text(name, role), Cell::Bar(part.share.unwrap_or(0.0), bar(role))];
    cells.extend(figures(part, coverage, role));
    Row { cells, rest: None }
}

/// Returns the line of a persona: the customers it adds to those above, and those it loses to them.
pub fn step(at: usize, state: &State, coverage: &Coverage, role: Role) -> Row {
    let step = &coverage.steps[at];
    let before = at.checked_sub(1).and_then(|before| coverage.steps[before].total.share).unwrap_or(0.0);
    let mut cells = vec![
        Cell::Pieces(vec![(format!("{:>2} ", at + 1), Role::Dim), (name(state, &step.id).to_owned(), role)]),
        Cell::Span(before, step.takes.share.unwrap_or(0.0), bar(role)),
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
        Cell::text(to, Role::Dim),
        count(step.only.customers, role),
        Cell::text(format::percent(step.total.share), role),
    ]);
    Row { cells, rest: None }
}

/// Returns customers, their share, and the share of value if there is a value column.
fn figures(part: Part, coverage: &Coverage, role: Role) -> Vec<Cell> {
    let mut cells = vec![count(part.customers, role), Cell::text(format::percent(part.share), role)];
    if coverage.has_value {
        cells.push(Cell::text(format::percent(part.value_share), role));
    }
    cells
}

fn count(shown: Shown, role: Role) -> Cell {
    let role = if shown.count() == Some(0) { Role::Dim } else { role };
    Cell::text(format::shown(shown), role)
}

fn bar(role: Role) -> Role {
    if role == Role::Dim { Role::Dim } else { Role::Bar }
}

/// Returns a line of text.
pub fn said(words: String, role: Role) -> Row {
    Row { cells: vec![Cell::Blank], rest: Some((0, (words, role))) }
}

/// Returns the heading of what follows, with its meaning.
pub fn heading(name: &str, about: &str, role: Role) -> Row {
    let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
    said(format!("{name} – {about}"), strong)
}
