//! Opens a study: reads its base or connects to its engine, checks the settings against the columns, and computes the cells
//! of the segmentations.

mod rest;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use chrono::NaiveDate;

use crate::data::{
    self, Base, BaseLocation, BaseTable, DataError, EventTables, LoadOptions, LoadProgress, LoadStep, Notice, Offer,
    Rejects,
};
use crate::engine::local::{LocalEngine, Tuning};
use crate::engine::{Cancel, Engine};
use crate::insight::catalog::CellsByName;
use crate::insight::privacy::DisclosureLimits;
use crate::insight::settings::{self, Setting, SettingFault, check_settings};
use crate::model::{FileLists, Limits, Schema};
use crate::session::cells::find_cells;
use crate::session::lists::file_lists;
use crate::session::privacy_engine::PrivacyEngine;
use crate::session::remote;
use crate::session::sampling::{Sampling, samples_folder};
use crate::study::{RemoteConfig, Study, StudyItem};
use rest::PendingTables;
pub use rest::{DeferredWork, ValueStore};

/// A study to open, with the options of the command line.
pub struct Opening {
    pub study: Study,
    pub source: BaseSource,
    /// Value column, as named on the command line or in the study.
    pub value: Option<String>,
    /// As-of date.
    pub today: NaiveDate,
    /// True to compute the segmentations' cells. Callers that use no names skip it, since it takes time.
    pub wants_cells: bool,
    /// Texts that name all needed columns; `None` if all columns are needed. See [`LoadOptions::named`].
    pub named: Option<String>,
    /// Minimum size of the base, in bytes, for which its first rows are shown while the others are read; `None` for never.
    /// See [`MIN_GROWING_BYTES`].
    pub grows_from: Option<u64>,
}

/// Minimum size of a text file, in bytes, for which the screen shows the first rows while the others are read. A smaller
/// file is read in an instant.
pub const MIN_GROWING_BYTES: u64 = 16 << 20;

/// Location of a study's base.
#[derive(Debug, Clone, PartialEq)]
pub enum BaseSource {
    /// Files or a pipe, which this process reads.
    Here(BaseLocation),
    /// A table in another engine.
    Elsewhere(RemoteConfig),
}

impl BaseSource {
    /// Returns a short name for titles, such as `customers.csv` or `customers`.
    pub fn title(&self) -> String {
        match self {
            BaseSource::Here(source) => source.title(),
            BaseSource::Elsewhere(remote) => remote.title().to_owned(),
        }
    }
}

/// A step of opening a study, for display.
pub enum OpeningStep {
    /// The base is being read.
    Reading(LoadProgress),
    /// An engine can be asked. A later step may replace it by an engine with more rows or more tables.
    Ready(ReadyEngine),
}

/// An engine that can be asked while the study is still being opened, with what to show about it.
pub struct ReadyEngine {
    pub engine: Arc<dyn Engine>,
    /// True if the base is in another engine, not in this process.
    pub is_elsewhere: bool,
    /// Value column, as the schema spells it.
    pub value: Option<String>,
    /// Notices on how the base was read, one line each, without those of earlier steps.
    pub notices: Vec<Notice>,
    /// Access to a sample of the base, if the study asks for one.
    pub sampling: Option<Arc<Sampling>>,
    /// Progress of reading the base, if the engine has only its first rows.
    pub part: Option<LoadProgress>,
}

/// An opened study.
pub struct OpenedStudy {
    pub engine: Arc<dyn Engine>,
    /// Value column, as the schema spells it; `None` if the setting is wrong.
    pub value: Option<String>,
    /// Cells of the study's segmentations.
    pub cells: CellsByName,
    /// Settings that name no suitable column. If there are any, nothing but the faults may be shown.
    pub faults: Vec<SettingFault>,
    /// Title of the base for messages, such as `customers.csv`.
    pub source: String,
    /// Notices on how the base was read, one line each.
    pub about_base: Vec<Notice>,
    /// Rows of the base that were left out or repaired, as the study asks.
    pub rejects: Rejects,
    /// Notices on how the tables beside the base were read, one line each.
    pub about_tables: Vec<String>,
    /// Reason why there is no sample, if the study asks for one.
    pub no_sample: Option<String>,
    /// Work to do while the study is already in use.
    pub rest: DeferredWork,
}

