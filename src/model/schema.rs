use std::collections::HashMap;
use std::fmt;

use super::{Events, Missing};

/// What a column holds, as far as rules and screens need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    Integer,
    /// Exact numbers with so many digits after the point.
    Decimal(u8),
    Float,
    Boolean,
    Text,
    Date,
    Timestamp,
    Time,
    Duration,
    /// Lists, structs, bytes: shown, but no rule can say anything of it.
    Other,
}

impl ColumnType {
    pub fn is_number(self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Decimal(_) | ColumnType::Float)
    }

    /// Whether the type holds whole numbers only.
    pub fn is_whole(self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Decimal(0))
    }

    pub fn word(self) -> &'static str {
        match self {
            ColumnType::Integer => "integer",
            ColumnType::Decimal(_) => "decimal",
            ColumnType::Float => "number",
            ColumnType::Boolean => "boolean",
            ColumnType::Text => "text",
            ColumnType::Date => "date",
            ColumnType::Timestamp => "timestamp",
            ColumnType::Time => "time",
            ColumnType::Duration => "duration",
            ColumnType::Other => "nested",
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub column_type: ColumnType,
}

/// What a name typed by a person finds in a [`Schema`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    Found(&'a Column),
    /// Several columns differ from the name, and each other, only in case.
    Ambiguous(Vec<&'a str>),
    Missing,
}

/// The name of the column that is made of the personas: each customer's primary persona, by its id. That is the first one,
/// in the study's order, whose audience they are in; nobody's have no value.
pub const PERSONA: &str = "persona";

/// The base's columns in file order. Cheap to clone it is not: share it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The column that names a customer, if that is known.
    key: Option<String>,
    events: Vec<Events>,
    missing: Vec<Missing>,
    columns: Vec<Column>,
    exact: HashMap<String, usize>,
    folded: HashMap<String, Vec<usize>>,
    /// [`PERSONA`], where there are personas and no column of that name.
    persona: Option<Column>,
    /// What the study defines a column by, as it is written, by the column's name.
    definitions: HashMap<String, String>,
    limits: Limits,
}

/// The limits of the engine that holds the base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The engine's name: `adbc:postgresql`.
    pub engine: String,
    /// Functions of the rule language that it does not have, in lower case.
    pub functions: Vec<String>,
}

impl Schema {
    pub fn new(columns: Vec<Column>) -> Self {
        let mut exact = HashMap::new();
        let mut folded: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, column) in columns.iter().enumerate() {
            exact.insert(column.name.clone(), i);
            folded.entry(column.name.to_lowercase()).or_default().push(i);
        }
        Self { columns, exact, folded, ..Self::default() }
    }

    /// The same with a key.
    pub fn with_key(self, key: Option<String>) -> Self {
        Self { key, ..self }
    }

    /// The same with tables of events.
    pub fn with_events(self, events: Vec<Events>) -> Self {
        Self { events, ..self }
    }

    /// The same without tables and columns that were meant to be there.
    pub fn with_missing(self, missing: Vec<Missing>) -> Self {
        Self { missing, ..self }
    }

    /// The same in an engine with these limits: rules that it cannot answer are refused.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The name of the base's engine, if it does not have this function (in lower case).
    pub fn refuses(&self, function: &str) -> Option<&str> {
        let is_refused = self.limits.functions.iter().any(|refused| refused == function);
        is_refused.then_some(self.limits.engine.as_str())
    }

    /// The same with one more column at the end.
    pub fn with_column(self, column: Column) -> Self {
        let Self { key, events, missing, persona, definitions, limits, mut columns, .. } = self;
        columns.push(column);
        Self { key, events, missing, persona, definitions, limits, ..Self::new(columns) }
    }

    /// The same with one more column at the end, which the study defines by an expression.
    pub fn with_defined(self, column: Column, definition: &str) -> Self {
        let name = column.name.clone();
        let mut schema = self.with_column(column);
        schema.definitions.insert(name, definition.to_owned());
        schema
    }

    /// The expression that the study defines the column of exactly this name by.
    pub fn definition(&self, name: &str) -> Option<&str> {
        self.definitions.get(name).map(String::as_str)
    }

    /// The same with [`PERSONA`] if there are `any` personas, else without it. A column that is there under this name
    /// already, in whatever case, goes first.
    pub fn with_personas(self, any: bool) -> Self {
        let plain = Self { persona: None, ..self };
        let is_free = plain.find(PERSONA) == Lookup::Missing && plain.missing(PERSONA).is_none();
        let column = || Column { name: PERSONA.to_owned(), column_type: ColumnType::Text };
        Self { persona: (any && is_free).then(column), ..plain }
    }

    /// The column that is made of the personas, if there is one. It is none of [`Schema::columns`]: those are what a
    /// customer's row shows.
    pub fn persona(&self) -> Option<&Column> {
        self.persona.as_ref()
    }

    /// All that a rule can name: the columns, and the one that is made of the personas.
    pub fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(&self.persona)
    }

    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub fn all_events(&self) -> &[Events] {
        &self.events
    }

    /// The table of events of this name, without regard to case.
    pub fn events(&self, name: &str) -> Option<&Events> {
        self.events.iter().find(|events| events.name.eq_ignore_ascii_case(name))
    }

    /// What was meant to be there and is not.
    pub fn all_missing(&self) -> &[Missing] {
        &self.missing
    }

    /// The table or column of this name that was meant to be there, without regard to case.
    pub fn missing(&self, name: &str) -> Option<&Missing> {
        self.missing.iter().find(|missing| missing.name.eq_ignore_ascii_case(name))
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of exactly this name.
    pub fn get(&self, name: &str) -> Option<&Column> {
        let column = self.exact.get(name).map(|&i| &self.columns[i]);
        column.or_else(|| self.persona.as_ref().filter(|persona| persona.name == name))
    }

    /// The type of the column of exactly this name; [`ColumnType::Other`] where there is none.
    pub fn type_of(&self, name: &str) -> ColumnType {
        self.get(name).map_or(ColumnType::Other, |column| column.column_type)
    }

    /// The column a rule means by this name: exactly so, else without regard to case, as SQL reads names.
    pub fn find(&self, name: &str) -> Lookup<'_> {
        if let Some(column) = self.get(name) {
            return Lookup::Found(column);
        }
        match self.folded.get(&name.to_lowercase()).map(Vec::as_slice) {
            None | Some([]) => {
                let persona = self.persona.as_ref().filter(|persona| persona.name.eq_ignore_ascii_case(name));
                persona.map_or(Lookup::Missing, Lookup::Found)
            }
            Some([i]) => Lookup::Found(&self.columns[*i]),
            Some(many) => Lookup::Ambiguous(many.iter().map(|&i| self.columns[i].name.as_str()).collect()),
        }
    }
}
