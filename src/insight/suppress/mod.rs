//! Suppresses small counts, which could identify a person.
//!
//! A count is small if it is below the study's `min_cell`. Nobody at all is small too: `0` beside `<10` would disclose
//! what a rule about one customer answers. A count of nearly everyone is as telling as the few who are missing from it.
//! If counts on one screen add up, others are hidden with a small one, so that it cannot be solved for: the shown counts
//! leave every value from 0 to `min_cell - 1` possible for it.

pub mod audit;
mod crossed;
pub mod spread;

use std::fmt;

pub use crossed::{CrossTable, crossed};

use crate::engine::CustomerCount;
use crate::text::numbers;

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisclosedCount {
    Count(u64),
    /// Suppressed: drawn as `<min_cell`, which is given. Figures computed from it are suppressed too.
    Under(u64),
    /// Suppressed, because fewer than `min_cell` of a known total are missing from it: drawn as `>` and the number given.
    Over(u64),
    /// Suppressed, because a small count could be computed from it: drawn as `·`.
    Hidden,
}

impl DisclosedCount {
    pub fn count(self) -> Option<u64> {
        match self {
            DisclosedCount::Count(count) => Some(count),
            DisclosedCount::Under(_) | DisclosedCount::Over(_) | DisclosedCount::Hidden => None,
        }
    }
}

/// Prints the count with separators, or what stands for it.
impl fmt::Display for DisclosedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DisclosedCount::Count(count) => f.pad(&numbers::count(*count)),
            DisclosedCount::Under(least) => f.pad(&format!("<{}", numbers::count(*least))),
            DisclosedCount::Over(most) => f.pad(&format!(">{}", numbers::count(*most))),
            DisclosedCount::Hidden => f.pad("·"),
        }
    }
}

/// Returns true if a count by itself is too small to show.
pub fn is_small(count: u64, min_cell: u64) -> bool {
    count < min_cell
}

/// Returns true if a remainder, which follows from other counts, concerns a few customers. A remainder of nobody
/// concerns no one.
pub fn is_few(count: u64, min_cell: u64) -> bool {
    count > 0 && count < min_cell
}

/// Suppresses one count on its own.
pub fn single(count: u64, min_cell: u64) -> DisclosedCount {
    if is_small(count, min_cell) { DisclosedCount::Under(min_cell) } else { DisclosedCount::Count(count) }
}

/// Suppresses the number of a filter's customers: nearly the whole base is as telling as a few. Only the base itself is
/// shown whole.
pub fn of_base(customers: u64, base: u64, min_cell: u64) -> DisclosedCount {
    if customers == base { DisclosedCount::Count(base) } else { within(customers, base, min_cell) }
}

/// Suppresses a count of some of `whole` customers, whose number is known.
pub fn within(count: u64, whole: u64, min_cell: u64) -> DisclosedCount {
    match single(count, min_cell) {
        DisclosedCount::Count(_) if is_few(whole.saturating_sub(count), min_cell) => {
            DisclosedCount::Over(whole - min_cell.min(whole))
        }
        shown => shown,
    }
}

/// Suppresses the size of a set of `whole` customers. One that leaves out nobody looks like one that leaves out a few.
pub fn near_whole(size: u64, whole: u64, min_cell: u64) -> DisclosedCount {
    match whole.saturating_sub(size) {
        rest if is_small(rest, min_cell) && !is_small(size, min_cell) => {
            DisclosedCount::Over(whole - min_cell.min(whole))
        }
        _ => single(size, min_cell),
    }
}

/// Suppresses a set's customers in the filter and in the base. Those in the filter are suppressed too if few of the
/// filter are not in the set, few of the set are not in the filter, or few are in neither.
pub fn pair(set: CustomerCount, whole: CustomerCount, min_cell: u64) -> (DisclosedCount, DisclosedCount) {
    let base = near_whole(set.in_base, whole.in_base, min_cell);
    // If the filter narrows nothing, both counts are one.
    let inside = match whole.in_filter == whole.in_base {
        true => base,
        false => overlap(set.in_filter, whole.in_filter, set.in_base, whole.in_base, min_cell),
    };
    (inside, base)
}

