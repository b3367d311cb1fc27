//! Decisions on how a table is read, with their reasons and the settings that change them.

/// A decision on how a table is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Subject, such as `separator`.
    pub what: &'static str,
    pub value: String,
    pub why: String,
    /// Line of `[data]` that decides otherwise.
    pub change: Option<String>,
}

impl Decision {
    pub fn new(what: &'static str, value: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what, value: value.into(), why: why.into(), change: None }
    }

    pub fn with_change(self, line: impl Into<String>) -> Self {
        Self { change: Some(line.into()), ..self }
    }
}
