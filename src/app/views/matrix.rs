/// Sets against sets, as a heat map.
#[derive(Debug, Clone, Default)]
pub struct MatrixView {}

impl MatrixView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
