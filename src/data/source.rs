use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::choice::TableChoice;
use super::folder::{self, Partition};
use super::load_progress::{LoadWatch, Stage};
use super::memory::described;
use super::text::TextOptions;
use super::{DataError, signature};
use crate::text::nearest;

/// Location of a base.
#[derive(Debug, Clone, PartialEq)]
pub enum BaseLocation {
    /// A file; or a folder or a glob (`data/*.parquet`) of files of one table.
    Path(PathBuf),
    Stdin,
    /// A query over several tables.
    Query(Box<BaseQuery>),
}

/// Number of bytes of a pipe that show whether it may be a table.
const CHECKED: u64 = 1 << 16;

impl BaseLocation {
    /// Parses a person's input: a path, or `-` for stdin.
    pub fn parse(text: &str) -> Self {
        if text == "-" { BaseLocation::Stdin } else { BaseLocation::Path(text.into()) }
    }

    /// Returns a short name for titles.
    pub fn title(&self) -> String {
        match self {
            BaseLocation::Stdin => "stdin".into(),
            BaseLocation::Query(_) => "query".into(),
            BaseLocation::Path(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        }
    }

    /// Returns the pattern that names the files, with the files that fit it now; `None` for a single file and for a pipe.
    pub(super) fn pattern(&self) -> Option<FilePattern> {
        let BaseLocation::Path(path) = self else { return None };
        if !is_pattern(path) && !path.is_dir() {
            return None;
        }
        Some(FilePattern { path: path.clone(), files: expand(path).ok()? })
    }

    /// Returns the files to read, in order: at least one, none of them empty. A pipe may have `memory` bytes.
    pub(super) fn inputs(&self, memory: usize, watch: &mut LoadWatch) -> Result<Vec<InputFile>, DataError> {
        let inputs = match self {
            BaseLocation::Stdin if io::stdin().is_terminal() => {
                return Err(DataError::file("stdin", "is a terminal: pipe a table into it, or name a file"));
            }
            // It reads its tables itself.
            BaseLocation::Query(_) => Vec::new(),
            BaseLocation::Stdin => vec![InputFile::spool("stdin", io::stdin().lock(), memory, watch)?],
            BaseLocation::Path(path) => {
                let paths = expand(path)?;
                let partitions = match is_pattern(path) || path.is_dir() {
                    true => folder::partitions(&fixed_part(path), &paths)?,
                    false => vec![Partition::new()],
                };
                let input = |(path, partition)| Ok(InputFile { partition, ..InputFile::at(path, memory, watch)? });
                paths.into_iter().zip(partitions).map(input).collect::<Result<_, DataError>>()?
            }
        };
        match inputs.iter().find(|input| input.len == 0) {
            Some(empty) => Err(DataError::file(&empty.name, "is empty (0 bytes): a table has at least a header line")),
            None => Ok(inputs),
        }
    }
}

/// A pattern, and the files that fitted it when the table was opened.
#[derive(Debug, Clone)]
pub(super) struct FilePattern {
    path: PathBuf,
    files: Vec<PathBuf>,
}

impl FilePattern {
    /// Returns an error if files came or went.
    pub fn check_still_there(&self) -> Result<(), DataError> {
        let now = expand(&self.path)?;
        let differs = |file: &&PathBuf| !(self.files.contains(file) && now.contains(file));
        match now.iter().chain(&self.files).find(differs) {
            None => Ok(()),
            Some(file) => {
                let what = if now.contains(file) { "came" } else { "went" };
                let reason = format!("{} {what} since it was opened: open it again", file.display());
                Err(DataError::file(self.path.to_string_lossy(), reason))
            }
        }
    }
}

/// Returns true for a pattern. A file whose own name contains `*` or `[` means that file.
fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[']) && !path.exists()
}

/// Returns the part of a pattern that is the same for all its files: the folders before the first `*`.
fn fixed_part(path: &Path) -> PathBuf {
    let is_fixed = |part: &std::path::Component| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    if path.is_dir() { path.to_owned() } else { path.components().take_while(is_fixed).collect() }
}

/// Returns the files that a path means.
fn expand(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    if path.is_dir() {
        return folder::files_in(path);
    }
    if !is_pattern(path) {
        return Ok(vec![path.to_owned()]);
    }
    let text = path.to_string_lossy();
    let bad =
        |error: &dyn std::fmt::Display| DataError::file(text.as_ref(), format!("is not a valid pattern: {error}"));
    let mut paths = Vec::new();
    for entry in glob::glob(&text).map_err(|error| bad(&error))? {
        let entry = entry.map_err(|error| DataError::io(error.path().to_string_lossy(), error.error()))?;
        if !entry.is_dir() {
            paths.push(entry);
        }
    }
    if paths.is_empty() {
        return Err(DataError::file(text, "no file matches: check the pattern"));
    }
    Ok(paths)
}

/// One file that can be opened as often as needed.
#[derive(Debug)]
pub(super) struct InputFile {
    /// The path as it was given, for messages.
    pub name: String,
    /// Length in bytes, as stored in the file.
    pub len: u64,
    /// Columns that the names of its folders give it.
    pub partition: Partition,
    body: InputBody,
}

/// Content of an input file.
#[derive(Debug)]
enum InputBody {
    File {
        path: PathBuf,
        stamp: FileStamp,
    },
    /// A copy of a pipe's content; the system deletes it when it is closed.
    Spooled(File),
}

/// Identifies a state of a file. Time and size alone do not: a copy may keep both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    len: u64,
    modified: (i64, i64),
    /// Set by the system at every change of content or name; no program can set it back.
    changed: (i64, i64),
    /// Device and inode: a file that was renamed over this one has another.
    file: (u64, u64),
}

