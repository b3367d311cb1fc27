//! Table of answers, with a column for all respondents and one for each persona.

use std::ops::Range;

use ratatui::layout::Rect;

use super::ResearchView;
use super::frame::{draw_legend, frame, is_focused};
use super::words;
use crate::insight::format;
use crate::insight::research::{LineSubject, ResearchCell, ResearchTable};
use crate::insight::table::{self, Table};
use crate::text;
use crate::tui::core::State;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::research::{self, ResearchFigure, ResearchPlace};
use crate::tui::widgets::figures::{answer_role, index_role};

/// Lines around those of the answers: frame, heads, sentence.
pub const FRAME_LINES: u16 = 4;
/// Width of an index or a share beside a count, in cells.
const FIGURE_WIDTH: u16 = 9;
/// Minimum number of a persona's respondents for an index worth highlighting.
const FEW_RESPONDENTS: u64 = 10;
/// Maximum width of the bar, in cells.
const BAR: u16 = 24;

/// Draws the table with the sentence on the selected cell.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let Some(found) = &state.views.get::<ResearchView>().asked.voices.found.answer else { return };
    let view = state.views.get::<ResearchView>();
    let position = format!(" {}/{} ", format::count(view.row as u64 + 1), format::count(found.lines.len() as u64));
    frame(canvas, area, &words::title(state), &position, is_focused(state, false));
    let drawing = ResearchLayout::new(state, found, inside(area));
    drawing.draw_heads(canvas);
    drawing.draw_lines(canvas);
    drawing.draw_sentence(canvas);
    draw_legend(canvas, area, words::legend(state, found));
}

/// Returns the heading or the cell at a place of the table.
pub fn place_at(state: &State, area: Rect, at: Position) -> Option<ResearchPlace> {
    let found = state.views.get::<ResearchView>().found()?;
    let layout = ResearchLayout::new(state, found, inside(area));
    let mut slots = layout.slots();
    let column = slots.find(|(_, x)| (*x..x + layout.cell).contains(&at.x)).map(|(column, _)| column);
    let Some(line) = at.y.checked_sub(layout.area.y + 1) else {
        return column.filter(|_| at.y == layout.area.y).map(ResearchPlace::Heading);
    };
    layout.lines.clone().nth(usize::from(line)).map(|row| ResearchPlace::Cell(row, column))
}

/// Returns the table to copy: a line per answer, and for each persona the figure and what stands beside it.
pub fn table(state: &State) -> Option<Table> {
    let view = state.views.get::<ResearchView>();
    let found = view.asked.voices.found.answer.as_ref()?;
    let theme = research::table(state).and_then(|table| table.columns.theme.as_deref());
    let is_theme = theme.is_some() && theme == found.by.as_deref();
    let figure = match view.figure {
        ResearchFigure::Respondents => "respondents",
        ResearchFigure::Share => "share",
        ResearchFigure::Mentions => "rows",
    };
    let heads = (0..found.columns()).flat_map(|column| {
        let name = column.checked_sub(1).map_or("all", |at| found.names[at].as_str());
        let (beside, has_beside) = if column == 0 {
            ("share", view.figure == ResearchFigure::Respondents)
        } else {
            ("index", view.figure != ResearchFigure::Mentions)
        };
        std::iter::once(format!("{name}: {figure}")).chain(has_beside.then(|| format!("{name}: {beside}")))
    });
    let mut table = Table::new(std::iter::once("answer".to_owned()).chain(heads));
    table.title = words::title(state);
    let cells = found.cells();
    for place in view.places() {
        let line = &found.lines[place];
        let mut row = vec![table::TableCell::text(words::label(found, line, is_theme))];
        for (column, cell) in cells[place].iter().enumerate() {
            let (first, beside) = figures(cell, &line.what, view.figure, column);
            row.push(format::copied(&first));
            let has_beside = if column == 0 {
                view.figure == ResearchFigure::Respondents
            } else {
                view.figure != ResearchFigure::Mentions
            };
            row.extend(has_beside.then(|| format::copied(&beside.unwrap_or_default())));
        }
        table.rows.push(row);
    }
    Some(table)
}

