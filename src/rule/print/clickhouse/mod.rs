//! ClickHouse, from version 24. Its dates range from 1900 to 2299; its whole numbers wrap around, so sums are computed
//! in 128 bits.

mod dates;
mod texts;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, WHOLE, where_shaped};
use super::numbers::{widened, within_64_bits, within_bits};
use super::sql::{Precedence, Printed, SqlPiece, backslashed, call, cast, comparison, only_where, operation};
use super::syntax::{DialectSyntax, Literals, Operand, Overflow, repeatable, short_decimal, without_nul};
use crate::model::{ColumnType, Decimal};
use crate::rule::expr::{ArithmeticOperation, CastType};

/// SQL of ClickHouse.
pub(super) struct ClickHouse;

const WIDE: &str = "Nullable(Int128)";

fn in_64_bits(x: SqlPiece, overflow: Overflow) -> SqlPiece {
    within_64_bits(x, overflow, |bound| SqlPiece::tight(format!("toInt128('{bound}')")))
}

fn check_year(year: i32) -> Result<(), String> {
    match year {
        1900..=2299 => Ok(()),
        _ => Err("ClickHouse has dates from 1900 to 2299".into()),
    }
}

fn to_date(x: &SqlPiece) -> SqlPiece {
    call("toDate32", &[x])
}

fn to_timestamp(x: &SqlPiece) -> SqlPiece {
    SqlPiece::tight(format!("toDateTime64({x}, 6, 'UTC')"))
}

impl Aggregates for ClickHouse {
    fn median(&self, x: &str) -> Result<String, String> {
        Ok(format!("quantileExactInclusiveOrNull(0.5)({x})"))
    }

    /// ClickHouse's own sums of whole numbers wrap around beyond 64 bits.
    fn sum(&self, x: &str, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => format!("SUM(CAST({x} AS Nullable(Decimal(38, 0))))"),
            _ => format!("SUM({x})"),
        }
    }

    fn variance(&self, x: &str) -> String {
        format!("varSampStable({x})")
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("toUnixTimestamp64Micro(CAST({x} AS Nullable(DateTime64(6, 'UTC'))))"))
    }
}

impl Literals for ClickHouse {
    fn title(&self) -> &'static str {
        "ClickHouse"
    }

    fn identifier(&self, name: &str) -> Printed {
        without_nul(name, |name| backslashed(name, '`', |_| None))
    }

    fn text(&self, text: &str) -> Printed {
        Ok(SqlPiece::tight(backslashed(text, '\'', |c| (c == '\0').then(|| "\\0".into()))))
    }

    fn boolean(&self, truth: bool) -> SqlPiece {
        SqlPiece::tight(if truth { "true" } else { "false" })
    }

    fn decimal(&self, number: Decimal) -> Printed {
        short_decimal(self, number, |number| format!("toDecimal128('{number}', {})", number.scale()))
    }

    fn float(&self, number: f64) -> Printed {
        Ok(SqlPiece::tight(match number.is_finite() {
            true => format!("{number:?}"),
            false => format!("{number}"),
        }))
    }

    fn date(&self, date: NaiveDate) -> Printed {
        check_year(date.year())?;
        Ok(SqlPiece::tight(format!("toDate32('{date}')")))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        check_year(at.year())?;
        Ok(to_timestamp(&SqlPiece::tight(format!("'{at}'"))))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        let name = match kind {
            ColumnType::Integer => "Int64".into(),
            ColumnType::Decimal(scale) => format!("Decimal(38, {scale})"),
            ColumnType::Float => "Float64".into(),
            ColumnType::Boolean => "Bool".into(),
            ColumnType::Date => "Date32".into(),
            ColumnType::Timestamp => "DateTime64(6, 'UTC')".into(),
            _ => "String".to_owned(),
        };
        format!("Nullable({name})")
    }
}

