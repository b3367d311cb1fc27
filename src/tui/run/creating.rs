//! Creation of a study, on its own thread: it asks the engine about every column.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::Engine;
use crate::session::{self, Opening};
use crate::term;
use crate::tui::core::Action;

/// Creates the study and reports the outcome to the loop.
pub fn start(opening: Arc<Opening>, engine: Arc<dyn Engine>, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let create = || session::create_study(&opening, engine.as_ref());
        let message = match term::guard("creating the study", create) {
            Ok(Ok(study)) => LoopMessage::StudyCreated(Box::new(study)),
            Ok(Err(reason)) | Err(reason) => LoopMessage::from(Action::StudyNotCreated(reason)),
        };
        drop(sender.send(message));
    });
}
