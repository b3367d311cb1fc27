//! Builds a table of customers from a table of events, and writes it beside the events.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::sink::ExportError;
use super::sink::NewFile;
use crate::data::{self, Base, BaseLocation, DataError, LoadOptions, Notice, Offer};
use crate::model::FileFormat;
use crate::study::starter::key;

/// A file of customers that was built from a table of events.
pub struct CustomersFile {
    /// File of the base.
    pub file: PathBuf,
    /// Name of the table of events in rules.
    pub table: String,
    /// Column of the events with the customer's key.
    pub key: String,
    /// Column of the events with the date.
    pub date: Option<String>,
    /// Last day of an event.
    pub last_day: Option<NaiveDate>,
    /// Columns of the events with the quantity and the price.
    pub quantity_and_price: Option<(String, String)>,
    /// Types of columns of the events that their text does not say, as lines of the table's settings.
    pub types: Vec<String>,
    /// Notices on how the events were read and joined.
    pub notices: Vec<Notice>,
}

/// Builds customers from the events of a file, and writes them into its folder. Never overwrites a file.
///
/// # Errors
/// Returns one line if the events cannot be read, or the file cannot be written.
pub fn make_customers(
    events: &Path,
    options: &LoadOptions,
    customer: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<CustomersFile, String> {
    let stem = events.file_name().and_then(|name| name.to_str()).unwrap_or("events");
    let table = table_name(stem.split('.').next().unwrap_or(stem));
    let source = BaseLocation::Path(events.to_owned());
    let (base, types) = with_dates(&source, options, customer, cancelled).map_err(|error| error.to_string())?;
    let made = data::customers_of(&base, customer, &table).map_err(|error| error.to_string())?;
    let file = events.with_file_name(format!("{table}_customers.parquet"));
    let reason = |error: ExportError| match error {
        ExportError::Exists => format!("{} already exists; nothing was written: move it away first", file.display()),
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
    Ok(CustomersFile {
        file,
        table,
        key: made.key,
        date: made.date,
        last_day: made.last_day,
        quantity_and_price,
        types,
        notices,
    })
}

/// Reads events, with the dates that are certain to be some as dates: a sum of days says nothing. Returns also their types as
/// lines of the table's settings.
fn with_dates(
    source: &BaseLocation,
    options: &LoadOptions,
    customer: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<(Base, Vec<String>), DataError> {
    let base = data::load(source, options, &mut |_| {}, cancelled)?;
    let mut dates = data::offers(&base, &|column| column.eq_ignore_ascii_case(customer));
    dates.retain(|offer| offer.is_time() && offer.is_certain);
    if dates.is_empty() {
        return Ok((base, Vec::new()));
    }
    let mut declared = options.clone();
    declared.text.types.extend(dates.iter().map(|offer| (offer.column.clone(), offer.declared.clone())));
    let Ok(mut base) = data::load(source, &declared, &mut |_| {}, cancelled) else { return Ok((base, Vec::new())) };
    base.notices.extend(dates.iter().map(|offer| Notice(format!("{} is read as dates: {}", offer.column, offer.why))));
    let line = |offer: &Offer| format!("types.{} = {}", key(&offer.column), offer.declared);
    Ok((base, dates.iter().map(line).collect()))
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
