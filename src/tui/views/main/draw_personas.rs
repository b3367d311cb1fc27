use ratatui::layout::Rect;

use crate::engine::CustomerCount;
use crate::insight::format;
use crate::insight::panes::PersonaCounts;
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::table::{self, Table};
use crate::insight::{PersonaEntry, SpanEntry, card, figures};
use crate::rule::RuleError;
use crate::text;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::core::lines::{PersonaLine, persona_lines};
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, PaneAnswer, count_width, share_column};
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};

/// Maximum width of a span's bar, in cells.
const BAR: u16 = 12;
/// Index of the first column that an error replaces.
const FIGURES: usize = 1;

/// Returns every persona with its customers in the filter and, if it is open, the segments it spans; then the
/// customers in none and in several.
pub fn list(state: &State, area: Rect) -> List {
    if !state.has_catalog() {
        return unread(state, area);
    }
    let lines = persona_lines(state);
    let window = Window::new(area, state.personas.cursor, lines.len());
    let names = lines.iter().map(|line| match line {
        PersonaLine::Persona { at, entry, .. } => {
            let count = state.answers.panes.found.personas.answer.as_ref().and_then(|counts| audience(counts, *at));
            let mark = if is_stale(state, entry, count) { text::width(STALE) } else { 0 };
            2 + text::width(&text::visible(&entry.name)) + mark
        }
        PersonaLine::Span { entry, .. } => 4 + text::width(&text::visible(&entry.name)),
        PersonaLine::InNone | PersonaLine::InSeveral => 4 + 12,
    });
    let shown = counted(state);
    let any_open = lines.iter().any(|line| matches!(line, PersonaLine::Span { .. }));
    let legend =
        (any_open && !shown.is_estimate()).then(|| ("bars: share of the persona in the filter".to_owned(), Role::Dim));
    List {
        title: "Personas".into(),
        columns: columns(names.max().unwrap_or(0), quoted(state), shown.is_estimate(), state),
        rows: lines[window.sight.clone()].iter().map(|line| row(*line, &shown, state)).collect(),
        window,
        legend: state.answers.panes.found.personas.error.clone().map(|error| (error, Role::Error)).or(legend),
        empty: empty(state),
        ..List::default()
    }
}

/// Returns the number of lines that the pane needs.
pub fn height(state: &State) -> usize {
    if state.has_catalog() { persona_lines(state).len() } else { state.definitions.personas.len() }
}

/// Returns the number of lines that the strip needs: one per persona, and one for the customers in none.
pub fn strip_height(state: &State) -> usize {
    match state.definitions.personas.len() {
        0 => 0,
        personas => personas + 1,
    }
}

/// Returns the personas without their spans, as many as fit, for a screen without room for their pane. They have no
/// cursor.
pub fn strip(state: &State, area: Rect) -> List {
    if !state.has_catalog() {
        return unread(state, area);
    }
    let lines = persona_lines(state);
    let closed = |line| match line {
        PersonaLine::Persona { at, entry, .. } => Some(PersonaLine::Persona { at, entry, open: false }),
        PersonaLine::InNone => Some(line),
        PersonaLine::Span { .. } | PersonaLine::InSeveral => None,
    };
    let lines: Vec<PersonaLine> = lines.into_iter().filter_map(closed).collect();
    let shown = counted(state);
    let figures = shown.figures(state, |counts| counts.whole);
    let names = lines.iter().map(|line| match line {
        PersonaLine::Persona { at, entry, .. } => {
            let exact = state.answers.panes.found.personas.answer.as_ref().and_then(|counts| audience(counts, *at));
            let mark = if is_stale(state, entry, exact) { text::width(STALE) } else { 0 };
            2 + text::width(&text::visible(&entry.name)) + mark
        }
        _ => 4 + 12,
    });
    let strip_row = |line: &PersonaLine| {
        let mut cells = row(*line, &shown, state);
        let count = match line {
            PersonaLine::Persona { at, .. } => shown.answer.and_then(|counts| audience(counts, *at)),
            _ => None,
        };
        let share = count.and_then(|count| figures.share_of_filter(figures.pair(count).0));
        cells.cells.truncate(3);
        cells.cells.push(share.map_or(ListCell::Blank, |share| ListCell::Bar(share, figures.bar_role())));
        cells
    };
    let mut columns = columns(names.max().unwrap_or(0), false, shown.is_estimate(), state);
    columns.truncate(3);
    if let Some(reach) = columns.last_mut() {
        reach.natural = reach.min;
    }
    columns.push(ListColumn::growing(BAR, Yields::Index));
    let window = Window::without_cursor(area, lines.len());
    let more = lines.len() - window.sight.len();
    List {
        title: "Personas".into(),
        columns,
        rows: lines[window.sight.clone()].iter().map(strip_row).collect(),
        window,
        legend: (more > 0)
            .then(|| (format!("{more} more: {} goes to the personas", key(state, "previous-pane")), Role::Dim)),
        ..List::default()
    }
}

