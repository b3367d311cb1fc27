use crate::insight::attrition::AttritionInquiry;

/// The customers that each condition of the filter removes.
#[derive(Debug, Clone, Default)]
pub struct AttritionPane {
    pub shown: bool,
    pub steps: AttritionInquiry,
}

impl AttritionPane {
    pub fn is_waiting(&self) -> bool {
        self.shown && self.steps.found.is_waiting()
    }

    /// Marks the steps as outdated: the query has changed.
    pub fn outdate(&mut self) {
        self.steps.outdate();
    }

    /// Returns the number of conditions that are shown or being counted.
    pub fn conditions(&self) -> usize {
        let asked = self.steps.about().map_or(0, |conditions| conditions.0.len());
        self.steps.found.answer.as_ref().map_or(0, Vec::len).max(asked)
    }
}
