//! Finds a text in the cells: the engine is asked for the next row of the filter, in the order of the rows, that has it
//! in a shown column.

use ratatui::layout::Rect;
use tui_input::Input;

use super::{FindInquiry, RowsView, cells, layout};
use crate::engine::FindQuestion;
use crate::model::{Column, ColumnType, Datum, quote_name};
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::line_of;
use crate::tui::core::{Effect, Hooks, Lane, State, View, ViewKeys, ViewName, input, requests};
use crate::tui::paint::canvas::{Canvas, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;
use crate::tui::widgets::input as input_line;

const WIDTH: u16 = 60;

/// The box that asks for the text.
#[derive(Debug, Clone, Default)]
pub struct FindBox {
    text: Input,
}

/// Asks for the text to find.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.over.push(FindBox::default());
    Vec::new()
}

impl View for FindBox {
    fn name(&self) -> ViewName {
        "find"
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { paste: Some(paste), ..Hooks::default() }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        let last = state.views.get::<RowsView>().search.as_deref();
        let keys = match last {
            Some(last) if self.text.value().is_empty() => format!("enter finds {last} again · esc leaves"),
            _ => "enter finds · esc leaves".to_owned(),
        };
        let area = open_box(canvas, area, WIDTH, 3, "Find in cells", &keys);
        let inner = inside(area);
        canvas.text(inner.x + 1, inner.y, 1, "›", Role::Accent);
        input_line::draw(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(4), &self.text, true);
    }
}

fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    if is(key, KeySymbol::Esc) {
        state.over.pop();
        return Vec::new();
    }
    if is(key, KeySymbol::Enter) {
        let Some(FindBox { text }) = state.over.take() else { return Vec::new() };
        let text = text.value().to_owned();
        if text.is_empty() {
            let is_known = state.views.get::<RowsView>().search.is_some();
            return if is_known { again(state, false) } else { Vec::new() };
        }
        let view: &mut RowsView = state.views.get_mut();
        view.search = Some(text);
        let from = view.cursor;
        view.has_wrapped = false;
        return seek(state, from, false);
    }
    if let Some(FindBox { text }) = state.over.get_mut() {
        input::edit(text, key);
    }
    Vec::new()
}

fn paste(state: &mut State, pasted: &str) -> Vec<Effect> {
    if let Some(FindBox { text }) = state.over.get_mut() {
        input::insert(text, &line_of(pasted));
    }
    Vec::new()
}

/// Goes to the next or previous row that has the text.
pub fn again(state: &mut State, backwards: bool) -> Vec<Effect> {
    let view: &mut RowsView = state.views.get_mut();
    view.has_wrapped = false;
    match (backwards, view.cursor.checked_sub(1)) {
        (false, _) => {
            let from = view.cursor + 1;
            seek(state, from, false)
        }
        (true, Some(from)) => seek(state, from, true),
        (true, None) => wrap(state, true),
    }
}

/// Asks for the next row from this place on.
fn seek(state: &mut State, from: u64, backwards: bool) -> Vec<Effect> {
    let Some(text) = state.views.get::<RowsView>().search.clone() else { return Vec::new() };
    let Some(rule) = rule(state, &text) else {
        state.complain(format!("no shown column can contain {text}"));
        return Vec::new();
    };
    match state.check(&rule) {
        Ok(rule) => {
            let (filter, sort) = (state.rule.clone(), state.query.sort.clone());
            let view: &mut RowsView = state.views.get_mut();
            view.find = FindInquiry::from_question(FindQuestion { filter, rule, sort, from, backwards });
        }
        Err(error) => {
            state.complain(error.describe(&rule));
            return Vec::new();
        }
    }
    // The lane answers one set of questions at a time: forget the one in flight, so that its questions are asked again
    // with this one.
    state.flights.remove(&Lane::Rows);
    requests::views(state)
}

/// Continues the search from the other end.
fn wrap(state: &mut State, backwards: bool) -> Vec<Effect> {
    state.views.get_mut::<RowsView>().has_wrapped = true;
    seek(state, if backwards { u64::MAX } else { 0 }, backwards)
}

/// Goes to the row that was found; otherwise continues from the other end, once.
pub fn arrived(state: &mut State) -> Vec<Effect> {
    let view: &mut RowsView = state.views.get_mut();
    let find = std::mem::take(&mut view.find);
    if let Some(error) = find.found.error {
        state.complain(error);
        return Vec::new();
    }
    let question = find.about().map(|about| about.0.clone());
    let Some((question, place)) = question.zip(find.found.get().copied()) else { return Vec::new() };
    match place {
        Some(place) => {
            (view.cursor, view.is_found, view.is_in_columns) = (place, true, false);
            let has_wrapped = view.has_wrapped;
            if has_wrapped {
                let end = if question.backwards { "last" } else { "first" };
                state.say(format!("search continued from the {end} row"));
            }
            let effects = requests::views(state);
            select_column(state);
            effects
        }
        None if view.has_wrapped => {
            let text = view.search.clone().unwrap_or_default();
            state.complain(format!("no shown cell contains {text}"));
            Vec::new()
        }
        None => wrap(state, question.backwards),
    }
}

