use std::sync::Arc;
use std::time::Duration;

use super::KeyPress;
use super::check::{CheckJob, CheckOutcome};
use super::mouse::MouseInput;
use crate::data::LoadProgress;
use crate::engine::{Activity, Answer, EngineError, Personas, Question};
use crate::insight::catalog::CellsByName;
use crate::insight::cells::CellsInquiry;
use crate::insight::consolidate::{Consolidation, ConsolidationInput};
use crate::insight::each_count::EachCountInquiry;
use crate::insight::estimate::SampleSize;
use crate::insight::export::FileExport;
use crate::insight::inquiry::QuestionSlot;
use crate::insight::sampled::SampledColumns;
use crate::model::{Definitions, Schema};
use crate::rule::Checked;
use crate::study::{Change, DefinitionTexts, ThemeName};

/// An event that the state reacts to: a key, an answer, a finished save.
#[derive(Debug)]
pub enum Action {
    Key(KeyPress),
    /// Keys that arrived at once, faster than a person types.
    Burst(Vec<KeyPress>),
    /// Text that was pasted in one piece.
    Paste(String),
    /// New size of the screen, in cells.
    Resize {
        width: u16,
        height: u16,
    },
    /// Progress of reading the base.
    Loading(LoadProgress),
    /// The base, or its first rows, can be asked questions.
    Loaded(Box<LoadedBase>),
    /// Cells of segmentations, found in the loaded base.
    CellsFound(CellsByName),
    /// Rules of the definitions that the engine cannot evaluate, each with the reason.
    Vetted(Vec<(Checked, String)>),
    /// Notices about the loaded base.
    Noticed(Vec<String>),
    /// Reason why the base could not be read.
    LoadFailed(String),
    /// An answer of the engine.
    Answered(Answered),
    /// A sample of the base can be asked for estimates.
    Sampled {
        size: SampleSize,
        columns: SampledColumns,
        /// True if it was drawn just now, false if one from an earlier session was opened.
        is_new: bool,
    },
    /// Reason why there is no sample.
    NotSampled(String),
    /// An answer of the sample.
    Estimated(Answered),
    /// Outcome of checking a long filter.
    FilterChecked(Box<CheckOutcome>),
    /// A saved definition, with the study's definitions as they are now.
    Saved {
        change: Change,
        definitions: Definitions,
        /// Texts of the definition files before and after the save.
        before: DefinitionTexts,
        after: DefinitionTexts,
    },
    /// A change that was not saved, and the reason.
    SaveFailed {
        change: Change,
        reason: SaveFailed,
    },
    /// A study was created beside the table.
    StudyCreated(Box<CreatedStudy>),
    /// Reason why no study was created.
    StudyNotCreated(String),
    /// Outcome of the person's editor: the text it left, or why there is none.
    EditorClosed {
        editing: Editing,
        text: Result<String, String>,
    },
    /// Groups made of segments, or why there are none.
    Grouped(Result<Box<Consolidation>, String>),
    /// Something that the mouse did.
    Mouse(MouseInput),
    /// The theme was written to the user's file.
    ThemeKept {
        theme: ThemeName,
        file: String,
        /// True if the study sets another theme, which takes precedence over the user's.
        is_overridden: bool,
    },
    /// Reason why the theme was not written.
    ThemeNotKept(String),
    /// A quarter of a second passed while work is in progress. Carries the engine's activity, if the engine reports
    /// any.
    Tick(Option<Activity>),
    /// Texts of research notes by name, or why one could not be read.
    NotesRead(Vec<(String, Result<String, String>)>),
    /// A file was written with this number of rows.
    Exported {
        rows: usize,
        path: String,
    },
    /// The file to export to exists already. Nothing was written.
    ExportExists,
    /// Reason why nothing was exported.
    NotExported(String),
    /// Reason why the tutor did not run.
    TutorNotOpened(String),
    /// A text was sent to the terminal's clipboard. Carries the message that says which text.
    Copied(String),
    /// The text exceeds what a terminal's clipboard accepts, so nothing was copied.
    NotCopied {
        bytes: usize,
        limit: usize,
    },
}

/// A study that was created beside the table, and its settings.
#[derive(Debug)]
pub struct CreatedStudy {
    /// Path of its `config.toml`.
    pub file: String,
    /// Segments, segmentations and personas of the new study.
    pub definitions: Definitions,
    /// Columns whose values are never shown.
    pub mask: Vec<String>,
    /// Smallest count that is disclosed.
    pub min_cell: u64,
    /// Money column that shares of value are computed from.
    pub value: Option<String>,
}

/// Reason why a definition was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveFailed {
    /// The file changed on disk since it was read. Nothing was written.
    ChangedOnDisk(String),
    /// Any other reason, in one line.
    Other(String),
}

/// An answer to one question, or why there is none.
#[derive(Debug)]
pub struct Answered {
    pub asker: Asker,
    /// Slot of the question in the asker's inquiry.
    pub slot: QuestionSlot,
    /// Generation of the request that the question belongs to.
    pub generation: u64,
    pub result: Result<Answer, EngineError>,
    /// Time it took to find the answer, without time in the queue.
    pub took: Duration,
}

