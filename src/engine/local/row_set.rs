//! Sets of customers, one bit per row of the base.

use super::chunks::{RowChunks, words_of};
use super::kernel;
use crate::engine::{Cancel, CustomerCount, EngineError};

/// Rows for which a rule is true, and rows for which it is null, with one bit per row of the base.
///
/// All other rows are false, as in SQL's three-valued logic. No row is both true and null, and bits past the last row
/// are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet {
    trues: Vec<u64>,
    /// Bits of the null rows; `None` if there are none.
    nulls: Option<Vec<u64>>,
    count: u64,
}

/// Words of one chunk of a row set that is being written, which are all 0 at the start.
pub struct RowSetChunk<'a> {
    pub trues: &'a mut [u64],
    /// Words of the rows for which the rule is null; empty if the rule is null for no row.
    pub nulls: &'a mut [u64],
}

/// Connective of a chain of conditions. A false condition decides AND, a true one OR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    All,
    Any,
}

impl RowSet {
    /// Creates a set in which the rule has the same truth for every row; `None` stands for null.
    pub fn constant(truth: Option<bool>, len: usize) -> Self {
        match truth {
            Some(true) => Self { trues: filled(true, len), nulls: None, count: len as u64 },
            Some(false) => Self { trues: filled(false, len), nulls: None, count: 0 },
            None => Self { trues: filled(false, len), nulls: Some(filled(true, len)), count: 0 },
        }
    }

    /// Creates a row set by writing its chunks on all cores. If `write` sets a bit as both true and null, the row is
    /// null; bits past the end are cleared. Words for nulls are allocated only if `may_be_null`.
    pub fn write(
        chunks: &RowChunks,
        may_be_null: bool,
        cancel: &Cancel,
        write: impl Fn(std::ops::Range<usize>, RowSetChunk) -> Result<(), EngineError> + Sync,
    ) -> Result<Self, EngineError> {
        let mut trues = vec![0; chunks.words()];
        let mut nulls = vec![0; if may_be_null { chunks.words() } else { 0 }];
        let counts = chunks.map_words(&mut trues, &mut nulls, cancel, |rows, trues, nulls| {
            let past = rows.end % 64;
            write(rows, RowSetChunk { trues: &mut *trues, nulls: &mut *nulls })?;
            clear_past(trues, past);
            clear_past(nulls, past);
            nulls.iter().zip(trues.iter_mut()).for_each(|(null, truth)| *truth &= !null);
            Ok((kernel::count(trues), nulls.iter().any(|&word| word != 0)))
        })?;
        let nulls = counts.iter().any(|(_, has_nulls)| *has_nulls).then_some(nulls);
        Ok(Self { trues, nulls, count: counts.iter().map(|(count, _)| count).sum() })
    }

    /// Joins the row sets of consecutive parts of a base, each with its number of rows.
    pub fn joined(parts: &[(usize, RowSet)]) -> Self {
        let words = || vec![0; parts.iter().map(|(rows, _)| rows).sum::<usize>().div_ceil(64)];
        let mut trues = words();
        let mut nulls = parts.iter().any(|(_, part)| part.nulls.is_some()).then(words);
        let (mut first, mut count) = (0, 0);
        for (rows, part) in parts {
            add_at(&mut trues, first, &part.trues);
            if let (Some(nulls), Some(part)) = (&mut nulls, &part.nulls) {
                add_at(nulls, first, part);
            }
            first += rows;
            count += part.count;
        }
        Self { trues, nulls, count }
    }

    /// Combines row sets by Kleene's AND or OR.
    pub fn chain(chain: Chain, parts: &[&RowSet], chunks: &RowChunks, cancel: &Cancel) -> Result<Self, EngineError> {
        let may_be_null = parts.iter().any(|part| part.nulls.is_some());
        Self::write(chunks, may_be_null, cancel, |rows, words| {
            let at = words_of(&rows);
            match chain {
                _ if !may_be_null => plain_chain(chain, parts, at, words.trues),
                _ => kleene_chain(chain, parts, at, words),
            }
            Ok(())
        })
    }

