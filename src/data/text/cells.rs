//! Recognizes what a cell of text looks like, to detect separators and headers.

use super::value::{FieldValue, classify};

/// Appearance of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Empty,
    Number,
    /// A date or a time of day, in any order of its parts.
    Moment,
    /// An e-mail address or a web address.
    Address,
    Text,
}

/// Returns the appearance of a cell, ignoring blanks around it. Numbers may have a decimal comma, thousands, a currency
/// or a percent sign; ids with leading zeros are numbers here.
pub fn kind(cell: &str) -> CellKind {
    let cell = cell.trim();
    if cell.is_empty() {
        return CellKind::Empty;
    }
    match classify(cell) {
        FieldValue::Integer(_) | FieldValue::Float(_) => return CellKind::Number,
        FieldValue::Date(_) | FieldValue::Timestamp(_) => return CellKind::Moment,
        _ => {}
    }
    if is_moment(cell) {
        CellKind::Moment
    } else if is_number(cell) {
        CellKind::Number
    } else if is_address(cell) {
        CellKind::Address
    } else {
        CellKind::Text
    }
}

/// Returns true for characters of currencies.
pub fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '\u{20A0}'..='\u{20CF}')
}

fn is_number(cell: &str) -> bool {
    let bare = |c: char| is_currency(c) || c == '%' || c == ' ' || c == '\u{A0}';
    let number = cell.trim_matches(bare);
    let number = number.strip_prefix(['-', '+', '−']).unwrap_or(number).trim_matches(bare);
    let mut digits = 0;
    let mut marks = 0;
    let mut before = ' ';
    for c in number.chars() {
        match c {
            '0'..='9' => digits += 1,
            '.' | ',' | '\'' | '\u{A0}' | ' ' | '_' if before.is_ascii_digit() || before == ' ' => marks += 1,
            'e' | 'E' if before.is_ascii_digit() => marks += 1,
            '-' | '+' if matches!(before, 'e' | 'E') => {}
            _ => return false,
        }
        before = c;
    }
    // `1.2.3.4` is a version or an address of a machine, and `1,2,3` a list; `1.234.567` is a number.
    let ends = before.is_ascii_digit() || before == '.';
    ends && digits > 0 && (marks <= 2 || has_groups_of_three(number))
}

fn has_groups_of_three(number: &str) -> bool {
    let mut groups = number.split(['.', ',', '\'', ' ', '\u{A0}']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let Some((_, middle)) = rest.split_last() else { return true };
    first.len() <= 3 && middle.iter().all(|group| group.len() == 3)
}

/// Returns true for dates and times as people write them: `31/12/2023`, `5.1.24 10:30`, `10:30`, `12-Jan-2024`.
fn is_moment(cell: &str) -> bool {
    if cell.len() > 32 || !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (mut digits, mut marks, mut letters) = (0, 0, 0);
    let mut kinds = [false; 4];
    for c in cell.chars() {
        match c {
            '0'..='9' => digits += 1,
            '/' | '-' | '.' | ':' => {
                marks += 1;
                kinds[usize::from(c == '/') + 2 * usize::from(c == '-') + 3 * usize::from(c == ':')] = true;
            }
            'a'..='z' | 'A'..='Z' => letters += 1,
            ' ' | ',' | '+' => {}
            _ => return false,
        }
    }
    let dots_only = kinds == [true, false, false, false];
    let colon = kinds[3];
    let parts: Vec<&str> = cell.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let plausible = parts.iter().filter(|part| number(part)).all(|part| part.len() <= 4);
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let has_month = parts.iter().any(|part| part.len() >= 3 && months.contains(&part[..3].to_lowercase().as_str()));
    let words = if has_month { letters <= 9 } else { letters <= 3 && (letters == 0 || colon) };
    let three_parts = parts.len() >= 3 && parts[..3].iter().all(|part| part.len() <= 4);
    let time = colon && parts.len() >= 2 && parts.iter().take(2).all(|part| number(part) && part.len() <= 2);
    let date = three_parts && marks >= 2 && (!dots_only || parts.len() == 3) || has_month && parts.len() >= 2;
    digits >= 3 && plausible && words && (date || time)
}

fn is_address(cell: &str) -> bool {
    let is_mail = cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.contains('@')
    });
    !cell.contains(' ') && (is_mail || cell.starts_with("http://") || cell.starts_with("https://"))
}

/// Returns how well a cell fits a dialect, from 0 to 1: a cell that still contains characters that separate cells in
/// other files, without the blank that follows them in prose, was probably not cut where it should have been.
pub fn fitness(cell: &str, separator: u8) -> f64 {
    match kind(cell) {
        CellKind::Empty => 0.7,
        CellKind::Number | CellKind::Moment | CellKind::Address => 1.0,
        CellKind::Text => {
            let bytes = cell.as_bytes();
            let is_uncut = |(at, byte): (usize, &u8)| {
                let other = matches!(byte, b',' | b';' | b'\t' | b'|') && *byte != separator;
                other && !matches!(bytes.get(at + 1), Some(b' ' | b'\n' | b'\r'))
            };
            if bytes.iter().enumerate().any(is_uncut) {
                0.2
            } else if cell.starts_with(' ') || cell.contains('"') {
                0.6
            } else {
                0.9
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn human_number_formats_have_kind_number() {
        for cell in ["5", "007", "-1,5", "1.234,50", "$ 74.69", "€1", "12 %", "1'000", "1 000,5", "+5", " 7 ", "1.5E3"]
        {
            assert_eq!(kind(cell), CellKind::Number, "{cell}");
        }
        for cell in ["1.2.3.4", "K1", "-", "5 apples", "1E", "12-A"] {
            assert_ne!(kind(cell), CellKind::Number, "{cell}");
        }
    }

    #[test]
    fn human_date_formats_have_kind_moment() {
        for cell in ["2024-01-05", "31/12/2023", "5.1.2024", "2024-01-05 10:20", "10:30", "23-Sep-11", "10:30 PM"] {
            assert_eq!(kind(cell), CellKind::Moment, "{cell}");
        }
        for cell in ["1.5", "2024", "555-1234", "AB-12-34", "1-2"] {
            assert_ne!(kind(cell), CellKind::Moment, "{cell}");
        }
    }

    #[test]
    fn wrongly_split_cell_has_low_fitness() {
        assert!(fitness("K1;1", b',') < fitness("1,5", b';'));
        assert!(fitness("hello, world", b';') > fitness("a,b", b';'));
    }
}
