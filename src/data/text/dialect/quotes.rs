//! Checks quotes against RFC 4180 while the text passes by. The `csv` crate reads any quotes in some way: text after a
//! closing quote is glued to the field, and a quote that is never closed takes all rows up to the next one along.

use std::fmt;
use std::io::{self, Read};

use memchr::{memchr, memchr2};

use super::CsvDialect;
use crate::data::text::row_limit::MAX_ROW;

/// A quote that breaks RFC 4180, with its byte in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteFault {
    /// A field in quotes continues after its closing quote.
    TextAfter { open: u64, close: u64 },
    /// A field that is not in quotes contains one.
    Inside { byte: u64, after_blank: bool },
    /// A quote is opened and never closed.
    Unclosed { open: u64 },
    /// A field in quotes has more than [`MAX_QUOTED`] bytes.
    TooLong { open: u64 },
}

/// Maximum number of bytes of a field in quotes: half of a row's, so that the line with the quote can be named.
pub const MAX_QUOTED: u64 = MAX_ROW / 2;

impl fmt::Display for QuoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quote is out of place")
    }
}

impl std::error::Error for QuoteFault {}

impl QuoteFault {
    /// Returns the fault that a reader of [`CheckedQuotes`] reported.
    pub fn from_io_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// A reader that ends with a [`QuoteFault`] at the first quote that is out of place. It passes on all bytes before the
/// faulty field. Only quotes are looked at, and the bytes beside them, so that text without quotes costs next to nothing.
pub struct CheckedQuotes<R> {
    from: R,
    dialect: CsvDialect,
    state: QuoteState,
    /// Number of bytes that were read.
    place: u64,
    /// The byte before those to be read next.
    before: u8,
    fault: Option<QuoteFault>,
}

/// State of the reader after the bytes so far.
#[derive(Clone, Copy)]
enum QuoteState {
    Bare,
    Quoted {
        open: u64,
    },
    /// Behind a quote in a field in quotes: the next byte shows whether the quote closes the field or stands for itself.
    AfterQuote {
        open: u64,
    },
    /// Behind the character that makes the next one plain, in a field in quotes.
    Escaped {
        open: u64,
    },
}

impl<R: Read> CheckedQuotes<R> {
    pub fn new(from: R, dialect: CsvDialect) -> Self {
        Self { from, dialect, state: QuoteState::Bare, place: 0, before: b'\n', fault: None }
    }

    fn ends_field(&self, byte: u8) -> bool {
        byte == self.dialect.separator || byte == b'\n' || byte == b'\r'
    }

    /// Checks the next bytes.
    fn check(&mut self, block: &[u8]) -> Result<(), QuoteFault> {
        let (start, mut at) = (self.place, 0);
        let place = |at: usize| start + at as u64;
        while let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) {
            match self.state {
                QuoteState::AfterQuote { open } => {
                    self.state = match rest[0] {
                        byte if Some(byte) == self.dialect.quote => QuoteState::Quoted { open },
                        byte if self.ends_field(byte) => QuoteState::Bare,
                        _ => return Err(QuoteFault::TextAfter { open, close: place(at).saturating_sub(1) }),
                    };
                    at += 1;
                }
                QuoteState::Quoted { open } => {
                    let quote = self.dialect.quote.unwrap_or(b'"');
                    let found = match self.dialect.escape {
                        Some(escape) => memchr2(quote, escape, rest),
                        None => memchr(quote, rest),
                    };
                    let Some(found) = found else { break };
                    let is_quote = rest[found] == quote;
                    self.state = if is_quote { QuoteState::AfterQuote { open } } else { QuoteState::Escaped { open } };
                    at += found + 1;
                }
                QuoteState::Escaped { open } => {
                    self.state = QuoteState::Quoted { open };
                    at += 1;
                }
                QuoteState::Bare => {
                    let Some(quote) = self.dialect.quote.and_then(|quote| memchr(quote, rest)) else { break };
                    let quote = at + quote;
                    let before = if quote == 0 { self.before } else { block[quote - 1] };
                    if !self.ends_field(before) {
                        let text = block[..quote].iter().rev().find(|byte| **byte != b' ').copied();
                        let after_blank = before == b' ' && self.ends_field(text.unwrap_or(self.before));
                        return Err(QuoteFault::Inside { byte: place(quote), after_blank });
                    }
                    self.state = QuoteState::Quoted { open: place(quote) };
                    at = quote + 1;
                }
            }
        }
        match self.state {
            QuoteState::Quoted { open } | QuoteState::Escaped { open } if place(block.len()) - open > MAX_QUOTED => {
                return Err(QuoteFault::TooLong { open });
            }
            _ => {}
        }
        self.place += block.len() as u64;
        self.before = block.last().copied().unwrap_or(self.before);
        Ok(())
    }
}

