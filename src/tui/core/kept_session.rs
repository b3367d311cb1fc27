//! Texts that a person has typed and not saved, in the form in which a file keeps them: they survive whatever ends the
//! program.

use serde::{Deserialize, Serialize};

use super::query::Query;
use crate::model::{Persona, Segment, Segmentation};

/// The query and the open form of a session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeptSession {
    /// Query in effect.
    pub query: Query,
    /// Text of the filter line, which need not be a rule (yet).
    pub typed: String,
    /// The open form, if it has changes.
    pub form: Option<KeptForm>,
}

/// A form with changes that are not saved. `editing` is the name before the edit, when something is edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeptForm {
    Segment { editing: Option<String>, segment: Segment },
    Segmentation { editing: Option<String>, segmentation: Box<Segmentation> },
    Persona { editing: Option<String>, persona: Box<Persona> },
}

impl KeptForm {
    /// Returns a phrase for what is being edited, for the message that it was restored.
    pub fn what(&self) -> String {
        let (kind, name) = match self {
            KeptForm::Segment { segment, .. } => ("segment", &segment.name),
            KeptForm::Segmentation { segmentation, .. } => ("segmentation", &segmentation.name),
            KeptForm::Persona { persona, .. } => ("persona", &persona.name),
        };
        if name.is_empty() { format!("a new {kind}") } else { format!("the {kind} {name}") }
    }
}

impl KeptSession {
    /// Returns true if it holds more than a session that begins with this query.
    pub fn is_worth_keeping(&self, initial: &Query) -> bool {
        self.form.is_some() || self.query.filter != initial.filter || self.typed.trim() != initial.filter.trim()
    }
}
