use std::collections::BTreeSet;
use std::sync::Arc;

use super::measure::Found;
use crate::engine::Combinations;
use crate::insight::combined::{Combine, CombinedInquiry, keep_largest};
use crate::insight::matrix::{Named, Set};
use crate::insight::upset;
use crate::rule::Checked;

/// The segments that take part, and their customers by the exact combination of them.
pub type ConsolidateInquiry = CombinedInquiry<Segments>;

/// What is brought together.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    pub filter: Checked,
    pub segments: Vec<Named>,
    /// Segments that were taken out by hand, or in though they hold everyone.
    pub switched: BTreeSet<String>,
    /// Whether segments that hold everyone take part.
    pub with_everyone: bool,
    /// The money column.
    pub value: Option<String>,
}

/// Which segments take part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    sets: Vec<Set>,
    /// The others, and why.
    out: Vec<(Set, Out)>,
    /// Customers of the filter.
    whole: u64,
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

impl Combine for Segments {
    type Chosen = Plan;
    type Found = Arc<Found>;

    /// Dozens of segments that have nothing to do with each other have as many.
    const LIMIT: usize = 1 << 22;

    fn filter(&self) -> &Checked {
        &self.filter
    }

    fn sets(&self) -> &[Named] {
        &self.segments
    }

    fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Segments that hold nobody or everyone of the filter do not take part, unless they are switched; the others do, unless
    /// they are.
    fn choose(&self, sizes: &[u64], whole: u64) -> (Vec<usize>, Plan) {
        let mut out: Vec<(usize, Out)> = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        for (i, ((name, _), size)) in self.segments.iter().zip(sizes).enumerate() {
            match (*size, self.switched.contains(name)) {
                (0, _) => out.push((i, Out::Nobody)),
                (all, false) if all == whole && !self.with_everyone => out.push((i, Out::Everyone)),
                (all, true) if all < whole => out.push((i, Out::ByHand)),
                _ => chosen.push(i),
            }
        }
        out.extend(keep_largest(&mut chosen, sizes).into_iter().map(|i| (i, Out::TooMany)));
        out.sort_by_key(|(i, _)| *i);
        let set = |i: usize| Set { name: self.segments[i].0.clone(), customers: sizes[i] };
        let plan = Plan {
            sets: chosen.iter().map(|&i| set(i)).collect(),
            out: out.into_iter().map(|(i, why)| (set(i), why)).collect(),
            whole,
        };
        (chosen, plan)
    }

    fn found(&self, plan: Plan, found: Combinations) -> Arc<Found> {
        let value = self.value.as_ref().map(|_| found.combinations.iter().map(|one| one.value).sum());
        let Plan { sets, out, whole } = plan;
        Arc::new(Found { sets, out, whole, value, combinations: found.combinations, left_out: found.left_out })
    }
}
