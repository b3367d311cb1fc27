//! Opens a study and its base as the options say, and checks the rules.

mod questions;
mod remarks;
mod screen;
mod sets;
mod source;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::data::Notice;
use crate::engine::{Cancel, Engine};
use crate::insight::Catalog;
use crate::insight::settings::{self, Setting, SettingFault};
use crate::model::{Lookup, Schema, is_masked, is_plain_name};
use crate::rule::{self, Checked};
use crate::session::{self, BaseSource, DeferredWork, Opening, ValueStore};
use crate::study::{FilePlace, Study, StudyItem};
use crate::term;
pub use screen::for_screen;
pub(super) use screen::{for_screen_once, study_at};
pub use sets::Sets;
pub use source::file_and_options;
use source::{is_from_options, opening};
pub(super) use source::{is_there, table_after_command, unknown_word};

/// A study, its base, and its definitions checked against it.
pub struct CheckedStudy {
    pub study: Study,
    pub engine: Arc<dyn Engine>,
    /// Schema of the engine, with the personas' column if there are personas.
    schema: Schema,
    /// Work on the base that answers do not wait for.
    pub rest: DeferredWork,
    /// Title of the base in messages, such as `customers.csv`.
    pub source: String,
    /// Remarks on how the other tables were read, for `check`.
    pub about_tables: Vec<String>,
    /// Reason why there is no sample, if the study asks for one, for `check`.
    pub no_sample: Option<String>,
    pub catalog: Catalog,
    pub today: NaiveDate,
    /// File name of the base, without its folder.
    pub title: String,
    /// Value column, as the schema spells it.
    pub value: Option<String>,
    /// Rule of `--filter`.
    pub filter: Checked,
    /// Raised by Ctrl-C where the base is elsewhere.
    cancel: Cancel,
}

/// Texts of a command, which may name columns and definitions.
#[derive(Clone, Copy)]
struct Names<'t> {
    texts: &'t [&'t str],
    /// True if the command needs no columns but those that they name.
    are_all: bool,
}

impl CheckedStudy {
    /// Opens the study and its base.
    ///
    /// # Errors
    /// Returns an error also if a setting is wrong: a misspelled column in the mask would be shown in the clear.
    pub fn new(options: &CommonOptions) -> Result<Self, CommandError> {
        Self::checked(options, None)
    }

