//! Failure of a command, with its exit code.

use std::fmt;

/// Reason why a command failed, in one line.
#[derive(Debug)]
pub enum CommandError {
    /// The command failed: exit code 1.
    Failed(String),
    /// The command was used in the wrong way: exit code 2.
    Usage(String),
}

impl CommandError {
    pub fn failed(reason: impl fmt::Display) -> Self {
        CommandError::Failed(reason.to_string())
    }

    pub fn usage(reason: impl fmt::Display) -> Self {
        CommandError::Usage(reason.to_string())
    }

    pub fn code(&self) -> u8 {
        match self {
            CommandError::Failed(_) => 1,
            CommandError::Usage(_) => 2,
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Failed(reason) | CommandError::Usage(reason) => f.write_str(reason),
        }
    }
}
