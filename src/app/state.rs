use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::action::{Asker, Editing, Lane};
use super::answers::Answers;
use super::estimates::Estimates;
use super::filter::FilterLine;
use super::form::SegmentForm;
use super::history::History;
use super::kept::KeptForm;
use super::keymap::Keymap;
use super::naming::Naming;
use super::persona_form::PersonaForm;
use super::picker::Picker;
use super::query::{Facet, Query};
use super::sql_page::SqlPage;
use super::views::{self, Builder, Views};
use crate::data::Progress;
use crate::engine::Activity;
use crate::insight::Catalog;
use crate::insight::card::CardContext;
use crate::insight::catalog::Cells;
use crate::insight::inquiry::Slot;
use crate::model::is_masked;
use crate::model::{ColumnType, Definitions, Schema};
use crate::rule::{self, Checked};
use crate::study::{Change, ThemeName, Thresholds};

/// Everything that a screen shows.
#[derive(Debug)]
pub struct State {
    pub settings: Settings,
    pub definitions: Definitions,
    pub base: Base,
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
    pub cells: Option<Cells>,
    pub query: Query,
    /// Facets to group by once their table of events is read.
    pub facets_to_come: Vec<Facet>,
    /// The query's filter as a checked rule.
    pub rule: Checked,
    pub history: History,
    pub answers: Answers,
    /// Estimates, shown while the answers are being counted.
    pub estimates: Estimates,
    /// Generation of the newest questions, by lane. Answers to older ones are dropped.
    pub asked: BTreeMap<Lane, u64>,
    /// True if a current question could not be answered.
    pub is_unanswered: bool,
    /// True if the engine said that the base has changed since it was opened.
    pub has_base_changed: bool,
    /// Questions of inquiries that are in flight, by lane.
    pub flights: BTreeMap<Lane, Flight>,
    pub filter: FilterLine,
    pub focus: Pane,
    pub view: View,
    pub segments: ListPane,
    pub personas: ListPane,
    pub groups: ListPane,
    pub rows: RowsView,
    /// State of the other views; see [`super::views`].
    pub views: Views,
    pub overlay: Option<Overlay>,
    /// One line at the bottom, shown until the next key.
    pub message: Option<Message>,
    pub keymap: Keymap,
    /// The terminal's size in cells.
    pub width: u16,
    pub height: u16,
    /// Activity of the engine at the last tick.
    pub activity: Option<Activity>,
    /// Number of ticks while work is in progress: the spinner's position.
    pub ticks: usize,
}

/// Settings from the study's and the user's files, and other constants of a run.
#[derive(Debug, Clone)]
pub struct Settings {
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
    pub theme: ThemeName,
    pub today: chrono::NaiveDate,
    /// True if there is a study whose files can be saved to.
    pub can_save: bool,
}

/// Questions of an inquiry that are in flight.
#[derive(Debug, Clone)]
pub struct Flight {
    pub asker: Asker,
    pub slots: BTreeSet<Slot>,
}

/// Loading state of the base.
#[derive(Debug)]
pub enum Base {
    Loading(Option<Progress>),
    Ready { schema: Arc<Schema>, customers: u64, engine: Option<String>, notices: Vec<String> },
    Failed(String),
}

/// The base as loaded.
#[derive(Debug)]
pub struct Loaded {
    pub schema: Arc<Schema>,
    pub customers: u64,
    /// Name of the engine that holds the base, if it is not this process.
    pub engine: Option<String>,
    /// Value column, as the schema spells it.
    pub value: Option<String>,
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    Segments,
    Groups,
    Personas,
}

impl Pane {
    pub const ALL: [Pane; 3] = [Pane::Segments, Pane::Groups, Pane::Personas];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The split screen.
    Main,
    /// The filtered customers as a table.
    Rows,
    /// Two lists of sets, crossed as a heat map.
    Matrix,
    /// Customers by the exact combination of sets they are in.
    UpSet,
    /// The traits that set the filtered customers apart.
    Why,
    /// Up to four columns at once, each filtering the others.
    Facets,
    /// One column: its values, spread and chart.
    Profile,
    /// Grouping of many segments into a few personas.
    Consolidate,
    /// Customers in no persona, in one or in several, and in which one first.
    Coverage,
    /// Research questions and answers, by persona.
    Research,
}

/// A pane that is a list of lines, some of which open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPane {
    /// Index of the selected line among all lines; see [`super::lines`].
    pub cursor: usize,
    /// Names of the open lines: segmentations, persona ids.
    pub open: BTreeSet<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowsView {
    /// Index of the selected row among the filter's customers.
    pub cursor: u64,
    /// Index of the selected column in the schema; the screen scrolls to it.
    pub column: usize,
    /// Index of the first row of the page that was last requested.
    pub offset: u64,
}

/// A page, list, form or question that lies over the screen and takes the keys.
#[derive(Debug)]
pub enum Overlay {
    Help {
        scroll: usize,
    },
    Palette(Picker),
    GroupPicker(Picker),
    /// Choice of the column to profile.
    ProfilePicker(Picker),
    /// Choice of the set that *why* compares with.
    AgainstPicker(Picker),
    /// Choice of the survey column whose answers are listed.
    AnswersPicker(Picker),
    /// The builder of segmentations.
    Builder(Box<Builder>),
    /// The card of the persona at this index in the catalog.
    PersonaCard {
        persona: usize,
        scroll: usize,
    },
    SegmentForm(SegmentForm),
    PersonaForm(Box<PersonaForm>),
    /// The box that names a group of segments, the draft of a persona.
    Naming(Box<Naming>),
    Confirm(Confirm),
    EditAgain(EditAgain),
    Sql(Box<SqlPage>),
}

