//! The persona card: the questions about a persona, and the facts from their answers. Counts are over the whole base;
//! the filter has no effect.
//!
//! A [`Card`] is an inquiry: [`Card::new`] reads a persona against the base, and its result is the [`Facts`] known so
//! far. The card on screen, the report and `personas --claims` all use it.

mod claims;
mod counted;
mod facts;
mod missing;
mod questions;
mod stale;
mod typical;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chrono::NaiveDate;

pub use claims::{CONTRADICTED, ClaimEffect, ClaimFacts, ClaimState, SUPPORTED};
pub use counted::{AttributeFacts, AttributeFigures, SpanFacts, SpanFigures, StageFacts, StageReach};
pub use facts::{Facts, NOTABLE, Size, Traits};
pub use missing::{initials, needs_research};
pub use stale::{StaleReason, newest_evidence, stale};
pub use typical::{Typical, TypicalValue};

use self::counted::{good, with_all_before};
use self::questions::{CardQuestions, RulesToCount};
use super::inquiry::{Inquiry, QuestionSlot};
use super::settings::informative_columns;
use super::{Catalog, PersonaEntry};
use crate::engine::{Answer, EngineError, Question};
use crate::model::{Column, Persona, Schema};
use crate::rule::{self, Checked};
pub use crate::study::Thresholds;

/// The context in which a persona is read.
#[derive(Debug, Clone, Copy)]
pub struct CardContext<'a> {
    pub catalog: &'a Catalog,
    pub schema: &'a Schema,
    /// Number of customers in the base, N.
    pub base: u64,
    /// As-of date, the value of `today`.
    pub today: NaiveDate,
    /// Value column, as the schema spells it.
    pub value: Option<&'a str>,
    /// Columns whose values are never shown.
    pub mask: &'a [String],
    pub min_cell: u64,
    pub thresholds: Thresholds,
}

/// A persona with its checked rules, the questions about it, and the answers so far.
#[derive(Debug, Clone)]
pub struct Card {
    persona: Persona,
    spans: Vec<(String, CheckedOrReason)>,
    /// Rules of the stages; `None` for a stage without one.
    stages: Vec<Option<CheckedOrReason>>,
    checks: Vec<Option<CheckedOrReason>>,
    attributes: Vec<CheckedOrReason>,
    columns: Vec<Column>,
    /// Columns that the audience's rule reads: they differ by definition.
    mentioned: BTreeSet<String>,
    base: u64,
    today: NaiveDate,
    min_cell: u64,
    thresholds: Thresholds,
    questions: CardQuestions,
    /// Facts, computed from the answers when they are first needed.
    facts: OnceLock<Facts>,
}

/// A rule, or the reason why there is none.
type CheckedOrReason = Result<Checked, String>;

impl Card {
    /// Reads the persona's rules; `entry` is its entry in the catalog.
    pub fn new(persona: &Persona, entry: &PersonaEntry, cx: &CardContext) -> Self {
        let rules = rule::Context { schema: cx.schema, names: &cx.catalog.names, today: cx.today };
        let check = |text: &String| rule::check(text, &rules).map_err(|error| error.to_string());
        let wanted = |text: &&String| !text.trim().is_empty();
        let maybe = |text: Option<&String>| text.filter(wanted).map(check);
        let audience = entry.audience.clone().map_err(|error| error.to_string());
        let spans = entry.spans.iter().map(|span| {
            let rule = span.segment.clone().map_err(|error| error.to_string());
            (span.name.clone(), rule)
        });
        let spans = spans.collect::<Vec<(String, CheckedOrReason)>>();
        let stages = persona.journey.iter().map(|stage| maybe(stage.reached.as_ref())).collect::<Vec<_>>();
        let checks = persona.claims.iter().map(|claim| maybe(claim.check.as_ref())).collect::<Vec<_>>();
        let attributes = persona.attributes.iter().map(check).collect::<Vec<_>>();
        let columns = informative_columns(cx.schema, cx.mask).into_iter().cloned().collect::<Vec<_>>();
        let rules = RulesToCount {
            spans: good(spans.iter().map(|(_, rule)| Some(rule))),
            claims: good(checks.iter().map(Option::as_ref)),
            flow: with_all_before(good(stages.iter().map(Option::as_ref))),
            attributes: with_all_before(good(attributes.iter().map(Some))),
        };
        Self {
            questions: CardQuestions::new(&audience, cx.value, rules, &columns),
            mentioned: audience.as_ref().map(Checked::columns).unwrap_or_default(),
            persona: persona.clone(),
            spans,
            stages,
            checks,
            attributes,
            columns,
            base: cx.base,
            today: cx.today,
            min_cell: cx.min_cell,
            thresholds: cx.thresholds,
            facts: OnceLock::new(),
        }
    }

    /// Creates a card of the counts of the persona's own rules only, without traits and the typical customer.
    pub fn from_own_rules(persona: &Persona, entry: &PersonaEntry, cx: &CardContext) -> Self {
        let mut card = Self::new(persona, entry, cx);
        card.questions.without_columns();
        card
    }

    /// Takes over the answers of an earlier card to the same questions.
    pub fn keep_answers(&mut self, before: &Card) {
        self.questions.keep_answers(&before.questions);
        self.facts.take();
    }

