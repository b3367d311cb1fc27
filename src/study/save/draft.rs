//! The files of a study before and after a change.

use std::io;
use std::path::Path;

use super::super::atomic::{self, FileWrite, Fingerprint, WriteError};
use super::super::edit::{self, UneditableText};
use super::super::place::Parsed;
use super::super::{SourceFile, Study, read_definitions, source};
use super::{Change, SaveError};
use crate::model::Definitions;

/// One of the two files that hold definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefinitionFile {
    Segments,
    Personas,
}

impl DefinitionFile {
    /// Returns the file that the change edits.
    fn edited_by(change: &Change) -> Self {
        match change {
            Change::AddSegment(_)
            | Change::AddSegmentation(_)
            | Change::EditSegment { .. }
            | Change::EditSegmentation { .. }
            | Change::DeleteSegment { .. }
            | Change::DeleteSegmentation { .. }
            | Change::Restore(_) => DefinitionFile::Segments,
            Change::AddPersona { .. }
            | Change::EditPersona { .. }
            | Change::DeletePersona { .. }
            | Change::MovePersona { .. } => DefinitionFile::Personas,
        }
    }

    /// Returns the key that names the file below `[study]`.
    fn key(self) -> &'static str {
        match self {
            DefinitionFile::Segments => "segments",
            DefinitionFile::Personas => "personas",
        }
    }

    /// Returns the name of the blocks in the file.
    fn block(self) -> &'static str {
        match self {
            DefinitionFile::Segments => "segment",
            DefinitionFile::Personas => "persona",
        }
    }

    /// Returns the default file name, for a study that has no such file.
    fn usual_name(self) -> String {
        format!("{}.toml", self.key())
    }
}

/// The files before the change.
pub(super) struct Draft {
    config: SourceFile,
    /// File that the change edits.
    file: DefinitionFile,
    /// True if the config file does not name that file yet.
    unnamed: bool,
    segments: Option<SourceFile>,
    personas: Option<SourceFile>,
    pub(super) definitions: Definitions,
}

/// The new state of a file, and its bytes.
type NewContent = (SourceFile, Vec<u8>);

/// The files after the change.
pub(super) struct NewFiles {
    config: NewContent,
    segments: Option<NewContent>,
    personas: Option<NewContent>,
}

impl NewFiles {
    pub(super) fn segments(&self) -> Option<&SourceFile> {
        self.segments.as_ref().map(|new| &new.0)
    }

    pub(super) fn personas(&self) -> Option<&SourceFile> {
        self.personas.as_ref().map(|new| &new.0)
    }

    /// Updates the study to these files.
    pub(super) fn into_study(self, study: &mut Study) {
        let (segments, personas) = (self.segments.map(|new| new.0), self.personas.map(|new| new.0));
        study.config.study.segments = segments.as_ref().map(|file| file.path.clone());
        study.config.study.personas = personas.as_ref().map(|file| file.path.clone());
        (study.files.segments, study.files.personas) = (segments, personas);
        study.files.config = Some(self.config.0);
    }
}

impl Draft {
    /// Reads the files that the change needs.
    pub(super) fn new(study: &Study, change: &Change) -> Result<Self, SaveError> {
        let config = study.files.config.clone().ok_or(SaveError::NoStudy)?;
        let file = match change {
            Change::Restore(_) if study.files.segments.is_none() => DefinitionFile::Personas,
            change => DefinitionFile::edited_by(change),
        };
        let (mut segments, mut personas) = (study.files.segments.clone(), study.files.personas.clone());
        let own = match file {
            DefinitionFile::Segments => &mut segments,
            DefinitionFile::Personas => &mut personas,
        };
        let unnamed = own.is_none();
        let source = own.get_or_insert_with(|| SourceFile::absent(&config.path.with_file_name(file.usual_name())));
        if unnamed && source.path.exists() {
            return Err(SaveError::InTheWay { file: source.path.clone(), key: file.key() });
        }
        Ok(Self { config, file, unnamed, segments, personas, definitions: study.definitions.clone() })
    }

