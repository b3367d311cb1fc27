//! Questions with many rules, as loops over their truths.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crosscut::engine::{Combination, Combinations, CustomerCount, Layer, LayeredOverlap, Overlap, Portion};

use super::Truths;

fn both(a: &Truths, b: &Truths) -> Truths {
    a.iter().zip(b).map(|(a, b)| Some(*a == Some(true) && *b == Some(true))).collect()
}

fn trues(truths: &Truths) -> u64 {
    truths.iter().filter(|truth| **truth == Some(true)).count() as u64
}

fn count(filter: &Truths, rule: &Truths) -> CustomerCount {
    CustomerCount { in_filter: trues(&both(filter, rule)), in_base: trues(rule) }
}

pub fn counts(filter: &Truths, rules: &[Truths]) -> Vec<CustomerCount> {
    rules.iter().map(|rule| count(filter, rule)).collect()
}

pub fn memberships(filter: &Truths, sets: &[Truths]) -> Vec<u64> {
    let mut by_number = vec![0; sets.len() + 1];
    for row in (0..filter.len()).filter(|&row| filter[row] == Some(true)) {
        by_number[sets.iter().filter(|set| set[row] == Some(true)).count()] += 1;
    }
    by_number
}

pub fn overlap(filter: &Truths, rows: &[Truths], columns: &[Truths]) -> Overlap {
    let cells = rows.iter().map(|row| columns.iter().map(|column| count(filter, &both(row, column))).collect());
    Overlap { rows: counts(filter, rows), columns: counts(filter, columns), both: cells.collect() }
}

pub fn combinations(filter: &Truths, sets: &[Truths], value: Option<&[Option<f64>]>, limit: usize) -> Combinations {
    let mut found: BTreeMap<u64, (u64, f64, f64, u64)> = BTreeMap::new();
    for row in (0..filter.len()).filter(|&row| filter[row] == Some(true)) {
        let bits = sets.iter().enumerate().map(|(k, set)| u64::from(set[row] == Some(true)) << k).sum();
        let (customers, sum, largest, known) = found.entry(bits).or_default();
        *customers += 1;
        let value = value.and_then(|value| value[row]);
        *known += u64::from(value.is_some());
        *sum += value.unwrap_or_default();
        *largest = largest.max(value.unwrap_or_default().abs());
    }
    let mut all: Vec<Combination> = found
        .into_iter()
        .map(|(sets, (customers, value, largest, known))| Combination { sets, customers, value, largest, known })
        .collect();
    all.sort_by_key(|one| (Reverse(one.customers), one.sets));
    let left_out = all.len().saturating_sub(limit) as u64;
    all.truncate(limit);
    Combinations { combinations: all, left_out }
}

pub fn coverage(filter: &Truths, sets: &[Truths], value: Option<&[Option<f64>]>) -> LayeredOverlap {
    let portion = |holds: &dyn Fn(&[usize]) -> bool| {
        let mut portion = Portion::default();
        for row in (0..filter.len()).filter(|&row| filter[row] == Some(true)) {
            let within: Vec<usize> = (0..sets.len()).filter(|&i| sets[i][row] == Some(true)).collect();
            if holds(&within) {
                portion.customers += 1;
                if let Some(value) = value.and_then(|value| value[row]) {
                    portion.value += value;
                    portion.known += 1;
                    portion.largest = portion.largest.max(value.abs());
                }
            }
        }
        portion
    };
    let layer = |i: usize| Layer {
        all: portion(&|within| within.contains(&i)),
        first: portion(&|within| within.first() == Some(&i)),
        only: portion(&|within| within == [i]),
        lost: (0..i).map(|j| portion(&|within| within.contains(&i) && within.first() == Some(&j)).customers).collect(),
        both: (0..i).map(|j| portion(&|within| within.contains(&i) && within.contains(&j)).customers).collect(),
    };
    LayeredOverlap {
        whole: portion(&|_| true),
        none: portion(&|within| within.is_empty()),
        one: portion(&|within| within.len() == 1),
        several: portion(&|within| within.len() > 1),
        layers: (0..sets.len()).map(layer).collect(),
    }
}
