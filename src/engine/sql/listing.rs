//! The distinct values of columns with their customers, ranked: one statement for several columns.

use super::read::DriverTable;
use super::terms::{Subset, Term, Terms};
use crate::engine::EngineError;
use crate::model::{ColumnType, Datum};
use crate::rule::print::{DatabaseTables, Refused, SqlDialect};

/// Maximum number of columns in one statement. Each is a set of groups that the engine holds at once.
pub(super) const MAX_COLUMNS: usize = 12;

/// Counts of each value that a listing has, and the values to list.
#[derive(Debug, Clone)]
pub(super) struct ListingShape {
    /// Customers that are counted by value.
    pub(super) tallies: Vec<Subset>,
    /// Index of the tally by which the values are sorted, the largest first; ties are in the order of the values.
    pub(super) lead: usize,
    pub(super) keep: ListedValues,
    /// Quantiles to return as well: a tally, and shares of its customers.
    pub(super) shares: Vec<(usize, Vec<f64>)>,
}

/// Values to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListedValues {
    /// The first values, up to this number.
    Places(u64),
    /// All values if the tally has at most `most`, otherwise only the first.
    AllOf { tally: usize, most: u64 },
}

impl ListingShape {
    /// Returns the key by which columns share a statement: it is equal for equal shapes.
    pub(super) fn key(&self) -> String {
        let tallies: Vec<String> = self.tallies.iter().map(Subset::key).collect();
        format!("{tallies:?} {} {:?} {:?}", self.lead, self.keep, self.shares)
    }
}

/// A statement under construction.
pub(super) struct ListingStatement {
    pub(super) key: String,
    shape: ListingShape,
    columns: Vec<Term>,
}

/// Position of a column in a listing.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListingPlace {
    pub(super) listing: usize,
    pub(super) entry: usize,
    pub(super) kind: ColumnType,
}

impl ListingStatement {
    pub(super) fn new(key: String, shape: ListingShape) -> Self {
        Self { key, shape, columns: Vec::new() }
    }

    pub(super) fn has_room(&self, column: &Term, most: usize) -> bool {
        self.columns.len() < most || self.columns.iter().any(|known| known.key == column.key)
    }

    /// Returns the index of a column, and adds it if it is new.
    pub(super) fn add(&mut self, column: &Term) -> usize {
        self.columns.iter().position(|known| known.key == column.key).unwrap_or_else(|| {
            self.columns.push(column.clone());
            self.columns.len() - 1
        })
    }

