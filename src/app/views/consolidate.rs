/// From many segments to a few personas.
#[derive(Debug, Clone, Default)]
pub struct ConsolidateView {}

impl ConsolidateView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