    /// Negates the row set. Null stays null.
    pub fn not(&self, chunks: &RowChunks, cancel: &Cancel) -> Result<Self, EngineError> {
        Self::write(chunks, self.nulls.is_some(), cancel, |rows, words| {
            let at = words_of(&rows);
            words.trues.iter_mut().zip(&self.trues[at.clone()]).for_each(|(to, from)| *to = !from);
            if let Some(nulls) = &self.nulls {
                words.nulls.copy_from_slice(&nulls[at]);
            }
            Ok(())
        })
    }

    /// Returns the bits of the customers for whom the rule is true, 64 to a word.
    pub fn trues(&self) -> &[u64] {
        &self.trues
    }

    /// Returns true if the rule is true for the row.
    pub fn is_true(&self, row: usize) -> bool {
        self.trues.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Returns the rule's truth for a customer; `None` if it is null.
    pub fn truth(&self, row: usize) -> Option<bool> {
        let is_null =
            self.nulls.as_ref().and_then(|nulls| nulls.get(row / 64)).is_some_and(|word| word >> (row % 64) & 1 == 1);
        (!is_null).then(|| self.is_true(row))
    }

    /// Returns the number of customers for whom the rule is true.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the number of customers for whom the rule is true, in the filter and in the whole base.
    pub fn count_within(&self, filter: &RowSet) -> CustomerCount {
        CustomerCount { in_filter: kernel::count_and(&self.trues, &filter.trues), in_base: self.count }
    }

    /// Returns the size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        8 * (self.trues.len() + self.nulls.as_ref().map_or(0, Vec::len))
    }
}

/// Sets the given bits in words from bit `first` on, where no bit may be set before.
fn add_at(words: &mut [u64], first: usize, bits: &[u64]) {
    let (at, by) = (first / 64, first % 64);
    for (i, &word) in bits.iter().enumerate() {
        words[at + i] |= word << by;
        // These bits may extend into the next word, unless they all fit this one.
        if let Some(next) = words.get_mut(at + i + 1).filter(|_| by > 0) {
            *next |= word >> (64 - by);
        }
    }
}

fn plain_chain(chain: Chain, parts: &[&RowSet], words: std::ops::Range<usize>, out: &mut [u64]) {
    out.fill(if chain == Chain::All { u64::MAX } else { 0 });
    for part in parts {
        let part = &part.trues[words.clone()];
        match chain {
            Chain::All => kernel::and_into(out, part),
            Chain::Any => kernel::or_into(out, part),
        }
    }
}

/// Combines words of three-valued truths. The truth that decides a chain is combined by OR, the other one by AND; the
/// remaining rows are null.
fn kleene_chain(chain: Chain, parts: &[&RowSet], words: std::ops::Range<usize>, out: RowSetChunk) {
    let falses = |part: &RowSet, word: usize| !(part.trues[word] | part.nulls.as_ref().map_or(0, |nulls| nulls[word]));
    for ((word, trues), nulls) in words.zip(out.trues).zip(out.nulls) {
        let (mut yes, mut no) = if chain == Chain::All { (u64::MAX, 0) } else { (0, u64::MAX) };
        for part in parts {
            let (part_yes, part_no) = (part.trues[word], falses(part, word));
            (yes, no) = match chain {
                Chain::All => (yes & part_yes, no | part_no),
                Chain::Any => (yes | part_yes, no & part_no),
            };
        }
        *trues = yes;
        *nulls = !(yes | no);
    }
}

fn filled(on: bool, len: usize) -> Vec<u64> {
    let mut words = vec![if on { u64::MAX } else { 0 }; len.div_ceil(64)];
    clear_past(&mut words, len % 64);
    words
}

