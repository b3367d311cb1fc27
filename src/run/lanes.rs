use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Message;
use crate::app::{Action, Answered, Ask, Lane};
use crate::engine::{Answer, Cancel, Engine, EngineError, Question, Reading};
use crate::rule::Checked;
use crate::term;

/// One worker thread a lane. A lane holds one next question at most: a newer one takes its place and stops the one that
/// is being answered.
pub struct Lanes {
    slots: Vec<(Lane, Arc<Slot>)>,
    engine: Arc<Asked>,
}

/// The engine that questions are asked of, which may be exchanged for one that knows other personas.
struct Asked(Mutex<Arc<dyn Engine>>);

impl Asked {
    fn now(&self) -> Arc<dyn Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Default)]
struct Slot {
    work: Mutex<Work>,
    came: Condvar,
}

#[derive(Default)]
struct Work {
    next: Option<Ask>,
    current: Cancel,
    closed: bool,
}

impl Lanes {
    pub fn start(engine: Arc<dyn Engine>, sender: Sender<Message>) -> Self {
        let engine = Arc::new(Asked(Mutex::new(engine)));
        let slots = Lane::ALL.map(|lane| {
            let slot = Arc::new(Slot::default());
            let (engine, sender, of_thread) = (engine.clone(), sender.clone(), slot.clone());
            std::thread::spawn(move || work(&engine, &of_thread, &sender));
            (lane, slot)
        });
        Self { slots: slots.into(), engine }
    }

    /// The column that is being read for some question.
    pub fn reading(&self) -> Option<Reading> {
        self.engine.now().reading()
    }

    /// What is asked from now on is asked of an engine that knows these personas.
    pub fn know(&self, personas: &[(String, Checked)]) {
        let mut engine = self.engine.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(knowing) = engine.with_personas(personas) {
            *engine = knowing;
        }
    }

    pub fn engine(&self) -> Arc<dyn Engine> {
        self.engine.now()
    }

    pub fn submit(&self, ask: Ask) {
        self.with(ask.lane, |slot| {
            let mut work = slot.lock();
            work.current.raise();
            work.next = Some(ask.clone());
            slot.came.notify_one();
        });
    }

    pub fn cancel(&self, lane: Lane) {
        self.with(lane, |slot| {
            let mut work = slot.lock();
            work.current.raise();
            work.next = None;
        });
    }

    fn with(&self, lane: Lane, f: impl Fn(&Slot)) {
        self.slots.iter().filter(|(of, _)| *of == lane).for_each(|(_, slot)| f(slot));
    }
}

/// The threads end with the lanes.
impl Drop for Lanes {
    fn drop(&mut self) {
        for (_, slot) in &self.slots {
            let mut work = slot.lock();
            work.closed = true;
            work.current.raise();
            slot.came.notify_one();
        }
    }
}

impl Slot {
    /// What is guarded is whole between any two statements, so a panic of another thread does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next questions; none when the lane is closed.
    fn take(&self) -> Option<(Ask, Cancel)> {
        let mut work = self.lock();
        loop {
            if work.closed {
                return None;
            }
            if let Some(ask) = work.next.take() {
                work.current = Cancel::new();
                return Some((ask, work.current.clone()));
            }
            work = self.came.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(asked: &Asked, slot: &Slot, sender: &Sender<Message>) {
    while let Some((ask, cancel)) = slot.take() {
        let engine = asked.now();
        for (part, question) in ask.questions {
            if cancel.is_raised() {
                break;
            }
            let began = Instant::now();
            let result = answer(engine.as_ref(), &question, &cancel);
            let answered = Answered { lane: ask.lane, generation: ask.generation, part, result, took: began.elapsed() };
            if sender.send(Message::from(Action::Answered(answered))).is_err() {
                return;
            }
        }
    }
}

/// A fault inside the engine costs one answer, not the program.
fn answer(engine: &dyn Engine, question: &Question, cancel: &Cancel) -> Result<Answer, EngineError> {
    term::guard("the engine", || engine.ask(question, cancel)).unwrap_or_else(|fault| Err(EngineError::Failed(fault)))
}
