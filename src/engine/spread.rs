//! Quartiles and bins of a column, computed from its values in order, for all engines.

use super::{Moments, Spread};
use crate::model::{ColumnType, nice};

/// Shares of the known values for the five figures of a [`Spread`]: minimum, quartiles and maximum.
pub(super) const QUARTILES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Distance above the third quartile, in multiples of the interquartile range, beyond which numbers are not covered
/// by the bins if they are few.
const OUTLIER_DISTANCE: f64 = 6.0;

/// Returns the ranks, from 1, of the two values around each quartile of this many known values.
pub(super) fn quartile_ranks(known: u64) -> Vec<u64> {
    let around = |place: f64| [place.floor() as u64 + 1, place.ceil() as u64 + 1];
    quartile_places(known).into_iter().flat_map(around).collect()
}

fn quartile_places(known: u64) -> [f64; 5] {
    QUARTILES.map(|share| share * (known - 1) as f64)
}

impl Spread {
    /// Interpolates the quartiles between the values at [`quartile_ranks`], as numpy's "linear" and R's type 7 do.
    /// `known` is the number of values, at least 1.
    pub(super) fn from_ranked(known: u64, values: &[f64], moments: Moments) -> Self {
        let places = quartile_places(known);
        let at = |i: usize| {
            let (low, high) = (*values.get(2 * i)?, *values.get(2 * i + 1)?);
            // Equal values are returned as they are, since infinity minus infinity is NaN.
            Some(if low == high { low } else { low + (high - low) * places[i].fract() })
        };
        Self {
            least: at(0),
            lower: at(1),
            median: at(2),
            upper: at(3),
            most: at(4),
            mean: Some(moments.mean),
            deviation: (known > 1).then(|| moments.variance.sqrt()),
        }
    }

    /// Returns the edges of about `bins` bins for the values of a column of this type. Returns `None` if `bins` is 0,
    /// if there are no values, or if some are infinite.
    pub(super) fn bin_edges(&self, column_type: ColumnType, bins: usize) -> Option<Vec<f64>> {
        if bins == 0 {
            return None;
        }
        let (least, lower, upper, most) = (self.least?, self.lower?, self.upper?, self.most?);
        let far = upper + OUTLIER_DISTANCE * (upper - lower);
        let most = if most > far && upper > lower { far } else { most };
        nice::edges(column_type, least, most, bins)
    }
}
