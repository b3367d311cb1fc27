use std::collections::HashMap;
use std::time::Duration;

use crate::engine::{Count, Groups, Page, Summary, Values};
use crate::insight::mece::Mece;

/// The newest answers to all that is asked.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub summary: Pending<Summary>,
    /// By full name of a segment or cell.
    pub segments: Pending<HashMap<String, Count>>,
    pub personas: Pending<PersonaCounts>,
    /// Element k: customers of the filter who are in exactly k personas.
    pub memberships: Pending<Vec<u64>>,
    /// By segmentation: it does not depend on the filter, and stays until the definitions change.
    pub mece: HashMap<String, Mece>,
    pub groups: Pending<Groups>,
    pub page: Pending<Page>,
    /// Distinct values by column: they do not depend on the filter and stay.
    pub values: HashMap<String, Values>,
    /// How long the newest summary took.
    pub took: Option<Duration>,
}

/// Persona by persona, in the catalog's order; `None` where a rule is in error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonaCounts {
    pub audiences: Vec<Option<Count>>,
    /// For each persona and each segment that it spans: customers in both.
    pub spans: Vec<Vec<Option<Count>>>,
}

/// An answer that may be of the question before: then it is drawn dimmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending<T> {
    pub answer: Option<T>,
    /// The answer is to what is asked now.
    pub fresh: bool,
    /// Customers of the filter that the answer is about: what its shares are of.
    pub within: Option<u64>,
    /// Why there is no answer to what is asked now.
    pub error: Option<String>,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self { answer: None, fresh: false, within: None, error: None }
    }
}

impl<T> Pending<T> {
    /// The question has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.fresh = false;
        self.error = None;
    }

    pub fn set(&mut self, answer: T, within: Option<u64>) {
        *self = Self { answer: Some(answer), fresh: true, within, error: None };
    }

    pub fn fail(&mut self, error: String) {
        self.error = Some(error);
    }

    /// Nobody is working on what is waited for any more.
    pub fn stop(&mut self, reason: &str) {
        if self.is_waiting() {
            self.fail(reason.to_owned());
        }
    }

    /// Asked, and neither answered nor refused yet.
    pub fn is_waiting(&self) -> bool {
        !self.fresh && self.error.is_none()
    }
}
