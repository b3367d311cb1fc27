//! Conditions on texts.

use proptest::prelude::*;
use proptest::sample::select;

use super::{RuleStrategy, comparison, distinct, form, literal, one_of, pick};
use crate::agree::fields::TEXTS;

pub fn conditions() -> RuleStrategy {
    one_of([plain(), plain(), patterns(), patterns(), expressions(), functions(), choices()])
}

fn plain() -> RuleStrategy {
    let or_null = || prop_oneof![6 => text(), 1 => pick(&["NULL"])].boxed();
    let not = || pick(&["", "NOT "]);
    one_of([
        form("{} {} {}", [column(), comparison(), text()]),
        form("{} {} {}", [text(), comparison(), column()]),
        form("{} {} {}", [column(), comparison(), column()]),
        form("{} {}BETWEEN {} AND {}", [column(), not(), or_null(), or_null()]),
        form("{} {}IN ({})", [column(), not(), text()]),
        form("{} {}IN ({}, {}, {})", [column(), not(), text(), text(), or_null()]),
        form("{} {}IN ({}, {}, {})", [column(), not(), text(), column(), or_null()]),
        form("{} {} {}", [column(), distinct(), or_null()]),
        form("{} {} {}", [column(), distinct(), column()]),
    ])
}

fn patterns() -> RuleStrategy {
    let like = || pick(&["LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE"]);
    let function = pick(&["starts_with", "ends_with", "contains", "prefix", "suffix"]);
    one_of([
        form("{} {} {}", [column(), like(), pattern()]),
        form("{} {} {}", [column(), like(), pattern()]),
        form("{} {} {}", [column(), like(), odd_pattern()]),
        form("{}({}, {})", [function, column(), text()]),
        form("starts_with({}, {})", [column(), column()]),
        form("lower({}) {} {}", [column(), like(), pattern()]),
    ])
}

/// A prefix, a suffix or an infix.
fn pattern() -> RuleStrategy {
    (piece(), piece(), 0..8)
        .prop_map(|(a, b, shape)| match shape {
            0 => a,
            1 => format!("{a}%"),
            2 => format!("%{a}"),
            3 => format!("%{a}%"),
            4 => format!("{a}%{b}"),
            5 => format!("%{a}_{b}%"),
            6 => format!("_{a}%"),
            _ => format!("%{a}%{b}%"),
        })
        .prop_map(|pattern| literal(&pattern))
        .boxed()
}

fn odd_pattern() -> RuleStrategy {
    pick(&[
        "''",
        "'%'",
        "'%%'",
        "'_'",
        "'__'",
        "'_%'",
        "'%_'",
        "'%_%_%'",
        "'100!%' ESCAPE '!'",
        "'%!%%' ESCAPE '!'",
        "'a!_b' ESCAPE '!'",
        "'a\\b'",
        "'%.%'",
        "'%(%'",
        "'[x]'",
        "'^$'",
        "'%\n%'",
        "'two_lines'",
        "NULL",
    ])
}

/// A text of the columns, or a part of one.
fn piece() -> RuleStrategy {
    let part = (select(TEXTS), 0usize..4, 1usize..4)
        .prop_map(|(text, from, length)| text.chars().skip(from).take(length).collect::<String>());
    one_of([part.boxed(), pick(&["7", "77", "user", "@mail", ".org", "mail7", "1@", "S", "r"])])
}

fn expressions() -> RuleStrategy {
    let operator = pick(&["~", "!~", "~*", "!~*"]);
    let expression = || {
        pick(&[
            "'a.b'",
            "'^a'",
            "'b$'",
            "'\\d+'",
            "'^user\\d*7@'",
            "'[xy]'",
            "''",
            "'^$'",
            "'(77|ü)'",
            "'é'",
            "'^.$'",
            "'\\s'",
            "'(?i)zürich'",
            "'^[^@]*$'",
        ])
    };
    one_of([
        form("{} {} {}", [column(), operator, expression()]),
        form("regexp_matches({}, {})", [column(), expression()]),
    ])
}

fn functions() -> RuleStrategy {
    one_of([
        form("{}({}) {} {}", [pick(&["lower", "upper", "trim", "ltrim", "rtrim"]), column(), comparison(), text()]),
        form("length({}) {} {}", [column(), comparison(), pick(&["0", "1", "2", "6", "12", "13", "-1", "2.5"])]),
        form("length({}) {} length({})", [column(), comparison(), column()]),
        form("length({}) - few {} 2", [column(), comparison()]),
        form("{}({}, {}) = {}", [pick(&["left", "right"]), column(), pick(&["0", "1", "2", "99"]), text()]),
        form("substr({}, {}, {}) = {}", [column(), pick(&["1", "2", "9"]), pick(&["0", "1", "3"]), text()]),
        form("replace({}, {}, '') = {}", [column(), text(), text()]),
        form("{} || {} = {}", [column(), column(), text()]),
        form("{} || '-' || {} LIKE {}", [column(), column(), pattern()]),
        form("concat({}, {}) {} {}", [column(), column(), comparison(), text()]),
        form("coalesce({}, {}, 'US') = {}", [column(), column(), text()]),
        form("nullif({}, {}) IS NULL", [column(), text()]),
        form("TRY_CAST({} AS {}) IS NULL", [column(), pick(&["INTEGER", "DOUBLE", "DATE", "TIMESTAMP"])]),
        form("TRY_CAST({} AS DOUBLE) {} 1.5", [column(), comparison()]),
    ])
}

fn choices() -> RuleStrategy {
    one_of([
        form("CASE {} WHEN {} THEN 1 WHEN {} THEN 2 END = 2", [column(), text(), text()]),
        form(
            "CASE WHEN {} = {} THEN {} ELSE {} END {} {}",
            [column(), text(), column(), column(), comparison(), text()],
        ),
    ])
}

fn column() -> RuleStrategy {
    pick(&["country", "plan", "note", "mail"])
}

fn text() -> RuleStrategy {
    let word = pick(&["'US'", "'CA'", "'us'", "''", "'DE'", "'pro'", "'Pro'", "'free'", "'E'", "'zzz'", "'nobody'"]);
    one_of([word, select(TEXTS).prop_map(literal).boxed(), piece().prop_map(|piece| literal(&piece)).boxed()])
}
