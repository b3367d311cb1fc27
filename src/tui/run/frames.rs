//! When the screen is drawn: at once after a key, and not for every answer of many.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::{ExitReason, LoopMessage, RunningTui};

/// Longest time that a frame waits for answers to the key that it follows.
const QUICK_ANSWERS: Duration = Duration::from_millis(12);
/// Least time between two frames that only answers have changed. The first of them after a key is drawn at once.
const ANSWERS_APART: Duration = Duration::from_millis(60);

/// Pace of drawing. `answers_drawn` is the time of the last frame that only answers have changed, since the last key.
#[derive(Debug, Default)]
pub(super) struct FramePace {
    answers_drawn: Option<Instant>,
}

impl FramePace {
    /// Returns the time until which the next frame waits for answers.
    fn deadline(&mut self, now: Instant, follows_answers: bool) -> Instant {
        let quick = now + QUICK_ANSWERS;
        if !follows_answers {
            self.answers_drawn = None;
            return quick;
        }
        let deadline = self.answers_drawn.map_or(quick, |drawn| quick.max(drawn + ANSWERS_APART));
        self.answers_drawn = Some(deadline);
        deadline
    }
}

impl RunningTui {
    /// Handles answers that arrive soon, so that they are drawn in one frame with the change that asked for them: a
    /// screen that dims and brightens again within a few milliseconds flickers, and costs a slow line twice the bytes.
    /// A view that fills with many answers is drawn a few times, not once per answer. Keys are drawn without waiting
    /// for [`ANSWERS_APART`].
    pub(super) fn await_answers(&mut self, inbox: &Receiver<LoopMessage>, follows_answers: bool) -> Option<ExitReason> {
        let mut deadline = self.frames.deadline(Instant::now(), follows_answers);
        while self.state.is_loaded() && self.state.has_questions_in_flight() {
            let message = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
            if matches!(message, LoopMessage::Terminal(_)) {
                deadline = self.frames.deadline(Instant::now(), false);
            }
            if let Some(ended) = self.take(message) {
                return Some(ended);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_frames_keep_interval_and_key_frames_do_not_wait() {
        let (start, at) = (Instant::now(), |ms| Duration::from_millis(ms));
        let mut pace = FramePace::default();
        assert_eq!(pace.deadline(start, false), start + at(12));
        assert_eq!(pace.deadline(start + at(20), true), start + at(32), "the first is drawn at once");
        assert_eq!(pace.deadline(start + at(35), true), start + at(92));
        assert_eq!(pace.deadline(start + at(40), false), start + at(52));
        assert_eq!(pace.deadline(start + at(41), true), start + at(53));
    }
}
