//! PostgreSQL, from version 14. It fails where others give null, so casts test the text first; its texts are compared
//! in the order of bytes.

use super::aggregates::Aggregates;
use super::casts::{self, DAY, INFINITE, NUMBER, OFFSET, TIME, WHOLE, float_to_whole, where_shaped};
use super::formats::{TimePattern, time_word};
use super::numbers::{self, widened, within_64_bits, within_bits};
use super::patterns::{Captures, Flavour, RegexPattern, replacement_pieces};
use super::sql::{Precedence, Printed, SqlPiece, call, cast, comparison, only_where, operation};
use super::syntax::{
    DateSyntax, DialectSyntax, Literals, Operand, Overflow, TextSyntax, default_function, difference, repeatable,
};
use crate::model::ColumnType;
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

/// Words for the parts of a time.
const TIME_WORDS: &str =
    "Y=YYYY m=MM d=DD H=HH24 I=HH12 M=MI S=SS f=US j=DDD y=YY b=Mon B=FMMonth a=Dy A=FMDay p=AM u=ID V=IW G=IYYY";

/// SQL of PostgreSQL.
pub(super) struct Postgres;

fn in_64_bits(x: SqlPiece, overflow: Overflow) -> SqlPiece {
    within_64_bits(x, overflow, |bound| SqlPiece::tight(bound))
}

impl Aggregates for Postgres {
    /// Sums by strata, in place. All processes that read the table then do the work, rather than one.
    fn sums_by_strata(&self) -> bool {
        true
    }

    /// Groups by booleans. PostgreSQL knows that each has two values, while for a number it expects a million groups.
    fn strata(&self, conditions: &[String]) -> (String, String) {
        let truths: Vec<String> = conditions.iter().map(|condition| format!("{condition} IS TRUE")).collect();
        let bit = |(at, truth): (usize, &String)| format!("CASE WHEN {truth} THEN {} ELSE 0 END", 1u32 << at);
        let number = truths.iter().enumerate().map(bit).collect::<Vec<_>>().join(" + ");
        (number, truths.join(", "))
    }

    fn count_where(&self, condition: &str) -> String {
        format!("COUNT(*) FILTER (WHERE {condition})")
    }

    fn sum_where(&self, x: &str, condition: &str) -> String {
        format!("SUM({x}) FILTER (WHERE {condition})")
    }

    /// A column takes 12 bytes and its description 25.
    fn lists_counts(&self) -> bool {
        true
    }

    /// Returns a text of the numbers, since a number in an array takes 12 bytes.
    fn list(&self, numbers: &[String]) -> String {
        let numbers = if numbers.is_empty() { "0".to_owned() } else { numbers.join(", ") };
        format!("ARRAY_TO_STRING(ARRAY[{numbers}], ',', '0')")
    }

    fn median(&self, x: &str) -> Result<String, String> {
        Ok(format!("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {x})"))
    }

    /// PostgreSQL merges sub-selects without an OFFSET with the statement around them.
    fn fence(&self) -> &'static str {
        " OFFSET 0"
    }

    /// PostgreSQL allows at most 1,664 columns, and a row must fit a block.
    fn max_columns(&self) -> usize {
        900
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        Ok(format!("EXTRACT(EPOCH FROM {x}) * 1000000"))
    }
}

impl Literals for Postgres {
    fn title(&self) -> &'static str {
        "PostgreSQL"
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "BIGINT".into(),
            ColumnType::Decimal(scale) => format!("NUMERIC(38, {scale})"),
            ColumnType::Float => "DOUBLE PRECISION".into(),
            ColumnType::Boolean => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Timestamp => "TIMESTAMP".into(),
            _ => "TEXT".into(),
        }
    }

    fn float(&self, number: f64) -> Printed {
        let text = if number.is_finite() { format!("{number:?}") } else { format!("'{number}'") };
        Ok(cast(&SqlPiece::tight(text), "DOUBLE PRECISION"))
    }
}

/// Returns the whole number above 1 that a piece of SQL is.
fn factor(x: &SqlPiece) -> Option<i64> {
    x.text.parse().ok().filter(|number| *number > 1)
}

