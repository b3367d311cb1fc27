//! Up to four columns at once, each filtering the others. What is chosen in a facet is a part of the filter's text; a facet
//! is counted under the rest of it, so that it goes on showing all its groups.

use super::super::super::action::{Effect, Part};
use super::super::super::command::Command;
use super::super::super::query::{Facet, FacetCut, MOST_FACETS};
use super::super::super::state::{State, View};
use super::super::super::views::facets::Kept;
use super::super::{answers, asking, commands};
use crate::engine::{Answer, Groups, GroupsQuestion, Quantiles, QuantilesQuestion, Question};
use crate::insight::facet;
use crate::model::{Column, ColumnType, Cut, DateUnit, Datum};
use crate::rule::{self, Checked, edit};

/// The part of what the filter keeps of facet i is this many on, that of the group-by pane twice as many.
const KEPT: usize = MOST_FACETS;
const KEPT_IN_MAIN: usize = 2 * MOST_FACETS;
/// Bins of numbers, and what `b` goes through.
const BINS: usize = 10;
const OTHER_BINS: [usize; 4] = [BINS, 5, 40, 20];
/// Numbers farther from the middle half than so many of its widths do not stretch the bins.
const FAR: f64 = 3.0;

/// What is out of date, to be asked in this order.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    if state.filter.problem.is_some() {
        return Vec::new();
    }
    state.views.facets.fit(&state.query);
    let mut shown = Vec::new();
    let mut kept = Vec::new();
    for at in 0..state.query.group_by.len() {
        if state.views.facets.panes.get(at).is_some_and(|pane| pane.groups.fresh && pane.kept.fresh) {
            continue;
        }
        let (groups, rest) = asked(state, at);
        shown.push((Part::Facet(at), groups));
        match rest {
            Some(question) => kept.push((Part::Facet(KEPT + at), question)),
            None => store_kept(state, KEPT + at, Kept::default()),
        }
    }
    shown.into_iter().chain(kept).collect()
}

/// The questions of the group-by pane.
pub fn of_main_pane(state: &mut State) -> Vec<(Part, Question)> {
    let (groups, kept) = asked(state, 0);
    let kept = kept.map(|question| (Part::Facet(KEPT_IN_MAIN), question));
    if kept.is_none() {
        store_kept(state, KEPT_IN_MAIN, Kept::default());
    }
    std::iter::once((Part::Groups, groups)).chain(kept).collect()
}

/// All groups of a facet, and, if the filter says something of its column alone, what the whole filter keeps of them. A
/// facet in bins is first asked where its numbers lie.
fn asked(state: &State, at: usize) -> (Question, Option<Question>) {
    let facet = &state.query.group_by[at];
    let (column, value) = (facet.column.clone(), state.settings.value.clone());
    let Some(cut) = cut(state, facet) else {
        let shares = vec![0.0, 0.25, 0.75, 1.0];
        return (QuantilesQuestion { filter: Checked::everyone(), column, shares }.into(), None);
    };
    let by = vec![crate::engine::By { column, cut }];
    let question =
        |filter, value| Question::from(GroupsQuestion { filter, by: by.clone(), value, limit: asking::GROUPS });
    let rest = without_own(state, &facet.column);
    let rule = (rest != state.query.filter).then(|| answers::check(state, &rest));
    match rule {
        Some(Ok(rule)) => (question(rule, value), Some(question(state.rule.clone(), None))),
        _ => (question(state.rule.clone(), value), None),
    }
}

fn cut(state: &State, facet: &Facet) -> Option<Cut> {
    state.views.facets.cut(facet, state.column_type(&facet.column))
}

/// The filter without its conditions that say something of this column alone.
fn without_own(state: &State, column: &str) -> String {
    // Of a plain name it is seen without reading the condition whether it may be the column's: it may be a long one.
    let is_plain = column.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let plain = column.to_ascii_lowercase();
    let is_own = |condition: &str| {
        if is_plain && !condition.to_ascii_lowercase().contains(&plain) {
            return false;
        }
        let columns = answers::check(state, condition).map(|rule| rule.columns());
        let alone = columns.is_ok_and(|columns| columns.len() == 1 && columns.contains(column));
        alone && rule::references(condition).is_empty()
    };
    edit::without_conditions(&state.query.filter, is_own)
}

