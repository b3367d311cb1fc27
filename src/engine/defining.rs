//! Adds the columns that a study defines by expressions to a schema, for all engines.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Column, Missing, Schema, is_masked};
use crate::rule;

/// Returns the schema with the columns that the study defines under `[columns]`. A column that is computed from a
/// missing table is missing, too.
///
/// # Errors
/// Returns one line if a definition is wrong, or would disclose values of a masked column.
pub(super) fn define(
    mut schema: Schema,
    definitions: &BTreeMap<String, String>,
    mask: &[String],
    today: NaiveDate,
) -> Result<Schema, String> {
    let mut missing: Vec<Missing> = schema.all_missing().to_vec();
    for (name, text) in definitions {
        let refused = |why: String| format!("[columns] {name}: {why}");
        if schema.get(name).is_some() {
            return Err(refused("the base has a column of this name".into()));
        }
        if let Some(of) = missing.iter().find(|of| speaks_of(text, &of.name)) {
            let how = if of.is_coming { "still being read" } else { "missing" };
            let reason = format!("{name} is made of {}, which is {how}", of.name);
            missing.push(Missing { name: name.clone(), reason, is_coming: of.is_coming });
            continue;
        }
        let value = rule::value(text, &schema, today).map_err(|error| refused(error.describe(text)))?;
        if let Some(masked) = value.shown_columns().into_iter().find(|column| is_masked(mask, column)) {
            return Err(refused(format!("it would show values of \"{masked}\", which is masked")));
        }
        schema = schema.with_defined(Column { name: name.clone(), column_type: value.kind }, text);
    }
    Ok(schema.with_missing(missing))
}

/// Returns true if the text may contain a function of this table, such as `orders.count()`.
fn speaks_of(text: &str, table: &str) -> bool {
    let (text, table) = (text.to_lowercase(), table.to_lowercase());
    text.contains(&format!("{table}.")) || text.contains(&format!("\"{table}\"."))
}
