//! The event loop of the TUI, which connects the terminal, the state, the screen and the engine.
//!
//! The loop never computes. Keys come from the terminal's threads, the base from `loading`, answers from `lanes`,
//! saves from `saving`. Each arrives as a message, and all messages that have arrived are handled before a frame is
//! drawn.

mod checking;
mod creating;
mod cutting;
mod editor;
mod exporting;
mod frames;
mod grouping;
mod keys;
mod lanes;
mod lesson_file;
mod loading;
mod notes;
mod sampling;
mod saving;
mod session_file;
mod study_memory;
mod unsupported_rules;

use std::ptr;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;

use self::checking::Checker;
use self::frames::FramePace;
use self::lanes::Lanes;
pub use self::lesson_file::LessonFile;
use self::loading::Loading;
use self::sampling::Sampler;
use self::session_file::SessionWriter;
use self::study_memory::StudyMemory;
use crate::engine::{Activity, Engine};
use crate::rule;
use crate::session::{Opening, Sample, Sampling};
use crate::study::Study;
use crate::term::{self, Event, Signal, Terminal};
use crate::tui;
use crate::tui::core::{Action, CreatedStudy, Effect, Keymap, LoadedBase, Query, RunSettings, State, ViewName};
use crate::tui::update;
use crate::tui::views::remembered::{RememberedState, note_filter};
use crate::tui::views::{self, restore::restore_session, tutor};

/// Bytes at the beginning of a filter in which columns are found to be read ahead.
const MAX_READ_AHEAD: usize = 4 * 1024;
/// Interval at which a waiting screen shows that work is in progress.
const TICK: Duration = Duration::from_millis(250);

/// Input of the TUI: a study to open, and the initial state of the screen.
pub struct TuiInput {
    pub opening: Opening,
    pub settings: RunSettings,
    pub keymap: Keymap,
    /// Initial query.
    pub query: Query,
    /// True to ignore what an earlier session has left.
    pub fresh: bool,
    /// The tutor's lessons; `None` outside of the tutor.
    pub lessons: Option<LessonFile>,
}

/// Reason why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The person quit.
    Quit,
    /// A signal ended it.
    Signal(Signal),
    /// The terminal is gone.
    Lost,
}

/// A message to the loop.
pub(crate) enum LoopMessage {
    Terminal(Event),
    Action(Box<Action>),
    /// An action that comes from this engine. Dropped if another engine has replaced it.
    OfEngine(Arc<dyn Engine>, Box<Action>),
    /// The base or its first rows are loaded, and the engine is ready for questions.
    Ready {
        engine: Arc<dyn Engine>,
        sampling: Option<Arc<Sampling>>,
        loaded: Box<LoadedBase>,
    },
    /// The sample can be asked.
    Sampled(Box<Sample>),
    /// A study was created beside the table.
    StudyCreated(Box<Study>),
}

impl From<Action> for LoopMessage {
    fn from(action: Action) -> Self {
        LoopMessage::Action(Box::new(action))
    }
}

impl From<Event> for LoopMessage {
    fn from(event: Event) -> Self {
        LoopMessage::Terminal(event)
    }
}

/// The running program: its state, its terminal and its threads.
struct RunningTui {
    state: State,
    terminal: Terminal,
    sender: Sender<LoopMessage>,
    opening: Arc<Opening>,
    loading: Loading,
    lanes: Option<Lanes>,
    sampler: Option<Sampler>,
    /// Lanes of the sample, once it can be asked.
    estimating: Option<Lanes>,
    checker: Checker,
    study: Arc<Mutex<Study>>,
    /// Writer of what was typed and not saved; `None` if the session cannot be opened again.
    keeper: Option<SessionWriter>,
    /// File that the study's screen is remembered in.
    memory: Option<StudyMemory>,
    /// View in which a key last had an effect. It is the one to remember: quitting may go back through other views.
    used_view: ViewName,
    /// Query that the session began with.
    initial: Query,
    frames: FramePace,
    /// Columns for which [`Self::read_ahead`] last asked the engine.
    named: Vec<String>,
    /// File that keeps the place in the tutor.
    lessons: Option<LessonFile>,
}

