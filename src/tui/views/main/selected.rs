//! Card of the selected line, in the room that the personas leave: its rule, its figures, and what it is made of. It
//! asks nothing: everything comes from answers that the panes have.

use ratatui::layout::Rect;

use super::draw_personas::{self, audience, span};
use super::draw_segments::{CellParts, SegmentFigures, count, kind_word};
use crate::engine::CustomerCount;
use crate::insight::catalog::SegmentationState;
use crate::insight::format;
use crate::insight::format::traits as trait_text;
use crate::insight::suppress::DisclosedCount;
use crate::insight::why::Trait;
use crate::insight::{CellEntry, PersonaEntry, SegmentEntry, card, figures};
use crate::model::{Persona, SegmentKind, reference};
use crate::text;
use crate::tui::core::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::tui::core::{Pane, State, key};
use crate::tui::paint::canvas::{Canvas, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::card::blocks::{bullets, heading, table};
use crate::tui::views::selected_traits::{self, SelectedTraits};
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, count_width, index_role};
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;
use crate::tui::widgets::{bars, highlight, mask};

/// Maximum number of lines of a rule.
const RULE_LINES: usize = 5;
/// Width of the bars, in cells.
const BAR: u16 = 12;
/// Minimum number of free lines for traits, and the maximum number of traits.
const MIN_TRAIT_LINES: usize = 5;
const MAX_TRAIT_LINES: usize = 12;
/// Minimum of the standardized difference that fills the bar, so that bars of small differences stay short.
const MIN_KNOWN_SHARE: f64 = 0.5;

/// Draws the card of the selected line.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height < 3 || area.width < 20 {
        return;
    }
    canvas.frame(area, Role::Border);
    if !state.has_catalog() {
        return;
    }
    let inner = inside(area);
    let width = usize::from(inner.width.saturating_sub(2));
    let Some((title, mut lines)) = content(state, width, usize::from(inner.height)) else { return };
    let room = usize::from(inner.height).saturating_sub(lines.len());
    lines.extend(traits(state, width, room));
    canvas.text(area.x + 1, area.y, area.width - 3, &format!(" {title} "), Role::Strong);
    for (line, y) in lines.iter().zip(inner.top()..inner.bottom()) {
        canvas.pieces(inner.x + 1, y, inner.width.saturating_sub(2), line);
    }
}

/// Returns the title and the lines of the card; `None` without a selected line.
fn content(state: &State, width: usize, height: usize) -> Option<(String, Lines)> {
    if state.focus == Pane::Personas {
        return match *persona_lines(state).get(state.personas.cursor)? {
            PersonaLine::Persona { at, entry, .. } => Some((entry.name.clone(), persona(state, at, entry, width))),
            PersonaLine::Span { entry, .. } => {
                let lines = segment_lines_of(state, &entry.name, width, height);
                Some((reference(&entry.name), lines))
            }
            PersonaLine::InNone | PersonaLine::InSeveral => Some(("Coverage".into(), coverage(state, width))),
        };
    }
    match *segment_lines(state).get(state.segments.cursor)? {
        SegmentLine::Segment(entry) => {
            Some((reference(&entry.name), segment_lines_of(state, &entry.name, width, height)))
        }
        SegmentLine::Segmentation { entry, .. } => {
            Some((reference(&entry.name), segmentation(state, entry, width, height)))
        }
        SegmentLine::Cell(cell) if mask::cell_is_masked(state, cell) => {
            Some((mask::MASK.into(), figures_of(state, &cell.full, width)))
        }
        SegmentLine::Cell(cell) => Some((reference(&cell.full), segment_lines_of(state, &cell.full, width, height))),
    }
}

/// Returns the lines of a segment or cell by its full name.
fn segment_lines_of(state: &State, name: &str, width: usize, height: usize) -> Lines {
    let mut lines = Lines::new();
    let (kind, note, rule) = about(state, name);
    lines.extend(remark(kind, note.as_deref(), width));
    if let Some(rule) = rule {
        lines.extend(rule_lines(&rule, width));
    }
    lines.extend(figures_of(state, name, width));
    let personas = spanning(state, name, width);
    if lines.len() + personas.len() <= height.max(12) {
        lines.extend(personas);
    }
    lines
}

/// Returns kind, note and rule of a segment, a cell or a segment that a persona spans.
fn about(state: &State, name: &str) -> (Option<SegmentKind>, Option<String>, Option<String>) {
    for entry in &state.catalog.segments {
        match &entry.body {
            SegmentationState::Segment { text, .. } if entry.name == name => {
                return (entry.kind, entry.note.clone(), Some(text.clone()));
            }
            SegmentationState::Segmentation { cells: Ok(cells), .. } => {
                if let Some(cell) = cells.iter().find(|cell| cell.full == name) {
                    return (entry.kind, entry.note.clone(), Some(cell.text.clone()));
                }
            }
            _ => {}
        }
    }
    (None, None, None)
}

