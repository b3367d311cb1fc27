//! Collects facts about a table for a starter study, by asking the table's engine.

use crate::data::{likely_keys, likely_values};
use crate::engine::{Cancel, ContrastQuestion, Engine, EngineError, QuantilesQuestion, ValuesQuestion, ask_one};
use crate::insight::settings::check_settings;
use crate::insight::why;
use crate::model::{Column, Datum};
use crate::rule::{self, Checked, Namespace};
use crate::study::starter::{StarterColumn, StarterData, StarterTable, outcome_rule};

/// Name of the engine in this process.
const LOCAL: &str = "local";
/// Maximum number of a column's values that the starter makes cells of.
const MAX_VALUES: usize = 50;

/// Describes the base of an engine for a starter study. Without a `value` column, a likely one is taken, as for the
/// key.
///
/// # Errors
/// Returns one line if `value` is not a column of numbers or a question fails.
pub fn starter_table(engine: &dyn Engine, data: StarterData, value: Option<String>) -> Result<StarterTable, String> {
    let schema = engine.schema();
    let text = |error: EngineError| error.to_string();
    let mut key = schema.key().map(str::to_owned);
    if key.is_none() {
        key = first(likely_keys(schema), |column| is_unique(engine, column)).map_err(text)?;
    }
    let mut value = value;
    if value.is_none() {
        value = first(likely_values(schema), |column| varies(engine, column)).map_err(text)?;
    }
    let value = check_settings(schema, value.as_deref(), &[]).map_err(|fault| fault.message)?;
    let columns = schema.columns().iter().map(|column| starter_column(engine, column));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(text)?;
    let mut table = StarterTable { data, key, value, columns, rows: engine.customers(), ..StarterTable::default() };
    // Elsewhere it would be a statement per column.
    if engine.name() == LOCAL {
        find_effects(engine, &mut table);
    }
    Ok(table)
}

/// Finds how much each column differs between the customers with the outcome and all others. A column that cannot be
/// compared has no effect.
fn find_effects(engine: &dyn Engine, table: &mut StarterTable) {
    let Some(text) = outcome_rule(table) else { return };
    let (schema, names) = (engine.schema(), Namespace::default());
    let cx = rule::Context { schema, names: &names, today: chrono::Local::now().date_naive() };
    let Ok(outcome) = rule::check(&text, &cx) else { return };
    for column in &mut table.columns {
        let (inside, name) = (outcome.clone(), column.name.clone());
        let question = ContrastQuestion { inside, outside: None, column: name, limit: why::MAX_VALUES };
        let traits = ask_one(engine, &question, &Cancel::new())
            .map(|contrast| why::traits(&contrast, column.column_type, false, 0));
        if let Ok(Ok(traits)) = traits {
            let effects = traits.iter().map(|one| one.smd.abs()).filter(|effect| effect.is_finite());
            column.effect = effects.reduce(f64::max);
        }
    }
}

fn first(
    columns: Vec<&Column>,
    fits: impl Fn(&Column) -> Result<bool, EngineError>,
) -> Result<Option<String>, EngineError> {
    for column in columns {
        if fits(column)? {
            return Ok(Some(column.name.clone()));
        }
    }
    Ok(None)
}

/// Returns true if every customer has a value, and no two have the same.
fn is_unique(engine: &dyn Engine, column: &Column) -> Result<bool, EngineError> {
    let question = ValuesQuestion { column: column.name.clone(), limit: 0 };
    let distinct = ask_one(engine, &question, &Cancel::new())?.left_out;
    Ok(distinct > 0 && distinct == engine.customers())
}

/// Returns true if two customers have different values.
fn varies(engine: &dyn Engine, column: &Column) -> Result<bool, EngineError> {
    let ends = quantiles(engine, column, vec![0.0, 1.0])?;
    Ok(ends.first() != ends.last())
}

fn starter_column(engine: &dyn Engine, column: &Column) -> Result<StarterColumn, EngineError> {
    let question = ValuesQuestion { column: column.name.clone(), limit: MAX_VALUES };
    let values = ask_one(engine, &question, &Cancel::new())?;
    let spread = match column.column_type.is_number() {
        true => quantiles(engine, column, (0..=100).map(|percent| f64::from(percent) / 100.0).collect())?,
        false => Vec::new(),
    };
    Ok(StarterColumn {
        name: column.name.clone(),
        column_type: column.column_type,
        distinct: values.values.len() as u64 + values.left_out,
        counts: values.values.iter().map(|(_, customers)| *customers).collect(),
        values: values.values.into_iter().map(|(value, _)| value).collect(),
        effect: None,
        spread: spread.iter().filter_map(Datum::number).collect(),
    })
}

fn quantiles(engine: &dyn Engine, column: &Column, shares: Vec<f64>) -> Result<Vec<Datum>, EngineError> {
    let question = QuantilesQuestion { filter: Checked::everyone(), column: column.name.clone(), shares };
    Ok(ask_one(engine, &question, &Cancel::new())?.values)
}
