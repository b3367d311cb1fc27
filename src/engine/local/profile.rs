//! What a column holds.

use super::LocalEngine;
use crate::engine::{Cancel, EngineError, Profile};
use crate::rule::Checked;

pub fn profile(
    _engine: &LocalEngine,
    _filter: &Checked,
    _column: &str,
    _bins: usize,
    _cancel: &Cancel,
) -> Result<Profile, EngineError> {
    Err(EngineError::Failed("profiles are being built".into()))
}
