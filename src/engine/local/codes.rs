use polars::prelude::*;

use super::failed;
use crate::data;
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;

/// The distinct values of some columns, numbered in ascending order (nulls last), and every customer's number.
pub struct Codes {
    /// One a customer.
    pub codes: Vec<u32>,
    /// Customers of the base by code.
    pub in_base: Vec<u64>,
    /// One row a code.
    keys: DataFrame,
}

impl Codes {
    pub fn build(frame: &DataFrame, by: &[String], cancel: &Cancel) -> Result<Self, EngineError> {
        let grouped = frame.group_by(by.iter().map(String::as_str)).map_err(failed)?;
        cancel.check()?;
        let (keys, place) = sorted_keys(grouped.keys())?;
        cancel.check()?;
        let mut codes = vec![0u32; frame.height()];
        let mut in_base = vec![0u64; keys.height()];
        for (group, rows) in grouped.get_groups().iter().enumerate() {
            let code = place[group];
            in_base[code as usize] = rows.len() as u64;
            match rows {
                GroupsIndicator::Idx((_, rows)) => rows.iter().for_each(|&row| codes[row as usize] = code),
                GroupsIndicator::Slice([first, len]) => {
                    codes[first as usize..(first + len) as usize].fill(code);
                }
            }
        }
        Ok(Self { codes, in_base, keys })
    }

    pub fn len(&self) -> usize {
        self.in_base.len()
    }

    /// The values behind a code, one for each column.
    pub fn key(&self, code: u32) -> Vec<Datum> {
        self.keys.columns().iter().map(|column| data::datum(column, code as usize)).collect()
    }
}

/// The keys in ascending order, and for each group its place there.
fn sorted_keys(keys: Vec<Column>) -> Result<(DataFrame, Vec<u32>), EngineError> {
    let groups = keys.first().map_or(0, Column::len);
    let names: Vec<String> = (0..keys.len()).map(|i| format!("key{i}")).collect();
    let mut columns: Vec<Column> =
        keys.into_iter().zip(&names).map(|(key, name)| key.with_name(name.as_str().into())).collect();
    columns.push(Column::new("group".into(), (0..groups as u32).collect::<Vec<_>>()));
    let frame = DataFrame::new(groups, columns).map_err(failed)?;
    let options = SortMultipleOptions::default().with_nulls_last(true);
    let sorted = frame.sort(names.iter().map(String::as_str), options).map_err(failed)?;
    let mut place = vec![0u32; groups];
    let order = sorted.column("group").and_then(|column| column.u32().cloned()).map_err(failed)?;
    for (at, group) in order.into_no_null_iter().enumerate() {
        place[group as usize] = at as u32;
    }
    Ok((sorted.drop("group").map_err(failed)?, place))
}

/// The codes with the highest counts, at most `limit`, ties in ascending order; and how many were left out.
pub fn largest(mut codes: Vec<u32>, counts: &[u64], limit: usize) -> (Vec<u32>, u64) {
    let left_out = codes.len().saturating_sub(limit);
    let rank = |&code: &u32| (std::cmp::Reverse(counts[code as usize]), code);
    if left_out > 0 && limit > 0 {
        codes.select_nth_unstable_by_key(limit - 1, rank);
    }
    codes.truncate(limit);
    codes.sort_unstable_by_key(rank);
    (codes, left_out as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_and_ties_by_value() {
        let counts = [5, 9, 5, 0, 7];
        assert_eq!(largest(vec![0, 1, 2, 4], &counts, 3), (vec![1, 4, 0], 1));
        assert_eq!(largest(vec![0, 1, 2, 4], &counts, 9), (vec![1, 4, 0, 2], 0));
        assert_eq!(largest(vec![0, 1], &counts, 0), (vec![], 2));
    }

    #[test]
    fn codes_count_nulls_as_a_value_of_their_own_and_last() {
        let frame = df!("plan" => [Some("pro"), None, Some("basic"), Some("pro")]);
        let codes = frame.map_err(failed).and_then(|f| Codes::build(&f, &["plan".into()], &Cancel::new()));
        let Ok(codes) = codes else { panic!("the frame is plain") };
        assert_eq!(codes.codes, [1, 2, 0, 1]);
        assert_eq!(codes.in_base, [1, 2, 1]);
        assert_eq!(codes.key(0), [Datum::Text("basic".into())]);
        assert_eq!(codes.key(2), [Datum::Null]);
    }
}
