pub mod binding;
pub mod keymap;
pub mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::action::ViewName;
use super::action::{Asker, Effect, Lane};
use super::answers::Answers;
use super::check::check_in;
use super::estimates::Estimates;
use super::filter::FilterLine;
use super::history::History;
use super::kept_session::{KeptForm, KeptSession};
use super::query::{Facet, Query};
use crate::data::LoadProgress;
use crate::engine::Activity;
use crate::insight::Catalog;
use crate::insight::card::CardContext;
use crate::insight::catalog::CellsByName;
use crate::insight::facet::BulkRange;
use crate::insight::inquiry::QuestionSlot;
use crate::model::is_masked;
use crate::model::{ColumnType, Definitions, Schema};
use crate::rule::{self, Checked, Context, RuleError};
use crate::study::{ThemeName, Thresholds};
use crate::tui::paint::abilities::Abilities;
pub use keymap::Keymap;
use view::{Overlays, View, Views};

/// Everything that a screen shows.
#[derive(Debug)]
pub struct State {
    /// Settings that stay the same during a run.
    pub settings: RunSettings,
    /// Segments, segmentations and personas as the study's files define them.
    pub definitions: Definitions,
    /// Loading state of the base.
    pub base: BaseState,
    /// The definitions checked against the base; empty until the cells are found.
    pub catalog: Catalog,
    /// Form of an earlier session, to be opened once the definitions are checked.
    pub form_to_come: Option<KeptForm>,
    /// Message that says what was brought back from an earlier session, until it is shown.
    pub brought_back: Option<String>,
    /// Rules of the definitions that the engine cannot evaluate, each with the reason.
    pub faults: Vec<(Checked, String)>,
    /// True if the definitions were searched for such rules, after a question had failed.
    pub is_vetted: bool,
    /// Cells of the segmentations. They need the base's values, so they are found once the base is loaded.
    pub cells: Option<CellsByName>,
    /// The query in effect.
    pub query: Query,
    /// Facets to group by once their table of events is read.
    pub facets_to_come: Vec<Facet>,
    /// The query's filter as a checked rule.
    pub rule: Checked,
    /// Steps to undo and redo.
    pub history: History,
    /// Answers for the panes and the filter line.
    pub answers: Answers,
    /// Estimates, shown while the answers are being counted.
    pub estimates: Estimates,
    /// Generation of the newest questions, by lane. Answers to older ones are dropped.
    pub asked: BTreeMap<Lane, u64>,
    /// Generation of the newest question about values that was asked of an earlier base.
    pub values_before: u64,
    /// True if a current question could not be answered.
    pub is_unanswered: bool,
    /// True if the engine said that the base has changed since it was opened.
    pub has_base_changed: bool,
    /// Questions of inquiries that are in flight, by lane.
    pub flights: BTreeMap<Lane, InFlight>,
    /// The filter line.
    pub filter: FilterLine,
    /// Pane of the main screen that has the focus.
    pub focus: Pane,
    pub segments: ListPane,
    pub personas: ListPane,
    pub groups: ListPane,
    /// Ranges of numeric and date columns, by column: bins keep their bounds when the filter changes.
    pub ranges: HashMap<String, BulkRange>,
    /// All views that can stand in place of the panes.
    pub views: Views,
    /// Name of the view that is open.
    pub view: ViewName,
    /// Name of the view that the program opens on, to which Esc leads in the end: the main screen, or the rows of a
    /// table without a study.
    pub home: ViewName,
    /// Names of the views that were left for the open one, the last one last.
    pub trail: Vec<ViewName>,
    /// Boxes and pages over the view.
    pub over: Overlays,
    /// Cells that the form of a segmentation found for the change that it saves.
    pub drafted_cells: CellsByName,
    /// One line at the bottom, shown until the next key.
    pub message: Option<StatusMessage>,
    /// Keys of each binding.
    pub keymap: Keymap,
    /// Size of the screen in cells: the terminal's, without the tutor's lines.
    pub width: u16,
    pub height: u16,
    /// Activity of the engine at the last tick.
    pub activity: Option<Activity>,
    /// Number of ticks while work is in progress: the spinner's position.
    pub ticks: usize,
}

