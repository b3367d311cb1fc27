//! Compares a hundred segments with twenty personas, and all of them with each other, under a filter.

use crosscut::insight::matrix::{Matrix, MatrixInquiry, NamedSet};

use super::limit::Limit;
use super::measure::{race, time};
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

const SEGMENTS: usize = 100;
const PERSONAS: usize = 20;
const FILTER: &str = "orders_12m >= 1 AND spend_12m > 99.99";
const TRIES: usize = 5;

/// Runs with all row sets cached. The limit is the time one thread takes to sum every row set's words once.
pub fn run(shop: &Shop, report: &mut Report) {
    let sets = sets(shop);
    let (rows, columns) = sets.split_at(SEGMENTS);
    ask(shop, rows, columns);
    let mut cached = |_| {
        let (took, matrix) = time(|| ask(shop, rows, columns));
        assert_eq!((matrix.rows.len(), matrix.columns.len()), (SEGMENTS, PERSONAS));
        took
    };
    // Bytes of every row set, read once.
    let limit = Limit::of((SEGMENTS + PERSONAS + 1) as u64 * shop.rows().div_ceil(8));
    let mut memory = |_| limit.try_once();
    let [cached, memory] = race(TRIES, [&mut cached, &mut memory]);
    let work = Measurement::seconds("matrix 100 × 20, row sets cached", cached);
    let work = work.against("memory, every row set once", memory.as_secs_f64(), Goal::None);
    report.add(if shop.rows() <= 10_000_000 { work.within(1.0) } else { work });
}

fn ask(shop: &Shop, rows: &[NamedSet], columns: &[NamedSet]) -> Matrix {
    shop.find(MatrixInquiry::new(&shop.check(FILTER), rows, columns, false))
}

/// Sets by bounds of spend, each with customers and each with a different rule.
fn sets(shop: &Shop) -> Vec<NamedSet> {
    let bound = |i: usize| (format!("bound_{i}"), shop.check(&format!("spend_12m > {}", i * 10)));
    (0..SEGMENTS + PERSONAS).map(bound).collect()
}
