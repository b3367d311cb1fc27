//! Turns the values of a column into a series, once all rows are read or so far.

use polars::prelude::*;

use super::{ColumnBuilder, ColumnValues, Days, Floats, Integers};

/// Maximum number of chunks of a column: more of them are put into one, since a row is looked up among all of them.
const MAX_CHUNKS: usize = 1 << 10;

/// Maximum number of rows of a column that is always put into one chunk: so short a copy costs nothing.
const MAX_SHORT: usize = 1 << 18;

impl ColumnBuilder {
    /// Returns the whole column, in one chunk for each part that it was built from; `None` if it must be read a second time,
    /// as text.
    pub fn finish(mut self) -> Option<Series> {
        if matches!(self.values, ColumnValues::Unknown(_)) {
            self.become_text();
        }
        if self.is_in_doubt() {
            return None;
        }
        let latest = finished(self.values, &self.name)?;
        let latest = Some(latest).filter(|latest| !latest.is_empty() || self.earlier.is_none());
        joined(self.earlier, latest).map(in_few_chunks)
    }

    /// Returns the values so far, in chunks that the column keeps; `None` if it may have to be read a second time.
    pub fn so_far(&mut self) -> Option<Series> {
        if let ColumnValues::Unknown(nulls) = self.values {
            return Some(Series::full_null(self.name.clone(), nulls, &DataType::String));
        }
        if self.is_disproved() || self.is_in_doubt() {
            return None;
        }
        self.close();
        match &self.earlier {
            Some(series) => Some(in_few_chunks(series.clone())),
            None => finished(self.emptied(), &self.name),
        }
    }

    /// Returns true for values such as `1E5` beside whole numbers alone, which are codes; beside fractions they are numbers.
    fn is_in_doubt(&self) -> bool {
        matches!(self.values, ColumnValues::Float(_)) && self.codes && !self.fractions
    }

    /// Returns no values of the column's type.
    pub(super) fn emptied(&self) -> ColumnValues {
        let name = self.name.clone();
        match self.values {
            ColumnValues::Unknown(_) => ColumnValues::Unknown(0),
            ColumnValues::Boolean(_) => ColumnValues::Boolean(BooleanChunkedBuilder::new(name, 0)),
            ColumnValues::Integer(_) => ColumnValues::Integer(Integers::new(name, 0)),
            ColumnValues::Float(_) => ColumnValues::Float(Floats::new(name, 0)),
            ColumnValues::Date(_) => ColumnValues::Date(Days::new(name, 0)),
            ColumnValues::Timestamp(_) => ColumnValues::Timestamp(Integers::new(name, 0)),
            ColumnValues::Text(_) => ColumnValues::Text(StringChunkedBuilder::new(name, 0)),
            ColumnValues::Disproved => ColumnValues::Disproved,
        }
    }
}

pub(super) fn finished(values: ColumnValues, name: &PlSmallStr) -> Option<Series> {
    Some(match values {
        ColumnValues::Unknown(nulls) => Series::full_null(name.clone(), nulls, &DataType::String),
        ColumnValues::Boolean(builder) => builder.finish().into_series(),
        ColumnValues::Integer(builder) => builder.finish().into_series(),
        ColumnValues::Float(builder) => builder.finish().into_series(),
        ColumnValues::Date(builder) => builder.finish().into_date().into_series(),
        ColumnValues::Timestamp(builder) => builder.finish().into_datetime(TimeUnit::Microseconds, None).into_series(),
        ColumnValues::Text(builder) => builder.finish().into_series(),
        ColumnValues::Disproved => return None,
    })
}

fn in_few_chunks(series: Series) -> Series {
    let is_cut = series.n_chunks() > MAX_CHUNKS || series.len() <= MAX_SHORT;
    if is_cut { series.rechunk() } else { series }
}

pub(super) fn joined(earlier: Option<Series>, latest: Option<Series>) -> Option<Series> {
    match (earlier, latest) {
        (Some(mut earlier), Some(latest)) => earlier.append_owned(latest).is_ok().then_some(earlier),
        (earlier, latest) => earlier.or(latest),
    }
}
