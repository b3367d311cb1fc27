/// Who is in no persona, one or several; who is whose first.
#[derive(Debug, Clone, Default)]
pub struct CoverageView {}

impl CoverageView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
