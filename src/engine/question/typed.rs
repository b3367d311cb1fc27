//! Questions that know the types of their answers.

use super::Question;
use crate::engine::{Answer, EngineError, Personas};

/// A question that knows the type of its answer. [`super::question`] pairs them.
pub trait TypedQuestion {
    type Answer;

    /// The question as an engine takes it.
    fn question(&self) -> Question;

    /// The answer as this question has it.
    ///
    /// # Errors
    /// When an engine answered something else, or with another number of parts, which is a fault of that engine.
    fn read(&self, answer: Answer) -> Result<Self::Answer, EngineError>;

    /// The same question with these personas behind the column `persona`.
    fn with_personas(self, personas: &Personas) -> WithPersonas<Self>
    where
        Self: Sized,
    {
        WithPersonas { question: self, personas: personas.clone() }
    }
}

/// A question of any kind, answered by any kind.
impl TypedQuestion for Question {
    type Answer = Answer;

    fn question(&self) -> Question {
        self.clone()
    }

    fn read(&self, answer: Answer) -> Result<Answer, EngineError> {
        Ok(answer)
    }
}

/// A question and the personas behind its column `persona`.
#[derive(Debug, Clone, PartialEq)]
pub struct WithPersonas<Q> {
    question: Q,
    personas: Personas,
}

impl<Q: TypedQuestion> TypedQuestion for WithPersonas<Q> {
    type Answer = Q::Answer;

    fn question(&self) -> Question {
        self.question.question().with_personas(&self.personas)
    }

    fn read(&self, answer: Answer) -> Result<Q::Answer, EngineError> {
        self.question.read(answer)
    }
}
