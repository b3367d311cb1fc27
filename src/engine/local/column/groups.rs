use std::ops::Range;

use polars::prelude::{BooleanChunked, IntoColumn, PolarsResult};

use super::bits::{bit, for_each_zero};
use super::cells::{CellNumber, each_width};
use super::number::NumberRange;
use super::{Booleans, CodedColumn, NumberColumn, NumberedGroups};
use crate::model::Datum;

/// The groups of a column's rows by value, numbered in ascending order of the values, with the rows without a value
/// last. Groups may be empty.
///
/// Numbers are computed block by block on demand, so that counting by one or two columns needs one counter per group,
/// but no array as long as the base.
#[derive(Debug, Clone, Copy)]
pub enum RowGroups<'a> {
    /// Three groups: false, true, null.
    Boolean(&'a Booleans),
    /// A group for each whole number in the range, and null.
    Number(&'a NumberColumn, NumberRange),
    /// A group for each value of the dictionary, and null.
    Coded(&'a CodedColumn),
    /// Groups of any other column; none of them is empty.
    Numbered(&'a NumberedGroups),
}

impl<'a> RowGroups<'a> {
    /// Returns the number of groups, which are numbered from 0.
    pub fn len(&self) -> usize {
        match self {
            RowGroups::Boolean(_) => 3,
            RowGroups::Number(_, few) => few.distinct + 1,
            RowGroups::Coded(coded) => coded.null_code() + 1,
            RowGroups::Numbered(numbered) => numbered.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the group of each of the rows to the first elements of `out`, which must be at least as long as `rows`.
    /// The rows must exist.
    pub fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        let out = &mut out[..rows.len()];
        match self {
            RowGroups::Boolean(booleans) => {
                out.iter_mut().zip(rows.clone()).for_each(|(out, row)| *out = u32::from(bit(booleans.trues(), row)));
                nulls_into(booleans.known(), 2, rows, out);
            }
            RowGroups::Number(number, few) => number_codes(number, *few, rows, out),
            RowGroups::Coded(coded) => coded.codes().copy_into(rows.start, out),
            RowGroups::Numbered(numbered) => out.copy_from_slice(&numbered.codes()[rows]),
        }
    }

    /// Returns the group that is reserved for rows without a value, even if there are none. Returns `None` for
    /// [`RowGroups::Numbered`], which reserves no group.
    pub fn null_code(&self) -> Option<usize> {
        match self {
            RowGroups::Boolean(_) | RowGroups::Number(..) | RowGroups::Coded(_) => Some(self.len() - 1),
            RowGroups::Numbered(_) => None,
        }
    }

    /// Returns the number of rows in each group, if they were counted when the column was created.
    pub fn counts(&self) -> Option<&'a [u64]> {
        match self {
            RowGroups::Boolean(_) | RowGroups::Number(..) => None,
            RowGroups::Coded(coded) => Some(coded.counts()),
            RowGroups::Numbered(numbered) => Some(numbered.counts()),
        }
    }

    /// Returns the number of rows without a value.
    pub fn nulls(&self) -> u64 {
        match self {
            RowGroups::Boolean(booleans) => booleans.nulls(),
            RowGroups::Number(number, _) => number.nulls(),
            RowGroups::Coded(coded) => coded.nulls(),
            RowGroups::Numbered(numbered) => {
                let last = numbered.len().checked_sub(1).filter(|&last| numbered.key(last as u32).is_null());
                last.map_or(0, |last| numbered.counts()[last])
            }
        }
    }

    /// Returns the values of all groups under the column's name and type, as in its slices.
    pub fn values(&self) -> PolarsResult<polars::prelude::Column> {
        match self {
            RowGroups::Boolean(booleans) => {
                let values = [Some(false), Some(true), None].into_iter().collect::<BooleanChunked>();
                Ok(values.into_column().with_name(booleans.name().into()))
            }
            RowGroups::Number(number, few) => number.values(*few),
            RowGroups::Coded(coded) => Ok(coded.dictionary()),
            RowGroups::Numbered(numbered) => numbered.values(),
        }
    }

    /// Returns the value of a group. The group must exist.
    pub fn key(&self, code: u32) -> Datum {
        match self {
            RowGroups::Boolean(_) if code < 2 => Datum::Boolean(code == 1),
            RowGroups::Boolean(_) => Datum::Null,
            RowGroups::Number(_, few) if code as usize == few.distinct => Datum::Null,
            RowGroups::Number(number, few) => number.datum_of(few.least + i64::from(code)),
            RowGroups::Coded(coded) => {
                coded.value(code as usize).map_or(Datum::Null, |text| Datum::Text(text.to_owned()))
            }
            RowGroups::Numbered(numbered) => numbered.key(code),
        }
    }
}

/// Writes each row's distance from the least number. Distances have at most 16 bits, so computing in 32 bits suffices
/// whatever the width of the cells.
fn number_codes(number: &NumberColumn, few: NumberRange, rows: Range<usize>, out: &mut [u32]) {
    each_width!(number.cells(), run => {
        let cells = run[rows.clone()].iter();
        out.iter_mut().zip(cells).for_each(|(out, cell)| *out = cell.wide().wrapping_sub(few.least) as u32);
    });
    nulls_into(number.known(), few.distinct as u32, rows, out);
}

fn nulls_into(known: Option<&[u64]>, null: u32, rows: Range<usize>, out: &mut [u32]) {
    if let Some(known) = known {
        let first = rows.start;
        for_each_zero(known, rows, |row| out[row - first] = null);
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::super::ColumnData;
    use super::*;

    fn codes(column: &ColumnData) -> Option<(Vec<u32>, Vec<Datum>)> {
        let groups = column.groups()?;
        let mut codes = vec![9; column.rows() + 3];
        groups.codes_into(0..column.rows(), &mut codes);
        let keys = (0..groups.len() as u32).map(|code| groups.key(code)).collect();
        Some((codes[..column.rows()].to_vec(), keys))
    }

    fn of(series: Series) -> ColumnData {
        ColumnData::compact(series.into_column())
    }

    #[test]
    fn boolean_groups_order_false_true_null() {
        let found = codes(&of(Series::new("b".into(), [Some(true), None, Some(false)])));
        let keys = vec![Datum::Boolean(false), Datum::Boolean(true), Datum::Null];
        assert_eq!(found, Some((vec![1, 2, 0], keys)));
    }

    #[test]
    fn close_integers_are_coded_by_distance_from_minimum() {
        let found = codes(&of(Series::new("n".into(), [Some(-2i64), None, Some(1), Some(-1)])));
        let keys = [-2, -1, 0, 1].map(Datum::Integer).into_iter().chain([Datum::Null]).collect();
        assert_eq!(found, Some((vec![0, 4, 3, 1], keys)));
        let days = Series::new("d".into(), [-1i32, 1]).cast(&DataType::Date).unwrap();
        let (found, keys) = codes(&of(days)).unwrap();
        assert_eq!(found, [0, 2]);
        assert_eq!(keys[0].to_string(), "1969-12-31");
        assert_eq!(keys[1].to_string(), "1970-01-01");
    }

    #[test]
    fn distant_numbers_and_floats_have_no_group_codes() {
        assert!(of(Series::new("n".into(), [0i64, 65_535])).groups().is_some());
        assert!(of(Series::new("n".into(), [0i64, 65_536])).groups().is_none());
        assert!(of(Series::new("n".into(), [i64::MIN, i64::MAX])).groups().is_none());
        assert!(of(Series::new("n".into(), [None::<i64>])).groups().is_none());
        assert!(of(Series::new("n".into(), [0.5])).groups().is_none());
        assert!(of(Series::new("n".into(), [0.5f32])).groups().is_none());
    }

    #[test]
    fn text_codes_follow_dictionary_order() {
        let found = codes(&of(Series::new("t".into(), [Some("pro"), None, Some("basic"), Some("pro")])));
        let keys = vec![Datum::Text("basic".into()), Datum::Text("pro".into()), Datum::Null];
        assert_eq!(found, Some((vec![1, 2, 0, 1], keys)));
    }

    #[test]
    fn codes_of_block_equal_codes_of_whole_column() {
        let numbers = (0..1_000i64).map(|i| (i % 7 != 3).then_some(i % 50 + 1_000));
        let column = of(numbers.collect::<Int64Chunked>().into_series());
        let (all, _) = codes(&column).unwrap();
        let mut block = [0; 100];
        column.groups().unwrap().codes_into(333..400, &mut block);
        assert_eq!(block[..67], all[333..400]);
    }
}