/// Prints a whole number times a factor above 1, null beyond 64 bits. Numbers of any length take some twenty times as long.
fn times(x: &SqlPiece, factor: i64) -> SqlPiece {
    let (least, most) = (i64::MIN / factor, i64::MAX / factor);
    let is_within = format!("{} BETWEEN {least} AND {most}", x.within(Precedence::Sum));
    only_where(&is_within, &SqlPiece::new(Precedence::Product, format!("{} * {factor}", cast(x, "BIGINT"))))
}

impl DialectSyntax for Postgres {
    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(match overflow.is_possible() {
            false => widened(op, a, b, "BIGINT"),
            true => match (op, factor(a), factor(b)) {
                (ArithmeticOperation::Multiply, _, Some(factor)) => times(repeatable(a)?, factor),
                (ArithmeticOperation::Multiply, Some(factor), None) => times(repeatable(b)?, factor),
                _ => in_64_bits(widened(op, a, b, "NUMERIC"), overflow),
            },
        })
    }

    /// PostgreSQL's decimals are longer than ours, which matters for results of more than 38 digits.
    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed {
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        let mut result = operation(level, &a.sql, op.sign(), &b.sql);
        if scale == 0 {
            for (extreme, sign) in [("LEAST", ""), ("GREATEST", "-")] {
                let bound = SqlPiece::tight(format!("{sign}1{}", "0".repeat(38)));
                result = call("NULLIF", &[&call(extreme, &[&result, &bound]), &bound]);
            }
        }
        Ok(result)
    }

    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Float => Err("PostgreSQL has no remainder of floats: CAST them AS DECIMAL".into()),
            _ => Ok(operation(Precedence::Product, a, "%", b)),
        }
    }

    /// PostgreSQL's own ROUND of floats rounds halves to the even number.
    fn round_float(&self, x: &SqlPiece) -> Printed {
        let x = repeatable(x)?;
        let (operand, whole) = (x.within(Precedence::Sum), call("TRUNC", &[x]));
        Ok(SqlPiece::tight(format!(
            "CASE WHEN ABS({operand} - {whole}) >= 0.5 THEN {whole} + SIGN({x}) ELSE {whole} END"
        )))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let rounded = call("ROUND", &[&cast(x, "NUMERIC"), &SqlPiece::tight(digits.to_string())]);
        Ok(in_64_bits(rounded, Overflow::ANY))
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(numbers::size_of_whole(x, overflow, "BIGINT"))
    }

    /// PostgreSQL fails if a result overflows or underflows.
    fn float_function(&self, name: &str, x: &SqlPiece) -> Printed {
        if name == "EXP" {
            let operand = repeatable(x)?.within(Precedence::Sum);
            return Ok(SqlPiece::tight(format!(
                "CASE WHEN {operand} > 709.78 THEN {} WHEN {operand} < -745 THEN 0 ELSE EXP({x}) END",
                self.float(f64::INFINITY)?
            )));
        }
        Ok(call(if name == "LOG10" { "LOG" } else { name }, &[x]))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Date, Float, Integer, Text};
        let sql = &x.sql;
        match (x.kind(), to) {
            (Text, CastType::Integer { bits }) => {
                let number = in_64_bits(cast(sql, "NUMERIC"), Overflow::ANY);
                where_shaped(self, sql, WHOLE, &within_bits(number, bits)?)
            }
            (Text, CastType::Float) => {
                let shaped = self.matches(repeatable(sql)?, &RegexPattern::parse(NUMBER)?)?;
                let infinite = self.matches(sql, &RegexPattern::parse(INFINITE)?)?;
                Ok(only_where(&format!("{shaped} OR {infinite}"), &cast(sql, "DOUBLE PRECISION")))
            }
            (Text, CastType::Decimal { precision, scale }) => {
                let rounded = call("ROUND", &[&cast(sql, "NUMERIC"), &SqlPiece::tight(scale.to_string())]);
                where_shaped(self, sql, NUMBER, &casts::within_precision(&rounded, precision, scale)?)
            }
            (Text, CastType::Date) => where_shaped(self, sql, &format!("^{DAY}$"), &cast(sql, "DATE")),
            (Text, CastType::Timestamp) => {
                let plain = self.matches(repeatable(sql)?, &RegexPattern::parse(&format!("^{DAY}({TIME})?$"))?)?;
                let with_offset = self.matches(sql, &RegexPattern::parse(&format!("^{DAY}{TIME}{OFFSET}$"))?)?;
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {plain} THEN CAST({sql} AS TIMESTAMP) WHEN {with_offset} THEN CAST({sql} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
                )))
            }
            (Float, CastType::Integer { bits }) => within_bits(float_to_whole(sql, "BIGINT")?, bits),
            (ColumnType::Decimal(_), CastType::Integer { bits }) => {
                within_bits(in_64_bits(call("ROUND", &[sql]), Overflow::ANY), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let digits = SqlPiece::tight(scale.to_string());
                let rounded = match from {
                    // The float of the rounded decimal has the decimal's digits.
                    Float if scale == 0 => cast(&self.round_float(sql)?, "NUMERIC"),
                    Float => cast(&self.round_digits(sql, i64::from(scale))?, "NUMERIC"),
                    _ => cast(sql, "NUMERIC"),
                };
                casts::within_precision(&call("ROUND", &[&rounded, &digits]), precision, scale)
            }
            // Casts by the digits: the nearest float of 32 bits is another value as a float of 64 bits.
            (from, CastType::Real) if from.is_number() => {
                Ok(cast(&cast(&cast(sql, "REAL"), "TEXT"), "DOUBLE PRECISION"))
            }
            (Date, CastType::Text) => Ok(call("TO_CHAR", &[sql, &SqlPiece::tight("'YYYY-MM-DD'")])),
            (ColumnType::Timestamp, CastType::Text) => Ok(cast(sql, "TEXT")),
            (ColumnType::Decimal(scale), CastType::Text) => {
                Ok(cast(&cast(sql, &self.type_name(ColumnType::Decimal(scale))), "TEXT"))
            }
            (ColumnType::Boolean, CastType::Integer { .. }) => Ok(cast(sql, "INTEGER")),
            (ColumnType::Boolean, to) if to.kind().is_number() => {
                Ok(cast(&cast(sql, "INTEGER"), &self.type_name(to.kind())))
            }
            (Integer, CastType::Integer { bits }) => within_bits(sql.clone(), bits),
            _ => casts::default_cast(self, x, to),
        }
    }

    fn key_text(&self, key: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Text => Ok(key.clone()),
            ColumnType::Integer => Ok(cast(key, "TEXT")),
            ColumnType::Date => Ok(call("TO_CHAR", &[key, &SqlPiece::tight("'YYYY-MM-DD'")])),
            other => Err(format!("a key of type {other} is written differently by every engine")),
        }
    }
}

