//! Whether the data bears a claim out.

use chrono::NaiveDate;

use super::counted::one;
use super::{Card, newest_evidence};
use crate::engine::{Count, Sides};
use crate::insight::inquiry::{Fact, FactState};
use crate::insight::suppress::{self, Shown};
use crate::insight::{effect, figures};

/// From this standardised difference of shares on a claim is borne out: the audience has it more often than everyone
/// else. 0.1 is the usual bound of a difference worth speaking of (METRICS.md).
pub const SUPPORTED: f64 = 0.1;
/// From here down the audience has it less often than everyone else.
pub const CONTRADICTED: f64 = -0.1;

/// What the data says of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// Its check is being counted.
    Waiting,
    /// The audience over-indexes on the check: SMD of [`SUPPORTED`] and up.
    Supported,
    /// It under-indexes: SMD of [`CONTRADICTED`] and down.
    Contradicted,
    /// The audience is no different from everyone else.
    NoDifference,
    /// There is a check, but it could not be held against anybody; why.
    Untested(String),
    /// There is no check.
    NotTestable,
}

impl ClaimState {
    /// The state in a word or two, as screens, tables and reports say it.
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

    /// A mark of one cell that tells the states apart without colour.
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

/// A claim of the persona's.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimFacts {
    pub text: String,
    pub state: ClaimState,
    /// The audience held against everyone else; none where that was not counted, or would tell of too few.
    pub effect: Option<Effect>,
    /// Pieces of evidence.
    pub evidence: usize,
    /// The day of the newest dated piece, and the days since.
    pub newest: Option<NaiveDate>,
    pub age: Option<i64>,
}

/// How the audience differs from everyone else in a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// (p₁ − p₂) / √((p₁(1 − p₁) + p₂(1 − p₂)) / 2), p₁ the audience's share, p₂ everyone else's. Infinite where all of
    /// one side have it and none of the other.
    pub smd: f64,
    /// 100 · share of the audience / share of the base
    pub index: Option<f64>,
    /// Shares of the audience (inside) and of everyone else (outside) that the check holds for. Null counts as no.
    pub shares: Sides<f64>,
    /// n: the customers of both sides.
    pub n: Sides<u64>,
    /// The audience's customers that the check holds for.
    pub have: u64,
}

impl Card {
    pub(super) fn claim_facts(&self) -> Vec<ClaimFacts> {
        let mut counts = self.counts(&self.questions.claims).map(|counts| counts.iter().copied());
        let claims = self.persona.claims.iter().zip(&self.checks);
        let facts = claims.map(|(claim, check)| {
            let found = check.as_ref().map(|rule| one(rule, &mut counts, |count| count));
            let (state, effect) = match found.as_ref().map(Fact::state) {
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

    fn held(&self, count: Count) -> (ClaimState, Option<Effect>) {
        let audience = self.size_counted().map_or(0, |size| size.customers);
        let n = Sides { inside: audience, outside: self.base.saturating_sub(audience) };
        let have = Sides { inside: count.in_filter, outside: count.in_base.saturating_sub(count.in_filter) };
        compare(have, n, self.min_cell)
    }
}

/// Holds the customers that have something against all, on both sides.
fn compare(have: Sides<u64>, n: Sides<u64>, min_cell: u64) -> (ClaimState, Option<Effect>) {
    let untested = |why: &str| (ClaimState::Untested(why.into()), None);
    if n.inside == 0 {
        return untested("the audience is empty");
    }
    if n.outside == 0 {
        return untested("the audience is everyone: there is nobody to compare with");
    }
    if suppress::is_small(n.inside, min_cell) || suppress::is_small(n.outside, min_cell) {
        return untested("too few customers on one side to tell of");
    }
    let share = |have: u64, n: u64| have as f64 / n as f64;
    let shares = Sides { inside: share(have.inside, n.inside), outside: share(have.outside, n.outside) };
    // No one has it on either side, or all have: that is no difference.
    let smd = effect::smd_of_shares(shares).unwrap_or(0.0);
    let state = match smd {
        smd if smd >= SUPPORTED => ClaimState::Supported,
        smd if smd <= CONTRADICTED => ClaimState::Contradicted,
        _ => ClaimState::NoDifference,
    };
    let index = figures::index(have.inside, n.inside, have.inside + have.outside, n.inside + n.outside);
    let effect = Effect { smd, index, shares, n, have: have.inside };
    (
        state,
        Some(effect).filter(|_| is_told(have.inside, n.inside, min_cell) && is_told(have.outside, n.outside, min_cell)),
    )
}

/// Both who has it and who has not are enough to be told of: with n on screen, one gives the other.
fn is_told(have: u64, n: u64, min_cell: u64) -> bool {
    let parts = suppress::parts_of_total(&[have, n - have.min(n)], min_cell);
    parts.iter().all(|part| matches!(part, Shown::Count(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(inside: u64, outside: u64) -> Sides<u64> {
        Sides { inside, outside }
    }

    fn state(have: Sides<u64>, n: Sides<u64>) -> ClaimState {
        compare(have, n, 0).0
    }

    #[test]
    fn a_claim_is_borne_out_from_a_tenth_of_a_deviation_on() {
        // Shares .55 and .50: (.05) / √((.2475 + .25) / 2) = .1003; .54 and .50: .0802.
        assert_eq!(state(sides(550, 1_000), sides(1_000, 2_000)), ClaimState::Supported);
        assert_eq!(state(sides(540, 1_000), sides(1_000, 2_000)), ClaimState::NoDifference);
        assert_eq!(state(sides(450, 1_000), sides(1_000, 2_000)), ClaimState::Contradicted);
        let effect = compare(sides(550, 1_000), sides(1_000, 2_000), 0).1;
        let effect = effect.map(|effect| ((effect.smd * 10_000.0).round(), effect.index.map(f64::round), effect.n));
        assert_eq!(effect, Some((1_003.0, Some(106.0), sides(1_000, 2_000))));
    }

    #[test]
    fn what_all_or_none_have_is_no_difference_and_what_tells_them_apart_is() {
        assert_eq!(state(sides(0, 0), sides(10, 20)), ClaimState::NoDifference);
        assert_eq!(state(sides(10, 20), sides(10, 20)), ClaimState::NoDifference);
        assert_eq!(state(sides(10, 0), sides(10, 20)), ClaimState::Supported);
        assert_eq!(state(sides(0, 20), sides(10, 20)), ClaimState::Contradicted);
    }

    #[test]
    fn without_two_sides_nothing_is_tested() {
        assert!(matches!(state(sides(0, 5), sides(0, 20)), ClaimState::Untested(_)));
        assert!(matches!(state(sides(5, 0), sides(20, 0)), ClaimState::Untested(_)));
        assert!(matches!(compare(sides(3, 50), sides(9, 100), 10).0, ClaimState::Untested(_)));
    }

    #[test]
    fn figures_of_a_few_are_kept_back_and_the_state_stays() {
        let (state, effect) = compare(sides(4, 500), sides(1_000, 2_000), 10);
        assert_eq!((state, effect), (ClaimState::Contradicted, None));
        assert!(compare(sides(996, 500), sides(1_000, 2_000), 10).1.is_none());
        assert!(compare(sides(0, 500), sides(1_000, 2_000), 10).1.is_some());
    }
}
