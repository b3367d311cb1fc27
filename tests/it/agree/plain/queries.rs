//! Questions with one filter, as polars' own lazy queries over the table with [`INSIDE`].

use crosscut::data::datum;
use crosscut::engine::{
    CustomerCount, FrequentValues, GroupAnswer, GroupFigures, Quantiles, RowPage, Sort, Summary, ValueSums,
};
use crosscut::model::Datum;
use polars::prelude::*;

use super::INSIDE;

pub fn summary(marked: &DataFrame, value: Option<&str>) -> PolarsResult<Summary> {
    let customers = number(marked, inside_count())?;
    let value = value.map(|column| value_sums(marked, column)).transpose()?;
    Ok(Summary { customers, base: marked.height() as u64, value })
}

fn value_sums(marked: &DataFrame, column: &str) -> PolarsResult<ValueSums> {
    let all = col(column).cast(DataType::Float64);
    let one = marked.clone().lazy().select([
        all.clone().filter(col(INSIDE)).sum().alias("in_filter"),
        all.clone().filter(col(INSIDE)).count().cast(DataType::UInt64).alias("known_in_filter"),
        all.clone().sum().alias("in_base"),
        all.clone().count().cast(DataType::UInt64).alias("known_in_base"),
        largest(all.clone().filter(col(INSIDE))).alias("largest_in_filter"),
        largest(all.filter(col(INSIDE).fill_null(lit(false)).not())).alias("largest_outside"),
    ]);
    let one = one.collect()?;
    Ok(ValueSums {
        in_filter: float(&one, "in_filter", 0)?,
        known_in_filter: whole(&one, "known_in_filter", 0)?,
        in_base: float(&one, "in_base", 0)?,
        known_in_base: whole(&one, "known_in_base", 0)?,
        largest_in_filter: float(&one, "largest_in_filter", 0)? + 0.0,
        largest_outside: float(&one, "largest_outside", 0)? + 0.0,
    })
}

/// The largest number without its sign; 0, which may be −0, if there is none.
fn largest(numbers: Expr) -> Expr {
    let (high, low) = (numbers.clone().max(), lit(0.0) - numbers.min());
    when(high.clone().gt(low.clone())).then(high).otherwise(low).fill_null(lit(0.0))
}

pub fn groups(
    marked: &DataFrame,
    by: &[String],
    value: Option<&str>,
    (limit, is_guarded): (usize, bool),
) -> PolarsResult<GroupAnswer> {
    let keys: Vec<Expr> = by.iter().map(col).collect();
    let mut figures = vec![inside_count().alias("#count"), len().cast(DataType::UInt64).alias("#base")];
    if let Some(column) = value {
        let inside = col(column).cast(DataType::Float64).filter(col(INSIDE));
        figures.push(inside.clone().sum().alias("#sum"));
        figures.push(largest(inside.clone()).alias("#largest"));
        figures.push(inside.count().cast(DataType::UInt64).alias("#known"));
    }
    let grouped =
        marked.clone().lazy().group_by(keys.clone()).agg(figures).filter(col("#count").gt(lit(0)).or(lit(is_guarded)));
    // Largest first, then by key with nulls last.
    let order = SortMultipleOptions::default()
        .with_order_descending_multi([true].into_iter().chain(by.iter().map(|_| false)).collect::<Vec<_>>())
        .with_nulls_last(true);
    let grouped =
        grouped.sort_by_exprs([col("#count")].into_iter().chain(keys).collect::<Vec<_>>(), order).collect()?;
    let group = |row| {
        Ok(GroupFigures {
            key: by.iter().map(|key| Ok(datum(grouped.column(key)?, row))).collect::<PolarsResult<_>>()?,
            customers: CustomerCount {
                in_filter: whole(&grouped, "#count", row)?,
                in_base: whole(&grouped, "#base", row)?,
            },
            value_sum: if value.is_some() { float(&grouped, "#sum", row)? } else { 0.0 },
            value_largest: if value.is_some() { float(&grouped, "#largest", row)? + 0.0 } else { 0.0 },
            value_known: if value.is_some() { whole(&grouped, "#known", row)? } else { 0 },
        })
    };
    Ok(GroupAnswer {
        by: by.to_vec(),
        groups: (0..grouped.height().min(limit)).map(group).collect::<PolarsResult<_>>()?,
        left_out: grouped.height().saturating_sub(limit) as u64,
        customers: CustomerCount { in_filter: number(marked, inside_count())?, in_base: marked.height() as u64 },
        value: value.map(|column| value_sums(marked, column)).transpose()?,
    })
}

