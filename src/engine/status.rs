use std::time::Duration;

/// The capabilities of an engine, known once it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Time that a usual count takes. An engine that answers late is asked only after typing pauses.
    pub latency: Duration,
    /// Rows without a sort come in the same order every time, so that pages of them meet.
    pub stable_order: bool,
    /// Functions of the rule language that no rule may call here, in lower case.
    pub unsupported_functions: Vec<String>,
}

impl Default for Capabilities {
    /// A quick engine that supports everything.
    fn default() -> Self {
        Self { latency: Duration::ZERO, stable_order: true, unsupported_functions: Vec::new() }
    }
}

/// The current work of an engine, and its cost so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The piece of work that questions wait for, if any.
    pub activity: Option<Activity>,
    /// Statements that a database is at work on.
    pub in_flight: usize,
    /// Cost of each derived column that was made so far, sorted by name.
    pub costs: Vec<(String, Cost)>,
}

/// A piece of work that takes its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Description for the screen: `reading spend_12m`.
    pub what: String,
    /// Progress from 0 to 1000, where it is known.
    pub permille: Option<u16>,
}

/// Cost of making a derived column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Rows that were gone through: of the table of events, or of the base.
    pub rows: u64,
    pub took: Duration,
    /// Bytes that the column takes while it is kept.
    pub bytes: usize,
}