/// Selects the first shown column of the found row that has the text, once the row is there.
pub fn select_column(state: &mut State) {
    let view: &RowsView = state.views.get();
    let (true, Some(text), Some(page)) = (view.is_found, &view.search, view.page.found.get()) else { return };
    let row = view.cursor.checked_sub(page.offset).and_then(|row| page.rows.get(row as usize));
    let Some(row) = row else { return };
    let has_text = |at: &&usize| {
        let is_masked = page.columns.get(**at).is_none_or(|column| state.is_masked(column));
        row.get(**at)
            .is_some_and(|value| !is_masked && !value.is_null() && place(&cells::cell(value, false), text).is_some())
    };
    let column = layout::shown(state).indexes.iter().find(has_text).copied();
    let view: &mut RowsView = state.views.get_mut();
    view.is_found = false;
    view.column = column.unwrap_or(view.column);
}

/// Returns the bytes of `cell` in which the text stands, in any case; `None` if it does not. If lower case has another
/// length, these are all bytes of the cell.
pub fn place(cell: &str, text: &str) -> Option<std::ops::Range<usize>> {
    if text.is_empty() {
        return None;
    }
    let (lower, wanted) = (cell.to_lowercase(), text.to_lowercase());
    let start = lower.find(&wanted)?;
    // The case of some letters has another length: then the whole cell is meant.
    match lower.len() == cell.len() && cell.is_char_boundary(start) && cell.is_char_boundary(start + wanted.len()) {
        true => Some(start..start + wanted.len()),
        false => Some(0..cell.len()),
    }
}

/// Returns the rule for rows that have the text in a shown column; `None` if no column can have it.
fn rule(state: &State, text: &str) -> Option<String> {
    let schema = state.schema()?;
    let shown = layout::shown(state).indexes.into_iter().filter_map(|at| schema.columns().get(at));
    let searched = shown.filter(|column| !state.is_masked(&column.name));
    let conditions: Vec<String> = searched.filter_map(|column| condition(column, text)).collect();
    (!conditions.is_empty()).then(|| conditions.join(" OR "))
}

/// Returns the condition that a column has the text. Numbers and dates are only compared with what can be a part of
/// one.
fn condition(column: &Column, text: &str) -> Option<String> {
    let name = quote_name(&column.name);
    let is_made_of = |characters: &str| text.chars().all(|c| c.is_ascii_digit() || characters.contains(c));
    match column.column_type {
        ColumnType::Text => Some(format!("{name} ILIKE {}", pattern(text))),
        ColumnType::Float => Some(format!("{name} = {}", text.parse::<f64>().ok().filter(|n| n.is_finite())?)),
        kind if kind.is_number() && is_made_of("-.") => Some(format!("CAST({name} AS TEXT) LIKE {}", pattern(text))),
        ColumnType::Date if is_made_of("-") => Some(format!("CAST({name} AS TEXT) LIKE {}", pattern(text))),
        ColumnType::Timestamp if is_made_of("-: .") => Some(format!("CAST({name} AS TEXT) LIKE {}", pattern(text))),
        ColumnType::Boolean if text.eq_ignore_ascii_case("true") => Some(name),
        ColumnType::Boolean if text.eq_ignore_ascii_case("false") => Some(format!("NOT {name}")),
        _ => None,
    }
}

/// Returns the pattern for values that contain the text, with the text's own wildcards escaped.
fn pattern(text: &str) -> String {
    const ESCAPED: [char; 3] = ['%', '_', '\\'];
    let is_escaped = text.contains(ESCAPED);
    let mut pattern = String::from("%");
    for c in text.chars() {
        if ESCAPED.contains(&c) || (c == '!' && is_escaped) {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    let literal = Datum::Text(pattern).sql();
    if is_escaped { format!("{literal} ESCAPE '!'") } else { literal }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(column_type: ColumnType, text: &str) -> Option<String> {
        condition(&Column { name: "first name".into(), column_type }, text)
    }

    #[test]
    fn find_searches_text_literally() {
        let of_text = |text: &str| said(ColumnType::Text, text).unwrap_or_default();
        assert_eq!(of_text("ada"), "\"first name\" ILIKE '%ada%'");
        assert_eq!(of_text("it's 5!"), "\"first name\" ILIKE '%it''s 5!%'");
        assert_eq!(of_text("50%_!"), "\"first name\" ILIKE '%50!%!_!!%' ESCAPE '!'");
    }

    #[test]
    fn find_asks_numbers_and_dates_only_for_possible_text() {
        assert_eq!(said(ColumnType::Integer, "42").as_deref(), Some("CAST(\"first name\" AS TEXT) LIKE '%42%'"));
        assert_eq!(said(ColumnType::Float, "4.50").as_deref(), Some("\"first name\" = 4.5"));
        assert_eq!(said(ColumnType::Date, "2026-0").as_deref(), Some("CAST(\"first name\" AS TEXT) LIKE '%2026-0%'"));
        assert_eq!(said(ColumnType::Boolean, "False").as_deref(), Some("NOT \"first name\""));
        for kind in [ColumnType::Integer, ColumnType::Float, ColumnType::Date, ColumnType::Boolean, ColumnType::Other] {
            assert_eq!(said(kind, "ada"), None, "{kind:?}");
        }
    }

    #[test]
    fn find_place_ignores_case() {
        assert_eq!(place("Chloé Ada", "ADA"), Some(7..10));
        assert_eq!(place("İstanbul", "bul"), Some(0.."İstanbul".len()), "lower case is longer");
        assert_eq!((place("Ada", "x"), place("Ada", "")), (None, None));
    }
}
