//! Counts the overlap of twenty segments and five personas, under a filter.

use std::path::Path;
use std::time::Duration;

use crosscut::engine::{Engine, OverlapQuestion};
use crosscut::insight::catalog::SegmentationState;
use crosscut::model::ColumnType;
use crosscut::rule::Checked;

use super::measure::{race, time};
use super::memory::study_columns;
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

const SEGMENTS: usize = 20;
const PERSONAS: usize = 5;
const FILTER: &str = "orders_12m >= 1 AND spend_12m > 99.99";
const TRIES: usize = 5;

/// Customers of the filter in both sets, by segment and then by persona.
type Both = Vec<Vec<u64>>;

/// Runs with all row sets cached.
pub fn run(shop: &Shop, report: &mut Report) {
    let sets = Sets::of(shop);
    sets.ask(shop);
    let mut both = Both::new();
    let mut cached = |_| {
        let (took, answer) = time(|| sets.ask(shop));
        both = answer;
        took
    };
    let [cached] = race(TRIES, [&mut cached]);
    report.add(sets.work("overlap 20 × 5, row sets cached", cached, &both, &shop.file, 200.0));
}

/// Runs with all columns loaded but no row set cached: each try opens the base again.
pub fn run_cold(file: &Path, report: &mut Report) {
    let mut last = None;
    let mut cold = |_| {
        let shop = Shop::open(file);
        load_columns(&shop);
        let sets = Sets::of(&shop);
        let (took, answer) = time(|| sets.ask(&shop));
        last = Some((sets, answer));
        took
    };
    let [cold] = race(TRIES, [&mut cold]);
    let (sets, both) = last.expect("it was asked");
    report.add(sets.work("overlap 20 × 5, row sets cold", cold, &both, file, 20.0));
}

/// Loads every column of the study without creating a row set that another rule could use.
pub fn load_columns(shop: &Shop) {
    for column in study_columns(shop) {
        let column = shop.engine.schema().get(&column).expect("a column of the base");
        let nobody = match column.column_type {
            ColumnType::Integer | ColumnType::Decimal(_) | ColumnType::Float => "= -1",
            ColumnType::Date | ColumnType::Timestamp => "= '1900-01-01'",
            ColumnType::Text => "= 'nobody'",
            _ => "IS NULL",
        };
        shop.count(&format!("{} {nobody}", column.name));
    }
}

struct Sets {
    filter: Checked,
    segments: Vec<Checked>,
    personas: Vec<Checked>,
}

impl Sets {
    fn of(shop: &Shop) -> Self {
        let segments = shop.catalog.segments.iter().filter_map(|segment| match &segment.body {
            SegmentationState::Segment { rule, .. } => rule.as_ref().ok().cloned(),
            SegmentationState::Segmentation { .. } => None,
        });
        let personas = shop.catalog.audiences().into_iter().take(PERSONAS).cloned().collect();
        let sets = Self { filter: shop.check(FILTER), segments: segments.take(SEGMENTS).collect(), personas };
        assert_eq!((sets.segments.len(), sets.personas.len()), (SEGMENTS, PERSONAS));
        sets
    }

    /// Asks the engine the question.
    fn ask(&self, shop: &Shop) -> Both {
        let (filter, rows, columns) = (self.filter.clone(), self.segments.clone(), self.personas.clone());
        let question = OverlapQuestion { filter, rows, columns };
        let overlap = shop.ask(&question);
        overlap.both.iter().map(|row| row.iter().map(|count| count.in_filter).collect()).collect()
    }

    /// The result of a measurement, after checking the answer.
    fn work(&self, name: &str, took: Duration, both: &Both, file: &Path, goal: f64) -> Measurement {
        assert_eq!(*both, self.plainly(file), "{name}");
        Measurement::seconds(name, took).duckdb(self.sql(), serde_json::json!([both.concat()]), Goal::Faster(goal))
    }

    fn plainly(&self, file: &Path) -> Both {
        let rules: Vec<&Checked> = [&self.filter].into_iter().chain(&self.segments).chain(&self.personas).collect();
        let truths = plain::truths(file, &rules);
        let (filter, sets) = truths.split_first().expect("the filter is there");
        let (segments, personas) = sets.split_at(self.segments.len());
        let count = |segment, persona| u64::from((&(filter & segment) & persona).sum().unwrap_or(0));
        segments.iter().map(|segment| personas.iter().map(|persona| count(segment, persona)).collect()).collect()
    }

    /// One query: with each set's condition written once, and with the conditions of every pair spelled out.
    fn sql(&self) -> Vec<String> {
        let named = |letter: char, rules: &[Checked]| -> Vec<(String, String)> {
            rules.iter().enumerate().map(|(i, rule)| (format!("{letter}{i}"), rule.canonical())).collect()
        };
        let (segments, personas) = (named('s', &self.segments), named('p', &self.personas));
        let counts = |text: &dyn Fn(&(String, String)) -> String| {
            let pairs = segments.iter().flat_map(|s| personas.iter().map(move |p| (s, p)));
            let count = |(s, p)| format!("count(*) FILTER (WHERE ({}) AND ({}))", text(s), text(p));
            pairs.map(count).collect::<Vec<_>>().join(", ")
        };
        let columns = segments.iter().chain(&personas).map(|(name, rule)| format!("({rule}) AS {name}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let source = format!("FROM t WHERE {FILTER}");
        let once = format!("SELECT {} FROM (SELECT {columns} {source})", counts(&|set| set.0.clone()));
        vec![once, format!("SELECT {} {source}", counts(&|set| set.1.clone()))]
    }
}
