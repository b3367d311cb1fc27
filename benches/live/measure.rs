//! Times as the best of several tries: on a shared machine a disturbance only ever makes a try longer.

use std::time::{Duration, Instant};

/// Maximum number of tries, unless they take longer than [`PATIENCE`] together.
pub const TRIES: usize = 11;
const FEWEST: usize = 3;
const PATIENCE: Duration = Duration::from_secs(4);

/// One try. Its set-up runs before it starts its clock.
pub type Try<'a> = &'a mut dyn FnMut(usize) -> Duration;

/// Runs all of them by turns, at most `most` times, so that disturbances affect all alike. Returns the best time of
/// each.
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
