use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::{CommandError, CommonOptions};
use crate::insight::attrition::AttritionInquiry;
use crate::insight::{attrition, figures};
use crate::rule::Checked;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 5] = ["condition", "remaining", "share_of_before", "share_of_base", "alone_removes"];

#[derive(Debug, Args)]
pub struct AttritionArgs {
    /// The rule whose conditions are counted [default: that of --filter]
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
}

impl AttritionArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        // With a rule of its own, the filter narrows the customers; otherwise the filter is the rule.
        let (text, filter) = match (&self.rule, &options.filter) {
            (Some(rule), _) => (rule.clone(), opened.filter.clone()),
            (None, Some(filter)) => (filter.clone(), Checked::everyone()),
            (None, None) => {
                return Err(CommandError::usage("attrition needs a rule: crosscut attrition \"a > 1 AND b = 'x'\""));
            }
        };
        let conditions = opened.rule(&text)?.conditions_in(&text);
        let mut table = Table::new(COLUMNS);
        let steps = opened.find(AttritionInquiry::new(conditions, &filter))?;
        let base = opened.engine.customers();
        let shown = attrition::shown(&steps, base, opened.min_cell());
        for (step, shown) in steps.into_iter().zip(shown) {
            let of_base = shown.remaining.count().and_then(|count| figures::share(count, base));
            table.rows.push(vec![
                TableCell::Text(step.condition),
                TableCell::Count(shown.remaining),
                TableCell::Share(shown.of_before),
                TableCell::Share(of_base),
                TableCell::Count(shown.alone),
            ]);
        }
        table.print(options.format())
    }
}
