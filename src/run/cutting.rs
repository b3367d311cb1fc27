use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::Message;
use crate::app::Action;
use crate::engine::{Cancel, Engine};
use crate::insight::catalog::{Cells, find_cells_of};
use crate::model::Definitions;
use crate::term;

/// Finds the cells of segmentations that were not there when the base was loaded, on a thread of its own.
pub fn start(
    engine: Arc<dyn Engine>,
    definitions: Definitions,
    names: Vec<String>,
    mask: Vec<String>,
    sender: Sender<Message>,
) {
    std::thread::spawn(move || {
        let is_wanted = |name: &str| names.iter().any(|wanted| wanted == name);
        let find = || find_cells_of(&definitions, is_wanted, engine.as_ref(), &mask, &Cancel::new());
        let reason = match term::guard("cutting the base", find) {
            Ok(Ok(cells)) => return drop(sender.send(Message::from(Action::CellsFound(cells)))),
            Ok(Err(error)) => error.to_string(),
            Err(fault) => fault,
        };
        let cells: Cells = names.iter().map(|name| (name.clone(), Err(reason.clone()))).collect();
        drop(sender.send(Message::from(Action::CellsFound(cells))));
    });
}
