//! Questions of many rules, as loops over their truths.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crosscut::engine::Count;

use super::Truths;

fn both(a: &Truths, b: &Truths) -> Truths {
    a.iter().zip(b).map(|(a, b)| Some(*a == Some(true) && *b == Some(true))).collect()
}

fn trues(truths: &Truths) -> u64 {
    truths.iter().filter(|truth| **truth == Some(true)).count() as u64
}

fn count(filter: &Truths, rule: &Truths) -> Count {
    Count { in_filter: trues(&both(filter, rule)), in_base: trues(rule) }
}

pub fn counts(filter: &Truths, rules: &[Truths]) -> Vec<Count> {
    rules.iter().map(|rule| count(filter, rule)).collect()
}

pub fn memberships(filter: &Truths, sets: &[Truths]) -> Vec<u64> {
    let mut by_number = vec![0; sets.len() + 1];
    for row in (0..filter.len()).filter(|&row| filter[row] == Some(true)) {
        by_number[sets.iter().filter(|set| set[row] == Some(true)).count()] += 1;
    }
    by_number
}

/// Of `Question::Overlap`: the rows' counts, the columns', and of each pair, row by row.
pub fn overlap(filter: &Truths, rows: &[Truths], columns: &[Truths]) -> (Vec<Count>, Vec<Count>, Vec<Vec<Count>>) {
    let cells = rows.iter().map(|row| columns.iter().map(|column| count(filter, &both(row, column))).collect());
    (counts(filter, rows), counts(filter, columns), cells.collect())
}

/// Of `Question::Combinations`: which sets (bit k for set k) how many customers of the filter are in exactly, most
/// customers first, ties by the bits; and how many combinations `limit` left out.
pub fn combinations(filter: &Truths, sets: &[Truths], limit: usize) -> (Vec<(u64, u64)>, u64) {
    let mut customers: BTreeMap<u64, u64> = BTreeMap::new();
    for row in (0..filter.len()).filter(|&row| filter[row] == Some(true)) {
        let bits = sets.iter().enumerate().map(|(k, set)| u64::from(set[row] == Some(true)) << k).sum();
        *customers.entry(bits).or_default() += 1;
    }
    let mut all: Vec<(u64, u64)> = customers.into_iter().collect();
    all.sort_by_key(|&(bits, customers)| (Reverse(customers), bits));
    let left_out = all.len().saturating_sub(limit) as u64;
    all.truncate(limit);
    (all, left_out)
}
