//! CAST. What cannot be cast is null: one odd value must not stop the count of a million others.

use sqlparser::ast::DataType;

use super::RuleError;
use super::compare::a_kind;
use super::dates::{parse_date, parse_timestamp};
use super::forms::trimmed;
use super::term::{Hold, Term, text_sql};
use crate::model::{ColumnType, Datum};

/// Texts that are days of the calendar, leap years and all: polars stops at the first one that is not.
const DAY: &str = concat!(
    "([0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    "|[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])",
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
);
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";

/// What a SQL type is here, or how to say it otherwise.
pub(super) fn kind_of(data_type: &DataType) -> Result<ColumnType, &'static str> {
    use DataType as Sql;
    match data_type {
        Sql::Int(_) | Sql::Integer(_) | Sql::BigInt(_) | Sql::Int8(_) | Sql::Int64 => Ok(ColumnType::Integer),
        Sql::Double(_) | Sql::DoublePrecision | Sql::Float(_) | Sql::Float8 | Sql::Float64 => Ok(ColumnType::Float),
        Sql::Boolean | Sql::Bool => Ok(ColumnType::Boolean),
        Sql::Varchar(None) | Sql::Text | Sql::String(None) | Sql::Char(None) => Ok(ColumnType::Text),
        Sql::Date => Ok(ColumnType::Date),
        Sql::Timestamp(None, sqlparser::ast::TimezoneInfo::None) | Sql::Datetime(None) => Ok(ColumnType::Timestamp),
        _ => Err("it knows INTEGER, DOUBLE, BOOLEAN, TEXT, DATE and TIMESTAMP"),
    }
}

pub(super) fn cast(term: &Term, to: ColumnType) -> Result<Term, RuleError> {
    use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
    if term.is_null() || term.kind == to {
        return Ok(term.clone());
    }
    if let Some(folded) = fold(term, to) {
        return Ok(Term::literal(folded, term.place.clone()));
    }
    let inner = term.sealed();
    let sql = match (term.kind, to) {
        (Integer, Float) => return Ok(term.to_float()),
        (Date, Timestamp) => return Ok(term.to_timestamp()),
        // Ties go to the even number, as in DuckDB and PostgreSQL.
        (Float, Integer) => format!("TRY_CAST(ROUND({inner}) AS BIGINT)"),
        (Boolean, Integer) => format!("CAST({inner} AS BIGINT)"),
        (Boolean, Float) => format!("CAST({inner} AS DOUBLE)"),
        (Integer | Boolean | Date, Text) => format!("CAST({inner} AS VARCHAR)"),
        (Text, Integer) => format!("TRY_CAST({} AS BIGINT)", trimmed(term, "BOTH", " ").sealed()),
        (Text, Float) => {
            let sql = format!("TRY_CAST({} AS DOUBLE)", trimmed(term, "BOTH", " ").sealed());
            return Ok(Term::computed(Float, sql, Hold::Tight, &[term]).with_nan(true));
        }
        (Text, Date) => shaped(term, &format!("^{DAY}$"), "DATE", "%Y-%m-%d"),
        (Text, Timestamp) => shaped(term, &format!("^{DAY} {TIME}$"), "TIMESTAMP", "%Y-%m-%d %H:%M:%S"),
        (Timestamp, Date) => format!("CAST({inner} AS DATE)"),
        (Integer | Float, Boolean) => format!("({} <> 0)", term.side()),
        (from, to) => return Err(refused(term, from, to)),
    };
    Ok(Term::computed(to, sql, Hold::Tight, &[term]))
}

fn shaped(term: &Term, shape: &str, function: &str, format: &str) -> String {
    let (value, shape, format) = (term.part(Hold::Tight), text_sql(shape), text_sql(format));
    format!("{function}(CASE WHEN {value} ~ {shape} THEN {value} END, {format})")
}

fn fold(term: &Term, to: ColumnType) -> Option<Datum> {
    match (term.literal.as_ref()?, to) {
        (Datum::Text(text), ColumnType::Date) => Some(parse_date(text).map_or(Datum::Null, Datum::Date)),
        (Datum::Text(text), ColumnType::Timestamp) => Some(parse_timestamp(text).map_or(Datum::Null, Datum::Timestamp)),
        (Datum::Timestamp(at), ColumnType::Date) => Some(Datum::Date(at.date())),
        (Datum::Text(text), ColumnType::Integer) => Some(text.trim().parse().map_or(Datum::Null, Datum::Integer)),
        (Datum::Integer(number), ColumnType::Text) => Some(Datum::Text(number.to_string())),
        _ => None,
    }
}

fn refused(term: &Term, from: ColumnType, to: ColumnType) -> RuleError {
    let error = RuleError::new(term.place.clone(), format!("{} cannot be cast to {to}", a_kind(from)));
    match (from, to) {
        (ColumnType::Float, ColumnType::Text) => {
            error.with_hint("engines spell such numbers differently: compare numbers")
        }
        (ColumnType::Timestamp, ColumnType::Text) => error.with_hint("CAST it AS DATE first"),
        (ColumnType::Text, ColumnType::Boolean) => error.with_hint("compare the text: = 'true'"),
        _ => error,
    }
}
