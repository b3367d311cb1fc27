//! Groups customers by a column under a new filter, with the sum and the mean of the value column.

use std::collections::BTreeMap;
use std::time::Duration;

use crosscut::engine::{GroupFigures, GroupsQuestion};
use crosscut::model::Datum;
use polars::prelude::*;
use serde_json::{Value, json};

use super::measure::{TRIES, race, time};
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

const VALUE: &str = "spend_12m";
const FILTER: &str = "avg_basket";
/// Relative difference allowed between two sums of the same numbers in different orders.
const ROUNDING: f64 = 1e-9;

/// By key: customers, sum, mean.
type Rows = BTreeMap<Vec<String>, (u64, f64, f64)>;

pub fn run(shop: &Shop, report: &mut Report) {
    measure(shop, report, "group by country, count + sum + mean", &["country"], true);
    measure(shop, report, "group by country and plan", &["country", "plan"], false);
}

/// Measures one grouping. Goals apply to single keys; groupings by two keys are for comparison.
fn measure(shop: &Shop, report: &mut Report, name: &str, by: &[&str], has_goal: bool) {
    let goal = |factor| if has_goal { Goal::Faster(factor) } else { Goal::None };
    let strings = plain_frame(shop, by);
    let categories = categorical(&strings, by);
    ours(shop, by, bound(shop));
    let x = std::cell::Cell::new(0.0);
    let answers = std::cell::RefCell::new([Rows::new(), Rows::new(), Rows::new()]);
    let keep = |place: usize, (took, rows): (Duration, Rows)| {
        answers.borrow_mut()[place] = rows;
        took
    };
    let [engine, coded, plain] = race(
        TRIES,
        [
            &mut |_| {
                x.set(bound(shop));
                keep(0, ours(shop, by, x.get()))
            },
            &mut |_| keep(1, lazily(&categories, by, x.get())),
            &mut |_| keep(2, lazily(&strings, by, x.get())),
        ],
    );
    let [found, of_categories, of_strings] = answers.into_inner();
    assert_same(&found, &of_categories);
    assert_same(&found, &of_strings);
    let work = Measurement::seconds(name, engine);
    let work = work.against("polars lazy, Categorical key", coded.as_secs_f64(), goal(2.0));
    let work = work.against("polars lazy, string key", plain.as_secs_f64(), goal(2.0));
    report.add(work.duckdb(vec![sql(by, x.get())], json_rows(&found), goal(5.0)));
}

fn bound(shop: &Shop) -> f64 {
    20.0 + f64::from(shop.fresh()) / 8.0
}

fn ours(shop: &Shop, by: &[&str], x: f64) -> (Duration, Rows) {
    let (took, answer) = time(|| {
        let filter = shop.check(&format!("{FILTER} > {x}"));
        let by = by.iter().map(|key| (*key).into()).collect();
        shop.ask(&GroupsQuestion { filter, by, value: Some(VALUE.into()), limit: 1000 })
    });
    let groups = answer;
    let row = |group: GroupFigures| {
        let key = group.key.iter().map(Datum::to_string).collect();
        (key, (group.customers.in_filter, group.value_sum, group.value_sum / group.value_known as f64))
    };
    (took, groups.groups.into_iter().map(row).collect())
}

fn plain_frame(shop: &Shop, by: &[&str]) -> DataFrame {
    let mut frame = plain::read(&shop.file, by.iter().copied().chain([VALUE, FILTER]));
    frame.rechunk_mut_par();
    frame
}

fn categorical(frame: &DataFrame, by: &[&str]) -> DataFrame {
    let mut frame = frame.clone();
    for key in by {
        let coded = frame.column(key).and_then(|c| c.cast(&DataType::from_categories(Categories::global())));
        frame.with_column(coded.expect("strings can be coded")).expect("of the same length");
    }
    frame
}

fn lazily(frame: &DataFrame, by: &[&str], x: f64) -> (Duration, Rows) {
    let (took, grouped) = time(|| {
        let keys: Vec<Expr> = by.iter().map(|key| col(*key)).collect();
        let grouped = frame.clone().lazy().filter(col(FILTER).gt(lit(x))).group_by(keys);
        let figures = [len().alias("customers"), col(VALUE).sum().alias("sum"), col(VALUE).mean().alias("mean")];
        grouped.agg(figures).collect().expect("polars answers")
    });
    (took, rows_of(&grouped, by))
}

fn rows_of(grouped: &DataFrame, by: &[&str]) -> Rows {
    let column = |name: &str, data_type| grouped.column(name).and_then(|c| c.cast(&data_type)).expect("a column");
    let keys: Vec<Column> = by.iter().map(|key| column(key, DataType::String)).collect();
    let (customers, sums, means) = ("customers", "sum", "mean");
    let customers = column(customers, DataType::Float64);
    let (sums, means) = (column(sums, DataType::Float64), column(means, DataType::Float64));
    let number = |column: &Column, row| column.f64().expect("just cast").get(row).unwrap_or(f64::NAN);
    let key = |row| keys.iter().map(|key| key.str().expect("just cast").get(row).unwrap_or("–").to_owned()).collect();
    let row = |row| (key(row), (number(&customers, row) as u64, number(&sums, row), number(&means, row)));
    (0..grouped.height()).map(row).collect()
}

fn assert_same(ours: &Rows, theirs: &Rows) {
    let near = |a: f64, b: f64| (a - b).abs() <= ROUNDING * b.abs();
    let same = |a: &(u64, f64, f64), b: &(u64, f64, f64)| a.0 == b.0 && near(a.1, b.1) && near(a.2, b.2);
    let all = ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a.0 == b.0 && same(a.1, b.1));
    assert!(all, "groups differ:\n{ours:?}\n{theirs:?}");
}

fn sql(by: &[&str], x: f64) -> String {
    let keys = by.join(", ");
    format!("SELECT {keys}, count(*), sum({VALUE}), avg({VALUE}) FROM t WHERE {FILTER} > {x} GROUP BY {keys}")
}

fn json_rows(rows: &Rows) -> Value {
    let row = |(key, figures): (&Vec<String>, &(u64, f64, f64))| {
        let key = key.iter().map(|part| json!(part));
        Value::Array(key.chain([json!(figures.0), json!(figures.1), json!(figures.2)]).collect())
    };
    Value::Array(rows.iter().map(row).collect())
}
