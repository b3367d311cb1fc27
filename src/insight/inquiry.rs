//! Inquiries: state machines that ask an engine one or more questions and compute figures from the answers.
//!
//! An inquiry never calls an engine itself. A driver ([`crate::session`], the screen's worker threads) asks its open
//! questions and passes the answers back, in any order, until no question is open. Views, sub-commands and the report all
//! ask in this way.

use crate::engine::{Answer, EngineError, Question, TypedQuestion};

/// Index of a question within its inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionSlot(pub usize);

/// Questions to an engine, and what their answers result in.
///
/// To drive an inquiry: ask the questions of [`Inquiry::open`], pass each answer to [`Inquiry::take`], and repeat until no
/// question is open. [`Inquiry::result`] can be read at any time.
pub trait Inquiry {
    /// Figures computed from the answers.
    type Result;

    /// Returns the questions without an answer, the most urgent first. An answer may open further questions.
    fn open(&self) -> Vec<(QuestionSlot, Question)>;

    /// Takes the answer to a question, or the reason why it has none, and closes the question. Ignores a slot that is not
    /// open.
    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>);

    /// Returns the result so far, with the reasons of failed questions.
    fn result(&self) -> &Self::Result;
}

/// An inquiry with any type of result, for drivers that do not read it.
pub trait ErasedInquiry {
    /// See [`Inquiry::open`].
    fn open(&self) -> Vec<(QuestionSlot, Question)>;

    /// See [`Inquiry::take`].
    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>);
}

impl<I: Inquiry> ErasedInquiry for I {
    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        Inquiry::open(self)
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        Inquiry::take(self, slot, answer);
    }
}

impl dyn ErasedInquiry + '_ {
    /// Fails all open questions with this reason.
    pub fn give_up(&mut self, reason: &str) {
        // An answer may open more questions, but failures do not do so forever.
        for (slot, _) in self.open() {
            self.take(slot, Err(EngineError::failed(reason)));
        }
    }
}

/// A question of an inquiry; `None` once it is answered, or if it is not asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Open<Q>(Option<Q>);

impl<Q> Default for Open<Q> {
    fn default() -> Self {
        Self(None)
    }
}

impl<Q: TypedQuestion> Open<Q> {
    /// Creates an open question.
    pub fn new(question: Q) -> Self {
        Self(Some(question))
    }

    /// Returns the question with this slot; `None` if it is not open.
    pub fn at(&self, slot: usize) -> Option<(QuestionSlot, Question)> {
        self.0.as_ref().map(|question| (QuestionSlot(slot), question.question()))
    }

    /// Returns true if the question has no answer yet.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the question; `None` if it is not open.
    pub fn get_mut(&mut self) -> Option<&mut Q> {
        self.0.as_mut()
    }

    /// Closes the question and converts the answer to the question's type. Returns `None` if it was not open.
    pub fn take(&mut self, answer: Result<Answer, EngineError>) -> Option<Result<Q::Answer, EngineError>> {
        let question = self.0.take()?;
        Some(answer.and_then(|answer| question.read(answer)))
    }
}

/// An inquiry with one question, whose answer `R` turns into figures.
#[derive(Debug, Clone, PartialEq)]
pub struct SingleInquiry<R: ReadAnswer> {
    question: Open<R::Question>,
    /// Reader of the answer; `None` before anything is asked.
    read: Option<R>,
    /// Figures read from the newest answer.
    pub found: NewestFact<R::Figures>,
}

/// Turns the answer to a question into figures.
pub trait ReadAnswer {
    /// Type of the question.
    type Question: TypedQuestion;
    /// Type of the figures.
    type Figures;

    /// Computes the figures.
    fn read(&self, answer: <Self::Question as TypedQuestion>::Answer) -> Self::Figures;
}

/// Creates an inquiry that asks nothing yet.
impl<R: ReadAnswer> Default for SingleInquiry<R> {
    fn default() -> Self {
        Self { question: Open::default(), read: None, found: NewestFact::default() }
    }
}

impl<R: ReadAnswer> SingleInquiry<R> {
    /// Creates an inquiry that asks a question, and reads its answer by `read`.
    pub fn asking(question: R::Question, read: R) -> Self {
        Self { question: Open::new(question), read: Some(read), found: NewestFact::default() }
    }

    /// Creates an inquiry whose result needs no question.
    pub fn known(found: R::Figures) -> Self {
        Self { question: Open::default(), read: None, found: NewestFact::known(found) }
    }

    /// Creates an inquiry that fails for this reason without a question.
    pub fn wrong(reason: impl Into<String>) -> Self {
        Self { question: Open::default(), read: None, found: NewestFact::wrong(reason) }
    }

    /// Returns true if the question has no answer yet.
    pub fn is_open(&self) -> bool {
        self.question.is_open()
    }

    /// Returns the inquiry with the result of an earlier one, marked as outdated, until it has a result of its own.
    pub fn after(self, earlier: Self) -> Self {
        Self { found: self.found.after(earlier.found), ..self }
    }

    /// Marks the result as outdated and closes the open question, since the subject has changed.
    pub fn outdate(&mut self) {
        self.question = Open::default();
        self.found.outdate();
    }

    /// Returns true if there is neither a current result nor an open question.
    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.question.is_open()
    }

    /// Returns the reader of the answer; `None` before anything is asked.
    pub fn about(&self) -> Option<&R> {
        self.read.as_ref()
    }
}

/// A reader whose result is the answer itself.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainAnswer<Q>(pub Q);

impl<Q: TypedQuestion> ReadAnswer for PlainAnswer<Q> {
    type Question = Q;
    type Figures = Q::Answer;

