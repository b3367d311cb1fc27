//! Counts rows, and sums a column, by code.

use super::between::KernelNumber;
use super::blocks::{cut, each_set_bit};
use super::codes::CodeWidth;
use super::cpu::{self, Isa, Kernel};
use super::sum::{Sum, each_row as each_row_of};

/// Adds to each code's count the number of its rows whose bit is set in `words`.
pub fn tally<C: CodeWidth>(codes: &[C], words: &[u64], counts: &mut [u64]) {
    cpu::run(TallyKernel { codes, words, counts });
}

/// Adds to each code's sum the numbers of its rows whose bit is set in `words` and, if given, in `known`.
///
/// The result depends only on which rows these are and on their positions, not on the CPU: the order of additions
/// determines the last digits of a floating-point sum.
pub fn tally_sums<C: CodeWidth, T: KernelNumber>(
    codes: &[C],
    values: &[T],
    known: Option<&[u64]>,
    words: &[u64],
    sums: &mut [Sum],
) {
    cpu::run(TallySums { codes, values, known, words, sums });
}

/// Adds the same as [`tally_sums`], exactly, for whole numbers whose sums floats do not represent exactly.
pub fn tally_whole<C: CodeWidth, T: KernelNumber>(
    codes: &[C],
    values: &[T],
    known: Option<&[u64]>,
    words: &[u64],
    sums: &mut [Sum],
) {
    each_row_of(values.len(), known, words, |row| {
        sums[codes[row].index()] += Sum::from_whole(values[row].as_i128(), 1);
    });
}

/// Number of tables of counts. With few codes, the same code soon recurs, and its count would have to wait for the
/// previous addition. Therefore each of four consecutive rows has its own table.
const TABLES: usize = 4;

/// Maximum number of codes for which there are several tables, so that they fit the cache.
const MAX_TABLE_CODES: usize = 256;

/// Kernel that counts rows by code.
struct TallyKernel<'a, C> {
    codes: &'a [C],
    words: &'a [u64],
    counts: &'a mut [u64],
}

impl<C: CodeWidth> Kernel for TallyKernel<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _: I) {
        if self.counts.len() > MAX_TABLE_CODES {
            each_row(self.codes, self.words, |_, code| self.counts[code] += 1);
            return;
        }
        let mut tables = [[0; MAX_TABLE_CODES]; TABLES];
        each_row(self.codes, self.words, |row, code| tables[row % TABLES][code] += 1);
        for table in &tables {
            self.counts.iter_mut().zip(table).for_each(|(count, more)| *count += more);
        }
    }
}

#[inline(always)]
fn each_row<C: CodeWidth>(codes: &[C], words: &[u64], mut add: impl FnMut(usize, usize)) {
    let (blocks, rest) = codes.as_chunks::<64>();
    for (codes, &word) in blocks.iter().zip(words) {
        each_set_bit(word, |row| add(row, codes[row].index()));
    }
    if !rest.is_empty() {
        each_set_bit(cut(words[blocks.len()], rest.len()), |row| add(row, rest[row].index()));
    }
}

/// Kernel that sums values by code.
struct TallySums<'a, C, T> {
    codes: &'a [C],
    values: &'a [T],
    known: Option<&'a [u64]>,
    words: &'a [u64],
    sums: &'a mut [Sum],
}

impl<C: CodeWidth, T: KernelNumber> Kernel for TallySums<'_, C, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(mut self, _: I) {
        if self.sums.len() > MAX_TABLE_CODES {
            let sums = std::mem::take(&mut self.sums);
            self.each_row(|_, code, value| sums[code].add(value));
            return;
        }
        let mut tables = [[Sum::default(); MAX_TABLE_CODES]; TABLES];
        self.each_row(|row, code, value| tables[row % TABLES][code].add(value));
        for table in &tables {
            self.sums.iter_mut().zip(table).for_each(|(sum, more)| *sum += *more);
        }
    }
}

