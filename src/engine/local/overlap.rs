//! Customers in both of many pairs of sets, and by the exact combination of sets that they are in.
//!
//! All masks are walked together, a block at a time: a block of each fits the cache, so that memory is read once and
//! not once for every pair.

use std::collections::HashMap;
use std::sync::Arc;

use super::LocalEngine;
use super::chunks::words_of;
use super::kernel;
use super::mask::Mask;
use super::sums::slices;
use crate::engine::{Cancel, Combination, Combinations, Count, EngineError, Overlap};
use crate::rule::Checked;

/// Words of each mask in a block: 32 masks of it are 128 KiB.
const BLOCK: usize = 512;
/// Sets that a combination can tell apart: a bit each.
const MOST_SETS: usize = 64;

/// Every row's set against every column's, in the filter and in the base.
pub fn overlap(
    engine: &LocalEngine,
    filter: &Checked,
    rows: &[Checked],
    columns: &[Checked],
    cancel: &Cancel,
) -> Result<Overlap, EngineError> {
    let filter = engine.mask(filter, cancel)?;
    let (row_masks, column_masks) = (engine.masks(rows, cancel)?, engine.masks(columns, cancel)?);
    let pairs = rows.len() * columns.len();
    let parts = engine.chunks.map(cancel, |range| {
        let words = words_of(&range);
        let filter = &filter.trues()[words.clone()];
        let (rows, columns) = (slices(&row_masks, words.clone()), slices(&column_masks, words));
        let mut both = vec![Count::default(); pairs];
        for start in (0..filter.len()).step_by(BLOCK) {
            let block = start..filter.len().min(start + BLOCK);
            let pair = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
            for (count, (row, column)) in both.iter_mut().zip(pair) {
                let (row, column) = (&row[block.clone()], &column[block.clone()]);
                count.in_base += kernel::count_and(row, column);
                count.in_filter += kernel::count_and3(row, column, &filter[block.clone()]);
            }
        }
        Ok(both)
    })?;
    let mut both = vec![Count::default(); pairs];
    for part in parts {
        for (sum, count) in both.iter_mut().zip(part) {
            sum.in_base += count.in_base;
            sum.in_filter += count.in_filter;
        }
    }
    let count = |mask: &Arc<Mask>| mask.count_within(&filter);
    Ok(Overlap {
        rows: row_masks.iter().map(count).collect(),
        columns: column_masks.iter().map(count).collect(),
        both: match columns.len() {
            0 => vec![Vec::new(); rows.len()],
            width => both.chunks(width).map(<[Count]>::to_vec).collect(),
        },
    })
}

/// Each of the filter's customers once, under the exact set of sets it is in.
pub fn combinations(
    engine: &LocalEngine,
    filter: &Checked,
    sets: &[Checked],
    limit: usize,
    cancel: &Cancel,
) -> Result<Combinations, EngineError> {
    if sets.len() > MOST_SETS {
        return Err(EngineError::Failed(format!("combinations of more than {MOST_SETS} sets cannot be told apart")));
    }
    let filter = engine.mask(filter, cancel)?;
    let masks = engine.masks(sets, cancel)?;
    let parts = engine.chunks.map(cancel, |range| {
        let words = words_of(&range);
        Ok(tally(&filter.trues()[words.clone()], &slices(&masks, words)))
    })?;
    let mut counts: HashMap<u64, u64> = HashMap::new();
    parts.into_iter().flatten().for_each(|(sets, customers)| *counts.entry(sets).or_default() += customers);
    let mut found: Vec<Combination> =
        counts.into_iter().map(|(sets, customers)| Combination { sets, customers }).collect();
    found.sort_unstable_by_key(|combination| (std::cmp::Reverse(combination.customers), combination.sets));
    let left_out = found.len().saturating_sub(limit) as u64;
    found.truncate(limit);
    Ok(Combinations { combinations: found, left_out })
}

/// Customers by combination, 64 at a time: a word of each set, turned, is a combination of each customer.
fn tally(filter: &[u64], sets: &[&[u64]]) -> HashMap<u64, u64> {
    let mut counts: HashMap<u64, u64> = HashMap::new();
    // Neighbours are often alike: the last combination is counted without looking it up.
    let (mut last, mut run) = (0, 0);
    for (at, &inside) in filter.iter().enumerate().filter(|(_, inside)| **inside != 0) {
        let mut words = [0; 64];
        words.iter_mut().zip(sets).for_each(|(word, set)| *word = set[at]);
        let customers = kernel::transpose64(&words);
        for bit in kernel::set_rows(&[inside]) {
            if customers[bit] != last {
                *counts.entry(last).or_default() += run;
                (last, run) = (customers[bit], 0);
            }
            run += 1;
        }
    }
    *counts.entry(last).or_default() += run;
    counts.retain(|_, customers| *customers > 0);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_customer_has_one_combination() {
        let sets: [&[u64]; 2] = [&[0b0111, 1], &[0b0110, 0]];
        let counts = tally(&[u64::MAX, 0b11], &sets);
        assert_eq!(counts, HashMap::from([(0b00, 62), (0b01, 2), (0b11, 2)]));
        assert_eq!(tally(&[0, 0b10], &sets), HashMap::from([(0b00, 1)]));
    }
}
