//! An engine whose answers hold only what a study's `[privacy]` lets be shown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::{
    Answer, Cancel, Capabilities, Count, CountsQuestion, Engine, EngineError, Personas, Question, Status, ask_each,
};
use crate::insight::privacy::{FilterSize, Privacy};
use crate::model::{PERSONA, Schema};
use crate::rule::Checked;

/// Maximum number of filters whose sizes are kept.
const MAX_SIZES: usize = 10_000;

/// An engine behind the rules of [`Privacy`]. Whatever asks an opened study asks through it.
pub struct DiscreetEngine {
    engine: Arc<dyn Engine>,
    privacy: Privacy,
    /// Sizes of filters by their canonical texts. Those that depend on the personas are not kept.
    sizes: Mutex<HashMap<String, FilterSize>>,
}

impl DiscreetEngine {
    /// Returns the engine itself if everything may be shown.
    pub fn around(engine: Arc<dyn Engine>, privacy: Privacy) -> Arc<dyn Engine> {
        match privacy.is_open() {
            true => engine,
            false => Arc::new(Self { engine, privacy, sizes: Mutex::default() }),
        }
    }

    /// Returns the sizes of the questions' filters. Those that are not known yet are counted first, all at once.
    fn sizes(&self, questions: &[Question], cancel: &Cancel) -> Vec<Result<FilterSize, EngineError>> {
        let mut unknown: Vec<(Personas, Vec<Checked>)> = Vec::new();
        for question in questions {
            let Some(filter) = self.privacy.filter(&question.body, self.schema()) else { continue };
            if self.kept(filter).is_some() {
                continue;
            }
            let at = unknown.iter().position(|(personas, _)| *personas == question.personas);
            let at = at.unwrap_or_else(|| {
                unknown.push((question.personas.clone(), Vec::new()));
                unknown.len() - 1
            });
            if !unknown[at].1.contains(filter) {
                unknown[at].1.push(filter.clone());
            }
        }
        let ask = |(personas, rules): &(Personas, Vec<Checked>)| {
            let counts = CountsQuestion { filter: Checked::everyone(), rules: rules.clone() };
            Question::from(counts).with_personas(personas)
        };
        let asked: Vec<Question> = unknown.iter().map(ask).collect();
        let answers = if asked.is_empty() { Vec::new() } else { ask_each(self.engine.as_ref(), &asked, cancel) };
        let mut counted: Vec<(Personas, Checked, Result<FilterSize, EngineError>)> = Vec::new();
        for ((personas, rules), answer) in unknown.into_iter().zip(answers) {
            let sizes = self.read(&rules, answer);
            counted.extend(rules.into_iter().zip(sizes).map(|(rule, size)| (personas.clone(), rule, size)));
        }
        for (_, rule, size) in &counted {
            if let Ok(size) = size {
                self.keep(rule, *size);
            }
        }
        let size = |question: &Question| {
            let Some(filter) = self.privacy.filter(&question.body, self.schema()) else {
                return Ok(FilterSize::Everyone);
            };
            if let Some(size) = self.kept(filter) {
                return Ok(size);
            }
            let found = counted.iter().find(|(personas, rule, _)| rule == filter && *personas == question.personas);
            let left_out = || EngineError::failed("the engine left a filter uncounted: a fault of it");
            found.map_or_else(|| Err(left_out()), |(_, _, size)| size.clone())
        };
        questions.iter().map(size).collect()
    }

    fn read(&self, rules: &[Checked], answer: Result<Answer, EngineError>) -> Vec<Result<FilterSize, EngineError>> {
        let base = self.customers();
        match answer {
            Ok(Answer::Counts(counts)) if counts.len() == rules.len() => {
                counts.into_iter().map(|Count { in_base, .. }| Ok(self.privacy.size(in_base, base))).collect()
            }
            Ok(_) => {
                let wrong = || EngineError::failed("the engine did not count a filter: a fault of it");
                rules.iter().map(|_| Err(wrong())).collect()
            }
            Err(error) => rules.iter().map(|_| Err(error.clone())).collect(),
        }
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

impl Engine for DiscreetEngine {
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

    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) {
        let (schema, base) = (self.schema(), self.customers());
        let (mut places, mut asked) = (Vec::new(), Vec::new());
        for (at, (question, size)) in questions.iter().zip(self.sizes(questions, cancel)).enumerate() {
            let allowed = size.and_then(|size| Ok((size, self.privacy.question(question.clone(), size, schema)?)));
            match allowed {
                Ok((size, question)) => {
                    places.push((at, size));
                    asked.push(question);
                }
                Err(error) => answered(at, Err(self.privacy.error(error, question, schema))),
            }
        }
        if asked.is_empty() {
            return;
        }
        self.engine.ask(&asked, cancel, &mut |at, answer| {
            if let Some((place, size)) = places.get(at) {
                let answer = answer.and_then(|answer| self.privacy.answer(answer, *size, base, schema));
                answered(*place, answer.map_err(|error| self.privacy.error(error, &asked[at], schema)));
            }
        });
    }
}
