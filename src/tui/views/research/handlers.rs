//! Keys and questions of the research view.

use super::{
    DetailContent, ResearchOrder, ResearchPlace, ResearchView, by, chosen_rule, chosen_set, draw, table, tables,
};
use crate::insight::inquiry::QuestionSlot;
use crate::insight::research::{
    self, LikenessInquiry, LikenessSubject, QuotesInquiry, QuotesWithheld, ResearchInquiry, VoicesInquiry,
};
use crate::insight::settings::informative_columns;
use crate::insight::why::Trait;
use crate::model::{Column, Events, reference};
use crate::tui::core::changes::{narrow, narrow_to_all};
use crate::tui::core::copying::copy_conditions;
use crate::tui::core::picker::PickItem;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::matrix::personas;
use crate::tui::views::{picker, press_enter};

/// Renews the inquiries whose subject has changed. Returns true if one has. The lower part is about the selected line,
/// which the first answer brings.
pub fn renew(state: &mut State) -> bool {
    if state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let Some(events) = table(state).cloned() else { return false };
    if state.views.get::<ResearchView>().asked.voices.needs_asking() {
        let (sets, min_cell) = (personas(state), state.settings.min_cell);
        let inquiry = VoicesInquiry::new(&events, by(state, &events), &state.rule, &sets, min_cell);
        let asked = &mut state.views.get_mut::<ResearchView>().asked;
        asked.voices = inquiry.after(std::mem::take(&mut asked.voices));
        return true;
    }
    if !state.views.get::<ResearchView>().asked.voices.found.fresh {
        return false;
    }
    match state.views.get::<ResearchView>().below {
        DetailContent::Quotes => renew_quotes(state, &events),
        DetailContent::Likeness => renew_likeness(state, &events),
    }
}

fn renew_quotes(state: &mut State, events: &Events) -> bool {
    let view = state.views.get::<ResearchView>();
    if !view.asked.quotes.needs_asking() {
        return false;
    }
    let condition = view.found().and_then(|found| found.condition(events, view.line()?));
    let rows = research::rows_that(events, condition.as_deref(), state.settings.today);
    let (rule, least) = (chosen_rule(state), research::least(events, state.settings.min_cell));
    let quotes = &mut state.views.get_mut::<ResearchView>().asked.quotes;
    match rows {
        Ok(rows) => {
            let inquiry = QuotesInquiry::new(events, rows, rule, &state.settings.mask, least);
            *quotes = inquiry.after(std::mem::take(quotes));
        }
        Err(error) => quotes.found.fail(error.to_string()),
    }
    true
}

/// Renews the questions about each column if they are out of date, or about another persona. Returns true if it did.
fn renew_likeness(state: &mut State, events: &Events) -> bool {
    let of = LikenessSubject { table: events.name.clone(), persona: chosen_set(state).map(|(name, _)| name) };
    let Some(schema) = state.schema().cloned() else { return false };
    if !state.views.get::<ResearchView>().asked.likeness.needs_asking(&of) {
        return false;
    }
    let responded = state.check(&research::said(events, None)).map_err(|error| error.to_string());
    let columns = informative_columns(&schema, &state.settings.mask);
    let inquiry = LikenessInquiry::new(of, &chosen_rule(state), responded, &columns);
    let likeness = &mut state.views.get_mut::<ResearchView>().asked.likeness;
    *likeness = inquiry.after(std::mem::take(likeness));
    true
}

/// Follows an answer. With new lines, the selected subject stays selected, at its new place.
pub fn arrived(state: &mut State, slot: QuestionSlot) -> Vec<Effect> {
    let view = state.views.get_mut::<ResearchView>();
    if ResearchInquiry::is_of_voices(slot) {
        if let Some(reason) = view.asked.voices.found.error.clone() {
            view.asked.quotes.found.stop(&reason);
        }
        let chosen = view.chosen.as_ref();
        let place = view.found().and_then(|found| found.lines.iter().position(|line| Some(&line.what) == chosen));
        if let Some(row) = place.and_then(|place| view.places().iter().position(|one| *one == place)) {
            view.row = row;
        }
    }
    keep_cursor(state);
    remember_line(state);
    if ResearchInquiry::is_of_voices(slot) { requests::views(state) } else { Vec::new() }
}

