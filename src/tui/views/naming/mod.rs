//! Naming of a group of segments, which makes it the draft of a persona. Its traits are counted meanwhile.

mod draw;
mod handlers;

use std::collections::BTreeSet;

use tui_input::Input;

use crate::insight::contrasts::{ColumnContrast, ContrastsInquiry};
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::why::{self, Trait, TraitKind};
use crate::model::{Persona, is_plain_name};
use crate::tui::core::{Hooks, Lane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::open;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "naming";

/// Maximum number of traits that a draft starts with.
const MAX_TRAITS: usize = 3;
/// Smallest standardized difference that becomes an attribute: people who meet these customers hardly notice smaller
/// ones.
const NOTABLE_EFFECT: f64 = 0.2;

/// The box that names a group of segments and makes it the draft of a persona.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    /// Name of the persona, as typed.
    pub name: Input,
    /// Full names of the group's segments.
    pub spans: Vec<String>,
    /// Columns that the group's rule reads: the group differs in these by definition.
    pub mentioned: BTreeSet<String>,
    /// Contrasts of the group's customers with everyone else.
    pub contrasts: ContrastsInquiry,
    /// Traits of the columns answered so far, in the order of the columns.
    pub traits: Vec<Trait>,
    /// First problem to fix.
    pub problem: Option<String>,
    /// True while the persona is being written.
    pub saving: bool,
}

impl View for Naming {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            arrived: |state, _| {
                handlers::arrived(state);
                Vec::new()
            },
            paste: Some(handlers::paste),
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.contrasts)
    }

    fn lane(&self) -> Lane {
        Lane::Card
    }

    fn is_waiting(&self) -> bool {
        self.saving || self.is_counting()
    }

    fn saving(&mut self) -> Option<&mut bool> {
        Some(&mut self.saving)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw(canvas, area, self);
    }
}

impl Naming {
    /// Returns true while traits are being counted.
    pub fn is_counting(&self) -> bool {
        self.contrasts.is_waiting()
    }

    /// Collects the traits of the columns that were answered so far.
    pub fn look_through(&mut self, min_cell: u64) {
        let of_column = |column: &ColumnContrast| {
            column.traits(self.mentioned.contains(&column.name), min_cell).unwrap_or_default()
        };
        self.traits = self.contrasts.columns.iter().flat_map(of_column).collect();
    }

    /// Returns the rules of the largest traits, at most one per column, and only of what the group has more of.
    pub fn attributes(&self) -> Vec<String> {
        let ranked = why::rank(self.traits.iter().cloned(), false).into_iter();
        let tells = |one: &Trait| match one.what {
            TraitKind::Mean(_) => one.smd.abs() >= NOTABLE_EFFECT,
            TraitKind::Value(..) => one.smd >= NOTABLE_EFFECT,
            TraitKind::Missing(_) => false,
        };
        let traits = why::by_column(ranked.filter(|one| one.significant && tells(one)).collect());
        traits.into_iter().take(MAX_TRAITS).map(|one| one.condition).collect()
    }

    /// Returns an identifier made from the name: `careful_carla` for `Careful Carla`. `None` if no character of it is
    /// allowed in one.
    pub fn id(&self) -> Option<String> {
        let mut id = String::new();
        for c in self.name.value().trim().to_lowercase().chars() {
            match c {
                'a'..='z' | '0'..='9' => id.push(c),
                _ if id.is_empty() || id.ends_with('_') => {}
                _ => id.push('_'),
            }
        }
        let id = id.trim_end_matches('_').to_owned();
        Some(id).filter(|id| is_plain_name(id))
    }

    /// Returns the draft of the persona. Goals and the like stay empty: they have to come from research.
    pub fn persona(&self) -> Option<Persona> {
        Some(Persona {
            id: self.id()?,
            name: self.name.value().trim().to_owned(),
            spans: self.spans.clone(),
            attributes: self.attributes(),
            ..Persona::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naming_derives_identifier_from_name() {
        let id = |name: &str| Naming { name: Input::new(name.into()), ..Naming::default() }.id();
        assert_eq!(id(" Careful Carla! "), Some("careful_carla".into()));
        assert_eq!(id("Günther & Söhne"), Some("g_nther_s_hne".into()));
        assert_eq!((id("…"), id("")), (None, None));
    }
}
