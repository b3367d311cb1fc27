//! The persona card, which lies over the open view: the facts about the persona, its claims, its notes.

mod attributes;
pub mod blocks;
mod claims;
mod curve;
mod draw;
mod flow;
mod handlers;
mod intro;
mod journey;
mod note;
mod page;
mod size;
mod spans;
mod traits;

use std::collections::{BTreeMap, BTreeSet};

use crate::insight::card::{Card, Facts};
use crate::insight::inquiry::ErasedInquiry;
use crate::model::{Evidence, Persona};
use crate::tui::core::binding::without_study;
use crate::tui::core::{Binding, BindingSection, Hooks, Lane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::{notes_read, open};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "card";

fn with_a_note(state: &State) -> Option<&'static str> {
    let is_reading = state.over.find::<CardView>().is_some_and(|view| view.reading.is_some());
    is_reading.then_some("close the note first")
}

fn while_reading(state: &State) -> Option<&'static str> {
    with_a_note(state).or_else(|| without_study(state))
}

fn without_claims(state: &State) -> Option<&'static str> {
    let none = persona(state).is_none_or(|persona| persona.claims.is_empty());
    with_a_note(state).or_else(|| none.then_some("the persona has no claims yet"))
}

fn without_notes(state: &State) -> Option<&'static str> {
    let none = persona(state).is_none_or(|persona| notes(persona).is_empty());
    none.then_some("no note is named here: evidence names one as note = \"notes/int-07.md\"")
}

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Persona card",
    &[
        Binding::new("toggle", &["space"], "open or close the chosen claim; without one, all claims", handlers::toggle)
            .hint("claims")
            .disabled(without_claims),
        Binding::new("next-pane", &["tab"], "go to the next claim", handlers::next_claim)
            .hint("next claim")
            .disabled(without_claims)
            .moves(),
        Binding::new("note", &["o"], "read the research note behind the chosen claim", handlers::read)
            .hint("note")
            .disabled(without_notes),
        Binding::new("review", &["v"], "mark as reviewed today", handlers::review)
            .hint("review")
            .disabled(without_study),
        Binding::new("edit", &["e"], "edit the persona: every field", handlers::edit)
            .hint("edit")
            .disabled(while_reading),
        Binding::new("editor", &["E"], "edit the persona in $EDITOR", handlers::edit_as_text)
            .hint("$EDITOR")
            .disabled(while_reading),
        Binding::new("right", &["l", "right"], "go to the next persona", handlers::next_persona)
            .hint("next persona")
            .disabled(with_a_note)
            .moves(),
        Binding::new("left", &["h", "left"], "go to the previous persona", handlers::previous_persona).moves(),
        Binding::new("previous-pane", &["shift-tab"], "go to the previous claim", handlers::previous_claim).moves(),
        Binding::new("copy-line", &["Y"], "copy the persona's rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// The persona card: the facts about the persona, its open claims, the note that is being read.
#[derive(Debug, Clone, Default)]
pub struct CardView {
    /// Index of the persona in the catalog.
    pub at: usize,
    /// Scroll offset in lines.
    pub scroll: usize,
    /// Id of the persona that the fields below are about.
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
    /// Texts of the persona's research notes by name, or why one could not be read.
    pub notes: BTreeMap<String, Result<String, String>>,
    /// The note that lies over the card.
    pub reading: Option<OpenNote>,
}

/// A note that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenNote {
    /// Name of the note.
    pub note: String,
    /// Scroll offset in lines.
    pub scroll: usize,
}

impl View for CardView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(KEYS)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            before_asking: handlers::plan,
            arrived: |state, _| {
                handlers::arrived(state);
                Vec::new()
            },
            step: handlers::step,
            pressed: handlers::pressed,
            back: handlers::back,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        self.card.as_mut().map(|card| card as &mut dyn ErasedInquiry)
    }

    fn lane(&self) -> Lane {
        Lane::Card
    }

    fn is_waiting(&self) -> bool {
        self.card.as_ref().is_some_and(Card::is_waiting)
    }

    fn is_page(&self) -> bool {
        true
    }

    fn definitions_changed(&mut self) {
        self.card = None;
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

/// Returns the persona whose card is open, as the study defines it.
pub fn persona(state: &State) -> Option<&Persona> {
    let id = &state.catalog.personas.get(state.over.find::<CardView>()?.at)?.id;
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
