use polars::prelude::{DataFrame, IdxSize, IntoLazy, SortMultipleOptions, col, len};

use super::column::ColumnData;
use super::grouping::GroupAssignment;
use super::{LocalEngine, failed, groups};
use crate::data;
use crate::engine::{Cancel, EngineError, FrequentValues, ValuesQuestion};
use crate::model::Datum;

/// Returns the most frequent distinct values of a column with their counts.
pub fn values(engine: &LocalEngine, question: &ValuesQuestion, cancel: &Cancel) -> Result<FrequentValues, EngineError> {
    let (column, limit) = (question.column.as_str(), question.limit);
    let found = engine.column(column, cancel)?;
    let (values, distinct) = match found.groups() {
        Some(_) => from_groups(engine, column, limit, cancel)?,
        // Polars groups decimals only with a feature for its widest integers, which takes minutes to compile.
        None if is_decimal(&found) => from_groups(engine, column, limit, cancel)?,
        None => from_values(&found, limit, cancel)?,
    };
    Ok(FrequentValues { column: column.to_owned(), values, left_out: distinct.saturating_sub(limit) as u64 })
}

fn is_decimal(column: &ColumnData) -> bool {
    matches!(column, ColumnData::Number(number) if number.data_type().is_decimal())
}

/// The most frequent values with their counts, and the number of all distinct values.
type FrequentCounts = (Vec<(Datum, u64)>, usize);

/// Counts the values of a column from its groups. Their counts are kept, or part of the dictionary.
fn from_groups(
    engine: &LocalEngine,
    column: &str,
    limit: usize,
    cancel: &Cancel,
) -> Result<FrequentCounts, EngineError> {
    let by = [column.into()];
    let grouping = GroupAssignment::new(engine, &by, cancel)?;
    let counts = groups::in_base(engine, &grouping, &by, cancel)?;
    let mut groups: Vec<(u32, u64)> = (0..).zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
    groups.retain(|(group, _)| !grouping.key(*group).iter().any(Datum::is_null));
    groups.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let distinct = groups.len();
    let value = |(group, count): (u32, u64)| (grouping.key(group).pop().unwrap_or(Datum::Null), count);
    Ok((groups.into_iter().take(limit).map(value).collect(), distinct))
}

/// Counts the values without assigning customers to groups, since only the counts are needed.
fn from_values(column: &ColumnData, limit: usize, cancel: &Cancel) -> Result<FrequentCounts, EngineError> {
    let values = column.slice(0..column.rows()).map_err(failed)?.with_name("value".into());
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
    Ok(((0..largest.height()).map(pair).collect(), distinct))
}
