use ratatui::layout::Rect;

use crate::engine::{CustomerCount, GroupAnswer, GroupFigures};
use crate::insight::estimate::SampleSize;
use crate::insight::facet::{KeptCustomers, KeptShare};
use crate::insight::figures;
use crate::insight::format;
use crate::insight::inquiry::NewestFact;
use crate::insight::suppress::{self, DisclosedCount as Counted};
use crate::insight::table::{self, Table};
use crate::model::Datum;
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{BaseState, Facet, FacetCut, State};
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, count_width, share_column};
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};
use crate::tui::widgets::mask::MASK;

/// Returns the filter's customers by the values of a column.
pub fn list(state: &State, area: Rect) -> List {
    if !matches!(state.base, BaseState::Ready { .. }) {
        return columns_being_read(state, area);
    }
    let Some(by) = state.query.group_by.first() else {
        return List { title: "Group by".into(), empty: unasked(state), ..List::default() };
    };
    let title = format!("Group by {}", Facet::words(by));
    let answer = &state.answers.groups.found.groups;
    match answer.answer.as_ref().filter(|groups| groups.by == [by.column.as_str()]) {
        Some(groups) => {
            let estimates = state.estimates.in_place_of(answer, &state.estimates.groups.found.groups);
            let shown = GroupsInput {
                answer,
                kept: &state.answers.groups.found.kept,
                fresh: answer.fresh && state.panes_agree(),
                cursor: state.groups.cursor,
                cut: by.cut,
                estimates,
            };
            let list = counted(groups, shown, state, area);
            let legend = list.legend.or_else(|| own_condition(shown.kept, &by.column));
            List { title, legend, ..list }
        }
        None => List { title, ..waiting(answer) },
    }
}

/// The groups to show: their answer, the customers of each that the whole filter keeps, and the selected line.
#[derive(Clone, Copy)]
pub struct GroupsInput<'a> {
    pub answer: &'a NewestFact<GroupAnswer>,
    pub kept: &'a NewestFact<KeptCustomers>,
    /// True if the groups are those of the filter, and so is what stands beside them.
    pub fresh: bool,
    pub cursor: usize,
    /// Cut of the column, which tells what dates stand for.
    pub cut: FacetCut,
    /// Counts in a sample of the new filter, while the groups are those of the previous one. The groups stay, so that
    /// the keys act on what is seen.
    pub estimates: Option<(&'a GroupAnswer, SampleSize)>,
}

/// Returns the list to show before there are groups.
pub fn waiting(answer: &NewestFact<GroupAnswer>) -> List {
    let error = answer.error.clone().map(|error| (error, Role::Error));
    List { empty: vec![error.unwrap_or(("counting…".into(), Role::Dim))], ..List::default() }
}

/// Returns the number of lines that the pane needs.
pub fn lines(state: &State) -> usize {
    match &state.base {
        BaseState::Ready { .. } => {
            state.answers.groups.found.groups.answer.as_ref().map_or(0, |groups| groups.groups.len())
        }
        _ => state.schema().map_or(0, |schema| schema.columns().len()),
    }
}

/// Returns the list of groups, without its title.
pub fn counted(groups: &GroupAnswer, shown_as: GroupsInput, state: &State, area: Rect) -> List {
    if let Some((counted, size)) = shown_as.estimates {
        return estimated(groups, counted, size, shown_as, state, area);
    }
    let lines = &groups.groups;
    let window = Window::new(area, shown_as.cursor, lines.len());
    let figures = FigureContext::new(state, shown_as.fresh, Some(groups.customers.in_filter));
    let error = shown_as.answer.error.clone().map(|error| (error, Role::Error));
    let label = |group: &GroupFigures| label(group, groups, shown_as, state);
    let counts: Vec<CustomerCount> = lines.iter().map(|group| group.customers).collect();
    let shown = figures.pairs(&counts);
    let largest = shown.iter().filter_map(|shown| shown.0.count()).max().unwrap_or(0);
    // A sum over a few customers discloses what each of them spends, and so would the total without the other sums.
    let sums = suppress::dominance::sums_of_groups(groups, state.settings.min_cell);
    let rows = lines.iter().zip(shown.iter().zip(&sums)).take(window.sight.end).skip(window.sight.start);
    let names = lines.iter().map(|group| text::width(&text::visible(&label(group))));
    List {
        columns: columns(names.max().unwrap_or(0), groups.value.is_some(), false, state),
        rows: rows.map(|(group, shown)| row(group, label(group), shown, largest, groups, figures)).collect(),
        window,
        legend: error.or_else(|| left_out(groups)),
        empty: nobody(state),
        ..List::default()
    }
}

