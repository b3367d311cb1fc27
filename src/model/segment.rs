use std::fmt;

use serde::{Deserialize, Serialize};

/// Kind of fact that a segment describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Demographic,
    #[serde(alias = "behavior")]
    Behaviour,
    Preference,
    Firmographic,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Demographic, Kind::Behaviour, Kind::Preference, Kind::Firmographic];

    pub fn word(self) -> &'static str {
        match self {
            Kind::Demographic => "demographic",
            Kind::Behaviour => "behaviour",
            Kind::Preference => "preference",
            Kind::Firmographic => "firmographic",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A named rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Identifier, in one namespace with segmentations and personas: written `@name` in rules.
    pub name: String,
    pub kind: Option<Kind>,
    /// Text of the rule, as the person wrote it.
    #[serde(rename = "where")]
    pub rule: String,
    pub note: Option<String>,
}
