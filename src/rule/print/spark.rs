//! Spark SQL, from version 3.4. Its ANSI mode fails where others give null, so sums and casts use the `try_` functions.

use chrono::NaiveDateTime;

use super::aggregates::Aggregates;
use super::casts::{self, DATE_SHAPE, NUMBER, WHOLE, where_shaped};
use super::formats::TimePattern;
use super::numbers::{self, widened, within_bits};
use super::patterns::{Captures, Flavour, RegexPattern, after_first_match, replacement_pieces};
use super::sql::{Precedence, Printed, SqlPiece, backslashed, call, cast, comparison, doubled};
use super::syntax::{
    DateSyntax, DialectSyntax, Literals, Operand, Overflow, TextSyntax, backslash_like_computed, default_function,
    difference, part_by_name, repeatable, short_decimal, trim_from, without_nul,
};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

/// Words for the parts of a time.
const TIME_WORDS: &str =
    "Y=yyyy m=MM d=dd H=HH I=hh M=mm S=ss f=SSSSSS j=DDD y=yy b=MMM B=MMMM a=EEE A=EEEE p=a -m=M -d=d -H=H -I=h";

/// SQL of Spark.
pub(super) struct Spark;

fn try_cast(x: &SqlPiece, to: &str) -> SqlPiece {
    SqlPiece::tight(format!("TRY_CAST({x} AS {to})"))
}

fn tried(op: ArithmeticOperation) -> &'static str {
    match op {
        ArithmeticOperation::Subtract => "TRY_SUBTRACT",
        ArithmeticOperation::Multiply => "TRY_MULTIPLY",
        _ => "TRY_ADD",
    }
}

impl Aggregates for Spark {
    fn median(&self, x: &str) -> Result<String, String> {
        Ok(format!("PERCENTILE({x}, 0.5)"))
    }

    /// Limits the columns of a statement. With more, the method that calls the sums has more than 8,000 bytes, and the
    /// JVM interprets such a method.
    fn max_columns(&self) -> usize {
        300
    }

    /// Keeps sums out of the sub-select.
    ///
    /// Spark generates one method for all expressions of a sub-select, and the JVM does not compile a method of more
    /// than 8,000 bytes, which is some 50 conditions. Sums get methods of their own, and common parts of several sums
    /// are evaluated once.
    fn sums_in_place(&self) -> bool {
        true
    }

    /// Returns counts as one list, since the description of each column takes some 300 bytes.
    fn lists_counts(&self) -> bool {
        true
    }

    /// Sums by strata. Finding a group's sums by hash costs as much as three or four sums. A hundred pairs are a
    /// hundred sums, and more than a hundred columns are not compiled as one.
    fn sums_by_strata(&self) -> bool {
        true
    }

    /// Spark's own sums of whole numbers fail beyond 64 bits.
    fn sum(&self, x: &str, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => format!("SUM(CAST({x} AS DECIMAL(20, 0)))"),
            _ => format!("SUM({x})"),
        }
    }

    fn microseconds(&self, x: &str) -> Result<String, String> {
        // Sail's TIMESTAMPDIFF knows no microseconds. The seconds are a decimal with six digits.
        let seconds =
            format!("CAST(UNIX_DATE(CAST({x} AS DATE)) AS BIGINT) * 86400 + HOUR({x}) * 3600 + MINUTE({x}) * 60");
        Ok(format!("({seconds}) * 1000000 + CAST(DATE_PART('SECOND', {x}) * 1000000 AS BIGINT)"))
    }
}

impl Literals for Spark {
    fn title(&self) -> &'static str {
        "Spark"
    }

    fn identifier(&self, name: &str) -> Printed {
        without_nul(name, |name| doubled(name, '`'))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        short_decimal(self, number, |number| format!("{number}BD"))
    }

    /// Spark would replace `${…}` by a setting.
    fn text(&self, text: &str) -> Printed {
        Ok(SqlPiece::tight(backslashed(text, '\'', |c| match c {
            '\0' => Some("\\u0000".into()),
            '$' => Some("\\u0024".into()),
            _ => None,
        })))
    }

    fn integer(&self, number: i64) -> SqlPiece {
        SqlPiece::tight(if i32::try_from(number).is_ok() { number.to_string() } else { format!("{number}L") })
    }

    fn float(&self, number: f64) -> Printed {
        Ok(match number.is_finite() {
            true => SqlPiece::tight(format!("{number:?}D")),
            false => cast(&SqlPiece::tight(if number > 0.0 { "'Infinity'" } else { "'-Infinity'" }), "DOUBLE"),
        })
    }

    fn float_beside(&self, number: f64) -> Printed {
        self.float(number)
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        Ok(SqlPiece::tight(format!("TIMESTAMP_NTZ '{at}'")))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "BIGINT".into(),
            ColumnType::Decimal(scale) => format!("DECIMAL(38, {scale})"),
            ColumnType::Float => "DOUBLE".into(),
            ColumnType::Boolean => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Timestamp => "TIMESTAMP_NTZ".into(),
            _ => "STRING".into(),
        }
    }
}

