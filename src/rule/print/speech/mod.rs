//! The spellings of a dialect: one trait, with the forms that most engines share as its defaults.

mod rounding;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::aggregates::Aggregates;
use super::formats::TimePattern;
use super::patterns::RegexPattern;
use super::sql::{Precedence, Printed, SqlPiece, call, cast, comparison, doubled, joined, operation};
use crate::model::{ColumnType, Datum, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType, Comparison, Expr};
use crate::rule::functions::FunctionId;
pub(super) use rounding::round_digits;

/// An operand: its SQL and its expression.
pub(super) struct Operand<'e> {
    pub(super) sql: SqlPiece,
    pub(super) expr: &'e Arc<Expr>,
}

impl Operand<'_> {
    pub(super) fn kind(&self) -> ColumnType {
        self.expr.kind
    }

    pub(super) fn literal(&self) -> Option<&Datum> {
        self.expr.as_literal()
    }

    /// Returns the literal text.
    pub(super) fn text(&self) -> Option<&str> {
        self.literal().and_then(Datum::text)
    }

    /// Returns the literal whole number.
    pub(super) fn integer(&self) -> Option<i64> {
        match self.literal() {
            Some(Datum::Integer(number)) => Some(*number),
            _ => None,
        }
    }
}

/// The ends of the 64 bits that the result of an operation may exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow {
    pub(super) below: bool,
    pub(super) above: bool,
}

impl Overflow {
    pub(super) fn is_possible(self) -> bool {
        self.below || self.above
    }
}

/// Maximum length of a piece of SQL that an expression may repeat.
const MAX_REPEATED: usize = 20_000;

/// Returns the piece, so that it can be written more than once.
///
/// # Errors
/// Returns an error if the piece is long: nested repeats would grow without end.
pub(super) fn repeatable(x: &SqlPiece) -> Result<&SqlPiece, String> {
    if x.text.len() > MAX_REPEATED { Err("it is nested too deeply for this dialect".into()) } else { Ok(x) }
}

/// The SQL of a dialect for each thing that a rule can mean. Results hold the values that rules define, whatever the
/// engine's own functions return.
pub(super) trait Speech: Aggregates + Sync {
    /// Returns the engine's name for display.
    fn title(&self) -> &'static str;

    /// Prints a name in the dialect's quotes.
    fn identifier(&self, name: &str) -> Printed {
        match name.contains('\0') {
            true => Err("a name cannot hold the character NUL".into()),
            false => Ok(SqlPiece::tight(doubled(name, '"'))),
        }
    }

    fn text(&self, text: &str) -> Printed {
        match text.contains('\0') {
            true => Err(format!("{} has no text with the character NUL", self.title())),
            false => Ok(SqlPiece::tight(doubled(text, '\''))),
        }
    }

    fn boolean(&self, truth: bool) -> SqlPiece {
        SqlPiece::tight(if truth { "TRUE" } else { "FALSE" })
    }

    fn integer(&self, number: i64) -> SqlPiece {
        SqlPiece::tight(number.to_string())
    }

    fn decimal(&self, number: Decimal) -> Printed {
        Ok(SqlPiece::tight(number.to_string()))
    }

    /// Prints a float whose type is clear without context.
    fn float(&self, number: f64) -> Printed;

    /// Prints a float beside another one: digits suffice.
    fn float_beside(&self, number: f64) -> Printed {
        let plain = number == 0.0 || (1e-9..1e17).contains(&number.abs());
        if plain { Ok(SqlPiece::tight(number.to_string())) } else { self.float(number) }
    }

    fn date(&self, date: NaiveDate) -> Printed {
        Ok(SqlPiece::tight(format!("DATE '{date}'")))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        Ok(SqlPiece::tight(format!("TIMESTAMP '{at}'")))
    }

