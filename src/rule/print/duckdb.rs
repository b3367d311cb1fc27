//! DuckDB. Its semantics match the rule language in most things; printing guards what fails there with an error and
//! turns NaN into null.

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, DAY, NUMBER, OFFSET, TIME, WHOLE, where_shaped};
use super::formats::{FormatPiece, TimePattern};
use super::numbers::{decimal_scale, widened, within_bits};
use super::patterns::{Captures, Flavour, RegexPattern};
use super::sql::{Precedence, Printed, SqlPiece, call, cast, operation};
use super::syntax::{
    DateSyntax, DialectSyntax, Literals, Operand, Overflow, TextSyntax, default_function, joined_at_nul, repeatable,
    short_decimal,
};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

/// SQL of DuckDB.
pub(super) struct DuckDb;

fn try_cast(x: &SqlPiece, to: &str) -> SqlPiece {
    SqlPiece::tight(format!("TRY_CAST({x} AS {to})"))
}

impl Aggregates for DuckDb {
    fn median(&self, x: &str) -> Result<String, String> {
        Ok(format!("MEDIAN({x})"))
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("EPOCH_US({x})"))
    }
}

impl Literals for DuckDb {
    fn title(&self) -> &'static str {
        "DuckDB"
    }

    fn text(&self, text: &str) -> Printed {
        Ok(joined_at_nul(text, "CHR(0)"))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        short_decimal(self, number, |number| number.to_string())
    }

    fn float(&self, number: f64) -> Printed {
        Ok(match number.is_finite() {
            true => SqlPiece::tight(format!("{number:e}")),
            false => cast(&SqlPiece::tight(format!("'{number}'")), "DOUBLE"),
        })
    }
}

impl DialectSyntax for DuckDb {
    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(match overflow.is_possible() {
            true => try_cast(&widened(op, a, b, "HUGEINT"), "BIGINT"),
            false => widened(op, a, b, "BIGINT"),
        })
    }

    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, _scale: u8) -> Printed {
        let wide = |x: &Operand| match x.literal() {
            Some(_) => x.sql.clone(),
            None => cast(&x.sql, &self.type_name(ColumnType::Decimal(decimal_scale(x)))),
        };
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        Ok(call("TRY", &[&operation(level, &wide(a), op.sign(), &wide(b))]))
    }

    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        let rest = operation(Precedence::Product, a, "%", b);
        // The least number modulo -1, and decimals without room for the other's scale, would fail.
        Ok(if kind == ColumnType::Float || kind == ColumnType::Integer && is_digits(b) {
            rest
        } else {
            call("TRY", &[&rest])
        })
    }

    fn round_digits(&self, x: &SqlPiece, digits: i64) -> Printed {
        Ok(call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let rounded = call("ROUND", &[&cast(x, "HUGEINT"), &SqlPiece::tight(digits.to_string())]);
        Ok(try_cast(&rounded, "BIGINT"))
    }

    fn log(&self, base: &SqlPiece, x: &SqlPiece) -> Printed {
        Ok(call("LOG", &[base, x]))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Float, Integer, Text};
        let as_type = |to: CastType| try_cast(&x.sql, &type_of(self, to));
        match (x.kind(), to) {
            (Text, CastType::Integer { .. }) => where_shaped(self, &x.sql, WHOLE, &as_type(to)),
            (Text, CastType::Float) => Ok(self.without_nan(&as_type(to))),
            (Text, CastType::Real) => Ok(call("NULLIF", &[&as_type(to), &SqlPiece::tight("'NaN'")])),
            (Text, CastType::Date) => where_shaped(self, &x.sql, DATE_SHAPE, &as_type(to)),
            (Text, CastType::Timestamp) => {
                let with_offset = format!("^{DAY}{TIME}{OFFSET}$");
                let with_offset = self.matches(repeatable(&x.sql)?, &RegexPattern::parse(&with_offset)?)?;
                let shaped = self.matches(&x.sql, &RegexPattern::parse(&format!("^{DAY}({TIME})?$"))?)?;
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {with_offset} THEN TIMEZONE('UTC', TRY_CAST({0} AS TIMESTAMPTZ)) WHEN {shaped} THEN TRY_CAST({0} AS TIMESTAMP) END",
                    x.sql
                )))
            }
            (Text, CastType::Decimal { .. }) => where_shaped(self, &x.sql, NUMBER, &as_type(to)),
            (Integer, CastType::Integer { bits }) => within_bits(x.sql.clone(), bits),
            (from, to) if from.is_number() && to.kind().is_number() => Ok(as_type(to)),
            (Float | ColumnType::Timestamp, CastType::Text) => Ok(cast(&x.sql, "VARCHAR")),
            _ => casts::default_cast(self, x, to),
        }
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(super::numbers::size_of_whole(x, overflow, "BIGINT"))
    }
}

