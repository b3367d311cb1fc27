use ratatui::layout::Rect;

use crate::insight::figures;
use crate::insight::format;
use crate::insight::suppress::{self, DisclosedCount};
use crate::tui::core::State;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, Position, cells as width_of};
use crate::tui::paint::theme::Role;
use crate::tui::views::builder::{BuilderField, CellLine, CutMethod, SCORES, SegmentationBuilder};
use crate::tui::widgets::input;

/// Width of a count, and of a share below, each with the space before it.
const COUNT: u16 = 12;
const SHARE: u16 = 9;
/// Width of a score such as `4-5`.
const SCORE: u16 = 6;
/// Minimum width to show the share.
const WITH_SHARE: u16 = 56;

/// Layout of a cell's line.
struct CellLineLayout {
    name: u16,
    /// Widths of the rule or of the scores.
    parts: Vec<u16>,
    share: u16,
    bar: u16,
}

impl CellLineLayout {
    fn new(width: u16, how: CutMethod, names: u16) -> Self {
        let share = if width >= WITH_SHARE { SHARE } else { 0 };
        let room = width.saturating_sub(2 + COUNT + share);
        let name = match how {
            // The cursor needs a cell more.
            CutMethod::Rfm => (names + 1).min(room.saturating_sub(3 * SCORE + 2)).max(8),
            CutMethod::Cells => (names + 1).clamp(8, 30).min((room / 3).max(8)),
            _ => names.min(room),
        };
        let rest = room.saturating_sub(name + 2);
        let parts = match how {
            CutMethod::Cells => vec![rest],
            CutMethod::Rfm => vec![SCORE.min(rest / 3); 3],
            _ => Vec::new(),
        };
        let bar = rest.saturating_sub(parts.iter().sum::<u16>());
        Self { name, parts, share, bar: if bar >= 8 { bar.min(30) } else { 0 } }
    }
}

/// A cell as shown: its name, and its customers in the filter.
struct CellCount {
    name: String,
    customers: Option<DisclosedCount>,
    share: Option<f64>,
}

/// Layout of the cells in an area.
struct CellsLayout {
    columns: CellLineLayout,
    has_heading: bool,
    /// Area below the heading.
    area: Rect,
    /// Index of the first cell in sight.
    first: usize,
    total: usize,
}

impl CellsLayout {
    fn new(area: Rect, builder: &SegmentationBuilder, counted: &[CellCount]) -> Self {
        let how = builder.chosen();
        let lines = lines(builder);
        let names = lines.iter().map(CellLine::name).chain(counted.iter().map(|cell| cell.name.clone()));
        let names = names.map(|name| width_of(&name)).max().unwrap_or(0);
        let has_heading = area.height >= 4;
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let total = lines.len() + others(builder, counted).count();
        let area = if has_heading { below } else { area };
        let first = match builder.field {
            BuilderField::Cell(n, _) => first_in_sight(n, total, usize::from(area.height)),
            _ => 0,
        };
        Self { columns: CellLineLayout::new(area.width, how, names.max(4)), has_heading, area, first, total }
    }

    /// Returns the cells in sight, each with its line; without the last one where a number of more cells stands.
    fn lines(&self) -> impl Iterator<Item = (usize, Rect)> + '_ {
        let height = usize::from(self.area.height) - usize::from(self.is_cut_off());
        (self.first..self.total)
            .zip(self.area.top()..)
            .take(height)
            .map(|(n, y)| (n, Rect { y, height: 1, ..self.area }))
    }

    fn is_cut_off(&self) -> bool {
        self.area.height > 0 && self.first + usize::from(self.area.height) < self.total
    }
}

/// Returns the lines that the person writes.
fn lines(builder: &SegmentationBuilder) -> &[CellLine] {
    if builder.chosen().has_lines() { &builder.lines } else { &[] }
}

/// Returns the cells that are not among the lines that the person writes.
fn others<'a>(builder: &'a SegmentationBuilder, counted: &'a [CellCount]) -> impl Iterator<Item = &'a CellCount> {
    let is_written = |name: &str| lines(builder).iter().any(|line| line.name() == name);
    counted.iter().filter(move |cell| !is_written(&cell.name))
}

/// Returns the field of a written cell at a place of the screen.
pub fn field_at(area: Rect, builder: &SegmentationBuilder, state: &State, at: Position) -> Option<BuilderField> {
    let layout = CellsLayout::new(area, builder, &counted(builder, state));
    let (n, row) = layout.lines().find(|(_, row)| row.contains(at))?;
    let mut end = row.x + 2 + layout.columns.name + 1;
    let mut part = 0;
    for width in &layout.columns.parts {
        if at.x >= end {
            part += 1;
            end += width;
        }
    }
    (n < lines(builder).len()).then_some(BuilderField::Cell(n, part))
}

