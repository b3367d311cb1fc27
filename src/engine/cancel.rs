use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::EngineError;

/// A flag that stops work between two chunks. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// `Err(Cancelled)` once raised: `cancel.check()?` between chunks.
    pub fn check(&self) -> Result<(), EngineError> {
        if self.is_raised() { Err(EngineError::Cancelled) } else { Ok(()) }
    }
}
