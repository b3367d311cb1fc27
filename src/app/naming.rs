use std::collections::BTreeSet;

use tui_input::Input;

use crate::insight::contrasts::{ColumnContrast, ContrastsInquiry};
use crate::insight::why::{self, Trait, What};
use crate::model::{Persona, is_plain_name};

/// Traits that a draft begins with at most.
const TRAITS: usize = 3;
/// Smaller differences are hardly seen by who meets these people.
const NOTABLE: f64 = 0.2;

/// A group of segments is given a name, and becomes the draft of a persona.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    pub name: Input,
    pub spans: Vec<String>,
    /// The columns that its rule reads: that it differs in these says nothing new.
    pub mentioned: BTreeSet<String>,
    /// Its customers against everyone else.
    pub contrasts: ContrastsInquiry,
    pub traits: Vec<Trait>,
    /// What has to be put right first.
    pub problem: Option<String>,
    pub saving: bool,
}

impl Naming {
    pub fn is_waiting(&self) -> bool {
        self.contrasts.is_waiting()
    }

    /// Looks through the columns that were answered so far.
    pub fn look_through(&mut self, min_cell: u64) {
        let of_column = |column: &ColumnContrast| {
            column.traits(self.mentioned.contains(&column.name), min_cell).unwrap_or_default()
        };
        self.traits = self.contrasts.columns.iter().flat_map(of_column).collect();
    }

    /// The rules of the largest traits, of each column one: what they have more of, not what they lack.
    pub fn attributes(&self) -> Vec<String> {
        let ranked = why::rank(self.traits.iter().cloned(), false).into_iter();
        let tells = |one: &Trait| match one.what {
            What::Mean(_) => one.smd.abs() >= NOTABLE,
            What::Value(..) => one.smd >= NOTABLE,
            What::Missing(_) => false,
        };
        let told = why::by_column(ranked.filter(|one| one.significant && tells(one)).collect());
        told.into_iter().take(TRAITS).map(|one| one.condition).collect()
    }

    /// An identifier made of the name: `Careful Carla` is `careful_carla`. None where nothing of it can stand in one.
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

    /// What was researched is not made up: goals and the like stay empty.
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
    fn a_name_makes_an_identifier() {
        let id = |name: &str| Naming { name: Input::new(name.into()), ..Naming::default() }.id();
        assert_eq!(id(" Careful Carla! "), Some("careful_carla".into()));
        assert_eq!(id("Günther & Söhne"), Some("g_nther_s_hne".into()));
        assert_eq!((id("…"), id("")), (None, None));
    }
}
