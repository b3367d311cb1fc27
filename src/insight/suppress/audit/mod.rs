//! Chooses which counts of one screen are shown, so that no small one can be bounded by them.
//!
//! Whoever reads a screen knows that every count is a sum over the same parts of the customers (those in exactly these
//! personas, say), that no part is negative, and what is shown. What follows from that for a hidden count is the answer of
//! a linear programme: the least and the largest value that it can have. Sums that are watched one by one miss bounds that
//! follow from several inequalities at once.
//!
//! A count is *open* if every value from 0 to `min_cell - 1` remains possible for it. Counts are shown in the order of
//! their importance, as long as all small ones stay open.

mod programme;

use programme::Programme;

use crate::insight::suppress::{self, DisclosedCount};

/// Work for one screen, in numbers of a table that are computed. Counts that are not audited by then stay hidden.
const MAX_WORK: u64 = 40_000_000;
/// Most hidden parts that are solved for.
const MAX_SOLVED: usize = 100;
/// Distance within which a bound is the whole number that it should be.
const TOLERANCE: f64 = 1e-3;

/// Place of a count that is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountPlace {
    /// Shown elsewhere by itself: exactly, unless it is small.
    Elsewhere,
    /// On this screen, to be shown if it may. Ranks are shown one after the other, the lowest first.
    Here(u8),
    /// On no screen, but still not to be disclosed: a difference of two counts that are.
    Nowhere,
}

/// A count of customers, as the sum of some parts.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditedCount {
    pub place: CountPlace,
    pub count: u64,
    /// Indices of the parts that it adds up.
    pub parts: Vec<usize>,
    /// Minimum and maximum of the values that must stay possible; `None` if the count need not be protected.
    pub kept_open: Option<(u64, u64)>,
}

impl AuditedCount {
    /// Creates a count for which, if it is small, every small value must stay possible.
    pub fn new(place: CountPlace, count: u64, parts: Vec<usize>, min_cell: u64) -> Self {
        let kept_open = suppress::is_few(count, min_cell).then(|| (0, min_cell - 1));
        Self { place, count, parts, kept_open }
    }
}

/// Returns the counts as they may be shown, in their order. `parts` is the number of parts that they add up.
pub fn disclose(parts: usize, counts: &[AuditedCount], min_cell: u64) -> Vec<DisclosedCount> {
    let single = |count: &AuditedCount| suppress::single(count.count, min_cell);
    if !counts.iter().any(|count| count.kept_open.is_some()) {
        return counts.iter().map(single).collect();
    }
    let mut audit = Audit::new(parts, counts, min_cell);
    let label = |(shown, count): (&bool, &AuditedCount), has_bounds: bool| match (single(count), shown) {
        (DisclosedCount::Count(count), true) => DisclosedCount::Count(count),
        (DisclosedCount::Under(least), _) if has_bounds => DisclosedCount::Under(least),
        _ => DisclosedCount::Hidden,
    };
    let shown = audit.choose();
    shown
        .iter()
        .zip(counts)
        .map(|shown| label(shown, audit.has_bounds || shown.1.place == CountPlace::Elsewhere))
        .collect()
}

/// Search for the counts that may be shown.
struct Audit<'c> {
    /// Number of parts that the counts add up.
    parts: usize,
    counts: &'c [AuditedCount],
    min_cell: u64,
    /// Counts that must not be disclosed, each with the ends of the range that must stay possible. The one that failed last
    /// comes first.
    targets: Vec<(usize, [f64; 2])>,
    /// True if small counts of this screen are drawn as `<min_cell`. If that discloses too much, they are drawn as hidden.
    has_bounds: bool,
    /// Steps of computation that are left.
    work: u64,
}

impl<'c> Audit<'c> {
    fn new(parts: usize, counts: &'c [AuditedCount], min_cell: u64) -> Self {
        Self { parts, counts, min_cell, targets: Vec::new(), has_bounds: false, work: MAX_WORK }
    }

    fn is_small(&self, at: usize) -> bool {
        suppress::is_small(self.counts[at].count, self.min_cell)
    }

