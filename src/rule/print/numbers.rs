//! Arithmetic, rounding and functions of numbers.

use std::sync::Arc;

use super::printer::Printer;
use super::sql::{Precedence, Printed, SqlPiece, call, cast, only_where, operation};
use super::syntax::{DialectSyntax, Operand, Overflow, repeatable};
use crate::model::{ColumnType, Datum};
use crate::rule::expr::computed_column::{Aggregate, ComputedDefinition, EventCall};
use crate::rule::expr::{ArithmeticOperation, Expr, Node};
use crate::rule::functions::FunctionId;

/// Least and greatest value of a whole number.
type IntegerRange = (i128, i128);

const WHOLE: IntegerRange = (i64::MIN as i128, i64::MAX as i128);
/// Range of counts: characters of a text, days between dates, events of a customer. None comes near the upper bound.
const COUNT: IntegerRange = (0, 1 << 53);

/// Returns the range in which a whole number lies, as far as its expression determines it.
fn range(expr: &Expr) -> IntegerRange {
    match &expr.node {
        Node::Literal(Datum::Integer(number)) => (i128::from(*number), i128::from(*number)),
        Node::DatePart(..) => (0, 9999),
        Node::DateDiff(..) => (-COUNT.1, COUNT.1),
        Node::Call(FunctionId::Length | FunctionId::Strpos, _) => COUNT,
        Node::Call(FunctionId::Sign, _) => (-1, 1),
        Node::Call(FunctionId::Coalesce | FunctionId::Greatest | FunctionId::Least, parts) => {
            let ranges = parts.iter().map(|part| range(part));
            ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or(WHOLE)
        }
        Node::Computed(computed) => match &computed.source {
            ComputedDefinition::Events(EventCall { aggregate: Aggregate::Count | Aggregate::Distinct, .. }) => COUNT,
            ComputedDefinition::Split { parts, .. } => (0, i128::from(*parts)),
            _ => WHOLE,
        },
        Node::Arithmetic(op, a, b) if a.kind == ColumnType::Integer && b.kind == ColumnType::Integer => {
            let (low, high) = result(*op, range(a), range(b));
            (low.max(WHOLE.0), high.min(WHOLE.1))
        }
        Node::Arithmetic(..) => (-COUNT.1, COUNT.1),
        _ => WHOLE,
    }
}

fn result(op: ArithmeticOperation, (a, b): IntegerRange, (c, d): IntegerRange) -> IntegerRange {
    match op {
        ArithmeticOperation::Add => (a + c, b + d),
        ArithmeticOperation::Subtract => (a - d, b - c),
        ArithmeticOperation::Multiply => {
            let products = [a * c, a * d, b * c, b * d];
            products.iter().fold((products[0], products[0]), |(low, high), p| (low.min(*p), high.max(*p)))
        }
        ArithmeticOperation::Divide | ArithmeticOperation::Remainder => WHOLE,
    }
}

fn beyond((low, high): IntegerRange) -> Overflow {
    Overflow { below: low < WHOLE.0, above: high > WHOLE.1 }
}

