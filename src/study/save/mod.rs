//! Saves changes to a study, whole or not at all.

mod definitions;
mod draft;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use super::error::{StudyError, shown};
use super::{DefinitionTexts, Study, read_definitions, source};
use crate::model::{Persona, Segment, Segmentation};
use draft::Draft;

/// A change that a person can make from within the program.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Adds a segment after the last one.
    AddSegment(Segment),
    /// Adds a segmentation at the end of the segments file.
    AddSegmentation(Box<Segmentation>),
    /// Edits the segment called `name`; a new name is written to everything that refers to the old one.
    EditSegment { name: String, segment: Segment },
    /// Edits the segmentation called `name`; new names, its own and those of its cells (`renamed`, from and to), are
    /// written to everything that refers to the old ones.
    EditSegmentation { name: String, segmentation: Box<Segmentation>, renamed: Vec<(String, String)> },
    /// Deletes a segment. References to it stay; call [`users_of`](super::users_of) before.
    DeleteSegment { name: String },
    /// Deletes a segmentation with its cells.
    DeleteSegmentation { name: String },
    /// Adds a persona before the one at this index, or after the last one.
    AddPersona { persona: Box<Persona>, at: Option<usize> },
    /// Edits the persona called `id`; a new id is written to everything that refers to the old one.
    EditPersona { id: String, persona: Box<Persona> },
    /// Deletes a persona with its journey and claims. References to it stay.
    DeletePersona { id: String },
    /// Moves a persona to this index among all personas, from 0: their order is their priority. Indices beyond the last
    /// mean the last.
    MovePersona { id: String, to: usize },
    /// Restores the texts of both definition files, to undo or redo a change. A file that did not exist becomes empty.
    /// With [`Overwrite::Merge`], later edits by others are lost.
    Restore(Box<DefinitionTexts>),
}

impl Change {
    /// Returns the kind of the change, for the log.
    fn kind(&self) -> &'static str {
        match self {
            Change::AddSegment(_) => "add segment",
            Change::AddSegmentation(_) => "add segmentation",
            Change::EditSegment { .. } => "edit segment",
            Change::EditSegmentation { .. } => "edit segmentation",
            Change::DeleteSegment { .. } => "delete segment",
            Change::DeleteSegmentation { .. } => "delete segmentation",
            Change::AddPersona { .. } => "add persona",
            Change::EditPersona { .. } => "edit persona",
            Change::DeletePersona { .. } => "delete persona",
            Change::MovePersona { .. } => "move persona",
            Change::Restore(_) => "restore",
        }
    }

    /// Returns every rename of the change, from and to, in an order in which they can be applied one by one.
    pub fn renames(&self) -> Vec<(String, String)> {
        let own = |old: &String, new: &String| (old != new).then(|| (old.clone(), new.clone()));
        match self {
            Change::EditSegment { name, segment } => own(name, &segment.name).into_iter().collect(),
            Change::EditPersona { id, persona } => own(id, &persona.id).into_iter().collect(),
            Change::EditSegmentation { name, segmentation, renamed } => {
                // Two cells may have exchanged their names.
                let aside = |n: usize| format!("{name}.renamed_{n}_from_another_name");
                let of = |cell: &str| format!("{name}.{cell}");
                let away = renamed.iter().enumerate().map(|(n, (old, _))| (of(old), aside(n)));
                let back = renamed.iter().enumerate().map(|(n, (_, new))| (aside(n), of(new)));
                away.chain(back).chain(own(name, &segmentation.name)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Reaction to edits by others since a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Writes nothing and returns [`SaveError::ChangedOnDisk`], so that the person can be asked.
    Refuse,
    /// Reads the definitions again and applies the change there; the others' edits stay.
    Merge,
}

/// Reason why nothing was written. Shown as one line with the remedy.
#[derive(Debug)]
pub enum SaveError {
    /// A table was opened without a study.
    NoStudy,
    ChangedOnDisk {
        file: PathBuf,
    },
    /// Another process has been saving in the folder all the time.
    Busy {
        folder: PathBuf,
    },
    /// A file that the study does not name exists where its segments (`key`), or personas, would be created.
    InTheWay {
        file: PathBuf,
        key: &'static str,
    },
    InvalidName {
        name: String,
    },
    EmptyRule,
    /// The name already belongs to a segment, segmentation or persona, which `what` names.
    NameTaken {
        name: String,
        what: &'static str,
    },
    /// The definition no longer exists; `what` is its kind.
    NoSuch {
        what: &'static str,
        name: String,
    },
    /// The file has a form that this program cannot edit in place; `what` is the name of the blocks that it should
    /// have.
    Unusual {
        file: PathBuf,
        line: usize,
        what: &'static str,
    },
    NotWritable {
        file: PathBuf,
        reason: String,
    },
    /// The edits by others in the file cannot be read.
    Unreadable(StudyError),
    Io {
        file: PathBuf,
        error: io::Error,
    },
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SaveError::NoStudy => f.write_str("there is no study to save in: `crosscut init DATA` creates one"),
            SaveError::ChangedOnDisk { file } => {
                write!(f, "{} was changed by someone else since it was read", shown(file))
            }
            SaveError::Busy { folder } => {
                write!(f, "another crosscut has been saving in {} for some seconds: try again", shown(folder))
            }
            SaveError::InTheWay { file, key } => {
                let (name, file) = (file.file_name().unwrap_or_default().display(), shown(file));
                write!(f, "{file} is not part of the study: write {key} = \"{name}\" below [study], or move it away")
            }
            SaveError::InvalidName { name } => write!(f, "{}", bad_name(name)),
            SaveError::EmptyRule => f.write_str("the rule is empty: a segment needs one, such as country = 'US'"),
            SaveError::NameTaken { name, what } => write!(f, "{name} is already the name of a {what}: choose another"),
            SaveError::NoSuch { what, name } => write!(f, "there is no {what} {name} any more"),
            SaveError::Unusual { file, line, what } => {
                write!(f, "{}:{line}: is not written as [[{what}]] blocks: edit it by hand", shown(file))
            }
            SaveError::NotWritable { file, reason } => write!(f, "{} {reason}", shown(file)),
            SaveError::Unreadable(error) => write!(f, "{error}"),
            SaveError::Io { file, error } => write!(f, "{} was not changed: {}", shown(file), source::reason(error)),
        }
    }
}

impl std::error::Error for SaveError {}

impl SaveError {
    /// Returns the reason without what a person has typed, or a line of a file.
    fn for_log(&self) -> &'static str {
        match self {
            SaveError::NoStudy => "no study",
            SaveError::ChangedOnDisk { .. } => "changed on disk",
            SaveError::Busy { .. } => "another program is saving",
            SaveError::InTheWay { .. } => "a file is in the way",
            SaveError::InvalidName { .. } | SaveError::EmptyRule => "incomplete definition",
            SaveError::NameTaken { .. } => "name taken",
            SaveError::NoSuch { .. } => "no such definition",
            SaveError::Unusual { .. } => "a file is not written as blocks",
            SaveError::NotWritable { .. } => "not writable",
            SaveError::Unreadable(_) => "a file cannot be read",
            SaveError::Io { .. } => "the disk refused",
        }
    }
}