/// Suppresses the customers in both of two sets whose sizes are shown, among `whole` customers: also if few of either
/// set are not in the other, or few are in neither. Sizes that leave no room for every small count to be possible are not
/// completed by a bound.
pub fn overlap(both: u64, one: u64, other: u64, whole: u64, min_cell: u64) -> DisclosedCount {
    let rest = (whole + both).saturating_sub(one + other);
    match within(both, one, min_cell) {
        DisclosedCount::Count(_) if is_few(other.saturating_sub(both), min_cell) || is_few(rest, min_cell) => {
            DisclosedCount::Hidden
        }
        DisclosedCount::Under(_) if one + other > whole => DisclosedCount::Hidden,
        shown => shown,
    }
}

/// Suppresses counts of conditions that somebody types, which narrow a rule one by one. A count that differs from one
/// that is shown by fewer than `min_cell`, or not at all, is suppressed: the difference would answer any question about
/// one customer.
pub fn nested(counts: &[u64], whole: u64, min_cell: u64) -> Vec<DisclosedCount> {
    apart(counts, whole, min_cell, is_small)
}

/// Suppresses counts of conditions of the study that narrow each other one by one. A count that differs from one that is
/// shown by a few is suppressed.
pub fn funnel(counts: &[u64], whole: u64, min_cell: u64) -> Vec<DisclosedCount> {
    apart(counts, whole, min_cell, is_few)
}

/// Suppresses counts whose difference to the `whole`, or to one shown before, is `near`.
fn apart(counts: &[u64], whole: u64, min_cell: u64, near: fn(u64, u64) -> bool) -> Vec<DisclosedCount> {
    let mut told = vec![whole];
    let mut shown = |&count: &u64| {
        let near = told.iter().find(|other| near(other.abs_diff(count), min_cell)).copied();
        match (single(count, min_cell), near) {
            (DisclosedCount::Count(_), Some(near)) if near >= count => DisclosedCount::Over(near - min_cell.min(near)),
            (DisclosedCount::Count(_), Some(_)) => DisclosedCount::Hidden,
            (shown, _) => {
                told.extend(shown.count());
                shown
            }
        }
    };
    counts.iter().map(&mut shown).collect()
}

/// Suppresses counts that add up to a total on the same screen.
pub fn parts_of_total(counts: &[u64], min_cell: u64) -> Vec<DisclosedCount> {
    let total: u64 = counts.iter().sum();
    // Nearly everyone is in one part: all others are small, and together fewer than `min_cell`.
    if let Some(most) = counts.iter().position(|&count| !is_small(count, min_cell) && is_few(total - count, min_cell)) {
        let part = |at| {
            if at == most { DisclosedCount::Over(total - min_cell.min(total)) } else { DisclosedCount::Under(min_cell) }
        };
        return (0..counts.len()).map(part).collect();
    }
    let shown = counts.iter().map(|&count| single(count, min_cell)).collect();
    protect(counts, shown, &[(0..counts.len()).collect()], min_cell)
}

/// Suppresses the number of customers with a value, and returns whether the share of those without may be shown: both add
/// up to `all`, so either would disclose the other. If everyone has a value, the small number of the others is no secret.
pub fn known(known: u64, all: u64, min_cell: u64) -> (DisclosedCount, bool) {
    let parts = parts_of_total(&[known, all - known], min_cell);
    (parts[0], parts[0].count().is_some() && (known == all || parts[1].count().is_some()))
}

/// Suppresses the counts of a segmentation's cells: with the customers in no cell, who are shown beside them, they add
/// up to the `whole`.
pub fn cells(counts: &[u64], whole: u64, min_cell: u64) -> Vec<DisclosedCount> {
    let rest = whole.saturating_sub(counts.iter().sum());
    // A rest that is shown changes the known total, and hides nothing.
    let rest = is_few(rest, min_cell).then_some(rest);
    let parts: Vec<u64> = counts.iter().copied().chain(rest).collect();
    let mut shown = parts_of_total(&parts, min_cell);
    shown.truncate(counts.len());
    shown
}

