//! Asks questions so that each has its own type of answer: one question at a time, or several in a batch.

use std::time::Instant;

use super::{Answer, Cancel, Engine, EngineError, Question, QuestionKind, TypedQuestion};

/// Asks one question.
///
/// # Errors
/// Returns the engine's reason if it cannot answer.
pub fn ask_one<Q: TypedQuestion>(engine: &dyn Engine, question: &Q, cancel: &Cancel) -> Result<Q::Answer, EngineError> {
    let answer = ask_each(engine, &[question.question()], cancel).pop();
    answer.unwrap_or_else(|| Err(unanswered(cancel))).and_then(|answer| question.read(answer))
}

/// Asks several questions in one batch, given as a tuple or a vector. The answers have the same shape.
pub fn ask_all<B: QuestionBatch>(engine: &dyn Engine, batch: &B, cancel: &Cancel) -> B::Answers {
    let mut answers = ask_each(engine, &batch.questions(), cancel).into_iter();
    batch.read(&mut || answers.next().unwrap_or_else(|| Err(unanswered(cancel))))
}

/// Asks questions in one batch, and calls `answered` with each question's index and answer as soon as the answer
/// comes. Logs the kinds of the questions and of the errors, and the time.
pub fn ask_batch(
    engine: &dyn Engine,
    questions: &[Question],
    cancel: &Cancel,
    answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return engine.ask(questions, cancel, answered);
    }
    let began = Instant::now();
    let (mut answers, mut errors) = (0_usize, Vec::new());
    engine.ask(questions, cancel, &mut |at, answer| {
        match &answer {
            Ok(_) => answers += 1,
            Err(error) => errors.push(error.kind()),
        }
        answered(at, answer);
    });
    let kinds = counted(questions.iter().map(|question| question.body.kind()));
    tracing::debug!(questions = %kinds, answers, errors = %errors.join(", "), took = ?began.elapsed(), "asked");
}

