/// Why a question has no answer. Each kind calls for something else: asking later, signing in, another rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The [`super::Cancel`] of the question was raised.
    #[error("cancelled")]
    Cancelled,
    /// This engine cannot answer such a question; asking again does not help.
    #[error("{what}: not supported by this engine; {way_out}")]
    Unsupported {
        /// The part that was asked for: `the function regexp_extract`, `quantiles`.
        what: String,
        /// The way out: `use LIKE`.
        way_out: String,
    },
    /// There is no connection, and none could be made.
    #[error("the engine cannot be reached: {0}")]
    Unreachable(String),
    /// The engine refused: missing or wrong credentials, or no right to read the base.
    #[error("the engine denied access: {0}")]
    Unauthorised(String),
    /// The connection ended before the answer was complete.
    #[error("the connection to the engine was lost: {0}")]
    Lost(String),
    /// A table is not what it was when it was opened: which, and how it differs. It has to be opened again.
    #[error("{0}; open it again")]
    Changed(String),
    /// The answer would disclose more about customers than the study lets be shown.
    #[error("{0}")]
    Withheld(String),
    /// Any other reason, as one line.
    #[error("{0}")]
    Failed(String),
}

impl EngineError {
    pub fn failed(reason: impl std::fmt::Display) -> Self {
        Self::Failed(reason.to_string())
    }

    /// Returns the kind in a word, for the log: the message may quote a rule or a value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unsupported { .. } => "unsupported",
            Self::Unreachable(_) => "unreachable",
            Self::Unauthorised(_) => "unauthorised",
            Self::Lost(_) => "lost",
            Self::Changed(_) => "changed",
            Self::Withheld(_) => "withheld",
            Self::Failed(_) => "failed",
        }
    }
}
