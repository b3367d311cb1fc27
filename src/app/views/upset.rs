/// Customers by the exact combination of sets they are in.
#[derive(Debug, Clone, Default)]
pub struct UpSetView {}

impl UpSetView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
