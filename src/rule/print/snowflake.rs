//! Snowflake. Whole numbers are NUMBER(38, 0), wider than 64 bits. Quoted names are case-sensitive: `"customers"` is
//! another table than `CUSTOMERS`.

use chrono::NaiveDateTime;

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, NUMBER, WHOLE, where_shaped};
use super::formats::Format;
use super::numbers::{round_to_even, within_64_bits, within_bits};
use super::patterns::{Pattern, replacement_pieces};
use super::speech::{Operand, Overflow, Speech, concat_of_known, default_function, repeatable};
use super::sql::{Level, Said, Sql, backslashed, call, cast, comparison, operation};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{CastType, Operation};
use crate::rule::functions::FunctionId;

pub(super) struct Snowflake;

const ANY: Overflow = Overflow { below: true, above: true };

fn in_64_bits(x: Sql, overflow: Overflow) -> Sql {
    within_64_bits(x, overflow, |bound| Sql::tight(bound))
}

impl Aggregates for Snowflake {
    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("DATEDIFF(MICROSECOND, TO_TIMESTAMP_NTZ('1970-01-01'), {x})"))
    }
}

impl Speech for Snowflake {
    fn title(&self) -> &'static str {
        "Snowflake"
    }

    fn text(&self, text: &str) -> Said {
        Ok(Sql::tight(backslashed(text, '\'', |c| (c == '\0').then(|| "\\0".into()))))
    }

    fn decimal(&self, number: Decimal) -> Said {
        match number.units().unsigned_abs().to_string().len() {
            0..=38 => Ok(Sql::tight(number.to_string())),
            _ => Err("Snowflake's decimals have at most 38 digits".into()),
        }
    }

    fn float(&self, number: f64) -> Said {
        let text = if number.is_finite() { format!("{number:?}") } else { format!("'{number}'") };
        Ok(cast(&Sql::tight(text), "FLOAT"))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Said {
        Ok(cast(&Sql::tight(format!("'{at}'")), "TIMESTAMP_NTZ"))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "NUMBER(38, 0)".into(),
            ColumnType::Decimal(scale) => format!("NUMBER(38, {scale})"),
            ColumnType::Float => "FLOAT".into(),
            ColumnType::Boolean => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Timestamp => "TIMESTAMP_NTZ".into(),
            _ => "VARCHAR".into(),
        }
    }

    fn without_nan(&self, x: &Sql) -> Sql {
        call("NULLIF", &[x, &Sql::tight("CAST('NaN' AS FLOAT)")])
    }

    fn whole(&self, op: Operation, a: &Sql, b: &Sql, overflow: Overflow) -> Said {
        let level = if op == Operation::Multiply { Level::Product } else { Level::Sum };
        Ok(in_64_bits(operation(level, a, op.sign(), b), overflow))
    }

    fn exact(&self, op: Operation, a: &Operand, b: &Operand, scale: u8) -> Said {
        if op == Operation::Multiply && scale > 12 {
            return Err("Snowflake rounds a product to twelve digits after the point".into());
        }
        let level = if op == Operation::Multiply { Level::Product } else { Level::Sum };
        Ok(operation(level, &a.sql, op.sign(), &b.sql))
    }

    fn round_decimal(&self, x: &Sql, digits: i64, _scale: u8) -> Said {
        Ok(call("ROUND", &[x, &Sql::tight(digits.to_string())]))
    }

    fn round_whole(&self, x: &Sql, digits: i64) -> Said {
        Ok(in_64_bits(call("ROUND", &[x, &Sql::tight(digits.to_string())]), ANY))
    }

    fn abs_whole(&self, x: &Sql, overflow: Overflow) -> Said {
        Ok(in_64_bits(call("ABS", &[x]), Overflow { below: false, ..overflow }))
    }

    fn float_function(&self, name: &str, x: &Sql) -> Said {
        Ok(if name == "LOG10" { call("LOG", &[&Sql::tight("10"), x]) } else { call(name, &[x]) })
    }

    fn cast(&self, x: &Operand, to: CastType) -> Said {
        use ColumnType::{Date, Float, Text};
        let sql = &x.sql;
        let digits = |scale: u8| Sql::tight(scale.to_string());
        match (x.kind(), to) {
            (_, CastType::Real) => Err("Snowflake has no floats of 32 bits".into()),
            (Text, CastType::Integer { bits }) => {
                let number = Sql::tight(format!("TRY_CAST(TRIM({sql}) AS NUMBER(38, 0))"));
                where_shaped(self, sql, WHOLE, &within_bits(in_64_bits(number, ANY), bits)?)
            }
            (Text, CastType::Float) => Ok(self.without_nan(&Sql::tight(format!("TRY_CAST(TRIM({sql}) AS FLOAT)")))),
            (Text, CastType::Decimal { precision, scale }) => {
                let number = Sql::tight(format!("TRY_CAST(TRIM({sql}) AS NUMBER({precision}, {scale}))"));
                where_shaped(self, sql, NUMBER, &number)
            }
            (Text, CastType::Date) => {
                where_shaped(self, sql, DATE_SHAPE, &call("TRY_TO_DATE", &[sql, &Sql::tight("'YYYY-MM-DD'")]))
            }
            (Text, CastType::Timestamp) => Err(casts::no_cast(self, Text, to)),
            (Float, CastType::Integer { bits }) => {
                let even = repeatable(&round_to_even(self, sql)?)?.clone();
                within_bits(casts::float_to_whole(&even, "NUMBER(38, 0)")?, bits)
            }
            (ColumnType::Decimal(_), CastType::Integer { bits }) => {
                within_bits(in_64_bits(call("ROUND", &[sql]), ANY), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let rounded = match from {
                    Float if scale == 0 => cast(&self.round_float(sql)?, "NUMBER(38, 0)"),
                    Float => cast(&self.round_digits(sql, i64::from(scale))?, &format!("NUMBER(38, {scale})")),
                    _ => call("ROUND", &[sql, &digits(scale)]),
                };
                casts::within_precision(&rounded, precision, scale)
            }
            (Date, CastType::Text) => Ok(call("TO_VARCHAR", &[sql, &Sql::tight("'YYYY-MM-DD'")])),
            (ColumnType::Decimal(scale), CastType::Text) => {
                Ok(cast(&cast(sql, &self.type_name(ColumnType::Decimal(scale))), "VARCHAR"))
            }
            _ => casts::default_cast(self, x, to),
        }
    }

    fn like_computed(&self, x: &Operand, pattern: &Sql, escape: Option<char>) -> Said {
        let like = comparison(&x.sql, "LIKE", pattern);
        Ok(match escape {
            Some(escape) => Sql::new(Level::Compare, format!("{like} ESCAPE {}", self.text(&escape.to_string())?)),
            None => like,
        })
    }

    /// Snowflake's REGEXP_LIKE matches the whole text.
    fn matches(&self, x: &Sql, pattern: &Pattern) -> Said {
        let (pattern, options) = pattern.with_options()?;
        let found = match options {
            "c" => call("REGEXP_INSTR", &[x, &self.text(&pattern)?]),
            _ => Sql::tight(format!("REGEXP_INSTR({x}, {}, 1, 1, 0, '{options}')", self.text(&pattern)?)),
        };
        Ok(comparison(&found, ">", &Sql::tight("0")))
    }

    fn regexp_extract(&self, x: &Sql, pattern: &Pattern, group: usize) -> Said {
        if !pattern.is_same_for_longest_match() {
            return Err("Snowflake may take the longest match of alternatives, not the first".into());
        }
        let (pattern, options) = pattern.with_options()?;
        let pattern = self.text(&pattern)?;
        let found = match group {
            0 => Sql::tight(format!("REGEXP_SUBSTR({x}, {pattern}, 1, 1, '{options}')")),
            group => Sql::tight(format!("REGEXP_SUBSTR({x}, {pattern}, 1, 1, '{options}e', {group})")),
        };
        Ok(call("COALESCE", &[&found, &call("LEFT", &[repeatable(x)?, &Sql::tight("0")])]))
    }

    fn regexp_replace(&self, x: &Sql, pattern: &Pattern, replacement: &str, all: bool) -> Said {
        if !pattern.is_same_for_longest_match() {
            return Err("Snowflake may take the longest match of alternatives, not the first".into());
        }
        let mut written = String::new();
        for piece in replacement_pieces(replacement) {
            match piece {
                Ok('\\') => written.push_str(r"\\"),
                Ok(c) => written.push(c),
                Err(0) => return Err(r"Snowflake has nothing for \0 in a replacement".into()),
                Err(group) => written.push_str(&format!("\\{group}")),
            }
        }
        let (pattern, options) = pattern.with_options()?;
        let (pattern, replacement) = (self.text(&pattern)?, self.text(&written)?);
        let occurrence = if all { 0 } else { 1 };
        Ok(Sql::tight(format!("REGEXP_REPLACE({x}, {pattern}, {replacement}, 1, {occurrence}, '{options}')")))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Said {
        let sqls: Vec<&Sql> = arguments.iter().map(|argument| &argument.sql).collect();
        match id {
            FunctionId::Concat => concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                Ok(call("ARRAY_TO_STRING", &[&call("ARRAY_CONSTRUCT_COMPACT", &sqls[1..]), sqls[0]]))
            }
            FunctionId::StartsWith => Ok(call("STARTSWITH", &sqls)),
            FunctionId::EndsWith => Ok(call("ENDSWITH", &sqls)),
            FunctionId::Strpos => Ok(call("POSITION", &[sqls[1], sqls[0]])),
            FunctionId::Greatest => Ok(call("GREATEST_IGNORE_NULLS", &sqls)),
            FunctionId::Least => Ok(call("LEAST_IGNORE_NULLS", &sqls)),
            _ => default_function(self, id, arguments),
        }
    }

    fn date_part(&self, field: DateField, x: &Sql) -> Said {
        Ok(match field {
            DateField::Year => call("YEAR", &[x]),
            DateField::Quarter => call("QUARTER", &[x]),
            DateField::Month => call("MONTH", &[x]),
            DateField::Week => call("WEEKISO", &[x]),
            DateField::Day => call("DAY", &[x]),
            DateField::Hour => call("HOUR", &[x]),
            DateField::Minute => call("MINUTE", &[x]),
            DateField::Second => call("SECOND", &[x]),
            // DAYOFWEEK depends on a setting.
            DateField::DayOfWeek => Sql::new(Level::Product, format!("DAYOFWEEKISO({x}) % 7")),
            DateField::IsoDayOfWeek => call("DAYOFWEEKISO", &[x]),
            DateField::DayOfYear => call("DAYOFYEAR", &[x]),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &Sql, _kind: ColumnType) -> Said {
        if unit == DateField::Week {
            // The first day of a week depends on a setting.
            let x = repeatable(x)?;
            return Ok(Sql::tight(format!("DATEADD(day, 1 - DAYOFWEEKISO({x}), DATE_TRUNC('DAY', {x}))")));
        }
        Ok(Sql::tight(format!("DATE_TRUNC('{}', {x})", unit.to_string().to_uppercase())))
    }

    fn date_diff(&self, unit: DateField, from: &Sql, to: &Sql, _kind: ColumnType) -> Said {
        Ok(match unit {
            DateField::Week => Sql::tight(format!("TRUNC(DATEDIFF(day, {from}, {to}) / 7)")),
            unit => Sql::tight(format!("DATEDIFF({unit}, {from}, {to})")),
        })
    }

    fn shift(&self, x: &Sql, interval: Interval, _kind: ColumnType) -> Said {
        let mut moved = x.clone();
        let seconds = interval.micros / 1_000_000;
        for (count, unit) in [(interval.months, "month"), (interval.days, "day"), (seconds, "second")] {
            if count != 0 {
                moved = Sql::tight(format!("DATEADD({unit}, {count}, {moved})"));
            }
        }
        Ok(moved)
    }

    fn add_days(&self, date: &Sql, days: &Operand, subtract: bool) -> Said {
        let count = if subtract { format!("-{}", days.sql.operand()) } else { days.sql.text.clone() };
        Ok(Sql::tight(format!("DATEADD(day, {count}, {date})")))
    }

    fn days_between(&self, later: &Sql, earlier: &Sql) -> Sql {
        Sql::tight(format!("DATEDIFF(day, {earlier}, {later})"))
    }

    fn strftime(&self, x: &Sql, format: &Format, _kind: ColumnType) -> Said {
        let part = |letter: char, unpadded: bool| {
            let word = match letter {
                'Y' => "YYYY",
                'm' => "MM",
                'd' => "DD",
                'H' => "HH24",
                'I' => "HH12",
                'M' => "MI",
                'S' => "SS",
                'f' => "FF6",
                'y' => "YY",
                'b' => "MON",
                'B' => "MMMM",
                'a' => "DY",
                'p' => "AM",
                _ => return None,
            };
            (!unpadded).then(|| word.to_owned())
        };
        if format.0.iter().any(|piece| matches!(piece, super::formats::FormatPiece::Text(text) if text.contains('"'))) {
            return Err("Snowflake's formats hold no double quote".into());
        }
        let format = format.translated(self.title(), part, |text| format!("\"{text}\""))?;
        Ok(call("TO_VARCHAR", &[x, &self.text(&format)?]))
    }
}
