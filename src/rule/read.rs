//! The walk over the syntax tree: names found, kinds checked, conditions split into atoms.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, Spanned, TypedString, UnaryOperator, Value as Literal, Visit, Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::checked::Tree;
use super::compare::{Comparison, a_kind};
use super::dates::{Interval, parse_date, parse_timestamp};
use super::forms::value_of;
use super::lex::call_depth;
use super::near::nearest;
use super::parse::{MOST_CALLS, too_deep};
use super::place::Places;
use super::resolve::{Known, spend};
use super::simple::Simple;
use super::term::{Term, atom_of};
use super::{Context, RuleError, arithmetic, compare};
use crate::model::{ColumnType, Datum, Lookup, Missing};

/// Levels of syntax; the parser itself stops at fifty parentheses, but chains as `a + b + c` are deep, too.
const DEEPEST: usize = 70;
/// The same for an atom's SQL, in which a condition inside a value is a chain, too.
const DEEPEST_ATOM: usize = 120;

/// Bytes of a value's SQL. Some forms say their argument several times over, which multiplies when they are nested.
const LONGEST: usize = 200_000;

/// What an expression stands for.
pub(super) enum Value {
    Truth(Arc<Tree>),
    Term(Term),
    Interval(Interval),
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) cx: &'a Context<'a>,
    known: &'a Known,
    places: Places,
    /// Bytes that `@names` have unfolded to.
    spent: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, cx: &'a Context<'a>, known: &'a Known) -> Self {
        Self { text, cx, known, places: Places::new(text), spent: Cell::new(0), depth: Cell::new(0) }
    }

    pub(super) fn place(&self, expr: &Expr) -> Range<usize> {
        self.places.range(expr.span())
    }

    pub(super) fn error(&self, expr: &Expr, message: impl Into<String>) -> RuleError {
        RuleError::new(self.place(expr), message)
    }

    /// The expression as a condition.
    pub(super) fn truth(&self, expr: &Expr) -> Result<Arc<Tree>, RuleError> {
        match self.value(expr)? {
            Value::Truth(tree) => Ok(tree),
            Value::Term(term) if term.is_null() => Ok(Arc::new(Tree::Constant(None))),
            Value::Term(term) => Err(self.no_condition(&term, expr)),
            Value::Interval(_) => Err(self.error(expr, "an interval is no condition")),
        }
    }

    fn no_condition(&self, term: &Term, expr: &Expr) -> RuleError {
        let place = self.place(expr);
        let what = self.text.get(place.clone()).unwrap_or("this");
        let mut error = RuleError::new(place.clone(), format!("{what} is {}, not a condition", a_kind(term.kind)))
            .with_hint("compare it with something, as in spend > 100");
        error.unfinished = place.end == self.text.trim_end().len();
        error
    }

    /// The expression as a value.
    pub(super) fn term(&self, expr: &Expr) -> Result<Term, RuleError> {
        self.as_term(self.value(expr)?, expr)
    }

    pub(super) fn as_term(&self, value: Value, expr: &Expr) -> Result<Term, RuleError> {
        let place = self.place(expr);
        match value {
            Value::Term(term) => Ok(term.placed(place)),
            Value::Truth(tree) => Ok(Term::of_tree(&tree, place)),
            Value::Interval(_) => Err(self
                .error(expr, "an interval can only be added to a date or taken from one")
                .with_hint("write last_order < today - INTERVAL '90 days'")),
        }
    }

    pub(super) fn value(&self, expr: &Expr) -> Result<Value, RuleError> {
        if self.depth.get() >= DEEPEST {
            return Err(too_deep(self.text));
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.read(expr);
        self.depth.set(self.depth.get() - 1);
        match value {
            Ok(Value::Term(term)) if term.size() > LONGEST => Err(too_deep(self.text)),
            other => other,
        }
    }

    fn read(&self, expr: &Expr) -> Result<Value, RuleError> {
        match expr {
            Expr::Nested(inner) => self.value(inner),
            Expr::Identifier(name) => self.name(name, expr),
            Expr::CompoundIdentifier(names) => self.compound(names, expr),
            Expr::Value(value) => self.literal(&value.value, expr).map(value_of),
            Expr::TypedString(typed) => self.typed(typed, expr).map(Value::Term),
            Expr::Interval(syntax) => match Interval::read(syntax) {
                Some(interval) => Ok(Value::Interval(interval)),
                None => Err(self.error(expr, "this is no interval").with_hint("write INTERVAL '90 days'")),
            },
            Expr::UnaryOp { op, expr: inner } => self.unary(*op, inner, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expr),
            Expr::Function(call) => self.function(call, expr),
            _ => match self.condition(expr)? {
                Some(tree) => Ok(Value::Truth(tree)),
                None => self.special_form(expr),
            },
        }
    }

    fn name(&self, name: &Ident, expr: &Expr) -> Result<Value, RuleError> {
        if name.quote_style.is_none() {
            if let Some(reference) = name.value.strip_prefix('@') {
                return self.reference(reference, expr).map(Value::Truth);
            }
            if name.value.eq_ignore_ascii_case("today") {
                return Ok(Value::Term(self.today(expr)));
            }
        }
        self.column(name, expr)
    }

    pub(super) fn today(&self, expr: &Expr) -> Term {
        Term::literal(Datum::Date(self.cx.today), self.place(expr))
    }

    pub(super) fn column(&self, name: &Ident, expr: &Expr) -> Result<Value, RuleError> {
        let column = match self.cx.schema.find(&name.value) {
            Lookup::Found(column) => column,
            Lookup::Missing => return Err(self.unknown_column(name, expr)),
            Lookup::Ambiguous(names) => {
                let names = names.iter().map(|n| super::term::quote(n)).collect::<Vec<_>>().join(" or ");
                return Err(self
                    .error(expr, format!("column \"{}\" may be several", name.value))
                    .with_hint(format!("write {names}")));
            }
        };
        // polars takes these for patterns over many columns.
        if column.name == "*" || (column.name.starts_with('^') && column.name.ends_with('$')) {
            return Err(self
                .error(expr, format!("a rule cannot name the column \"{}\"", column.name))
                .with_hint("give it another name in the file"));
        }
        let term = Term::column(column, self.place(expr));
        if column.column_type == ColumnType::Boolean {
            return Ok(Value::Truth(atom_of(term.sealed(), &[&term], Simple::holds(&term))));
        }
        Ok(Value::Term(term))
    }

    /// Of what is still being read the rule may yet become a good one.
    pub(super) fn missing(&self, missing: &Missing, expr: &Expr) -> RuleError {
        RuleError { unfinished: missing.is_coming, ..self.error(expr, missing.reason.as_str()) }
    }

    fn unknown_column(&self, name: &Ident, expr: &Expr) -> RuleError {
        if let Some(missing) = self.cx.schema.missing(&name.value) {
            return self.missing(missing, expr);
        }
        let columns = self.cx.schema.columns();
        let mut error = self.error(expr, format!("unknown column \"{}\"", name.value));
        let near = nearest(&name.value, columns.iter().map(|c| c.name.as_str()));
        error.hint = match near {
            Some(near) => Some(format!("did you mean {}?", super::term::quote(near))),
            None if self.cx.names.get(&name.value).is_some() => {
                Some(format!("the segment or persona is @{}", name.value))
            }
            None if name.quote_style == Some('"') => Some(text_hint(&name.value)),
            None => None,
        };
        let typed = name.value.to_lowercase();
        let may_grow = columns.iter().any(|c| c.name.to_lowercase().starts_with(&typed));
        error.unfinished = may_grow && error.place.end == self.text.len();
        error
    }

    fn compound(&self, names: &[Ident], expr: &Expr) -> Result<Value, RuleError> {
        let joined = names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(".");
        if let ([first, _], Some(reference)) = (names, joined.strip_prefix('@'))
            && first.quote_style.is_none()
        {
            return self.reference(reference, expr).map(Value::Truth);
        }
        let error = self.error(expr, format!("unknown column \"{joined}\""));
        let last = names.last().map_or("", |n| n.value.as_str());
        Err(match (self.cx.schema.find(&joined), self.cx.schema.find(last)) {
            (Lookup::Found(column), _) => {
                error.with_hint(format!("a name with a dot needs quotes: {}", super::term::quote(&column.name)))
            }
            (_, Lookup::Found(column)) => {
                error.with_hint(format!("did you mean {}?", super::term::quote(&column.name)))
            }
            _ => error,
        })
    }

    pub(super) fn reference(&self, name: &str, expr: &Expr) -> Result<Arc<Tree>, RuleError> {
        if let Some(checked) = self.known.get(name) {
            let mut spent = self.spent.get();
            spend(&checked.tree, &mut spent).map_err(|reason| self.error(expr, reason))?;
            self.spent.set(spent);
            return Ok(checked.tree.clone());
        }
        let shown = crate::model::reference(name);
        let mut error = self.error(expr, format!("unknown name {shown}"));
        let names = self.cx.names.iter().map(|(name, _)| name);
        error.hint = nearest(name, names).map(|near| format!("did you mean {}?", crate::model::reference(near)));
        let may_grow = self.cx.names.iter().any(|(known, _)| known.starts_with(name));
        error.unfinished = may_grow && error.place.end == self.text.len();
        Err(error)
    }

    fn literal(&self, value: &Literal, expr: &Expr) -> Result<Term, RuleError> {
        let datum = match value {
            Literal::Null => Datum::Null,
            Literal::Boolean(truth) => Datum::Boolean(*truth),
            Literal::Number(number, _) => {
                number_datum(number).ok_or_else(|| self.error(expr, format!("the number {number} is too large")))?
            }
            Literal::SingleQuotedString(text) => Datum::Text(text.clone()),
            _ => {
                return Err(self
                    .error(expr, "this kind of literal is unknown")
                    .with_hint("text stands in single quotes: 'text'"));
            }
        };
        Ok(Term::literal(datum, self.place(expr)))
    }

    fn typed(&self, typed: &TypedString, expr: &Expr) -> Result<Term, RuleError> {
        use sqlparser::ast::DataType;
        let Literal::SingleQuotedString(text) = &typed.value.value else {
            return Err(self.error(expr, "a date stands in single quotes: DATE '2026-01-31'"));
        };
        let (datum, kind) = match &typed.data_type {
            DataType::Date => (parse_date(text).map(Datum::Date), "date"),
            DataType::Timestamp(..) | DataType::Datetime(_) => {
                (parse_timestamp(text).map(Datum::Timestamp), "timestamp")
            }
            other => return Err(self.error(expr, format!("a rule knows no {other} literals"))),
        };
        let datum = datum
            .ok_or_else(|| self.error(expr, format!("'{text}' is no {kind}")).with_hint("write it as 'YYYY-MM-DD'"))?;
        Ok(Term::literal(datum, self.place(expr)))
    }

    fn unary(&self, op: UnaryOperator, inner: &Expr, expr: &Expr) -> Result<Value, RuleError> {
        match op {
            UnaryOperator::Not => Ok(Value::Truth(Tree::negation(self.truth(inner)?))),
            UnaryOperator::Plus | UnaryOperator::Minus => match self.value(inner)? {
                Value::Interval(interval) if op == UnaryOperator::Minus => Ok(Value::Interval(interval.negated())),
                Value::Interval(interval) => Ok(Value::Interval(interval)),
                Value::Term(term) => arithmetic::signed(term, op == UnaryOperator::Minus).map(Value::Term),
                Value::Truth(_) => Err(self.error(expr, "a condition has no sign").with_hint("write NOT")),
            },
            other => Err(self.error(expr, format!("a rule knows no operator {other}"))),
        }
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr, expr: &Expr) -> Result<Value, RuleError> {
        use BinaryOperator as Op;
        let comparison = match op {
            Op::And | Op::Or => return self.chain(op, expr).map(Value::Truth),
            Op::Eq => Comparison::Equal,
            Op::NotEq => Comparison::NotEqual,
            Op::Lt => Comparison::Less,
            Op::LtEq => Comparison::LessOrEqual,
            Op::Gt => Comparison::Greater,
            Op::GtEq => Comparison::GreaterOrEqual,
            // `parse` writes IS [NOT] DISTINCT FROM as these.
            Op::Spaceship | Op::PGLikeMatch => return self.same(left, right).map(Value::Truth),
            Op::PGNotLikeMatch => return self.same(left, right).map(|same| Value::Truth(Tree::negation(same))),
            _ => return self.operator(left, op, right, expr),
        };
        let (left, right) = (self.term(left)?, self.right_side(right)?);
        compare::compare(comparison, &left, &right).map(Value::Truth)
    }

    /// `a AND b AND c` is a chain to the left: walked in a loop, however long.
    fn chain(&self, word: &BinaryOperator, expr: &Expr) -> Result<Arc<Tree>, RuleError> {
        let mut parts = Vec::new();
        let mut rest = expr;
        while let Expr::BinaryOp { left, op, right } = rest
            && op == word
        {
            parts.push(self.truth(right)?);
            rest = left;
        }
        parts.push(self.truth(rest)?);
        Ok(if *word == BinaryOperator::And { Tree::all(parts) } else { Tree::any(parts) })
    }

    /// What something is compared with: a bare word there that is no column was probably meant as text.
    pub(super) fn right_side(&self, expr: &Expr) -> Result<Term, RuleError> {
        self.term(expr).map_err(|error| match expr {
            Expr::Identifier(name) if error.hint.is_none() && !name.value.starts_with('@') => {
                error.with_hint(text_hint(&name.value))
            }
            _ => error,
        })
    }

    pub(super) fn same(&self, left: &Expr, right: &Expr) -> Result<Arc<Tree>, RuleError> {
        compare::same(&self.term(left)?, &self.term(right)?)
    }
}

