use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::Duration;

use super::Message;
use crate::app::{Action, Loaded};
use crate::data::{self, EventTables, LoadOptions, Source, Table};
use crate::engine::local::{LocalEngine, Tuning};
use crate::engine::{Cancel, Engine};
use crate::insight::settings::check_settings;
use crate::model::Schema;
use crate::session;
use crate::study::{Item, Study};
use crate::term;

/// How long the engine has to be at rest before the keys are read.
const QUIET: Duration = Duration::from_millis(500);

/// The base being read, on a thread of its own.
pub struct Loading(Cancel);

impl Loading {
    pub fn cancel(&self) {
        self.0.raise();
    }
}

/// What is read, and what the study says of it.
pub struct Wanted {
    pub source: Source,
    pub options: LoadOptions,
    pub tuning: Tuning,
    pub study: Study,
    pub value: Option<String>,
    /// What `today` means.
    pub today: chrono::NaiveDate,
}

pub fn start(wanted: Wanted, sender: Sender<Message>) -> Loading {
    let cancel = Cancel::new();
    let of_thread = cancel.clone();
    std::thread::spawn(move || {
        let read = || load(&wanted, &sender, &of_thread);
        if let Ok(Err(reason)) | Err(reason) = term::guard("reading the customers", read) {
            // The loop may have ended meanwhile; then nobody waits for the base.
            drop(sender.send(Message::from(Action::LoadFailed(reason))));
        }
    });
    Loading(cancel)
}

/// The filter is counted as soon as there is an engine; what the tables of events say, as soon as they are read, which
/// goes on meanwhile; segments and personas once the segmentations' cells are known, which rules may name; what is wrong
/// with the keys of a base in files is told last, as all of them are read for it.
fn load(wanted: &Wanted, sender: &Sender<Message>, cancel: &Cancel) -> Result<(), String> {
    let Wanted { source, options, tuning, study, .. } = wanted;
    let (definitions, mask) = (&study.definitions, &study.config.privacy.mask);
    let send = |action| drop(sender.send(Message::from(action)));
    let tables = Tables::begin(study, cancel);
    let mut progress = |progress| send(Action::Loading(progress));
    let base = data::load(source, options, &mut progress, &|| cancel.is_raised()).map_err(|e| e.to_string())?;
    let unchecked = matches!(base.table, Table::Files(_)).then(|| base.clone());
    let notices = base.notices.iter().map(|notice| notice.0.clone()).collect();
    let plain = LocalEngine::with(base, *tuning);
    let engine = match tables.are_awaited(wanted, plain.schema()) {
        false => ready(wanted, sender, plain, tables.read()?, notices)?,
        true => {
            let twin = plain.twin();
            ready(wanted, sender, plain, EventTables::to_come(&study.event_sources()), notices)?;
            ready(wanted, sender, twin, tables.read()?, Vec::new())?
        }
    };
    let cells = session::find_cells(engine.as_ref(), definitions, mask, wanted.today, cancel);
    send(Action::CellsFound(cells.map_err(|e| e.to_string())?));
    wait_for_quiet(engine.as_ref(), cancel);
    engine.compact_parsed(cancel).map_err(|e| e.to_string())?;
    if let Some(base) = unchecked {
        let notices = data::check_key(&base).unwrap_or_else(|error| vec![data::Notice(error.to_string())]);
        send(Action::Noticed(notices.into_iter().map(|notice| notice.0).collect()));
    }
    Ok(())
}

/// Hands over the base with these tables, to be asked from now on.
fn ready(
    wanted: &Wanted,
    sender: &Sender<Message>,
    plain: LocalEngine,
    tables: EventTables,
    mut notices: Vec<String>,
) -> Result<Arc<LocalEngine>, String> {
    let Wanted { study, value, today, .. } = wanted;
    let mask = &study.config.privacy.mask;
    let engine = plain.with_events(tables, &study.config.columns, mask, *today)?;
    let schema = Arc::new(engine.schema().clone());
    let gone = study.missing_tables(&schema).filter(|(_, missing)| !missing.is_coming);
    notices.extend(gone.map(|(_, missing)| study.placed(Item::Table(&missing.name), &missing.reason)));
    // A mask that names no column would show one in the clear.
    let value = check_settings(&schema, value.as_deref(), mask)
        .map_err(|fault| study.placed(fault.setting.item(), &fault.message))?;
    let engine = Arc::new(engine);
    let loaded = Loaded { schema, customers: engine.customers(), value, notices };
    drop(sender.send(Message::Ready(engine.clone(), Box::new(loaded))));
    Ok(engine)
}

/// The tables of events being read, on threads of their own.
struct Tables(JoinHandle<EventTables>);

impl Tables {
    fn begin(study: &Study, cancel: &Cancel) -> Self {
        let (sources, key, cancel) = (study.event_sources(), study.config.data.key.clone(), cancel.clone());
        Self(std::thread::spawn(move || data::read_events(&sources, key.as_deref(), &|| cancel.is_raised())))
    }

    /// The base need not wait for them. It does if its settings speak of columns that only they can have.
    fn are_awaited(&self, wanted: &Wanted, schema: &Schema) -> bool {
        let mask = &wanted.study.config.privacy.mask;
        !self.0.is_finished() && check_settings(schema, wanted.value.as_deref(), mask).is_ok()
    }

    fn read(self) -> Result<EventTables, String> {
        self.0.join().map_err(|_| "the tables could not be read: a fault of ours".to_owned())
    }
}

/// Waits until nothing is being read that somebody looks at a screen for: the keys are often the largest column of all.
fn wait_for_quiet(engine: &dyn Engine, cancel: &Cancel) {
    loop {
        if cancel.wait(QUIET) || engine.status().activity.is_none() {
            return;
        }
    }
}