/// Returns the figure of a cell, and what stands beside it: the index or the share.
fn figures(cell: &ResearchCell, what: &LineSubject, figure: ResearchFigure, column: usize) -> (String, Option<String>) {
    let (index, share) = (format::index(cell.index), format!("{} ", format::percent(cell.share)));
    match (what, figure) {
        (LineSubject::Mean, _) => (cell.mean.map_or(format::NOTHING.into(), |mean| format!("{mean:.2}")), None),
        (_, ResearchFigure::Mentions) => (format::shown(cell.mentions), None),
        (LineSubject::Value(_), ResearchFigure::Share) if column > 0 => (format::percent(cell.share), Some(index)),
        (LineSubject::Value(_), ResearchFigure::Share) => (format::percent(cell.share), None),
        (LineSubject::Value(_), ResearchFigure::Respondents) if column > 0 => {
            (format::shown(cell.respondents), Some(index))
        }
        _ => (format::shown(cell.respondents), Some(share)),
    }
}

/// Layout of the view.
struct ResearchLayout<'a> {
    state: &'a State,
    found: &'a ResearchTable,
    area: Rect,
    cells: Vec<Vec<ResearchCell>>,
    labels: Vec<String>,
    places: Vec<usize>,
    /// Width of the names; below, of the bar with its gap, of a count or share, of what stands beside it, of a column.
    /// In cells.
    name: u16,
    bar: u16,
    count: u16,
    beside: u16,
    cell: u16,
    /// Range of the personas in sight, as columns from 1.
    columns: Range<usize>,
    lines: Range<usize>,
    role: Role,
}

impl<'a> ResearchLayout<'a> {
    fn new(state: &'a State, found: &'a ResearchTable, area: Rect) -> Self {
        let view = state.views.get::<ResearchView>();
        let theme = research::table(state).and_then(|table| table.columns.theme.as_deref());
        let is_theme = theme.is_some() && theme == found.by.as_deref();
        let labels: Vec<String> = found.lines.iter().map(|line| words::label(found, line, is_theme)).collect();
        let cells = found.cells();
        let longest = labels.iter().map(|label| text::width(&text::visible(label))).max().unwrap_or(0);
        let name = longest.clamp(8, (usize::from(area.width) / 3).max(8)) as u16 + 3;
        let (count, beside) = widths(found, &cells, view.figure);
        let room = area.width.saturating_sub(name + 1);
        let personas = found.columns().saturating_sub(1);
        // A persona beside all respondents is worth more than an index beside a count.
        let beside = if room < 2 * (count + beside + 2) && personas > 0 { 0 } else { beside };
        let cell = count + beside + 2;
        let fits = usize::from((room / cell.max(1)).saturating_sub(1)).min(personas);
        let first = first_in_sight(view.column.saturating_sub(1), personas, fits);
        let spare = room.saturating_sub(cell * (fits as u16 + 1));
        let bar = if spare >= 8 { spare.min(BAR) } else { 0 };
        let places = view.places();
        let sentence = u16::from(area.height >= 6);
        let height = usize::from(area.height.saturating_sub(1 + sentence));
        let top = first_in_sight(view.row, places.len(), height);
        Self {
            state,
            found,
            area,
            cells,
            labels,
            lines: top..places.len().min(top + height),
            places,
            name,
            bar,
            count,
            beside,
            cell,
            columns: first + 1..first + fits + 1,
            role: answer_role(state, view.asked.voices.found.fresh),
        }
    }

