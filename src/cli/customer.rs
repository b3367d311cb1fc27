use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::{CommandError, CommonOptions};
use crate::engine::FindQuestion;
use crate::insight::customer::{
    ConditionState, CustomerPlace, CustomerReader, CustomerRecord, Membership, MembershipKind,
};
use crate::insight::settings;
use crate::model::{ColumnType, Datum, quote_name};

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 4] = ["kind", "name", "value", "why"];

/// Text for a missing value beside a condition.
const MISSING: &str = "no value";

#[derive(Debug, Args)]
pub struct CustomerArgs {
    /// Value of the key column
    #[arg(value_name = "KEY", allow_hyphen_values = true)]
    key: String,
    /// Also list the conditions of each segment and persona, with the values that they read
    #[arg(long)]
    conditions: bool,
}

impl CustomerArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let row = self.row(&opened)?;
        let record = opened.retry_without_faults(|opened| {
            let place = CustomerPlace { filter: opened.filter.clone(), sort: Vec::new(), row };
            let inquiry = CustomerReader::inquiry(place, &opened.catalog, opened.schema(), opened.mask());
            opened.find(inquiry)
        })?;
        let record = record
            .ok_or_else(|| CommandError::failed("the base has changed while the customer was read: try again"))?;
        self.table(&record, &opened).print(options.format())
    }

    /// Returns the customer's place among the filter's customers: rows are listed by the rules for rows, whoever asks.
    fn row(&self, opened: &CheckedStudy) -> Result<u64, CommandError> {
        let schema = opened.schema();
        let key = schema
            .key()
            .ok_or_else(|| CommandError::failed("no key column: write key = \"…\" under [data] in config.toml"))?;
        if opened.is_masked(key) {
            return Err(CommandError::Failed(settings::values_not_shown(key)));
        }
        let missing =
            || CommandError::Failed(format!("no customer has {key} = {}: check the key and --filter", self.key));
        let literal = match schema.type_of(key) {
            ColumnType::Integer => Datum::Integer(self.key.trim().parse().map_err(|_| missing())?).sql(),
            kind if kind.is_number() => {
                let number: f64 = self.key.trim().parse().map_err(|_| missing())?;
                number.to_string()
            }
            _ => Datum::Text(self.key.clone()).sql(),
        };
        let rule = opened.rule(&format!("{} = {literal}", quote_name(key)))?;
        let filter = opened.filter.clone();
        let find = FindQuestion { filter, rule, sort: Vec::new(), from: 0, backwards: false };
        opened.ask(&find)?.ok_or_else(missing)
    }

    fn table(&self, record: &CustomerRecord, opened: &CheckedStudy) -> Table {
        let mut table = Table::new(COLUMNS);
        for (column, value) in &record.values {
            let value = match opened.is_masked(column) && !value.is_null() {
                true => TableCell::Masked,
                false => TableCell::Datum(value.clone()),
            };
            table.rows.push(vec![
                TableCell::text("column"),
                TableCell::text(column.as_str()),
                value,
                TableCell::Datum(Datum::Null),
            ]);
        }
        for one in &record.memberships {
            table.rows.push(vec![
                TableCell::text(one.kind.word()),
                TableCell::text(one.name.as_str()),
                value(one),
                why(one),
            ]);
            if self.conditions {
                table.rows.extend(one.spans.iter().map(|span| condition_row("span", &one.name, span)));
                table.rows.extend(one.conditions.iter().map(|one_of| condition_row("condition", &one.name, one_of)));
            }
        }
        table
    }
}

fn condition_row(kind: &str, name: &str, condition: &ConditionState) -> Vec<TableCell> {
    let why = explained(condition);
    vec![TableCell::text(kind), TableCell::text(name), truth(condition.truth), TableCell::text(why)]
}

fn explained(condition: &ConditionState) -> String {
    condition.explained(|value| if value.is_null() { MISSING.into() } else { value.to_string() })
}

/// Returns true, false or null; of a segmentation the cell that holds the customer.
fn value(one: &Membership) -> TableCell {
    match (one.kind, one.truth) {
        (MembershipKind::Segmentation, Some(true)) => TableCell::text(one.label.as_str()),
        (MembershipKind::Segmentation, _) => TableCell::Datum(Datum::Null),
        (_, known) => truth(known),
    }
}

fn truth(truth: Option<bool>) -> TableCell {
    TableCell::Datum(truth.map_or(Datum::Null, Datum::Boolean))
}

/// Returns the reason why the customer is not in it; of a persona that holds the customer the segments by which it does, and
/// whether it is the first one.
fn why(one: &Membership) -> TableCell {
    if let Some(error) = &one.error {
        return TableCell::text(error.as_str());
    }
    let first = one.is_first.then(|| "first".to_owned());
    let spans = one.holding_spans();
    let spans = (one.truth == Some(true) && !spans.is_empty()).then(|| format!("by {}", spans.join(", ")));
    let reasons: Vec<String> = first.into_iter().chain(spans).chain(one.obstacle(explained)).collect();
    if reasons.is_empty() { TableCell::Datum(Datum::Null) } else { TableCell::text(reasons.join(", ")) }
}
