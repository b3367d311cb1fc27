//! How a column differs between two rules' customers.

use super::LocalEngine;
use crate::engine::{Cancel, Contrast, EngineError};
use crate::rule::Checked;

pub fn contrast(
    _engine: &LocalEngine,
    (_inside, _outside): (&Checked, &Checked),
    _column: &str,
    _limit: usize,
    _cancel: &Cancel,
) -> Result<Contrast, EngineError> {
    Err(EngineError::Failed("contrasts are being built".into()))
}
