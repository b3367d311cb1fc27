use arrow_schema::DataType;

use crate::model::ColumnType;

/// Returns the type that rules see for a column of this Arrow type.
pub(crate) fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => ColumnType::Integer,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => ColumnType::Integer,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Float,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => ColumnType::Decimal(u8::try_from(*scale).unwrap_or(0)),
        // A column of nulls alone: of all types, text allows most rules.
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => ColumnType::Text,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(_, _) => ColumnType::Timestamp,
        DataType::Time32(_) | DataType::Time64(_) => ColumnType::Time,
        DataType::Duration(_) => ColumnType::Duration,
        DataType::Dictionary(_, values) => column_type(values),
        _ => ColumnType::Other,
    }
}
