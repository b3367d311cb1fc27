use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crosscut::data::{BaseLocation, LoadOptions, LoadProgress, Stage};
use crosscut::engine::{Answer, Cancel, Capabilities, Engine, EngineError, Personas, Question, Status, ask_each};
use crosscut::insight::catalog::CellsByName;
use crosscut::insight::estimate::SampleSize;
use crosscut::insight::export::FileExport;
use crosscut::insight::inquiry::Inquiry;
use crosscut::model::Schema;
use crosscut::session::{self, BaseSource, ExportError, Opening, drive, find_cells, open_table};
use crosscut::study::{self, Study, ThemeName};
use crosscut::tui::core::key::{KeyPress, KeySymbol};
use crosscut::tui::core::{
    Action, Answered, CheckJob, Effect, Keymap, Lane, LoadedBase, Query, Request, RunSettings, State,
};
use crosscut::tui::{update, views};

use crate::shop;

/// An engine that cannot answer questions in which a word occurs.
struct Faulty {
    engine: Arc<dyn Engine>,
    word: &'static str,
}

impl Engine for Faulty {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    fn customers(&self) -> u64 {
        self.engine.customers()
    }

    fn capabilities(&self) -> Capabilities {
        self.engine.capabilities()
    }

    fn status(&self) -> Status {
        self.engine.status()
    }

    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) {
        for (at, question) in questions.iter().enumerate() {
            match format!("{:?}", question.body).contains(self.word) {
                true => answered(at, Err(EngineError::failed(format!("{} is broken", self.word)))),
                false => self.engine.ask(std::slice::from_ref(question), cancel, &mut |_, answer| answered(at, answer)),
            }
        }
    }
}

/// A state whose effects run at once: the real engine answers questions over a small shop.
pub struct Flow {
    pub state: State,
    engine: Arc<dyn Engine>,
    cells: CellsByName,
    study: Study,
    /// Questions held back while `hold` is on.
    pub held: Vec<Request>,
    pub hold: bool,
    /// Long filters still to be checked, held back while `hold_checks` is on.
    pub checks: Vec<CheckJob>,
    pub hold_checks: bool,
    pub quit: bool,
    pub copied: Option<String>,
    /// A sample of the shop, once [`Flow::sample`] drew one.
    sample: Option<Arc<dyn Engine>>,
    /// Number of times that the sample was to be drawn again.
    pub drawn_again: usize,
    /// Stands in for the external editor: maps the text to the edited one.
    pub editor: fn(&str) -> Result<String, String>,
    folder: tempfile::TempDir,
}

impl Flow {
    /// The small shop, loaded.
    pub fn new() -> Self {
        let mut flow = Self::before_loading();
        flow.load();
        flow
    }

    /// The small shop, loaded, with text appended to its personas file, and research notes by name.
    pub fn with_personas(more: &str, notes: &[(&str, &str)]) -> Self {
        let folder = shop::folder();
        let path = folder.path().join("personas.toml");
        let before = std::fs::read_to_string(&path).expect("the personas");
        std::fs::write(path, before + more).expect("a writable folder");
        for (name, text) in notes {
            std::fs::write(folder.path().join(name), text).expect("a writable folder");
        }
        let mut flow = Self::over(folder);
        flow.load();
        flow
    }

    /// The small shop with one more segment, loaded.
    pub fn with_segment(name: &str, rule: &str) -> Self {
        let folder = shop::folder();
        let path = folder.path().join("segments.toml");
        let before = read(&path);
        std::fs::write(path, format!("[[segment]]\nname = \"{name}\"\nwhere = \"{rule}\"\n\n{before}"))
            .expect("a writable folder");
        Self::of_study(folder)
    }

    /// The study of a folder, loaded.
    pub fn of_study(folder: tempfile::TempDir) -> Self {
        let mut flow = Self::over(folder);
        flow.load();
        flow
    }

    /// The study of the small shop, before its customers are read.
    pub fn before_loading() -> Self {
        Self::over(shop::folder())
    }

    /// The small shop with an additional table, loaded: the entry in `config.toml`, and the file's name and text.
    pub fn with_table(config: &str, file: &str, text: &str) -> Self {
        let folder = shop::folder();
        let path = folder.path().join("config.toml");
        let before = read(&path);
        std::fs::write(path, format!("{before}\n{config}")).expect("a writable folder");
        std::fs::write(folder.path().join(file), text).expect("a writable folder");
        let mut flow = Self::over(folder);
        flow.load();
        flow
    }

    /// Opens the study of a folder with the shop's files.
    fn over(folder: tempfile::TempDir) -> Self {
        let study = study::load(&folder.path().join("config.toml"), None).expect("a good study");
        let table = folder.path().join("customers.csv");
        Self::of(folder, study, ("small shop", "spend"), table)
    }