impl DialectSyntax for Spark {
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        call("NULLIF", &[x, &SqlPiece::tight("DOUBLE('NaN')")])
    }

    /// Spark compiles each new text of a stage's program, and the JVM runs it slowly at first: seconds for a hundred counts.
    /// A number stands in the text, but not an item of an array; which item, no optimizer can tell beforehand.
    fn varying_number(&self, number: SqlPiece, column: &SqlPiece) -> SqlPiece {
        let item = cast(&super::sql::is_null(column), "INT");
        call("GET", &[&call("ARRAY", &[&number, &number]), &item])
    }

    fn same(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "<=>", b)
    }

    fn distinct(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        SqlPiece::new(Precedence::Not, format!("NOT {}", self.same(a, b).operand()))
    }

    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        if !overflow.is_possible() {
            return Ok(widened(op, a, b, "BIGINT"));
        }
        Ok(call(tried(op), &[&cast(a, "BIGINT"), &cast(b, "BIGINT")]))
    }

    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed {
        // Spark drops digits after the point if a result has more than 38, but keeps at least six.
        if op == ArithmeticOperation::Multiply && scale > 6 {
            return Err("Spark may round a product with more than six digits after the point".into());
        }
        Ok(call(tried(op), &[&a.sql, &b.sql]))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let rounded = call("ROUND", &[&cast(x, "DECIMAL(20, 0)"), &SqlPiece::tight(digits.to_string())]);
        Ok(try_cast(&rounded, "BIGINT"))
    }

    fn round_decimal(&self, x: &SqlPiece, digits: i64, scale: u8) -> Printed {
        let rounded = call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]);
        Ok(cast(&rounded, &self.type_name(ColumnType::Decimal(scale))))
    }

    /// Spark's FLOOR and CEIL of floats return whole numbers, which large floats do not fit.
    fn cut_float(&self, name: &str, x: &SqlPiece) -> Printed {
        let x = repeatable(x)?;
        let cut = if name == "TRUNC" { cast(x, "BIGINT") } else { call(name, &[x]) };
        Ok(SqlPiece::tight(format!("CASE WHEN ABS({x}) < 1E18D THEN CAST({cut} AS DOUBLE) ELSE {x} END")))
    }

    fn cut_decimal(&self, name: &str, x: &SqlPiece) -> Printed {
        if name != "TRUNC" {
            return Ok(call(name, &[x]));
        }
        let x = repeatable(x)?;
        Ok(SqlPiece::tight(format!("CASE WHEN {} < 0 THEN CEIL({x}) ELSE FLOOR({x}) END", x.within(Precedence::Sum))))
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        Ok(numbers::size_of_whole(x, overflow, "BIGINT"))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Date, Float, Integer, Text};
        let sql = &x.sql;
        match (x.kind(), to) {
            (Text, CastType::Integer { bits }) => {
                let number = where_shaped(self, sql, WHOLE, &try_cast(sql, "BIGINT"))?;
                within_bits(number, bits)
            }
            (Text, CastType::Float) => Ok(self.without_nan(&try_cast(sql, "DOUBLE"))),
            (Text, CastType::Decimal { precision, scale }) => {
                where_shaped(self, sql, NUMBER, &try_cast(sql, &format!("DECIMAL({precision}, {scale})")))
            }
            (Text, CastType::Date) => where_shaped(self, sql, DATE_SHAPE, &try_cast(sql, "DATE")),
            (Text, CastType::Timestamp) => Err(casts::no_cast(self, Text, to)),
            (Float, CastType::Integer { bits }) => within_bits(try_cast(&call("RINT", &[sql]), "BIGINT"), bits),
            (ColumnType::Decimal(_), CastType::Integer { bits }) => {
                within_bits(try_cast(&call("ROUND", &[sql, &SqlPiece::tight("0")]), "BIGINT"), bits)
            }
            (from, CastType::Decimal { precision, scale }) if from.is_number() => {
                let digits = i64::from(scale);
                let rounded = match from {
                    Float if scale == 0 => self.round_float(sql)?,
                    Float => self.round_digits(sql, digits)?,
                    Integer => sql.clone(),
                    _ => call("ROUND", &[sql, &SqlPiece::tight(digits.to_string())]),
                };
                Ok(try_cast(&rounded, &format!("DECIMAL({precision}, {scale})")))
            }
            (from, CastType::Real) if from.is_number() => Ok(cast(&cast(&cast(sql, "FLOAT"), "STRING"), "DOUBLE")),
            (ColumnType::Decimal(scale), CastType::Text) => {
                Ok(cast(&cast(sql, &self.type_name(ColumnType::Decimal(scale))), "STRING"))
            }
            (Date | ColumnType::Timestamp, CastType::Text) => Ok(cast(sql, "STRING")),
            _ => casts::default_cast(self, x, to),
        }
    }

    fn sum_of_whole(&self, x: &SqlPiece) -> SqlPiece {
        call("TRY_SUM", &[&cast(x, "BIGINT")])
    }
}

