//! Compares sets with sets: the customers in both of each pair, and the figures derived from them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::suppress::{self, CrossTable, DisclosedCount};
use super::{cluster, figures};
use crate::engine::{CustomerCount, Overlap, OverlapQuestion};
use crate::insight::inquiry::{ReadAnswer, SingleInquiry};
use crate::rule::Checked;

/// Maximum number of sets on one side. The number of pairs grows with its square.
pub const MAX_SETS: usize = 200;

/// Figure of a cell. All counts are of the filter's customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatrixFigure {
    /// |A∩B|
    Customers,
    /// |A∩B| / |A|, where A is the row's set. For segments against personas: the share of the segment that the persona
    /// reaches (penetration).
    #[default]
    OfRow,
    /// |A∩B| / |B|, where B is the column's set. For segments against personas: the share of the persona in the segment
    /// (composition).
    OfColumn,
    /// |A∩B| / |A∪B|
    Jaccard,
    /// 100 · |A∩B| · n / (|A| · |B|), where n is the number of the filter's customers: 100 if A and B are independent.
    Index,
}

impl MatrixFigure {
    pub const ALL: [MatrixFigure; 5] = [
        MatrixFigure::Customers,
        MatrixFigure::OfRow,
        MatrixFigure::OfColumn,
        MatrixFigure::Jaccard,
        MatrixFigure::Index,
    ];

    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|figure| *figure == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// Order of rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatrixOrder {
    #[default]
    Study,
    /// The largest set first.
    Size,
    /// Adjacent sets share customers: [`cluster::leaves`].
    Clustered,
}

impl MatrixOrder {
    pub fn next(self) -> Self {
        match self {
            MatrixOrder::Study => MatrixOrder::Size,
            MatrixOrder::Size => MatrixOrder::Clustered,
            MatrixOrder::Clustered => MatrixOrder::Study,
        }
    }
}

/// A segment, cell or persona by its full name.
pub type NamedSet = (String, Checked);

/// Inquiry for sets against sets.
pub type MatrixInquiry = SingleInquiry<MatrixSides>;

/// Names of a matrix's rows and columns, needed to read the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixSides {
    rows: Vec<String>,
    columns: Vec<String>,
    /// True if each side is also compared with itself, to order it.
    clustered: bool,
}

/// A set with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    pub name: String,
    /// Number of the filter's customers in the set.
    pub customers: u64,
    /// Number of the base's customers in the set.
    pub in_base: u64,
}

/// Sizes of the intersections of sets: one row per set of one list, one column per set of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    pub rows: Vec<Set>,
    pub columns: Vec<Set>,
    /// Number of the filter's customers in both sets, by row and column.
    pub both: Vec<Vec<u64>>,
    /// Number of customers in the filter.
    pub whole: u64,
    /// Number of customers in the base.
    pub base: u64,
    /// Distances of all pairs of rows, and of all pairs of columns; see [`cluster::leaves`].
    distances: Option<[Vec<f64>; 2]>,
    /// A `min_cell`, and `both` as it may be shown under it. Computed at the first use.
    shown: OnceLock<(u64, Vec<Vec<DisclosedCount>>)>,
}

/// Figures of one pair of sets, as they may be shown: figures of a suppressed count are `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub both: DisclosedCount,
    /// Share of the row's customers who are in both sets.
    pub of_row: Option<f64>,
    /// Share of the column's customers who are in both sets.
    pub of_column: Option<f64>,
    /// Customers in both sets / customers in either.
    pub jaccard: Option<f64>,
    /// 100 × customers in both sets / the number expected if the sets were independent.
    pub index: Option<f64>,
}

impl Set {
    /// Returns the set's customers in the filter, as they may be shown beside those in the base. `whole` are all of both.
    pub fn shown(&self, whole: CustomerCount, min_cell: u64) -> DisclosedCount {
        suppress::pair(CustomerCount { in_filter: self.customers, in_base: self.in_base }, whole, min_cell).0
    }
}

