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
    /// Text at which the key ends: `_` makes `P2` of `P2_take-one.odt`.
    pub key_until: Option<String>,
    /// Column of the base that contains the key's values; the base's key by default.
    pub on: Option<String>,
    /// Ways in which two keys are the same although they are spelled otherwise.
    pub same_key: SameKey,
    /// Column with the date, for windows.
    pub date: Option<String>,
    pub kind: TableKind,
    /// Column with the themes of coded passages.
    pub theme: Option<String>,
    /// Separator between the themes of one cell; without it a cell is one theme.
    pub theme_separator: Option<String>,
    /// Column with verbatim quotes.
    pub quote: Option<String>,
    /// Number of respondents below which a count or a quote of this table is not shown; the study's `min_cell` by
    /// default.
    pub min_cell: Option<u64>,
}

/// Ways in which the key of a row is the same as a customer's, although it is spelled otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SameKey {
    /// Upper and lower case letters are the same.
    pub ignores_case: bool,
    /// Blanks around a key are not part of it.
    pub trims: bool,
}

impl SameKey {
    /// Returns the spelling of a key that all its spellings share.
    pub fn spelled(self, key: &str) -> String {
        let key = if self.trims { key.trim() } else { key };
        if self.ignores_case { key.to_lowercase() } else { key.to_owned() }
    }

    /// Returns true if keys are compared as they are written.
    pub fn is_exact(self) -> bool {
        self == Self::default()
    }
}

impl TableColumns {
    /// Returns true for research: a survey, interviews, or any table with themes or quotes.
    pub fn is_research(&self) -> bool {
        self.kind != TableKind::Events || self.theme.is_some() || self.quote.is_some()
    }
}

/// A table of customers' actions or answers. Rules query it as `orders.count('30 days')`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    pub name: String,
    /// Column names, spelled as in the table's schema; `key` is always present.
    pub columns: TableColumns,
    pub schema: Schema,
}

/// A table that the study names, or a column computed from one, that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    /// One line, with the remedy.
    pub reason: String,
    /// True if it is still being read.
    pub is_coming: bool,
}
