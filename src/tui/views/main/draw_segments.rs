use ratatui::layout::Rect;

use crate::engine::CustomerCount;
use crate::insight::catalog::SegmentationState;
use crate::insight::panes::SegmentCounts;
use crate::insight::suppress::DisclosedCount;
use crate::insight::table::{self, Table};
use crate::insight::{CellEntry, SegmentEntry};
use crate::model::SegmentKind;
use crate::tui::core::State;
use crate::tui::core::lines::{SegmentLine, is_on, segment_lines};

use crate::insight::format;
use crate::text;
use crate::tui::core::key;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::bars::Stack;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, PaneAnswer, count_width, share_column};
use crate::tui::widgets::list::{List, ListCell, ListRow, WHOLE, Window};
use crate::tui::widgets::mask;

/// Cells for a mark before a name; [`CELL_MARK`] before a cell's.
const MARK: usize = 2;
const CELL_MARK: usize = 4;
/// Index of the column of the kind.
const KIND: usize = 1;
/// Index of the first column of figures, from which an error replaces them.
const FIGURES: usize = 2;
/// Index of the first column behind the figures.
const BEHIND_INDEX: usize = 5;

/// Returns every segment and segmentation, with its customers in the filter.
pub fn list(state: &State, area: Rect) -> List {
    if !state.has_catalog() {
        return unread(state, area);
    }
    let lines = segment_lines(state);
    let window = Window::new(area, state.segments.cursor, lines.len());
    let names = lines.iter().map(|line| match line {
        SegmentLine::Cell(cell) => CELL_MARK + text::width(&text::visible(&cell.name)),
        _ => MARK + text::width(&text::visible(line.name())),
    });
    let noted = lines.iter().any(|line| note(*line).is_some());
    let (counts, is_estimate) = SegmentFigures::for_segments(state);
    List {
        title: "Segments".into(),
        columns: columns(names.max().unwrap_or(0), noted, is_estimate, state),
        rows: lines[window.sight.clone()].iter().map(|line| row(*line, counts, state)).collect(),
        window,
        legend: state.answers.panes.found.segments.error.clone().map(|error| (error, Role::Error)),
        empty: empty(state),
        ..List::default()
    }
}

/// Returns the list to copy, with the names as rules write them.
pub fn table(state: &State) -> Table {
    let mut table = list(state, WHOLE).table();
    let name = |line: &SegmentLine| match line {
        SegmentLine::Cell(cell) if mask::cell_is_masked(state, cell) => table::TableCell::Masked,
        line => table::TableCell::text(line.name()),
    };
    for (row, line) in table.rows.iter_mut().zip(segment_lines(state)) {
        row[0] = name(&line);
        // On screen a closed segmentation has the figures of its largest cell, which are not its own.
        if let SegmentLine::Segmentation { entry, open: false } = line
            && matches!(entry.cells(), Some(Ok(_)))
        {
            row[KIND] = entry.kind.map_or_else(|| format::copied(""), |kind| table::TableCell::text(kind.word()));
            row[FIGURES..BEHIND_INDEX].fill(format::copied(""));
        }
    }
    table
}

/// The counts to show, and the context that they are drawn in.
#[derive(Clone, Copy)]
pub struct SegmentFigures<'a> {
    counts: Option<&'a SegmentCounts>,
    pub figures: FigureContext,
}

impl<'a> SegmentFigures<'a> {
    /// Returns the segments' counts of the filter, or their estimates.
    pub fn for_segments(state: &'a State) -> (Self, bool) {
        let found = &state.answers.panes.found.segments;
        let shown = PaneAnswer::new(state, found, &state.estimates.panes.found.segments);
        (Self { counts: shown.answer, figures: shown.figures(state, |counts| counts.whole) }, shown.is_estimate())
    }
}

fn columns(name: usize, noted: bool, is_estimate: bool, state: &State) -> Vec<ListColumn> {
    let kind = ListColumn { min: 5, natural: 12, ..ListColumn::growing(5, Yields::Kind) };
    let mut columns = vec![
        ListColumn::name(name, 12),
        ListColumn { grows: false, ..kind }.titled("kind"),
        ListColumn::number("in filter", "in filter", count_width(state), Yields::Never),
        share_column(state, "of filter", Yields::Share, is_estimate),
        ListColumn::number("index", "index", 7, Yields::Index),
    ];
    if noted {
        columns.push(ListColumn {
            heading: "note",
            short: "note",
            ..ListColumn::growing(20, Yields::Note).titled("note")
        });
    }
    columns
}

fn empty(state: &State) -> Vec<TextPiece> {
    let (filter, save) = (key(state, "filter"), key(state, "save"));
    let way_on = if state.settings.can_save {
        format!("press {filter} to filter, {save} to save the filter as a segment")
    } else {
        format!("press {filter} to filter · `crosscut init` makes a study to save it in")
    };
    vec![("no segments yet".into(), Role::Text), (way_on, Role::Dim)]
}

