//! The most frequent values of a column.

use ratatui::layout::Rect;

use super::ProfileView;
use crate::engine::{ColumnProfile, CustomerCount};
use crate::insight::format;
use crate::insight::table;
use crate::insight::{figures, suppress};
use crate::text;
use crate::tui::core::State;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, count_width};
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};

/// Draws the values with their shares in the filter and in the base.
pub fn draw(canvas: &mut Canvas, area: Rect, profile: &ColumnProfile, state: &State) {
    list(area, profile, state).draw(canvas, area);
}

/// Returns the values as rows of a table: the shares of filter and base, customers and index.
pub fn copied(profile: &ColumnProfile, state: &State) -> Vec<Vec<table::TableCell>> {
    let row = |row: Vec<table::TableCell>| {
        let [value, customers, of_filter, of_base, index] = <[table::TableCell; 5]>::try_from(row).ok()?;
        Some(vec![table::TableCell::text("value"), value, of_filter, of_base, customers, index])
    };
    list(WHOLE, profile, state).table().rows.into_iter().filter_map(row).collect()
}

fn list(area: Rect, profile: &ColumnProfile, state: &State) -> List {
    let fresh = state.views.get::<ProfileView>().profile.found.fresh;
    let figures = FigureContext::new(state, fresh, Some(profile.customers.in_filter));
    let window = Window::new(area, state.views.get::<ProfileView>().cursor, profile.top.len());
    let counts: Vec<CustomerCount> = profile.top.iter().map(|(_, count)| *count).collect();
    let shown = suppress::pairs(&counts, profile.customers, state.settings.min_cell);
    let largest = shown.iter().filter_map(|shown| shown.0.count()).max().unwrap_or(0);
    let names: Vec<String> = profile.top.iter().map(|(value, _)| format::value(value)).collect();
    let name = names.iter().map(|name| text::width(&text::visible(name))).max().unwrap_or(0);
    let row = |at: usize| {
        let (shown, in_base) = shown[at];
        let length = shown.count().and_then(|count| figures::share(count, largest)).unwrap_or(0.0);
        let of_base = in_base.count().and_then(|count| figures::share(count, profile.customers.in_base));
        ListRow {
            cells: vec![
                ListCell::text(names[at].clone(), figures.role()),
                ListCell::Bar(length, if figures.role() == Role::Dim { Role::Dim } else { Role::Bar }),
                figures.count(shown),
                figures.share(shown),
                figures.percent(of_base),
                figures.index(shown, in_base),
            ],
            rest: None,
        }
    };
    let more = format::counted(profile.left_out, "more value", "more values");
    let empty = match profile.distinct {
        None => ("too many distinct values to count them one by one".to_owned(), Role::Dim),
        Some(_) => ("no customer has a value here".to_owned(), Role::Dim),
    };
    List {
        title: "Values".into(),
        columns: vec![
            ListColumn::name(name, 8),
            ListColumn::growing(4, Yields::Bar),
            ListColumn::number("customers", "customers", count_width(state), Yields::Never),
            ListColumn::number("of filter", "of filter", 7, Yields::Share),
            ListColumn::number("of base", "of base", 7, Yields::Value),
            ListColumn::number("index", "index", 7, Yields::Index),
        ],
        rows: window.sight.clone().map(row).collect(),
        window,
        legend: (profile.left_out > 0).then_some((more, Role::Dim)),
        empty: vec![empty],
        ..List::default()
    }
}