    fn own(&self) -> Option<&SourceFile> {
        match self.file {
            DefinitionFile::Segments => self.segments.as_ref(),
            DefinitionFile::Personas => self.personas.as_ref(),
        }
    }

    /// Returns the error that the change's file has a form that this program cannot edit.
    pub(super) fn unusual(&self) -> SaveError {
        let file = self.own().map(|file| file.path.clone()).unwrap_or_default();
        SaveError::Unusual { file, line: 1, what: self.file.block() }
    }

    /// Reads the files again, to apply the change to edits by others.
    pub(super) fn read_again(&mut self) -> Result<(), SaveError> {
        let read = |path: &Path| SourceFile::read(path).map_err(SaveError::Unreadable);
        let is_new = |file: DefinitionFile, draft: &Self| draft.unnamed && draft.file == file;
        if self.unnamed {
            self.config = read(&self.config.path)?;
            let steps = ["study".into(), self.file.key().into()];
            if let Some(span) = Parsed::parse(&self.config).and_then(|parsed| parsed.span(&steps)) {
                let message = format!("a {} file was added meanwhile", self.file.key());
                let error = self.config.error_at(span, message);
                return Err(SaveError::Unreadable(error.with_hint("reopen the study")));
            }
        }
        for (file, new) in [
            (DefinitionFile::Segments, is_new(DefinitionFile::Segments, self)),
            (DefinitionFile::Personas, is_new(DefinitionFile::Personas, self)),
        ] {
            let source = match file {
                DefinitionFile::Segments => &mut self.segments,
                DefinitionFile::Personas => &mut self.personas,
            };
            if let Some(source) = source.as_mut().filter(|_| !new) {
                *source = read(&source.path)?;
            }
        }
        self.definitions =
            read_definitions(self.segments.as_ref(), self.personas.as_ref()).map_err(SaveError::Unreadable)?;
        Ok(())
    }

    /// Returns the files that the change is made from, even if one of them stays the same: a rename would miss references
    /// that it does not know of.
    fn files_of(&self, change: &Change) -> impl Iterator<Item = &SourceFile> {
        let both = !change.renames().is_empty() || matches!(change, Change::Restore(_));
        let segments = self.segments.as_ref().filter(|_| both || self.file == DefinitionFile::Segments);
        let personas = self.personas.as_ref().filter(|_| both || self.file == DefinitionFile::Personas);
        let config = Some(&self.config).filter(|_| self.unnamed);
        [segments, personas, config].into_iter().flatten()
    }

    /// Refuses the change if a file that it is made from was changed on disk.
    pub(super) fn refuse_changed(&self, change: &Change) -> Result<(), SaveError> {
        for file in self.files_of(change) {
            let now = Fingerprint::on_disk(&file.path).map_err(|error| failed(&file.path, error))?;
            if now != file.fingerprint {
                return Err(SaveError::ChangedOnDisk { file: file.path.clone() });
            }
        }
        Ok(())
    }

    /// Applies the change, and returns the new files.
    pub(super) fn edited(&self, change: &Change) -> Result<NewFiles, SaveError> {
        let edited = |source: &Option<SourceFile>, file: DefinitionFile| {
            let Some(source) = source else { return Ok(None) };
            if let Change::Restore(texts) = change {
                let text = match file {
                    DefinitionFile::Segments => &texts.segments,
                    DefinitionFile::Personas => &texts.personas,
                };
                return Ok(Some(source.with_text(text.clone().unwrap_or_default())));
            }
            let unusual = |UneditableText(at): UneditableText| SaveError::Unusual {
                file: source.path.clone(),
                line: source.line_column(at).0,
                what: file.block(),
            };
            let mut text = match self.file == file {
                true => self.edited_text(&source.text, change)?.map_err(unusual)?,
                false => source.text.clone(),
            };
            for (old, new) in change.renames() {
                text = edit::rename_references(&text, &old, &new).map_err(unusual)?;
            }
            Ok(Some(source.with_text(text)))
        };
        let (segments, personas) =
            (edited(&self.segments, DefinitionFile::Segments)?, edited(&self.personas, DefinitionFile::Personas)?);
        let config = match self.unnamed {
            true => edit::name_file(&self.config.text, self.file.key(), &self.file.usual_name()).map_err(
                |UneditableText(at)| {
                    let (file, line) = (self.config.path.clone(), self.config.line_column(at).0);
                    SaveError::Unusual { file, line, what: "study" }
                },
            )?,
            false => self.config.text.clone(),
        };
        Ok(NewFiles { config: self.config.with_text(config), segments, personas })
    }

