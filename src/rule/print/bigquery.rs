//! BigQuery's GoogleSQL. Timestamps without a zone are DATETIME there.

use chrono::NaiveDateTime;

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, DAY, NUMBER, OFFSET, TIME, WHOLE, where_shaped};
use super::formats::TimePattern;
use super::like::LikePiece;
use super::numbers::{self, round_to_even, widened, within_bits};
use super::patterns::{Captures, Flavour, RegexPattern, after_first_match, replacement_pieces};
use super::sql::{Precedence, Printed, SqlPiece, backslashed, call, cast, comparison};
use super::syntax::{
    DateSyntax, DialectSyntax, Literals, Operand, Overflow, TextSyntax, backslash_like, backslash_like_computed,
    concat_of_known, default_function, extreme_of_known, repeatable,
};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

/// SQL of BigQuery.
pub(super) struct BigQuery;

fn safe_cast(x: &SqlPiece, to: &str) -> SqlPiece {
    SqlPiece::tight(format!("SAFE_CAST({x} AS {to})"))
}

fn safe(op: ArithmeticOperation) -> &'static str {
    match op {
        ArithmeticOperation::Subtract => "SAFE_SUBTRACT",
        ArithmeticOperation::Multiply => "SAFE_MULTIPLY",
        _ => "SAFE_ADD",
    }
}

/// Returns the decimal type. NUMERIC has nine digits after the point, BIGNUMERIC 38.
fn decimal_type(scale: u8) -> &'static str {
    if scale <= 9 { "NUMERIC" } else { "BIGNUMERIC" }
}

fn escape(c: char) -> Option<String> {
    match c {
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        c if c.is_control() => Some(format!("\\u{:04x}", u32::from(c))),
        _ => None,
    }
}

impl Aggregates for BigQuery {
    /// BigQuery's own sums of whole numbers fail beyond 64 bits.
    fn sum(&self, x: &str, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => format!("SUM(CAST({x} AS BIGNUMERIC))"),
            _ => format!("SUM({x})"),
        }
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("DATETIME_DIFF({x}, DATETIME '1970-01-01', MICROSECOND)"))
    }
}

impl Literals for BigQuery {
    fn title(&self) -> &'static str {
        "BigQuery"
    }

    fn identifier(&self, name: &str) -> Printed {
        match name.contains(char::is_control) {
            true => Err("BigQuery's names hold no control characters".into()),
            false => Ok(SqlPiece::tight(backslashed(name, '`', |_| None))),
        }
    }

    fn text(&self, text: &str) -> Printed {
        Ok(SqlPiece::tight(backslashed(text, '\'', escape)))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        let digits = number.units().unsigned_abs().to_string().len();
        let whole = digits.saturating_sub(usize::from(number.scale()));
        let kind = if number.scale() <= 9 && whole <= 29 { "NUMERIC" } else { "BIGNUMERIC" };
        Ok(SqlPiece::tight(format!("{kind} '{number}'")))
    }

    fn float(&self, number: f64) -> Printed {
        Ok(match number.is_finite() {
            true => SqlPiece::tight(format!("{number:?}")),
            false => cast(&SqlPiece::tight(format!("'{number}'")), "FLOAT64"),
        })
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        Ok(SqlPiece::tight(format!("DATETIME '{at}'")))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "INT64",
            ColumnType::Decimal(scale) => decimal_type(scale),
            ColumnType::Float => "FLOAT64",
            ColumnType::Boolean => "BOOL",
            ColumnType::Date => "DATE",
            ColumnType::Timestamp => "DATETIME",
            _ => "STRING",
        }
        .into()
    }
}

