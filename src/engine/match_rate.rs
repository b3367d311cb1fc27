/// Number of rows of a table beside the base that matched a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRate {
    pub table: String,
    /// Column of the base that the table is joined by.
    pub on: String,
    /// Rows of the table.
    pub rows: u64,
    /// Rows that belong to at least one customer.
    pub found: u64,
    /// Customers who share their key with another, and with it all its rows.
    pub sharing: u64,
    /// Reasons why the other rows found nobody; `None` if the engine does not know them.
    pub misses: Option<NearMisses>,
}

/// Rows without a customer, by the reason. A row is counted under the first one that holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NearMisses {
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
