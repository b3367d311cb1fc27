//! Aggregates the events of each customer to one value.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use polars::prelude::{
    Column as PolarsColumn, DataType, IdxCa, Int128Chunked, IntoColumn, NamedFrom, NewChunkedArray, Series,
};

use super::super::column::{CellNumber, ColumnData, NumberColumn, cells_of_one, each_width};
use super::super::grouping::GroupAssignment;
use super::super::row_set::RowSet;
use super::super::{LocalEngine, failed, kernel, machine, sums};
use super::EventTable;
use super::join::{self, NOBODY};
use crate::engine::{Cancel, EngineError, Grouping, Personas};
use crate::rule::{Aggregate, EventCall, Expr};

/// Computes an aggregate of each customer's events, as a column of the base with this name.
pub fn aggregate(
    engine: &LocalEngine,
    events: &EventTable,
    call: &EventCall,
    name: &str,
    cancel: &Cancel,
) -> Result<PolarsColumn, EngineError> {
    let joined = join::customers(engine, events, &call.table, cancel)?;
    let argument = call.argument.as_ref();
    let name_of = |argument: &Arc<Expr>| argument.as_column().map_or_else(|| argument.to_string(), str::to_owned);
    let column = argument.map(name_of).unwrap_or_default();
    let column = column.as_str();
    // An expression is evaluated as a column of the events whose name is the expression's text.
    let expressions = argument.filter(|argument| argument.as_column().is_none());
    let expressions = expressions.map(|expr| (column.to_owned(), expr.clone())).into_iter().collect();
    let owned = join::owned(engine, events, &joined);
    let rows = owned.knowing(&Personas::default().with_columns(expressions), &events.engine.memory);
    let row_set = rows.row_set(&call.filter, cancel)?;
    let work = AggregatePass { engine, events, rows: &rows, customers: &joined.firsts, row_set: &row_set, cancel };
    let made = match call.aggregate {
        Aggregate::Count => Series::new(name.into(), work.counts()?).into_column(),
        Aggregate::Distinct => Series::new(name.into(), work.distinct(column)?).into_column(),
        Aggregate::Sum | Aggregate::Mean => work.sums(column, call.aggregate)?,
        Aggregate::Min => work.chosen(column, column, Ordering::is_lt)?,
        Aggregate::Max => work.chosen(column, column, Ordering::is_gt)?,
        Aggregate::First => work.chosen(column, work.date()?, Ordering::is_lt)?,
        // The later row counts as the last of two events at the same moment.
        Aggregate::Last => work.chosen(column, work.date()?, Ordering::is_ge)?,
        Aggregate::Nth(place) => work.nth(column, place)?,
        Aggregate::Median => work.medians(column)?,
        Aggregate::Mode => work.modes(column)?,
    };
    Ok(joined.for_sharers(made)?.with_name(name.into()))
}

/// A pass over events.
struct AggregatePass<'a> {
    engine: &'a LocalEngine,
    events: &'a EventTable,
    /// The engine of the events, in which the aggregated expression is a column.
    rows: &'a LocalEngine,
    /// The first customer with each event's key, or [`NOBODY`].
    customers: &'a [u32],
    row_set: &'a RowSet,
    cancel: &'a Cancel,
}

