//! Keys as the screen names them.

use crate::app::{Command, State};

/// The first key of a command, as hints name it; its name in the palette if a config file left it without a key.
pub fn key(state: &State, command: Command) -> String {
    state.keymap.keys(command).first().map_or_else(|| format!(":{}", command.spec().name), ToString::to_string)
}