fn remark(kind: Option<SegmentKind>, note: Option<&str>, width: usize) -> Lines {
    let words: Vec<&str> = kind.map(kind_word).into_iter().chain(note).collect();
    let wrapped = text::wrap(&words.join(" · "), width);
    wrapped.into_iter().filter(|line| !line.is_empty()).map(|line| vec![(line, Role::Dim)]).collect()
}

/// Returns a rule, highlighted, on at most [`RULE_LINES`] lines.
fn rule_lines(rule: &str, width: usize) -> Lines {
    let rule = rule.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut wrapped = text::wrap(&rule, width);
    if wrapped.len() > RULE_LINES {
        wrapped.truncate(RULE_LINES);
        if let Some(last) = wrapped.last_mut() {
            *last = format!("{} …", text::truncate(last, width.saturating_sub(2)));
        }
    }
    let line = |line: String| {
        let pieces = highlight::pieces(&line).into_iter();
        pieces.map(|(place, role)| (line[place].to_owned(), role)).collect::<Vec<TextPiece>>()
    };
    wrapped.into_iter().map(line).collect()
}

/// Returns the customers of a segment or cell in the filter and in the base.
fn figures_of(state: &State, name: &str, width: usize) -> Lines {
    let (counted, _) = SegmentFigures::for_segments(state);
    let Some(count) = shown_of(state, counted, name) else { return vec![Vec::new(), vec![("…".into(), Role::Dim)]] };
    sizes(state, counted.figures, count, width)
}

/// Returns the disclosed counts of a segment or cell. A cell is suppressed as a part of its segmentation.
fn shown_of(state: &State, counted: SegmentFigures, name: &str) -> Option<(DisclosedCount, DisclosedCount)> {
    let own = count(counted, name)?;
    let siblings = state.catalog.segments.iter().filter_map(|entry| entry.cells()?.as_ref().ok());
    let Some((cells, at)) = siblings.into_iter().find_map(|cells| {
        let at = cells.iter().position(|cell| cell.full == name)?;
        Some((cells, at))
    }) else {
        return Some(counted.figures.pair(own));
    };
    CellParts::new(cells, counted)?.shown.get(at).copied()
}

/// Returns the lines with the sizes of a set in the filter and in the base, and its index.
fn sizes(
    state: &State,
    figures: FigureContext,
    (in_filter, in_base): (DisclosedCount, DisclosedCount),
    width: usize,
) -> Lines {
    let role = figures.role();
    let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
    let counts = count_width(state);
    let line = |count: DisclosedCount, share: Option<f64>, of: &str, role: Role| {
        vec![
            (format!("{:>counts$}", format::shown(count)), role),
            (format!("  {:>7}", format::percent(share)), if role == Role::Dim { Role::Dim } else { Role::Text }),
            (format!(" {of}"), Role::Dim),
        ]
    };
    let share_of_base = in_base.count().zip(state.customers()).and_then(|(count, base)| figures::share(count, base));
    let share = figures.share_of_filter(in_filter);
    let mut first = line(in_filter, share, "of filter", strong);
    if let Some(index) = figures.index_figure(in_filter, in_base) {
        first.push(("   index ".into(), Role::Dim));
        first.push((format::index(Some(index)).trim_end().to_owned(), index_role(Some(index), role)));
    }
    let mut lines = vec![Vec::new(), first, line(in_base, share_of_base, "of base", role)];
    let inside = in_filter.count().zip(in_base.count()).and_then(|(count, base)| figures::share(count, base));
    if let Some(inside) = inside.filter(|_| !state.query.filter.trim().is_empty() && !figures.is_estimate()) {
        let mut bar = bars::tracked(inside, usize::from(BAR).min(width), figures.bar_role());
        bar.push((format!("  {} of it is in the filter", format::percent(Some(inside))), Role::Dim));
        lines.push(bar);
    }
    lines
}

/// Returns the personas that span a segment, with their customers in both.
fn spanning(state: &State, name: &str, width: usize) -> Lines {
    let shown = draw_personas::counted(state);
    let figures = shown.figures(state, |counts| counts.whole);
    let spans = state.catalog.personas.iter().enumerate().filter_map(|(at, persona)| {
        let place = persona.spans.iter().position(|span| span.name == name)?;
        Some((at, place, persona))
    });
    let rows: Vec<ListRow> = spans
        .map(|(at, place, persona)| {
            let both = shown.answer.and_then(|counts| span(counts, at, place, state));
            let (count, share) =
                both.map_or((ListCell::text("…", Role::Dim), None), |(both, share)| (figures.count(both), share));
            let bar = share.map_or(ListCell::Blank, |share| ListCell::Bar(share, figures.bar_role()));
            ListRow {
                cells: vec![ListCell::text(&persona.name, figures.role()), bar, count, figures.percent(share)],
                rest: None,
            }
        })
        .collect();
    if rows.is_empty() {
        return vec![Vec::new(), vec![("no persona spans it".into(), Role::Dim)]];
    }
    let mut lines = heading("Personas that span it", "in both · of the persona");
    let names = state.catalog.personas.iter().map(|persona| text::width(&text::visible(&persona.name)));
    lines.extend(table(&columns(names.max().unwrap_or(0), state, false), rows, width));
    lines
}

