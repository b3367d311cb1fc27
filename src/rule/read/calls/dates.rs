//! Reads functions of dates, whose first argument is a unit of time or a part of a date.

use std::sync::Arc;

use sqlparser::ast::Expr as Syntax;

use crate::model::{ColumnType, Datum};
use crate::rule::RuleError;
use crate::rule::dates::DateField;
use crate::rule::expr::{CastType, Expr, Node};
use crate::rule::read::comparison::to_timestamp;
use crate::rule::read::{Reader, casts, with_article};

impl Reader<'_> {
    pub(super) fn unit(&self, syntax: &Syntax) -> Result<DateField, RuleError> {
        // Some engines write the unit as a bare word.
        let word = match syntax {
            Syntax::Identifier(word) => Some(word.value.clone()),
            _ => match self.expr(syntax)?.as_literal() {
                Some(Datum::Text(text)) => Some(text.clone()),
                _ => None,
            },
        };
        let unit = word.as_deref().and_then(DateField::parse).filter(|unit| unit.is_unit());
        unit.ok_or_else(|| {
            self.error(syntax, "this is not a valid unit of time")
                .with_hint("write 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute' or 'second'")
        })
    }

    fn date(&self, syntax: &Syntax, what: &str) -> Result<Arc<Expr>, RuleError> {
        let expr = self.expr(syntax)?;
        if expr.is_null() || matches!(expr.kind, ColumnType::Date | ColumnType::Timestamp) {
            return Ok(expr);
        }
        // A text in quotes is read as a date, as it is in a comparison.
        if let Some(Datum::Text(_)) = expr.as_literal() {
            let date = casts::cast(&expr, CastType::Timestamp)?;
            if !date.is_null() {
                return Ok(date);
            }
        }
        Err(self.error(syntax, format!("{what} needs a date, this is {}", with_article(expr.kind))))
    }

    pub(in crate::rule::read) fn date_part(
        &self,
        part: &str,
        inner: &Syntax,
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let Some(field) = DateField::parse(part) else {
            return Err(self
                .error(syntax, format!("a date has no part {part}"))
                .with_hint("it has year, quarter, month, week, day, dow, isodow, doy, hour, minute and second"));
        };
        let mut date = self.date(inner, part)?;
        if date.is_null() {
            return Ok(date);
        }
        if field.is_of_day() {
            date = to_timestamp(&date);
        }
        Ok(Arc::new(Expr::new(Node::DatePart(field, date), ColumnType::Integer, self.place(syntax))))
    }

    pub(super) fn date_trunc(&self, unit: DateField, inner: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let mut date = self.date(inner, "date_trunc")?;
        if date.is_null() {
            return Ok(date);
        }
        if unit.is_of_day() {
            date = to_timestamp(&date);
        }
        let (kind, span) = (date.kind, date.span.clone());
        Ok(Arc::new(Expr::new(Node::DateTrunc(unit, date), kind, span)))
    }

    pub(super) fn date_diff(
        &self,
        unit: DateField,
        from: &Syntax,
        to: &Syntax,
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let (mut from, mut to) = (self.date(from, "date_diff")?, self.date(to, "date_diff")?);
        if from.is_null() || to.is_null() {
            return Ok(Arc::new(Expr::null(self.place(syntax))));
        }
        if unit.is_of_day() || from.kind != to.kind {
            (from, to) = (to_timestamp(&from), to_timestamp(&to));
        }
        let node = Node::DateDiff(unit, from, to);
        Ok(Arc::new(Expr::new(node, ColumnType::Integer, self.place(syntax))))
    }
}
