use std::collections::BTreeSet;
use std::sync::Arc;

use super::measure::Found;
use crate::engine::{Answer, Combinations, CombinationsQuestion, Count, CountsQuestion, EngineError, Question};
use crate::insight::inquiry::{Fact, Inquiry, Open, Slot};
use crate::insight::matrix::{Named, Set};
use crate::insight::upset;
use crate::rule::Checked;

/// Segments that take part at most.
pub const MOST: usize = upset::MOST;
/// Combinations that are asked for. So many there are only of dozens of segments that have nothing to do with each other.
pub const LIMIT: usize = 1 << 22;

/// The segments that take part, and their customers by the exact combination of them: first the sizes of all segments, which
/// decide which take part, then the combinations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsolidateInquiry {
    of: Option<Segments>,
    sizes: Open<CountsQuestion>,
    combined: Open<CombinationsQuestion>,
    plan: Option<Plan>,
    pub found: Fact<Arc<Found>>,
}

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
struct Plan {
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

impl ConsolidateInquiry {
    const SIZES: Slot = Slot(0);
    const COMBINED: Slot = Slot(1);

    pub fn new(of: Segments) -> Self {
        let sizes = Open::new(upset::sizes(&of.filter, &of.segments));
        Self { of: Some(of), sizes, ..Self::default() }
    }

    /// What is asked has changed: the result is outdated, and what is open is not asked any more.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { found, ..Self::default() };
    }

    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.sizes.is_open() && !self.combined.is_open()
    }

    fn combine(&mut self, counts: &[Count]) {
        let Some(of) = &self.of else { return };
        let (plan, question) = Plan::new(of, counts);
        self.plan = Some(plan);
        self.combined = Open::new(question);
    }
}

impl Inquiry for ConsolidateInquiry {
    type Result = Fact<Arc<Found>>;

    fn open(&self) -> Vec<(Slot, Question)> {
        self.sizes.at(Self::SIZES.0).into_iter().chain(self.combined.at(Self::COMBINED.0)).collect()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, EngineError>) {
        match slot {
            Self::SIZES => match self.sizes.take(answer) {
                Some(Ok(counts)) => self.combine(&counts),
                Some(Err(error)) => self.found.fail(error.to_string()),
                None => {}
            },
            Self::COMBINED => {
                let has_value = self.of.as_ref().is_some_and(|of| of.value.is_some());
                if let (Some(found), Some(plan)) = (self.combined.take(answer), self.plan.take()) {
                    self.found.settle(found.map(|found| Arc::new(plan.with(found, has_value))));
                }
            }
            _ => {}
        }
    }

    fn result(&self) -> &Fact<Arc<Found>> {
        &self.found
    }
}

impl Plan {
    /// Segments that hold nobody or everyone of the filter do not take part, unless they are switched; the others do, unless
    /// they are. `counts` are the sizes of the segments and of the filter.
    fn new(of: &Segments, counts: &[Count]) -> (Self, CombinationsQuestion) {
        let whole = counts.last().map_or(0, |whole| whole.in_filter);
        let mut out: Vec<(usize, Out)> = Vec::new();
        let mut chosen: Vec<usize> = Vec::new();
        for (i, ((name, _), count)) in of.segments.iter().zip(counts).enumerate() {
            match (count.in_filter, of.switched.contains(name)) {
                (0, _) => out.push((i, Out::Nobody)),
                (all, false) if all == whole && !of.with_everyone => out.push((i, Out::Everyone)),
                (all, true) if all < whole => out.push((i, Out::ByHand)),
                _ => chosen.push(i),
            }
        }
        chosen.sort_by_key(|&i| std::cmp::Reverse(counts[i].in_filter));
        out.extend(chosen.drain(chosen.len().min(MOST)..).map(|i| (i, Out::TooMany)));
        chosen.sort_unstable();
        out.sort_by_key(|(i, _)| *i);
        let set = |i: usize| Set { name: of.segments[i].0.clone(), customers: counts[i].in_filter };
        let rules = chosen.iter().map(|&i| of.segments[i].1.clone()).collect();
        let plan = Self {
            sets: chosen.into_iter().map(set).collect(),
            out: out.into_iter().map(|(i, why)| (set(i), why)).collect(),
            whole,
        };
        let (filter, value) = (of.filter.clone(), of.value.clone());
        (plan, CombinationsQuestion { filter, sets: rules, value, limit: LIMIT })
    }

    /// With the answer to its question.
    fn with(self, found: Combinations, has_value: bool) -> Found {
        let value = has_value.then(|| found.combinations.iter().map(|one| one.value).sum());
        let Self { sets, out, whole } = self;
        Found { sets, out, whole, value, combinations: found.combinations, left_out: found.left_out }
    }
}
