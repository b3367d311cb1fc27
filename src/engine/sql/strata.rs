//! Strata: customers by the exact ones of a few sets that they are in. Sums of a stratum answer for each overlap with the
//! sets, where sums of their own would be needed for each pair.

use super::terms::{Subset, Term};

/// Maximum number of sets by which customers are divided. Each doubles the rows of the answer.
const MAX_SETS: usize = 6;

/// Set of strata whose sums make up a figure. Bit i stands for the i-th set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Strata {
    /// Sets that the customers must be in.
    has: u32,
    /// Sets that the customers must not be in.
    lacks: u32,
    /// Some sets, and the exact number of them that the customers must be in.
    exactly: Option<(u32, u32)>,
}

impl Strata {
    /// Splits a subset into strata and the conditions that strata do not express.
    pub(super) fn split(subset: &Subset, sets: &[Term]) -> (Subset, Self) {
        let mut strata = Self::default();
        let rest = subset.retain(|term, holds| {
            let Some(at) = sets.iter().position(|set| set.key == term.key) else { return true };
            if holds {
                strata.has |= 1 << at;
            } else {
                strata.lacks |= 1 << at;
            }
            false
        });
        (rest, strata)
    }

    /// Restricts the strata to an exact number of some sets, given as the sets' bits and the number.
    pub(super) fn exactly(self, exactly: Option<(u32, u32)>) -> Self {
        Self { exactly, ..self }
    }

    /// Returns the bits of some sets; `None` if one of them is not a set of the strata, or occurs twice.
    pub(super) fn bits(sets: &[Term], strata: &[Term]) -> Option<u32> {
        let mut bits = 0;
        for set in sets {
            let bit = 1 << strata.iter().position(|stratum| stratum.key == set.key)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Some(bits)
    }

    pub(super) fn includes(self, stratum: u64) -> bool {
        let stratum = stratum as u32;
        let is_exact = self.exactly.is_none_or(|(sets, number)| (stratum & sets).count_ones() == number);
        is_exact && stratum & self.has == self.has && stratum & self.lacks == 0
    }
}

/// Chooses the sets by which to divide the customers of an overlap: those of the side with fewer sets, rows or columns.
/// Returns none if they are too many.
pub(super) fn dividing_sets(rows: Vec<Term>, columns: Vec<Term>) -> Vec<Term> {
    let distinct = |sets: Vec<Term>| {
        let mut distinct: Vec<Term> = Vec::new();
        for set in sets {
            // A literal is everyone or nobody.
            if set.expr.as_literal().is_none() && distinct.iter().all(|other| other.key != set.key) {
                distinct.push(set);
            }
        }
        distinct
    };
    let (rows, columns) = (distinct(rows), distinct(columns));
    let (fewer, more) = if rows.len() <= columns.len() { (rows, columns) } else { (columns, rows) };
    // Two sides that are the same leave nothing to sum.
    if fewer.len() > MAX_SETS || more.is_empty() { Vec::new() } else { fewer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_include_rows_that_meet_all_conditions() {
        let strata = Strata { has: 0b001, lacks: 0b100, exactly: Some((0b011, 1)) };
        let included: Vec<u64> = (0..8).filter(|stratum| strata.includes(*stratum)).collect();
        assert_eq!(included, [0b001]);
        let everyone = Strata::default();
        assert!((0..8).all(|stratum| everyone.includes(stratum)));
        let in_two = Strata { exactly: Some((0b111, 2)), ..Strata::default() };
        assert_eq!((0..8).filter(|stratum| in_two.includes(*stratum)).collect::<Vec<u64>>(), [0b011, 0b101, 0b110]);
    }
}
