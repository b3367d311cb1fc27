//! Personas' cards, asked for one by one.

use super::Failure;
use super::open::Opened;
use crate::engine::Engine;
use crate::insight::card::{Card, CardContext, Facts};

impl Opened {
    /// What is known of the n-th persona by its rules: size, spans, claims, flow and attributes, but no column.
    pub fn rule_facts(&self, n: usize) -> Result<Facts, Failure> {
        let mut card = self.card(n).ok_or_else(|| Failure::failed("there is no such persona"))?;
        self.ask_card(&mut card, Card::of_rules)
    }

    /// All that is known of the n-th persona.
    pub fn facts(&self, n: usize) -> Result<Facts, Failure> {
        let mut card = self.card(n).ok_or_else(|| Failure::failed("there is no such persona"))?;
        self.ask_card(&mut card, |card| card.questions().len())
    }

    fn card(&self, n: usize) -> Option<Card> {
        let cx = CardContext {
            catalog: &self.catalog,
            schema: self.schema(),
            base: self.engine.customers(),
            today: self.today,
            value: self.value.as_deref(),
            mask: &self.study.config.privacy.mask,
            min_cell: self.min_cell(),
            thresholds: self.study.config.research,
        };
        Some(Card::new(self.study.definitions.personas.get(n)?, self.catalog.personas.get(n)?, &cx))
    }

    /// Asks the first questions of a card. What cannot be counted stands in its place.
    fn ask_card(&self, card: &mut Card, wanted: impl Fn(&Card) -> usize) -> Result<Facts, Failure> {
        let wanted = wanted(card);
        for (n, question) in card.questions().iter().take(wanted).enumerate() {
            card.take(n, self.answer(question)?.map_err(|error| error.to_string()));
        }
        Ok(card.facts())
    }
}
