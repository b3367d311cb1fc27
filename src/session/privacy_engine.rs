//! An engine whose answers contain only what a study's `[privacy]` allows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::{Answer, Cancel, Capabilities, Engine, EngineError, Personas, Question, Status, SummaryQuestion};
use crate::insight::privacy::{DisclosureLimits, FilterSize};
use crate::model::{PERSONA, Schema};
use crate::rule::Checked;

/// Maximum number of filters whose sizes are kept.
const MAX_SIZES: usize = 10_000;

/// An engine that applies [`DisclosureLimits`] to the answers of another one. All questions about an opened study pass
/// through it.
pub struct PrivacyEngine {
    engine: Arc<dyn Engine>,
    privacy: DisclosureLimits,
    /// Sizes of filters by their canonical texts. Those that depend on the personas are not kept.
    sizes: Mutex<HashMap<String, FilterSize>>,
}

impl PrivacyEngine {
    /// Wraps an engine, unless everything may be shown.
    pub fn around(engine: Arc<dyn Engine>, privacy: DisclosureLimits) -> Arc<dyn Engine> {
        match privacy.is_open() {
            true => engine,
            false => Arc::new(Self { engine, privacy, sizes: Mutex::default() }),
        }
    }

    fn read_size(&self, filter: &Checked, answer: Result<Answer, EngineError>) -> Result<FilterSize, EngineError> {
        match answer? {
            Answer::Summary(summary) => {
                let size = self.privacy.size(summary.customers, self.customers());
                self.keep(filter, size);
                Ok(size)
            }
            _ => Err(EngineError::failed("the engine did not count a filter: internal error, please report")),
        }
    }

    /// Asks the questions with these indices and filter sizes, and passes on what may be shown of the answers.
    fn ask_sized(
        &self,
        sized: &[(usize, FilterSize)],
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) {
        let mut asked = Vec::new();
        for &(at, size) in sized {
            match self.privacy.question(questions[at].clone(), size, self.schema()) {
                Ok(question) => asked.push((at, size, question)),
                Err(error) => answered(at, Err(self.privacy.error(error, &questions[at], self.schema()))),
            }
        }
        if asked.is_empty() {
            return;
        }
        let batch: Vec<Question> = asked.iter().map(|(_, _, question)| question.clone()).collect();
        self.engine.ask(&batch, cancel, &mut |at, answer| {
            if let Some((place, size, question)) = asked.get(at) {
                answered(*place, self.shown(answer, *size, question));
            }
        });
    }

    /// Returns the part of an answer that may be shown.
    fn shown(
        &self,
        answer: Result<Answer, EngineError>,
        size: FilterSize,
        question: &Question,
    ) -> Result<Answer, EngineError> {
        let answer = answer.and_then(|answer| self.privacy.answer(answer, size, self.customers(), self.schema()));
        answer.map_err(|error| self.privacy.error(error, question, self.schema()))
    }

    fn kept(&self, filter: &Checked) -> Option<FilterSize> {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).get(filter.key()).copied()
    }

    fn keep(&self, filter: &Checked, size: FilterSize) {
        if filter.columns().contains(PERSONA) {
            return;
        }
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        if sizes.len() >= MAX_SIZES {
            sizes.clear();
        }
        sizes.insert(filter.canonical(), size);
    }
}

impl Engine for PrivacyEngine {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    fn customers(&self) -> u64 {
        self.engine.customers()
    }

    fn capabilities(&self) -> Capabilities {
        self.engine.capabilities()
    }

    fn status(&self) -> Status {
        self.engine.status()
    }

    fn read_ahead(&self, columns: &[String]) {
        self.engine.read_ahead(columns);
    }

    fn ask_only(&self, rules: &[Checked]) {
        self.engine.ask_only(rules);
    }

    /// Asks the questions together with the sizes of their filters, if these are unknown, so that a remote engine needs one
    /// statement for both. Answers wait until the size is known. If a filter turns out to have few customers or nearly all,
    /// its answers are dropped, and its questions are asked again in the form in which they may be answered.
    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) {
        let mut unknown: Vec<(Personas, Checked)> = Vec::new();
        let mut sized = Vec::new();
        let mut guessed: Vec<(usize, usize, Question)> = Vec::new();
        for (at, question) in questions.iter().enumerate() {
            let filter = self.privacy.filter(&question.body, self.schema());
            let size = filter.map_or(Some(FilterSize::Everyone), |filter| self.kept(filter));
            let (Some(filter), None) = (filter, size) else {
                sized.extend(size.map(|size| (at, size)));
                continue;
            };
            match self.privacy.question(question.clone(), FilterSize::Plain, self.schema()) {
                Ok(asked) => {
                    let is_same =
                        |(personas, other): &(Personas, Checked)| other == filter && *personas == question.personas;
                    let of = unknown.iter().position(is_same).unwrap_or_else(|| {
                        unknown.push((question.personas.clone(), filter.clone()));
                        unknown.len() - 1
                    });
                    guessed.push((at, of, asked));
                }
                Err(error) => answered(at, Err(self.privacy.error(error, question, self.schema()))),
            }
        }
        let mut sizes: Vec<Option<Result<FilterSize, EngineError>>> = vec![None; unknown.len()];
        let mut waiting: Vec<(usize, Result<Answer, EngineError>)> = Vec::new();
        let mut again = Vec::new();
        if !guessed.is_empty() {
            let count = |(personas, filter): &(Personas, Checked)| {
                Question::from(SummaryQuestion { filter: filter.clone(), value: None }).with_personas(personas)
            };
            let batch: Vec<Question> =
                unknown.iter().map(count).chain(guessed.iter().map(|(_, _, question)| question.clone())).collect();
            self.engine.ask(&batch, cancel, &mut |at, answer| {
                match at.checked_sub(unknown.len()) {
                    None => sizes[at] = Some(self.read_size(&unknown[at].1, answer)),
                    Some(at) => waiting.push((at, answer)),
                }
                for (at, answer) in std::mem::take(&mut waiting) {
                    let (place, of, question) = &guessed[at];
                    match &sizes[*of] {
                        None => waiting.push((at, answer)),
                        Some(Ok(FilterSize::Plain)) => {
                            answered(*place, self.shown(answer, FilterSize::Plain, question))
                        }
                        Some(Ok(size)) => again.push((*place, *size)),
                        Some(Err(error)) => {
                            answered(*place, Err(self.privacy.error(error.clone(), question, self.schema())));
                        }
                    }
                }
            });
            for (at, _) in waiting {
                let left_out = "the engine left a filter uncounted: internal error, please report";
                answered(guessed[at].0, Err(EngineError::failed(left_out)));
            }
        }
        sized.extend(again);
        self.ask_sized(&sized, questions, cancel, answered);
    }
}
