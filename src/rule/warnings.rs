//! Conditions that are valid and yet unlikely to mean what they say.

use std::ops::Range;
use std::sync::Arc;

use super::expr::{Checked, Comparison, Expr, Node};
use super::functions::FunctionId;
use super::{parse_date, quote};
use crate::model::Datum;

/// Maximum number of values of one list that are looked up. Longer lists are pasted, not typed.
const MAX_LISTED: usize = 20;
/// Maximum number of texts of one rule that are looked up.
const MAX_TEXTS: usize = 60;

/// A remark on a condition, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWarning {
    /// Bytes of the rule's text that the remark is about.
    pub place: Range<usize>,
    /// One line, lower case, no full stop: `no customer has plan 'Pro': did you mean 'pro'?`
    pub message: String,
}

/// A text that a rule compares with a column of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedText {
    pub column: String,
    pub text: String,
    pub comparison: TextComparison,
    /// Bytes of the condition in the rule's text.
    pub place: Range<usize>,
    /// The condition that some customer should fulfil.
    pub condition: Checked,
}

/// Kind of comparison of a column with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextComparison {
    /// Equality: some customer should have the text.
    Equality,
    /// Order by an ISO date: some of the column's texts should have this form.
    DateOrder,
}

/// Returns the conditions that hold for nobody, or for everybody, whatever the data. Rules behind `@names` are left out:
/// their places are in other texts.
pub fn warnings(rule: &Checked) -> Vec<RuleWarning> {
    let mut found = Vec::new();
    visit(rule.written(), &mut |expr| {
        if let Some(message) = warning(expr) {
            found.push(RuleWarning { place: expr.span.clone(), message });
        }
    });
    found
}

fn warning(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Literal(Datum::Null) if !expr.span.is_empty() && expr.kind == crate::model::ColumnType::Boolean => {
            Some("a comparison with NULL is never true: write IS NULL or IS NOT NULL".to_owned())
        }
        Node::Between { value, low, high } => {
            let (low, high) = (low.as_literal()?, high.as_literal()?);
            if low > high {
                let (low, high) = (low.sql(), high.sql());
                return Some(format!("no value is between {low} and {high}: the lower bound comes first"));
            }
            by_letters(value, low).or_else(|| by_letters(value, high))
        }
        Node::Compare(
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual,
            value,
            bound,
        ) => by_letters(value, bound.as_literal()?),
        Node::Compare(Comparison::Equal | Comparison::NotEqual, value, text) | Node::Same(value, text) => {
            let (Node::Call(function, _), Some(Datum::Text(text))) = (&value.node, text.as_literal()) else {
                return None;
            };
            let (result, name, case) = match function {
                FunctionId::Lower => (text.to_lowercase(), "lower", "capital"),
                FunctionId::Upper => (text.to_uppercase(), "upper", "small"),
                _ => return None,
            };
            (result != *text).then(|| {
                let (text, result) = (Datum::Text(text.clone()).sql(), Datum::Text(result).sql());
                format!("{name}() has no {case} letters, {text} has: did you mean {result}?")
            })
        }
        _ => None,
    }
}

/// Returns a remark if texts are put in order with a number: `'9'` comes after `'10'`.
fn by_letters(value: &Expr, bound: &Datum) -> Option<String> {
    let (Node::Column(column), Datum::Text(text)) = (&value.node, bound) else { return None };
    let is_number = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    is_number.then(|| {
        let column = quote(column);
        format!("{column} is text and compared letter by letter: to compare numbers, write CAST({column} AS DOUBLE)")
    })
}

/// Returns the texts that columns of the base are compared with, in the order of the rule, so that those can be found
/// that no customer has.
pub fn compared_texts(rule: &Checked) -> Vec<ComparedText> {
    let mut found = Vec::new();
    visit(rule.written(), &mut |expr| match &expr.node {
        Node::Compare(Comparison::Equal | Comparison::NotEqual, value, literal) | Node::Same(value, literal) => {
            found.extend(literal.as_literal().and_then(|literal| equality(expr, value, literal)));
        }
        Node::In { value, list, file: None } if list.len() <= MAX_LISTED => {
            found.extend(list.iter().filter_map(|literal| equality(expr, value, literal)));
        }
        Node::Compare(_, value, bound) | Node::Between { value, low: bound, .. } => {
            found.extend(bound.as_literal().and_then(|bound| date_order(expr, value, bound)));
        }
        _ => {}
    });
    found.truncate(MAX_TEXTS);
    found
}

fn equality(expr: &Expr, value: &Arc<Expr>, literal: &Datum) -> Option<ComparedText> {
    let same = Arc::new(Expr::literal(literal.clone(), 0..0));
    let condition = Node::Compare(Comparison::Equal, value.clone(), same);
    compared(expr, value, literal, TextComparison::Equality, condition)
}

fn date_order(expr: &Expr, value: &Arc<Expr>, bound: &Datum) -> Option<ComparedText> {
    let Datum::Text(text) = bound else { return None };
    parse_date(text)?;
    let pattern = Arc::new(Expr::literal(Datum::Text("____-__-__%".to_owned()), 0..0));
    let condition = Node::Like { value: value.clone(), pattern, escape: None, any_case: false };
    compared(expr, value, bound, TextComparison::DateOrder, condition)
}