impl DialectSyntax for BigQuery {
    /// BigQuery reads a column of type TIMESTAMP in UTC.
    fn column(&self, name: SqlPiece, kind: ColumnType) -> SqlPiece {
        match kind {
            ColumnType::Float => self.without_nan(&name),
            ColumnType::Timestamp => cast(&name, "DATETIME"),
            _ => name,
        }
    }

    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("IF(IS_NAN({x}), NULL, {x})"))
    }

    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(if overflow.is_possible() { call(safe(op), &[a, b]) } else { widened(op, a, b, "INT64") })
    }

    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed {
        let to = decimal_type(scale);
        let wide = |x: &Operand| match x.literal() {
            Some(_) if scale <= 9 => x.sql.clone(),
            _ => cast(&x.sql, to),
        };
        Ok(call(safe(op), &[&wide(a), &wide(b)]))
    }

    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Float => Err("BigQuery has no remainder of floats: CAST them AS DECIMAL".into()),
            _ => Ok(call("MOD", &[a, b])),
        }
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let rounded = call("ROUND", &[&cast(x, "NUMERIC"), &SqlPiece::tight(digits.to_string())]);
        Ok(safe_cast(&rounded, "INT64"))
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(numbers::size_of_whole(x, overflow, "INT64"))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Float, Text};
        let sql = &x.sql;
        match (x.kind(), to) {
            (_, CastType::Real) => Err("BigQuery has no floats of 32 bits".into()),
            (Text, CastType::Integer { bits }) => {
                let number = where_shaped(self, sql, WHOLE, &safe_cast(&call("TRIM", &[sql]), "INT64"))?;
                within_bits(number, bits)
            }
            (Text, CastType::Float) => {
                let number = safe_cast(&call("TRIM", &[repeatable(sql)?]), "FLOAT64");
                Ok(self.without_nan(repeatable(&number)?))
            }
            (Text, CastType::Decimal { precision, scale }) => {
                let number = safe_cast(&call("TRIM", &[sql]), "BIGNUMERIC");
                let rounded = call("ROUND", &[&number, &SqlPiece::tight(scale.to_string())]);
                where_shaped(self, sql, NUMBER, &casts::within_precision(&rounded, precision, scale)?)
            }
            (Text, CastType::Date) => where_shaped(self, sql, DATE_SHAPE, &safe_cast(sql, "DATE")),
            (Text, CastType::Timestamp) => {
                let at = SqlPiece::tight(format!("DATETIME(SAFE_CAST({sql} AS TIMESTAMP), 'UTC')"));
                where_shaped(self, sql, &format!("^{DAY}({TIME}{OFFSET}?)?$"), &at)
            }
            (Float, CastType::Integer { bits }) => within_bits(safe_cast(&round_to_even(self, sql)?, "INT64"), bits),
            (ColumnType::Decimal(_), CastType::Integer { bits }) => {
                within_bits(safe_cast(&call("ROUND", &[sql]), "INT64"), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let digits = SqlPiece::tight(scale.to_string());
                let number = match from {
                    Float if scale == 0 => safe_cast(&self.round_float(sql)?, "BIGNUMERIC"),
                    Float => safe_cast(&self.round_digits(sql, i64::from(scale))?, "BIGNUMERIC"),
                    _ => cast(sql, "BIGNUMERIC"),
                };
                casts::within_precision(&call("ROUND", &[&number, &digits]), precision, scale)
            }
            (ColumnType::Decimal(scale), CastType::Text) => Ok(SqlPiece::tight(format!("FORMAT('%.{scale}f', {sql})"))),
            _ => casts::default_cast(self, x, to),
        }
    }
}

