use schemars::JsonSchema;
use serde::Deserialize;

use super::Schema;

/// Content of a table beside the base.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableKind {
    /// Actions of customers: orders, visits.
    #[default]
    Events,
    /// Answers of respondents, one row each.
    Survey,
    /// Coded passages of interviews, one row per passage.
    Interviews,
}

/// Roles of the columns of a table beside the base, and how its rows are joined to customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumns {
    /// Column with the customer's key.
    pub key: Option<String>,
    /// Text at which the key ends: with `_`, the key of `P2_take-one.odt` is `P2`.
    pub key_until: Option<String>,
    /// Column of the base that contains the keys' values; by default the base's key.
    pub on: Option<String>,
    /// Ways in which two keys are equal although they are spelled differently.
    pub same_key: SameKey,
    /// Column with the date, by which time windows select rows.
    pub date: Option<String>,
    pub kind: TableKind,
    /// Column with the themes of coded passages.
    pub theme: Option<String>,
    /// Separator between several themes in one cell; without it, a cell contains one theme.
    pub theme_separator: Option<String>,
    /// Column with verbatim quotes.
    pub quote: Option<String>,
    /// Minimum number of respondents for a count or a quote of this table to be shown; by default the study's
    /// `min_cell`.
    pub min_cell: Option<u64>,
}

/// Ways in which a row's key equals a customer's although they are spelled differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SameKey {
    /// Upper and lower case letters are the same.
    pub ignores_case: bool,
    /// Blanks around a key are not part of it.
    pub trims: bool,
}

impl SameKey {
    /// Returns the key in the form that is the same for all of its spellings.
    pub fn spelled(self, key: &str) -> String {
        let key = if self.trims { key.trim() } else { key };
        if self.ignores_case { key.to_lowercase() } else { key.to_owned() }
    }

    /// Returns true if keys are compared exactly as they are written.
    pub fn is_exact(self) -> bool {
        self == Self::default()
    }
}

impl TableColumns {
    /// Returns true for tables of research: a survey, interviews, or any table with themes or quotes.
    pub fn is_research(&self) -> bool {
        self.kind != TableKind::Events || self.theme.is_some() || self.quote.is_some()
    }
}

/// A table of customers' actions or answers. A rule queries it by functions such as `orders.count('30 days')`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    pub name: String,
    /// Roles of its columns, spelled as in the table's schema; `key` is always present.
    pub columns: TableColumns,
    pub schema: Schema,
}

/// A table that the study names but that is missing, or a column computed from such a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    /// Reason with the remedy, in one line.
    pub reason: String,
    /// True if the table is still being read, so that it will be available soon.
    pub is_coming: bool,
}