fn compared(
    expr: &Expr,
    value: &Expr,
    literal: &Datum,
    comparison: TextComparison,
    condition: Node,
) -> Option<ComparedText> {
    let (Node::Column(column), Datum::Text(text)) = (&value.node, literal) else { return None };
    let condition = Checked::new(Arc::new(Expr::condition(condition, expr.span.clone())));
    Some(ComparedText { column: column.clone(), text: text.clone(), comparison, place: expr.span.clone(), condition })
}

/// Calls `f` with every node of the rule's own text.
fn visit(expr: &Expr, f: &mut impl FnMut(&Expr)) {
    f(expr);
    if !matches!(expr.node, Node::Reference { .. }) {
        expr.children().into_iter().for_each(|child| visit(child, f));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ColumnType, Schema};
    use crate::rule::{Context, NameKind, Namespace, check};

    fn read(text: &str) -> Checked {
        let columns = [("plan", ColumnType::Text), ("age", ColumnType::Integer), ("since", ColumnType::Date)];
        let column = |(name, column_type): (&str, ColumnType)| Column { name: name.into(), column_type };
        let schema = Schema::new(columns.map(column).into());
        let mut names = Namespace::default();
        names.insert("vip", NameKind::Segment, "plan = 'Pro' AND age > NULL");
        let today = "2026-06-30".parse().expect("a date");
        check(text, &Context { schema: &schema, names: &names, today }).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn impossible_conditions_are_warned_at_their_place() {
        for (text, place, message) in [
            ("age > NULL", "age > NULL", "a comparison with NULL is never true: write IS NULL or IS NOT NULL"),
            ("plan = 'a' AND age <> NULL", "age <> NULL", "a comparison with NULL is never true"),
            ("age BETWEEN 5 AND 3", "age BETWEEN 5 AND 3", "no value is between 5 and 3: the lower bound comes first"),
            ("age NOT BETWEEN 5 AND 3 OR plan = 'a'", "age NOT BETWEEN 5 AND 3", "no value is between 5 and 3"),
            (
                "since BETWEEN '2026-02-01' AND DATE '2026-01-01'",
                "since BETWEEN '2026-02-01' AND DATE '2026-01-01'",
                "no value is between",
            ),
            (
                "lower(plan) = 'Pro'",
                "lower(plan) = 'Pro'",
                "lower() has no capital letters, 'Pro' has: did you mean 'pro'?",
            ),
            ("upper(plan) <> 'Pro'", "upper(plan) <> 'Pro'", "upper() has no small letters"),
            (
                "plan >= '10'",
                "plan >= '10'",
                "\"plan\" is text and compared letter by letter: to compare numbers, write CAST(\"plan\" AS DOUBLE)",
            ),
            (
                "plan BETWEEN '1' AND '5.5'",
                "plan BETWEEN '1' AND '5.5'",
                "\"plan\" is text and compared letter by letter",
            ),
        ] {
            let found = warnings(&read(text));
            let [warning] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert_eq!(&text[warning.place.clone()], place);
            assert!(warning.message.starts_with(message), "{text}: {}", warning.message);
        }
    }

    #[test]
    fn sensible_conditions_have_no_warning() {
        for text in [
            "",
            "age IS NULL AND plan IS NOT DISTINCT FROM NULL",
            "age BETWEEN 3 AND 3 AND since BETWEEN '2026-01-01' AND today",
            "lower(plan) = 'pro' AND upper(plan) IN ('PRO') AND lower(plan) = upper(plan)",
            "coalesce(age, NULL, 3) > 2 AND CASE WHEN age > 3 THEN NULL ELSE age END > 2",
            "@vip",
            "plan > 'm' AND plan BETWEEN 'a' AND 'c' AND plan = '10' AND plan >= '2026-01-01'",
        ] {
            assert_eq!(warnings(&read(text)), [], "{text}");
        }
    }

    #[test]
    fn texts_compared_with_columns_are_found_in_equations_and_lists() {
        let text =
            "plan = 'a' AND (plan <> 'b' OR NOT plan IN ('c', 'd')) AND 'e' = plan AND lower(plan) = 'f' AND @vip";
        let found = compared_texts(&read(text));
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c", "d", "e"]);
        assert_eq!(&text[found[1].place.clone()], "plan <> 'b'");
        assert_eq!(found[2].condition, read("plan = 'c'"));
        let dates = compared_texts(&read("plan >= '2026-01-01' AND since >= '2026-01-01' AND plan < 'm'"));
        let [date] = dates.as_slice() else { panic!("{dates:?}") };
        assert_eq!((date.text.as_str(), date.comparison), ("2026-01-01", TextComparison::DateOrder));
        assert_eq!(date.condition, read("plan LIKE '____-__-__%'"));
        let list = (0..=MAX_LISTED).map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
        assert_eq!(compared_texts(&read(&format!("plan IN ({list})"))), []);
    }
}
