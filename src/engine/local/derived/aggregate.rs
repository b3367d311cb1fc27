//! Aggregates the events of each customer to one figure.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use polars::prelude::{
    Column as PolarsColumn, DataType, IdxCa, Int128Chunked, IntoColumn, NamedFrom, NewChunkedArray, Series,
};

use super::super::column::{CellNumber, ColumnData, NumberColumn, cells_of_one, each_width};
use super::super::grouping::{BLOCK, GroupAssignment};
use super::super::mask::Mask;
use super::super::{LocalEngine, failed, kernel, sums};
use super::OfEvents;
use super::join::{self, NOBODY};
use crate::engine::{Cancel, EngineError, Grouping};
use crate::rule::{Aggregate, EventCall};

pub fn aggregate(
    engine: &LocalEngine,
    events: &OfEvents,
    call: &EventCall,
    name: &str,
    cancel: &Cancel,
) -> Result<PolarsColumn, EngineError> {
    let joined = join::customers(engine, events, &call.table, cancel)?;
    let mask = events.engine.mask(&call.filter, cancel)?;
    let work = AggregatePass { engine, events, customers: &joined.firsts, mask: &mask, cancel };
    let column = call.column.as_deref().unwrap_or_default();
    let made = match call.aggregate {
        Aggregate::Count => Series::new(name.into(), work.counts()?).into_column(),
        Aggregate::Distinct => Series::new(name.into(), work.distinct(column)?).into_column(),
        Aggregate::Sum | Aggregate::Mean => work.sums(column, call.aggregate)?,
        Aggregate::Min => work.chosen(column, column, Ordering::is_lt)?,
        Aggregate::Max => work.chosen(column, column, Ordering::is_gt)?,
        Aggregate::First => work.chosen(column, work.date()?, Ordering::is_lt)?,
        // Of two events at the same moment, the later row is the last.
        Aggregate::Last => work.chosen(column, work.date()?, Ordering::is_ge)?,
    };
    // The first customer with a key has the figure of all who share it.
    let made = match &joined.first_of {
        Some(first_of) => made.take(&IdxCa::from_vec("".into(), first_of.clone())).map_err(failed)?,
        None => made,
    };
    Ok(made.with_name(name.into()))
}

/// A pass over events.
struct AggregatePass<'a> {
    engine: &'a LocalEngine,
    events: &'a OfEvents,
    /// The first customer with each event's key, or [`NOBODY`].
    customers: &'a [u32],
    mask: &'a Mask,
    cancel: &'a Cancel,
}

