//! Draws the combinations: a line each, with dots for its sets, the customers and their share.

use std::ops::Range;

use ratatui::layout::Rect;

use super::UpSetView;
use super::dots::Dots;
use crate::insight::figures;
use crate::insight::format;
use crate::insight::privacy;
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::table::{Table, TableCell};
use crate::insight::upset::{UpSet, UpSetOrder};
use crate::model::reference;
use crate::text::wrap;
use crate::tui::core::key;
use crate::tui::core::lines::first_in_sight;
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::{Canvas, Position, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::matrix::segments;
use crate::tui::views::upset::sets;
use crate::tui::widgets::figures::{HIDDEN_NOTE, answer_role, count_width};

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let focused = !state.filter.editing;
    canvas.pane_frame(area, focused);
    let title_role = if focused { Role::Focus } else { Role::Strong };
    let x = canvas.text(area.x + 1, area.y, area.width.saturating_sub(3), &format!(" {} ", title(state)), title_role);
    let view = state.views.get::<UpSetView>();
    let Some(upset) =
        view.upset.found.answer.as_ref().filter(|upset| !upset.combinations.is_empty() && !upset.sets.is_empty())
    else {
        return draw_empty(canvas, inside(area), state);
    };
    let lines = upset.combinations.len() as u64;
    let position = format!(" {}/{} ", format::count(view.cursor as u64 + 1), format::count(lines));
    canvas.text(x, area.y, area.right().saturating_sub(x + 2), &position, Role::Dim);
    UpSetLayout::new(state, upset, inside(area)).draw(canvas);
    draw_legend(canvas, area, state, upset);
}

/// Returns the index of the line at a place of the view.
pub fn line_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let upset = state.views.get::<UpSetView>().upset.found.answer.as_ref()?;
    let layout = UpSetLayout::new(state, upset, inside(area));
    let line = layout.lines.clone().nth(usize::from(at.y.checked_sub(layout.area.y + layout.dots.head)?));
    line.filter(|_| layout.area.contains(at))
}

fn title(state: &State) -> String {
    let view = state.views.get::<UpSetView>();
    let of = if view.of_segments { "segments" } else { "personas" };
    let order = if view.order == UpSetOrder::Sets { ", by how many" } else { "" };
    // Cells are mutually exclusive: they would only split the combinations.
    let cells = if view.of_segments && sets(state).len() < segments(state).len() { " without cells" } else { "" };
    format!("Combinations of {of}{cells}{order}")
}

/// Returns the combinations to copy, in the order shown.
pub fn table(state: &State) -> Option<Table> {
    let view = state.views.get::<UpSetView>();
    let upset = view.upset.found.answer.as_ref().filter(|upset| !upset.sets.is_empty())?;
    let mut table = Table::new(["combination", "customers", "of filter"]);
    table.title = title(state);
    table.rows.extend(upset.order(view.order).into_iter().map(|at| {
        let names: Vec<String> = upset.names(&upset.combinations[at]).into_iter().map(reference).collect();
        let names = if names.is_empty() { TableCell::text("in none") } else { TableCell::Text(names.join(" ")) };
        let share = upset.shown[at].count().and_then(|count| figures::share(count, upset.whole));
        vec![names, TableCell::Count(upset.shown[at]), format::copied(&format::percent(share))]
    }));
    Some(table)
}

/// Layout of the view.
struct UpSetLayout<'a> {
    state: &'a State,
    upset: &'a UpSet,
    area: Rect,
    order: Vec<usize>,
    dots: Dots,
    sentence: Vec<String>,
    lines: Range<usize>,
    role: Role,
}

impl<'a> UpSetLayout<'a> {
    fn new(state: &'a State, upset: &'a UpSet, area: Rect) -> Self {
        let view = state.views.get::<UpSetView>();
        let order = upset.order(view.order);
        // Count, share and a minimum of the bar are allotted first.
        let others = count_width(state) as u16 + 2 + 7 + 2 + 4;
        let dots = Dots::new(upset.sets.len(), area, area.width.saturating_sub(others + 4));
        let mut sentence = wrap(&sentence(state, area.height < 9), usize::from(area.width.saturating_sub(2)));
        sentence.truncate(if area.height < 9 { 1 } else { 3 });
        let height = usize::from(area.height).saturating_sub(usize::from(dots.head) + sentence.len());
        let first = first_in_sight(view.cursor, order.len(), height);
        let lines = first..order.len().min(first + height);
        let role = answer_role(state, view.upset.found.fresh);
        Self { state, upset, area, order, dots, sentence, lines, role }
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.dots.draw_heads(canvas, self.area, self.upset, self.state.settings.min_cell, self.role);
        for (y, line) in (self.area.y + self.dots.head..).zip(self.lines.clone()) {
            self.draw_line(canvas, Rect { y, height: 1, ..self.area }, line);
        }
        let top = self.area.bottom().saturating_sub(self.sentence.len() as u16);
        for (y, line) in (top..).zip(&self.sentence) {
            canvas.text(self.area.x + 1, y, self.area.width.saturating_sub(2), line, self.role);
        }
    }

