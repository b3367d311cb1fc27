//! Reads CAST. A value that cannot be cast is null: one odd value must not stop the count of a million others.

use std::sync::Arc;

use sqlparser::ast::{CharacterLength, DataType, ExactNumberInfo, TimezoneInfo};

use super::super::RuleError;
use super::super::dates::{parse_date, parse_timestamp};
use super::super::expr::{CastType, Expr, Node};
use super::with_article;
use crate::model::{ColumnType, Datum, Decimal};

/// Types that a rule can cast to, for the hint of an error.
const KNOWN: &str = "use INTEGER, SMALLINT, BIGINT, DECIMAL(p, s), DOUBLE, REAL, BOOLEAN, TEXT, DATE or TIMESTAMP";

/// Returns the type that SQL's name means here, or the remedy. The length of a text is ignored, as in DuckDB.
pub(super) fn cast_type(data_type: &DataType) -> Result<CastType, String> {
    use DataType as Sql;
    let length = |length: &Option<CharacterLength>| !matches!(length, Some(CharacterLength::Max));
    match data_type {
        Sql::TinyInt(_) => Ok(CastType::Integer { bits: 8 }),
        Sql::SmallInt(_) | Sql::Int2(_) | Sql::Int16 => Ok(CastType::Integer { bits: 16 }),
        // Whole numbers have 64 bits here, also where SQL's INTEGER has 32.
        Sql::Int(_) | Sql::Integer(_) | Sql::Int4(_) | Sql::Int32 => Ok(CastType::Integer { bits: 64 }),
        Sql::BigInt(_) | Sql::Int8(_) | Sql::Int64 => Ok(CastType::Integer { bits: 64 }),
        Sql::Double(_) | Sql::DoublePrecision | Sql::Float(_) | Sql::Float8 | Sql::Float64 => Ok(CastType::Float),
        Sql::Real | Sql::Float4 | Sql::Float32 => Ok(CastType::Real),
        Sql::Boolean | Sql::Bool => Ok(CastType::Boolean),
        Sql::Text | Sql::String(_) => Ok(CastType::Text),
        Sql::Varchar(n) | Sql::Char(n) | Sql::Nvarchar(n) | Sql::CharacterVarying(n) | Sql::CharVarying(n)
            if length(n) =>
        {
            Ok(CastType::Text)
        }
        Sql::Date => Ok(CastType::Date),
        Sql::Timestamp(None, TimezoneInfo::None) | Sql::Datetime(None) => Ok(CastType::Timestamp),
        Sql::Decimal(size) | Sql::Numeric(size) | Sql::Dec(size) => decimal(size),
        _ => Err(KNOWN.into()),
    }
}

/// Returns the decimal type. Without sizes it is DECIMAL(18, 3), as in DuckDB.
fn decimal(size: &ExactNumberInfo) -> Result<CastType, String> {
    let (precision, scale) = match size {
        ExactNumberInfo::None => (18, 3),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision => Ok(CastType::Decimal { precision, scale }),
        _ => Err("a DECIMAL has up to 38 digits, some of them after the point: DECIMAL(12, 2)".into()),
    }
}

/// Builds `CAST(value AS to)`.
pub(super) fn cast(value: &Arc<Expr>, to: CastType) -> Result<Arc<Expr>, RuleError> {
    use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
    let same = match to {
        CastType::Integer { bits } => value.kind == Integer && bits == 64,
        CastType::Real | CastType::Decimal { .. } => false,
        other => value.kind == other.kind(),
    };
    if value.is_null() || same {
        return Ok(value.clone());
    }
    if let Some(folded) = value.as_literal().and_then(|literal| fold(literal, to)) {
        return Ok(Arc::new(Expr::literal(folded, value.span.clone())));
    }
    let possible = match (value.kind, to.kind()) {
        (from, to) if from.is_number() && to.is_number() => true,
        (from, Boolean) => from.is_number(),
        (Boolean, to) => to.is_number() || to == Text,
        (Integer | ColumnType::Decimal(_) | Date | Timestamp, Text) => true,
        (Text, to) => to != Boolean,
        (Date, Timestamp) | (Timestamp, Date) => true,
        (Float, Text) => false,
        _ => false,
    };
    if !possible {
        return Err(refused(value, to.kind()));
    }
    Ok(Arc::new(Expr::new(Node::Cast(value.clone(), to), to.kind(), value.span.clone())))
}

fn fold(value: &Datum, to: CastType) -> Option<Datum> {
    let or_null = |value: Option<Datum>| Some(value.unwrap_or(Datum::Null));
    match (value, to) {
        (Datum::Text(text), CastType::Date) => or_null(parse_date(text).map(Datum::Date)),
        (Datum::Text(text), CastType::Timestamp) => or_null(parse_timestamp(text).map(Datum::Timestamp)),
        (Datum::Text(text), CastType::Integer { bits: 64 }) => or_null(text.trim().parse().ok().map(Datum::Integer)),
        (Datum::Timestamp(at), CastType::Date) => Some(Datum::Date(at.date())),
        (Datum::Date(date), CastType::Timestamp) => Some(Datum::Timestamp((*date).into())),
        (Datum::Integer(number), CastType::Text) => Some(Datum::Text(number.to_string())),
        (Datum::Integer(_) | Datum::Decimal(_), CastType::Float) => value.number().map(Datum::Float),
        (Datum::Integer(number), CastType::Decimal { precision, scale }) => {
            fitting(Decimal::from_integer(*number), precision, scale)
        }
        (Datum::Decimal(decimal), CastType::Decimal { precision, scale }) => fitting(*decimal, precision, scale),
        (Datum::Text(text), CastType::Decimal { precision, scale }) => {
            Decimal::parse(text.trim()).and_then(|decimal| fitting(decimal, precision, scale))
        }
        _ => None,
    }
}

/// Returns the decimal at a scale; null if it has too many digits.
fn fitting(value: Decimal, precision: u8, scale: u8) -> Option<Datum> {
    let most = 10i128.checked_pow(precision.into())?;
    let rounded = value.rounded(scale).filter(|rounded| rounded.units().abs() < most);
    Some(rounded.map_or(Datum::Null, Datum::Decimal))
}

fn refused(value: &Expr, to: ColumnType) -> RuleError {
    let error = RuleError::new(value.span.clone(), format!("{} cannot be cast to {to}", with_article(value.kind)));
    match (value.kind, to) {
        (ColumnType::Float, ColumnType::Text) => {
            error.with_hint("engines spell such numbers differently: compare numbers")
        }
        (ColumnType::Text, ColumnType::Boolean) => error.with_hint("compare the text: = 'true'"),
        _ => error,
    }
}