impl TextSyntax for DuckDb {
    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        Ok(call("REGEXP_MATCHES", &[x, &self.text(&pattern.written(Flavour::Re2, Captures::All)?)?]))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        let pattern = self.text(&pattern.written(Flavour::Re2, Captures::All)?)?;
        Ok(call("REGEXP_EXTRACT", &[x, &pattern, &SqlPiece::tight(group.to_string())]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        let pattern = self.text(&pattern.written(Flavour::Re2, Captures::All)?)?;
        let (replacement, options) = (self.text(replacement)?, SqlPiece::tight("'g'"));
        let arguments = [x, &pattern, &replacement, &options];
        Ok(call("REGEXP_REPLACE", if all { &arguments } else { &arguments[..3] }))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let is_empty = |n: usize| arguments.get(n).and_then(Operand::text) == Some("");
        match id {
            // DuckDB fails if the text to fill with is empty.
            FunctionId::Lpad | FunctionId::Rpad if is_empty(2) => {
                Ok(call("LEFT", &[&arguments[0].sql, &arguments[1].sql]))
            }
            _ => default_function(self, id, arguments),
        }
    }
}

impl DateSyntax for DuckDb {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        Ok(SqlPiece::tight(format!("EXTRACT({field} FROM {x})")))
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let beginning = SqlPiece::tight(format!("DATE_TRUNC('{unit}', {x})"));
        Ok(if kind == ColumnType::Date { cast(&beginning, "DATE") } else { beginning })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, _kind: ColumnType) -> Printed {
        Ok(match unit {
            // Counts days, since versions of DuckDB differ in what a week is.
            DateField::Week => SqlPiece::new(Precedence::Product, format!("DATE_DIFF('day', {from}, {to}) // 7")),
            unit => SqlPiece::tight(format!("DATE_DIFF('{unit}', {from}, {to})")),
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let moved = SqlPiece::new(Precedence::Sum, format!("{} + INTERVAL '{interval}'", x.within(Precedence::Sum)));
        Ok(if kind == ColumnType::Date { cast(&moved, "DATE") } else { moved })
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let sign = if subtract { "-" } else { "+" };
        match days.integer() {
            Some(count) if i32::try_from(count).is_ok() => Ok(operation(Precedence::Sum, date, sign, &days.sql)),
            _ => Ok(call("TRY", &[&operation(Precedence::Sum, date, sign, &try_cast(&days.sql, "INTEGER"))])),
        }
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("DATE_DIFF('day', {earlier}, {later})"))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, _kind: ColumnType) -> Printed {
        let piece = |piece: &FormatPiece| match piece {
            FormatPiece::Text(text) => text.replace('%', "%%"),
            FormatPiece::Part { letter, unpadded } => format!("%{}{letter}", if *unpadded { "-" } else { "" }),
        };
        let format: String = format.0.iter().map(piece).collect();
        Ok(call("STRFTIME", &[x, &self.text(&format)?]))
    }
}

fn is_digits(x: &SqlPiece) -> bool {
    x.text.bytes().all(|b| b.is_ascii_digit())
}

fn type_of(syntax: &DuckDb, to: CastType) -> String {
    match to {
        CastType::Integer { bits: 8 } => "TINYINT".into(),
        CastType::Integer { bits: 16 } => "SMALLINT".into(),
        CastType::Integer { bits: 32 } => "INTEGER".into(),
        CastType::Real => "REAL".into(),
        CastType::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        other => syntax.type_name(other.kind()),
    }
}
