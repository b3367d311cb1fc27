//! Suppresses sums of which one customer has more than half, since they would disclose about how much that customer has.
//!
//! This is the dominance rule of statistical disclosure control, (n, k) with n = 1 and k = 50 % (Hundepool et al.,
//! *Statistical Disclosure Control*, Wiley 2012, section 4.2). The largest value is known for the sums that are asked for;
//! of what remains beside one that is shown it is at most the largest of both.

use super::{is_small, parts_of_total};
use crate::engine::{GroupAnswer, GroupFigures, Moments, Portion, ValueSums};

/// Sum of some customers' values, with the figures that decide whether it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GuardedSum {
    pub sum: f64,
    /// Number of customers with a value.
    pub known: u64,
    /// Largest absolute value of one of them.
    pub largest: f64,
}

impl GuardedSum {
    /// Returns the sum of the filter's customers.
    pub fn in_filter(value: &ValueSums) -> Self {
        Self { sum: value.in_filter, known: value.known_in_filter, largest: value.largest_in_filter }
    }

    /// Returns the sum of all customers of the base.
    pub fn in_base(value: &ValueSums) -> Self {
        let largest = value.largest_in_filter.max(value.largest_outside);
        Self { sum: value.in_base, known: value.known_in_base, largest }
    }

    /// Returns the sum of the customers outside the filter.
    pub fn outside(value: &ValueSums) -> Self {
        Self { largest: value.largest_outside, ..Self::in_base(value).without(Self::in_filter(value)) }
    }

    /// Returns true if the sum by itself may be shown: enough customers have a value, and none has more than half of it.
    pub fn may_be_shown(self, min_cell: u64) -> bool {
        !is_small(self.known, min_cell) && !self.is_dominated(min_cell)
    }

    /// Returns true if one customer may have more than half of the sum. Always false if `min_cell` is 0.
    pub fn is_dominated(self, min_cell: u64) -> bool {
        let is_spread = 2.0 * self.largest <= self.sum.abs();
        min_cell > 0 && !is_spread
    }

    /// Returns the sum of both, which are of different customers.
    fn plus(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, known: self.known + other.known, largest: self.largest.max(other.largest) }
    }

    /// Returns the sum without `part`. Its largest value is unknown, but at most that of the whole.
    pub fn without(self, part: Self) -> Self {
        Self { sum: self.sum - part.sum, known: self.known.saturating_sub(part.known), largest: self.largest }
    }
}

impl From<Portion> for GuardedSum {
    fn from(portion: Portion) -> Self {
        Self { sum: portion.value, known: portion.known, largest: portion.largest }
    }
}

impl From<&GroupFigures> for GuardedSum {
    fn from(group: &GroupFigures) -> Self {
        Self { sum: group.value_sum, known: group.value_known, largest: group.value_largest }
    }
}

/// Computes the sum from the mean and the count.
impl From<Moments> for GuardedSum {
    fn from(moments: Moments) -> Self {
        Self { sum: moments.mean * moments.known as f64, known: moments.known, largest: moments.largest }
    }
}

/// Returns for each part of a known total true if its sum may be shown. With a part that must be hidden, the smallest
/// others are hidden until it cannot be computed from the total.
pub fn sums_of_parts(parts: &[GuardedSum], min_cell: u64) -> Vec<bool> {
    if min_cell == 0 {
        return vec![true; parts.len()];
    }
    let known: Vec<u64> = parts.iter().map(|part| part.known).collect();
    let known = parts_of_total(&known, min_cell);
    let mut shown: Vec<bool> =
        known.iter().zip(parts).map(|(known, part)| known.count().is_some() && !part.is_dominated(min_cell)).collect();
    loop {
        let hidden =
            || parts.iter().zip(&shown).filter(|(part, shown)| !**shown && part.known > 0).map(|(part, _)| *part);
        let Some(rest) = hidden().reduce(GuardedSum::plus) else { return shown };
        if rest.may_be_shown(min_cell) {
            return shown;
        }
        let open = || (0..parts.len()).filter(|&at| shown[at] && parts[at].known > 0);
        let size = |at: &usize| parts[*at].sum.abs();
        let enough = open().filter(|&at| rest.plus(parts[at]).may_be_shown(min_cell));
        let next = enough.min_by(|a, b| size(a).total_cmp(&size(b)));
        match next.or_else(|| open().max_by(|a, b| size(a).total_cmp(&size(b)))) {
            Some(at) => shown[at] = false,
            None => return shown,
        }
    }
}

