//! A priority order gives every customer one primary persona: the first, in the study's order, whose audience they are in.
//!
//! Step i takes |Pᵢ \\ (P₁ ∪ … ∪ Pᵢ₋₁)| and loses |Pᵢ ∩ (P₁ ∪ … ∪ Pᵢ₋₁)| to those above; what all steps take is the coverage.

use super::coverage::{Hidden, Part, Parts, sum};
use super::figures;
use super::suppress::Shown;
use crate::engine::{Coverage, Portion};

/// What one persona takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its whole audience.
    pub all: Part,
    /// Customers whose primary persona it is.
    pub takes: Part,
    /// Its customers who are in one above.
    pub loses: Shown,
    /// Of its audience.
    pub loses_share: Option<f64>,
    /// Element i: customers it loses to the persona of step i.
    pub to: Vec<Shown>,
    /// In it and in no other persona.
    pub only: Part,
    /// All taken so far, with this step.
    pub total: Part,
}

impl Step {
    /// The step that takes the most from this one, and how many; of those that are told.
    pub fn mostly_to(&self) -> Option<(usize, u64)> {
        let told = self.to.iter().enumerate().filter_map(|(i, shown)| Some((i, shown.count()?)));
        told.filter(|(_, count)| *count > 0).max_by_key(|&(i, count)| (count, std::cmp::Reverse(i)))
    }
}

pub(super) fn steps(answer: &Coverage, ids: &[String], hidden: &Hidden, parts: &Parts) -> Vec<Step> {
    let mut running = Portion::default();
    let step = |(i, (layer, id)): (usize, (&crate::engine::Layer, &String))| {
        running = sum(running, layer.first);
        let loses = hidden.losses[i];
        let told = loses.count().filter(|_| hidden.sizes[i].count().is_some());
        Step {
            id: id.clone(),
            all: parts.part(layer.all, hidden.sizes[i]),
            takes: parts.part(layer.first, hidden.firsts[i]),
            loses,
            loses_share: told.and_then(|loses| figures::share(loses, layer.all.customers)),
            to: hidden.lost[i].clone(),
            only: parts.part(layer.only, hidden.only[i]),
            total: parts.part(running, hidden.totals[i]),
        }
    };
    answer.layers.iter().zip(ids).enumerate().map(step).collect()
}
