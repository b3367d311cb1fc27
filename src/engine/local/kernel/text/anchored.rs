use super::{groups, row_by_row};

/// Sets the bits of the rows that start with `needle`.
pub fn starts_with(offsets: &[u32], bytes: &[u8], needle: &[u8], out: &mut [u64]) {
    let needle = Needle::new(bytes, needle);
    each_row(offsets, out, |from, to| to - from >= needle.len() && needle.is_at(from));
}

/// Sets the bits of the rows that end with `needle`.
pub fn ends_with(offsets: &[u32], bytes: &[u8], needle: &[u8], out: &mut [u64]) {
    let needle = Needle::new(bytes, needle);
    each_row(offsets, out, |from, to| to - from >= needle.len() && needle.is_at(to - needle.len()));
}

/// Sets the bits of the rows that equal `needle`.
pub fn equals(offsets: &[u32], bytes: &[u8], needle: &[u8], out: &mut [u64]) {
    let needle = Needle::new(bytes, needle);
    each_row(offsets, out, |from, to| to - from == needle.len() && needle.is_at(from));
}

#[inline(always)]
fn each_row(offsets: &[u32], out: &mut [u64], test: impl Fn(usize, usize) -> bool) {
    for (word, offsets) in out.iter_mut().zip(groups(offsets)) {
        *word = row_by_row(offsets, &test);
    }
}

/// A needle whose first eight bytes are compared as one number, which suffices for most rows.
struct Needle<'a> {
    bytes: &'a [u8],
    needle: &'a [u8],
    head: u64,
    /// Mask of the bytes of the head that belong to the needle, which may be shorter than eight bytes.
    head_bits: u64,
}

impl<'a> Needle<'a> {
    fn new(bytes: &'a [u8], needle: &'a [u8]) -> Self {
        let mut head = [0; 8];
        let mut bits = [0; 8];
        for (i, &byte) in needle.iter().enumerate().take(8) {
            (head[i], bits[i]) = (byte, 0xFF);
        }
        Self { bytes, needle, head: u64::from_le_bytes(head), head_bits: u64::from_le_bytes(bits) }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.needle.len()
    }

    /// Returns true if the needle is at this byte.
    #[inline(always)]
    fn is_at(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        match rest.first_chunk() {
            Some(&head) if (u64::from_le_bytes(head) ^ self.head) & self.head_bits != 0 => false,
            Some(_) if self.len() <= 8 => true,
            _ => rest.starts_with(self.needle),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TextRows, assert_kernel};
    use super::*;

    #[test]
    fn anchored_matches_agree_with_standard_library() {
        for rows in TextRows::samples() {
            for needle in rows.needles() {
                assert_kernel(starts_with, &rows, &needle, |row, needle| row.starts_with(needle));
                assert_kernel(ends_with, &rows, &needle, |row, needle| row.ends_with(needle));
                assert_kernel(equals, &rows, &needle, |row, needle| row == needle);
            }
        }
    }

    #[test]
    fn anchored_needle_stops_at_row_end() {
        let rows = TextRows::new(&["abc", "def", "abcdefghi", "jabcdefghij"]);
        assert_kernel(starts_with, &rows, b"abcdef", |row, needle| row.starts_with(needle));
        assert_kernel(ends_with, &rows, b"cdef", |row, needle| row.ends_with(needle));
        assert_kernel(equals, &rows, b"abcdefghij", |row, needle| row == needle);
    }
}
