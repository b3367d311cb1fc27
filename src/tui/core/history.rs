//! Undo and redo of queries and saved changes, for `u` and Ctrl-r.

use std::sync::Arc;

use super::query::Query;
use crate::study::DefinitionTexts;

/// Steps to undo and to redo.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Vec<HistoryStep>,
    future: Vec<HistoryStep>,
}

/// A step of undo or redo.
#[derive(Debug, Clone)]
enum HistoryStep {
    /// The query to return to.
    Asked(Query),
    /// The saved change to revert or to apply again.
    Saved(Arc<SavedStep>),
}

impl HistoryStep {
    fn filter_bytes(&self) -> usize {
        match self {
            HistoryStep::Asked(query) => query.filter.len(),
            HistoryStep::Saved(_) => 0,
        }
    }
}

/// A saved change of the study's files.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedStep {
    /// Description of the change, such as `deleted @dana`.
    pub what: String,
    /// Texts of the definition files before the change.
    pub before: DefinitionTexts,
    /// Texts of the definition files after the change.
    pub after: DefinitionTexts,
    /// Names that the change renamed, as pairs of old and new, in order.
    pub renamed: Vec<(String, String)>,
    /// The filter before and after, if the change gave it a name.
    pub named: Option<(String, String)>,
}

/// Outcome of taking a step.
#[derive(Debug, Clone)]
pub enum StepOutcome {
    /// Leads to another query; the step is taken.
    Asked(Query),
    /// Leads to other texts of the files. [`History::restored`] takes the step once they are written.
    Saved(Arc<SavedStep>),
}

impl History {
    /// Maximum number of steps. A step is typically a few hundred bytes, or the texts of the definition files twice.
    const MAX_STEPS: usize = 500;
    /// Maximum total size of the filters kept, in bytes: a single one may list a hundred thousand customers.
    const FILTER_BYTES: usize = 32 * 1024 * 1024;

    /// Records `before`, the query that was replaced, and clears the redo steps.
    pub fn push(&mut self, before: Query) {
        self.remember(HistoryStep::Asked(before));
    }

    /// Records a change of the files.
    pub fn push_saved(&mut self, step: SavedStep) {
        self.remember(HistoryStep::Saved(Arc::new(step)));
    }

    fn remember(&mut self, step: HistoryStep) {
        self.past.push(step);
        self.future.clear();
        let mut bytes: usize = self.past.iter().map(HistoryStep::filter_bytes).sum();
        while self.past.len() > Self::MAX_STEPS || (bytes > Self::FILTER_BYTES && self.past.len() > 1) {
            bytes -= self.past.remove(0).filter_bytes();
        }
    }

    /// Takes the last step back from the query `now`; `None` if there is none. A saved change stays until
    /// [`Self::restored`].
    pub fn undo(&mut self, now: &Query) -> Option<StepOutcome> {
        step(&mut self.past, &mut self.future, now)
    }

    /// Takes again the step that was undone last, from the query `now`; `None` if there is none.
    pub fn redo(&mut self, now: &Query) -> Option<StepOutcome> {
        step(&mut self.future, &mut self.past, now)
    }

    /// Takes the step whose texts were written, and returns it with true for undo, false for redo. Returns `None` if
    /// no step matches the texts.
    pub fn restored(&mut self, texts: &DefinitionTexts) -> Option<(Arc<SavedStep>, bool)> {
        let back = matches!(self.past.last(), Some(HistoryStep::Saved(step)) if step.before == *texts);
        let on = matches!(self.future.last(), Some(HistoryStep::Saved(step)) if step.after == *texts);
        let (from, to) = match (back, on) {
            (true, _) => (&mut self.past, &mut self.future),
            (false, true) => (&mut self.future, &mut self.past),
            (false, false) => return None,
        };
        let Some(HistoryStep::Saved(step)) = from.pop() else { return None };
        to.push(HistoryStep::Saved(step.clone()));
        Some((step, back))
    }

    /// Rewrites the filter of every step, after a name that filters use has changed.
    pub fn rewrite_filters(&mut self, rewrite: impl Fn(&str) -> String) {
        for step in self.past.iter_mut().chain(&mut self.future) {
            if let HistoryStep::Asked(query) = step {
                query.filter = rewrite(&query.filter);
            }
        }
    }

    /// Returns true if there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Returns true if there is a step to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

fn step(from: &mut Vec<HistoryStep>, to: &mut Vec<HistoryStep>, now: &Query) -> Option<StepOutcome> {
    match from.pop()? {
        HistoryStep::Asked(query) => {
            to.push(HistoryStep::Asked(now.clone()));
            Some(StepOutcome::Asked(query))
        }
        HistoryStep::Saved(step) => {
            from.push(HistoryStep::Saved(step.clone()));
            Some(StepOutcome::Saved(step))
        }
    }
}
