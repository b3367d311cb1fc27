use serde::{Deserialize, Serialize};

/// A researched character and the segments it spans. Everything but `id` and `name` may be missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Persona {
    /// An identifier, written `@id` in rules.
    pub id: String,
    pub name: String,
    /// Names of segments and cells (`plan.basic`), united into the audience.
    pub spans: Vec<String>,
    /// Optional rule that narrows the audience.
    #[serde(rename = "where")]
    pub narrowed: Option<String>,
    pub quote: Option<String>,
    pub bio: Option<String>,
    pub goals: Vec<String>,
    pub motivations: Vec<String>,
    pub frustrations: Vec<String>,
    pub behaviours: Vec<String>,
    pub attitudes: Vec<String>,
    pub experiences: Vec<String>,
    pub channels: Vec<String>,
    pub journey: Vec<JourneyStage>,
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
}

/// One stage of a persona's journey, in order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JourneyStage {
    pub stage: String,
    pub doing: Option<String>,
    pub thinking: Option<String>,
    pub feeling: Option<String>,
    /// −2 (bad) to 2 (good): the height of the feeling curve.
    pub feeling_score: Option<i8>,
    pub touchpoint: Option<String>,
}

/// A statement a persona makes, and the research behind it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Claim {
    pub text: String,
    /// Optional rule: does the audience over-index on it?
    pub check: Option<String>,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    Interview,
    Survey,
    Log,
}

/// Where a claim comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// Name of the interview, survey or log; a file of that name may lie in the study's notes.
    pub source: String,
    pub date: Option<toml::value::Date>,
    pub quote: Option<String>,
}