/// Returns the list of the previous filter's groups with estimates of their customers in the new one.
fn estimated(
    groups: &GroupAnswer,
    counted: &GroupAnswer,
    size: SampleSize,
    shown_as: GroupsInput,
    state: &State,
    area: Rect,
) -> List {
    let lines = &groups.groups;
    let window = Window::new(area, shown_as.cursor, lines.len());
    let figures = FigureContext::new(state, true, Some(counted.customers.in_filter)).of_sample(size);
    let find = |group: &GroupFigures| counted.groups.iter().find(|other| other.key == group.key);
    let counts: Vec<u64> = lines.iter().map(|group| find(group).map_or(0, |found| found.customers.in_filter)).collect();
    let shown = suppress::parts_of_total(&counts, state.settings.min_cell);
    let largest = shown.iter().filter_map(|shown| shown.count()).max().unwrap_or(0);
    // A group that the sample's list omits is unknown, not empty.
    let is_known = |group: &GroupFigures| counted.left_out == 0 || find(group).is_some();
    let row = |(group, &shown): (&GroupFigures, &Counted)| {
        let length = shown.count().and_then(|count| figures::share(count, largest)).unwrap_or(0.0);
        let label = ListCell::text(label(group, groups, shown_as, state), figures.role());
        let mut cells = match is_known(group) {
            true => vec![label, ListCell::Bar(length, figures.bar_role()), figures.count(shown), figures.share(shown)],
            false => vec![label, ListCell::Blank, ListCell::text(format::WAITING, Role::Dim), ListCell::Blank],
        };
        cells.extend(groups.value.is_some().then_some(ListCell::Blank));
        cells.push(ListCell::Blank);
        ListRow { cells, rest: None }
    };
    let names = lines.iter().map(|group| text::width(&text::visible(&label(group, groups, shown_as, state))));
    List {
        columns: columns(names.max().unwrap_or(0), groups.value.is_some(), true, state),
        rows: lines.iter().zip(&shown).take(window.sight.end).skip(window.sight.start).map(row).collect(),
        window,
        empty: vec![("counting…".into(), Role::Dim)],
        ..List::default()
    }
}

fn columns(name: usize, has_value: bool, is_estimate: bool, state: &State) -> Vec<ListColumn> {
    let value = ListColumn::number("of value", "of value", 7, Yields::Value);
    let mut columns = vec![
        ListColumn::name(name, 10),
        ListColumn::growing(6, Yields::Bar),
        ListColumn::number("customers", "customers", count_width(state), Yields::Never),
        share_column(state, "of filter", Yields::Share, is_estimate),
    ];
    columns.extend(has_value.then_some(value));
    columns.push(ListColumn::number("index", "index", 7, Yields::Index));
    columns
}

fn row(
    group: &GroupFigures,
    label: String,
    (&(shown, in_base), &may_show): (&(Counted, Counted), &bool),
    largest: u64,
    groups: &GroupAnswer,
    figures: FigureContext,
) -> ListRow {
    let bar = figures.bar_role();
    let length = shown.count().and_then(|count| figures::share(count, largest)).unwrap_or(0.0);
    let mut cells = vec![
        ListCell::text(label, figures.role()),
        ListCell::Bar(length, bar),
        figures.count(shown),
        figures.share(shown),
    ];
    if let Some(value) = &groups.value {
        let may_show_value = shown.count().is_some() && may_show;
        let share = figures::share_of_sum(group.value_sum, value.in_base).filter(|_| may_show_value);
        cells.push(figures.percent(share));
    }
    cells.push(figures.index(shown, in_base));
    ListRow { cells, rest: None }
}

