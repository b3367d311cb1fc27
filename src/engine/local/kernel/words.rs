//! Counts, combines and iterates words of 64 rows.

use super::blocks::set_bits;
use super::cpu::{self, Isa, Kernel};

/// Counts the bits that are set.
pub fn count(words: &[u64]) -> u64 {
    cpu::run(PopcountKernel([words]))
}

/// Counts the bits that are set in both.
pub fn count_and(a: &[u64], b: &[u64]) -> u64 {
    cpu::run(PopcountKernel([a, b]))
}

/// Counts the bits that are set in all three.
pub fn count_and3(a: &[u64], b: &[u64], c: &[u64]) -> u64 {
    cpu::run(PopcountKernel([a, b, c]))
}

/// Kernel that counts the bits that are set in all of N sets.
struct PopcountKernel<'a, const N: usize>([&'a [u64]; N]);

impl<const N: usize> Kernel for PopcountKernel<'_, N> {
    type Output = u64;

    #[inline(always)]
    fn run<I: Isa>(self, _: I) -> u64 {
        let len = self.0.iter().map(|words| words.len()).min().unwrap_or(0);
        let sets = self.0.map(|words| &words[..len]);
        let mut total = 0;
        for i in 0..len {
            let mut word = u64::MAX;
            for set in sets {
                word &= set[i];
            }
            total += u64::from(word.count_ones());
        }
        total
    }
}

/// Sets `a` to `a` AND `b`.
pub fn and_into(a: &mut [u64], b: &[u64]) {
    cpu::run(CombineKernel { a, b, f: |a: u64, b: u64| a & b });
}

/// Sets `a` to `a` OR `b`.
pub fn or_into(a: &mut [u64], b: &[u64]) {
    cpu::run(CombineKernel { a, b, f: |a: u64, b: u64| a | b });
}

/// Sets `a` to `a` AND NOT `b`.
pub fn and_not_into(a: &mut [u64], b: &[u64]) {
    cpu::run(CombineKernel { a, b, f: |a: u64, b: u64| a & !b });
}

/// Kernel that combines two sets word by word.
struct CombineKernel<'a, F> {
    a: &'a mut [u64],
    b: &'a [u64],
    f: F,
}

impl<F: Fn(u64, u64) -> u64> Kernel for CombineKernel<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _: I) {
        for (a, &b) in self.a.iter_mut().zip(self.b) {
            *a = (self.f)(*a, b);
        }
    }
}

/// Returns the rows whose bit is set, ascending.
pub fn set_rows(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(i, &word)| set_bits(word).map(move |bit| i * 64 + bit))
}

/// Transposes a matrix of bits: bit i of word j becomes bit j of word i.
///
/// From one word of each of 64 sets it makes the memberships of 64 customers, one word each.
pub fn transpose64(words: &[u64; 64]) -> [u64; 64] {
    cpu::run(Transpose(words))
}

/// Kernel that transposes a matrix of bits.
struct Transpose<'a>(&'a [u64; 64]);

impl Kernel for Transpose<'_> {
    type Output = [u64; 64];

    #[inline(always)]
    fn run<I: Isa>(self, _: I) -> [u64; 64] {
        let mut words = *self.0;
        swap_quarters::<32>(&mut words);
        swap_quarters::<16>(&mut words);
        swap_quarters::<8>(&mut words);
        swap_quarters::<4>(&mut words);
        swap_quarters::<2>(&mut words);
        swap_quarters::<1>(&mut words);
        words
    }
}

/// Exchanges the upper right and the lower left quarter of each square with sides of 2·SIDE bits.
#[inline(always)]
fn swap_quarters<const SIDE: usize>(words: &mut [u64; 64]) {
    // Mask of the lower SIDE bits of every 2·SIDE bits.
    let lower_bits = u64::MAX / ((1 << SIDE) + 1);
    for square in words.chunks_exact_mut(2 * SIDE) {
        let (upper, lower) = square.split_at_mut(SIDE);
        for (a, b) in upper.iter_mut().zip(lower) {
            let differing = (*a >> SIDE ^ *b) & lower_bits;
            *a ^= differing << SIDE;
            *b ^= differing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cpu::on_each_level;
    use super::super::tests::{LENS, Random, row_sets};
    use super::*;

    fn rows_of(words: &[u64]) -> Vec<usize> {
        (0..64 * words.len()).filter(|row| words[row / 64] >> (row % 64) & 1 == 1).collect()
    }

    #[test]
    fn rows_are_walked_and_counted() {
        for words in LENS.into_iter().flat_map(row_sets) {
            assert_eq!(set_rows(&words).collect::<Vec<_>>(), rows_of(&words));
            on_each_level(|| assert_eq!(count(&words), rows_of(&words).len() as u64));
        }
    }

    #[test]
    fn combined_words_are_counted_in_one_pass() {
        for (a, b) in LENS.into_iter().flat_map(|len| row_sets(len).into_iter().zip(row_sets(len).into_iter().rev())) {
            let c: Vec<u64> = a.iter().zip(&b).map(|(a, b)| a.rotate_left(3) ^ b).collect();
            let each = |f: fn(u64, u64) -> u64| a.iter().zip(&b).map(|(&a, &b)| f(a, b)).collect::<Vec<_>>();
            let into = |f: fn(&mut [u64], &[u64])| {
                let mut a = a.clone();
                f(&mut a, &b);
                a
            };
            on_each_level(|| {
                let both = into(and_into);
                assert_eq!(both, each(|a, b| a & b));
                assert_eq!(into(or_into), each(|a, b| a | b));
                assert_eq!(into(and_not_into), each(|a, b| a & !b));
                assert_eq!(count_and(&a, &b), count(&both));
                assert_eq!(count_and3(&a, &b, &c), count_and(&both, &c));
            });
        }
    }

    #[test]
    fn transpose64_swaps_rows_and_columns() {
        let mut random = Random::default();
        let words: [u64; 64] = std::array::from_fn(|_| random.bits());
        on_each_level(|| {
            let turned = transpose64(&words);
            for (i, row) in turned.iter().enumerate() {
                for (j, word) in words.iter().enumerate() {
                    assert_eq!(row >> j & 1, word >> i & 1);
                }
            }
            assert_eq!(transpose64(&turned), words);
        });
    }
}