    /// Returns the type of a kind, for casts.
    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "BIGINT".into(),
            ColumnType::Decimal(scale) => format!("DECIMAL(38, {scale})"),
            ColumnType::Float => "DOUBLE".into(),
            ColumnType::Boolean => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Timestamp => "TIMESTAMP".into(),
            _ => "VARCHAR".into(),
        }
    }

    fn null(&self, kind: ColumnType) -> SqlPiece {
        match kind {
            ColumnType::Other => SqlPiece::tight("NULL"),
            kind => cast(&SqlPiece::tight("NULL"), &self.type_name(kind)),
        }
    }

    /// Returns the reason why columns of this kind cannot be used, if they cannot.
    fn refuses_kind(&self, _kind: ColumnType) -> Option<&'static str> {
        None
    }

    /// Prints a column's value as rules define it.
    fn column(&self, name: SqlPiece, kind: ColumnType) -> SqlPiece {
        if kind == ColumnType::Float { self.without_nan(&name) } else { name }
    }

    /// Prints the float, or null if it is NaN. For engines in which NaN equals itself.
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        call("NULLIF", &[x, &SqlPiece::tight("'NaN'")])
    }

    fn same(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS NOT DISTINCT FROM", b)
    }

    fn distinct(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS DISTINCT FROM", b)
    }

    fn is_true(&self, x: &SqlPiece) -> SqlPiece {
        SqlPiece::new(Precedence::Compare, format!("{} IS TRUE", x.within(Precedence::Sum)))
    }

    /// Prints a comparison of two conditions: false is less than true.
    fn compare_truth(&self, a: &SqlPiece, op: Comparison, b: &SqlPiece) -> Printed {
        Ok(comparison(a, op.sign(), b))
    }

    /// Prints `x IN (items)`. The items are literals of the kind of `x`.
    fn in_list(&self, x: &SqlPiece, items: &[SqlPiece], _kind: ColumnType) -> Printed {
        let items: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        Ok(SqlPiece::new(Precedence::Compare, format!("{} IN ({})", x.within(Precedence::Sum), items.join(", "))))
    }

    /// Prints the text so that `<` and `>` compare its bytes.
    fn in_byte_order(&self, x: &SqlPiece) -> SqlPiece {
        x.clone()
    }

    /// Prints an operation on whole numbers: null beyond 64 bits.
    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed;

    /// Prints an operation on decimals, or on a decimal and a whole number.
    fn exact(&self, op: ArithmeticOperation, a: &Operand, b: &Operand, scale: u8) -> Printed;

    /// Prints the remainder of whole numbers or decimals; the divisor is null if it was zero.
    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, _kind: ColumnType) -> Printed {
        Ok(operation(Precedence::Product, a, "%", b))
    }

    /// Returns true if the engine converts a number of this kind beside a float to a float.
    fn widens_to_float(&self, kind: ColumnType) -> bool {
        self.refuses_kind(kind).is_none()
    }

    fn to_float(&self, x: &SqlPiece) -> SqlPiece {
        cast(x, &self.type_name(ColumnType::Float))
    }

    /// Prints the float rounded to whole numbers, halves away from zero.
    fn round_float(&self, x: &SqlPiece) -> Printed {
        Ok(call("ROUND", &[x]))
    }

    /// Prints the float rounded to the nearest float with `digits` digits after the point.
    fn round_digits(&self, x: &SqlPiece, digits: i64) -> Printed {
        round_digits(self, x, digits)
    }

    /// Prints the whole number rounded to tens, hundreds …: null beyond 64 bits.
    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        Ok(call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]))
    }

    /// Prints the decimal rounded to a number of digits, halves away from zero.
    fn round_decimal(&self, x: &SqlPiece, digits: i64, scale: u8) -> Printed {
        let rounded = call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]);
        Ok(cast(&rounded, &self.type_name(ColumnType::Decimal(scale))))
    }

    /// Prints `FLOOR`, `CEIL` or `TRUNC` of a float.
    fn cut_float(&self, name: &str, x: &SqlPiece) -> Printed {
        Ok(call(name, &[x]))
    }

    /// Prints `FLOOR`, `CEIL` or `TRUNC` of a decimal.
    fn cut_decimal(&self, name: &str, x: &SqlPiece) -> Printed {
        Ok(call(name, &[x]))
    }

    fn sign(&self, x: &SqlPiece) -> Printed {
        Ok(call("SIGN", &[x]))
    }

    /// Prints the absolute value of a whole number: null beyond 64 bits.
    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed;

    /// Prints a function of floats, within its domain: `SQRT`, `EXP`, `LN`, `LOG10`.
    fn float_function(&self, name: &str, x: &SqlPiece) -> Printed {
        Ok(call(name, &[x]))
    }

    fn power(&self, base: &SqlPiece, exponent: &SqlPiece) -> Printed {
        Ok(call("POWER", &[base, exponent]))
    }

    /// Prints the logarithm to a base, both within their domains.
    fn log(&self, base: &SqlPiece, x: &SqlPiece) -> Printed {
        let [x, base] = [x, base].map(|x| self.float_function("LN", x));
        Ok(operation(Precedence::Product, &x?, "/", &base?))
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed;

    /// Prints `LIKE` with a pattern in quotes.
    fn like(&self, x: &Operand, pattern: &[super::like::LikePiece]) -> Printed {
        use super::like::{escaped_like, has_special};
        if !has_special(pattern, "%_\\") {
            return Ok(comparison(&x.sql, "LIKE", &self.text(&escaped_like(pattern, "", "\\"))?));
        }
        let (text, escape) = (self.text(&escaped_like(pattern, "%_!", "!"))?, self.text("!")?);
        Ok(SqlPiece::new(Precedence::Compare, format!("{} LIKE {text} ESCAPE {escape}", x.sql.within(Precedence::Sum))))
    }

    /// Prints `LIKE` with a pattern that is computed.
    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed;

    /// Prints the condition that the regular expression is found somewhere in the text.
    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed;

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed;

    /// Prints the text with matches replaced. `replacement` has `\1` for the first group, `\0` for the whole match and
    /// `\\` for a backslash.
    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed;

    /// Returns true if `LOWER` and `UPPER` change only the letters A to Z. Beside ASCII texts that makes no difference.
    fn changes_ascii_only(&self) -> bool {
        false
    }

    /// Prints a function of texts, or of values of any one kind. Arguments have been checked against the table of
    /// functions.
    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        default_function(self, id, arguments)
    }

    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed;

    /// Prints the beginning of a unit, of the same kind as `x`.
    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed;

    /// Prints the number of boundaries of the unit between two dates or two timestamps; for weeks, of whole spans of
    /// seven days.
    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed;

    /// Prints the date or timestamp shifted by an interval, of the same kind as `x`.
    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed;

    /// Prints the date shifted by days.
    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed;

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        operation(Precedence::Sum, later, "-", earlier)
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, kind: ColumnType) -> Printed;

    /// Prints a part of the customers by their key: `xxh3_64(salt + key) % parts`.
    fn split(&self, _key: &SqlPiece, _salt: &str, _parts: u64) -> Printed {
        Err(format!(
            "{} has no hash xxh3_64: compute the part beside the key, as Python's xxhash.xxh3_64_intdigest does, and write the column",
            self.title()
        ))
    }

    /// Prints a key as text: a whole number in digits, a date as `YYYY-MM-DD`.
    fn key_text(&self, key: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Text => Ok(key.clone()),
            ColumnType::Integer | ColumnType::Date => Ok(cast(key, &self.type_name(ColumnType::Text))),
            other => Err(format!("a key of type {other} is written differently by every engine")),
        }
    }

    /// Prints the first eight digits of a text's MD5 in lower-case hexadecimal: the same on all engines and in all of
    /// their versions, unlike the engines' own hashes.
    fn text_hash(&self, text: &SqlPiece) -> Printed {
        Ok(call("SUBSTR", &[&call("MD5", &[text]), &SqlPiece::tight("1"), &SqlPiece::tight("8")]))
    }

    /// Prints the part before the first occurrence of a text.
    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        Ok(call("SPLIT_PART", &[x, &self.text(until)?, &SqlPiece::tight("1")]))
    }

    /// Prints the sum of whole numbers over rows.
    fn sum_of_whole(&self, x: &SqlPiece) -> SqlPiece {
        call("SUM", &[x])
    }

    /// Prints an aggregate that a customer may have no row for: null there after a `LEFT JOIN`.
    fn aggregated(&self, x: SqlPiece) -> SqlPiece {
        x
    }

    /// Returns the text between a table and its alias.
    fn alias(&self) -> &'static str {
        "AS "
    }
}

