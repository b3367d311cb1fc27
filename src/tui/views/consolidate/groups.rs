//! The groups of the selected step with their segments, and the segments that are in none.

use ratatui::layout::Rect;

use super::ConsolidateView;
use super::labels::{legend, title};
use crate::insight::consolidate::{
    Consolidation, ConsolidationFigures, ConsolidationStep, Method, SegmentUnion, dendrogram,
};
use crate::insight::format;
use crate::insight::privacy;
use crate::insight::suppress::DisclosedCount;
use crate::insight::table::{self, Table};
use crate::insight::{figures, matrix::Set};
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::{Canvas, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::consolidate::{ConsolidateLine, lines};
use crate::tui::widgets::columns::{ListColumn, Yields, fit};
use crate::tui::widgets::figures::{answer_role, count_width};
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};

/// Minimum width of a legible tree, in cells.
const MIN_TREE_HEIGHT: u16 = 10;

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State, figures: &ConsolidationFigures) {
    match list(area, state, figures) {
        Some(list) => list.draw(canvas, area),
        None => draw_empty(canvas, area, state),
    }
}

/// Returns the groups and their segments to copy, each with the number of its group.
pub fn table(state: &State) -> Option<Table> {
    let view = state.views.get::<ConsolidateView>();
    let (all, step) = view.step()?;
    let mut table = list(WHOLE, state, &ConsolidationFigures::new(all, state.settings.min_cell))?.table();
    table.columns.insert(0, "group".into());
    let note = table.columns.len() - 2;
    for (row, line) in table.rows.iter_mut().zip(lines(view)) {
        let sets = all.sets();
        let (group, name) = match line {
            ConsolidateLine::Group(at) => match step.groups[at].sets.as_slice() {
                [only] => (Some(at), sets[*only].name.clone()),
                many => (Some(at), format!("{} segments", many.len())),
            },
            ConsolidateLine::Member(at, set) => (Some(at), sets[set].name.clone()),
            ConsolidateLine::Loose(set) => (None, sets[set].name.clone()),
            ConsolidateLine::Out(out) => (None, all.found.out[out].0.name.clone()),
        };
        row[0] = table::TableCell::text(name);
        // A branch of the tree says nothing outside of it.
        if group.is_some() && all.method == Method::Tree {
            row[note] = format::copied("");
        }
        row.insert(0, group.map_or_else(|| format::copied(""), |at| format::copied(&(at + 1).to_string())));
    }
    Some(table)
}

fn list(area: Rect, state: &State, figures: &ConsolidationFigures) -> Option<List> {
    let view = state.views.get::<ConsolidateView>();
    let (all, step) = view.step()?;
    let lines = lines(view);
    let title = heading(state, figures, area.width);
    let columns = columns(state, all, if area.width < 100 { 0 } else { text::width(&title) });
    let window = Window::new(area, view.cursor, lines.len());
    let page = GroupsPage {
        all,
        step,
        figures,
        adds: figures.adds(step),
        tree: tree(all, step, &lines, &columns, area),
        role: answer_role(state, view.consolidation.fresh),
        has_value: state.settings.value.is_some(),
    };
    let sight = window.sight.clone();
    Some(List {
        title,
        columns,
        rows: sight.map(|at| page.row(lines[at], at)).collect(),
        window,
        focused: !state.filter.editing,
        legend: legend(state).filter(|_| view.is_waiting()),
        ..List::default()
    })
}

/// Returns the heading, such as `3 groups of 17: 87.1 %`.
fn heading(state: &State, figures: &ConsolidationFigures, width: u16) -> String {
    let k = state.views.get::<ConsolidateView>().k();
    let share = figures.step(k).and_then(|step| step.share);
    let view = state.views.get::<ConsolidateView>();
    let sets = view.consolidation.answer.as_ref().map_or(0, |all| all.sets().len());
    let groups = format::counted(k as u64, "group", "groups");
    let groups = match width {
        ..60 => groups,
        60..100 => format!("{groups} of {sets}"),
        100.. => format!("{groups} of {sets} {}", view.source.words()),
    };
    match share {
        Some(share) => format!("{groups}: {}", format::percent(Some(share))),
        None => groups,
    }
}

/// Returns the columns. Where there is room, the name is as wide as the title, which stands above it.
fn columns(state: &State, all: &Consolidation, title: usize) -> Vec<ListColumn> {
    let count = count_width(state);
    let names = all.sets().iter().chain(all.found.out.iter().map(|(set, _)| set));
    let widest = names.map(|set| text::width(&text::visible(&set.name)) + 5).max().unwrap_or(0);
    let mut columns = vec![
        ListColumn::name(widest.max(18).max(title), 14),
        ListColumn::number("customers", "n", count.max(5), Yields::Never),
        ListColumn::number("of filter", "share", 7, Yields::Share),
    ];
    if state.settings.value.is_some() {
        columns.push(ListColumn::number("of value", "value", 7, Yields::Value));
    }
    columns.push(match all.method {
        Method::Greedy => ListColumn::number("adds", "adds", count, Yields::Index),
        Method::Tree | Method::Nmf => ListColumn::number("only here", "only here", count, Yields::Index),
    });
    // The tree is the point of its method; with other methods there are notes.
    let yields = if all.method == Method::Tree { Yields::Bar } else { Yields::Kind };
    columns.push(ListColumn::growing(MIN_TREE_HEIGHT, yields).titled("note"));
    columns
}

