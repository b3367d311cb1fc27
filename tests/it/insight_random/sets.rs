//! Matrix, combinations, coverage, waterfall and attrition.

use std::collections::{BTreeMap, BTreeSet};

use crosscut::insight::attrition::{self, AttritionInquiry};
use crosscut::insight::coverage::{CoverageInquiry, CoveragePart};
use crosscut::insight::matrix::{MatrixInquiry, MatrixOrder, NamedSet};
use crosscut::insight::upset::{SetsToCombine, UpSetInquiry, UpSetOrder};

use super::table::{Customer, RandomBase, Rule, named};
use super::{answer, assert_near, each, ratio};
use crate::agree::tables::Dice;

pub fn checked(base: &RandomBase, sets: &[(String, Rule)]) -> Vec<NamedSet> {
    sets.iter().map(|(name, rule)| (name.clone(), base.checked(&rule.text()))).collect()
}

/// Returns a filter and some sets.
fn drawn(dice: &mut Dice, most: u64) -> (Rule, Vec<(String, Rule)>) {
    let filter = if dice.below(3) == 0 { Rule::Everyone } else { Rule::random(dice) };
    let number = dice.below(most + 1);
    (filter, named(dice, number))
}

fn is_in(rule: &Rule, one: &Customer) -> bool {
    rule.truth(one) == Some(true)
}

#[test]
fn matrix_figures_equal_plain_counting() {
    each(150, |base, dice| {
        let (filter, sets) = drawn(dice, 7);
        let (rows, columns) = match dice.below(2) {
            0 => (sets.clone(), sets.clone()),
            _ => (sets[..sets.len() / 2].to_vec(), sets[sets.len() / 2..].to_vec()),
        };
        let clustered = dice.below(2) == 0;
        let mut inquiry = MatrixInquiry::new(
            &base.checked(&filter.text()),
            &checked(base, &rows),
            &checked(base, &columns),
            clustered,
        );
        answer(base, &mut inquiry);
        let found = inquiry.found.get().expect("a matrix");
        assert_eq!((found.whole, found.base), (base.count(&[&filter]), base.customers.len() as u64));
        for (set, (_, rule)) in found.rows.iter().zip(&rows).chain(found.columns.iter().zip(&columns)) {
            assert_eq!(
                (set.customers, set.in_base),
                (base.count(&[&filter, rule]), base.count(&[rule])),
                "{}",
                set.name
            );
        }
        for (i, (_, a)) in rows.iter().enumerate() {
            for (j, (_, b)) in columns.iter().enumerate() {
                let count = |rules: &[&Rule]| base.count(&[&[&filter], rules].concat()) as f64;
                let (both, n_a, n_b, whole) = (count(&[a, b]), count(&[a]), count(&[b]), count(&[]));
                let either = base.rows(&filter).iter().filter(|one| is_in(a, one) || is_in(b, one)).count() as f64;
                let pair = found.pair(i, j, 0);
                assert_eq!(pair.both.count(), Some(both as u64), "{i} {j}");
                assert_near(pair.of_row, ratio(both, n_a), "penetration");
                assert_near(pair.of_column, ratio(both, n_b), "composition");
                assert_near(pair.jaccard, ratio(both, either), "Jaccard");
                let lift = ratio(both, n_a).zip(ratio(n_b, whole)).and_then(|(of_a, of_all)| ratio(of_a, of_all));
                assert_near(pair.index, lift.map(|lift| 100.0 * lift), "index");
            }
        }
        for order in [MatrixOrder::Study, MatrixOrder::Size, MatrixOrder::Clustered] {
            for (places, sets) in found.order(order).iter().zip([&found.rows, &found.columns]) {
                let all: BTreeSet<usize> = places.iter().copied().collect();
                assert_eq!((places.len(), all), (sets.len(), (0..sets.len()).collect()), "{order:?}");
                if order == MatrixOrder::Size {
                    assert!(places.is_sorted_by_key(|&at| (std::cmp::Reverse(sets[at].customers), at)));
                }
            }
        }
    });
}

#[test]
fn combinations_partition_customers() {
    each(150, |base, dice| {
        let (filter, sets) = drawn(dice, 9);
        let combined = SetsToCombine { filter: base.checked(&filter.text()), sets: checked(base, &sets), min_cell: 0 };
        let mut inquiry = UpSetInquiry::new(combined);
        answer(base, &mut inquiry);
        let found = inquiry.found.get().expect("combinations");
        let mut expected: BTreeMap<u64, u64> = BTreeMap::new();
        for one in base.rows(&filter) {
            let bits = sets.iter().enumerate().map(|(at, (_, rule))| u64::from(is_in(rule, one)) << at).sum();
            *expected.entry(bits).or_default() += 1;
        }
        let counted: BTreeMap<u64, u64> = found.combinations.iter().map(|one| (one.sets, one.customers)).collect();
        assert_eq!((&counted, found.left_out, found.smaller), (&expected, 0, 0));
        assert_eq!(counted.len(), found.combinations.len());
        assert!(found.shown.iter().zip(&found.combinations).all(|(shown, one)| shown.count() == Some(one.customers)));
        let by_size = found.order(UpSetOrder::Size);
        assert!(by_size.is_sorted_by_key(|&at| std::cmp::Reverse(found.combinations[at].customers)));
        let by_sets = found.order(UpSetOrder::Sets);
        assert!(by_sets.is_sorted_by_key(|&at| {
            let one = &found.combinations[at];
            (one.sets.count_ones(), std::cmp::Reverse(one.customers))
        }));
    });
}

