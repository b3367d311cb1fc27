//! Title, legend and keys that steps and groups share.

use crate::insight::consolidate::{ConsolidationFigures, Method};
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::views::consolidate::ConsolidateView;

/// Returns the method's name; a short one if the headings leave little room.
pub fn title(view: &ConsolidateView, width: u16) -> String {
    let method = view.consolidation.answer.as_ref().map_or(view.method, |all| all.method);
    let (whole, short) = match method {
        Method::Greedy => ("Greedy cover", "Greedy"),
        Method::Tree => ("Average linkage", "Linkage"),
        Method::Nmf => ("NMF", "NMF"),
    };
    if width < 100 { short.into() } else { whole.into() }
}

/// Returns the error, the state of the counting, or what the figures leave out.
pub fn legend(state: &State) -> Option<TextPiece> {
    let view = state.views.get::<ConsolidateView>();
    if let Some(error) = &view.consolidation.error {
        return Some((error.clone(), Role::Error));
    }
    if view.is_waiting() {
        return Some(("counting…".into(), Role::Notice));
    }
    let all = view.consolidation.answer.as_ref()?;
    let left_out = all.found.left_out;
    if left_out > 0 {
        return Some((format!("{left_out} small combinations left out: figures a little low"), Role::Notice));
    }
    if let Some(fault) = all.fault(view.k()) {
        return Some((fault.into(), Role::Notice));
    }
    if let Some(share) = all.made_from.filter(|share| *share < 1.0) {
        let share = crate::insight::format::percent(Some(share));
        return Some((format!("from the largest combinations: {share} of the customers"), Role::Dim));
    }
    let min_cell = state.settings.min_cell;
    if ConsolidationFigures::new(all, min_cell).steps.iter().any(|step| step.covered.is_none()) {
        return Some((format!("– hidden: differs by < {min_cell}"), Role::Dim));
    }
    let word = match all.method {
        Method::Greedy => "at least 63 % of the best coverage",
        Method::Tree => "distance: 1 − Jaccard of the last joined",
        Method::Nmf => "unexplained: ‖X − WH‖² / ‖X‖²",
    };
    Some((word.into(), Role::Dim))
}