impl Overlay {
    /// Returns true if the overlay has a field that text can be typed into.
    pub fn takes_text(&self) -> bool {
        !matches!(
            self,
            Overlay::Help { .. }
                | Overlay::PersonaCard { .. }
                | Overlay::Confirm(_)
                | Overlay::EditAgain(_)
                | Overlay::Sql(_)
        )
    }

    /// Returns the list to pick from, if the overlay is nothing but a list.
    pub fn picker_mut(&mut self) -> Option<&mut Picker> {
        match self {
            Overlay::Palette(picker)
            | Overlay::GroupPicker(picker)
            | Overlay::ProfilePicker(picker)
            | Overlay::AgainstPicker(picker)
            | Overlay::AnswersPicker(picker) => Some(picker),
            _ => None,
        }
    }

    /// Marks a form as waiting for its change to be written, or as waiting no longer.
    pub fn set_saving(&mut self, saving: bool) {
        match self {
            Overlay::SegmentForm(form) => form.saving = saving,
            Overlay::Builder(builder) => builder.saving = saving,
            Overlay::PersonaForm(form) => form.saving = saving,
            Overlay::Naming(naming) => naming.saving = saving,
            _ => {}
        }
    }
}

/// A persona text that the editor left and that cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditAgain {
    pub editing: Editing,
    pub why: String,
}

/// A confirmation before a change that is hard to undo.
#[derive(Debug)]
pub struct Confirm {
    pub question: String,
    /// Reasons against it, such as who uses the segment, or whose change would be overwritten.
    pub details: Vec<String>,
    /// Label of the confirming key `y`: `delete`, `save all the same`.
    pub verb: &'static str,
    pub change: Change,
    pub onto_changed: bool,
    /// The form beneath the question, to return to.
    pub beneath: Option<Box<Overlay>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub is_error: bool,
}

impl State {
    /// Creates the state at the start of a run, while the base is still being read.
    pub fn new(settings: Settings, definitions: Definitions, query: Query, keymap: Keymap) -> Self {
        let mut filter = FilterLine::default();
        filter.set_text(query.filter.as_str());
        Self {
            settings,
            definitions,
            base: Base::Loading(None),
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
            is_unanswered: false,
            has_base_changed: false,
            flights: BTreeMap::new(),
            filter,
            focus: Pane::Segments,
            view: View::Main,
            segments: ListPane::default(),
            personas: ListPane::default(),
            groups: ListPane::default(),
            rows: RowsView::default(),
            views: Views::default(),
            overlay: None,
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

    pub fn schema(&self) -> Option<&Arc<Schema>> {
        match &self.base {
            Base::Ready { schema, .. } => Some(schema),
            Base::Loading(Some(progress)) => progress.schema.as_ref(),
            Base::Loading(None) | Base::Failed(_) => None,
        }
    }

    /// Returns the type of the column with this name.
    pub fn column_type(&self, name: &str) -> ColumnType {
        let of = |schema| rule::type_of(name, schema, self.settings.today);
        self.schema().map_or(ColumnType::Other, |schema| of(schema))
    }

    /// Returns the context that a persona's card is computed in; `None` while the base is still being read.
    pub fn card_context(&self) -> Option<CardContext<'_>> {
        let Base::Ready { schema, customers, .. } = &self.base else { return None };
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
            Base::Ready { customers, .. } => Some(*customers),
            _ => None,
        }
    }

    /// Returns true once segments and personas are checked against the base and can be counted.
    pub fn has_catalog(&self) -> bool {
        matches!(self.base, Base::Ready { .. }) && self.cells.is_some()
    }

    /// Returns true while work is in progress that the person waits for.
    pub fn is_busy(&self) -> bool {
        matches!(self.base, Base::Loading(_))
            || self.filter.pending.is_some()
            || (matches!(self.base, Base::Ready { .. }) && self.filter.problem.is_none() && self.waits_for_answers())
            || matches!(&self.overlay, Some(Overlay::SegmentForm(form)) if form.saving)
            || matches!(&self.overlay, Some(Overlay::PersonaForm(form)) if form.saving || form.live.is_waiting())
            || matches!(&self.overlay, Some(Overlay::Naming(naming)) if naming.saving || naming.is_waiting())
    }

    fn waits_for_answers(&self) -> bool {
        let answers = &self.answers;
        answers.panes.found.summary.is_waiting()
            || answers.panes.found.segments.is_waiting()
            || answers.panes.found.personas.is_waiting()
            || (!self.query.group_by.is_empty() && answers.groups.found.groups.is_waiting())
            || (self.view == View::Rows && answers.page.found.is_waiting())
            || views::is_waiting(self)
    }

    /// Returns the filter's conditions as written, each with its rule; `None` while the text is not the rule in
    /// effect.
    pub fn conditions(&self) -> Option<Vec<(String, Checked)>> {
        self.filter.is_asked().then(|| self.rule.conditions_in(&self.query.filter))
    }

    pub fn is_masked(&self, column: &str) -> bool {
        is_masked(&self.settings.mask, column)
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: false });
    }

    pub fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_error: true });
    }
}