/// Compares a part with the customers that it should have.
fn assert_part(part: &CoveragePart, expected: &[&Customer], whole: &[&Customer], figure: &str) {
    let sum = |of: &[&Customer]| of.iter().filter_map(|one| one.x).sum::<f64>();
    assert_eq!(part.customers.count(), Some(expected.len() as u64), "{figure}");
    assert_near(part.share, ratio(expected.len() as f64, whole.len() as f64), figure);
    assert_near(part.value, Some(sum(expected)), figure);
    assert_near(part.value_share, ratio(sum(expected), sum(whole)), figure);
}

#[test]
fn coverage_and_waterfall_equal_plain_counting() {
    each(150, |base, dice| {
        let (filter, sets) = drawn(dice, 6);
        let (rule, all) = (base.checked(&filter.text()), checked(base, &sets));
        let mut inquiry = CoverageInquiry::new(&rule, &all, Some("x"), 0);
        answer(base, &mut inquiry);
        let found = inquiry.found.get().expect("coverage");
        let whole = base.rows(&filter);
        let number = |one: &Customer| sets.iter().filter(|(_, rule)| is_in(rule, one)).count();
        let those = |fits: &dyn Fn(&Customer) -> bool| -> Vec<&Customer> {
            whole.iter().copied().filter(|one| fits(one)).collect()
        };
        assert_part(&found.whole, &whole, &whole, "all");
        assert_part(&found.none, &those(&|one| number(one) == 0), &whole, "in none");
        assert_part(&found.one, &those(&|one| number(one) == 1), &whole, "in one");
        assert_part(&found.several, &those(&|one| number(one) > 1), &whole, "in several");
        let covered = those(&|one| number(one) > 0);
        assert_part(&found.covered, &covered, &whole, "covered");
        let total: usize = whole.iter().map(|one| number(one)).sum();
        assert_near(found.redundancy, ratio(total as f64, covered.len() as f64), "redundancy");
        let alone = those(&|one| number(one) == 1).len() as f64;
        assert_near(found.exclusive, ratio(alone, covered.len() as f64), "exclusive");
        let first = |one: &Customer| sets.iter().position(|(_, rule)| is_in(rule, one));
        for (at, step) in found.steps.iter().enumerate() {
            let own = &sets[at].1;
            let audience = those(&|one| is_in(own, one));
            let takes = those(&|one| first(one) == Some(at));
            assert_part(&step.all, &audience, &whole, "audience");
            assert_part(&step.takes, &takes, &whole, "takes");
            assert_part(&step.only, &those(&|one| is_in(own, one) && number(one) == 1), &whole, "only");
            assert_part(&step.total, &those(&|one| first(one).is_some_and(|first| first <= at)), &whole, "so far");
            let lost = audience.len() - takes.len();
            assert_eq!(step.loses.count(), Some(lost as u64));
            assert_near(step.loses_share, ratio(lost as f64, audience.len() as f64), "share that is lost");
            let to: Vec<u64> =
                (0..at).map(|to| audience.iter().filter(|one| first(one) == Some(to)).count() as u64).collect();
            assert_eq!(step.to.iter().map(|to| to.count().expect("shown")).collect::<Vec<_>>(), to);
            let most = to.iter().copied().max().filter(|most| *most > 0);
            assert_eq!(step.mostly_to().map(|(_, count)| count), most);
            for (other, (_, before)) in sets.iter().enumerate().take(at) {
                let both = those(&|one| is_in(own, one) && is_in(before, one)).len();
                let either = those(&|one| is_in(own, one) || is_in(before, one)).len();
                assert_eq!(found.pair(at, other).and_then(|pair| pair.count()), Some(both as u64));
                assert_near(found.jaccard(other, at), ratio(both as f64, either as f64), "Jaccard");
            }
        }
    });
}

#[test]
fn attrition_steps_equal_plain_counting() {
    each(100, |base, dice| {
        let number = dice.below(6);
        let conditions: Vec<Rule> = (0..number).map(|_| Rule::random(dice)).collect();
        let among = if dice.below(2) == 0 { Rule::Everyone } else { Rule::random(dice) };
        let texts = conditions.iter().map(|rule| (rule.text(), base.checked(&rule.text()))).collect();
        let mut inquiry = AttritionInquiry::new(texts, &base.checked(&among.text()));
        answer(base, &mut inquiry);
        let steps = inquiry.found.get().expect("steps");
        let shown = attrition::shown(steps, base.customers.len() as u64, 0);
        let all: Vec<&Rule> = conditions.iter().chain([&among]).collect();
        let mut before = base.count(&[&among]);
        assert_eq!(steps.len(), conditions.len());
        for (at, (step, shown)) in steps.iter().zip(shown).enumerate() {
            let so_far: Vec<&Rule> = conditions[..=at].iter().chain([&among]).collect();
            let without: Vec<&Rule> =
                all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, rule)| *rule).collect();
            let (remaining, alone) = (base.count(&so_far), base.count(&without) - base.count(&all));
            assert_eq!((step.remaining, step.before, step.alone), (remaining, before, alone), "{}", step.condition);
            assert_eq!((shown.remaining.count(), shown.alone.count()), (Some(remaining), Some(alone)));
            assert_near(shown.of_before, ratio(remaining as f64, before as f64), "share of the previous step");
            before = remaining;
        }
    });
}
