/// One column: its values, spread and chart.
#[derive(Debug, Clone, Default)]
pub struct ProfileView {}

impl ProfileView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
