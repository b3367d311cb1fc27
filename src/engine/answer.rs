//! Answers to questions. Each is a plain value that can be compared, copied and cached.

use super::Cost;
use crate::model::Datum;

/// Size and value of the filter's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Number of customers in the filter.
    pub customers: u64,
    /// Number of customers in the base (N).
    pub base: u64,
    /// Sums of the value column; `None` if the question names none.
    pub value: Option<ValueSums>,
}

/// Sums of the value column. Null and NaN do not count as values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ValueSums {
    /// Sum over the filter's customers.
    pub in_filter: f64,
    /// Number of the filter's customers with a value, by which a mean is divided.
    pub known_in_filter: u64,
    /// Sum over all customers of the base.
    pub in_base: f64,
    /// Number of the base's customers with a value.
    pub known_in_base: u64,
    /// Largest absolute value of one customer in the filter, as in [`Portion::largest`].
    pub largest_in_filter: f64,
    /// Largest absolute value of one customer outside the filter.
    pub largest_outside: f64,
}

/// Number of customers for whom a rule is true, in the filter and in the whole base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CustomerCount {
    pub in_filter: u64,
    pub in_base: u64,
}

/// The overlap of sets in an order of priority, over the filter's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredOverlap {
    /// All of the filter's customers: the sum of `none`, `one` and `several`.
    pub whole: Portion,
    /// Customers in no set.
    pub none: Portion,
    /// Customers in exactly one set.
    pub one: Portion,
    /// Customers in two or more sets.
    pub several: Portion,
    /// One layer per set, in the order of the question.
    pub layers: Vec<Layer>,
}

/// Customers of one set, and their overlap with the preceding sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Customers in the set.
    pub all: Portion,
    /// Customers in the set and in none of the preceding sets.
    pub first: Portion,
    /// Customers in the set and in no other.
    pub only: Portion,
    /// For each preceding set, the number of this set's customers whose first set is that one.
    pub lost: Vec<u64>,
    /// For each preceding set, the number of customers in both.
    pub both: Vec<u64>,
}

/// Number of some customers, with the sum of their values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Portion {
    pub customers: u64,
    /// Sum of the value column without null and NaN; 0 if the question names no column.
    pub value: f64,
    /// Number of customers with a value.
    pub known: u64,
    /// Largest absolute value of one customer; 0 unless the question has [`Question::is_guarded`].
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

/// Sizes of the sets of a matrix, and of their intersections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Size of each row's set.
    pub rows: Vec<CustomerCount>,
    /// Size of each column's set.
    pub columns: Vec<CustomerCount>,
    /// Customers in both sets, by row and column: |A∩B|.
    pub both: Vec<Vec<CustomerCount>>,
}

/// Customers by the exact combination of sets that they are in.
#[derive(Debug, Clone, PartialEq)]
pub struct Combinations {
    /// Combinations by size, the largest first; ties by `sets`.
    pub combinations: Vec<Combination>,
    /// Number of combinations left out because of the limit. Combinations without customers do not count.
    pub left_out: u64,
}

/// Customers who are in these of the question's sets and in no other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Combination {
    /// The sets as bits: bit i is 1 if the question's i-th set is among them.
    pub sets: u64,
    pub customers: u64,
    /// Sum of the value column without null and NaN; 0 if the question names no column.
    pub value: f64,
    /// Largest absolute value of one customer, as in [`Portion::largest`].
    pub largest: f64,
    /// Number of customers with a value; 0 if the question is not guarded.
    pub known: u64,
}

/// Customers by the values of one or more columns.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupAnswer {
    /// Names of the columns that the customers are grouped by.
    pub by: Vec<String>,
    /// Groups in descending order of their size in the filter; ties by key.
    pub groups: Vec<GroupFigures>,
    /// Number of groups left out because of the limit. Groups without customers in the filter do not count, unless
    /// the question is guarded.
    pub left_out: u64,
    /// Customers of all groups.
    pub customers: CustomerCount,
    /// Sums of the value column; `None` if the question names none.
    pub value: Option<ValueSums>,
}

/// Size and value of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupFigures {
    /// One value per column of `by`. If break points cut the column, the value is the name of the part, as in
    /// [`crate::model::breaks`].
    pub key: Vec<Datum>,
    pub customers: CustomerCount,
    /// Sum of the value column over the group's customers in the filter.
    pub value_sum: f64,
    /// Number of the group's customers in the filter that have a value.
    pub value_known: u64,
    /// Largest absolute value of one customer, as in [`Portion::largest`].
    pub value_largest: f64,
}

/// Rows of customers, one per customer.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    /// Names of the columns, in the order of each row's values.
    pub columns: Vec<String>,
    /// Rows with one value per column.
    pub rows: Vec<Vec<Datum>>,
    /// For each row, the truth of each of the question's tests; `None` stands for SQL's null.
    pub tests: Vec<Vec<Option<bool>>>,
    /// Index of the first row of the page among the filter's customers.
    pub offset: u64,
    /// Number of rows in the filter.
    pub total: u64,
}

/// Distinct values of a column over the whole base.
#[derive(Debug, Clone, PartialEq)]
pub struct FrequentValues {
    pub column: String,
    /// Values with their numbers of customers, the most frequent first.
    pub values: Vec<(Datum, u64)>,
    /// Number of distinct values left out because of the limit.
    pub left_out: u64,
}