/// Clears the last word's bits from `past` on; does nothing if `past` is 0, which means that the word is full.
fn clear_past(words: &mut [u64], past: usize) {
    if let (Some(last), 1..) = (words.last_mut(), past) {
        *last &= (1 << past) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTHS: [Option<bool>; 3] = [Some(true), Some(false), None];

    fn row_set(truths: &[Option<bool>]) -> RowSet {
        let word = |f: &dyn Fn(Option<bool>) -> bool| {
            truths.iter().enumerate().fold(0, |word, (i, truth)| word | u64::from(f(*truth)) << i)
        };
        let write = |_: std::ops::Range<usize>, words: RowSetChunk| {
            words.trues[0] = word(&|truth| truth == Some(true));
            words.nulls[0] = word(&|truth| truth.is_none());
            Ok(())
        };
        RowSet::write(&RowChunks::new(truths.len(), 64), true, &Cancel::new(), write).expect("not cancelled")
    }

    fn chain(chain: Chain, parts: &[&RowSet], len: usize) -> RowSet {
        RowSet::chain(chain, parts, &RowChunks::new(len, 64), &Cancel::new()).expect("not cancelled")
    }

    fn not(row_set: &RowSet, len: usize) -> RowSet {
        row_set.not(&RowChunks::new(len, 64), &Cancel::new()).expect("not cancelled")
    }

    #[test]
    fn and_or_not_follow_kleene_logic() {
        let a: Vec<_> = TRUTHS.iter().flat_map(|t| [*t; 3]).collect();
        let b: Vec<_> = TRUTHS.repeat(3);
        let and = |x: Option<bool>, y: Option<bool>| match (x, y) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let negated = |x: Option<bool>| x.map(|t| !t);
        let both: Vec<_> = a.iter().zip(&b).map(|(x, y)| and(*x, *y)).collect();
        let either: Vec<_> = a.iter().zip(&b).map(|(x, y)| negated(and(negated(*x), negated(*y)))).collect();
        let parts = [&row_set(&a), &row_set(&b)];
        assert_eq!(chain(Chain::All, &parts, a.len()), row_set(&both));
        assert_eq!(chain(Chain::Any, &parts, a.len()), row_set(&either));
        assert_eq!(not(parts[0], a.len()), row_set(&a.iter().map(|x| negated(*x)).collect::<Vec<_>>()));
    }

    #[test]
    fn parts_of_any_length_are_joined_in_order() {
        let truth = |row: usize| TRUTHS[row * row % 7 % 3];
        for lens in [vec![], vec![0], vec![1, 63], vec![64, 64], vec![5, 0, 200, 1], vec![63, 1, 65, 190]] {
            let mut first = 0;
            let of_part = |len: usize| {
                let chunks = RowChunks::new(len, 1 << 10);
                let write = |rows: std::ops::Range<usize>, words: RowSetChunk| {
                    rows.for_each(|row| match truth(first + row) {
                        Some(true) => words.trues[row / 64] |= 1 << (row % 64),
                        None => words.nulls[row / 64] |= 1 << (row % 64),
                        Some(false) => {}
                    });
                    Ok(())
                };
                let part = RowSet::write(&chunks, true, &Cancel::new(), write).expect("not cancelled");
                first += len;
                (len, part)
            };
            let joined = RowSet::joined(&lens.iter().copied().map(of_part).collect::<Vec<_>>());
            let rows: usize = lens.iter().sum();
            assert!((0..rows).all(|row| joined.truth(row) == truth(row)), "{lens:?}");
            assert_eq!(joined.count(), (0..rows).filter(|row| truth(*row) == Some(true)).count() as u64);
            assert_eq!(joined.trues().len(), rows.div_ceil(64));
        }
    }

    #[test]
    fn count_ignores_bits_past_end() {
        for len in [0, 1, 63, 64, 65, 130] {
            let all = RowSet::constant(Some(true), len);
            assert_eq!(all.count(), len as u64);
            assert_eq!(not(&RowSet::constant(Some(false), len), len), all);
            assert_eq!(not(&RowSet::constant(None, len), len).count(), 0);
            assert_eq!(chain(Chain::All, &[&all, &all], len), all);
            assert_eq!(kernel::set_rows(all.trues()).count(), len);
        }
    }
}
