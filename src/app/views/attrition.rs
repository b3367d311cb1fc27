/// What each condition of the filter removes.
#[derive(Debug, Clone, Default)]
pub struct AttritionPane {}

impl AttritionPane {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