    /// The sample study, loaded. Nothing may be saved: its files are those of the repository.
    pub fn of_sample() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let study = study::load(&root.join("config.toml"), None).expect("a good study");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut flow = Self::of(folder, study, ("shop study", "spend_12m"), root.join("sample/customers.csv"));
        flow.state.query.group_by = vec!["country".into()];
        flow.load();
        flow
    }

    /// A copy of the sample study, loaded: its files may be saved to.
    pub fn of_sample_copy() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        for file in [
            "config.toml",
            "sample/segments.toml",
            "sample/personas.toml",
            "sample/customers.csv",
            "sample/orders.csv",
            "sample/interviews.csv",
            "sample/survey.csv",
        ] {
            let to = folder.path().join(file);
            std::fs::create_dir_all(to.parent().expect("a folder")).expect("a writable folder");
            std::fs::copy(root.join(file), to).expect("a file of the sample");
        }
        let study = study::load(&folder.path().join("config.toml"), None).expect("a good study");
        let table = folder.path().join("sample/customers.csv");
        let mut flow = Self::of(folder, study, ("shop study", "spend_12m"), table);
        flow.state.query.group_by = vec!["country".into()];
        flow.load();
        flow
    }

    fn of(folder: tempfile::TempDir, study: Study, (title, value): (&str, &str), table: PathBuf) -> Self {
        let settings = RunSettings {
            title: title.into(),
            value: Some(value.into()),
            mask: study.config.privacy.mask.clone(),
            min_cell: study.config.privacy.min_cell,
            research: study::Thresholds::default(),
            theme: ThemeName::Auto,
            abilities: Default::default(),
            mouse: false,
            today: "2026-06-30".parse().expect("a date"),
            can_save: true,
            can_create: None,
        };
        let mut state =
            State::new(settings.clone(), study.definitions.clone(), Query::default(), Keymap::default(), views::all());
        (state.width, state.height) = (120, 36);
        let source = BaseSource::Here(BaseLocation::Path(table));
        let (value, today) = (settings.value.clone(), settings.today);
        let opening = Opening { study, source, value, today, wants_cells: true, named: None, grows_from: None };
        let opened = opening.open(&mut |_| {}, &Cancel::new()).expect("a good table");
        let Opening { study, .. } = opening;
        Self {
            state,
            engine: opened.engine,
            cells: opened.cells,
            study,
            held: Vec::new(),
            hold: false,
            checks: Vec::new(),
            hold_checks: false,
            quit: false,
            copied: None,
            sample: None,
            drawn_again: 0,
            editor: |text| Ok(text.to_owned()),
            folder,
        }
    }

    /// From here on every question that mentions this word fails.
    pub fn break_engine(&mut self, word: &'static str) {
        self.engine = Arc::new(Faulty { engine: self.engine.clone(), word });
    }

    /// Repairs what [`Self::break_engine`] broke.
    pub fn mend_engine(&mut self, whole: Arc<dyn Engine>) {
        self.engine = whole;
    }

    pub fn engine(&self) -> Arc<dyn Engine> {
        self.engine.clone()
    }

    pub fn load(&mut self) {
        self.open();
        self.find_cells();
    }

    pub fn find_cells(&mut self) {
        self.act(Action::CellsFound(self.cells.clone()));
    }

    /// Opens the first rows of the base, the text of a table, of which a third is read. Returns the engine of all rows.
    pub fn open_part(&mut self, text: &str) -> Arc<dyn Engine> {
        let path = self.file("part.csv");
        std::fs::write(&path, text).expect("a writable folder");
        let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
        let part = open_table(&BaseLocation::Path(path), &options, &Cancel::new()).expect("a good table").engine;
        let whole = std::mem::replace(&mut self.engine, part);
        let (done, total, rows) = (34, Some(100), self.engine.customers());
        self.open_as(Some(LoadProgress { stage: Stage::Reading, done, total, rows, schema: None }));
        let (definitions, today) = (&self.study.definitions, self.state.settings.today);
        let cells = find_cells(self.engine.as_ref(), definitions, &self.state.settings.mask, today, &Cancel::new());
        self.act(Action::CellsFound(cells.expect("not cancelled")));
        whole
    }

    /// Opens the base after its first rows.
    pub fn open_whole(&mut self, whole: Arc<dyn Engine>) {
        self.engine = whole;
        self.load();
    }

    /// Opens the base; the segmentations' cells are not known yet.
    pub fn open(&mut self) {
        self.open_as(None);
    }

    fn open_as(&mut self, part: Option<LoadProgress>) {
        let schema = Arc::new(self.engine.schema().clone());
        let loaded = LoadedBase {
            schema,
            customers: self.engine.customers(),
            engine: None,
            value: self.state.settings.value.clone(),
            notices: Vec::new(),
            part,
        };
        self.act(Action::Loaded(Box::new(loaded)));
    }

    /// Presses keys, given as `"tab j enter"`; a word in double quotes is typed letter by letter.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for (i, part) in keys.split('"').enumerate() {
            if i % 2 == 1 {
                part.chars().for_each(|c| self.key(KeyPress::plain(KeySymbol::Char(c))));
            } else {
                part.split_whitespace().for_each(|key| self.key(key.parse().expect("a key")));
            }
        }
        self
    }

    fn key(&mut self, key: KeyPress) {
        self.act(Action::Key(key));
    }

    pub fn act(&mut self, action: Action) {
        let mut effects: VecDeque<Effect> = update(&mut self.state, action).into();
        while let Some(effect) = effects.pop_front() {
            effects.extend(self.carry_out(effect));
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Vec<Effect> {
        match effect {
            Effect::Ask(ask) if self.hold => self.held.push(ask),
            Effect::Ask(ask) => return self.answer(ask),
            Effect::Estimate(ask) => {
                let estimates = self.estimates_of(&ask);
                return estimates.into_iter().flat_map(|action| update(&mut self.state, action)).collect();
            }
            Effect::Sample => self.drawn_again += 1,
            Effect::Check(check) if self.hold_checks => self.checks.push(*check),
            Effect::Check(check) => return update(&mut self.state, Action::FilterChecked(Box::new(check.run()))),
            Effect::Cancel(lane) => self.held.retain(|ask| ask.lane() != lane),
            Effect::Save(saving) => {
                let overwrite = if saving.onto_changed { study::Overwrite::Merge } else { study::Overwrite::Refuse };
                let before = self.study.texts();
                let action = match study::save(&mut self.study, saving.change.clone(), overwrite) {
                    Ok(()) => {
                        let (definitions, after) = (self.study.definitions.clone(), self.study.texts());
                        Action::Saved { change: saving.change, definitions, before, after }
                    }
                    Err(study::SaveError::ChangedOnDisk { file }) => {
                        let file = file.display().to_string();
                        let reason = crosscut::tui::core::SaveFailed::ChangedOnDisk(file);
                        Action::SaveFailed { change: saving.change, reason }
                    }
                    Err(error) => {
                        let reason = crosscut::tui::core::SaveFailed::Other(error.to_string());
                        Action::SaveFailed { change: saving.change, reason }
                    }
                };
                return update(&mut self.state, action);
            }
            Effect::FindCells(mut cells) => {
                drive(self.engine.as_ref(), &Personas::default(), cells.as_mut(), &Cancel::new())
                    .expect("not cancelled");
                return update(&mut self.state, Action::CellsFound(cells.result().clone()));
            }
            Effect::Vet(mut counts, personas) => {
                drive(self.engine.as_ref(), &personas, counts.as_mut(), &Cancel::new()).expect("not cancelled");
                return update(&mut self.state, Action::Vetted(counts.faults()));
            }
            Effect::Group(work) => return update(&mut self.state, Action::Grouped(Ok(Box::new(work.run())))),
            Effect::Export(export) => {
                let path = export.path.display().to_string();
                let inside = FileExport { path: self.folder.path().join(&export.path), ..*export };
                let action = match session::export(&inside, self.engine.as_ref()) {
                    Ok(rows) => Action::Exported { rows, path },
                    Err(ExportError::Exists) => Action::ExportExists,
                    Err(ExportError::Failed(reason)) => Action::NotExported(reason),
                };
                return update(&mut self.state, action);
            }
            Effect::Copy { text, message } => {
                self.copied = Some(text);
                return update(&mut self.state, Action::Copied(message));
            }
            Effect::Quit => self.quit = true,
            Effect::ReadNotes(notes) => {
                let read = notes.into_iter().map(|note| (self.study.read_note(&note), note));
                let read = read.map(|(text, note)| (note, text)).collect();
                return update(&mut self.state, Action::NotesRead(read));
            }
            Effect::Editor(editing) => {
                let text = (self.editor)(&editing.text);
                return update(&mut self.state, Action::EditorClosed { editing, text });
            }
            Effect::KeepTheme(theme) => {
                let file = self.folder.path().join("user.toml");
                let action = match study::keep_theme(&file, theme) {
                    Ok(_) => {
                        Action::ThemeKept { theme, file: "user.toml".into(), is_overridden: self.study.sets_theme() }
                    }
                    Err(reason) => Action::ThemeNotKept(reason),
                };
                return update(&mut self.state, action);
            }
            Effect::Redraw
            | Effect::Open
            | Effect::Suspend
            | Effect::CreateStudy
            | Effect::TakeMouse(_)
            | Effect::Tutor => {}
        }
        Vec::new()
    }

    /// Samples customers by their keys, without the masked column.
    pub fn sample(&mut self, keys: &[&str]) {
        let columns = ["id", "country", "plan", "age", "spend", "joined"];
        let mut text = columns.join(",") + "\n";
        for line in self.read("customers.csv").lines() {
            let cells: Vec<&str> = line.split(',').collect();
            if keys.contains(&cells[0]) {
                text += &(cells[..columns.len()].join(",") + "\n");
            }
        }
        let path = self.file("sample.csv");
        std::fs::write(&path, text).expect("a writable folder");
        self.sample = Some(
            open_table(&BaseLocation::Path(path), &Default::default(), &Cancel::new()).expect("a good table").engine,
        );
        let size = SampleSize { sampled: keys.len() as u64, base: self.engine.customers() };
        let columns = columns.map(str::to_owned).into_iter().collect();
        self.act(Action::Sampled { size, columns, is_new: false });
    }

    /// The sample's answers to questions, as the workers would send them.
    pub fn estimates_of(&self, ask: &Request) -> Vec<Action> {
        let Some(sample) = &self.sample else { return Vec::new() };
        let (slots, questions): (Vec<_>, Vec<_>) = ask.questions.iter().cloned().unzip();
        let results = ask_each(sample.as_ref(), &questions, &Cancel::new());
        let answer = |(slot, result)| {
            let Request { asker, generation, .. } = *ask;
            Action::Estimated(Answered { asker, slot, generation, result, took: Duration::ZERO })
        };
        slots.into_iter().zip(results).map(answer).collect()
    }

    /// Checks the long filters that were held back, oldest first, even those that a newer one has replaced.
    pub fn check_all(&mut self) {
        for check in std::mem::take(&mut self.checks) {
            self.act(Action::FilterChecked(Box::new(check.run())));
        }
    }

    /// Sends keys, in the notation of [`Self::press`], all at once.
    pub fn burst(&mut self, keys: &str) -> &mut Self {
        let mut burst = Vec::new();
        for (i, part) in keys.split('"').enumerate() {
            match i % 2 {
                1 => burst.extend(part.chars().map(|c| KeyPress::plain(KeySymbol::Char(c)))),
                _ => burst.extend(part.split_whitespace().map(|key| key.parse::<KeyPress>().expect("a key"))),
            }
        }
        self.act(Action::Burst(burst));
        self
    }

    /// Answers questions, and the questions that follow from the answers.
    pub fn answer_all(&mut self, ask: Request) {
        let mut effects: VecDeque<Effect> = self.answer(ask).into();
        while let Some(effect) = effects.pop_front() {
            effects.extend(self.carry_out(effect));
        }
    }

    /// Answers questions as the workers would.
    pub fn answer(&mut self, ask: Request) -> Vec<Effect> {
        let Request { asker, generation, questions } = ask;
        let (slots, questions): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
        let results = ask_each(self.engine.as_ref(), &questions, &Cancel::new());
        let answer = |(slot, result)| {
            let answered = Answered { asker, slot, generation, result, took: Duration::ZERO };
            update(&mut self.state, Action::Answered(answered))
        };
        slots.into_iter().zip(results).flat_map(answer).collect()
    }

    /// Returns the engine's answer to one question of a request.
    pub fn answer_to(&self, ask: &Request, at: usize) -> Answered {
        let (slot, question) = ask.questions[at].clone();
        let result = ask_each(self.engine.as_ref(), &[question], &Cancel::new()).remove(0);
        Answered { asker: ask.asker, slot, generation: ask.generation, result, took: Duration::ZERO }
    }

    pub fn customers(&self) -> Option<u64> {
        let summary = &self.state.answers.panes.found.summary;
        summary.answer.as_ref().filter(|_| summary.fresh).map(|summary| summary.customers)
    }

    /// Current count of a segment or cell in the filter.
    pub fn segment(&self, name: &str) -> Option<u64> {
        let segments = &self.state.answers.panes.found.segments;
        Some(segments.get()?.by_name.get(name)?.in_filter)
    }

    pub fn personas(&self) -> Vec<Option<u64>> {
        let counts = self.state.answers.panes.found.personas.answer.clone().unwrap_or_default();
        counts.audiences.iter().map(|count| count.map(|count| count.in_filter)).collect()
    }

    pub fn message(&self) -> &str {
        self.state.message.as_ref().map_or("", |message| message.text.as_str())
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        read(&self.file(name))
    }

    pub fn lane_generation(&self, lane: Lane) -> u64 {
        self.state.asked.get(&lane).copied().unwrap_or(0)
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a readable file")
}
