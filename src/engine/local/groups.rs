use std::ops::Range;

use super::chunks::words_of;
use super::column::ColumnData;
use super::grouping::{BLOCK, GroupAssignment, key_of};
use super::kernel::{self, Sum};
use super::memory::MemoryKey;
use super::row_set::RowSet;
use super::{LocalEngine, sums};
use crate::engine::{Cancel, CustomerCount, EngineError, GroupAnswer, GroupFigures, Grouping, GroupsQuestion};
use crate::rule::Checked;

/// Counts and sums the filter's customers by group, in one pass over the base and without a copy of it.
pub fn groups(engine: &LocalEngine, question: &GroupsQuestion, cancel: &Cancel) -> Result<GroupAnswer, EngineError> {
    let GroupsQuestion { filter, by, value, limit } = question;
    let value = value.as_deref();
    let row_set = engine.row_set(filter, cancel)?;
    let grouping = GroupAssignment::new(engine, by, cancel)?;
    let numbers = value.map(|column| sums::numbers(engine, column, cancel)).transpose()?;
    let tally = tally(engine, &grouping, &row_set, numbers.as_deref(), cancel)?;
    let highest = highest(engine, &grouping, &row_set, numbers.as_deref(), cancel)?;
    let in_base = in_base(engine, &grouping, by, cancel)?;
    let is_listed = |group: usize| tally.counts[group] > 0 || engine.is_guarded && in_base[group] > 0;
    let occupied = (0..grouping.len() as u32).filter(|&group| is_listed(group as usize)).collect();
    let (shown, left_out) = largest(occupied, &tally.counts, *limit);
    let group = |group: u32| {
        let at = group as usize;
        let sum = tally.sums.get(at).copied().unwrap_or_default();
        let customers = CustomerCount { in_filter: tally.counts[at], in_base: in_base[at] };
        let value_sum = numbers.as_deref().map_or(0.0, |numbers| sums::value_of(numbers, sum));
        let value_largest = match (numbers.as_deref(), highest.get(at)) {
            (Some(numbers), Some(&total)) => sums::value_of(numbers, Sum { total, ..Sum::default() }),
            _ => 0.0,
        };
        GroupFigures { key: grouping.key(group), customers, value_sum, value_known: sum.known, value_largest }
    };
    Ok(GroupAnswer {
        by: by.iter().map(|by| by.column.clone()).collect(),
        groups: shown.into_iter().map(group).collect(),
        left_out,
        customers: CustomerCount { in_filter: row_set.count(), in_base: engine.rows() as u64 },
        value: value.map(|column| sums::value_sums(engine, column, filter, cancel)).transpose()?,
    })
}

/// Number of customers by group; with a value column, also their sums.
pub struct GroupTally {
    pub counts: Vec<u64>,
    sums: Vec<Sum>,
}

/// Returns the number of customers of the base in each group.
pub fn in_base(
    engine: &LocalEngine,
    grouping: &GroupAssignment,
    by: &[Grouping],
    cancel: &Cancel,
) -> Result<std::sync::Arc<Vec<u64>>, EngineError> {
    let everyone = || match grouping.counts() {
        Some(counts) => Ok(counts.to_vec()),
        None => {
            Ok(tally(engine, grouping, engine.row_set(&Checked::everyone(), cancel)?.as_ref(), None, cancel)?.counts)
        }
    };
    engine.memory.get_or_make(MemoryKey::InBase(key_of(by)), everyone, |counts| 8 * counts.len())
}

/// Counts the row set's customers by group, and sums the numbers if there are any.
pub fn tally(
    engine: &LocalEngine,
    grouping: &GroupAssignment,
    row_set: &RowSet,
    numbers: Option<&ColumnData>,
    cancel: &Cancel,
) -> Result<GroupTally, EngineError> {
    let empty = || GroupTally::empty(grouping.len(), numbers.is_some());
    let add = |tally: &mut GroupTally, rows| tally.add(grouping, row_set, numbers, rows);
    let tallies = engine.chunks.tally(parts(grouping), cancel, empty, add)?;
    Ok(tallies.into_iter().reduce(GroupTally::plus).unwrap_or_else(empty))
}

