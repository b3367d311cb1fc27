//! Counts one condition that was not asked before, on columns that are already in memory.

use super::limit::{Limit, narrow_bytes, uncoded_bytes};
use super::measure::{TRIES, race, time};
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

/// Conditions of equal cost, one per try; the first warms up.
struct Condition<'a> {
    name: &'a str,
    column: &'a str,
    rules: Vec<String>,
    limit: Goal,
    duckdb: Goal,
}

/// Name, column, and a function that writes the rule of a try.
type Bound = (&'static str, &'static str, fn(usize) -> String);

/// Bounds that the study itself does not use, so that no row set is cached for them.
const BOUNDS: [Bound; 3] = [
    ("change a bound: f64, spend_12m > x", "spend_12m", |i| format!("spend_12m > {}.5", 200 + i)),
    ("change a bound: narrow int, age > x", "age", |i| format!("age > {}", 36 + i)),
    ("change a bound: date, last_order >= x", "last_order", |i| format!("last_order >= '2026-01-{}'", 11 + i)),
];

pub fn run(shop: &Shop, report: &mut Report) {
    for (name, column, rule) in BOUNDS {
        let rules = (0..=TRIES).map(rule).collect();
        measure(shop, report, Condition { name, column, rules, limit: Goal::AtMost(2.0), duckdb: Goal::None });
    }
    for (name, column, rules) in coded() {
        let (limit, duckdb) = (Goal::AtMost(2.0), Goal::Faster(10.0));
        measure(shop, report, Condition { name, column, rules, limit, duckdb });
    }
    let rules = (0..=TRIES).map(|i| format!("email LIKE '%{}%'", 66 + i)).collect();
    let name = "LIKE '%77%' on distinct strings, email";
    measure(shop, report, Condition { name, column: "email", rules, limit: Goal::None, duckdb: Goal::AtMost(1.0) });
}

/// Every kind of condition on a text with few distinct values, none of them the study's own.
fn coded() -> [(&'static str, &'static str, Vec<String>); 5] {
    let each = |values: &[&str], rule: &dyn Fn(&str) -> String| values.iter().map(|value| rule(value)).collect();
    let (country, category) = ("country", "favourite_category");
    let countries = ["US", "DE", "GB", "FR", "PL", "NL", "ES", "SE", "CA"];
    let categories = ["kitchen", "home", "garden", "kids", "beauty", "books", "electronics", "gifts", "office"];
    let letters = ["k", "t", "h", "o", "m", "g", "r", "d", "i", "s", "c", "n"];
    let endings = ["b", "c", "d", "f", "h", "i", "j", "l", "m", "n", "p", "q"];
    let regex = |x: &str| format!("regexp_matches(favourite_category, '^[a-{x}].*e')");
    [
        ("coded: =", category, each(&categories, &|x| format!("favourite_category = '{x}'"))),
        ("coded: IN", country, each(&countries, &|x| format!("country IN ('XX', 'IT', '{x}')"))),
        ("coded: LIKE '%x%'", category, each(&letters, &|x| format!("favourite_category LIKE '%{x}%'"))),
        ("coded: regex", category, each(&endings, &regex)),
        ("coded: lower() =", country, each(&countries, &|x| format!("lower(country) = lower('{x}')"))),
    ]
}

fn measure(shop: &Shop, report: &mut Report, condition: Condition) {
    let Condition { name, column, rules, limit: goal, duckdb } = condition;
    let stored = plain::column(&shop.file, column);
    let bytes = if duckdb == Goal::AtMost(1.0) { uncoded_bytes(&stored) } else { narrow_bytes(&stored) };
    drop(stored);
    let limit = Limit::of(bytes);
    shop.count(&rules[0]);
    let (mut last, mut answer) = (rules[0].clone(), 0);
    let mut ours = |turn: usize| {
        last.clone_from(&rules[turn + 1]);
        let (took, count) = time(|| shop.count(&rules[turn + 1]));
        answer = count;
        took
    };
    let [ours, theirs] = race(rules.len() - 1, [&mut ours, &mut |_| limit.try_once()]);
    assert!(0 < answer && answer < shop.rows(), "{last} holds for {answer}: that is no work");
    assert_eq!(answer, plain::count(&shop.file, &shop.check(&last)), "{last}");
    let work = Measurement::seconds(name, ours).against("memory limit", theirs.as_secs_f64(), goal);
    report.add(work.duckdb(vec![format!("SELECT count(*) FROM t WHERE {last}")], [[answer]].to_vec().into(), duckdb));
}
