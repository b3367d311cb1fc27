use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use super::Message;
use crate::app::{Action, Loaded};
use crate::data::{self, LoadOptions, Progress, Source, Stage};
use crate::engine::local::LocalEngine;
use crate::engine::{Cancel, Engine};
use crate::insight::catalog::find_cells;
use crate::insight::settings::check_settings;
use crate::study::Study;
use crate::term;

/// The base being read, on a thread of its own.
pub struct Loading(Arc<AtomicBool>);

impl Loading {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is read, and what the study says of it.
pub struct Wanted {
    pub source: Source,
    pub options: LoadOptions,
    pub study: Study,
    pub value: Option<String>,
}

pub fn start(wanted: Wanted, sender: Sender<Message>) -> Loading {
    let cancelled = Arc::new(AtomicBool::new(false));
    let flag = cancelled.clone();
    std::thread::spawn(move || {
        let read = || load(&wanted, &sender, &flag);
        if let Ok(Err(reason)) | Err(reason) = term::guard("reading the customers", read) {
            // The loop may have ended meanwhile; then nobody waits for the base.
            drop(sender.send(Message::Action(Action::LoadFailed(reason))));
        }
    });
    Loading(cancelled)
}

/// The segmentations' cells come before the engine: a rule that names one would be in error for a moment.
fn load(wanted: &Wanted, sender: &Sender<Message>, cancelled: &AtomicBool) -> Result<(), String> {
    let Wanted { source, options, study, value } = wanted;
    let (definitions, mask) = (&study.definitions, &study.config.privacy.mask);
    let send = |message| drop(sender.send(message));
    let mut progress = |progress| send(Message::Action(Action::Loading(progress)));
    let stopped = || cancelled.load(Ordering::Relaxed);
    let base = data::load(source, options, &mut progress, &stopped).map_err(|e| e.to_string())?;
    let notices = base.notices.iter().map(|notice| notice.0.clone()).collect();
    let engine = Arc::new(LocalEngine::new(base));
    let (schema, customers) = (Arc::new(engine.schema().clone()), engine.customers());
    // A mask that names no column would show one in the clear.
    let value = check_settings(&schema, value.as_deref(), mask)
        .map_err(|fault| study.placed(fault.setting.item(), &fault.message))?;
    let known = Some(schema.clone());
    progress(Progress { stage: Stage::Values, done: 0, total: None, rows: customers, schema: known });
    let cells = find_cells(definitions, engine.as_ref(), mask, &Cancel::new()).map_err(|e| e.to_string())?;
    send(Message::Ready(engine, Box::new(Loaded { schema, customers, value, notices, cells })));
    Ok(())
}
