//! Sums of the value column of coverage and waterfall that may be shown, chosen for both at once, since they stand on one
//! screen.

use crate::engine::{LayeredOverlap, Portion};
use crate::insight::suppress::dominance::{GuardedSum, sums_of_parts};

/// For each sum true if it may be shown beside the others.
pub(super) struct ShownSums {
    pub(super) whole: bool,
    pub(super) none: bool,
    pub(super) one: bool,
    pub(super) several: bool,
    pub(super) sizes: Vec<bool>,
    pub(super) firsts: Vec<bool>,
    pub(super) only: Vec<bool>,
    /// The sums of the first steps: each is the previous one and a step more.
    pub(super) totals: bool,
}

impl ShownSums {
    /// Hides sums of few customers, and of which one customer has more than half; and others from which they would follow.
    pub(super) fn new(answer: &LayeredOverlap, min_cell: u64) -> Self {
        let whole = GuardedSum::from(answer.whole);
        let parts = |portions: &mut dyn Iterator<Item = Portion>| {
            sums_of_parts(&portions.map(GuardedSum::from).collect::<Vec<_>>(), min_cell)
        };
        let layers = || answer.layers.iter();
        let memberships = parts(&mut [answer.none, answer.one, answer.several].into_iter());
        let mut firsts = parts(&mut layers().map(|layer| layer.first).chain([answer.none]));
        let none_beside_firsts = firsts.pop().unwrap_or(true);
        let hidden = |shown: &[bool], portions: &mut dyn Iterator<Item = Portion>| {
            shown.iter().zip(portions).any(|(shown, portion)| !shown && portion.known > 0)
        };
        let size = |portion: Portion| {
            let rest = whole.without(portion.into());
            let is_safe = rest.known == 0 || rest.may_be_shown(min_cell);
            GuardedSum::from(portion).may_be_shown(min_cell) && is_safe
        };
        Self {
            whole: whole.may_be_shown(min_cell),
            none: memberships[0] && none_beside_firsts,
            one: memberships[1],
            several: memberships[2],
            sizes: layers().map(|layer| size(layer.all)).collect(),
            totals: !hidden(&firsts, &mut layers().map(|layer| layer.first)),
            firsts,
            only: parts(&mut layers().map(|layer| layer.only)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Layer;

    fn portion(value: f64, known: u64, largest: f64) -> Portion {
        Portion { customers: known, value, known, largest }
    }

    /// Returns the answer for one set, which no other overlaps.
    fn one_set(all: Portion, none: Portion) -> LayeredOverlap {
        let whole = portion(all.value + none.value, all.known + none.known, all.largest.max(none.largest));
        let layer = Layer { all, first: all, only: all, lost: Vec::new(), both: Vec::new() };
        LayeredOverlap { whole, none, one: all, several: Portion::default(), layers: vec![layer] }
    }

    #[test]
    fn sum_of_set_is_hidden_with_sum_of_others() {
        let shown = |all, none| ShownSums::new(&one_set(all, none), 10).sizes[0];
        assert!(shown(portion(500.0, 50, 60.0), portion(500.0, 50, 60.0)));
        // Few of the others have a value; one of them has most of it.
        assert!(!shown(portion(890.0, 95, 60.0), portion(110.0, 5, 40.0)));
        assert!(!shown(portion(900.0, 50, 60.0), portion(100.0, 50, 80.0)));
    }

    #[test]
    fn totals_of_first_steps_are_hidden_with_one_step() {
        let totals = |all, none| ShownSums::new(&one_set(all, none), 10).totals;
        assert!(totals(portion(500.0, 50, 60.0), portion(500.0, 50, 60.0)));
        assert!(!totals(portion(40.0, 4, 15.0), portion(960.0, 96, 60.0)));
        assert!(totals(Portion::default(), portion(960.0, 96, 60.0)));
    }
}
