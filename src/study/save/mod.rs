//! Changes to a study, written whole or not at all.

mod definitions;
mod draft;

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::error::{StudyError, shown};
use super::{Study, Texts, read_definitions, source};
use crate::model::{Persona, Segment, Segmentation};
use draft::Draft;

/// What a person may change from within the program.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// After the last segment.
    AddSegment(Segment),
    /// At the end of the segments file.
    AddSegmentation(Box<Segmentation>),
    /// The segment called `name`; a new name is written to everything that refers to the old one.
    EditSegment { name: String, segment: Segment },
    /// The segmentation called `name`; new names, its own and those of its cells (`renamed`, from and to), are written to
    /// everything that refers to the old ones.
    EditSegmentation { name: String, segmentation: Box<Segmentation>, renamed: Vec<(String, String)> },
    /// What refers to it is left as it is: ask [`users_of`](super::users_of) before.
    DeleteSegment { name: String },
    /// With its cells.
    DeleteSegmentation { name: String },
    /// Before the persona that is at this place now, or after the last one.
    AddPersona { persona: Box<Persona>, at: Option<usize> },
    /// The persona called `id`; a new id is written to everything that refers to the old one.
    EditPersona { id: String, persona: Box<Persona> },
    /// With its journey and claims. What refers to it is left as it is.
    DeletePersona { id: String },
    /// To this place among all personas, from 0: their order is their priority. One beyond the last is the last.
    MovePersona { id: String, to: usize },
    /// Both definition files say again what they said: how a change is undone and done again. A file that there was not
    /// becomes empty. With [`Overwrite::Merge`] what somebody else wrote since is lost.
    Restore(Box<Texts>),
}

impl Change {
    /// Every name that the change gives anew, from and to, in an order in which one may be put for another.
    pub fn renames(&self) -> Vec<(String, String)> {
        let own = |old: &String, new: &String| (old != new).then(|| (old.clone(), new.clone()));
        match self {
            Change::EditSegment { name, segment } => own(name, &segment.name).into_iter().collect(),
            Change::EditPersona { id, persona } => own(id, &persona.id).into_iter().collect(),
            Change::EditSegmentation { name, segmentation, renamed } => {
                // Two cells may have changed their names for each other's.
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

/// What to do when somebody else wrote to a file since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Write nothing, say [`SaveError::ChangedOnDisk`], so that the person can be asked.
    Refuse,
    /// Read the definitions again and make the change there; the other's work stays.
    Merge,
}

/// Why nothing was written. Shown as one line that says the way out.
#[derive(Debug)]
pub enum SaveError {
    /// A table was opened without a study.
    NoStudy,
    ChangedOnDisk {
        file: PathBuf,
    },
    /// A file that the study does not name already lies where its segments (`key`), or personas, would go.
    InTheWay {
        file: PathBuf,
        key: &'static str,
    },
    InvalidName {
        name: String,
    },
    EmptyRule,
    /// The name is already that of a segment, segmentation or persona; `what` says which.
    NameTaken {
        name: String,
        what: &'static str,
    },
    /// It is gone; `what` says what it was.
    NoSuch {
        what: &'static str,
        name: String,
    },
    /// The file is written in a way that this program cannot edit and keep as it is; `what` are the blocks it should
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
    /// What somebody else wrote there meanwhile cannot be read.
    Unreadable(StudyError),
    Io {
        file: PathBuf,
        error: io::Error,
    },
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SaveError::NoStudy => f.write_str("there is no study to save in: `crosscut init DATA` makes one"),
            SaveError::ChangedOnDisk { file } => {
                write!(f, "{} was changed by someone else since it was read", shown(file))
            }
            SaveError::InTheWay { file, key } => {
                let (name, file) = (file.file_name().unwrap_or_default().display(), shown(file));
                write!(f, "{file} is no part of the study: write {key} = \"{name}\" below [study], or move it away")
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
            SaveError::Io { file, error } => write!(f, "{} is as it was: {}", shown(file), source::reason(error)),
        }
    }
}

impl std::error::Error for SaveError {}

/// The reason why a name is none.
pub(super) fn bad_name(name: &str) -> String {
    match name.is_empty() {
        true => "the name is empty".into(),
        false => format!("{name:?} cannot be a name: use a letter, then letters, digits and _"),
    }
}

/// Makes the change in the study and in its files, or in neither.
///
/// The comments, order and spacing of the files stay. Before anything is written, the new texts are read back: they must
/// say exactly what the study will hold.
///
/// # Errors
/// Nothing was written, and `study` is as it was.
pub fn save(study: &mut Study, change: Change, overwrite: Overwrite) -> Result<(), SaveError> {
    let mut draft = Draft::of(study, &change)?;
    match overwrite {
        Overwrite::Merge => draft.read_again()?,
        Overwrite::Refuse => draft.refuse_changed(&change)?,
    }
    definitions::check(&draft.definitions, &change)?;
    let new = draft.edited(&change)?;
    let says = read_definitions(new.segments(), new.personas());
    let wanted = match change {
        Change::Restore(_) => says.map_err(SaveError::Unreadable)?,
        _ => {
            let wanted = definitions::changed(&draft.definitions, &change);
            if says.ok().as_ref() != Some(&wanted) {
                return Err(draft.unusual());
            }
            wanted
        }
    };
    draft.write(&new)?;
    new.into_study(study);
    study.definitions = wanted;
    Ok(())
}
