//! Compares several sizes: the time per customer must not grow with the number of customers.

use serde_json::Value;

use super::shared::report::{Unit, amount, table};

/// Growth that noise may explain.
const NOISE: f64 = 1.1;

/// Prints how much each part's time per customer grew from the smallest base to the largest, if there are several.
/// Parts that run at the memory limit may grow as the limit does: a small column fits into the processor's cache, a
/// large one does not.
pub fn print(reports: &[Value]) {
    let (Some(first), Some(last)) = (reports.first(), reports.last()) else { return };
    if reports.len() < 2 {
        return;
    }
    let size = |report: &Value| report["rows"].as_f64().unwrap_or(f64::NAN);
    let per_customer = size(last) / size(first);
    let mut headings = vec!["work".to_owned()];
    headings.extend(reports.iter().map(|report| crosscut::text::numbers::count(size(report) as u64)));
    headings.extend(["time for a customer", "of the memory limit", "linear or better"].map(String::from));
    let timed = works(first).filter(|work| work["unit"] == "s");
    let rows = timed.filter_map(|work| {
        let of_all: Vec<f64> = reports.iter().filter_map(|report| named(report, work)?["ours"].as_f64()).collect();
        let growth = of_all.last()? / of_all.first()? / per_customer;
        let limit = named(last, work).and_then(limit).zip(limit(work)).map(|(last, first)| last / first / per_customer);
        let met = growth <= NOISE * limit.unwrap_or(1.0).max(1.0);
        let mut row = vec![work["work"].as_str()?.to_owned()];
        row.extend(of_all.iter().map(|time| amount(*time, Unit::Seconds)));
        row.extend([format!("{growth:.2} ×"), limit.map_or("–".into(), |limit| format!("{limit:.2} ×"))]);
        row.push(if met { "yes" } else { "no" }.into());
        Some(row)
    });
    println!("{}", table(&headings, &rows.collect::<Vec<_>>()));
}

fn works(report: &Value) -> impl Iterator<Item = &Value> {
    report["works"].as_array().into_iter().flatten()
}

fn named<'a>(report: &'a Value, work: &Value) -> Option<&'a Value> {
    works(report).find(|other| other["work"] == work["work"])
}

fn limit(work: &Value) -> Option<f64> {
    let peer = work["peers"].as_array()?.iter().find(|peer| peer["name"] == "memory limit")?;
    peer["theirs"].as_f64()
}
