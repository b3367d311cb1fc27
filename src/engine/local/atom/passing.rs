//! Evaluates a condition while its column is read, one part of the files at a time, if no other condition needs the
//! column. The whole column is then never in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::DataFrame;

use crate::data::BaseTable;
use crate::engine::local::LocalEngine;
use crate::engine::local::chunks::RowChunks;
use crate::engine::local::column::ColumnData;
use crate::engine::local::columns::ColumnStore;
use crate::engine::local::memory::{Memory, MemoryKey};
use crate::engine::local::row_set::RowSet;
use crate::engine::{Cancel, EngineError, Personas};
use crate::rule::{Checked, Expr, Node};

/// Returns the columns that only one condition of the rules needs, if that condition needs no other column.
pub fn columns(rules: &[Checked]) -> BTreeSet<String> {
    let mut conditions: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for rule in rules {
        each_condition(rule.expr(), &mut |condition| {
            if seen.insert(condition.to_string()) {
                let columns = condition.columns();
                for column in &columns {
                    conditions.entry(column.clone()).or_default().push(columns.clone());
                }
            }
        });
    }
    let is_alone = |of_column: &[BTreeSet<String>]| matches!(of_column, [columns] if columns.len() == 1);
    conditions.into_iter().filter(|(_, conditions)| is_alone(conditions)).map(|(column, _)| column).collect()
}

/// Calls `f` with each single condition of a rule, which is a part without AND, OR and NOT.
fn each_condition(expr: &Expr, f: &mut impl FnMut(&Expr)) {
    match &expr.node {
        Node::Not(inner) => each_condition(inner, f),
        Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| each_condition(part, f)),
        _ => f(expr),
    }
}

/// Returns the row set of a condition if its column need not be kept, otherwise `None`.
pub fn row_set(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Option<RowSet>, EngineError> {
    let sources = expr.sources();
    let [source] = sources.as_slice() else { return Ok(None) };
    let Node::Column(name) = &source.node else { return Ok(None) };
    let of_part = |column: ColumnData| {
        let rows = column.rows();
        super::row_set(&holding(engine, name, column), expr, cancel).map(|row_set| (rows, row_set))
    };
    let parts = engine.columns.pass(name, &engine.memory, cancel, of_part)?;
    Ok(parts.map(|parts| RowSet::joined(&parts)))
}

/// Returns an engine over the rows of one part, with only this column.
fn holding(engine: &LocalEngine, name: &str, column: ColumnData) -> LocalEngine {
    let rows = column.rows();
    let memory = Memory::new(usize::MAX);
    memory.keep(MemoryKey::Column(name.to_owned()), &Arc::new(column), 0);
    LocalEngine {
        columns: Arc::new(ColumnStore::new(BaseTable::Memory(DataFrame::empty_with_height(rows)))),
        schema: engine.schema.clone(),
        memory: Arc::new(memory),
        // A single chunk suffices, since the parts themselves are spread over the cores.
        chunks: RowChunks::new(rows, rows),
        derived: engine.derived.clone(),
        personas: Personas::default(),
        is_guarded: false,
        owner: None,
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use polars_io::parquet::write::ParquetWriter;
    use tempfile::NamedTempFile;

    use super::*;
    use crate::data::{BaseLocation, LoadOptions, load};
    use crate::engine::{Engine, SummaryQuestion, ask_one};
    use crate::rule::{self, Context, Namespace};

    const ROWS: usize = 5000;
    const RULES: [&str; 9] = [
        "spend > 20.5",
        "orders >= 3 AND plan = 'pro'",
        "NOT (plan IN ('pro', 'basic')) OR spend IS NULL",
        "plan = 'gold' OR orders + 1 = 4",
        "lower(plan) LIKE '%a%' AND day >= '2024-02-01'",
        "orders > 2 AND orders < 5 AND spend > 3",
        "orders > spend AND plan IS NOT NULL",
        "email LIKE '%77%'",
        "spend > 1 AND spend IS NOT NULL AND plan = 'nobody'",
    ];

    /// Writes a file whose row groups have numbers of rows that are not multiples of 64.
    fn file() -> NamedTempFile {
        let known = |row: usize| row % 13 != 5;
        let plan = |row: usize| known(row).then_some(["pro", "basic", "gold"][row % 7 % 3]);
        let spend = |row: usize| (row % 17 != 2).then_some((row * 31 % 400) as f64 / 8.0);
        let days: Vec<i32> = (0..ROWS).map(|row| 19_700 + (row % 200) as i32).collect();
        let mut frame = df!(
            "plan" => (0..ROWS).map(plan).collect::<Vec<_>>(),
            "spend" => (0..ROWS).map(spend).collect::<Vec<_>>(),
            "orders" => (0..ROWS).map(|row| (row % 6) as i64).collect::<Vec<_>>(),
            "email" => (0..ROWS).map(|row| format!("{row}@example.com")).collect::<Vec<_>>(),
        )
        .unwrap();
        let day = Series::new("day".into(), days).cast(&DataType::Date).unwrap();
        frame.with_column(day.into_column()).unwrap();
        let file = NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).with_row_group_size(Some(333)).finish(&mut frame).unwrap();
        file
    }

    fn open(file: &NamedTempFile) -> LocalEngine {
        let location = BaseLocation::Path(file.path().to_owned());
        LocalEngine::new(load(&location, &LoadOptions::default(), &mut |_| {}, &|| false).unwrap())
    }

    fn check(engine: &LocalEngine, text: &str) -> Checked {
        let cx = Context { schema: engine.schema(), names: &Namespace::default(), today: Default::default() };
        rule::check(text, &cx).unwrap()
    }

    fn is_kept(engine: &LocalEngine, column: &str) -> bool {
        engine.memory.get::<ColumnData>(&MemoryKey::Column(column.to_owned())).is_some()
    }

    #[test]
    fn rules_asked_once_have_row_sets_of_other_rules() {
        let file = file();
        for text in RULES {
            let (kept, passed) = (open(&file), open(&file));
            let rule = check(&kept, text);
            passed.ask_only(&[check(&passed, text)]);
            let row_set = |engine: &LocalEngine| engine.row_set(&rule, &Cancel::new()).unwrap();
            assert_eq!(row_set(&passed), row_set(&kept), "{text}");
        }
    }

    #[test]
    fn column_of_single_condition_is_not_kept() {
        let file = file();
        let engine = open(&file);
        let rule = check(&engine, "plan = 'pro' AND (orders > 1 OR orders + 1 = 2)");
        engine.ask_only(std::slice::from_ref(&rule));
        let ask = || ask_one(&engine, &SummaryQuestion { filter: rule.clone(), value: None }, &Cancel::new()).unwrap();
        let customers = ask().customers;
        assert!(customers > 0);
        assert_eq!((is_kept(&engine, "plan"), is_kept(&engine, "orders")), (false, true));
        assert_eq!(ask().customers, customers);
    }

    #[test]
    fn columns_of_one_condition_alone_are_found() {
        let engine = open(&file());
        let rules =
            ["plan = 'pro' AND (spend > 1 OR spend < 9)", "plan = 'pro' OR NOT orders > 2", "day = '2024-01-01'"];
        let found = columns(&rules.map(|text| check(&engine, text)));
        assert_eq!(found, ["day", "orders", "plan"].map(String::from).into());
        assert!(columns(&[check(&engine, "orders > spend")]).is_empty());
    }
}
