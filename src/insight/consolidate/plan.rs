use std::collections::BTreeSet;
use std::sync::Arc;

use super::measure::{ExclusionReason, SegmentOverlaps};
use crate::engine::{Combinations, CustomerCount};
use crate::insight::combined::{CombinedInquiry, SetCombination, keep_largest};
use crate::insight::matrix::{NamedSet, Set};
use crate::insight::suppress;
use crate::insight::upset;
use crate::rule::Checked;

/// Inquiry for the segments that take part, and their customers by exact combination.
pub type ConsolidateInquiry = CombinedInquiry<SegmentSelection>;

/// The segments to consolidate.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentSelection {
    pub filter: Checked,
    pub segments: Vec<NamedSet>,
    /// Segments that the person took out, or put in although they are left out by rule.
    pub switched: BTreeSet<String>,
    /// True if segments that hold everyone, or over half of the customers, take part.
    pub with_broad: bool,
    /// Value column.
    pub value: Option<String>,
    /// Segments of fewer customers do not take part, so that nobody and a few look alike; nor, alike, do those that leave
    /// out fewer.
    pub min_cell: u64,
}

/// The choice of segments that take part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsolidationPlan {
    sets: Vec<Set>,
    /// The other segments, with the reason.
    out: Vec<(Set, ExclusionReason)>,
    /// Customers in the filter and in the base.
    whole: CustomerCount,
}

/// Minimum number of segments with rules of their own; with fewer, cells take part too.
const MIN_OWN_SEGMENTS: usize = 4;
/// Minimum number of segments that hold at most half of the customers for the broader ones to be left out.
const MIN_NARROW_SEGMENTS: usize = 3;

/// Returns the segments that are consolidated by default: those with a rule of their own; if those are few, the cells
/// too.
pub fn to_bring_together(segments: Vec<NamedSet>) -> Vec<NamedSet> {
    let own = segments.iter().filter(|(name, _)| !name.contains('.')).count();
    if own < MIN_OWN_SEGMENTS { segments } else { upset::without_cells(segments) }
}

impl SetCombination for SegmentSelection {
    type Choice = ConsolidationPlan;
    type Figures = Arc<SegmentOverlaps>;

    /// Maximum number of combinations. Dozens of unrelated segments have as many.
    const LIMIT: usize = 1 << 22;

    fn filter(&self) -> &Checked {
        &self.filter
    }

    fn sets(&self) -> &[NamedSet] {
        &self.segments
    }

    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Chooses the segments. Those that hold nobody of the filter, everyone, or over half, do not take part unless they
    /// are switched; the others take part unless they are switched. Without enough others the broad ones take part.
    fn choose(&self, counts: &[CustomerCount], all: CustomerCount) -> (Vec<usize>, ConsolidationPlan) {
        let whole = all.in_filter;
        let sizes: Vec<u64> = counts.iter().map(|count| count.in_filter).collect();
        let is_broad = |size: u64| size > whole - size.min(whole);
        let is_some = |size: u64| size > 0 && !suppress::is_small(size, self.min_cell);
        let narrow = sizes.iter().filter(|size| is_some(**size) && !is_broad(**size)).count();
        let leaves_out_broad = !self.with_broad && narrow >= MIN_NARROW_SEGMENTS;
        let mut out: Vec<(usize, ExclusionReason)> = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        for (i, ((name, _), size)) in self.segments.iter().zip(&sizes).enumerate() {
            match (*size, self.switched.contains(name)) {
                (few, _) if suppress::is_small(few, self.min_cell) => out.push((i, ExclusionReason::Few)),
                (most, _) if suppress::is_small(whole - most.min(whole), self.min_cell) => {
                    out.push((i, ExclusionReason::NearlyEveryone));
                }
                (0, _) => out.push((i, ExclusionReason::Nobody)),
                (all, false) if all == whole && !self.with_broad => out.push((i, ExclusionReason::Everyone)),
                (most, false) if leaves_out_broad && is_broad(most) => out.push((i, ExclusionReason::Broad)),
                (all, true) if all < whole && !(leaves_out_broad && is_broad(all)) => {
                    out.push((i, ExclusionReason::ByHand))
                }
                _ => chosen.push(i),
            }
        }
        out.extend(keep_largest(&mut chosen, counts).into_iter().map(|i| (i, ExclusionReason::TooMany)));
        out.sort_by_key(|(i, _)| *i);
        let set = |i: usize| Set { name: self.segments[i].0.clone(), customers: sizes[i], in_base: counts[i].in_base };
        let plan = ConsolidationPlan {
            sets: chosen.iter().map(|&i| set(i)).collect(),
            out: out.into_iter().map(|(i, why)| (set(i), why)).collect(),
            whole: all,
        };
        (chosen, plan)
    }

    fn figures(&self, plan: ConsolidationPlan, found: Combinations) -> Arc<SegmentOverlaps> {
        let value = self.value.as_ref().map(|_| found.combinations.iter().map(|one| one.value).sum());
        let largest = found.combinations.iter().map(|one| one.largest).fold(0.0, f64::max);
        let ConsolidationPlan { sets, out, whole } = plan;
        Arc::new(SegmentOverlaps {
            sets,
            out,
            whole: whole.in_filter,
            base: whole.in_base,
            value,
            largest,
            known: found.combinations.iter().map(|one| one.known).sum(),
            combinations: found.combinations,
            left_out: found.left_out,
        })
    }
}
