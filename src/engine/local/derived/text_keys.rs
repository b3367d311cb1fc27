//! Represents short texts that are keys as numbers. Looking up a number takes a fraction of the time for a text,
//! which is in another place in memory than its entry in the map.

use rayon::prelude::*;

use super::super::column::ColumnData;

/// Maximum number of digits of a numbered key.
const MAX_DIGITS: usize = 18;

/// Maximum number of bytes of a packed key.
const MAX_PACKED: usize = 15;

/// A way to represent each of a table's keys by its own number.
#[derive(Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// The same prefix followed by a number, padded with zeros to a minimum number of digits, such as `C0000001`.
    Numbered {
        prefix: String,
        /// Minimum number of digits. A longer number has no leading zero, so that no two keys have the same number.
        digits: usize,
        /// The least and the greatest number of the keys.
        ends: (i64, i64),
    },
    /// Keys of at most [`MAX_PACKED`] bytes.
    Packed,
}

impl KeyForm {
    /// Returns the form that all keys of a column of text have; `None` if they have no form in common.
    pub fn from_column(keys: &ColumnData) -> Option<Self> {
        let first = (0..keys.rows()).find_map(|row| text(keys, row))?;
        let prefix = first.trim_end_matches(|c: char| c.is_ascii_digit());
        let rows = || (0..keys.rows()).into_par_iter().with_min_len(1 << 14);
        let shortest = rows().filter_map(|row| text(keys, row)).map(str::len).min()?;
        if let Some(digits @ 1..=MAX_DIGITS) = shortest.checked_sub(prefix.len()) {
            let number = |row| text(keys, row).map_or(Some(None), |key| Some(Some(number(key, prefix, digits)?)));
            let ends = rows().map(number).map(|number| number.map(|number| number.map(|number| (number, number))));
            if let Some(Some(ends)) = ends.try_reduce(|| None, |a, b| Some(wider(a, b))) {
                return Some(Self::Numbered { prefix: prefix.to_owned(), digits, ends });
            }
        }
        rows().all(|row| text(keys, row).is_none_or(|key| key.len() <= MAX_PACKED)).then_some(Self::Packed)
    }

    /// Returns the number of a numbered key; `None` for any other text.
    #[inline]
    pub fn number(&self, key: &str) -> Option<i64> {
        let Self::Numbered { prefix, digits, .. } = self else { return None };
        number(key, prefix, *digits)
    }
}

/// Returns the number after the prefix. Returns `None` unless it has exactly `digits` digits, or more without a
/// leading zero.
#[inline]
fn number(key: &str, prefix: &str, digits: usize) -> Option<i64> {
    let number = key.as_bytes().strip_prefix(prefix.as_bytes())?;
    let is_written_so = number.len() == digits || (number.len() > digits && number.first() != Some(&b'0'));
    if !is_written_so || number.len() > MAX_DIGITS {
        return None;
    }
    let digit = |sum: i64, byte: &u8| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| sum * 10 + i64::from(digit))
    };
    number.iter().try_fold(0, digit)
}

/// Returns the smallest range that contains both ranges.
fn wider(a: Option<(i64, i64)>, b: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// Returns the bytes of a key and its length, packed into one number; `None` for a key of too many bytes.
#[inline]
pub fn packed(key: &str) -> Option<u128> {
    let mut bytes = [0; MAX_PACKED + 1];
    bytes[..MAX_PACKED].get_mut(..key.len())?.copy_from_slice(key.as_bytes());
    bytes[MAX_PACKED] = key.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// Returns the text of a key; `None` if the row has no key or the column is not text.
pub fn text(keys: &ColumnData, row: usize) -> Option<&str> {
    match keys {
        ColumnData::Text(text) => text.get(row),
        ColumnData::Coded(coded) => coded.get(row),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column, NamedFrom, Series};

    use super::*;

    fn form(keys: &[Option<&str>]) -> Option<KeyForm> {
        KeyForm::from_column(&ColumnData::compact(Column::from(Series::new("key".into(), keys))))
    }

    #[test]
    fn keys_of_letters_and_numbers_are_numbered() {
        let numbered = form(&[Some("C0017"), None, Some("C9999"), Some("C0000")]).unwrap();
        assert_eq!(numbered, KeyForm::Numbered { prefix: "C".into(), digits: 4, ends: (0, 9999) });
        assert_eq!(numbered.number("C0017"), Some(17));
        assert_eq!(numbered.number("C10017"), Some(10_017));
        for other in ["C017", "c0017", "C00017", "C-017", "0017", "C001é", "", "C1234567890123456789"] {
            assert_eq!(numbered.number(other), None, "{other}");
        }
        let ends = (5, 5);
        assert_eq!(form(&[Some("2011-5")]), Some(KeyForm::Numbered { prefix: "2011-".into(), digits: 1, ends }));
        let of_two_lengths = KeyForm::Numbered { prefix: "C".into(), digits: 1, ends: (1, 10) };
        assert_eq!(form(&[Some("C10"), Some("C1")]), Some(of_two_lengths));
        assert_eq!(form(&[Some("C1"), Some("C01")]), Some(KeyForm::Packed));
        assert_eq!(form(&[Some("ann@example.org"), Some("anna@example.org")]), None);
        assert_eq!(form(&[None]), None);
    }

    #[test]
    fn packed_keys_of_different_texts_differ() {
        let keys = ["", "a", "a\0", "a\0\0", "\0a", "ab", "fifteen bytes..", "é"];
        let packed: std::collections::HashSet<u128> = keys.iter().map(|key| packed(key).unwrap()).collect();
        assert_eq!(packed.len(), keys.len());
        assert_eq!(super::packed("sixteen bytes..."), None);
    }
}