    /// Prints the statement, in three layers: groups, figures over the groups of each column, and the listed groups.
    pub(super) fn statement(&self, dialect: SqlDialect, tables: &DatabaseTables) -> Result<String, Refused> {
        let alias = dialect.alias();
        let mut terms = Terms::default();
        let values: Vec<String> = self.columns.iter().map(|column| terms.value(column)).collect();
        let flags: Vec<String> = self.shape.tallies.iter().map(|tally| terms.flag(tally)).collect();
        let inner = terms.select(dialect, tables, |_| Ok(Vec::new()))?;
        let counts = flags.iter().enumerate().map(|(n, flag)| format!("SUM({flag}) AS n{n}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        let columns = values.join(", ");
        let (entry, sets) = match values.as_slice() {
            [only] => ("0".to_owned(), only.clone()),
            many => {
                let entries =
                    many.iter().enumerate().map(|(at, value)| format!("WHEN GROUPING({value}) = 0 THEN {at}"));
                let sets: Vec<String> = many.iter().map(|value| format!("({value})")).collect();
                let entries = entries.collect::<Vec<_>>().join(" ");
                (format!("CASE {entries} END"), format!("GROUPING SETS ({})", sets.join(", ")))
            }
        };
        let groups = format!("SELECT {entry} AS entry, {columns}, {counts} FROM ({inner}) {alias}t GROUP BY {sets}");
        let known = values.iter().enumerate().map(|(at, value)| format!("entry = {at} AND {value} IS NOT NULL"));
        let known = known.collect::<Vec<_>>().join(" OR ");
        let figures = format!(
            "SELECT entry, {columns}, {} FROM ({groups}) {alias}g WHERE {known}",
            self.figures(dialect, &values).join(", ")
        );
        Ok(format!("SELECT * FROM ({figures}) {alias}w WHERE {}", self.row_condition(dialect)?))
    }

    fn figures(&self, dialect: SqlDialect, values: &[String]) -> Vec<String> {
        let ordered = |value: &String, column: &Term| match column.kind() {
            ColumnType::Text => dialect.in_byte_order(value),
            _ => value.clone(),
        };
        let by_value: Vec<String> =
            values.iter().zip(&self.columns).map(|(value, column)| ordered(value, column)).collect();
        let by_value = by_value.join(", ");
        let mut figures: Vec<String> = (0..self.shape.tallies.len()).map(|n| format!("n{n}")).collect();
        for n in 0..self.shape.tallies.len() {
            figures.push(format!("SUM(n{n}) OVER (PARTITION BY entry) AS a{n}"));
            figures.push(format!("SUM(CASE WHEN n{n} > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY entry) AS b{n}"));
        }
        let lead = self.shape.lead;
        figures.push(format!("ROW_NUMBER() OVER (PARTITION BY entry ORDER BY n{lead} DESC, {by_value}) AS place"));
        figures.extend(self.shape.shares.iter().map(|(n, _)| {
            format!("SUM(n{n}) OVER (PARTITION BY entry ORDER BY {by_value} ROWS UNBOUNDED PRECEDING) AS u{n}")
        }));
        figures
    }

    fn row_condition(&self, dialect: SqlDialect) -> Result<String, Refused> {
        let mut wanted = vec![match self.shape.keep {
            ListedValues::Places(most) => format!("place <= {}", most.max(1)),
            ListedValues::AllOf { tally, most } => format!("b{tally} <= {most} OR place = 1"),
        }];
        for (n, shares) in &self.shape.shares {
            let (upto, before) = (dialect.to_float(&format!("u{n}")), dialect.to_float(&format!("u{n} - n{n}")));
            let all = dialect.to_float(&format!("a{n}"));
            for share in shares {
                // Some more than the one wanted: which it is, is decided when they are read.
                let at = format!("{all} * {}", dialect.float(share.clamp(0.0, 1.0))?);
                wanted.push(format!("n{n} > 0 AND {upto} >= {at} - 1 AND {before} <= {at} + 2"));
            }
        }
        Ok(wanted.join(" OR "))
    }
}

/// Values of a column, read from a listing.
#[derive(Debug, Default)]
pub(super) struct ListedColumn {
    /// Rows in the order of their places.
    pub(super) rows: Vec<ListedRow>,
    /// Number of customers with a value, by tally.
    pub(super) known: Vec<u64>,
    /// Number of distinct values, by tally.
    pub(super) distinct: Vec<u64>,
}

/// A value of a column with its counts.
#[derive(Debug)]
pub(super) struct ListedRow {
    pub(super) value: Datum,
    /// Place of the value, from 1.
    pub(super) place: u64,
    pub(super) tallies: Vec<u64>,
    /// Number of customers with this value or one before it, for each of the shape's `shares`.
    upto: Vec<u64>,
}

impl ListedColumn {
    pub(super) fn read(table: &DriverTable, place: ListingPlace, shape: &ListingShape) -> Result<Self, EngineError> {
        let columns = table.columns();
        let (tallies, shares) = (shape.tallies.len(), shape.shares.len());
        let Some(values) = columns.checked_sub(2 + 3 * tallies + shares).filter(|values| place.entry < *values) else {
            return Err(EngineError::Failed(format!("the engine answered with {columns} columns of values")));
        };
        let entries = table.counts(0)?;
        let rows: Vec<usize> = (0..entries.len()).filter(|&row| entries[row] == place.entry as u64).collect();
        let mut listed = Self { rows: Vec::new(), known: vec![0; tallies], distinct: vec![0; tallies] };
        let Some(&first) = rows.first() else { return Ok(listed) };
        let all = |from: usize, number: usize, step: usize| -> Result<Vec<Vec<u64>>, EngineError> {
            (0..number).map(|n| table.counts(1 + values + from + n * step)).collect()
        };
        let mut datums = table.values(1 + place.entry, place.kind)?;
        let counts = all(0, tallies, 1)?;
        listed.known = all(tallies, tallies, 2)?.iter().map(|known| known[first]).collect();
        listed.distinct = all(tallies + 1, tallies, 2)?.iter().map(|distinct| distinct[first]).collect();
        let places = table.counts(1 + values + 3 * tallies)?;
        let upto = all(3 * tallies + 1, shares, 1)?;
        listed.rows = rows
            .into_iter()
            .map(|row| ListedRow {
                value: std::mem::replace(&mut datums[row], Datum::Null),
                place: places[row],
                tallies: counts.iter().map(|counts| counts[row]).collect(),
                upto: upto.iter().map(|upto| upto[row]).collect(),
            })
            .collect();
        listed.rows.sort_by_key(|row| row.place);
        Ok(listed)
    }

    /// Returns the values at these ranks, from 1, of the shape's share number `at`. Ranks are in the order of the
    /// values.
    pub(super) fn ranked(&self, at: usize, tally: usize, ranks: &[u64]) -> Result<Vec<Datum>, EngineError> {
        let mut ascending: Vec<(u64, &ListedRow)> = self
            .rows
            .iter()
            .filter(|row| row.tallies[tally] > 0)
            .filter_map(|row| Some((*row.upto.get(at)?, row)))
            .collect();
        ascending.sort_by_key(|(upto, _)| *upto);
        let value = |rank: &u64| {
            let found = ascending.iter().find(|(upto, _)| upto >= rank);
            let reaches = found.filter(|(upto, row)| upto - row.tallies[tally].min(*upto) < *rank);
            let missing = || EngineError::failed("the engine's answer lacks the value at a share");
            reaches.map(|(_, row)| row.value.clone()).ok_or_else(missing)
        };
        ranks.iter().map(value).collect()
    }
}