/// A table that was opened without a study.
pub struct OpenedTable {
    pub engine: Arc<dyn Engine>,
    /// Columns of text that a declared type would suit better.
    pub offers: Vec<Offer>,
    /// Column with the customer's key, if the table looks like one of events.
    pub customers: Option<String>,
}

/// Opens a table without a study.
///
/// # Errors
/// Returns one line if the table cannot be read.
pub fn open_table(source: &BaseLocation, options: &LoadOptions, cancel: &Cancel) -> Result<OpenedTable, String> {
    let base = data::load(source, options, &mut |_| {}, &|| cancel.is_raised()).map_err(|error| error.to_string())?;
    let offers = data::offers(&base, &|_| false);
    let customers = data::customers_column(&base);
    Ok(OpenedTable { engine: Arc::new(LocalEngine::new(base)), offers, customers })
}

/// Returns the columns of an engine's base for use in rules, without the functions that the engine does not support.
pub fn schema(engine: &dyn Engine) -> Schema {
    let functions = engine.capabilities().unsupported_functions;
    engine.schema().clone().with_limits(Limits { engine: engine.name().to_owned(), functions })
}

impl Opening {
    /// Returns a path that names the study, or the table if there is no study; `None` for a pipe, which cannot be opened
    /// again.
    pub fn identity(&self) -> Option<PathBuf> {
        match (&self.study.file, &self.source) {
            (_, BaseSource::Here(BaseLocation::Stdin)) | (None, BaseSource::Here(BaseLocation::Query(_))) => None,
            (Some(file), _) => Some(file.clone()),
            (None, BaseSource::Here(BaseLocation::Path(path))) => std::path::absolute(path).ok(),
            (None, BaseSource::Elsewhere(remote)) => Some(PathBuf::from(remote.title())),
        }
    }

    /// Opens the study: reads the base and the tables beside it, or connects to the engine that holds them, and cuts
    /// the segmentations.
    ///
    /// Calls `on_step` with each step, on this thread. An engine is ready as soon as the base is; tables beside it may
    /// come later.
    ///
    /// # Errors
    /// Returns one line if the base cannot be read or the study's columns are wrong.
    pub fn open(&self, on_step: &mut dyn FnMut(OpeningStep), cancel: &Cancel) -> Result<OpenedStudy, String> {
        let began = Instant::now();
        let opened = match &self.source {
            BaseSource::Here(source) => self.open_here(source, on_step, cancel),
            BaseSource::Elsewhere(remote) => self.open_elsewhere(remote, on_step, cancel),
        };
        let (source, took) = (self.source.title(), began.elapsed());
        match &opened {
            Ok(OpenedStudy { engine, faults, .. }) => {
                let (engine, customers, faults) = (engine.name(), engine.customers(), faults.len());
                tracing::info!(?source, engine, customers, faults, ?took, "opened");
            }
            // The reason may quote the expression of a column. What fails in a file or a connection is logged there.
            Err(_) => tracing::error!(?source, ?took, "not opened"),
        }
        opened
    }

    fn open_elsewhere(
        &self,
        remote: &RemoteConfig,
        on_step: &mut dyn FnMut(OpeningStep),
        cancel: &Cancel,
    ) -> Result<OpenedStudy, String> {
        let sql = remote::connect(&self.study, remote, self.today, cancel);
        let sql = sql.map_err(|error| {
            tracing::error!(kind = error.kind(), "not connected");
            error.to_string()
        })?;
        let engine = self.with_privacy(sql.clone());
        let faults = self.faults(engine.schema());
        if faults.is_empty() {
            let config = &self.study.config;
            let sampling = config.data.sample.map(|wanted| {
                Arc::new(Sampling::new(sql.clone(), wanted, config.privacy.mask.clone(), samples_folder()))
            });
            self.report_ready(on_step, engine.clone(), Vec::new(), sampling, None);
        }
        Ok(OpenedStudy {
            value: self.value(engine.schema()),
            cells: self.cells(engine.as_ref(), cancel)?,
            faults,
            source: remote.title().to_owned(),
            about_base: Vec::new(),
            rejects: Rejects::default(),
            about_tables: Vec::new(),
            no_sample: self.study.config.data.sample.and_then(|_| sql.check_sample().err()).map(|why| why.to_string()),
            rest: DeferredWork {
                local: None,
                elsewhere: Some(sql),
                unchecked: None,
                min_cell: self.study.config.privacy.min_cell,
            },
            engine,
        })
    }

