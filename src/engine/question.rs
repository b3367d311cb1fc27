use serde::{Deserialize, Serialize};

use crate::model::Cut;
use crate::rule::Checked;

/// What can be asked of an [`super::Engine`]. `filter` narrows the customers that are counted; columns are
/// spelled as in the schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// How many customers, and how much of the `value` column is theirs.
    Summary { filter: Checked, value: Option<String> },
    /// How many customers each of many rules holds for, in the filter and in the whole base.
    Counts { filter: Checked, rules: Vec<Checked> },
    /// How many of the filter's customers are in exactly 0, 1, 2 … of the sets.
    Memberships { filter: Checked, sets: Vec<Checked> },
    /// How the sets lie over each other, the first one before the second and so on: who is in none, in one, in several,
    /// and whose first set is which; with sums of the `value` column.
    Coverage { filter: Checked, sets: Vec<Checked>, value: Option<String> },
    /// How many customers are in both of every pair of a row's and a column's set.
    Overlap { filter: Checked, rows: Vec<Checked>, columns: Vec<Checked> },
    /// The filter's customers by the exact combination of sets that they are in (UpSet), the largest first, at most
    /// `limit` combinations of at most 64 sets; with sums of the `value` column.
    Combinations { filter: Checked, sets: Vec<Checked>, value: Option<String>, limit: usize },
    /// The filter's customers by `by`, largest group first (ties by key), at most `limit` groups. A null key is a group
    /// of its own.
    Groups { filter: Checked, by: Vec<By>, value: Option<String>, limit: usize },
    /// Rows `offset ..` of the filter's customers, `limit` at most, in file order or sorted. Empty `columns` means all.
    Page { filter: Checked, columns: Vec<String>, sort: Option<Sort>, offset: u64, limit: usize },
    /// The values of a column of numbers, dates or timestamps at some shares (0 to 1) of its known values in order.
    Quantiles { filter: Checked, column: String, shares: Vec<f64> },
    /// A column's values: how many, which, how they spread; in the filter and in the base. Numbers and dates are counted
    /// in so many bins at most.
    Profile { filter: Checked, column: String, bins: usize },
    /// How a column's values differ between the customers of two rules; customers of both are on neither side. Without
    /// `outside` it is everyone else, those included for whom the rule is null. Values come by the difference of their
    /// shares, `limit` at most.
    Contrast { inside: Checked, outside: Option<Checked>, column: String, limit: usize },
    /// Who is spoken for in a table beside the base, and how often, by the values of one of its columns (themes, answers),
    /// in the filter and in each set within it.
    Voices(VoicesOf),
    /// Rows of a table beside the base: those for which `rows` holds, a rule over the table's own columns, and whose
    /// customer is in the filter. In file order, `limit` at most.
    Events { table: String, rows: Checked, filter: Checked, columns: Vec<String>, limit: usize },
    /// The distinct values of a column over the whole base, most frequent first (ties by value), nulls left out.
    Values { column: String, limit: usize },
}

/// See [`Question::Voices`].
#[derive(Debug, Clone, PartialEq)]
pub struct VoicesOf {
    pub table: String,
    pub filter: Checked,
    pub sets: Vec<Checked>,
    /// The table's column; none counts respondents only.
    pub by: Option<String>,
    /// What stands between several values of one cell.
    pub separator: Option<String>,
    /// Values at most, those of the most respondents.
    pub limit: usize,
}

/// What customers are grouped by: a column, and how it is cut. The key of a group is the value; the name of the part that
/// break points make; the first day of the period; 1 to 7 for weekdays and 0 to 23 for hours.
#[derive(Debug, Clone, PartialEq)]
pub struct By {
    pub column: String,
    pub cut: Cut,
}

impl<S: Into<String>> From<S> for By {
    fn from(column: S) -> Self {
        Self { column: column.into(), cut: Cut::Values }
    }
}

/// An order of rows; nulls come last either way, equal values stay in file order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}
