mod events;

use std::collections::{HashMap, HashSet};

use super::{ColumnType, Definitions, FileLists, Rfm};
pub use events::{Events, Missing, SameKey, TableColumns, TableKind};

/// A column of a table, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub column_type: ColumnType,
}

/// Result of looking up a name in a [`Schema`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    Found(&'a Column),
    /// Several columns differ from the name, and from each other, only in case.
    Ambiguous(Vec<&'a str>),
    Missing,
}

/// Name of the column computed from the personas: the id of each customer's primary persona, which is the first one, in
/// the study's order, whose audience contains the customer. Null for a customer in no persona.
pub const PERSONA: &str = "persona";

/// The base's columns in file order. Expensive to clone; share it in an `Arc`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Column with the customers' keys, if known.
    key: Option<String>,
    events: Vec<Events>,
    missing: Vec<Missing>,
    columns: Vec<Column>,
    exact: HashMap<String, usize>,
    folded: HashMap<String, Vec<usize>>,
    /// The column [`PERSONA`], if there are personas and no column of the base has this name.
    persona: Option<Column>,
    /// Columns of the segmentations: the name of each customer's first cell, or the score.
    segmentations: Vec<Column>,
    /// Definition of each column that the study defines, as written, by the column's name.
    definitions: HashMap<String, String>,
    limits: Limits,
    /// Names in lower case of the columns whose values no rule may read, in the base and in the tables of events.
    masked: HashSet<String>,
    lists: FileLists,
}

/// The limits of the engine that holds the base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Name of the engine: `adbc:postgresql`.
    pub engine: String,
    /// Functions of the rule language that the engine does not support, in lower case.
    pub functions: Vec<String>,
}

/// Returns true if the mask contains the column. Upper and lower case are ignored, to be on the safe side.
pub fn is_masked(mask: &[String], column: &str) -> bool {
    let column = column.to_lowercase();
    mask.iter().any(|masked| masked.to_lowercase() == column)
}

