//! Describes a rule in plain words: its conditions one by one, as sentences.

use std::sync::Arc;

use super::expr::computed_column::{
    Aggregate, ComputedColumn, ComputedDefinition, EventCall, EventPattern, PatternShape,
};
use super::expr::{Comparison, Expr, Node};
use super::functions::FunctionId;
use super::{Checked, functions};
use crate::model::{ColumnType, Datum, PERSONA, is_plain_name, reference};

/// A condition in words, with its parts.
#[derive(Debug, Clone)]
pub struct Explained {
    /// `spend_12m is above 250`, `any of these`, `@active, that is`.
    pub words: String,
    /// The condition itself, so that its customers can be counted.
    pub rule: Checked,
    pub parts: Vec<Explained>,
}

/// Explains a condition as it was written, `@names` unfolded.
pub fn explain(written: &Arc<Expr>) -> Explained {
    let parts = |parts: &[Arc<Expr>]| parts.iter().map(explain).collect();
    let (words, parts) = match &written.node {
        Node::And(all) => ("all of these".to_owned(), parts(all)),
        Node::Or(any) => ("any of these".to_owned(), parts(any)),
        Node::Not(part) if matches!(part.node, Node::And(_) | Node::Or(_) | Node::Reference { .. }) => {
            ("not this".to_owned(), vec![explain(part)])
        }
        Node::Reference { name, rule } => (format!("{}, that is", reference(name)), vec![explain(rule.written())]),
        _ => (condition(written, true), Vec::new()),
    };
    Explained { words, rule: Checked::new(written.clone()), parts }
}

/// Describes a condition, or its opposite if `holds` is false.
fn condition(expr: &Expr, holds: bool) -> String {
    let is = if holds { "is" } else { "is not" };
    match &expr.node {
        Node::Not(part) => condition(part, !holds),
        Node::Literal(Datum::Boolean(truth)) => (if *truth == holds { "every customer" } else { "no customer" }).into(),
        Node::Literal(_) => "no customer (always null)".into(),
        Node::Compare(op, a, b) => {
            let op = if holds { comparison(*op, a.kind) } else { negated(*op, a.kind) };
            format!("{} {op} {}", value(a), value(b))
        }
        Node::Same(a, b) => {
            let null = if b.as_literal().is_some() { "" } else { ", or both have no value" };
            match holds {
                true => format!("{} is {}{null}", value(a), value(b)),
                false => format!("{} is not {}, or has no value", value(a), value(b)),
            }
        }
        Node::IsNull(part) => format!("{} has {}", value(part), if holds { "no value" } else { "a value" }),
        Node::IsTrue(part) => match holds {
            true => condition(part, true),
            false => format!("it is false or unknown that {}", condition(part, true)),
        },
        Node::Between { value: x, low, high } => {
            format!("{} {is} between {} and {}, both included", value(x), value(low), value(high))
        }
        Node::In { value: x, list, file: Some(file) } => {
            format!("{} {is} one of the {} values in {}", value(x), list.len(), file.path)
        }
        Node::In { value: x, list, .. } => format!("{} {is} one of {}", value(x), listed(list)),
        Node::Like { value: x, pattern, any_case, .. } => {
            let case = if *any_case { ", ignoring case" } else { "" };
            let has = if holds { "has" } else { "does not have" };
            format!("{} {has} the pattern {}{case}", value(x), value(pattern))
        }
        Node::Matches { value: x, pattern } => {
            let matches = if holds { "matches" } else { "does not match" };
            format!("{} {matches} the regular expression {}", value(x), Datum::Text(pattern.clone()).sql())
        }
        Node::Call(id @ (FunctionId::Contains | FunctionId::StartsWith | FunctionId::EndsWith), arguments) => {
            let (yes, no) = match id {
                FunctionId::Contains => ("contains", "does not contain"),
                FunctionId::StartsWith => ("begins with", "does not begin with"),
                _ => ("ends with", "does not end with"),
            };
            let words: Vec<String> = arguments.iter().map(|argument| value(argument)).collect();
            words.join(&format!(" {} ", if holds { yes } else { no }))
        }
        Node::Computed(computed) => match &computed.source {
            ComputedDefinition::Top { column, percent, lowest, within } => {
                let end = if *lowest { "lowest" } else { "highest" };
                let of =
                    within.as_deref().map_or_else(|| "of all".into(), |within| format!("of the same {}", name(within)));
                format!("{} {is} among the {end} {percent} % {of}", name(column))
            }
            ComputedDefinition::Pattern(pattern) => pattern_condition(pattern, holds),
            _ => format!("{} is {holds}", value(expr)),
        },
        Node::Column(column) => format!("{} is {holds}", name(column)),
        Node::And(parts) | Node::Or(parts) => {
            let word = if matches!(expr.node, Node::And(_)) { " and " } else { " or " };
            let inner = parts.iter().map(|part| condition(part, true)).collect::<Vec<_>>().join(word);
            if holds { format!("({inner})") } else { format!("not ({inner})") }
        }
        Node::Reference { name, .. } => format!("{} {}", if holds { "in" } else { "not in" }, reference(name)),
        _ => format!("{} is {holds}", value(expr)),
    }
}