pub fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    match (part, answer) {
        (Part::Facet(at), Answer::Groups(mut groups)) if at < KEPT => {
            put_in_order(state, at, &mut groups);
            if let Some(pane) = state.views.facets.panes.get_mut(at) {
                let within = Some(groups.customers.in_filter);
                pane.cursor = pane.cursor.min(groups.groups.len().saturating_sub(1));
                pane.groups.set(groups, within);
            }
        }
        (Part::Facet(at), Answer::Groups(groups)) => {
            let kept = groups.groups.into_iter();
            let kept = kept.filter_map(|group| Some((group.key.into_iter().next()?, group.customers.in_filter)));
            store_kept(state, at, Kept(kept.collect()));
        }
        (Part::Facet(_), Answer::Quantiles(range)) => {
            range_came(state, range);
            return super::ask(state);
        }
        _ => {}
    }
    Vec::new()
}

fn store_kept(state: &mut State, at: usize, kept: Kept) {
    let facets = &mut state.views.facets;
    if at == KEPT_IN_MAIN {
        facets.main_kept.set(kept, None);
    } else if let Some(pane) = facets.panes.get_mut(at - KEPT) {
        pane.kept.set(kept, None);
    }
}

/// The groups of parts and periods stand in the axis' order.
pub fn put_in_order(state: &State, at: usize, groups: &mut Groups) {
    if let Some(asked) = state.query.group_by.get(at)
        && let Some(cut) = cut(state, asked)
    {
        facet::in_order(groups, &cut, state.column_type(&asked.column));
    }
}

/// Where a column's numbers lie is known: bins can be cut.
pub fn range_came(state: &mut State, quantiles: Quantiles) {
    let numbers: Option<Vec<f64>> = quantiles.values.iter().map(Datum::number).collect();
    let range = match numbers.as_deref() {
        Some(&[least, lower, upper, most]) => {
            let far = FAR * (upper - lower);
            let is_far = far > 0.0;
            let clip = |end: f64| if is_far { end.clamp(lower - far, upper + far) } else { end };
            Some((clip(least), clip(most)))
        }
        _ => None,
    };
    state.views.facets.ranges.insert(quantiles.column, range);
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    let Part::Facet(at) = part else { return };
    // What is stopped as a whole is stopped in each facet that waits.
    for pane in state.views.facets.panes.iter_mut().skip(*at).filter(|pane| pane.groups.is_waiting()) {
        pane.groups.fail(reason.to_owned());
    }
}

/// Opens the view; with a single facet others come beside it, as one step of undo.
pub fn open(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.view != View::Facets && state.query.group_by.len() < 2 {
        let more = others(state);
        effects = commands::ask_for(state, |query| query.group_by.extend(more));
    }
    effects.extend(super::switch(state, View::Facets));
    effects
}

/// A column of dates, one of truths and one of numbers: all quickly counted, and none by its every value.
fn others(state: &State) -> Vec<Facet> {
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    let is_free = |column: &&Column| {
        let is_key = state.schema().and_then(|schema| schema.key()) == Some(column.name.as_str());
        let is_there = state.query.group_by.iter().any(|facet| facet.column == column.name);
        !is_key && !is_there && !state.is_masked(&column.name)
    };
    let first = |fits: fn(ColumnType) -> bool| columns.iter().filter(is_free).find(|column| fits(column.column_type));
    let found = [
        first(|kind| matches!(kind, ColumnType::Date | ColumnType::Timestamp)),
        first(ColumnType::is_number),
        first(|kind| kind == ColumnType::Boolean),
    ];
    found.into_iter().flatten().map(|column| sensible(&column.name, column.column_type)).collect()
}

fn sensible(column: &str, column_type: ColumnType) -> Facet {
    let cut = match column_type {
        ColumnType::Date | ColumnType::Timestamp => FacetCut::Dates(DateUnit::Year),
        kind if kind.is_number() => FacetCut::Bins(BINS),
        _ => FacetCut::Values,
    };
    Facet { column: column.to_owned(), cut }
}

/// A command that means something of its own here; None for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let facets = &mut state.views.facets;
    let count = facets.panes.len();
    Some(match command {
        Command::NextPane | Command::PreviousPane => {
            let by = if command == Command::NextPane { 1 } else { count.saturating_sub(1) };
            facets.at = (facets.at + by) % count.max(1);
            Vec::new()
        }
        Command::Left => step(state, -1),
        Command::Right => step(state, 1),
        Command::Toggle => select(state, false),
        Command::Enter => select(state, true),
        Command::Delete => close(state),
        Command::Cut => other_cut(state),
        _ => return None,
    })
}

fn close(state: &mut State) -> Vec<Effect> {
    let at = state.views.facets.at;
    if at >= state.query.group_by.len() {
        return Vec::new();
    }
    commands::ask_for(state, |query| drop(query.group_by.remove(at)))
}

