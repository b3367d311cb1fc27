//! Makes customers of events: a table of one row per customer, with the number, the first and last day and the sums of each.

use chrono::{Days, NaiveDate};
use polars::prelude::{
    Column as PolarsColumn, DataFrame, DataType, Expr, IntoColumn, IntoLazy, LazyFrame, PlSmallStr, PolarsError,
    SortMultipleOptions, col, len, lit,
};

use super::columnar::{self, Bytes, plain_type};
use super::guess::{is_customer, is_measure};
use super::offers::{Offer, offers};
use super::{Base, BaseTable, DataError, Notice, Rejects, key};
use crate::model::{Column, ColumnType, Lookup};
use crate::text::numbers::counted;

/// Number of rows by which a table is judged to be one of events.
const MAX_JUDGED_ROWS: usize = 10_000;

/// Returns the column with the customers of a table that looks like one of events: it is named so, has the same values again
/// and again, and there is a date. Reads only the first rows of the column.
pub fn customers_column(base: &Base) -> Option<String> {
    let columns = base.schema.columns();
    let is_date = |column: &Column| matches!(column.column_type, ColumnType::Date | ColumnType::Timestamp);
    let has_dates = columns.iter().any(is_date);
    let named = columns.iter().find(|column| is_customer(&column.name))?;
    let values = match &base.table {
        // The texts of columnar files are not tried as dates.
        BaseTable::Files(_) if !has_dates => return None,
        BaseTable::Memory(frame) => frame.column(&named.name).ok()?.head(Some(MAX_JUDGED_ROWS)),
        BaseTable::Files(files) => {
            files.parts_of_rows().first().filter(|rows| rows.len() <= 200 * MAX_JUDGED_ROWS)?;
            if let Some(texts) = files.variety_of_head(&named.name, MAX_JUDGED_ROWS) {
                return repeats(texts.known, texts.distinct).then(|| named.name.clone());
            }
            files.read_head(&named.name, MAX_JUDGED_ROWS).ok()?
        }
    };
    let known = values.drop_nulls();
    let distinct = known.as_materialized_series().n_unique().ok()?;
    // Texts are tried as dates last, since all of them have to be read for it.
    let has_dates = || has_dates || offers(base, &|_| false).iter().any(Offer::is_time);
    (repeats(known.len(), distinct) && has_dates()).then(|| named.name.clone())
}

/// Returns true if values are the same again and again.
fn repeats(known: usize, distinct: usize) -> bool {
    known >= 10 && distinct * 5 <= known * 4
}

/// A table of customers that was built from a table of events.
pub struct EventCustomers {
    pub base: Base,
    /// Column of the events with the customer's key, as the table spells it.
    pub key: String,
    /// Column of the events with their date.
    pub date: Option<String>,
    /// Last day of an event.
    pub last_day: Option<NaiveDate>,
}

/// Builds a table with one row per customer, in the order of their first events.
///
/// Its columns are the number of events under the name `count`, the first and the last value of each date, the sum of each
/// measure, and the columns whose value is the same in all events of each customer. A text that differs between the events
/// of few customers is the one of their latest event. Notices report the events without a customer, and the columns that
/// are left out.
///
/// # Errors
/// Returns an error if there is no such column, or one cannot be read.
pub fn customers_of(events: &Base, customer: &str, count: &str) -> Result<EventCustomers, DataError> {
    let key = match events.schema.find(customer) {
        Lookup::Found(column) => column.name.clone(),
        _ => return Err(key::find(&events.schema, customer).err().unwrap_or(DataError::Cancelled)),
    };
    let failed = |error: PolarsError| DataError::file(&events.source, format!("could not be made customers: {error}"));
    let mut columns = Vec::new();
    for column in events.schema.columns() {
        let values = events.table.column(&column.name)?;
        columns.push(if matches!(values.dtype(), DataType::Categorical(..)) {
            values.cast(&DataType::String).map_err(failed)?
        } else {
            values
        });
    }
    let frame = DataFrame::new(events.table.rows(), columns).map_err(failed)?;
    let rows = frame.height();
    let known = frame.lazy().filter(col(name(&key)).is_not_null());
    let varied = Varied::count(&known, events, &key).map_err(failed)?;
    let is_time = |column: &&Column| matches!(column.column_type, ColumnType::Date | ColumnType::Timestamp);
    let date = events.schema.columns().iter().filter(is_time).find(|column| !varied.is_same(&column.name));
    let date = date.map(|column| column.name.clone());
    let (mut notices, mut left_out) = (Vec::new(), Vec::new());
    let free = FreeNames::new(&key);
    let mut figures: Vec<Expr> = vec![len().cast(DataType::Int64).alias(name(&free.take(count)))];
    for column in events.schema.columns().iter().filter(|column| column.name != key) {
        let values = || col(name(&column.name));
        let named = |what: &str| name(&free.take(&format!("{what}_{}", column.name)));
        match column.column_type {
            _ if varied.is_same(&column.name) => {
                figures.push(values().drop_nulls().first().alias(name(&free.take(&column.name))))
            }
            ColumnType::Date | ColumnType::Timestamp => {
                figures.extend([values().min().alias(named("first")), values().max().alias(named("last"))]);
            }
            number if number.is_number() && is_measure(&column.name) => {
                figures.push(values().sum().alias(named("sum")));
            }
            ColumnType::Text | ColumnType::Boolean if varied.is_rare(&column.name) => {
                let known = |of: Expr| of.filter(values().is_not_null());
                let latest = match &date {
                    Some(date) => known(values()).sort_by([known(col(name(date)))], SortMultipleOptions::default()),
                    None => known(values()),
                };
                figures.push(latest.last().alias(name(&free.take(&column.name))));
                notices.push(varied.notice(&column.name));
            }
            _ => left_out.push(column.name.as_str()),
        }
    }
    let made = known.group_by_stable([col(name(&key))]).agg(figures).collect().map_err(failed)?;
    let made: Vec<PolarsColumn> = made.columns().iter().map(plain).collect::<Result<_, _>>().map_err(failed)?;
    let height = made.first().map_or(0, PolarsColumn::len);
    let table = BaseTable::Memory(DataFrame::new(height, made).map_err(failed)?);
    let counted = table.column(&free.first())?;
    let found: i64 = counted.i64().map(|counts| counts.iter().flatten().sum()).unwrap_or_default();
    let lost = rows as i64 - found;
    match lost {
        0 => {}
        1 => notices.push(Notice(format!("1 row has no {key}: left out"))),
        lost => notices.push(Notice(format!("{lost} rows have no {key}: left out"))),
    }
    if !left_out.is_empty() {
        notices.push(Notice(format!(
            "columns that differ between a customer's events: {}: left out",
            left_out.join(", ")
        )));
    }
    let (schema, source) = (table.schema(), events.source.clone());
    let base = Base { table, schema, key: Some(key.clone()), source, notices, rejects: Rejects::default() };
    let last_day = match &date {
        Some(date) => last_day(&events.table.column(date)?).map_err(failed)?,
        None => None,
    };
    Ok(EventCustomers { base, key, date, last_day })
}

