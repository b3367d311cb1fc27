use super::super::answers::Pending;
use crate::engine::Count;

/// What each condition of the filter removes.
#[derive(Debug, Clone, Default)]
pub struct AttritionPane {
    pub shown: bool,
    /// The conditions that were asked about, as written.
    pub conditions: Vec<String>,
    /// Of [`crate::insight::attrition::rules`], over the base.
    pub counts: Pending<Vec<Count>>,
    /// The conditions that `counts` is about.
    pub answered: Vec<String>,
}

impl AttritionPane {
    pub fn is_waiting(&self) -> bool {
        self.shown && !self.conditions.is_empty() && self.counts.is_waiting()
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.counts.outdate();
    }
}
