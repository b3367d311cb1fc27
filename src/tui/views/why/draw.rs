//! Why: the traits that set the filtered customers apart.

use ratatui::layout::Rect;

use super::WhyView;
use crate::engine::BothSides;
use crate::insight::format;
use crate::insight::format::traits::{effect, name, sides};
use crate::insight::suppress;
use crate::insight::table::{self, Table};
use crate::insight::why::is_too_few;
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::views::why::{self, WhyLine};
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};

/// Minimum of the standardized difference that fills the bar, so that bars of small differences stay short.
const MIN_KNOWN_SHARE: f64 = 0.5;

/// Draws the list of traits.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    list(state, area, &why::lines(state)).draw(canvas, area);
}

/// Returns the list of traits to copy.
pub fn table(state: &State) -> Table {
    let lines = why::all_lines(state);
    let mut table = list(state, WHOLE, &lines).table();
    for (row, line) in table.rows.iter_mut().zip(lines) {
        row[0] = table::TableCell::text(name(&line.one));
    }
    table
}

fn list(state: &State, area: Rect, lines: &[WhyLine]) -> List {
    let window = Window::new(area, state.views.get::<WhyView>().cursor, lines.len());
    let sight = lines.iter().take(window.sight.end).skip(window.sight.start);
    let names = lines.iter().map(|line| text::width(&text::visible(&label(line))));
    List {
        title: title(state),
        columns: columns(names.max().unwrap_or(0)),
        rows: sight.map(|line| row(line, full(lines))).collect(),
        window,
        focused: !state.filter.editing,
        legend: Some(legend(state, lines)),
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
        Some(BothSides { inside, outside }) => (format!(" ({})", n(inside)), format!(" ({})", n(outside))),
        None => Default::default(),
    };
    format!("Why {}{inside} v. {}{outside}", subject.name, why::against_name(state))
}

/// Returns the columns of a list of traits.
pub fn columns(name: usize) -> Vec<ListColumn> {
    vec![
        ListColumn::name(name, 16).titled("trait"),
        ListColumn { natural: 21, ..ListColumn::growing(7, Yields::Bar) },
        ListColumn::number("SMD", "SMD", 7, Yields::Never),
        ListColumn::number("here", "here", 10, Yields::Share),
        ListColumn::number("there", "there", 10, Yields::Share),
        ListColumn::number("index", "index", 7, Yields::Index),
        ListColumn::number("V", "V", 5, Yields::Kind),
        ListColumn::number("n here", "n here", 10, Yields::Value),
        ListColumn::number("n there", "n there", 10, Yields::Note),
    ]
}

/// Returns the trait's name, and the number of those that the same customers have.
fn label(line: &WhyLine) -> String {
    match line.repeated.len() {
        0 => name(&line.one),
        more => format!("{} and {more} more", name(&line.one)),
    }
}

/// Returns the standardized difference that fills the bar: the largest of the lines.
pub fn full(lines: &[WhyLine]) -> f64 {
    let finite = lines.iter().map(|line| line.one.smd.abs()).filter(|smd| smd.is_finite());
    finite.fold(MIN_KNOWN_SHARE, f64::max)
}

/// Returns a trait's line under [`columns`]. A difference of `full` fills the bar.
pub fn row(line: &WhyLine, full: f64) -> ListRow {
    let one = &line.one;
    let role = if line.fresh && one.significant { Role::Text } else { Role::Dim };
    let sides_of_bar = if role == Role::Text { [Role::Rise, Role::Fall] } else { [Role::Dim; 2] };
    let mark = if one.mentioned { "· " } else { "" };
    let sides = sides(one);
    let n = one.n.map(format::count);
    let v = one.v.map_or(format::NOTHING.into(), |v| format!("{v:.2}"));
    ListRow {
        cells: vec![
            ListCell::text(format!("{mark}{}", label(line)), role),
            ListCell::Diverging((one.smd / full).clamp(-1.0, 1.0), sides_of_bar),
            ListCell::text(effect(one.smd), role),
            ListCell::text(sides.inside, role),
            ListCell::text(sides.outside, role),
            ListCell::text(format::index(one.index), index_role(one.index, role)),
            ListCell::text(v, Role::Dim),
            ListCell::text(n.inside, Role::Dim),
            ListCell::text(n.outside, Role::Dim),
        ],
        rest: None,
    }
}

/// Describes what Enter would add, the progress of the counting, and what is left out.
fn legend(state: &State, lines: &[WhyLine]) -> TextPiece {
    let view = state.views.get::<WhyView>();
    if view.is_waiting() {
        return (format!("{} of {} columns", view.contrasts.done(), view.contrasts.columns.len()), Role::Notice);
    }
    if let Some(error) = view.contrasts.columns.iter().find_map(|column| column.contrast.error.clone()) {
        return (error, Role::Error);
    }
    let chosen = lines.get(view.cursor);
    let rarer = |line: &WhyLine| if line.one.is_rarer() { ", as it is rarer here" } else { "" };
    let adds = chosen.map(|line| format!("{} adds {}{}", key(state, "enter"), line.one.telling(), rarer(line)));
    let repeated = chosen.filter(|line| !line.repeated.is_empty()).map(|line| {
        const NAMED: usize = 3;
        let names: Vec<String> = line.repeated.iter().take(NAMED).map(|one| one.column.clone()).collect();
        let more = line.repeated.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", {more} more") } else { String::new() };
        format!("the same in {}{more}", names.join(", "))
    });
    let chance = chosen.filter(|line| !line.one.significant).map(|_| "dim: may be chance".to_owned());
    let left_out = why::left_out(state);
    let left_out = (!left_out.is_empty()).then(|| {
        let names: Vec<String> = left_out.iter().take(3).map(|(name, why)| format!("{name} {why}")).collect();
        let more = left_out.len().saturating_sub(3);
        let more = if more > 0 { format!(", {more} more") } else { String::new() };
        format!("left out: {}{more}", names.join(", "))
    });
    let parts: Vec<String> = [adds, repeated, chance, left_out].into_iter().flatten().collect();
    (parts.join(" · "), Role::Dim)
}

fn empty(state: &State) -> Vec<TextPiece> {
    let view = state.views.get::<WhyView>();
    if why::subject(state).is_none() {
        return vec![
            (
                format!(
                    "press {} to filter: this view shows what sets the filter's customers apart",
                    key(state, "filter")
                ),
                Role::Text,
            ),
            ("without a filter it describes the segment or persona selected on the main screen".into(), Role::Dim),
        ];
    }
    if view.is_waiting() || view.contrasts.needs_asking() {
        return vec![("counting…".into(), Role::Dim)];
    }
    let mut contrasts = view.contrasts.columns.iter().filter_map(|column| column.contrast.answer.as_ref());
    let few = contrasts.next().is_some_and(|contrast| is_too_few(contrast, state.settings.min_cell));
    let word = if few { "too few customers on one side to compare" } else { "no distinguishing traits" };
    vec![(word.into(), Role::Text), (format!("{} compares with another set", key(state, "sets")), Role::Dim)]
}
