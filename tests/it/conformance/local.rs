//! The local engine in every tuning, on a base in memory and on one read on demand.

use crosscut::engine::local::LocalEngine;

use crate::agree::engines::{base_of, engines_of, engines_on};
use crate::agree::tables::without_nan;
use crate::rules::cases::cases;
use crate::rules::{base, frame, with_visits, wrong_cases};

fn engines() -> Vec<(String, LocalEngine)> {
    let mut in_memory = base_of(without_nan(frame()));
    in_memory.key = Some("id".into());
    let in_memory = engines_of(&in_memory).into_iter().map(|(name, engine)| (format!("memory, {name}"), engine));
    let on_demand = engines_on(&base()).into_iter().map(|(name, engine)| (format!("file, {name}"), engine));
    in_memory.chain(on_demand).map(|(name, engine)| (name, with_visits(engine))).collect()
}

#[test]
fn local_engines_count_cases_like_duckdb() {
    for (name, engine) in engines() {
        let wrong = wrong_cases(&engine, cases());
        assert!(wrong.is_empty(), "{} are wrong on an engine of {name}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
