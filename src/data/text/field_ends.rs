//! Finds where the fields of delimited text end, 64 bytes at a time: one bit per byte for each character that counts, as
//! simdjson does for JSON. A reader that searches for one separator after the other is slower where fields are short.

use memchr::memchr;

/// A text that is not as RFC 4180 says, or has line ends other than LF and CRLF. The reader that goes row by row finds out
/// what is wrong with it, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Irregular;

/// The places of the fields of some rows.
#[derive(Debug, Default)]
pub struct FieldEnds {
    /// First byte of each row.
    starts: Vec<u32>,
    /// Byte after each field, row by row.
    ends: Vec<u32>,
    width: usize,
}

/// Characters that end fields, and the quote around fields if there is one.
#[derive(Debug, Clone, Copy)]
pub struct FieldMarks {
    pub separator: u8,
    pub quote: Option<u8>,
}

impl FieldEnds {
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    /// Returns the bytes of a field, with its quotes.
    #[inline]
    pub fn range(&self, row: usize, field: usize) -> std::ops::Range<usize> {
        let at = row * self.width + field;
        let start = if field == 0 { self.starts[row] } else { self.ends[at - 1] + 1 };
        start as usize..self.ends[at] as usize
    }

    /// Removes the rows of which `is_left_out` is true.
    pub fn leave_out(&mut self, mut is_left_out: impl FnMut(&Self, usize) -> bool) -> usize {
        let rows = self.rows();
        let left_out: Vec<usize> = (0..rows).filter(|&row| is_left_out(self, row)).collect();
        for &row in left_out.iter().rev() {
            self.starts.remove(row);
            self.ends.drain(row * self.width..(row + 1) * self.width);
        }
        left_out.len()
    }

    /// Finds the fields of a text of whole rows, each of which must have `width` of them. Blank lines are no rows.
    ///
    /// # Errors
    /// Returns an error if the text is irregular, or a row has another number of fields.
    pub fn find(&mut self, text: &[u8], width: usize, marks: FieldMarks) -> Result<(), Irregular> {
        self.width = width;
        self.starts.clear();
        let has_quotes = marks.quote.is_some_and(|quote| memchr(quote, text).is_some());
        let has_returns = memchr(b'\r', text).is_some();
        match (has_quotes, has_returns) {
            (false, false) => self.walk::<false, false>(text, marks),
            (false, true) => self.walk::<false, true>(text, marks),
            (true, false) => self.walk::<true, false>(text, marks),
            (true, true) => self.walk::<true, true>(text, marks),
        }
    }

    fn walk<const QUOTES: bool, const RETURNS: bool>(
        &mut self,
        text: &[u8],
        marks: FieldMarks,
    ) -> Result<(), Irregular> {
        // Each byte ends at most one field, and the end of the text one more.
        if self.ends.len() <= text.len() {
            self.ends.resize(text.len() + 1, 0);
        }
        let mut state = WordState::default();
        let mut rows = OpenRow::default();
        let (words, tail) = text.as_chunks::<64>();
        let mut base = 0;
        for word in words {
            let (fields, lines) = state.step::<QUOTES, RETURNS>(word, marks, u64::MAX);
            self.add::<RETURNS>(text, base, fields, lines, &mut rows)?;
            base += 64;
        }
        if !tail.is_empty() {
            let mut word = [0; 64];
            word[..tail.len()].copy_from_slice(tail);
            let (fields, lines) = state.step::<QUOTES, RETURNS>(&word, marks, (1 << tail.len()) - 1);
            self.add::<RETURNS>(text, base, fields, lines, &mut rows)?;
        }
        if rows.start < text.len() as u32 {
            self.end_row::<RETURNS>(text, text.len() as u32, &mut rows)?;
        }
        if state.is_good() { Ok(()) } else { Err(Irregular) }
    }

