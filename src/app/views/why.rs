/// What sets the filtered customers apart.
#[derive(Debug, Clone, Default)]
pub struct WhyView {}

impl WhyView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
