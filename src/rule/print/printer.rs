//! Walks a typed tree and prints it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::Refused;
use super::formats::TimePattern;
use super::patterns::RegexPattern;
use super::sql::{Precedence, Printed, SqlPiece, comparison, is_null};
use super::syntax::{DialectSyntax, Operand};
use super::tables::DatabaseTables;
use crate::model::{ColumnType, Datum, PERSONA, Schema};
use crate::rule::expr::computed_column::{ComputedColumn, ComputedDefinition};
use crate::rule::expr::{CastType, Comparison, Expr, Node};
use crate::rule::functions::{self, FunctionId};

/// Maximum number of values of a file that a statement lists.
const MAX_FILE_VALUES: usize = 20_000;

/// Prints conditions over one table.
pub(super) struct Printer<'a> {
    pub(super) syntax: &'static dyn DialectSyntax,
    pub(super) tables: &'a DatabaseTables,
    /// Columns of the table that the rule reads.
    pub(super) schema: &'a Schema,
    /// Prefix of column names, if several tables are read at once.
    pub(super) qualifier: Option<SqlPiece>,
    /// SQL of the computed columns, by their canonical text.
    pub(super) computed: HashMap<String, SqlPiece>,
    /// Columns that stand for `@names`, if those are not unfolded in place.
    pub(super) references: RefCell<HashMap<String, SqlPiece>>,
    /// Numbers that columns are compared with are other ones in the next statement of this form.
    pub(super) has_varying_numbers: Cell<bool>,
}

