use std::time::Duration;

use super::Key;
use super::check::{Check, CheckOutcome};
use super::state::{Loaded, View};
use crate::data::Progress;
use crate::engine::{Activity, Answer, EngineError, Question};
use crate::insight::catalog::Cells;
use crate::insight::cells::CellsInquiry;
use crate::insight::consolidate::{Consolidation, Work};
use crate::insight::inquiry::Slot;
use crate::model::Definitions;
use crate::study::{Change, Texts};

/// Something that happened.
#[derive(Debug)]
pub enum Action {
    Key(Key),
    /// Keys came at once, faster than a person types.
    Burst(Vec<Key>),
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// The base is being read.
    Loading(Progress),
    Loaded(Box<Loaded>),
    /// The cells of segmentations were found in the loaded base.
    CellsFound(Cells),
    /// Something worth knowing about the loaded base came to light.
    Noticed(Vec<String>),
    LoadFailed(String),
    Answered(Answered),
    /// A long filter was checked.
    FilterChecked(Box<CheckOutcome>),
    /// A definition was saved; these are now the study's.
    Saved {
        change: Change,
        definitions: Definitions,
        /// What the definition files said before, and say now.
        before: Texts,
        after: Texts,
    },
    SaveFailed {
        change: Change,
        reason: SaveFailed,
    },
    /// The person's editor was closed: what it left, or why there is nothing.
    EditorClosed {
        editing: Editing,
        text: Result<String, String>,
    },
    /// Segments were grouped, or why not.
    Grouped(Result<Box<Consolidation>, String>),
    /// A quarter of a second has passed while something is under way; perhaps the engine says what.
    Tick(Option<Activity>),
    /// The page that was drawn scrolls no further than this line.
    PageEnd(usize),
    /// Lines of the page that are to be in sight.
    Sight(std::ops::Range<usize>),
    /// The text of research notes, or why there is none.
    NotesRead(Vec<(String, Result<String, String>)>),
    /// So many bytes were sent to the terminal's clipboard.
    Copied(usize),
    /// Nothing was: more bytes than a terminal's clipboard takes.
    NotCopied {
        bytes: usize,
        limit: usize,
    },
}

/// Why a definition was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveFailed {
    /// Somebody else changed the file since it was read. Nothing was written.
    ChangedOnDisk(String),
    Other(String),
}

/// One answer, or why there is none.
#[derive(Debug)]
pub struct Answered {
    pub asker: Asker,
    pub slot: Slot,
    pub generation: u64,
    pub result: Result<Answer, EngineError>,
    /// How long it took to find, without waiting.
    pub took: Duration,
}

/// Questions of one lane replace the older ones of that lane; lanes do not wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Everything that the filter re-counts, but the groups.
    Panes,
    /// The group-by pane: by a column of very many values it takes its time.
    Groups,
    /// The rows view.
    Rows,
    /// Suggestions for the filter line.
    Values,
    /// The view that is open in place of the panes, or the builder over them.
    View,
    /// The effect of each condition of the filter.
    Attrition,
    /// The persona card, the form that edits one.
    Card,
}

impl Lane {
    pub const ALL: [Lane; 7] =
        [Lane::Panes, Lane::Groups, Lane::Rows, Lane::Values, Lane::View, Lane::Attrition, Lane::Card];
}

/// The asker of a question: an answer goes to the inquiry of its asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    Panes,
    /// The group-by pane.
    Groups,
    Rows,
    /// Suggestions for the filter line.
    Values,
    /// A view in place of the panes.
    View(View),
    /// The effect of each condition of the filter.
    Attrition,
    /// The box that names a group of segments.
    Naming,
    /// The persona card.
    Card,
    /// The builder of segmentations.
    Builder,
    /// The form that edits a persona.
    PersonaForm,
}

impl Asker {
    /// The lane that the asker's questions are answered on.
    pub fn lane(self) -> Lane {
        match self {
            Asker::Panes => Lane::Panes,
            Asker::Groups => Lane::Groups,
            Asker::Rows => Lane::Rows,
            Asker::Values => Lane::Values,
            Asker::View(_) | Asker::Builder => Lane::View,
            Asker::Attrition => Lane::Attrition,
            Asker::Naming | Asker::Card | Asker::PersonaForm => Lane::Card,
        }
    }
}

/// Questions to ask, in this order. Answers bear the generation, so that late ones can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub asker: Asker,
    pub generation: u64,
    pub questions: Vec<(Slot, Question)>,
}

impl Ask {
    pub fn lane(&self) -> Lane {
        self.asker.lane()
    }
}

/// A change to the study's files.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    pub change: Change,
    /// Save onto a file that somebody else has changed: their change stays, ours is made on top of it.
    pub onto_changed: bool,
}

/// A persona that is edited as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    pub id: String,
    pub text: String,
    /// Its card was open.
    pub from_card: bool,
}

/// Something to be done outside of the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Ask(Ask),
    /// Check a long filter, off the thread that takes the keys.
    Check(Box<Check>),
    /// Stop what a lane is working on.
    Cancel(Lane),
    Save(Saving),
    /// Find cells of segmentations in the base.
    FindCells(Box<CellsInquiry>),
    /// Read research notes of the study.
    ReadNotes(Vec<String>),
    /// Group segments, off the thread that takes the keys.
    Group(Box<Work>),
    Copy(String),
    /// Leave the screen to the person's own editor until it is closed.
    Editor(Editing),
    Redraw,
    /// Opens the study again.
    Open,
    Suspend,
    Quit,
}
