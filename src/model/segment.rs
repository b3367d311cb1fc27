use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind of fact that a segment describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SegmentKind {
    Demographic,
    #[serde(alias = "behavior")]
    Behaviour,
    Preference,
    Firmographic,
}

impl SegmentKind {
    pub const ALL: [SegmentKind; 4] =
        [SegmentKind::Demographic, SegmentKind::Behaviour, SegmentKind::Preference, SegmentKind::Firmographic];

    /// Returns the kind's name in a study's files.
    pub fn word(self) -> &'static str {
        match self {
            SegmentKind::Demographic => "demographic",
            SegmentKind::Behaviour => "behaviour",
            SegmentKind::Preference => "preference",
            SegmentKind::Firmographic => "firmographic",
        }
    }
}

impl fmt::Display for SegmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A named rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Identifier, written `@name` in rules. Segments, segmentations and personas share one namespace.
    pub name: String,
    pub kind: Option<SegmentKind>,
    /// Text of the rule, as it was written.
    #[serde(rename = "where")]
    pub rule: String,
    pub note: Option<String>,
}