fn label(group: &GroupFigures, groups: &GroupAnswer, shown: GroupsInput, state: &State) -> String {
    // The filter keeps a value or not, which discloses no count. It may keep a part of a bin, whose size is subject to
    // suppression.
    let min_cell = if shown.cut.is_values() { 0 } else { state.settings.min_cell };
    let mark = match shown.kept.answer.as_ref().and_then(|kept| kept.share_of(group, min_cell)) {
        None => "",
        Some(KeptShare::Nothing) => "  ",
        Some(KeptShare::Some) => "◐ ",
        Some(KeptShare::All) => "● ",
    };
    format!("{mark}{}", value(group, groups, shown, state))
}

/// Returns the group's values, masked if need be.
fn value(group: &GroupFigures, groups: &GroupAnswer, shown: GroupsInput, state: &State) -> String {
    let values = group.key.iter().zip(&groups.by).map(|(value, column)| match value {
        Datum::Null => "– no value".into(),
        _ if state.is_masked(column) => MASK.into(),
        value => match shown.cut {
            FacetCut::Dates(unit) => unit.label(value),
            _ => format::value(value),
        },
    });
    values.collect::<Vec<String>>().join(" · ")
}

/// Returns the list of groups to copy.
pub fn table(groups: &GroupAnswer, shown_as: GroupsInput, title: String, state: &State) -> Table {
    let mut table = counted(groups, GroupsInput { estimates: None, ..shown_as }, state, WHOLE).table();
    table.title = title;
    if let Some(name) = table.columns.first_mut() {
        *name = groups.by.join(" · ");
    }
    for (row, group) in table.rows.iter_mut().zip(&groups.groups) {
        row[0] = table::TableCell::text(value(group, groups, shown_as, state));
    }
    table
}

/// Returns the groups of the group-by pane to copy.
pub fn pane_table(state: &State) -> Option<Table> {
    let by = state.query.group_by.first()?;
    let found = &state.answers.groups.found;
    let groups = found.groups.answer.as_ref().filter(|groups| groups.by == [by.column.as_str()])?;
    let (answer, fresh) = (&found.groups, found.groups.fresh);
    let shown = GroupsInput { answer, kept: &found.kept, fresh, cursor: 0, cut: by.cut, estimates: None };
    Some(table(groups, shown, format!("Group by {}", by.words()), state))
}

fn left_out(groups: &GroupAnswer) -> Option<TextPiece> {
    let smaller = format::counted(groups.left_out, "smaller group", "smaller groups");
    (groups.left_out > 0).then(|| (format!("{smaller} not shown"), Role::Dim))
}

/// Returns a note if the groups are counted without the filter's own condition on their column, which selects among
/// them.
fn own_condition(kept: &NewestFact<KeptCustomers>, column: &str) -> Option<TextPiece> {
    let has_own = kept.answer.as_ref().is_some_and(|kept| !kept.keys().is_empty());
    has_own.then(|| (format!("without the filter's own condition on {column}"), Role::Dim))
}

fn unasked(state: &State) -> Vec<TextPiece> {
    vec![
        (format!("{} picks a column", key(state, "group")), Role::Text),
        ("its values are counted here".into(), Role::Dim),
    ]
}

fn nobody(state: &State) -> Vec<TextPiece> {
    vec![
        ("no customer matches the filter".into(), Role::Text),
        (format!("{} undoes the last change", key(state, "undo")), Role::Dim),
    ]
}

/// Returns the columns, which are known while the customers are still being read.
fn columns_being_read(state: &State, area: Rect) -> List {
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    let window = Window::without_cursor(area, columns.len());
    let rows = columns[window.sight.clone()].iter().map(|column| ListRow {
        cells: vec![
            ListCell::text(column.name.clone(), Role::Text),
            ListCell::text(column.column_type.word(), Role::Dim),
        ],
        rest: None,
    });
    let name = columns.iter().map(|column| text::width(&text::visible(&column.name))).max().unwrap_or(0);
    List {
        title: if columns.is_empty() { "Group by".into() } else { format!("{} columns", columns.len()) },
        columns: vec![ListColumn::name(name, 10), ListColumn::growing(8, Yields::Kind)],
        rows: rows.collect(),
        window,
        empty: vec![("reading the columns…".into(), Role::Dim)],
        ..List::default()
    }
}