/// Suppresses parts of the filter that are shown beside the same parts of the base: cells of a segmentation, or values
/// of a column. The parts and the rest add up to the `whole`, in the filter and in the base.
///
/// The customers outside the filter are the difference of both, and another filter's customers. The same parts are
/// hidden for a filter and for its opposite, so that neither completes the other.
pub fn pairs(counts: &[CustomerCount], whole: CustomerCount, min_cell: u64) -> Vec<(DisclosedCount, DisclosedCount)> {
    let of_base: Vec<u64> = counts.iter().map(|count| count.in_base).collect();
    let base = cells(&of_base, whole.in_base, min_cell);
    if whole.in_filter == whole.in_base {
        return base.iter().copied().zip(base.iter().copied()).collect();
    }
    let outside = |count: CustomerCount| count.in_base.saturating_sub(count.in_filter);
    let (mut inside, mut others): (Vec<u64>, Vec<u64>) =
        counts.iter().map(|count| (count.in_filter, outside(*count))).unzip();
    let mut hidden: Vec<bool> =
        inside.iter().zip(&others).map(|(here, there)| is_few(*here, min_cell) || is_few(*there, min_cell)).collect();
    hidden.iter_mut().zip(&base).for_each(|(hidden, base)| *hidden |= base.count().is_none());
    let rest =
        (whole.in_filter.saturating_sub(inside.iter().sum()), outside(whole).saturating_sub(others.iter().sum()));
    // The rest may be two values of a few each, which other lists of the column show by themselves.
    if is_few(rest.0, 2 * min_cell) || is_few(rest.1, 2 * min_cell) {
        inside.push(rest.0);
        others.push(rest.1);
        hidden.push(true);
    }
    let bare = hide_in_line(&inside, &others, &mut hidden, min_cell);
    let show = |(at, base): (usize, DisclosedCount)| {
        let shown = match (single(inside[at], min_cell), hidden[at]) {
            // Nothing is left to hide behind: no bound is shown either.
            (DisclosedCount::Under(_), _) if bare => DisclosedCount::Hidden,
            (DisclosedCount::Count(_), true) => DisclosedCount::Hidden,
            (shown, _) => shown,
        };
        (shown, base)
    };
    base.into_iter().enumerate().map(show).collect()
}

/// Hides further parts of a whole until neither those inside of the filter nor those outside of it disclose a small one.
/// Returns true if the parts inside have nothing to hide behind.
fn hide_in_line(inside: &[u64], others: &[u64], hidden: &mut [bool], min_cell: u64) -> bool {
    let label = |counts: &[u64], hidden: &[bool]| -> Vec<DisclosedCount> {
        let one = |(&count, &hidden): (&u64, &bool)| match single(count, min_cell) {
            DisclosedCount::Count(_) if hidden => DisclosedCount::Hidden,
            shown => shown,
        };
        counts.iter().zip(hidden).map(one).collect()
    };
    let all: Vec<usize> = (0..inside.len()).collect();
    while [inside, others].into_iter().any(|side| is_exposed(side, &label(side, hidden), &all, min_cell)) {
        let least = |at: &usize| inside[*at].min(others[*at]);
        let open = || all.iter().copied().filter(|&at| !hidden[at] && inside[at] + others[at] > 0);
        let enough =
            open().filter(|at| least(at) >= 2 * min_cell).min_by_key(|at| (least(at), inside[*at] + others[*at]));
        match enough.or_else(|| open().max_by_key(|at| (least(at), inside[*at] + others[*at]))) {
            Some(at) => hidden[at] = true,
            None => break,
        }
    }
    is_exposed(inside, &label(inside, hidden), &all, min_cell)
}

/// Returns the one of two forms of a count that is suppressed, if one is.
pub fn stricter(one: DisclosedCount, other: DisclosedCount) -> DisclosedCount {
    if one.count().is_some() { other } else { one }
}

/// Suppresses the sizes of the personas, and the customers in none and in several, so that a hidden count does not
/// follow from the others: sizes and memberships add up to the same total.
pub fn personas(all: &[u64], none: u64, several: u64, min_cell: u64) -> (Vec<DisclosedCount>, [DisclosedCount; 2]) {
    let sizes = match all {
        // Customers not in the only persona are in none.
        [only] => vec![parts_of_total(&[*only, none], min_cell)[0]],
        many => many.iter().map(|&count| single(count, min_cell)).collect(),
    };
    // The sizes of two personas and the customers in both leave those in one of them alone.
    let is_few_of = |size: &u64| is_few(size.saturating_sub(several), min_cell);
    let one_alone = || all.len() == 2 && all.iter().any(is_few_of);
    let hidden = sizes.iter().any(|shown| shown.count().is_none()) || one_alone();
    let hide = |shown: DisclosedCount| if hidden { stricter(shown, DisclosedCount::Hidden) } else { shown };
    (sizes, memberships([none, several], min_cell).map(hide))
}

