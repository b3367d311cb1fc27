//! Counts respondents and mentions in a table of events by value, in the sets that their customers are in.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::grouping::{BLOCK, GroupAssignment};
use super::super::row_set::RowSet;
use super::super::{LocalEngine, kernel};
use super::EventTable;
use super::join::{self, KeySharers, NOBODY};
use crate::engine::{Cancel, EngineError, EventRows, EventsQuestion, Grouping, VoiceFigures, Voices, VoicesQuestion};
use crate::model::Datum;

/// Number of rows that are processed between two checks for a cancel.
const ROWS_PER_CHECK: usize = 1 << 14;

/// Counts respondents and mentions by value, in the filter and in each set within it.
pub fn voices(engine: &LocalEngine, wanted: &VoicesQuestion, cancel: &Cancel) -> Result<Voices, EngineError> {
    let events = engine.derived.table(&wanted.table)?;
    let joined = join::customers(engine, events, &wanted.table, cancel)?;
    let customers = &joined.firsts;
    let filter = engine.row_set(&wanted.filter, cancel)?;
    let sets = engine.row_sets(&wanted.sets, cancel)?;
    let hall = VoiceScope { filter, sets, sharers: joined.sharers() };
    let said = match &wanted.by {
        Some(column) => RowValues::new(events, column, wanted.separator.as_deref(), cancel)?,
        None => RowValues::nothing(),
    };
    let mut everybody = VoiceTally::default();
    let mut by_value = vec![VoiceTally::default(); said.values.len()];
    for (row, &customer) in customers.iter().enumerate() {
        if row % ROWS_PER_CHECK == 0 {
            cancel.check()?;
        }
        if customer == NOBODY || !hall.is_inside(customer) {
            continue;
        }
        everybody.rows.push(customer);
        said.of_row(row).iter().for_each(|&value| by_value[value as usize].rows.push(customer));
    }
    let all = everybody.heard(&hall);
    let mut values = Vec::with_capacity(by_value.len());
    for (value, tally) in said.values.into_iter().zip(by_value) {
        cancel.check()?;
        let heard = tally.heard(&hall);
        if heard[0].mentions > 0 {
            values.push((value, heard));
        }
    }
    // The values are in ascending order, which the stable sort keeps for ties.
    values.sort_by_key(|(_, heard)| std::cmp::Reverse((heard[0].respondents, heard[0].mentions)));
    let left_out = values.len().saturating_sub(wanted.limit) as u64;
    values.truncate(wanted.limit);
    let strangers = customers.iter().filter(|&&customer| customer == NOBODY).count() as u64;
    Ok(Voices { customers: hall.customers(), all, values, left_out, rows: customers.len() as u64, strangers })
}

/// Returns rows of the table for which the question's rule is true and whose customers are in the filter.
pub fn rows(engine: &LocalEngine, question: &EventsQuestion, cancel: &Cancel) -> Result<EventRows, EngineError> {
    let EventsQuestion { table, rows, filter, columns, limit } = question;
    let events = engine.derived.table(table)?;
    let joined = join::customers(engine, events, table, cancel)?;
    let row_set = events.engine.row_set(rows, cancel)?;
    let hall = VoiceScope { filter: engine.row_set(filter, cancel)?, sets: Vec::new(), sharers: joined.sharers() };
    let inside = |row: &usize| match joined.firsts.get(*row) {
        Some(&customer) if customer != NOBODY => hall.is_inside(customer),
        _ => false,
    };
    let found: Vec<usize> = kernel::set_rows(row_set.trues()).filter(inside).collect();
    let tally = VoiceTally { rows: found.iter().map(|&row| joined.firsts[row]).collect() };
    let heard = tally.heard(&hall)[0];
    let shown = &found[..found.len().min(*limit)];
    let mut cells: Vec<Vec<Datum>> = vec![Vec::with_capacity(columns.len()); shown.len()];
    for name in columns {
        let column = events.engine.cells(name, shown, cancel)?;
        cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
    }
    Ok(EventRows { columns: columns.clone(), rows: cells, heard })
}

/// The filter and the sets within it, for which respondents and mentions are counted separately.
struct VoiceScope {
    filter: Arc<RowSet>,
    sets: Vec<Arc<RowSet>>,
    sharers: KeySharers,
}

