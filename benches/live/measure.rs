//! Time, as the best of several tries: the machine is shared, and what disturbs a try only ever makes it longer.

use std::time::{Duration, Instant};

/// Tries of one piece of work, unless they take longer than [`PATIENCE`] together.
pub const TRIES: usize = 11;
const FEWEST: usize = 3;
const PATIENCE: Duration = Duration::from_secs(4);

/// One try: what it does first, before its time begins, is its own affair.
pub type Try<'a> = &'a mut dyn FnMut(usize) -> Duration;

/// Tries all of them by turns, at most `most` times, so that a disturbance falls on all alike. The best time of each.
pub fn race<const N: usize>(most: usize, mut tries: [Try; N]) -> [Duration; N] {
    let began = Instant::now();
    let mut best = [Duration::MAX; N];
    for turn in 0..most {
        if turn >= FEWEST && began.elapsed() > PATIENCE {
            break;
        }
        for (best, attempt) in best.iter_mut().zip(&mut tries) {
            *best = attempt(turn).min(*best);
        }
    }
    best
}

pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let result = work();
    (began.elapsed(), result)
}