    fn read(&self, answer: Q::Answer) -> Q::Answer {
        answer
    }
}

impl<Q: TypedQuestion + Clone> SingleInquiry<PlainAnswer<Q>> {
    /// Creates an inquiry whose result is the answer itself.
    pub fn from_question(question: Q) -> Self {
        Self::asking(question.clone(), PlainAnswer(question))
    }

    /// Copies the answer of an earlier inquiry if it asked the same question.
    pub fn keep_answer(&mut self, earlier: &Self)
    where
        Q: PartialEq,
        Q::Answer: Clone,
    {
        if self.is_open() && self.read == earlier.read && earlier.found.get().is_some() {
            *self = earlier.clone();
        }
    }
}

impl<R: ReadAnswer> Inquiry for SingleInquiry<R> {
    type Result = NewestFact<R::Figures>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.question.at(0).into_iter().collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        if let (QuestionSlot(0), Some(read), Some(answer)) = (slot, &self.read, self.question.take(answer)) {
            self.found.settle(answer.map(|answer| read.read(answer)));
        }
    }

    fn result(&self) -> &Self::Result {
        &self.found
    }
}

/// Inquiries of one kind that are asked together: the first question of each before the second of any.
#[derive(Debug, Clone, PartialEq)]
pub struct InquiryList<I>(pub Vec<I>);

impl<I> Default for InquiryList<I> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<I: Inquiry> Inquiry for InquiryList<I> {
    type Result = Vec<I>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let of_part = |(part, inquiry): (usize, &I)| {
            let open = inquiry.open().into_iter().enumerate();
            open.map(move |(place, (slot, question))| (place, part, slot, question)).collect::<Vec<_>>()
        };
        let mut open: Vec<_> = self.0.iter().enumerate().flat_map(of_part).collect();
        open.sort_by_key(|(place, part, ..)| (*place, *part));
        open.into_iter()
            .map(|(_, part, slot, question)| (QuestionSlot(slot.0 * self.0.len() + part), question))
            .collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let parts = self.0.len().max(1);
        if let Some(inquiry) = self.0.get_mut(slot.0 % parts) {
            inquiry.take(QuestionSlot(slot.0 / parts), answer);
        }
    }

    fn result(&self) -> &Vec<I> {
        &self.0
    }
}

/// The newest answer to a question that may have changed since.
///
/// While the current question has no answer, the previous one can be shown as outdated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestFact<T> {
    /// Newest answer. It belongs to an earlier question unless `fresh` is true.
    pub answer: Option<T>,
    /// True if `answer` belongs to the current question.
    pub fresh: bool,
    /// Reason why the current question has no answer, such as an error in a rule or a failed count.
    pub error: Option<String>,
}

impl<T> Default for NewestFact<T> {
    fn default() -> Self {
        Self { answer: None, fresh: false, error: None }
    }
}

impl<T> NewestFact<T> {
    /// Creates a fact with the answer to the current question.
    pub fn known(answer: T) -> Self {
        Self { answer: Some(answer), fresh: true, error: None }
    }

    /// Creates a fact that has no answer for this reason.
    pub fn wrong(reason: impl Into<String>) -> Self {
        Self { answer: None, fresh: false, error: Some(reason.into()) }
    }

    /// Returns the answer to the current question, if there is one.
    pub fn get(&self) -> Option<&T> {
        self.answer.as_ref().filter(|_| self.fresh)
    }

    /// Returns true if the current question has neither an answer nor a failure.
    pub fn is_waiting(&self) -> bool {
        !self.fresh && self.error.is_none()
    }

    /// Marks the answer as belonging to an earlier question.
    pub fn outdate(&mut self) {
        self.fresh = false;
        self.error = None;
    }

    /// Returns this fact, or while it is waiting the earlier one, marked as outdated.
    pub fn after(self, mut earlier: Self) -> Self {
        if !self.is_waiting() {
            return self;
        }
        earlier.outdate();
        earlier
    }

    /// Sets the answer to the current question.
    pub fn set(&mut self, answer: T) {
        *self = Self::known(answer);
    }

    /// Sets the reason why the current question has no answer. An earlier answer stays.
    pub fn fail(&mut self, reason: String) {
        self.error = Some(reason);
    }

    /// Sets the answer, or the reason why there is none.
    pub fn settle(&mut self, answer: Result<T, EngineError>) {
        match answer {
            Ok(answer) => self.set(answer),
            // The answer to an earlier question is not shown beside the reason either.
            Err(error @ EngineError::Withheld(_)) => *self = Self::wrong(error.to_string()),
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Fails the fact if it is still waiting.
    pub fn stop(&mut self, reason: &str) {
        if self.is_waiting() {
            self.fail(reason.to_owned());
        }
    }

    /// Applies `f` to the answer.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> NewestFact<U> {
        NewestFact { answer: self.answer.map(f), fresh: self.fresh, error: self.error }
    }

    /// Returns the fact with a reference to the answer.
    pub fn as_ref(&self) -> NewestFact<&T> {
        NewestFact { answer: self.answer.as_ref(), fresh: self.fresh, error: self.error.clone() }
    }

    /// Returns the state, for a `match`.
    pub fn state(&self) -> FactState<'_, T> {
        match (&self.error, &self.answer) {
            (Some(reason), _) => FactState::Wrong(reason),
            (None, Some(answer)) if self.fresh => FactState::Known(answer),
            (None, _) => FactState::Waiting,
        }
    }
}

/// The state of a [`NewestFact`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactState<'a, T> {
    /// The answer is pending.
    Waiting,
    /// The current question has this answer.
    Known(&'a T),
    /// The current question has no answer, for this reason.
    Wrong(&'a str),
}
