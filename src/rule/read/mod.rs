//! Turns the parser's syntax tree into the typed tree: names are resolved, kinds are checked, literals are folded.
//!
//! `names` resolves identifiers and `@names`, `conditions` and `comparison` read conditions, `arithmetic`, `forms`,
//! `casts` and `calls` read values, `computed` reads computed columns. Each is a part of [`Reader`].

mod arithmetic;
mod calls;
mod casts;
mod comparison;
mod computed;
mod conditions;
mod forms;
mod names;
mod regions;
mod text_growth_limit;

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use sqlparser::ast::{BinaryOperator, Expr as Syntax, Spanned, TypedString, UnaryOperator, Value as SyntaxValue};

pub(super) use self::computed::apart;
use self::regions::Regions;
use super::dates::{Interval, parse_date, parse_timestamp};
use super::expr::{Comparison, Expr, Node};
use super::parse::too_deep;
use super::place::ByteOffsets;
use super::resolve::CheckedRules;
use super::{Context, RuleError};
use crate::model::{ColumnType, Datum, Decimal};

/// Maximum depth of the syntax. The parser itself stops at fifty parentheses, but chains such as `a + b + c` are deep,
/// too.
const MAX_DEPTH: usize = 70;

/// The meaning of a piece of syntax.
pub(super) enum Meaning {
    Expr(Arc<Expr>),
    Interval(Interval),
}

