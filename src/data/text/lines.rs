//! Physical lines of a text: those before the table, and those that are comments.

use std::io::{self, Read};

use super::dialect::{CsvDialect, NO_SEPARATOR};

/// Returns true and the separator if the first line names it, as spreadsheets do: `sep=;`.
pub fn separator_line(text: &str) -> (bool, Option<u8>) {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    // The line may itself be in quotes, and padded with separators.
    let line = line.trim_start_matches('"');
    let Some(named) = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")) else { return (false, None) };
    let rest = line[named.len()..].trim_end_matches('"');
    match rest.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => (true, Some(*byte)),
        [byte, padding @ ..] if !byte.is_ascii_alphanumeric() && padding.iter().all(|other| other == byte) => {
            (true, Some(*byte))
        }
        b"\\t" => (true, Some(b'\t')),
        _ => (false, None),
    }
}

/// Returns the byte at which a line begins, counted from 0. Line ends may be LF, CRLF or CR alone.
pub fn start_of(text: &str, line: u64) -> usize {
    let mut counter = LineEnds::default();
    let mut ends = 0;
    for (at, byte) in text.bytes().enumerate() {
        if ends == line && !(byte == b'\n' && counter.after_cr) {
            return at;
        }
        ends += u64::from(counter.ends_before(byte));
        counter.step(byte);
    }
    if line == 0 { 0 } else { text.len() }
}

/// Returns the line, counted from 1, in which the record that begins at a byte has its first character.
pub fn line_at_in(text: &str, byte: u64) -> u64 {
    line_at(byte, text.as_bytes()).unwrap_or(1)
}

/// Counts line ends byte by byte.
#[derive(Default)]
struct LineEnds {
    after_cr: bool,
}

impl LineEnds {
    fn ends_before(&self, byte: u8) -> bool {
        byte == b'\r' || byte == b'\n' && !self.after_cr
    }

    fn step(&mut self, byte: u8) {
        self.after_cr = byte == b'\r';
    }
}

/// Reads over the first lines of a text. Returns the rest, and the number of bytes before it.
pub fn skip_lines(mut from: Box<dyn Read + Send>, lines: u64) -> io::Result<(Box<dyn Read + Send>, u64)> {
    if lines == 0 {
        return Ok((from, 0));
    }
    let (mut block, mut skipped, mut ends, mut counter) = (vec![0; 1 << 16], 0, 0, LineEnds::default());
    loop {
        let n = match from.read(&mut block) {
            Ok(0) => return Ok((from, skipped)),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for (at, &byte) in block[..n].iter().enumerate() {
            if ends == lines && !(byte == b'\n' && counter.after_cr) {
                let rest = io::Cursor::new(block[at..n].to_vec()).chain(from);
                return Ok((Box::new(rest), skipped + at as u64));
            }
            ends += u64::from(counter.ends_before(byte));
            counter.step(byte);
        }
        skipped += n as u64;
    }
}

/// The lines of a sample that begin with `#`.
pub struct Comments<'s> {
    /// Lines before any other.
    leading: Vec<&'s str>,
    later: Vec<&'s str>,
    /// True if there are other lines, too.
    has_others: bool,
}

impl<'s> Comments<'s> {
    pub fn find(sample: &'s str) -> Self {
        let is_comment = |line: &&str| line.starts_with('#');
        let lines = || sample.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
        let leading: Vec<&str> = lines().take_while(is_comment).collect();
        let later = lines().skip(leading.len()).filter(is_comment).collect();
        Self { has_others: lines().any(|line| !is_comment(&line)), leading, later }
    }

    /// Returns true if there are such lines, and lines that are not.
    pub fn any(&self) -> bool {
        self.has_others && !(self.leading.is_empty() && self.later.is_empty())
    }

    /// Returns the comment character, if lines within the table are comments, and else the number of comments before
    /// the table. A line that has as many fields as the rows is a row, or the header.
    pub fn decide(&self, dialect: CsvDialect, width: usize) -> (Option<u8>, u64) {
        let is_row = |line: &&str| {
            let record = dialect.with_comment(None).builder().from_reader(line.as_bytes()).into_byte_records().next();
            width > 1 && record.is_some_and(|record| record.is_ok_and(|record| record.len() == width))
        };
        let is_header = self.leading.last().is_some_and(is_row);
        let in_table = !self.later.is_empty() && dialect.separator != NO_SEPARATOR && !self.later.iter().any(is_row);
        match in_table && !is_header {
            true => (Some(b'#'), 0),
            false => (None, self.leading.len() as u64 - u64::from(is_header)),
        }
    }
}

/// Returns the line, counted from 1, on which the record that begins at `byte` has its first character. Line ends may
/// be LF, CRLF or CR alone.
pub fn line_at(byte: u64, from: impl Read) -> io::Result<u64> {
    let (mut line, mut before) = (1, b' ');
    for (place, current) in (0..).zip(io::BufReader::new(from).bytes()) {
        let current = current?;
        match current {
            b'\n' if before == b'\r' => {}
            b'\n' | b'\r' => line += 1,
            // The position may be that of blank lines before the record.
            _ if place >= byte => break,
            _ => {}
        }
        before = current;
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sep_line_is_recognized() {
        assert_eq!(separator_line("sep=;\r\na;b\n"), (true, Some(b';')));
        assert_eq!(separator_line("SEP=\t\na\tb\n"), (true, Some(b'\t')));
        assert_eq!(separator_line("\"sep=,\"\na,b\n"), (true, Some(b',')));
        assert_eq!(separator_line("sep=,,,\na,b\n"), (true, Some(b',')));
        for other in ["sep\n1\n", "sep=a\n", "sep=;x\n", "separator;b\n", "a;sep=\n"] {
            assert_eq!(separator_line(other), (false, None), "{other:?}");
        }
    }

    #[test]
    fn lines_begin_after_each_kind_of_line_end() {
        for text in ["x\ny\nz", "x\r\ny\r\nz", "x\ry\rz"] {
            assert_eq!(&text[start_of(text, 2)..], "z", "{text:?}");
            assert_eq!(&text[start_of(text, 0)..], text, "{text:?}");
            assert_eq!(start_of(text, 9), text.len(), "{text:?}");
            let (mut rest, bytes) = skip_lines(Box::new(io::Cursor::new(text.to_owned())), 2).unwrap();
            let mut read = String::new();
            rest.read_to_string(&mut read).unwrap();
            assert_eq!((read.as_str(), bytes as usize), ("z", start_of(text, 2)), "{text:?}");
        }
    }

    #[test]
    fn commented_line_with_all_fields_is_no_comment() {
        let decide = |text: &str| Comments::find(text).decide(CsvDialect::with(b','), 2);
        assert_eq!(decide("# made today\nid,name\n1,a\n"), (None, 1));
        assert_eq!(decide("#id,name\n1,a\n"), (None, 0));
        assert_eq!(decide("# made today\n#id,name\n1,a\n"), (None, 1));
        assert_eq!(decide("id,name\n# part two\n1,a\n"), (Some(b'#'), 0));
        assert_eq!(decide("id,name\n#1,a\n"), (None, 0));
    }
}