    /// Adds the ends of fields and of lines in 64 bytes.
    #[inline(always)]
    fn add<const RETURNS: bool>(
        &mut self,
        text: &[u8],
        base: u32,
        fields: u64,
        lines: u64,
        rows: &mut OpenRow,
    ) -> Result<(), Irregular> {
        let mut all = fields | lines;
        if lines == 0 {
            let room = &mut self.ends[rows.fields..];
            let count = all.count_ones() as usize;
            let Some(room) = room.get_mut(..count) else { return Err(Irregular) };
            for end in room {
                *end = base + all.trailing_zeros();
                all &= all.wrapping_sub(1);
            }
            rows.fields += count;
            return Ok(());
        }
        while all != 0 {
            let bit = all.trailing_zeros();
            all &= all - 1;
            if lines >> bit & 1 == 1 {
                self.end_row::<RETURNS>(text, base + bit, rows)?;
            } else {
                self.ends[rows.fields] = base + bit;
                rows.fields += 1;
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn end_row<const RETURNS: bool>(
        &mut self,
        text: &[u8],
        line_end: u32,
        rows: &mut OpenRow,
    ) -> Result<(), Irregular> {
        let mut end = line_end;
        if RETURNS && end > rows.start && text[end as usize - 1] == b'\r' {
            end -= 1;
        }
        if end > rows.start {
            self.ends[rows.fields] = end;
            rows.fields += 1;
            if rows.fields != (self.starts.len() + 1) * self.width {
                return Err(Irregular);
            }
            self.starts.push(rows.start);
        }
        rows.start = line_end + 1;
        Ok(())
    }
}

/// The row that is being read.
#[derive(Default)]
struct OpenRow {
    start: u32,
    /// Number of fields so far, of all rows.
    fields: usize,
}

/// State after the bytes so far, which decides what the next ones mean.
struct WordState {
    /// All bits if the next byte is in quotes.
    inside: u64,
    /// 1 if the byte before ends a field or a line, or is the first.
    after_end: u64,
    /// 1 if the byte before is a quote that closes a field, or the first of two that stand for one.
    after_close: u64,
    /// 1 if the byte before is a carriage return outside of quotes.
    after_return: u64,
    /// Bits of bytes that are out of place.
    wrong: u64,
}

impl Default for WordState {
    fn default() -> Self {
        Self { inside: 0, after_end: 1, after_close: 0, after_return: 0, wrong: 0 }
    }
}

impl WordState {
    /// Returns the bits of the separators and of the line feeds outside of quotes. Only bytes of the bits `valid` count.
    #[inline(always)]
    fn step<const QUOTES: bool, const RETURNS: bool>(
        &mut self,
        word: &[u8; 64],
        marks: FieldMarks,
        valid: u64,
    ) -> (u64, u64) {
        let separators = places(word, marks.separator) & valid;
        let lines = places(word, b'\n') & valid;
        let returns = if RETURNS { places(word, b'\r') & valid } else { 0 };
        let quotes = match marks.quote {
            Some(quote) if QUOTES => places(word, quote) & valid,
            _ => 0,
        };
        let mut bare = u64::MAX;
        if QUOTES {
            let inside = prefix_xor(quotes) ^ self.inside;
            let ends = separators | lines | returns;
            let (open, close) = (quotes & inside, quotes & !inside);
            let after_close = close << 1 | self.after_close;
            self.wrong |= open & !(ends << 1 | self.after_end | after_close);
            self.wrong |= after_close & !(ends | quotes) & valid;
            self.inside = (inside as i64 >> 63) as u64;
            self.after_end = ends >> 63;
            self.after_close = close >> 63;
            bare = !inside;
        }
        if RETURNS {
            let returns = returns & bare;
            self.wrong |= (returns << 1 | self.after_return) & !lines & valid;
            // One at the end of the text, too, is no CRLF.
            self.wrong |= returns & !(valid >> 1) & !(1 << 63);
            self.after_return = returns >> 63;
        }
        (separators & bare, lines & bare)
    }

    fn is_good(&self) -> bool {
        self.wrong == 0 && self.inside == 0 && self.after_return == 0
    }
}

/// Returns for each bit whether the number of bits up to it is odd.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// Returns the bits of the bytes that are `wanted`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn places(word: &[u8; 64], wanted: u8) -> u64 {
    use std::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    let quarter = |at: usize| -> u64 {
        // SAFETY: every x86-64 CPU has SSE2; the 16 bytes lie within the 64, and need not be aligned.
        unsafe {
            let bytes = _mm_loadu_si128(word.as_ptr().add(16 * at).cast::<__m128i>());
            let equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted as i8));
            u64::from(_mm_movemask_epi8(equal) as u32)
        }
    };
    quarter(0) | quarter(1) << 16 | quarter(2) << 32 | quarter(3) << 48
}

