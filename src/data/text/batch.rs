use super::rejects::Reject;

/// Some rows of a delimited file: their fields one after the other, unquoted.
#[derive(Default)]
pub struct FieldBatch {
    text: String,
    /// End of each field in `text`.
    ends: Vec<usize>,
    /// Line of each row, where lines are counted.
    lines: Vec<u64>,
    /// Rows that were left out or repaired.
    pub rejects: Vec<Reject>,
    /// Number of fields in a row.
    width: usize,
}

/// Rows of a [`FieldBatch`] that is being filled.
#[derive(Default)]
pub struct BatchRows {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
    pub lines: Vec<u64>,
    pub rejects: Vec<Reject>,
}

/// Bytes in a batch: enough that passing it to another thread costs nothing, and small enough for a processor's cache.
const BYTES: usize = 1 << 18;

/// Error for bytes of a [`FieldBatch`] that are not UTF-8.
pub struct NotUtf8;

impl FieldBatch {
    pub fn rows(&self) -> usize {
        self.ends.len() / self.width.max(1)
    }

    #[inline]
    pub fn field(&self, row: usize, column: usize) -> &str {
        let i = row * self.width + column;
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        // Every end was checked to be at a character boundary when the batch was made.
        self.text.get(start..self.ends[i]).unwrap_or_default()
    }

    /// Returns the line of a row, counted from 1; 0 where lines are not counted.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// Refills the batch with records of `width` fields, as many as `next` returns and as fit. Returns `true` if there
    /// may be more records.
    pub fn refill<E: From<NotUtf8>>(
        &mut self,
        width: usize,
        mut next: impl FnMut(&mut BatchRows) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let bytes = std::mem::take(&mut self.text).into_bytes();
        let (ends, lines) = (std::mem::take(&mut self.ends), std::mem::take(&mut self.lines));
        let mut filling = BatchRows { bytes, ends, lines, rejects: Vec::new() };
        filling.bytes.clear();
        filling.ends.clear();
        filling.lines.clear();
        self.width = width;
        let mut more = true;
        while more && filling.bytes.len() < BYTES && filling.ends.len() < BYTES / 4 {
            more = next(&mut filling)?;
        }
        self.text = String::from_utf8(filling.bytes).map_err(|_| NotUtf8)?;
        (self.ends, self.lines, self.rejects) = (filling.ends, filling.lines, filling.rejects);
        // Two fields may each hold half of a character.
        if self.ends.iter().all(|&end| self.text.is_char_boundary(end)) { Ok(more) } else { Err(NotUtf8.into()) }
    }
}
