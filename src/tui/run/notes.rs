use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::LoopMessage;
use crate::study::Study;
use crate::tui::core::Action;

/// Reads research notes on its own thread, as a disk may be slow.
pub fn start(study: Arc<Mutex<Study>>, notes: Vec<String>, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        // Reading must not block a save.
        let study = study.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read = notes.into_iter().map(|note| (study.read_note(&note), note)).map(|(text, note)| (note, text));
        drop(sender.send(LoopMessage::from(Action::NotesRead(read.collect()))));
    });
}
