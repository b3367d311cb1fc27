//! Searches for a needle in rows of text that are stored end to end: row i is `bytes[offsets[i]..offsets[i + 1]]`.

mod anchored;
mod contains;

pub use anchored::{ends_with, equals, starts_with};
pub use contains::contains;

/// Returns the offsets of each group of 64 rows, including the end of the group's last row.
fn groups(offsets: &[u32]) -> impl Iterator<Item = &[u32]> {
    (0..offsets.len().saturating_sub(1)).step_by(64).map(|row| &offsets[row..offsets.len().min(row + 65)])
}

/// Returns the results of `test` for the rows of a group: bit i is that of row i. `test` takes the start and the end
/// of a row.
#[inline(always)]
fn row_by_row(offsets: &[u32], test: impl Fn(usize, usize) -> bool) -> u64 {
    let tests = offsets.windows(2).map(|ends| test(ends[0] as usize, ends[1] as usize));
    tests.enumerate().fold(0, |word, (i, truth)| word | u64::from(truth) << i)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{LENS, Random};

    pub struct TextRows {
        offsets: Vec<u32>,
        bytes: Vec<u8>,
    }

    impl TextRows {
        /// Creates a column with extra bytes before the first row and, if there are rows, after the last, which belong
        /// to no row.
        pub fn new<T: AsRef<[u8]>>(rows: &[T]) -> Self {
            let mut bytes = b"aaaa".to_vec();
            let mut offsets = vec![bytes.len() as u32];
            for row in rows {
                bytes.extend_from_slice(row.as_ref());
                offsets.push(bytes.len() as u32);
            }
            bytes.extend_from_slice(&b"aaaaaaaaa"[..rows.len() % 10]);
            Self { offsets, bytes }
        }

        /// Returns rows of few letters, so that needles are found, for each number of rows.
        pub fn samples() -> impl Iterator<Item = Self> {
            let mut random = Random::default();
            LENS.into_iter().flat_map(|rows| [(rows, 3), (rows, 12), (rows, 90)]).map(move |(rows, longest)| {
                let mut row = || {
                    let len = random.below(longest + 1);
                    (0..len).map(|_| b"abc\xC3\xA4\0"[random.below(6) as usize]).collect::<Vec<u8>>()
                };
                Self::new(&(0..rows).map(|_| row()).collect::<Vec<_>>())
            })
        }

        pub fn needles(&self) -> Vec<Vec<u8>> {
            let fixed: [&[u8]; 8] = [b"", b"a", b"ab", b"aa", b"\0", b"abca", b"\xC3\xA4", b"zz"];
            let rows = self.rows().filter(|row| !row.is_empty()).take(20);
            let parts = rows.flat_map(|row| [row, &row[..row.len() / 2], &row[row.len() / 2..], &row[row.len() - 1..]]);
            fixed.into_iter().chain(parts).map(<[u8]>::to_vec).collect()
        }

        fn rows(&self) -> impl Iterator<Item = &[u8]> {
            self.offsets.windows(2).map(|ends| &self.bytes[ends[0] as usize..ends[1] as usize])
        }
    }

    pub fn assert_kernel(
        kernel: impl Fn(&[u32], &[u8], &[u8], &mut [u64]),
        rows: &TextRows,
        needle: &[u8],
        naive: impl Fn(&[u8], &[u8]) -> bool,
    ) {
        let expected = super::super::tests::bits(rows.rows().map(|row| naive(row, needle)));
        let mut out = vec![u64::MAX; expected.len()];
        kernel(&rows.offsets, &rows.bytes, needle, &mut out);
        assert_eq!(out, expected, "{} rows, {:?}", rows.offsets.len() - 1, needle.escape_ascii().to_string());
    }
}