    /// Returns the text of the edited file after the change, before references to a renamed name are updated.
    fn edited_text(&self, text: &str, change: &Change) -> Result<Result<String, UneditableText>, SaveError> {
        let Definitions { segments, segmentations, personas } = &self.definitions;
        let found = |at: Option<usize>, what: &'static str, name: &str| {
            at.ok_or_else(|| SaveError::NoSuch { what, name: name.to_owned() })
        };
        let segment = |name: &str| found(segments.iter().position(|segment| segment.name == name), "segment", name);
        let segmentation =
            |name: &str| found(segmentations.iter().position(|cut| cut.name == name), "segmentation", name);
        let persona = |id: &str| found(personas.iter().position(|persona| persona.id == id), "persona", id);
        Ok(match change {
            Change::AddSegment(new) => edit::add(text, "segment", None, new),
            Change::EditSegment { name, segment: new } => {
                let n = segment(name)?;
                edit::edit(text, "segment", n, &segments[n], new)
            }
            Change::DeleteSegment { name } => edit::delete(text, "segment", segment(name)?),
            Change::AddSegmentation(new) => edit::add(text, "segmentation", None, &**new),
            Change::EditSegmentation { name, segmentation: new, .. } => {
                let n = segmentation(name)?;
                edit::edit(text, "segmentation", n, &segmentations[n], &**new)
            }
            Change::DeleteSegmentation { name } => edit::delete(text, "segmentation", segmentation(name)?),
            Change::AddPersona { persona: new, at } => edit::add(text, "persona", *at, &**new),
            Change::EditPersona { id, persona: new } => {
                let n = persona(id)?;
                edit::edit(text, "persona", n, &personas[n], &**new)
            }
            Change::DeletePersona { id } => edit::delete(text, "persona", persona(id)?),
            Change::MovePersona { id, to } => edit::shift(text, "persona", persona(id)?, *to),
            Change::Restore(_) => Ok(text.to_owned()),
        })
    }

    /// Writes the definitions first: no file ever names a missing one.
    ///
    /// Nothing is written if a file of the change, even one that stays the same, was changed since it was read.
    pub(super) fn write(&self, new: &NewFiles, change: &Change) -> Result<(), SaveError> {
        let mut writes = Vec::new();
        writes.extend(self.segments.as_ref().zip(new.segments.as_ref()));
        writes.extend(self.personas.as_ref().zip(new.personas.as_ref()));
        writes.push((&self.config, &new.config));
        let (writes, same): (Vec<_>, Vec<_>) =
            writes.into_iter().partition(|(old, new)| old.fingerprint != new.0.fingerprint);
        let writes: Vec<FileWrite> = writes
            .into_iter()
            .map(|(old, new)| FileWrite { path: &old.path, bytes: &new.1, expect: Some(old.fingerprint) })
            .collect();
        let read: Vec<&Path> = self.files_of(change).map(|file| file.path.as_path()).collect();
        let unchanged = same.into_iter().map(|(old, _)| (old.path.as_path(), old.fingerprint));
        let unchanged: Vec<_> = unchanged.filter(|(path, _)| read.contains(path)).collect();
        atomic::write_all(&writes, &unchanged).map_err(|error| match error {
            WriteError::Changed { path } => SaveError::ChangedOnDisk { file: path },
            WriteError::Busy { folder } => SaveError::Busy { folder },
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