/// Returns the kinds of the questions for the log, each once with its number: `counts, 3 × groups`.
fn counted(kinds: impl Iterator<Item = QuestionKind> + Clone) -> String {
    let number = |kind: &QuestionKind| kinds.clone().filter(|other| other == kind).count();
    let words = QuestionKind::ALL.iter().filter_map(|kind| match number(kind) {
        0 => None,
        1 => Some(kind.word().to_owned()),
        number => Some(format!("{number} × {}", kind.word())),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Asks questions in one batch, and returns all answers in the order of the questions.
pub fn ask_each(engine: &dyn Engine, questions: &[Question], cancel: &Cancel) -> Vec<Result<Answer, EngineError>> {
    let mut answers: Vec<_> = questions.iter().map(|_| None).collect();
    ask_batch(engine, questions, cancel, &mut |at, answer| {
        if let Some(place) = answers.get_mut(at) {
            *place = Some(answer);
        }
    });
    answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err(unanswered(cancel)))).collect()
}

/// Returns the error for a question that the engine did not answer.
fn unanswered(cancel: &Cancel) -> EngineError {
    match cancel.check() {
        Err(cancelled) => cancelled,
        Ok(()) => {
            EngineError::Failed("the engine left a question without an answer: internal error, please report".into())
        }
    }
}

/// Questions that are asked together; see [`ask_all`].
pub trait QuestionBatch {
    /// One result per question.
    type Answers;

    /// Returns the questions, in the order in which [`Self::read`] expects their answers.
    fn questions(&self) -> Vec<Question>;

    /// Reads the answers. Each call of `next` returns the answer to the next question.
    fn read(&self, next: &mut dyn FnMut() -> Result<Answer, EngineError>) -> Self::Answers;
}

impl<Q: TypedQuestion> QuestionBatch for Vec<Q> {
    type Answers = Vec<Result<Q::Answer, EngineError>>;

    fn questions(&self) -> Vec<Question> {
        self.iter().map(Q::question).collect()
    }

    fn read(&self, next: &mut dyn FnMut() -> Result<Answer, EngineError>) -> Self::Answers {
        self.iter().map(|question| question.read(next()?)).collect()
    }
}

macro_rules! batch_of_tuple {
    ($($question:ident $at:tt),*) => {
        impl<$($question: TypedQuestion),*> QuestionBatch for ($($question,)*) {
            type Answers = ($(Result<$question::Answer, EngineError>,)*);

            fn questions(&self) -> Vec<Question> {
                vec![$(self.$at.question()),*]
            }

            fn read(&self, next: &mut dyn FnMut() -> Result<Answer, EngineError>) -> Self::Answers {
                ($(next().and_then(|answer| self.$at.read(answer)),)*)
            }
        }
    };
}

batch_of_tuple!(A 0, B 1);
batch_of_tuple!(A 0, B 1, C 2);

#[cfg(test)]
mod tests {
    use super::super::{
        Answer, Capabilities, CountsQuestion, CustomerCount, MembershipsQuestion, Status, Summary, SummaryQuestion,
    };
    use super::*;
    use crate::model::Schema;
    use crate::rule::Checked;

    /// An engine that answers each batch with these answers, in this order, each with the index of its question.
    struct CannedAnswers(Schema, Vec<(usize, Result<Answer, EngineError>)>);

    impl Engine for CannedAnswers {
        fn name(&self) -> &str {
            "canned"
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
            _questions: &[Question],
            _cancel: &Cancel,
            answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
        ) {
            self.1.iter().cloned().for_each(|(at, answer)| answered(at, answer));
        }
    }

    fn summary(customers: u64) -> Summary {
        Summary { customers, base: 9, value: None }
    }

    fn asked() -> (SummaryQuestion, CountsQuestion) {
        let filter = Checked::everyone();
        (
            SummaryQuestion { filter: filter.clone(), value: None },
            CountsQuestion { filter: filter.clone(), rules: vec![filter] },
        )
    }

    #[test]
    fn answers_in_any_order_reach_their_questions() {
        let counts = vec![CustomerCount { in_filter: 1, in_base: 2 }];
        let canned =
            vec![(1, Ok(Answer::Counts(counts.clone()))), (0, Ok(Answer::Summary(summary(3)))), (7, Err(lost()))];
        let engine = CannedAnswers(Schema::default(), canned);
        assert_eq!(ask_all(&engine, &asked(), &Cancel::new()), (Ok(summary(3)), Ok(counts)));
    }

    fn lost() -> EngineError {
        EngineError::Lost("the wire was cut".into())
    }

    #[test]
    fn failed_question_leaves_others_answered() {
        let engine = CannedAnswers(
            Schema::default(),
            vec![(0, Err(lost())), (1, Ok(Answer::Counts(vec![CustomerCount::default()])))],
        );
        assert_eq!(ask_all(&engine, &asked(), &Cancel::new()), (Err(lost()), Ok(vec![CustomerCount::default()])));
    }

    #[test]
    fn answer_of_wrong_kind_is_error_with_both_kinds() {
        let engine = CannedAnswers(Schema::default(), vec![(0, Ok(Answer::Memberships(vec![1])))]);
        let (question, _) = asked();
        let error = ask_one(&engine, &question, &Cancel::new()).expect_err("not a summary");
        assert_eq!(
            error.to_string(),
            "the engine answered with memberships where it was asked for a summary: internal error, please report"
        );
    }

    #[test]
    fn answer_with_wrong_number_of_parts_is_error() {
        let engine = CannedAnswers(Schema::default(), vec![(1, Ok(Answer::Counts(Vec::new())))]);
        let (_, counts) = ask_all(&engine, &asked(), &Cancel::new());
        assert!(counts.is_err_and(|error| error.to_string().contains("another size")));
    }

    #[test]
    fn question_kinds_are_listed_once_with_counts() {
        let (summary, counts) = asked();
        let questions = [counts.question(), summary.question(), counts.question()];
        let kinds = questions.iter().map(|question| question.body.kind());
        assert_eq!(counted(kinds), "a summary, 2 × counts");
    }

    #[test]
    fn question_left_out_is_cancelled_or_failed() {
        let engine = CannedAnswers(Schema::default(), Vec::new());
        let question = MembershipsQuestion { filter: Checked::everyone(), sets: Vec::new() };
        let cancel = Cancel::new();
        assert!(matches!(ask_one(&engine, &question, &cancel), Err(EngineError::Failed(_))));
        cancel.raise();
        assert_eq!(ask_one(&engine, &question, &cancel), Err(EngineError::Cancelled));
    }

    #[test]
    fn question_kinds_have_distinct_words() {
        let mut words: Vec<&str> = super::super::QuestionKind::ALL.iter().map(|kind| kind.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), super::super::QuestionKind::ALL.len());
    }
}
