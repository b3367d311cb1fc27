use std::ops::Range;

use polars::prelude::PlHashMap;
use polars_arrow::array::{Array, Utf8ViewArray, View};

use super::pieces::Pieces;

/// Number of rows that are coded between two checks of the number of values.
pub const BLOCK: usize = 4096;

/// Maximum number of distinct values in a coded column, however long; its codes then take four bytes per row.
const MAX_DISTINCT: usize = 1 << 20;
/// Number of rows that are sampled before a column is coded. They are sampled in runs of adjacent rows.
const SAMPLE: usize = 1 << 16;
const SIDE_BY_SIDE: usize = 1 << 10;

/// The distinct values found so far, numbered from 1 in the order of their first row; 0 is null.
#[derive(Default)]
pub struct Dictionary<'a> {
    short: ShortTexts,
    long: PlHashMap<&'a str, u32>,
    values: Vec<&'a str>,
    counts: Vec<u64>,
}

impl<'a> Dictionary<'a> {
    /// Returns the number of values, without null.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns the values, and the number of rows of each number.
    pub fn into_parts(self) -> (Vec<&'a str>, Vec<u64>) {
        (self.values, self.counts)
    }

    /// Writes the numbers of the rows of an array to `out`, which must be as long as `rows`.
    pub fn code(&mut self, array: &'a Utf8ViewArray, rows: Range<usize>, out: &mut [u32]) {
        self.counts.resize(self.values.len() + 1, 0);
        let views = rows.clone().zip(&array.views()[rows]);
        match array.validity() {
            None => views.zip(out).for_each(|((row, view), out)| *out = self.number(array, row, view)),
            Some(known) => views.zip(out).for_each(|((row, view), out)| {
                *out = if known.get_bit(row) { self.number(array, row, view) } else { 0 };
                self.counts[0] += u64::from(*out == 0);
            }),
        }
    }

    fn number(&mut self, array: &'a Utf8ViewArray, row: usize, view: &View) -> u32 {
        let next = self.values.len() as u32 + 1;
        let number = if view.is_inline() {
            self.short.number(view.as_u128(), next)
        } else {
            *self.long.entry(array.value(row)).or_insert(next)
        };
        if number == next {
            self.values.push(array.value(row));
            self.counts.push(0);
        }
        self.counts[number as usize] += 1;
        number
    }
}

/// Texts of up to twelve bytes with their numbers. Polars' 16-byte view of such a text contains the whole text, so
/// the view is the key. The hash table uses open addressing and is at most three quarters full; here it is faster
/// than a general one.
#[derive(Default)]
struct ShortTexts {
    /// Slots of the table, a power of two of them. A slot with the number 0 is free.
    slots: Vec<(u128, u32)>,
    used: usize,
}

impl ShortTexts {
    /// Returns the text's number. A new text gets the number `next`.
    fn number(&mut self, text: u128, next: u32) -> u32 {
        if self.used * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot(text);
        let (key, number) = &mut self.slots[slot];
        if *number == 0 {
            (*key, *number) = (text, next);
            self.used += 1;
        }
        *number
    }

    /// Returns the index of the text's slot, or of the free slot for it.
    fn slot(&self, text: u128) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = hash(text) & last;
        while self.slots[slot].1 != 0 && self.slots[slot].0 != text {
            slot = (slot + 1) & last;
        }
        slot
    }

    fn grow(&mut self) {
        let larger = vec![(0, 0); (self.slots.len() * 2).max(256)];
        for entry in std::mem::replace(&mut self.slots, larger) {
            if entry.1 != 0 {
                let slot = self.slot(entry.0);
                self.slots[slot] = entry;
            }
        }
    }
}

/// Hashes a text by folding the two halves of one product, so that each bit of the text affects every bit of the
/// hash.
fn hash(text: u128) -> usize {
    let (low, high) = (text as u64 ^ 0x9E37_79B9_7F4A_7C15, (text >> 64) as u64 ^ 0xD1B5_4A32_D192_ED03);
    let product = u128::from(low) * u128::from(high);
    (product as u64 ^ (product >> 64) as u64) as usize
}

/// Returns the maximum number of distinct values with which a column of `rows` rows is coded.
pub fn most_values(rows: usize) -> usize {
    usize::from(u16::MAX).max(MAX_DISTINCT.min(rows / 8))
}

