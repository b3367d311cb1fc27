use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use polars::prelude::{Column, DataType};

use super::{DataError, Notice};
use crate::model::{Lookup, Schema};
use crate::text::nearest;

/// Returns the key column that is meant by `name`, spelled as in the schema.
pub fn find(schema: &Schema, name: &str) -> Result<String, DataError> {
    spelled(schema, name).map_err(|hint| DataError::Key { key: name.to_owned(), hint })
}

/// Returns the column that is meant by `name`, spelled as in the schema; or a hint at what to write instead.
pub fn spelled(schema: &Schema, name: &str) -> Result<String, String> {
    let hint = match schema.find(name) {
        Lookup::Found(column) => return Ok(column.name.clone()),
        Lookup::Ambiguous(names) => format!("write one of {} exactly", names.join(", ")),
        Lookup::Missing => {
            let names = schema.columns().iter().map(|column| column.name.as_str());
            match nearest(name, names.clone()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("the columns are {}", names.take(20).collect::<Vec<_>>().join(", ")),
            }
        }
    };
    Err(hint)
}

/// Checks the keys of a file's customers: counts those without one, and those who share theirs. If most do, the rows are
/// events rather than customers, and the way out is offered. Fewer than `min_cell` customers are neither counted nor placed.
pub fn check(column: &Column, file: &str, min_cell: u64) -> Vec<Notice> {
    let key = column.name().as_str();
    let mut notices = Vec::new();
    match column.null_count() {
        0 => {}
        few if (few as u64) < min_cell => {
            notices.push(Notice(format!("fewer than {min_cell} customers have no {key} (min_cell)")));
        }
        1 => notices.push(Notice(format!("1 customer has no {key}"))),
        nulls => notices.push(Notice(format!("{nulls} customers have no {key}"))),
    }
    if let Some(SharedKeys { rows, first }) = shared(column) {
        // The place, not the key: a message holds no value of the data.
        let first = first + 1;
        let article = if key.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
        notices.push(Notice(match (rows as u64) < min_cell {
            true => format!("fewer than {min_cell} customers share {article} {key} with another (min_cell)"),
            false => format!("{rows} customers share {article} {key} with another (first: row {first})"),
        }));
        if rows * 2 >= column.len() && rows >= 10 {
            let offer = offer(file, key);
            notices.push(Notice(format!("if each row is an event, build a customer table from them: {offer}")));
        }
    }
    notices
}

/// Rows whose key another row has, too.
#[derive(Debug, PartialEq)]
struct SharedKeys {
    rows: usize,
    /// The first of these rows.
    first: usize,
}

fn shared(column: &Column) -> Option<SharedKeys> {
    let plain = match column.dtype() {
        DataType::Decimal(..) => {
            let units = column.decimal().ok()?.physical();
            return shared_among(|| units.iter());
        }
        DataType::String | DataType::Int64 => None,
        integer if integer.is_integer() && *integer != DataType::UInt64 => Some(DataType::Int64),
        _ => Some(DataType::String),
    };
    let cast = plain.map(|data_type| column.cast(&data_type)).transpose().ok()?;
    let series = cast.as_ref().unwrap_or(column).as_materialized_series();
    match series.str() {
        Ok(texts) => shared_among(|| texts.iter()),
        Err(_) => {
            let integers = series.i64().ok()?;
            shared_among(|| integers.iter())
        }
    }
}

