//! Draws the list of columns.

use super::ColumnList;
use crate::engine::{ColumnProfile, CustomerCount};
use crate::insight::format;
use crate::insight::table::{self, Table};
use crate::insight::{figures, suppress};
use crate::model::ColumnType;
use crate::text;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::answer_role;
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};
use crate::tui::widgets::mask::MASK;

/// Width of a sketch, in cells.
const SKETCH: usize = 12;

/// Draws the list with the selected column.
pub fn draw_list(canvas: &mut Canvas, area: Rect, selected: usize, focused: bool, state: &State) {
    list(area, selected, focused, state).draw(canvas, area);
}

/// Returns the list to copy, with the types in full.
pub fn table(state: &State) -> Table {
    let mut table = list(WHOLE, 0, false, state).table();
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    for (row, column) in table.rows.iter_mut().zip(columns) {
        row[0] = table::TableCell::text(column.name.as_str());
        row[1] = table::TableCell::text(column.column_type.word());
    }
    table
}

fn list(area: Rect, selected: usize, focused: bool, state: &State) -> List {
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    let window = Window::new(area, selected, columns.len());
    let name =
        columns.iter().map(|column| text::width(&text::visible(&shown_name(&column.name, state)))).max().unwrap_or(0);
    let list: &ColumnList = state.views.get();
    let row = |at: usize| {
        let column = &columns[at];
        let role = |profile: &super::ProfileInquiry| answer_role(state, profile.found.fresh);
        let mut cells = vec![
            ListCell::text(
                shown_name(&column.name, state),
                match state.query.columns.hidden.contains(&column.name) {
                    true => Role::Dim,
                    false if at == selected => Role::Strong,
                    false => Role::Text,
                },
            ),
            ListCell::text(short(column.column_type), Role::Dim),
        ];
        cells.extend(match list.profile(&column.name) {
            None => [blank(), blank(), ListCell::text(MASK, Role::Dim)],
            Some(profile) => match (&profile.found.error, &profile.found.answer) {
                (Some(error), _) => [blank(), blank(), ListCell::text(format!("! {error}"), Role::Error)],
                (None, Some(answer)) => figures_of(answer, role(profile), state),
                (None, None) => [blank(), blank(), ListCell::text("…", Role::Dim)],
            },
        });
        ListRow { cells, rest: None }
    };
    List {
        title: "Columns".into(),
        columns: vec![
            ListColumn::name(name, 8).titled("column"),
            ListColumn::name(4, 4).titled("type"),
            ListColumn::number("missing", "missing", 7, Yields::Share),
            ListColumn::number("distinct", "distinct", 8, Yields::Value),
            ListColumn::growing(SKETCH as u16, Yields::Never).titled("values"),
        ],
        rows: window.sight.clone().map(row).collect(),
        window,
        focused,
        empty: vec![("the columns are still being read".into(), Role::Dim)],
        ..List::default()
    }
}

/// Returns a column's name, with a remark if the rows do not show it.
fn shown_name(column: &str, state: &State) -> String {
    match state.query.columns.hidden.contains(column) {
        true => format!("{column} (hidden)"),
        false => column.to_owned(),
    }
}

fn blank() -> ListCell {
    ListCell::text(String::new(), Role::Dim)
}

/// Returns a word for the type that fits a narrow column.
fn short(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Integer => "int",
        ColumnType::Timestamp => "time",
        ColumnType::Boolean => "bool",
        kind if kind.is_number() => "num",
        kind if kind.word().len() <= 4 => kind.word(),
        _ => "misc",
    }
}

/// Returns missing and distinct values of the filter's customers, and a sketch of the values.
fn figures_of(profile: &ColumnProfile, role: Role, state: &State) -> [ListCell; 3] {
    let min_cell = state.settings.min_cell;
    let (all, known) = (profile.customers.in_filter, profile.known.in_filter);
    let parts = suppress::parts_of_total(&[known, all.saturating_sub(known)], min_cell);
    let may_show = parts[0].count().is_some() && (known == all || parts[1].count().is_some());
    let missing = figures::share(all.saturating_sub(known), all).filter(|_| may_show);
    let distinct = profile.distinct.filter(|_| parts[0].count().is_some() || min_cell == 0);
    [
        ListCell::text(
            match missing {
                Some(0.0) => String::new(),
                missing => format::percent(missing),
            },
            role,
        ),
        ListCell::text(distinct.map_or_else(|| "many".into(), |distinct| format::count(distinct.in_filter)), role),
        match distinct {
            // The most frequent value of a key is no more frequent than any other.
            Some(distinct) if distinct.in_filter == known && known > 1 && profile.bins.is_none() => {
                ListCell::text("each value once", Role::Dim)
            }
            _ => ListCell::text(sketch(profile, state), if role == Role::Dim { Role::Dim } else { Role::Bar }),
        },
    ]
}

/// Returns a small histogram, or the most frequent value with its share.
fn sketch(profile: &ColumnProfile, state: &State) -> String {
    let shown = |counts: Vec<CustomerCount>| -> Vec<Option<u64>> {
        let shown = suppress::pairs(&counts, profile.customers, state.settings.min_cell);
        shown.iter().map(|shown| shown.0.count()).collect()
    };
    match (&profile.bins, profile.top.first()) {
        (Some(bins), _) => {
            let counts: Vec<u64> = shown(bins.counts.clone()).into_iter().map(|count| count.unwrap_or(0)).collect();
            format::sparkline(&counts)
        }
        (None, Some((value, _))) => {
            let counts = shown(profile.top.iter().map(|(_, count)| *count).collect());
            let share = counts[0].and_then(|count| figures::share(count, profile.customers.in_filter));
            match share {
                Some(share) => format!("{} {}", format::value(value), format::percent(Some(share))),
                None => String::new(),
            }
        }
        (None, None) => String::new(),
    }
}
