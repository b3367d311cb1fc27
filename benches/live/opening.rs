//! Measures the first count on a base that is not open, from the file's name to the number.

use std::path::Path;

use crosscut::engine::Engine;
use crosscut::rule::{self, Context, Namespace};

use super::measure::{race, time};
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop;

const TRIES: usize = 5;
const RULES: [(&str, &str, &str); 4] = [
    ("first count: f64", "spend_12m", "spend_12m > 250"),
    ("first count: int", "orders_12m", "orders_12m >= 3"),
    ("first count: coded string", "country", "country = 'DE'"),
    ("first count: date", "last_order", "last_order >= '2026-04-01'"),
];

pub fn run(file: &Path, report: &mut Report) {
    let study = shop::sample();
    for (name, column, text) in RULES {
        let mut answer = None;
        let mut ours = |_| {
            let (took, (engine, rule, count)) = time(|| {
                let engine = shop::engine(&study, file);
                let (names, today) = (Namespace::default(), study.config.data.as_of.unwrap_or_default());
                let cx = Context { schema: engine.schema(), names: &names, today };
                let rule = rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {error}"));
                let count = shop::count(&engine, rule.clone());
                (engine, rule, count)
            });
            drop(engine);
            answer = Some((rule, count));
            took
        };
        let [ours, theirs] = race(TRIES, [&mut ours, &mut |_| time(|| plain::column(file, column)).0]);
        let (rule, count) = answer.expect("it was asked");
        assert_eq!(count, plain::count(file, &rule), "{text}");
        let work = Measurement::seconds(name, ours);
        report.add(work.against("polars reads the column", theirs.as_secs_f64(), Goal::AtMost(1.5)));
    }
}
