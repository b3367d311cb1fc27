//! Opening of the study, on its own thread.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::LoopMessage;
use crate::engine::{Cancel, Engine};
use crate::session::{self, Opening, OpeningStep, ReadyEngine};
use crate::study::{Study, StudyItem};
use crate::term;
use crate::tui::core::{Action, LoadedBase};

/// The thread that opens the study.
pub struct Loading(Cancel);

impl Loading {
    /// Asks the thread to stop.
    pub fn cancel(&self) {
        self.0.raise();
    }
}

/// Opens the study and reports progress and outcome to the loop.
pub fn start(opening: Arc<Opening>, sender: Sender<LoopMessage>) -> Loading {
    let cancel = Cancel::new();
    let of_thread = cancel.clone();
    std::thread::spawn(move || {
        let read = || load(&opening, &sender, &of_thread);
        if let Ok(Err(reason)) | Err(reason) = term::guard("reading the customers", read) {
            // The loop may have ended in the meantime, and then nothing waits for the base.
            drop(sender.send(LoopMessage::from(Action::LoadFailed(reason))));
        }
    });
    Loading(cancel)
}

/// Loads the base in stages. The filter is counted as soon as there is an engine, perhaps with the first rows alone;
/// rules that call functions over tables of events, once those are read in the background; segments and personas, once
/// the cells of the segmentations are known, which rules may name. Remarks on the keys of a base in files come last, as
/// they need all of the keys.
fn load(opening: &Arc<Opening>, sender: &Sender<LoopMessage>, cancel: &Cancel) -> Result<(), String> {
    let send = |action| drop(sender.send(LoopMessage::from(action)));
    let mut cutting = Cancel::new();
    let opened = opening.open(
        &mut |step| match step {
            OpeningStep::Reading(progress) => send(Action::Loading(progress)),
            OpeningStep::Ready(ready) => {
                cutting.raise();
                let part = ready.part.is_some().then(|| ready.engine.clone());
                drop(sender.send(loaded(&opening.study, ready)));
                if let Some(engine) = part {
                    cutting = cut_part(opening.clone(), engine, sender.clone());
                }
            }
        },
        cancel,
    )?;
    if let Some(fault) = opened.faults.first() {
        return Err(opening.study.placed(fault.setting.item(), &fault.message));
    }
    send(Action::CellsFound(opened.cells));
    let notices = opened.rest.finish(cancel)?;
    if !notices.is_empty() {
        send(Action::Noticed(notices.into_iter().map(|notice| notice.0).collect()));
    }
    Ok(())
}

/// Finds the cells of the segmentations in the first rows, on its own thread, while the other rows are being read.
fn cut_part(opening: Arc<Opening>, engine: Arc<dyn Engine>, sender: Sender<LoopMessage>) -> Cancel {
    let cancel = Cancel::new();
    let of_thread = cancel.clone();
    std::thread::spawn(move || {
        // A failure here repeats with the whole base, and is reported then.
        let found = term::guard("cutting the first rows", || opening.cells(engine.as_ref(), &of_thread));
        if let Ok(Ok(cells)) = found {
            drop(sender.send(LoopMessage::OfEngine(engine, Box::new(Action::CellsFound(cells)))));
        }
    });
    cancel
}

/// Returns the message that the engine is ready for questions.
fn loaded(
    study: &Study,
    ReadyEngine { engine, is_elsewhere, value, notices, sampling, part }: ReadyEngine,
) -> LoopMessage {
    let schema = Arc::new(session::schema(engine.as_ref()));
    let gone = study.missing_tables(&schema).filter(|(_, missing)| !missing.is_coming);
    let gone = gone.map(|(_, missing)| study.placed(StudyItem::Table(&missing.name), &missing.reason));
    let notices = notices.into_iter().map(|notice| notice.0).chain(gone).chain(study.notices.iter().cloned()).collect();
    let name = is_elsewhere.then(|| engine.name().to_owned());
    let loaded = LoadedBase { schema, customers: engine.customers(), engine: name, value, notices, part };
    LoopMessage::Ready { engine, sampling, loaded: Box::new(loaded) }
}