/// Stops what waits for the voices: their question was cancelled.
pub fn stop(state: &mut State, reason: &str) {
    state.views.get_mut::<ResearchView>().asked.quotes.found.stop(reason);
}

/// Selects the previous column.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Selects the next column.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut ResearchView = state.views.get_mut();
    let before = view.column;
    view.column = before.saturating_add_signed(by);
    keep_cursor(state);
    let moved = state.views.get::<ResearchView>().column != before;
    let effects = if moved { ask_below(state) } else { Vec::new() };
    remember_line(state);
    effects
}

/// Shows the next figure in the cells.
pub fn figure(state: &mut State) -> Vec<Effect> {
    let view: &mut ResearchView = state.views.get_mut();
    view.figure = view.figure.next();
    Vec::new()
}

/// Lists the most frequent answers first, or those that set the persona apart.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    let view: &mut ResearchView = state.views.get_mut();
    view.order = if view.order == ResearchOrder::Frequent { ResearchOrder::Apart } else { ResearchOrder::Frequent };
    let effects = ask_below(state);
    remember_line(state);
    effects
}

/// Shows likeness in place of quotes, or the other way round.
pub fn toggle_below(state: &mut State) -> Vec<Effect> {
    let view: &mut ResearchView = state.views.get_mut();
    view.below = if view.below == DetailContent::Quotes { DetailContent::Likeness } else { DetailContent::Quotes };
    view.below_row = 0;
    requests::views(state)
}

/// Moves the focus to the other part.
pub fn other_part(state: &mut State) -> Vec<Effect> {
    state.views.get_mut::<ResearchView>().is_below ^= true;
    Vec::new()
}

/// Copies the conditions of the selected line and persona as one rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let conditions = conditions(state);
    copy_conditions(state, &conditions)
}

/// Remembers the subject of the selected line.
fn remember_line(state: &mut State) {
    let view = state.views.get_mut::<ResearchView>();
    let line = view.found().and_then(|found| Some(found.lines.get(view.line()?)?.what.clone()));
    if line.is_some() {
        view.chosen = line;
    }
}

/// Asks for the lower part again: it was about the previous line or column.
fn ask_below(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ResearchView>();
    view.asked.quotes = Default::default();
    view.below_row = 0;
    requests::views(state)
}

/// Switches to the next research table.
pub fn next_table(state: &mut State) -> Vec<Effect> {
    let names: Vec<String> = tables(state).into_iter().map(|table| table.name.clone()).collect();
    let at = table(state).and_then(|table| names.iter().position(|name| *name == table.name)).unwrap_or(0);
    if names.len() < 2 {
        state.complain("the study names no other survey or interviews");
        return Vec::new();
    }
    state.views.get_mut::<ResearchView>().table = names.get((at + 1) % names.len()).cloned();
    anew(state)
}

/// Asks for everything again: another table, or another column of it, was chosen.
fn anew(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ResearchView>();
    view.asked.voices = Default::default();
    (view.row, view.chosen) = (0, None);
    ask_below(state)
}

/// Asks for the column whose answers are listed.
pub fn pick(state: &mut State) -> Vec<Effect> {
    let Some(events) = table(state) else { return Vec::new() };
    let is_theme = |column: &Column| events.columns.theme.as_deref() == Some(column.name.as_str());
    let item = |column: &Column| PickItem {
        label: column.name.clone(),
        about: if is_theme(column) { "the themes".into() } else { String::new() },
        detail: column.column_type.word().to_owned(),
        ..PickItem::default()
    };
    let items = research::answers(events, &state.settings.mask).into_iter().map(item).collect();
    picker::open(state, "Answers of", items, chosen)
}

/// Lists the answers of the column that was picked.
fn chosen(state: &mut State, column: String) -> Vec<Effect> {
    let Some(name) = table(state).map(|events| events.name.clone()) else { return Vec::new() };
    state.views.get_mut::<ResearchView>().by.insert(name, column);
    anew(state)
}

