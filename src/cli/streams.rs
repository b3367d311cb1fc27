//! Standard output and standard error, where a terminal may be listening.
//!
//! Values, names and paths may hold escape sequences and bidi overrides. On a terminal each of them is replaced by a
//! visible stand-in, whatever the format; into a pipe results go as they are. Messages are for people, and stderr often
//! ends up on a terminal later: they are always harmless.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use crate::text::visible;

/// Prints a message to stderr, as `eprintln!` does, without anything that would act on a terminal.
macro_rules! say {
    ($($arg:tt)*) => {
        $crate::cli::streams::message(&format!($($arg)*))
    };
}
pub(super) use say;

/// Messages that were printed: a refusal may repeat what was said of the filter.
static PRINTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Prints a message of one or more lines to stderr.
pub fn message(text: &str) {
    PRINTED.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
    // If stderr is closed there is nobody to inform.
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// Prints the reason why a command failed, unless the same message was printed before.
pub fn failure(text: &str) {
    if !PRINTED.lock().unwrap_or_else(PoisonError::into_inner).contains(text) {
        message(text);
    }
}

/// Returns the lines of a text without anything that would act on a terminal.
fn harmless(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Returns standard output: harmless if it is a terminal, else byte by byte.
pub fn stdout() -> Box<dyn Write> {
    let out = io::stdout().lock();
    match io::stdout().is_terminal() {
        true => Box::new(HarmlessWriter { out, line: Vec::new() }),
        false => Box::new(out),
    }
}

/// Replaces what would act on a terminal, line by line.
struct HarmlessWriter<W: Write> {
    out: W,
    /// Bytes of a line that has not ended yet.
    line: Vec<u8>,
}

impl<W: Write> HarmlessWriter<W> {
    fn write_line(&mut self, end: &str) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        write!(self.out, "{}{end}", visible(&String::from_utf8_lossy(&line)))
    }
}

impl<W: Write> Write for HarmlessWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            match part.split_last() {
                Some((b'\n', line)) => {
                    self.line.extend_from_slice(line);
                    self.write_line("\n")?;
                }
                _ => self.line.extend_from_slice(part),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Drop for HarmlessWriter<W> {
    fn drop(&mut self) {
        // A caller that needs to know whether its last line was written ends it.
        if !self.line.is_empty() {
            let _ = self.write_line("");
        }
        let _ = self.out.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_shows_escape_sequences_split_over_writes() {
        let mut seen = Vec::new();
        {
            let mut out = HarmlessWriter { out: &mut seen, line: Vec::new() };
            for byte in "a\u{1b}[31mb\nc\u{9b}2Jd\u{202e}e\nf\r".as_bytes() {
                out.write_all(&[*byte]).expect("a vector takes all");
            }
        }
        assert_eq!(String::from_utf8_lossy(&seen), "a␛[31mb\nc\u{fffd}2Jd\u{fffd}e\nf␍");
    }

    #[test]
    fn harmless_message_keeps_line_breaks() {
        assert_eq!(harmless("a\u{1b}c\n  b"), "a␛c\n  b");
    }
}
