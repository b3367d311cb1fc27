use super::Cost;
use crate::model::Datum;

#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub customers: u64,
    /// N.
    pub base: u64,
    /// When a value column was asked for.
    pub value: Option<ValueSums>,
}

/// Sums of the value column; null and NaN are left out of both.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ValueSums {
    pub in_filter: f64,
    /// Customers of the filter that have a value: what a mean divides by.
    pub known_in_filter: u64,
    pub in_base: f64,
    pub known_in_base: u64,
    /// Largest value, as in [`Portion::largest`], in the filter and of everyone else.
    pub largest_in_filter: f64,
    pub largest_outside: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CustomerCount {
    pub in_filter: u64,
    pub in_base: u64,
}

/// The overlap of sets in an order of priority, over the filter's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredOverlap {
    /// The filter.
    pub whole: Portion,
    /// In no set, in exactly one, in two or more: together they are the whole.
    pub none: Portion,
    pub one: Portion,
    pub several: Portion,
    /// In the order of the question's sets.
    pub layers: Vec<Layer>,
}

/// One of the sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Everyone in it.
    pub all: Portion,
    /// In it and in none before it.
    pub first: Portion,
    /// In it and in no other.
    pub only: Portion,
    /// Element i: customers in it whose first set is the i-th, for each set before it.
    pub lost: Vec<u64>,
    /// Element i: customers in it and in the i-th, for each set before it.
    pub both: Vec<u64>,
}

/// Some customers, and the value that is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Portion {
    pub customers: u64,
    /// The sum of the value column, null and NaN left out; 0 where no value was asked for.
    pub value: f64,
    /// Customers that have a value.
    pub known: u64,
    /// The largest value of one customer, without its sign; 0 unless the question has [`Question::is_guarded`].
    ///
    /// [`Question::is_guarded`]: crate::engine::Question::is_guarded
    pub largest: f64,
}

impl std::ops::AddAssign for Portion {
    fn add_assign(&mut self, other: Self) {
        self.customers += other.customers;
        self.value += other.value;
        self.known += other.known;
        self.largest = self.largest.max(other.largest);
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Each row's set on its own.
    pub rows: Vec<CustomerCount>,
    pub columns: Vec<CustomerCount>,
    /// Customers in both, row by row: |A∩B|.
    pub both: Vec<Vec<CustomerCount>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Combinations {
    /// The largest first, ties by `sets`.
    pub combinations: Vec<Combination>,
    /// Combinations with at least one customer that the limit left out.
    pub left_out: u64,
}

/// Customers who are in these sets and in no other of those asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Combination {
    /// Bit i: in the question's i-th set.
    pub sets: u64,
    pub customers: u64,
    /// The sum of the value column over them, null and NaN left out; 0 where no value was asked for.
    pub value: f64,
    /// Largest value, as in [`Portion::largest`].
    pub largest: f64,
    /// Customers with a value; 0 where the largest value was not asked for.
    pub known: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupAnswer {
    /// The columns grouped by.
    pub by: Vec<String>,
    pub groups: Vec<GroupFigures>,
    /// Groups with at least one customer in the filter, or in the base if the question is guarded, that `limit` left out.
    pub left_out: u64,
    /// Customers of the filter, and of the base.
    pub customers: CustomerCount,
    pub value: Option<ValueSums>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupFigures {
    /// One value for each column of `by`; of a part between break points its name, as [`crate::model::breaks`] has it.
    pub key: Vec<Datum>,
    pub customers: CustomerCount,
    /// Sum of the value column over the group's customers in the filter, and how many have one.
    pub value_sum: f64,
    pub value_known: u64,
    /// Largest value, as in [`Portion::largest`].
    pub value_largest: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Datum>>,
    /// For each test of the question its truth for each row, which may be null.
    pub tests: Vec<Vec<Option<bool>>>,
    /// The first row's place among the filter's customers.
    pub offset: u64,
    /// All rows of the filter.
    pub total: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FrequentValues {
    pub column: String,
    pub values: Vec<(Datum, u64)>,
    /// Distinct values that `limit` left out.
    pub left_out: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    pub column: String,
    /// Customers of the filter that have a value, which NaN is not.
    pub known: u64,
    /// For each share the least value that at least so large a share of the known values does not exceed (SQL's
    /// `percentile_disc`, numpy's `inverted_cdf`): always a value that some customer has. Null where nobody has one.
    pub values: Vec<Datum>,
}

/// The contents of a column, in the filter and in the base.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnProfile {
    pub column: String,
    pub customers: CustomerCount,
    /// Customers that have a value, which NaN is not.
    pub known: CustomerCount,
    /// Distinct values; none where there are too many to have been told apart.
    pub distinct: Option<CustomerCount>,
    /// Present for numbers, dates and timestamps.
    pub spread: Option<Spreads>,
    pub bins: Option<Bins>,
    /// The most frequent values in the filter, with how many customers have them; empty where there are bins and too
    /// many distinct values to list.
    pub top: Vec<(Datum, CustomerCount)>,
    /// Distinct values that `top` leaves out.
    pub left_out: u64,
    /// Cost of making the column, of a derived one.
    pub cost: Option<Cost>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreads {
    pub in_filter: Spread,
    pub in_base: Spread,
}

/// The distribution of numbers. Dates are days, timestamps seconds since 1970-01-01. None where there is no value; the deviation
/// needs two. Quartiles are interpolated linearly, as numpy and `quantile_cont` do.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    pub least: Option<f64>,
    pub lower: Option<f64>,
    pub median: Option<f64>,
    pub upper: Option<f64>,
    pub most: Option<f64>,
    pub mean: Option<f64>,
    /// The sample's standard deviation: by n − 1.
    pub deviation: Option<f64>,
}

/// Customers by where their number lies: bin i from `edges[i]` up to, and without, `edges[i + 1]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    pub edges: Vec<f64>,
    pub counts: Vec<CustomerCount>,
    /// Customers beyond the last edge: where a few lie very far out, the bins end before them.
    pub above: CustomerCount,
}

/// A column's values among the customers of two rules, inside and outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    pub column: String,
    /// Customers of each rule.
    pub customers: BothSides<u64>,
    /// Customers without a value, which NaN is none either.
    pub missing: BothSides<u64>,
    pub body: Contrasted,
}

/// The same figure of both rules' customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BothSides<T> {
    pub inside: T,
    pub outside: T,
}

