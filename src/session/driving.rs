//! Asks an engine questions, guarded against panics inside the engine.

use crate::engine::{Answer, Cancel, Engine, EngineError, Personas, Question, ask_batch};
use crate::insight::inquiry::ErasedInquiry;
use crate::term;

/// Asks the open questions of an inquiry until none is left. `personas` define the column `persona`. Failed questions are
/// part of the inquiry's result.
///
/// # Errors
/// Returns only [`EngineError::Cancelled`].
pub fn drive(
    engine: &dyn Engine,
    personas: &Personas,
    inquiry: &mut dyn ErasedInquiry,
    cancel: &Cancel,
) -> Result<(), EngineError> {
    loop {
        let (slots, questions): (Vec<_>, Vec<_>) = inquiry.open().into_iter().unzip();
        if slots.is_empty() {
            return Ok(());
        }
        let questions = questions.into_iter().map(|question: Question| question.or_personas(personas)).collect();
        ask(engine, questions, cancel, &mut |at, answer| inquiry.take(slots[at], answer));
        cancel.check()?;
    }
}

/// Asks a batch of questions and calls `answered` once for each, with its index. If the engine panics, the first question
/// without an answer fails, and the others are asked again.
pub fn ask(
    engine: &dyn Engine,
    mut questions: Vec<Question>,
    cancel: &Cancel,
    answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
) {
    let mut places: Vec<usize> = (0..questions.len()).collect();
    while !places.is_empty() {
        let mut open = places.clone();
        let asked = term::guard("the engine", || {
            ask_batch(engine, &questions, cancel, &mut |at, answer| {
                if let Some(place) = places.get(at)
                    && let Some(at) = open.iter().position(|other| other == place)
                {
                    open.remove(at);
                    answered(*place, answer);
                }
            });
        });
        match asked {
            Ok(()) => {
                let left_out = || {
                    EngineError::failed("the engine left a question without an answer: internal error, please report")
                };
                let reason = cancel.check().err().unwrap_or_else(left_out);
                return open.into_iter().for_each(|place| answered(place, Err(reason.clone())));
            }
            Err(fault) if open.is_empty() => return drop(fault),
            Err(fault) => answered(open.remove(0), Err(EngineError::Failed(fault))),
        }
        let mut is_open = places.iter().map(|place| open.contains(place));
        questions.retain(|_| is_open.next().unwrap_or_default());
        places = open;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Capabilities, CountsQuestion, CustomerCount, QuestionBody, Status};
    use crate::insight::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
    use crate::model::Schema;
    use crate::rule::Checked;

    /// An engine that counts as many customers as the question has rules, and panics on questions with two.
    struct PanickingEngine(Schema);

    impl Engine for PanickingEngine {
        fn name(&self) -> &str {
            "breaking"
        }

        fn schema(&self) -> &Schema {
            &self.0
        }

        fn customers(&self) -> u64 {
            0
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities::default()
        }

        fn status(&self) -> Status {
            Status::default()
        }

        fn ask(
            &self,
            questions: &[Question],
            _cancel: &Cancel,
            answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
        ) {
            for (at, question) in questions.iter().enumerate() {
                let QuestionBody::Counts(CountsQuestion { rules, .. }) = &question.body else { return };
                assert_ne!(rules.len(), 2, "on purpose");
                answered(at, Ok(Answer::Counts(vec![CustomerCount::default(); rules.len()])));
            }
        }
    }

    fn counts(rules: usize) -> CountsQuestion {
        CountsQuestion { filter: Checked::everyone(), rules: vec![Checked::everyone(); rules] }
    }

    fn question(rules: usize) -> Question {
        counts(rules).into()
    }

    #[test]
    fn engine_panic_costs_one_answer_of_batch() {
        let engine = PanickingEngine(Schema::default());
        let mut answers = Vec::new();
        let questions = vec![question(1), question(2), question(3), question(2), question(0)];
        ask(&engine, questions, &Cancel::new(), &mut |at, result| answers.push((at, result.is_ok())));
        assert_eq!(answers, [(0, true), (1, false), (2, true), (3, false), (4, true)]);
    }

    /// An inquiry that asks for one rule and, when that is counted, for three.
    #[derive(Default)]
    struct TwoSteps {
        first: Open<CountsQuestion>,
        second: Open<CountsQuestion>,
        found: Vec<NewestFact<usize>>,
    }

    impl Inquiry for TwoSteps {
        type Result = Vec<NewestFact<usize>>;

        fn open(&self) -> Vec<(QuestionSlot, Question)> {
            self.first.at(0).into_iter().chain(self.second.at(1)).collect()
        }

        fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
            let asked = if slot == QuestionSlot(0) { &mut self.first } else { &mut self.second };
            let Some(answer) = asked.take(answer) else { return };
            if slot == QuestionSlot(0) && answer.is_ok() {
                self.second = Open::new(counts(3));
            }
            let mut fact = NewestFact::default();
            fact.settle(answer.map(|counts| counts.len()));
            self.found.push(fact);
        }

        fn result(&self) -> &Self::Result {
            &self.found
        }
    }

    #[test]
    fn drive_asks_until_nothing_is_open() {
        let engine = PanickingEngine(Schema::default());
        let drive = |first| {
            let mut inquiry = TwoSteps { first: Open::new(counts(first)), ..TwoSteps::default() };
            drive(&engine, &Personas::default(), &mut inquiry, &Cancel::new()).expect("not cancelled");
            inquiry.found
        };
        assert_eq!(drive(1), [NewestFact::known(1), NewestFact::known(3)]);
        let broken = drive(2);
        assert!(broken.len() == 1 && broken[0].error.as_ref().is_some_and(|error| error.contains("on purpose")));
    }

    #[test]
    fn cancelled_drive_is_error() {
        let mut inquiry = TwoSteps { first: Open::new(counts(1)), ..TwoSteps::default() };
        let cancel = Cancel::new();
        cancel.raise();
        let driven = drive(&PanickingEngine(Schema::default()), &Personas::default(), &mut inquiry, &cancel);
        assert_eq!(driven, Err(EngineError::Cancelled));
    }
}
