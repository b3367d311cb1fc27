//! Measures *why* over thirty columns, and four facets after a choice: the questions of `w` and of space.

use crosscut::engine::{ContrastQuestion, GroupsQuestion};
use crosscut::insight::why;
use crosscut::model::ColumnType;

use super::limit::Limit;
use super::measure::{race, time};
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

const COLUMNS: usize = 30;
const TRIES: usize = 3;
const FACETS: [&str; 4] = ["country", "plan", "channel", "loyalty_tier"];

/// Runs with all columns cached and a new rule. The limit is the time one thread takes to read that many bytes once.
pub fn run(shop: &Shop, report: &mut Report) {
    let columns = columns(shop);
    ask_why(shop, &columns);
    let mut warm = |_| time(|| ask_why(shop, &columns)).0;
    let limit = Limit::of(COLUMNS as u64 * 4 * shop.rows());
    let mut memory = |_| limit.try_once();
    let [warm, memory] = race(TRIES, [&mut warm, &mut memory]);
    let work = Measurement::seconds("why over 30 columns, columns warm", warm);
    let work = work.against("memory, 4 bytes a cell", memory.as_secs_f64(), Goal::None);
    report.add(if shop.rows() <= 10_000_000 { work.within(2.0) } else { work });
    facets(shop, report);
}

/// Columns that *why* compares: neither the key nor masked ones, as many as the goal names.
fn columns(shop: &Shop) -> Vec<String> {
    let left_out = ["customer_id", "name", "email"];
    let schema = crosscut::engine::Engine::schema(shop.engine.as_ref()).clone();
    let wanted = schema.columns().iter().filter(|column| !left_out.contains(&column.name.as_str()));
    let wanted = wanted.filter(|column| column.column_type != ColumnType::Other);
    wanted.map(|column| column.name.clone()).take(COLUMNS).collect()
}

fn ask_why(shop: &Shop, columns: &[String]) {
    let inside = shop.check(&format!("country = 'DE' AND spend_12m > {}", 200 + shop.fresh()));
    for column in columns {
        let question =
            ContrastQuestion { inside: inside.clone(), outside: None, column: column.clone(), limit: why::MAX_VALUES };
        let contrast = shop.ask(&question);
        assert_eq!(contrast.customers.inside + contrast.customers.outside, shop.rows());
    }
}

/// Each facet is counted under the choices made in the others.
fn facets(shop: &Shop, report: &mut Report) {
    let ask = || {
        let chosen = shop.check(&format!("plan = 'pro' AND spend_12m > {}", 100 + shop.fresh()));
        for column in FACETS {
            let question =
                GroupsQuestion { filter: chosen.clone(), by: vec![column.into()], value: None, limit: 1_000 };
            let groups = shop.ask(&question);
            assert!(!groups.groups.is_empty());
        }
    };
    ask();
    let mut again = |_| time(ask).0;
    let limit = Limit::of(FACETS.len() as u64 * shop.rows());
    let mut memory = |_| limit.try_once();
    let [again, memory] = race(5, [&mut again, &mut memory]);
    let work = Measurement::seconds("four facets after a choice", again);
    report.add(work.against("memory, a byte a cell", memory.as_secs_f64(), Goal::None));
}
