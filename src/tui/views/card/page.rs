//! Parts of the card's drawing that its sections share.

use super::CardView;
use crate::insight::PersonaEntry;
use crate::insight::card::Facts;
use crate::insight::inquiry::NewestFact;
use crate::model::Persona;
use crate::tui::core::State;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::Lines;

/// The page, and the range of lines of each claim.
#[derive(Default)]
pub struct CardPage {
    /// All lines of the page.
    pub lines: Lines,
    /// Range of lines of each claim.
    pub claims: Vec<std::ops::Range<usize>>,
}

/// Input that the parts of the page are drawn from.
#[derive(Clone, Copy)]
pub struct CardInput<'a> {
    pub state: &'a State,
    pub view: &'a CardView,
    pub persona: &'a Persona,
    pub entry: &'a PersonaEntry,
    pub facts: &'a Facts,
}

/// Returns the stand-in for a figure that is being counted or cannot be.
pub fn unknown<T>(fact: &NewestFact<T>) -> TextPiece {
    match &fact.error {
        Some(error) => (format!("! {error}"), Role::Error),
        None => ("counting…".into(), Role::Dim),
    }
}