/// Suppresses remainders that follow from one another through counts that stand elsewhere, such as the customers in no
/// set and in several: a few are drawn as such, and then no other is shown. That a remainder is nobody is shown.
pub fn memberships<const N: usize>(counts: [u64; N], min_cell: u64) -> [DisclosedCount; N] {
    let hidden = counts.iter().any(|&count| is_few(count, min_cell));
    counts.map(|count| match (is_few(count, min_cell), hidden) {
        (true, _) => DisclosedCount::Under(min_cell),
        (false, true) => DisclosedCount::Hidden,
        (false, false) => DisclosedCount::Count(count),
    })
}

/// Suppresses exact combinations of sets, given as bits and customers. All of them add up to the filter, those in each
/// set to its size, and those outside to the others: in each of these sums a hidden count is never alone.
pub fn combinations(parts: &[(u64, u64)], sets: usize, min_cell: u64) -> Vec<DisclosedCount> {
    let counts: Vec<u64> = parts.iter().map(|&(_, count)| count).collect();
    let sums: Vec<Vec<usize>> = std::iter::once((0..parts.len()).collect())
        .chain((0..sets).flat_map(|set| {
            let (inside, outside) = (0..parts.len()).partition(|&i| parts[i].0 >> set & 1 == 1);
            [inside, outside]
        }))
        .collect();
    let shown = counts.iter().map(|&count| single(count, min_cell)).collect();
    let shown = protect(&counts, shown, &sums, min_cell);
    audit::hide_more(&counts, shown, &sums, min_cell)
}

/// Hides further counts until none that is hidden can be computed from its sums, or be bounded more closely than `<10`
/// says.
fn protect(counts: &[u64], mut shown: Vec<DisclosedCount>, sums: &[Vec<usize>], min_cell: u64) -> Vec<DisclosedCount> {
    loop {
        let before = shown.clone();
        for sum in sums {
            while is_exposed(counts, &shown, sum, min_cell) {
                if !hide_another(counts, &mut shown, sum, min_cell) {
                    // Nothing is left to hide behind: no bound is shown either.
                    for &at in sum {
                        if shown[at].count().is_none() {
                            shown[at] = DisclosedCount::Hidden;
                        }
                    }
                    break;
                }
            }
        }
        if shown == before {
            return shown;
        }
    }
}

/// Returns true if the hidden counts of a sum, whose total is known, disclose one of them. The total has to leave every
/// value from 0 to `min_cell - 1` possible for each that is drawn as small, where the others that are drawn as small are
/// below `min_cell` and all others at least that.
fn is_exposed(counts: &[u64], shown: &[DisclosedCount], sum: &[usize], min_cell: u64) -> bool {
    let hidden = || sum.iter().copied().filter(|&at| shown[at].count().is_none());
    if hidden().all(|at| counts[at] == 0) {
        return false;
    }
    let total: u64 = hidden().map(|at| counts[at]).sum();
    let small = hidden().filter(|&at| matches!(shown[at], DisclosedCount::Under(_))).count() as u64;
    let large = hidden().count() as u64 - small;
    let most = min_cell - 1;
    match (small, large) {
        (0, 1) => true,
        (0, _) => false,
        (_, 0) => total < most || total > (small - 1) * most,
        _ if hidden().any(|at| matches!(shown[at], DisclosedCount::Over(_))) => false,
        // All hidden, without a bound that says so.
        _ => total < most + large * min_cell,
    }
}

