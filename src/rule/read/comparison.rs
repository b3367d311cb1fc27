//! Reads comparisons: which kinds can be compared, how their values are converted, and the one form of all spellings.

use std::cmp::Ordering;
use std::sync::Arc;

use super::super::RuleError;
use super::super::dates::{parse_date, parse_timestamp};
use super::super::expr::{CastType, Comparison, Expr, Node};
use super::super::names::quote;
use super::with_article;
use crate::model::{ColumnType, Datum, Decimal, PERSONA};

/// Builds `left <op> right` with a literal on the right side.
pub(super) fn compare(op: Comparison, left: &Arc<Expr>, right: &Arc<Expr>) -> Result<Arc<Expr>, RuleError> {
    let (left, right) = meet(left, right, op)?;
    let span = left.span.start.min(right.span.start)..left.span.end.max(right.span.end);
    let constant = |truth| Ok(Arc::new(Expr::truth(truth).at(span.clone())));
    if left.is_null() || right.is_null() {
        return constant(None);
    }
    if let (Some(a), Some(b)) = (left.as_literal(), right.as_literal()) {
        return constant(order(a, b).map(|order| op.holds(order)));
    }
    let turn = left.as_literal().is_some() || (right.as_literal().is_none() && left.to_string() > right.to_string());
    let (op, left, right) = if turn { (op.turned(), right, left) } else { (op, left, right) };
    if left.kind == ColumnType::Boolean
        && matches!(op, Comparison::Equal | Comparison::NotEqual)
        && let Some(Datum::Boolean(truth)) = right.as_literal()
    {
        let holds = *truth == (op == Comparison::Equal);
        let expr = Arc::unwrap_or_clone(left).at(span.clone());
        return Ok(Arc::new(if holds { expr } else { super::negated(Arc::new(expr), span) }));
    }
    Ok(Arc::new(Expr::condition(Node::Compare(op, left, right), span)))
}

/// Builds `left IS NOT DISTINCT FROM right`.
pub(super) fn same(left: &Arc<Expr>, right: &Arc<Expr>) -> Result<Arc<Expr>, RuleError> {
    let (left, right) = meet(left, right, Comparison::Equal)?;
    match (left.is_null(), right.is_null()) {
        (true, _) => return Ok(is_null(&right)),
        (_, true) => return Ok(is_null(&left)),
        _ => {}
    }
    if left.as_literal().is_some() && right.as_literal().is_some() {
        return compare(Comparison::Equal, &left, &right);
    }
    let span = left.span.start.min(right.span.start)..left.span.end.max(right.span.end);
    let turn = left.as_literal().is_some() || (right.as_literal().is_none() && left.to_string() > right.to_string());
    let (left, right) = if turn { (right, left) } else { (left, right) };
    Ok(Arc::new(Expr::condition(Node::Same(left, right), span)))
}

pub(super) fn is_null(expr: &Arc<Expr>) -> Arc<Expr> {
    let span = expr.span.clone();
    Arc::new(match expr.as_literal() {
        Some(value) => Expr::truth(Some(value.is_null())).at(span),
        None => Expr::condition(Node::IsNull(expr.clone()), span),
    })
}

