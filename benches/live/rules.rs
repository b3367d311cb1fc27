//! Measures a rule of five conditions of which one is added, changed or removed; the others are cached.

use super::measure::{TRIES, race, time};
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

/// The rules before and after the measured key; `x` is a bound that was not asked before.
type Change = (&'static str, fn(x: f64) -> [String; 2]);

const CHANGES: [Change; 3] = [
    ("five conditions: add one", |x| [all(&FOUR), all(&with_bound(&FOUR, x))]),
    ("five conditions: change one", |x| [all(&with_bound(&FOUR, x - 0.5)), all(&with_bound(&FOUR, x))]),
    ("five conditions: remove one", |x| [all(&with_bound(&FOUR, x)), all(&with_bound(&FOUR[1..], x))]),
];

const FOUR: [&str; 4] =
    ["country IN ('US', 'CA', 'DE', 'FR')", "age BETWEEN 25 AND 60", "plan <> 'pro'", "orders_12m >= 2"];

pub fn run(shop: &Shop, report: &mut Report) {
    for (name, change) in CHANGES {
        let (mut last, mut answer) = (String::new(), 0);
        let mut ours = |_| {
            let [before, after] = change(100.0 + f64::from(shop.fresh()));
            shop.count(&before);
            let (took, count) = time(|| shop.count(&after));
            (last, answer) = (after, count);
            took
        };
        let [ours] = race(TRIES, [&mut ours]);
        assert_eq!(answer, plain::count(&shop.file, &shop.check(&last)), "{last}");
        let sql = vec![format!("SELECT count(*) FROM t WHERE {last}")];
        report.add(Measurement::seconds(name, ours).duckdb(sql, [[answer]].to_vec().into(), Goal::Faster(5.0)));
    }
}

fn with_bound(conditions: &[&str], x: f64) -> Vec<String> {
    let bound = format!("spend_12m > {x:.2}");
    conditions.iter().map(|condition| (*condition).to_owned()).chain([bound]).collect()
}

fn all(conditions: &[impl AsRef<str>]) -> String {
    conditions.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" AND ")
}