/// Returns the largest absolute number of each group, in cells of the column; empty if the question is not guarded.
fn highest(
    engine: &LocalEngine,
    grouping: &GroupAssignment,
    row_set: &RowSet,
    numbers: Option<&ColumnData>,
    cancel: &Cancel,
) -> Result<Vec<f64>, EngineError> {
    let Some(ColumnData::Number(numbers)) = numbers.filter(|_| engine.is_guarded) else { return Ok(Vec::new()) };
    let add = |highest: &mut Vec<f64>, rows| {
        each_block(grouping, row_set, rows, |codes, words, rows| {
            sums::largest_by_code(numbers, codes, words, rows, highest);
        });
    };
    let parts = engine.chunks.tally(parts(grouping), cancel, || vec![0.0; grouping.len()], add)?;
    let higher = |mut all: Vec<f64>, part: Vec<f64>| {
        all.iter_mut().zip(part).for_each(|(all, part)| *all = all.max(part));
        all
    };
    Ok(parts.into_iter().reduce(higher).unwrap_or_default())
}

/// Returns the number of tallies that are filled in parallel: fewer if there are many groups, since each takes more
/// memory.
fn parts(grouping: &GroupAssignment) -> usize {
    if grouping.len() <= 1 << 14 { 16 } else { 2 }
}

/// Calls `add` for blocks of rows, with the rows' groups, their bits and the rows. Skips blocks without a bit that is
/// set.
fn each_block(
    grouping: &GroupAssignment,
    row_set: &RowSet,
    rows: Range<usize>,
    mut add: impl FnMut(&[u32], &[u64], Range<usize>),
) {
    let mut codes = [0; BLOCK];
    for start in rows.clone().step_by(BLOCK) {
        let rows = start..rows.end.min(start + BLOCK);
        let words = &row_set.trues()[words_of(&rows)];
        if words.iter().all(|&word| word == 0) {
            continue;
        }
        let codes = &mut codes[..rows.len()];
        grouping.codes_into(rows.clone(), codes);
        add(codes, words, rows);
    }
}

impl GroupTally {
    fn empty(groups: usize, with_sums: bool) -> Self {
        Self { counts: vec![0; groups], sums: vec![Sum::default(); if with_sums { groups } else { 0 }] }
    }

    fn plus(mut self, other: Self) -> Self {
        self.counts.iter_mut().zip(other.counts).for_each(|(sum, count)| *sum += count);
        self.sums.iter_mut().zip(other.sums).for_each(|(total, sum)| *total += sum);
        self
    }

    fn add(&mut self, grouping: &GroupAssignment, row_set: &RowSet, numbers: Option<&ColumnData>, rows: Range<usize>) {
        each_block(grouping, row_set, rows, |codes, words, rows| {
            kernel::tally(codes, words, &mut self.counts);
            if let Some(ColumnData::Number(number)) = numbers {
                sums::tally_of(number, codes, words, rows, &mut self.sums);
            }
        });
    }
}

/// Returns the groups with the highest counts, at most `limit` of them, ties in ascending order; and the number of
/// groups that are left out.
pub fn largest(mut groups: Vec<u32>, counts: &[u64], limit: usize) -> (Vec<u32>, u64) {
    let left_out = groups.len().saturating_sub(limit);
    let rank = |&group: &u32| (std::cmp::Reverse(counts[group as usize]), group);
    if left_out > 0 && limit > 0 {
        groups.select_nth_unstable_by_key(limit - 1, rank);
    }
    groups.truncate(limit);
    groups.sort_unstable_by_key(rank);
    (groups, left_out as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_sorts_by_count_then_value() {
        let counts = [5, 9, 5, 0, 7];
        assert_eq!(largest(vec![0, 1, 2, 4], &counts, 3), (vec![1, 4, 0], 1));
        assert_eq!(largest(vec![0, 1, 2, 4], &counts, 9), (vec![1, 4, 0, 2], 0));
        assert_eq!(largest(vec![0, 1], &counts, 0), (vec![], 2));
    }
}
