use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::streams::say;
use super::why;
use super::{CommandError, CommonOptions};
use crate::insight::matrix::NamedSet;
use crate::insight::research::{
    self, Likeness, LikenessInquiry, LikenessSubject, LineSubject, QuotesInquiry, QuotesWithheld, VoicesInquiry,
};
use crate::insight::settings::{self, informative_columns};
use crate::insight::suppress;
use crate::insight::why::Trait;
use crate::model::{Column, Datum, Events, quote_name};
use crate::rule::Checked;

/// Columns of the table for programs.
pub const COLUMNS: [&str; 9] =
    ["table", "column", "value", "persona", "respondents", "mentions", "share", "index", "mean"];
/// Columns of `--quotes`.
pub const QUOTE_COLUMNS: [&str; 3] = ["persona", "about", "quote"];

#[derive(Debug, Args)]
pub struct ResearchArgs {
    /// The survey or the interviews, by its name in [tables] of config.toml [default: the first]
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// The answers of this column of the table, in place of the themes
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Figure in the cells of a table (json, ndjson and csv have all of them)
    #[arg(long, value_enum, default_value_t = ResearchColumnFigure::Respondents)]
    figure: ResearchColumnFigure,
    /// This persona only, by its id
    #[arg(long, value_name = "ID")]
    persona: Option<String>,
    /// List the quotes verbatim
    #[arg(long, conflicts_with = "resembles")]
    quotes: bool,
    /// The quotes of this theme only, or of this answer to --by
    #[arg(long, value_name = "VALUE", requires = "quotes")]
    theme: Option<String>,
    /// Compare each persona's respondents with the rest of its audience; with --persona column by column
    #[arg(long)]
    resembles: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ResearchColumnFigure {
    /// Customers who said it
    Respondents,
    /// Rows that say it
    Mentions,
    /// Share of the persona's respondents
    Share,
    /// 100 is as common as among all respondents
    Index,
}

/// Label of the filter's respondents beside the personas.
const ALL: &str = "all";

impl ResearchArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        let table = self.table(&opened)?;
        let sets = self.sets(&opened)?;
        if self.resembles {
            return self.resembles(&opened, &table, &sets)?.print(options.format());
        }
        let by = self.by(&opened, &table)?;
        if self.quotes {
            return self.quotes(&opened, &table, by.as_ref(), &sets)?.print(options.format());
        }
        let by = by.as_ref().map(|column| column.name.as_str());
        let found = opened.find(VoicesInquiry::new(&table, by, &opened.filter, &sets, opened.min_cell()))?;
        if found.strangers > 0 {
            say!("crosscut: {} of {} rows match no customer", found.strangers, found.rows);
        }
        if found.left_out > 0 {
            say!("crosscut: {} rarer values left out", found.left_out);
        }
        let table = if options.format().is_for_people() { wide(&found, self.figure) } else { long(&found) };
        table.print(options.format())
    }

    fn table(&self, opened: &CheckedStudy) -> Result<Events, CommandError> {
        let tables = research::tables(opened.schema());
        let names = || tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = match &self.table {
            None => tables.first(),
            Some(name) => tables.iter().find(|table| table.name.eq_ignore_ascii_case(name)),
        };
        match (found, &self.table) {
            (Some(table), _) => Ok((*table).clone()),
            (None, Some(name)) if !tables.is_empty() => {
                Err(CommandError::Failed(format!("there is no research \"{name}\"; there are {}", names())))
            }
            _ => Err(CommandError::failed(
                "the study names no research: write [tables.NAME] with path and kind = \"survey\" or \"interviews\"",
            )),
        }
    }

    fn sets(&self, opened: &CheckedStudy) -> Result<Vec<NamedSet>, CommandError> {
        let sets = super::open::Sets::Personas.resolve(opened);
        match &self.persona {
            None => Ok(sets),
            Some(id) => match sets.into_iter().find(|(name, _)| name == id.trim_start_matches('@')) {
                Some(set) => Ok(vec![set]),
                None => Err(CommandError::Failed(format!("there is no persona \"{id}\" that can be counted"))),
            },
        }
    }

    /// Returns the column to break answers down by: the requested one, else the themes, else the first with answers.
    fn by(&self, opened: &CheckedStudy, table: &Events) -> Result<Option<Column>, CommandError> {
        let mask = &opened.study.config.privacy.mask;
        let answers = research::answers(table, mask);
        let Some(name) = &self.by else { return Ok(answers.first().map(|column| (*column).clone())) };
        let name = settings::column(&table.schema, name).map_err(CommandError::Failed)?;
        match answers.into_iter().find(|column| column.name == name) {
            Some(column) => Ok(Some(column.clone())),
            None => Err(CommandError::Failed(format!(
                "{name} is masked, the key, or the quote column: its values are not listed"
            ))),
        }
    }

    fn quotes(
        &self,
        opened: &CheckedStudy,
        table: &Events,
        by: Option<&Column>,
        sets: &[NamedSet],
    ) -> Result<Table, CommandError> {
        let theme = self.theme.as_ref().zip(by);
        let condition = theme.map(|(value, by)| condition(table, by, value)).transpose()?;
        let rows = research::rows_that(table, condition.as_deref(), opened.today).map_err(CommandError::failed)?;
        let mut shown = Table::new(QUOTE_COLUMNS);
        let everyone = [(ALL.to_owned(), Checked::everyone())];
        let sets = if self.persona.is_some() { sets } else { &everyone };
        for (name, rule) in sets {
            let mask = &opened.study.config.privacy.mask;
            let least = research::least(table, opened.min_cell());
            let quotes = opened.find(QuotesInquiry::new(table, rows.clone(), opened.filter.and(rule), mask, least))?;
            let quotes = quotes.map_err(|why| CommandError::Failed(withheld(table, why)))?;
            let more = quotes.heard.mentions.saturating_sub(quotes.rows);
            if more > 0 {
                say!("crosscut: {more} more rows");
            }
            shown.rows.extend(quotes.quotes.into_iter().map(|quote| {
                vec![TableCell::Text(name.clone()), TableCell::Text(quote.about), TableCell::Text(quote.text)]
            }));
        }
        Ok(shown)
    }

    fn resembles(&self, opened: &CheckedStudy, table: &Events, sets: &[NamedSet]) -> Result<Table, CommandError> {
        let everyone = (ALL.to_owned(), Checked::everyone());
        let sets = match self.persona {
            Some(_) => sets.to_vec(),
            None => std::iter::once(everyone).chain(sets.iter().cloned()).collect(),
        };
        let mut shown = Table::new(["persona", "respondents", "others", "verdict", "largest_differences"]);
        for (name, rule) in sets {
            let found = likeness(opened, table, &opened.filter.and(&rule))?;
            if self.persona.is_some() {
                say!("crosscut: @{name}: {}", found.verdict.words());
                return Ok(why::table(opened, found.traits.into_iter()));
            }
            let is_narrowed = opened.filter != Checked::everyone();
            let others =
                found.others(rule != Checked::everyone(), is_narrowed, opened.engine.customers(), opened.min_cell());
            let respondents = suppress::single(found.customers.inside, opened.min_cell());
            let largest = found.traits.iter().take(3).map(difference).collect::<Vec<_>>().join(", ");
            shown.rows.push(vec![
                TableCell::Text(name),
                TableCell::Count(respondents),
                TableCell::Count(others),
                TableCell::Text(found.verdict.words()),
                TableCell::Text(largest),
            ]);
        }
        Ok(shown)
    }
}