/// Finds repeated keys. Sorted hashes, 8 bytes per row, show which keys may be repeated; only those are counted
/// exactly.
fn shared_among<K: Hash + Eq, I: Iterator<Item = Option<K>>>(keys: impl Fn() -> I) -> Option<SharedKeys> {
    let hasher = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
    let mut hashes: Vec<u64> = keys().flatten().map(|key| hasher.hash_one(key)).collect();
    hashes.sort_unstable();
    let repeated: HashSet<u64> = hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    drop(hashes);
    if repeated.is_empty() {
        return None;
    }
    let mut counts: HashMap<K, (usize, usize)> = HashMap::new();
    for (row, key) in keys().enumerate() {
        if let Some(key) = key.filter(|key| repeated.contains(&hasher.hash_one(key))) {
            counts.entry(key).or_insert((0, row)).0 += 1;
        }
    }
    let shared = counts.into_values().filter(|(count, _)| *count > 1);
    shared.fold(None, |sum: Option<SharedKeys>, (count, row)| {
        let sum = sum.unwrap_or(SharedKeys { rows: 0, first: row });
        Some(SharedKeys { rows: sum.rows + count, first: sum.first.min(row) })
    })
}

/// Returns the command that makes customers of a table of events.
pub fn offer(file: &str, key: &str) -> String {
    let quoted = |word: &str| match word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    };
    format!("crosscut init {} --customers {}", quoted(file), quoted(key))
}

#[cfg(test)]
mod tests {
    use polars::prelude::df;

    use super::*;
    use crate::model::{self, ColumnType, Schema};

    #[test]
    fn missing_and_shared_keys_are_counted() {
        let ids = [Some("a"), None, Some("b"), Some("c"), Some("b"), Some("c"), Some("c"), None];
        let frame = df!("id" => ids).unwrap();
        let notices: Vec<String> =
            check(frame.column("id").unwrap(), "t.csv", 0).into_iter().map(|notice| notice.0).collect();
        assert_eq!(notices, ["2 customers have no id", "5 customers share an id with another (first: row 3)"]);
        assert!(!is_good(frame.column("id").unwrap()));
    }

    #[test]
    fn few_missing_and_shared_keys_are_hidden_under_min_cell() {
        let ids = [Some("a"), None, Some("b"), Some("b"), None];
        let frame = df!("id" => ids).unwrap();
        let notices: Vec<String> =
            check(frame.column("id").unwrap(), "t.csv", 10).into_iter().map(|notice| notice.0).collect();
        let expected = [
            "fewer than 10 customers have no id (min_cell)",
            "fewer than 10 customers share an id with another (min_cell)",
        ];
        assert_eq!(notices, expected);
    }

    fn is_good(column: &Column) -> bool {
        check(column, "t.csv", 0).is_empty()
    }

    #[test]
    fn keys_of_any_type_are_checked() {
        assert!(is_good(&Column::new("id".into(), [3i64, 1, 2])));
        assert!(is_good(&Column::new("id".into(), [u64::MAX, 1])));
        assert!(is_good(&Column::new("id".into(), [1.5, 2.5])));
        let decimals = |numbers: [i64; 3]| Column::new("id".into(), numbers).cast(&DataType::Decimal(38, 0)).unwrap();
        assert!(is_good(&decimals([9_007_199_254_740_993, 9_007_199_254_740_992, 5])));
        assert!(!is_good(&decimals([9_007_199_254_740_993, 9_007_199_254_740_993, 5])));
        assert!(!is_good(&Column::new("id".into(), [1.5, 1.5])));
        assert!(!is_good(&Column::new("id".into(), [7i32, 7])));
        assert!(!is_good(&Column::new("id".into(), [Some(7i32), None])));
    }

    #[test]
    fn unknown_key_error_suggests_near_name() {
        let column = |name: &str| model::Column { name: name.into(), column_type: ColumnType::Integer };
        let schema = Schema::new(vec![column("customer_id"), column("age")]);
        assert_eq!(find(&schema, "CUSTOMER_ID").unwrap(), "customer_id");
        let error = find(&schema, "custmer_id").unwrap_err().to_string();
        assert_eq!(error, "key column \"custmer_id\" not found: did you mean \"customer_id\"?");
        let error = find(&schema, "xyz").unwrap_err().to_string();
        assert_eq!(error, "key column \"xyz\" not found: the columns are customer_id, age");
    }
}
