//! SQLite, from version 3.35, with its mathematical functions. Dates are texts as `YYYY-MM-DD`, timestamps as
//! `YYYY-MM-DD HH:MM:SS` with six digits of a fraction where there is one, truth is 0 and 1: as Python's `sqlite3`
//! stores them.

mod dates;
mod texts;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::aggregates::Aggregates;
use super::casts::{self, float_to_whole};
use super::numbers::{round_to_even, within_bits};
use super::sql::{Precedence, Printed, SqlPiece, call, cast, comparison, joined, only_where, operation};
use super::syntax::{DialectSyntax, Literals, Operand, Overflow, joined_at_nul, repeatable};
use crate::model::{ColumnType, Decimal};
use crate::rule::expr::{ArithmeticOperation, CastType};

/// SQL of SQLite.
pub(super) struct Sqlite;

const NO_DECIMALS: &str = "SQLite keeps no exact decimals: CAST the column AS DOUBLE";

/// Prints `length` characters of a text from `start`.
fn cut(x: &SqlPiece, start: u8, length: u8) -> SqlPiece {
    SqlPiece::tight(format!("SUBSTR({x}, {start}, {length})"))
}

impl Aggregates for Sqlite {
    fn has_grouping_sets(&self) -> bool {
        false
    }

    /// Sums as floats: SQLite's own sums of whole numbers overflow beyond 64 bits.
    fn sum(&self, x: &str, _kind: ColumnType) -> String {
        format!("SUM(CAST({x} AS REAL))")
    }

    /// SQLite has no variance of its own. Values far from zero lose digits.
    fn variance(&self, x: &str) -> String {
        format!("(SUM({x} * {x}) - SUM({x}) * AVG({x})) / NULLIF(COUNT({x}) - 1, 0)")
    }

    fn microseconds(&self, _x: &str) -> Result<String, String> {
        Err("SQLite holds timestamps as texts".into())
    }
}

impl Literals for Sqlite {
    fn title(&self) -> &'static str {
        "SQLite"
    }

    fn text(&self, text: &str) -> Printed {
        Ok(joined_at_nul(text, "CHAR(0)"))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        match number.units().unsigned_abs().to_string().len() {
            0..=15 => Ok(SqlPiece::tight(number.to_string())),
            _ => Err("SQLite keeps 15 digits of a fraction".into()),
        }
    }

    fn float(&self, number: f64) -> Printed {
        Ok(SqlPiece::tight(match number.is_finite() {
            true => format!("{number:?}"),
            false if number > 0.0 => "9e999".into(),
            false => "-9e999".into(),
        }))
    }

    fn date(&self, date: NaiveDate) -> Printed {
        Ok(SqlPiece::tight(format!("'{date}'")))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        let micros = at.nanosecond() / 1000;
        let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
        Ok(SqlPiece::tight(format!("'{}{fraction}'", at.format("%Y-%m-%d %H:%M:%S"))))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer | ColumnType::Boolean => "INTEGER".into(),
            ColumnType::Decimal(_) | ColumnType::Float => "REAL".into(),
            _ => "TEXT".into(),
        }
    }
}

