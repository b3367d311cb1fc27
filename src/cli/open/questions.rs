//! Asks the engine, for a command.

use super::CheckedStudy;
use crate::cli::CommandError;
use crate::engine::{EngineError, TypedQuestion, ask_all, ask_one};
use crate::insight::each_count::EachCountInquiry;
use crate::insight::inquiry::{ErasedInquiry, Inquiry, NewestFact};
use crate::rule::Checked;
use crate::{session, term};

impl CheckedStudy {
    /// Does work that asks the engine. If that fails, sets aside the definitions that the engine cannot evaluate, which
    /// are then in error like those of a wrong rule, and does the work once more. It must print nothing before it has
    /// asked everything.
    pub fn retry_without_faults<T>(
        &mut self,
        work: impl Fn(&Self) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let failed = match work(self) {
            Err(failed @ CommandError::Failed(_)) => failed,
            done => return done,
        };
        let mut counts = EachCountInquiry::new(Checked::everyone(), self.catalog.rules());
        self.drive(&mut counts)?;
        let faults = counts.faults();
        if faults.is_empty() {
            return Err(failed);
        }
        self.catalog.set_aside(&faults);
        work(self)
    }

    /// Asks one question, given the study's personas.
    pub fn ask<Q: TypedQuestion + Clone>(&self, question: &Q) -> Result<Q::Answer, CommandError> {
        self.answer(question)?.map_err(CommandError::failed)
    }

    /// Drives an inquiry to its end.
    pub fn drive(&self, inquiry: &mut dyn ErasedInquiry) -> Result<(), CommandError> {
        session::drive(self.engine.as_ref(), &self.catalog.counted, inquiry, &self.cancel).map_err(CommandError::failed)
    }

    /// Drives an inquiry that has one result, and returns the result.
    pub fn find<T: Clone>(&self, mut inquiry: impl Inquiry<Result = NewestFact<T>>) -> Result<T, CommandError> {
        self.drive(&mut inquiry)?;
        let found = inquiry.result();
        found
            .get()
            .cloned()
            .ok_or_else(|| CommandError::failed(found.error.as_deref().unwrap_or("nothing was counted")))
    }

    /// Same as [`CheckedStudy::ask`], but returns the engine's error for the caller to handle. A fault inside the engine
    /// still fails.
    pub fn answer<Q: TypedQuestion + Clone>(
        &self,
        question: &Q,
    ) -> Result<Result<Q::Answer, EngineError>, CommandError> {
        let question = question.clone().with_personas(&self.catalog.counted);
        term::guard("the engine", || ask_one(self.engine.as_ref(), &question, &self.cancel))
            .map_err(CommandError::failed)
    }

    /// Asks several questions in one batch.
    pub fn ask_each<Q: TypedQuestion + Clone>(&self, questions: &[Q]) -> Result<Vec<Q::Answer>, CommandError> {
        let batch: Vec<_> =
            questions.iter().map(|question| question.clone().with_personas(&self.catalog.counted)).collect();
        let answers = term::guard("the engine", || ask_all(self.engine.as_ref(), &batch, &self.cancel));
        let answers = answers.map_err(CommandError::failed)?.into_iter();
        answers.map(|answer| answer.map_err(CommandError::failed)).collect()
    }
}
