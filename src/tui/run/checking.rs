use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::LoopMessage;
use crate::rule::RuleError;
use crate::term;
use crate::tui::core::{Action, CheckJob, CheckOutcome};

/// Stack size of the thread: as large as the main thread's usually is, because rules are parsed by recursion.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The thread that checks long filters. At most one text waits for it: a newer one replaces it.
pub struct Checker {
    slot: Arc<CheckSlot>,
}

/// Slot for the next text to check, shared with the thread.
#[derive(Default)]
struct CheckSlot {
    work: Mutex<CheckWork>,
    came: Condvar,
}

/// Next text to check, if any.
#[derive(Default)]
struct CheckWork {
    next: Option<CheckJob>,
    closed: bool,
}

impl Checker {
    /// Starts the thread. Outcomes are sent as [`Action::FilterChecked`].
    pub fn start(sender: Sender<LoopMessage>) -> Self {
        let slot = Arc::new(CheckSlot::default());
        let of_thread = slot.clone();
        let spawned = thread::Builder::new()
            .name("checking".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || work(&of_thread, &sender));
        // Without a thread long filters are never checked, but everything else works.
        drop(spawned);
        Self { slot }
    }

    /// Hands a text to the thread, in place of one that still waits.
    pub fn submit(&self, check: CheckJob) {
        self.slot.lock().next = Some(check);
        self.slot.came.notify_one();
    }
}

/// Ends the thread.
impl Drop for Checker {
    fn drop(&mut self) {
        self.slot.lock().closed = true;
        self.slot.came.notify_one();
    }
}

impl CheckSlot {
    /// Locks the state. It is consistent between any two statements, so a panic of another thread does not spoil it.
    fn lock(&self) -> MutexGuard<'_, CheckWork> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next text; `None` once the checker is closed.
    fn take(&self) -> Option<CheckJob> {
        let mut work = self.lock();
        loop {
            if work.closed {
                return None;
            }
            if let Some(check) = work.next.take() {
                return Some(check);
            }
            work = self.came.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn work(slot: &CheckSlot, sender: &Sender<LoopMessage>) {
    while let Some(check) = slot.take() {
        let outcome = term::guard("checking the filter", || check.run()).unwrap_or_else(|fault| CheckOutcome {
            number: check.number,
            rule: Some(Err(RuleError::new(0..0, fault))),
            completion: None,
        });
        if sender.send(LoopMessage::from(Action::FilterChecked(Box::new(outcome)))).is_err() {
            return;
        }
    }
}