impl FileStamp {
    fn from_metadata(metadata: &fs::Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            file: (metadata.dev(), metadata.ino()),
        }
    }
}

impl InputFile {
    fn at(path: PathBuf, memory: usize, watch: &mut LoadWatch) -> Result<Self, DataError> {
        let name = path.to_string_lossy().into_owned();
        let metadata = fs::metadata(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DataError::file(&name, missing(&path)),
            _ => DataError::io(&name, &error),
        })?;
        if metadata.is_dir() {
            return Err(DataError::io(name, &io::ErrorKind::IsADirectory.into()));
        }
        let file = File::open(&path).map_err(|error| DataError::io(&name, &error))?;
        if !metadata.is_file() {
            return Self::spool(&name, file, memory, watch);
        }
        let partition = Partition::new();
        Ok(Self {
            name,
            len: metadata.len(),
            partition,
            body: InputBody::File { path, stamp: FileStamp::from_metadata(&metadata) },
        })
    }

    /// Copies a pipe to a temporary file. A pipe may have no end, so one of no table is refused by its beginning, and one
    /// of more than `memory` bytes when it has as many.
    fn spool(name: &str, mut from: impl Read, memory: usize, watch: &mut LoadWatch) -> Result<Self, DataError> {
        watch.begin(Stage::Spooling, None);
        let done = watch.counter();
        let unwritable =
            |error: io::Error| DataError::file(name, format!("could not be kept in a temporary file: {error}"));
        let mut file = tempfile::tempfile().map_err(unwritable)?;
        let (mut buffer, mut head) = (vec![0; 1 << 20], Vec::new());
        loop {
            watch.tick(0)?;
            let n = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(DataError::io(name, &error)),
            };
            let before = done.fetch_add(n as u64, Ordering::Relaxed);
            if before < CHECKED {
                head.extend_from_slice(&buffer[..n]);
                signature::check(&head).map_err(|problem| DataError::file(name, problem))?;
            }
            if before + n as u64 > memory as u64 {
                let limit = described(memory);
                let problem = format!("is a pipe of more than {limit}, the limit of [engine] memory");
                return Err(DataError::file(name, format!("{problem}: write it to a file, or raise the limit")));
            }
            file.write_all(&buffer[..n]).map_err(unwritable)?;
        }
        let (len, partition) = (done.load(Ordering::Relaxed), Partition::new());
        Ok(Self { name: name.into(), len, partition, body: InputBody::Spooled(file) })
    }

    /// Returns a text that differs for any two states of the file; `None` for a pipe.
    pub fn state(&self) -> Option<String> {
        match &self.body {
            InputBody::File { stamp, .. } => Some(format!("{stamp:?}")),
            InputBody::Spooled(_) => None,
        }
    }

    /// Returns the path of a file that is not a copy of a pipe.
    pub fn path(&self) -> Option<&Path> {
        match &self.body {
            InputBody::File { path, .. } => Some(path),
            InputBody::Spooled(_) => None,
        }
    }

    /// Opens the file at its start. Readers of a spooled input share one offset: use one at a time.
    pub fn open(&self) -> Result<File, DataError> {
        let opened = match &self.body {
            InputBody::File { path, .. } => File::open(path),
            InputBody::Spooled(file) => {
                file.try_clone().and_then(|mut file| file.seek(SeekFrom::Start(0)).map(|_| file))
            }
        };
        opened.map_err(|error| self.gone(&error).unwrap_or_else(|| DataError::io(&self.name, &error)))
    }

    fn gone(&self, error: &io::Error) -> Option<DataError> {
        let gone = error.kind() == io::ErrorKind::NotFound;
        gone.then(|| DataError::file(&self.name, "vanished while it was read: load it again once it is back"))
    }

    /// Opens the file for reading at any position. Any number of such readers can be used at a time, even for a spooled
    /// input.
    pub fn at_places(&self) -> Result<PositionedFile, DataError> {
        Ok(PositionedFile { file: self.open()?, len: self.len, position: 0 })
    }

    /// Returns an error if the file changed since reading began.
    pub fn check_unchanged(&self) -> Result<(), DataError> {
        if self.is_as_found()? { Ok(()) } else { Err(self.changed()) }
    }

    /// Returns an error if the file is not the one that was opened earlier.
    pub fn check_still_there(&self) -> Result<(), DataError> {
        if self.is_as_found()? {
            return Ok(());
        }
        Err(DataError::file(&self.name, "changed since it was opened: open it again once it is written"))
    }

    fn is_as_found(&self) -> Result<bool, DataError> {
        let InputBody::File { path, stamp } = &self.body else { return Ok(true) };
        let metadata = fs::metadata(path);
        let now = metadata.map_err(|error| self.gone(&error).unwrap_or_else(|| DataError::io(&self.name, &error)))?;
        Ok(FileStamp::from_metadata(&now) == *stamp)
    }

    pub fn changed(&self) -> DataError {
        DataError::file(&self.name, "changed while it was read: load it again once it is written")
    }
}