/// Compares two literals of one kind, or two numbers.
pub(super) fn order(a: &Datum, b: &Datum) -> Option<Ordering> {
    match (exact(a), exact(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        // One of them is a float.
        (Some(a), None) => a.to_f64().partial_cmp(&b.number()?),
        (None, Some(b)) => a.number()?.partial_cmp(&b.to_f64()),
        (None, None) => a.partial_cmp(b),
    }
}

/// Returns a whole number or a decimal as an exact decimal; `None` for other values.
pub(super) fn exact(value: &Datum) -> Option<Decimal> {
    match value {
        Datum::Integer(number) => Some(Decimal::from_integer(*number)),
        Datum::Decimal(decimal) => Some(*decimal),
        _ => None,
    }
}

/// Converts both values to kinds that can be compared.
pub(super) fn meet(left: &Arc<Expr>, right: &Arc<Expr>, op: Comparison) -> Result<(Arc<Expr>, Arc<Expr>), RuleError> {
    let mut both = unify(vec![left.clone(), right.clone()], Some(op))?;
    match (both.pop(), both.pop()) {
        (Some(right), Some(left)) => Ok((left, right)),
        _ => Ok((left.clone(), right.clone())),
    }
}

/// Converts the values to kinds that go together: text literals become dates beside a date, days become midnights
/// beside a timestamp, literal numbers take the kind of the numbers beside them. Nulls go with everything. `op` is the
/// comparison that the values are for, if any.
pub(super) fn unify(values: Vec<Arc<Expr>>, op: Option<Comparison>) -> Result<Vec<Arc<Expr>>, RuleError> {
    let Some(lead) = lead(&values) else { return Ok(values) };
    refuse_incomparable(&values)?;
    let with_timestamp = values.iter().any(|value| value.kind == ColumnType::Timestamp);
    let kind = if with_timestamp && lead.kind == ColumnType::Date { ColumnType::Timestamp } else { lead.kind };
    let float = values.iter().any(|value| value.kind == ColumnType::Float && value.as_literal().is_none());
    values.iter().map(|value| fit(value, &lead, kind, float, op)).collect()
}

/// Converts the values to one kind, by casts if they are numbers of several kinds: for results of CASE and COALESCE.
pub(super) fn unify_kinds(values: Vec<Arc<Expr>>) -> Result<(Vec<Arc<Expr>>, ColumnType), RuleError> {
    let values = unify(values, None)?;
    let kind = common_kind(&values);
    let cast = |value: Arc<Expr>| match (value.kind, kind) {
        (from, to) if from == to || !from.is_number() || !to.is_number() => value,
        (_, ColumnType::Float) => to_float(&value),
        (_, ColumnType::Decimal(scale)) => to_decimal(&value, scale),
        _ => value,
    };
    Ok((values.into_iter().map(cast).collect(), kind))
}

fn common_kind(values: &[Arc<Expr>]) -> ColumnType {
    let kinds = || values.iter().filter(|value| !value.is_null()).map(|value| value.kind);
    let scale = kinds().filter_map(|kind| if let ColumnType::Decimal(scale) = kind { Some(scale) } else { None }).max();
    match scale {
        _ if kinds().any(|kind| kind == ColumnType::Float) => ColumnType::Float,
        Some(scale) => ColumnType::Decimal(scale),
        None => kinds().next().unwrap_or(ColumnType::Other),
    }
}

/// Returns the value that the others must fit: a column rather than a literal, a date rather than a text.
fn lead(values: &[Arc<Expr>]) -> Option<Arc<Expr>> {
    let rank = |value: &&Arc<Expr>| match (value.as_literal(), value.kind) {
        (None, _) => 0,
        (Some(_), ColumnType::Date | ColumnType::Timestamp) => 1,
        (Some(_), _) => 2,
    };
    values.iter().filter(|value| !value.is_null()).min_by_key(rank).cloned()
}

fn refuse_incomparable(values: &[Arc<Expr>]) -> Result<(), RuleError> {
    let odd = |kind| matches!(kind, ColumnType::Time | ColumnType::Duration | ColumnType::Other);
    match values.iter().find(|value| !value.is_null() && odd(value.kind)) {
        None => Ok(()),
        Some(value) => {
            Err(RuleError::new(value.span.clone(), format!("{} cannot be compared", with_article(value.kind)))
                .with_hint("a rule can only ask whether it IS NULL"))
        }
    }
}

fn fit(
    value: &Arc<Expr>,
    lead: &Arc<Expr>,
    kind: ColumnType,
    float: bool,
    op: Option<Comparison>,
) -> Result<Arc<Expr>, RuleError> {
    use ColumnType::{Date, Text, Timestamp};
    if value.is_null() {
        return Ok(value.clone());
    }
    match (value.kind, kind) {
        (Text, Date | Timestamp) => text_to_time(value, lead, kind, op),
        (Date, Timestamp) => Ok(to_timestamp(value)),
        (Timestamp, Date) => Ok(value.clone()),
        (a, b) if a.is_number() && b.is_number() => Ok(if float { literal_as_float(value) } else { shortest(value) }),
        (a, b) if a == b => Ok(value.clone()),
        _ => Err(mismatch(value, lead, op)),
    }
}

/// Returns a literal number for use beside whole numbers and decimals: as a whole number if it is one, else as exact as
/// it was written.
fn shortest(value: &Arc<Expr>) -> Arc<Expr> {
    let whole = match value.as_literal() {
        Some(Datum::Decimal(decimal)) => decimal.to_i64(),
        Some(Datum::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
        _ => None,
    };
    match (whole, value.as_literal()) {
        (Some(whole), _) => Arc::new(Expr::literal(Datum::Integer(whole), value.span.clone())),
        (None, Some(Datum::Decimal(decimal))) => {
            Arc::new(Expr::literal(Datum::Decimal(decimal.normalized()), value.span.clone()))
        }
        _ => value.clone(),
    }
}

fn literal_as_float(value: &Arc<Expr>) -> Arc<Expr> {
    if value.as_literal().is_some() { to_float(value) } else { value.clone() }
}

/// Returns the number as a float.
pub(super) fn to_float(value: &Arc<Expr>) -> Arc<Expr> {
    match value.as_literal() {
        _ if value.kind == ColumnType::Float || value.is_null() => value.clone(),
        Some(literal) => {
            let number = literal.number().map_or(Datum::Null, Datum::Float);
            Arc::new(Expr::literal(number, value.span.clone()))
        }
        None => cast_node(value, CastType::Float),
    }
}

fn to_decimal(value: &Arc<Expr>, scale: u8) -> Arc<Expr> {
    match value.as_literal().and_then(exact).and_then(|decimal| decimal.rescale(scale)) {
        Some(decimal) => Arc::new(Expr::literal(Datum::Decimal(decimal), value.span.clone())),
        None => cast_node(value, CastType::Decimal { precision: Decimal::MAX_SCALE, scale }),
    }
}

/// Returns midnight of the same day, as a timestamp.
pub(super) fn to_timestamp(value: &Arc<Expr>) -> Arc<Expr> {
    match value.as_literal() {
        Some(Datum::Date(date)) => Arc::new(Expr::literal(Datum::Timestamp((*date).into()), value.span.clone())),
        None if value.kind == ColumnType::Date => cast_node(value, CastType::Timestamp),
        _ => value.clone(),
    }
}

fn cast_node(value: &Arc<Expr>, to: CastType) -> Arc<Expr> {
    Arc::new(Expr::new(Node::Cast(value.clone(), to), to.kind(), value.span.clone()))
}

fn text_to_time(
    value: &Arc<Expr>,
    lead: &Expr,
    kind: ColumnType,
    op: Option<Comparison>,
) -> Result<Arc<Expr>, RuleError> {
    let Some(Datum::Text(text)) = value.as_literal() else {
        return Err(mismatch(value, lead, op).with_hint("write CAST(… AS DATE) around the text"));
    };
    let read = match kind {
        ColumnType::Date => parse_date(text).map(Datum::Date),
        _ => parse_timestamp(text).map(Datum::Timestamp),
    };
    let read = read.ok_or_else(|| {
        let shape = match kind {
            ColumnType::Date => "'YYYY-MM-DD'",
            _ => "'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'",
        };
        RuleError::new(value.span.clone(), format!("'{text}' is not a valid {kind}"))
            .with_hint(format!("write it as {shape}"))
    })?;
    Ok(Arc::new(Expr::literal(read, value.span.clone())))
}

fn mismatch(value: &Expr, lead: &Expr, op: Option<Comparison>) -> RuleError {
    let error = RuleError::new(
        value.span.clone(),
        format!(
            "{} is {}, {} is {}",
            describe(lead),
            with_article(lead.kind),
            describe(value),
            with_article(value.kind)
        ),
    );
    let is_ordered = op.is_some_and(|op| !matches!(op, Comparison::Equal | Comparison::NotEqual));
    match (value.as_literal(), lead.kind) {
        // The order of texts is not that of numbers: '10' < '9'.
        (Some(Datum::Integer(_) | Datum::Decimal(_) | Datum::Float(_)), ColumnType::Text) if is_ordered => {
            error.with_hint(format!("to compare numbers, write CAST({lead} AS DOUBLE)"))
        }
        (Some(Datum::Integer(_) | Datum::Decimal(_) | Datum::Float(_)), ColumnType::Text) => {
            error.with_hint(format!("did you mean '{value}'?"))
        }
        (Some(Datum::Text(text)), kind) if kind.is_number() && text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            error.with_hint(format!("did you mean {}?", text.trim()))
        }
        (Some(Datum::Text(text)), ColumnType::Boolean)
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
        {
            error.with_hint(format!("did you mean {}?", text.to_uppercase()))
        }
        (Some(Datum::Integer(_)), ColumnType::Date | ColumnType::Timestamp) => {
            error.with_hint("write a date in single quotes: '2026-01-31'")
        }
        (Some(Datum::Integer(0 | 1)), ColumnType::Boolean) => error.with_hint("compare it with TRUE or FALSE"),
        _ => error,
    }
}

/// Describes a column by its name, a literal as written, anything else as "the other side".
fn describe(expr: &Expr) -> String {
    match &expr.node {
        Node::Literal(_) => expr.to_string(),
        Node::Column(name) => quote(name),
        Node::Persona => quote(PERSONA),
        Node::Computed(computed) => format!("\"{}\"", computed.label),
        _ => "the other side".into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Column, ColumnType, Schema};
    use crate::rule::{Context, Namespace, Node, check};

    fn with_rule<T>(text: &str, of: impl FnOnce(crate::rule::Checked) -> T) -> T {
        let columns = [("age", ColumnType::Integer), ("active", ColumnType::Boolean), ("since", ColumnType::Date)];
        let column = |(name, column_type): (&str, ColumnType)| Column { name: name.into(), column_type };
        let schema = Schema::new(columns.map(column).into());
        let names = Namespace::default();
        let today = "2026-06-30".parse().expect("a date");
        of(check(text, &Context { schema: &schema, names: &names, today }).expect("a rule"))
    }

    fn canonical(text: &str) -> String {
        with_rule(text, |rule| rule.canonical())
    }

    #[test]
    fn spellings_of_comparison_have_one_form() {
        for (one, other) in [
            ("1 < age", "age > 1"),
            ("1 >= age", "age <= 1"),
            ("active <> TRUE", "NOT active"),
            ("FALSE = active", "NOT active"),
            ("active <> FALSE", "active"),
            ("active IS NOT TRUE", "NOT (active IS TRUE)"),
            ("age IN (2, 1, 2)", "age IN (1, 2)"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one}");
        }
        assert_ne!(canonical("active IS NOT TRUE"), canonical("active IS TRUE"));
    }

    #[test]
    fn comparison_with_null_is_null_and_not_false() {
        assert_eq!(canonical("age = NULL"), canonical("NULL"));
        assert_eq!(canonical("NOT (age = NULL)"), canonical("NULL"));
        assert_ne!(canonical("age = NULL"), canonical("FALSE"));
    }

    #[test]
    fn date_beside_timestamp_is_its_midnight() {
        assert_eq!(
            canonical("since < TIMESTAMP '2026-01-31 12:00:00'"),
            canonical("CAST(since AS TIMESTAMP) < TIMESTAMP '2026-01-31 12:00:00'")
        );
    }

    /// One pass over the column, and one sentence where it is explained.
    #[test]
    fn range_between_literals_is_one_condition() {
        assert!(with_rule("age BETWEEN 1 AND 5", |rule| matches!(rule.written().node, Node::Between { .. })));
        assert!(with_rule("3 BETWEEN 1 AND age", |rule| matches!(rule.written().node, Node::And(_))));
    }
}
