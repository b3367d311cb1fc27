use serde::Deserialize;

use super::Schema;

/// What a table beside the base holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableKind {
    /// What customers did: orders, visits.
    #[default]
    Events,
    /// What respondents answered, a row each.
    Survey,
    /// What was said and coded, a row a passage.
    Interviews,
}

/// Which columns of a table beside the base say what, and how its rows find their customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumns {
    /// The column that names the customer.
    pub key: Option<String>,
    /// The key ends before this text: `_` makes `P2` of `P2_take-one.odt`.
    pub key_until: Option<String>,
    /// The column of the base that the key's values are found in; the base's key otherwise.
    pub on: Option<String>,
    /// The column that says when: windows look at it.
    pub date: Option<String>,
    pub kind: TableKind,
    /// The column of themes that passages were coded with.
    pub theme: Option<String>,
    /// What stands between the themes of one cell; without it a cell is one theme.
    pub theme_separator: Option<String>,
    /// The column of what was said, word by word.
    pub quote: Option<String>,
    /// Respondents below which a count or a quote of this table is not shown; the study's `min_cell` otherwise.
    pub min_cell: Option<u64>,
}

impl TableColumns {
    /// Somebody was asked: a survey, interviews, or whatever has themes or quotes.
    pub fn is_research(&self) -> bool {
        self.kind != TableKind::Events || self.theme.is_some() || self.quote.is_some()
    }
}

/// A table of what customers did or said. Rules ask of it as `orders.count('30 days')`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    pub name: String,
    /// As the table's schema spells them; `key` is known.
    pub columns: TableColumns,
    pub schema: Schema,
}

/// A table, or a column made of one, that the study names and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    /// One line, with the way out.
    pub reason: String,
    /// It is still being read.
    pub is_coming: bool,
}
