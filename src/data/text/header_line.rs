//! Finds the line that holds the columns' names.

use csv::ByteRecord;

use super::cells::{CellKind, kind};

/// Number of rows at the beginning of a file among which the header is looked for.
const MAX_HEADER_ROW: usize = 50;
/// Number of rows below a header by which it is judged.
const MAX_JUDGED_ROWS: usize = 100;

fn cell(row: &ByteRecord, column: usize) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(row.get(column).unwrap_or_default())
}

fn is_value(kind: CellKind) -> bool {
    matches!(kind, CellKind::Number | CellKind::Moment | CellKind::Address)
}

/// The rows below a header that have the usual number of fields.
pub struct RowsBelowHeader<'r> {
    rows: Vec<&'r ByteRecord>,
    /// Number of fields before the one below the header's first.
    shift: usize,
}

impl<'r> RowsBelowHeader<'r> {
    pub fn new(rows: &'r [ByteRecord], width: usize, shift: usize) -> Self {
        Self { rows: rows.iter().filter(|row| row.len() == width).take(MAX_JUDGED_ROWS).collect(), shift }
    }

    /// Returns the appearance that all cells of a column share, if there are any that are not empty.
    fn kind(&self, column: usize) -> Option<CellKind> {
        let mut shared = None;
        for row in &self.rows {
            match (kind(&cell(row, column + self.shift)), shared) {
                (CellKind::Empty, _) => {}
                (kind, None) => shared = Some(kind),
                (kind, Some(other)) if kind == other => {}
                _ => return None,
            }
        }
        shared
    }

    /// Returns true if a column holds numbers, dates or addresses.
    pub fn is_typed(&self, column: usize) -> bool {
        self.kind(column).is_some_and(is_value)
    }
}

/// Returns true if the first row of a table holds names, with a reason if that is not certain, or the reason why it does
/// not.
pub fn judge(table: &[ByteRecord], width: usize) -> (bool, String) {
    let Some(header) = table.first() else { return (true, String::new()) };
    let below = RowsBelowHeader::new(&table[1..], width, 0);
    if below.rows.is_empty() {
        let is_number = |column| kind(&cell(header, column)) == CellKind::Number;
        let only_numbers = !header.is_empty() && (0..header.len()).all(is_number);
        return if only_numbers { (false, "the only row holds numbers".into()) } else { (true, String::new()) };
    }
    let same = (0..header.len()).find(|&column| {
        let own = kind(&cell(header, column));
        is_value(own) && below.kind(column) == Some(own)
    });
    if let Some(column) = same {
        let value = cell(header, column);
        if is_series(header) && !below.rows.iter().all(|row| is_series(row)) {
            return (true, format!("the names {value}, … are numbers in a series"));
        }
        let kind = match kind(&value) {
            CellKind::Moment => "a date or time above values of the same kind",
            CellKind::Address => "an address above values of the same kind",
            _ => "a number above numbers",
        };
        return (false, format!("field {} of the first row is {kind}", column + 1));
    }
    if is_counted_on(header, &below) {
        return (false, "the first row continues the series of the rows below".into());
    }
    (true, String::new())
}

/// Returns true if the cells with numbers, at least two of them beside a text or an empty cell, count up or down by one,
/// as years do that are names.
fn is_series(row: &ByteRecord) -> bool {
    let cells: Vec<String> = (0..row.len()).map(|column| cell(row, column).trim().to_owned()).collect();
    let numbers: Vec<i64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
    let has_text = cells.iter().any(|cell| matches!(kind(cell), CellKind::Text | CellKind::Empty));
    let steps = |by: i64| numbers.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(by));
    numbers.len() >= 2 && has_text && (steps(1) || steps(-1))
}

/// Returns true if every cell is a word and a number, such as `A1`, and so are all those below it with the same word.
fn is_counted_on(header: &ByteRecord, below: &RowsBelowHeader) -> bool {
    let word = |text: &str| {
        let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_one = word.len() < text.len() && !word.is_empty() && word.chars().all(char::is_alphabetic);
        is_one.then(|| word.to_owned())
    };
    let fits = |column: usize| {
        let own = word(&cell(header, column));
        own.is_some() && below.rows.iter().all(|row| word(&cell(row, column)) == own)
    };
    below.rows.len() >= 2 && !header.is_empty() && (0..header.len()).all(fits)
}

/// Returns true if the cells may be names: none is empty or a value, and no two are the same.
pub fn is_like_names(row: &ByteRecord) -> bool {
    let cells: Vec<String> = (0..row.len()).map(|column| cell(row, column).trim().to_owned()).collect();
    let distinct: std::collections::HashSet<&String> = cells.iter().collect();
    distinct.len() == cells.len() && cells.iter().all(|cell| kind(cell) == CellKind::Text)
}

