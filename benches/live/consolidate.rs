//! Consolidates forty segments by all three methods, under a filter.

use std::collections::BTreeSet;

use crosscut::insight::consolidate::{
    ConsolidateInquiry, Consolidation, ConsolidationInput as Grouping, Method, SegmentSelection,
};
use crosscut::insight::matrix::NamedSet;

use super::limit::Limit;
use super::measure::{race, time};
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

const SEGMENTS: usize = 40;
const FILTER: &str = "age >= 18";
const TRIES: usize = 5;

/// Runs with all row sets cached. The limit is the time one thread takes to sum every row set's words once.
pub fn run(shop: &Shop, report: &mut Report) {
    let segments = segments(shop);
    for method in Method::ALL {
        consolidate(shop, &segments, method);
        let mut cached = |_| {
            let (took, made) = time(|| consolidate(shop, &segments, method));
            assert_eq!(made.sets().len(), SEGMENTS);
            took
        };
        let limit = Limit::of((SEGMENTS + 1) as u64 * shop.rows().div_ceil(8));
        let mut memory = |_| limit.try_once();
        let [cached, memory] = race(TRIES, [&mut cached, &mut memory]);
        let work = Measurement::seconds(format!("consolidate 40 segments, {}", method.word()), cached);
        let work = work.against("memory, every row set once", memory.as_secs_f64(), Goal::None);
        report.add(if shop.rows() <= 10_000_000 { work.within(1.0) } else { work });
    }
}

fn consolidate(shop: &Shop, segments: &[NamedSet], method: Method) -> Consolidation {
    let found = shop.find(ConsolidateInquiry::new(SegmentSelection {
        filter: shop.check(FILTER),
        segments: segments.to_vec(),
        switched: BTreeSet::new(),
        with_broad: true,
        value: Some("spend_12m".into()),
        min_cell: 0,
    }));
    Grouping { method, found }.run()
}

/// Segments typical of a study: by country, plan and age, by purchases and by recency.
fn segments(shop: &Shop) -> Vec<NamedSet> {
    let countries = ["US", "DE", "FR", "GB", "NL", "ES", "PL", "CA"].map(|country| format!("country = '{country}'"));
    let plans = ["basic", "plus", "pro"].map(|plan| format!("plan = '{plan}'"));
    let ages = [25, 35, 45, 55, 65].map(|age| format!("age >= {age}"));
    let spent = [50, 100, 250, 500, 800, 1_200, 2_000, 3_000].map(|spend| format!("spend_12m > {spend}"));
    let orders = [1, 2, 4, 6, 10, 15].map(|orders| format!("orders_12m >= {orders}"));
    let discount = [1, 3, 5, 7].map(|share| format!("discount_share >= 0.{share}"));
    let clicks = [1, 2, 4, 8].map(|clicks| format!("clicks_90d >= {clicks}"));
    let quiet = [30, 90].map(|days| format!("last_order < today - INTERVAL '{days} days'"));
    let all = countries.into_iter().chain(plans).chain(ages).chain(spent).chain(orders);
    let rules: Vec<String> = all.chain(discount).chain(clicks).chain(quiet).collect();
    rules.iter().enumerate().map(|(i, rule)| (format!("segment_{i}"), shop.check(rule))).collect()
}