impl MatrixInquiry {
    /// Creates an inquiry. If `clustered`, each side is also compared with itself, so that it can be ordered by shared
    /// customers.
    pub fn new(filter: &Checked, rows: &[NamedSet], columns: &[NamedSet], clustered: bool) -> Self {
        let (rows, columns) = (&rows[..rows.len().min(MAX_SETS)], &columns[..columns.len().min(MAX_SETS)]);
        let names = |sets: &[NamedSet]| sets.iter().map(|(name, _)| name.clone()).collect();
        let sides = MatrixSides { rows: names(rows), columns: names(columns), clustered };
        let rules = |sets: &[NamedSet]| sets.iter().map(|(_, rule)| rule.clone()).collect::<Vec<_>>();
        let (mut down, mut across) = (rules(rows), rules(columns));
        if sides.is_joined() {
            down.extend(across);
            across = down.clone();
        }
        // One more row counts the filter's own customers.
        down.push(Checked::everyone());
        Self::asking(OverlapQuestion { filter: filter.clone(), rows: down, columns: across }, sides)
    }
}

impl MatrixSides {
    /// Returns true if both sides are the same list.
    fn is_joined(&self) -> bool {
        self.clustered && self.rows != self.columns
    }
}

impl ReadAnswer for MatrixSides {
    type Question = OverlapQuestion;
    type Figures = Matrix;

    fn read(&self, overlap: Overlap) -> Matrix {
        let (height, width) = (self.rows.len(), self.columns.len());
        let (first, down) = if self.is_joined() { (height, height + width) } else { (0, height) };
        let set = |(name, count): (&String, &CustomerCount)| Set {
            name: name.clone(),
            customers: count.in_filter,
            in_base: count.in_base,
        };
        let rows: Vec<Set> = self.rows.iter().zip(&overlap.rows).map(set).collect();
        let columns: Vec<Set> = self.columns.iter().zip(&overlap.columns[first..]).map(set).collect();
        let in_filter = |row: &Vec<CustomerCount>| row.iter().map(|count| count.in_filter).collect::<Vec<_>>();
        let all: Vec<Vec<u64>> = overlap.both[..down].iter().map(in_filter).collect();
        let distances = (self.is_joined() || self.rows == self.columns)
            .then(|| [distances(&all, &rows, 0), distances(&all, &columns, first)]);
        let both = all[..height].iter().map(|row| row[first..].to_vec()).collect();
        let CustomerCount { in_filter: whole, in_base: base } = overlap.rows[down];
        Matrix { rows, columns, both, whole, base, distances, shown: OnceLock::new() }
    }
}

/// Returns the distance of every pair of the sets, whose counts begin at index `first` in both directions.
fn distances(both: &[Vec<u64>], sets: &[Set], first: usize) -> Vec<f64> {
    let pairs = (0..sets.len()).flat_map(|i| (i + 1..sets.len()).map(move |j| (i, j)));
    let distance =
        |(i, j): (usize, usize)| cluster::distance(both[first + i][first + j], sets[i].customers, sets[j].customers);
    pairs.map(distance).collect()
}

impl Matrix {
    /// Returns true if rows and columns are the same sets.
    pub fn is_square(&self) -> bool {
        self.rows == self.columns
    }

    /// Returns true if the sets can be clustered, because each side was compared with itself.
    pub fn can_cluster(&self) -> bool {
        self.distances.is_some()
    }

    /// Returns a set's customers in the filter, as they may be shown beside those in the base.
    pub fn size(&self, set: &Set, min_cell: u64) -> DisclosedCount {
        set.shown(CustomerCount { in_filter: self.whole, in_base: self.base }, min_cell)
    }