/// Returns columns for a name, a bar, a count and a share, with an index if it is wanted.
fn columns(name: usize, state: &State, has_index: bool) -> Vec<ListColumn> {
    let mut columns = vec![
        ListColumn::name(name, 10),
        ListColumn { min: 6, natural: BAR, grows: false, ..ListColumn::growing(6, Yields::Bar) },
        ListColumn::number("", "", count_width(state), Yields::Never),
        ListColumn::number("", "", 7, Yields::Share),
    ];
    if has_index {
        columns.push(ListColumn::number("", "", 7, Yields::Index));
    }
    columns
}

/// Returns the lines of a segmentation: a bar of all cells, and as many of them as there is room for.
fn segmentation(state: &State, entry: &SegmentEntry, width: usize, height: usize) -> Lines {
    let mut lines = remark(entry.kind, entry.note.as_deref(), width);
    let SegmentationState::Segmentation { cells: Ok(cells), .. } = &entry.body else { return lines };
    if let Some(mece) = state.answers.panes.found.mece.get(&entry.name) {
        let sentence = text::wrap(&mece.sentence(state.settings.min_cell), width);
        lines.extend(sentence.into_iter().map(|line| vec![(line, Role::Dim)]));
    }
    let (counted, _) = SegmentFigures::for_segments(state);
    let Some(parts) = CellParts::new(cells, counted) else { return lines };
    let figures = counted.figures;
    lines.push(Vec::new());
    lines.push(parts.stack(figures).pieces(width));
    lines.push(Vec::new());
    let most = parts.shown.iter().filter_map(|(shown, _)| shown.count()).max().unwrap_or(0);
    let room = height.saturating_sub(lines.len());
    let shown = if cells.len() > room { room.saturating_sub(1) } else { cells.len() };
    let row = |(cell, (in_filter, in_base)): (&CellEntry, &(DisclosedCount, DisclosedCount))| {
        let masked = mask::cell_is_masked(state, cell);
        let label = if masked { mask::MASK.to_owned() } else { cell.name.clone() };
        let length = in_filter.count().and_then(|count| figures::share(count, most)).unwrap_or(0.0);
        let mut cells = vec![ListCell::text(label, figures.role()), ListCell::Bar(length, figures.bar_role())];
        cells.extend([figures.count(*in_filter), figures.share(*in_filter), figures.index(*in_filter, *in_base)]);
        ListRow { cells, rest: None }
    };
    let rows = cells.iter().zip(&parts.shown).take(shown).map(row).collect();
    let names = cells.iter().map(|cell| text::width(&text::visible(&cell.name)));
    lines.extend(table(&columns(names.max().unwrap_or(0), state, true), rows, width));
    if shown < cells.len() {
        let more = format!("{} more: {} opens it", cells.len() - shown, key(state, "open"));
        lines.push(vec![(more, Role::Dim)]);
    }
    lines
}

fn persona(state: &State, at: usize, entry: &PersonaEntry, width: usize) -> Lines {
    let mut lines = Lines::new();
    let persona = state.definitions.personas.iter().find(|persona| persona.id == entry.id);
    if let Some(quote) = persona.and_then(|persona| persona.quote.as_ref()) {
        let wrapped = text::wrap(&format!("“{quote}”"), width);
        lines.extend(wrapped.into_iter().map(|line| vec![(line, Role::Dim)]));
    }
    lines.extend(rule_lines(&entry.text, width));
    let shown = draw_personas::counted(state);
    let figures = shown.figures(state, |counts| counts.whole);
    match shown.answer.and_then(|counts| audience(counts, at)) {
        Some(count) => lines.extend(sizes(state, figures, figures.pair(count), width)),
        None => match &entry.audience {
            Err(error) => {
                lines.extend(text::wrap(&format!("! {error}"), width).into_iter().map(|line| vec![(line, Role::Error)]))
            }
            Ok(_) => lines.push(vec![("…".into(), Role::Dim)]),
        },
    }
    lines.extend(spans(state, at, entry, figures, width));
    if let Some(persona) = persona {
        let exact = state.answers.panes.found.personas.answer.as_ref().and_then(|counts| audience(counts, at));
        lines.extend(research(state, persona, exact, width));
    }
    lines
}