fn comparison(op: Comparison, kind: ColumnType) -> &'static str {
    match (op, kind) {
        (Comparison::Equal, _) => "is",
        (Comparison::NotEqual, _) => "is not",
        (Comparison::Less, ColumnType::Date | ColumnType::Timestamp) => "is before",
        (Comparison::LessOrEqual, ColumnType::Date | ColumnType::Timestamp) => "is on or before",
        (Comparison::Greater, ColumnType::Date | ColumnType::Timestamp) => "is after",
        (Comparison::GreaterOrEqual, ColumnType::Date | ColumnType::Timestamp) => "is on or after",
        (Comparison::Less, ColumnType::Text) => "is alphabetically before",
        (Comparison::LessOrEqual, ColumnType::Text) => "is alphabetically at most",
        (Comparison::Greater, ColumnType::Text) => "is alphabetically after",
        (Comparison::GreaterOrEqual, ColumnType::Text) => "is alphabetically at least",
        (Comparison::Less, _) => "is below",
        (Comparison::LessOrEqual, _) => "is at most",
        (Comparison::Greater, _) => "is above",
        (Comparison::GreaterOrEqual, _) => "is at least",
    }
}

fn negated(op: Comparison, kind: ColumnType) -> &'static str {
    let opposite = match op {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    };
    comparison(opposite, kind)
}

/// Maximum length of a list that is written out.
const MAX_LISTED: usize = 8;

