//! Sets against sets: how many customers are in both of each pair, and what follows from that.

use super::suppress::{self, Shown};
use super::{cluster, figures};
use crate::engine::{Overlap, OverlapQuestion};
use crate::insight::inquiry::{Read, Single};
use crate::rule::Checked;

/// Sets on one side at most: pairs grow with the square.
pub const MOST: usize = 200;

/// What a cell shows. All counts are of the filter's customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Figure {
    /// |A∩B|
    Customers,
    /// |A∩B| / |A|, A the row's set. Of segments against personas: how much of the segment the persona reaches
    /// (penetration).
    #[default]
    OfRow,
    /// |A∩B| / |B|, B the column's set. Of segments against personas: how much of the persona is in the segment
    /// (composition).
    OfColumn,
    /// |A∩B| / |A∪B|
    Jaccard,
    /// 100 · |A∩B| · n / (|A| · |B|), n the filter's customers: 100 where A and B have nothing to do with each other.
    Index,
}

impl Figure {
    pub const ALL: [Figure; 5] = [Figure::Customers, Figure::OfRow, Figure::OfColumn, Figure::Jaccard, Figure::Index];

    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|figure| *figure == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// How rows and columns are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Study,
    /// The largest set first.
    Size,
    /// Sets that share customers beside each other: [`cluster::leaves`].
    Clustered,
}

impl Order {
    pub fn next(self) -> Self {
        match self {
            Order::Study => Order::Size,
            Order::Size => Order::Clustered,
            Order::Clustered => Order::Study,
        }
    }
}

/// A segment, cell or persona by its full name.
pub type Named = (String, Checked);

/// Sets against sets.
pub type MatrixInquiry = Single<MatrixSides>;

/// The sets that a question is about: what its answer is read by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixSides {
    rows: Vec<String>,
    columns: Vec<String>,
    /// Each side is held against itself too, for its order.
    clustered: bool,
}

/// One of the sets, and the filter's customers in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    pub name: String,
    pub customers: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    pub rows: Vec<Set>,
    pub columns: Vec<Set>,
    /// Customers in both, row by row.
    pub both: Vec<Vec<u64>>,
    /// Customers of the filter.
    pub whole: u64,
    /// Of every pair of rows, and of columns; see [`cluster::leaves`].
    distances: Option<[Vec<f64>; 2]>,
}

/// The figures of one pair, as they may be shown: what comes of a count that is too small has no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub both: Shown,
    pub of_row: Option<f64>,
    pub of_column: Option<f64>,
    pub jaccard: Option<f64>,
    pub index: Option<f64>,
}

impl MatrixInquiry {
    /// `clustered` holds each side against itself too, so that it can be ordered by what its sets share.
    pub fn new(filter: &Checked, rows: &[Named], columns: &[Named], clustered: bool) -> Self {
        let (rows, columns) = (&rows[..rows.len().min(MOST)], &columns[..columns.len().min(MOST)]);
        let names = |sets: &[Named]| sets.iter().map(|(name, _)| name.clone()).collect();
        let sides = MatrixSides { rows: names(rows), columns: names(columns), clustered };
        let rules = |sets: &[Named]| sets.iter().map(|(_, rule)| rule.clone()).collect::<Vec<_>>();
        let (mut down, mut across) = (rules(rows), rules(columns));
        if sides.is_joined() {
            down.extend(across);
            across = down.clone();
        }
        // The filter's own customers come as one row more.
        down.push(Checked::everyone());
        Self::asking(OverlapQuestion { filter: filter.clone(), rows: down, columns: across }, sides)
    }
}

impl MatrixSides {
    /// Both sides are one list, held against itself.
    fn is_joined(&self) -> bool {
        self.clustered && self.rows != self.columns
    }
}

impl Read for MatrixSides {
    type Question = OverlapQuestion;
    type Found = Matrix;

    fn read(&self, overlap: Overlap) -> Matrix {
        let (height, width) = (self.rows.len(), self.columns.len());
        let (first, down) = if self.is_joined() { (height, height + width) } else { (0, height) };
        let set =
            |(name, count): (&String, &crate::engine::Count)| Set { name: name.clone(), customers: count.in_filter };
        let rows: Vec<Set> = self.rows.iter().zip(&overlap.rows).map(set).collect();
        let columns: Vec<Set> = self.columns.iter().zip(&overlap.columns[first..]).map(set).collect();
        let in_filter = |row: &Vec<crate::engine::Count>| row.iter().map(|count| count.in_filter).collect::<Vec<_>>();
        let all: Vec<Vec<u64>> = overlap.both[..down].iter().map(in_filter).collect();
        let distances = (self.is_joined() || self.rows == self.columns)
            .then(|| [distances(&all, &rows, 0), distances(&all, &columns, first)]);
        let both = all[..height].iter().map(|row| row[first..].to_vec()).collect();
        Matrix { rows, columns, both, whole: overlap.rows[down].in_filter, distances }
    }
}

/// Of every pair of the sets, whose counts begin at `first` down and across.
fn distances(both: &[Vec<u64>], sets: &[Set], first: usize) -> Vec<f64> {
    let pairs = (0..sets.len()).flat_map(|i| (i + 1..sets.len()).map(move |j| (i, j)));
    let distance =
        |(i, j): (usize, usize)| cluster::distance(both[first + i][first + j], sets[i].customers, sets[j].customers);
    pairs.map(distance).collect()
}

impl Matrix {
    /// Rows and columns are the same sets.
    pub fn is_square(&self) -> bool {
        self.rows == self.columns
    }

    /// Its sets can be clustered: they were held against each other.
    pub fn can_cluster(&self) -> bool {
        self.distances.is_some()
    }

    pub fn pair(&self, row: usize, column: usize, min_cell: u64) -> Pair {
        let (a, b) = (self.rows[row].customers, self.columns[column].customers);
        let both = suppress::single(self.both[row][column], min_cell);
        let n = both.count();
        Pair {
            both,
            of_row: n.and_then(|n| figures::share(n, a)),
            of_column: n.and_then(|n| figures::share(n, b)),
            jaccard: n.and_then(|n| figures::share(n, (a + b).saturating_sub(n))),
            index: n.and_then(|n| figures::index(n, a, b, self.whole)),
        }
    }

    /// The places of rows and of columns, in the order that they are shown in. Equal sizes stay in the study's order.
    pub fn order(&self, order: Order) -> [Vec<usize>; 2] {
        let sides = [&self.rows, &self.columns];
        match (order, &self.distances) {
            (Order::Size, _) => sides.map(|sets| {
                let mut places: Vec<usize> = (0..sets.len()).collect();
                places.sort_by_key(|&i| std::cmp::Reverse(sets[i].customers));
                places
            }),
            (Order::Clustered, Some([rows, columns])) => {
                [cluster::leaves(rows.clone(), self.rows.len()), cluster::leaves(columns.clone(), self.columns.len())]
            }
            (Order::Study | Order::Clustered, _) => sides.map(|sets| (0..sets.len()).collect()),
        }
    }
}

impl Pair {
    /// A figure other than the count.
    pub fn figure(&self, figure: Figure) -> Option<f64> {
        match figure {
            Figure::Customers => self.both.count().map(|n| n as f64),
            Figure::OfRow => self.of_row,
            Figure::OfColumn => self.of_column,
            Figure::Jaccard => self.jaccard,
            Figure::Index => self.index,
        }
    }
}
