//! Questions paired with the types of their answers.

use super::Question;
use crate::engine::{Answer, EngineError, Personas};

/// A question with a known type of answer.
pub trait TypedQuestion {
    /// Type of the answer, such as [`crate::engine::Summary`].
    type Answer;

    /// Returns the question in the form that an engine takes.
    fn question(&self) -> Question;

    /// Converts an engine's answer to this question's type.
    ///
    /// # Errors
    /// Returns an error if the answer is of another kind, or has the wrong number of elements: a bug of the engine.
    fn read(&self, answer: Answer) -> Result<Self::Answer, EngineError>;

    /// Returns the question with these personas as the definition of the column `persona`.
    fn with_personas(self, personas: &Personas) -> WithPersonas<Self>
    where
        Self: Sized,
    {
        WithPersonas { question: self, personas: personas.clone() }
    }
}

/// A question of any kind, whose answer may be of any kind.
impl TypedQuestion for Question {
    type Answer = Answer;

    fn question(&self) -> Question {
        self.clone()
    }

    fn read(&self, answer: Answer) -> Result<Answer, EngineError> {
        Ok(answer)
    }
}

/// A question with the personas that define its column `persona`.
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