impl Printer<'_> {
    pub(super) fn arithmetic(
        &self,
        op: ArithmeticOperation,
        a: &Arc<Expr>,
        b: &Arc<Expr>,
        expr: &Expr,
    ) -> Result<SqlPiece, super::Refused> {
        use ColumnType::{Date, Float, Integer};
        let say = |said: Printed| self.said(said, expr);
        match (a.kind, b.kind, op) {
            (Date, Date, _) => Ok(self.syntax.days_between(&self.value(a)?, &self.value(b)?)),
            (Date, _, _) => {
                say(self.syntax.add_days(&self.value(a)?, &self.operand(b)?, op == ArithmeticOperation::Subtract))
            }
            (_, Date, _) => say(self.syntax.add_days(&self.value(b)?, &self.operand(a)?, false)),
            (_, _, ArithmeticOperation::Divide) => {
                let (dividend, divisor) = self.as_floats(a, b)?;
                let quotient = operation(Precedence::Product, &dividend, "/", &self.divisor(b, divisor)?);
                // The quotient is NaN only if infinity is divided by infinity.
                let is_number = [a, b].iter().any(|side| side.as_literal().is_some() || side.kind != Float);
                Ok(if is_number { quotient } else { self.syntax.without_nan(&quotient) })
            }
            (_, _, ArithmeticOperation::Remainder) if expr.kind == Float => {
                let (dividend, divisor) = self.as_floats(a, b)?;
                let rest = say(self.syntax.remainder(&dividend, &self.divisor(b, divisor)?, Float))?;
                let is_number = a.as_literal().is_some() || a.kind != Float;
                Ok(if is_number { rest } else { self.syntax.without_nan(&say(repeatable(&rest).cloned())?) })
            }
            (_, _, ArithmeticOperation::Remainder) => {
                let divisor = self.divisor(b, self.value(b)?)?;
                say(self.syntax.remainder(&self.value(a)?, &divisor, expr.kind))
            }
            (Integer, Integer, _) => {
                let overflow = beyond(result(op, range(a), range(b)));
                say(self.syntax.whole(op, &self.value(a)?, &self.value(b)?, overflow))
            }
            _ if expr.kind == Float => {
                let (left, right) = self.as_floats(a, b)?;
                let is_sign =
                    op == ArithmeticOperation::Subtract && a.as_literal().and_then(Datum::number) == Some(0.0);
                let result = match is_sign {
                    true => SqlPiece::new(Precedence::Product, format!("-{}", right.operand())),
                    false => operation(level(op), &left, op.sign(), &right),
                };
                // Infinity and a finite number make no NaN. Two infinities may, and infinity times zero does.
                let is_finite = |side: &Expr| match side.as_literal().and_then(Datum::number) {
                    Some(number) => op != ArithmeticOperation::Multiply || number != 0.0,
                    None => op != ArithmeticOperation::Multiply && side.kind != Float,
                };
                let is_number = is_finite(a) || is_finite(b);
                Ok(if is_number { result } else { self.syntax.without_nan(&result) })
            }
            _ => {
                let scale = if let ColumnType::Decimal(scale) = expr.kind { scale } else { 0 };
                say(self.syntax.exact(op, &self.operand(a)?, &self.operand(b)?, scale))
            }
        }
    }

    /// Prints two numbers so that an operation on them is one on floats.
    pub(super) fn as_floats(&self, a: &Arc<Expr>, b: &Arc<Expr>) -> Result<(SqlPiece, SqlPiece), super::Refused> {
        let is_float = |expr: &Expr| expr.kind == ColumnType::Float && expr.as_literal().is_none();
        let side = |expr: &Arc<Expr>, other: &Arc<Expr>| match expr.as_literal() {
            Some(literal) if is_float(other) => self.beside_float(literal, expr),
            None if is_float(other) && self.syntax.widens_to_float(expr.kind) => self.value(expr),
            _ => self.as_float(expr),
        };
        Ok((side(a, b)?, side(b, a)?))
    }

    /// Prints the number as a float.
    pub(super) fn as_float(&self, expr: &Arc<Expr>) -> Result<SqlPiece, super::Refused> {
        match expr.as_literal().and_then(Datum::number) {
            Some(number) => self.said(self.syntax.float(number), expr),
            None if expr.kind == ColumnType::Float => self.value(expr),
            // A column of a kind that an engine cannot compute with can still be read as a float.
            None if self.syntax.refuses_kind(expr.kind).is_some() && expr.as_column().is_some() => {
                let name = self.name(expr.as_column().unwrap_or_default(), expr)?;
                Ok(self.syntax.to_float(&name))
            }
            None => Ok(self.syntax.to_float(&self.value(expr)?)),
        }
    }

    /// Prints the divisor, null if it is zero.
    fn divisor(&self, expr: &Expr, sql: SqlPiece) -> Result<SqlPiece, super::Refused> {
        let is_literal = expr.as_literal().is_some();
        Ok(if is_literal { sql } else { call("NULLIF", &[&sql, &SqlPiece::tight("0")]) })
    }

    /// Prints a function of numbers. Returns `None` if it is not one.
    pub(super) fn number_function(
        &self,
        id: FunctionId,
        arguments: &[Arc<Expr>],
        expr: &Expr,
    ) -> Result<Option<SqlPiece>, super::Refused> {
        let Some(first) = arguments.first() else { return Ok(None) };
        let said = match id {
            FunctionId::Abs if first.kind == ColumnType::Integer => {
                let (low, high) = range(first);
                let overflow = beyond((0, low.abs().max(high.abs())));
                if low >= 0 { Ok(self.value(first)?) } else { self.syntax.abs_whole(&self.value(first)?, overflow) }
            }
            FunctionId::Abs => Ok(call("ABS", &[&self.value(first)?])),
            FunctionId::Sign => self.syntax.sign(&self.value(first)?),
            FunctionId::Round | FunctionId::Trunc | FunctionId::Floor | FunctionId::Ceil => {
                self.rounded(id, first, arguments.get(1), expr)?
            }
            FunctionId::Sqrt => self.within_domain(first, ">= 0", "SQRT")?,
            FunctionId::Ln => self.within_domain(first, "> 0", "LN")?,
            FunctionId::Log10 => self.within_domain(first, "> 0", "LOG10")?,
            FunctionId::Log if arguments.len() == 1 => self.within_domain(first, "> 0", "LOG10")?,
            FunctionId::Exp => self.syntax.float_function("EXP", &self.as_float(first)?),
            FunctionId::Log => self.log(first, &arguments[1])?,
            FunctionId::Power => self.power(first, &arguments[1])?,
            _ => return Ok(None),
        };
        self.said(said, expr).map(Some)
    }

    /// Prints one of the four functions that round.
    fn rounded(
        &self,
        id: FunctionId,
        value: &Arc<Expr>,
        digits: Option<&Arc<Expr>>,
        expr: &Expr,
    ) -> Result<Printed, super::Refused> {
        let digits = match digits.and_then(|digits| digits.as_literal()) {
            Some(Datum::Integer(digits)) => *digits,
            _ => 0,
        };
        let sql = self.value(value)?;
        let name = match id {
            FunctionId::Floor => "FLOOR",
            FunctionId::Ceil => "CEIL",
            _ => "TRUNC",
        };
        Ok(match (value.kind, expr.kind) {
            (ColumnType::Decimal(scale), _) if id == FunctionId::Round && digits >= i64::from(scale) => Ok(sql),
            (ColumnType::Decimal(_), ColumnType::Decimal(to)) if id == FunctionId::Round => {
                self.syntax.round_decimal(&sql, digits, to)
            }
            (ColumnType::Decimal(_), _) => self.syntax.cut_decimal(name, &sql),
            (ColumnType::Float, _) if id != FunctionId::Round => self.syntax.cut_float(name, &sql),
            (ColumnType::Float, _) if digits == 0 => self.syntax.round_float(&sql),
            (ColumnType::Float, _) => self.syntax.round_digits(&sql, digits),
            _ if id == FunctionId::Round && digits < 0 => self.syntax.round_whole(&sql, digits),
            _ => Ok(sql),
        })
    }

    /// Prints null where the function has no value: `CASE WHEN x > 0 THEN LN(x) END`.
    fn within_domain(&self, argument: &Arc<Expr>, domain: &str, name: &str) -> Result<Printed, super::Refused> {
        let x = self.as_float(argument)?;
        let said = |x: &SqlPiece| {
            let value = self.syntax.float_function(name, repeatable(x)?)?;
            Ok(only_where(&format!("{} {domain}", x.within(Precedence::Sum)), &value))
        };
        Ok(said(&x))
    }

    fn log(&self, base: &Arc<Expr>, x: &Arc<Expr>) -> Result<Printed, super::Refused> {
        let [base, x] = [self.as_float(base)?, self.as_float(x)?];
        let said = || {
            let [b, v] = [repeatable(&base)?.within(Precedence::Sum), repeatable(&x)?.within(Precedence::Sum)];
            let domain = format!("{v} > 0 AND {b} > 0 AND {b} <> 1");
            Ok(only_where(&domain, &self.syntax.log(&base, &x)?))
        };
        Ok(said())
    }

    /// Prints a power, which is null where it is undefined: zero to a negative exponent, a negative number to a
    /// fraction.
    fn power(&self, base: &Arc<Expr>, exponent: &Arc<Expr>) -> Result<Printed, super::Refused> {
        let literal = exponent.as_literal().and_then(Datum::number);
        let [base, exponent] = [self.as_float(base)?, self.as_float(exponent)?];
        let said = || {
            let power = self.syntax.power(repeatable(&base)?, repeatable(&exponent)?)?;
            let [b, e] = [base.within(Precedence::Sum), exponent.within(Precedence::Sum)];
            let domain = match literal {
                Some(n) if n.fract() == 0.0 && n >= 0.0 => return Ok(power),
                Some(n) if n.fract() == 0.0 => format!("{b} <> 0"),
                Some(n) if n >= 0.0 => format!("{b} >= 0"),
                Some(_) => format!("{b} > 0"),
                None => {
                    let whole = self.syntax.cut_float("FLOOR", &exponent)?;
                    format!("{b} > 0 OR {b} = 0 AND {e} >= 0 OR {b} < 0 AND {e} = {whole}")
                }
            };
            Ok(only_where(&domain, &power))
        };
        Ok(said())
    }
}