/// Hides the smallest of the shown counts of a sum behind which the others cannot be bounded, or else the largest.
/// Returns false if all are hidden.
fn hide_another(counts: &[u64], shown: &mut [DisclosedCount], sum: &[usize], min_cell: u64) -> bool {
    let others = || sum.iter().copied().filter(|&at| shown[at].count().is_some_and(|count| count > 0));
    let enough = others().filter(|&at| counts[at] >= 2 * min_cell).min_by_key(|&at| counts[at]);
    match enough.or_else(|| others().max_by_key(|&at| counts[at])) {
        Some(at) => {
            shown[at] = DisclosedCount::Hidden;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(shown: &[DisclosedCount]) -> Vec<usize> {
        (0..shown.len()).filter(|&at| shown[at].count().is_none()).collect()
    }

    #[test]
    fn nobody_is_drawn_as_a_few() {
        assert_eq!(single(0, 10), DisclosedCount::Under(10));
        assert_eq!(single(9, 10), DisclosedCount::Under(10));
        assert_eq!(single(10, 10), DisclosedCount::Count(10));
        assert_eq!((single(0, 0), single(1, 0)), (DisclosedCount::Count(0), DisclosedCount::Count(1)));
    }

    #[test]
    fn nearly_everyone_is_drawn_as_more_than_all_but_a_few() {
        assert_eq!(of_base(4_999, 5_000, 10), DisclosedCount::Over(4_990));
        assert_eq!(of_base(4_990, 5_000, 10), DisclosedCount::Count(4_990));
        assert_eq!(of_base(5_000, 5_000, 10), DisclosedCount::Count(5_000));
        assert_eq!(of_base(4_999, 5_000, 0), DisclosedCount::Count(4_999));
    }

    #[test]
    fn set_in_filter_is_hidden_if_any_of_the_four_parts_is_few() {
        let count = |in_filter, in_base| CustomerCount { in_filter, in_base };
        let inside = |set, whole| pair(set, whole, 10).0;
        assert_eq!(inside(count(40, 300), count(500, 1_000)), DisclosedCount::Count(40));
        assert_eq!(inside(count(3, 300), count(500, 1_000)), DisclosedCount::Under(10));
        assert_eq!(inside(count(495, 700), count(500, 1_000)), DisclosedCount::Over(490));
        assert_eq!(inside(count(299, 300), count(500, 1_000)), DisclosedCount::Hidden);
        assert_eq!(inside(count(205, 700), count(500, 1_000)), DisclosedCount::Hidden);
        assert_eq!(inside(count(300, 300), count(500, 1_000)), DisclosedCount::Count(300));
    }

    #[test]
    fn set_that_leaves_out_nobody_looks_like_one_that_leaves_out_a_few() {
        let sizes = [400, 395, 391, 390, 9, 0].map(|size| near_whole(size, 400, 10));
        let (over, under) = (DisclosedCount::Over(390), DisclosedCount::Under(10));
        assert_eq!(sizes, [over, over, over, DisclosedCount::Count(390), under, under]);
    }

    #[test]
    fn overlap_that_sizes_bound_by_themselves_has_no_bound_of_its_own() {
        // Sets of 60 and 45 of 100 share 5 at least: <10 would leave 5 to 9.
        assert_eq!(overlap(7, 60, 45, 100, 10), DisclosedCount::Hidden);
        assert_eq!(overlap(7, 50, 45, 100, 10), DisclosedCount::Under(10));
    }

    #[test]
    fn conditions_that_differ_by_few_or_by_nobody_are_not_both_shown() {
        let over = DisclosedCount::Over(90);
        assert_eq!(nested(&[100, 95, 50], 1_000, 10), [DisclosedCount::Count(100), over, DisclosedCount::Count(50)]);
        assert_eq!(nested(&[100, 100], 1_000, 10), [DisclosedCount::Count(100), over]);
        assert_eq!(nested(&[100, 105], 1_000, 10), [DisclosedCount::Count(100), DisclosedCount::Hidden]);
        assert_eq!(funnel(&[100, 100, 96], 1_000, 10)[1..], [DisclosedCount::Count(100), over]);
    }

    #[test]
    fn small_part_is_not_bounded_by_a_large_one_that_is_hidden() {
        // 3 and 14 of 17 would leave 7 at most, as what is hidden without a bound has 10 at least.
        let shown = parts_of_total(&[3, 12, 14], 10);
        assert_eq!(shown, [DisclosedCount::Under(10), DisclosedCount::Hidden, DisclosedCount::Hidden]);
    }

    #[test]
    fn lone_small_part_is_hidden_behind_the_smallest_that_is_large_enough() {
        let shown = parts_of_total(&[500, 3, 40, 12, 0], 10);
        assert_eq!(
            shown,
            [
                DisclosedCount::Count(500),
                DisclosedCount::Under(10),
                DisclosedCount::Hidden,
                DisclosedCount::Count(12),
                DisclosedCount::Under(10)
            ]
        );
    }

    #[test]
    fn two_small_parts_do_not_bound_each_other() {
        // 9 and 9 would follow from their total of 18.
        let shown = parts_of_total(&[500, 9, 9, 30], 10);
        assert_eq!(
            shown,
            [DisclosedCount::Count(500), DisclosedCount::Under(10), DisclosedCount::Under(10), DisclosedCount::Hidden]
        );
    }

    #[test]
    fn parts_without_one_to_hide_behind_have_no_bound_either() {
        assert_eq!(parts_of_total(&[9, 9, 4], 10), [DisclosedCount::Hidden; 3]);
        assert_eq!(parts_of_total(&[3, 14], 10), [DisclosedCount::Under(10), DisclosedCount::Over(7)]);
        assert_eq!(parts_of_total(&[3, 1], 0), [DisclosedCount::Count(3), DisclosedCount::Count(1)]);
    }

    #[test]
    fn one_part_with_nearly_everyone_hides_the_others() {
        let shown = parts_of_total(&[500, 3, 4, 0], 10);
        assert_eq!(
            shown,
            [
                DisclosedCount::Over(497),
                DisclosedCount::Under(10),
                DisclosedCount::Under(10),
                DisclosedCount::Under(10)
            ]
        );
    }

    #[test]
    fn segmentation_that_leaves_nobody_out_is_shown() {
        assert!(hidden(&cells(&[30, 70], 100, 10)).is_empty());
        assert_eq!(hidden(&cells(&[30, 67], 100, 10)), [0]);
    }

    #[test]
    fn remainders_are_hidden_together() {
        assert_eq!(memberships([20, 4], 10), [DisclosedCount::Hidden, DisclosedCount::Under(10)]);
        assert_eq!(memberships([20, 0], 10), [DisclosedCount::Count(20), DisclosedCount::Count(0)]);
    }

    #[test]
    fn filter_and_its_opposite_hide_the_same_parts() {
        let count = |in_filter, in_base| CustomerCount { in_filter, in_base };
        let parts = [count(3, 90), count(60, 300), count(97, 400), count(40, 210)];
        let opposite = parts.map(|part| count(part.in_base - part.in_filter, part.in_base));
        let here: Vec<DisclosedCount> = pairs(&parts, count(200, 1_000), 10).into_iter().map(|pair| pair.0).collect();
        let there: Vec<DisclosedCount> =
            pairs(&opposite, count(800, 1_000), 10).into_iter().map(|pair| pair.0).collect();
        assert_eq!(
            here,
            [DisclosedCount::Under(10), DisclosedCount::Count(60), DisclosedCount::Count(97), DisclosedCount::Hidden]
        );
        assert_eq!(
            there,
            [DisclosedCount::Hidden, DisclosedCount::Count(240), DisclosedCount::Count(303), DisclosedCount::Hidden]
        );
    }

    #[test]
    fn part_that_is_nearly_all_in_the_filter_is_hidden_with_another() {
        let count = |in_filter, in_base| CustomerCount { in_filter, in_base };
        let shown = pairs(&[count(99, 100), count(60, 300), count(41, 600)], count(200, 1_000), 10);
        assert_eq!(shown[0], (DisclosedCount::Hidden, DisclosedCount::Count(100)));
        assert_eq!((shown[1].0, shown[2].0), (DisclosedCount::Count(60), DisclosedCount::Hidden));
    }

    /// With the 36, 21, 5 and 2 hidden, no single sum bounds them, but all together leave 3 to 9 for the 5, as
    /// scipy.optimize.linprog finds.
    #[test]
    fn hidden_combinations_are_not_bounded_by_all_sums_together() {
        let parts = [(0b000, 42), (0b100, 36), (0b011, 21), (0b111, 14), (0b110, 5), (0b001, 2)];
        let shown = combinations(&parts, 3, 10);
        assert!(hidden(&shown).len() > 4, "{shown:?}");
        assert!([4, 5].iter().all(|at| hidden(&shown).contains(at)));
    }

    #[test]
    fn hidden_combination_does_not_follow_from_sizes_of_sets() {
        // In neither, in a, in b, in both: of a's customers the 3 alone would be hidden.
        let shown = combinations(&[(0b00, 500), (0b01, 90), (0b10, 70), (0b11, 3)], 2, 10);
        assert_eq!(hidden(&shown), [0, 1, 2, 3]);
        let shown = combinations(&[(0b00, 500), (0b01, 90)], 2, 10);
        assert!(hidden(&shown).is_empty());
    }
}