/// Returns the list to copy: a column for the personas, and one for the segments that they span, if any is in the list.
/// A span's reach is its share of the persona.
pub fn table(state: &State) -> Table {
    let mut table = list(state, WHOLE).table();
    let lines = persona_lines(state);
    if lines.len() != table.rows.len() {
        return table;
    }
    let has_spans = lines.iter().any(|line| matches!(line, PersonaLine::Span { .. }));
    let names = |line: &PersonaLine| match line {
        PersonaLine::Persona { entry, .. } => (entry.name.clone(), String::new()),
        PersonaLine::Span { persona, entry, .. } => (state.catalog.personas[*persona].name.clone(), entry.name.clone()),
        PersonaLine::InNone => ("in no persona".to_owned(), String::new()),
        PersonaLine::InSeveral => ("in two or more".to_owned(), String::new()),
    };
    table.columns[0] = "persona".into();
    if has_spans {
        table.columns.insert(1, "segment".into());
    }
    for (row, line) in table.rows.iter_mut().zip(&lines) {
        let (persona, segment) = names(line);
        row[0] = table::TableCell::text(persona);
        if has_spans {
            row.insert(1, table::TableCell::text(segment));
        }
    }
    table
}

/// Returns the counts to show.
pub fn counted(state: &State) -> PaneAnswer<'_, PersonaCounts> {
    PaneAnswer::new(state, &state.answers.panes.found.personas, &state.estimates.panes.found.personas)
}

fn columns(name: usize, quoted: bool, is_estimate: bool, state: &State) -> Vec<ListColumn> {
    // Reach and the bars of spans share a column: a line has one or the other.
    let reach = share_column(state, "reach", Yields::Bar, is_estimate);
    let mut columns = vec![
        ListColumn::name(name, 14),
        ListColumn::number("in filter", "in filter", count_width(state), Yields::Never),
        ListColumn { natural: BAR, ..reach },
    ];
    if quoted {
        columns.push(ListColumn::growing(24, Yields::Note).titled("quote"));
    }
    columns
}

fn quoted(state: &State) -> bool {
    state.definitions.personas.iter().any(|persona| persona.quote.is_some())
}

fn quote(state: &State, id: &str) -> ListCell {
    let persona = state.definitions.personas.iter().find(|persona| persona.id == id);
    let quote = persona.and_then(|persona| persona.quote.as_ref());
    quote.map_or(ListCell::Blank, |quote| ListCell::text(format!("“{quote}”"), Role::Dim))
}

fn empty(state: &State) -> Vec<TextPiece> {
    let way_on = if state.settings.can_save {
        let (new, draft) = (key(state, "new"), key(state, "consolidate"));
        format!("{new} makes one; {draft} drafts them from segments")
    } else {
        "`crosscut init` makes a study to write them in".into()
    };
    vec![("no personas yet".into(), Role::Text), (way_on, Role::Dim)]
}

fn unread(state: &State, area: Rect) -> List {
    let names: Vec<&str> = state.definitions.personas.iter().map(|persona| persona.name.as_str()).collect();
    let window = Window::without_cursor(area, names.len());
    let widest = names.iter().map(|name| 2 + text::width(name)).max().unwrap_or(0);
    let row = |name: &&str| ListRow {
        cells: vec![ListCell::text(format!("  {name}"), Role::Dim), ListCell::text("…", Role::Dim)],
        rest: None,
    };
    List {
        title: "Personas".into(),
        columns: columns(widest, false, false, state),
        rows: names[window.sight.clone()].iter().map(row).collect(),
        window,
        empty: empty(state),
        ..List::default()
    }
}

fn row(line: PersonaLine, shown: &PaneAnswer<PersonaCounts>, state: &State) -> ListRow {
    let counts = shown.answer;
    let figures = shown.figures(state, |counts| counts.whole);
    match line {
        PersonaLine::Persona { at, entry, open } => {
            let count = counts.and_then(|counts| audience(counts, at));
            // The exact audience: the sampling error of an estimate could make the persona look stale.
            let exact = state.answers.panes.found.personas.answer.as_ref().and_then(|counts| audience(counts, at));
            let mut row = persona_row(entry, open, count, is_stale(state, entry, exact), figures);
            row.cells.push(quote(state, &entry.id));
            row
        }
        PersonaLine::Span { persona, at, entry } => span_row(entry, persona, at, counts, figures, state),
        PersonaLine::InNone => rest_row("in no persona", 0, state),
        PersonaLine::InSeveral => rest_row("in two or more", 2, state),
    }
}

/// Returns the persona's customers in the filter and in the base.
pub fn audience(counts: &PersonaCounts, persona: usize) -> Option<CustomerCount> {
    counts.audiences.get(persona).copied().flatten()
}

/// Returns a span's customers, and their share of the persona's.
pub fn span(counts: &PersonaCounts, persona: usize, at: usize, state: &State) -> Option<(DisclosedCount, Option<f64>)> {
    let spans = counts.spans.get(persona)?;
    let (min_cell, both) = (state.settings.min_cell, spans.get(at).copied().flatten()?.both);
    let of = audience(counts, persona);
    let all = CustomerCount { in_filter: counts.whole, in_base: state.customers().unwrap_or(counts.whole) };
    let shown = match of {
        Some(audience) => suppress::spans::spans(spans, audience, all, min_cell).get(at).copied().flatten()?,
        None => suppress::single(both.in_filter, min_cell),
    };
    let whole = of.map(|whole| suppress::pair(whole, all, min_cell).0);
    let share = match (shown.count(), whole.and_then(DisclosedCount::count)) {
        (Some(both), Some(whole)) => figures::share(both, whole),
        _ => None,
    };
    Some((shown, share))
}

