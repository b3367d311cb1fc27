//! ClickHouse, from version 24. Its dates range from 1900 to 2299; its whole numbers wrap around, so sums are computed
//! in 128 bits.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, WHOLE, where_shaped};
use super::formats::{FormatPiece, TimePattern};
use super::like::{LikePiece, escaped_like};
use super::numbers::{widened, within_64_bits, within_bits};
use super::patterns::{Captures, Flavour, RegexPattern};
use super::speech::{
    Operand, Overflow, Speech, concat_of_known, default_function, extreme_of_known, repeatable, round_digits, trim_name,
};
use super::sql::{Precedence, Printed, SqlPiece, backslashed, call, cast, comparison, operation};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

pub(super) struct ClickHouse;

const ANY: Overflow = Overflow { below: true, above: true };
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

impl Speech for ClickHouse {
    fn title(&self) -> &'static str {
        "ClickHouse"
    }

    fn identifier(&self, name: &str) -> Printed {
        match name.contains('\0') {
            true => Err("a name cannot hold the character NUL".into()),
            false => Ok(SqlPiece::tight(backslashed(name, '`', |_| None))),
        }
    }

    fn text(&self, text: &str) -> Printed {
        Ok(SqlPiece::tight(backslashed(text, '\'', |c| (c == '\0').then(|| "\\0".into()))))
    }

    fn boolean(&self, truth: bool) -> SqlPiece {
        SqlPiece::tight(if truth { "true" } else { "false" })
    }

    fn decimal(&self, number: Decimal) -> Printed {
        match number.units().unsigned_abs().to_string().len() {
            0..=38 => Ok(SqlPiece::tight(format!("toDecimal128('{number}', {})", number.scale()))),
            _ => Err("ClickHouse's decimals have at most 38 digits".into()),
        }
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

    fn round_digits(&self, x: &SqlPiece, digits: i64) -> Printed {
        round_digits(self, x, digits)
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let power = 10i64.pow(u32::try_from(digits.abs()).unwrap_or(0));
        let wide = cast(repeatable(x)?, WIDE);
        let rounded = format!("intDiv({wide} + SIGN({wide}) * {}, {power}) * {power}", power / 2);
        Ok(in_64_bits(SqlPiece::new(Precedence::Product, rounded), ANY))
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

    fn sign(&self, x: &SqlPiece) -> Printed {
        Ok(call("SIGN", &[x]))
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
                let valid =
                    super::sql::only_where(&format!("toString({date}) = {}", sql.within(Precedence::Sum)), &date);
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
                    // Casts by the digits: a float is hardly ever exactly a decimal.
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
            (Boolean, CastType::Text) => {
                let truth = repeatable(sql)?;
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {truth} THEN 'true' WHEN NOT {} THEN 'false' END",
                    truth.operand()
                )))
            }
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

    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        Ok(comparison(&x.sql, "LIKE", &self.text(&escaped_like(pattern, "%_\\", "\\"))?))
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        if escape.is_some() {
            return Err("ClickHouse's LIKE has no ESCAPE".into());
        }
        let pattern = call("replaceAll", &[pattern, &self.text("\\")?, &self.text("\\\\")?]);
        Ok(comparison(&x.sql, "LIKE", &pattern))
    }

    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        Ok(call("match", &[x, &self.text(&pattern.written(Flavour::ClickHouse, Captures::All)?)?]))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        // regexpExtract returns the first group, if there is one, when asked for the whole match.
        let pattern = format!("({})", pattern.written(Flavour::ClickHouse, Captures::All)?);
        Ok(call("regexpExtract", &[x, &self.text(&pattern)?, &SqlPiece::tight((group + 1).to_string())]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        let name = if all { "replaceRegexpAll" } else { "replaceRegexpOne" };
        let pattern = self.text(&pattern.written(Flavour::ClickHouse, Captures::All)?)?;
        Ok(call(name, &[x, &pattern, &self.text(replacement)?]))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
        let name = match id {
            FunctionId::Lower => "lowerUTF8",
            FunctionId::Upper => "upperUTF8",
            FunctionId::Length => "lengthUTF8",
            FunctionId::Substr => "substringUTF8",
            FunctionId::Left => "leftUTF8",
            FunctionId::Right => "rightUTF8",
            FunctionId::Replace => "replaceAll",
            FunctionId::Reverse => "reverseUTF8",
            FunctionId::StartsWith => "startsWith",
            FunctionId::EndsWith => "endsWith",
            FunctionId::Strpos => "positionUTF8",
            FunctionId::Contains => return Ok(comparison(&call("position", &sqls), ">", &SqlPiece::tight("0"))),
            FunctionId::Concat => return concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                let texts: Vec<&str> = sqls[1..].iter().map(|sql| sql.text.as_str()).collect();
                return Ok(SqlPiece::tight(format!(
                    "arrayStringConcat(arrayMap(x -> assumeNotNull(x), arrayFilter(x -> isNotNull(x), [{}])), {})",
                    texts.join(", "),
                    sqls[0]
                )));
            }
            FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
                let side = match trim_name(id) {
                    "LTRIM" => "LEADING",
                    "RTRIM" => "TRAILING",
                    _ => "BOTH",
                };
                if arguments.get(1).and_then(Operand::text) == Some("") {
                    return Ok(sqls[0].clone());
                }
                let blank = self.text(" ")?;
                let characters = sqls.get(1).copied().unwrap_or(&blank);
                return Ok(SqlPiece::tight(format!("trim({side} {characters} FROM {})", sqls[0])));
            }
            FunctionId::SplitPart => {
                if arguments[1].text() == Some("") {
                    return Err("ClickHouse cannot split at an empty text".into());
                }
                let text = repeatable(sqls[0])?;
                let parts = format!("splitByString({}, assumeNotNull({text}))", sqls[1]);
                return Ok(SqlPiece::tight(format!("if(isNull({text}), NULL, {parts}[{}])", sqls[2])));
            }
            FunctionId::Lpad | FunctionId::Rpad => {
                let name = if id == FunctionId::Lpad { "leftPadUTF8" } else { "rightPadUTF8" };
                if arguments.get(2).and_then(Operand::text) == Some("") {
                    return Ok(call("leftUTF8", &sqls[..2]));
                }
                return Ok(call(name, &sqls));
            }
            FunctionId::Greatest => return extreme_of_known("greatest", arguments),
            FunctionId::Least => return extreme_of_known("least", arguments),
            _ => return default_function(self, id, arguments),
        };
        Ok(call(name, &sqls))
    }

    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        let part = |name: &str| call("toInt64", &[&call(name, &[x])]);
        Ok(match field {
            DateField::Year => part("toYear"),
            DateField::Quarter => part("toQuarter"),
            DateField::Month => part("toMonth"),
            DateField::Week => part("toISOWeek"),
            DateField::Day => part("toDayOfMonth"),
            DateField::Hour => part("toHour"),
            DateField::Minute => part("toMinute"),
            DateField::Second => part("toSecond"),
            DateField::DayOfWeek => SqlPiece::new(Precedence::Product, format!("{} % 7", part("toDayOfWeek"))),
            DateField::IsoDayOfWeek => part("toDayOfWeek"),
            DateField::DayOfYear => part("toDayOfYear"),
        })
    }

    /// ClickHouse's own functions that truncate dates end in 2149.
    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let x = repeatable(x)?;
        let seconds: i64 = match unit {
            DateField::Hour => 3600,
            DateField::Minute => 60,
            DateField::Second => 1,
            _ => 0,
        };
        if seconds > 0 {
            let micros = seconds * 1_000_000;
            let since = format!("toUnixTimestamp64Micro({x})");
            let cut = format!("{since} - positiveModulo({since}, {micros})");
            return Ok(SqlPiece::tight(format!("fromUnixTimestamp64Micro({cut}, 'UTC')")));
        }
        let day = match unit {
            DateField::Year => SqlPiece::tight(format!("makeDate32(toYear({x}), 1, 1)")),
            DateField::Quarter => SqlPiece::tight(format!("makeDate32(toYear({x}), toQuarter({x}) * 3 - 2, 1)")),
            DateField::Month => SqlPiece::tight(format!("makeDate32(toYear({x}), toMonth({x}), 1)")),
            DateField::Week => SqlPiece::tight(format!("addDays(toDate32({x}), 1 - toDayOfWeek({x}))")),
            _ => to_date(x),
        };
        Ok(if kind == ColumnType::Timestamp { to_timestamp(&day) } else { day })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed {
        let wide = |x: &SqlPiece| if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        let (from, to) = (wide(from), wide(to));
        Ok(match unit {
            DateField::Week => SqlPiece::tight(format!("intDiv(dateDiff('day', {from}, {to}), 7)")),
            unit => SqlPiece::tight(format!("dateDiff('{unit}', {from}, {to})")),
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let mut moved = if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        let seconds = interval.micros / 1_000_000;
        for (count, name) in [(interval.months, "addMonths"), (interval.days, "addDays"), (seconds, "addSeconds")] {
            if count != 0 {
                moved = call(name, &[&moved, &SqlPiece::tight(count.to_string())]);
            }
        }
        Ok(moved)
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let name = if subtract { "subtractDays" } else { "addDays" };
        Ok(call(name, &[&to_date(date), &days.sql]))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("dateDiff('day', {}, {})", to_date(earlier), to_date(later)))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, kind: ColumnType) -> Printed {
        let mut text = String::new();
        for piece in &format.0 {
            let word = match piece {
                FormatPiece::Text(literal) => literal.replace('%', "%%"),
                FormatPiece::Part { letter: 'M', unpadded: false } => "%i".into(),
                FormatPiece::Part { letter: 'B', unpadded: false } => "%M".into(),
                FormatPiece::Part { letter: 'A', unpadded: false } => "%W".into(),
                FormatPiece::Part { letter, unpadded: false } if "YmdHSjybauwVGIp".contains(*letter) => {
                    format!("%{letter}")
                }
                FormatPiece::Part { letter, unpadded } => {
                    return Err(format!("ClickHouse has nothing for %{}{letter}", if *unpadded { "-" } else { "" }));
                }
            };
            text.push_str(&word);
        }
        let x = if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        Ok(call("formatDateTime", &[&x, &self.text(&text)?]))
    }

    fn split(&self, key: &SqlPiece, salt: &str, parts: u64) -> Printed {
        let key = if salt.is_empty() { key.clone() } else { call("concat", &[&self.text(salt)?, key]) };
        Ok(SqlPiece::tight(format!("toInt64(xxh3({key}) % {parts})")))
    }

    fn text_hash(&self, text: &SqlPiece) -> Printed {
        Ok(SqlPiece::tight(format!("lower(substring(hex(MD5({text})), 1, 8))")))
    }

    fn key_text(&self, key: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Text => Ok(key.clone()),
            ColumnType::Integer | ColumnType::Date => Ok(call("toString", &[key])),
            other => Err(format!("a key of type {other} is written differently by every engine")),
        }
    }

    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        let x = repeatable(x)?;
        Ok(SqlPiece::tight(format!(
            "if(isNull({x}), NULL, splitByString({}, assumeNotNull({x}))[1])",
            self.text(until)?
        )))
    }

    fn sum_of_whole(&self, x: &SqlPiece) -> SqlPiece {
        call("SUM", &[&cast(x, WIDE)])
    }

    /// Without a row the aggregate would be zero or empty, not null.
    fn aggregated(&self, x: SqlPiece) -> SqlPiece {
        call("toNullable", &[&x])
    }
}