/// Compares the respondents of a set with its other customers.
fn likeness(opened: &CheckedStudy, table: &Events, set: &Checked) -> Result<Likeness, CommandError> {
    let schema = opened.schema();
    let columns = informative_columns(schema, &opened.study.config.privacy.mask);
    let responded = opened.rule(&research::said(table, None))?;
    let of = LikenessSubject { table: table.name.clone(), persona: None };
    let mut inquiry = LikenessInquiry::new(of, set, Ok(responded), &columns);
    opened.drive(&mut inquiry)?;
    if let Some(reason) = inquiry.error() {
        return Err(CommandError::failed(reason));
    }
    inquiry.read(opened.min_cell()).ok_or_else(|| CommandError::failed("the base has no column to compare by"))
}

fn difference(one: &Trait) -> String {
    let what = match &one.what {
        crate::insight::why::TraitKind::Mean(_) => format!("{}: mean", one.column),
        crate::insight::why::TraitKind::Value(value, _) => format!("{} = {value}", one.column),
        crate::insight::why::TraitKind::Missing(_) => format!("{}: no value", one.column),
    };
    format!("{what} {:+.2}", one.smd)
}

/// Returns the condition on the rows with this answer: the value as typed, in the column's own type.
fn condition(table: &Events, by: &Column, value: &str) -> Result<String, CommandError> {
    if by.column_type == crate::model::ColumnType::Text {
        return Ok(research::says(table, &by.name, &Datum::Text(value.to_owned())));
    }
    let quoted = format!("{} = {}", quote_name(&by.name), value);
    let names = crate::rule::Namespace::default();
    let today = chrono::NaiveDate::default();
    let cx = crate::rule::Context { schema: &table.schema, names: &names, today };
    match crate::rule::check(&quoted, &cx) {
        Ok(_) => Ok(quoted),
        Err(_) => Ok(research::says(table, &by.name, &Datum::Text(value.to_owned()))),
    }
}