/// Estimated number of distinct values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diversity {
    Low,
    /// Enough values that it matters how much memory the dictionaries of the parts take.
    High,
    /// Too many values to attempt coding the column.
    TooHigh,
}

/// Estimates the diversity from a sample across the column. A wrong estimate costs only time or memory.
pub fn diversity(strings: &Pieces<Utf8ViewArray>) -> Diversity {
    if strings.rows() <= 2 * SAMPLE {
        return Diversity::Low;
    }
    let mut dictionary = Dictionary::default();
    let mut codes = [0; SIDE_BY_SIDE];
    let step = strings.rows() / (SAMPLE / SIDE_BY_SIDE);
    for start in (0..SAMPLE / SIDE_BY_SIDE).map(|at| at * step) {
        for (array, part) in strings.within(start..start + SIDE_BY_SIDE) {
            let out = &mut codes[..part.len()];
            dictionary.code(array, part, out);
        }
    }
    let (values, counts) = dictionary.into_parts();
    let known = (SAMPLE as u64 - counts[0]) as f64;
    if values.len() as f64 > most_in_sample(known, most_values(strings.rows()) as f64) {
        Diversity::TooHigh
    } else if values.len() > SAMPLE / 16 {
        Diversity::High
    } else {
        Diversity::Low
    }
}

/// Estimates the diversity of a column of `rows` rows from its first part; `None` if the part is too short for an
/// estimate.
pub fn diversity_in(part: &Pieces<Utf8ViewArray>, rows: usize) -> Option<Diversity> {
    if part.rows() < SAMPLE {
        return None;
    }
    let (mut dictionary, mut codes) = (Dictionary::default(), [0; BLOCK]);
    for start in (0..SAMPLE).step_by(BLOCK) {
        for (array, part) in part.within(start..start + BLOCK) {
            let out = &mut codes[..part.len()];
            dictionary.code(array, part, out);
        }
    }
    let (values, counts) = dictionary.into_parts();
    let known = (SAMPLE as u64 - counts.first().copied().unwrap_or_default()) as f64;
    let is_too_high = values.len() as f64 > most_in_sample(known, most_values(rows) as f64);
    Some(if is_too_high { Diversity::TooHigh } else { Diversity::High })
}

/// Returns the number of distinct values in a sample above which the column is assumed to have more than `most`. It
/// is the mean of the number in a sample of `most` equally frequent values and the number if every row had its own
/// value.
fn most_in_sample(rows: f64, most: f64) -> f64 {
    let expected = most * (1.0 - (-rows / most).exp());
    (expected + rows) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_keep_numbers_as_table_grows() {
        let mut table = ShortTexts::default();
        let text = |i: u32| View::new_inline(format!("{i}").as_bytes()).as_u128();
        for i in 0..10_000 {
            assert_eq!(table.number(text(i), i + 1), i + 1);
        }
        for i in 0..10_000 {
            assert_eq!(table.number(text(i), 99_999), i + 1);
        }
    }

    #[test]
    fn text_hashes_differ_for_single_byte_changes() {
        let mut low_bits = std::collections::HashSet::new();
        for at in 0..12 {
            let mut text = [b'a'; 12];
            for byte in b'b'..=b'z' {
                text[at] = byte;
                low_bits.insert(hash(View::new_inline(&text).as_u128()) & 0xFFFF);
            }
        }
        assert!(low_bits.len() > 290, "{} of 300", low_bits.len());
    }

    #[test]
    fn max_values_grow_with_rows_up_to_limit() {
        assert_eq!(most_values(100), 65_535);
        assert_eq!(most_values(1_000_000), 125_000);
        assert_eq!(most_values(100_000_000), 1 << 20);
        // One value per row is too many at any length, but the maximum number for coding is not.
        for rows in [200_000.0, 10e6, 1e9] {
            let most = most_values(rows as usize) as f64;
            let shown = |values: f64| values * (1.0 - (-(SAMPLE as f64) / values).exp());
            assert!(SAMPLE as f64 > most_in_sample(SAMPLE as f64, most));
            assert!(shown(most) < most_in_sample(SAMPLE as f64, most));
        }
    }
}
