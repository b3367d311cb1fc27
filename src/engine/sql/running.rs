//! The statements that are under way, and how long statements take.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Running statements, and the time of recent ones.
#[derive(Debug, Default)]
pub(super) struct RunningStatements(Mutex<RunningState>);

/// Number of running statements, and the average time of earlier ones.
#[derive(Debug, Default)]
struct RunningState {
    in_flight: usize,
    latency: Option<Duration>,
}

impl RunningStatements {
    pub(super) fn in_flight(&self) -> usize {
        self.lock().in_flight
    }

    /// Returns a moving average of the time that statements took.
    pub(super) fn latency(&self) -> Duration {
        self.lock().latency.unwrap_or_default()
    }

    /// Runs a statement, counted and timed. The time of a failed one is ignored.
    pub(super) fn during<T, E>(&self, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.lock().in_flight += 1;
        let began = Instant::now();
        let ended = RunningGuard(self);
        let answer = run();
        let took = began.elapsed();
        drop(ended);
        if answer.is_ok() {
            let latency = &mut self.lock().latency;
            *latency = Some(latency.map_or(took, |before| before.mul_f64(0.75) + took.mul_f64(0.25)));
        }
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, RunningState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes a statement from the count when dropped, also after a panic.
struct RunningGuard<'a>(&'a RunningStatements);

impl Drop for RunningGuard<'_> {
    fn drop(&mut self) {
        self.0.lock().in_flight -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_statements_are_counted_and_timed() {
        let running = RunningStatements::default();
        let slow = || {
            assert_eq!(running.in_flight(), 1);
            std::thread::sleep(Duration::from_millis(20));
            Ok::<_, ()>(())
        };
        assert_eq!(running.during(slow), Ok(()));
        let once = running.latency();
        assert!(once >= Duration::from_millis(20));
        assert_eq!(running.during(|| Err::<(), _>(1)), Err(1));
        assert_eq!((running.in_flight(), running.latency()), (0, once));
        assert_eq!(running.during(|| Ok::<_, ()>(())), Ok(()));
        assert!(running.latency() < once);
    }
}
