//! Random rules as the texts a person may type: every operator and form of the language over the columns of `fields`,
//! with values that occur in the columns, values next to them, and the bounds of their types.

mod numbers;
mod texts;
mod times;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// A piece of a rule.
pub type RuleStrategy = BoxedStrategy<String>;

/// Rules without nesting.
pub fn conditions() -> RuleStrategy {
    one_of([numbers::conditions(), texts::conditions(), times::conditions(), truths(), constants()])
}

/// Conditions and nested combinations of them.
pub fn rules() -> RuleStrategy {
    let nested = conditions().prop_recursive(3, 12, 3, |inner| {
        one_of([
            form("{} AND {}", [inner.clone(), inner.clone()]),
            form("({}) OR ({})", [inner.clone(), inner.clone()]),
            form("({}) AND ({}) AND NOT ({})", [inner.clone(), inner.clone(), inner.clone()]),
            form("NOT ({})", [inner.clone()]),
            form("NOT ({}) OR {}", [inner.clone(), inner.clone()]),
            form("({}) {}", [inner.clone(), is_truth()]),
            form("({}) = ({})", [inner.clone(), inner.clone()]),
            form("({}) IS DISTINCT FROM ({})", [inner.clone(), inner.clone()]),
            form("CASE WHEN {} THEN {} ELSE {} END", [inner.clone(), inner.clone(), inner.clone()]),
            form("coalesce({}, {})", [inner.clone(), inner]),
        ])
    });
    nested.boxed()
}

fn truths() -> RuleStrategy {
    let column = || pick(&["active", "flag"]);
    let literal = || pick(&["TRUE", "FALSE", "NULL"]);
    one_of([
        column(),
        form("NOT {}", [column()]),
        form("{} {}", [column(), is_truth()]),
        form("{} = {}", [column(), literal()]),
        form("{} <> {}", [column(), literal()]),
        form("{} {} {}", [column(), comparison(), column()]),
        form("{} IN ({}, {})", [column(), literal(), literal()]),
        form("coalesce({}, {})", [column(), column()]),
        form("{} IS NULL", [any_column()]),
        form("{} IS NOT NULL", [any_column()]),
    ])
}

/// Conditions without a column, which hold for everyone or nobody.
fn constants() -> RuleStrategy {
    pick(&["TRUE", "FALSE", "NULL", "1 = 1", "2 > 3", "lower('A') = 'a'", "length('abc') > 3", "today < '2020-01-01'"])
}

fn is_truth() -> RuleStrategy {
    pick(&[
        "IS TRUE",
        "IS FALSE",
        "IS NULL",
        "IS NOT NULL",
        "IS NOT TRUE",
        "IS NOT FALSE",
        "IS UNKNOWN",
        "IS NOT UNKNOWN",
    ])
}

fn any_column() -> RuleStrategy {
    let names: Vec<String> = super::fields::fields().iter().map(|field| quoted(field.name)).collect();
    select(names).boxed()
}

fn comparison() -> RuleStrategy {
    pick(&["=", "<>", "<", "<=", ">", ">=", "!=", "=="])
}

fn distinct() -> RuleStrategy {
    pick(&["IS DISTINCT FROM", "IS NOT DISTINCT FROM"])
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn pick(texts: &'static [&'static str]) -> RuleStrategy {
    select(texts).prop_map(str::to_owned).boxed()
}

fn one_of<const N: usize>(parts: [RuleStrategy; N]) -> RuleStrategy {
    Union::new(parts).boxed()
}

/// Fills the gaps of the template in order.
fn form<const N: usize>(template: &'static str, gaps: [RuleStrategy; N]) -> RuleStrategy {
    let pieces: Vec<&str> = template.split("{}").collect();
    assert_eq!(pieces.len(), N + 1, "{template}");
    Vec::from(gaps)
        .prop_map(move |texts| {
            let filled = pieces.iter().zip(texts.iter().map(String::as_str).chain([""]));
            filled.flat_map(|(piece, text)| [*piece, text]).collect()
        })
        .boxed()
}
