//! Properties of an engine and its current work.

use std::time::Duration;

/// Properties of an engine, known once it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Typical time to count the customers of a rule. A slow engine is asked only after a pause in typing.
    pub latency: Duration,
    /// True if unsorted rows have the same order every time, so that consecutive pages neither skip nor repeat rows.
    pub stable_order: bool,
    /// Functions of the rule language that the engine does not support, in lower case.
    pub unsupported_functions: Vec<String>,
}

impl Default for Capabilities {
    /// Returns the properties of a fast engine that supports everything.
    fn default() -> Self {
        Self { latency: Duration::ZERO, stable_order: true, unsupported_functions: Vec::new() }
    }
}

/// Current work of an engine, and its cost so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Work that questions wait for, if any.
    pub activity: Option<Activity>,
    /// Number of statements that a database is running.
    pub in_flight: usize,
    /// Computed columns by name, with the cost of each.
    pub costs: Vec<(String, Cost)>,
}

/// Work that takes long enough to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Description for the screen, such as `reading spend_12m`.
    pub what: String,
    /// Progress from 0 to 1000; `None` if it is not known.
    pub permille: Option<u16>,
}

/// Cost of computing a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Number of rows that were read, of the table of events or of the base.
    pub rows: u64,
    /// Time that the computation took.
    pub took: Duration,
    /// Size of the column in memory, in bytes.
    pub bytes: usize,
}
