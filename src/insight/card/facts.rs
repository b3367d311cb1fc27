use super::{
    AttributeFacts, Card, ClaimFacts, ClaimState, SpanFacts, StageFacts, StaleReason, Typical, newest_evidence,
};
use crate::engine::Summary;
use crate::insight::inquiry::{FactState, NewestFact};
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::why::{self, NoTraits, Trait, TraitKind};
use crate::insight::{PersonaEntry, figures};
use crate::model::Persona;

/// Least effect of a trait that is listed: Cohen's small effect is 0.2, and 0.1 is what matching calls balanced.
pub const NOTABLE: f64 = 0.1;

/// The facts about a persona known so far, in the base. Small counts are suppressed, and so are the figures computed
/// from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub size: NewestFact<Size>,
    /// One for each segment that the persona spans.
    pub spans: Vec<SpanFacts>,
    pub traits: Traits,
    /// The typical customer, in the order of the columns.
    pub typical: Vec<Typical>,
    /// One for each stage of the journey.
    pub flow: Vec<StageFacts>,
    /// One for each claim.
    pub claims: Vec<ClaimFacts>,
    /// One for each attribute.
    pub attributes: Vec<AttributeFacts>,
    /// Reasons to review the persona again; empty while it is fresh.
    pub stale: Vec<StaleReason>,
}

impl Facts {
    /// Returns the facts known before anything is asked.
    pub fn uncounted(persona: &Persona, entry: &PersonaEntry) -> Self {
        fn waiting<T>(entry: &PersonaEntry) -> NewestFact<T> {
            entry.audience.as_ref().map_or_else(|error| NewestFact::wrong(error.to_string()), |_| NewestFact::default())
        }
        let says = |rule: &Option<String>| rule.as_ref().is_some_and(|rule| !rule.trim().is_empty());
        let spans = persona.spans.iter().map(|name| SpanFacts { name: name.clone(), figures: waiting(entry) });
        let flow = persona.journey.iter().map(|stage| StageFacts {
            stage: stage.stage.clone(),
            reached: says(&stage.reached).then(|| waiting(entry)),
        });
        let claims = persona.claims.iter().map(|claim| ClaimFacts {
            text: claim.text.clone(),
            state: if says(&claim.check) { ClaimState::Waiting } else { ClaimState::NotTestable },
            effect: None,
            evidence: claim.evidence.len(),
            newest: newest_evidence([claim]),
            age: None,
        });
        let attributes = persona.attributes.iter();
        Self {
            size: waiting(entry),
            spans: spans.collect(),
            traits: Traits::default(),
            typical: Vec::new(),
            flow: flow.collect(),
            claims: claims.collect(),
            attributes: attributes.map(|text| AttributeFacts { text: text.clone(), figures: waiting(entry) }).collect(),
            stale: Vec::new(),
        }
    }
}

/// Size and value of the audience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub customers: DisclosedCount,
    /// |P| / N
    pub share_of_base: Option<f64>,
    /// Sum of the value column, if the study names one.
    pub value: Option<f64>,
    /// Σ value over P / Σ value over the base
    pub share_of_value: Option<f64>,
    /// Mean value of the customers who have one.
    pub mean_value: Option<f64>,
    /// Share of value relative to share of the base: 100 is average.
    pub value_index: Option<f64>,
}

/// The traits that set the audience apart from everyone else; see [`why`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traits {
    /// Values that are more common than elsewhere, and means of either side; for each column the largest effect,
    /// largest first, missing values last. Only traits that passed the gate and are [`NOTABLE`].
    pub found: Vec<Trait>,
    /// The same for the columns that the audience's own rule reads: these differ by definition.
    pub of_the_rule: Vec<Trait>,
    /// Number of columns examined so far, and of all.
    pub done: usize,
    pub of: usize,
    /// True if the audience, or everyone else, is too small to be shown.
    pub too_few: bool,
}

impl Card {
    /// Returns the audience's counts.
    pub(super) fn size_counted(&self) -> Option<&Summary> {
        self.questions.size.found.get()
    }

    /// Returns the audience's size and value.
    pub(super) fn size(&self) -> NewestFact<Size> {
        self.questions.size.found.as_ref().map(|summary| self.size_of(summary))
    }

    fn size_of(&self, summary: &Summary) -> Size {
        let customers = suppress::of_base(summary.customers, summary.base, self.min_cell);
        let share_of_base = customers.count().and_then(|count| figures::share(count, summary.base));
        // The sum over a few customers would disclose their values.
        let value = summary.value.filter(|_| customers.count().is_some());
        let known = |n: u64| !suppress::is_small(n, self.min_cell);
        let value = value.filter(|value| known(value.known_in_filter));
        let share_of_value = value.and_then(|value| figures::share_of_sum(value.in_filter, value.in_base));
        Size {
            customers,
            share_of_base,
            value: value.map(|value| value.in_filter),
            share_of_value,
            mean_value: value.and_then(|value| figures::mean(value.in_filter, value.known_in_filter)),
            value_index: figures::index_of_shares(share_of_value, share_of_base),
        }
    }

    /// Returns the notable traits of the columns compared so far.
    pub(super) fn traits(&self) -> Traits {
        let mut summary = Traits { of: self.columns.len(), ..Traits::default() };
        let mut traits = Vec::new();
        for (column, questions) in self.columns.iter().zip(&self.questions.columns) {
            let contrast = match questions.contrast.found.state() {
                FactState::Waiting => continue,
                FactState::Known(contrast) => contrast,
                FactState::Wrong(_) => {
                    summary.done += 1;
                    continue;
                }
            };
            summary.done += 1;
            let mentioned = self.mentioned.contains(&column.name);
            match why::traits(contrast, column.column_type, mentioned, self.min_cell) {
                Ok(found) => traits.extend(found),
                Err(NoTraits::TooFew) => summary.too_few = true,
                Err(NoTraits::TooDiverse | NoTraits::NoDifference) => {}
            }
        }
        let (of_the_rule, others): (Vec<Trait>, Vec<Trait>) = traits.into_iter().partition(|one| one.mentioned);
        (summary.found, summary.of_the_rule) = (notable(others), notable(of_the_rule));
        summary
    }
}

fn notable(traits: Vec<Trait>) -> Vec<Trait> {
    let is_notable = |one: &Trait| {
        let more_of_it = one.smd > 0.0 || matches!(one.what, TraitKind::Mean(_));
        one.significant && one.smd.abs() >= NOTABLE && more_of_it
    };
    let ranked = why::rank(traits, true).into_iter().filter(is_notable).collect();
    let mut ranked = why::by_column(ranked);
    // Missing values are often an artefact of the data, so they come last.
    ranked.sort_by_key(|one| matches!(one.what, TraitKind::Missing(_)));
    ranked
}
