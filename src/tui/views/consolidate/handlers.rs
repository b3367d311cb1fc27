//! Keys and questions of the consolidation.

use std::sync::Arc;

use super::draw::{self, ConsolidatePlace};
use super::{ConsolidateLine, ConsolidateView, lines};
use crate::insight::consolidate::{ConsolidateInquiry, Consolidation, SegmentSelection};
use crate::study::Change;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::view::View;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{naming, press_enter};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let view = state.views.get::<ConsolidateView>();
    if !view.is_waiting() || !view.counted.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let of = SegmentSelection {
        filter: state.rule.clone(),
        segments: view.source.sets(state),
        switched: view.switched.clone(),
        with_broad: false,
        value: state.settings.value.clone(),
        min_cell: state.settings.min_cell,
    };
    state.views.get_mut::<ConsolidateView>().counted = ConsolidateInquiry::new(of);
    true
}

/// Follows an answer: once the segments are counted, they can be grouped.
pub fn arrived(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ConsolidateView>();
    if let Some(reason) = &view.counted.found.error {
        view.consolidation.fail(reason.clone());
    }
    group(state)
}

/// Starts the method on its own thread, if there is something to group.
fn group(state: &State) -> Vec<Effect> {
    state.views.get::<ConsolidateView>().work().map(|work| Effect::Group(Box::new(work))).into_iter().collect()
}

/// Stores the method's result, unless its input has changed since: then a new result is on its way.
pub fn grouped(state: &mut State, consolidation: Consolidation) {
    let view = state.views.get_mut::<ConsolidateView>();
    let is_newest = view
        .work()
        .is_some_and(|work| Arc::ptr_eq(&work.found, &consolidation.found) && work.method == consolidation.method);
    if is_newest {
        view.consolidation.set(consolidation);
        keep_cursor(state);
    }
}

/// Marks the result as stopped: its computation was cancelled.
pub fn fail(state: &mut State, reason: &str) {
    state.views.get_mut::<ConsolidateView>().consolidation.stop(reason);
}

/// Shows one group fewer.
pub fn fewer(state: &mut State) -> Vec<Effect> {
    step_groups(state, -1)
}

/// Shows one group more.
pub fn more(state: &mut State) -> Vec<Effect> {
    step_groups(state, 1)
}

fn step_groups(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut ConsolidateView = state.views.get_mut();
    view.k = Some(view.k().saturating_add_signed(by).max(1));
    view.k = Some(view.k());
    keep_cursor(state);
    Vec::new()
}

/// Switches to the next choice of segments that take part.
pub fn next_source(state: &mut State) -> Vec<Effect> {
    let source = state.views.get::<ConsolidateView>().source.next(state);
    state.views.get_mut::<ConsolidateView>().source = source;
    anew(state)
}

/// Opens the box that names the selected group.
pub fn name_group(state: &mut State) -> Vec<Effect> {
    let chosen = state.views.get::<ConsolidateView>().group().map(|(all, group)| {
        let spans: Vec<String> = group.sets.iter().map(|&set| all.sets()[set].name.clone()).collect();
        (spans, all.found.rule(group))
    });
    match chosen {
        Some((spans, rule)) => naming::open(state, spans, &rule),
        None => {
            state.complain("select a group first");
            Vec::new()
        }
    }
}

/// Goes to the next group once the selected one was saved as a persona, so that Enter names that one.
pub fn saved(state: &mut State, change: &Change) {
    if !matches!(change, Change::AddPersona { .. }) || state.view != super::NAME {
        return;
    }
    let view: &mut ConsolidateView = state.views.get_mut();
    let is_group = |line: &ConsolidateLine| matches!(line, ConsolidateLine::Group(_));
    let next = lines(view).iter().skip(view.cursor + 1).position(is_group);
    view.cursor += next.map_or(0, |lines| lines + 1);
}

/// Copies the rule of the selected group.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let rule = state.views.get::<ConsolidateView>().group().map(|(all, group)| all.found.rule(group));
    copy_line_if_any(state, rule)
}

/// Switches to the next method. The counts stay valid; only the method runs again.
pub fn next_method(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ConsolidateView>();
    (view.method, view.k, view.cursor) = (view.method.next(), None, 0);
    if view.counted.found.fresh {
        view.consolidation.outdate();
    }
    group(state)
}

/// Excludes the selected segment from grouping, or includes it again.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ConsolidateView>();
    let Some(name) = view.segment().map(str::to_owned) else {
        state.complain("select a segment's line first");
        return Vec::new();
    };
    if !view.switched.remove(&name) {
        view.switched.insert(name);
    }
    view.outdate();
    requests::views(state)
}

fn anew(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<ConsolidateView>();
    (view.k, view.cursor) = (None, 0);
    view.outdate();
    requests::views(state)
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut ConsolidateView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Selects the number of groups or the line that the mouse was pressed on; on the selected line, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let place = draw::place_at(state, area, at);
    let view: &mut ConsolidateView = state.views.get_mut();
    match place {
        Some(ConsolidatePlace::Line(line)) if line == view.cursor => return press_enter(state),
        Some(ConsolidatePlace::Line(line)) => view.cursor = line,
        Some(ConsolidatePlace::Step(k)) => {
            view.k = Some(k);
            keep_cursor(state);
        }
        None => {}
    }
    Vec::new()
}

fn keep_cursor(state: &mut State) {
    let view = state.views.get_mut::<ConsolidateView>();
    let all: Vec<ConsolidateLine> = lines(view);
    view.cursor = view.cursor.min(all.len().saturating_sub(1));
}