/// Runs the TUI to its end. The terminal is restored when this returns.
///
/// # Errors
/// Returns an error if there is no terminal to run in.
pub fn run(screen: TuiInput) -> Result<ExitReason, term::TermError> {
    let TuiInput { opening, settings, keymap, query, fresh, lessons } = screen;
    let initial = query.clone();
    let (sender, inbox) = mpsc::channel();
    let to_loop = sender.clone();
    let mut terminal = Terminal::open(move |event| drop(to_loop.send(LoopMessage::Terminal(event))))?;
    let study = opening.study.clone();
    let mut state = State::new(settings, study.definitions.clone(), query, keymap, views::all());
    if let Some(lessons) = &lessons {
        tutor::begin(&mut state, lessons.first());
    }
    let (width, height) = terminal.size();
    tutor::fit(&mut state, width, height);
    terminal.set_title(&format!("crosscut · {}", state.settings.title));
    terminal.take_mouse(state.settings.mouse);
    if study.file.is_none() {
        views::rows::open_with_columns(&mut state);
    }
    let memory = opening.identity().and_then(|identity| StudyMemory::for_study(&identity));
    if let Some(memory) = memory.as_ref().filter(|_| !fresh) {
        memory.read().restore(&mut state);
    }
    let keeper = opening.identity().map(|identity| {
        let (keeper, left) = SessionWriter::start(&identity, fresh);
        left.into_iter().for_each(|kept| restore_session(&mut state, kept));
        keeper
    });
    let used_view = state.view;
    let opening = Arc::new(opening);
    let loading = loading::start(opening.clone(), sender.clone());
    let checker = Checker::start(sender.clone());
    let study = Arc::new(Mutex::new(study));
    let mut running = RunningTui {
        state,
        terminal,
        sender,
        opening,
        loading,
        lanes: None,
        sampler: None,
        estimating: None,
        checker,
        study,
        keeper,
        memory,
        used_view,
        initial,
        frames: FramePace::default(),
        named: Vec::new(),
        lessons,
    };
    let ended = running.run(&inbox);
    running.loading.cancel();
    running.terminal.leave();
    running.end_keeping(ended);
    // The engine ends with the last that holds it.
    drop((running.sampler, running.estimating));
    running.lanes.into_iter().for_each(Lanes::end);
    Ok(ended)
}