    fn choose(&mut self) -> Vec<bool> {
        let places = 0..self.counts.len();
        let mut shown: Vec<bool> =
            places.clone().map(|at| self.counts[at].place == CountPlace::Elsewhere && !self.is_small(at)).collect();
        // A bound that follows from other screens alone cannot be fixed on this screen; shown counts must not narrow it
        // further.
        let Some(mut programme) = self.programme(&shown) else { return shown };
        for (at, count) in self.counts.iter().enumerate() {
            let Some((least, most)) = count.kept_open else { continue };
            let Some([low, high]) = programme.range(&count.parts, &mut self.work) else { return shown };
            self.targets.push((at, [low.max(least as f64), high.min(most as f64)]));
        }
        self.has_bounds = true;
        self.has_bounds = self.is_open(&shown);
        let mut ranked: Vec<(u8, usize)> = places
            .filter_map(|at| match self.counts[at].place {
                CountPlace::Here(rank) if !self.is_small(at) => Some((rank, at)),
                _ => None,
            })
            .collect();
        ranked.sort_unstable();
        let all: Vec<usize> = ranked.iter().map(|(_, at)| *at).collect();
        if self.show(&mut shown, &all) {
            return shown;
        }
        for rank in ranked.chunk_by(|a, b| a.0 == b.0) {
            let of_rank: Vec<usize> = rank.iter().map(|(_, at)| *at).collect();
            if !self.show(&mut shown, &of_rank) {
                of_rank.iter().for_each(|&at| _ = self.show(&mut shown, &[at]));
            }
        }
        shown
    }

    /// Shows these counts if all small ones stay open.
    fn show(&mut self, shown: &mut [bool], more: &[usize]) -> bool {
        let before: Vec<bool> = more.iter().map(|&at| std::mem::replace(&mut shown[at], true)).collect();
        let is_open = self.is_open(shown);
        if !is_open {
            more.iter().zip(before).for_each(|(&at, before)| shown[at] = before);
        }
        is_open
    }

    /// Returns true if all small counts can still have all values that they must be able to have. Returns false if there
    /// was no time to see it.
    fn is_open(&mut self, shown: &[bool]) -> bool {
        let Some(mut programme) = self.programme(shown) else { return false };
        for n in 0..self.targets.len() {
            let (at, [least, most]) = self.targets[n];
            let range = programme.range(&self.counts[at].parts, &mut self.work);
            if !range.is_some_and(|[low, high]| low <= least + TOLERANCE && high >= most - TOLERANCE) {
                self.targets[..=n].rotate_right(1);
                return false;
            }
        }
        true
    }

    /// Returns what is known if these counts are shown; `None` if the parts cannot have them, or there is no time.
    fn programme(&mut self, shown: &[bool]) -> Option<Programme> {
        let mut exact = Vec::new();
        let mut bounds = Vec::new();
        for (count, shown) in self.counts.iter().zip(shown) {
            match (shown, suppress::is_small(count.count, self.min_cell), count.place) {
                (true, _, _) => exact.push((count.parts.as_slice(), count.count as f64)),
                (_, true, CountPlace::Elsewhere) => bounds.push((count.parts.as_slice(), (self.min_cell - 1) as f64)),
                (_, true, CountPlace::Here(_)) if self.has_bounds => {
                    bounds.push((count.parts.as_slice(), (self.min_cell - 1) as f64));
                }
                _ => {}
            }
        }
        Programme::new(self.parts, &exact, &bounds, &mut self.work)
    }
}

/// Hides further parts until no small one can be bounded by the sums, which are known. `shown` is what was chosen so far,
/// and stays if more than [`MAX_SOLVED`] parts are hidden: then each sum has many that can differ.
pub fn hide_more(
    parts: &[u64],
    mut shown: Vec<DisclosedCount>,
    sums: &[Vec<usize>],
    min_cell: u64,
) -> Vec<DisclosedCount> {
    let mut work = MAX_WORK;
    loop {
        match first_exposed(parts, &shown, sums, min_cell, &mut work) {
            ExposedPart::None => return shown,
            ExposedPart::Part(part) => {
                let beside = |at: &usize| sums.iter().any(|sum| sum.contains(&part) && sum.contains(at));
                let open = || (0..parts.len()).filter(|&at| shown[at].count().is_some());
                let enough = open().filter(|at| beside(at) && parts[*at] >= 2 * min_cell).min_by_key(|&at| parts[at]);
                let next = enough.or_else(|| open().filter(beside).max_by_key(|&at| parts[at]));
                match next.or_else(|| open().max_by_key(|&at| parts[at])) {
                    Some(next) => shown[next] = DisclosedCount::Hidden,
                    None => return vec![DisclosedCount::Hidden; parts.len()],
                }
            }
            ExposedPart::Unknown => return vec![DisclosedCount::Hidden; parts.len()],
        }
    }
}

