//! Conditions on numbers.

use proptest::prelude::*;

use super::{RuleStrategy, comparison, distinct, form, one_of, pick, quoted};
use crate::agree::fields::{Cells, fields, literals};

pub fn conditions() -> RuleStrategy {
    one_of([
        plain(column, number),
        plain(whole_column, whole),
        plain(|| pick(&["huge"]), whole),
        near_values(),
        near_values(),
        form("{} {} {}", [number(), comparison(), column()]),
        form("{} {} {}", [column(), comparison(), column()]),
        form("{} {} {}", [column(), distinct(), one_of([column(), number(), pick(&["NULL"])])]),
        arithmetic(),
        functions(),
        choices(),
    ])
}

/// Comparisons, ranges and lists.
fn plain(column: fn() -> RuleStrategy, number: fn() -> RuleStrategy) -> RuleStrategy {
    let or_null = || prop_oneof![6 => number(), 1 => pick(&["NULL"])].boxed();
    let not = || pick(&["", "NOT "]);
    one_of([
        form("{} {} {}", [column(), comparison(), number()]),
        form("{} {} {}", [column(), comparison(), number()]),
        form("{} >= {} AND {} < {}", [column(), number(), column(), number()]),
        form("{} {}BETWEEN {} AND {}", [column(), not(), or_null(), or_null()]),
        form("{} {}IN ({})", [column(), not(), or_null()]),
        form("{} {}IN ({}, {}, {})", [column(), not(), or_null(), number(), number()]),
        form("{} {}IN ({}, {}, {})", [column(), not(), column(), number(), or_null()]),
    ])
}

/// Compares a column with its literals and their neighbours.
fn near_values() -> RuleStrategy {
    let numbers = fields().into_iter().filter(|field| matches!(field.cells, Cells::Whole(..) | Cells::Fractions(..)));
    let numbers: Vec<_> = numbers.map(|field| (quoted(field.name), literals(&field.cells))).collect();
    let column = proptest::sample::select(numbers).prop_flat_map(|(column, values)| {
        let value = || proptest::sample::select(values.clone());
        (Just(column), value(), value(), comparison(), 0..6)
    });
    column
        .prop_map(|(column, a, b, comparison, shape)| match shape {
            0 => format!("{column} BETWEEN {a} AND {b}"),
            1 => format!("{column} IN ({a}, {b})"),
            2 => format!("{column} >= {a} AND {column} < {b}"),
            3 => format!("{column} IS NOT DISTINCT FROM {a}"),
            _ => format!("{column} {comparison} {a}"),
        })
        .boxed()
}

fn arithmetic() -> RuleStrategy {
    let operator = || pick(&["+", "-", "*", "/", "%"]);
    one_of([
        form("{} {} {} {} {}", [column(), operator(), number(), comparison(), number()]),
        form("{} {} {} {} {}", [column(), operator(), column(), comparison(), number()]),
        form("{} {} {} {} {}", [number(), operator(), column(), comparison(), column()]),
        form("({} {} {}) {} {} {} {}", [column(), operator(), small(), operator(), small(), comparison(), number()]),
        form("-{} {} {}", [column(), comparison(), number()]),
        form("({} / {}) IS NULL", [column(), column()]),
    ])
}

fn functions() -> RuleStrategy {
    let function = || pick(&["abs", "round", "floor", "ceil", "sqrt", "ln", "log10"]);
    one_of([
        form("{}({}) {} {}", [function(), column(), comparison(), number()]),
        form("round({}, 1) {} {}", [column(), comparison(), number()]),
        form("{}({}, {}) {} {}", [pick(&["greatest", "least"]), column(), column(), comparison(), number()]),
        form("coalesce({}, {}) {} {}", [column(), number(), comparison(), number()]),
        form("nullif({}, {}) {} {}", [column(), number(), comparison(), number()]),
        form("nullif({}, {}) IS NULL", [column(), column()]),
        form("CAST({} AS VARCHAR) LIKE {}", [whole_column(), pick(&["'-%'", "'%7%'", "'12_'", "'0'"])]),
        form("CAST({} AS INTEGER) {} {}", [fraction_column(), comparison(), whole()]),
        form("CAST({} AS BOOLEAN)", [column()]),
    ])
}

fn choices() -> RuleStrategy {
    one_of([
        form(
            "CASE WHEN {} > {} THEN {} ELSE {} END {} {}",
            [column(), number(), column(), number(), comparison(), number()],
        ),
        form("CASE WHEN active THEN {} WHEN flag THEN {} END {} {}", [column(), column(), comparison(), number()]),
        form("CASE {} WHEN {} THEN 1 WHEN {} THEN 2 ELSE 0 END = 2", [column(), number(), number()]),
    ])
}

fn column() -> RuleStrategy {
    one_of([whole_column(), whole_column(), fraction_column()])
}

fn whole_column() -> RuleStrategy {
    pick(&[
        "few",
        "tiny",
        "small",
        "n",
        "big",
        "u8",
        "u16",
        "u32",
        "u64",
        "as8",
        "as16",
        "as32",
        "worth",
        "\"odd \"\"name\"\"\"",
        "id",
    ])
}

fn fraction_column() -> RuleStrategy {
    pick(&["spend", "score", "balance", "round", "f32"])
}

fn number() -> RuleStrategy {
    one_of([small(), whole(), whole(), fraction(), fraction()])
}

fn small() -> RuleStrategy {
    pick(&["0", "1", "2", "3", "-1", "7", "10", "42", "100", "2.5", "0.5"])
}

/// Integers at and next to the bounds of every width, and the largest that a float represents exactly.
fn whole() -> RuleStrategy {
    const BOUNDS: [i128; 18] = [
        0,
        127,
        -128,
        255,
        -255,
        32767,
        -32768,
        65535,
        2147483647,
        -2147483648,
        4294967295,
        16777216,
        9007199254740992,
        -9007199254740992,
        9223372036854775807,
        -9223372036854775807,
        18446744073709551615,
        100,
    ];
    let near = proptest::sample::select(BOUNDS.to_vec()).prop_flat_map(|bound| (bound - 2)..=(bound + 2));
    one_of([near.prop_map(|n| n.to_string()).boxed(), (-300i64..70_000).prop_map(|n| n.to_string()).boxed(), small()])
}

fn fraction() -> RuleStrategy {
    one_of([
        pick(&[
            "0.0",
            "-0.0",
            "0.1",
            "0.25",
            "0.3",
            "0.30000000000000004",
            "0.5",
            "-0.5",
            "1.5",
            "2.5",
            "-2.5",
            "99.99",
            "100.0",
            "250.25",
            "126.5",
            "127.0",
            "127.5",
            "128.0",
            "-128.5",
            "-128.0",
            "32767.5",
            "-32768.5",
            "2147483647.5",
            "2147483648.0",
            "-2147483648.5",
            "9007199254740992.0",
            "9223372036854775807.0",
            "9223372036854775808.0",
            "1e2",
            "1e15",
            "1e19",
            "-1e19",
            "1e300",
            "1e-300",
            "5e-324",
            "1.7976931348623157e308",
        ]),
        (-90_000i64..90_000).prop_map(|cents| (cents as f64 / 100.0).to_string()).boxed(),
        (-2_000i64..2_000).prop_map(|n| format!("{:?}", n as f64 / 16.0)).boxed(),
    ])
}