/// Returns the dendrogram as text to draw beside the lines, one per line; empty without room, or for other methods.
fn tree(
    all: &Consolidation,
    step: &ConsolidationStep,
    lines: &[ConsolidateLine],
    columns: &[ListColumn],
    area: Rect,
) -> Vec<String> {
    let slots = fit(columns, inside(area).width.saturating_sub(2));
    let Some(slot) = slots.last().copied().flatten().filter(|_| all.method == Method::Tree) else { return Vec::new() };
    let place = |set: usize| {
        let stands = |line: &ConsolidateLine| match *line {
            ConsolidateLine::Member(_, member) => member == set,
            ConsolidateLine::Group(at) => step.groups.get(at).is_some_and(|group| group.sets == [set]),
            ConsolidateLine::Loose(_) | ConsolidateLine::Out(_) => false,
        };
        lines.iter().position(stands).unwrap_or(usize::MAX)
    };
    let places: Vec<usize> = (0..all.sets().len()).map(place).collect();
    // The cut lies between the last join that was made and the next.
    let next = all.step(step.groups.len().saturating_sub(1)).and_then(|step| step.cost);
    let cut = step.cost.zip(next).map(|(last, next)| (last + next) / 2.0);
    dendrogram::draw(&all.joins, &places, lines.len(), usize::from(slot.width), cut)
}

/// The groups of a step, as lines of a list.
struct GroupsPage<'a> {
    all: &'a Consolidation,
    step: &'a ConsolidationStep,
    figures: &'a ConsolidationFigures,
    adds: Vec<DisclosedCount>,
    tree: Vec<String>,
    role: Role,
    has_value: bool,
}

impl GroupsPage<'_> {
    fn row(&self, line: ConsolidateLine, at: usize) -> ListRow {
        let sets = self.all.sets();
        match line {
            ConsolidateLine::Group(group) => self.group(group, at),
            ConsolidateLine::Member(_, set) => {
                self.set(&format!("    {}", sets[set].name), &sets[set], self.role, self.branch(at))
            }
            ConsolidateLine::Loose(set) => {
                self.set(&format!("  · {}", sets[set].name), &sets[set], Role::Dim, ("in no group".into(), Role::Dim))
            }
            ConsolidateLine::Out(out) => {
                let (set, why) = &self.all.found.out[out];
                self.set(&format!("  ○ {}", set.name), set, Role::Dim, (why.word().into(), Role::Dim))
            }
        }
    }

    fn branch(&self, at: usize) -> TextPiece {
        (self.tree.get(at).cloned().unwrap_or_default(), Role::Dim)
    }

    fn group(&self, at: usize, line: usize) -> ListRow {
        let group = &self.step.groups[at];
        let name = match group.sets.as_slice() {
            [only] => self.all.sets()[*only].name.clone(),
            many => format!("{} segments", many.len()),
        };
        let last = match self.all.method {
            Method::Greedy => self.adds[at],
            Method::Tree | Method::Nmf => self.figures.single(group.only),
        };
        let note = if self.all.method == Method::Greedy { (self.holds(group), Role::Dim) } else { self.branch(line) };
        let strong = if self.role == Role::Text { Role::Strong } else { self.role };
        let customers = self.figures.size(group);
        let mut cells = vec![
            ListCell::text(format!("{:>2} {name}", at + 1), strong),
            ListCell::text(format::shown(customers), strong),
            self.share(customers),
        ];
        if self.has_value {
            cells.push(ListCell::text(format::percent(self.figures.value_share(group)), self.role));
        }
        cells.push(ListCell::text(format::shown(last), self.role));
        cells.push(ListCell::text(note.0, note.1));
        ListRow { cells, rest: None }
    }

    fn set(&self, name: &str, set: &Set, role: Role, note: TextPiece) -> ListRow {
        let customers = self.figures.size_of(set);
        let mut cells = vec![
            ListCell::text(name, role),
            ListCell::text(format::shown(customers), Role::Dim),
            self.share(customers),
        ];
        cells.extend(std::iter::repeat_with(|| ListCell::Blank).take(1 + usize::from(self.has_value)));
        cells.push(ListCell::text(note.0, note.1));
        ListRow { cells, rest: None }
    }

    fn share(&self, customers: DisclosedCount) -> ListCell {
        let share = customers.count().and_then(|count| figures::share(count, self.all.found.whole));
        ListCell::text(format::percent(share), self.role)
    }

    /// Lists the segments that need no group of their own.
    fn holds(&self, group: &SegmentUnion) -> String {
        let held = group
            .holds
            .iter()
            .map(|(set, share)| format!("{} {}", self.all.sets()[*set].name, format::percent(Some(*share))));
        let held: Vec<String> = held.collect();
        if held.is_empty() { String::new() } else { format!("holds {}", held.join(", ")) }
    }
}

/// Draws what to press if there is nothing to group.
pub fn draw_empty(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<ConsolidateView>();
    let k = |name| key(state, name);
    let lines: Vec<TextPiece> = match (&view.consolidation.error, &view.consolidation.answer) {
        (Some(error), _) => vec![(error.clone(), Role::Error)],
        (None, None) => vec![("counting…".into(), Role::Dim)],
        (None, Some(all)) if all.found.whole == 0 && state.settings.min_cell > 0 => {
            vec![(privacy::too_few(state.settings.min_cell), Role::Text)]
        }
        (None, Some(all)) if all.found.whole == 0 => {
            vec![(format!("no customer matches the filter · {} undoes · {} clears", k("undo"), k("clear")), Role::Text)]
        }
        (None, Some(_)) => vec![
            ("there is no segment to group".into(), Role::Text),
            (format!("{} chooses other segments; {} saves the filter as one", k("order"), k("save")), Role::Dim),
        ],
    };
    let list = List { title: title(view, area.width), focused: !state.filter.editing, empty: lines, ..List::default() };
    list.draw(canvas, area);
}
