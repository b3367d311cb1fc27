//! Overlaps and combinations of many rules, from the same masks as all else.

use crosscut::engine::{Answer, Count, Question};
use crosscut::rule::Checked;
use proptest::collection::vec;
use proptest::prop_oneof;

use super::cases::{checked, run};
use super::engines;
use super::plain::{self, Truths};
use super::random::ask;
use super::rules::rules;
use super::tables::{Nulls, Recipe, tables};

#[test]
fn overlaps_are_the_counts_of_both_rules_together() {
    run(60, &(tables(), rules(), vec(rules(), 0..4), vec(rules(), 0..4)), |(recipe, filter, rows, columns)| {
        let frame = recipe.frame();
        let filter = checked(&[filter]).pop().map_or(Checked::everyone(), |(_, rule)| rule);
        let [rows, columns] = [rows, columns].map(|texts| Vec::from_iter(checked(&texts).into_iter().map(|(_, r)| r)));
        let truths = |rules: &[Checked]| {
            rules
                .iter()
                .map(|rule| plain::truths(&frame, rule))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| e.to_string())
        };
        let inside: Truths = truths(std::slice::from_ref(&filter))?.remove(0);
        let (in_rows, in_columns, both) = plain::overlap(&inside, &truths(&rows)?, &truths(&columns)?);
        let pairs = rows.iter().flat_map(|row| columns.iter().map(|column| row.and(column)));
        let asked: Vec<Checked> = rows.iter().chain(&columns).cloned().chain(pairs).collect();
        let expected: Vec<Count> = in_rows.into_iter().chain(in_columns).chain(both.into_iter().flatten()).collect();
        for (name, engine) in engines::engines(&frame) {
            let question = Question::Counts { filter: filter.clone(), rules: asked.clone() };
            let answer = ask(&engine, &question)?;
            if answer != Answer::Counts(expected.clone()) {
                return Err(format!("{question:?}\nengine of {name}: {answer:?} and not {expected:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn combinations_hold_as_many_customers_as_memberships() {
    let some_sets = prop_oneof![9 => vec(rules(), 0..8), 1 => vec(rules(), 60..=64)];
    run(60, &(tables(), rules(), some_sets), |(recipe, filter, sets)| {
        let frame = recipe.frame();
        let filter = checked(&[filter]).pop().map_or(Checked::everyone(), |(_, rule)| rule);
        let sets: Vec<Checked> = checked(&sets).into_iter().map(|(_, rule)| rule).collect();
        let truths = |rule: &Checked| plain::truths(&frame, rule).map_err(|e| e.to_string());
        let in_sets = sets.iter().map(truths).collect::<Result<Vec<_>, _>>()?;
        let (combinations, left_out) = plain::combinations(&truths(&filter)?, &in_sets, usize::MAX);
        let mut expected = vec![0; sets.len() + 1];
        combinations.iter().for_each(|(bits, customers)| expected[bits.count_ones() as usize] += customers);
        assert_eq!(left_out, 0);
        for (name, engine) in engines::engines(&frame) {
            let question = Question::Memberships { filter: filter.clone(), sets: sets.clone() };
            let answer = ask(&engine, &question)?;
            if answer != Answer::Memberships(expected.clone()) {
                return Err(format!("{question:?}\nengine of {name}: {answer:?} and not {expected:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn customers_may_be_in_all_of_sixty_four_sets() {
    let frame = Recipe { rows: 130, nulls: Nulls::None, seed: 5 }.frame();
    let texts: Vec<String> = (0..64).map(|i| format!("id >= {}", 2 * i)).collect();
    let sets = checked(&texts).into_iter().map(|(_, rule)| rule).collect();
    let question = Question::Memberships { filter: Checked::everyone(), sets };
    let expected = plain::answer(&frame, &question).expect("polars can say it");
    for (name, engine) in engines::engines(&frame) {
        assert_eq!(ask(&engine, &question), Ok(expected.clone()), "engine of {name}");
    }
}
