//! Assigns every customer one primary persona by priority: the first, in the study's order, whose audience contains the
//! customer.
//!
//! Step i takes |Pᵢ \\ (P₁ ∪ … ∪ Pᵢ₋₁)| and loses |Pᵢ ∩ (P₁ ∪ … ∪ Pᵢ₋₁)| to those above; all steps together take the
//! covered customers.

use super::counts::CoverageCounts;
use super::sums::ShownSums;
use super::{CoveragePart, WholeContext, sum};
use crate::engine::{LayeredOverlap, Portion};
use crate::insight::figures;
use crate::insight::suppress::DisclosedCount;

/// The step of one persona.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterfallStep {
    /// Id of the persona.
    pub id: String,
    /// Whole audience.
    pub all: CoveragePart,
    /// Customers whose primary persona it is.
    pub takes: CoveragePart,
    /// Customers of the audience who are in a persona above.
    pub loses: DisclosedCount,
    /// Share of the audience that is lost.
    pub loses_share: Option<f64>,
    /// Element i: customers lost to the persona of step i.
    pub to: Vec<DisclosedCount>,
    /// Customers in this persona and in no other.
    pub only: CoveragePart,
    /// Customers taken so far, including this step.
    pub total: CoveragePart,
}

impl WaterfallStep {
    /// Returns the step that takes the most from this one, and the number, among those that are not suppressed.
    pub fn mostly_to(&self) -> Option<(usize, u64)> {
        let disclosed = self.to.iter().enumerate().filter_map(|(i, shown)| Some((i, shown.count()?)));
        disclosed.filter(|(_, count)| *count > 0).max_by_key(|&(i, count)| (count, std::cmp::Reverse(i)))
    }
}

/// Returns the steps of the waterfall, one per persona, in the order of the personas file.
pub(super) fn steps(
    answer: &LayeredOverlap,
    ids: &[String],
    (hidden, sums): (&CoverageCounts, &ShownSums),
    parts: &WholeContext,
) -> Vec<WaterfallStep> {
    let mut running = Portion::default();
    let step = |(i, (layer, id)): (usize, (&crate::engine::Layer, &String))| {
        running = sum(running, layer.first);
        let loses = hidden.losses[i];
        let disclosed = loses.count().filter(|_| hidden.sizes[i].count().is_some());
        WaterfallStep {
            id: id.clone(),
            all: parts.part(layer.all, hidden.sizes[i], sums.sizes[i]),
            takes: parts.part(layer.first, hidden.firsts[i], sums.firsts[i]),
            loses,
            loses_share: disclosed.and_then(|loses| figures::share(loses, layer.all.customers)),
            to: hidden.lost[i].clone(),
            only: parts.part(layer.only, hidden.only[i], sums.only[i]),
            total: parts.part(running, hidden.totals[i], sums.totals),
        }
    };
    answer.layers.iter().zip(ids).enumerate().map(step).collect()
}