/// Prints a function as PostgreSQL, DuckDB and most others write it.
pub(super) fn default_function<S: Speech + ?Sized>(speech: &S, id: FunctionId, arguments: &[Operand]) -> Printed {
    let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
    let with_default = |name: &str, default: &str| {
        let default = speech.text(default)?;
        let given = if sqls.len() == 2 && id_is_pad(id) { vec![sqls[0], sqls[1], &default] } else { sqls.clone() };
        Ok(call(name, &given))
    };
    let name = match id {
        FunctionId::Lower => "LOWER",
        FunctionId::Upper => "UPPER",
        FunctionId::Length => "LENGTH",
        FunctionId::Substr => "SUBSTR",
        FunctionId::Left => "LEFT",
        FunctionId::Right => "RIGHT",
        FunctionId::Replace => "REPLACE",
        FunctionId::Concat => "CONCAT",
        FunctionId::ConcatWs => "CONCAT_WS",
        FunctionId::Contains => "CONTAINS",
        FunctionId::StartsWith => "STARTS_WITH",
        FunctionId::EndsWith => "ENDS_WITH",
        FunctionId::Strpos => "STRPOS",
        FunctionId::SplitPart => "SPLIT_PART",
        FunctionId::Reverse => "REVERSE",
        FunctionId::Repeat => "REPEAT",
        FunctionId::Coalesce => "COALESCE",
        FunctionId::Greatest => "GREATEST",
        FunctionId::Least => "LEAST",
        FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
            let name = trim_name(id);
            let blank = speech.text(" ")?;
            let characters = sqls.get(1).copied().unwrap_or(&blank);
            return Ok(call(name, &[sqls[0], characters]));
        }
        FunctionId::Lpad => return with_default("LPAD", " "),
        FunctionId::Rpad => return with_default("RPAD", " "),
        FunctionId::Join => {
            let parts: Vec<SqlPiece> = arguments.iter().map(|argument| argument.sql.clone()).collect();
            return Ok(joined(&parts));
        }
        other => return Err(format!("{} has no {}", speech.title(), crate::rule::functions::name(other))),
    };
    Ok(call(name, &sqls))
}

