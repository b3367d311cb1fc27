use std::collections::{BTreeMap, BTreeSet};

use super::super::state::{Overlay, State};
use crate::insight::card::{Card, Facts};
use crate::model::{Evidence, Persona};

/// The persona card: what is known of the persona, which of its claims are open, the note that is being read.
#[derive(Debug, Clone, Default)]
pub struct CardView {
    /// The persona's id.
    pub of: String,
    /// What has been asked, and the answers; none before.
    pub card: Option<Card>,
    /// What is drawn: that of the definitions before until the new ones are counted.
    pub facts: Option<Facts>,
    /// The facts are those of the definitions before.
    pub old: bool,
    /// The chosen claim.
    pub claim: Option<usize>,
    /// Claims whose check and evidence are shown.
    pub open: BTreeSet<usize>,
    /// The chosen claim was just chosen: it is to be brought into sight.
    pub follow: bool,
    /// The persona's research notes by name: their text, or why there is none.
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

/// The persona whose card is open, as the study defines it.
pub fn persona(state: &State) -> Option<&Persona> {
    let Some(Overlay::PersonaCard { persona, .. }) = &state.overlay else { return None };
    let id = &state.catalog.personas.get(*persona)?.id;
    state.definitions.personas.iter().find(|persona| persona.id == *id)
}

/// The notes that the persona's evidence names, each once, in order.
pub fn notes(persona: &Persona) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let named = persona.claims.iter().flat_map(|claim| &claim.evidence).filter_map(note);
    named.filter(|note| seen.insert(note.to_string())).map(ToOwned::to_owned).collect()
}

/// The note that a piece of evidence names.
pub fn note(evidence: &Evidence) -> Option<&str> {
    evidence.note.as_deref().filter(|note| !note.trim().is_empty())
}
