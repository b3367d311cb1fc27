//! Snowflake. Whole numbers are NUMBER(38, 0), wider than 64 bits. Quoted names are case-sensitive: `"customers"` is
//! another table than `CUSTOMERS`.

use chrono::NaiveDateTime;

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, NUMBER, WHOLE, where_shaped};
use super::formats::TimePattern;
use super::numbers::{round_to_even, within_64_bits, within_bits};
use super::patterns::{RegexPattern, replacement_pieces};
use super::sql::{Precedence, Printed, SqlPiece, backslashed, call, cast, comparison, operation};
use super::syntax::{
    DateSyntax, DialectSyntax, Literals, Operand, Overflow, TextSyntax, concat_of_known, default_function,
    part_by_name, repeatable, short_decimal,
};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

/// Words for the parts of a time.
const TIME_WORDS: &str = "Y=YYYY m=MM d=DD H=HH24 I=HH12 M=MI S=SS f=FF6 y=YY b=MON B=MMMM a=DY p=AM";

/// SQL of Snowflake.
pub(super) struct Snowflake;

fn in_64_bits(x: SqlPiece, overflow: Overflow) -> SqlPiece {
    within_64_bits(x, overflow, |bound| SqlPiece::tight(bound))
}

impl Aggregates for Snowflake {
    fn median(&self, x: &str) -> Result<String, String> {
        Ok(format!("MEDIAN({x})"))
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("DATEDIFF(MICROSECOND, TO_TIMESTAMP_NTZ('1970-01-01'), {x})"))
    }
}

impl Literals for Snowflake {
    fn title(&self) -> &'static str {
        "Snowflake"
    }

    fn text(&self, text: &str) -> Printed {
        Ok(SqlPiece::tight(backslashed(text, '\'', |c| (c == '\0').then(|| "\\0".into()))))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        short_decimal(self, number, |number| number.to_string())
    }

    fn float(&self, number: f64) -> Printed {
        let text = if number.is_finite() { format!("{number:?}") } else { format!("'{number}'") };
        Ok(cast(&SqlPiece::tight(text), "FLOAT"))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        Ok(cast(&SqlPiece::tight(format!("'{at}'")), "TIMESTAMP_NTZ"))
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
}

impl DialectSyntax for Snowflake {
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        call("NULLIF", &[x, &SqlPiece::tight("CAST('NaN' AS FLOAT)")])
    }

    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        Ok(in_64_bits(operation(level, a, op.sign(), b), overflow))
    }

    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed {
        if op == ArithmeticOperation::Multiply && scale > 12 {
            return Err("Snowflake rounds a product to twelve digits after the point".into());
        }
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        Ok(operation(level, &a.sql, op.sign(), &b.sql))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        Ok(in_64_bits(call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]), Overflow::ANY))
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(in_64_bits(call("ABS", &[x]), Overflow { below: false, ..overflow }))
    }

    fn float_function(&self, name: &str, x: &SqlPiece) -> Printed {
        Ok(if name == "LOG10" { call("LOG", &[&SqlPiece::tight("10"), x]) } else { call(name, &[x]) })
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Date, Float, Text};
        let sql = &x.sql;
        let digits = |scale: u8| SqlPiece::tight(scale.to_string());
        match (x.kind(), to) {
            (_, CastType::Real) => Err("Snowflake has no floats of 32 bits".into()),
            (Text, CastType::Integer { bits }) => {
                let number = SqlPiece::tight(format!("TRY_CAST(TRIM({sql}) AS NUMBER(38, 0))"));
                where_shaped(self, sql, WHOLE, &within_bits(in_64_bits(number, Overflow::ANY), bits)?)
            }
            (Text, CastType::Float) => {
                Ok(self.without_nan(&SqlPiece::tight(format!("TRY_CAST(TRIM({sql}) AS FLOAT)"))))
            }
            (Text, CastType::Decimal { precision, scale }) => {
                let number = SqlPiece::tight(format!("TRY_CAST(TRIM({sql}) AS NUMBER({precision}, {scale}))"));
                where_shaped(self, sql, NUMBER, &number)
            }
            (Text, CastType::Date) => {
                where_shaped(self, sql, DATE_SHAPE, &call("TRY_TO_DATE", &[sql, &SqlPiece::tight("'YYYY-MM-DD'")]))
            }
            (Text, CastType::Timestamp) => Err(casts::no_cast(self, Text, to)),
            (Float, CastType::Integer { bits }) => {
                let even = repeatable(&round_to_even(self, sql)?)?.clone();
                within_bits(casts::float_to_whole(&even, "NUMBER(38, 0)")?, bits)
            }
            (ColumnType::Decimal(_), CastType::Integer { bits }) => {
                within_bits(in_64_bits(call("ROUND", &[sql]), Overflow::ANY), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let rounded = match from {
                    Float if scale == 0 => cast(&self.round_float(sql)?, "NUMBER(38, 0)"),
                    Float => cast(&self.round_digits(sql, i64::from(scale))?, &format!("NUMBER(38, {scale})")),
                    _ => call("ROUND", &[sql, &digits(scale)]),
                };
                casts::within_precision(&rounded, precision, scale)
            }
            (Date, CastType::Text) => Ok(call("TO_VARCHAR", &[sql, &SqlPiece::tight("'YYYY-MM-DD'")])),
            (ColumnType::Decimal(scale), CastType::Text) => {
                Ok(cast(&cast(sql, &self.type_name(ColumnType::Decimal(scale))), "VARCHAR"))
            }
            _ => casts::default_cast(self, x, to),
        }
    }
}

