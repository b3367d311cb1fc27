//! Tests whether the codes of a dictionary-coded column are in a set.

use super::blocks::{each_word, words};
use super::cpu::{self, ByteSet, Isa, Kernel, looked_up};

/// An integer type for the codes of a column.
pub trait CodeWidth: Copy + PartialOrd + Send + Sync + 'static {
    const MIN: Self;
    const MAX: Self;

    fn index(self) -> usize;

    /// Converts an index; returns `None` if it does not fit the type.
    fn from_index(index: usize) -> Option<Self>;

    /// Returns the codes as bytes if the type is one byte wide.
    fn bytes(codes: &[Self]) -> Option<&[u8]>;
}

macro_rules! code {
    ($code:ty, $bytes:expr) => {
        impl CodeWidth for $code {
            const MIN: Self = <$code>::MIN;
            const MAX: Self = <$code>::MAX;

            #[inline(always)]
            fn index(self) -> usize {
                self as usize
            }

            fn from_index(index: usize) -> Option<Self> {
                Self::try_from(index).ok()
            }

            fn bytes(codes: &[Self]) -> Option<&[u8]> {
                $bytes(codes)
            }
        }
    };
}
code!(u8, Some);
code!(u16, |_| None);
code!(u32, |_| None);

/// A set of the codes of a column.
///
/// Dictionaries are sorted, so a set often consists of one or a few runs of consecutive codes.
#[derive(Debug, Clone)]
pub struct CodeSet {
    /// First and last code of each run, in ascending order.
    runs: Vec<(usize, usize)>,
    /// Element c is true if code c is in the set. There are at least 2^16 elements, so that a `u16` needs no bounds
    /// check.
    truths: Vec<bool>,
    bytes: ByteSet,
}

/// Maximum number of runs with which codes are compared; with more runs each code is looked up.
const MAX_RUNS: usize = 8;

/// Maximum number of runs for codes of one byte. It is lower, since 64 bytes are looked up at once.
const MAX_RUNS_OF_BYTES: usize = 2;

impl CodeSet {
    /// Creates a set. `codes` is the number of codes, including the code of null if there is one. Elements of
    /// `inside` that are not codes are ignored.
    pub fn new(codes: usize, inside: impl Iterator<Item = usize>) -> Self {
        let mut truths = vec![false; codes.max(1 << 16)];
        for code in inside.filter(|&code| code < codes) {
            truths[code] = true;
        }
        let bytes = ByteSet::new(std::array::from_fn(|code| truths[code]));
        Self { runs: runs(&truths[..codes]), truths, bytes }
    }

    #[inline(always)]
    pub fn contains(&self, code: usize) -> bool {
        self.truths.get(code).is_some_and(|&inside| inside)
    }

    /// Returns the runs in the type of a column's codes, padded with empty runs.
    fn runs<C: CodeWidth, const N: usize>(&self) -> [(C, C); N] {
        let mut runs = self
            .runs
            .iter()
            .filter_map(|&(first, last)| Some((C::from_index(first)?, C::from_index(last).unwrap_or(C::MAX))));
        std::array::from_fn(|_| runs.next().unwrap_or((C::MAX, C::MIN)))
    }
}

fn runs(truths: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for code in (0..truths.len()).filter(|&code| truths[code]) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == code => *last = code,
            _ => runs.push((code, code)),
        }
    }
    runs
}

/// Sets the bits of the rows whose code is in the set.
pub fn members<C: CodeWidth>(codes: &[C], set: &CodeSet, out: &mut [u64]) {
    match (set.runs.len(), C::bytes(codes)) {
        (0, _) => out.fill(0),
        (1, _) => cpu::run(InRuns { codes, runs: set.runs::<C, 1>(), out }),
        (2..=MAX_RUNS_OF_BYTES, _) => cpu::run(InRuns { codes, runs: set.runs::<C, MAX_RUNS_OF_BYTES>(), out }),
        (_, Some(codes)) => cpu::run(InBytes { codes, bytes: &set.bytes, out }),
        (..=4, None) => cpu::run(InRuns { codes, runs: set.runs::<C, 4>(), out }),
        (..=MAX_RUNS, None) => cpu::run(InRuns { codes, runs: set.runs::<C, MAX_RUNS>(), out }),
        (_, None) => cpu::run(InTable { codes, truths: &set.truths, out }),
    }
}

