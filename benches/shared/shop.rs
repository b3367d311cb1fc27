//! The sample study on a base, asked through the public engine as the screen does.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, Engine, SummaryQuestion, TypedQuestion, ask_one};
use crosscut::insight::Catalog;
use crosscut::insight::catalog::CellsByName;
use crosscut::insight::inquiry::{Inquiry, NewestFact};
use crosscut::model::Segment;
use crosscut::rule::{self, Checked, Context, Namespace};
use crosscut::session::{drive, find_cells};
use crosscut::study::{self, Study};

pub struct Shop {
    pub file: PathBuf,
    pub study: Study,
    pub engine: Arc<LocalEngine>,
    pub cells: CellsByName,
    pub catalog: Catalog,
    pub today: NaiveDate,
    fresh: Cell<u32>,
}

impl Shop {
    /// Opens the base as the screen does: with the study's key, then the segmentations' cells.
    pub fn open(file: &Path) -> Self {
        let study = sample();
        let engine = Arc::new(engine(&study, file));
        let today = study.config.data.as_of.expect("the sample study has an as-of date");
        let mask = &study.config.privacy.mask;
        let cells = find_cells(engine.as_ref(), &study.definitions, mask, today, &Cancel::new()).expect("the cells");
        let catalog = Catalog::new(&study.definitions, &cells, engine.schema(), today);
        Self { file: file.to_owned(), study, engine, cells, catalog, today, fresh: Cell::new(0) }
    }

    /// Returns the shop with `count` more segments, each with a different rule.
    pub fn with_more_segments(&self, count: usize) -> Self {
        let mut study = self.study.clone();
        let segment = |i: usize| Segment {
            name: format!("more_{i}"),
            kind: None,
            rule: format!("spend_12m > {i} AND orders_12m >= {}", i % 20),
            note: None,
        };
        study.definitions.segments.extend((0..count).map(segment));
        let catalog = Catalog::new(&study.definitions, &self.cells, self.engine.schema(), self.today);
        let (file, engine, cells) = (self.file.clone(), self.engine.clone(), self.cells.clone());
        Self { file, study, engine, cells, catalog, today: self.today, fresh: Cell::new(0) }
    }

    pub fn rows(&self) -> u64 {
        self.engine.customers()
    }

    /// Returns a number that was not returned before: a rule with it as its bound is not in a cache.
    pub fn fresh(&self) -> u32 {
        self.fresh.set(self.fresh.get() + 1);
        self.fresh.get()
    }

    pub fn check(&self, text: &str) -> Checked {
        let cx = Context { schema: self.engine.schema(), names: &self.catalog.names, today: self.today };
        rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    pub fn ask<Q: TypedQuestion>(&self, question: &Q) -> Q::Answer {
        ask_one(self.engine.as_ref(), question, &Cancel::new()).expect("an answer")
    }

    /// Runs an inquiry to its end and returns its result.
    pub fn find<T: Clone>(&self, mut inquiry: impl Inquiry<Result = NewestFact<T>>) -> T {
        drive(self.engine.as_ref(), &self.catalog.counted, &mut inquiry, &Cancel::new()).expect("not cancelled");
        let found = inquiry.result();
        found.get().cloned().unwrap_or_else(|| panic!("{:?}", found.error))
    }

    /// Counts the customers of a rule given as text.
    pub fn count(&self, text: &str) -> u64 {
        count(self.engine.as_ref(), self.check(text))
    }
}

/// Loads the study of this repository.
pub fn sample() -> Study {
    study::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml"), None).expect("the sample study")
}

/// Loads the study of this repository, for a table with other columns.
pub fn sample_without_key() -> Study {
    let mut study = sample();
    study.config.data.key = None;
    study
}

/// Checks a rule on the columns of an engine.
pub fn check(engine: &LocalEngine, text: &str) -> Checked {
    let cx = Context { schema: engine.schema(), names: &Namespace::default(), today: NaiveDate::default() };
    rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn engine(study: &Study, file: &Path) -> LocalEngine {
    let options = LoadOptions { key: study.config.data.key.clone(), ..LoadOptions::default() };
    let source = BaseLocation::Path(file.to_owned());
    LocalEngine::new(data::load(&source, &options, &mut |_| {}, &|| false).expect("the base is read"))
}

pub fn count(engine: &LocalEngine, filter: Checked) -> u64 {
    ask_one(engine, &SummaryQuestion { filter, value: None }, &Cancel::new()).expect("a summary").customers
}