/// Mark after the name of a persona that is due for review.
const STALE: &str = " · stale";

/// Returns true if the evidence is old or the audience has changed; the card shows which.
fn is_stale(state: &State, entry: &PersonaEntry, count: Option<CustomerCount>) -> bool {
    let Some(persona) = state.definitions.personas.iter().find(|persona| persona.id == entry.id) else { return false };
    let disclosed = count.and_then(|count| suppress::single(count.in_base, state.settings.min_cell).count());
    let audience = disclosed.zip(state.customers());
    !card::stale(persona, audience, state.settings.today, &state.settings.research).is_empty()
}

fn persona_row(
    entry: &PersonaEntry,
    open: bool,
    count: Option<CustomerCount>,
    stale: bool,
    figures: FigureContext,
) -> ListRow {
    let mark = match (&entry.audience, open) {
        (Err(_), _) => ("! ", Role::Error),
        (Ok(_), true) => ("▾ ", Role::Dim),
        (Ok(_), false) => ("▸ ", Role::Dim),
    };
    let mut name = vec![(mark.0.into(), mark.1), (entry.name.clone(), Role::Text)];
    if stale {
        name.push((STALE.into(), Role::Notice));
    }
    let mut cells = vec![ListCell::Pieces(name)];
    match count.map(|count| figures.pair(count).0) {
        Some(shown) => cells.extend([figures.count(shown), figures.share(shown)]),
        None => cells.extend([ListCell::text("…", Role::Dim), ListCell::Blank]),
    }
    ListRow { cells, rest: entry.audience.as_ref().err().map(error) }
}

fn span_row(
    entry: &SpanEntry,
    persona: usize,
    at: usize,
    counts: Option<&PersonaCounts>,
    figures: FigureContext,
    state: &State,
) -> ListRow {
    let mut cells = vec![ListCell::text(format!("    {}", entry.name), Role::Dim)];
    let bar = figures.bar_role();
    // Without an audience there is no share, and no count in progress.
    let in_error = state.catalog.personas.get(persona).is_some_and(|entry| entry.audience.is_err());
    let waiting = if in_error { format::NOTHING } else { "…" };
    match counts.and_then(|counts| span(counts, persona, at, state)) {
        // A margin says more than a bar.
        Some((shown, _)) if figures.is_estimate() => cells.extend([figures.count(shown), figures.share(shown)]),
        Some((shown, share)) => {
            cells.extend([figures.count(shown), share.map_or(ListCell::Blank, |share| ListCell::Bar(share, bar))])
        }
        None => cells.extend([ListCell::text(waiting, Role::Dim), ListCell::Blank]),
    }
    ListRow { cells, rest: entry.segment.as_ref().err().map(error) }
}

fn error(error: &RuleError) -> (usize, TextPiece) {
    (FIGURES, (error.to_string(), Role::Error))
}

/// Returns the line of the filter's customers in no persona (`from` 0), or in `from` or more.
fn rest_row(label: &str, from: usize, state: &State) -> ListRow {
    let found = &state.answers.panes.found;
    let memberships = PaneAnswer::new(state, &found.memberships, &state.estimates.panes.found.memberships);
    let name = ListCell::text(format!("  {label}"), Role::Dim);
    if let Some(without) = uncounted(state) {
        return ListRow { cells: vec![name, ListCell::Blank], rest: Some((FIGURES, (without, Role::Dim))) };
    }
    let Some(by_number) = memberships.answer else {
        return ListRow { cells: vec![name, ListCell::text("…", Role::Dim)], rest: None };
    };
    let figures = memberships.figures(state, |by_number| by_number.iter().sum());
    let counts = counted(state).answer;
    let sizes = counts.map(|counts| counts.audiences.iter().flatten().map(|count| count.in_filter).collect());
    let sizes: Vec<u64> = sizes.unwrap_or_default();
    let (none, several) = (by_number.first().copied().unwrap_or(0), by_number.iter().skip(2).sum());
    let (_, [none, several]) = suppress::personas(&sizes, none, several, state.settings.min_cell);
    let shown = if from == 0 { none } else { several };
    ListRow { cells: vec![name, figures.count(shown), figures.share(shown)], rest: None }
}

/// Returns why the customers in no persona are unknown: the audience of a persona is in error.
fn uncounted(state: &State) -> Option<String> {
    let in_error: Vec<_> = state.catalog.personas.iter().filter(|entry| entry.audience.is_err()).collect();
    match in_error.as_slice() {
        [] => None,
        [one] => Some(format!("{} without {}", format::NOTHING, one.name)),
        more => Some(format!("{} without {} personas", format::NOTHING, more.len())),
    }
}
