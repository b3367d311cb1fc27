//! Finds patterns in the dates of each customer's events: an event that follows another one, and a return after a
//! break.

use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::{BooleanChunked, Column as PolarsColumn, IntoColumn, NewChunkedArray};

use super::super::column::ColumnData;
use super::super::row_set::RowSet;
use super::super::{LocalEngine, kernel, sums};
use super::EventTable;
use super::join::{self, NOBODY};
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;
use crate::rule::{EventPattern, Interval, PatternShape};

/// A customer's event at a moment (in microseconds). It is of the first kind, of the second kind, or of both.
struct Moment {
    customer: u32,
    at: i64,
    is_first: bool,
    is_then: bool,
}

const MICROS_OF_DAY: i64 = 86_400_000_000;

/// Returns true for the customers in whose events the pattern occurs, false for all others.
pub fn find(
    engine: &LocalEngine,
    events: &EventTable,
    pattern: &EventPattern,
    name: &str,
    cancel: &Cancel,
) -> Result<PolarsColumn, EngineError> {
    let joined = join::customers(engine, events, &pattern.table, cancel)?;
    let rows = join::owned(engine, events, &joined);
    let filter = rows.row_set(&pattern.filter, cancel)?;
    let mut has = vec![false; engine.rows()];
    let mut moments = match &pattern.shape {
        PatternShape::Return { .. } => moments(events, &joined.firsts, &filter, &filter, cancel)?,
        PatternShape::Sequence { first, then, .. } => {
            let first = rows.row_set(&pattern.filter.and(first), cancel)?;
            let then = rows.row_set(&pattern.filter.and(then), cancel)?;
            moments(events, &joined.firsts, &first, &then, cancel)?
        }
    };
    moments.sort_unstable_by_key(|moment| (moment.customer, moment.at));
    cancel.check()?;
    for of_customer in moments.chunk_by(|a, b| a.customer == b.customer) {
        has[of_customer[0].customer as usize] = match &pattern.shape {
            PatternShape::Return { after } => {
                of_customer.windows(2).any(|pair| end(pair[0].at, *after).is_some_and(|end| pair[1].at >= end))
            }
            PatternShape::Sequence { within, .. } => has_sequence(of_customer, *within),
        };
    }
    let has: BooleanChunked = BooleanChunked::from_slice("".into(), &has);
    Ok(joined.for_sharers(has.into_column())?.with_name(name.into()))
}

/// Returns true if an event of the first kind is followed by a later event of the second kind within the time. Only
/// the latest event of the first kind is checked, since its time ends last.
fn has_sequence(ordered: &[Moment], within: Option<Interval>) -> bool {
    let mut latest_first: Option<i64> = None;
    for at_once in ordered.chunk_by(|a, b| a.at == b.at) {
        let at = at_once[0].at;
        if let Some(first) = latest_first
            && at_once.iter().any(|moment| moment.is_then)
            && within.is_none_or(|within| end(first, within).is_none_or(|end| at <= end))
        {
            return true;
        }
        if at_once.iter().any(|moment| moment.is_first) {
            latest_first = Some(at);
        }
    }
    false
}

/// Returns the moment after this duration; `None` if the calendar does not contain it.
fn end(at: i64, length: Interval) -> Option<i64> {
    if length.months == 0 {
        return at.checked_add(length.days.checked_mul(MICROS_OF_DAY)?)?.checked_add(length.micros);
    }
    let from = chrono::DateTime::from_timestamp_micros(at)?.naive_utc();
    length.after(from).map(micros)
}

fn micros(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp_micros()
}

/// Returns the events of either kind that have a date and a customer.
fn moments(
    events: &EventTable,
    customers: &[u32],
    first: &RowSet,
    then: &RowSet,
    cancel: &Cancel,
) -> Result<Vec<Moment>, EngineError> {
    let date = events.date.as_deref().ok_or_else(|| EngineError::Failed("the table has no date".into()))?;
    let dates = sums::numbers(&events.engine, date, cancel)?;
    let ColumnData::Number(dates) = dates.as_ref() else {
        return Err(EngineError::Failed(format!("\"{date}\" has no order")));
    };
    let mut moments = Vec::new();
    let both = first.trues().iter().zip(then.trues()).map(|(first, then)| first | then).collect::<Vec<u64>>();
    for (at, words) in both.chunks(1 << 10).enumerate() {
        cancel.check()?;
        for row in kernel::set_rows(words) {
            let event = (at << 16) + row;
            let Some(&customer) = customers.get(event).filter(|customer| **customer != NOBODY) else { continue };
            let at = match dates.datum(event) {
                Datum::Date(day) => micros(midnight(day)),
                Datum::Timestamp(at) => micros(at),
                _ => continue,
            };
            let is_in = |row_set: &RowSet| row_set.trues()[event / 64] >> (event % 64) & 1 == 1;
            moments.push(Moment { customer, at, is_first: is_in(first), is_then: is_in(then) });
        }
    }
    Ok(moments)
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.into()
}
