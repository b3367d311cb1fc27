//! Measures checking and completing a rule as it is typed, for rules of 1 kB and 200 kB, each as a ratio to the time
//! that `sqlparser` alone takes to parse the same text.
//!
//!     cargo bench --bench rules

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Schema};
use crosscut::rule::complete::complete;
use crosscut::rule::{Context, Namespace, check};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// Number of runs; the median counts.
const RUNS: usize = 21;

fn schema() -> Schema {
    use ColumnType::{Boolean, Date, Float, Integer, Text};
    let columns = [
        ("customer_id", Text),
        ("country", Text),
        ("plan", Text),
        ("age", Integer),
        ("spend_12m", Float),
        ("newsletter", Boolean),
        ("last_order", Date),
    ];
    Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into())
}

/// A rule of about 1 kB, as a person would write it.
fn short() -> String {
    let part = |n: i32| {
        format!(
            "(country IN ('US', 'CA', 'DE') AND spend_12m > {n}5.5 AND last_order >= today - INTERVAL '{n}0 days' AND plan LIKE 'p%o')"
        )
    };
    (1..=9).map(part).collect::<Vec<_>>().join("\n OR ")
}

/// A rule of about 200 kB: a list of ids.
fn long() -> String {
    let ids = (0..20_000).map(|n| format!("'C{n:06}'")).collect::<Vec<_>>().join(",");
    format!("spend_12m > 100 AND customer_id IN ({ids})")
}

fn median(run: impl Fn()) -> Duration {
    let time = || {
        let began = Instant::now();
        run();
        began.elapsed()
    };
    let mut times: Vec<Duration> = (0..RUNS).map(|_| time()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let (schema, names) = (schema(), Namespace::default());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default();
    let cx = Context { schema: &schema, names: &names, today };
    println!("{:<24}{:>10}{:>14}{:>14}{:>14}{:>10}", "rule", "bytes", "sqlparser", "check", "complete", "ratio");
    for (name, rule) in [("a paragraph", short()), ("a list of 20,000 ids", long())] {
        if let Err(error) = check(&rule, &cx) {
            panic!("{}", error.describe(&rule));
        }
        let peer = median(|| {
            let parsed = Parser::new(&GenericDialect).try_with_sql(&rule).and_then(|mut parser| parser.parse_expr());
            drop(black_box(parsed));
        });
        let checked = median(|| drop(black_box(check(&rule, &cx))));
        let completed = median(|| drop(black_box(complete(&rule, rule.len(), &cx))));
        let ratio = (checked + completed).as_secs_f64() / peer.as_secs_f64();
        println!("{name:<24}{:>10}{peer:>14.2?}{checked:>14.2?}{completed:>14.2?}{ratio:>9.1}×", rule.len());
    }
}