/// A file with a read position of its own. It is read, never mapped: a file that is truncated while it is mapped kills
/// the process.
pub(super) struct PositionedFile {
    file: File,
    len: u64,
    position: u64,
}

impl PositionedFile {
    /// Returns the number of bytes in the file.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Reads the bytes of a range, which may lie beyond the end of a damaged file.
    pub fn range(&self, range: std::ops::Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.range_into(range, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads the bytes of a range as [`Self::range`] does, into memory that is made longer if needed.
    pub fn range_into<'a>(&self, range: std::ops::Range<u64>, memory: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        if range.start > range.end || range.end > self.len {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "its bytes lie beyond the end of the file"));
        }
        let len = (range.end - range.start) as usize;
        if memory.len() < len {
            *memory = vec![0; len];
        }
        let bytes = &mut memory[..len];
        self.file.read_exact_at(bytes, range.start)?;
        Ok(bytes)
    }
}

impl Read for PositionedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(buffer, self.position)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for PositionedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        self.position = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// Returns "there is no such file", with the name in that directory that may have been meant.
fn missing(path: &Path) -> String {
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = fs::read_dir(directory).into_iter().flatten().flatten();
    let names: Vec<String> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(name) => format!("there is no such file: did you mean \"{name}\"?"),
        None => "there is no such file: check the path".into(),
    }
}

/// A reader that counts the bytes that pass through it.
pub(super) struct CountingReader<R> {
    pub inner: R,
    pub done: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.done.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A query, and the tables that it may name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaseQuery {
    pub sql: String,
    pub tables: Vec<QueryTable>,
}

/// A table that a query may name.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryTable {
    /// Name in the query.
    pub name: String,
    pub location: BaseLocation,
    pub choice: TableChoice,
    pub text: TextOptions,
    /// Name for messages: `[tables.orders]`.
    pub label: String,
}