/// A small part that the others disclose, if one does.
enum ExposedPart {
    None,
    Part(usize),
    /// There was no time to see it.
    Unknown,
}

fn first_exposed(
    parts: &[u64],
    shown: &[DisclosedCount],
    sums: &[Vec<usize>],
    min_cell: u64,
    work: &mut u64,
) -> ExposedPart {
    let hidden: Vec<usize> = (0..parts.len()).filter(|&at| shown[at].count().is_none()).collect();
    let few: Vec<usize> = (0..hidden.len()).filter(|&n| suppress::is_few(parts[hidden[n]], min_cell)).collect();
    if few.is_empty() || hidden.len() > MAX_SOLVED {
        return ExposedPart::None;
    }
    let most = (min_cell - 1) as f64;
    let inside = |sum: &Vec<usize>| (0..hidden.len()).filter(|&n| sum.contains(&hidden[n])).collect::<Vec<usize>>();
    // The size of a small set is not known, but for that.
    let (large, small): (Vec<_>, Vec<_>) = sums
        .iter()
        .map(|sum| (inside(sum), sum.iter().map(|&at| parts[at]).sum::<u64>()))
        .filter(|(inside, _)| !inside.is_empty())
        .partition(|(_, size)| !suppress::is_small(*size, min_cell));
    let missing = |inside: &[usize]| inside.iter().map(|&n| parts[hidden[n]]).sum::<u64>() as f64;
    let exact: Vec<(&[usize], f64)> = large.iter().map(|(inside, _)| (inside.as_slice(), missing(inside))).collect();
    let singles: Vec<Vec<usize>> =
        (0..hidden.len()).filter(|&n| matches!(shown[hidden[n]], DisclosedCount::Under(_))).map(|n| vec![n]).collect();
    let small = small.iter().map(|(inside, _)| inside.as_slice()).chain(singles.iter().map(Vec::as_slice));
    let bounds: Vec<(&[usize], f64)> = small.map(|inside| (inside, most)).collect();
    let Some(mut programme) = Programme::new(hidden.len(), &exact, &bounds, work) else { return ExposedPart::Unknown };
    for n in few {
        match programme.range(&[n], work) {
            None => return ExposedPart::Unknown,
            Some([low, high]) if low > TOLERANCE || high < most - TOLERANCE => return ExposedPart::Part(hidden[n]),
            Some(_) => {}
        }
    }
    ExposedPart::None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(place: CountPlace, count: u64, parts: &[usize]) -> AuditedCount {
        AuditedCount::new(place, count, parts.to_vec(), 10)
    }

    #[test]
    fn programme_range_agrees_with_scipy_linprog() {
        // Parts none, a, b, ab; 100 in all, a = 60, b = 70; scipy.optimize.linprog of each.
        let exact: [(&[usize], f64); 3] = [(&[0, 1, 2, 3], 100.0), (&[1, 3], 60.0), (&[2, 3], 70.0)];
        let mut work = MAX_WORK;
        let mut programme = Programme::new(4, &exact, &[(&[0], 9.0)], &mut work).expect("a feasible point");
        let mut range = |parts: &[usize]| programme.range(parts, &mut work).expect("work").map(f64::round);
        assert_eq!(range(&[3]), [30.0, 39.0]);
        assert_eq!(range(&[0]), [0.0, 9.0]);
        assert_eq!(range(&[1]), [21.0, 30.0]);
        assert_eq!(range(&[1, 2, 3]), [91.0, 100.0]);
    }

    #[test]
    fn programme_with_contradiction_has_no_feasible_point() {
        let exact: [(&[usize], f64); 2] = [(&[0, 1], 5.0), (&[0], 6.0)];
        assert!(Programme::new(2, &exact, &[], &mut MAX_WORK.clone()).is_none());
    }

    #[test]
    fn count_completed_by_others_hides_less_important_count() {
        let counts = [
            count(CountPlace::Elsewhere, 500, &[0, 1, 2]),
            count(CountPlace::Here(0), 3, &[0]),
            count(CountPlace::Here(0), 97, &[1]),
            count(CountPlace::Here(1), 400, &[2]),
        ];
        let shown = disclose(3, &counts, 10);
        let expected =
            [DisclosedCount::Count(500), DisclosedCount::Under(10), DisclosedCount::Count(97), DisclosedCount::Hidden];
        assert_eq!(shown, expected);
    }

    #[test]
    fn small_counts_are_bounded_neither_from_above_nor_from_below() {
        // 3 and 4 of 7, and 9 and 9 of 18: the third count would leave 7 at most, and 9 at least.
        for (a, b) in [(3, 4), (9, 9)] {
            let counts = [
                count(CountPlace::Elsewhere, 100, &[0, 1, 2]),
                count(CountPlace::Here(0), a, &[0]),
                count(CountPlace::Here(0), b, &[1]),
                count(CountPlace::Here(1), 100 - a - b, &[2]),
            ];
            let under = DisclosedCount::Under(10);
            assert_eq!(disclose(3, &counts, 10)[1..], [under, under, DisclosedCount::Hidden], "{a} and {b}");
        }
    }

    #[test]
    fn small_difference_of_two_shown_counts_is_hidden() {
        // All but 4 of the 60 in a are in b.
        let counts = [
            count(CountPlace::Elsewhere, 200, &[0, 1, 2, 3]),
            count(CountPlace::Elsewhere, 60, &[1, 3]),
            count(CountPlace::Elsewhere, 90, &[2, 3]),
            count(CountPlace::Here(0), 56, &[3]),
            count(CountPlace::Nowhere, 4, &[1]),
        ];
        assert_eq!(disclose(4, &counts, 10)[3], DisclosedCount::Hidden);
    }

    #[test]
    fn count_that_would_complete_size_near_base_is_hidden() {
        // 56 of 60 in the base are in the filter: whoever is in neither other set is one of them.
        let size = AuditedCount { kept_open: Some((51, 60)), ..count(CountPlace::Nowhere, 56, &[1, 3]) };
        let counts = [
            count(CountPlace::Elsewhere, 200, &[0, 1, 2, 3]),
            size,
            count(CountPlace::Here(0), 36, &[1]),
            count(CountPlace::Here(1), 20, &[3]),
        ];
        let shown = disclose(4, &counts, 10);
        assert_eq!((shown[2], shown[3]), (DisclosedCount::Count(36), DisclosedCount::Hidden));
    }

    #[test]
    fn counts_without_small_part_are_not_audited() {
        let counts = [count(CountPlace::Here(0), 50, &[0]), count(CountPlace::Here(0), 0, &[1])];
        assert_eq!(disclose(2, &counts, 10), [DisclosedCount::Count(50), DisclosedCount::Under(10)]);
    }

    #[test]
    fn thousands_of_small_parts_hide_no_large_part() {
        let parts: Vec<u64> = std::iter::repeat_n(3, 2_000).chain([500, 400]).collect();
        let sums = [(0..parts.len()).collect(), (0..1_000).chain([2_000]).collect()];
        let first: Vec<DisclosedCount> = parts.iter().map(|&part| suppress::single(part, 10)).collect();
        assert_eq!(hide_more(&parts, first.clone(), &sums, 10), first);
    }

    #[test]
    fn hidden_part_is_not_bounded_by_several_sums() {
        // Whole 40: 9 and 9 hidden behind 11 alone would each be 0 to 9 by every single sum, but add up to 18 with it gone.
        let parts = [9, 9, 11, 11];
        let sums = [vec![0, 1, 2, 3], vec![0, 1], vec![2, 3]];
        let first = parts.map(|part| suppress::single(part, 10)).to_vec();
        let shown = hide_more(&parts, first, &sums, 10);
        assert_eq!(shown, [DisclosedCount::Hidden; 4]);
    }
}
