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
    /// A small picture in letters, of a few lines; the name's initials stand in for it.
    pub portrait: Option<String>,
    pub quote: Option<String>,
    pub bio: Option<String>,
    /// Rules that describe them, `age BETWEEN 30 AND 39`: facts that the data can count, one by one and all together.
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
    /// How large the audience was when somebody last looked it over.
    pub reviewed: Option<Review>,
}

/// An audience's size on a day: what it is held against to see whether it has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    pub date: toml::value::Date,
    /// Customers in the audience, and in the base.
    pub customers: u64,
    pub base: u64,
}

impl Persona {
    /// Every rule that the persona writes: what renaming, checking and finding of references go through.
    pub fn rules(&self) -> impl Iterator<Item = &String> {
        let reached = self.journey.iter().filter_map(|stage| stage.reached.as_ref());
        let checks = self.claims.iter().filter_map(|claim| claim.check.as_ref());
        self.narrowed.iter().chain(&self.attributes).chain(reached).chain(checks)
    }

    /// As [`Persona::rules`], to be changed.
    pub fn rules_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let reached = self.journey.iter_mut().filter_map(|stage| stage.reached.as_mut());
        let checks = self.claims.iter_mut().filter_map(|claim| claim.check.as_mut());
        self.narrowed.iter_mut().chain(&mut self.attributes).chain(reached).chain(checks)
    }
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
    /// Optional rule: which customers came as far as this: `orders.count() >= 1`.
    pub reached: Option<String>,
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

impl EvidenceKind {
    pub const ALL: [EvidenceKind; 3] = [EvidenceKind::Interview, EvidenceKind::Survey, EvidenceKind::Log];

    /// As files have it.
    pub fn word(self) -> &'static str {
        match self {
            EvidenceKind::Interview => "interview",
            EvidenceKind::Survey => "survey",
            EvidenceKind::Log => "log",
        }
    }
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
    /// A research note that tells more: a file, relative to the personas file.
    pub note: Option<String>,
}
