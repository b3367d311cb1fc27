//! Reuse of cells when definitions change: which ones stay valid, and which have to be found in the base again.

use super::action::Effect;
use super::state::State;
use crate::insight::catalog::CellsByName;
use crate::insight::cells::CellsInquiry;
use crate::insight::cutting::Cutter;
use crate::model::{Definitions, PERSONA, Segmentation};

/// Keeps the cells that are still valid under the new definitions. Call it before they replace the old ones. `given`
/// are cells that are known already.
pub fn keep(state: &mut State, new: &Definitions, given: CellsByName) {
    // Nothing was found yet: the search in progress finds these, and the rest is found after it.
    let Some(cells) = &mut state.cells else {
        state.cells = (!given.is_empty()).then_some(given);
        return;
    };
    let old = &state.definitions;
    let mut kept = given;
    for cut in &new.segmentations {
        let before = old.segmentations.iter().filter(|before| is_cut_alike((before, old), (cut, new)));
        let before = before.clone().find(|before| before.name == cut.name).or(before.clone().next());
        let Some(before) = before else { continue };
        let names = std::iter::once(before.name.clone()).chain(old.score_columns(before));
        for (name, new) in names.zip(std::iter::once(cut.name.clone()).chain(new.score_columns(cut))) {
            if let Some(found) = cells.get(&name) {
                kept.entry(new).or_insert_with(|| found.clone());
            }
        }
    }
    *cells = kept;
}

/// Returns the request for cells of segmentations that are not known, if any.
pub fn missing(state: &State) -> Option<Effect> {
    let cells = state.cells.as_ref()?;
    let definitions = &state.definitions;
    let is_missing = |cut: &&Segmentation| match cells.get(&cut.name) {
        None => true,
        Some(Ok(_)) => definitions.score_columns(cut).iter().any(|name| !cells.contains_key(name)),
        Some(Err(_)) => false,
    };
    let mut missing = definitions.segmentations.iter().filter(is_missing).peekable();
    missing.peek()?;
    let (schema, personas, mask) = (state.schema()?, &state.catalog.counted, &state.settings.mask);
    let cutter = Cutter { definitions, schema, personas, mask };
    Some(Effect::FindCells(Box::new(CellsInquiry::new(&cutter, missing))))
}

/// Returns true if two segmentations make the same cells under their own definitions. Names do not matter.
fn is_cut_alike(
    (one, of_one): (&Segmentation, &Definitions),
    (other, of_other): (&Segmentation, &Definitions),
) -> bool {
    let sides = |cut: &Segmentation, of: &Definitions| -> Vec<Option<Segmentation>> {
        let side = |name: &String| of.segmentations.iter().find(|side| side.name == *name && side.name != cut.name);
        cut.cross.iter().flatten().map(|name| side(name).map(nameless)).collect()
    };
    // The column of the customers' personas changes with the definitions of the personas.
    let same_values = |of: &Definitions| {
        let own = [one].into_iter().chain(of.segmentations.iter().filter(|side| is_side(one, side)));
        own.into_iter().all(|cut| !cut.column.eq_ignore_ascii_case(PERSONA)) || of_one.personas == of_other.personas
    };
    nameless(one) == nameless(other) && sides(one, of_one) == sides(other, of_other) && same_values(of_other)
}

fn is_side(cut: &Segmentation, side: &Segmentation) -> bool {
    cut.cross.iter().flatten().any(|name| side.name == *name)
}

fn nameless(cut: &Segmentation) -> Segmentation {
    Segmentation { name: String::new(), kind: None, note: None, ..cut.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &str, quantiles: u32) -> Segmentation {
        let column = "spend".to_owned();
        Segmentation { name: name.into(), column, quantiles: Some(quantiles), ..Segmentation::default() }
    }

    #[test]
    fn crossed_cells_are_outdated_with_their_sides() {
        let crossed = Segmentation { cross: Some(vec!["a".into(), "b".into()]), ..Segmentation::default() };
        let of = |parts| Definitions { segmentations: vec![cut("a", parts), cut("b", 2)], ..Definitions::default() };
        let alike = |one: &Definitions, other: &Definitions| is_cut_alike((&crossed, one), (&crossed, other));
        assert!(alike(&of(3), &of(3)));
        assert!(!alike(&of(3), &of(4)));
    }

    #[test]
    fn cells_by_persona_are_outdated_with_personas() {
        let by_persona = Segmentation { name: "whose".into(), column: PERSONA.into(), ..Segmentation::default() };
        let with = |personas: usize| Definitions {
            personas: vec![crate::model::Persona::default(); personas],
            ..Definitions::default()
        };
        assert!(is_cut_alike((&by_persona, &with(1)), (&by_persona, &with(1))));
        assert!(!is_cut_alike((&by_persona, &with(1)), (&by_persona, &with(2))));
        assert!(is_cut_alike((&cut("a", 3), &with(1)), (&cut("a", 3), &with(2))));
    }

    #[test]
    fn renamed_segmentation_keeps_cells() {
        let none = Definitions::default();
        assert!(is_cut_alike((&cut("a", 3), &none), (&cut("b", 3), &none)));
        assert!(!is_cut_alike((&cut("a", 3), &none), (&cut("a", 4), &none)));
    }
}