impl RunningTui {
    fn run(&mut self, inbox: &Receiver<LoopMessage>) -> ExitReason {
        loop {
            self.draw();
            let first = match self.wait(inbox) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => {
                    self.keep_if_due();
                    if !self.state.is_busy() {
                        continue;
                    }
                    LoopMessage::from(Action::Tick(self.activity()))
                }
                Err(RecvTimeoutError::Disconnected) => return ExitReason::Lost,
            };
            let mut follows_answers = true;
            // Drains held keys before anything is drawn.
            for message in std::iter::once(first).chain(std::iter::from_fn(|| inbox.try_recv().ok())) {
                follows_answers &= !matches!(message, LoopMessage::Terminal(_));
                if let Some(ended) = self.take(message) {
                    return ended;
                }
            }
            note_filter(&mut self.state, Utc::now().timestamp());
            if let (Some(lessons), Some(lesson)) = (&mut self.lessons, tutor::lesson(&self.state)) {
                lessons.keep(lesson);
            }
            self.keep_if_due();
            if let Some(ended) = self.await_answers(inbox, follows_answers) {
                return ended;
            }
        }
    }

    fn wait(&self, inbox: &Receiver<LoopMessage>) -> Result<LoopMessage, RecvTimeoutError> {
        let tick = self.state.is_busy().then_some(TICK);
        let kept = self.keeper.as_ref().and_then(SessionWriter::due_in);
        match tick.into_iter().chain(kept).min() {
            Some(patience) => inbox.recv_timeout(patience),
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Keeps what was typed, once the delay after the first key since the last write is over.
    fn keep_if_due(&mut self) {
        if self.keeper.as_ref().and_then(SessionWriter::due_in) == Some(Duration::ZERO) {
            self.keep();
        }
    }

    fn keep(&mut self) {
        let Some(keeper) = &mut self.keeper else { return };
        let kept = self.state.unsaved();
        keeper.put(kept.is_worth_keeping(&self.initial).then_some(kept));
    }

    /// Keeps what was typed if a signal or a lost terminal ended the session; removes it if the person quit. Also
    /// remembers how the screen is left.
    fn end_keeping(&mut self, ended: ExitReason) {
        match ended {
            ExitReason::Quit => self.keeper.iter_mut().for_each(|keeper| keeper.put(None)),
            ExitReason::Signal(_) | ExitReason::Lost => self.keep(),
        }
        if let Some(keeper) = self.keeper.take() {
            keeper.close();
        }
        if let Some(memory) = &self.memory {
            // A full disk must not keep the program from ending.
            let view = self.used_view.to_owned();
            drop(memory.write(RememberedState { view, ..RememberedState::from_state(&self.state) }));
        }
    }

    fn activity(&self) -> Option<Activity> {
        self.lanes.as_ref().and_then(Lanes::activity)
    }

    fn draw(&mut self) {
        let state = &self.state;
        self.terminal.draw(|frame| tui::draw(frame, state));
    }

    fn take(&mut self, message: LoopMessage) -> Option<ExitReason> {
        let action = match message {
            LoopMessage::Action(action) => *action,
            LoopMessage::OfEngine(engine, action) => {
                let is_same = |lanes: &Lanes| ptr::addr_eq(Arc::as_ptr(&lanes.engine()), Arc::as_ptr(&engine));
                self.lanes.as_ref().is_some_and(is_same).then_some(*action)?
            }
            LoopMessage::Ready { engine, sampling, loaded } => {
                self.lanes = Some(Lanes::start(engine, self.sender.clone()));
                self.estimating = None;
                self.sampler = sampling.map(|sampling| Sampler::start(sampling, self.sender.clone()));
                Action::Loaded(loaded)
            }
            LoopMessage::Sampled(sample) => {
                let Sample { engine, size, columns, is_new } = *sample;
                self.estimating = Some(Lanes::estimating(engine, self.sender.clone()));
                Action::Sampled { size, columns, is_new }
            }
            LoopMessage::StudyCreated(study) => self.take_study(*study),
            LoopMessage::Terminal(event) => {
                self.keeper.iter_mut().for_each(SessionWriter::touch);
                match event {
                    Event::Key(key) => Action::Key(keys::key(key)?),
                    Event::Burst(keys) => Action::Burst(keys.into_iter().filter_map(keys::key).collect()),
                    Event::Paste(text) => Action::Paste(text),
                    Event::Mouse(mouse) => Action::Mouse(keys::mouse(mouse)?),
                    Event::Resize { width, height } => Action::Resize { width, height },
                    Event::Resumed => {
                        // A resize while the program was stopped is not reported.
                        self.terminal.redraw();
                        let (width, height) = self.terminal.size();
                        Action::Resize { width, height }
                    }
                    Event::Signal(signal) => return Some(ExitReason::Signal(signal)),
                    Event::Lost => return Some(ExitReason::Lost),
                }
            }
        };
        let (view, is_typed) =
            (self.state.view, matches!(action, Action::Key(_) | Action::Burst(_) | Action::Paste(_)));
        let effects = update(&mut self.state, action);
        if is_typed {
            self.read_ahead();
        }
        let ended = effects.into_iter().find_map(|effect| self.carry_out(effect));
        if is_typed && ended.is_none() && self.state.view == view {
            self.used_view = view;
        }
        ended
    }

    /// Asks the engine to read the columns that the filter line names, even before its text is a rule.
    fn read_ahead(&mut self) {
        let line = &self.state.filter;
        if let Some(lanes) = self.lanes.as_ref().filter(|_| line.editing) {
            let engine = lanes.engine();
            let text = line.text();
            let named = rule::columns_named(&text[..text.floor_char_boundary(MAX_READ_AHEAD)], engine.schema());
            if named != self.named {
                engine.read_ahead(&named);
                self.named = named;
            }
        }
    }

    /// Replaces the study by one that was created, so that the next opening uses it.
    fn take_study(&mut self, study: Study) -> Action {
        let Opening { source, value, today, grows_from, .. } = self.opening.as_ref();
        let value = value.clone().or_else(|| study.config.study.value.clone());
        let created = CreatedStudy {
            file: study.file.as_ref().map_or_else(String::new, |file| file.display().to_string()),
            definitions: study.definitions.clone(),
            mask: study.config.privacy.mask.clone(),
            min_cell: study.config.privacy.min_cell,
            value: value.clone(),
        };
        *self.study.lock().unwrap_or_else(PoisonError::into_inner) = study.clone();
        let (source, today, grows_from) = (source.clone(), *today, *grows_from);
        self.opening = Arc::new(Opening { study, source, value, today, wants_cells: true, named: None, grows_from });
        Action::StudyCreated(Box::new(created))
    }

    fn carry_out(&mut self, effect: Effect) -> Option<ExitReason> {
        match effect {
            Effect::Ask(ask) => self.lanes.iter().for_each(|lanes| lanes.submit(ask.clone())),
            Effect::Estimate(ask) => self.estimating.iter().for_each(|lanes| lanes.submit(ask.clone())),
            Effect::Sample => self.sampler.iter_mut().for_each(|sampler| sampler.draw_again(self.sender.clone())),
            Effect::Check(check) => self.checker.submit(*check),
            Effect::Cancel(lane) => self.lanes.iter().for_each(|lanes| lanes.cancel(lane)),
            Effect::Group(work) => grouping::start(*work, self.sender.clone()),
            Effect::Save(saving) => saving::start(self.study.clone(), saving, self.sender.clone()),
            Effect::CreateStudy => match &self.lanes {
                Some(lanes) => creating::start(self.opening.clone(), lanes.engine(), self.sender.clone()),
                None => drop(update(&mut self.state, Action::StudyNotCreated("the base is not open".into()))),
            },
            Effect::FindCells(cells) => {
                if let Some(lanes) = &self.lanes {
                    cutting::start(lanes.engine(), *cells, self.sender.clone());
                }
            }
            Effect::Vet(counts, personas) => {
                if let Some(lanes) = &self.lanes {
                    unsupported_rules::start(lanes.engine(), personas, *counts, self.sender.clone());
                }
            }
            Effect::ReadNotes(notes) => notes::start(self.study.clone(), notes, self.sender.clone()),
            Effect::Export(export) => match &self.lanes {
                Some(lanes) => exporting::start(*export, lanes.engine(), self.sender.clone()),
                None => drop(update(&mut self.state, Action::NotExported("the base is not open".into()))),
            },
            Effect::Copy { text, message } => {
                let bytes = text.len();
                let copied = match self.terminal.copy(&text) {
                    true => Action::Copied(message),
                    false => Action::NotCopied { bytes, limit: term::COPY_LIMIT },
                };
                drop(update(&mut self.state, copied));
            }
            Effect::Editor(editing) => {
                let text = editor::edit(&mut self.terminal, &editing.text, editing.subject.ending());
                let effects = update(&mut self.state, Action::EditorClosed { editing, text });
                return effects.into_iter().find_map(|effect| self.carry_out(effect));
            }
            Effect::Tutor => {
                if let Err(reason) = lesson_file::open(&mut self.terminal) {
                    drop(update(&mut self.state, Action::TutorNotOpened(reason)));
                }
            }
            Effect::KeepTheme(theme) => saving::keep_theme(self.study.clone(), theme, self.sender.clone()),
            Effect::TakeMouse(wanted) => self.terminal.take_mouse(wanted),
            Effect::Redraw => self.terminal.redraw(),
            Effect::Open => self.loading = loading::start(self.opening.clone(), self.sender.clone()),
            Effect::Suspend => self.terminal.suspend(),
            Effect::Quit => return Some(ExitReason::Quit),
        }
        None
    }
}
