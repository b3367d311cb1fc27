//! Enter in the builder: saves, or reports the first problem to fix.

use super::{BuilderField, SegmentationBuilder};
use crate::insight::catalog::CellsByName;
use crate::model::{Segmentation, is_plain_name, reference};
use crate::rule;
use crate::study::{Change, users_of};
use crate::tui::core::{Effect, State, saving};
use crate::tui::views::confirm::Confirm;

/// Saves the segmentation, or reports the first problem; asks first if the change removes cells in use.
pub fn submit(state: &mut State) -> Vec<Effect> {
    let Some(builder) = state.over.get::<SegmentationBuilder>() else { return Vec::new() };
    let change = match problem_or_change(state, builder) {
        Ok(change) => change,
        Err((field, problem)) => {
            if let Some(builder) = state.over.get_mut::<SegmentationBuilder>() {
                builder.problem = Some(problem);
                builder.field = field.unwrap_or(builder.field);
            }
            return Vec::new();
        }
    };
    let gone = gone(state, builder);
    state.drafted_cells = found_cells(builder, &change);
    if gone.is_empty() {
        if let Some(builder) = state.over.get_mut::<SegmentationBuilder>() {
            builder.saving = true;
        }
        return saving::save(change, false);
    }
    state.over.push(Confirm {
        question: "Save although removed cells are in use?".into(),
        details: gone,
        verb: "save anyway",
        change,
        onto_changed: false,
    });
    Vec::new()
}

type SubmitFault = (Option<BuilderField>, String);

fn problem_or_change(state: &State, builder: &SegmentationBuilder) -> Result<Change, SubmitFault> {
    if !state.settings.can_save {
        return Err((None, "there is no study to save it in: `crosscut init` makes one".into()));
    }
    if let Some((line, fault)) = builder.faults.first() {
        return Err((Some(BuilderField::Cell(*line, 1)), fault.clone()));
    }
    let segmentation = builder.segmentation().map_err(|hint| (None, hint))?;
    match &builder.cells {
        None => return Err((None, "its cells are still being counted".into())),
        Some(Err(reason)) => return Err((None, reason.clone())),
        Some(Ok(_)) => {}
    }
    let before = builder.editing.as_ref().map(|before| before.name.as_str());
    let name = segmentation.name.as_str();
    let at_name = |message: String| Err((Some(BuilderField::Name), message));
    if !is_plain_name(name) {
        return at_name("use letters, digits and _, beginning with a letter".into());
    }
    if before != Some(name) && saving::is_taken(&state.definitions, name) {
        return at_name(format!("{name} is taken"));
    }
    Ok(change_of(builder, segmentation))
}

fn change_of(builder: &SegmentationBuilder, segmentation: Segmentation) -> Change {
    let segmentation = Box::new(segmentation);
    match &builder.editing {
        None => Change::AddSegmentation(segmentation),
        Some(before) => {
            Change::EditSegmentation { name: before.name.clone(), segmentation, renamed: builder.renamed() }
        }
    }
}

/// Lists who uses a cell that the change removes.
fn gone(state: &State, builder: &SegmentationBuilder) -> Vec<String> {
    let Some(before) = &builder.editing else { return Vec::new() };
    let (Some(Ok(now)), Some(Ok(were))) =
        (&builder.cells, state.cells.as_ref().and_then(|cells| cells.get(&before.name)))
    else {
        return Vec::new();
    };
    let renamed = builder.renamed();
    let is_there =
        |name: &String| now.iter().any(|cell| cell.name == *name) || renamed.iter().any(|(was, _)| was == name);
    let mut lines = Vec::new();
    for cell in were.iter().filter(|cell| !is_there(&cell.name)) {
        let full = format!("{}.{}", before.name, cell.name);
        let mut users = users_of(&state.definitions, &full);
        if [state.filter.text(), &state.query.filter].iter().any(|text| rule::references(text).contains(&full)) {
            users.push("the filter".to_owned());
        }
        let own = format!("segmentation {}", before.name);
        let users = users.into_iter().filter(|user| *user != own);
        lines.extend(users.map(|user| format!("{} is used by {user}, which will have an error", reference(&full))));
    }
    lines
}

/// Returns the cells that the builder found, which enter the catalog with the segmentation.
fn found_cells(builder: &SegmentationBuilder, change: &Change) -> CellsByName {
    let cut = match change {
        Change::AddSegmentation(cut) => cut,
        // In cells written by hand, rules may have been changed to use the new name.
        Change::EditSegmentation { segmentation, .. } if segmentation.cells.iter().all(|cell| cell.rule.is_none()) => {
            segmentation
        }
        _ => return CellsByName::new(),
    };
    builder.cells.clone().map(|cells| (cut.name.clone(), cells)).into_iter().collect()
}
