use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::LoopMessage;
use crate::engine::{Activity, Cancel, Engine};
use crate::session;
use crate::tui::core::{Action, Answered, Lane, Request};

/// Time that questions which are stopped elsewhere get before the program ends.
const LAST_STOPS: Duration = Duration::from_secs(2);

/// Worker threads, one for each lane. At most one set of questions waits in a lane: a newer one replaces it, and
/// cancels the one that is being answered.
pub struct Lanes {
    slots: Vec<(Lane, Arc<LaneSlot>)>,
    engine: Arc<dyn Engine>,
}

/// Slot for the next questions of a lane, shared with its thread.
#[derive(Default)]
struct LaneSlot {
    work: Mutex<LaneWork>,
    came: Condvar,
}

/// Next questions of a lane, if any, and the cancellation of the current ones.
#[derive(Default)]
struct LaneWork {
    next: Option<Request>,
    current: Cancel,
    closed: bool,
}

impl Lanes {
    /// Starts one thread for each lane.
    pub fn start(engine: Arc<dyn Engine>, sender: Sender<LoopMessage>) -> Self {
        Self::start_lanes(&Lane::ALL, engine, sender, Action::Answered)
    }

    /// Starts the lanes of a sample, whose answers are estimates.
    pub fn estimating(sample: Arc<dyn Engine>, sender: Sender<LoopMessage>) -> Self {
        Self::start_lanes(&[Lane::Panes, Lane::Groups], sample, sender, Action::Estimated)
    }

    fn start_lanes(
        lanes: &[Lane],
        engine: Arc<dyn Engine>,
        sender: Sender<LoopMessage>,
        action: fn(Answered) -> Action,
    ) -> Self {
        let slots = lanes.iter().map(|&lane| {
            let slot = Arc::new(LaneSlot::default());
            let (engine, sender, of_thread) = (engine.clone(), sender.clone(), slot.clone());
            std::thread::spawn(move || work(engine.as_ref(), &of_thread, &sender, action));
            (lane, slot)
        });
        Self { slots: slots.collect(), engine }
    }

    /// Returns what the engine is doing for any question.
    pub fn activity(&self) -> Option<Activity> {
        self.engine.status().activity
    }

    /// Returns the engine that answers the questions.
    pub fn engine(&self) -> Arc<dyn Engine> {
        self.engine.clone()
    }

    /// Hands questions to their lane's thread, in place of those that wait or are being answered.
    pub fn submit(&self, ask: Request) {
        self.with(ask.lane(), |slot| {
            let mut work = slot.lock();
            work.current.raise();
            work.next = Some(ask.clone());
            slot.came.notify_one();
        });
    }

    /// Cancels the questions that wait in a lane or are being answered.
    pub fn cancel(&self, lane: Lane) {
        self.with(lane, |slot| {
            let mut work = slot.lock();
            work.current.raise();
            work.next = None;
        });
    }

    /// Ends the threads and the engine. Where its questions are answered elsewhere, they are stopped there first: a
    /// program that is gone can no longer ask for that.
    pub fn end(self) {
        if self.engine.capabilities().latency.is_zero() {
            return;
        }
        let engine = self.engine.clone();
        drop(self);
        let until = Instant::now() + LAST_STOPS;
        while Arc::strong_count(&engine) > 1 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn with(&self, lane: Lane, f: impl Fn(&LaneSlot)) {
        self.slots.iter().filter(|(of, _)| *of == lane).for_each(|(_, slot)| f(slot));
    }
}

/// Ends the threads.
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

impl LaneSlot {
    /// Locks the state. It is consistent between any two statements, so a panic of another thread does not spoil it.
    fn lock(&self) -> MutexGuard<'_, LaneWork> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next questions; `None` once the lane is closed.
    fn take(&self) -> Option<(Request, Cancel)> {
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

/// Latency above which questions are asked only after the keys have paused.
const MAX_QUICK_LATENCY: Duration = Duration::from_millis(100);
/// Maximum pause of the keys to wait for.
const MAX_TYPING_PAUSE: Duration = Duration::from_millis(400);

/// Returns how long the keys have to pause before a slow engine is asked: while typing goes on, its work would only be
/// cancelled.
fn pause(latency: Duration) -> Option<Duration> {
    (latency > MAX_QUICK_LATENCY).then(|| (latency / 4).min(MAX_TYPING_PAUSE))
}

fn work(engine: &dyn Engine, slot: &LaneSlot, sender: &Sender<LoopMessage>, action: fn(Answered) -> Action) {
    while let Some((Request { asker, generation, questions }, cancel)) = slot.take() {
        // The latency of a distant engine is known only once it has answered.
        if pause(engine.capabilities().latency).is_some_and(|pause| cancel.wait(pause)) {
            continue;
        }
        let (slots, questions): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
        let mut began = Instant::now();
        let mut is_heard = true;
        session::ask(engine, questions, &cancel, &mut |at, result| {
            let took = began.elapsed();
            began = Instant::now();
            let answered = Answered { asker, slot: slots[at], generation, result, took };
            is_heard &= sender.send(LoopMessage::from(action(answered))).is_ok();
            if !is_heard {
                cancel.raise();
            }
        });
        if !is_heard {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_engine_alone_is_asked_after_pause() {
        assert_eq!(pause(Duration::ZERO), None);
        assert_eq!(pause(Duration::from_millis(800)), Some(Duration::from_millis(200)));
        assert_eq!(pause(Duration::from_secs(60)), Some(MAX_TYPING_PAUSE));
    }
}