/// Returns the segments that a persona spans, with its customers in each.
fn spans(state: &State, at: usize, entry: &PersonaEntry, figures: FigureContext, width: usize) -> Lines {
    if entry.spans.is_empty() {
        return Lines::new();
    }
    let counts = draw_personas::counted(state).answer;
    let row = |(place, one): (usize, &crate::insight::SpanEntry)| {
        let both = counts.and_then(|counts| span(counts, at, place, state));
        let (count, share) =
            both.map_or((ListCell::text("…", Role::Dim), None), |(both, share)| (figures.count(both), share));
        let bar = share.map_or(ListCell::Blank, |share| ListCell::Bar(share, figures.bar_role()));
        let cells = vec![ListCell::text(&one.name, figures.role()), bar, count, figures.percent(share)];
        ListRow { cells, rest: one.segment.as_ref().err().map(|error| (1, (error.to_string(), Role::Error))) }
    };
    let names = entry.spans.iter().map(|one| text::width(&text::visible(&one.name)));
    let mut lines = heading("Spans", "in both · of the persona");
    let columns = columns(names.max().unwrap_or(0), state, false);
    lines.extend(table(&columns, entry.spans.iter().enumerate().map(row).collect(), width));
    lines
}

/// Returns what research says: goals, frustrations, and whether it is due for review.
fn research(state: &State, persona: &Persona, count: Option<CustomerCount>, width: usize) -> Lines {
    let settings = &state.settings;
    let audience = count.and_then(|count| crate::insight::suppress::single(count.in_base, settings.min_cell).count());
    let stale = card::stale(persona, audience.zip(state.customers()), settings.today, &settings.research);
    let mut lines = Lines::new();
    for reason in stale {
        let wrapped = text::wrap(&format!("stale: {reason}"), width).into_iter();
        lines.extend(wrapped.map(|line| vec![(line, Role::Notice)]));
    }
    for (title, items) in [("Goals", &persona.goals), ("Frustrations", &persona.frustrations)] {
        if !items.is_empty() {
            lines.extend(heading(title, ""));
            lines.extend(bullets(items, width));
        }
    }
    lines
}

/// Returns the traits that set the selected customers apart from everyone else, as many as there is room for.
fn traits(state: &State, width: usize, room: usize) -> Lines {
    if !selected_traits::is_wanted(state) || room < MIN_TRAIT_LINES {
        return Lines::new();
    }
    let Some(groups) = state.views.get::<SelectedTraits>().traits(state) else { return Lines::new() };
    if groups.is_empty() {
        return Lines::new();
    }
    let full = groups[0].first().map_or(1.0, |one| one.smd.abs()).max(MIN_KNOWN_SHARE);
    let label = |group: &Vec<Trait>| match group.len() {
        1 => trait_text::name(&group[0]),
        more => format!("{} and {} more", trait_text::name(&group[0]), more - 1),
    };
    let shown = &groups[..groups.len().min(room - 3).min(MAX_TRAIT_LINES)];
    let rows = shown.iter().filter_map(|group| {
        let one = group.first()?;
        let sides = trait_text::sides(one);
        let bar = ListCell::Diverging((one.smd / full).clamp(-1.0, 1.0), [Role::Rise, Role::Fall]);
        let cells = vec![
            ListCell::text(label(group), Role::Text),
            bar,
            ListCell::text(sides.inside, Role::Text),
            ListCell::text(sides.outside, Role::Dim),
        ];
        Some(ListRow { cells, rest: None })
    });
    let is_persona = state.focus == Pane::Personas
        && matches!(persona_lines(state).get(state.personas.cursor), Some(PersonaLine::Persona { .. }));
    let subject = if is_persona { "persona" } else { "segment" };
    let columns = [
        ListColumn::name(shown.iter().map(|group| text::width(&text::visible(&label(group)))).max().unwrap_or(0), 14),
        ListColumn { min: 7, natural: 13, grows: false, ..ListColumn::growing(7, Yields::Bar) },
        ListColumn::number(subject, subject, 10, Yields::Never),
        ListColumn::number("others", "others", 10, Yields::Share),
    ];
    let mut lines = heading("What sets them apart", "from everyone else, in the whole base");
    lines.extend(table(&columns, rows.collect(), width));
    lines
}

/// Returns how the filter's customers are spread over personas.
fn coverage(state: &State, width: usize) -> Lines {
    let sentence =
        format!("Customers of the filter in no persona, or in several. {} opens coverage.", key(state, "coverage"));
    text::wrap(&sentence, width).into_iter().map(|line| vec![(line, Role::Dim)]).collect()
}