impl DialectSyntax for ClickHouse {
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("if(isNaN({x}), NULL, {x})"))
    }

    fn same(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        let nulls = format!("{} IS NULL AND {} IS NULL", a.within(Precedence::Sum), b.within(Precedence::Sum));
        SqlPiece::tight(format!("ifNull({}, {nulls})", comparison(a, "=", b)))
    }

    fn distinct(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        SqlPiece::new(Precedence::Not, format!("NOT {}", self.same(a, b).operand()))
    }

    fn is_true(&self, x: &SqlPiece) -> SqlPiece {
        call("ifNull", &[x, &self.boolean(false)])
    }

    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(match overflow.is_possible() {
            true => in_64_bits(widened(op, a, b, WIDE), overflow),
            false => widened(op, a, b, "Nullable(Int64)"),
        })
    }

    /// ClickHouse does not report that a decimal overflows.
    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed {
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        if scale == 0 {
            let [a, b] = [a, b].map(|x| cast(&x.sql, "Nullable(Decimal(76, 0))"));
            let mut result = operation(level, &a, op.sign(), &b);
            for (extreme, sign) in [("LEAST", ""), ("GREATEST", "-")] {
                let bound = SqlPiece::tight(format!("toDecimal256('{sign}1{}', 0)", "0".repeat(38)));
                result = call("NULLIF", &[&call(extreme, &[&result, &bound]), &bound]);
            }
            return Ok(result);
        }
        let wide = |x: &Operand| match x.kind() {
            ColumnType::Decimal(_) if x.literal().is_none() => cast(&x.sql, &self.type_name(x.kind())),
            _ => x.sql.clone(),
        };
        Ok(operation(level, &wide(a), op.sign(), &wide(b)))
    }

    /// ClickHouse needs a list of the value's own type, and distinguishes zero from minus zero.
    fn in_list(&self, x: &SqlPiece, items: &[SqlPiece], kind: ColumnType) -> Printed {
        let (x, items) = match kind {
            ColumnType::Float if items.iter().any(|item| item.text == "0") => {
                (SqlPiece::new(Precedence::Sum, format!("{} + 0", x.within(Precedence::Sum))), items.to_vec())
            }
            ColumnType::Decimal(scale) => {
                let decimal = |item: &SqlPiece| match item.text.starts_with("toDecimal128") {
                    true => cast(item, &format!("Decimal(38, {scale})")),
                    false => SqlPiece::tight(format!("toDecimal128({item}, {scale})")),
                };
                (cast(x, &self.type_name(kind)), items.iter().map(decimal).collect())
            }
            _ => (x.clone(), items.to_vec()),
        };
        let items: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        Ok(SqlPiece::new(Precedence::Compare, format!("{} IN ({})", x.within(Precedence::Sum), items.join(", "))))
    }

    /// ClickHouse's remainder is wrong for decimals of different scales.
    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        let to = self.type_name(kind);
        Ok(operation(Precedence::Product, &cast(a, &to), "%", &cast(b, &to)))
    }

    fn to_float(&self, x: &SqlPiece) -> SqlPiece {
        call("toFloat64", &[x])
    }

    /// ClickHouse's ROUND rounds halves to the even number.
    fn round_float(&self, x: &SqlPiece) -> Printed {
        let x = repeatable(x)?;
        let operand = x.within(Precedence::Sum);
        Ok(SqlPiece::tight(format!("(TRUNC({x}) + if(ABS({operand} - TRUNC({x})) >= 0.5, SIGN({x}), 0))")))
    }

    /// ClickHouse compares a whole number with a float exactly, and refuses to compare a decimal with a float.
    fn widens_to_float(&self, kind: ColumnType) -> bool {
        kind == ColumnType::Float
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let power = 10i64.pow(u32::try_from(digits.abs()).unwrap_or(0));
        let wide = cast(repeatable(x)?, WIDE);
        let rounded = format!("intDiv({wide} + SIGN({wide}) * {}, {power}) * {power}", power / 2);
        Ok(in_64_bits(SqlPiece::new(Precedence::Product, rounded), Overflow::ANY))
    }

    fn round_decimal(&self, x: &SqlPiece, digits: i64, scale: u8) -> Printed {
        let x = repeatable(x)?;
        let half = match digits {
            0.. => self.decimal(Decimal::new(5, u8::try_from(digits + 1).unwrap_or(Decimal::MAX_SCALE)))?,
            _ => SqlPiece::tight(format!("toInt128({})", 5 * 10i64.pow(u32::try_from(-digits - 1).unwrap_or(0)))),
        };
        let moved = SqlPiece::new(Precedence::Sum, format!("{} + SIGN({x}) * {half}", x.within(Precedence::Sum)));
        let cut = call("TRUNC", &[&moved, &SqlPiece::tight(digits.to_string())]);
        Ok(cast(&cut, &self.type_name(ColumnType::Decimal(scale))))
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(in_64_bits(call("ABS", &[&cast(x, WIDE)]), Overflow { below: false, ..overflow }))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
        let sql = &x.sql;
        let or_null = |x: &SqlPiece, to: &str| SqlPiece::tight(format!("accurateCastOrNull({x}, '{to}')"));
        match (x.kind(), to) {
            (Text, CastType::Integer { bits }) => {
                let digits = SqlPiece::tight(format!("replaceOne(trimBoth({sql}), '+', '')"));
                within_bits(where_shaped(self, sql, WHOLE, &call("toInt64OrNull", &[&digits]))?, bits)
            }
            (Text, CastType::Float) => {
                let number = call("toFloat64OrNull", &[&call("trimBoth", &[repeatable(sql)?])]);
                Ok(self.without_nan(repeatable(&number)?))
            }
            (Text, CastType::Date) => {
                let date = call("toDate32OrNull", &[repeatable(sql)?]);
                let valid = only_where(&format!("toString({date}) = {}", sql.within(Precedence::Sum)), &date);
                where_shaped(self, sql, DATE_SHAPE, &valid)
            }
            (Text, CastType::Timestamp | CastType::Decimal { .. }) => Err(casts::no_cast(self, Text, to)),
            (Float, CastType::Integer { bits }) => within_bits(or_null(&call("ROUND", &[sql]), "Int64"), bits),
            // Casts by the digits: the cast itself fails where the value does not fit.
            (ColumnType::Decimal(scale), CastType::Integer { bits }) => {
                let whole = if scale == 0 { sql.clone() } else { self.round_decimal(sql, 0, 0)? };
                within_bits(SqlPiece::tight(format!("toInt64OrNull(toString({whole}))")), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let digits = i64::from(scale);
                let number = match from {
                    // Casts by the digits: most decimals have no exact float.
                    Float => {
                        let rounded = if scale == 0 { self.round_float(sql)? } else { self.round_digits(sql, digits)? };
                        SqlPiece::tight(format!("toDecimal128OrNull(toString({rounded}), {scale})"))
                    }
                    Integer => cast(sql, &self.type_name(ColumnType::Decimal(scale))),
                    ColumnType::Decimal(from) if from <= scale => {
                        cast(sql, &self.type_name(ColumnType::Decimal(scale)))
                    }
                    _ => self.round_decimal(sql, digits, scale)?,
                };
                casts::within_precision(&number, precision, scale)
            }
            (from, CastType::Real) if from.is_number() => {
                Ok(SqlPiece::tight(format!("toFloat64(toString(toFloat32({sql})))")))
            }
            (Boolean, CastType::Text) => casts::truth_as_text(sql),
            (Boolean, CastType::Integer { .. }) => Ok(call("toInt64", &[sql])),
            (Boolean, CastType::Float) => Ok(call("toFloat64", &[sql])),
            (ColumnType::Decimal(scale), CastType::Text) => {
                Ok(call("toDecimalString", &[sql, &SqlPiece::tight(scale.to_string())]))
            }
            (Integer | Date, CastType::Text) => Ok(call("toString", &[sql])),
            // Removes the zeros at the end of the six digits.
            (Timestamp, CastType::Text) => {
                Ok(SqlPiece::tight(format!("replaceRegexpOne(toString({sql}), '[.]?0+$', '')")))
            }
            (Date, CastType::Timestamp) => Ok(to_timestamp(sql)),
            (Timestamp, CastType::Date) => Ok(to_date(sql)),
            _ => casts::default_cast(self, x, to),
        }
    }

    fn split(&self, key: &SqlPiece, salt: &str, parts: u64) -> Printed {
        let key = if salt.is_empty() { key.clone() } else { call("concat", &[&self.text(salt)?, key]) };
        Ok(SqlPiece::tight(format!("toInt64(xxh3({key}) % {parts})")))
    }

    fn key_text(&self, key: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Text => Ok(key.clone()),
            ColumnType::Integer | ColumnType::Date => Ok(call("toString", &[key])),
            other => Err(format!("a key of type {other} is written differently by every engine")),
        }
    }

    fn sum_of_whole(&self, x: &SqlPiece) -> SqlPiece {
        call("SUM", &[&cast(x, WIDE)])
    }

    /// Without a row the aggregate would be zero or empty, not null.
    fn aggregated(&self, x: SqlPiece) -> SqlPiece {
        call("toNullable", &[&x])
    }
}
