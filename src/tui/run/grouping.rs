use std::sync::mpsc::Sender;

use super::Message;
use crate::insight::consolidate::Work;
use crate::term;
use crate::tui::core::Action;

/// Groups segments on its own thread: many of them take up to a second.
pub fn start(work: Work, sender: Sender<Message>) {
    std::thread::spawn(move || {
        let action = match term::guard("the grouping", || work.run()) {
            Ok(consolidation) => Action::Grouped(Ok(Box::new(consolidation))),
            Err(fault) => Action::Grouped(Err(fault)),
        };
        drop(sender.send(Message::from(action)));
    });
}
