use std::collections::BTreeSet;

use super::measure::Found;
use crate::engine::{Combinations, CombinationsQuestion, Count, CountsQuestion};
use crate::insight::matrix::{Named, Set};
use crate::insight::upset;
use crate::rule::Checked;

/// Segments that take part at most.
pub const MOST: usize = upset::MOST;
/// Combinations that are asked for. So many there are only of dozens of segments that have nothing to do with each other.
pub const LIMIT: usize = 1 << 22;

/// Which segments take part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub sets: Vec<Set>,
    /// The others, and why.
    pub out: Vec<(Set, Out)>,
    /// Customers of the filter.
    pub whole: u64,
}

/// Why a segment does not take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    Everyone,
    Nobody,
    ByHand,
    /// There are too many, and it is smaller than they are.
    TooMany,
}

impl Out {
    pub fn word(self) -> &'static str {
        match self {
            Out::Everyone => "holds everyone",
            Out::Nobody => "holds nobody",
            Out::ByHand => "taken out",
            Out::TooMany => "beyond the 64 largest",
        }
    }
}

/// Segments with a rule of their own fewer than these are too few to choose among.
const FEW: usize = 4;

/// The segments that are brought together if nobody says which: those with a rule of their own; where those are few, the
/// cells too.
pub fn to_bring_together(segments: Vec<Named>) -> Vec<Named> {
    let own = segments.iter().filter(|(name, _)| !name.contains('.')).count();
    if own < FEW { segments } else { upset::without_cells(segments) }
}

/// The sizes of all the segments and, last, of the filter: those decide which take part.
pub fn sizes(filter: &Checked, segments: &[Named]) -> CountsQuestion {
    upset::sizes(filter, segments)
}

impl Plan {
    /// Segments that hold nobody or everyone of the filter do not take part, unless their name is among `switched`; the
    /// others do, unless theirs is. `counts` answer [`sizes`]. None if they answer another question.
    pub fn new(
        filter: &Checked,
        segments: &[Named],
        counts: &[Count],
        switched: &BTreeSet<String>,
        value: Option<&str>,
    ) -> Option<(Self, CombinationsQuestion)> {
        let (whole, counts) = counts.split_last()?;
        if counts.len() != segments.len() {
            return None;
        }
        let whole = whole.in_filter;
        let mut out: Vec<(usize, Out)> = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        for (i, (name, _)) in segments.iter().enumerate() {
            match (counts[i].in_filter, switched.contains(name)) {
                (0, _) => out.push((i, Out::Nobody)),
                (all, false) if all == whole => out.push((i, Out::Everyone)),
                (all, true) if all < whole => out.push((i, Out::ByHand)),
                _ => chosen.push(i),
            }
        }
        chosen.sort_by_key(|&i| std::cmp::Reverse(counts[i].in_filter));
        out.extend(chosen.drain(chosen.len().min(MOST)..).map(|i| (i, Out::TooMany)));
        chosen.sort_unstable();
        out.sort_by_key(|(i, _)| *i);
        let set = |i: usize| Set { name: segments[i].0.clone(), customers: counts[i].in_filter };
        let rules = chosen.iter().map(|&i| segments[i].1.clone()).collect();
        let plan = Self {
            sets: chosen.into_iter().map(set).collect(),
            out: out.into_iter().map(|(i, why)| (set(i), why)).collect(),
            whole,
        };
        let value = value.map(str::to_owned);
        Some((plan, CombinationsQuestion { filter: filter.clone(), sets: rules, value, limit: LIMIT }))
    }

    /// With the answer to its question.
    pub fn with(self, found: Combinations, has_value: bool) -> Found {
        let value = has_value.then(|| found.combinations.iter().map(|one| one.value).sum());
        let Self { sets, out, whole } = self;
        Found { sets, out, whole, value, combinations: found.combinations, left_out: found.left_out }
    }
}