impl<R: Read> Read for CheckedQuotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(fault) = self.fault {
            return Err(io::Error::other(fault));
        }
        let n = self.from.read(buffer)?;
        let fault = match (n, self.state) {
            (0, QuoteState::Quoted { open } | QuoteState::Escaped { open }) if !buffer.is_empty() => {
                QuoteFault::Unclosed { open }
            }
            (0, _) => return Ok(0),
            _ => match self.check(&buffer[..n]) {
                Ok(()) => return Ok(n),
                Err(fault) => fault,
            },
        };
        self.fault = Some(fault);
        let from = match fault {
            QuoteFault::TextAfter { open, .. } | QuoteFault::Unclosed { open } | QuoteFault::TooLong { open } => open,
            QuoteFault::Inside { byte, .. } => byte,
        };
        // Rows before the faulty one are passed on, so that an earlier fault in them is found first.
        match from.saturating_sub(self.place) as usize {
            0 => Err(io::Error::other(fault)),
            good => Ok(good),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the text in blocks of `block` bytes: returns what was passed on, and the fault.
    fn read(text: &str, block: usize) -> (String, Option<QuoteFault>) {
        let mut reader = CheckedQuotes::new(text.as_bytes(), CsvDialect::with(b','));
        let (mut passed, mut buffer) = (Vec::new(), vec![0; block]);
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return (String::from_utf8(passed).unwrap(), None),
                Ok(n) => passed.extend_from_slice(&buffer[..n]),
                Err(error) => return (String::from_utf8(passed).unwrap(), QuoteFault::from_io_error(&error)),
            }
        }
    }

    fn fault(text: &str) -> Option<QuoteFault> {
        let (passed, fault) = read(text, 1 << 10);
        for block in 1..12 {
            let (part, same) = read(text, block);
            assert_eq!(same, fault, "{text:?} in blocks of {block}");
            assert!(text.starts_with(&part) && (fault.is_some() || part == text), "{text:?} in blocks of {block}");
        }
        assert!(text.starts_with(&passed));
        fault
    }

    #[test]
    fn rfc_4180_quotes_have_no_fault() {
        for text in [
            "",
            "a,b\n1,2\n",
            "\"a\",\"b\"\n\"1\",\"\"\n",
            "a\n\"say \"\"so\"\"\"\n",
            "a\r\n\"two\r\nlines\"\r\n\"\"\"\"",
            "a,b\r\"1,2\",3\r",
            "\"last\"",
        ] {
            assert_eq!(fault(text), None, "{text:?}");
        }
    }

    #[test]
    fn text_after_closing_quote_is_reported() {
        assert_eq!(fault("a\n\"b\"c\n"), Some(QuoteFault::TextAfter { open: 2, close: 4 }));
        assert_eq!(fault("a\n\"b\" \n"), Some(QuoteFault::TextAfter { open: 2, close: 4 }));
        assert_eq!(fault("a,\"b\nc\",\"d\"\"\"e\n"), Some(QuoteFault::TextAfter { open: 8, close: 12 }));
    }

    #[test]
    fn quote_inside_bare_field_is_reported() {
        assert_eq!(fault("a\n5\"\n"), Some(QuoteFault::Inside { byte: 3, after_blank: false }));
        assert_eq!(fault("a b \"c\"\n"), Some(QuoteFault::Inside { byte: 4, after_blank: false }));
        let after_blank = Some(QuoteFault::Inside { byte: 3, after_blank: true });
        assert_eq!(read("a, \"b\"\n", 1 << 10).1, after_blank);
    }

    #[test]
    fn unclosed_quote_is_reported_at_end() {
        assert_eq!(fault("a\n1,\"b\n2,c\n"), Some(QuoteFault::Unclosed { open: 4 }));
        assert_eq!(fault("a\n\"b\"\"\n"), Some(QuoteFault::Unclosed { open: 2 }));
        assert_eq!(fault("\""), Some(QuoteFault::Unclosed { open: 0 }));
    }

    #[test]
    fn field_in_quotes_is_bounded() {
        let text = format!("a\n\"{}\"\n", "x".repeat(MAX_QUOTED as usize + (1 << 20)));
        assert_eq!(read(&text, 1 << 18).1, Some(QuoteFault::TooLong { open: 2 }));
        let text = format!("a\n\"{}\"\n", "x".repeat(MAX_QUOTED as usize / 2));
        assert_eq!(read(&text, 1 << 18).1, None);
    }

    #[test]
    fn rows_before_quote_fault_are_passed_on() {
        assert_eq!(read("a,b\n1\n2,\"x\"y\n", 1 << 10).0, "a,b\n1\n2,");
    }
}
