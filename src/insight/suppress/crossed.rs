//! Suppresses a table of sets against sets, where lines of counts add up to the size of a set.

use super::{DisclosedCount, cells, hide_in_line, is_few, overlap};

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
    // The pairs of a line, the sizes of its parts, and the size of the set that they are parts of.
    let across = |r: usize| {
        sets.parts_of_rows.iter().map(move |parts| (parts.iter().map(|&c| (r, c)).collect::<Vec<_>>(), rows[r]))
    };
    let down =
        |c: usize| sets.parts_of_columns.iter().map(move |parts| (parts.iter().map(|&r| (r, c)).collect(), columns[c]));
    let lines: Vec<(Vec<(usize, usize)>, u64)> =
        (0..rows.len()).flat_map(across).chain((0..columns.len()).flat_map(down)).collect();
    loop {
        let before = shown.clone();
        for (places, size) in &lines {
            let is_across = places.windows(2).all(|pair| pair[0].0 == pair[1].0);
            let own = |&(r, c): &(usize, usize)| if is_across { columns[c] } else { rows[r] };
            let mut inside: Vec<u64> = places.iter().map(|&(r, c)| both[r][c]).collect();
            let mut others: Vec<u64> =
                places.iter().map(|place| own(place).saturating_sub(both[place.0][place.1])).collect();
            let mut hidden: Vec<bool> = places.iter().map(|&(r, c)| shown[r][c].count().is_none()).collect();
            let rest = size.saturating_sub(inside.iter().sum());
            let other_rest = (whole - size.min(&whole)).saturating_sub(others.iter().sum());
            if is_few(rest, min_cell) || is_few(other_rest, min_cell) {
                inside.push(rest);
                others.push(other_rest);
                hidden.push(true);
            }
            // What is hidden among all customers is hidden here, as in every list of the same parts.
            let sizes: Vec<u64> = places.iter().map(own).collect();
            let of_all = cells(&sizes, whole, min_cell);
            hidden.iter_mut().zip(of_all).for_each(|(hidden, shown)| *hidden |= shown.count().is_none());
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
    fn small_cell_of_a_set_is_hidden_with_another() {
        // Three cells of 500 customers, and a set of 200: 4 of it are in the last cell.
        let (both, rows) = ([vec![120], vec![76], vec![4]], [250, 150, 100]);
        assert_eq!(shown(&both, &rows, &[200], 500, false), [[Some(120)], [Some(76)], [None]]);
        assert_eq!(shown(&both, &rows, &[200], 500, true), [[Some(120)], [None], [None]]);
    }

    #[test]
    fn cells_that_leave_out_nobody_and_none_of_few_are_shown() {
        let (both, rows) = ([vec![120], vec![50], vec![30]], [250, 150, 100]);
        assert_eq!(shown(&both, &rows, &[200], 500, true), [[Some(120)], [Some(50)], [Some(30)]]);
    }

    #[test]
    fn small_rest_outside_of_all_cells_is_hidden_with_one_of_them() {
        // 4 of the set's 200 customers are in no cell.
        let (both, rows) = ([vec![120], vec![46], vec![30]], [250, 150, 90]);
        assert_eq!(shown(&both, &rows, &[200], 500, true).into_iter().flatten().flatten().count(), 2);
    }
}
