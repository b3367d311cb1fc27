use crate::model::Datum;

/// The answer to the [`super::Question`] of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Summary(Summary),
    /// In the order of the question's rules.
    Counts(Vec<Count>),
    /// Element k: customers in exactly k of the sets. One element more than there are sets.
    Memberships(Vec<u64>),
    Overlap(Overlap),
    Combinations(Combinations),
    Groups(Groups),
    Page(Page),
    Values(Values),
}

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    pub in_filter: u64,
    pub in_base: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Each row's set on its own.
    pub rows: Vec<Count>,
    pub columns: Vec<Count>,
    /// Customers in both, row by row: |A∩B|.
    pub both: Vec<Vec<Count>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combinations {
    /// The largest first, ties by `sets`.
    pub combinations: Vec<Combination>,
    /// Combinations with at least one customer that the limit left out.
    pub left_out: u64,
}

/// Customers who are in these sets and in no other of those asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Combination {
    /// Bit i: in the question's i-th set.
    pub sets: u64,
    pub customers: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// The columns grouped by.
    pub by: Vec<String>,
    pub groups: Vec<Group>,
    /// Groups with at least one customer in the filter that `limit` left out.
    pub left_out: u64,
    /// Customers of the filter, and of the base.
    pub customers: Count,
    pub value: Option<ValueSums>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// One value for each column of `by`; of a part between break points its name, as [`crate::model::breaks`] has it.
    pub key: Vec<Datum>,
    pub customers: Count,
    /// Sum of the value column over the group's customers in the filter, and how many have one.
    pub value_sum: f64,
    pub value_known: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Datum>>,
    /// The first row's place among the filter's customers.
    pub offset: u64,
    /// All rows of the filter.
    pub total: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub column: String,
    pub values: Vec<(Datum, u64)>,
    /// Distinct values that `limit` left out.
    pub left_out: u64,
}
