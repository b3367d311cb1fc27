/// Number of rows of a table beside the base that matched a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRate {
    pub table: String,
    /// Column of the base that the table is joined by.
    pub on: String,
    /// Number of rows in the table.
    pub rows: u64,
    /// Number of rows that belong to at least one customer.
    pub found: u64,
    /// Number of customers who share their key with another one; each of them has all rows of the key.
    pub sharing: u64,
    /// Reasons why the other rows belong to nobody; `None` if the engine does not report them.
    pub misses: Option<NearMisses>,
}

/// Numbers of rows without a customer, by the reason. A row is counted under the first reason that applies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NearMisses {
    /// The row has no key.
    pub without_key: u64,
    /// A customer's key differs only by blanks around it.
    pub blanks: u64,
    /// A customer's key differs only in upper and lower case.
    pub case: u64,
    /// A customer's key is the same number, written otherwise.
    pub numbers: u64,
    /// No customer has such a key.
    pub unknown: u64,
}
