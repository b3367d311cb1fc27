//! Definitions of columns that are sent with each question: of the column `persona` and of computed columns.

use std::fmt;
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::Xxh3;

use crate::rule::{Checked, Expr};

/// Definitions of columns that are not part of an engine's base: the personas behind the column
/// [`crate::model::PERSONA`], and the columns that segmentations define. Cheap to clone.
#[derive(Clone, Default)]
pub struct Personas(Arc<PersonaDefinitions>);

#[derive(Default)]
struct PersonaDefinitions {
    /// Each persona's id and the rule of its audience, in the order of priority. A customer in several audiences has
    /// the first persona.
    by_priority: Vec<(String, Checked)>,
    /// Each column's name, and its expression over other columns.
    columns: Vec<(String, Arc<Expr>)>,
    fingerprint: OnceLock<u64>,
}

impl Personas {
    /// Creates the definitions from ids and rules, in the order of priority.
    pub fn new(by_priority: Vec<(String, Checked)>) -> Self {
        Self(Arc::new(PersonaDefinitions { by_priority, ..PersonaDefinitions::default() }))
    }

    /// Returns the same personas with these columns, each given by its name and its expression over other columns.
    pub fn with_columns(self, columns: Vec<(String, Arc<Expr>)>) -> Self {
        let by_priority = self.0.by_priority.clone();
        Self(Arc::new(PersonaDefinitions { by_priority, columns, ..PersonaDefinitions::default() }))
    }

    /// Returns the computed columns with their names and expressions.
    pub fn columns(&self) -> &[(String, Arc<Expr>)] {
        &self.0.columns
    }

    /// Returns the expression of the computed column of exactly this name.
    pub fn column(&self, name: &str) -> Option<&Arc<Expr>> {
        self.0.columns.iter().find(|(own, _)| own == name).map(|(_, expr)| expr)
    }

    /// Returns true if there are neither personas nor columns.
    pub fn is_empty(&self) -> bool {
        self.0.by_priority.is_empty() && self.0.columns.is_empty()
    }

    /// Returns each persona's id and rule, in the order of priority.
    pub fn by_priority(&self) -> &[(String, Checked)] {
        &self.0.by_priority
    }

    /// Returns a hash of the ids and rules. Cached values of the column `persona` are identified by it.
    pub fn fingerprint(&self) -> u64 {
        *self.0.fingerprint.get_or_init(|| {
            let mut hash = Xxh3::new();
            for (id, rule) in &self.0.by_priority {
                for text in [id.as_str(), &rule.canonical()] {
                    hash.update(&(text.len() as u64).to_le_bytes());
                    hash.update(text.as_bytes());
                }
            }
            hash.digest()
        })
    }
}

impl PartialEq for Personas {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.by_priority == other.0.by_priority && self.0.columns == other.0.columns)
    }
}

impl fmt::Debug for Personas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0.by_priority).finish()
    }
}
