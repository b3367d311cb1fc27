//! Prints comparisons, lists and `LIKE`, with the meaning that rules give them.

use std::sync::Arc;

use super::Refused;
use super::like::like_pieces;
use super::printer::Printer;
use super::sql::{Precedence, Printed, SqlPiece, call, comparison};
use super::syntax::{Operand, always, never};
use crate::model::{ColumnType, Datum, Decimal};
use crate::rule::expr::{Comparison, Expr, Node};
use crate::rule::functions::FunctionId;

impl Printer<'_> {
    /// Prints both sides of a comparison; numbers as numbers of one kind.
    pub(super) fn sides(&self, a: &Arc<Expr>, b: &Arc<Expr>) -> Result<(SqlPiece, SqlPiece), Refused> {
        let all_numbers = a.kind.is_number() && b.kind.is_number();
        if all_numbers && (a.kind == ColumnType::Float || b.kind == ColumnType::Float) {
            return self.as_floats(a, b);
        }
        let left = match b.as_literal() {
            Some(text @ Datum::Text(_)) => self.value_beside(a, std::slice::from_ref(text))?,
            _ => self.value(a)?,
        };
        Ok((left, self.value(b)?))
    }

    /// Prints a value beside literals: `lower(x) = 'us'` can be printed where `lower(x)` alone cannot.
    pub(super) fn value_beside(&self, expr: &Arc<Expr>, literals: &[Datum]) -> Result<SqlPiece, Refused> {
        let is_ascii = |literal: &Datum| literal.text().is_some_and(str::is_ascii);
        match &expr.node {
            Node::Call(id @ (FunctionId::Lower | FunctionId::Upper), arguments)
                if self.syntax.changes_ascii_only() && literals.iter().all(is_ascii) =>
            {
                let inner = self.value_beside(&arguments[0], literals)?;
                Ok(call(if *id == FunctionId::Lower { "LOWER" } else { "UPPER" }, &[&inner]))
            }
            _ => self.value(expr),
        }
    }

    /// Prints a literal number beside a float.
    pub(super) fn beside_float(&self, literal: &Datum, expr: &Expr) -> Result<SqlPiece, Refused> {
        match literal.number() {
            Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => Ok(self.syntax.integer(number as i64)),
            Some(number) => self.said(self.syntax.float_beside(number), expr),
            None => self.literal(literal, expr),
        }
    }

    pub(super) fn comparison(
        &self,
        op: Comparison,
        a: &Arc<Expr>,
        b: &Arc<Expr>,
        expr: &Expr,
    ) -> Result<SqlPiece, Refused> {
        if let Some(rescaled) = self.beyond_type(op, a, b)? {
            return Ok(rescaled);
        }
        let (left, right) = self.ordered_sides(op, a, b)?;
        if a.kind == ColumnType::Boolean {
            return self.said(self.syntax.compare_truth(&left, op, &right), expr);
        }
        Ok(comparison(&left, op.sign(), &right))
    }

    /// Prints both sides of a comparison; texts so that they are compared by their bytes.
    fn ordered_sides(&self, op: Comparison, a: &Arc<Expr>, b: &Arc<Expr>) -> Result<(SqlPiece, SqlPiece), Refused> {
        let (left, right) = self.sides(a, b)?;
        let is_number = matches!(b.as_literal(), Some(Datum::Integer(_) | Datum::Float(_) | Datum::Decimal(_)));
        if let Node::Column(name) = &a.node
            && self.has_varying_numbers.get()
            && is_number
            && matches!(a.kind, ColumnType::Integer | ColumnType::Float)
        {
            return Ok((left, self.syntax.varying_number(right, &self.name(name, a)?)));
        }
        let by_bytes = a.kind == ColumnType::Text && !matches!(op, Comparison::Equal | Comparison::NotEqual);
        Ok((if by_bytes { self.syntax.in_byte_order(&left) } else { left }, right))
    }

    /// Prints a comparison of a number with a literal that its type cannot hold: a decimal with more digits after the
    /// point, or a whole number beyond 64 bits. Compares with the nearest number of the type instead, since engines
    /// would convert the column to the literal's type, which may not hold the column.
    fn beyond_type(&self, op: Comparison, a: &Arc<Expr>, b: &Arc<Expr>) -> Result<Option<SqlPiece>, Refused> {
        let Some(Datum::Decimal(literal)) = b.as_literal() else { return Ok(None) };
        let below = match a.kind {
            ColumnType::Decimal(scale) if literal.rescale(scale).is_none() => {
                let floor =
                    floor_at(*literal, scale).ok_or_else(|| Refused::new(b, "this number has too many digits"))?;
                self.said(self.syntax.decimal(floor), b)?
            }
            ColumnType::Integer if literal.floor().to_i64().is_none() => {
                let (is_above, least) = (literal.units() > 0, i64::MIN);
                let value = self.value(a)?;
                // Every whole number is less than a literal above the type's range.
                return Ok(Some(match (op, is_above) {
                    (Comparison::Equal, _) => self.said(never(&value), a)?,
                    (Comparison::NotEqual, _) => self.said(always(&value), a)?,
                    (Comparison::Less | Comparison::LessOrEqual, true) => {
                        comparison(&value, "<=", &self.syntax.integer(i64::MAX))
                    }
                    (Comparison::Greater | Comparison::GreaterOrEqual, true) => {
                        comparison(&value, ">", &self.syntax.integer(i64::MAX))
                    }
                    (Comparison::Less | Comparison::LessOrEqual, false) => {
                        comparison(&value, "<", &self.syntax.integer(least))
                    }
                    (Comparison::Greater | Comparison::GreaterOrEqual, false) => {
                        comparison(&value, ">=", &self.syntax.integer(least))
                    }
                }));
            }
            _ => return Ok(None),
        };
        let value = self.value(a)?;
        Ok(Some(match op {
            Comparison::Greater | Comparison::GreaterOrEqual => comparison(&value, ">", &below),
            Comparison::Less | Comparison::LessOrEqual => comparison(&value, "<=", &below),
            Comparison::Equal => self.said(never(&value), a)?,
            Comparison::NotEqual => self.said(always(&value), a)?,
        }))
    }

    pub(super) fn between(
        &self,
        value: &Arc<Expr>,
        low: &Arc<Expr>,
        high: &Arc<Expr>,
        expr: &Expr,
    ) -> Result<SqlPiece, Refused> {
        let bounds = [(Comparison::GreaterOrEqual, low), (Comparison::LessOrEqual, high)];
        // Prints one BETWEEN if both comparisons have the same short value.
        if value.node.is_source() && value.kind != ColumnType::Boolean {
            let mut sides = Vec::new();
            for (op, bound) in bounds {
                if self.beyond_type(op, value, bound)?.is_none() {
                    sides.push(self.ordered_sides(op, value, bound)?);
                }
            }
            if let [(from, low), (to, high)] = sides.as_slice()
                && from == to
            {
                let text = format!(
                    "{} BETWEEN {} AND {}",
                    from.within(Precedence::Sum),
                    low.within(Precedence::Sum),
                    high.within(Precedence::Sum)
                );
                return Ok(SqlPiece::new(Precedence::Compare, text));
            }
        }
        let [from, to] = bounds.map(|(op, bound)| self.comparison(op, value, bound, expr));
        Ok(SqlPiece::new(
            Precedence::And,
            format!("{} AND {}", from?.within(Precedence::And), to?.within(Precedence::And)),
        ))
    }

    pub(super) fn list(&self, value: &Arc<Expr>, list: &[Datum], expr: &Expr) -> Result<SqlPiece, Refused> {
        let sql = self.value_beside(value, list)?;
        let fits = |item: &&Datum| match (value.kind, item) {
            (ColumnType::Decimal(scale), Datum::Decimal(decimal)) => decimal.rescale(scale).is_some(),
            // No whole number equals a fraction, or one beyond 64 bits.
            (ColumnType::Integer, Datum::Decimal(_) | Datum::Float(_)) => false,
            _ => true,
        };
        let item = |item: &Datum| match value.kind {
            ColumnType::Float => self.beside_float(item, expr),
            _ => self.literal(item, expr),
        };
        let items = list.iter().filter(fits).map(item).collect::<Result<Vec<_>, _>>()?;
        if items.is_empty() {
            return self.said(never(&sql), expr);
        }
        self.said(self.syntax.in_list(&sql, &items, value.kind), expr)
    }

    pub(super) fn like(
        &self,
        value: &Arc<Expr>,
        pattern: &Arc<Expr>,
        escape: Option<char>,
        any_case: bool,
    ) -> Result<Printed, Refused> {
        let lowered = |expr: &Arc<Expr>| -> Arc<Expr> {
            let node = Node::Call(FunctionId::Lower, vec![expr.clone()]);
            if any_case { Arc::new(Expr::new(node, ColumnType::Text, expr.span.clone())) } else { expr.clone() }
        };
        let value = lowered(value);
        match pattern.as_literal() {
            Some(Datum::Text(text)) => {
                let text = if any_case { text.to_lowercase() } else { text.clone() };
                let pieces = like_pieces(&text, escape);
                let sql = self.value_beside(&value, &[Datum::Text(text)])?;
                Ok(self.syntax.like(&Operand { sql, expr: &value }, &pieces))
            }
            _ => {
                let pattern = self.value(&lowered(pattern))?;
                Ok(self.syntax.like_computed(&self.operand(&value)?, &pattern, escape))
            }
        }
    }
}

/// Returns the greatest decimal with `scale` digits after the point that is not above `number`; `None` if it does not
/// fit.
fn floor_at(number: Decimal, scale: u8) -> Option<Decimal> {
    let digits = number.scale().checked_sub(scale)?;
    let unit = 10i128.checked_pow(u32::from(digits))?;
    Some(Decimal::new(number.units().div_euclid(unit), scale))
}