impl TextSyntax for Spark {
    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        backslash_like_computed(self, "REPLACE", (x, pattern, escape))
    }

    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        Ok(comparison(x, "RLIKE", &self.text(&pattern.written(Flavour::Java, Captures::All)?)?))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        let pattern = self.text(&pattern.written(Flavour::Java, Captures::All)?)?;
        Ok(call("REGEXP_EXTRACT", &[x, &pattern, &SqlPiece::tight(group.to_string())]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        let (pattern, pieces) = match all {
            true => (pattern.written(Flavour::Java, Captures::All)?, replacement_pieces(replacement)),
            // Spark replaces every match; a pattern anchored at the start matches at most once.
            false => (pattern.first_match(Flavour::Java)?, after_first_match(replacement)),
        };
        let piece = |piece: &Result<char, u32>| match piece {
            Ok(c @ ('\\' | '$')) => format!("\\{c}"),
            Ok(c) => c.to_string(),
            Err(group) => format!("${group}"),
        };
        let replacement: String = pieces.iter().map(piece).collect();
        Ok(call("REGEXP_REPLACE", &[x, &self.text(&pattern)?, &self.text(&replacement)?]))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sql = |n: usize| &arguments[n].sql;
        match id {
            FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => trim_from(self, id, arguments),
            FunctionId::Concat => {
                let empty = self.text("")?;
                let all = std::iter::once(&empty).chain(arguments.iter().map(|argument| &argument.sql));
                Ok(call("CONCAT_WS", &all.collect::<Vec<_>>()))
            }
            FunctionId::StartsWith => Ok(call("STARTSWITH", &[sql(0), sql(1)])),
            FunctionId::EndsWith => Ok(call("ENDSWITH", &[sql(0), sql(1)])),
            FunctionId::Strpos => Ok(call("INSTR", &[sql(0), sql(1)])),
            _ => default_function(self, id, arguments),
        }
    }
}

impl DateSyntax for Spark {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        Ok(match field {
            DateField::Week => call("WEEKOFYEAR", &[x]),
            DateField::DayOfWeek => SqlPiece::new(Precedence::Sum, format!("DAYOFWEEK({x}) - 1")),
            DateField::IsoDayOfWeek => SqlPiece::new(Precedence::Sum, format!("WEEKDAY({x}) + 1")),
            other => part_by_name(other, x),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let name = SqlPiece::tight(format!("'{}'", unit.to_string().to_uppercase()));
        Ok(match (kind, unit) {
            (ColumnType::Date, DateField::Day) => x.clone(),
            (ColumnType::Date, _) => call("TRUNC", &[x, &name]),
            _ => cast(&call("DATE_TRUNC", &[&name, x]), "TIMESTAMP_NTZ"),
        })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, _kind: ColumnType) -> Printed {
        // DATEDIFF ignores the time of timestamps.
        let days = self.days_between(to, from);
        difference(self, unit, from, to, days, |days| {
            SqlPiece::new(Precedence::Product, format!("{} DIV 7", days.operand()))
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, _kind: ColumnType) -> Printed {
        let mut moved = x.within(Precedence::Sum).into_owned();
        let seconds = interval.micros / 1_000_000;
        for (count, unit) in [(interval.months, "MONTH"), (interval.days, "DAY"), (seconds, "SECOND")] {
            if count != 0 {
                moved.push_str(&format!(" + INTERVAL '{count}' {unit}"));
            }
        }
        Ok(SqlPiece::new(Precedence::Sum, moved))
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let name = if subtract { "DATE_SUB" } else { "DATE_ADD" };
        let count = if days.integer().is_some() { days.sql.clone() } else { try_cast(&days.sql, "INT") };
        Ok(call(name, &[date, &count]))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        call("DATEDIFF", &[later, earlier])
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, _kind: ColumnType) -> Printed {
        let format = format.in_words(self.title(), TIME_WORDS, |text| format!("'{}'", text.replace('\'', "''")))?;
        Ok(call("DATE_FORMAT", &[x, &self.text(&format)?]))
    }
}