fn level(op: ArithmeticOperation) -> Precedence {
    match op {
        ArithmeticOperation::Add | ArithmeticOperation::Subtract => Precedence::Sum,
        _ => Precedence::Product,
    }
}

/// Prints a float rounded to whole numbers, halves to the even one as casts do, for engines that round otherwise.
pub(super) fn round_to_even<S: DialectSyntax + ?Sized>(syntax: &S, x: &SqlPiece) -> Printed {
    let x = repeatable(x)?;
    let whole = syntax.cut_float("TRUNC", x)?;
    let half = SqlPiece::new(Precedence::Product, format!("{} / 2", x.operand()));
    let even = syntax.round_float(&half)?;
    let rounded = syntax.round_float(x)?;
    let operand = x.within(Precedence::Sum);
    Ok(SqlPiece::tight(format!("CASE WHEN ABS({operand} - {whole}) = 0.5 THEN 2 * {even} ELSE {rounded} END")))
}

/// Prints null where a whole number lies beyond 64 bits, for engines with longer whole numbers. `x` is printed only
/// once.
pub(super) fn within_64_bits(x: SqlPiece, overflow: Overflow, wide: impl Fn(&str) -> SqlPiece) -> SqlPiece {
    let mut x = x;
    for (is_possible, extreme, bound) in
        [(overflow.above, "LEAST", "9223372036854775808"), (overflow.below, "GREATEST", "-9223372036854775809")]
    {
        if is_possible {
            let bound = wide(bound);
            x = call("NULLIF", &[&call(extreme, &[&x, &bound]), &bound]);
        }
    }
    x
}

