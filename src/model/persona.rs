use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A researched character and the segments that it spans. All fields except `id` and `name` are optional.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Persona {
    /// Identifier, written `@id` in rules.
    pub id: String,
    pub name: String,
    /// Names of segments and cells (`plan.basic`). The audience is their union.
    pub spans: Vec<String>,
    /// Optional rule that narrows the audience.
    #[serde(rename = "where")]
    pub narrowed: Option<String>,
    /// A small picture in characters, of a few lines. The default is the initials of the name.
    pub portrait: Option<String>,
    /// Sentence that is typical of the persona, in its own words.
    pub quote: Option<String>,
    /// Short description of the persona.
    pub bio: Option<String>,
    /// Rules that describe the persona, such as `age BETWEEN 30 AND 39`: facts that can be counted in the data, one
    /// by one and together.
    pub attributes: Vec<String>,
    /// Results that the persona wants to achieve, one per entry.
    pub goals: Vec<String>,
    pub motivations: Vec<String>,
    /// Obstacles and annoyances, one per entry.
    pub frustrations: Vec<String>,
    pub behaviours: Vec<String>,
    pub attitudes: Vec<String>,
    pub experiences: Vec<String>,
    /// Ways to reach the persona, one per entry.
    pub channels: Vec<String>,
    /// Stages of the journey, in the order in which they happen.
    pub journey: Vec<JourneyStage>,
    /// Statements about the persona, each with its evidence.
    #[serde(rename = "claim")]
    pub claims: Vec<Claim>,
    /// Size of the audience at the last review.
    pub reviewed: Option<Review>,
}

/// Size of an audience on the day of a review, with which later sizes are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Day of the review.
    #[schemars(with = "String")]
    pub date: toml::value::Date,
    /// Number of customers in the audience.
    pub customers: u64,
    /// Number of customers in the base.
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

/// One stage of a persona's journey. Stages are listed in the order in which they happen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JourneyStage {
    /// Name of the stage.
    pub stage: String,
    pub doing: Option<String>,
    pub thinking: Option<String>,
    pub feeling: Option<String>,
    /// Feeling from −2 (bad) to 2 (good), drawn as the height of the feeling curve.
    pub feeling_score: Option<i8>,
    /// Place or medium of contact at this stage.
    pub touchpoint: Option<String>,
    /// Optional rule that is true for the customers who have reached this stage: `orders.count() >= 1`.
    pub reached: Option<String>,
}

/// A statement about a persona, with the research that supports it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Claim {
    /// The statement, in a sentence.
    pub text: String,
    /// Optional rule that should be true more often in the audience than in the base.
    pub check: Option<String>,
    /// Sources that support the statement.
    pub evidence: Vec<Evidence>,
}

/// Kind of research that a claim rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    Interview,
    Survey,
    Log,
}

impl EvidenceKind {
    pub const ALL: [EvidenceKind; 3] = [EvidenceKind::Interview, EvidenceKind::Survey, EvidenceKind::Log];

    /// Returns the kind's name in a study's files.
    pub fn word(self) -> &'static str {
        match self {
            EvidenceKind::Interview => "interview",
            EvidenceKind::Survey => "survey",
            EvidenceKind::Log => "log",
        }
    }
}

/// One source that supports a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// Name of the interview, survey or log. The study's notes may contain a file of this name.
    pub source: String,
    #[schemars(with = "Option<String>")]
    pub date: Option<toml::value::Date>,
    /// Words of a respondent that support the claim.
    pub quote: Option<String>,
    /// File with a research note that has the details, relative to the personas file.
    pub note: Option<String>,
}
