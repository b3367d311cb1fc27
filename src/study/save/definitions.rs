//! Applies a change to the definitions, before any text is edited.

use super::super::users::rename_in_span;
use super::{Change, SaveError};
use crate::model::{Definitions, is_plain_name};
use crate::rule::edit::rename_reference;

/// Checks that the change is valid for these definitions.
pub(super) fn check(definitions: &Definitions, change: &Change) -> Result<(), SaveError> {
    let (old, name, rule) = match change {
        Change::AddSegment(segment) => (None, &segment.name, Some(&segment.rule)),
        Change::AddSegmentation(cut) => (None, &cut.name, None),
        Change::EditSegment { name, segment } => (Some(name), &segment.name, Some(&segment.rule)),
        Change::EditSegmentation { name, segmentation, .. } => (Some(name), &segmentation.name, None),
        Change::AddPersona { persona, .. } => (None, &persona.id, None),
        Change::EditPersona { id, persona } => (Some(id), &persona.id, None),
        Change::DeleteSegment { .. }
        | Change::DeleteSegmentation { .. }
        | Change::DeletePersona { .. }
        | Change::MovePersona { .. }
        | Change::Restore(_) => return Ok(()),
    };
    if !is_plain_name(name) {
        return Err(SaveError::InvalidName { name: name.clone() });
    }
    if rule.is_some_and(|rule| rule.trim().is_empty()) {
        return Err(SaveError::EmptyRule);
    }
    let taken = [
        ("segment", definitions.segments.iter().any(|other| other.name == *name)),
        ("segmentation", definitions.segmentations.iter().any(|other| other.name == *name)),
        ("persona", definitions.personas.iter().any(|other| other.id == *name)),
    ];
    match taken.into_iter().find(|(_, is_taken)| *is_taken && old != Some(name)) {
        Some((what, _)) => Err(SaveError::NameTaken { name: name.clone(), what }),
        None => Ok(()),
    }
}

/// Returns the definitions with the change applied.
pub(super) fn changed(definitions: &Definitions, change: &Change) -> Definitions {
    let mut new = definitions.clone();
    let find = |name: &str| definitions.segments.iter().position(|segment| segment.name == name);
    let find_persona = |id: &str| definitions.personas.iter().position(|persona| persona.id == id);
    match change {
        Change::AddSegment(segment) => new.segments.push(segment.clone()),
        Change::AddSegmentation(cut) => new.segmentations.push((**cut).clone()),
        Change::DeleteSegmentation { name } => {
            let found = new.segmentations.iter().position(|cut| cut.name == *name);
            found.map(|n| new.segmentations.remove(n));
        }
        Change::EditSegment { name, segment } => {
            if let Some(n) = find(name) {
                new.segments[n] = segment.clone();
            }
        }
        Change::EditSegmentation { name, segmentation, .. } => {
            if let Some(cut) = new.segmentations.iter_mut().find(|cut| cut.name == *name) {
                *cut = (**segmentation).clone();
            }
        }
        Change::DeleteSegment { name } => {
            find(name).map(|n| new.segments.remove(n));
        }
        Change::AddPersona { persona, at } => {
            let last = new.personas.len();
            new.personas.insert(at.unwrap_or(last).min(last), (**persona).clone());
        }
        Change::EditPersona { id, persona } => {
            if let Some(n) = find_persona(id) {
                new.personas[n] = (**persona).clone();
            }
        }
        Change::DeletePersona { id } => {
            find_persona(id).map(|n| new.personas.remove(n));
        }
        Change::MovePersona { id, to } => {
            if let Some(n) = find_persona(id) {
                let persona = new.personas.remove(n);
                new.personas.insert((*to).min(new.personas.len()), persona);
            }
        }
        // The content of the texts is only known once they are read.
        Change::Restore(_) => {}
    }
    change.renames().iter().for_each(|(old, to)| rename(&mut new, old, to));
    new
}

fn rename(definitions: &mut Definitions, old: &str, new: &str) {
    let mut rules: Vec<&mut String> = definitions.segments.iter_mut().map(|segment| &mut segment.rule).collect();
    for cut in &mut definitions.segmentations {
        cut.cross.iter_mut().flatten().filter(|side| *side == old).for_each(|side| *side = new.to_owned());
        rules.extend(cut.cells.iter_mut().filter_map(|cell| cell.rule.as_mut()));
    }
    for persona in &mut definitions.personas {
        persona.spans.iter_mut().for_each(|span| *span = rename_in_span(span, old, new));
        rules.extend(persona.rules_mut());
    }
    rules.into_iter().for_each(|rule| *rule = rename_reference(rule, old, new));
}
