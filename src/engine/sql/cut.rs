//! A column cut into groups, as an expression that the printers can say.

use std::sync::Arc;

use super::terms::Term;
use crate::engine::EngineError;
use crate::model::{ColumnType, Cut, DateUnit, Datum, Decimal, breaks, nice};
use crate::rule::{CastType, Comparison, DateField, Expr, Node};

/// Key of a grouping, in the form that the engine computes and in the form of the answer.
pub(super) struct GroupKey {
    pub(super) term: Term,
    /// Names of the parts, if the engine computes the number of a part.
    parts: Option<Vec<String>>,
}

impl GroupKey {
    /// Creates the key. `name` is the column's name, for messages.
    pub(super) fn new(column: &Term, name: &str, cut: &Cut) -> Result<Self, EngineError> {
        let plain = |term| Ok(Self { term, parts: None });
        match cut {
            Cut::Values => match column.kind() {
                kind @ (ColumnType::Duration | ColumnType::Other) => Err(EngineError::Unsupported {
                    what: format!("groups by the {kind} column \"{name}\""),
                    way_out: "group by another column".into(),
                }),
                _ => plain(column.clone()),
            },
            Cut::Breaks(points) => {
                if let Some(fault) = breaks::fault(points) {
                    return Err(EngineError::Failed(fault));
                }
                let names = breaks::names(points, column.kind().is_whole());
                let term = part(column, points)
                    .ok_or_else(|| EngineError::Failed(format!("\"{name}\" holds no numbers to cut by breaks")))?;
                Ok(Self { term, parts: Some(names) })
            }
            Cut::Dates(unit) => plain(period(column, name, *unit)?),
        }
    }

    /// Converts a key as the engine computed it to the key of the answer.
    pub(super) fn datum(&self, computed: Datum) -> Datum {
        match (&self.parts, &computed) {
            (Some(names), Datum::Integer(part)) => {
                let name = usize::try_from(*part).ok().and_then(|part| names.get(part));
                name.map_or(Datum::Null, |name| Datum::Text(name.clone()))
            }
            _ => computed,
        }
    }
}

/// Returns the number of ascending break points that a value has reached, or null for null; `None` if the column has no
/// numbers.
pub(super) fn part(column: &Term, points: &[f64]) -> Option<Term> {
    let kind = column.kind();
    if !(kind.is_number() || matches!(kind, ColumnType::Date | ColumnType::Timestamp)) {
        return None;
    }
    let value = &column.expr;
    let integer = |part: usize| Arc::new(Expr::literal(Datum::Integer(part as i64), 0..0));
    let is_null = Arc::new(Expr::condition(Node::IsNull(value.clone()), 0..0));
    let mut whens = vec![(is_null, Arc::new(Expr::new(Node::Literal(Datum::Null), ColumnType::Integer, 0..0)))];
    for (at, point) in points.iter().enumerate().rev() {
        let reached = match first_from(*point, kind) {
            Some(literal) => {
                let literal = Arc::new(Expr::literal(literal, 0..0));
                Arc::new(Expr::condition(Node::Compare(Comparison::GreaterOrEqual, value.clone(), literal), 0..0))
            }
            // Beyond all values of the type.
            None if *point > 0.0 => continue,
            None => Arc::new(Expr::truth(Some(true))),
        };
        whens.push((reached, integer(at + 1)));
    }
    let node = Node::Case { whens, otherwise: Some(integer(0)) };
    Some(Term::new(Arc::new(Expr::new(node, ColumnType::Integer, 0..0))))
}

/// Returns the least value of a type that is not below a break point; `None` if the point is beyond the type.
fn first_from(point: f64, kind: ColumnType) -> Option<Datum> {
    let whole = |number: f64| (number.abs() < 9.2e18).then_some(number as i64);
    match kind {
        ColumnType::Date => nice::from_days(point.ceil()).map(Datum::Date),
        ColumnType::Timestamp => {
            let micros = whole((point * 1e6).ceil())?;
            chrono::DateTime::from_timestamp_micros(micros).map(|at| Datum::Timestamp(at.naive_utc()))
        }
        ColumnType::Integer => whole(point.ceil()).map(Datum::Integer),
        ColumnType::Decimal(_) => {
            let decimal = Decimal::parse(&point.to_string()).map(Datum::Decimal);
            Some(decimal.unwrap_or(Datum::Float(point)))
        }
        _ => Some(Datum::Float(point)),
    }
}

/// Returns the first day of a period, or the number of a recurring one, such as a weekday.
fn period(column: &Term, name: &str, unit: DateUnit) -> Result<Term, EngineError> {
    let refused = |why: String| EngineError::Failed(format!("\"{name}\" {why}"));
    let kind = column.kind();
    if !matches!(kind, ColumnType::Date | ColumnType::Timestamp) {
        return Err(refused(format!("holds no dates to group by {unit}")));
    }
    if kind == ColumnType::Date && unit == DateUnit::Hour {
        return Err(refused("holds dates, which have no hour".into()));
    }
    let value = column.expr.clone();
    let part = |field| Expr::new(Node::DatePart(field, value.clone()), ColumnType::Integer, 0..0);
    let first = |field| {
        let first = match (kind, field) {
            (ColumnType::Date, DateField::Day) => return Expr::clone(&value),
            _ => Expr::new(Node::DateTrunc(field, value.clone()), kind, 0..0),
        };
        match kind {
            ColumnType::Date => first,
            _ => Expr::new(Node::Cast(Arc::new(first), CastType::Date), ColumnType::Date, 0..0),
        }
    };
    let expr = match unit {
        DateUnit::Weekday => part(DateField::IsoDayOfWeek),
        DateUnit::Hour => part(DateField::Hour),
        DateUnit::Year => first(DateField::Year),
        DateUnit::Quarter => first(DateField::Quarter),
        DateUnit::Month => first(DateField::Month),
        DateUnit::Week => first(DateField::Week),
        DateUnit::Day => first(DateField::Day),
    };
    Ok(Term::new(Arc::new(expr)))
}
