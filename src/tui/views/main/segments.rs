//! The actions on lines of the segments pane.

use crate::insight::catalog::SegmentationState;
use crate::model::{Segment, Segmentation, reference};
use crate::rule::{self, edit};
use crate::study::{Change, users_of};
use crate::tui::core::changes::ask_for;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::lines::{SegmentLine, segment_lines};
use crate::tui::core::{Effect, Pane, State};
use crate::tui::views::builder::{self, SegmentationBuilder};
use crate::tui::views::confirm::Confirm;
use crate::tui::views::main::personas;
use crate::tui::views::segment_form::SegmentForm;

/// Switches the segment on or off as part of the filter.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let lines = segment_lines(state);
    let Some(line) = lines.get(state.segments.cursor) else { return Vec::new() };
    match line.rule() {
        None => super::handlers::open_line(state),
        Some(Err(error)) => {
            let problem = format!("{} has no rule to count: {error}", line.name());
            state.complain(problem);
            Vec::new()
        }
        Some(Ok(_)) => {
            let condition = reference(line.name());
            ask_for(state, |query| query.filter = edit::toggle_reference(&query.filter, &condition))
        }
    }
}

/// Makes the segment the filter; opens or closes a segmentation.
pub fn enter(state: &mut State) -> Vec<Effect> {
    let lines = segment_lines(state);
    match lines.get(state.segments.cursor) {
        None => Vec::new(),
        Some(SegmentLine::Segmentation { open: is_open, .. }) => {
            if *is_open {
                super::handlers::close_line(state)
            } else {
                super::handlers::open_line(state)
            }
        }
        Some(line) => match line.rule() {
            Some(Ok(_)) => {
                let filter = reference(line.name());
                ask_for(state, |query| query.filter = filter)
            }
            _ => toggle(state),
        },
    }
}

/// Copies the segment's rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let text = segment_lines(state).get(state.segments.cursor).and_then(rule_text);
    copy_line_if_any(state, text)
}

fn rule_text(line: &SegmentLine) -> Option<String> {
    match line {
        SegmentLine::Segment(entry) => match &entry.body {
            SegmentationState::Segment { text, .. } => Some(text.clone()),
            SegmentationState::Segmentation { .. } => None,
        },
        SegmentLine::Cell(cell) => Some(cell.text.clone()),
        SegmentLine::Segmentation { .. } => None,
    }
}

/// Opens the form on the selected segment, or the builder on the selected segmentation.
pub fn edit(state: &mut State) -> Vec<Effect> {
    if let Some((cut, cell)) = chosen_segmentation(state) {
        let effects = builder::edit(state, &cut);
        if let (Some(cell), Some(builder)) = (cell, state.over.get_mut::<SegmentationBuilder>()) {
            builder.go_to_cell(&cell);
        }
        return effects;
    }
    match chosen_segment(state) {
        Ok(segment) => state.over.push(SegmentForm::edit(&segment)),
        Err(why) => state.complain(why),
    }
    Vec::new()
}

/// Asks before a segment or persona is deleted, naming who uses it.
pub fn ask_delete(state: &mut State) -> Vec<Effect> {
    let chosen = match segment_lines(state).get(state.segments.cursor) {
        _ if state.focus == Pane::Personas => {
            personas::chosen(state).map(|(_, id)| (id.clone(), Change::DeletePersona { id }))
        }
        Some(SegmentLine::Segmentation { entry, .. }) => {
            Ok((entry.name.clone(), Change::DeleteSegmentation { name: entry.name.clone() }))
        }
        _ => chosen_segment(state)
            .map(|segment| (segment.name.clone(), Change::DeleteSegment { name: segment.name.clone() })),
    };
    match chosen {
        Ok((name, change)) => {
            let mut users = users_of(&state.definitions, &name);
            let is_of =
                |full: &String| *full == name || full.strip_prefix(&name).is_some_and(|cell| cell.starts_with('.'));
            if [state.filter.text(), &state.query.filter].iter().any(|text| rule::references(text).iter().any(is_of)) {
                users.push("the filter".to_owned());
            }
            let details = match users.is_empty() {
                true => vec!["nothing else refers to it".to_owned()],
                false => users.into_iter().map(|user| format!("used by {user}, which will have an error")).collect(),
            };
            state.over.push(Confirm {
                question: format!("Delete {}?", reference(&name)),
                details,
                verb: "delete",
                change,
                onto_changed: false,
            });
        }
        Err(why) => state.complain(why),
    }
    Vec::new()
}

/// Returns the segmentation of the selected line, and the cell's name if the line is a cell.
fn chosen_segmentation(state: &State) -> Option<(Segmentation, Option<String>)> {
    let lines = segment_lines(state);
    let (name, cell) = match lines.get(state.segments.cursor)? {
        SegmentLine::Segment(_) => return None,
        SegmentLine::Segmentation { entry, .. } => (entry.name.as_str(), None),
        SegmentLine::Cell(cell) => (cell.full.strip_suffix(&cell.name)?.strip_suffix('.')?, Some(cell.name.clone())),
    };
    let cut = state.definitions.segmentations.iter().find(|cut| cut.name == name)?;
    Some((cut.clone(), cell))
}

fn chosen_segment(state: &State) -> Result<Segment, &'static str> {
    match segment_lines(state).get(state.segments.cursor) {
        Some(SegmentLine::Segment(entry)) => state
            .definitions
            .segments
            .iter()
            .find(|segment| segment.name == entry.name)
            .cloned()
            .ok_or("the segment is gone"),
        Some(_) => Err("a single cell cannot be deleted; press e to change the segmentation"),
        None => Err("there is no segment here: press / to filter, s to save the filter as one"),
    }
}