fn listed(list: &[Datum]) -> String {
    let shown: Vec<String> = list.iter().take(MAX_LISTED).map(literal).collect();
    match list.len().checked_sub(MAX_LISTED) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

fn literal(value: &Datum) -> String {
    match value {
        Datum::Text(_) => value.sql(),
        Datum::Null => "no value".into(),
        other => other.to_string(),
    }
}

fn name(column: &str) -> String {
    if is_plain_name(column) { column.to_owned() } else { super::names::quote(column) }
}

/// Describes a value.
fn value(expr: &Expr) -> String {
    let join = |parts: &[Arc<Expr>]| parts.iter().map(|part| value(part)).collect::<Vec<_>>().join(", ");
    match &expr.node {
        Node::Literal(literal_value) => literal(literal_value),
        Node::Column(column) => name(column),
        Node::Persona => name(PERSONA),
        Node::Computed(computed) => computed_value(computed),
        Node::Arithmetic(op, a, b) => format!("{} {} {}", operand(a), op.sign(), operand(b)),
        Node::Shift(part, interval) => format!("{} plus {interval}", operand(part)),
        Node::DatePart(field, part) => format!("the {field} of {}", value(part)),
        Node::DateTrunc(unit, part) => format!("the beginning of the {unit} of {}", value(part)),
        Node::DateDiff(unit, from, to) => format!("the {unit}s from {} to {}", value(from), value(to)),
        Node::Call(FunctionId::Join, parts) => {
            parts.iter().map(|part| value(part)).collect::<Vec<_>>().join(" joined with ")
        }
        Node::Call(FunctionId::Lower, parts) => format!("{} in lower case", join(parts)),
        Node::Call(FunctionId::Upper, parts) => format!("{} in upper case", join(parts)),
        Node::Call(FunctionId::Length, parts) => format!("the length of {}", join(parts)),
        Node::Call(id, parts) => format!("{}({})", functions::name(*id), join(parts)),
        Node::Cast(part, to) => format!("{} as {to}", operand(part)),
        Node::Case { whens, otherwise } => {
            let whens: Vec<String> =
                whens.iter().map(|(when, then)| format!("{} if {}", value(then), condition(when, true))).collect();
            let otherwise = otherwise.as_ref().map_or("no value".to_owned(), |otherwise| value(otherwise));
            format!("({}, else {otherwise})", whens.join(", "))
        }
        _ => format!("whether {}", condition(expr, true)),
    }
}

/// Describes a value beside an operator, in parentheses where it is a calculation.
fn operand(expr: &Expr) -> String {
    match &expr.node {
        Node::Arithmetic(..) | Node::Shift(..) => format!("({})", value(expr)),
        _ => value(expr),
    }
}

fn pattern_condition(pattern: &EventPattern, holds: bool) -> String {
    let EventPattern { table, filter, shape } = pattern;
    let has = if holds { "has" } else { "does not have" };
    let shape = match shape {
        PatternShape::Sequence { first, then, within } => {
            let within = within.map(|within| format!(", at most {within} later")).unwrap_or_default();
            let (first, then) = (condition(first.expr(), true), condition(then.expr(), true));
            format!("the customer {has} one of {table} for which {first}, then one for which {then}{within}")
        }
        PatternShape::Return { after } => {
            format!("the customer {has} two of {table} in a row that are at least {after} apart")
        }
    };
    format!("{shape}, of those for which {}", spoken(filter.expr()))
}

fn computed_value(computed: &ComputedColumn) -> String {
    match &computed.source {
        ComputedDefinition::Events(EventCall { table, aggregate, argument, filter }) => {
            let column = argument.as_ref().map(|argument| value(argument)).unwrap_or_default();
            let what = match aggregate {
                Aggregate::Count => format!("the number of {table}"),
                Aggregate::Distinct => format!("the number of different {column} of {table}"),
                Aggregate::Sum => format!("the sum of {column} of {table}"),
                Aggregate::Mean => format!("the mean {column} of {table}"),
                Aggregate::Min => format!("the smallest {column} of {table}"),
                Aggregate::Max => format!("the largest {column} of {table}"),
                Aggregate::First => format!("the {column} of the earliest of {table}"),
                Aggregate::Last => format!("the {column} of the latest of {table}"),
                Aggregate::Nth(place) => format!("the {column} of the {} of {table} by date", ordinal(*place)),
                Aggregate::Median => format!("the median {column} of {table}"),
                Aggregate::Mode => format!("the most frequent {column} of {table}"),
            };
            match filter.expr().as_literal() {
                Some(_) => what,
                None => format!("{what} for which {}", spoken(filter.expr())),
            }
        }
        ComputedDefinition::OfCustomer(of_customer) => format!("the customer's {}", value(of_customer)),
        ComputedDefinition::Pattern(_) | ComputedDefinition::Top { .. } => computed.label.clone(),
        ComputedDefinition::Split { parts, .. } => format!("the customer's part of {parts} by their key"),
    }
}

/// Formats a place in an order: `1st`, `12th`, `23rd`.
fn ordinal(place: u32) -> String {
    let ending = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

fn spoken(filter: &Expr) -> String {
    match &filter.node {
        Node::And(parts) => parts.iter().map(|part| condition(part, true)).collect::<Vec<_>>().join(" and "),
        _ => condition(filter, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, Events, Schema, TableColumns};
    use crate::rule::{Context, NameKind, Namespace, check};

    fn words(rule: &str) -> Vec<String> {
        use ColumnType::{Boolean, Date, Float, Text};
        let schema = |columns: &[(&str, ColumnType)]| {
            let column =
                |(name, column_type): &(&str, ColumnType)| Column { name: (*name).into(), column_type: *column_type };
            Schema::new(columns.iter().map(column).collect())
        };
        let columns = TableColumns { key: Some("id".into()), date: Some("date".into()), ..TableColumns::default() };
        let orders = Events { name: "orders".into(), columns, schema: schema(&[("id", Text), ("date", Date)]) };
        let base = [("id", Text), ("plan", Text), ("spend", Float), ("last", Date), ("active", Boolean)];
        let schema = schema(&base).with_key(Some("id".into())).with_events(vec![orders]);
        let mut names = Namespace::default();
        names.insert("big", NameKind::Segment, "spend > 100 OR active");
        let today = chrono::NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        let rule = check(rule, &Context { schema: &schema, names: &names, today }).unwrap();
        fn collect(explained: &Explained, depth: usize, into: &mut Vec<String>) {
            into.push(format!("{}{}", " ".repeat(depth), explained.words));
            explained.parts.iter().for_each(|part| collect(part, depth + 1, into));
        }
        let mut lines = Vec::new();
        collect(&explain(rule.written()), 0, &mut lines);
        lines
    }

    #[test]
    fn explain_describes_conditions_as_sentences() {
        for (rule, sentence) in [
            ("spend > 250.5", "spend is above 250.5"),
            ("last >= '2026-01-01'", "last is on or after 2026-01-01"),
            ("plan IN ('a', 'b')", "plan is one of 'a', 'b'"),
            ("plan NOT IN ('a', 'b')", "plan is not one of 'a', 'b'"),
            ("plan IS NOT NULL", "plan has a value"),
            ("NOT active", "active is false"),
            ("plan LIKE '%x%'", "plan contains 'x'"),
            ("lower(plan) <> 'pro'", "plan in lower case is not 'pro'"),
            ("spend BETWEEN 1 AND 2", "spend is between 1 and 2, both included"),
            ("plan IS DISTINCT FROM 'pro'", "plan is not 'pro', or has no value"),
            ("top(spend, 10)", "spend is among the highest 10 % of all"),
            ("year(last) = 2026", "the year of last is 2026"),
            ("orders.count() > 2", "the number of orders is above 2"),
            (
                "orders.nth(id, 2) = 'a'",
                "the id of the 2nd of orders by date for which date is before 2026-07-01 is 'a'",
            ),
        ] {
            assert_eq!(words(rule), [sentence], "{rule}");
        }
    }

    #[test]
    fn explain_unfolds_names_below_their_line() {
        assert_eq!(
            words("plan = 'pro' AND NOT @big"),
            [
                "all of these",
                " plan is 'pro'",
                " not this",
                "  @big, that is",
                "   any of these",
                "    spend is above 100",
                "    active is true"
            ]
        );
    }
}
