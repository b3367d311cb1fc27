use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::EngineError;

/// A request to stop some work, shared by its clones. It can be checked and waited for, and runs callbacks. Once
/// raised it stays raised.
#[derive(Clone, Default)]
pub struct Cancel(Arc<CancelState>);

#[derive(Default)]
struct CancelState {
    raised: AtomicBool,
    callbacks: Mutex<Callbacks>,
    /// Notified when the request is raised.
    on_raise: Condvar,
}

#[derive(Default)]
struct Callbacks {
    next_id: u64,
    waiting: Vec<(u64, Callback)>,
}

type Callback = Box<dyn FnOnce() + Send>;

impl Cancel {
    /// Creates a request that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the request: wakes the threads that wait for it, then runs the callbacks on this thread.
    pub fn raise(&self) {
        let callbacks = {
            // Set while holding the lock, so that no thread registers a callback or begins to wait between checking
            // the flag and this change.
            let mut callbacks = self.0.lock();
            self.0.raised.store(true, Ordering::Relaxed);
            std::mem::take(&mut callbacks.waiting)
        };
        self.0.on_raise.notify_all();
        callbacks.into_iter().for_each(|(_, callback)| run(callback));
    }

    /// Returns true if the request was raised.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Relaxed)
    }

    /// Returns [`EngineError::Cancelled`] if the request was raised. Call it between two pieces of work:
    /// `cancel.check()?`.
    pub fn check(&self) -> Result<(), EngineError> {
        if self.is_raised() { Err(EngineError::Cancelled) } else { Ok(()) }
    }

    /// Waits until the request is raised, at most for `timeout`. Returns true if it was raised.
    pub fn wait(&self, timeout: Duration) -> bool {
        // A deadline beyond the clock's range counts as none.
        let until = Instant::now().checked_add(timeout);
        let mut callbacks = self.0.lock();
        while !self.is_raised() {
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            (callbacks, _) = self.0.on_raise.wait_timeout(callbacks, left).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Runs `callback` once when the request is raised, on the thread that raises it. If it is raised already, runs it
    /// now on this thread. Dropping the returned guard removes the callback, without waiting for one that is running.
    ///
    /// The user interface's thread may raise the request, so a callback must not block. If it panics, the other
    /// callbacks still run.
    #[must_use = "dropping the guard takes the callback back"]
    pub fn on_raise(&self, callback: impl FnOnce() + Send + 'static) -> OnRaise {
        let mut callbacks = self.0.lock();
        let id = callbacks.next_id;
        callbacks.next_id += 1;
        if self.is_raised() {
            drop(callbacks);
            run(Box::new(callback));
        } else {
            callbacks.waiting.push((id, Box::new(callback)));
        }
        OnRaise { of: Arc::downgrade(&self.0), id }
    }
}

/// Guard of a callback that waits for a [`Cancel`] to be raised. Dropping it removes the callback.
#[derive(Debug)]
pub struct OnRaise {
    of: Weak<CancelState>,
    id: u64,
}

impl Drop for OnRaise {
    fn drop(&mut self) {
        let Some(shared) = self.of.upgrade() else { return };
        let mut callbacks = shared.lock();
        let place = callbacks.waiting.iter().position(|(id, _)| *id == self.id);
        let callback = place.map(|place| callbacks.waiting.swap_remove(place));
        // Unlocked first: dropping the callback may drop another guard, which takes the lock.
        drop(callbacks);
        drop(callback);
    }
}

impl CancelState {
    /// Locks the callbacks. The list is complete between any two statements that hold the lock, so a panic elsewhere
    /// does not corrupt it.
    fn lock(&self) -> MutexGuard<'_, Callbacks> {
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("raised", &self.raised).finish_non_exhaustive()
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_raised()).finish()
    }
}

/// Runs a callback. A panic in it has been reported by the panic hook; the other callbacks and this thread continue.
fn run(callback: Callback) {
    drop(catch_unwind(AssertUnwindSafe(callback)));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// Returns a callback that sends `()`, and the receiver.
    fn sender() -> (impl FnOnce() + Send + 'static, mpsc::Receiver<()>) {
        let (sender, receiver) = mpsc::channel();
        (move || sender.send(()).unwrap_or_default(), receiver)
    }

    #[test]
    fn wait_ends_when_another_thread_raises() {
        let cancel = Cancel::new();
        let (started, has_started) = mpsc::channel();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                started.send(()).expect("the test listens");
                let began = Instant::now();
                (cancel.wait(LONG), began.elapsed() < LONG)
            });
            has_started.recv().expect("the thread started");
            cancel.raise();
            assert_eq!(waiting.join().expect("no panic"), (true, true));
        });
        assert!(cancel.wait(Duration::ZERO), "raised stays raised");
    }

    #[test]
    fn wait_ends_after_timeout() {
        let began = Instant::now();
        assert!(!Cancel::new().wait(Duration::from_millis(10)));
        assert!(began.elapsed() >= Duration::from_millis(10));
    }

    #[test]
    fn callback_runs_once_for_repeated_raises() {
        let cancel = Cancel::new();
        let (callback, called) = sender();
        let guard = cancel.on_raise(callback);
        assert_eq!(called.try_recv(), Err(mpsc::TryRecvError::Empty));
        cancel.clone().raise();
        cancel.raise();
        assert_eq!(called.try_iter().count(), 1);
        drop(guard);
    }

    #[test]
    fn callback_on_raised_cancel_runs_at_once() {
        let cancel = Cancel::new();
        cancel.raise();
        let (callback, called) = sender();
        let _guard = cancel.on_raise(callback);
        assert_eq!(called.try_iter().count(), 1);
    }

    #[test]
    fn dropped_guard_removes_only_its_callback() {
        let cancel = Cancel::new();
        let ((first, first_called), (second, second_called)) = (sender(), sender());
        let guard = cancel.on_raise(first);
        let _other = cancel.on_raise(second);
        drop(guard);
        cancel.raise();
        assert_eq!((first_called.try_iter().count(), second_called.try_iter().count()), (0, 1));
    }

    #[test]
    fn guard_drops_during_callback_and_after_cancel() {
        let cancel = Cancel::new();
        let (entered, has_entered) = mpsc::channel();
        let (leave, may_leave) = mpsc::channel::<()>();
        let guard = cancel.on_raise(move || {
            entered.send(()).expect("the test listens");
            may_leave.recv().unwrap_or_default();
        });
        let raising = cancel.clone();
        let raiser = std::thread::spawn(move || raising.raise());
        has_entered.recv().expect("the callback runs");
        drop(guard);
        assert!(cancel.is_raised(), "a running callback does not keep others from looking");
        drop(leave);
        raiser.join().expect("no panic");
        let late = Cancel::new().on_raise(|| {});
        drop(late);
    }

    #[test]
    fn panicking_callback_leaves_other_callbacks_running() {
        let cancel = Cancel::new();
        let (callback, called) = sender();
        let _first = cancel.on_raise(|| panic!("on purpose"));
        let _second = cancel.on_raise(callback);
        cancel.raise();
        assert_eq!(called.try_iter().count(), 1);
        assert!(cancel.check().is_err());
    }

    #[test]
    fn callback_may_use_its_own_cancel() {
        let cancel = Cancel::new();
        let (callback, called) = sender();
        let own = cancel.clone();
        let _guard = cancel.on_raise(move || {
            own.raise();
            drop(own.on_raise(callback));
        });
        cancel.raise();
        assert_eq!(called.try_iter().count(), 1);
    }
}
