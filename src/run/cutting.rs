use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::Message;
use crate::app::Action;
use crate::engine::{Cancel, Engine, Personas};
use crate::insight::catalog::{Cells, cells_of};
use crate::insight::cutting::Cutter;
use crate::model::{Definitions, Schema};
use crate::term;

/// The segmentations to cut, and what they are cut with.
pub struct Wanted {
    pub engine: Arc<dyn Engine>,
    pub schema: Arc<Schema>,
    pub personas: Personas,
    pub definitions: Definitions,
    pub names: Vec<String>,
    pub mask: Vec<String>,
}

/// Finds the cells of segmentations that were not there when the base was loaded, on a thread of its own.
pub fn start(wanted: Wanted, sender: Sender<Message>) {
    std::thread::spawn(move || {
        let Wanted { engine, schema, personas, definitions, names, mask } = &wanted;
        let is_wanted = |name: &str| names.iter().any(|wanted| wanted == name);
        let (engine, cancel) = (engine.as_ref(), &Cancel::new());
        let cutter = Cutter { definitions, engine, schema, personas, mask, cancel };
        let reason = match term::guard("cutting the base", || cells_of(&cutter, is_wanted)) {
            Ok(Ok(cells)) => return drop(sender.send(Message::from(Action::CellsFound(cells)))),
            Ok(Err(error)) => error.to_string(),
            Err(fault) => fault,
        };
        let cells: Cells = names.iter().map(|name| (name.clone(), Err(reason.clone()))).collect();
        drop(sender.send(Message::from(Action::CellsFound(cells))));
    });
}
