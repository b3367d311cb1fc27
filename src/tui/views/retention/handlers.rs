//! Keys and questions of retention.

use super::{MAX_SHOWN_PERIODS, RetentionView, draw};
use crate::insight::retention::{RetentionInquiry, RetentionSubject, UNITS, conditions, usual_table};
use crate::model::TableKind;
use crate::tui::core::changes::narrow_to_all;
use crate::tui::core::copying::copy_conditions;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::press_enter;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let view = state.views.get::<RetentionView>();
    if !view.inquiry.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let Some(schema) = state.schema() else { return false };
    let subject = RetentionSubject {
        table: view.table.clone().unwrap_or_else(|| usual_table(schema)),
        unit: view.unit,
        periods: MAX_SHOWN_PERIODS,
        filter: state.rule.clone(),
        today: state.settings.today,
    };
    let inquiry = RetentionInquiry::new(subject, schema, state.settings.min_cell);
    let view: &mut RetentionView = state.views.get_mut();
    view.inquiry = inquiry.after(std::mem::take(&mut view.inquiry));
    true
}

/// Counts by the next unit.
pub fn next_unit(state: &mut State) -> Vec<Effect> {
    let view: &mut RetentionView = state.views.get_mut();
    let at = UNITS.iter().position(|unit| *unit == view.unit).map_or(0, |at| (at + 1) % UNITS.len());
    view.unit = UNITS[at];
    ask_anew(state)
}

/// Counts another table of events.
pub fn next_table(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let is_dated =
        |events: &&crate::model::Events| events.columns.kind == TableKind::Events && events.columns.date.is_some();
    let tables: Vec<String> = schema.all_events().iter().filter(is_dated).map(|events| events.name.clone()).collect();
    let shown = state.views.get::<RetentionView>().table.clone().unwrap_or_else(|| usual_table(schema));
    let at = tables.iter().position(|table| *table == shown).map_or(0, |at| at + 1);
    let next = tables.get(at).or(tables.first()).cloned();
    if next.as_ref() == Some(&shown) {
        state.say("there is no other table of events with a date");
        return Vec::new();
    }
    state.views.get_mut::<RetentionView>().table = next;
    ask_anew(state)
}

fn ask_anew(state: &mut State) -> Vec<Effect> {
    let view: &mut RetentionView = state.views.get_mut();
    (view.inquiry, view.cursor, view.period) = Default::default();
    requests::views(state)
}

/// Narrows the filter to the customers of the selected cell.
pub fn enter(state: &mut State) -> Vec<Effect> {
    let conditions = selected(state);
    narrow_to_all(state, &conditions)
}

/// Copies the conditions of the selected cell as one rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let conditions = selected(state);
    copy_conditions(state, &conditions)
}

fn selected(state: &State) -> Vec<String> {
    let view = state.views.get::<RetentionView>();
    view.at().map_or_else(Vec::new, |(retention, cohort)| {
        conditions(&retention.table, &retention.date, retention.unit, cohort.start, view.period)
    })
}

/// Selects a period.
pub fn step_period(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut RetentionView = state.views.get_mut();
    view.period = view.period.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut RetentionView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Selects the cell that the mouse was pressed on; on the selected one, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some((cohort, period)) = draw::cell_at(state, area, at) else { return Vec::new() };
    let view: &mut RetentionView = state.views.get_mut();
    let before = (view.cursor, view.period);
    (view.cursor, view.period) = (cohort, period.unwrap_or(view.period));
    keep_cursor(state);
    let view: &RetentionView = state.views.get();
    if period.is_some() && before == (view.cursor, view.period) { press_enter(state) } else { Vec::new() }
}

/// Moves the cursor back into the figures if there are fewer cohorts or periods than before.
pub fn keep_cursor(state: &mut State) {
    let view: &mut RetentionView = state.views.get_mut();
    let cohorts = view.retention().map_or(0, |retention| retention.cohorts.len());
    view.cursor = view.cursor.min(cohorts.saturating_sub(1));
    let periods = view.at().map_or(0, |(_, cohort)| cohort.active.len());
    view.period = view.period.min(periods.saturating_sub(1));
}