pub fn page(
    marked: &DataFrame,
    columns: &[String],
    sorts: &[Sort],
    tests: &[super::Truths],
    (offset, limit): (u64, usize),
) -> PolarsResult<RowPage> {
    let inside = ordered(marked, sorts)?;
    let columns: Vec<String> = match columns {
        [] => marked.columns().iter().map(|c| c.name().to_string()).filter(|name| name != INSIDE).collect(),
        some => some.to_vec(),
    };
    let first = usize::try_from(offset).unwrap_or(usize::MAX).min(inside.height());
    let last = first.saturating_add(limit).min(inside.height());
    let row = |row| columns.iter().map(|column| Ok(datum(inside.column(column)?, row))).collect();
    let rows = (first..last).map(row).collect::<PolarsResult<_>>()?;
    let numbers: Vec<u64> = inside.column(ROW)?.u64()?.into_no_null_iter().collect();
    let truths = |test: &super::Truths| numbers[first..last].iter().map(|&row| test[row as usize]).collect();
    let tests = tests.iter().map(truths).collect();
    Ok(RowPage { columns: columns.clone(), rows, tests, offset, total: inside.height() as u64 })
}

/// Places, among the filter's rows in order, of the rows for which a rule is true.
pub fn places(marked: &DataFrame, sorts: &[Sort], truths: &super::Truths) -> PolarsResult<Vec<u64>> {
    let inside = ordered(marked, sorts)?;
    let numbers = inside.column(ROW)?.u64()?.into_no_null_iter();
    let hits = (0..).zip(numbers).filter(|(_, row)| truths[*row as usize] == Some(true));
    Ok(hits.map(|(place, _)| place).collect())
}

/// Name of the column with the row's number in the file.
const ROW: &str = "#row";

/// The filter's rows in order. Equal values stay in file order, so the row number is the last sort key.
fn ordered(marked: &DataFrame, sorts: &[Sort]) -> PolarsResult<DataFrame> {
    let mut inside = marked.clone();
    inside.with_column(Column::new(ROW.into(), (0..marked.height() as u64).collect::<Vec<_>>()))?;
    let inside = inside.lazy().filter(col(INSIDE));
    let descending: Vec<bool> = sorts.iter().map(|sort| sort.descending).chain([false]).collect();
    let order = SortMultipleOptions::default().with_order_descending_multi(descending).with_nulls_last(true);
    let keys: Vec<Expr> = sorts.iter().map(|sort| col(&sort.column)).chain([col(ROW)]).collect();
    inside.sort_by_exprs(keys, order).collect()
}

pub fn values(frame: &DataFrame, column: &str, limit: usize) -> PolarsResult<FrequentValues> {
    let counted = frame.clone().lazy().select([col(column).alias("value")]).filter(col("value").is_not_null());
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false]);
    let counted = counted
        .group_by([col("value")])
        .agg([len().cast(DataType::UInt64).alias("count")])
        .sort_by_exprs([col("count"), col("value")], order)
        .collect()?;
    let pair = |row| Ok((datum(counted.column("value")?, row), whole(&counted, "count", row)?));
    Ok(FrequentValues {
        column: column.to_owned(),
        values: (0..counted.height().min(limit)).map(pair).collect::<PolarsResult<_>>()?,
        left_out: counted.height().saturating_sub(limit) as u64,
    })
}

/// Sorts all values that are not null and takes the one at each share's position.
pub fn quantiles(marked: &DataFrame, column: &str, shares: &[f64]) -> PolarsResult<Quantiles> {
    let inside = marked.clone().lazy().filter(col(INSIDE)).select([col(column)]).collect()?;
    let column_of_it = inside.column(column)?;
    let mut known: Vec<Datum> = (0..inside.height()).map(|row| datum(column_of_it, row)).collect();
    known.retain(|value| !value.is_null() && value.partial_cmp(value).is_some());
    known.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let place = |share: &f64| ((share * known.len() as f64).ceil() as usize).max(1) - 1;
    let values = shares.iter().map(|share| known.get(place(share)).cloned().unwrap_or(Datum::Null)).collect();
    Ok(Quantiles { column: column.to_owned(), known: known.len() as u64, values })
}

/// Values of a column as numbers; `None` for null and for NaN.
pub fn numbers(frame: &DataFrame, column: &str) -> PolarsResult<Vec<Option<f64>>> {
    let floats = frame.column(column)?.cast(&DataType::Float64)?;
    Ok(floats.f64()?.iter().map(|value| value.filter(|value| !value.is_nan())).collect())
}

fn inside_count() -> Expr {
    col(INSIDE).sum().cast(DataType::UInt64)
}

fn number(frame: &DataFrame, figure: Expr) -> PolarsResult<u64> {
    whole(&frame.clone().lazy().select([figure.alias("figure")]).collect()?, "figure", 0)
}

fn whole(frame: &DataFrame, column: &str, row: usize) -> PolarsResult<u64> {
    Ok(frame.column(column)?.u64()?.get(row).unwrap_or(0))
}

fn float(frame: &DataFrame, column: &str, row: usize) -> PolarsResult<f64> {
    Ok(frame.column(column)?.f64()?.get(row).unwrap_or(0.0))
}
