/// Some rows of a delimited file: their fields one after the other, unquoted.
#[derive(Default)]
pub struct Batch {
    text: String,
    /// End of each field in `text`.
    ends: Vec<usize>,
    /// Number of fields in a row.
    width: usize,
}

/// Bytes in a batch: enough that passing it to another thread costs nothing, and small enough for a processor's cache.
const BYTES: usize = 1 << 18;

/// Error for bytes of a [`Batch`] that are not UTF-8.
pub struct NotUtf8;

impl Batch {
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

    /// Refills the batch with records of `width` fields, as many as `next` returns and as fit. Returns `true` if there
    /// may be more records.
    pub fn refill<E: From<NotUtf8>>(
        &mut self,
        width: usize,
        mut next: impl FnMut(&mut Vec<u8>, &mut Vec<usize>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        self.ends.clear();
        self.width = width;
        let mut more = true;
        while more && bytes.len() < BYTES && self.ends.len() < BYTES / 4 {
            more = next(&mut bytes, &mut self.ends)?;
        }
        self.text = String::from_utf8(bytes).map_err(|_| NotUtf8)?;
        // Two fields may each hold half of a character.
        if self.ends.iter().all(|&end| self.text.is_char_boundary(end)) { Ok(more) } else { Err(NotUtf8.into()) }
    }
}
