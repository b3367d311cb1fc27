use std::ops::Range;

use polars::prelude::{ChunkedArray, PolarsDataType};
use polars_arrow::array::Array;

/// The arrays of a polars column as one sequence of rows.
#[derive(Clone)]
pub struct Pieces<'a, A> {
    arrays: Vec<&'a A>,
    /// For each array, the number of rows up to its end.
    ends: Vec<usize>,
}

impl<'a, A: Array> Pieces<'a, A> {
    pub fn new<T: PolarsDataType<Array = A>>(column: &'a ChunkedArray<T>) -> Self {
        let arrays: Vec<&A> = column.downcast_iter().filter(|array| !array.is_empty()).collect();
        let ends = arrays.iter().scan(0, |end, array| {
            *end += array.len();
            Some(*end)
        });
        Self { ends: ends.collect(), arrays }
    }

    pub fn rows(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Returns the array if there is only one.
    pub fn single(&self) -> Option<&'a A> {
        match self.arrays[..] {
            [array] => Some(array),
            _ => None,
        }
    }

    /// Returns the bits of the rows that have a value; `None` if all rows have one.
    pub fn known(&self) -> Option<Vec<u64>> {
        super::bits::known(self.arrays.iter().map(|array| (array.len(), array.validity())))
    }

    /// Returns the arrays that contain the rows, each with the positions of these rows in it.
    pub fn within(&self, rows: Range<usize>) -> impl Iterator<Item = (&'a A, Range<usize>)> {
        let first = self.ends.partition_point(|&end| end <= rows.start);
        let (arrays, ends) = (&self.arrays[first..], &self.ends[first..]);
        arrays.iter().zip(ends).map_while(move |(&array, &end)| {
            let start = end - array.len();
            let part = rows.start.max(start)..rows.end.min(end);
            (!part.is_empty()).then(|| (array, part.start - start..part.end - start))
        })
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::Pieces;

    #[test]
    fn pieces_find_rows_across_arrays() {
        let mut column = Int32Chunked::from_vec("n".into(), (0..5).collect());
        column.append(&Int32Chunked::from_vec("n".into(), vec![])).unwrap();
        column.append(&Int32Chunked::from_vec("n".into(), (5..6).collect())).unwrap();
        column.append(&Int32Chunked::from_vec("n".into(), (6..20).collect())).unwrap();
        let pieces = Pieces::new(&column);
        assert_eq!(pieces.rows(), 20);
        for (start, end) in (0..=20).flat_map(|start| (start..=20).map(move |end| (start, end))) {
            let found: Vec<i32> =
                pieces.within(start..end).flat_map(|(array, part)| array.values()[part].to_vec()).collect();
            assert_eq!(found, (start as i32..end as i32).collect::<Vec<_>>());
        }
    }
}
