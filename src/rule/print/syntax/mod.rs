//! The syntax of a dialect: traits for literals, texts, dates and everything else. Their defaults are the forms that most
//! dialects share.

mod dates;
mod literals;
mod rounding;
mod texts;

use std::sync::Arc;

use super::aggregates::Aggregates;
use super::sql::{Precedence, Printed, SqlPiece, call, cast, comparison, operation};
use crate::model::{ColumnType, Datum};
use crate::rule::expr::{ArithmeticOperation, CastType, Comparison, Expr};
pub(super) use dates::{DateSyntax, difference, part_by_name};
pub(super) use literals::{Literals, joined_at_nul, short_decimal, without_nul};
pub(super) use rounding::round_digits;
pub(super) use texts::{
    TextSyntax, backslash_like, backslash_like_computed, concat_of_known, default_function, extreme_of_known,
    trim_from, trim_name,
};

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
    /// At either end.
    pub(super) const ANY: Overflow = Overflow { below: true, above: true };

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
pub(super) trait DialectSyntax: Aggregates + TextSyntax + DateSyntax {
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

    /// Prints a number so that statements which differ in it alone have the same compiled form; `column` is what it is
    /// compared with.
    fn varying_number(&self, number: SqlPiece, _column: &SqlPiece) -> SqlPiece {
        number
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
    fn round_decimal(&self, x: &SqlPiece, digits: i64, _scale: u8) -> Printed {
        Ok(call("ROUND", &[x, &SqlPiece::tight(digits.to_string())]))
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

    /// Prints a part of the customers by their key: `xxh3_64(salt + key) % parts`.
    fn split(&self, _key: &SqlPiece, _salt: &str, _parts: u64) -> Printed {
        Err(format!(
            "{} has no hash xxh3_64: compute the split with xxhash.xxh3_64_intdigest in Python and store it as a column",
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

/// Prints a comparison that is false for every value and null for null.
pub(super) fn never(x: &SqlPiece) -> Printed {
    Ok(comparison(repeatable(x)?, "<>", x))
}

/// Prints a comparison that is true for every value and null for null.
pub(super) fn always(x: &SqlPiece) -> Printed {
    Ok(comparison(repeatable(x)?, "=", x))
}