    /// Returns the columns in sight, each with its x position.
    fn slots(&self) -> impl Iterator<Item = (usize, u16)> + '_ {
        let start = self.area.x + self.name + self.bar;
        let columns = std::iter::once(0).chain(self.columns.clone());
        columns.enumerate().map(move |(i, column)| (column, start + i as u16 * self.cell))
    }

    fn draw_heads(&self, canvas: &mut Canvas) {
        for (column, x) in self.slots() {
            let chosen = column == self.state.views.get::<ResearchView>().column;
            let head = match column {
                0 => "all".to_owned(),
                _ => self.found.names[column - 1].clone(),
            };
            let role = if chosen { Role::Strong } else { Role::Dim };
            let right = x + self.cell - 2;
            let width = right.saturating_sub(x);
            let head = text::truncate(&text::visible(&head), usize::from(width)).into_owned();
            canvas.text_right(x, right, self.area.y, &head, role);
        }
        if let Some(persona) = self.columns.end.checked_sub(1).filter(|last| last + 1 < self.found.columns()) {
            let more = format!("+{}", self.found.columns() - 1 - persona);
            canvas.text_right(self.area.x, self.area.right(), self.area.y, &more, Role::Dim);
        }
    }

    fn draw_lines(&self, canvas: &mut Canvas) {
        let view = &self.state.views.get::<ResearchView>();
        let widest = self.widest();
        for (y, row) in (self.area.y + 1..).zip(self.lines.clone()) {
            let place = self.places[row];
            let chosen = row == view.row;
            let (mark, role) = if chosen { ("›", Role::Strong) } else { (" ", self.role) };
            canvas.text(self.area.x, y, 1, mark, Role::Dim);
            canvas.text(self.area.x + 1, y, self.name - 3, &self.labels[place], role);
            if self.bar > 0 && matches!(self.found.lines[place].what, LineSubject::Value(_)) {
                let share = self.cells[place].get(view.column).and_then(|cell| cell.share).unwrap_or(0.0);
                let bar = format::line(if widest > 0.0 { share / widest } else { 0.0 }, usize::from(self.bar - 2));
                let role = if self.role == Role::Text { Role::Bar } else { Role::Dim };
                canvas.text(self.area.x + self.name, y, self.bar - 2, &bar, role);
            }
            for (column, x) in self.slots() {
                self.draw_cell(canvas, place, column, x, y);
                if chosen && column == view.column {
                    self.mark(canvas, Rect { x, y, width: self.cell - 2, height: 1 });
                }
            }
        }
    }

    /// Returns the largest share of the selected column among the answers, which fills the bar.
    fn widest(&self) -> f64 {
        let is_said = |what: &LineSubject| matches!(what, LineSubject::Value(value) if !value.is_null());
        let of_values = self.found.lines.iter().zip(&self.cells).filter(|(line, _)| is_said(&line.what));
        let shares = of_values.filter_map(|(_, cells)| cells.get(self.state.views.get::<ResearchView>().column)?.share);
        shares.fold(0.0, f64::max)
    }

    fn draw_cell(&self, canvas: &mut Canvas, place: usize, column: usize, x: u16, y: u16) {
        let (cell, what) = (&self.cells[place][column], &self.found.lines[place].what);
        let figure = self.state.views.get::<ResearchView>().figure;
        let middle = x + self.count;
        let is_none = cell.respondents.count() == Some(0);
        let role = if is_none { Role::Dim } else { self.role };
        // With a handful of respondents one more makes all the difference: the index is shown, but not highlighted.
        let few = self.cells[0][column].respondents.count().is_none_or(|respondents| respondents < FEW_RESPONDENTS);
        let (first, beside) = figures(cell, what, figure, column);
        let beside = beside.map(|beside| {
            let is_index = matches!(what, LineSubject::Value(_)) && column > 0;
            let role = if !is_index || few { Role::Dim } else { index_role(cell.index, role) };
            (beside, role)
        });
        canvas.text_right(x, middle, y, &first, role);
        if let Some((beside, role)) = beside.filter(|_| self.beside > 0) {
            canvas.text_right(middle, x + self.cell - 2, y, &beside, role);
        }
    }

    /// Marks the selected cell: painted if the table has the focus, otherwise between marks.
    fn mark(&self, canvas: &mut Canvas, place: Rect) {
        if is_focused(self.state, false) {
            canvas.select(place);
        }
        canvas.text(place.x.saturating_sub(1), place.y, 1, "›", Role::Accent);
    }

    fn draw_sentence(&self, canvas: &mut Canvas) {
        if self.area.height < 6 {
            return;
        }
        let label =
            self.state.views.get::<ResearchView>().line().map(|line| self.labels[line].as_str()).unwrap_or_default();
        let sentence = words::sentence(self.state, self.found, &self.cells, label);
        // Stands near its line if there is room to spare.
        let y = (self.area.bottom() - 1).min(self.area.y + 2 + self.lines.len() as u16);
        canvas.text(self.area.x + 1, y, self.area.width.saturating_sub(2), &sentence, self.role);
    }
}

/// Returns the width of the first figure, and of the one beside it.
fn widths(found: &ResearchTable, cells: &[Vec<ResearchCell>], figure: ResearchFigure) -> (u16, u16) {
    let shown = |cell: &ResearchCell| match figure {
        ResearchFigure::Respondents => format::shown(cell.respondents),
        ResearchFigure::Share => format::percent(cell.share),
        ResearchFigure::Mentions => format::shown(cell.mentions),
    };
    let widest = cells.iter().flatten().map(|cell| text::width(&shown(cell))).max().unwrap_or(0);
    let beside = if figure == ResearchFigure::Mentions { 0 } else { FIGURE_WIDTH };
    // A head needs some letters to be legible.
    let head = found.names.iter().map(|name| text::width(name)).max().unwrap_or(0).min(10);
    let count = widest.max(4).max(head.saturating_sub(usize::from(beside)));
    (count as u16, beside)
}