/// Quantiles of a column over the filter's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    pub column: String,
    /// Number of the filter's customers with a value. NaN does not count as a value.
    pub known: u64,
    /// For each share of the question, the least value such that at least this share of the values is not above it
    /// (SQL's `percentile_disc`, numpy's `inverted_cdf`). It is always the value of some customer; null if no
    /// customer has one.
    pub values: Vec<Datum>,
}

/// Values of a column, in the filter and in the base.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnProfile {
    pub column: String,
    /// Number of all customers, with and without a value.
    pub customers: CustomerCount,
    /// Number of customers with a value. NaN does not count as a value.
    pub known: CustomerCount,
    /// Numbers of distinct values; `None` if there are too many to count.
    pub distinct: Option<CustomerCount>,
    /// Distribution of numbers, dates and timestamps; `None` for other types.
    pub spread: Option<Spreads>,
    /// Histogram of numbers, dates and timestamps; `None` for other types, without values, or if no bins are asked for.
    pub bins: Option<Bins>,
    /// Most frequent values in the filter, with their numbers of customers. Empty if there are bins and too many
    /// distinct values to list.
    pub top: Vec<(Datum, CustomerCount)>,
    /// Number of distinct values that `top` leaves out.
    pub left_out: u64,
    /// Cost of computing the column; `None` for a column of the base.
    pub cost: Option<Cost>,
}

/// Distribution of a column in the filter and in the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreads {
    pub in_filter: Spread,
    pub in_base: Spread,
}

/// Distribution of numbers. Dates are given in days, timestamps in seconds since 1970-01-01.
///
/// All fields are `None` if there is no value. Quartiles are interpolated linearly, as numpy and `quantile_cont` do.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Smallest value.
    pub least: Option<f64>,
    /// First quartile.
    pub lower: Option<f64>,
    pub median: Option<f64>,
    /// Third quartile.
    pub upper: Option<f64>,
    /// Largest value.
    pub most: Option<f64>,
    pub mean: Option<f64>,
    /// Standard deviation of the sample (divided by n − 1); `None` if there are fewer than two values.
    pub deviation: Option<f64>,
}

/// Histogram of a column. Bin i counts the numbers from `edges[i]` up to but not including `edges[i + 1]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    /// Edges in ascending order, one more than the number of bins.
    pub edges: Vec<f64>,
    /// Number of customers in each bin.
    pub counts: Vec<CustomerCount>,
    /// Number of customers with a number at or above the last edge. A few outliers are counted here, so that they do
    /// not widen the bins.
    pub above: CustomerCount,
}

/// Comparison of a column's values between the customers of two rules, called inside and outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    pub column: String,
    /// Number of customers of each side.
    pub customers: BothSides<u64>,
    /// Number of customers without a value. NaN does not count as a value.
    pub missing: BothSides<u64>,
    /// Figures of the customers with a value.
    pub body: Contrasted,
}

/// One figure for the inside and one for the outside of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BothSides<T> {
    pub inside: T,
    pub outside: T,
}

impl<T> BothSides<T> {
    /// Returns references to both figures.
    pub fn as_ref(&self) -> BothSides<&T> {
        BothSides { inside: &self.inside, outside: &self.outside }
    }

    /// Applies `f` to both figures, `inside` first.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> BothSides<U> {
        BothSides { inside: f(self.inside), outside: f(self.outside) }
    }
}

/// Figures of a [`Contrast`], in a form that depends on the column's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Contrasted {
    /// Moments of numbers, dates (in days) and timestamps (in seconds since 1970-01-01).
    Numbers(BothSides<Moments>),
    /// Counts of the distinct values of any other column.
    Values {
        /// Values with their numbers of customers, in descending order of the difference between both sides' shares.
        values: Vec<(Datum, BothSides<u64>)>,
        /// Number of values left out because of the limit.
        left_out: u64,
        /// Pearson's χ² of the table of all values and both sides; missing values are not part of the table.
        chi_square: f64,
        /// Number of values in that table.
        distinct: u64,
    },
    /// The column has too many distinct values to compare, such as keys or addresses.
    TooDiverse,
}

/// Count, mean and variance of the known values of some customers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    /// Number of values.
    pub known: u64,
    pub mean: f64,
    /// Variance of the sample (divided by n − 1); 0 for fewer than two values.
    pub variance: f64,
    /// Largest absolute value of one customer, as in [`Portion::largest`].
    pub largest: f64,
}

/// Numbers of respondents and mentions in a table of research, such as a survey, by the values of one of its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Voices {
    /// Number of customers in the filter, followed by the number in each set within the filter.
    pub customers: Vec<u64>,
    /// Figures over all rows of the table: in the filter, then in each set within it.
    pub all: Vec<VoiceFigures>,
    /// Values with their figures, in the same order as `all`. Values are sorted by respondents in descending order;
    /// ties by mentions in descending order, then by value. Rows without a value are counted under null.
    pub values: Vec<(Datum, Vec<VoiceFigures>)>,
    /// Number of values left out because of the limit.
    pub left_out: u64,
    /// Number of rows in the table.
    pub rows: u64,
    /// Number of rows whose key matches no customer of the base.
    pub strangers: u64,
}

/// Numbers of respondents and mentions in some rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceFigures {
    /// Number of customers with at least one of the rows.
    pub respondents: u64,
    /// Number of rows.
    pub mentions: u64,
}

/// Rows of a table beside the base.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRows {
    pub columns: Vec<String>,
    /// Values of each row, in the order of `columns`.
    pub rows: Vec<Vec<Datum>>,
    /// Figures over all matching rows, including those beyond the limit.
    pub heard: VoiceFigures,
}
