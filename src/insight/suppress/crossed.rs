//! Suppresses a table of sets against sets, where lines of counts add up to the size of a set.

use super::parts::{cells, hide_in_line};
use super::{DisclosedCount, is_few, overlap};

/// Sets that are compared with others: the customers in both of each pair, row by row, and those in each set.
#[derive(Debug, Clone, Copy)]
pub struct CrossTable<'a> {
    pub both: &'a [Vec<u64>],
    pub rows: &'a [u64],
    pub columns: &'a [u64],
    pub whole: u64,
    /// Rows, by their indices, that share no customer: with the rest, they add up to each column.
    pub parts_of_columns: &'a [Vec<usize>],
    /// The same of columns.
    pub parts_of_rows: &'a [Vec<usize>],
}

/// Sets that share no customer.
struct DisjointSets<'a> {
    /// Their indices.
    of: &'a [usize],
    sizes: Vec<u64>,
    /// True for those whose size is hidden: every list of the same parts hides the same.
    hidden: Vec<bool>,
}

impl<'a> DisjointSets<'a> {
    fn new(of: &'a [usize], sizes: &[u64], whole: u64, min_cell: u64) -> Self {
        let sizes: Vec<u64> = of.iter().map(|&at| sizes[at]).collect();
        let hidden = cells(&sizes, whole, min_cell).iter().map(|shown| shown.count().is_none()).collect();
        Self { of, sizes, hidden }
    }
}

/// Pairs of a set with others, which add up to it with the rest.
struct CrossLine<'a> {
    /// Row and column of each pair.
    places: Vec<(usize, usize)>,
    parts: &'a DisjointSets<'a>,
    /// Size of the set.
    size: u64,
}

/// Suppresses the customers in both of two sets, for all pairs at once: as [`overlap`] does, and so that none follows from
/// others that add up with it to a set's size.
pub fn crossed(sets: CrossTable, min_cell: u64) -> Vec<Vec<DisclosedCount>> {
    let CrossTable { both, rows, columns, whole, .. } = sets;
    let single = |r: usize, c: usize| overlap(both[r][c], rows[r], columns[c], whole, min_cell);
    let of_row = |r: usize| (0..columns.len()).map(|c| single(r, c)).collect::<Vec<_>>();
    let mut shown: Vec<Vec<DisclosedCount>> = (0..rows.len()).map(of_row).collect();
    if min_cell == 0 {
        return shown;
    }
    let across: Vec<DisjointSets> =
        sets.parts_of_rows.iter().map(|parts| DisjointSets::new(parts, columns, whole, min_cell)).collect();
    let down: Vec<DisjointSets> =
        sets.parts_of_columns.iter().map(|parts| DisjointSets::new(parts, rows, whole, min_cell)).collect();
    let of_row = |r: usize| {
        across.iter().map(move |parts| CrossLine {
            places: parts.of.iter().map(|&c| (r, c)).collect(),
            parts,
            size: rows[r],
        })
    };
    let of_column = |c: usize| {
        down.iter().map(move |parts| CrossLine {
            places: parts.of.iter().map(|&r| (r, c)).collect(),
            parts,
            size: columns[c],
        })
    };
    let lines: Vec<CrossLine> =
        (0..rows.len()).flat_map(of_row).chain((0..columns.len()).flat_map(of_column)).collect();
    loop {
        let before = shown.clone();
        for CrossLine { places, parts, size } in &lines {
            let mut inside: Vec<u64> = places.iter().map(|&(r, c)| both[r][c]).collect();
            let mut others: Vec<u64> =
                parts.sizes.iter().zip(&inside).map(|(size, inside)| size.saturating_sub(*inside)).collect();
            let is_hidden = |(&(r, c), of_all): (&(usize, usize), &bool)| {
                *of_all || (both[r][c] > 0 && shown[r][c].count().is_none())
            };
            let mut hidden: Vec<bool> = places.iter().zip(&parts.hidden).map(is_hidden).collect();
            let rest = size.saturating_sub(inside.iter().sum());
            let other_rest = (whole - size.min(&whole)).saturating_sub(others.iter().sum());
            if is_few(rest, min_cell) || is_few(other_rest, min_cell) {
                inside.push(rest);
                others.push(other_rest);
                hidden.push(true);
            }
            if !hidden.contains(&true) {
                continue;
            }
            let bare = hide_in_line(&inside, &others, &mut hidden, min_cell);
            for (&(r, c), hidden) in places.iter().zip(hidden) {
                if (hidden && shown[r][c].count().is_some()) || (bare && shown[r][c].count().is_none()) {
                    shown[r][c] = DisclosedCount::Hidden;
                }
            }
        }
        if shown == before {
            return shown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(both: &[Vec<u64>], rows: &[u64], columns: &[u64], whole: u64, are_parts: bool) -> Vec<Vec<Option<u64>>> {
        let parts: Vec<Vec<usize>> = if are_parts { vec![(0..rows.len()).collect()] } else { Vec::new() };
        let sets = CrossTable { both, rows, columns, whole, parts_of_columns: &parts, parts_of_rows: &[] };
        let counts = crossed(sets, 10).into_iter();
        counts.map(|row| row.into_iter().map(DisclosedCount::count).collect()).collect()
    }

    #[test]
    fn small_crossed_cell_is_hidden_with_second_cell() {
        // Three cells of 500 customers, and a set of 200: 4 of it are in the last cell.
        let (both, rows) = ([vec![120], vec![76], vec![4]], [250, 150, 100]);
        assert_eq!(shown(&both, &rows, &[200], 500, false), [[Some(120)], [Some(76)], [None]]);
        assert_eq!(shown(&both, &rows, &[200], 500, true), [[Some(120)], [None], [None]]);
    }

    #[test]
    fn crossed_cells_without_small_part_are_shown() {
        let (both, rows) = ([vec![120], vec![50], vec![30]], [250, 150, 100]);
        assert_eq!(shown(&both, &rows, &[200], 500, true), [[Some(120)], [Some(50)], [Some(30)]]);
    }

    #[test]
    fn small_rest_outside_cells_hides_one_cell() {
        // 4 of the set's 200 customers are in no cell.
        let (both, rows) = ([vec![120], vec![46], vec![30]], [250, 150, 90]);
        assert_eq!(shown(&both, &rows, &[200], 500, true).into_iter().flatten().flatten().count(), 2);
    }
}
