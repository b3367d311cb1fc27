//! Names of keys on screen.

use crate::app::{Command, State};

/// Returns a command's first key for hints, or its palette name if a config file left it without a key.
pub fn key(state: &State, command: Command) -> String {
    state.keymap.keys(command).first().map_or_else(|| format!(":{}", command.spec().name), ToString::to_string)
}
