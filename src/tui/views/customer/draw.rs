//! Draws the customer: columns on one side, segments and personas on the other.

use super::{CustomerView, MembershipLine};
use crate::insight::customer::{ConditionState, CustomerRecord, Membership, MembershipKind};
use crate::insight::format;
use crate::insight::table::{self, Table};
use crate::model::reference;
use crate::text;
use crate::tui::core::{State, key};
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::views::rows::cells::cell;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::layout::SIDE_BY_SIDE;
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};

/// Least width of the columns beside the segments.
const MIN_VALUE_WIDTH: u16 = 32;
/// Marks of a rule that holds, one that does not, and one that is null.
const MARKS: [&str; 3] = ["✓", "✗", format::NULL];

/// Draws the values of the columns, and the segments and personas that hold the customer.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &CustomerView, state: &State) {
    canvas.clear(area);
    let Some(record) = view.shown() else {
        let word = match &view.record.found.error {
            Some(error) => (error.clone(), Role::Error),
            None if view.record.found.fresh => ("this customer is no longer among the rows".into(), Role::Dim),
            None => ("reading the customer…".into(), Role::Dim),
        };
        return List { title: "Customer".into(), focused: true, empty: vec![word], ..List::default() }
            .draw(canvas, area);
    };
    let (values, sets) = (columns(area, view, record, state), memberships(area, view, record));
    if area.width < SIDE_BY_SIDE {
        let (list, other) = match view.is_in_sets {
            true => (List { title: format!("{} · {}", values.title, sets.title.to_lowercase()), ..sets }, "columns"),
            false => (values, "segments and personas"),
        };
        let other = format!("{} {other}", key(state, "next-pane"));
        let legend = list.legend.map(|(legend, role)| (format!("{legend} · {other}"), role));
        return List { legend, ..list }.draw(canvas, area);
    }
    if let (Some(left), Some(right)) = parts(area, view, state) {
        values.draw(canvas, left);
        sets.draw(canvas, right);
    }
}

/// Returns the areas of the columns, and of the segments and personas. Without room for both, only the part with the
/// focus has one.
pub fn parts(area: Rect, view: &CustomerView, state: &State) -> (Option<Rect>, Option<Rect>) {
    if area.width < SIDE_BY_SIDE {
        return if view.is_in_sets { (None, Some(area)) } else { (Some(area), None) };
    }
    // Conditions need room: the values take only as much as their text.
    let values = view.shown().map_or(&[][..], |record| &record.values);
    let names = values.iter().map(|(column, _)| text::width(&text::visible(column))).max();
    let widest = values.iter().map(|(column, value)| text::width(&cell(value, state.is_masked(column)))).max();
    let wanted = names.unwrap_or(0) + widest.unwrap_or(0) + 7;
    let left = Rect { width: (area.width * 2 / 5).min((wanted as u16).max(MIN_VALUE_WIDTH)), ..area };
    (Some(left), Some(Rect { x: left.right(), width: area.width - left.width, ..area }))
}

/// Returns the columns, or the segments and personas, to copy.
pub fn table(view: &CustomerView, state: &State) -> Option<Table> {
    let record = view.shown()?;
    if !view.is_in_sets {
        let mut table = Table::new(["column", "value"]);
        table.title = title(view, record, state);
        let value = |(column, value): &(String, crate::model::Datum)| {
            let value = match (state.is_masked(column), value.is_null()) {
                (true, false) => table::TableCell::text(crate::tui::widgets::mask::MASK),
                _ => table::TableCell::Datum(value.clone()),
            };
            vec![table::TableCell::text(column.as_str()), value]
        };
        table.rows = record.values.iter().map(value).collect();
        return Some(table);
    }
    Some(memberships(WHOLE, view, record).table())
}

/// Returns the title: the key's value, or the row's number without a key.
fn title(view: &CustomerView, record: &CustomerRecord, state: &State) -> String {
    let key = state.schema().and_then(|schema| schema.key());
    let own = record.values.iter().find(|(column, _)| Some(column.as_str()) == key);
    match own.filter(|(column, _)| !state.is_masked(column)) {
        Some((_, value)) => format!("Customer {value}"),
        None => format!("Row {}", format::count(view.row + 1)),
    }
}

fn columns(area: Rect, view: &CustomerView, record: &CustomerRecord, state: &State) -> List {
    let window = Window::new(area, view.column, record.values.len());
    let fresh = if view.record.found.fresh { Role::Text } else { Role::Dim };
    let row = |at: usize| {
        let (column, value) = &record.values[at];
        let (is_masked, is_missing) = (state.is_masked(column), value.is_null());
        let role = if is_masked || is_missing { Role::Dim } else { fresh };
        let cells = vec![ListCell::text(column.clone(), Role::Dim), ListCell::text(cell(value, is_masked), role)];
        ListRow { cells, rest: None }
    };
    let name = record.values.iter().map(|(column, _)| text::width(&text::visible(column))).max().unwrap_or(0);
    List {
        title: title(view, record, state),
        columns: vec![
            ListColumn::name(name, 8).titled("column"),
            ListColumn::growing(12, Yields::Never).titled("value"),
        ],
        rows: window.sight.clone().map(row).collect(),
        window,
        focused: !view.is_in_sets,
        legend: Some((format!("row {} of {}", format::count(view.row + 1), format::count(record.total)), Role::Dim)),
        ..List::default()
    }
}