    /// Returns true if all rules are counted; the remaining questions concern one column each.
    pub fn has_counted_rules(&self) -> bool {
        !self.questions.has_open_rules()
    }

    /// Returns true if some question has no answer yet.
    pub fn is_waiting(&self) -> bool {
        self.questions.has_open_rules() || self.questions.has_open_columns()
    }

    fn read(&self) -> Facts {
        Facts {
            size: self.size(),
            spans: self.span_facts(),
            traits: self.traits(),
            typical: self.typical(),
            flow: self.flow(),
            claims: self.claim_facts(),
            attributes: self.attribute_facts(),
            stale: self.stale(),
        }
    }

    fn stale(&self) -> Vec<StaleReason> {
        let audience = self.audience_size().map(|customers| (customers, self.base));
        stale(&self.persona, audience, self.today, &self.thresholds)
    }
}

impl Inquiry for Card {
    type Result = Facts;

    /// Returns the open questions; none if the audience's rule is in error.
    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.questions.open()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        self.questions.take(slot, answer);
        self.facts.take();
    }

    fn result(&self) -> &Facts {
        self.facts.get_or_init(|| self.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{CustomerCount, QuestionKind, Summary};
    use crate::insight::suppress::DisclosedCount;
    use crate::model::{Claim, ColumnType, Definitions};

    fn card() -> Card {
        let schema = Schema::new(vec![Column { name: "spend".into(), column_type: ColumnType::Integer }]);
        let persona = Persona {
            id: "dana".into(),
            narrowed: Some("spend > 10".into()),
            attributes: vec!["spend > 50".into(), "spnd > 1".into(), "spend > 90".into()],
            claims: vec![Claim { check: Some("spend > 100".into()), ..Claim::default() }],
            ..Persona::default()
        };
        let today = NaiveDate::default();
        let definitions = Definitions { personas: vec![persona.clone()], ..Definitions::default() };
        let catalog = Catalog::new(&definitions, &Default::default(), &schema, today);
        let thresholds = Thresholds::default();
        let cx = CardContext {
            catalog: &catalog,
            schema: &schema,
            base: 100,
            today,
            value: None,
            mask: &[],
            min_cell: 0,
            thresholds,
        };
        Card::from_own_rules(&persona, &catalog.personas[0], &cx)
    }

    /// Returns the slots of the size, the claims and the attributes.
    fn slots(card: &Card) -> [QuestionSlot; 3] {
        let open = card.open();
        let kinds: Vec<QuestionKind> = open.iter().map(|(_, question)| question.body.kind()).collect();
        assert_eq!(kinds, [QuestionKind::Summary, QuestionKind::Counts, QuestionKind::Counts]);
        [open[0].0, open[1].0, open[2].0]
    }

    fn counts(counts: &[u64]) -> Answer {
        Answer::Counts(counts.iter().map(|&n| CustomerCount { in_filter: n, in_base: n }).collect())
    }

    fn size() -> Answer {
        Answer::Summary(Summary { customers: 40, base: 100, value: None })
    }

    #[test]
    fn failed_question_harms_only_its_figures() {
        let mut card = card();
        let [sized, claims, attributes] = slots(&card);
        card.take(claims, Err(EngineError::failed("the disk is gone")));
        // Each alone, then with all previous ones; the second attribute is in error and is not counted.
        card.take(attributes, Ok(counts(&[30, 20, 30, 10])));
        assert!(card.result().attributes[0].figures.is_waiting(), "its shares are of the audience");
        card.take(sized, Ok(size()));
        let facts = card.result();
        assert_eq!(facts.size.get().map(|size| size.customers), Some(DisclosedCount::Count(40)));
        assert_eq!(facts.claims[0].state, ClaimState::Untested("the disk is gone".into()));
        let figures = |at: usize| facts.attributes[at].figures.get().map(|one| (one.in_audience, one.all_so_far));
        assert_eq!(figures(0), Some((DisclosedCount::Count(30), DisclosedCount::Count(30))));
        assert!(facts.attributes[1].figures.error.as_ref().is_some_and(|error| error.contains("spnd")));
        assert_eq!(figures(2), Some((DisclosedCount::Count(20), DisclosedCount::Count(10))));
        assert!(!card.is_waiting());
    }

    #[test]
    fn answer_with_wrong_number_of_counts_is_engine_fault() {
        let mut card = card();
        let [sized, _, attributes] = slots(&card);
        card.take(sized, Ok(size()));
        while card.open().iter().any(|(slot, _)| *slot == attributes) {
            card.take(attributes, Ok(counts(&[30, 20, 10])));
        }
        let error = card.result().attributes[0].figures.error.clone().unwrap_or_default();
        assert!(error.contains("another size") && error.contains("internal error, please report"), "{error}");
    }

    #[test]
    fn answers_to_same_questions_are_kept() {
        let mut before = card();
        let [sized, claims, attributes] = slots(&before);
        before.take(sized, Ok(size()));
        before.take(claims, Err(EngineError::failed("the disk is gone")));
        let mut card = card();
        card.keep_answers(&before);
        assert_eq!(card.open().iter().map(|(slot, _)| *slot).collect::<Vec<_>>(), [claims, attributes]);
        assert!(card.result().size.get().is_some());
    }
}
