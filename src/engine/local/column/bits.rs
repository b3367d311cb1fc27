//! Sequences of bits in words of 64. Bit `i` is bit `i % 64` of word `i / 64`; bits past the last row are 0.

use std::ops::Range;

use polars_arrow::bitmap::Bitmap;

use crate::engine::local::kernel::count;

/// A sequence of bits.
#[derive(Debug, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub fn with_capacity(len: usize) -> Self {
        Self { words: Vec::with_capacity(len.div_ceil(64)), len: 0 }
    }

    pub fn append(&mut self, bitmap: &Bitmap) {
        if bitmap.is_empty() {
            return;
        }
        let chunks = bitmap.chunks::<u64>();
        let rest = chunks.remainder();
        chunks.for_each(|word| self.push(word, 64));
        self.push(rest, bitmap.len() % 64);
    }

    /// Appends `count` bits that are 1.
    pub fn append_ones(&mut self, count: usize) {
        (0..count / 64).for_each(|_| self.push(u64::MAX, 64));
        self.push(u64::MAX, count % 64);
    }

    /// Appends the lowest `len` ≤ 64 bits of a word.
    fn push(&mut self, word: u64, len: usize) {
        if len == 0 {
            return;
        }
        let word = word & (u64::MAX >> (64 - len));
        let used = self.len % 64;
        match self.words.last_mut() {
            Some(last) if used > 0 => {
                *last |= word << used;
                if used + len > 64 {
                    self.words.push(word >> (64 - used));
                }
            }
            _ => self.words.push(word),
        }
        self.len += len;
    }

    pub fn into_words(self) -> Vec<u64> {
        self.words
    }
}

/// Returns the bits of the rows that have a value; `None` if all rows have one. Takes the arrays' lengths and
/// validity bits.
pub fn known<'a>(arrays: impl Iterator<Item = (usize, Option<&'a Bitmap>)> + Clone) -> Option<Vec<u64>> {
    if arrays.clone().all(|(_, known)| known.is_none_or(|known| known.unset_bits() == 0)) {
        return None;
    }
    let mut bits = Bits::with_capacity(arrays.clone().map(|(len, _)| len).sum());
    arrays.for_each(|(len, known)| match known {
        Some(known) => bits.append(known),
        None => bits.append_ones(len),
    });
    Some(bits.into_words())
}

/// Returns true if bit `at` is 1. The bit must exist.
pub fn bit(words: &[u64], at: usize) -> bool {
    words[at / 64] >> (at % 64) & 1 == 1
}

/// Calls `work` for each of the rows whose bit is 0.
pub fn for_each_zero(words: &[u64], rows: Range<usize>, mut work: impl FnMut(usize)) {
    let first = rows.start / 64;
    for (at, word) in words[first..rows.end.div_ceil(64)].iter().enumerate() {
        let mut zeros = !word;
        while zeros != 0 {
            let row = (first + at) * 64 + zeros.trailing_zeros() as usize;
            zeros &= zeros - 1;
            if rows.contains(&row) {
                work(row);
            }
        }
    }
}

/// Returns the number of rows, of `rows`, without a value.
pub fn nulls(known: Option<&Vec<u64>>, rows: usize) -> u64 {
    known.map_or(0, |known| rows as u64 - count(known))
}

/// Returns the bits of the rows as a polars bitmap.
pub fn bitmap(words: &[u64], rows: Range<usize>) -> Bitmap {
    let first = rows.start / 64;
    let bytes: Vec<u8> = words[first..rows.end.div_ceil(64)].iter().flat_map(|word| word.to_le_bytes()).collect();
    let before = rows.start - first * 64;
    Bitmap::from_u8_vec(bytes, before + rows.len()).sliced(before, rows.len())
}

/// The bits of the rows with a value, collected array by array. Allocates nothing before the first null, since most
/// columns have none.
#[derive(Default)]
pub struct KnownBits {
    rows: usize,
    bits: Option<Bits>,
}

impl KnownBits {
    /// Appends an array of `len` rows; `None` stands for an array without nulls.
    pub fn append(&mut self, len: usize, known: Option<&Bitmap>) {
        if known.is_some_and(|known| known.unset_bits() > 0) && self.bits.is_none() {
            let mut bits = Bits::default();
            bits.append_ones(self.rows);
            self.bits = Some(bits);
        }
        if let Some(bits) = &mut self.bits {
            match known {
                Some(known) => bits.append(known),
                None => bits.append_ones(len),
            }
        }
        self.rows += len;
    }

    /// Returns the bits of the rows that have a value; `None` if all rows have one.
    pub fn into_words(self) -> Option<Vec<u64>> {
        self.bits.map(Bits::into_words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(from: impl Iterator<Item = bool>) -> Bitmap {
        from.collect()
    }

    #[test]
    fn bits_of_several_arrays_are_concatenated() {
        let odd = |i: usize| i % 3 == 1;
        for lens in [vec![0], vec![1], vec![64], vec![63, 1, 65], vec![10, 0, 200, 7], vec![128, 128], vec![5; 40]] {
            let mut words = Bits::default();
            let mut at = 0;
            for &len in &lens {
                words.append(&bits((at..at + len).map(odd)));
                at += len;
            }
            let words = words.into_words();
            assert_eq!(words.len(), at.div_ceil(64));
            assert!((0..words.len() * 64).all(|i| bit(&words, i) == (i < at && odd(i))), "{lens:?}");
        }
    }

    #[test]
    fn bitmap_cuts_out_appended_slice() {
        let all = bits((0..500).map(|i| i % 7 < 3));
        let mut words = Bits::default();
        words.append(&all.clone().sliced(3, 490));
        let words = words.into_words();
        for rows in [0..490, 64..128, 1..2, 70..201, 490..490, 0..0] {
            assert_eq!(bitmap(&words, rows.clone()), all.clone().sliced(3 + rows.start, rows.len()));
        }
    }

    #[test]
    fn zero_bits_are_found_within_row_range() {
        let mut words = Bits::default();
        words.append(&bits((0..300).map(|i| i % 11 > 2)));
        let words = words.into_words();
        for rows in [0..300, 64..128, 70..71, 3..299, 150..150] {
            let mut found = vec![];
            for_each_zero(&words, rows.clone(), |row| found.push(row));
            assert_eq!(found, rows.filter(|i| i % 11 <= 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn arrays_without_nulls_need_no_bits() {
        let full = bits([true; 70].into_iter());
        let half = bits((0..70).map(|i| i % 2 == 0));
        assert_eq!(known([(70, Some(&full)), (5, None)].into_iter()), None);
        let words = known([(70, None), (70, Some(&half))].into_iter()).unwrap_or_default();
        assert_eq!(count(&words), 105);
        assert_eq!(nulls(Some(&words), 140), 35);
    }
}
