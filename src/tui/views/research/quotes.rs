//! Quotes of the selected cell's respondents.

use ratatui::layout::Rect;

use super::ResearchView;
use super::frame::{draw_legend, draw_words, frame, is_focused};
use super::words;
use crate::insight::format;
use crate::insight::research::{LineSubject, MAX_QUOTES, Quote, Quotes};
use crate::insight::table::{Table, TableCell};
use crate::text::wrap;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::research;
use crate::tui::widgets::figures::answer_role;

/// Draws the quotes from the selected one on.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let (view, focused) = (state.views.get::<ResearchView>(), is_focused(state, true));
    let quotes = match &view.asked.quotes.found.answer {
        Some(Ok(quotes)) if !quotes.quotes.is_empty() => quotes,
        other => {
            frame(canvas, area, &title(state), "", focused);
            let said = match (other, &view.asked.quotes.found.error) {
                (_, Some(error)) => vec![(error.clone(), Role::Error)],
                (Some(Err(why)), None) => words::withheld(state, *why),
                (Some(Ok(_)), None) => vec![("no quotes".into(), Role::Text)],
                (None, None) => vec![("reading…".into(), Role::Dim)],
            };
            return draw_words(canvas, inside(area), &said);
        }
    };
    let position = format!(" {}/{} ", view.below_row + 1, format::count(quotes.quotes.len() as u64));
    frame(canvas, area, &title(state), &position, focused);
    let role = answer_role(state, view.asked.quotes.found.fresh);
    draw_quotes(canvas, inside(area), quotes, state, role);
    let more = quotes.heard.mentions.saturating_sub(MAX_QUOTES as u64);
    if more > 0 {
        draw_legend(canvas, area, (format!("{} more rows", format::count(more)), Role::Dim));
    }
}

/// Returns the quotes to copy.
pub fn table(state: &State) -> Option<Table> {
    let answer = state.views.get::<ResearchView>().asked.quotes.found.answer.as_ref()?;
    let mut table = Table::new(["quote", "about"]);
    table.title = title(state);
    let row = |quote: &Quote| vec![TableCell::text(&quote.text), TableCell::text(&quote.about)];
    table.rows = answer.as_ref().ok()?.quotes.iter().map(row).collect();
    Some(table)
}

/// Returns the title, such as `Quotes: @dana on price`.
fn title(state: &State) -> String {
    let view = state.views.get::<ResearchView>();
    let Some(found) = &view.asked.voices.found.answer else { return "Quotes".into() };
    let of = words::name_of(found, view.column);
    let line = view.line().and_then(|line| found.lines.get(line));
    match line.map(|line| &line.what) {
        Some(LineSubject::Value(value)) if !value.is_null() => format!("Quotes: {of} on {}", format::value(value)),
        Some(LineSubject::Value(_)) => format!("Quotes: {of}, nothing said"),
        _ => format!("Quotes: {of}"),
    }
}

/// A quote in sight: its index, its first line on the screen, and its lines.
struct PlacedQuote {
    at: usize,
    y: u16,
    lines: Vec<TextPiece>,
}

/// Places quotes from the selected one on, as many as fit. The subject stands under each, unless all share it.
fn placed(inner: Rect, quotes: &Quotes, state: &State, role: Role) -> Vec<PlacedQuote> {
    let view = state.views.get::<ResearchView>();
    let theme = research::table(state).and_then(|table| table.columns.theme.clone());
    let disclosed_value =
        view.asked.voices.found.answer.as_ref().and_then(|found| match &found.lines.get(view.line()?)?.what {
            LineSubject::Value(value) if theme == found.by => Some(value.to_string()),
            _ => None,
        });
    let width = usize::from(inner.width.saturating_sub(3));
    let mut placed = Vec::new();
    let mut y = inner.y;
    for (at, quote) in quotes.quotes.iter().enumerate().skip(view.below_row) {
        if y >= inner.bottom() {
            break;
        }
        let mut lines: Vec<TextPiece> = wrap(&quote.text, width).into_iter().map(|line| (line, role)).collect();
        let about =
            quote.about.split(" · ").filter(|part| !part.is_empty() && Some(*part) != disclosed_value.as_deref());
        let about: Vec<&str> = about.collect();
        lines.extend((!about.is_empty()).then(|| (about.join(" · "), Role::Dim)));
        lines.truncate(usize::from(inner.bottom() - y));
        let next = y + lines.len().max(1) as u16;
        placed.push(PlacedQuote { at, y, lines });
        y = next;
    }
    placed
}

fn draw_quotes(canvas: &mut Canvas, inner: Rect, quotes: &Quotes, state: &State, role: Role) {
    let view = state.views.get::<ResearchView>();
    let width = inner.width.saturating_sub(3);
    for quote in placed(inner, quotes, state, role) {
        let mark = if quote.at == view.below_row && is_focused(state, true) { "›" } else { "“" };
        canvas.text(inner.x, quote.y, 1, mark, Role::Accent);
        for (y, (content, role)) in (quote.y..).zip(&quote.lines) {
            canvas.text(inner.x + 2, y, width, content, *role);
        }
    }
}

/// Returns the index of the quote at a place of the list.
pub fn quote_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let Some(Ok(quotes)) = &state.views.get::<ResearchView>().asked.quotes.found.answer else { return None };
    let placed = placed(inside(area), quotes, state, Role::Text);
    let quote = placed.into_iter().find(|quote| (quote.y..quote.y + quote.lines.len() as u16).contains(&at.y));
    quote.map(|quote| quote.at)
}
