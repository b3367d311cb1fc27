use std::process::ExitCode;

use clap::Args;

use super::open::Opened;
use super::output::{Cell, Table};
use super::{Failure, Options};
use crate::insight::attrition::AttritionInquiry;
use crate::insight::{figures, suppress};
use crate::rule::Checked;

#[derive(Debug, Args)]
pub struct Attrition {
    /// The rule whose conditions are looked at [default: that of --filter]
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
}

impl Attrition {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::new(options)?;
        // With a rule of its own, the filter narrows the customers; otherwise the filter is the rule.
        let (text, filter) = match (&self.rule, &options.filter) {
            (Some(rule), _) => (rule.clone(), opened.filter.clone()),
            (None, Some(filter)) => (filter.clone(), Checked::everyone()),
            (None, None) => {
                return Err(Failure::usage("attrition needs a rule: crosscut attrition \"a > 1 AND b = 'x'\""));
            }
        };
        let conditions = opened.rule(&text)?.conditions_in(&text);
        let shown = |count: u64| suppress::single(count, opened.min_cell());
        let mut table = Table::new(["condition", "remaining", "share_of_before", "share_of_base", "alone_removes"]);
        for step in opened.find(AttritionInquiry::new(conditions, &filter))? {
            let remaining = shown(step.remaining);
            let share = |whole: u64| remaining.count().and_then(|count| figures::share(count, whole));
            table.rows.push(vec![
                Cell::Text(step.condition),
                Cell::Count(remaining),
                Cell::Share(share(step.before)),
                Cell::Share(share(opened.engine.customers())),
                Cell::Count(shown(step.alone)),
            ]);
        }
        table.print(options.format())
    }
}
