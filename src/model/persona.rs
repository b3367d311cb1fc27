use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A researched character and the segments it spans. Every field except `id` and `name` may be missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Persona {
    /// Identifier, written `@id` in rules.
    pub id: String,
    pub name: String,
    /// Names of segments and cells (`plan.basic`), united into the audience.
    pub spans: Vec<String>,
    /// Optional rule that narrows the audience.
    #[serde(rename = "where")]
    pub narrowed: Option<String>,
    /// A small picture in characters, of a few lines; the name's initials are the default.
    pub portrait: Option<String>,
    pub quote: Option<String>,
    pub bio: Option<String>,
    /// Rules that describe the persona, such as `age BETWEEN 30 AND 39`: facts that the data can count, one by one and
    /// together.
    pub attributes: Vec<String>,
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
    /// Size of the audience at the last review.
    pub reviewed: Option<Review>,
}

/// The size of an audience on a day, to which later sizes are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    #[schemars(with = "String")]
    pub date: toml::value::Date,
    /// Customers in the audience, and in the base.
    pub customers: u64,
    pub base: u64,
}

impl Persona {
    /// Returns every rule that the persona contains, for renaming, checking and finding references.
    pub fn rules(&self) -> impl Iterator<Item = &String> {
        let reached = self.journey.iter().filter_map(|stage| stage.reached.as_ref());
        let checks = self.claims.iter().filter_map(|claim| claim.check.as_ref());
        self.narrowed.iter().chain(&self.attributes).chain(reached).chain(checks)
    }

    /// Returns the rules of [`Persona::rules`] for editing.
    pub fn rules_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let reached = self.journey.iter_mut().filter_map(|stage| stage.reached.as_mut());
        let checks = self.claims.iter_mut().filter_map(|claim| claim.check.as_mut());
        self.narrowed.iter_mut().chain(&mut self.attributes).chain(reached).chain(checks)
    }
}

/// One stage of a persona's journey, in order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JourneyStage {
    pub stage: String,
    pub doing: Option<String>,
    pub thinking: Option<String>,
    pub feeling: Option<String>,
    /// Feeling from −2 (bad) to 2 (good): the height of the feeling curve.
    pub feeling_score: Option<i8>,
    pub touchpoint: Option<String>,
    /// Optional rule for the customers who reached this stage: `orders.count() >= 1`.
    pub reached: Option<String>,
}

/// A statement about a persona, and the research behind it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Claim {
    pub text: String,
    /// Optional rule, on which the audience should over-index.
    pub check: Option<String>,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    Interview,
    Survey,
    Log,
}

impl EvidenceKind {
    pub const ALL: [EvidenceKind; 3] = [EvidenceKind::Interview, EvidenceKind::Survey, EvidenceKind::Log];

    /// Returns the word in files.
    pub fn word(self) -> &'static str {
        match self {
            EvidenceKind::Interview => "interview",
            EvidenceKind::Survey => "survey",
            EvidenceKind::Log => "log",
        }
    }
}

/// Source of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// Name of the interview, survey or log; the study's notes may contain a file of that name.
    pub source: String,
    #[schemars(with = "Option<String>")]
    pub date: Option<toml::value::Date>,
    pub quote: Option<String>,
    /// Research note with details: a file, relative to the personas file.
    pub note: Option<String>,
}