/// Prints null where a number does not fit the bits of a whole number.
pub(super) fn within_bits(x: SqlPiece, bits: u8) -> Printed {
    if bits >= 64 {
        return Ok(x);
    }
    let most = (1i64 << (bits - 1)) - 1;
    let operand = repeatable(&x)?.within(Precedence::Sum);
    Ok(only_where(&format!("{operand} BETWEEN {} AND {most}", -most - 1), &x))
}

/// Prints an operation on whole numbers, computed as a wider type.
pub(super) fn widened(op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, wide: &str) -> SqlPiece {
    let is_number = |x: &SqlPiece| x.text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
    let a = if is_number(a) { a.clone() } else { cast(a, wide) };
    let b = if is_number(b) || !is_number(&a) { b.clone() } else { cast(b, wide) };
    operation(level(op), &a, op.sign(), &b)
}

/// Returns the scale of a decimal operand; 0 for other operands.
pub(super) fn decimal_scale(operand: &Operand) -> u8 {
    if let ColumnType::Decimal(scale) = operand.kind() { scale } else { 0 }
}

/// Prints the absolute value of a whole number. That of the least one does not fit 64 bits.
pub(super) fn size_of_whole(x: &SqlPiece, overflow: Overflow, to: &str) -> SqlPiece {
    let x = cast(x, to);
    if overflow.above {
        call("ABS", &[&call("NULLIF", &[&x, &SqlPiece::tight("-9223372036854775808")])])
    } else {
        call("ABS", &[&x])
    }
}