    /// Opens as [`CheckedStudy::new`] does, for a command that reads these texts and no definition: if none of them can name one,
    /// the segmentations are not cut.
    pub fn for_texts<'t>(
        options: &'t CommonOptions,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, CommandError> {
        let texts: Vec<&str> = texts.into_iter().chain(options.filter.as_deref()).collect();
        Self::checked(options, Some(Names { texts: &texts, are_all: false }))
    }

    /// Opens as [`CheckedStudy::for_texts`] does, for a command that needs no column but those that the rule names: of a
    /// text table without a study no others are read.
    pub fn for_rule(options: &CommonOptions, rule: Option<&str>) -> Result<Self, CommandError> {
        let texts: Vec<&str> = rule.into_iter().chain(options.filter.as_deref()).collect();
        Self::checked(options, Some(Names { texts: &texts, are_all: true }))
    }

    /// Opens for all definitions, or for those that these texts name.
    fn checked(options: &CommonOptions, names: Option<Names>) -> Result<Self, CommandError> {
        let (opened, faults) = Self::open(options, names)?;
        // A missing table fails only the rules that name it.
        for (_, missing) in opened.study.missing_tables(opened.schema()) {
            say!("crosscut: {}", opened.study.placed(StudyItem::Table(&missing.name), &missing.reason));
        }
        match faults.first() {
            Some(fault) => Err(CommandError::Failed(opened.placed(options, fault))),
            None => {
                opened.explain_filter()?;
                // In a database each of the texts would cost a scan.
                let may_ask = !matches!(opened.rest.kept(), ValueStore::Elsewhere);
                opened.explain_warnings(&opened.filter, may_ask)?;
                Ok(opened)
            }
        }
    }

    /// Opens as much as possible, and returns the faults of the settings.
    pub fn with_faults(options: &CommonOptions) -> Result<(Self, Vec<SettingFault>), CommandError> {
        Self::open(options, None)
    }

    fn open(options: &CommonOptions, names: Option<Names>) -> Result<(Self, Vec<SettingFault>), CommandError> {
        let opening = opening(options, None)?;
        let segmentations = || opening.study.definitions.segmentations.iter().map(|one| one.name.as_str());
        let may_name = |names: Names| names.texts.iter().any(|text| rule::may_name(text, segmentations()));
        let wants_cells = names.is_none_or(may_name);
        let named = names.filter(|names| names.are_all && opening.study.file.is_none()).map(|names| {
            let settings = [opening.value.as_deref(), opening.study.config.data.key.as_deref()];
            names.texts.iter().copied().chain(settings.into_iter().flatten()).collect::<Vec<_>>().join("\n")
        });
        let opening = Opening { wants_cells, named, ..opening };
        let cancel = Cancel::new();
        // With a base in this process no statement has to be stopped: any signal ends the program at once.
        if let BaseSource::Elsewhere(_) = opening.source {
            let raised = cancel.clone();
            term::on_interrupt(move || raised.raise()).map_err(CommandError::failed)?;
        }
        let opened = opening.open(&mut |_| {}, &cancel).map_err(CommandError::Failed)?;
        let session::OpenedStudy {
            engine,
            value,
            cells,
            faults,
            source,
            about_base,
            rejects,
            about_tables,
            no_sample,
            rest,
        } = opened;
        options.text.write_rejects(&rejects, !opening.study.config.privacy.mask.is_empty())?;
        let Opening { study, today, source: data, .. } = opening;
        study.notices.iter().for_each(|notice| say!("crosscut: {notice}"));
        for notice in &about_base {
            say!("crosscut: {source}: {notice}");
        }
        // Definitions make columns, which other definitions may name.
        let schema = session::schema(engine.as_ref()).with_definitions(&study.definitions);
        let catalog = Catalog::new(&study.definitions, &cells, &schema, today);
        let mut opened = Self {
            study,
            engine,
            schema,
            rest,
            source,
            about_tables,
            no_sample,
            catalog,
            today,
            title: data.title(),
            value,
            filter: Checked::everyone(),
            cancel,
        };
        opened.filter = opened.rule(options.filter.as_deref().unwrap_or_default())?;
        Ok((opened, faults))
    }

    /// Returns the place of a setting in the study; `None` if the command line sets it.
    pub fn place_of(&self, options: &CommonOptions, setting: Setting) -> Option<FilePlace> {
        (!is_from_options(options, setting)).then(|| self.study.place(setting.item())).flatten()
    }

    fn placed(&self, options: &CommonOptions, fault: &SettingFault) -> String {
        match is_from_options(options, fault.setting) {
            true => fault.message.clone(),
            false => self.study.placed(fault.setting.item(), &fault.message),
        }
    }

    /// Returns the place in the study of the catalog's n-th entry: segments come first.
    pub fn item_of_segment(&self, n: usize) -> StudyItem<'static> {
        match n.checked_sub(self.study.definitions.segments.len()) {
            None => StudyItem::Nth("segment", n, "where"),
            Some(n) => StudyItem::Nth("segmentation", n, "column"),
        }
    }

    pub fn rule(&self, text: &str) -> Result<Checked, CommandError> {
        let cx = rule::Context { schema: self.schema(), names: &self.catalog.names, today: self.today };
        rule::check(text, &cx).map_err(|error| CommandError::Failed(pointed(text, &error)))
    }

    /// Returns a column as the schema spells it, or an expression over columns, such as `orders.count('90 days')`.
    pub fn column(&self, name: &str) -> Result<String, CommandError> {
        let schema = self.schema();
        if schema.find(name) != Lookup::Missing || is_plain_name(name) {
            return settings::column(schema, name).map_err(CommandError::Failed);
        }
        // Masked columns may be read here, to be refused by the same words as elsewhere.
        let unmasked = schema.clone().with_masked(&[]);
        let cx = rule::Context { schema: &unmasked, names: &self.catalog.names, today: self.today };
        let value = rule::value_in(name, &cx).map_err(|error| CommandError::Failed(error.describe(name)))?;
        match value.shown_columns().into_iter().find(|column| self.is_masked(column)) {
            Some(masked) => Err(CommandError::Failed(settings::values_not_shown(&masked))),
            None => Ok(name.to_owned()),
        }
    }

    /// Checks the keys of the base, all of which are read for it.
    ///
    /// # Errors
    /// Returns the reason why they cannot be read.
    pub fn key_notices(&self) -> Result<Vec<Notice>, CommandError> {
        self.rest.check_keys(&self.cancel).map_err(CommandError::Failed)
    }

    /// Returns the base's columns, with the personas' column if there are personas.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Makes a signal cancel the current question instead of ending the program, so that an unfinished file is removed.
    pub fn stop_on_interrupt(&self) -> Result<(), CommandError> {
        match self.rest.kept() {
            // Done when the study was opened.
            ValueStore::Elsewhere => Ok(()),
            ValueStore::Files | ValueStore::Memory => {
                let raised = self.cancel.clone();
                term::on_interrupt(move || raised.raise()).map_err(CommandError::failed)
            }
        }
    }

    /// Returns the files that the study is read from, as the file system names them.
    pub fn source_files(&self, options: &CommonOptions) -> Vec<PathBuf> {
        let config = &self.study.config;
        let written = [self.study.file.clone(), config.study.segments.clone(), config.study.personas.clone()];
        let tables = config.tables.values().map(|table| PathBuf::from(&table.path));
        let base = options.data.clone().or_else(|| config.data.path.as_ref().map(PathBuf::from));
        let named = written.into_iter().flatten().chain(tables).chain(base);
        // A base may be a pattern.
        let all = named.flat_map(|path| {
            let found = path.to_str().and_then(|pattern| glob::glob(pattern).ok()).into_iter().flatten().flatten();
            found.chain([path.clone()]).collect::<Vec<_>>()
        });
        all.filter_map(|path| std::fs::canonicalize(path).ok()).collect()
    }

    pub fn min_cell(&self) -> u64 {
        self.study.config.privacy.min_cell
    }

    pub fn mask(&self) -> &[String] {
        &self.study.config.privacy.mask
    }

    pub fn is_masked(&self, column: &str) -> bool {
        is_masked(self.mask(), column)
    }
}

/// Returns the error with the rule below it and carets under the place.
pub(super) fn pointed(text: &str, error: &rule::RuleError) -> String {
    if text.contains('\n') {
        return error.describe(text);
    }
    let before = text.get(..error.place.start).unwrap_or(text);
    let marked = text.get(error.place.clone()).unwrap_or_default();
    let gap = " ".repeat(crate::text::width(before));
    let carets = "^".repeat(crate::text::width(marked).max(1));
    format!("{}\n  {text}\n  {gap}{carets}", error.describe(text))
}