/// Returns true if the first cells of the rows may be the names of rows: texts of which no two are the same, or a count
/// from 1.
pub fn are_row_names(rows: &[ByteRecord]) -> bool {
    let cells: Vec<String> = rows.iter().map(|row| cell(row, 0).trim().to_owned()).collect();
    let distinct: std::collections::HashSet<&String> = cells.iter().collect();
    let counts = cells.iter().zip(1_u64..).all(|(cell, n)| cell.parse() == Ok(n));
    counts || distinct.len() == cells.len() && cells.iter().all(|cell| kind(cell) == CellKind::Text)
}

/// Returns the index of the header of a table whose first rows are titles that were padded with separators: rows of one
/// or two cells, above one in which most cells are texts.
pub fn after_titles(rows: &[ByteRecord], width: usize) -> usize {
    let filled = |row: &ByteRecord| row.iter().filter(|cell| !cell.is_empty()).count();
    let is_title = |row: &&ByteRecord| row.len() == width && filled(row) <= if width >= 5 { 2 } else { 1 };
    let titles = rows.iter().take(MAX_HEADER_ROW).take_while(is_title).count();
    let Some(header) = rows.get(titles).filter(|_| titles > 0 && width >= 3) else { return 0 };
    let texts = (0..width).filter(|&column| kind(&cell(header, column)) == CellKind::Text).count();
    let is_header = header.len() == width && texts * 10 >= width * 6 && texts == filled(header);
    if is_header && rows.len() > titles + 1 { titles } else { 0 }
}

/// Returns the index of the header of a table that comes after lines of fewer fields. It must look like names, above
/// values, or above rows that do not look like prose.
pub fn after_preamble(rows: &[ByteRecord], width: usize) -> Option<usize> {
    let first = rows.iter().take(MAX_HEADER_ROW).position(|row| row.len() == width)?;
    let (above, table) = rows.split_at(first);
    let is_short = above.iter().all(|row| row.len() < width);
    let header = table.first()?;
    let rest = &table[1..];
    let same = rest.iter().filter(|row| row.len() == width).count();
    if !is_short || rest.is_empty() || same * 10 < rest.len() * 9 || !is_like_names(header) {
        return None;
    }
    let below = RowsBelowHeader::new(rest, width, 0);
    let typed = (0..width).any(|column| below.is_typed(column));
    // Commas in prose are followed by a blank.
    let is_prose = |row: &ByteRecord| row.iter().skip(1).any(|cell| cell.starts_with(b" "));
    let prose = is_prose(header) || below.rows.iter().any(|row| is_prose(row));
    (typed && (width > 2 || !prose) || width > 2 && !prose).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<ByteRecord> {
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.into_byte_records().map_while(Result::ok).collect()
    }

    fn has_header(text: &str) -> bool {
        let rows = rows(text);
        judge(&rows, rows.last().map_or(0, ByteRecord::len)).0
    }

    #[test]
    fn value_over_values_is_no_name() {
        for text in [
            "1,Ann,30\n2,Bob,40\n",
            "Ann,2024-01-05\nBob,2024-02-06\n",
            "ann@x.org,Berlin\nbob@y.org,Rome\n",
            "5.1,3.5,setosa\n4.9,3.0,setosa\n",
            "1,2,3\n4,5,6\n",
            "1,2,3\n",
            "A1,B1\nA2,B2\nA3,B3\n",
        ] {
            assert!(!has_header(text), "{text}");
        }
    }

    #[test]
    fn header_of_years_is_header() {
        for text in [
            "id,name\n1,Ann\n",
            "country,1990,1991\nDE,5,6\nFR,7,9\n",
            ",1,2,3\na,5,6,9\n",
            "a,b\n",
            "Q1,Q2\nx,y\n",
            "name,city\nAnn,Berlin\n",
        ] {
            assert!(has_header(text), "{text}");
        }
    }

    #[test]
    fn header_is_found_below_titles_and_preamble() {
        assert_eq!(after_titles(&rows("Sales,,,\n,,,\nid,name,city,sum\n1,a,b,5\n"), 4), 2);
        assert_eq!(after_titles(&rows("id,,,\n1,a,b,5\n2,a,b,5\n"), 4), 0);
        assert_eq!(after_preamble(&rows("Sales 2024\nmade by Ann\nid,name,sum\n1,a,5\n2,b,6\n"), 3), Some(2));
        assert_eq!(after_preamble(&rows("name\n\"Doe, J\"\nDoe, John\nRoe, Jane\n"), 2), None);
        assert_eq!(after_preamble(&rows("address\nMain St, Berlin, DE\nHigh St, Rome, IT\n"), 3), None);
    }
}
