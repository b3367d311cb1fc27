//! Changes to a study, written whole or not at all.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{self, Fingerprint, WriteError, Writing};
use super::edit::{self, Unusual};
use super::error::{StudyError, shown};
use super::place::Parsed;
use super::references::rename_in_span;
use super::{Source, Study, read_definitions, source};
use crate::model::{Definitions, Segment, Segmentation, is_plain_name};
use crate::rule::edit::rename_reference;

/// What a person may change from within the program.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// After the last segment.
    AddSegment(Segment),
    /// At the end of the segments file.
    AddSegmentation(Box<Segmentation>),
    /// The segment called `name`; a new name is written to everything that refers to the old one.
    EditSegment { name: String, segment: Segment },
    /// What refers to it is left as it is: ask [`users_of`](super::users_of) before.
    DeleteSegment { name: String },
    /// With its cells.
    DeleteSegmentation { name: String },
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
    /// A file that the study does not name already lies where its segments would go.
    InTheWay {
        file: PathBuf,
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
    NoSuchSegment {
        name: String,
    },
    /// The file is written in a way that this program cannot edit and keep as it is.
    Unusual {
        file: PathBuf,
        line: usize,
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
            SaveError::InTheWay { file } => {
                let (name, file) = (file.file_name().unwrap_or_default().display(), shown(file));
                write!(f, "{file} is no part of the study: write segments = \"{name}\" below [study], or move it away")
            }
            SaveError::InvalidName { name } => write!(f, "{}", bad_name(name)),
            SaveError::EmptyRule => f.write_str("the rule is empty: a segment needs one, such as country = 'US'"),
            SaveError::NameTaken { name, what } => write!(f, "{name} is already the name of a {what}: choose another"),
            SaveError::NoSuchSegment { name } => write!(f, "there is no segment {name} any more"),
            SaveError::Unusual { file, line } => {
                write!(f, "{}:{line}: is not written as [[segment]] blocks: edit it by hand", shown(file))
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
    let mut draft = Draft::of(study)?;
    match overwrite {
        Overwrite::Merge => draft.read_again()?,
        Overwrite::Refuse => draft.refuse_changed(&change)?,
    }
    check(&draft.definitions, &change)?;
    let wanted = changed(&draft.definitions, &change);
    let new = draft.edited(&change)?;
    if read_definitions(Some(&new.segments.0), new.personas.as_ref().map(|new| &new.0)).ok() != Some(wanted.clone()) {
        return Err(SaveError::Unusual { file: draft.segments.path, line: 1 });
    }
    draft.write(&new)?;
    study.definitions = wanted;
    study.config.study.segments = Some(draft.segments.path);
    study.files.segments = Some(new.segments.0);
    study.files.personas = new.personas.map(|new| new.0);
    study.files.config = Some(new.config.0);
    Ok(())
}

/// The files as the change finds them.
struct Draft {
    config: Source,
    /// The config file does not name a segments file yet.
    unnamed: bool,
    segments: Source,
    personas: Option<Source>,
    definitions: Definitions,
}

/// A file's new state and the bytes of it.
type New = (Source, Vec<u8>);

struct NewFiles {
    config: New,
    segments: New,
    personas: Option<New>,
}

impl Draft {
    fn of(study: &Study) -> Result<Self, SaveError> {
        let config = study.files.config.clone().ok_or(SaveError::NoStudy)?;
        let segments = match &study.files.segments {
            Some(segments) => segments.clone(),
            None => Source::absent(&config.path.with_file_name("segments.toml")),
        };
        let unnamed = study.files.segments.is_none();
        if unnamed && segments.path.exists() {
            return Err(SaveError::InTheWay { file: segments.path });
        }
        let (personas, definitions) = (study.files.personas.clone(), study.definitions.clone());
        Ok(Self { config, unnamed, segments, personas, definitions })
    }

    fn read_again(&mut self) -> Result<(), SaveError> {
        let read = |path: &Path| Source::read(path).map_err(SaveError::Unreadable);
        if self.unnamed {
            self.config = read(&self.config.path)?;
            let parsed = Parsed::of(&self.config);
            if let Some(span) = parsed.and_then(|parsed| parsed.span(&["study".into(), "segments".into()])) {
                let error = self.config.error_at(span, "somebody named a segments file meanwhile");
                return Err(SaveError::Unreadable(error.with_hint("open the study anew")));
            }
        } else {
            self.segments = read(&self.segments.path)?;
        }
        self.personas = self.personas.as_ref().map(|personas| read(&personas.path)).transpose()?;
        self.definitions =
            read_definitions(Some(&self.segments), self.personas.as_ref()).map_err(SaveError::Unreadable)?;
        Ok(())
    }

    /// All files that the change looks into must be as they were read, also where nothing will change: a rename would
    /// miss what it does not know of.
    fn refuse_changed(&self, change: &Change) -> Result<(), SaveError> {
        let renames = matches!(change, Change::EditSegment { name, segment } if *name != segment.name);
        let personas = self.personas.as_ref().filter(|_| renames);
        let config = Some(&self.config).filter(|_| self.unnamed);
        for file in [Some(&self.segments), personas, config].into_iter().flatten() {
            let now = Fingerprint::on_disk(&file.path).map_err(|error| failed(&file.path, error))?;
            if now != file.fingerprint {
                return Err(SaveError::ChangedOnDisk { file: file.path.clone() });
            }
        }
        Ok(())
    }

    fn edited(&self, change: &Change) -> Result<NewFiles, SaveError> {
        let text = &self.segments.text;
        let unusual = |file: &Source| {
            let (path, file) = (file.path.clone(), file.clone());
            move |Unusual(at): Unusual| SaveError::Unusual { file: path, line: file.line_column(at).0 }
        };
        let place_of = |wanted: &str| {
            let found = self.definitions.segments.iter().enumerate().find(|(_, segment)| segment.name == wanted);
            found.ok_or_else(|| SaveError::NoSuchSegment { name: wanted.to_owned() })
        };
        let mut personas = self.personas.clone().map(|personas| personas.with_text(personas.text.clone()));
        let segments = match change {
            Change::AddSegment(segment) => edit::add_segment(text, segment),
            Change::AddSegmentation(cut) => Ok(edit::add_segmentation(text, cut)),
            Change::DeleteSegmentation { name } => {
                let found = self.definitions.segmentations.iter().position(|cut| cut.name == *name);
                let n = found.ok_or_else(|| SaveError::NoSuchSegment { name: name.clone() })?;
                edit::delete_segmentation(text, n)
            }
            Change::DeleteSegment { name } => edit::delete_segment(text, place_of(name)?.0),
            Change::EditSegment { name, segment } => {
                let (n, old) = place_of(name)?;
                let edited = edit::edit_segment(text, n, old, segment);
                if *name == segment.name {
                    edited
                } else {
                    if let Some(file) = &self.personas {
                        let renamed = edit::rename_references(&file.text, name, &segment.name);
                        personas = Some(file.with_text(renamed.map_err(unusual(file))?));
                    }
                    edited.and_then(|edited| edit::rename_references(&edited, name, &segment.name))
                }
            }
        };
        let segments = self.segments.with_text(segments.map_err(unusual(&self.segments))?);
        let config = match self.unnamed {
            true => edit::name_segments_file(&self.config.text, "segments.toml").map_err(unusual(&self.config))?,
            false => self.config.text.clone(),
        };
        Ok(NewFiles { config: self.config.with_text(config), segments, personas })
    }

    /// Segments first: should the power fail in between, no file names one that is not there.
    fn write(&self, new: &NewFiles) -> Result<(), SaveError> {
        let mut writes = vec![(&self.segments, &new.segments)];
        writes.extend(self.personas.as_ref().zip(new.personas.as_ref()));
        writes.push((&self.config, &new.config));
        let writes: Vec<Writing> = writes
            .into_iter()
            .filter(|(old, new)| old.fingerprint != new.0.fingerprint)
            .map(|(old, new)| Writing { path: &old.path, bytes: &new.1, expect: Some(old.fingerprint) })
            .collect();
        atomic::write_all(&writes).map_err(|error| match error {
            WriteError::Changed { path } => SaveError::ChangedOnDisk { file: path },
            WriteError::Io { path, error } => failed(&path, error),
        })
    }
}

fn failed(path: &Path, error: io::Error) -> SaveError {
    let file = path.to_owned();
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            SaveError::NotWritable { file, reason: "may not be written: no permission on it or its folder".into() }
        }
        io::ErrorKind::ReadOnlyFilesystem => SaveError::NotWritable { file, reason: source::reason(&error) },
        _ => SaveError::Io { file, error },
    }
}

