//! Helpers for loops over 64 rows at a time, which yield one word of a result.

use super::cpu::Isa;

/// Writes one bit per value, the result of `test`. `test` must be arithmetic without a branch, so that it can be
/// computed for many values at once.
#[inline(always)]
pub fn words<T: Copy>(isa: impl Isa, values: &[T], out: &mut [u64], test: impl Fn(T) -> bool) {
    each_word(values, out, |block| isa.pack(&truths(block, &test)), &test);
}

/// Writes one bit per value. `whole` computes a block of 64 values, and `one` each of the values after the last
/// block.
#[inline(always)]
pub fn each_word<T: Copy>(values: &[T], out: &mut [u64], whole: impl Fn(&[T; 64]) -> u64, one: impl Fn(T) -> bool) {
    debug_assert_eq!(out.len(), values.len().div_ceil(64));
    let (blocks, rest) = values.as_chunks::<64>();
    for (word, block) in out.iter_mut().zip(blocks) {
        *word = whole(block);
    }
    if !rest.is_empty() {
        out[blocks.len()] = rest.iter().enumerate().fold(0, |word, (i, &value)| word | u64::from(one(value)) << i);
    }
}

/// Returns the result of `test` for each value, before it is packed into a word.
#[inline(always)]
pub fn truths<T: Copy>(block: &[T; 64], test: impl Fn(T) -> bool) -> [bool; 64] {
    let mut truths = [false; 64];
    for (truth, &value) in truths.iter_mut().zip(block) {
        *truth = test(value);
    }
    truths
}

/// Returns the positions of the bits that are set, ascending.
#[inline(always)]
pub fn set_bits(word: u64) -> impl Iterator<Item = usize> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
        rest &= rest - 1;
        Some(bit)
    })
}

/// Calls `f` with the position of each bit that is set, ascending. Does not test the bits one by one if all are set.
#[inline(always)]
pub fn each_set_bit(word: u64, f: impl FnMut(usize)) {
    if word == u64::MAX { (0..64).for_each(f) } else { set_bits(word).for_each(f) }
}

/// Clears the bits of a word from bit `rows` on. `rows` must be at least 1; with 64 or more rows the word is
/// unchanged.
#[inline(always)]
pub fn cut(word: u64, rows: usize) -> u64 {
    if rows < 64 { word & ((1 << rows) - 1) } else { word }
}
