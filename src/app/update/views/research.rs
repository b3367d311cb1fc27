//! What was asked and said, by persona.

use super::super::super::action::{Effect, Part};
use super::super::super::answers::Pending;
use super::super::super::command::Command;
use super::super::super::picker::{PickItem, Picker};
use super::super::super::state::{Overlay, State, View};
use super::super::super::views::matrix::personas;
use super::super::super::views::research::{Below, LikenessOf, Order, by, chosen_rule, chosen_set, table, tables};
use super::super::answers::check;
use super::super::commands::{narrow, narrow_to_all};
use crate::engine::{Answer, Question};
use crate::insight::research::{self, Likeness, Plan, Quotes, Withheld};
use crate::insight::settings::told_columns;
use crate::insight::why::Trait;
use crate::model::{Column, reference};

/// The places of what is asked: the table's voices, the quotes, and then a column of the base each.
const VOICES: usize = 0;
const QUOTES: usize = 1;
const COLUMNS: usize = 2;

/// What is out of date, to be asked in this order. What stands below is about the chosen line, which the first answer
/// brings.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    if state.filter.problem.is_some() || !state.has_catalog() {
        return Vec::new();
    }
    let Some(events) = table(state).cloned() else { return Vec::new() };
    let mut questions = Vec::new();
    if state.views.research.found.is_waiting() {
        let (sets, min_cell) = (personas(state), state.settings.min_cell);
        let (plan, question) = Plan::new(&events, by(state, &events), &state.rule, &sets, min_cell);
        state.views.research.plan = plan;
        questions.push((Part::Research(VOICES), question.into()));
    }
    if state.views.research.found.answer.is_some() {
        questions.extend(match state.views.research.below {
            Below::Quotes => quotes(state, &events),
            Below::Likeness => likeness(state, &events),
        });
    }
    questions
}

fn quotes(state: &mut State, events: &crate::model::Events) -> Vec<(Part, Question)> {
    let view = &state.views.research;
    if !view.quotes.is_waiting() {
        return Vec::new();
    }
    let condition = view.found.answer.as_ref().and_then(|found| found.condition(events, view.line()?));
    let question = match research::rows_that(events, condition.as_deref(), state.settings.today) {
        Ok(rows) => Quotes::question(events, rows, chosen_rule(state), &state.settings.mask),
        Err(error) => {
            state.views.research.quotes.fail(error.to_string());
            return Vec::new();
        }
    };
    match question {
        Ok(question) => vec![(Part::Research(QUOTES), question.into())],
        Err(why) => {
            state.views.research.quotes.set(Err(why), None);
            Vec::new()
        }
    }
}

/// A question for each column that has none for this persona yet.
fn likeness(state: &mut State, events: &crate::model::Events) -> Vec<(Part, Question)> {
    let of = (events.name.clone(), chosen_set(state).map(|(name, _)| name));
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    let columns = told_columns(&schema, &state.settings.mask);
    let named = |column: &&Column| (column.name.clone(), column.column_type);
    let names: Vec<_> = columns.iter().map(named).collect();
    let old = &state.views.research.likeness;
    if old.of != of || old.columns != names {
        let contrasts = vec![Pending::default(); names.len()];
        state.views.research.likeness = LikenessOf { of, columns: names, contrasts };
    }
    let responded = match check(state, &research::said(events, None)) {
        Ok(rule) => rule,
        Err(error) => {
            state.views.research.likeness.contrasts.iter_mut().for_each(|one| one.fail(error.to_string()));
            return Vec::new();
        }
    };
    let questions = Likeness::questions(&chosen_rule(state), &responded, &columns).into_iter().enumerate();
    let contrasts = &state.views.research.likeness.contrasts;
    let waiting = questions.filter(|(at, _)| contrasts.get(*at).is_some_and(Pending::is_waiting));
    waiting.map(|(at, question)| (Part::Research(COLUMNS + at), question.into())).collect()
}

pub fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    let least = table(state).map(|events| research::least(events, state.settings.min_cell)).unwrap_or_default();
    let view = &mut state.views.research;
    match (part, answer) {
        (Part::Research(VOICES), Answer::Voices(voices)) => return found(state, voices),
        (Part::Research(QUOTES), Answer::Events(rows)) => view.quotes.set(Quotes::read(&rows, least), None),
        (Part::Research(at), Answer::Contrast(contrast)) => {
            let at = at.wrapping_sub(COLUMNS);
            let is_of = |column: &(String, _)| column.0 == contrast.column;
            if view.likeness.columns.get(at).is_some_and(is_of)
                && let Some(place) = view.likeness.contrasts.get_mut(at)
            {
                place.set(contrast, None);
            }
        }
        _ => {}
    }
    keep_cursor(state);
    Vec::new()
}

/// The chosen line stays the chosen one, wherever it is now.
fn found(state: &mut State, voices: crate::engine::Voices) -> Vec<Effect> {
    let view = &mut state.views.research;
    let line = view.line();
    let chosen = view.found.answer.as_ref().and_then(|found| Some(found.lines.get(line?)?.what.clone()));
    let Some(found) = view.plan.read(voices) else { return Vec::new() };
    let whole = found.customers.first().copied();
    let place = found.lines.iter().position(|line| Some(&line.what) == chosen.as_ref());
    view.found.set(found, whole);
    if let Some(row) = place.and_then(|place| view.places().iter().position(|one| *one == place)) {
        view.row = row;
    }
    keep_cursor(state);
    super::ask(state)
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    // What is not looked at has not been asked: it is when it is opened.
    if state.view != View::Research {
        return;
    }
    let view = &mut state.views.research;
    match part {
        Part::Research(VOICES) => {
            // What is stopped as a whole is stopped in all its parts.
            view.found.stop(reason);
            view.quotes.stop(reason);
            view.likeness.contrasts.iter_mut().for_each(|one| one.stop(reason));
        }
        Part::Research(QUOTES) => view.quotes.stop(reason),
        Part::Research(at) => {
            if let Some(one) = view.likeness.contrasts.get_mut(at - COLUMNS) {
                one.stop(reason);
            }
        }
        _ => {}
    }
}