    fn open_here(
        &self,
        source: &BaseLocation,
        on_step: &mut dyn FnMut(OpeningStep),
        cancel: &Cancel,
    ) -> Result<OpenedStudy, String> {
        let tables = PendingTables::begin(&self.study, cancel);
        let (base, mut faults) = self.load(source, on_step, cancel)?;
        let unchecked = matches!(base.table, BaseTable::Files(_)).then(|| base.clone());
        let (source, about_base, rejects) = (base.source.clone(), base.notices.clone(), base.rejects.clone());
        let mut notices = about_base.clone();
        let mut plain = self.plain(base);
        if faults.is_empty() && tables.are_awaited() && self.settings(plain.schema()).is_ok() {
            let twin = plain.twin();
            let to_come = EventTables::to_come(&self.study.event_sources());
            let engine = self.with_privacy(Arc::new(self.with_tables(plain, to_come)?));
            self.report_ready(on_step, engine, std::mem::take(&mut notices), None, None);
            plain = twin;
        }
        let tables = tables.read()?;
        let about_tables = tables.notices();
        let local = Arc::new(self.with_tables(plain, tables)?);
        let engine = self.with_privacy(local.clone());
        faults.extend(self.faults(engine.schema()));
        if faults.is_empty() {
            self.report_ready(on_step, engine.clone(), notices, None, None);
        }
        Ok(OpenedStudy {
            value: self.value(engine.schema()),
            cells: self.cells(engine.as_ref(), cancel)?,
            faults,
            source,
            about_base,
            rejects,
            about_tables,
            no_sample: None,
            rest: DeferredWork {
                local: Some(local),
                elsewhere: None,
                unchecked,
                min_cell: self.study.config.privacy.min_cell,
            },
            engine,
        })
    }

    /// Reads the base. If the study names a missing column, reads it without its key, or with all its columns.
    fn load(
        &self,
        source: &BaseLocation,
        on_step: &mut dyn FnMut(OpeningStep),
        cancel: &Cancel,
    ) -> Result<(Base, Vec<SettingFault>), String> {
        let data = &self.study.config.data;
        let mut wanted = LoadOptions {
            key: data.key.clone(),
            columns: data.columns.clone(),
            choice: data.choice.clone(),
            named: self.named.clone(),
            text: data.text.clone(),
            timezone: data.timezone,
            memory: self.study.config.engine.memory,
            cache: self.study.config.data.cache_folder(),
            min_cell: self.study.config.privacy.min_cell,
            grows_from: self.grows_from.filter(|_| self.may_grow()),
        };
        let mut faults = Vec::new();
        loop {
            let mut step = |step| match step {
                LoadStep::Progress(progress) => on_step(OpeningStep::Reading(progress)),
                LoadStep::Part(rows) => {
                    let read = rows.read.clone();
                    if let Some(base) = rows.base(source, &wanted) {
                        self.report_first_rows(on_step, base, read);
                    }
                }
            };
            let error = match data::load(source, &wanted, &mut step, &|| cancel.is_raised()) {
                Ok(mut base) => {
                    base.notices.extend(self.about_events(&base));
                    return Ok((base, faults));
                }
                Err(error) => error,
            };
            // Quotes no value: see docs/privacy.md.
            tracing::error!(reason = ?error.to_string(), "base not read");
            if let DataError::Query { at, problem } = &error {
                let place = self.study.place_in(StudyItem::Setting("data", "query"), *at);
                return Err(place.map_or_else(|| problem.clone(), |place| format!("{place}: {problem}")));
            }
            let setting = match &error {
                // A pipe can be read only once.
                _ if *source == BaseLocation::Stdin => return Err(error.to_string()),
                DataError::Key { .. } if wanted.key.take().is_some() => Setting::Key,
                DataError::Columns { column, .. } => {
                    let columns = wanted.columns.take().unwrap_or_default();
                    Setting::Columns(columns.iter().position(|other| other == column).unwrap_or_default())
                }
                _ => return Err(error.to_string()),
            };
            faults.push(SettingFault { setting, message: error.to_string() });
        }
    }

