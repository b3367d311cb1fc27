use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{Days, Local};
use clap::Args;

use super::output::finished;
use super::streams::{self, say};
use super::{CommandError, CommonOptions};
use crate::data::{BaseLocation, LoadOptions, customers_offer};
use crate::engine::Cancel;
use crate::rule::print::SqlDialect;
use crate::session;
use crate::study::starter::{REVENUE, StarterData, StarterEvents, StarterTable, starter};
use crate::study::{EngineConnection, RemoteConfig};
use crate::text::numbers;

/// Age in days of the last event from which its day is today in rules: windows such as '90 days' would be empty else.
const MAX_EVENT_AGE: u64 = 31;

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The table to study
    #[arg(value_name = "DATA", required_unless_present = "engine", conflicts_with = "engine")]
    table: Option<PathBuf>,
    /// Build a customer table from a table of events: the column with the customer, such as customer_id. Writes one row per
    /// customer beside it, with the number, first, last and sums of the events
    #[arg(long, value_name = "COLUMN", conflicts_with = "engine")]
    customers: Option<String>,
    /// The engine that holds the table, in place of a file; see docs/remote.md
    #[arg(long, value_parser = ["adbc", "spark"])]
    engine: Option<String>,
    /// Server of Spark Connect: sc://host:15002
    #[arg(long, requires = "engine")]
    url: Option<String>,
    /// ADBC driver: postgresql, or the path of its library
    #[arg(long, requires = "engine")]
    driver: Option<String>,
    /// ADBC connection profile
    #[arg(long, requires = "engine")]
    profile: Option<String>,
    /// Server's address for ADBC
    #[arg(long, requires = "engine")]
    uri: Option<String>,
    /// SQL dialect, if the driver does not report it
    #[arg(long, requires = "engine")]
    dialect: Option<SqlDialect>,
}

impl InitArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let named_engine = self.engine.clone();
        let (folder, (engine, offers), data) = match (self.remote(options)?, self.table) {
            (Some(_), _) if !options.text.given().is_empty() => {
                return Err(CommandError::usage(format!(
                    "{} is for text tables, not for --engine",
                    options.text.given()[0]
                )));
            }
            (Some(remote), _) => {
                let today = chrono::Local::now().date_naive();
                let engine = session::connect_table(&remote, today, &Cancel::new()).map_err(CommandError::failed)?;
                (PathBuf::from("."), (engine, Vec::new()), StarterData::Remote(remote))
            }
            (None, Some(table)) => {
                let folder = match table.parent() {
                    Some(folder) if folder != Path::new("") => folder.to_owned(),
                    _ => PathBuf::from("."),
                };
                let name = table.file_name().map(|name| name.to_string_lossy().into_owned());
                let name =
                    name.ok_or_else(|| CommandError::usage("init needs a file to write the study beside, not a pipe"))?;
                let load = LoadOptions {
                    choice: options.choice.choice(),
                    text: options.text.options(),
                    ..LoadOptions::default()
                };
                if let Some(customer) = &self.customers {
                    return of_events(&folder, &table, &load, customer, options);
                }
                let opened = session::open_table(&BaseLocation::Path(table.clone()), &load, &Cancel::new());
                let session::OpenedTable { engine, offers, customers } = opened.map_err(CommandError::Failed)?;
                if let Some(key) = customers {
                    let offer = customers_offer(&table.to_string_lossy(), &key);
                    say!("crosscut: {key} repeats: if each row is an event, build a customer table from them: {offer}");
                }
                (folder, (engine, offers), StarterData::File(name))
            }
            (None, None) => return Err(CommandError::usage("init needs a table, or --engine with --table")),
        };
        let table =
            session::starter_table(engine.as_ref(), data, options.value.clone()).map_err(CommandError::Failed)?;
        let settings = match &named_engine {
            None => [options.choice.choice().lines(), options.text.options().lines()].concat(),
            Some(_) => Vec::new(),
        };
        let table = StarterTable { offers, settings, ..table };
        let files = session::write_files(&folder, starter(&table)).map_err(CommandError::Failed)?;
        for file in &files {
            finished(writeln!(streams::stdout(), "{}", file.display()))?;
        }
        let config = &files[0];
        let open = if folder == Path::new(".") { String::new() } else { format!(" --config {}", config.display()) };
        say!("crosscut: a study of {} rows is ready: open it with crosscut{open}", table.rows);
        Ok(ExitCode::SUCCESS)
    }

    /// Returns the base in another engine, if one is named.
    fn remote(&self, options: &CommonOptions) -> Result<Option<RemoteConfig>, CommandError> {
        let Some(engine) = self.engine.as_deref() else { return Ok(None) };
        let table = options.choice.table.clone();
        let table =
            table.ok_or_else(|| CommandError::usage("--engine needs --table NAME, the table in that engine"))?;
        let reach = match engine {
            "spark" => {
                let url = self.url.clone();
                let url = url.ok_or_else(|| CommandError::usage("--engine spark needs --url sc://host:15002"))?;
                EngineConnection::Spark { url, options: BTreeMap::new() }
            }
            _ if self.driver.is_none() && self.profile.is_none() => {
                return Err(CommandError::usage("--engine adbc needs --driver, such as postgresql, or --profile"));
            }
            _ => EngineConnection::Adbc {
                driver: self.driver.clone(),
                profile: self.profile.clone(),
                uri: self.uri.clone(),
                options: BTreeMap::new(),
                dialect: self.dialect,
            },
        };
        Ok(Some(RemoteConfig { reach, table }))
    }
}