/// Returns the last day of dates or moments.
fn last_day(dates: &PolarsColumn) -> Result<Option<NaiveDate>, PolarsError> {
    let last = dates.cast(&DataType::Date)?.to_physical_repr().max_reduce()?;
    let epoch = NaiveDate::default();
    Ok(last.value().extract::<u64>().and_then(|days| epoch.checked_add_days(Days::new(days))))
}

/// Reciprocal of the share of customers within whose events a text may differ and still be a fact about the customer.
const RARE: u64 = 20;

/// Number of customers within whose events each column differs.
struct Varied {
    customers: u64,
    by_column: Vec<(String, u64)>,
}

impl Varied {
    fn count(events: &LazyFrame, base: &Base, key: &str) -> Result<Self, PolarsError> {
        let columns: Vec<&Column> = base
            .schema
            .columns()
            .iter()
            .filter(|column| column.name != key && column.column_type != ColumnType::Other)
            .collect();
        let differs = |column: &&Column| {
            let distinct = col(name(&column.name)).drop_nulls().n_unique();
            distinct.gt(lit(1)).alias(name(&column.name))
        };
        let each = events.clone().group_by([col(name(key))]).agg(columns.iter().map(differs).collect::<Vec<_>>());
        let count = |column: &&Column| col(name(&column.name)).sum().cast(DataType::UInt64);
        let figures = columns.iter().map(count).chain([len().cast(DataType::UInt64).alias(name(key))]);
        let counted = each.select(figures.collect::<Vec<_>>()).collect()?;
        let figure = |column: &str| counted.column(column)?.get(0)?.try_extract::<u64>();
        let by_column = columns.iter().map(|column| Ok((column.name.clone(), figure(&column.name)?)));
        Ok(Self { customers: figure(key)?, by_column: by_column.collect::<Result<_, PolarsError>>()? })
    }

    /// Returns the number of customers; `None` for a column that is not read.
    fn customers_with(&self, column: &str) -> Option<u64> {
        self.by_column.iter().find(|(name, _)| name == column).map(|(_, customers)| *customers)
    }

    fn is_same(&self, column: &str) -> bool {
        self.customers_with(column) == Some(0)
    }

    fn is_rare(&self, column: &str) -> bool {
        self.customers_with(column).is_some_and(|customers| customers * RARE <= self.customers)
    }

    fn notice(&self, column: &str) -> Notice {
        let customers = self.customers_with(column).unwrap_or_default();
        let who = counted(customers, "customer has", "customers have");
        Notice(format!("{column}: {who} more than one; that of the latest event is used"))
    }
}

fn name(name: &str) -> PlSmallStr {
    PlSmallStr::from_str(name)
}

fn plain(column: &PolarsColumn) -> Result<PolarsColumn, PolarsError> {
    let series = column.as_materialized_series().rechunk();
    let wanted = plain_type(series.dtype(), Bytes::Text);
    columnar::plain(series, Bytes::Text, &wanted).map(IntoColumn::into_column)
}

/// Names of columns, of which no two are the same.
struct FreeNames(std::cell::RefCell<Vec<String>>);

impl FreeNames {
    fn new(key: &str) -> Self {
        Self(std::cell::RefCell::new(vec![key.to_owned()]))
    }

    /// Returns the name, or with a number if it is taken.
    fn take(&self, wanted: &str) -> String {
        let mut taken = self.0.borrow_mut();
        let names = (1..).map(|n| if n == 1 { wanted.to_owned() } else { format!("{wanted}_{n}") });
        let free = names.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
        taken.push(free.clone());
        free
    }

    /// Returns the first name after the key's.
    fn first(&self) -> String {
        self.0.borrow().get(1).cloned().unwrap_or_default()
    }
}
