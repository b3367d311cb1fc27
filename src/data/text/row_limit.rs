//! Bounds the memory that one row of a text may take while it is read.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Maximum number of bytes in a row. What is longer is no row: a quote is never closed, or the file has no lines.
pub const MAX_ROW: u64 = 64 << 20;

/// Error of a reader that met a row of more than [`MAX_ROW`] bytes.
#[derive(Debug)]
pub struct RowTooLong;

impl fmt::Display for RowTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row has more than {} MB", MAX_ROW >> 20)
    }
}

impl std::error::Error for RowTooLong {}

impl RowTooLong {
    pub fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<RowTooLong>())
    }
}

/// Number of bytes that were read since the last complete row.
#[derive(Clone, Default)]
pub struct RowBytes(Arc<AtomicU64>);

impl RowBytes {
    /// Records that a row is complete.
    #[inline]
    pub fn complete(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub fn limited<R>(&self, from: R) -> LimitedRows<R> {
        LimitedRows { from, bytes: self.clone() }
    }
}

/// A reader that fails with [`RowTooLong`].
pub struct LimitedRows<R> {
    from: R,
    bytes: RowBytes,
}

impl<R: Read> Read for LimitedRows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        match self.bytes.0.fetch_add(n as u64, Ordering::Relaxed) {
            before if before + n as u64 > MAX_ROW => Err(io::Error::other(RowTooLong)),
            _ => Ok(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_row_exceeds_row_limit() {
        let bytes = RowBytes::default();
        let mut reader = bytes.limited(io::repeat(b'x'));
        let mut block = vec![0; 1 << 20];
        for _ in 0..3 * (MAX_ROW >> 20) {
            reader.read_exact(&mut block).unwrap();
            bytes.complete();
        }
        let error = (0..).find_map(|_| reader.read_exact(&mut block).err()).unwrap();
        assert!(RowTooLong::is_in(&error));
    }
}