    /// Returns the figures of the pair in this row and column.
    pub fn pair(&self, row: usize, column: usize, min_cell: u64) -> Pair {
        let (a, b) = (self.rows[row].customers, self.columns[column].customers);
        let both = self.shown(min_cell)[row][column];
        // A share of a suppressed size would disclose it.
        let n = both.count();
        let of = |set: &Set| n.filter(|_| self.size(set, min_cell).count().is_some());
        let of_both = of(&self.rows[row]).and_then(|_| of(&self.columns[column]));
        Pair {
            both,
            of_row: of(&self.rows[row]).and_then(|n| figures::share(n, a)),
            of_column: of(&self.columns[column]).and_then(|n| figures::share(n, b)),
            jaccard: of_both.and_then(|n| figures::share(n, (a + b).saturating_sub(n))),
            index: of_both.and_then(|n| figures::index(n, a, b, self.whole)),
        }
    }

    /// Returns the customers in both sets, row by row, as they may be shown.
    fn shown(&self, min_cell: u64) -> Cow<'_, [Vec<DisclosedCount>]> {
        let (computed, shown) = self.shown.get_or_init(|| (min_cell, self.suppressed(min_cell)));
        if *computed == min_cell { Cow::Borrowed(shown) } else { Cow::Owned(self.suppressed(min_cell)) }
    }

    fn suppressed(&self, min_cell: u64) -> Vec<Vec<DisclosedCount>> {
        let sizes = |sets: &[Set]| sets.iter().map(|set| set.customers).collect::<Vec<u64>>();
        let [parts_of_columns, parts_of_rows] =
            [(&self.rows, &self.columns), (&self.columns, &self.rows)].map(|(parts, others)| self.parts(parts, others));
        let sets = CrossTable {
            both: &self.both,
            rows: &sizes(&self.rows),
            columns: &sizes(&self.columns),
            whole: self.whole,
            parts_of_columns: &parts_of_columns,
            parts_of_rows: &parts_of_rows,
        };
        suppress::crossed(sets, min_cell)
    }

    /// Returns groups of sets, by index, that do not overlap or may not overlap: the cells of each segmentation, and
    /// all sets together if the sum of their sizes is at most the number of customers. Sets that are compared with
    /// themselves are left out.
    fn parts(&self, sets: &[Set], others: &[Set]) -> Vec<Vec<usize>> {
        let mut parts: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (at, set) in sets.iter().enumerate() {
            if let Some((segmentation, _)) = set.name.split_once('.') {
                parts.entry(Some(segmentation)).or_default().push(at);
            }
        }
        if sets.iter().map(|set| set.customers).sum::<u64>() <= self.whole {
            parts.insert(None, (0..sets.len()).collect());
        }
        let is_compared = |at: &usize| others.iter().any(|other| other.name == sets[*at].name);
        parts.into_values().filter(|parts| parts.len() > 1 && !parts.iter().any(is_compared)).collect()
    }

    /// Returns the indices of rows and of columns in display order. Equal sizes stay in the study's order.
    pub fn order(&self, order: MatrixOrder) -> [Vec<usize>; 2] {
        let sides = [&self.rows, &self.columns];
        match (order, &self.distances) {
            (MatrixOrder::Size, _) => sides.map(|sets| {
                let mut places: Vec<usize> = (0..sets.len()).collect();
                places.sort_by_key(|&i| std::cmp::Reverse(sets[i].customers));
                places
            }),
            (MatrixOrder::Clustered, Some([rows, columns])) => {
                [cluster::leaves(rows.clone(), self.rows.len()), cluster::leaves(columns.clone(), self.columns.len())]
            }
            (MatrixOrder::Study | MatrixOrder::Clustered, _) => sides.map(|sets| (0..sets.len()).collect()),
        }
    }
}

impl Pair {
    /// Returns the figure; `None` if it is suppressed or undefined.
    pub fn figure(&self, figure: MatrixFigure) -> Option<f64> {
        match figure {
            MatrixFigure::Customers => self.both.count().map(|n| n as f64),
            MatrixFigure::OfRow => self.of_row,
            MatrixFigure::OfColumn => self.of_column,
            MatrixFigure::Jaccard => self.jaccard,
            MatrixFigure::Index => self.index,
        }
    }
}