impl AggregatePass<'_> {
    fn date(&self) -> Result<&str, EngineError> {
        self.events.date.as_deref().ok_or_else(|| EngineError::Failed("the table has no date".into()))
    }

    /// Calls `f` with each event of the filter and its customer.
    fn each(&self, mut f: impl FnMut(usize, usize)) -> Result<(), EngineError> {
        for (at, words) in self.row_set.trues().chunks(1 << 10).enumerate() {
            self.cancel.check()?;
            // Finding the customers was the first half of the work, so progress continues from there.
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
        let mut counts = machine::cells::<u32>(self.engine.rows());
        self.each(|_, customer| counts[customer] += 1)?;
        Ok(counts)
    }

    /// Returns each event of the filter as its customer, its value's number and the event, ascending; nulls are
    /// omitted.
    fn numbered(&self, column: &str) -> Result<Vec<(u32, u32, u32)>, EngineError> {
        let engine = self.rows;
        let grouping = GroupAssignment::new(engine, &[Grouping::from(column)], self.cancel)?;
        let codes = grouping.codes(engine.rows());
        let null = (0..grouping.len() as u32).rev().find(|&group| grouping.key(group).iter().any(|key| key.is_null()));
        let mut numbered: Vec<(u32, u32, u32)> = Vec::new();
        self.each(|event, customer| {
            if Some(codes[event]) != null {
                numbered.push((customer as u32, codes[event], event as u32));
            }
        })?;
        numbered.sort_unstable();
        self.cancel.check()?;
        Ok(numbered)
    }

    /// Counts each customer's distinct values. Nulls do not count.
    fn distinct(&self, column: &str) -> Result<Vec<u32>, EngineError> {
        let mut counts = vec![0u32; self.engine.rows()];
        for same in self.numbered(column)?.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            counts[same[0].0 as usize] += 1;
        }
        Ok(counts)
    }

    /// Returns each customer's most frequent value, the least one if several are equally frequent.
    fn modes(&self, column: &str) -> Result<PolarsColumn, EngineError> {
        let mut best: Vec<Option<(usize, u32)>> = vec![None; self.engine.rows()];
        for same in self.numbered(column)?.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (customer, _, event) = same[0];
            let best = &mut best[customer as usize];
            if best.is_none_or(|(frequency, _)| same.len() > frequency) {
                *best = Some((same.len(), event));
            }
        }
        self.values_of(column, best.into_iter().map(|best| best.map(|(_, event)| event)))
    }

    /// Returns the median of each customer's values.
    fn medians(&self, column: &str) -> Result<PolarsColumn, EngineError> {
        let numbers = sums::numbers(self.rows, column, self.cancel)?;
        let ColumnData::Number(number) = numbers.as_ref() else {
            return Err(EngineError::Failed(format!("\"{column}\" holds no numbers to take the median of")));
        };
        let mut values: Vec<(u32, f64)> = Vec::new();
        each_width!(number.cells(), cells => self.each(|event, customer| {
            let value = kernel::KernelNumber::as_f64(cells[event]);
            if !number.is_null(event) && !value.is_nan() {
                values.push((customer as u32, value));
            }
        }))?;
        values.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        self.cancel.check()?;
        let one = cells_of_one(number.data_type());
        let mut medians: Vec<Option<f64>> = vec![None; self.engine.rows()];
        for own in values.chunk_by(|a, b| a.0 == b.0) {
            let (below, above) = (own[(own.len() - 1) / 2].1, own[own.len() / 2].1);
            // Half of the sum could overflow, and infinities of both signs have no middle. Decimals are halved in
            // units of their last digit, in which the sum of two is exact.
            let middle =
                if below.abs().max(above.abs()) < 1e300 { (below + above) / 2.0 } else { below / 2.0 + above / 2.0 };
            medians[own[0].0 as usize] = Some(middle / one).filter(|value| !value.is_nan());
        }
        Ok(Series::new("".into(), medians).into_column())
    }

    /// Returns the value of each customer's event at position `place` by date, counted from 1. Of two events at the
    /// same moment, the later row comes later.
    fn nth(&self, column: &str, place: u32) -> Result<PolarsColumn, EngineError> {
        let date = self.date()?;
        let order = sums::numbers(self.rows, date, self.cancel)?;
        let ColumnData::Number(order) = order.as_ref() else {
            return Err(EngineError::Failed(format!("\"{date}\" has no order")));
        };
        let mut dated: Vec<(u32, i128, u32)> = Vec::new();
        each_width!(order.cells(), cells => self.each(|event, customer| {
            if !order.is_null(event) {
                dated.push((customer as u32, CellNumber::whole(cells[event]), event as u32));
            }
        }))?;
        dated.sort_unstable();
        self.cancel.check()?;
        let mut chosen: Vec<Option<u32>> = vec![None; self.engine.rows()];
        for own in dated.chunk_by(|a, b| a.0 == b.0) {
            chosen[own[0].0 as usize] = own.get(place as usize - 1).map(|(_, _, event)| *event);
        }
        self.values_of(column, chosen.into_iter())
    }

    /// Returns the values of one event for each customer.
    fn values_of(
        &self,
        column: &str,
        events: impl ExactSizeIterator<Item = Option<u32>>,
    ) -> Result<PolarsColumn, EngineError> {
        let values = self.rows.column(column, self.cancel)?;
        let values = values.slice(0..values.rows()).map_err(failed)?;
        values.take(&IdxCa::from_iter_options("".into(), events)).map_err(failed)
    }

    fn sums(&self, column: &str, aggregate: Aggregate) -> Result<PolarsColumn, EngineError> {
        let numbers = sums::numbers(self.rows, column, self.cancel)?;
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
            // The sum of both infinities is NaN, which counts as no value.
            (known > 0 && !value.is_nan()).then_some(value)
        };
        let values: Vec<Option<f64>> = totals.into_iter().zip(known).map(value).collect();
        Ok(Series::new("".into(), values).into_column())
    }

    /// Sums whole numbers exactly, also beyond the precision of floats. A sum beyond 64 bits is null, as with every
    /// overflow.
    fn whole_sums(&self, number: &NumberColumn) -> Result<PolarsColumn, EngineError> {
        let totals = self.exact_sums(number)?;
        let totals: Vec<Option<i64>> = totals.into_iter().map(|total| total?.try_into().ok()).collect();
        Ok(Series::new("".into(), totals).into_column())
    }

    /// Sums decimals exactly. A sum of more than 38 digits is null.
    fn decimal_sums(&self, number: &NumberColumn, scale: usize) -> Result<PolarsColumn, EngineError> {
        const MAX_DECIMAL: u128 = 10u128.pow(38) - 1;
        let totals = self.exact_sums(number)?.into_iter();
        let units: Int128Chunked =
            totals.map(|total| total.filter(|total| total.unsigned_abs() <= MAX_DECIMAL)).collect();
        Ok(units.into_decimal_unchecked(38, scale).into_column())
    }

    /// Returns each customer's sum. It is `None` without a value, and if a partial sum exceeds 128 bits, even if
    /// later events would reduce it again.
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

    /// Returns, for each customer, the value of `column` in the event that is first in the order of `by`, according
    /// to `better`.
    fn chosen(&self, column: &str, by: &str, better: fn(Ordering) -> bool) -> Result<PolarsColumn, EngineError> {
        let order = sums::numbers(self.rows, by, self.cancel)?;
        let ColumnData::Number(order) = order.as_ref() else {
            return Err(EngineError::Failed(format!("\"{by}\" has no order")));
        };
        let mut best: Vec<Option<u32>> = vec![None; self.engine.rows()];
        each_width!(order.cells(), cells => self.each(|event, customer| {
            let value = cells[event];
            let order_to = |old: u32| value.partial_cmp(&cells[old as usize]);
            // NaN is no value, and as the best value so far it could never be replaced.
            if order.is_null(event) || value.partial_cmp(&value).is_none() {
                return;
            }
            if best[customer].is_none_or(|old| order_to(old).is_some_and(better)) {
                best[customer] = Some(event as u32);
            }
        }))?;
        self.values_of(column, best.into_iter())
    }
}
