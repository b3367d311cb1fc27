//! Numbers at the edge of their types: overflow is null, sums do not saturate, ranks are exact.

use super::{crosscut, err, out};
use crate::shop::folder_of;

const CONFIG: &str = "\
[data]
path = \"c.csv\"
key = \"id\"
as_of = \"2026-06-30\"
[privacy]
min_cell = 0
[tables.e]
path = \"e.csv\"
date = \"day\"
";

/// Three customers with numbers that floats do not tell apart; the events of the first add up to more than 64 bits.
const CUSTOMERS: &str = "id,big,edge\n1,9007199254740993,9223372036854775807\n2,9007199254740992,-9223372036854775808\n3,9007199254740994,1\n";
const EVENTS: &str = "\
id,day,n
1,2026-01-01,9223372036854775807
1,2026-01-02,1
2,2026-01-01,9223372036854775807
2,2026-01-02,1
2,2026-01-03,-1
3,2026-01-01,-9223372036854775807
3,2026-01-02,-2
";

fn counts(cases: &[(&str, u64)]) {
    let folder = folder_of(&[("config.toml", CONFIG), ("c.csv", CUSTOMERS), ("e.csv", EVENTS)]);
    for (rule, expected) in cases {
        let output = crosscut(folder.path(), &["count", rule]);
        assert_eq!(out(&output).trim(), expected.to_string(), "{rule}: {}", err(&output));
    }
}

#[test]
fn event_sum_beyond_64_bits_is_null() {
    counts(&[
        ("e.sum(n) IS NULL", 2),
        ("e.sum(n) = 9223372036854775807", 1),
        ("e.sum(n) > 0", 1),
        ("e.sum(n) < 0", 0),
        ("e.sum(n) > 9223372036854775806", 1),
    ]);
}

#[test]
fn integer_overflow_is_null_in_every_operation() {
    counts(&[
        ("edge + 1 IS NULL", 1),
        ("edge - 1 IS NULL", 1),
        ("edge * 2 IS NULL", 2),
        ("-edge IS NULL", 1),
        ("abs(edge) IS NULL", 1),
        ("CAST(edge AS SMALLINT) IS NULL", 2),
        ("edge % -1 = 0", 3),
        ("CAST(edge AS DECIMAL(10,2)) IS NULL", 2),
    ]);
}

#[test]
fn float_overflow_is_infinite_in_every_operation() {
    counts(&[
        ("1e300 * 1e300 * id > 1e308", 3),
        ("exp(1000 * id) > 1e308", 3),
        ("power(10.0, 400 * id) > 1e308", 3),
        ("edge / -1 > 9e18", 1),
    ]);
}

#[test]
fn top_ranks_64_bit_integers_exactly() {
    counts(&[
        ("top(big, 33)", 1),
        ("top(big, 33) AND big = 9007199254740994", 1),
        ("top(big, 66)", 2),
        ("top(big, 66) AND big = 9007199254740993", 1),
        ("top(edge, 33) AND edge = 9223372036854775807", 1),
    ]);
}

#[test]
fn value_sum_exceeds_64_bits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String = (0..100).map(|n| format!("{n},9223372036854775807\n")).collect();
    std::fs::write(folder.path().join("c.csv"), format!("id,edge\n{rows}")).expect("a writable folder");
    let args = ["group", "edge", "--data", "c.csv", "--value", "edge", "--format", "json"];
    let output = crosscut(folder.path(), &args);
    let told = out(&output);
    assert!(told.contains("9.223372036854776e+20"), "{told} {}", err(&output));
}
