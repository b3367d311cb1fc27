//! Costs of derived columns, as `crosscut check` reports them.

use super::CommandError;
use super::open::CheckedStudy;
use crate::engine::{Cost, SummaryQuestion};
use crate::model::quote_name;
use crate::rule::{self, Context};
use crate::text::numbers::count;

/// Returns a line for each derived column: those that the study names, and those that its rules have asked for so far.
///
/// # Errors
/// Returns an error if a column cannot be computed.
pub fn lines(opened: &CheckedStudy) -> Result<Vec<String>, CommandError> {
    for name in opened.study.config.columns.keys() {
        let text = format!("{} IS NOT NULL", quote_name(name));
        let cx = Context { schema: opened.schema(), names: &opened.catalog.names, today: opened.today };
        // A column of a missing table was already reported.
        if let Ok(filter) = rule::check(&text, &cx) {
            // The rules that use a column that cannot be computed were reported.
            let _ = opened.answer(&SummaryQuestion { filter, value: None })?;
        }
    }
    let costs = opened.engine.status().costs.into_iter();
    let line = |(name, cost): (String, Cost)| {
        let (rows, kilobytes) = (count(cost.rows), count((cost.bytes as u64).div_ceil(1000)));
        format!("{name}: computed from {rows} rows in {} ms, {kilobytes} kB", count(cost.took.as_millis() as u64))
    };
    Ok(costs.map(line).collect())
}