/// A command that means something of its own here; None for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let view = &mut state.views.research;
    match command {
        Command::Left | Command::Right => {
            let before = view.column;
            view.column = before.saturating_add_signed(if command == Command::Left { -1 } else { 1 });
            keep_cursor(state);
            let moved = state.views.research.column != before;
            return Some(if moved { ask_below(state) } else { Vec::new() });
        }
        Command::Figure => view.figure = view.figure.next(),
        Command::Order => {
            view.order = if view.order == Order::Frequent { Order::Apart } else { Order::Frequent };
            return Some(ask_below(state));
        }
        Command::Toggle => {
            view.below = if view.below == Below::Quotes { Below::Likeness } else { Below::Quotes };
            view.below_row = 0;
            return Some(super::ask(state));
        }
        Command::NextPane | Command::PreviousPane => view.is_below ^= true,
        Command::Sets => return Some(next_table(state)),
        Command::By => return Some(pick(state)),
        Command::Enter => return Some(enter(state)),
        Command::Copy => {
            let conditions = conditions(state);
            return (!conditions.is_empty()).then(|| vec![Effect::Copy(conditions.join(" AND "))]);
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// Another line or column was chosen: what stands below is of the one before.
fn ask_below(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.research;
    view.quotes = Pending::default();
    view.below_row = 0;
    super::ask(state)
}

fn next_table(state: &mut State) -> Vec<Effect> {
    let names: Vec<String> = tables(state).into_iter().map(|table| table.name.clone()).collect();
    let at = table(state).and_then(|table| names.iter().position(|name| *name == table.name)).unwrap_or(0);
    if names.len() < 2 {
        state.complain("the study names no other survey or interviews");
        return Vec::new();
    }
    state.views.research.table = names.get((at + 1) % names.len()).cloned();
    anew(state)
}

/// Another table, or other answers of it.
fn anew(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.research;
    view.found = Pending::default();
    view.row = 0;
    ask_below(state)
}

fn pick(state: &mut State) -> Vec<Effect> {
    let Some(events) = table(state) else { return Vec::new() };
    let is_theme = |column: &Column| events.columns.theme.as_deref() == Some(column.name.as_str());
    let item = |column: &Column| PickItem {
        label: column.name.clone(),
        about: if is_theme(column) { "the themes".into() } else { String::new() },
        detail: column.column_type.word().to_owned(),
        disabled: None,
    };
    let items = research::answers(events, &state.settings.mask).into_iter().map(item).collect();
    state.overlay = Some(Overlay::AnswersPicker(Picker::new("Answers of", items)));
    Vec::new()
}

/// The column that was picked.
pub fn chosen(state: &mut State, column: String) -> Vec<Effect> {
    let Some(name) = table(state).map(|events| events.name.clone()) else { return Vec::new() };
    state.views.research.by.insert(name, column);
    anew(state)
}

/// Narrows to the chosen cell's respondents, or by the chosen difference.
fn enter(state: &mut State) -> Vec<Effect> {
    if state.views.research.is_below && state.views.research.below == Below::Likeness {
        let condition = traits(state).get(state.views.research.below_row).map(|one| one.condition.clone());
        return condition.map_or_else(Vec::new, |condition| narrow(state, &condition));
    }
    let conditions = conditions(state);
    narrow_to_all(state, &conditions)
}

/// The differences of the chosen persona's respondents, in the order that is shown.
pub fn traits(state: &State) -> Vec<Trait> {
    state.views.research.likeness.read(state.settings.min_cell).map(|found| found.traits).unwrap_or_default()
}

/// The rules of who said the chosen line and of the chosen persona.
fn conditions(state: &State) -> Vec<String> {
    let view = &state.views.research;
    let (Some(events), Some(found), Some(line)) = (table(state), &view.found.answer, view.line()) else {
        return Vec::new();
    };
    let said = research::said(events, found.condition(events, line).as_deref());
    let persona = chosen_set(state).map(|(name, _)| reference(&name));
    std::iter::once(said).chain(persona).collect()
}

/// Moves by lines; `MIN` and `MAX` are the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view = &mut state.views.research;
    if view.is_below {
        view.below_row = view.below_row.saturating_add_signed(by);
        keep_cursor(state);
        return Vec::new();
    }
    let before = view.row;
    view.row = before.saturating_add_signed(by);
    keep_cursor(state);
    let moved = state.views.research.row != before;
    if moved && state.views.research.below == Below::Quotes { ask_below(state) } else { Vec::new() }
}

fn keep_cursor(state: &mut State) {
    let view = &state.views.research;
    let (rows, columns) = view.found.answer.as_ref().map_or((0, 0), |found| (found.lines.len(), found.columns()));
    let below = match (view.below, &view.quotes.answer) {
        (Below::Likeness, _) => traits(state).len(),
        (Below::Quotes, Some(Ok(quotes))) => quotes.quotes.len(),
        (Below::Quotes, Some(Err(Withheld::None | Withheld::Masked | Withheld::TooFew(_))) | None) => 0,
    };
    let view = &mut state.views.research;
    view.row = view.row.min(rows.saturating_sub(1));
    view.column = view.column.min(columns.saturating_sub(1));
    view.below_row = view.below_row.min(below.saturating_sub(1));
}
