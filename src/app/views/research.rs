/// What was asked and said, by persona.
#[derive(Debug, Clone, Default)]
pub struct ResearchView {}

impl ResearchView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
