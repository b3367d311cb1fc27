//! Tests whether the data supports a persona's claims.

use chrono::NaiveDate;

use super::counted::one;
use super::{Card, newest_evidence};
use crate::engine::{BothSides, CustomerCount};
use crate::insight::inquiry::{FactState, NewestFact};
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::{effect, figures};

/// Least standardised difference of shares at which a claim is supported: the audience has it more often than everyone
/// else. 0.1 is the usual bound of a difference worth mentioning (docs/metrics.md).
pub const SUPPORTED: f64 = 0.1;
/// Greatest standardised difference at which a claim is contradicted: the audience has it less often than everyone
/// else.
pub const CONTRADICTED: f64 = -0.1;

/// Result of testing a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// The check is being counted.
    Waiting,
    /// The audience over-indexes on the check: SMD of [`SUPPORTED`] and up.
    Supported,
    /// The audience under-indexes: SMD of [`CONTRADICTED`] and down.
    Contradicted,
    /// The audience is no different from everyone else.
    NoDifference,
    /// The check could not be compared, with the reason.
    Untested(String),
    /// The claim has no check.
    NotTestable,
}

impl ClaimState {
    /// Returns the state in one or two words, as screens, tables and reports show it.
    pub fn word(&self) -> &'static str {
        match self {
            ClaimState::Waiting => "counting…",
            ClaimState::Supported => "supported",
            ClaimState::Contradicted => "contradicted",
            ClaimState::NoDifference => "no difference",
            ClaimState::Untested(_) => "untested",
            ClaimState::NotTestable => "not testable",
        }
    }

    /// Returns a mark of one character that distinguishes the states without colour.
    pub fn mark(&self) -> &'static str {
        match self {
            ClaimState::Waiting => "…",
            ClaimState::Supported => "✓",
            ClaimState::Contradicted => "✗",
            ClaimState::NoDifference => "=",
            ClaimState::Untested(_) => "?",
            ClaimState::NotTestable => "·",
        }
    }
}

/// A claim of a persona, with its result.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimFacts {
    pub text: String,
    pub state: ClaimState,
    /// Comparison of the audience with everyone else; `None` if it was not counted, or is suppressed.
    pub effect: Option<ClaimEffect>,
    /// Number of pieces of evidence.
    pub evidence: usize,
    /// Day of the newest dated piece, and the days since.
    pub newest: Option<NaiveDate>,
    pub age: Option<i64>,
}

/// Difference between the audience and everyone else in a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClaimEffect {
    /// (p₁ − p₂) / √((p₁(1 − p₁) + p₂(1 − p₂)) / 2), where p₁ is the audience's share and p₂ everyone else's. Infinite
    /// if all of one side have it and none of the other.
    pub smd: f64,
    /// 100 · share of the audience / share of the base
    pub index: Option<f64>,
    /// Shares of the audience (inside) and of everyone else (outside) for which the check holds. Null counts as no.
    pub shares: BothSides<f64>,
    /// n: the customers of both sides.
    pub n: BothSides<u64>,
    /// Customers of the audience for whom the check holds.
    pub have: u64,
}

impl Card {
    /// Returns the claims with their evidence and the results of their checks so far.
    pub(super) fn claim_facts(&self) -> Vec<ClaimFacts> {
        let mut counts = self.counts(&self.questions.claims).map(|counts| counts.iter().cloned());
        let claims = self.persona.claims.iter().zip(&self.checks);
        let facts = claims.map(|(claim, check)| {
            let found = check.as_ref().map(|rule| one(rule, &mut counts, |count| count));
            let (state, effect) = match found.as_ref().map(NewestFact::state) {
                None => (ClaimState::NotTestable, None),
                Some(FactState::Waiting) => (ClaimState::Waiting, None),
                Some(FactState::Wrong(reason)) => (ClaimState::Untested(reason.to_owned()), None),
                Some(FactState::Known(count)) => self.held(*count),
            };
            let newest = newest_evidence([claim]);
            let age = newest.map(|newest| (self.today - newest).num_days());
            ClaimFacts { text: claim.text.clone(), state, effect, evidence: claim.evidence.len(), newest, age }
        });
        facts.collect()
    }

    fn held(&self, count: CustomerCount) -> (ClaimState, Option<ClaimEffect>) {
        let audience = self.size_counted().map_or(0, |size| size.customers);
        let n = BothSides { inside: audience, outside: self.base.saturating_sub(audience) };
        let have = BothSides { inside: count.in_filter, outside: count.in_base.saturating_sub(count.in_filter) };
        compare(have, n, self.min_cell)
    }
}