impl<T> BothSides<T> {
    pub fn as_ref(&self) -> BothSides<&T> {
        BothSides { inside: &self.inside, outside: &self.outside }
    }

    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> BothSides<U> {
        BothSides { inside: f(self.inside), outside: f(self.outside) }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Contrasted {
    /// Numbers, dates (days) and timestamps (seconds since 1970-01-01).
    Numbers(BothSides<Moments>),
    /// Values with few enough distinct ones to be listed.
    Values {
        /// By the difference of their shares, largest first.
        values: Vec<(Datum, BothSides<u64>)>,
        /// Values that the limit left out.
        left_out: u64,
        /// χ² of the table of all values (without the missing) and both sides, and how many values it has.
        chi_square: f64,
        distinct: u64,
    },
    /// Too many distinct values to be listed, as keys or addresses.
    TooDiverse,
}

/// Moments of the known values of some customers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    pub known: u64,
    pub mean: f64,
    /// The sample's variance: by n − 1; 0 of fewer than two.
    pub variance: f64,
    /// Largest value, as in [`Portion::largest`].
    pub largest: f64,
}

/// Respondents of a table beside the base, by what they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Voices {
    /// Customers of the filter, then of each set within it.
    pub customers: Vec<u64>,
    /// All rows, as `customers`.
    pub all: Vec<VoiceFigures>,
    /// By value, that of the most respondents first (ties by mentions, then by value), with its voices as `customers`. Rows
    /// without a value come under null.
    pub values: Vec<(Datum, Vec<VoiceFigures>)>,
    /// Values that the limit left out.
    pub left_out: u64,
    /// Rows of the table.
    pub rows: u64,
    /// Those whose key is no customer's of the base.
    pub strangers: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceFigures {
    /// Customers with such a row.
    pub respondents: u64,
    /// Rows.
    pub mentions: u64,
}

/// Rows of a table beside the base.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRows {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Datum>>,
    /// All such rows, and their customers.
    pub heard: VoiceFigures,
}