fn text_hint(text: &str) -> String {
    format!("text stands in single quotes: {}", super::term::text_sql(text))
}

/// Whole if it is written so and fits, else floating; `None` if it is beyond both.
fn number_datum(number: &str) -> Option<Datum> {
    if let Ok(whole) = number.parse::<i64>() {
        return Some(Datum::Integer(whole));
    }
    number.parse::<f64>().ok().filter(|n| n.is_finite()).map(Datum::Float)
}

/// Refuses what polars could not answer: an atom that reads no column (it would make a single row), or whose SQL is
/// nested beyond what polars' own parser takes.
pub(super) fn refuse_unanswerable(tree: &Tree, text: &str) -> Result<(), RuleError> {
    match tree {
        Tree::Constant(_) => Ok(()),
        Tree::Atom(atom) if atom.columns.is_empty() => {
            Err(RuleError::new(0..text.len(), format!("a condition mentions no column: {}", atom.sql)))
        }
        Tree::Atom(atom) => parse_atom(&atom.sql).map_err(|()| too_deep(text)),
        Tree::Not(part) => refuse_unanswerable(part, text),
        Tree::And(parts) | Tree::Or(parts) => parts.iter().try_for_each(|part| refuse_unanswerable(part, text)),
    }
}

/// The same parser with the same limits as polars', and a bound on how deep its own recursion goes.
fn parse_atom(sql: &str) -> Result<(), ()> {
    if call_depth(sql) > MOST_CALLS {
        return Err(());
    }
    let parser = Parser::new(&GenericDialect).try_with_sql(sql);
    let expr = parser.and_then(|mut parser| parser.parse_expr()).map_err(drop)?;
    match expr.visit(&mut Depth(0)) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(()),
    }
}

/// Stops at expressions nested deeper than an engine's stack is sure to hold.
struct Depth(usize);

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.0 += 1;
        if self.0 > DEEPEST_ATOM { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.0 -= 1;
        ControlFlow::Continue(())
    }
}