/// Kernel that compares codes with a few runs.
struct InRuns<'a, C, const N: usize> {
    codes: &'a [C],
    runs: [(C, C); N],
    out: &'a mut [u64],
}

impl<C: CodeWidth, const N: usize> Kernel for InRuns<'_, C, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let runs = self.runs;
        words(isa, self.codes, self.out, |code| {
            let mut inside = false;
            for (first, last) in runs {
                inside |= (first <= code) & (code <= last);
            }
            inside
        });
    }
}

/// Kernel that looks up codes of one byte in a set of bytes.
struct InBytes<'a> {
    codes: &'a [u8],
    bytes: &'a ByteSet,
    out: &'a mut [u64],
}

impl Kernel for InBytes<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let bytes = self.bytes;
        each_word(self.codes, self.out, |block| isa.look_up(block, bytes), |code| bytes.contains(code));
    }
}

/// Kernel that looks up codes of two bytes in a table of all such codes.
struct InTable<'a, C> {
    codes: &'a [C],
    truths: &'a [bool],
    out: &'a mut [u64],
}

impl<C: CodeWidth> Kernel for InTable<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, _: I) {
        let truths = self.truths;
        if truths.len() <= usize::from(u16::MAX) {
            // Unreachable: tells the compiler the length of the table, so that it omits bounds checks.
            return;
        }
        let look_up = |code: C| truths.get(code.index()).is_some_and(|&inside| inside);
        each_word(self.codes, self.out, |block| looked_up(block, look_up), look_up);
    }
}

#[cfg(test)]
mod tests {
    use super::super::cpu::on_each_level;
    use super::super::tests::{LENS, Random, bits};
    use super::*;

    fn sets(codes: usize) -> Vec<Vec<usize>> {
        let mut random = Random::default();
        let mut sets: Vec<Vec<usize>> =
            [0, 1, 2, 3, 4, 5, 8, 9, 20].iter().map(|&runs| (0..runs).map(|i| i * codes / 21).collect()).collect();
        sets.extend([vec![codes - 1], (0..codes).collect(), (codes / 3..codes / 2).collect()]);
        sets.push((0..codes).filter(|_| random.below(2) == 0).collect());
        sets
    }

    fn assert_members<C: CodeWidth>(codes: usize) {
        let mut random = Random::default();
        for inside in sets(codes) {
            let set = CodeSet::new(codes, inside.iter().copied());
            for len in LENS {
                let column: Vec<usize> = (0..len).map(|_| random.below(codes as u64) as usize).collect();
                let expected = bits(column.iter().map(|code| inside.contains(code)));
                assert_eq!(bits(column.iter().map(|&code| set.contains(code))), expected);
                let column: Vec<C> = column.into_iter().map(|code| C::from_index(code).unwrap()).collect();
                on_each_level(|| {
                    let mut out = vec![u64::MAX; expected.len()];
                    members(&column, &set, &mut out);
                    assert_eq!(out, expected, "{len} of {codes} codes, {} inside", inside.len());
                });
            }
        }
    }

    #[test]
    fn code_members_are_found_in_every_code_width() {
        assert_members::<u8>(30);
        assert_members::<u8>(256);
        assert_members::<u16>(30);
        assert_members::<u16>(300);
        assert_members::<u32>(3000);
    }

    #[test]
    fn code_set_contains_last_code_of_type() {
        for inside in [vec![0, 65_535], (0..65_536).step_by(3).collect()] {
            let set = CodeSet::new(65_536, inside.into_iter());
            let mut out = [0];
            members(&[65_535u16, 1, 65_534, 0], &set, &mut out);
            assert_eq!(out, [0b1001]);
        }
    }

    #[test]
    fn code_beyond_set_is_no_member() {
        for inside in [vec![3, 70_001], (0..70_001).step_by(2).chain([70_001]).collect()] {
            let set = CodeSet::new(70_001, inside.into_iter());
            let mut out = [0];
            members(&[70_001u32, 1, u32::MAX], &set, &mut out);
            assert_eq!(out, [0]);
        }
        let mut out = [u64::MAX];
        members(&[0u8, 1], &CodeSet::new(0, [0].into_iter()), &mut out);
        assert_eq!(out, [0]);
    }

    #[test]
    fn code_runs_beyond_type_match_no_code() {
        let set = CodeSet::new(1000, (250..260).chain(300..310).chain([5]));
        let mut out = [0];
        members(&[5u8, 4, 249, 250, 255], &set, &mut out);
        assert_eq!(out, [0b11001]);
    }
}
