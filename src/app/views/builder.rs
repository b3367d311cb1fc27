/// The builder of segmentations.
#[derive(Debug, Clone, Default)]
pub struct Builder {}

impl Builder {
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {}
}