impl<C: CodeWidth, T: KernelNumber> TallySums<'_, C, T> {
    #[inline(always)]
    fn each_row(&self, mut add: impl FnMut(usize, usize, f64)) {
        let blocks = self.codes.chunks(64).zip(self.values.chunks(64));
        for (i, (codes, values)) in blocks.enumerate() {
            let word = self.words[i] & self.known.map_or(u64::MAX, |known| known[i]);
            match (codes.first_chunk::<64>(), values.first_chunk::<64>()) {
                (Some(codes), Some(values)) => {
                    each_set_bit(word, |row| add(row, codes[row].index(), values[row].as_f64()));
                }
                _ => {
                    let word = cut(word, codes.len());
                    each_set_bit(word, |row| add(row, codes[row].index(), values[row].as_f64()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cpu::on_each_level;
    use super::super::sum::sum;
    use super::super::tests::{LENS, Random, row_sets};
    use super::super::words::set_rows;
    use super::*;

    fn each_case(codes: usize, test: impl Fn(&[usize], &[u64])) {
        let mut random = Random::default();
        for len in LENS {
            let column: Vec<usize> = (0..len).map(|_| random.below(codes as u64) as usize).collect();
            row_sets(len).iter().for_each(|words| test(&column, words));
        }
    }

    fn held<C: CodeWidth>(column: &[usize]) -> Vec<C> {
        column.iter().map(|&code| C::from_index(code).unwrap()).collect()
    }

    fn assert_tally<C: CodeWidth>(codes: usize) {
        each_case(codes, |column, words| {
            let mut expected = vec![5; codes];
            set_rows(words).for_each(|row| expected[column[row]] += 1);
            on_each_level(|| {
                let mut counts = vec![5; codes];
                tally(&held::<C>(column), words, &mut counts);
                assert_eq!(counts, expected);
            });
        });
    }

    fn assert_sums<C: CodeWidth, T: KernelNumber>(codes: usize, value: impl Fn(u64) -> T) {
        each_case(codes, |column, words| {
            let mut random = Random::default();
            let values: Vec<T> = column.iter().map(|_| value(random.below(200))).collect();
            for known in row_sets(column.len()).iter().map(|known| Some(&known[..])).chain([None]) {
                let both: Vec<u64> =
                    words.iter().enumerate().map(|(i, word)| word & known.map_or(u64::MAX, |known| known[i])).collect();
                let mut expected = vec![Sum { total: 0.5, rest: 0.0, known: 1 }; codes];
                set_rows(&both).for_each(|row| expected[column[row]].add(values[row].as_f64()));
                let mut all = Sum::default();
                set_rows(&both).for_each(|row| all.add(values[row].as_f64()));
                on_each_level(|| {
                    let mut sums = vec![Sum { total: 0.5, rest: 0.0, known: 1 }; codes];
                    tally_sums(&held::<C>(column), &values, known, words, &mut sums);
                    assert_eq!(sums, expected);
                    assert_eq!(sum(&values, known, words), all);
                });
            }
        });
    }

    #[test]
    fn tally_counts_customers_by_code() {
        assert_tally::<u8>(1);
        assert_tally::<u8>(3);
        assert_tally::<u8>(256);
        assert_tally::<u16>(7);
        assert_tally::<u16>(257);
        assert_tally::<u32>(5000);
    }

    #[test]
    fn tally_sums_values_by_code_and_in_total() {
        // Quarters sum exactly in any order.
        assert_sums::<u8, f64>(1, |n| n as f64 / 4.0 - 7.0);
        assert_sums::<u8, i8>(3, |n| (n as i8).wrapping_sub(100));
        assert_sums::<u8, i64>(256, |n| n as i64 * 1_000_000_007 - 7);
        assert_sums::<u16, i16>(7, |n| n as i16 - 70);
        assert_sums::<u16, f64>(257, |n| n as f64 / 4.0);
        assert_sums::<u32, i32>(5000, |n| n as i32 - 100);
    }

    #[test]
    fn tally_sums_integers_exactly_by_code() {
        let values: Vec<i64> = (0..300).map(|i| i64::MAX - i * 1_000_000_007).collect();
        let codes: Vec<u16> = (0..300).map(|i| i % 3).collect();
        let mut sums = [Sum::default(); 3];
        tally_whole(&codes, &values, Some(&[!1; 5]), &[u64::MAX; 5], &mut sums);
        for (code, sum) in sums.iter().enumerate() {
            let of_code = (0..300).filter(|row| row % 3 == code && row % 64 != 0);
            let wanted: i128 = of_code.map(|row| i128::from(values[row])).sum();
            assert_eq!(sum.total as i128 + sum.rest as i128, wanted);
        }
    }

    #[test]
    fn sum_ignores_values_outside_row_set() {
        let values: Vec<f64> = (0..200).map(|row| if row % 3 == 0 { f64::NAN } else { 1.0 }).collect();
        let words: Vec<u64> =
            (0..4).map(|i| (0..64).filter(|bit| (i * 64 + bit) % 3 != 0).fold(0, |w, bit| w | 1 << bit)).collect();
        on_each_level(|| {
            let mut sums = [Sum::default(); 2];
            tally_sums(&[1u8; 200], &values, None, &words, &mut sums);
            assert_eq!(sums[1], Sum { total: 133.0, rest: 0.0, known: 133 });
            assert_eq!(sum(&values, None, &words), sums[1]);
            assert_eq!(sum(&[f64::INFINITY, f64::NEG_INFINITY], None, &[1]).total, f64::INFINITY);
            assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY], None, &[3]).total.is_nan());
        });
    }

    #[test]
    fn sums_are_identical_on_every_cpu_level() {
        let mut random = Random::default();
        let values: Vec<f64> = (0..1000).map(|_| random.bits() as f64 / 7.0).collect();
        let codes: Vec<u8> = (0..1000).map(|_| random.below(5) as u8).collect();
        let words = row_sets(1000).swap_remove(5);
        let mut elsewhere = values.clone();
        (0..1000).filter(|row| words[row / 64] >> (row % 64) & 1 == 0).for_each(|row| elsewhere[row] = f64::NAN);
        let figures = |values: &[f64]| {
            let mut sums = [Sum::default(); 5];
            tally_sums(&codes, values, None, &words, &mut sums);
            (sums, sum(values, None, &words))
        };
        let expected = figures(&values);
        on_each_level(|| {
            assert_eq!(figures(&values), expected);
            assert_eq!(figures(&elsewhere), expected);
        });
    }
}
