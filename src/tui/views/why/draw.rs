//! Why: the traits that set the filtered customers apart.

use super::WhyView;
use ratatui::layout::Rect;

use crate::engine::Sides;
use crate::insight::suppress;
use crate::insight::table::{self, Table};
use crate::insight::why::is_too_few;
use crate::text;
use crate::tui::paint::canvas::{Canvas, Piece};
use crate::tui::views::why::{self, Line};
use crate::tui::core::{State, View};
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::format;
use crate::tui::core::key;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::traits::{effect, name, sides};
use crate::tui::widgets::columns::{Column, Yields};
use crate::tui::widgets::list::{Cell, List, Row, WHOLE, Window};

/// Standardized difference that fills the bar; few are larger.
const WIDE: f64 = 2.0;

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    list(state, area).draw(canvas, area);
}

/// Returns the list of traits to copy.
pub fn table(state: &State) -> Table {
    let mut table = list(state, WHOLE).table();
    for (row, line) in table.rows.iter_mut().zip(why::lines(state)) {
        row[0] = table::Cell::text(name(&line.one));
    }
    table
}

fn list(state: &State, area: Rect) -> List {
    let lines = why::lines(state);
    let window = Window::new(area, state.views.get::<WhyView>().cursor, lines.len());
    let sight = lines.iter().take(window.sight.end).skip(window.sight.start);
    let names = lines.iter().map(|line| text::width(&text::visible(&name(&line.one))));
    List {
        title: title(state),
        columns: columns(names.max().unwrap_or(0)),
        rows: sight.map(row).collect(),
        window,
        focused: !state.filter.editing,
        legend: Some(legend(state, &lines)),
        empty: empty(state),
        ..List::default()
    }
}

fn title(state: &State) -> String {
    let Some(subject) = why::subject(state) else { return "Why".into() };
    let sides = state
        .views
        .get::<WhyView>()
        .contrasts
        .columns
        .iter()
        .find_map(|column| column.contrast.answer.as_ref())
        .map(|c| c.customers);
    let n = |n: u64| format::shown(suppress::single(n, state.settings.min_cell));
    let (inside, outside) = match sides {
        Some(Sides { inside, outside }) => (format!(" ({})", n(inside)), format!(" ({})", n(outside))),
        None => Default::default(),
    };
    format!("Why {}{inside} v. {}{outside}", subject.name, why::against_name(state))
}

/// Returns the columns of a list of traits.
pub fn columns(name: usize) -> Vec<Column> {
    vec![
        Column::name(name, 16).titled("trait"),
        Column::growing(6, Yields::Bar),
        Column::number("SMD", "SMD", 7, Yields::Never),
        Column::number("here", "here", 10, Yields::Share),
        Column::number("there", "there", 10, Yields::Share),
        Column::number("index", "index", 7, Yields::Index),
        Column::number("V", "V", 5, Yields::Kind),
        Column::number("n here", "n here", 10, Yields::Value),
        Column::number("n there", "n there", 10, Yields::Note),
    ]
}

/// Returns a trait's line under [`columns`].
pub fn row(line: &Line) -> Row {
    let one = &line.one;
    let role = if line.fresh && one.significant { Role::Text } else { Role::Dim };
    let bar = if role == Role::Text { Role::Bar } else { Role::Dim };
    let mark = if one.mentioned { "· " } else { "" };
    let sides = sides(one);
    let n = one.n.map(format::count);
    let v = one.v.map_or(format::NOTHING.into(), |v| format!("{v:.2}"));
    Row {
        cells: vec![
            Cell::text(format!("{mark}{}", name(one)), role),
            Cell::Bar((one.smd.abs() / WIDE).min(1.0), bar),
            Cell::text(effect(one.smd), role),
            Cell::text(sides.inside, role),
            Cell::text(sides.outside, role),
            Cell::text(format::index(one.index), index_role(one.index, role)),
            Cell::text(v, Role::Dim),
            Cell::text(n.inside, Role::Dim),
            Cell::text(n.outside, Role::Dim),
        ],
        rest: None,
    }
}

/// Describes what Enter would add, the progress of the counting, and what is left out.
fn legend(state: &State, lines: &[Line]) -> Piece {
    let view = state.views.get::<WhyView>();
    if view.is_waiting() {
        return (format!("{} of {} columns", view.contrasts.done(), view.contrasts.columns.len()), Role::Notice);
    }
    if let Some(error) = view.contrasts.columns.iter().find_map(|column| column.contrast.error.clone()) {
        return (error, Role::Error);
    }
    let chosen = lines.get(view.cursor);
    let rarer = |line: &Line| if line.one.is_rarer() { ", as it is rarer here" } else { "" };
    let adds = chosen.map(|line| format!("{} adds {}{}", key(state, "enter"), line.one.telling(), rarer(line)));
    let chance = chosen.filter(|line| !line.one.significant).map(|_| "dim: may be chance".to_owned());
    let left_out = why::left_out(state);
    let left_out = (!left_out.is_empty()).then(|| {
        let names: Vec<String> = left_out.iter().take(3).map(|(name, why)| format!("{name} {why}")).collect();
        let more = left_out.len().saturating_sub(3);
        let more = if more > 0 { format!(", {more} more") } else { String::new() };
        format!("left out: {}{more}", names.join(", "))
    });
    let parts: Vec<String> = [adds, chance, left_out].into_iter().flatten().collect();
    (parts.join(" · "), Role::Dim)
}

fn empty(state: &State) -> Vec<Piece> {
    let view = state.views.get::<WhyView>();
    if why::subject(state).is_none() {
        return vec![
            (
                format!("{} types a filter: then this says what sets its customers apart", key(state, "filter")),
                Role::Text,
            ),
            ("without one it speaks of the segment or persona that is chosen in the panes".into(), Role::Dim),
        ];
    }
    if view.is_waiting() || view.contrasts.needs_asking() {
        return vec![("counting…".into(), Role::Dim)];
    }
    let mut contrasts = view.contrasts.columns.iter().filter_map(|column| column.contrast.answer.as_ref());
    let few = contrasts.next().is_some_and(|contrast| is_too_few(contrast, state.settings.min_cell));
    let word = if few { "too few customers on one side to compare" } else { "nothing tells them apart" };
    vec![(word.into(), Role::Text), (format!("{} compares with another set", key(state, "sets")), Role::Dim)]
}
