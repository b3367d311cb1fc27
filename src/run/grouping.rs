use std::sync::mpsc::Sender;

use super::Message;
use crate::app::Action;
use crate::insight::consolidate::Work;
use crate::term;

/// Groups segments on a thread of its own: of many it takes up to a second.
pub fn start(work: Work, sender: Sender<Message>) {
    std::thread::spawn(move || {
        let action = match term::guard("the grouping", || work.run()) {
            Ok(consolidation) => Action::Grouped(Ok(Box::new(consolidation))),
            Err(fault) => Action::Grouped(Err(fault)),
        };
        drop(sender.send(Message::from(action)));
    });
}