/// Narrows the filter to the selected cell's respondents, or to the selected difference.
pub fn enter(state: &mut State) -> Vec<Effect> {
    if state.views.get::<ResearchView>().is_below && state.views.get::<ResearchView>().below == DetailContent::Likeness
    {
        let condition = traits(state).get(state.views.get::<ResearchView>().below_row).map(|one| one.condition.clone());
        return condition.map_or_else(Vec::new, |condition| narrow(state, &condition));
    }
    let conditions = conditions(state);
    narrow_to_all(state, &conditions)
}

/// Returns the differences of the selected persona's respondents, in the order shown.
pub fn traits(state: &State) -> Vec<Trait> {
    state
        .views
        .get::<ResearchView>()
        .asked
        .likeness
        .read(state.settings.min_cell)
        .map(|found| found.traits)
        .unwrap_or_default()
}

/// Returns the conditions of the selected line's respondents and of the selected persona.
fn conditions(state: &State) -> Vec<String> {
    let view = state.views.get::<ResearchView>();
    let (Some(events), Some(found), Some(line)) = (table(state), view.found(), view.line()) else {
        return Vec::new();
    };
    let said = research::said(events, found.condition(events, line).as_deref());
    let persona = chosen_set(state).map(|(name, _)| reference(&name));
    std::iter::once(said).chain(persona).collect()
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view = state.views.get_mut::<ResearchView>();
    if view.is_below {
        view.below_row = view.below_row.saturating_add_signed(by);
        keep_cursor(state);
        return Vec::new();
    }
    let before = view.row;
    view.row = before.saturating_add_signed(by);
    keep_cursor(state);
    remember_line(state);
    let moved = state.views.get::<ResearchView>().row != before;
    if moved && state.views.get::<ResearchView>().below == DetailContent::Quotes {
        ask_below(state)
    } else {
        Vec::new()
    }
}

/// Selects the cell, the column or the quote that the mouse was pressed on; on the selected cell, does what Enter does,
/// on the heading of the selected column, takes the next order.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let place = draw::place_at(state, area, at);
    let view: &mut ResearchView = state.views.get_mut();
    let (row, column) = (view.row as isize, view.column as isize);
    match place {
        None => Vec::new(),
        Some(ResearchPlace::Heading(to)) if to == view.column => reorder(state),
        Some(ResearchPlace::Heading(to)) => step_column(state, to as isize - column),
        Some(ResearchPlace::Cell(to_row, to_column)) => {
            let was_in_front = !std::mem::take(&mut view.is_below);
            let by = (to_row as isize - row, to_column.map_or(0, |to| to as isize - column));
            if was_in_front && by == (0, 0) {
                return press_enter(state);
            }
            let mut effects = step(state, by.0);
            effects.extend(step_column(state, by.1));
            effects
        }
        Some(ResearchPlace::Below(line)) => {
            let was_in_front = std::mem::replace(&mut view.is_below, true);
            match line {
                Some(line) if line == view.below_row && was_in_front => press_enter(state),
                Some(line) => {
                    view.below_row = line;
                    Vec::new()
                }
                None => Vec::new(),
            }
        }
    }
}

fn keep_cursor(state: &mut State) {
    let view = state.views.get::<ResearchView>();
    let (rows, columns) = view.found().map_or((0, 0), |found| (found.lines.len(), found.columns()));
    let below = match (view.below, &view.asked.quotes.found.answer) {
        (DetailContent::Likeness, _) => traits(state).len(),
        (DetailContent::Quotes, Some(Ok(quotes))) => quotes.quotes.len(),
        (
            DetailContent::Quotes,
            Some(Err(QuotesWithheld::None | QuotesWithheld::Masked | QuotesWithheld::TooFew(_))) | None,
        ) => 0,
    };
    let view = state.views.get_mut::<ResearchView>();
    view.row = view.row.min(rows.saturating_sub(1));
    view.column = view.column.min(columns.saturating_sub(1));
    view.below_row = view.below_row.min(below.saturating_sub(1));
}
