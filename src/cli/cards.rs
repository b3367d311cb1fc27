//! Personas' cards, computed one by one.

use super::CommandError;
use super::open::CheckedStudy;
use crate::insight::PersonaEntry;
use crate::insight::card::{Card, CardContext, Facts};
use crate::insight::inquiry::Inquiry;
use crate::model::Persona;

impl CheckedStudy {
    /// Returns the cards of these personas.
    ///
    /// # Errors
    /// Returns an error also if a persona's customers cannot be counted, so that [`CheckedStudy::retry_without_faults`] finds the reason.
    pub fn cards(
        &self,
        personas: &[usize],
        card: fn(&Self, usize) -> Result<Facts, CommandError>,
    ) -> Result<Vec<Facts>, CommandError> {
        let mut cards = Vec::with_capacity(personas.len());
        for &n in personas {
            let facts = card(self, n)?;
            let is_good = self.catalog.personas.get(n).is_some_and(|persona| persona.audience.is_ok());
            match &facts.size.error {
                Some(reason) if is_good => return Err(CommandError::failed(reason)),
                _ => cards.push(facts),
            }
        }
        Ok(cards)
    }

    /// Returns the n-th persona's facts by its rules: size, spans, claims, flow and attributes, without the columns.
    pub fn rule_facts(&self, n: usize) -> Result<Facts, CommandError> {
        self.facts_of(n, Card::from_own_rules)
    }

    /// Returns all facts about the n-th persona.
    pub fn facts(&self, n: usize) -> Result<Facts, CommandError> {
        self.facts_of(n, Card::new)
    }

    /// Computes a card. A figure that cannot be counted holds the reason.
    fn facts_of(
        &self,
        n: usize,
        card: fn(&Persona, &PersonaEntry, &CardContext) -> Card,
    ) -> Result<Facts, CommandError> {
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
        let persona = self.study.definitions.personas.get(n).zip(self.catalog.personas.get(n));
        let (persona, entry) = persona.ok_or_else(|| CommandError::failed("there is no such persona"))?;
        let mut card = card(persona, entry, &cx);
        self.drive(&mut card)?;
        Ok(card.result().clone())
    }
}
