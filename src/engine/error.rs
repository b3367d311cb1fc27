/// Reason why a question has no answer. Each kind has its own remedy, such as asking again later, signing in, or
/// changing the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The [`super::Cancel`] of the question was raised.
    #[error("cancelled")]
    Cancelled,
    /// This engine cannot answer this kind of question. Asking again does not help.
    #[error("{what}: not supported by this engine; {way_out}")]
    Unsupported {
        /// Unsupported part, such as `the function regexp_extract`.
        what: String,
        /// Remedy, such as `use LIKE`.
        way_out: String,
    },
    /// No connection could be made.
    #[error("the engine cannot be reached: {0}")]
    Unreachable(String),
    /// The engine denied access: credentials are missing or wrong, or may not read the base.
    #[error("the engine denied access: {0}")]
    Unauthorised(String),
    /// The connection ended before the answer was complete.
    #[error("the connection to the engine was lost: {0}")]
    Lost(String),
    /// A table has changed since it was opened, and must be opened again. Contains the table and the difference.
    #[error("{0}; open it again")]
    Changed(String),
    /// The answer would disclose more about customers than the study allows.
    #[error("{0}")]
    Withheld(String),
    /// Any other reason, as one line.
    #[error("{0}")]
    Failed(String),
}

impl EngineError {
    /// Creates an [`EngineError::Failed`] from any reason.
    pub fn failed(reason: impl std::fmt::Display) -> Self {
        Self::Failed(reason.to_string())
    }

    /// Returns the name of the kind. The log contains only this name, since a message may quote a rule or a value.
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
