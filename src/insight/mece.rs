//! Tests whether cells are mutually exclusive and collectively exhaustive (MECE): every customer is in exactly one.

use super::figures;
use super::privacy;
use super::suppress::{self, DisclosedCount};
use crate::text::numbers;

/// Numbers of the filter's customers in no cell, in one, and in two or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mece {
    pub none: u64,
    pub one: u64,
    pub several: u64,
    /// True if the cells are cut from one column. Then nobody can be in several, and showing this discloses nothing.
    pub is_cut: bool,
}

impl Mece {
    /// Reads the answer to [`crate::engine::Question::Memberships`] about cells that are cut from one column, or that have
    /// rules of their own.
    pub fn new(memberships: &[u64], is_cut: bool) -> Self {
        let at = |n: usize| memberships.get(n).copied().unwrap_or_default();
        Self { none: at(0), one: at(1), several: memberships.iter().skip(2).sum(), is_cut }
    }

    /// Returns the number of customers.
    pub fn customers(self) -> u64 {
        self.none + self.one + self.several
    }

    /// Returns true if each customer is in exactly one cell.
    pub fn is_mece(self) -> bool {
        self.none == 0 && self.several == 0
    }

    /// Returns true if at most a few customers are in no cell, and at most a few in several. Which of the two applies
    /// is not disclosed.
    fn is_nearly_mece(self, min_cell: u64) -> bool {
        min_cell > 0 && suppress::is_small(self.none, min_cell) && suppress::is_small(self.several, min_cell)
    }

    /// Suppresses the numbers in no cell, in one and in several, whose sum is known. Nobody in several is drawn like a
    /// few, unless the cells cannot overlap.
    fn parts(self, min_cell: u64) -> [DisclosedCount; 3] {
        let counts = [self.none, self.one, self.several];
        if self.is_cut {
            return suppress::memberships(counts, min_cell);
        }
        match counts.iter().any(|&count| suppress::is_small(count, min_cell)) {
            true => counts.map(|count| suppress::stricter(suppress::single(count, min_cell), DisclosedCount::Hidden)),
            false => counts.map(DisclosedCount::Count),
        }
    }

    /// Returns the share of customers in at least one cell; `None` without customers.
    pub fn coverage(self) -> Option<f64> {
        figures::share(self.one + self.several, self.customers())
    }

    /// Returns a short form: `MECE`, or the numbers in no cell and in several.
    pub fn short(self, min_cell: u64) -> String {
        if self.customers() == 0 && min_cell > 0 {
            return String::new();
        }
        if self.is_nearly_mece(min_cell) {
            return format!("MECE except for <{}", numbers::count(min_cell));
        }
        if self.is_mece() {
            return "MECE".into();
        }
        let parts = self.parts(min_cell);
        let word = |part: DisclosedCount, count: u64, word: &str| {
            let is_said = part.count() != Some(0) && (count > 0 || part.count().is_none());
            is_said.then(|| format!("{part} in {word}"))
        };
        let words = [word(parts[0], self.none, "none"), word(parts[2], self.several, "two or more")];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Returns `MECE: everyone in one cell`, or the violation. Small counts are suppressed: with the total, one would
    /// disclose another.
    pub fn sentence(self, min_cell: u64) -> String {
        if self.customers() == 0 && min_cell > 0 {
            return privacy::too_few(min_cell);
        }
        if self.customers() == 0 {
            return "no customers".into();
        }
        if self.is_nearly_mece(min_cell) {
            return format!("MECE: all but fewer than {min_cell} are in exactly one cell");
        }
        if self.is_mece() {
            return "MECE: everyone is in exactly one cell".into();
        }
        let parts = self.parts(min_cell);
        let share = |part: DisclosedCount, count: u64| match part {
            DisclosedCount::Under(_) | DisclosedCount::Over(_) | DisclosedCount::Hidden => part.to_string(),
            DisclosedCount::Count(shown) => {
                let share = figures::share(count, self.customers()).unwrap_or_default();
                format!("{shown} ({:.1} %)", share * 100.0)
            }
        };
        format!("not MECE: {} in no cell, {} in two or more", share(parts[0], self.none), share(parts[2], self.several))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mece_sentence_counts_none_and_several() {
        let mece = Mece::new(&[20, 170, 8, 2], false);
        assert_eq!(mece, Mece { none: 20, one: 170, several: 10, is_cut: false });
        assert_eq!(mece.coverage(), Some(0.9));
        assert_eq!(mece.sentence(0), "not MECE: 20 (10.0 %) in no cell, 10 (5.0 %) in two or more");
        assert_eq!(mece.sentence(11), "not MECE: · in no cell, <11 in two or more");
        assert!(Mece::new(&[0, 5], false).is_mece());
    }

    #[test]
    fn mece_of_nobody_outside_looks_like_few() {
        let sentences = [[0, 200, 0], [3, 195, 2], [0, 191, 9]].map(|counts| Mece::new(&counts, false).sentence(10));
        assert_eq!(sentences, ["MECE: all but fewer than 10 are in exactly one cell"; 3].map(str::to_owned));
        let words = [[20, 180, 0], [20, 177, 3]].map(|counts| Mece::new(&counts, false).short(10));
        assert_eq!(words, ["· in none, <10 in two or more"; 2].map(str::to_owned));
        assert_eq!(Mece::new(&[20, 180, 0], true).short(10), "20 in none");
        assert_eq!(Mece::new(&[0, 200, 0], true).short(0), "MECE");
    }
}
