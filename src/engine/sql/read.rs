//! The columns of an answer as counts, numbers and values. Drivers choose their own types for sums and decimals, so each
//! reading takes every type that can hold it.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_schema::FieldRef;

use super::Batches;
use super::column_types::column_type;
use super::driver_value::{DriverValue, cells, datum, fault, format_cell, plain, whole};
use crate::engine::EngineError;
use crate::model::{ColumnType, Datum};

/// The rows of an answer, read column by column.
pub(super) struct DriverTable<'a>(pub(super) &'a Batches);

impl DriverTable<'_> {
    pub(super) fn rows(&self) -> usize {
        self.0.batches.iter().map(|batch| batch.num_rows()).sum()
    }

    pub(super) fn columns(&self) -> usize {
        self.0.schema.fields().len()
    }

    /// Reads a column of counts. Null, the sum over nobody, is 0.
    pub(super) fn counts(&self, column: usize) -> Result<Vec<u64>, EngineError> {
        let count = |cell: DriverValue| match cell {
            DriverValue::Null => Some(0),
            DriverValue::Whole(number) => u64::try_from(number).ok(),
            DriverValue::Decimal(number) => number.to_i64().and_then(|number| u64::try_from(number).ok()),
            DriverValue::Float(number) if number >= 0.0 && number.fract() == 0.0 && number < 1e18 => {
                Some(number as u64)
            }
            DriverValue::Text(text) => text.parse().ok().or_else(|| whole(&text)),
            _ => None,
        };
        self.each(column, "a count", count)
    }

    /// Reads one of the counts in a column of lists, which are arrays or texts with commas. Null is 0.
    pub(super) fn listed_counts(&self, column: usize, item: usize) -> Result<Vec<u64>, EngineError> {
        let is_text = |field: &FieldRef| column_type(field.data_type()) == ColumnType::Text;
        if self.0.schema.fields().get(column).is_some_and(is_text) {
            let count = |cell: DriverValue| match cell {
                DriverValue::Text(text) => text.split(',').nth(item)?.parse().ok(),
                _ => None,
            };
            return self.each(column, "a list of counts", count);
        }
        let mut counts = Vec::with_capacity(self.rows());
        for batch in &self.0.batches {
            let lists = batch.columns().get(column).and_then(|array| array.as_list_opt::<i32>());
            let lists = lists.ok_or_else(|| fault("no list of counts".into()))?;
            for row in 0..lists.len() {
                let list = lists.value(row);
                let list = list.as_primitive_opt::<Int64Type>().filter(|list| list.len() > item);
                let list = list.ok_or_else(|| fault("another list of counts than is needed".into()))?;
                let count = if list.is_null(item) { 0 } else { list.value(item) };
                counts.push(u64::try_from(count).map_err(|_| fault(format!("{count} where a count is needed")))?);
            }
        }
        Ok(counts)
    }

    /// Reads a column of floats; `None` for null and NaN.
    pub(super) fn floats(&self, column: usize) -> Result<Vec<Option<f64>>, EngineError> {
        let float = |cell: DriverValue| match cell {
            DriverValue::Null => Some(None),
            DriverValue::Whole(number) => Some(Some(number as f64)),
            DriverValue::Decimal(number) => Some(Some(number.to_f64())),
            DriverValue::Float(number) => Some((!number.is_nan()).then_some(number)),
            DriverValue::Text(text) => text.trim().parse().ok().map(|number: f64| (!number.is_nan()).then_some(number)),
            _ => None,
        };
        self.each(column, "a number", float)
    }

    /// Reads a column of values that has this type in the base.
    pub(super) fn values(&self, column: usize, kind: ColumnType) -> Result<Vec<Datum>, EngineError> {
        self.each(column, kind.word(), |cell| datum(cell, kind))
    }

    fn each<T>(
        &self,
        column: usize,
        wanted: &str,
        read: impl Fn(DriverValue) -> Option<T>,
    ) -> Result<Vec<T>, EngineError> {
        let mut values = Vec::with_capacity(self.rows());
        for batch in &self.0.batches {
            let Some(array) = batch.columns().get(column) else {
                return Err(fault(format!("{} columns where {} are needed", batch.num_columns(), column + 1)));
            };
            let array = plain(array)?;
            let cells = cells(&array)?;
            for row in 0..array.len() {
                let cell = if array.is_null(row) { DriverValue::Null } else { cells(row) };
                let refused = || fault(format!("{} where {wanted} is needed", format_cell(&cells(row))));
                values.push(read(cell).ok_or_else(refused)?);
            }
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::{Decimal256Type, Int8Type as Keys};
    use arrow_array::*;

    use super::*;

    /// Creates an answer of one column, with one batch per array.
    fn answer(arrays: Vec<ArrayRef>) -> Batches {
        let batch =
            |array: ArrayRef| RecordBatch::try_from_iter_with_nullable([("c", array, true)]).expect("one column");
        let batches: Vec<RecordBatch> = arrays.into_iter().map(batch).collect();
        Batches { schema: batches[0].schema(), batches }
    }

    type Wide = <Decimal256Type as ArrowPrimitiveType>::Native;

    fn counts(array: ArrayRef) -> Result<Vec<u64>, EngineError> {
        DriverTable(&answer(vec![array])).counts(0)
    }

    fn values(array: ArrayRef, kind: ColumnType) -> Vec<String> {
        let values = DriverTable(&answer(vec![array])).values(0, kind).expect("values of the kind");
        values.iter().map(|value| format!("{value:?}")).collect()
    }

    #[test]
    fn counts_are_read_from_every_number_type() {
        let seven: Vec<ArrayRef> = vec![
            Arc::new(Int8Array::from(vec![Some(7), None])),
            Arc::new(Int16Array::from(vec![Some(7), None])),
            Arc::new(Int32Array::from(vec![Some(7), None])),
            Arc::new(Int64Array::from(vec![Some(7), None])),
            Arc::new(UInt8Array::from(vec![Some(7), None])),
            Arc::new(UInt16Array::from(vec![Some(7), None])),
            Arc::new(UInt32Array::from(vec![Some(7), None])),
            Arc::new(UInt64Array::from(vec![Some(7), None])),
            Arc::new(Float32Array::from(vec![Some(7.0), None])),
            Arc::new(Float64Array::from(vec![Some(7.0), None])),
            Arc::new(StringArray::from(vec![Some("7"), None])),
            Arc::new(LargeStringArray::from(vec![Some("7.000"), None])),
            Arc::new(StringViewArray::from(vec![Some("7"), None])),
            Arc::new(Decimal128Array::from(vec![Some(7), None]).with_precision_and_scale(38, 0).expect("a decimal")),
            Arc::new(Decimal128Array::from(vec![Some(700), None]).with_precision_and_scale(38, 2).expect("a decimal")),
            Arc::new([Some("7"), None].into_iter().collect::<DictionaryArray<Keys>>()),
        ];
        for array in seven {
            assert_eq!(counts(array.clone()), Ok(vec![7, 0]), "{}", array.data_type());
        }
    }

    #[test]
    fn value_that_is_no_count_is_named_in_error() {
        let error = |array: ArrayRef| counts(array).expect_err("no count").to_string();
        let minus = error(Arc::new(Int64Array::from(vec![-1])));
        assert_eq!(minus, "the engine's answer has Whole(-1) where a count is needed");
        assert!(error(Arc::new(Float64Array::from(vec![0.5]))).contains("Float(0.5)"));
        assert!(error(Arc::new(StringArray::from(vec!["many"]))).contains("\"many\""));
        assert!(error(Arc::new(BinaryArray::from(vec![&b"7"[..]]))).contains("Binary"));
        let empty = DriverTable(&answer(vec![Arc::new(Int64Array::from(vec![1]))])).counts(3);
        assert_eq!(empty.expect_err("no column").to_string(), "the engine's answer has 1 columns where 4 are needed");
    }

    #[test]
    fn moments_of_every_unit_read_alike() {
        let second = 1_800_000_000i64;
        let arrays: [ArrayRef; 4] = [
            Arc::new(TimestampSecondArray::from(vec![second])),
            Arc::new(TimestampMillisecondArray::from(vec![second * 1_000])),
            Arc::new(TimestampMicrosecondArray::from(vec![second * 1_000_000]).with_timezone("UTC")),
            Arc::new(TimestampNanosecondArray::from(vec![second * 1_000_000_000])),
        ];
        for array in arrays {
            assert_eq!(values(array, ColumnType::Timestamp), ["Timestamp(2027-01-15T08:00:00)"]);
        }
        let before: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![-1]));
        assert_eq!(values(before, ColumnType::Timestamp), ["Timestamp(1969-12-31T23:59:59.999)"]);
        let days: ArrayRef = Arc::new(Date32Array::from(vec![20_634]));
        let millis: ArrayRef = Arc::new(Date64Array::from(vec![20_634 * 86_400_000]));
        for array in [days, millis, Arc::new(StringArray::from(vec!["2026-06-30"]))] {
            assert_eq!(values(array, ColumnType::Date), ["Date(2026-06-30)"]);
        }
    }

    #[test]
    fn decimals_keep_scale_of_column() {
        let cents = |units: i128, scale| -> ArrayRef {
            Arc::new(Decimal128Array::from(vec![units]).with_precision_and_scale(20, scale).expect("a decimal"))
        };
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["12.5"]));
        let wide = Decimal256Array::from(vec![Wide::from_i128(1250)]);
        let wide: ArrayRef = Arc::new(wide.with_precision_and_scale(40, 2).expect("a decimal"));
        for array in [cents(1250, 2), cents(125, 1), texts, wide] {
            assert_eq!(values(array, ColumnType::Decimal(2)), ["Decimal(Decimal { units: 1250, scale: 2 })"]);
        }
        let floats = DriverTable(&answer(vec![cents(1250, 2)])).floats(0);
        assert_eq!(floats, Ok(vec![Some(12.5)]));
    }

    #[test]
    fn nan_reads_as_null_and_float32_as_shortest_digits() {
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, -0.5]));
        assert_eq!(values(floats.clone(), ColumnType::Float), ["Null", "Float(inf)", "Float(-0.5)"]);
        assert_eq!(DriverTable(&answer(vec![floats])).floats(0), Ok(vec![None, Some(f64::INFINITY), Some(-0.5)]));
        assert_eq!(values(Arc::new(Float32Array::from(vec![0.1])), ColumnType::Float), ["Float(0.1)"]);
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["NaN", "1e300", "Infinity"]));
        assert_eq!(values(texts, ColumnType::Float), ["Null", "Float(1e300)", "Float(inf)"]);
    }

    #[test]
    fn rows_of_several_batches_are_concatenated() {
        let answer = answer(vec![Arc::new(Int64Array::from(vec![1, 2])), Arc::new(Int64Array::from(vec![3]))]);
        assert_eq!((DriverTable(&answer).rows(), DriverTable(&answer).counts(0)), (3, Ok(vec![1, 2, 3])));
        let dictionary: ArrayRef = Arc::new(["a", "b", "a"].into_iter().collect::<DictionaryArray<Keys>>());
        assert_eq!(values(dictionary, ColumnType::Text), ["Text(\"a\")", "Text(\"b\")", "Text(\"a\")"]);
        let nothing: ArrayRef = Arc::new([None::<&str>].into_iter().collect::<DictionaryArray<Keys>>());
        assert_eq!(values(nothing, ColumnType::Text), ["Null"]);
    }
}
