use crate::insight::attrition::AttritionInquiry;

/// What each condition of the filter removes.
#[derive(Debug, Clone, Default)]
pub struct AttritionPane {
    pub shown: bool,
    pub steps: AttritionInquiry,
}

impl AttritionPane {
    pub fn is_waiting(&self) -> bool {
        self.shown && self.steps.found.is_waiting()
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.steps.outdate();
    }

    /// Conditions that are shown, or being counted.
    pub fn conditions(&self) -> usize {
        let asked = self.steps.about().map_or(0, |conditions| conditions.0.len());
        self.steps.found.answer.as_ref().map_or(0, Vec::len).max(asked)
    }
}
