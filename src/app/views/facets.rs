/// Up to four columns at once, each filtering the others.
#[derive(Debug, Clone, Default)]
pub struct FacetsView {}

impl FacetsView {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