fn id_is_pad(id: FunctionId) -> bool {
    matches!(id, FunctionId::Lpad | FunctionId::Rpad)
}

pub(super) fn trim_name(id: FunctionId) -> &'static str {
    match id {
        FunctionId::Ltrim => "LTRIM",
        FunctionId::Rtrim => "RTRIM",
        _ => "TRIM",
    }
}

/// Prints `CONCAT` as `||`, for engines whose own returns null if one of the texts is null.
pub(super) fn concat_of_known<S: Speech + ?Sized>(speech: &S, arguments: &[Operand]) -> Printed {
    let empty = speech.text("")?;
    let known = |argument: &Operand| match argument.literal() {
        Some(_) => argument.sql.clone(),
        None => call("COALESCE", &[&argument.sql, &empty]),
    };
    Ok(joined(&arguments.iter().map(known).collect::<Vec<_>>()))
}

/// Prints `GREATEST` or `LEAST` for engines whose own returns null if one of the values is null: each null is replaced
/// by another value.
pub(super) fn extreme_of_known(name: &str, arguments: &[Operand]) -> Printed {
    let known = |at: usize| -> Printed {
        let others = arguments.iter().cycle().skip(at).take(arguments.len());
        if arguments[at].literal().is_some() {
            return Ok(arguments[at].sql.clone());
        }
        let others = others.map(|argument| repeatable(&argument.sql)).collect::<Result<Vec<_>, _>>()?;
        Ok(call("COALESCE", &others))
    };
    let known = (0..arguments.len()).map(known).collect::<Result<Vec<_>, _>>()?;
    Ok(call(name, &known.iter().collect::<Vec<_>>()))
}

/// Prints a comparison that is false for every value and null for null.
pub(super) fn never(x: &SqlPiece) -> Printed {
    Ok(comparison(repeatable(x)?, "<>", x))
}

/// Prints a comparison that is true for every value and null for null.
pub(super) fn always(x: &SqlPiece) -> Printed {
    Ok(comparison(repeatable(x)?, "=", x))
}
