use memchr::memmem::Finder;

use super::super::blocks::{set_bits, truths};
use super::super::cpu::{self, Isa, Kernel};
use super::{groups, row_by_row};

/// Sets the bits of the rows that contain `needle`.
///
/// Marks all positions of the needle first, one bit per byte, and then checks each row for a position inside it. The
/// time hardly depends on the number of occurrences, while a search that restarts after each one is slow if there are
/// many.
pub fn contains(offsets: &[u32], bytes: &[u8], needle: &[u8], out: &mut [u64]) {
    cpu::run(Contains { offsets, bytes, needle, out });
}

/// Kernel that finds the rows of a text column that contain a text.
struct Contains<'a> {
    offsets: &'a [u32],
    bytes: &'a [u8],
    needle: &'a [u8],
    out: &'a mut [u64],
}

impl Kernel for Contains<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let Self { offsets, bytes, needle, out } = self;
        let finder = Finder::new(needle);
        let mut places = NeedlePositions { needle, words: [0; WORDS] };
        for (word, offsets) in out.iter_mut().zip(groups(offsets)) {
            *word = match reach(offsets, bytes, needle) {
                Some(reach) => places.rows(isa, offsets, reach),
                None => find_in_each(offsets, bytes, &finder),
            };
        }
    }
}

/// Returns the bytes of 64 rows, with the bytes after them that are read together with them. Returns `None` if the
/// column ends before that, if the rows are too long, or if the needle is empty.
#[inline(always)]
fn reach<'a>(offsets: &[u32], bytes: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    let (from, to) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
    let short = to - from <= LONG && !needle.is_empty();
    bytes.get(from..to + 64 + needle.len()).filter(|_| short)
}

#[inline(never)]
fn find_in_each(offsets: &[u32], bytes: &[u8], finder: &Finder) -> u64 {
    row_by_row(offsets, |from, to| finder.find(&bytes[from..to]).is_some())
}

/// Maximum number of bytes of 64 rows that are searched together. Longer rows are searched one by one, since the time
/// to start a search does not matter for them.
const LONG: usize = 1 << 14;

/// Number of words: twice the number for [`LONG`] bytes, plus one. A power of two plus one avoids bounds checks.
const WORDS: usize = LONG / 64 * 2 + 1;

/// Number of the needle's bytes that are compared at 64 positions at once. The rest of a longer needle is compared
/// only at positions where these bytes match.
const PROBES: usize = 16;

/// The positions of the needle in the bytes of 64 rows.
struct NeedlePositions<'a> {
    needle: &'a [u8],
    /// Bit i is set if the needle is at byte i, even if it extends into the next row. Bits past the last row are
    /// arbitrary.
    words: [u64; WORDS],
}

impl NeedlePositions<'_> {
    /// Returns the rows that contain the needle: bit i is set if row i does.
    #[inline(always)]
    fn rows(&mut self, isa: impl Isa, offsets: &[u32], reach: &[u8]) -> u64 {
        let last = offsets[offsets.len() - 1];
        if !self.find(isa, reach, (last - offsets[0]) as usize) {
            return 0;
        }
        // If there are fewer than 64 rows, the rest are empty rows.
        let mut ends = [last; 65];
        ends[..offsets.len()].copy_from_slice(offsets);
        // Number of positions in each row at which the needle does not extend past the row.
        let needle = u32::try_from(self.needle.len()).unwrap_or(u32::MAX);
        let mut rooms = [0; 64];
        for (room, ends) in rooms.iter_mut().zip(ends.windows(2)) {
            *room = (ends[1] - ends[0] + 1).saturating_sub(needle);
        }
        let rows = ends.iter().map(|end| (end - ends[0]) as usize).zip(rooms).enumerate();
        if rooms.iter().all(|&room| room < 64) {
            rows.fold(0, |word, (i, (from, room))| word | u64::from(self.window(from) & low(room) != 0) << i)
        } else {
            rows.fold(0, |word, (i, (from, room))| word | u64::from(self.any(from, room)) << i)
        }
    }

    /// Marks all positions in the first `len` bytes. Returns false if there are none.
    #[inline(always)]
    fn find(&mut self, isa: impl Isa, bytes: &[u8], len: usize) -> bool {
        let last = self.needle.len() - 1;
        let (first_byte, last_byte) = (self.needle[0], self.needle[last]);
        let mut any = 0;
        for (at, word) in (0..len).step_by(64).zip(&mut self.words) {
            let bytes = &bytes[at..];
            *word = equal(isa, bytes, first_byte) & equal(isa, &bytes[last..], last_byte);
            if *word != 0 && last > 1 {
                *word = within(isa, *word, bytes, self.needle);
            }
            any |= *word;
        }
        any != 0
    }

    /// Returns the marks of the 64 positions from byte `from` on.
    #[inline(always)]
    fn window(&self, from: usize) -> u64 {
        let (word, bit) = (from / 64 % (WORDS - 1), from % 64);
        self.words[word] >> bit | self.words[word + 1] << 1 << (63 - bit)
    }

    fn any(&self, from: usize, room: u32) -> bool {
        (0..room).step_by(64).any(|at| {
            let window = self.window(from + at as usize);
            window != 0 && (room - at >= 64 || window & low(room - at) != 0)
        })
    }
}