/// Returns the bits of the bytes that are `wanted`.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn places(word: &[u8; 64], wanted: u8) -> u64 {
    let eights = word.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |places, (at, eight)| {
        let equal = u64::from_le_bytes(eight.map(|byte| u8::from(byte == wanted)));
        // The highest byte of the product has the lowest bit of each of the eight bytes.
        places | (equal.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;
    use crate::data::text::dialect::CsvDialect;

    const MARKS: FieldMarks = FieldMarks { separator: b',', quote: Some(b'"') };

    fn fields(text: &str, width: usize) -> Result<Vec<Vec<String>>, Irregular> {
        let mut ends = FieldEnds::default();
        ends.find(text.as_bytes(), width, MARKS)?;
        let field = |row, field| text[ends.range(row, field)].to_owned();
        Ok((0..ends.rows()).map(|row| (0..width).map(|at| field(row, at)).collect()).collect())
    }

    /// The records of a text by the reader that goes row by row; `None` if it finds a fault.
    fn records(text: &str, width: usize) -> Option<Vec<Vec<String>>> {
        let dialect = CsvDialect::with(b',');
        let mut checked = Vec::new();
        dialect.checked(Box::new(std::io::Cursor::new(text.to_owned()))).read_to_end(&mut checked).ok()?;
        let records = dialect.builder().from_reader(text.as_bytes()).into_records();
        let records: Vec<csv::StringRecord> = records.collect::<Result<_, _>>().ok()?;
        let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        records.iter().all(|record| record.len() == width).then(|| records.iter().map(fields).collect())
    }

    fn without_quotes(field: &str) -> String {
        match field.strip_prefix('"') {
            Some(rest) => rest[..rest.len() - 1].replace("\"\"", "\""),
            None => field.to_owned(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn field_ends_agree_with_row_reader(
            rows in prop::collection::vec(
                prop::sample::select(&["a,b", "a,", ",", "\"a\",b", "\"a,\n\",\"\"\"\"", "\"\",\"b\"\"\"", "longer text here,x"][..]),
                0..30,
            ),
            line_end in prop::sample::select(&["\n", "\r\n", "\n\n"][..]),
            spoiled in prop::option::weighted(0.5, (0..400_usize, prop::sample::select(&["\"", ",", "\n", "\r", "a", "\r\n"][..]))),
        ) {
            let mut text: String = rows.iter().map(|row| format!("{row}{line_end}")).collect();
            if let Some((at, mark)) = spoiled {
                text.insert_str(at.min(text.len()), mark);
            }
            let expected = records(&text, 2);
            match fields(&text, 2) {
                Ok(found) => {
                    let found: Vec<Vec<String>> = found.iter().map(|row| row.iter().map(|field| without_quotes(field)).collect()).collect();
                    prop_assert_eq!(Some(found), expected);
                }
                // Only carriage returns alone are left to the other reader, too.
                Err(Irregular) => prop_assert!(expected.is_none() || text.contains('\r')),
            }
        }
    }

    #[test]
    fn field_ends_leave_out_whole_rows() {
        let mut ends = FieldEnds::default();
        ends.find(b"a,b\nc,d\ne,f\n", 2, MARKS).unwrap();
        assert_eq!(ends.leave_out(|_, row| row != 1), 2);
        assert_eq!((ends.rows(), ends.range(0, 0), ends.range(0, 1)), (1, 4..5, 6..7));
    }
}
