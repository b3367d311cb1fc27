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

    /// Prints the condition on the number of a stratum, of those by this number of sets; `None` if all strata meet it.
    pub(super) fn condition(self, stratum: &str, sets: usize) -> Option<String> {
        let bits = self.has | self.lacks;
        if self.exactly.is_none() && self.has & self.lacks == 0 {
            return (bits != 0).then(|| format!("({stratum} & {bits}) = {}", self.has));
        }
        let included = (0..1u32 << sets).filter(|stratum| self.includes(*stratum)).map(|stratum| stratum.to_string());
        let included: Vec<String> = included.collect();
        Some(match included.is_empty() {
            true => "1 = 0".into(),
            false => format!("{stratum} IN ({})", included.join(", ")),
        })
    }

    fn includes(self, stratum: u32) -> bool {
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
        let included: Vec<u32> = (0..8).filter(|stratum| strata.includes(*stratum)).collect();
        assert_eq!(included, [0b001]);
        let everyone = Strata::default();
        assert!((0..8).all(|stratum| everyone.includes(stratum)));
        let in_two = Strata { exactly: Some((0b111, 2)), ..Strata::default() };
        assert_eq!((0..8).filter(|stratum| in_two.includes(*stratum)).collect::<Vec<u32>>(), [0b011, 0b101, 0b110]);
    }

    #[test]
    fn strata_condition_holds_for_included_strata() {
        let strata = |has, lacks, exactly| Strata { has, lacks, exactly }.condition("w", 3);
        assert_eq!(strata(0, 0, None), None);
        assert_eq!(strata(0b001, 0b100, None).as_deref(), Some("(w & 5) = 1"));
        assert_eq!(strata(0, 0, Some((0b111, 2))).as_deref(), Some("w IN (3, 5, 6)"));
        // A contradiction holds for none.
        assert_eq!(strata(0b001, 0b001, None).as_deref(), Some("1 = 0"));
    }
}