/// The next number of bins, or the next unit of dates.
fn other_cut(state: &mut State) -> Vec<Effect> {
    let at = state.views.facets.at;
    let Some(facet) = state.query.group_by.get(at) else { return Vec::new() };
    let column_type = state.column_type(&facet.column);
    let cut = match (column_type, facet.cut) {
        (ColumnType::Date | ColumnType::Timestamp, FacetCut::Dates(unit)) => {
            let units = if column_type == ColumnType::Date { 6 } else { 7 };
            let place = DateUnit::ALL.iter().position(|other| *other == unit).unwrap_or(0);
            FacetCut::Dates(DateUnit::ALL[(place + 1) % units])
        }
        (ColumnType::Date | ColumnType::Timestamp, _) => FacetCut::Dates(DateUnit::Year),
        (kind, cut) if kind.is_number() => next_bins(cut),
        _ => {
            state.complain("only numbers and dates are cut coarser or finer");
            return Vec::new();
        }
    };
    commands::ask_for(state, |query| query.group_by[at].cut = cut)
}

fn next_bins(cut: FacetCut) -> FacetCut {
    let place = OTHER_BINS.iter().position(|bins| cut == FacetCut::Bins(*bins));
    match place {
        Some(place) => OTHER_BINS.get(place + 1).map_or(FacetCut::Values, |bins| FacetCut::Bins(*bins)),
        None => FacetCut::Bins(BINS),
    }
}

/// Moves by lines; `MIN` and `MAX` are the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let facets = &mut state.views.facets;
    if let Some(pane) = facets.panes.get_mut(facets.at) {
        let lines = pane.groups.answer.as_ref().map_or(0, |groups| groups.groups.len());
        pane.cursor = pane.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
    }
    Vec::new()
}

/// The column that was picked for a facet: one more, or in place of the one with the keys where there are four.
pub fn chosen(state: &mut State, label: String) -> Vec<Effect> {
    let facet = sensible(&label, state.column_type(&label));
    let count = state.query.group_by.len();
    let at = if count < MOST_FACETS { count } else { state.views.facets.at };
    let effects = commands::ask_for(state, |query| match query.group_by.get_mut(at) {
        Some(old) => *old = facet,
        None => query.group_by.push(facet),
    });
    state.views.facets.at = at;
    effects
}

/// The column that was picked for the group-by pane.
pub fn group_by(state: &mut State, label: String) -> Vec<Effect> {
    commands::ask_for(state, |query| match query.group_by.first_mut() {
        Some(first) if first.column == label => {}
        Some(first) => *first = label.into(),
        None => query.group_by.push(label.into()),
    })
}

/// The facet that has the keys, its chosen group's key, and what is kept of it.
fn at_cursor(state: &State) -> Option<(&Facet, Datum, Kept)> {
    let facets = &state.views.facets;
    let (at, groups, kept, cursor) = match state.view {
        View::Facets => {
            let pane = facets.panes.get(facets.at)?;
            (facets.at, &pane.groups, &pane.kept, pane.cursor)
        }
        _ => (0, &state.answers.groups, &facets.main_kept, state.groups.cursor),
    };
    let key = groups.answer.as_ref()?.groups.get(cursor)?.key.first()?.clone();
    Some((state.query.group_by.get(at)?, key, kept.answer.clone().unwrap_or_default()))
}

/// Makes the chosen group the only one that the filter keeps, or all of them again if it is; else switches it on or off
/// beside the others.
pub fn select(state: &mut State, only: bool) -> Vec<Effect> {
    let Some((facet, key, kept)) = at_cursor(state) else { return Vec::new() };
    let facet = facet.clone();
    let Some(cut) = cut(state, &facet) else { return Vec::new() };
    let mut keys = kept.keys();
    let is_on = keys.contains(&key);
    match (only, is_on) {
        (true, true) if keys.len() == 1 => keys.clear(),
        (true, _) => keys = vec![key],
        (false, true) => keys.retain(|other| *other != key),
        (false, false) => keys.push(key),
    }
    let rest = without_own(state, &facet.column);
    let filter = match facet::condition(&facet.column, state.column_type(&facet.column), &cut, &keys) {
        Some(condition) => edit::narrow(&rest, &condition),
        None => rest,
    };
    // The marks follow at once; the counts when they come.
    let marked = Kept(keys.into_iter().map(|key| (key, u64::MAX)).collect());
    let facets = &mut state.views.facets;
    match (state.view, facets.panes.get_mut(facets.at)) {
        (View::Facets, Some(pane)) => pane.kept.answer = Some(marked),
        _ => facets.main_kept.answer = Some(marked),
    }
    commands::ask_for(state, |query| query.filter = filter)
}

/// The condition that the chosen group stands for.
pub fn chosen_condition(state: &State) -> Option<String> {
    let (facet, key, _) = at_cursor(state)?;
    facet::condition(&facet.column, state.column_type(&facet.column), &cut(state, facet)?, &[key])
}