/// Reads one rule's syntax against a context.
pub(super) struct Reader<'a> {
    text: &'a str,
    cx: &'a Context<'a>,
    known: &'a CheckedRules,
    /// Reader of the rule around this one, if this one is over a table of events: names that are no columns of the events are
    /// read there.
    of_customer: Option<&'a Reader<'a>>,
    places: ByteOffsets,
    regions: Regions<'a>,
    /// Size of the conditions that `@names` have unfolded to; bounded in `resolve`.
    spent: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, cx: &'a Context<'a>, known: &'a CheckedRules) -> Self {
        let (places, regions) = (ByteOffsets::new(text), Regions::new(text));
        Self { text, cx, known, of_customer: None, places, regions, spent: Cell::new(0), depth: Cell::new(0) }
    }

    /// Returns a reader of a rule over a customer's events.
    fn over_events(cx: &'a Context<'a>, known: &'a CheckedRules, base: &'a Reader<'a>) -> Self {
        Self { of_customer: Some(base), ..Self::new(base.text, cx, known) }
    }

    fn place(&self, syntax: &Syntax) -> Range<usize> {
        self.places.range(syntax.span())
    }

    fn error(&self, syntax: &Syntax, message: impl Into<String>) -> RuleError {
        RuleError::new(self.place(syntax), message)
    }

    /// Reads a whole text as a condition, each part with its exact place.
    pub(super) fn rule(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        self.condition_in(syntax, self.regions.whole())
    }

    /// Reads a whole text as a value.
    pub(super) fn value_of(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        self.expr(syntax)
    }

    /// Reads a condition.
    fn condition(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        match self.value(syntax)? {
            Meaning::Expr(expr) if expr.kind == ColumnType::Boolean => Ok(expr),
            Meaning::Expr(expr) if expr.is_null() => Ok(Arc::new(Expr::truth(None).at(expr.span.clone()))),
            Meaning::Expr(expr) => Err(self.no_condition(&expr, syntax)),
            Meaning::Interval(_) => Err(self.error(syntax, "an interval is not a condition")),
        }
    }

    fn no_condition(&self, expr: &Expr, syntax: &Syntax) -> RuleError {
        let place = self.place(syntax);
        let what = self.text.get(place.clone()).unwrap_or("this");
        let mut error =
            RuleError::new(place.clone(), format!("{what} is {}, not a condition", with_article(expr.kind)))
                .with_hint("compare it with something, as in spend > 100");
        error.unfinished = place.end == self.text.trim_end().len();
        error
    }

    /// Reads a value, which may be a condition.
    fn expr(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        self.as_expr(self.value(syntax)?, syntax)
    }

    fn as_expr(&self, value: Meaning, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        match value {
            Meaning::Expr(expr) => Ok(expr),
            Meaning::Interval(_) => Err(self
                .error(syntax, "an interval can only be added to a date or taken from one")
                .with_hint("write last_order < today - INTERVAL '90 days'")),
        }
    }

    fn value(&self, syntax: &Syntax) -> Result<Meaning, RuleError> {
        self.deeper(|| self.read(syntax))
    }

    /// Runs `read` one level deeper, or refuses if that is too deep.
    fn deeper<T>(&self, read: impl FnOnce() -> Result<T, RuleError>) -> Result<T, RuleError> {
        if self.depth.get() >= MAX_DEPTH {
            return Err(too_deep(self.text));
        }
        self.depth.set(self.depth.get() + 1);
        let result = read();
        self.depth.set(self.depth.get() - 1);
        result
    }

    fn read(&self, syntax: &Syntax) -> Result<Meaning, RuleError> {
        let expr = match syntax {
            Syntax::Nested(inner) => return self.value(inner),
            Syntax::Identifier(name) => self.identifier(name, syntax)?,
            Syntax::CompoundIdentifier(names) => self.compound(names, syntax)?,
            Syntax::Value(value) => Arc::new(self.literal(&value.value, syntax)?),
            Syntax::TypedString(typed) => Arc::new(self.typed(typed, syntax)?),
            Syntax::Interval(interval) => {
                return match Interval::read(interval) {
                    Some(interval) => Ok(Meaning::Interval(interval)),
                    None => {
                        Err(self.error(syntax, "this is not a valid interval").with_hint("write INTERVAL '90 days'"))
                    }
                };
            }
            Syntax::UnaryOp { op, expr } => return self.unary(*op, expr, syntax),
            Syntax::BinaryOp { left, op, right } => return self.binary(left, op, right, syntax),
            Syntax::Function(call) => self.function(call, syntax)?,
            _ => match self.sql_condition(syntax)? {
                Some(condition) => condition,
                None => self.form(syntax)?,
            },
        };
        Ok(Meaning::Expr(expr))
    }

    fn today(&self, syntax: &Syntax) -> Expr {
        Expr::literal(Datum::Date(self.cx.today), self.place(syntax))
    }

    fn literal(&self, value: &SyntaxValue, syntax: &Syntax) -> Result<Expr, RuleError> {
        let datum = match value {
            SyntaxValue::Null => Datum::Null,
            SyntaxValue::Boolean(truth) => Datum::Boolean(*truth),
            SyntaxValue::Number(number, _) => {
                number_literal(number).ok_or_else(|| self.error(syntax, format!("the number {number} is too large")))?
            }
            SyntaxValue::SingleQuotedString(text) => Datum::Text(text.clone()),
            _ => {
                return Err(self
                    .error(syntax, "this kind of literal is not supported in rules")
                    .with_hint("write text in single quotes: 'text'"));
            }
        };
        Ok(Expr::literal(datum, self.place(syntax)))
    }

    fn typed(&self, typed: &TypedString, syntax: &Syntax) -> Result<Expr, RuleError> {
        use sqlparser::ast::DataType;
        let SyntaxValue::SingleQuotedString(text) = &typed.value.value else {
            return Err(self.error(syntax, "write a date in single quotes: DATE '2026-01-31'"));
        };
        let (datum, kind) = match &typed.data_type {
            DataType::Date => (parse_date(text).map(Datum::Date), "date"),
            DataType::Timestamp(..) | DataType::Datetime(_) => {
                (parse_timestamp(text).map(Datum::Timestamp), "timestamp")
            }
            DataType::Decimal(_) | DataType::Numeric(_) => {
                let value = Decimal::parse(text).map(Datum::Decimal);
                let error =
                    || self.error(syntax, format!("'{text}' is not a valid decimal")).with_hint("write it as '12.50'");
                return value.map(|value| Expr::literal(value, self.place(syntax))).ok_or_else(error);
            }
            other => return Err(self.error(syntax, format!("{other} literals are not supported in rules"))),
        };
        let datum = datum.ok_or_else(|| {
            self.error(syntax, format!("'{text}' is not a valid {kind}")).with_hint("write it as 'YYYY-MM-DD'")
        })?;
        Ok(Expr::literal(datum, self.place(syntax)))
    }

    fn unary(&self, op: UnaryOperator, inner: &Syntax, syntax: &Syntax) -> Result<Meaning, RuleError> {
        match op {
            UnaryOperator::Not => {
                let part = self.condition(inner)?;
                Ok(Meaning::Expr(Arc::new(negated(part, self.place(syntax)))))
            }
            UnaryOperator::Plus | UnaryOperator::Minus => match self.value(inner)? {
                Meaning::Interval(interval) if op == UnaryOperator::Minus => Ok(Meaning::Interval(interval.negated())),
                Meaning::Interval(interval) => Ok(Meaning::Interval(interval)),
                Meaning::Expr(expr) if expr.kind == ColumnType::Boolean => {
                    Err(self.error(syntax, "a condition cannot have a sign").with_hint("write NOT"))
                }
                Meaning::Expr(expr) => arithmetic::signed(expr, op == UnaryOperator::Minus).map(Meaning::Expr),
            },
            other => Err(self.error(syntax, format!("the operator {other} is not supported in rules"))),
        }
    }

    fn binary(
        &self,
        left: &Syntax,
        op: &BinaryOperator,
        right: &Syntax,
        syntax: &Syntax,
    ) -> Result<Meaning, RuleError> {
        use BinaryOperator as Op;
        let comparison = match op {
            Op::And | Op::Or => return self.chain(op, syntax).map(Meaning::Expr),
            Op::Eq => Comparison::Equal,
            Op::NotEq => Comparison::NotEqual,
            Op::Lt => Comparison::Less,
            Op::LtEq => Comparison::LessOrEqual,
            Op::Gt => Comparison::Greater,
            Op::GtEq => Comparison::GreaterOrEqual,
            // `parse` writes IS [NOT] DISTINCT FROM as these.
            Op::Spaceship | Op::PGLikeMatch => return self.same(left, right).map(Meaning::Expr),
            Op::PGNotLikeMatch => {
                let same = self.same(left, right)?;
                return Ok(Meaning::Expr(Arc::new(negated(same, self.place(syntax)))));
            }
            _ => return self.operator(left, op, right, syntax),
        };
        let (left, right) = (self.expr(left)?, self.right_side(right)?);
        comparison::compare(comparison, &left, &right).map(|expr| Meaning::Expr(self.placed(expr, syntax)))
    }

    /// Returns the same expression at the place of the syntax that it was read from.
    fn placed(&self, expr: Arc<Expr>, syntax: &Syntax) -> Arc<Expr> {
        let place = self.place(syntax);
        if expr.span == place { expr } else { Arc::new(Arc::unwrap_or_clone(expr).at(place)) }
    }
}