/// Returns for each group whether the sum of its values may be shown, in itself and as a share of the base's.
pub fn sums_of_groups(groups: &GroupAnswer, min_cell: u64) -> Vec<bool> {
    let base = groups.value.as_ref().map(GuardedSum::in_base).unwrap_or_default();
    let parts: Vec<GuardedSum> = groups.groups.iter().map(GuardedSum::from).collect();
    let mut shown = sums_of_parts(&parts, min_cell);
    if base.is_dominated(min_cell) {
        shown.fill(false);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::CustomerCount;

    fn part(sum: f64, known: u64, largest: f64) -> GuardedSum {
        GuardedSum { sum, known, largest }
    }

    #[test]
    fn sum_dominated_by_one_customer_is_hidden() {
        assert!(part(200.0, 30, 100.0).may_be_shown(10));
        assert!(!part(200.0, 30, 100.1).may_be_shown(10));
        assert!(!part(-200.0, 30, 150.0).may_be_shown(10));
        assert!(part(-400.0, 30, 150.0).may_be_shown(10));
        assert!(part(200.0, 30, 199.0).may_be_shown(0));
        assert!(!part(200.0, 9, 30.0).may_be_shown(10));
        assert!(!part(f64::NAN, 30, f64::INFINITY).may_be_shown(10));
        assert!(part(0.0, 30, 0.0).may_be_shown(10));
    }

    #[test]
    fn largest_value_is_that_of_summed_customers() {
        let value = ValueSums {
            in_filter: 100.0,
            known_in_filter: 50,
            in_base: 300.0,
            known_in_base: 120,
            largest_in_filter: 10.0,
            largest_outside: 90.0,
        };
        assert_eq!(GuardedSum::in_filter(&value), part(100.0, 50, 10.0));
        assert_eq!(
            (GuardedSum::outside(&value), GuardedSum::in_base(&value)),
            (part(200.0, 70, 90.0), part(300.0, 120, 90.0))
        );
        let turned = ValueSums { largest_in_filter: 90.0, largest_outside: 10.0, ..value };
        assert_eq!((GuardedSum::outside(&turned).largest, GuardedSum::in_base(&turned).largest), (10.0, 90.0));
        let moments = Moments { known: 20, mean: -4.0, variance: 1.0, largest: 7.0 };
        assert_eq!(GuardedSum::from(moments), part(-80.0, 20, 7.0));
    }

    #[test]
    fn hidden_sum_does_not_follow_from_total_and_other_sums() {
        let parts = [part(1_000.0, 40, 50.0), part(900.0, 30, 800.0), part(720.0, 20, 60.0), part(500.0, 20, 60.0)];
        // 900 alone would follow from the total; 900 + 500 is still the 800 of one customer, 900 + 720 is not.
        assert_eq!(sums_of_parts(&parts, 10), [true, false, false, true]);
        assert_eq!(sums_of_parts(&parts, 0), [true; 4]);
        let calm = [part(1_000.0, 40, 50.0), part(900.0, 30, 80.0)];
        assert_eq!(sums_of_parts(&calm, 10), [true; 2]);
    }

    #[test]
    fn sum_of_few_known_values_is_hidden_with_second_sum() {
        let parts = [part(1_000.0, 40, 50.0), part(900.0, 4, 300.0), part(800.0, 30, 40.0)];
        assert_eq!(sums_of_parts(&parts, 10), [true, false, false]);
    }

    #[test]
    fn share_of_dominated_base_is_hidden_for_all_groups() {
        let group = |sum| GroupFigures {
            key: Vec::new(),
            customers: CustomerCount { in_filter: 50, in_base: 60 },
            value_sum: sum,
            value_known: 50,
            value_largest: 20.0,
        };
        let value = ValueSums {
            in_filter: 1_500.0,
            known_in_filter: 100,
            in_base: 9_000.0,
            known_in_base: 150,
            largest_in_filter: 20.0,
            largest_outside: 4_500.0,
        };
        let groups = |largest_outside| GroupAnswer {
            by: vec!["plan".into()],
            groups: vec![group(900.0), group(600.0)],
            left_out: 0,
            customers: CustomerCount { in_filter: 100, in_base: 160 },
            value: Some(ValueSums { largest_outside, ..value }),
        };
        assert_eq!(sums_of_groups(&groups(4_500.0), 10), [true; 2]);
        assert_eq!(sums_of_groups(&groups(4_501.0), 10), [false; 2]);
        assert_eq!(sums_of_groups(&groups(4_501.0), 0), [true; 2]);
    }

    #[test]
    fn sums_that_nothing_can_hide_are_all_hidden() {
        let parts = [part(900.0, 30, 899.0), part(100.0, 30, 20.0), part(0.0, 0, 0.0)];
        assert_eq!(sums_of_parts(&parts, 10)[..2], [false, false]);
    }
}