    /// Returns true if counts of a part of the base may be shown. The counts of two parts differ by the few rows between
    /// them, so a study with suppressed counts or masked columns shows none before all rows are read.
    fn may_grow(&self) -> bool {
        let privacy = &self.study.config.privacy;
        privacy.min_cell == 0 && privacy.mask.is_empty()
    }

    /// Reports an engine of the first rows. If it cannot be created, does nothing: opening the whole base reports the reason.
    fn report_first_rows(&self, on_step: &mut dyn FnMut(OpeningStep), base: Base, read: LoadProgress) {
        let plain = self.plain(base);
        if self.settings(plain.schema()).is_err() {
            return;
        }
        let to_come = EventTables::to_come(&self.study.event_sources());
        if let Ok(engine) = self.with_tables(plain, to_come) {
            self.report_ready(on_step, self.with_privacy(Arc::new(engine)), Vec::new(), None, Some(read));
        }
    }

    /// Returns the engine of a base, without the tables beside it.
    fn plain(&self, base: Base) -> LocalEngine {
        let mask = self.study.config.privacy.masked_in_rules();
        LocalEngine::with(base, self.tuning()).with_masked(mask).with_lists(self.lists())
    }

    /// Returns the files that rules may name.
    fn lists(&self) -> FileLists {
        file_lists(self.study.file.as_deref().and_then(std::path::Path::parent))
    }

    /// Returns a notice on a table without a study that looks like one of events.
    fn about_events(&self, base: &Base) -> Option<Notice> {
        let BaseSource::Here(BaseLocation::Path(path)) = &self.source else { return None };
        if self.study.file.is_some() || base.key.is_some() {
            return None;
        }
        let key = data::customers_column(base)?;
        let offer = data::customers_offer(&path.to_string_lossy(), &key);
        Some(Notice(format!("{key} repeats: if each row is an event, build a customer table from them: {offer}")))
    }

    /// Wraps the engine so that its answers obey the study's `[privacy]`.
    fn with_privacy(&self, engine: Arc<dyn Engine>) -> Arc<dyn Engine> {
        PrivacyEngine::around(engine, DisclosureLimits::new(&self.study.config.privacy, self.today))
    }

    /// Returns the engine's limits from the study or the user's settings.
    fn tuning(&self) -> Tuning {
        let default = Tuning::default();
        Tuning { memory: self.study.config.engine.memory.unwrap_or(default.memory), ..default }
    }

    fn with_tables(&self, plain: LocalEngine, tables: EventTables) -> Result<LocalEngine, String> {
        let config = &self.study.config;
        plain.with_events(tables, &config.columns, &config.privacy.mask, self.today)
    }

    /// Checks the settings against the columns. A misspelled column in the mask would otherwise be shown unmasked.
    fn settings(&self, schema: &Schema) -> Result<Option<String>, SettingFault> {
        check_settings(schema, self.value.as_deref(), &self.study.config.privacy.mask)
    }

    fn value(&self, schema: &Schema) -> Option<String> {
        check_settings(schema, self.value.as_deref(), &[]).ok().flatten()
    }

    fn faults(&self, schema: &Schema) -> Vec<SettingFault> {
        settings::faults(schema, self.value.as_deref(), &self.study.config.privacy.mask)
    }

    /// Finds the cells of the study's segmentations.
    ///
    /// # Errors
    /// Returns an error if `cancel` is raised.
    pub fn cells(&self, engine: &dyn Engine, cancel: &Cancel) -> Result<CellsByName, String> {
        if !self.wants_cells {
            return Ok(CellsByName::new());
        }
        let mask = &self.study.config.privacy.mask;
        let cells = find_cells(engine, &self.study.definitions, mask, self.today, cancel);
        cells.map_err(|error| error.to_string())
    }

    fn report_ready(
        &self,
        on_step: &mut dyn FnMut(OpeningStep),
        engine: Arc<dyn Engine>,
        notices: Vec<Notice>,
        sampling: Option<Arc<Sampling>>,
        part: Option<LoadProgress>,
    ) {
        let value = self.value(engine.schema());
        let is_elsewhere = matches!(self.source, BaseSource::Elsewhere(_));
        on_step(OpeningStep::Ready(ReadyEngine { engine, is_elsewhere, value, notices, sampling, part }));
    }
}