/// Settings from the study's and the user's files, and other constants of a run.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// The study's name, or the table's.
    pub title: String,
    /// Money column that shares of value are computed from.
    pub value: Option<String>,
    /// Columns that are never shown in the clear.
    pub mask: Vec<String>,
    /// Smallest count shown. Smaller ones are shown as `<min_cell`; 0 turns this off.
    pub min_cell: u64,
    /// Thresholds that make a persona due for review.
    pub research: Thresholds,
    /// Theme of the screen.
    pub theme: ThemeName,
    /// Abilities of the terminal.
    pub abilities: Abilities,
    /// True if the mouse selects, scrolls and opens, in place of the terminal's own selection.
    pub mouse: bool,
    /// Date that counts as today in rules.
    pub today: chrono::NaiveDate,
    /// True if there is a study whose files can be saved to.
    pub can_save: bool,
    /// Name of the table that a study can be created beside; `None` if there is a study, or no place for one.
    pub can_create: Option<String>,
}

/// Questions of an inquiry that are in flight.
#[derive(Debug, Clone)]
pub struct InFlight {
    /// Asker of the questions.
    pub asker: Asker,
    /// Slots of the questions that have no answer yet.
    pub slots: BTreeSet<QuestionSlot>,
}

/// Loading state of the base.
#[derive(Debug)]
pub enum BaseState {
    /// The base is being read; its progress, if known.
    Loading(Option<LoadProgress>),
    /// The base, or its first rows, can be asked questions.
    Ready {
        schema: Arc<Schema>,
        customers: u64,
        engine: Option<String>,
        notices: Vec<String>,
        /// Progress of reading the base, if its first rows alone can be asked: all figures are of those.
        part: Option<LoadProgress>,
    },
    /// Reason why the base could not be read.
    Failed(String),
}

/// A pane of the main screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    Segments,
    Groups,
    Personas,
}

impl Pane {
    /// All panes, in the order of Tab.
    pub const ALL: [Pane; 3] = [Pane::Segments, Pane::Groups, Pane::Personas];
}

/// A pane that is a list of lines, some of which open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPane {
    /// Index of the selected line among all lines; see [`super::lines`].
    pub cursor: usize,
    /// Names of the open lines: segmentations, persona ids.
    pub open: BTreeSet<String>,
}

/// A message on the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMessage {
    /// One line of text.
    pub text: String,
    /// True to draw the message as an error.
    pub is_error: bool,
}

impl State {
    /// Creates the state at the start of a run, while the base is still being read.
    pub fn new(settings: RunSettings, definitions: Definitions, query: Query, keymap: Keymap, views: Views) -> Self {
        let view = views.iter().next().map_or("", View::name);
        let mut filter = FilterLine::default();
        filter.set_text(query.filter.as_str());
        Self {
            settings,
            definitions,
            base: BaseState::Loading(None),
            catalog: Catalog::default(),
            form_to_come: None,
            brought_back: None,
            faults: Vec::new(),
            is_vetted: false,
            cells: None,
            query,
            facets_to_come: Vec::new(),
            rule: Checked::everyone(),
            history: History::default(),
            answers: Answers::default(),
            estimates: Estimates::default(),
            asked: BTreeMap::new(),
            values_before: 0,
            is_unanswered: false,
            has_base_changed: false,
            flights: BTreeMap::new(),
            filter,
            focus: Pane::Segments,
            segments: ListPane::default(),
            personas: ListPane::default(),
            groups: ListPane::default(),
            ranges: HashMap::new(),
            views,
            view,
            home: view,
            trail: Vec::new(),
            over: Overlays::default(),
            drafted_cells: CellsByName::new(),
            message: None,
            keymap,
            width: 80,
            height: 24,
            activity: None,
            ticks: 0,
        }
    }