impl TextSyntax for Snowflake {
    /// Snowflake's REGEXP_LIKE matches the whole text.
    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        let (pattern, options) = pattern.with_options()?;
        let found = match options {
            "c" => call("REGEXP_INSTR", &[x, &self.text(&pattern)?]),
            _ => SqlPiece::tight(format!("REGEXP_INSTR({x}, {}, 1, 1, 0, '{options}')", self.text(&pattern)?)),
        };
        Ok(comparison(&found, ">", &SqlPiece::tight("0")))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        if !pattern.is_same_for_longest_match() {
            return Err("Snowflake may take the longest match of alternatives, not the first".into());
        }
        let (pattern, options) = pattern.with_options()?;
        let pattern = self.text(&pattern)?;
        let found = match group {
            0 => SqlPiece::tight(format!("REGEXP_SUBSTR({x}, {pattern}, 1, 1, '{options}')")),
            group => SqlPiece::tight(format!("REGEXP_SUBSTR({x}, {pattern}, 1, 1, '{options}e', {group})")),
        };
        Ok(call("COALESCE", &[&found, &call("LEFT", &[repeatable(x)?, &SqlPiece::tight("0")])]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        if !pattern.is_same_for_longest_match() {
            return Err("Snowflake may take the longest match of alternatives, not the first".into());
        }
        let mut written = String::new();
        for piece in replacement_pieces(replacement) {
            match piece {
                Ok('\\') => written.push_str(r"\\"),
                Ok(c) => written.push(c),
                Err(0) => return Err(r"Snowflake has no equivalent of \0 in a replacement".into()),
                Err(group) => written.push_str(&format!("\\{group}")),
            }
        }
        let (pattern, options) = pattern.with_options()?;
        let (pattern, replacement) = (self.text(&pattern)?, self.text(&written)?);
        let occurrence = if all { 0 } else { 1 };
        Ok(SqlPiece::tight(format!("REGEXP_REPLACE({x}, {pattern}, {replacement}, 1, {occurrence}, '{options}')")))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
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
}

impl DateSyntax for Snowflake {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        Ok(match field {
            DateField::Week => call("WEEKISO", &[x]),
            // DAYOFWEEK depends on a setting.
            DateField::DayOfWeek => SqlPiece::new(Precedence::Product, format!("DAYOFWEEKISO({x}) % 7")),
            DateField::IsoDayOfWeek => call("DAYOFWEEKISO", &[x]),
            other => part_by_name(other, x),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, _kind: ColumnType) -> Printed {
        if unit == DateField::Week {
            // The first day of a week depends on a setting.
            let x = repeatable(x)?;
            return Ok(SqlPiece::tight(format!("DATEADD(day, 1 - DAYOFWEEKISO({x}), DATE_TRUNC('DAY', {x}))")));
        }
        Ok(SqlPiece::tight(format!("DATE_TRUNC('{}', {x})", unit.to_string().to_uppercase())))
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, _kind: ColumnType) -> Printed {
        Ok(match unit {
            DateField::Week => SqlPiece::tight(format!("TRUNC(DATEDIFF(day, {from}, {to}) / 7)")),
            unit => SqlPiece::tight(format!("DATEDIFF({unit}, {from}, {to})")),
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, _kind: ColumnType) -> Printed {
        let mut moved = x.clone();
        let seconds = interval.micros / 1_000_000;
        for (count, unit) in [(interval.months, "month"), (interval.days, "day"), (seconds, "second")] {
            if count != 0 {
                moved = SqlPiece::tight(format!("DATEADD({unit}, {count}, {moved})"));
            }
        }
        Ok(moved)
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let count = if subtract { format!("-{}", days.sql.operand()) } else { days.sql.text.clone() };
        Ok(SqlPiece::tight(format!("DATEADD(day, {count}, {date})")))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("DATEDIFF(day, {earlier}, {later})"))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, _kind: ColumnType) -> Printed {
        if format.0.iter().any(|piece| matches!(piece, super::formats::FormatPiece::Text(text) if text.contains('"'))) {
            return Err("Snowflake's formats hold no double quote".into());
        }
        let format = format.in_words(self.title(), TIME_WORDS, |text| format!("\"{text}\""))?;
        Ok(call("TO_VARCHAR", &[x, &self.text(&format)?]))
    }
}