impl TextSyntax for Postgres {
    fn in_byte_order(&self, x: &SqlPiece) -> SqlPiece {
        SqlPiece::new(Precedence::Product, format!("{} COLLATE \"C\"", x.operand()))
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        let escape = self.text(&escape.map(String::from).unwrap_or_default())?;
        let like = comparison(&x.sql, "LIKE", pattern);
        Ok(SqlPiece::new(Precedence::Compare, format!("{like} ESCAPE {escape}")))
    }

    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        let pattern = self.text(&pattern.written(Flavour::Postgres, Captures::All)?)?;
        Ok(comparison(x, "~", &pattern))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        if !pattern.is_same_for_longest_match() {
            return Err("PostgreSQL takes the longest match of alternatives, not the first".into());
        }
        let pattern = format!("({})", pattern.written(Flavour::Postgres, Captures::All)?);
        let found = SqlPiece::tight(format!("(REGEXP_MATCH({x}, {}))[{}]", self.text(&pattern)?, group + 1));
        let empty = call("LEFT", &[repeatable(x)?, &SqlPiece::tight("0")]);
        Ok(call("COALESCE", &[&found, &empty]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        if !pattern.is_same_for_longest_match() {
            return Err("PostgreSQL takes the longest match of alternatives, not the first".into());
        }
        let piece = |piece: &Result<char, u32>| match piece {
            Ok('\\') => r"\\".to_owned(),
            Ok(c) => c.to_string(),
            Err(0) => r"\&".to_owned(),
            Err(group) => format!("\\{group}"),
        };
        let replacement: String = replacement_pieces(replacement).iter().map(piece).collect();
        let pattern = self.text(&pattern.written(Flavour::Postgres, Captures::All)?)?;
        let (replacement, options) = (self.text(&replacement)?, SqlPiece::tight("'g'"));
        let arguments = [x, &pattern, &replacement, &options];
        Ok(call("REGEXP_REPLACE", if all { &arguments } else { &arguments[..3] }))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sql = |n: usize| &arguments[n].sql;
        match id {
            FunctionId::Trim => {
                let blank = self.text(" ")?;
                Ok(call("BTRIM", &[sql(0), arguments.get(1).map_or(&blank, |characters| &characters.sql)]))
            }
            FunctionId::Contains => Ok(comparison(&call("STRPOS", &[sql(0), sql(1)]), ">", &SqlPiece::tight("0"))),
            FunctionId::EndsWith => {
                let end = call("RIGHT", &[sql(0), &call("LENGTH", &[repeatable(sql(1))?])]);
                Ok(comparison(&end, "=", sql(1)))
            }
            FunctionId::Greatest | FunctionId::Least if arguments[0].kind() == ColumnType::Text => {
                let name = if id == FunctionId::Greatest { "GREATEST" } else { "LEAST" };
                let ordered: Vec<SqlPiece> =
                    arguments.iter().map(|argument| self.in_byte_order(&argument.sql)).collect();
                Ok(call(name, &ordered.iter().collect::<Vec<_>>()))
            }
            _ => default_function(self, id, arguments),
        }
    }
}

impl DateSyntax for Postgres {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        let part = SqlPiece::tight(format!("EXTRACT({field} FROM {x})"));
        let part = if field == DateField::Second { call("FLOOR", &[&part]) } else { part };
        Ok(cast(&part, "BIGINT"))
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let x = if kind == ColumnType::Date { cast(x, "TIMESTAMP") } else { x.clone() };
        let beginning = SqlPiece::tight(format!("DATE_TRUNC('{unit}', {x})"));
        Ok(if kind == ColumnType::Date { cast(&beginning, "DATE") } else { beginning })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed {
        let day = |x: &SqlPiece| if kind == ColumnType::Timestamp { cast(x, "DATE") } else { x.clone() };
        let days = operation(Precedence::Sum, &day(to), "-", &day(from));
        difference(self, unit, from, to, days, |days| {
            SqlPiece::new(Precedence::Product, format!("{} / 7", days.operand()))
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let moved = SqlPiece::new(Precedence::Sum, format!("{} + INTERVAL '{interval}'", x.within(Precedence::Sum)));
        Ok(if kind == ColumnType::Date { cast(&moved, "DATE") } else { moved })
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let sign = if subtract { "-" } else { "+" };
        if days.integer().is_some() {
            return Ok(operation(Precedence::Sum, date, sign, &days.sql));
        }
        let count = repeatable(&days.sql)?.within(Precedence::Sum);
        let moved = operation(Precedence::Sum, date, sign, &cast(&days.sql, "INTEGER"));
        Ok(only_where(&format!("{count} BETWEEN -1000000 AND 1000000"), &moved))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, _kind: ColumnType) -> Printed {
        let part = |letter: char, unpadded: bool| {
            let fill = if unpadded { "FM" } else { "" };
            time_word(TIME_WORDS, &letter.to_string()).map(|word| format!("{fill}{word}"))
        };
        let text = |text: &str| format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""));
        let format = format.translated(self.title(), part, text)?;
        Ok(call("TO_CHAR", &[x, &self.text(&format)?]))
    }
}
