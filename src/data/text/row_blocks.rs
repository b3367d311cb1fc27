//! Cuts delimited text into blocks of whole rows, which several threads parse at a time.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr, memrchr2};

use super::field_ends::Irregular;

/// Maximum number of bytes of a block. A row that does not fit into it is left to the reader that goes row by row.
const MAX_BLOCK: usize = 16 << 20;

/// Some whole rows of a text.
#[derive(Debug)]
pub struct RowBlock {
    /// Number of blocks before it.
    pub number: usize,
    pub text: Vec<u8>,
}

/// The blocks of a text, in order.
pub struct RowBlocks {
    from: Box<dyn Read + Send>,
    quote: Option<u8>,
    /// Usual number of bytes of a block.
    size: usize,
    number: usize,
    /// Beginning of the next block.
    rest: Vec<u8>,
    ended: bool,
}

/// Reason why there is no next block.
#[derive(Debug)]
pub enum BlockFault {
    Io(io::Error),
    Irregular,
}

impl From<Irregular> for BlockFault {
    fn from(_: Irregular) -> Self {
        BlockFault::Irregular
    }
}

impl RowBlocks {
    pub fn new(from: Box<dyn Read + Send>, quote: Option<u8>, size: usize) -> Self {
        Self { from, quote, size, number: 0, rest: Vec::new(), ended: false }
    }

    /// Returns the next block, in the memory of one that is no longer needed; `None` at the end.
    pub fn next(&mut self, mut text: Vec<u8>) -> Result<Option<RowBlock>, BlockFault> {
        let mut size = self.size.max(self.rest.len());
        // Old bytes in the memory are overwritten: only what a larger block needs beyond it is set to 0.
        text.resize(size, 0);
        let mut filled = self.rest.len();
        text[..filled].copy_from_slice(&self.rest);
        loop {
            while filled < size && !self.ended {
                match self.from.read(&mut text[filled..size]) {
                    Ok(0) => self.ended = true,
                    Ok(n) => filled += n,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(BlockFault::Io(error)),
                }
            }
            let end = if self.ended { Some(filled) } else { end_of_rows(&text[..filled], self.quote) };
            if let Some(end) = end {
                self.rest.clear();
                self.rest.extend_from_slice(&text[end..filled]);
                text.truncate(end);
                break;
            }
            size *= 2;
            if size > MAX_BLOCK {
                return Err(BlockFault::Irregular);
            }
            text.resize(size, 0);
        }
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(RowBlock { number: self.number - 1, text }))
    }
}

/// Returns the byte after the last whole row of a text that begins with a row; `None` if the text holds no whole row. Right
/// only for a text whose quotes are.
pub fn end_of_rows(text: &[u8], quote: Option<u8>) -> Option<usize> {
    let quotes = quote.map_or(0, |quote| memchr_iter(quote, text).count());
    let Some(quote) = quote.filter(|_| quotes > 0) else { return memrchr(b'\n', text).map(|at| at + 1) };
    let mut is_quoted = quotes % 2 == 1;
    let mut end = text.len();
    while let Some(at) = memrchr2(quote, b'\n', &text[..end]) {
        match text[at] == quote {
            true => is_quoted = !is_quoted,
            false if !is_quoted => return Some(at + 1),
            false => {}
        }
        end = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &'static str, size: usize) -> Vec<String> {
        let mut blocks = RowBlocks::new(Box::new(text.as_bytes()), Some(b'"'), size);
        let next = || blocks.next(Vec::new()).unwrap().map(|block| String::from_utf8(block.text).unwrap());
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn row_blocks_end_at_line_ends_outside_quotes() {
        let text = "a,b\n\"x\ny\",2\n3,\"\"\"\n\"\n5,6";
        for size in 1..30 {
            let blocks = blocks(text, size);
            assert_eq!(blocks.concat(), text, "blocks of {size}");
            for block in &blocks {
                assert_eq!(block.matches('"').count() % 2, 0, "{block:?}");
            }
        }
        assert_eq!(blocks(text, 14), ["a,b\n\"x\ny\",2\n", "3,\"\"\"\n\"\n5,6"]);
    }

    #[test]
    fn text_without_rows_is_no_block() {
        assert!(blocks("", 8).is_empty());
        assert_eq!(end_of_rows(b"\"a\n", Some(b'"')), None);
        assert_eq!(end_of_rows(b"\"a\n", None), Some(3));
    }
}
