//! Suppresses small counts, which could identify a person.

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Count(u64),
    /// Suppressed: drawn as `<min_cell`, which is given. Figures computed from it are suppressed too.
    Under(u64),
}

impl Shown {
    pub fn count(self) -> Option<u64> {
        match self {
            Shown::Count(count) => Some(count),
            Shown::Under(_) => None,
        }
    }
}

/// Returns true if a count by itself is too small to show. 0 concerns no one in particular and is shown.
pub fn is_small(count: u64, min_cell: u64) -> bool {
    count > 0 && count < min_cell
}

/// Suppresses one count on its own.
pub fn single(count: u64, min_cell: u64) -> Shown {
    if is_small(count, min_cell) { Shown::Under(min_cell) } else { Shown::Count(count) }
}

/// Suppresses counts that add up to a total on the same screen. If only one is too small, subtraction from the total
/// would disclose it, so the next smallest is suppressed too.
pub fn parts_of_total(counts: &[u64], min_cell: u64) -> Vec<Shown> {
    let mut shown: Vec<Shown> = counts.iter().map(|&count| single(count, min_cell)).collect();
    let hidden = shown.iter().filter(|s| s.count().is_none()).count();
    if hidden == 1 {
        let next = (0..counts.len()).filter(|&i| shown[i].count().is_some_and(|c| c > 0)).min_by_key(|&i| counts[i]);
        if let Some(i) = next {
            // Shown with the same bound as the other: a bound of its own would disclose it.
            shown[i] = Shown::Under(min_cell);
        }
    }
    shown
}

/// Suppresses the counts of a segmentation's cells: with the customers in no cell they add up to the `whole`.
pub fn cells(counts: &[u64], whole: u64, min_cell: u64) -> Vec<Shown> {
    let mut parts = counts.to_vec();
    parts.push(whole.saturating_sub(counts.iter().sum()));
    let mut shown = parts_of_total(&parts, min_cell);
    shown.truncate(counts.len());
    shown
}

/// Suppresses the sizes of the personas, and the customers in none and in several, so that a hidden count does not
/// follow from the others: sizes and memberships add up to the same total.
pub fn personas(sizes: &[u64], none: u64, several: u64, min_cell: u64) -> (Vec<Shown>, [Shown; 2]) {
    let sizes = match sizes {
        // Customers not in the only persona are in none.
        [only] => vec![parts_of_total(&[*only, none], min_cell)[0]],
        many => many.iter().map(|&count| single(count, min_cell)).collect(),
    };
    let others = [single(none, min_cell), single(several, min_cell)];
    let hidden = sizes.iter().chain(&others).any(|shown| shown.count().is_none());
    (sizes, if hidden { [Shown::Under(min_cell); 2] } else { others })
}

/// Suppresses exact combinations of sets, given as bits and customers. All of them add up to the filter, those in each
/// set to its size, and those outside to the others: in each of these sums a hidden count is never alone.
pub fn combinations(parts: &[(u64, u64)], sets: usize, min_cell: u64) -> Vec<Shown> {
    let counts: Vec<u64> = parts.iter().map(|&(_, count)| count).collect();
    let sums: Vec<Vec<usize>> = std::iter::once((0..parts.len()).collect())
        .chain((0..sets).flat_map(|set| {
            let (inside, outside) = (0..parts.len()).partition(|&i| parts[i].0 >> set & 1 == 1);
            [inside, outside]
        }))
        .collect();
    in_sums(&counts, &sums, min_cell)
}

/// Suppresses counts that can be derived from each other: in each of `sums`, lists of indices, any count follows from
/// the others. So a hidden count is never alone in a sum: the smallest of the others is hidden too, until this holds
/// for all sums.
pub fn in_sums(counts: &[u64], sums: &[Vec<usize>], min_cell: u64) -> Vec<Shown> {
    let mut shown: Vec<Shown> = counts.iter().map(|&count| single(count, min_cell)).collect();
    loop {
        let before = shown.clone();
        for sum in sums {
            let mut hidden = sum.iter().filter(|&&i| shown[i].count().is_none());
            if hidden.next().is_some() && hidden.next().is_none() {
                let others = sum.iter().copied().filter(|&i| shown[i].count().is_some_and(|count| count > 0));
                if let Some(next) = others.min_by_key(|&i| counts[i]) {
                    shown[next] = Shown::Under(min_cell);
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

    #[test]
    fn zero_and_large_counts_are_shown() {
        assert_eq!(single(0, 10), Shown::Count(0));
        assert_eq!(single(9, 10), Shown::Under(10));
        assert_eq!(single(10, 10), Shown::Count(10));
        assert_eq!(single(1, 0), Shown::Count(1));
    }

    #[test]
    fn a_lone_small_part_takes_the_next_smallest_with_it() {
        let shown = parts_of_total(&[500, 3, 40, 0], 10);
        assert_eq!(shown, [Shown::Count(500), Shown::Under(10), Shown::Under(10), Shown::Count(0)]);
    }

    #[test]
    fn two_small_parts_hide_each_other() {
        let shown = parts_of_total(&[500, 3, 4], 10);
        assert_eq!(shown, [Shown::Count(500), Shown::Under(10), Shown::Under(10)]);
    }

    #[test]
    fn a_hidden_combination_is_not_told_by_its_sets_sizes() {
        // In neither, in a, in b, in both: of a's customers the 3 alone would be hidden.
        let shown = combinations(&[(0b00, 500), (0b01, 90), (0b10, 70), (0b11, 3)], 2, 10);
        assert_eq!(shown.iter().filter(|shown| shown.count().is_none()).count(), 4);
        let shown = combinations(&[(0b00, 500), (0b01, 90)], 2, 10);
        assert_eq!(shown, [Shown::Count(500), Shown::Count(90)]);
    }
}
