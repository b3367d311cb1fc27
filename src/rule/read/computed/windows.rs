//! Reads windows of time: the last 30 days up to the as-of date.

use std::sync::Arc;

use chrono::NaiveDate;
use sqlparser::ast::Expr as Syntax;

use super::quoted;
use crate::model::{ColumnType, Datum, Events};
use crate::rule::dates::Interval;
use crate::rule::expr::{ArithmeticOperation, Comparison, Expr, Node};
use crate::rule::read::{Reader, arithmetic, comparison};
use crate::rule::{Checked, RuleError};

impl Reader<'_> {
    /// Returns the condition for the days up to and including the as-of date:
    /// `date >= today - length + 1 day AND date < today + 1 day`.
    pub(super) fn window(&self, window: &Syntax, events: &Events) -> Result<Checked, RuleError> {
        let length = self.stretch(window);
        let Some(date) = event_date(events) else {
            let error = self.error(window, format!("{} has no date column to look back from", events.name));
            return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
        };
        let from = self.days_since(&date, length?, 1)?;
        Ok(from.and(&until(&date, self.cx.today)?))
    }

    /// Returns the condition for events on the day after the as-of date less `times` times the length, or later.
    pub(super) fn days_since(&self, date: &Arc<Expr>, length: Interval, times: i64) -> Result<Checked, RuleError> {
        let back =
            Interval { months: -length.months * times, days: 1 - length.days * times, micros: -length.micros * times };
        let today = Arc::new(Expr::literal(Datum::Date(self.cx.today), 0..0));
        let months = Interval { months: back.months, ..Interval::default() };
        let from = arithmetic::shifted(&today, months)?;
        let from = arithmetic::shifted(&from, Interval { months: 0, ..back })?;
        Ok(Checked::new(comparison::compare(Comparison::GreaterOrEqual, date, &from)?))
    }

    /// Returns the column with the date of an event, which a call needs.
    pub(super) fn dated(&self, events: &Events, word: &str, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let date = event_date(events).ok_or_else(|| self.no_date(events, word, syntax))?;
        match date.as_column().filter(|date| events.schema.is_masked(date)) {
            Some(masked) => Err(self.masked(masked, syntax)),
            None => Ok(date),
        }
    }

    /// Returns the error that a table of events has no date.
    pub(super) fn no_date(&self, events: &Events, word: &str, syntax: &Syntax) -> RuleError {
        let error = self.error(syntax, format!("{word} needs a date column: {} has none", events.name));
        error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name))
    }

    /// Reads a stretch of time: `'30 days'`.
    pub(super) fn stretch(&self, syntax: &Syntax) -> Result<Interval, RuleError> {
        let length = quoted(syntax).unwrap_or_default();
        let begins_with_digit = length.trim_start().starts_with(|c: char| c.is_ascii_digit());
        Interval::parse(&length).filter(|_| begins_with_digit).ok_or_else(|| {
            let error = self.error(syntax, format!("'{length}' is not a valid length of time"));
            error.with_hint("write '30 days' or '6 months'")
        })
    }
}

/// Returns the condition that the later of two dates compares so with the earlier one plus a length of time.
pub(in crate::rule) fn apart(
    op: Comparison,
    (earlier, later): (&str, &str),
    kind: ColumnType,
    length: Interval,
) -> Result<Arc<Expr>, RuleError> {
    let column = |name: &str| Arc::new(Expr::new(Node::Column(name.to_owned()), kind, 0..0));
    comparison::compare(op, &column(later), &arithmetic::shifted(&column(earlier), length)?).map(|expr| expr.normal())
}

/// Returns the column with the date of an event.
pub(super) fn event_date(events: &Events) -> Option<Arc<Expr>> {
    let column = events.schema.get(events.columns.date.as_deref()?)?;
    Some(Arc::new(Expr::new(Node::Column(column.name.clone()), column.column_type, 0..0)))
}

/// Returns the condition `date < today + 1 day`.
pub(super) fn until(date: &Arc<Expr>, today: NaiveDate) -> Result<Checked, RuleError> {
    let today = Arc::new(Expr::literal(Datum::Date(today), 0..0));
    let one = Arc::new(Expr::literal(Datum::Integer(1), 0..0));
    let tomorrow = arithmetic::operate(ArithmeticOperation::Add, &today, &one)?;
    Ok(Checked::new(comparison::compare(Comparison::Less, date, &tomorrow)?))
}
