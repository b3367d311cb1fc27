//! Tests whether cells are mutually exclusive and collectively exhaustive (MECE): every customer is in exactly one.

use super::figures;
use super::privacy;
use super::suppress::{self, DisclosedCount};

/// Numbers of the filter's customers in no cell, in one, and in two or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mece {
    pub none: u64,
    pub one: u64,
    pub several: u64,
}

impl Mece {
    /// Reads the answer to [`crate::engine::Question::Memberships`].
    pub fn of(memberships: &[u64]) -> Self {
        let at = |n: usize| memberships.get(n).copied().unwrap_or_default();
        Self { none: at(0), one: at(1), several: memberships.iter().skip(2).sum() }
    }

    pub fn customers(self) -> u64 {
        self.none + self.one + self.several
    }

    pub fn is_mece(self) -> bool {
        self.none == 0 && self.several == 0
    }

    /// Returns the share of customers in at least one cell; `None` without customers.
    pub fn coverage(self) -> Option<f64> {
        figures::share(self.one + self.several, self.customers())
    }

    /// Returns `MECE`, or the numbers in none and in several, for where there is little room.
    pub fn short(self, min_cell: u64) -> String {
        if self.customers() == 0 && min_cell > 0 {
            return String::new();
        }
        if self.is_mece() {
            return "MECE".into();
        }
        let parts = suppress::memberships([self.none, self.one, self.several], min_cell);
        let word = |part: DisclosedCount, count: u64, word: &str| (count > 0).then(|| format!("{part} in {word}"));
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
            return "nobody to be in a cell".into();
        }
        if self.is_mece() {
            return "MECE: everyone is in exactly one cell".into();
        }
        let parts = suppress::memberships([self.none, self.one, self.several], min_cell);
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
    fn says_who_is_in_none_and_in_several() {
        let mece = Mece::of(&[20, 170, 8, 2]);
        assert_eq!(mece, Mece { none: 20, one: 170, several: 10 });
        assert_eq!(mece.coverage(), Some(0.9));
        assert_eq!(mece.sentence(0), "not MECE: 20 (10.0 %) in no cell, 10 (5.0 %) in two or more");
        assert_eq!(mece.sentence(11), "not MECE: · in no cell, <11 in two or more");
        assert!(Mece::of(&[0, 5]).is_mece());
    }
}