    fn draw_line(&self, canvas: &mut Canvas, line: Rect, at: usize) {
        let place = self.order[at];
        let (one, shown) = (&self.upset.combinations[place], self.upset.shown[place]);
        let share = shown.count().and_then(|count| figures::share(count, self.upset.whole));
        let x = line.x + 1;
        canvas.text(x, line.y, self.dots.width, &self.dots.text(one.sets), self.role);
        let count = x + self.dots.width + 2;
        let count_end = count + count_width(self.state) as u16;
        canvas.text_right(count, count_end, line.y, &format::shown(shown), self.role);
        let share_end = count_end + 2 + 7;
        canvas.text_right(count_end + 2, share_end, line.y, &format::percent(share), self.role);
        let width = line.right().saturating_sub(share_end + 3);
        // The largest combination fills the bar.
        let most = self.upset.shown.iter().filter_map(|shown| shown.count()).max().unwrap_or(0);
        let bar = shown.count().and_then(|count| figures::share(count, most)).unwrap_or(0.0);
        let role = if self.role == Role::Text { Role::Bar } else { Role::Dim };
        canvas.text(share_end + 2, line.y, width, &format::line(bar, usize::from(width)), role);
        if at == self.state.views.get::<UpSetView>().cursor {
            let focused = !self.state.filter.editing;
            if focused {
                canvas.select(line);
            }
            canvas.text(line.x, line.y, 1, "›", if focused { Role::Accent } else { Role::Dim });
        }
    }
}

/// Describes the selected combination.
fn sentence(state: &State, short: bool) -> String {
    let Some((upset, at)) = state.views.get::<UpSetView>().at() else { return String::new() };
    let one = &upset.combinations[at];
    let share = upset.shown[at].count().and_then(|count| figures::share(count, upset.whole));
    let share = share.map_or(String::new(), |share| format!(" ({})", format::percent(Some(share))));
    let of = format::shown(suppress::single(upset.whole, state.settings.min_cell));
    let names: Vec<String> = upset.names(one).into_iter().map(reference).collect();
    if short {
        let names = if names.is_empty() { "in none".to_owned() } else { names.join(" ") };
        return format!("{}: {names}", format::shown(upset.shown[at]));
    }
    let here = match names.split_last() {
        None => "in none of them".to_owned(),
        Some((only, [])) => format!("in {only} and in no other"),
        Some((last, first)) => format!("in {} and {last}, and in no other", first.join(", ")),
    };
    format!("{}{share} of {of} customers are {here}", format::shown(upset.shown[at]))
}

/// Draws what is left out, and the state of the counting.
fn draw_legend(canvas: &mut Canvas, area: Rect, state: &State, upset: &UpSet) {
    let view = state.views.get::<UpSetView>();
    let right: TextPiece = if let Some(error) = &view.upset.found.error {
        (error.clone(), Role::Error)
    } else if view.is_waiting() {
        ("counting…".into(), Role::Notice)
    } else {
        let smaller = (upset.smaller > 0)
            .then(|| format!("the {} largest sets, {} smaller left out", upset.sets.len(), upset.smaller));
        let left_out =
            (upset.left_out > 0).then(|| format!("{} smaller combinations left out", format::count(upset.left_out)));
        let hidden = upset.shown.contains(&DisclosedCount::Hidden).then(|| HIDDEN_NOTE.to_owned());
        let parts: Vec<String> = [smaller, left_out, hidden].into_iter().flatten().collect();
        if parts.is_empty() {
            return;
        }
        (parts.join(" · "), Role::Dim)
    };
    let y = area.bottom().saturating_sub(1);
    canvas.text_right(area.x + 2, area.right().saturating_sub(2), y, &format!(" {} ", right.0), right.1);
}

fn draw_empty(canvas: &mut Canvas, inner: Rect, state: &State) {
    let view = state.views.get::<UpSetView>();
    let sets = key(state, "sets");
    let (content, role) = match (&view.upset.found.error, &view.upset.found.answer) {
        (Some(error), _) => (error.clone(), Role::Error),
        (None, None) => ("counting…".into(), Role::Dim),
        (None, Some(upset)) if upset.whole == 0 && state.settings.min_cell > 0 => {
            (privacy::too_few(state.settings.min_cell), Role::Text)
        }
        (None, Some(upset)) if upset.whole == 0 => (
            format!("no customer matches the filter · {} undoes · {} clears", key(state, "undo"), key(state, "clear")),
            Role::Text,
        ),
        (None, Some(_)) if view.of_segments => {
            (format!("there is no segment to combine; {sets} combines personas"), Role::Text)
        }
        (None, Some(_)) => (format!("there is no persona to combine; {sets} combines segments"), Role::Text),
    };
    for (y, line) in (inner.y + inner.height / 3..inner.bottom()).zip(wrap(&content, usize::from(inner.width))) {
        canvas.text_centred(inner, y, &line, role);
    }
}
