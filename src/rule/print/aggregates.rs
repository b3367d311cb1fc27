//! Parts of statements over many rows that dialects write differently.

use super::{Refused, SqlDialect};
use crate::model::ColumnType;

/// Sums, moments and limits of a dialect. Arguments are pieces of SQL that need no parentheses in a call.
pub trait Aggregates: Sync {
    /// Returns the text at the end of a sub-select that keeps the engine from evaluating its expressions once per use.
    fn fence(&self) -> &'static str {
        ""
    }

    /// Prints the middle value of floats; of an even number of them the mean of both in the middle.
    ///
    /// # Errors
    /// Returns the reason if the dialect has no exact median.
    fn median(&self, _x: &str) -> Result<String, String> {
        Err("it has no exact median".into())
    }

    /// Returns the maximum number of columns in a statement's answer that the engine handles well.
    fn max_columns(&self) -> usize {
        1_000
    }

    /// Returns true if sums are written with their conditions in them, not over the columns of a sub-select that evaluates each
    /// condition once.
    fn sums_in_place(&self) -> bool {
        false
    }

    /// Returns true if counts are given as one list: in some answers each column takes more bytes than its number.
    fn lists_counts(&self) -> bool {
        false
    }

    /// Prints a list of whole numbers, null as 0 or null, that is read as an array or a text; of none, a list that nobody
    /// reads.
    fn list(&self, numbers: &[String]) -> String {
        match numbers {
            [] => "ARRAY(0)".into(),
            numbers => format!("ARRAY({})", numbers.join(", ")),
        }
    }

    /// Returns true if sums of a few groups of customers are as quick as sums of all of them: overlaps are then summed from
    /// the groups' sums, which are written in place. The dialect has `&` for the bits of whole numbers.
    fn sums_by_strata(&self) -> bool {
        false
    }

    /// Prints the number of a customer's stratum, with bit i for the i-th of some conditions, and what strata are grouped by.
    fn strata(&self, conditions: &[String]) -> (String, String) {
        let bit = |(at, condition): (usize, &String)| format!("CASE WHEN {condition} THEN {} ELSE 0 END", 1u32 << at);
        let number = conditions.iter().enumerate().map(bit).collect::<Vec<_>>().join(" + ");
        (number.clone(), number)
    }

    /// Prints the number of rows for which a condition is true.
    fn count_where(&self, condition: &str) -> String {
        format!("COUNT(CASE WHEN {condition} THEN 1 END)")
    }

    /// Prints the sum of numbers in rows for which a condition is true; null if there are none.
    fn sum_where(&self, x: &str, condition: &str) -> String {
        format!("SUM(CASE WHEN {condition} THEN {x} END)")
    }

    fn has_grouping_sets(&self) -> bool {
        true
    }

    /// Prints the sum of whole numbers or decimals, exact, or of floats.
    fn sum(&self, x: &str, _kind: ColumnType) -> String {
        format!("SUM({x})")
    }

    /// Prints the mean of floats.
    fn mean(&self, x: &str) -> String {
        format!("AVG({x})")
    }

    /// Prints the sample variance of floats.
    fn variance(&self, x: &str) -> String {
        format!("VAR_SAMP({x})")
    }

    /// Prints the microseconds of a timestamp since 1970-01-01.
    ///
    /// # Errors
    /// Returns an error if the engine has no such function.
    fn microseconds(&self, x: &str) -> Result<String, String>;
}

impl SqlDialect {
    pub fn aggregates(self) -> &'static dyn Aggregates {
        self.syntax()
    }

    /// Prints a name in the dialect's quotes.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot quote the name.
    pub fn quoted(self, name: &str) -> Result<String, Refused> {
        Refused::from_tables(self.syntax().identifier(name)).map(|sql| sql.text)
    }

    /// Prints a text so that the engine orders it by code points.
    pub fn in_byte_order(self, text: &str) -> String {
        self.syntax().in_byte_order(&super::sql::SqlPiece::tight(text)).text
    }

    /// Prints a number as a float of 64 bits.
    pub fn to_float(self, number: &str) -> String {
        self.syntax().to_float(&super::sql::SqlPiece::tight(number)).text
    }

    /// Prints a literal float.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot write the number.
    pub fn float(self, number: f64) -> Result<String, Refused> {
        Refused::from_tables(self.syntax().float(number)).map(|sql| sql.operand().into_owned())
    }

    /// Prints a literal whole number.
    pub fn integer(self, number: i64) -> String {
        self.syntax().integer(number).text
    }

    /// Prints a value as a float: dates as days, timestamps as seconds since 1970-01-01.
    ///
    /// # Errors
    /// Returns an error if values of the kind cannot be converted to numbers.
    pub fn number(self, value: &str, kind: ColumnType) -> Result<String, Refused> {
        let number = || match kind {
            ColumnType::Float => Ok(value.to_owned()),
            kind if kind.is_number() => Ok(self.to_float(value)),
            ColumnType::Date => {
                let epoch = self.syntax().date(chrono::NaiveDate::default())?;
                let days = self.syntax().days_between(&super::sql::SqlPiece::tight(value), &epoch);
                Ok(self.to_float(&days.text))
            }
            ColumnType::Timestamp => {
                let micros = self.to_float(&self.aggregates().microseconds(value)?);
                Ok(format!("{micros} / {}", self.syntax().float(1e6)?.operand()))
            }
            other => Err(format!("values of type {other} are not numbers")),
        };
        Refused::from_tables(number())
    }

    /// Returns the text between a table and its alias.
    pub fn alias(self) -> &'static str {
        self.syntax().alias()
    }
}