/// Draws as many cells as fit, with their customers in the filter. Cells that the person writes are editable lines,
/// the selected one in sight.
pub fn draw(canvas: &mut Canvas, area: Rect, builder: &SegmentationBuilder, state: &State) {
    let (how, counted) = (builder.chosen(), counted(builder, state));
    let layout = CellsLayout::new(area, builder, &counted);
    let columns = &layout.columns;
    if layout.has_heading {
        draw_heading(canvas, area, how, columns);
    }
    let lines = lines(builder);
    let others: Vec<&CellCount> = others(builder, &counted).collect();
    let fresh = builder.inquiry.counts.found.fresh;
    let mut left = layout.first;
    for (n, row) in layout.lines() {
        left = n + 1;
        if let Some(line) = lines.get(n) {
            let found = counted.iter().find(|cell| cell.name == line.name());
            draw_line(canvas, row, (n, line), builder, columns);
            draw_count(canvas, row, found, fresh, columns);
        } else if let Some(cell) = others.get(n - lines.len()) {
            let role = if how.has_lines() { Role::Dim } else { role(builder) };
            canvas.text(row.x + 2, row.y, columns.name, &cell.name, role);
            draw_count(canvas, row, Some(cell), fresh, columns);
        }
    }
    if layout.is_cut_off() {
        let more = format::counted((layout.total - left) as u64, "more cell", "more cells");
        canvas.text(area.x + 2, layout.area.bottom() - 1, area.width, &format!("… {more}"), Role::Dim);
    }
}

/// Returns the cells with their sizes as they may be disclosed, or without sizes while these are unknown.
fn counted(builder: &SegmentationBuilder, state: &State) -> Vec<CellCount> {
    let Some(Ok(cells)) = &builder.cells else { return Vec::new() };
    let answer = builder.inquiry.counts.found.answer.as_ref();
    let size = |name: &str| {
        let (_, count) = answer?.cells.iter().find(|(of, _)| of == name)?;
        Some(count.in_filter)
    };
    let (sizes, whole) = (cells.iter().map(|cell| size(&cell.name)).collect::<Vec<_>>(), answer.map_or(0, |a| a.whole));
    let known: Vec<u64> = sizes.iter().flatten().copied().collect();
    let mut shown = suppress::cells(&known, whole, state.settings.min_cell).into_iter();
    let one = |(cell, size): (&crate::rule::cells::SegmentationCell, &Option<u64>)| {
        let customers = size.and_then(|_| shown.next());
        let share = customers.and_then(DisclosedCount::count).and_then(|count| figures::share(count, whole));
        CellCount { name: cell.name.clone(), customers, share }
    };
    cells.iter().zip(&sizes).map(one).collect()
}

fn role(builder: &SegmentationBuilder) -> Role {
    if builder.inquiry.counts.found.fresh { Role::Text } else { Role::Dim }
}

fn draw_heading(canvas: &mut Canvas, area: Rect, how: CutMethod, columns: &CellLineLayout) {
    let mut x = canvas.text(area.x + 2, area.y, columns.name, "cell", Role::Dim).max(area.x + 2 + columns.name) + 1;
    let words: &[&str] = if how == CutMethod::Rfm { &SCORES } else { &["rule"] };
    for (width, word) in columns.parts.iter().zip(words) {
        canvas.text(x, area.y, *width, word, Role::Dim);
        x += width;
    }
    canvas.text_right(area.x, area.right().saturating_sub(columns.share), area.y, "customers", Role::Dim);
    if columns.share > 0 {
        canvas.text_right(area.x, area.right(), area.y, "share", Role::Dim);
    }
}

fn draw_line(
    canvas: &mut Canvas,
    row: Rect,
    (n, line): (usize, &CellLine),
    builder: &SegmentationBuilder,
    columns: &CellLineLayout,
) {
    let how = builder.chosen();
    let chosen = |part: usize| builder.field == BuilderField::Cell(n, part);
    let is_chosen = matches!(builder.field, BuilderField::Cell(at, _) if at == n);
    let is_faulty = builder.faults.iter().any(|(at, _)| *at == n);
    let (mark, role) = match (is_chosen, is_faulty) {
        (true, _) => ("›", Role::Accent),
        (false, true) => ("!", Role::Error),
        _ => (" ", Role::Dim),
    };
    canvas.text(row.x, row.y, 1, mark, role);
    let mut x = row.x + 2;
    let widths = [columns.name + 1].into_iter().chain(columns.parts.iter().copied());
    for (part, width) in widths.enumerate() {
        let content = line.part(how, part);
        let width = width.saturating_sub(1);
        if content.value().is_empty() {
            let word = match (part, how) {
                (0, _) => "name",
                (_, CutMethod::Rfm) => "any",
                _ => "rule",
            };
            let at = x + u16::from(chosen(part));
            canvas.text(at, row.y, width, word, Role::Dim);
        }
        input::draw(canvas, x, row.y, width, content, chosen(part) && !builder.saving);
        x += width + 1;
    }
}

fn draw_count(canvas: &mut Canvas, row: Rect, cell: Option<&CellCount>, fresh: bool, columns: &CellLineLayout) {
    let role = if fresh { Role::Text } else { Role::Dim };
    let right = row.right();
    if let Some(share) = cell.and_then(|cell| cell.share).filter(|_| columns.bar > 0) {
        let at = row.x + 2 + columns.name + 2 + columns.parts.iter().sum::<u16>();
        canvas.text(at, row.y, columns.bar, &format::line(share, usize::from(columns.bar)), Role::Bar);
    }
    let count = cell.and_then(|cell| cell.customers).map_or(format::NOTHING.to_owned(), format::shown);
    canvas.text_right(row.x, right.saturating_sub(columns.share), row.y, &count, role);
    if columns.share > 0 {
        canvas.text_right(row.x, right, row.y, &format::percent(cell.and_then(|cell| cell.share)), role);
    }
}
