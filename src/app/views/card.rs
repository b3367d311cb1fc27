use std::collections::{BTreeMap, BTreeSet};

use super::super::state::{Overlay, State};
use crate::insight::card::{Card, Facts};
use crate::model::{Evidence, Persona};

/// The persona card: the facts about the persona, its open claims, the note that is being read.
#[derive(Debug, Clone, Default)]
pub struct CardView {
    /// Id of the persona.
    pub of: String,
    /// Questions and answers; `None` before anything was asked.
    pub card: Option<Card>,
    /// Facts that are drawn: those of the previous definitions until the new ones are counted.
    pub facts: Option<Facts>,
    /// True if the facts are those of the previous definitions.
    pub old: bool,
    /// Index of the selected claim.
    pub claim: Option<usize>,
    /// Indexes of the claims whose check and evidence are shown.
    pub open: BTreeSet<usize>,
    /// True if the claim was just selected and has to be scrolled into sight.
    pub follow: bool,
    /// Texts of the persona's research notes by name, or why one could not be read.
    pub notes: BTreeMap<String, Result<String, String>>,
    /// The note that lies over the card.
    pub reading: Option<Reading>,
}

/// A note that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub note: String,
    pub scroll: usize,
}

impl CardView {
    pub fn of(persona: &str) -> Self {
        Self { of: persona.to_owned(), ..Self::default() }
    }

    pub fn is_waiting(&self) -> bool {
        self.card.as_ref().is_some_and(Card::is_waiting)
    }
}

/// Returns the persona whose card is open, as the study defines it.
pub fn persona(state: &State) -> Option<&Persona> {
    let Some(Overlay::PersonaCard { persona, .. }) = &state.overlay else { return None };
    let id = &state.catalog.personas.get(*persona)?.id;
    state.definitions.personas.iter().find(|persona| persona.id == *id)
}

/// Returns the notes that the persona's evidence names, each once, in order.
pub fn notes(persona: &Persona) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let named = persona.claims.iter().flat_map(|claim| &claim.evidence).filter_map(note);
    named.filter(|note| seen.insert(note.to_string())).map(ToOwned::to_owned).collect()
}

/// Returns the note that a piece of evidence names.
pub fn note(evidence: &Evidence) -> Option<&str> {
    evidence.note.as_deref().filter(|note| !note.trim().is_empty())
}
