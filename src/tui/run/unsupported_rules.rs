use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::{Cancel, Engine, Personas};
use crate::insight::each_count::EachCountInquiry;
use crate::session;
use crate::term;
use crate::tui::core::Action;

/// Finds the rules that the engine cannot evaluate, on its own thread.
pub fn start(engine: Arc<dyn Engine>, personas: Personas, mut counts: EachCountInquiry, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let drive = || session::drive(engine.as_ref(), &personas, &mut counts, &Cancel::new());
        // After a panic the definitions are left as they are; the failure was reported already.
        let faults = term::guard("counting each rule", drive).map(|_| counts.faults()).unwrap_or_default();
        drop(sender.send(LoopMessage::OfEngine(engine, Box::new(Action::Vetted(faults)))));
    });
}
