//! Layout of a delimited file: its dialect, and where the table begins.

use super::dialect::{CsvDialect, NO_SEPARATOR};

/// Layout of a delimited file.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLayout {
    pub dialect: CsvDialect,
    /// Number of lines before the table.
    pub skip: u64,
    /// True if the first row of the table holds the columns' names.
    pub header: bool,
    pub edge: Edge,
    /// True if numbers have a decimal comma.
    pub decimal_comma: bool,
    pub given: ExplicitSettings,
    pub reasons: DetectionReasons,
}

/// Difference between the header and the rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    None,
    /// Rows end with a separator that the header lacks.
    Trailing,
    /// Rows begin with a name that has no column in the header, as R writes them.
    RowNames,
}

/// Settings that were given rather than detected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExplicitSettings {
    pub separator: bool,
    pub quote: bool,
    pub header: bool,
    pub skip: bool,
    pub comment: bool,
}

/// Reasons for what was detected, as half sentences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetectionReasons {
    pub separator: String,
    pub header: String,
    pub skip: String,
}

impl TextLayout {
    /// Returns notices on everything but a table of commas that begins with its header, one line each.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        let dialect = self.dialect;
        match (dialect.separator, dialect.quote) {
            (b',', Some(b'"')) => {}
            (NO_SEPARATOR, _) => notices.push("read as one column: no separator found".into()),
            (_, None) => notices.push(format!("separator {}, quotes are plain text", dialect.word())),
            (_, Some(b'"')) => notices.push(format!("separator {}", dialect.word())),
            (_, Some(quote)) => notices.push(format!("separator {}, quote {}", dialect.word(), char::from(quote))),
        }
        if let Some(escape) = dialect.escape.filter(|_| !self.given.quote) {
            notices.push(format!("quotes inside quotes are written {}\"", char::from(escape)));
        }
        if dialect.padded && !dialect.is_aligned() {
            notices.push("blanks after the separators are not part of the fields".into());
        }
        if self.skip > 0 && !self.given.skip {
            let lines = match self.skip {
                1 => "line 1 is".to_owned(),
                n => format!("lines 1 to {n} are"),
            };
            notices.push(format!("{lines} not part of the table: {}", self.reasons.skip));
        }
        if !self.header && !self.given.header {
            let reason = &self.reasons.header;
            notices.push(format!(
                "no header line: {reason}; columns are named column1, column2, …; header = true takes the names from it"
            ));
        } else if !self.given.header && !self.reasons.header.is_empty() {
            notices.push(format!("{}; header = false makes it a row", self.reasons.header));
        }
        match self.edge {
            Edge::None => {}
            Edge::Trailing => notices.push(
                "every row ends with a separator that the header lacks: the empty field behind it is left out".into(),
            ),
            Edge::RowNames => {
                notices
                    .push("the header names one column fewer than the rows have: the first is named row_name".into());
            }
        }
        notices
    }
}