/// Compares the shares of customers for whom the check holds on both sides.
fn compare(have: BothSides<u64>, n: BothSides<u64>, min_cell: u64) -> (ClaimState, Option<ClaimEffect>) {
    let untested = |why: &str| (ClaimState::Untested(why.into()), None);
    if suppress::is_small(n.inside, min_cell) || suppress::is_small(n.outside, min_cell) {
        return untested("too few customers on one side to compare");
    }
    if n.inside == 0 {
        return untested("the audience is empty");
    }
    if n.outside == 0 {
        return untested("the audience is everyone: there is nobody to compare with");
    }
    let (state, shares, smd) = judge(have, n);
    let inside = possible(have.inside, n.inside, min_cell);
    let outside = possible(have.outside, n.outside, min_cell);
    let others = inside.iter().flat_map(|inside| outside.iter().map(move |outside| (*inside, *outside)));
    let mut others = others.map(|(inside, outside)| judge(BothSides { inside, outside }, n).0);
    if others.any(|other| other != state) {
        return untested("the check is true for too few, or for nearly all, of one side (min_cell)");
    }
    let index = figures::index(have.inside, n.inside, have.inside + have.outside, n.inside + n.outside);
    let effect = ClaimEffect { smd, index, shares, n, have: have.inside };
    (
        state,
        Some(effect).filter(|_| {
            is_disclosed(have.inside, n.inside, min_cell) && is_disclosed(have.outside, n.outside, min_cell)
        }),
    )
}

/// Returns the state of a claim whose check holds for these customers, their shares, and the difference.
fn judge(have: BothSides<u64>, n: BothSides<u64>) -> (ClaimState, BothSides<f64>, f64) {
    let share = |have: u64, n: u64| have as f64 / n as f64;
    let shares = BothSides { inside: share(have.inside, n.inside), outside: share(have.outside, n.outside) };
    // If nobody or everybody has it on both sides, there is no difference.
    let smd = effect::smd_of_shares(shares).unwrap_or(0.0);
    let state = match smd {
        smd if smd >= SUPPORTED => ClaimState::Supported,
        smd if smd <= CONTRADICTED => ClaimState::Contradicted,
        _ => ClaimState::NoDifference,
    };
    (state, shares, smd)
}

/// Returns the ends of what a count can be for whoever only knows that it is suppressed. The state is only shown if it is
/// the same for all of them: it grows with the count, so its ends are enough.
fn possible(have: u64, n: u64, min_cell: u64) -> Vec<u64> {
    match (suppress::is_small(have, min_cell), suppress::is_small(n - have.min(n), min_cell)) {
        (true, _) => vec![0, (min_cell - 1).min(n)],
        (_, true) => vec![n - (min_cell - 1).min(n), n],
        _ => vec![have],
    }
}

/// Returns true if neither count is suppressed, that of customers with the check nor that of customers without: n is on
/// screen, so one gives the other away.
fn is_disclosed(have: u64, n: u64, min_cell: u64) -> bool {
    matches!(suppress::within(have, n, min_cell), DisclosedCount::Count(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(inside: u64, outside: u64) -> BothSides<u64> {
        BothSides { inside, outside }
    }

    fn state(have: BothSides<u64>, n: BothSides<u64>) -> ClaimState {
        compare(have, n, 0).0
    }

    #[test]
    fn claim_is_supported_from_tenth_of_deviation() {
        // Shares .55 and .50: (.05) / √((.2475 + .25) / 2) = .1003; .54 and .50: .0802.
        assert_eq!(state(sides(550, 1_000), sides(1_000, 2_000)), ClaimState::Supported);
        assert_eq!(state(sides(540, 1_000), sides(1_000, 2_000)), ClaimState::NoDifference);
        assert_eq!(state(sides(450, 1_000), sides(1_000, 2_000)), ClaimState::Contradicted);
        let effect = compare(sides(550, 1_000), sides(1_000, 2_000), 0).1;
        let effect = effect.map(|effect| ((effect.smd * 10_000.0).round(), effect.index.map(f64::round), effect.n));
        assert_eq!(effect, Some((1_003.0, Some(106.0), sides(1_000, 2_000))));
    }

    #[test]
    fn claim_without_variance_compares_shares_directly() {
        assert_eq!(state(sides(0, 0), sides(10, 20)), ClaimState::NoDifference);
        assert_eq!(state(sides(10, 20), sides(10, 20)), ClaimState::NoDifference);
        assert_eq!(state(sides(10, 0), sides(10, 20)), ClaimState::Supported);
        assert_eq!(state(sides(0, 20), sides(10, 20)), ClaimState::Contradicted);
    }

    #[test]
    fn claim_with_empty_side_is_untested() {
        assert!(matches!(state(sides(0, 5), sides(0, 20)), ClaimState::Untested(_)));
        assert!(matches!(state(sides(5, 0), sides(20, 0)), ClaimState::Untested(_)));
        assert!(matches!(compare(sides(3, 50), sides(9, 100), 10).0, ClaimState::Untested(_)));
    }

    #[test]
    fn claim_of_few_customers_hides_figures_and_keeps_state() {
        let (state, effect) = compare(sides(4, 500), sides(1_000, 2_000), 10);
        assert_eq!((state, effect), (ClaimState::Contradicted, None));
        assert!(compare(sides(996, 500), sides(1_000, 2_000), 10).1.is_none());
        // One customer more or less would turn it: all that a few can be is considered.
        for few in [0, 1, 9] {
            let (state, effect) = compare(sides(few, 40), sides(60, 1_000), 10);
            assert!(matches!(state, ClaimState::Untested(_)) && effect.is_none(), "{few}: {state:?}");
        }
        // Nobody is no less than a few.
        assert!(compare(sides(0, 500), sides(1_000, 2_000), 10).1.is_none());
        assert!(compare(sides(1_000, 500), sides(1_000, 2_000), 10).1.is_some());
    }
}