/// Queue of questions. Newer questions of a lane replace its older ones; lanes do not wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Everything that the filter recounts, except the groups.
    Panes,
    /// The group-by pane: slow when grouped by a column of very many values.
    Groups,
    /// The rows view.
    Rows,
    /// Suggestions for the filter line.
    Values,
    /// The view that replaces the panes, or the builder that lies over them.
    View,
    /// The effect of each condition of the filter.
    Attrition,
    /// The list of columns beside the rows.
    Columns,
    /// Lists in files that the filter names.
    Lists,
    /// Texts of the filter that no customer may have.
    Warnings,
    /// The persona card, or the form that edits a persona.
    Card,
    /// Traits of the line that is selected on the main screen.
    Selected,
}

impl Lane {
    /// All lanes; each has a worker thread.
    pub const ALL: [Lane; 11] = [
        Lane::Panes,
        Lane::Groups,
        Lane::Rows,
        Lane::Values,
        Lane::View,
        Lane::Attrition,
        Lane::Columns,
        Lane::Lists,
        Lane::Warnings,
        Lane::Card,
        Lane::Selected,
    ];
}

/// Part of the screen that asked a question. Its answer goes to that part's inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The segments and personas panes, and the summary above them.
    Panes,
    /// The group-by pane.
    Groups,
    /// Suggestions for the filter line.
    Values,
    /// A view, and the lane of its questions.
    View(ViewName, Lane),
}

impl Asker {
    /// Returns the lane that the asker's questions are answered on.
    pub fn lane(self) -> Lane {
        match self {
            Asker::Panes => Lane::Panes,
            Asker::Groups => Lane::Groups,
            Asker::Values => Lane::Values,
            Asker::View(_, lane) => lane,
        }
    }
}

/// Questions of one asker, in the order in which to ask them. Answers carry the generation of their request, by which
/// late answers are recognized.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub asker: Asker,
    /// Number by which answers to outdated requests are recognized.
    pub generation: u64,
    /// Questions, each with its slot in the asker's inquiry.
    pub questions: Vec<(QuestionSlot, Question)>,
}

impl Request {
    /// Returns the lane of the request.
    pub fn lane(&self) -> Lane {
        self.asker.lane()
    }
}

/// Request to save a change to the study's files.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    pub change: Change,
    /// True to save even if someone else has changed the file: their change stays, and ours is applied on top of it.
    pub onto_changed: bool,
}

/// A text that is being edited in the person's own editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    pub subject: EditedText,
    pub text: String,
}

/// Subject of an editing session in the person's own editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditedText {
    Filter,
    /// The persona of this id.
    Persona(String),
}

impl EditedText {
    /// Returns the name that messages use for the subject.
    pub fn name(&self) -> &str {
        match self {
            EditedText::Filter => "the filter",
            EditedText::Persona(id) => id,
        }
    }

    /// Returns the file extension, with its dot, that makes editors highlight such a text.
    pub fn ending(&self) -> &'static str {
        match self {
            EditedText::Filter => ".sql",
            EditedText::Persona(_) => ".toml",
        }
    }
}

/// Work that the state hands to the program's loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Asks the engine. Its answers come back as [`Action::Answered`].
    Ask(Request),
    /// Asks the sample. Its answers come back as [`Action::Estimated`].
    Estimate(Request),
    /// Draws the sample again.
    Sample,
    /// Checks a long filter, on another thread.
    Check(Box<CheckJob>),
    /// Cancels what a lane is working on.
    Cancel(Lane),
    /// Saves a change to the study's files, on another thread.
    Save(Saving),
    /// Creates a study beside the table.
    CreateStudy,
    /// Finds cells of segmentations in the base.
    FindCells(Box<CellsInquiry>),
    /// Finds the rules of the definitions that the engine cannot evaluate.
    Vet(Box<EachCountInquiry>, Personas),
    /// Reads research notes of the study.
    ReadNotes(Vec<String>),
    /// Groups segments, on another thread.
    Group(Box<ConsolidationInput>),
    /// Writes a table or customers to a file.
    Export(Box<FileExport>),
    /// Sends a text to the terminal's clipboard. The message is shown once it is sent.
    Copy {
        text: String,
        message: String,
    },
    /// Writes the theme to the user's own preferences.
    KeepTheme(ThemeName),
    /// Takes the mouse from the terminal, or leaves it to the terminal.
    TakeMouse(bool),
    /// Hands the screen to the person's own editor until it is closed.
    Editor(Editing),
    /// Hands the screen to `crosscut tutor` until that ends.
    Tutor,
    /// Clears the terminal and draws the whole screen again.
    Redraw,
    /// Opens the study again.
    Open,
    /// Stops the program with its job, as Ctrl-Z does elsewhere.
    Suspend,
    Quit,
}

/// The base as loaded.
#[derive(Debug)]
pub struct LoadedBase {
    pub schema: Arc<Schema>,
    /// Number of customers.
    pub customers: u64,
    /// Name of the engine that holds the base, if it is not this process.
    pub engine: Option<String>,
    /// Value column, as the schema spells it.
    pub value: Option<String>,
    /// Notices about faulty rows and about the reading of the file, one line each.
    pub notices: Vec<String>,
    /// Progress of reading the base, if these are its first rows.
    pub part: Option<LoadProgress>,
}

/// Name of a view, unique among all.
pub type ViewName = &'static str;