impl Schema {
    /// Creates the schema of a base with these columns, without a key, tables of events or masked columns.
    pub fn new(columns: Vec<Column>) -> Self {
        let mut exact = HashMap::new();
        let mut folded: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, column) in columns.iter().enumerate() {
            exact.insert(column.name.clone(), i);
            folded.entry(column.name.to_lowercase()).or_default().push(i);
        }
        Self { columns, exact, folded, ..Self::default() }
    }

    /// Returns the schema with a key.
    pub fn with_key(self, key: Option<String>) -> Self {
        Self { key, ..self }
    }

    /// Returns the schema with tables of events. Columns masked here are masked in them too.
    pub fn with_events(self, events: Vec<Events>) -> Self {
        let mask = |events: Events| {
            let schema = Self { masked: self.masked.clone(), ..events.schema };
            Events { schema, ..events }
        };
        let events = events.into_iter().map(mask).collect();
        Self { events, ..self }
    }

    /// Returns the schema with columns whose values no rule may read: a rule can only test whether there is a value.
    /// Upper and lower case of the names are ignored, to be on the safe side.
    pub fn with_masked(self, columns: &[String]) -> Self {
        let masked = columns.iter().map(|column| column.to_lowercase()).collect();
        let events = self.events.clone();
        Self { masked, ..self }.with_events(events)
    }

    /// Returns true if no rule may read the values of this column.
    pub fn is_masked(&self, column: &str) -> bool {
        !self.masked.is_empty() && self.masked.contains(&column.to_lowercase())
    }

    /// Returns the schema with a list of tables and columns that are missing.
    pub fn with_missing(self, missing: Vec<Missing>) -> Self {
        Self { missing, ..self }
    }

    /// Returns the schema with an engine's limits: rules that the engine cannot answer are refused.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the schema with files that rules may name.
    pub fn with_lists(self, lists: FileLists) -> Self {
        Self { lists, ..self }
    }

    /// Returns the access to the files that rules may name.
    pub fn lists(&self) -> &FileLists {
        &self.lists
    }

    /// Returns the engine's name if it does not support this function (in lower case), otherwise `None`.
    pub fn refuses(&self, function: &str) -> Option<&str> {
        let is_refused = self.limits.functions.iter().any(|refused| refused == function);
        is_refused.then_some(self.limits.engine.as_str())
    }

    /// Returns the schema with another column at the end.
    pub fn with_column(self, column: Column) -> Self {
        let Self {
            key, events, missing, persona, segmentations, definitions, limits, masked, lists, mut columns, ..
        } = self;
        columns.push(column);
        Self { key, events, missing, persona, segmentations, definitions, limits, masked, lists, ..Self::new(columns) }
    }

    /// Returns the schema with another column at the end, which the study defines by an expression.
    pub fn with_defined(self, column: Column, definition: &str) -> Self {
        let name = column.name.clone();
        let mut schema = self.with_column(column);
        schema.definitions.insert(name, definition.to_owned());
        schema
    }

    /// Returns the expression by which the study defines the column of exactly this name.
    pub fn definition(&self, name: &str) -> Option<&str> {
        self.definitions.get(name).map(String::as_str)
    }

    /// Returns the schema with the column [`PERSONA`] if there are personas (`any`), otherwise without it. An
    /// existing column of this name, in any case, takes precedence.
    pub fn with_personas(self, any: bool) -> Self {
        let plain = Self { persona: None, ..self };
        let is_free = plain.find(PERSONA) == Lookup::Missing && plain.missing(PERSONA).is_none();
        let column = || Column { name: PERSONA.to_owned(), column_type: ColumnType::Text };
        Self { persona: (any && is_free).then(column), ..plain }
    }

    /// Returns the schema with the columns that a study's definitions create: [`PERSONA`], one per segmentation, and
    /// the columns of RFM scores. Existing columns of these names, in any case, take precedence.
    pub fn with_definitions(self, definitions: &Definitions) -> Self {
        let plain = Self { segmentations: Vec::new(), ..self }.with_personas(!definitions.personas.is_empty());
        let cells = definitions.segmentations.iter().map(|cut| (cut.name.clone(), ColumnType::Text));
        let scored = definitions.segmentations.iter().filter(|cut| cut.rfm.is_some());
        let scores = scored.flat_map(|cut| Rfm::score_columns(&cut.name)).map(|name| (name, ColumnType::Integer));
        let mut segmentations: Vec<Column> = Vec::new();
        for (name, column_type) in cells.chain(scores) {
            let is_taken = plain.find(&name) != Lookup::Missing
                || plain.missing(&name).is_some()
                || segmentations.iter().any(|other| other.name.eq_ignore_ascii_case(&name));
            if !is_taken {
                segmentations.push(Column { name, column_type });
            }
        }
        Self { segmentations, ..plain }
    }

    /// Returns the columns of the segmentations.
    pub fn segmentations(&self) -> &[Column] {
        &self.segmentations
    }

    /// Returns true if the column of exactly this name belongs to a segmentation.
    pub fn is_segmentation(&self, name: &str) -> bool {
        self.segmentations.iter().any(|column| column.name == name)
    }

    /// Returns the column computed from the personas, if there is one. It is not part of [`Schema::columns`], which are
    /// the columns of a customer's row.
    pub fn persona(&self) -> Option<&Column> {
        self.persona.as_ref()
    }

    /// Returns all columns that a rule can name: those of the base, the one computed from the personas, and those of
    /// the segmentations.
    pub fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(self.computed_columns())
    }

    fn computed_columns(&self) -> impl Iterator<Item = &Column> {
        self.persona.iter().chain(&self.segmentations)
    }

    /// Returns the column with the customers' keys; `None` if it is not known.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Returns the tables beside the base that could be read.
    pub fn all_events(&self) -> &[Events] {
        &self.events
    }

    /// Returns the table of events of this name, ignoring case.
    pub fn events(&self, name: &str) -> Option<&Events> {
        self.events.iter().find(|events| events.name.eq_ignore_ascii_case(name))
    }

    /// Returns the tables and columns that are missing.
    pub fn all_missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Returns the missing table or column of this name, ignoring case.
    pub fn missing(&self, name: &str) -> Option<&Missing> {
        self.missing.iter().find(|missing| missing.name.eq_ignore_ascii_case(name))
    }

    /// Returns the columns of the base in file order, followed by those that the study defines by expressions.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the column of exactly this name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        let column = self.exact.get(name).map(|&i| &self.columns[i]);
        column.or_else(|| self.computed_columns().find(|computed| computed.name == name))
    }

    /// Returns the type of the column of exactly this name; [`ColumnType::Other`] if there is none.
    pub fn type_of(&self, name: &str) -> ColumnType {
        self.get(name).map_or(ColumnType::Other, |column| column.column_type)
    }

    /// Finds the column that a rule means by this name: the column of exactly this name, otherwise one that differs
    /// only in case, as in SQL.
    pub fn find(&self, name: &str) -> Lookup<'_> {
        if let Some(column) = self.get(name) {
            return Lookup::Found(column);
        }
        match self.folded.get(&name.to_lowercase()).map(Vec::as_slice) {
            None | Some([]) => {
                let computed = self.computed_columns().find(|computed| computed.name.eq_ignore_ascii_case(name));
                computed.map_or(Lookup::Missing, Lookup::Found)
            }
            Some([i]) => Lookup::Found(&self.columns[*i]),
            Some(many) => Lookup::Ambiguous(many.iter().map(|&i| self.columns[i].name.as_str()).collect()),
        }
    }
}
