use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::{Cancel, Engine, Personas};
use crate::insight::cells::CellsInquiry;
use crate::insight::inquiry::{ErasedInquiry, Inquiry};
use crate::session;
use crate::term;
use crate::tui::core::Action;

/// Finds cells of segmentations that were not found when the base was loaded, on its own thread.
pub fn start(engine: Arc<dyn Engine>, mut cells: CellsInquiry, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let drive = || session::drive(engine.as_ref(), &Personas::default(), &mut cells, &Cancel::new());
        if let Err(fault) = term::guard("cutting the base", drive).and_then(|driven| driven.map_err(|e| e.to_string()))
        {
            let cells: &mut dyn ErasedInquiry = &mut cells;
            cells.give_up(&fault);
        }
        drop(sender.send(LoopMessage::OfEngine(engine, Box::new(Action::CellsFound(cells.result().clone())))));
    });
}
