use tui_input::Input;

use crate::engine::Contrast;
use crate::insight::why::{self, Trait, What};
use crate::model::{ColumnType, Persona, is_plain_name};
use crate::rule::Checked;

/// Traits that a draft begins with at most.
const TRAITS: usize = 3;
/// Smaller differences are hardly seen by who meets these people.
const NOTABLE: f64 = 0.2;

/// A group of segments is given a name, and becomes the draft of a persona.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    pub name: Input,
    pub spans: Vec<String>,
    /// Its customers.
    pub rule: Option<Checked>,
    /// The columns that are looked through for traits.
    pub columns: Vec<(String, ColumnType)>,
    /// Columns answered so far.
    pub done: usize,
    pub traits: Vec<Trait>,
    /// What has to be put right first.
    pub problem: Option<String>,
    pub saving: bool,
}

impl Naming {
    pub fn is_waiting(&self) -> bool {
        self.done < self.columns.len()
    }

    /// What one column says of them against everyone else. Columns of the segments' own rules say nothing new.
    pub fn take(&mut self, contrast: &Contrast, min_cell: u64) {
        self.done += 1;
        let Some((_, column_type)) = self.columns.iter().find(|(name, _)| *name == contrast.column) else { return };
        let mentioned = self.rule.as_ref().is_some_and(|rule| rule.columns().contains(&contrast.column));
        self.traits.extend(why::traits(contrast, *column_type, mentioned, min_cell).unwrap_or_default());
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