/// Returns the negation as it was written; two of them cancel out.
fn negated(part: Arc<Expr>, place: Range<usize>) -> Expr {
    match &part.node {
        Node::Literal(Datum::Boolean(truth)) => Expr::truth(Some(!truth)).at(place),
        Node::Literal(_) => Expr::truth(None).at(place),
        _ => Expr::condition(Node::Not(part), place),
    }
}

/// Reads a number: a whole number if it is written as one and fits 64 bits, a decimal if it has up to 38 digits and no
/// exponent, else a float. Returns `None` if it is beyond all of them.
fn number_literal(number: &str) -> Option<Datum> {
    if let Ok(whole) = number.parse::<i64>() {
        return Some(Datum::Integer(whole));
    }
    if let Some(decimal) = Decimal::parse(number.strip_suffix('.').unwrap_or(number)) {
        return Some(Datum::Decimal(decimal));
    }
    number.parse::<f64>().ok().filter(|n| n.is_finite()).map(Datum::Float)
}

/// Returns the kind's name with its article: `text`, `a number`, `a date` …
pub(super) fn with_article(kind: ColumnType) -> String {
    match kind {
        ColumnType::Text => "text".into(),
        kind if kind.is_number() => "a number".into(),
        ColumnType::Other => "a nested value".into(),
        other => format!("a {other}"),
    }
}