fn memberships(area: Rect, view: &CustomerView, record: &CustomerRecord) -> List {
    let lines = view.lines();
    let window = Window::new(area, view.line, lines.len());
    let fresh = if view.record.found.fresh { Role::Text } else { Role::Dim };
    let row = |line: &MembershipLine| match *line {
        MembershipLine::Set(at) => set_row(&record.memberships[at], fresh),
        MembershipLine::Condition(at, condition) => condition_row(&record.memberships[at].conditions[condition], fresh),
        MembershipLine::Span(at, span) => condition_row(&record.memberships[at].spans[span], fresh),
    };
    let name = record.memberships.iter().map(|one| text::width(&text::visible(&named(one)))).max().unwrap_or(0);
    let count = |kind: MembershipKind| record.memberships.iter().filter(move |one| one.kind == kind);
    let held = |kind: MembershipKind| count(kind).filter(|one| one.truth == Some(true)).count();
    let words = |kind: MembershipKind, one, many| {
        format!("{} of {}", held(kind), format::counted(count(kind).count() as u64, one, many))
    };
    let legend = format!(
        "in {} · {} · nearest misses first",
        words(MembershipKind::Segment, "segment", "segments"),
        words(MembershipKind::Persona, "persona", "personas")
    );
    List {
        title: "Segments and personas".into(),
        columns: vec![
            ListColumn::name(1, 1).titled("in"),
            ListColumn::name(name, 10).titled("name"),
            ListColumn::name(12, 7).titled("kind"),
            ListColumn::growing(12, Yields::Never).titled("why"),
        ],
        rows: lines.get(window.sight.clone()).unwrap_or_default().iter().map(row).collect(),
        window,
        focused: view.is_in_sets,
        legend: Some((legend, Role::Dim)),
        empty: vec![("the study has no segments and personas".into(), Role::Dim)],
        ..List::default()
    }
}

fn condition_row(one: &ConditionState, fresh: Role) -> ListRow {
    let text = format!("{} {}", mark(one.truth), explained(one));
    ListRow { cells: vec![ListCell::Blank, ListCell::Blank], rest: Some((1, (text, fresh))) }
}

fn set_row(one: &Membership, fresh: Role) -> ListRow {
    let is_in = one.truth == Some(true);
    let role = if is_in { fresh } else { Role::Dim };
    let why = match (&one.error, one.kind) {
        (Some(error), _) => ListCell::text(format!("! {error}"), Role::Error),
        (None, MembershipKind::Segmentation) if !is_in => ListCell::text("in no cell", Role::Dim),
        (None, MembershipKind::Persona) if is_in => {
            let first = one.is_first.then(|| "first".to_owned());
            let spans = one.holding_spans();
            let spans = (!spans.is_empty()).then(|| format!("by {}", spans.join(", ")));
            ListCell::text(first.into_iter().chain(spans).collect::<Vec<_>>().join(" · "), Role::Dim)
        }
        (None, _) => one.obstacle(obstacle_text).map_or(ListCell::Blank, |text| ListCell::text(text, Role::Dim)),
    };
    let mark = if one.error.is_some() { "!" } else { mark(one.truth) };
    let cells = vec![
        ListCell::text(mark, if is_in { Role::Accent } else { Role::Dim }),
        ListCell::text(named(one), role),
        ListCell::text(one.kind.word(), Role::Dim),
        why,
    ];
    ListRow { cells, rest: None }
}

/// Returns the name that rules use, with the cell that holds the customer; for a persona, its display name.
fn named(one: &Membership) -> String {
    match (one.kind, one.truth) {
        (MembershipKind::Persona, _) => one.label.clone(),
        (MembershipKind::Segmentation, Some(true)) => reference(&format!("{}.{}", one.name, one.label)),
        _ => reference(&one.name),
    }
}

fn mark(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => MARKS[0],
        Some(false) => MARKS[1],
        None => MARKS[2],
    }
}

/// Returns the values that a condition reads, which must not be cut off, and the condition.
fn obstacle_text(one: &ConditionState) -> String {
    match one.values.is_empty() {
        true => one.text.clone(),
        false => format!("{} · {}", one.values_text(|value| cell(value, false)), one.text),
    }
}

/// Returns a condition with the values that it reads; masked columns are not among them.
fn explained(one: &ConditionState) -> String {
    one.explained(|value| cell(value, false))
}
