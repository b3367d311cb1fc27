//! Prints the canonical text of a typed tree: one text for all spellings of the same tree, the key under which answers
//! are cached. It reads as SQL with every name quoted, and nothing parses it.

use std::fmt;

use super::expr::{CastType, Expr, Node};
use super::functions;
use super::names::quote;
use crate::model::{Datum, PERSONA};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Literal(value) => literal(value, f),
            Node::Column(name) => f.write_str(&quote(name)),
            Node::Persona => f.write_str(&quote(PERSONA)),
            Node::Computed(computed) => f.write_str(&computed.text),
            Node::Reference { rule, .. } => rule.expr().fmt(f),
            Node::And(parts) => joined(parts, " AND ", f),
            Node::Or(parts) => joined(parts, " OR ", f),
            Node::Not(part) => write!(f, "NOT ({part})"),
            Node::Compare(op, left, right) => {
                write!(f, "{} {} {}", PrintedOperand(left), op.sign(), PrintedOperand(right))
            }
            Node::Same(left, right) => {
                write!(f, "{} IS NOT DISTINCT FROM {}", PrintedOperand(left), PrintedOperand(right))
            }
            Node::IsNull(part) => write!(f, "{} IS NULL", PrintedOperand(part)),
            Node::IsTrue(part) => write!(f, "{} IS TRUE", PrintedOperand(part)),
            Node::Between { value, low, high } => {
                write!(f, "{} BETWEEN {} AND {}", PrintedOperand(value), PrintedOperand(low), PrintedOperand(high))
            }
            Node::In { value, file: Some(file), .. } => {
                let path = Datum::Text(file.path.clone()).sql();
                write!(f, "{} IN FILE {path} /* {:x} */", PrintedOperand(value), file.fingerprint)
            }
            Node::In { value, list, .. } => {
                write!(f, "{} IN (", PrintedOperand(value))?;
                separated(list.iter(), f, literal)?;
                f.write_str(")")
            }
            Node::Like { value, pattern, escape, any_case } => {
                let word = if *any_case { "ILIKE" } else { "LIKE" };
                write!(f, "{} {word} {}", PrintedOperand(value), PrintedOperand(pattern))?;
                match escape {
                    Some(escape) => write!(f, " ESCAPE {}", Datum::Text(escape.to_string()).sql()),
                    None => Ok(()),
                }
            }
            Node::Matches { value, pattern } => {
                write!(f, "{} ~ {}", PrintedOperand(value), Datum::Text(pattern.clone()).sql())
            }
            Node::Arithmetic(op, left, right) => {
                write!(f, "{} {} {}", PrintedOperand(left), op.sign(), PrintedOperand(right))
            }
            Node::Shift(part, interval) => write!(f, "{} + INTERVAL '{interval}'", PrintedOperand(part)),
            Node::DatePart(field, part) => write!(f, "EXTRACT({field} FROM {part})"),
            Node::DateTrunc(field, part) => write!(f, "DATE_TRUNC('{field}', {part})"),
            Node::DateDiff(field, from, to) => write!(f, "DATE_DIFF('{field}', {from}, {to})"),
            Node::Call(function, arguments) => {
                write!(f, "{}(", functions::name(*function).to_uppercase())?;
                separated(arguments.iter(), f, |argument, f| argument.fmt(f))?;
                f.write_str(")")
            }
            Node::Case { whens, otherwise } => {
                f.write_str("CASE")?;
                for (when, then) in whens {
                    write!(f, " WHEN {when} THEN {then}")?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " ELSE {otherwise}")?;
                }
                f.write_str(" END")
            }
            Node::Cast(part, to) => write!(f, "CAST({part} AS {to})"),
        }
    }
}

/// An operand, printed in parentheses unless it is a single word or call.
struct PrintedOperand<'a>(&'a Expr);

impl fmt::Display for PrintedOperand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = match &self.0.node {
            Node::Reference { rule, .. } => return PrintedOperand(rule.expr()).fmt(f),
            Node::Literal(_)
            | Node::Column(_)
            | Node::Persona
            | Node::Computed(_)
            | Node::Call(..)
            | Node::Cast(..) => true,
            Node::DatePart(..) | Node::DateTrunc(..) | Node::DateDiff(..) => true,
            _ => false,
        };
        if whole { self.0.fmt(f) } else { write!(f, "({})", self.0) }
    }
}

fn joined(parts: &[std::sync::Arc<Expr>], word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        write!(f, "({part})")?;
    }
    Ok(())
}

fn separated<T>(
    items: impl Iterator<Item = T>,
    f: &mut fmt::Formatter<'_>,
    write: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write(item, f)?;
    }
    Ok(())
}

/// Prints a literal. The spelling shows the kind of a number: `5`, `2.5` and `DECIMAL '5'` are exact, `5.0` and `2.5e0`
/// are floats.
fn literal(value: &Datum, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Datum::Boolean(true) => f.write_str("TRUE"),
        Datum::Boolean(false) => f.write_str("FALSE"),
        Datum::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => write!(f, "{number:.1}"),
        Datum::Float(number) => write!(f, "{number:e}"),
        Datum::Decimal(decimal) => match decimal.normalized() {
            whole if whole.scale() == 0 => write!(f, "DECIMAL '{whole}'"),
            fraction => write!(f, "{fraction}"),
        },
        Datum::Date(date) => write!(f, "DATE '{date}'"),
        Datum::Timestamp(at) => write!(f, "TIMESTAMP '{at}'"),
        Datum::Null | Datum::Integer(_) | Datum::Text(_) => f.write_str(&value.sql()),
    }
}

impl fmt::Display for CastType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CastType::Integer { bits: 8 } => f.write_str("TINYINT"),
            CastType::Integer { bits: 16 } => f.write_str("SMALLINT"),
            CastType::Integer { bits: 32 } => f.write_str("INTEGER"),
            CastType::Integer { .. } => f.write_str("BIGINT"),
            CastType::Float => f.write_str("DOUBLE"),
            CastType::Real => f.write_str("REAL"),
            CastType::Decimal { precision, scale } => write!(f, "DECIMAL({precision}, {scale})"),
            CastType::Text => f.write_str("TEXT"),
            CastType::Boolean => f.write_str("BOOLEAN"),
            CastType::Date => f.write_str("DATE"),
            CastType::Timestamp => f.write_str("TIMESTAMP"),
        }
    }
}
