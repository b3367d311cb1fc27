//! Suppresses small counts, which could identify a person.
//!
//! A count is small if it is below the study's `min_cell`. 0 is small too: shown as `0` rather than `<10`, it would answer a
//! rule about one customer. A count of nearly everyone discloses as much as the count of the few who are missing from it.
//! If counts on one screen add up, others are hidden with a small one, so that it cannot be computed: the shown counts leave
//! every value from 0 to `min_cell - 1` possible for it.

pub mod audit;
mod crossed;
pub mod dominance;
mod parts;
pub mod spans;
pub mod spread;

use std::fmt;

pub use crossed::{CrossTable, crossed};
pub use parts::{cells, combinations, known, memberships, pairs, parts_of_total, personas};

use crate::engine::CustomerCount;
use crate::text::numbers;

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisclosedCount {
    /// The count itself.
    Count(u64),
    /// Suppressed, because it is below this number (`min_cell`): drawn as `<10`. Figures computed from it are suppressed too.
    Under(u64),
    /// Suppressed, because fewer than `min_cell` of a known total are missing from it: drawn as `>` and this number.
    Over(u64),
    /// Suppressed, because a small count could be computed from it: drawn as `·`.
    Hidden,
}

impl DisclosedCount {
    /// Returns the count; `None` if it is suppressed.
    pub fn count(self) -> Option<u64> {
        match self {
            DisclosedCount::Count(count) => Some(count),
            DisclosedCount::Under(_) | DisclosedCount::Over(_) | DisclosedCount::Hidden => None,
        }
    }
}

/// Prints the count with separators, or the mark in its place.
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

/// Suppresses the number of a filter's customers, also if only a few of the base are outside. The whole base is shown.
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
    let mut disclosed = vec![whole];
    let mut shown = |&count: &u64| {
        let near = disclosed.iter().find(|other| near(other.abs_diff(count), min_cell)).copied();
        match (single(count, min_cell), near) {
            (DisclosedCount::Count(_), Some(near)) if near >= count => DisclosedCount::Over(near - min_cell.min(near)),
            (DisclosedCount::Count(_), Some(_)) => DisclosedCount::Hidden,
            (shown, _) => {
                disclosed.extend(shown.count());
                shown
            }
        }
    };
    counts.iter().map(&mut shown).collect()
}

/// Returns the suppressed one of two forms of a count, or the first if neither is suppressed.
pub fn stricter(one: DisclosedCount, other: DisclosedCount) -> DisclosedCount {
    if one.count().is_some() { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_of_nobody_looks_like_few() {
        assert_eq!(single(0, 10), DisclosedCount::Under(10));
        assert_eq!(single(9, 10), DisclosedCount::Under(10));
        assert_eq!(single(10, 10), DisclosedCount::Count(10));
        assert_eq!((single(0, 0), single(1, 0)), (DisclosedCount::Count(0), DisclosedCount::Count(1)));
    }

    #[test]
    fn count_near_base_shows_lower_bound() {
        assert_eq!(of_base(4_999, 5_000, 10), DisclosedCount::Over(4_990));
        assert_eq!(of_base(4_990, 5_000, 10), DisclosedCount::Count(4_990));
        assert_eq!(of_base(5_000, 5_000, 10), DisclosedCount::Count(5_000));
        assert_eq!(of_base(4_999, 5_000, 0), DisclosedCount::Count(4_999));
    }

    #[test]
    fn set_in_filter_is_hidden_if_any_quadrant_is_small() {
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
    fn set_of_all_looks_like_set_of_all_but_few() {
        let sizes = [400, 395, 391, 390, 9, 0].map(|size| near_whole(size, 400, 10));
        let (over, under) = (DisclosedCount::Over(390), DisclosedCount::Under(10));
        assert_eq!(sizes, [over, over, over, DisclosedCount::Count(390), under, under]);
    }

    #[test]
    fn overlap_bounded_by_sizes_is_hidden_without_bound() {
        // Sets of 60 and 45 of 100 share 5 at least: <10 would leave 5 to 9.
        assert_eq!(overlap(7, 60, 45, 100, 10), DisclosedCount::Hidden);
        assert_eq!(overlap(7, 50, 45, 100, 10), DisclosedCount::Under(10));
    }

    #[test]
    fn nested_conditions_with_small_or_no_difference_are_hidden() {
        let over = DisclosedCount::Over(90);
        assert_eq!(nested(&[100, 95, 50], 1_000, 10), [DisclosedCount::Count(100), over, DisclosedCount::Count(50)]);
        assert_eq!(nested(&[100, 100], 1_000, 10), [DisclosedCount::Count(100), over]);
        assert_eq!(nested(&[100, 105], 1_000, 10), [DisclosedCount::Count(100), DisclosedCount::Hidden]);
        assert_eq!(funnel(&[100, 100, 96], 1_000, 10)[1..], [DisclosedCount::Count(100), over]);
    }
}
