use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use super::Message;
use crate::app::{Action, Loaded};
use crate::data::{self, LoadOptions, Source};
use crate::engine::local::LocalEngine;
use crate::engine::{Cancel, Engine};
use crate::insight::catalog::find_cells;
use crate::model::Definitions;
use crate::term;

/// The base being read, on a thread of its own.
pub struct Loading(Arc<AtomicBool>);

impl Loading {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub fn start(source: Source, options: LoadOptions, definitions: Definitions, sender: Sender<Message>) -> Loading {
    let cancelled = Arc::new(AtomicBool::new(false));
    let flag = cancelled.clone();
    std::thread::spawn(move || {
        let read = || load(&source, &options, &definitions, &sender, &flag);
        let message = match term::guard("reading the customers", read) {
            Ok(Ok(ready)) => ready,
            Ok(Err(reason)) | Err(reason) => Message::Action(Action::LoadFailed(reason)),
        };
        // The loop may have ended meanwhile; then nobody waits for the base.
        drop(sender.send(message));
    });
    Loading(cancelled)
}

fn load(
    source: &Source,
    options: &LoadOptions,
    definitions: &Definitions,
    sender: &Sender<Message>,
    cancelled: &AtomicBool,
) -> Result<Message, String> {
    let mut progress = |progress| drop(sender.send(Message::Action(Action::Loading(progress))));
    let base =
        data::load(source, options, &mut progress, &|| cancelled.load(Ordering::Relaxed)).map_err(|e| e.to_string())?;
    let notices = base.notices.iter().map(|notice| notice.0.clone()).collect();
    let engine = LocalEngine::new(base);
    let cells = find_cells(definitions, &engine, &Cancel::new()).map_err(|e| e.to_string())?;
    let schema = Arc::new(engine.schema().clone());
    let loaded = Loaded { schema, customers: engine.customers(), notices, cells };
    Ok(Message::Ready(Arc::new(engine), Box::new(loaded)))
}
