//! Export to a file, on its own thread: it may ask the engine for every customer.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::Engine;
use crate::insight::export::FileExport;
use crate::session::{self, ExportError};
use crate::term;
use crate::tui::core::Action;

/// Writes the file and reports the outcome to the loop.
pub fn start(export: FileExport, engine: Arc<dyn Engine>, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let written = term::guard("the export", || session::export(&export, engine.as_ref()));
        let path = export.path.display().to_string();
        let action = match written {
            Ok(Ok(rows)) => Action::Exported { rows, path },
            Ok(Err(ExportError::Exists)) => Action::ExportExists,
            Ok(Err(ExportError::Failed(reason))) | Err(reason) => Action::NotExported(reason),
        };
        drop(sender.send(LoopMessage::from(action)));
    });
}