/// Whether the change makes sense among these definitions.
fn check(definitions: &Definitions, change: &Change) -> Result<(), SaveError> {
    let (old, name, rule) = match change {
        Change::AddSegment(segment) => (None, &segment.name, Some(&segment.rule)),
        Change::AddSegmentation(cut) => (None, &cut.name, None),
        Change::EditSegment { name, segment } => (Some(name), &segment.name, Some(&segment.rule)),
        Change::DeleteSegment { .. } | Change::DeleteSegmentation { .. } => return Ok(()),
    };
    if !is_plain_name(name) {
        return Err(SaveError::InvalidName { name: name.clone() });
    }
    if rule.is_some_and(|rule| rule.trim().is_empty()) {
        return Err(SaveError::EmptyRule);
    }
    let taken = [
        ("segment", definitions.segments.iter().any(|other| other.name == *name)),
        ("segmentation", definitions.segmentations.iter().any(|other| other.name == *name)),
        ("persona", definitions.personas.iter().any(|other| other.id == *name)),
    ];
    match taken.into_iter().find(|(_, is_taken)| *is_taken && old != Some(name)) {
        Some((what, _)) => Err(SaveError::NameTaken { name: name.clone(), what }),
        None => Ok(()),
    }
}

/// The definitions with the change made.
fn changed(definitions: &Definitions, change: &Change) -> Definitions {
    let mut new = definitions.clone();
    let find = |name: &str| definitions.segments.iter().position(|segment| segment.name == name);
    match change {
        Change::AddSegment(segment) => new.segments.push(segment.clone()),
        Change::AddSegmentation(cut) => new.segmentations.push((**cut).clone()),
        Change::DeleteSegmentation { name } => {
            let found = new.segmentations.iter().position(|cut| cut.name == *name);
            found.map(|n| new.segmentations.remove(n));
        }
        Change::EditSegment { name, segment } => {
            if let Some(n) = find(name) {
                new.segments[n] = segment.clone();
            }
            rename(&mut new, name, &segment.name);
        }
        Change::DeleteSegment { name } => {
            find(name).map(|n| new.segments.remove(n));
        }
    }
    new
}

fn rename(definitions: &mut Definitions, old: &str, new: &str) {
    if old == new {
        return;
    }
    let mut rules: Vec<&mut String> = definitions.segments.iter_mut().map(|segment| &mut segment.rule).collect();
    for cut in &mut definitions.segmentations {
        cut.cross.iter_mut().flatten().filter(|side| *side == old).for_each(|side| *side = new.to_owned());
        rules.extend(cut.cells.iter_mut().filter_map(|cell| cell.rule.as_mut()));
    }
    for persona in &mut definitions.personas {
        persona.spans.iter_mut().for_each(|span| *span = rename_in_span(span, old, new));
        rules.extend(persona.rules_mut());
    }
    rules.into_iter().for_each(|rule| *rule = rename_reference(rule, old, new));
}
