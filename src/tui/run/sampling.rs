//! Opening of the sample, on its own thread.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::Cancel;
use crate::session::Sampling;
use crate::term;
use crate::tui::core::Action;

/// The thread that opens a sample, or draws it again. Dropping it cancels the statement that draws.
pub struct Sampler {
    sampling: Arc<Sampling>,
    cancel: Cancel,
}

impl Sampler {
    /// Opens the sample in the background.
    pub fn start(sampling: Arc<Sampling>, sender: Sender<LoopMessage>) -> Self {
        let sampler = Self { sampling, cancel: Cancel::new() };
        sampler.open(false, sender);
        sampler
    }

    /// Draws the sample again in the background. Cancels a draw in progress.
    pub fn draw_again(&mut self, sender: Sender<LoopMessage>) {
        self.cancel.raise();
        self.cancel = Cancel::new();
        self.open(true, sender);
    }

    fn open(&self, anew: bool, sender: Sender<LoopMessage>) {
        let (sampling, cancel) = (self.sampling.clone(), self.cancel.clone());
        std::thread::spawn(move || {
            let message = match term::guard("drawing the sample", || sampling.open(anew, &cancel)) {
                _ if cancel.is_raised() => return,
                Ok(Ok(sample)) => LoopMessage::Sampled(Box::new(sample)),
                Ok(Err(reason)) | Err(reason) => LoopMessage::from(Action::NotSampled(reason)),
            };
            // The loop may have ended in the meantime.
            drop(sender.send(message));
        });
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.cancel.raise();
    }
}