/// Makes customers of events, and a study of them.
fn of_events(
    folder: &Path,
    table: &Path,
    load: &LoadOptions,
    customer: &str,
    options: &CommonOptions,
) -> Result<ExitCode, CommandError> {
    for file in ["config.toml", "segments.toml", "personas.toml"].map(|file| folder.join(file)) {
        if file.exists() {
            let problem = "already exists; nothing was written: move it away first";
            return Err(CommandError::Failed(format!("{} {problem}", file.display())));
        }
    }
    let made = session::make_customers(table, load, customer, &|| false).map_err(CommandError::Failed)?;
    made.notices.iter().for_each(|notice| say!("crosscut: {}: {notice}", table.display()));
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let opened = session::open_table(
        &BaseLocation::Path(made.file.clone()),
        &LoadOptions { key: Some(made.key.clone()), ..LoadOptions::default() },
        &Cancel::new(),
    );
    let session::OpenedTable { engine, offers, .. } = opened.map_err(CommandError::Failed)?;
    let data = StarterData::File(name(&made.file));
    let starter_table = session::starter_table(engine.as_ref(), data, options.value.clone());
    let events = StarterEvents {
        name: made.table,
        path: name(table),
        key: made.key,
        date: made.date,
        as_of: made.last_day.filter(|day| *day + Days::new(MAX_EVENT_AGE) < Local::now().date_naive()),
        quantity_and_price: made.quantity_and_price,
        settings: [options.choice.choice().lines(), options.text.options().lines(), made.types].concat(),
    };
    let mut table = starter_table.map_err(CommandError::Failed)?;
    if table.value.is_none() && events.quantity_and_price.is_some() {
        table.value = Some(REVENUE.to_owned());
    }
    let table = StarterTable { offers, events: Some(events), ..table };
    let files = session::write_files(folder, starter(&table)).map_err(CommandError::Failed)?;
    finished(writeln!(streams::stdout(), "{}", made.file.display()))?;
    for file in &files {
        finished(writeln!(streams::stdout(), "{}", file.display()))?;
    }
    let config = &files[0];
    let open = if folder == Path::new(".") { String::new() } else { format!(" --config {}", config.display()) };
    let customers = numbers::count(table.rows);
    say!("crosscut: a study of {customers} customers is ready: open it with crosscut{open}");
    Ok(ExitCode::SUCCESS)
}
