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
    /// Returns a key that is equal for equal shapes.
    pub(super) fn key(&self) -> String {
        let tallies: Vec<String> = self.tallies.iter().map(Subset::key).collect();
        format!("{tallies:?} {} {:?} {:?}", self.lead, self.keep, self.shares)
    }
}

/// A statement under construction. Several shapes share it if the same columns are listed in each.
#[derive(Default)]
pub(super) struct ListingStatement {
    shapes: Vec<PlacedShape>,
    /// Tallies of all shapes.
    tallies: Vec<Subset>,
    /// Tallies that values are ordered by.
    leads: Vec<usize>,
    /// Tallies whose values at some shares are wanted.
    shares: Vec<usize>,
    columns: Vec<Term>,
}

/// A shape, and the positions of its figures among those of its statement.
#[derive(Clone)]
struct PlacedShape {
    key: String,
    shape: ListingShape,
    /// Position of each of its tallies.
    tallies: Vec<usize>,
    /// Position among the tallies that values are ordered by.
    lead: usize,
    /// Position of each of its shares.
    shares: Vec<usize>,
}

/// Position of a column in a listing.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListingPlace {
    pub(super) listing: usize,
    entry: usize,
    shape: usize,
    kind: ColumnType,
}

/// Order of the columns in a statement's answer.
pub(super) struct ListingLayout {
    shapes: Vec<PlacedShape>,
    values: usize,
    tallies: usize,
    leads: usize,
    shares: usize,
}

/// Returns the place of an item, which is added if it is new.
fn place_of<T>(items: &mut Vec<T>, item: T, is_same: impl Fn(&T, &T) -> bool) -> usize {
    items.iter().position(|known| is_same(known, &item)).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}

impl ListingStatement {
    pub(super) fn has_shape(&self, key: &str) -> bool {
        self.shapes.iter().any(|shape| shape.key == key)
    }

    pub(super) fn has_column(&self, column: &Term) -> bool {
        self.columns.iter().any(|known| known.key == column.key)
    }

    pub(super) fn has_room(&self, column: &Term, most: usize) -> bool {
        self.columns.len() < most || self.has_column(column)
    }

    /// Returns the place of a column in a shape; `listing` is the statement's own place. Either is added if it is new.
    pub(super) fn add(&mut self, listing: usize, shape: &ListingShape, column: &Term) -> ListingPlace {
        let entry = place_of(&mut self.columns, column.clone(), |a, b| a.key == b.key);
        let key = shape.key();
        let at = self.shapes.iter().position(|known| known.key == key).unwrap_or_else(|| {
            let tally = |tally: &Subset| place_of(&mut self.tallies, tally.clone(), |a, b| a.key() == b.key());
            let tallies: Vec<usize> = shape.tallies.iter().map(tally).collect();
            let lead = place_of(&mut self.leads, tallies[shape.lead], PartialEq::eq);
            let share = |(tally, _): &(usize, Vec<f64>)| place_of(&mut self.shares, tallies[*tally], PartialEq::eq);
            let shares = shape.shares.iter().map(share).collect();
            self.shapes.push(PlacedShape { key, shape: shape.clone(), tallies, lead, shares });
            self.shapes.len() - 1
        });
        ListingPlace { listing, entry, shape: at, kind: column.kind() }
    }

    pub(super) fn layout(&self) -> ListingLayout {
        ListingLayout {
            shapes: self.shapes.clone(),
            values: self.columns.len(),
            tallies: self.tallies.len(),
            leads: self.leads.len(),
            shares: self.shares.len(),
        }
    }

    /// Prints the statement, in three layers: groups, figures over the groups of each column, and the listed groups.
    pub(super) fn statement(&self, dialect: SqlDialect, tables: &DatabaseTables) -> Result<String, Refused> {
        let alias = dialect.alias();
        let mut terms = Terms::default();
        let values: Vec<String> = self.columns.iter().map(|column| terms.value(column)).collect();
        let flags: Vec<String> = self.tallies.iter().map(|tally| terms.flag(tally)).collect();
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
        let mut figures: Vec<String> = (0..self.tallies.len()).map(|n| format!("n{n}")).collect();
        for n in 0..self.tallies.len() {
            figures.push(format!("SUM(n{n}) OVER (PARTITION BY entry) AS a{n}"));
            figures.push(format!("SUM(CASE WHEN n{n} > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY entry) AS b{n}"));
        }
        figures.extend(self.leads.iter().enumerate().map(|(at, n)| {
            format!("ROW_NUMBER() OVER (PARTITION BY entry ORDER BY n{n} DESC, {by_value}) AS place{at}")
        }));
        figures.extend(self.shares.iter().map(|n| {
            format!("SUM(n{n}) OVER (PARTITION BY entry ORDER BY {by_value} ROWS UNBOUNDED PRECEDING) AS u{n}")
        }));
        figures
    }

    fn row_condition(&self, dialect: SqlDialect) -> Result<String, Refused> {
        let mut wanted = Vec::new();
        for PlacedShape { shape, tallies, lead, .. } in &self.shapes {
            wanted.push(match shape.keep {
                ListedValues::Places(most) => format!("place{lead} <= {}", most.max(1)),
                ListedValues::AllOf { tally, most } => format!("b{} <= {most} OR place{lead} = 1", tallies[tally]),
            });
            for (tally, shares) in &shape.shares {
                let n = tallies[*tally];
                let (upto, before) = (dialect.to_float(&format!("u{n}")), dialect.to_float(&format!("u{n} - n{n}")));
                let all = dialect.to_float(&format!("a{n}"));
                for share in shares {
                    // Some more than the one wanted: which it is, is decided when they are read.
                    let at = format!("{all} * {}", dialect.float(share.clamp(0.0, 1.0))?);
                    wanted.push(format!("n{n} > 0 AND {upto} >= {at} - 1 AND {before} <= {at} + 2"));
                }
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
    /// Reads the column as its shape has it. Its rows are those that any of the statement's shapes keeps.
    pub(super) fn read(table: &DriverTable, place: ListingPlace, layout: &ListingLayout) -> Result<Self, EngineError> {
        let (values, tallies) = (layout.values, layout.tallies);
        let columns = 1 + values + 3 * tallies + layout.leads + layout.shares;
        if table.columns() != columns {
            let found = table.columns();
            return Err(EngineError::Failed(format!(
                "the engine answered with {found} columns of values, not {columns}"
            )));
        }
        let shape = &layout.shapes[place.shape];
        let entries = table.counts(0)?;
        let rows: Vec<usize> = (0..entries.len()).filter(|&row| entries[row] == place.entry as u64).collect();
        let none = vec![0; shape.tallies.len()];
        let mut listed = Self { rows: Vec::new(), known: none.clone(), distinct: none };
        let Some(&first) = rows.first() else { return Ok(listed) };
        let of_tallies = |from: usize, step: usize| -> Result<Vec<Vec<u64>>, EngineError> {
            shape.tallies.iter().map(|n| table.counts(1 + values + from + n * step)).collect()
        };
        let mut datums = table.values(1 + place.entry, place.kind)?;
        let counts = of_tallies(0, 1)?;
        listed.known = of_tallies(tallies, 2)?.iter().map(|known| known[first]).collect();
        listed.distinct = of_tallies(tallies + 1, 2)?.iter().map(|distinct| distinct[first]).collect();
        let after_tallies = 1 + values + 3 * tallies;
        let places = table.counts(after_tallies + shape.lead)?;
        let upto = shape.shares.iter().map(|share| table.counts(after_tallies + layout.leads + share));
        let upto = upto.collect::<Result<Vec<_>, _>>()?;
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
