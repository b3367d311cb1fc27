use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::engine::BothSides;
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::settings::is_informative;
use crate::insight::suppress;
use crate::insight::why::{self, NoTraits, Trait, TraitKind};
use crate::model::{Column, Datum};

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 12] = [
    "column",
    "trait",
    "smd",
    "inside",
    "outside",
    "index",
    "cramers_v",
    "p",
    "passed",
    "n_inside",
    "n_outside",
    "condition",
];

#[derive(Debug, Args)]
pub struct WhyArgs {
    /// Rule of the customers whose traits are listed, in place of --filter, such as @active
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
    /// Compare with the customers of this rule, not with everyone else; customers of both are on neither side
    #[arg(long, value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    against: Option<String>,
    /// Also the columns that the rules mention
    #[arg(long)]
    all: bool,
    /// One line per column: its largest trait
    #[arg(long)]
    by_column: bool,
    /// Show only the largest effects
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    top: usize,
}

impl WhyArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        let inside = match (&self.rule, &options.filter) {
            (Some(rule), None) => opened.rule(rule)?,
            (Some(rule), Some(_)) => opened.rule(rule)?.and(&opened.filter),
            (None, Some(_)) => opened.filter.clone(),
            (None, None) => {
                return Err(CommandError::usage("why needs a rule: crosscut why @active, or --filter RULE"));
            }
        };
        let outside = self.against.as_deref().map(|rule| opened.rule(rule)).transpose()?;
        let mut mentioned = inside.columns();
        mentioned.extend(outside.as_ref().map(|rule| rule.columns()).unwrap_or_default());
        let mask = &opened.study.config.privacy.mask;
        let texts = [&self.rule, &options.filter, &self.against].into_iter().flatten();
        let trivial = texts.into_iter().any(|text| opened.catalog.names_persona(text));
        let trivial = opened.schema().persona().filter(|_| trivial);
        let all = opened.schema().all_columns().filter(|column| Some(*column) != trivial);
        let (shown, kept_back): (Vec<&Column>, Vec<&Column>) =
            all.partition(|column| is_informative(opened.schema(), mask, column));
        let mut inquiry = ContrastsInquiry::new(&inside, outside.as_ref(), shown);
        opened.drive(&mut inquiry)?;
        let (mut traits, mut left_out) = (Vec::new(), BTreeSet::new());
        left_out.extend(kept_back.into_iter().map(|column| column.name.as_str()));
        for column in &inquiry.columns {
            if let Some(reason) = &column.contrast.error {
                return Err(CommandError::failed(reason));
            }
            let is_mentioned = mentioned.contains(&column.name);
            match column.traits(is_mentioned, opened.min_cell()) {
                Ok(found) => traits.extend(found),
                Err(NoTraits::TooDiverse) => drop(left_out.insert(&column.name)),
                Err(NoTraits::TooFew) => return Err(CommandError::failed("too few customers on one side to compare")),
                Err(NoTraits::NoDifference) => {}
            }
            if is_mentioned && !self.all {
                left_out.insert(&column.name);
            }
        }
        // In the order of the schema.
        let names = opened.schema().all_columns().map(|column| column.name.as_str());
        let left_out: Vec<&str> = names.filter(|name| left_out.contains(name)).collect();
        if !left_out.is_empty() {
            say!("crosscut: left out (masked, the key, too many values, or in the rule): {}", left_out.join(", "));
        }
        let ranked = why::rank(traits, self.all);
        let ranked = if self.by_column { why::by_column(ranked) } else { ranked };
        let ranked = if options.format().is_for_people() { in_one_line(ranked) } else { ranked };
        let mut table = table(&opened, ranked.into_iter());
        table.keep_top(self.top);
        table.print(options.format())
    }
}

/// Joins traits that are the same customers, as those of a column and of the segmentation by its values.
fn in_one_line(ranked: Vec<Trait>) -> Vec<Trait> {
    let joined = why::join_repeated(ranked).into_iter().filter_map(|group| {
        let mut group = group.into_iter();
        let first = group.next()?;
        let column = match (group.next(), group.count()) {
            (None, _) => first.column.clone(),
            (Some(other), 0) => format!("{}, {}", first.column, other.column),
            (Some(_), more) => format!("{} and {} more", first.column, more + 1),
        };
        Some(Trait { column, ..first })
    });
    joined.collect()
}

/// Returns a table of traits, one per line.
pub fn table(opened: &CheckedStudy, traits: impl Iterator<Item = Trait>) -> Table {
    let mut table = Table::new(COLUMNS);
    for one in traits {
        let (what, sides) = match one.what {
            TraitKind::Mean(means) => ("mean".to_owned(), means.map(TableCell::Datum)),
            TraitKind::Value(value, shares) => {
                (format!("= {value}"), shares.map(|share| TableCell::Share(Some(share))))
            }
            TraitKind::Missing(shares) => ("no value".to_owned(), shares.map(|share| TableCell::Share(Some(share)))),
        };
        let BothSides { inside, outside } = sides.map(rounded);
        let n = one.n.map(|n| TableCell::Count(suppress::single(n, opened.min_cell())));
        table.rows.push(vec![
            TableCell::Text(one.column),
            TableCell::Text(what),
            TableCell::Number(Some(one.smd)),
            inside,
            outside,
            TableCell::Index(one.index),
            TableCell::Number(one.v),
            TableCell::Number(Some(one.p)),
            TableCell::Datum(Datum::Boolean(one.significant)),
            n.inside,
            n.outside,
            TableCell::Text(one.condition),
        ]);
    }
    table
}

/// Shows a mean as a number like others; a date stays a date.
fn rounded(cell: TableCell) -> TableCell {
    match cell {
        TableCell::Datum(Datum::Float(mean)) => TableCell::Number(Some(mean)),
        other => other,
    }
}