impl DialectSyntax for Sqlite {
    fn refuses_kind(&self, kind: ColumnType) -> Option<&'static str> {
        matches!(kind, ColumnType::Decimal(_)).then_some(NO_DECIMALS)
    }

    /// SQLite stores NaN as null.
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        x.clone()
    }

    fn same(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS", b)
    }

    fn distinct(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS NOT", b)
    }

    /// SQLite turns a whole number that overflows into a float.
    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        let result = operation(level, a, op.sign(), b);
        if !overflow.is_possible() {
            return Ok(result);
        }
        let kind = call("TYPEOF", &[repeatable(&result)?]);
        Ok(only_where(&format!("{kind} = 'integer'"), &result))
    }

    fn exact(&self, _op: ArithmeticOperation, _a: &Operand, _b: &Operand, _scale: u8) -> Printed {
        Err("SQLite computes no exact decimals: CAST one side AS DOUBLE".into())
    }

    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Integer => Ok(operation(Precedence::Product, a, "%", b)),
            ColumnType::Float => Ok(call("MOD", &[a, b])),
            _ => Err(NO_DECIMALS.into()),
        }
    }

    /// SQLite compares a whole number with a float exactly.
    fn widens_to_float(&self, kind: ColumnType) -> bool {
        kind == ColumnType::Float
    }

    /// SQLite's own logarithm of a power of ten may lie next to the whole number.
    fn float_function(&self, name: &str, x: &SqlPiece) -> Printed {
        let value = call(name, &[repeatable(x)?]);
        if name != "LOG10" {
            return Ok(value);
        }
        let whole = call("ROUND", &[&value]);
        let operand = x.within(Precedence::Sum);
        Ok(SqlPiece::tight(format!("CASE WHEN POWER(10, {whole}) = {operand} THEN {whole} ELSE {value} END")))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let power = 10i64.pow(u32::try_from(digits.abs()).unwrap_or(0));
        let operand = repeatable(x)?.within(Precedence::Sum);
        let half = format!("CASE WHEN {operand} < 0 THEN -{0} ELSE {0} END", power / 2);
        Ok(SqlPiece::new(Precedence::Product, format!("({operand} + {half}) / {power} * {power}")))
    }

    fn round_decimal(&self, _x: &SqlPiece, _digits: i64, _scale: u8) -> Printed {
        Err(NO_DECIMALS.into())
    }

    fn cut_decimal(&self, _name: &str, _x: &SqlPiece) -> Printed {
        Err(NO_DECIMALS.into())
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        let least = SqlPiece::tight("-9223372036854775808");
        Ok(if overflow.above { call("ABS", &[&call("NULLIF", &[x, &least])]) } else { call("ABS", &[x]) })
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
        let sql = &x.sql;
        match (x.kind(), to) {
            (_, CastType::Decimal { .. }) => Err(NO_DECIMALS.into()),
            (_, CastType::Real) => Err("SQLite has no floats of 32 bits".into()),
            (Text, CastType::Integer { bits }) => {
                let text = call("TRIM", &[repeatable(sql)?]);
                let digits =
                    format!("CASE WHEN SUBSTR({text}, 1, 1) IN ('-', '+') THEN SUBSTR({text}, 2) ELSE {text} END");
                let fits = format!(
                    "{digits} GLOB '[0-9]*' AND {digits} NOT GLOB '*[^0-9]*' AND TYPEOF(CAST({text} AS NUMERIC)) = 'integer'"
                );
                within_bits(only_where(&fits, &cast(&text, "INTEGER")), bits)
            }
            // Beside a number, SQLite converts a text that is a number, and orders any other text above all numbers.
            (Text, CastType::Float) => {
                let text = call("TRIM", &[repeatable(sql)?]);
                let infinite = |sign: &str| format!("LOWER({text}) IN ('{sign}inf', '{sign}infinity')");
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {text} <= CAST(9e999 AS NUMERIC) THEN CAST({text} AS REAL) WHEN {} OR {} THEN 9e999 WHEN {} THEN -9e999 END",
                    infinite(""),
                    infinite("+"),
                    infinite("-")
                )))
            }
            (Text, CastType::Date) => {
                // A modifier turns 30 February into 2 March.
                let date = SqlPiece::tight(format!("DATE({}, '0 days')", repeatable(sql)?));
                Ok(only_where(&format!("{date} = {}", sql.within(Precedence::Sum)), sql))
            }
            (Text, CastType::Timestamp) => Err("SQLite cannot tell which texts are timestamps".into()),
            (Float, CastType::Integer { bits }) => {
                within_bits(float_to_whole(&round_to_even(self, sql)?, "INTEGER")?, bits)
            }
            (Timestamp, CastType::Text) => {
                let at = repeatable(sql)?;
                Ok(SqlPiece::tight(format!("CASE WHEN INSTR({at}, '.') > 0 THEN RTRIM({at}, '0') ELSE {at} END")))
            }
            (Float, CastType::Text) => Err(casts::no_cast(self, x.kind(), to)),
            (Integer, CastType::Integer { bits }) => within_bits(sql.clone(), bits),
            (Boolean, CastType::Text) => casts::truth_as_text(sql),
            (Boolean, CastType::Integer { .. }) => Ok(sql.clone()),
            (Boolean, CastType::Float) => Ok(cast(sql, "REAL")),
            (Date, CastType::Text) => Ok(sql.clone()),
            (Date, CastType::Timestamp) => Ok(joined(&[sql.clone(), SqlPiece::tight("' 00:00:00'")])),
            (Timestamp, CastType::Date) => Ok(cut(sql, 1, 10)),
            _ => casts::default_cast(self, x, to),
        }
    }
}
