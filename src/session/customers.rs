//! Makes a base of one row per customer from a table of events, beside it.

use std::path::{Path, PathBuf};

use super::sink::ExportError;
use super::sink::NewFile;
use crate::data::{self, BaseLocation, LoadOptions, Notice};
use crate::model::FileFormat;

/// A base that was made of events.
pub struct MadeCustomers {
    /// File of the base.
    pub file: PathBuf,
    /// Name of the table of events in rules.
    pub table: String,
    /// Columns of the events with the customer and the date.
    pub key: String,
    pub date: Option<String>,
    /// Columns of the events with their quantity and their price.
    pub quantity_and_price: Option<(String, String)>,
    /// Notices on how the events were read and joined.
    pub notices: Vec<Notice>,
}

/// Writes customers made of the events of a file into its folder: never over a file that is there.
///
/// # Errors
/// Returns one line if the events cannot be read, or the file cannot be written.
pub fn make_customers(
    events: &Path,
    options: &LoadOptions,
    customer: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<MadeCustomers, String> {
    let stem = events.file_name().and_then(|name| name.to_str()).unwrap_or("events");
    let table = table_name(stem.split('.').next().unwrap_or(stem));
    let source = BaseLocation::Path(events.to_owned());
    let base = data::load(&source, options, &mut |_| {}, cancelled).map_err(|error| error.to_string())?;
    let made = data::customers_of(&base, customer, &table).map_err(|error| error.to_string())?;
    let file = events.with_file_name(format!("{table}_customers.parquet"));
    let reason = |error: ExportError| match error {
        ExportError::Exists => format!("{} is there already; nothing was written. Move it away first", file.display()),
        ExportError::Failed(reason) => reason,
    };
    let new = NewFile::create(&file, false).map_err(reason)?;
    let handle = new.file().map_err(reason)?;
    let written =
        data::write_base(&made.base, (&file.display().to_string(), handle), FileFormat::Parquet, &mut |_| Ok(()));
    written.map_err(|error| error.to_string())?;
    new.finish().map_err(reason)?;
    let priced = data::quantity_and_price(&base.schema);
    let quantity_and_price = priced.map(|(quantity, price)| (quantity.to_owned(), price.to_owned()));
    let notices = base.notices.into_iter().chain(made.base.notices).collect();
    Ok(MadeCustomers { file, table, key: made.key, date: made.date, quantity_and_price, notices })
}

/// Returns a name for a table in rules: `online_retail` for `Online Retail`.
fn table_name(stem: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(plain).collect();
    let name = name.trim_matches('_');
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name.to_owned(),
        _ => "events".to_owned(),
    }
}
