use polars::prelude::*;

use super::failed;
use crate::data;
use crate::engine::{Cancel, EngineError, Values};

/// The distinct values of a column with their counts. Only counts are wanted, so no customer is given a code.
pub fn values(frame: &DataFrame, column: &str, limit: usize, cancel: &Cancel) -> Result<Values, EngineError> {
    let values = frame.column(column).map_err(failed)?.clone().with_name("value".into());
    let values = DataFrame::new(values.len(), vec![values]).map_err(failed)?;
    let counted = values.lazy().filter(col("value").is_not_null()).group_by([col("value")]).agg([len().alias("count")]);
    let counted = counted.collect().map_err(failed)?;
    cancel.check()?;
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false]);
    let distinct = counted.height();
    let largest = counted.lazy().sort(["count", "value"], order).limit(limit as IdxSize).collect().map_err(failed)?;
    let (value, count) = (largest.column("value"), largest.column("count"));
    let (value, count) = (value.map_err(failed)?, count.and_then(|count| count.idx()).map_err(failed)?);
    let pair = |row| (data::datum(value, row), u64::from(count.get(row).unwrap_or(0)));
    Ok(Values {
        column: column.to_owned(),
        values: (0..largest.height()).map(pair).collect(),
        left_out: distinct.saturating_sub(limit) as u64,
    })
}
