use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::insight::consolidate::ConsolidationInput;
use crate::term;
use crate::tui::core::Action;

/// Groups segments on its own thread: many of them take up to a second.
pub fn start(work: ConsolidationInput, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let action = match term::guard("the grouping", || work.run()) {
            Ok(consolidation) => Action::Grouped(Ok(Box::new(consolidation))),
            Err(fault) => Action::Grouped(Err(fault)),
        };
        drop(sender.send(LoopMessage::from(action)));
    });
}
