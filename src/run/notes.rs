use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Message;
use crate::app::Action;
use crate::study::Study;

/// Reads research notes on a thread of its own: a disk may take its time.
pub fn start(study: Arc<Mutex<Study>>, notes: Vec<String>, sender: Sender<Message>) {
    std::thread::spawn(move || {
        // Reading must not keep a save waiting.
        let study = study.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read = notes.into_iter().map(|note| (study.read_note(&note), note)).map(|(text, note)| (note, text));
        drop(sender.send(Message::from(Action::NotesRead(read.collect()))));
    });
}
