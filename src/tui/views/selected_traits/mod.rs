//! Traits that set the selected segment or persona apart from everyone else, for the card on the main screen. It asks
//! on a lane of its own, which the next selection cancels.

use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::settings::informative_columns;
use crate::insight::why::{self, Trait};
use crate::model::Column;
use crate::rule::Checked;
use crate::tui::core::lines::{PersonaLine, persona_lines, segment_lines};
use crate::tui::core::{BaseState, Hooks, Lane, Pane, State, View, ViewName};
use crate::tui::views::main;
use crate::tui::widgets::layout::SIDE_BY_SIDE;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "apart";

/// Minimum height of the screen for the card to have room for traits.
const MIN_HEIGHT: u16 = 40;
/// Largest base, in customers, for which every selection is compared: larger ones take too long.
const MAX_CUSTOMERS: u64 = 1_000_000;

/// The traits of the selected line.
#[derive(Debug, Clone, Default)]
pub struct SelectedTraits {
    /// Rule that the contrasts are of.
    asked: Option<Checked>,
    contrasts: ContrastsInquiry,
}

impl SelectedTraits {
    /// Returns the traits of the selected line, the largest effects first. Traits that the same customers have are in
    /// one group. `None` while traits are being compared, or if they are not compared.
    pub fn traits(&self, state: &State) -> Option<Vec<Vec<Trait>>> {
        let rule = subject(state)?;
        if self.asked.as_ref() != Some(&rule) || self.contrasts.is_waiting() {
            return None;
        }
        let mentioned = rule.columns();
        let all = self.contrasts.columns.iter();
        let found =
            all.filter_map(|column| column.traits(mentioned.contains(&column.name), state.settings.min_cell).ok());
        let mut ranked = why::rank(found.flatten(), false);
        ranked.retain(|one| one.significant);
        Some(why::join_repeated(ranked))
    }
}

impl View for SelectedTraits {
    fn name(&self) -> ViewName {
        NAME
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.contrasts)
    }

    fn lane(&self) -> Lane {
        Lane::Selected
    }

    fn is_beside(&self, state: &State) -> bool {
        state.view == main::NAME && is_wanted(state)
    }

    fn base_changed(&mut self) {
        *self = Self::default();
    }
}

/// Returns true if the screen has room for traits, and the base is held by this process and small enough to compare
/// every selection.
pub fn is_wanted(state: &State) -> bool {
    let is_near =
        matches!(&state.base, BaseState::Ready { engine: None, customers, .. } if *customers <= MAX_CUSTOMERS);
    is_near && state.width >= SIDE_BY_SIDE && state.height >= MIN_HEIGHT
}

/// Renews the inquiry if another line was selected. Returns true if it did.
fn renew(state: &mut State) -> bool {
    let Some(rule) = subject(state) else { return false };
    if state.views.get::<SelectedTraits>().asked.as_ref() == Some(&rule) {
        return false;
    }
    let contrasts = ContrastsInquiry::new(&rule, None, columns(state));
    let view: &mut SelectedTraits = state.views.get_mut();
    (view.asked, view.contrasts) = (Some(rule), contrasts);
    true
}

/// Returns the columns that may be disclosed, without the column `persona`, which would describe a persona by itself.
fn columns(state: &State) -> Vec<&Column> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let persona = schema.persona().filter(|column| state.focus != Pane::Personas && !state.is_masked(&column.name));
    informative_columns(schema, &state.settings.mask).into_iter().chain(persona).collect()
}

/// Returns the rule of the selected segment, cell or persona.
fn subject(state: &State) -> Option<Checked> {
    if !state.has_catalog() {
        return None;
    }
    match state.focus {
        Pane::Personas => match *persona_lines(state).get(state.personas.cursor)? {
            PersonaLine::Persona { entry, .. } => entry.audience.as_ref().ok().cloned(),
            PersonaLine::Span { entry, .. } => entry.segment.as_ref().ok().cloned(),
            PersonaLine::InNone | PersonaLine::InSeveral => None,
        },
        Pane::Segments | Pane::Groups => {
            segment_lines(state).get(state.segments.cursor)?.rule()?.as_ref().ok().cloned()
        }
    }
}