/// Returns the reason why a name is invalid.
pub(super) fn bad_name(name: &str) -> String {
    match name.is_empty() {
        true => "the name is empty".into(),
        false => format!("{name:?} is not a valid name: use letters, digits and _, beginning with a letter"),
    }
}

/// Applies the change to the study and to its files, or to neither.
///
/// The comments, order and spacing of the files stay. Before anything is written, the new texts are read back: they
/// must have exactly the content that the study will have.
///
/// # Errors
/// Returns an error if nothing was written; then `study` is unchanged.
pub fn save(study: &mut Study, change: Change, overwrite: Overwrite) -> Result<(), SaveError> {
    let began = Instant::now();
    let kind = change.kind();
    let saved = try_save(study, change, overwrite);
    match &saved {
        Ok(()) => tracing::info!(change = kind, took = ?began.elapsed(), "saved"),
        Err(error) => tracing::error!(change = kind, reason = error.for_log(), "not saved"),
    }
    saved
}

fn try_save(study: &mut Study, change: Change, overwrite: Overwrite) -> Result<(), SaveError> {
    let mut draft = Draft::new(study, &change)?;
    match overwrite {
        Overwrite::Merge => draft.read_again()?,
        Overwrite::Refuse => draft.refuse_changed(&change)?,
    }
    definitions::check(&draft.definitions, &change)?;
    let new = draft.edited(&change)?;
    let says = read_definitions(new.segments(), new.personas());
    let wanted = match &change {
        Change::Restore(_) => says.map_err(SaveError::Unreadable)?,
        change => {
            let wanted = definitions::changed(&draft.definitions, change);
            if says.ok().as_ref() != Some(&wanted) {
                return Err(draft.unusual());
            }
            wanted
        }
    };
    draft.write(&new, &change)?;
    new.into_study(study);
    study.definitions = wanted;
    Ok(())
}