impl AggregatePass<'_> {
    fn date(&self) -> Result<&str, EngineError> {
        self.events.date.as_deref().ok_or_else(|| EngineError::Failed("the table has no date".into()))
    }

    /// Calls `f` with each event of the filter and its customer.
    fn each(&self, mut f: impl FnMut(usize, usize)) -> Result<(), EngineError> {
        for (at, words) in self.mask.trues().chunks(1 << 10).enumerate() {
            self.cancel.check()?;
            // Finding the customers was the first half of the work.
            let all = self.customers.len();
            self.engine.derived.progress((all + (at << 16)) / 2, all);
            for row in kernel::set_rows(words) {
                let event = (at << 16) + row;
                match self.customers.get(event) {
                    Some(&NOBODY) | None => {}
                    Some(&customer) => f(event, customer as usize),
                }
            }
        }
        Ok(())
    }

    fn counts(&self) -> Result<Vec<u32>, EngineError> {
        let mut counts = vec![0u32; self.engine.rows()];
        self.each(|_, customer| counts[customer] += 1)?;
        Ok(counts)
    }

    /// Counts distinct values per customer. Nulls are not values.
    fn distinct(&self, column: &str) -> Result<Vec<u32>, EngineError> {
        let engine = &self.events.engine;
        let grouping = GroupAssignment::new(engine, &[Grouping::from(column)], self.cancel)?;
        let mut codes = vec![0u32; engine.rows()];
        for start in (0..codes.len()).step_by(BLOCK) {
            let rows = start..codes.len().min(start + BLOCK);
            grouping.codes_into(rows.clone(), &mut codes[rows]);
        }
        let null = (0..grouping.len() as u32).rev().find(|&group| grouping.key(group).iter().any(|key| key.is_null()));
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        self.each(|event, customer| {
            if Some(codes[event]) != null {
                pairs.push((customer as u32, codes[event]));
            }
        })?;
        pairs.sort_unstable();
        pairs.dedup();
        self.cancel.check()?;
        let mut counts = vec![0u32; self.engine.rows()];
        pairs.into_iter().for_each(|(customer, _)| counts[customer as usize] += 1);
        Ok(counts)
    }

    fn sums(&self, column: &str, aggregate: Aggregate) -> Result<PolarsColumn, EngineError> {
        let numbers = sums::numbers(&self.events.engine, column, self.cancel)?;
        let ColumnData::Number(number) = numbers.as_ref() else {
            return Err(EngineError::Failed(format!("\"{column}\" holds no numbers to sum")));
        };
        match number.data_type() {
            whole if whole.is_integer() && aggregate == Aggregate::Sum => return self.whole_sums(number),
            DataType::Decimal(_, scale) if aggregate == Aggregate::Sum => return self.decimal_sums(number, *scale),
            _ => {}
        }
        let mut totals = vec![0f64; self.engine.rows()];
        let mut known = vec![0u32; self.engine.rows()];
        each_width!(number.cells(), cells => self.each(|event, customer| {
            if !number.is_null(event) {
                totals[customer] += kernel::KernelNumber::as_f64(cells[event]);
                known[customer] += 1;
            }
        }))?;
        let one = cells_of_one(number.data_type());
        let value = |(total, known): (f64, u32)| {
            let value = if aggregate == Aggregate::Mean { total / one / f64::from(known) } else { total };
            // The sum of both infinities is NaN, which is no value.
            (known > 0 && !value.is_nan()).then_some(value)
        };
        let values: Vec<Option<f64>> = totals.into_iter().zip(known).map(value).collect();
        Ok(Series::new("".into(), values).into_column())
    }

    /// Sums whole numbers exactly, also beyond the precision of floats. A sum beyond 64 bits is null, as every overflow.
    fn whole_sums(&self, number: &NumberColumn) -> Result<PolarsColumn, EngineError> {
        let totals = self.exact_sums(number)?;
        let totals: Vec<Option<i64>> = totals.into_iter().map(|total| total?.try_into().ok()).collect();
        Ok(Series::new("".into(), totals).into_column())
    }

    /// Sums decimals exactly. A sum of more than 38 digits is null.
    fn decimal_sums(&self, number: &NumberColumn, scale: usize) -> Result<PolarsColumn, EngineError> {
        const MOST: u128 = 10u128.pow(38) - 1;
        let totals = self.exact_sums(number)?.into_iter();
        let units: Int128Chunked = totals.map(|total| total.filter(|total| total.unsigned_abs() <= MOST)).collect();
        Ok(units.into_decimal_unchecked(38, scale).into_column())
    }

    /// Returns each customer's sum; none without a value, and none beyond 128 bits, even if later events would bring it
    /// back.
    fn exact_sums(&self, number: &NumberColumn) -> Result<Vec<Option<i128>>, EngineError> {
        let mut totals: Vec<Option<i128>> = vec![None; self.engine.rows()];
        let mut beyond = BTreeSet::new();
        each_width!(number.cells(), cells => self.each(|event, customer| {
            if !number.is_null(event) {
                let total = totals[customer].unwrap_or(0).checked_add(CellNumber::whole(cells[event]));
                if total.is_none() {
                    beyond.insert(customer);
                }
                totals[customer] = total;
            }
        }))?;
        beyond.into_iter().for_each(|customer| totals[customer] = None);
        Ok(totals)
    }

    /// Returns the value of the event that comes first by another column.
    fn chosen(&self, column: &str, by: &str, better: fn(Ordering) -> bool) -> Result<PolarsColumn, EngineError> {
        let order = sums::numbers(&self.events.engine, by, self.cancel)?;
        let ColumnData::Number(order) = order.as_ref() else {
            return Err(EngineError::Failed(format!("\"{by}\" has no order")));
        };
        let mut best: Vec<Option<u32>> = vec![None; self.engine.rows()];
        each_width!(order.cells(), cells => self.each(|event, customer| {
            let value = cells[event];
            let order_to = |old: u32| value.partial_cmp(&cells[old as usize]);
            // NaN is no value, and nothing would ever be better.
            if order.is_null(event) || value.partial_cmp(&value).is_none() {
                return;
            }
            if best[customer].is_none_or(|old| order_to(old).is_some_and(better)) {
                best[customer] = Some(event as u32);
            }
        }))?;
        let values = self.events.engine.column(column, self.cancel)?;
        let values = values.slice(0..values.rows()).map_err(failed)?;
        let best: IdxCa = IdxCa::from_iter_options("".into(), best.into_iter());
        values.take(&best).map_err(failed)
    }
}