/// Returns the study's names, while the customers are still being read.
fn unread(state: &State, area: Rect) -> List {
    let segments = state.definitions.segments.iter().map(|segment| (segment.name.as_str(), segment.kind));
    let cuts = state.definitions.segmentations.iter().map(|cut| (cut.name.as_str(), cut.kind));
    let names: Vec<(&str, Option<SegmentKind>)> = segments.chain(cuts).collect();
    let window = Window::without_cursor(area, names.len());
    let widest = names.iter().map(|(name, _)| MARK + text::width(name)).max().unwrap_or(0);
    let rows = names[window.sight.clone()].iter().map(|(name, kind)| ListRow {
        cells: vec![ListCell::text(format!("  {name}"), Role::Dim), kind_cell(*kind), ListCell::text("…", Role::Dim)],
        rest: None,
    });
    List {
        title: "Segments".into(),
        columns: columns(widest, false, false, state),
        rows: rows.collect(),
        window,
        empty: vec![("no segments yet".into(), Role::Dim)],
        ..List::default()
    }
}

fn row(line: SegmentLine, counted: SegmentFigures, state: &State) -> ListRow {
    let figures = counted.figures;
    match line {
        SegmentLine::Segmentation { entry, open } => segmentation_row(entry, open, counted, state),
        SegmentLine::Segment(entry) => {
            let shown = count(counted, &entry.name).map(|count| figures.pair(count));
            rule_row(line, "", entry.name.clone(), entry.kind, shown, figures, state)
        }
        SegmentLine::Cell(cell) => {
            let masked = mask::cell_is_masked(state, cell);
            let name = if masked { mask::MASK.into() } else { cell.name.clone() };
            rule_row(line, "  ", name, None, cell_count(counted, cell, state, figures), figures, state)
        }
    }
}

fn rule_row(
    line: SegmentLine,
    indent: &str,
    name: String,
    kind: Option<SegmentKind>,
    count: Option<(DisclosedCount, DisclosedCount)>,
    figures: FigureContext,
    state: &State,
) -> ListRow {
    let error = line.rule().and_then(|rule| rule.as_ref().err());
    let on = is_on(state, line.name());
    let (mark, role) = match (error.is_some(), on) {
        (true, _) => ("! ", Role::Error),
        (false, true) => ("● ", Role::Accent),
        (false, false) => ("○ ", Role::Dim),
    };
    let mut cells =
        vec![ListCell::Pieces(vec![(format!("{indent}{mark}"), role), (name, Role::Text)]), kind_cell(kind)];
    match count {
        Some((shown, in_base)) => {
            cells.extend([figures.count(shown), figures.share(shown), figures.index(shown, in_base)]);
        }
        None => cells.extend([ListCell::text("…", Role::Dim), ListCell::Blank, ListCell::Blank]),
    }
    cells.push(ListCell::text(note(line).unwrap_or_default(), Role::Dim));
    ListRow { cells, rest: error.map(|error| (FIGURES, (error.to_string(), Role::Error))) }
}

/// Returns the line of a segmentation: closed, its largest cell with the figures of that, and a bar of all cells; open,
/// its number of cells and whether they are MECE.
fn segmentation_row(entry: &SegmentEntry, open: bool, counted: SegmentFigures, state: &State) -> ListRow {
    let mark = if open { "▾ " } else { "▸ " };
    let name = ListCell::Pieces(vec![(mark.into(), Role::Dim), (entry.name.clone(), Role::Text)]);
    let SegmentationState::Segmentation { cells, .. } = &entry.body else { return ListRow::default() };
    if let (false, Ok(cells)) = (open, cells)
        && let Some(parts) = CellParts::new(cells, counted)
    {
        return closed_row(name, entry, &parts, counted.figures, state);
    }
    let (count, rest) = match cells {
        Ok(cells) if cells.len() == 1 => ("1 cell".into(), None),
        Ok(cells) => (format!("{} cells", format::count(cells.len() as u64)), None),
        Err(error) => (String::new(), Some((FIGURES, (error.clone(), Role::Error)))),
    };
    let mece = state.answers.panes.found.mece.get(&entry.name).map(|mece| mece.short(state.settings.min_cell));
    let said: Vec<String> = mece.into_iter().chain(entry.note.clone()).collect();
    let rest = rest.or_else(|| (!said.is_empty()).then(|| (BEHIND_COUNT, (said.join(" · "), Role::Dim))));
    let cells = vec![
        name,
        kind_cell(entry.kind),
        ListCell::text(count, Role::Dim),
        ListCell::Blank,
        ListCell::Blank,
        ListCell::Blank,
    ];
    ListRow { cells, rest }
}