impl Printer<'_> {
    /// Turns the reason why the dialect has no SQL into a refusal of this expression.
    pub(super) fn said(&self, said: Printed, expr: &Expr) -> Result<SqlPiece, Refused> {
        said.map_err(|why| Refused::new(expr, why))
    }

    pub(super) fn operand<'e>(&self, expr: &'e Arc<Expr>) -> Result<Operand<'e>, Refused> {
        Ok(Operand { sql: self.value(expr)?, expr })
    }

    /// Prints the operands of a function; literal floats beside other floats in plain digits.
    fn operands<'e>(&self, exprs: &'e [Arc<Expr>]) -> Result<Vec<Operand<'e>>, Refused> {
        let has_float = exprs.iter().any(|expr| expr.kind == ColumnType::Float && expr.as_literal().is_none());
        let operand = |expr: &'e Arc<Expr>| match expr.as_literal() {
            Some(literal @ Datum::Float(_)) if has_float => {
                Ok(Operand { sql: self.beside_float(literal, expr)?, expr })
            }
            _ => self.operand(expr),
        };
        exprs.iter().map(operand).collect()
    }

    /// Prints a value or a condition.
    pub(super) fn value(&self, expr: &Expr) -> Result<SqlPiece, Refused> {
        let say = |said: Printed| self.said(said, expr);
        match &expr.node {
            Node::Literal(value) => self.literal(value, expr),
            Node::Column(name) => self.column(name, expr),
            Node::Persona => self.persona(expr),
            Node::Computed(computed) => self.computed_column(computed, expr),
            Node::Reference { name, rule } => match self.references.borrow().get(name) {
                Some(column) => Ok(column.clone()),
                // Places in the other rule's text mean nothing in this one.
                None => self.value(rule.written()).map_err(|refused| refused.inside(name, expr)),
            },
            Node::And(parts) => self.chain(parts, "AND", Precedence::And),
            Node::Or(parts) => self.chain(parts, "OR", Precedence::Or),
            Node::Not(part) => self.negation(part),
            Node::Compare(op, a, b) => self.comparison(*op, a, b, expr),
            Node::Same(a, b) => {
                let (a, b) = self.sides(a, b)?;
                Ok(self.syntax.same(&a, &b))
            }
            Node::IsNull(part) => Ok(is_null(&self.value(part)?)),
            Node::IsTrue(part) => Ok(self.syntax.is_true(&self.value(part)?)),
            Node::Between { value, low, high } => self.between(value, low, high, expr),
            Node::In { list, file: Some(file), .. } if list.len() > MAX_FILE_VALUES => Err(Refused::new(
                expr,
                format!("{} has {} values, too many for a statement: load them as a table", file.path, list.len()),
            )),
            Node::In { value, list, .. } => self.list(value, list, expr),
            Node::Like { value, pattern, escape, any_case } => {
                self.like(value, pattern, *escape, *any_case).and_then(say)
            }
            Node::Matches { value, pattern } => {
                let value = self.value(value)?;
                say(RegexPattern::parse(pattern).and_then(|pattern| self.syntax.matches(&value, &pattern)))
            }
            Node::Arithmetic(op, a, b) => self.arithmetic(*op, a, b, expr),
            Node::Shift(part, interval) => say(self.syntax.shift(&self.value(part)?, *interval, part.kind)),
            Node::DatePart(field, part) => say(self.syntax.date_part(*field, &self.value(part)?)),
            Node::DateTrunc(unit, part) => say(self.syntax.date_trunc(*unit, &self.value(part)?, part.kind)),
            Node::DateDiff(unit, from, to) => {
                say(self.syntax.date_diff(*unit, &self.value(from)?, &self.value(to)?, from.kind))
            }
            Node::Call(function, arguments) => self.call(*function, arguments, expr),
            Node::Case { whens, otherwise } => self.case(whens, otherwise.as_ref(), expr),
            Node::Cast(part, to) => match to {
                CastType::Boolean if part.kind.is_number() => {
                    Ok(comparison(&self.value(part)?, "<>", &SqlPiece::tight("0")))
                }
                CastType::Float if part.kind.is_number() => self.as_float(part),
                to => say(self.syntax.cast(&self.operand(part)?, *to)),
            },
        }
    }

    fn chain(&self, parts: &[Arc<Expr>], word: &str, level: Precedence) -> Result<SqlPiece, Refused> {
        let parts = parts.iter().map(|part| self.value(part)).collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<_> = parts.iter().map(|part| part.within(level)).collect();
        Ok(SqlPiece::new(level, parts.join(&format!(" {word} "))))
    }

    fn negation(&self, part: &Arc<Expr>) -> Result<SqlPiece, Refused> {
        Ok(match &part.node {
            Node::IsNull(inner) => {
                let inner = self.value(inner)?;
                SqlPiece::new(Precedence::Compare, format!("{} IS NOT NULL", inner.within(Precedence::Sum)))
            }
            Node::Compare(Comparison::Equal, a, b) => return self.comparison(Comparison::NotEqual, a, b, part),
            Node::Same(a, b) => {
                let (a, b) = self.sides(a, b)?;
                self.syntax.distinct(&a, &b)
            }
            _ => SqlPiece::new(Precedence::Not, format!("NOT {}", self.value(part)?.operand())),
        })
    }

    pub(super) fn literal(&self, value: &Datum, expr: &Expr) -> Result<SqlPiece, Refused> {
        let said = match value {
            Datum::Null => Ok(self.syntax.null(expr.kind)),
            Datum::Boolean(truth) => Ok(self.syntax.boolean(*truth)),
            Datum::Integer(number) => Ok(self.syntax.integer(*number)),
            Datum::Decimal(number) => self.syntax.decimal(*number),
            Datum::Float(number) => self.syntax.float(*number),
            Datum::Text(text) => self.syntax.text(text),
            Datum::Date(date) => self.syntax.date(*date),
            Datum::Timestamp(at) => self.syntax.timestamp(*at),
        };
        self.said(said, expr)
    }

    /// Prints the name of a column without converting its value.
    pub(super) fn name(&self, name: &str, expr: &Expr) -> Result<SqlPiece, Refused> {
        let quoted = self.said(self.syntax.identifier(name), expr)?;
        Ok(match &self.qualifier {
            Some(table) => SqlPiece::tight(format!("{table}.{quoted}")),
            None => quoted,
        })
    }

    fn column(&self, name: &str, expr: &Expr) -> Result<SqlPiece, Refused> {
        if let Some(why) = self.syntax.refuses_kind(expr.kind) {
            return Err(Refused::new(expr, why));
        }
        Ok(self.syntax.column(self.name(name, expr)?, expr.kind))
    }

    /// Prints the customer's primary persona: the first one whose audience contains the customer.
    fn persona(&self, expr: &Expr) -> Result<SqlPiece, Refused> {
        if self.tables.personas.is_empty() {
            return Err(Refused::new(
                expr,
                format!("the column {PERSONA} is made of the personas, and none is known here"),
            ));
        }
        let mut text = String::from("CASE");
        for (id, audience) in &self.tables.personas {
            let condition = self.value(audience.written()).map_err(|refused| refused.inside(id, expr))?;
            let id = self.said(self.syntax.text(id), expr)?;
            text.push_str(&format!(" WHEN {condition} THEN {id}"));
        }
        Ok(SqlPiece::tight(text + " END"))
    }

    fn computed_column(&self, computed: &Arc<ComputedColumn>, expr: &Expr) -> Result<SqlPiece, Refused> {
        if let Some(known) = self.computed.get(&computed.text) {
            return Ok(known.clone());
        }
        match &computed.source {
            ComputedDefinition::Top { column, percent, lowest, within: None } => {
                self.top(column, *percent, *lowest, expr)
            }
            ComputedDefinition::Split { parts, salt } => {
                let key = self.schema.key().ok_or_else(|| Refused::new(expr, "no column is known to be the key"))?;
                let kind = self.schema.type_of(key);
                let key = self.name(key, expr)?;
                let key = self.said(self.syntax.key_text(&key, kind), expr)?;
                self.said(self.syntax.split(&key, salt, *parts), expr)
            }
            ComputedDefinition::Events(_) | ComputedDefinition::Pattern(_) => {
                Err(Refused::new(expr, "a table of events cannot be joined here"))
            }
            ComputedDefinition::OfCustomer(_) => {
                Err(Refused::new(expr, "a value of the customer cannot be joined here"))
            }
            ComputedDefinition::Top { .. } => Err(Refused::new(expr, "its groups cannot be joined here")),
        }
    }

    fn case(
        &self,
        whens: &[(Arc<Expr>, Arc<Expr>)],
        otherwise: Option<&Arc<Expr>>,
        expr: &Expr,
    ) -> Result<SqlPiece, Refused> {
        let result = |result: &Arc<Expr>| match (expr.kind, result.as_literal()) {
            (kind, Some(Datum::Null)) => Ok(self.syntax.null(kind)),
            _ => self.value(result),
        };
        let mut text = String::from("CASE");
        for (when, then) in whens {
            text.push_str(&format!(" WHEN {} THEN {}", self.value(when)?, result(then)?));
        }
        if let Some(otherwise) = otherwise {
            text.push_str(&format!(" ELSE {}", result(otherwise)?));
        }
        Ok(SqlPiece::tight(text + " END"))
    }

    fn call(&self, id: FunctionId, arguments: &[Arc<Expr>], expr: &Expr) -> Result<SqlPiece, Refused> {
        if let Some(number) = self.number_function(id, arguments, expr)? {
            return Ok(number);
        }
        let text = |n: usize| arguments.get(n).and_then(|argument| argument.as_literal()).and_then(Datum::text);
        let digits = |n: usize| match arguments.get(n).and_then(|argument| argument.as_literal()) {
            Some(Datum::Integer(number)) => usize::try_from(*number).unwrap_or(0),
            _ => 0,
        };
        if id == FunctionId::ConcatWs && arguments.first().is_some_and(|separator| separator.is_null()) {
            return Ok(self.syntax.null(ColumnType::Text));
        }
        let said = match (id, text(1)) {
            (FunctionId::RegexpExtract, Some(pattern)) => {
                let value = self.value(&arguments[0])?;
                RegexPattern::parse(pattern).and_then(|pattern| self.syntax.regexp_extract(&value, &pattern, digits(2)))
            }
            (FunctionId::RegexpReplace, Some(pattern)) => {
                let value = self.value(&arguments[0])?;
                let options = text(3).unwrap_or_default();
                let flags: String = options.chars().filter(|c| "ims".contains(*c)).collect();
                let flags = if flags.is_empty() { flags } else { format!("(?{flags})") };
                let replacement = text(2).unwrap_or_default();
                RegexPattern::parse(&format!("{flags}{pattern}")).and_then(|pattern| {
                    self.syntax.regexp_replace(&value, &pattern, replacement, options.contains('g'))
                })
            }
            (FunctionId::Strftime, Some(format)) => {
                self.syntax.strftime(&self.value(&arguments[0])?, &TimePattern::parse(format), arguments[0].kind)
            }
            (FunctionId::RegexpExtract | FunctionId::RegexpReplace | FunctionId::Strftime, None) => {
                Err("its pattern is not in quotes".into())
            }
            (FunctionId::StartsWith | FunctionId::EndsWith | FunctionId::Contains | FunctionId::Strpos, Some(part)) => {
                let mut operands = vec![Operand {
                    sql: self.value_beside(&arguments[0], &[Datum::Text(part.to_owned())])?,
                    expr: &arguments[0],
                }];
                operands.extend(self.operands(&arguments[1..])?);
                self.syntax.function(id, &operands)
            }
            _ => self.syntax.function(id, &self.operands(arguments)?),
        };
        said.map_err(|why| Refused { what: functions::name(id).to_owned(), why, place: expr.span.clone() })
    }
}
