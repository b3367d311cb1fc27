/// Numbers of rows of a table beside the base that match a customer, and of those that do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRate {
    /// Name of the table.
    pub table: String,
    /// Column of the base that the table is joined by.
    pub on: String,
    /// Number of rows in the table.
    pub rows: u64,
    /// Number of rows that belong to at least one customer.
    pub found: u64,
    /// Number of customers who share their key with another customer. Each of them has all rows with that key.
    pub sharing: u64,
    /// Reasons why the other rows match nobody; `None` if the engine does not report them.
    pub misses: Option<NearMisses>,
}

/// Numbers of rows that match no customer, by reason. Each row is counted under the first reason that applies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NearMisses {
    /// The row has no key.
    pub without_key: u64,
    /// A customer's key differs only in the blanks around it.
    pub blanks: u64,
    /// A customer's key differs only in upper and lower case, and perhaps in the blanks around it.
    pub case: u64,
    /// A customer's key is the same number, written differently, such as `7` and `007`.
    pub numbers: u64,
    /// No customer has a similar key.
    pub unknown: u64,
}
