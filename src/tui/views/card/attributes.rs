//! The attributes that describe the persona, one by one and combined.

use super::blocks::{heading, table};
use super::draw::Shown;
use super::size::rule_pieces;
use crate::insight::card::AttributeFacts;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{Column, Yields};
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::format;
use crate::tui::widgets::list::{Cell, Row};
use crate::tui::widgets::page::Lines;

/// Returns a line per attribute: its share of the persona and of the base, its index, and the share of the base with
/// it and all attributes above.
pub fn lines(shown: Shown, width: usize) -> Lines {
    let attributes = &shown.facts.attributes;
    if attributes.is_empty() {
        return Lines::new();
    }
    let mut lines = heading("Attributes", "cumulative share of base: this and all above");
    let names = attributes.iter().map(|one| one.text.chars().count());
    let columns = [
        Column::name(names.max().unwrap_or(0), 12),
        Column::number("persona", "pers.", 7, Yields::Share),
        Column::number("of base", "base", 7, Yields::Value),
        Column::number("index", "index", 7, Yields::Index),
        Column::number("all", "all", 7, Yields::Never),
    ];
    lines.extend(table(&columns, attributes.iter().map(|one| row(shown, one)).collect(), width));
    lines
}

fn row(shown: Shown, one: &AttributeFacts) -> Row {
    let name = Cell::Pieces(rule_pieces(&one.text, usize::MAX));
    let Some(figures) = one.figures.get() else {
        return Row { cells: vec![name, Cell::Blank], rest: Some((1, super::draw::unknown(&one.figures))) };
    };
    let role = shown.role(Role::Text);
    let percent = |share, role| Cell::text(format::percent(share), role);
    Row {
        cells: vec![
            name,
            percent(figures.share_of_audience, role),
            percent(figures.share_of_base, Role::Dim),
            Cell::text(format::index(figures.index), index_role(figures.index, role)),
            percent(figures.all_share_of_base, shown.role(Role::Strong)),
        ],
        rest: None,
    }
}