fn withheld(table: &Events, why: QuotesWithheld) -> String {
    match why {
        QuotesWithheld::None => format!("{0} has no quotes: write quote = \"…\" under [tables.{0}]", table.name),
        QuotesWithheld::Masked => "the quotes are masked".into(),
        QuotesWithheld::TooFew(least) => format!("fewer than {least} respondents said it: quotes could identify them"),
    }
}

fn shown(what: &LineSubject) -> TableCell {
    match what {
        LineSubject::Everyone => TableCell::Text("everyone".into()),
        LineSubject::Mean => TableCell::Text("mean".into()),
        LineSubject::Value(value) => TableCell::Datum(value.clone()),
    }
}

/// Returns a table with a line per value and a column per persona.
fn wide(found: &research::ResearchTable, figure: ResearchColumnFigure) -> Table {
    let by = found.by.clone().unwrap_or_else(|| found.table.clone());
    let mut table = Table::new([by]);
    let columns: Vec<&str> = std::iter::once(ALL).chain(found.names.iter().map(String::as_str)).collect();
    table.add_columns(&columns);
    for (line, cells) in found.lines.iter().zip(found.cells()) {
        let cells = cells.into_iter().map(|cell| match (&line.what, figure) {
            (LineSubject::Mean, _) => TableCell::Number(cell.mean),
            // The totals that the line's shares and index are relative to.
            (LineSubject::Everyone, ResearchColumnFigure::Index) | (_, ResearchColumnFigure::Respondents) => {
                TableCell::Count(cell.respondents)
            }
            (_, ResearchColumnFigure::Mentions) => TableCell::Count(cell.mentions),
            (_, ResearchColumnFigure::Share) => TableCell::Share(cell.share),
            (_, ResearchColumnFigure::Index) => TableCell::Index(cell.index),
        });
        table.rows.push(std::iter::once(shown(&line.what)).chain(cells).collect());
    }
    table
}

/// Returns a table with a line per value and persona, with all its figures.
fn long(found: &research::ResearchTable) -> Table {
    let mut table = Table::new(COLUMNS);
    let by = found.by.clone().map_or(Datum::Null, Datum::Text);
    for (line, cells) in found.lines.iter().zip(found.cells()) {
        let columns = std::iter::once(ALL).chain(found.names.iter().map(String::as_str));
        for (name, cell) in columns.zip(cells) {
            table.rows.push(vec![
                TableCell::Text(found.table.clone()),
                TableCell::Datum(by.clone()),
                shown(&line.what),
                TableCell::Text(name.to_owned()),
                TableCell::Count(cell.respondents),
                TableCell::Count(cell.mentions),
                TableCell::Share(cell.share),
                TableCell::Index(cell.index),
                TableCell::Number(cell.mean),
            ]);
        }
    }
    table
}