impl TextSyntax for BigQuery {
    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        backslash_like(self, x, pattern)
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        backslash_like_computed(self, "REPLACE", (x, pattern, escape))
    }

    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        Ok(call("REGEXP_CONTAINS", &[x, &self.text(&pattern.written(Flavour::Re2, Captures::All)?)?]))
    }

    /// BigQuery allows one group at most, and returns it.
    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        let only = Captures::Only(u32::try_from(group).unwrap_or(u32::MAX));
        let pattern = self.text(&pattern.written(Flavour::Re2, only)?)?;
        let empty = call("LEFT", &[repeatable(x)?, &SqlPiece::tight("0")]);
        Ok(call("COALESCE", &[&call("REGEXP_EXTRACT", &[x, &pattern]), &empty]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        let (pattern, pieces) = match all {
            true => (pattern.written(Flavour::Re2, Captures::All)?, replacement_pieces(replacement)),
            // BigQuery replaces every match; a pattern anchored at the start matches at most once.
            false => (pattern.first_match(Flavour::Re2)?, after_first_match(replacement)),
        };
        let piece = |piece: &Result<char, u32>| match piece {
            Ok('\\') => Ok(r"\\".to_owned()),
            Ok(c) => Ok(c.to_string()),
            Err(group @ 0..=9) => Ok(format!("\\{group}")),
            Err(_) => Err("BigQuery has nine groups for a replacement".to_owned()),
        };
        let replacement = pieces.iter().map(piece).collect::<Result<String, String>>()?;
        Ok(call("REGEXP_REPLACE", &[x, &self.text(&pattern)?, &self.text(&replacement)?]))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
        match id {
            FunctionId::Length => Ok(call("CHAR_LENGTH", &sqls)),
            FunctionId::Concat => concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                let texts: Vec<&str> = sqls[1..].iter().map(|sql| sql.text.as_str()).collect();
                Ok(SqlPiece::tight(format!("ARRAY_TO_STRING([{}], {})", texts.join(", "), sqls[0])))
            }
            FunctionId::Contains => Ok(comparison(&call("STRPOS", &sqls), ">", &SqlPiece::tight("0"))),
            FunctionId::SplitPart => {
                let Some(n) = arguments[2].integer() else {
                    return Err("BigQuery takes the number of a part in digits".into());
                };
                if arguments[1].text() == Some("") {
                    return Err("BigQuery cannot split at an empty text".into());
                }
                let parts = call("SPLIT", &[repeatable(sqls[0])?, sqls[1]]);
                let parts = if n < 0 { call("ARRAY_REVERSE", &[&parts]) } else { parts };
                let part = SqlPiece::tight(format!("{parts}[SAFE_ORDINAL({})]", n.abs()));
                Ok(call("COALESCE", &[&part, &call("LEFT", &[sqls[0], &SqlPiece::tight("0")])]))
            }
            FunctionId::Greatest => extreme_of_known("GREATEST", arguments),
            FunctionId::Least => extreme_of_known("LEAST", arguments),
            _ => default_function(self, id, arguments),
        }
    }

    fn text_hash(&self, text: &SqlPiece) -> Printed {
        Ok(SqlPiece::tight(format!("SUBSTR(TO_HEX(MD5({text})), 1, 8)")))
    }

    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        Ok(SqlPiece::tight(format!("SPLIT({x}, {})[SAFE_OFFSET(0)]", self.text(until)?)))
    }
}

impl DateSyntax for BigQuery {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        let extract = |part: &str| format!("EXTRACT({part} FROM {x})");
        Ok(match field {
            DateField::DayOfWeek => SqlPiece::new(Precedence::Sum, format!("{} - 1", extract("DAYOFWEEK"))),
            DateField::IsoDayOfWeek => {
                SqlPiece::new(Precedence::Sum, format!("MOD({} + 5, 7) + 1", extract("DAYOFWEEK")))
            }
            DateField::DayOfYear => SqlPiece::tight(extract("DAYOFYEAR")),
            unit => SqlPiece::tight(extract(&unit_name(unit))),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let name = if kind == ColumnType::Date { "DATE_TRUNC" } else { "DATETIME_TRUNC" };
        Ok(SqlPiece::tight(format!("{name}({x}, {})", unit_name(unit))))
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed {
        let name = if kind == ColumnType::Date { "DATE_DIFF" } else { "DATETIME_DIFF" };
        Ok(match unit {
            DateField::Week => SqlPiece::tight(format!("DIV({name}({to}, {from}, DAY), 7)")),
            unit => SqlPiece::tight(format!("{name}({to}, {from}, {})", unit_name(unit))),
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let name = if kind == ColumnType::Date { "DATE_ADD" } else { "DATETIME_ADD" };
        let seconds = interval.micros / 1_000_000;
        let mut moved = x.clone();
        for (count, unit) in [(interval.months, "MONTH"), (interval.days, "DAY"), (seconds, "SECOND")] {
            if count != 0 {
                moved = SqlPiece::tight(format!("{name}({moved}, INTERVAL {count} {unit})"));
            }
        }
        Ok(moved)
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let name = if subtract { "DATE_SUB" } else { "DATE_ADD" };
        Ok(SqlPiece::tight(format!("{name}({date}, INTERVAL {} DAY)", days.sql.operand())))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("DATE_DIFF({later}, {earlier}, DAY)"))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, kind: ColumnType) -> Printed {
        let part = |letter: char, unpadded: bool| {
            (!unpadded && "YmdHMSjybBaAuwVGIpU".contains(letter)).then(|| format!("%{letter}"))
        };
        let format = format.translated(self.title(), part, |text| text.replace('%', "%%"))?;
        let name = if kind == ColumnType::Date { "FORMAT_DATE" } else { "FORMAT_DATETIME" };
        Ok(call(name, &[&self.text(&format)?, x]))
    }
}

fn unit_name(unit: DateField) -> String {
    match unit {
        DateField::Week => "ISOWEEK".into(),
        unit => unit.to_string().to_uppercase(),
    }
}