/// Returns a word with the lowest `bits` bits set, fewer than 64.
#[inline(always)]
fn low(bits: u32) -> u64 {
    (1 << (bits % 64)) - 1
}

/// Returns those of the positions at which the bytes between the needle's first and last byte match, too.
#[inline(always)]
fn within(isa: impl Isa, mut places: u64, bytes: &[u8], needle: &[u8]) -> u64 {
    let last = needle.len() - 1;
    for (i, &byte) in needle.iter().enumerate().take(last.min(PROBES)).skip(1) {
        places &= equal(isa, &bytes[i..], byte);
        if places == 0 {
            return 0;
        }
    }
    if last > PROBES { verified(places, bytes, needle) } else { places }
}

fn verified(places: u64, bytes: &[u8], needle: &[u8]) -> u64 {
    let places = set_bits(places).filter(|&place| bytes[place..].starts_with(needle));
    places.fold(0, |word, place| word | 1 << place)
}

/// Returns the positions of the bytes that equal `byte`, as bits.
#[inline(always)]
fn equal(isa: impl Isa, bytes: &[u8], byte: u8) -> u64 {
    // There are always 64 bytes: `reach` ensures it.
    bytes.first_chunk::<64>().map_or(0, |block| isa.pack(&truths(block, |other| other == byte)))
}

#[cfg(test)]
mod tests {
    use super::super::super::cpu::on_each_level;
    use super::super::tests::{TextRows, assert_kernel};
    use super::*;

    fn assert_contains(rows: &TextRows, needle: &[u8]) {
        on_each_level(|| {
            assert_kernel(contains, rows, needle, |row, needle| {
                needle.is_empty() || row.windows(needle.len()).any(|part| part == needle)
            });
        });
    }

    #[test]
    fn contains_agrees_with_naive_search() {
        for rows in TextRows::samples() {
            for needle in rows.needles() {
                assert_contains(&rows, &needle);
            }
        }
    }

    #[test]
    fn match_across_rows_hides_no_match_in_second_row() {
        let rows: Vec<_> = ["xa", "aa", "a", "a", "", "aab", "ba", "a"].repeat(200);
        let rows = TextRows::new(&rows);
        for needle in ["a", "aa", "aaa", "ab", "aab", "b"] {
            assert_contains(&rows, needle.as_bytes());
        }
    }

    #[test]
    fn contains_searches_rows_of_any_length() {
        for len in [15, 16, 17, 62, 63, 64, 65, 127, 128, 129, 200, 255, 256, 257, 1000] {
            for at in [0, 1, 61, 62, 63, 64, 65, len - 5, len - 4, len - 3, len] {
                let mut row = "n".repeat(len);
                if at + 4 <= len {
                    row.replace_range(at..at + 4, "needle".get(..4).unwrap());
                }
                let other = "m".repeat(len / 2);
                let rows: Vec<_> = [row.as_str(), &other, ""].repeat(50);
                assert_contains(&TextRows::new(&rows), b"need");
            }
        }
    }

    #[test]
    fn contains_compares_long_needle_to_end() {
        let near = "0123456789abcdefghij-klmnop";
        let rows: Vec<_> = [near, "0123456789abcdefghij+klmnop", "0123456789abcdef"].repeat(100);
        for len in 14..=near.len() {
            assert_contains(&TextRows::new(&rows), &near.as_bytes()[..len]);
        }
        assert_contains(&TextRows::new(&rows), near.repeat(1000).as_bytes());
    }
}
