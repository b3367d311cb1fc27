//! The answers of a plan's statements, and the figures read from them.

use std::collections::HashMap;
use std::sync::Arc;

use super::Batches;
use super::base_sums::BaseSum;
use super::listing::{ListedColumn, ListingLayout, ListingPlace};
use super::read::DriverTable;
use super::scan::{ScanSum, SumPlace};
use crate::engine::{EngineError, Moments, ValueSums};

/// A statement of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum StatementPlace {
    /// Sums over one scan of the base.
    Scan(usize),
    /// Values of columns by their customers.
    Listing(usize),
    /// A statement of one question.
    Own(usize),
}

/// Positions of the figures of [`ValueSums`].
#[derive(Debug, Clone, Copy)]
pub(super) struct SumFigures {
    pub(super) in_filter: ScanSum,
    pub(super) known_in_filter: ScanSum,
    pub(super) in_base: ScanSum,
    pub(super) known_in_base: ScanSum,
    /// Largest values in the filter and among all others, if asked for.
    pub(super) largest: Option<(ScanSum, ScanSum)>,
}

/// Positions of the figures of [`Moments`].
#[derive(Debug, Clone, Copy)]
pub(super) struct MomentFigures {
    pub(super) known: ScanSum,
    pub(super) mean: ScanSum,
    pub(super) variance: ScanSum,
    /// Number of values in the variance, if some may be too far from zero to be squared.
    pub(super) near: Option<ScanSum>,
}

/// The answers of a plan's statements.
pub(super) struct Results {
    pub(super) answers: HashMap<StatementPlace, Arc<Batches>>,
    /// Layout of each listing statement.
    layouts: Vec<ListingLayout>,
}

impl Results {
    pub(super) fn new(layouts: Vec<ListingLayout>) -> Self {
        Self { answers: HashMap::new(), layouts }
    }

    pub(super) fn table(&self, place: StatementPlace) -> Result<DriverTable<'_>, EngineError> {
        let batches = self.answers.get(&place).ok_or_else(|| EngineError::failed("a statement was not run"))?;
        Ok(DriverTable(batches))
    }

    pub(super) fn count(&self, figure: ScanSum) -> Result<u64, EngineError> {
        let table = || self.table(StatementPlace::Scan(figure.scan));
        only(match figure.place {
            SumPlace::Column(column) => table()?.counts(column)?,
            SumPlace::Listed(item) => table()?.listed_counts(0, item)?,
            SumPlace::Known(BaseSum::Count(count)) => return Ok(count),
            SumPlace::Known(BaseSum::Total(_)) => return Err(EngineError::failed("a sum is no count")),
        })
    }

    /// Returns the sum of a value, where `known` is the number of summed values. The sum of opposite infinities is NaN.
    fn total(&self, figure: ScanSum, known: ScanSum) -> Result<f64, EngineError> {
        let known = self.count(known)?;
        // An empty sum is 0, not -0.
        Ok(self.float(figure)?.unwrap_or(no_sum(known)) + 0.0)
    }

    pub(super) fn counts(&self, figures: &[ScanSum]) -> Result<Vec<u64>, EngineError> {
        figures.iter().map(|figure| self.count(*figure)).collect()
    }

    pub(super) fn float(&self, figure: ScanSum) -> Result<Option<f64>, EngineError> {
        match figure.place {
            SumPlace::Column(column) => only(self.table(StatementPlace::Scan(figure.scan))?.floats(column)?),
            SumPlace::Known(BaseSum::Total(total)) => Ok(total),
            SumPlace::Listed(_) | SumPlace::Known(BaseSum::Count(_)) => {
                Err(EngineError::failed("a sum is among the counts"))
            }
        }
    }

    pub(super) fn value_sums(&self, figures: &SumFigures) -> Result<ValueSums, EngineError> {
        let (inside, others) = figures.largest.unzip();
        let largest = |figure: Option<ScanSum>| match figure {
            Some(figure) => Ok(self.float(figure)?.unwrap_or(0.0)),
            None => Ok::<_, EngineError>(0.0),
        };
        Ok(ValueSums {
            largest_in_filter: largest(inside)?,
            largest_outside: largest(others)?,
            in_filter: self.total(figures.in_filter, figures.known_in_filter)?,
            known_in_filter: self.count(figures.known_in_filter)?,
            in_base: self.total(figures.in_base, figures.known_in_base)?,
            known_in_base: self.count(figures.known_in_base)?,
        })
    }

    pub(super) fn moments(&self, figures: &MomentFigures) -> Result<Moments, EngineError> {
        let known = self.count(figures.known)?;
        if known == 0 {
            return Ok(Moments::default());
        }
        let near = figures.near.map(|near| self.count(near)).transpose()?.unwrap_or(known);
        let variance = if known < 2 || near < known { None } else { self.float(figures.variance)? };
        let mean = self.float(figures.mean)?.unwrap_or(f64::NAN);
        Ok(Moments { known, mean, variance: variance.unwrap_or(0.0), largest: 0.0 })
    }

    pub(super) fn listed(&self, place: ListingPlace) -> Result<ListedColumn, EngineError> {
        let table = self.table(StatementPlace::Listing(place.listing))?;
        ListedColumn::read(&table, place, &self.layouts[place.listing])
    }
}

/// Returns the sum for a null or NaN from the engine: 0 over nobody, otherwise NaN.
pub(super) fn no_sum(known: u64) -> f64 {
    if known == 0 { 0.0 } else { f64::NAN }
}

pub(super) fn only<T>(rows: Vec<T>) -> Result<T, EngineError> {
    let found = rows.len();
    let mut rows = rows.into_iter();
    match (rows.next(), found) {
        (Some(row), 1) => Ok(row),
        _ => Err(EngineError::Failed(format!("the engine answered with {found} rows of sums, not one"))),
    }
}