    /// Returns the number of rows that the rows view shows at once.
    pub fn page_height(&self) -> usize {
        usize::from(self.height.saturating_sub(6)).max(1)
    }

    /// Returns the columns of the base once they are known, which may be while the base is still being read.
    pub fn schema(&self) -> Option<&Arc<Schema>> {
        match &self.base {
            BaseState::Ready { schema, .. } => Some(schema),
            BaseState::Loading(Some(progress)) => progress.schema.as_ref(),
            BaseState::Loading(None) | BaseState::Failed(_) => None,
        }
    }

    /// Returns the type of the column with this name.
    pub fn column_type(&self, name: &str) -> ColumnType {
        let of = |schema| rule::type_of(name, schema, self.settings.today);
        self.schema().map_or(ColumnType::Other, |schema| of(schema))
    }

    /// Returns the context that a persona's card is computed in; `None` while the base is still being read.
    pub fn card_context(&self) -> Option<CardContext<'_>> {
        let BaseState::Ready { schema, customers, .. } = &self.base else { return None };
        let settings = &self.settings;
        Some(CardContext {
            catalog: &self.catalog,
            schema,
            base: *customers,
            today: settings.today,
            value: settings.value.as_deref(),
            mask: &settings.mask,
            min_cell: settings.min_cell,
            thresholds: settings.research,
        })
    }

    /// Returns the number of customers of the base, once it is known.
    pub fn customers(&self) -> Option<u64> {
        match &self.base {
            BaseState::Ready { customers, .. } => Some(*customers),
            _ => None,
        }
    }

    /// Returns the progress of reading the base while only its first rows can be asked; otherwise `None`.
    pub fn part(&self) -> Option<&LoadProgress> {
        match &self.base {
            BaseState::Ready { part, .. } => part.as_ref(),
            BaseState::Loading(_) | BaseState::Failed(_) => None,
        }
    }

    /// Returns true once segments and personas are checked against the base and can be counted.
    pub fn has_catalog(&self) -> bool {
        matches!(self.base, BaseState::Ready { .. }) && self.cells.is_some()
    }

    /// Returns true once the base is loaded.
    pub fn is_loaded(&self) -> bool {
        matches!(self.base, BaseState::Ready { .. })
    }

    /// Returns true while work is in progress that the person waits for.
    pub fn is_busy(&self) -> bool {
        matches!(self.base, BaseState::Loading(_))
            || self.filter.pending.is_some()
            || (self.is_loaded() && self.filter.problem.is_none() && self.waits_for_answers())
            || self.over.iter().any(View::is_waiting)
    }

    /// Returns true while the figures on screen are not those of the filter.
    pub fn is_counting(&self) -> bool {
        self.filter.pending.is_some() || (self.filter.problem.is_none() && self.waits_for_answers())
    }

    /// Returns true while questions are being answered.
    pub fn has_questions_in_flight(&self) -> bool {
        self.flights.values().any(|flight| !flight.slots.is_empty())
    }

    /// Returns true if segments, personas and groups are all of the same filter. Until then they are drawn as outdated,
    /// so that figures of two filters are never compared.
    pub fn panes_agree(&self) -> bool {
        let (panes, groups) = (&self.answers.panes.found, &self.answers.groups.found.groups);
        !panes.waits_for_definitions() && (self.query.group_by.is_empty() || !groups.is_waiting())
    }

    fn waits_for_answers(&self) -> bool {
        let answers = &self.answers;
        answers.panes.found.summary.is_waiting()
            || answers.panes.found.segments.is_waiting()
            || answers.panes.found.personas.is_waiting()
            || (!self.query.group_by.is_empty() && answers.groups.found.groups.is_waiting())
            || self.views.iter().any(|view| (view.is_beside(self) || view.name() == self.view) && view.is_waiting())
    }

    /// Returns the view that has the focus.
    pub fn front(&self) -> Option<&dyn View> {
        self.over.top().or_else(|| self.views.named(self.view))
    }

    /// Returns the view below the one in front.
    pub fn beneath(&self) -> Option<&dyn View> {
        self.over.iter().rev().nth(1).or_else(|| self.views.named(self.view))
    }

    /// Returns the open views, the one in front first.
    pub fn open_views(&self) -> impl Iterator<Item = &dyn View> {
        let beside = self.views.iter().filter(|view| view.is_beside(self));
        self.over.iter().rev().chain(self.views.named(self.view)).chain(beside)
    }

    /// Returns the view with this name, whether it lies over the screen or is registered.
    pub fn view_mut(&mut self, name: ViewName) -> Option<&mut (dyn View + 'static)> {
        let over = self.over.iter_mut().rev();
        over.chain(self.views.iter_mut()).find(|view| view.name() == name)
    }

    /// Returns true if nothing is open that Esc would close.
    pub fn is_at_home(&self) -> bool {
        self.over.is_empty() && self.trail.is_empty() && self.view == self.home
    }

    /// Opens a registered view in place of the one that is open, to which Esc goes back.
    pub fn go_to(&mut self, name: ViewName) {
        if self.view == name {
            return;
        }
        match self.trail.iter().position(|left| *left == name) {
            Some(at) => self.trail.truncate(at),
            None => self.trail.push(self.view),
        }
        self.view = name;
        // The view that was left no longer waits for answers: it asks again when it is reopened.
        self.flights.remove(&Lane::View);
    }

    /// Closes what lies over the view, or else goes back to the view before it.
    pub fn go_back(&mut self) -> Vec<Effect> {
        let Some(top) = self.over.top_mut() else {
            self.view = self.trail.pop().unwrap_or(self.home);
            self.flights.remove(&Lane::View);
            return Vec::new();
        };
        let (lane, asks) = (top.lane(), top.inquiry().is_some());
        self.over.pop();
        if !asks {
            return Vec::new();
        }
        self.drop_awaited(lane);
        vec![Effect::Cancel(lane)]
    }

    /// Drops the answers that are still in flight on the lane.
    pub fn drop_awaited(&mut self, lane: Lane) {
        self.flights.remove(&lane);
        *self.asked.entry(lane).or_default() += 1;
    }

    /// Returns the filter's conditions as written, each with its rule; `None` while the text is not the rule in
    /// effect.
    pub fn conditions(&self) -> Option<Vec<(String, Checked)>> {
        self.filter.is_asked().then(|| self.rule.conditions_in(&self.query.filter))
    }

    /// Checks a rule against the base, or against what is known of it so far: more names may still become known.
    ///
    /// # Errors
    /// Returns the first fault of the rule, with its place.
    pub fn check(&self, text: &str) -> Result<Checked, RuleError> {
        match self.schema() {
            Some(schema) => {
                let cx = Context { schema, names: &self.catalog.names, today: self.settings.today };
                check_in(text, &cx, !self.has_catalog())
            }
            None => Ok(Checked::everyone()),
        }
    }

    /// Returns what is typed and not saved.
    pub fn unsaved(&self) -> KeptSession {
        let form = self.over.iter().rev().find_map(|view: &dyn View| view.unsaved(self));
        KeptSession {
            query: self.query.clone(),
            typed: self.filter.text().to_owned(),
            form: form.or_else(|| self.form_to_come.clone()),
        }
    }

    /// Returns true if the column's values must not be shown.
    pub fn is_masked(&self, column: &str) -> bool {
        is_masked(&self.settings.mask, column)
    }

    /// Shows a message on the status line.
    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(StatusMessage { text: text.into(), is_error: false });
    }

    /// Shows a problem on the status line.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(StatusMessage { text: text.into(), is_error: true });
    }
}
