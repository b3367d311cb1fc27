//! Reads operators and forms that make values: CASE, CAST, EXTRACT, `||` and the like.

use std::sync::Arc;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CeilFloorKind, DataType, DateTimeField, Expr as Syntax, TrimWhereField,
};

use super::super::RuleError;
use super::super::expr::{ArithmeticOperation, Comparison, Expr, Node};
use super::super::functions::FunctionId;
use super::comparison::{compare, unify_kinds};
use super::{Meaning, Reader, arithmetic, casts, negated, with_article};
use crate::model::{ColumnType, Datum};

impl Reader<'_> {
    pub(super) fn operator(
        &self,
        left: &Syntax,
        op: &BinaryOperator,
        right: &Syntax,
        syntax: &Syntax,
    ) -> Result<Meaning, RuleError> {
        use BinaryOperator as Op;
        let not = |expr: Arc<Expr>| Meaning::Expr(Arc::new(negated(expr, self.place(syntax))));
        let operation = match op {
            Op::Plus => ArithmeticOperation::Add,
            Op::Minus => ArithmeticOperation::Subtract,
            Op::Multiply => ArithmeticOperation::Multiply,
            Op::Divide => ArithmeticOperation::Divide,
            Op::Modulo => ArithmeticOperation::Remainder,
            Op::StringConcat => return self.joined(left, right).map(Meaning::Expr),
            Op::PGRegexMatch | Op::Regexp => return self.regex(left, right, false).map(Meaning::Expr),
            Op::PGRegexIMatch => return self.regex(left, right, true).map(Meaning::Expr),
            Op::PGRegexNotMatch => return self.regex(left, right, false).map(not),
            Op::PGRegexNotIMatch => return self.regex(left, right, true).map(not),
            Op::DuckIntegerDivide | Op::MyIntegerDivide => {
                return Err(self
                    .error(syntax, format!("the operator {op} is not supported in rules"))
                    .with_hint("write FLOOR(a / b)"));
            }
            other => return Err(self.error(syntax, format!("the operator {other} is not supported in rules"))),
        };
        let expr = match (self.value(left)?, operation, self.value(right)?) {
            (Meaning::Interval(interval), ArithmeticOperation::Add, date) => {
                arithmetic::shifted(&self.as_expr(date, right)?, interval)
            }
            (date, ArithmeticOperation::Add, Meaning::Interval(interval)) => {
                arithmetic::shifted(&self.as_expr(date, left)?, interval)
            }
            (date, ArithmeticOperation::Subtract, Meaning::Interval(interval)) => {
                arithmetic::shifted(&self.as_expr(date, left)?, interval.negated())
            }
            (left_value, operation, right_value) => {
                let (left, right) = (self.as_expr(left_value, left)?, self.as_expr(right_value, right)?);
                arithmetic::operate(operation, &left, &right)
            }
        };
        Ok(Meaning::Expr(self.placed(expr?, syntax)))
    }

    fn joined(&self, left: &Syntax, right: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let pair = [(self.expr(left)?, left), (self.expr(right)?, right)];
        for (expr, syntax) in &pair {
            if expr.kind == ColumnType::Boolean {
                return Err(self.error(syntax, "|| joins texts, this is a condition").with_hint("write OR"));
            }
            if expr.kind != ColumnType::Text && !expr.is_null() {
                return Err(self
                    .error(syntax, format!("|| joins texts, this is {}", with_article(expr.kind)))
                    .with_hint("CAST it AS TEXT"));
            }
        }
        let [(left, _), (right, _)] = pair;
        let span = left.span.start..right.span.end;
        if left.is_null() || right.is_null() {
            return Ok(Arc::new(Expr::null(span)));
        }
        if let (Some(Datum::Text(a)), Some(Datum::Text(b))) = (left.as_literal(), right.as_literal()) {
            return Ok(Arc::new(Expr::literal(Datum::Text(format!("{a}{b}")), span)));
        }
        Ok(Arc::new(Expr::new(Node::Call(FunctionId::Join, vec![left, right]), ColumnType::Text, span)))
    }

    /// Reads special syntax that makes a value.
    pub(super) fn form(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        match syntax {
            Syntax::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), syntax)
            }
            // CAST, TRY_CAST and :: mean the same here: a value that cannot be cast is null, and stops no count.
            Syntax::Cast { expr, data_type, format: None, .. } => self.cast(expr, data_type, syntax),
            Syntax::Extract { field, expr, .. } => self.date_part(&field.to_string(), expr, syntax),
            Syntax::Ceil { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                self.call("CEIL", &[expr.as_ref()], syntax)
            }
            Syntax::Floor { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                self.call("FLOOR", &[expr.as_ref()], syntax)
            }
            Syntax::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                let mut arguments = vec![expr.as_ref(), from.as_ref()];
                arguments.extend(substring_for.as_deref());
                self.call("SUBSTR", &arguments, syntax)
            }
            Syntax::Position { expr, r#in } => self.call("STRPOS", &[r#in.as_ref(), expr.as_ref()], syntax),
            Syntax::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = match trim_where {
                    None | Some(TrimWhereField::Both) => "TRIM",
                    Some(TrimWhereField::Leading) => "LTRIM",
                    Some(TrimWhereField::Trailing) => "RTRIM",
                };
                let given = trim_characters.as_ref().and_then(|characters| match characters.as_slice() {
                    [only] => Some(only),
                    _ => None,
                });
                let arguments: Vec<&Syntax> =
                    std::iter::once(expr.as_ref()).chain(trim_what.as_deref()).chain(given).collect();
                self.call(name, &arguments, syntax)
            }
            Syntax::Subquery(_) | Syntax::Exists { .. } | Syntax::InSubquery { .. } => Err(self
                .error(syntax, "sub-queries are not supported in rules")
                .with_hint("a rule sees one customer; refer to other segments by @name")),
            Syntax::AnyOp { .. } | Syntax::AllOp { .. } => {
                Err(self.error(syntax, "ANY and ALL are not supported in rules").with_hint("write IN (…)"))
            }
            Syntax::SimilarTo { .. } => Err(self
                .error(syntax, "SIMILAR TO is not supported in rules")
                .with_hint("write ~ 'regular expression'")),
            Syntax::Tuple(_) => Err(self.error(syntax, "a list is only allowed after IN")),
            Syntax::Wildcard(_) | Syntax::QualifiedWildcard(..) => Err(self.error(syntax, "* names no column")),
            _ => self.odd_reference(syntax),
        }
    }

    fn case(
        &self,
        operand: Option<&Syntax>,
        whens: &[CaseWhen],
        otherwise: Option<&Syntax>,
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let operand = operand.map(|operand| self.expr(operand)).transpose()?;
        let mut conditions = Vec::new();
        let mut results = Vec::new();
        for when in whens {
            conditions.push(match &operand {
                Some(operand) => compare(Comparison::Equal, operand, &self.expr(&when.condition)?)?,
                None => self.condition(&when.condition)?,
            });
            results.push(self.expr(&when.result)?);
        }
        results.push(match otherwise {
            Some(otherwise) => self.expr(otherwise)?,
            None => Arc::new(Expr::null(0..0)),
        });
        choose(conditions, results, self.place(syntax))
    }

    fn cast(&self, inner: &Syntax, to: &DataType, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let to = casts::cast_type(to)
            .map_err(|hint| self.error(syntax, format!("the type {to} is not supported in rules")).with_hint(hint))?;
        casts::cast(&self.expr(inner)?, to)
    }
}

/// Builds a CASE. There is one result more than there are conditions.
pub(super) fn choose(
    conditions: Vec<Arc<Expr>>,
    results: Vec<Arc<Expr>>,
    span: std::ops::Range<usize>,
) -> Result<Arc<Expr>, RuleError> {
    let (mut results, kind) = unify_kinds(results)?;
    if kind == ColumnType::Other {
        return Ok(Arc::new(Expr::null(span)));
    }
    let otherwise = results.pop().filter(|otherwise| !otherwise.is_null());
    let whens = conditions.into_iter().zip(results).collect();
    Ok(Arc::new(Expr::new(Node::Case { whens, otherwise }, kind, span)))
}