/// Returns the line of a closed segmentation.
fn closed_row(
    name: ListCell,
    entry: &SegmentEntry,
    parts: &CellParts,
    figures: FigureContext,
    state: &State,
) -> ListRow {
    let largest = parts.largest();
    let stack = ListCell::Stack(parts.stack(figures));
    let mut row = vec![name];
    match largest {
        Some((cell, shown, in_base)) => {
            let masked = mask::cell_is_masked(state, cell);
            let label = if masked { mask::MASK.to_owned() } else { cell.name.clone() };
            row.extend([
                ListCell::text(label, figures.role()),
                stack,
                figures.share(shown),
                figures.index(shown, in_base),
            ]);
        }
        None => row.extend([kind_cell(entry.kind), stack, ListCell::Blank, ListCell::Blank]),
    }
    row.push(ListCell::text(entry.note.clone().unwrap_or_default(), Role::Dim));
    ListRow { cells: row, rest: None }
}

/// Cells of a segmentation with their counts in the filter and in the base, suppressed as parts of a whole.
pub struct CellParts<'a> {
    /// Cells in the order of the segmentation.
    pub cells: &'a [CellEntry],
    /// Counts of each cell, in the filter and in the base.
    pub shown: Vec<(DisclosedCount, DisclosedCount)>,
}

impl<'a> CellParts<'a> {
    /// Returns the cells; `None` while they are not counted.
    pub fn new(cells: &'a [CellEntry], counted: SegmentFigures) -> Option<Self> {
        let counts: Vec<CustomerCount> = cells.iter().map(|cell| count(counted, &cell.full)).collect::<Option<_>>()?;
        (!cells.is_empty()).then(|| Self { cells, shown: counted.figures.pairs(&counts) })
    }

    /// Returns the largest of the cells whose counts are shown, the first of equally large ones; `None` if none is
    /// shown.
    pub fn largest(&self) -> Option<(&'a CellEntry, DisclosedCount, DisclosedCount)> {
        let counts = self.shown.iter().enumerate().filter_map(|(at, shown)| Some((at, shown.0.count()?)));
        let (at, most) = counts.max_by_key(|(at, count)| (*count, std::cmp::Reverse(*at)))?;
        (most > 0).then(|| (&self.cells[at], self.shown[at].0, self.shown[at].1))
    }

    /// Returns the bar of the cells, of which those that are not shown leave a gap.
    pub fn stack(&self, figures: FigureContext) -> Stack {
        let shares: Vec<f64> =
            self.shown.iter().map(|(shown, _)| figures.share_of_filter(*shown).unwrap_or(0.0)).collect();
        let largest =
            self.largest().and_then(|(largest, ..)| self.cells.iter().position(|cell| cell.full == largest.full));
        Stack { shares, largest, is_dim: figures.bar_role() == Role::Dim }
    }
}

/// Index of the first column after the count.
const BEHIND_COUNT: usize = 3;

fn kind_cell(kind: Option<SegmentKind>) -> ListCell {
    let short = match kind {
        None => return ListCell::Blank,
        Some(SegmentKind::Demographic) => "demo",
        Some(SegmentKind::Behaviour) => "behav",
        Some(SegmentKind::Preference) => "pref",
        Some(SegmentKind::Firmographic) => "firmo",
    };
    ListCell::Either(kind.map_or("", kind_word), short, Role::Dim)
}

/// Returns the kind's name.
pub fn kind_word(kind: SegmentKind) -> &'static str {
    kind.word()
}

fn note<'a>(line: SegmentLine<'a>) -> Option<&'a str> {
    match line {
        SegmentLine::Segment(entry) | SegmentLine::Segmentation { entry, .. } => entry.note.as_deref(),
        SegmentLine::Cell(_) => None,
    }
}

/// Returns the customers of a segment or cell by its full name.
pub fn count(counted: SegmentFigures, name: &str) -> Option<CustomerCount> {
    counted.counts?.by_name.get(name).copied()
}

/// Returns a cell's counts in the filter and in the base, suppressed as a part of its segmentation: with a small cell,
/// another is suppressed too.
fn cell_count(
    counted: SegmentFigures,
    cell: &CellEntry,
    state: &State,
    figures: FigureContext,
) -> Option<(DisclosedCount, DisclosedCount)> {
    count(counted, &cell.full)?;
    let siblings = state.catalog.segments.iter().filter_map(|entry| entry.cells()?.as_ref().ok());
    let cells = siblings.into_iter().find(|cells| cells.iter().any(|sibling| sibling.full == cell.full))?;
    let counts: Vec<CustomerCount> = cells.iter().map(|c| count(counted, &c.full).unwrap_or_default()).collect();
    let at = cells.iter().position(|sibling| sibling.full == cell.full)?;
    figures.pairs(&counts).get(at).copied()
}
