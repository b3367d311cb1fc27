//! Detects the dialect of a delimited file: its separator.

use std::io::Read;

use csv::ByteRecord;

use super::quotes::CheckedQuotes;

/// Number of lines that are examined.
const SAMPLE: usize = 500;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// A byte that never occurs in UTF-8: with it as the separator, every line is one field.
const NONE: u8 = 0xFF;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    separator: u8,
    /// True if a field may be in quotes, false if quotes are plain text.
    quoting: bool,
}

/// Measures of how well a dialect fits a sample.
struct Fit {
    dialect: Dialect,
    /// Number of fields in the header.
    width: usize,
    /// Share of the lines below the header with the same number of fields; 1 without such lines.
    share: f64,
    /// Most frequent number of fields below the header, and its share.
    usual: (usize, f64),
}

impl Dialect {
    /// Detects the separator by consistency over the first lines. `complete` is true if the sample is the whole file.
    pub fn detect(sample: &str, complete: bool, quoting: bool) -> Self {
        let fits = SEPARATORS.map(|separator| Dialect { separator, quoting }.fit(sample, complete));
        let best = fits.iter().filter(|fit| fit.width > 1).reduce(|best, fit| {
            let better = (fit.share, fit.width) > (best.share, best.width);
            if better { fit } else { best }
        });
        if let Some(best) = best {
            return best.dialect;
        }
        // The header is one field. If most lines agree on several, the header is wrong: read it as it is, and the first
        // of those lines is refused. Otherwise it is a table of one column, whatever its text contains.
        match fits.iter().find(|fit| fit.usual.0 > 1 && fit.usual.1 >= 0.6) {
            Some(ragged) => ragged.dialect,
            None => Dialect { separator: NONE, quoting },
        }
    }

    /// Returns a notice on how the file was read; none for commas.
    pub fn notice(self) -> Option<String> {
        match self.separator {
            b',' if self.quoting => None,
            NONE => Some("read as one column: no separator found".into()),
            _ => {
                let quotes = if self.quoting { "" } else { ", quotes are plain text" };
                Some(format!("separator {}{quotes}", self.word()))
            }
        }
    }

    /// Returns the separator, for messages.
    pub fn word(self) -> &'static str {
        match self.separator {
            b',' => ",",
            b';' => ";",
            b'\t' => "tab",
            b'|' => "|",
            _ => "line break",
        }
    }

    /// Returns a reader that yields rows as they are: no header, any number of fields.
    pub fn builder(self) -> csv::ReaderBuilder {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.separator).quoting(self.quoting);
        builder
    }

    /// Returns the text with its quotes checked, unless they are plain text.
    pub fn checked(self, from: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        if self.quoting { Box::new(CheckedQuotes::new(from, self.separator)) } else { from }
    }

    fn fit(self, sample: &str, complete: bool) -> Fit {
        let mut widths = self.widths(sample);
        if !complete && widths.len() > 1 && widths.len() < SAMPLE {
            widths.pop();
        }
        let width = widths.first().copied().unwrap_or(0);
        let rows = widths.get(1..).unwrap_or_default();
        let share = |width| {
            let same = rows.iter().filter(|&&other| other == width).count();
            if rows.is_empty() { 1.0 } else { same as f64 / rows.len() as f64 }
        };
        let usual = rows.iter().map(|&width| (width, share(width))).max_by(|a, b| a.1.total_cmp(&b.1));
        Fit { dialect: self, width, share: share(width), usual: usual.unwrap_or((0, 0.0)) }
    }

    fn widths(self, sample: &str) -> Vec<usize> {
        self.records(sample).iter().map(ByteRecord::len).collect()
    }

    fn records(self, sample: &str) -> Vec<ByteRecord> {
        let reader = self.builder().from_reader(sample.as_bytes());
        reader.into_byte_records().map_while(Result::ok).take(SAMPLE).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(sample: &str) -> &'static str {
        Dialect::detect(sample, true, true).word()
    }

    #[test]
    fn the_separator_that_every_line_agrees_on() {
        assert_eq!(separator("a,b\n1,2\n"), ",");
        assert_eq!(separator("commas;periods\n1,1;1.1\n0,25;0.25\n"), ";");
        assert_eq!(separator("name\ttext\nx\thello, world\ny\tno\n"), "tab");
        assert_eq!(separator("a|b\n1|2,3\n"), "|");
        assert_eq!(separator("\"a;b\",c\n\"1;2\",3\n"), ",");
        assert_eq!(separator("a,b;c\n"), ",");
    }

    #[test]
    fn a_ragged_file_keeps_its_separator() {
        assert_eq!(separator("a;b;c\n1;2\n1;2;3\n"), ";");
        assert_eq!(separator("title line\na,b,c\n1,2,3\n"), ",");
    }

    #[test]
    fn one_column_is_one_column_whatever_it_holds() {
        assert_eq!(separator("comment\nyes\nwell, no\nperhaps; who, knows\nno\n"), "line break");
        assert_eq!(separator("id\n1\n2\n"), "line break");
        assert_eq!(separator("id\n"), "line break");
    }

    #[test]
    fn separator_in_quotes_does_not_count() {
        assert_eq!(separator("size,name\n\"5;5\",x\n\"6;1\",y\n"), ",");
        let plain = Dialect::detect("size;name\n\"5 inch;x\n6;y\n", true, false);
        assert_eq!(plain, Dialect { separator: b';', quoting: false });
    }

    #[test]
    fn the_last_line_of_a_cut_sample_does_not_count() {
        assert_eq!(Dialect::detect("a,b|c\n1|2\n3", false, true).word(), "|");
    }
}