impl VoiceScope {
    fn customers(&self) -> Vec<u64> {
        let of_sets = self.sets.iter().map(|set| set.count_within(&self.filter).in_filter);
        std::iter::once(self.filter.count()).chain(of_sets).collect()
    }

    /// Returns true if a customer with the same key as `first` is in the filter.
    fn is_inside(&self, first: u32) -> bool {
        let mut is_inside = false;
        self.sharers.each(first, |customer| is_inside |= self.filter.is_true(customer));
        is_inside
    }

    /// Counts the customers with the same key as `first` who are in the filter, and in each set within it.
    fn people(&self, first: u32, people: &mut [u64]) {
        people.fill(0);
        self.sharers.each(first, |customer| {
            if self.filter.is_true(customer) {
                people[0] += 1;
                let sets = people[1..].iter_mut().zip(&self.sets);
                sets.for_each(|(people, set)| *people += u64::from(set.is_true(customer)));
            }
        });
    }
}

/// The rows with one value, each given by the first customer with the row's key.
#[derive(Debug, Clone, Default)]
struct VoiceTally {
    rows: Vec<u32>,
}

impl VoiceTally {
    /// Counts respondents and mentions in the filter, and in each set within it. A row that belongs to several
    /// customers is one mention.
    fn heard(mut self, hall: &VoiceScope) -> Vec<VoiceFigures> {
        self.rows.sort_unstable();
        let mut heard = vec![VoiceFigures::default(); 1 + hall.sets.len()];
        let mut people = vec![0; heard.len()];
        for same in self.rows.chunk_by(|a, b| a == b) {
            hall.people(same[0], &mut people);
            for (heard, &people) in heard.iter_mut().zip(&people).filter(|(_, people)| **people > 0) {
                heard.respondents += people;
                heard.mentions += same.len() as u64;
            }
        }
        heard
    }
}

/// The values of each row. A row may have several.
struct RowValues {
    /// Distinct values, ascending, null last.
    values: Vec<Datum>,
    /// Code of each row, and for each code its values as indices of `values`.
    codes: Vec<u32>,
    of_code: Vec<Vec<u32>>,
}

impl RowValues {
    fn nothing() -> Self {
        Self { values: Vec::new(), codes: Vec::new(), of_code: Vec::new() }
    }

    fn new(events: &EventTable, column: &str, separator: Option<&str>, cancel: &Cancel) -> Result<Self, EngineError> {
        let engine = &events.engine;
        let grouping = GroupAssignment::new(engine, &[Grouping::from(column)], cancel)?;
        let mut codes = vec![0u32; engine.rows()];
        for start in (0..codes.len()).step_by(BLOCK) {
            let rows = start..codes.len().min(start + BLOCK);
            grouping.codes_into(rows.clone(), &mut codes[rows]);
        }
        let keys: Vec<Datum> = (0..grouping.len() as u32).map(|group| key(&grouping, group)).collect();
        let Some(separator) = separator else {
            let of_code = (0..keys.len() as u32).map(|value| vec![value]).collect();
            return Ok(Self { values: keys, codes, of_code });
        };
        let parts = |key: &Datum| -> Vec<Datum> {
            match key.text() {
                None => vec![Datum::Null],
                Some(cell) => cell.split(separator).map(|part| Datum::Text(part.to_owned())).collect(),
            }
        };
        let of_keys: Vec<Vec<Datum>> = keys.iter().map(parts).collect();
        let mut values: Vec<Datum> = of_keys.iter().flatten().cloned().collect();
        values.sort_by(|a, b| (a.is_null(), a.text()).cmp(&(b.is_null(), b.text())));
        values.dedup();
        let place: HashMap<Option<&str>, u32> = values.iter().map(Datum::text).zip(0..).collect();
        let places = |parts: &Vec<Datum>| {
            let mut places: Vec<u32> = parts.iter().filter_map(|part| place.get(&part.text()).copied()).collect();
            // A value repeated in one row counts once.
            places.sort_unstable();
            places.dedup();
            places
        };
        let of_code = of_keys.iter().map(places).collect();
        drop(place);
        Ok(Self { values, codes, of_code })
    }

    fn of_row(&self, row: usize) -> &[u32] {
        let code = self.codes.get(row).and_then(|&code| self.of_code.get(code as usize));
        code.map_or(&[], Vec::as_slice)
    }
}

fn key(grouping: &GroupAssignment, group: u32) -> Datum {
    grouping.key(group).into_iter().next().unwrap_or(Datum::Null)
}
