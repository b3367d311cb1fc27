//! The attributes that describe the persona, one by one and combined.

use super::blocks::{heading, table};
use super::page::CardInput;
use super::size::rule_pieces;
use crate::insight::card::AttributeFacts;
use crate::insight::format;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;

/// Returns a line per attribute: its share of the persona and of the base, its index, and the share of the base with
/// it and all attributes above.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    let attributes = &shown.facts.attributes;
    if attributes.is_empty() {
        return Lines::new();
    }
    let mut lines = heading("Attributes", "cumulative share of base: this and all above");
    let names = attributes.iter().map(|one| one.text.chars().count());
    let columns = [
        ListColumn::name(names.max().unwrap_or(0), 12),
        ListColumn::number("persona", "pers.", 7, Yields::Share),
        ListColumn::number("of base", "base", 7, Yields::Value),
        ListColumn::number("index", "index", 7, Yields::Index),
        ListColumn::number("all", "all", 7, Yields::Never),
    ];
    lines.extend(table(&columns, attributes.iter().map(|one| row(shown, one)).collect(), width));
    lines
}

fn row(shown: CardInput, one: &AttributeFacts) -> ListRow {
    let name = ListCell::Pieces(rule_pieces(&one.text, usize::MAX));
    let Some(figures) = one.figures.get() else {
        return ListRow { cells: vec![name, ListCell::Blank], rest: Some((1, super::page::unknown(&one.figures))) };
    };
    let role = shown.role(Role::Text);
    let percent = |share, role| ListCell::text(format::percent(share), role);
    ListRow {
        cells: vec![
            name,
            percent(figures.share_of_audience, role),
            percent(figures.share_of_base, Role::Dim),
            ListCell::text(format::index(figures.index), index_role(figures.index, role)),
            percent(figures.all_share_of_base, shown.role(Role::Strong)),
        ],
        rest: None,
    }
}
