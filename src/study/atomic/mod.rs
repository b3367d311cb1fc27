//! Writes files whole or not at all, several of them in one step.
//!
//! The new text goes to a temporary file in the same folder, which is synced and replaces the old file by a rename; the
//! folder is synced last. A failure before the rename (a full disk, no permission) leaves the old file as it was and no
//! temporary file behind. A symbolic link is followed, so the link stays a link; mode and, if the system allows it,
//! owner are kept. A second hard link to the file keeps the old text, as with any program that saves by renaming.
//!
//! Files are compared and replaced under a lock on their folders ([`lock`]), so of two processes that save at the same
//! time the second sees what the first has written. A process that is killed between two renames leaves a
//! [`journal`], which the next start finishes.

mod journal;
mod lock;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile};

use journal::{FileReplacement, Journal};
pub use journal::{Recovered, is_abandoned, recover};
pub use lock::{FolderLock, LockError, LockMode};

/// Prefix and suffix of the names of temporary files.
const TEMPORARY: (&str, &str) = (".crosscut-", ".tmp");

/// Identifies the content of a file when it was read, to detect later writes by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(Option<(usize, u64)>);

impl Fingerprint {
    /// Fingerprint of a file that does not exist.
    pub const ABSENT: Fingerprint = Fingerprint(None);

    /// Hashes the content of a file.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Some((bytes.len(), xxhash_rust::xxh3::xxh3_64(bytes))))
    }

    /// Returns the fingerprint of the file on disk.
    pub fn on_disk(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            // Reading a pipe would wait for its writer.
            Ok(meta) if !meta.is_file() => Err(not_a_file()),
            Ok(_) => fs::read(path).map(|bytes| Self::from_bytes(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::ABSENT),
            Err(error) => Err(error),
        }
    }
}

/// Reason why a file was not written. The file is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file no longer has the expected content.
    #[error("{} was modified meanwhile: nothing was written", .path.display())]
    Changed { path: PathBuf },
    /// Another process holds the folder's lock.
    #[error("another crosscut has been saving in {} for some seconds: nothing was written; try again", .folder.display())]
    Busy { folder: PathBuf },
    #[error("{} could not be written: {error}", .path.display())]
    Io { path: PathBuf, error: io::Error },
}

impl From<LockError> for WriteError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Busy(folder) => WriteError::Busy { folder },
            LockError::Io(path, error) => WriteError::Io { path, error },
        }
    }
}

/// One file to write.
#[derive(Debug)]
pub struct FileWrite<'a> {
    pub path: &'a Path,
    pub bytes: &'a [u8],
    /// Content that the file must still have; otherwise writing is refused.
    pub expect: Option<Fingerprint>,
}

/// Writes one file, whole or not at all.
pub fn write(path: &Path, bytes: &[u8], expect: Option<Fingerprint>) -> Result<(), WriteError> {
    write_all(&[FileWrite { path, bytes, expect }], &[])
}

/// Writes several files: all of them, or none. Nothing is written either if one of the `unchanged` files no longer has
/// this content.
///
/// All slow and fallible work is done on temporary files first, so that only renames remain. If one of these fails, the
/// previous ones are undone from copies that are ready. If the process is killed or the power fails between two
/// renames, [`recover`] does the rest.
pub fn write_all(writes: &[FileWrite], unchanged: &[(&Path, Fingerprint)]) -> Result<(), WriteError> {
    let mut ready = Vec::new();
    for write in writes {
        ready.push(PreparedFile::new(write, writes.len() > 1).map_err(|error| io_error(write.path, error))?);
    }
    let expected = writes.iter().filter_map(|write| Some((write.path, write.expect?)));
    let expected: Vec<(&Path, Fingerprint)> = expected.chain(unchanged.iter().copied()).collect();
    // A file of which nothing is expected is replaced whatever it holds: no lock can save its content.
    let _lock = match expected.is_empty() {
        true => None,
        false => Some(FolderLock::take(ready.iter().map(|one| folder_of(&one.target)), LockMode::Alone)?),
    };
    for (path, expected) in expected {
        if Fingerprint::on_disk(path).map_err(|error| io_error(path, error))? != expected {
            return Err(WriteError::Changed { path: path.to_owned() });
        }
    }
    commit(ready)
}

fn io_error(path: &Path, error: io::Error) -> WriteError {
    WriteError::Io { path: path.to_owned(), error }
}

fn not_a_file() -> io::Error {
    io::Error::other("is not a plain file")
}

/// A written and synced temporary file that only needs to be renamed. It is removed if dropped.
struct PreparedFile {
    target: PathBuf,
    /// Locked, unlike a file that a killed process has left.
    new: NamedTempFile,
    undo: Option<UndoWrite>,
    fingerprint: Fingerprint,
}

/// Way to undo the replacement of a file.
enum UndoWrite {
    Restore(NamedTempFile, Fingerprint),
    Remove,
}

impl PreparedFile {
    fn new(write: &FileWrite, with_undo: bool) -> io::Result<Self> {
        let target = follow(write.path)?;
        // Opened for writing, so that a read-only file is not replaced just because its folder is writable; without
        // waiting, as opening a pipe would wait for a reader.
        let opened = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(&target);
        let old = match opened {
            Ok(file) => Some(file.metadata()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if old.as_ref().is_some_and(|meta| !meta.is_file()) {
            return Err(not_a_file());
        }
        let undo = match (with_undo, &old) {
            (false, _) => None,
            (true, None) => Some(UndoWrite::Remove),
            (true, Some(meta)) => {
                let bytes = fs::read(&target)?;
                Some(UndoWrite::Restore(temporary(&target, &bytes, Some(meta))?, Fingerprint::from_bytes(&bytes)))
            }
        };
        let new = temporary(&target, write.bytes, old.as_ref())?;
        Ok(Self { target, new, undo, fingerprint: Fingerprint::from_bytes(write.bytes) })
    }

    fn replacement(&self) -> Option<FileReplacement> {
        let old = match &self.undo {
            Some(UndoWrite::Restore(_, old)) => *old,
            Some(UndoWrite::Remove) => Fingerprint::ABSENT,
            None => return None,
        };
        let (target, temporary) = (absolute(&self.target), absolute(self.new.path()));
        Some(FileReplacement { target, temporary, old, new: self.fingerprint })
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Creates a temporary file that the next start removes if this process is killed.
pub fn temporary_in(folder: &Path, permissions: fs::Permissions) -> io::Result<NamedTempFile> {
    let file = Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).permissions(permissions).tempfile_in(folder)?;
    // Some file systems have no locks; there a file that a killed process leaves is not removed.
    let _ = file.as_file().try_lock();
    Ok(file)
}

fn temporary(target: &Path, bytes: &[u8], like: Option<&fs::Metadata>) -> io::Result<NamedTempFile> {
    // Less the umask, as for any new file.
    let mut file = temporary_in(folder_of(target), fs::Permissions::from_mode(0o666))?;
    // Before the text, so that nobody reads it who could not read the old file.
    if let Some(old) = like {
        keep_owner(file.as_file(), old);
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Keeps the owner. Only root may give a file away; other users can at most keep the group.
fn keep_owner(file: &File, old: &fs::Metadata) {
    let Ok(new) = file.metadata() else { return };
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) && fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

fn commit(ready: Vec<PreparedFile>) -> Result<(), WriteError> {
    let replacements: Vec<FileReplacement> = ready.iter().filter_map(PreparedFile::replacement).collect();
    let _journal = match ready.last() {
        Some(last) if replacements.len() > 1 => {
            let folder = folder_of(&last.target);
            Some(Journal::begin(folder, &replacements).map_err(|error| io_error(&last.target, error))?)
        }
        _ => None,
    };
    let mut done = Vec::new();
    for PreparedFile { target, new, undo, .. } in ready {
        if let Err(failed) = new.persist(&target) {
            roll_back(done);
            return Err(io_error(&target, failed.error));
        }
        done.push((target, undo));
    }
    done.iter().for_each(|(target, _)| sync_folder(target));
    Ok(())
}

fn roll_back(done: Vec<(PathBuf, Option<UndoWrite>)>) {
    for (target, undo) in done {
        let _ = match undo {
            Some(UndoWrite::Restore(old, _)) => old.persist(&target).map(drop).map_err(|failed| failed.error),
            Some(UndoWrite::Remove) => fs::remove_file(&target),
            None => Ok(()),
        };
        sync_folder(&target);
    }
}

/// Syncs the folder, which makes the rename durable. Some file systems cannot do this; the file is whole either way.
fn sync_folder(target: &Path) {
    if let Ok(folder) = File::open(folder_of(target)) {
        let _ = folder.sync_all();
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the file at the end of a chain of symbolic links; it need not exist yet.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn write_refuses_file_changed_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        fs::write(&file, "theirs").unwrap();
        let error = write(&file, b"ours", Some(Fingerprint::from_bytes(b"what we read"))).unwrap_err();
        assert!(matches!(error, WriteError::Changed { .. }), "{error:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
        assert!(matches!(write(&file, b"ours", Some(Fingerprint::ABSENT)), Err(WriteError::Changed { .. })));
        write(&file, b"ours", Some(Fingerprint::from_bytes(b"theirs"))).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
        assert_eq!(names(folder.path()), ["a.toml"]);
    }

    #[test]
    fn write_keeps_mode_and_symbolic_link() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        let (real, link) = (folder.path().join("real/a.toml"), folder.path().join("a.toml"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real/a.toml", &link).unwrap();
        write(&link, b"new", None).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().mode() & 0o7777, 0o640);
        assert_eq!(names(folder.path()), ["a.toml", "real"]);
    }

    #[test]
    fn write_through_dangling_link_creates_target() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("a.toml");
        std::os::unix::fs::symlink("b.toml", &link).unwrap();
        write(&link, b"new", Some(Fingerprint::ABSENT)).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("b.toml")).unwrap(), "new");
        std::os::unix::fs::symlink("loop", folder.path().join("loop")).unwrap();
        assert!(write(&folder.path().join("loop"), b"new", None).is_err());
    }

    #[test]
    fn failed_second_rename_undoes_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("old"), "before").unwrap();
        let prepare =
            |name: &str| PreparedFile::new(&FileWrite { path: &path(name), bytes: b"after", expect: None }, true);
        let ready = vec![prepare("old").unwrap(), prepare("new").unwrap(), prepare("blocked").unwrap()];
        fs::create_dir_all(path("blocked/full")).unwrap(); // a folder that is not empty cannot be replaced
        assert!(commit(ready).is_err());
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "before");
        assert_eq!(names(folder.path()), ["blocked", "old"]);
    }

    #[test]
    fn stale_second_file_stops_first_write() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "a").unwrap();
        fs::write(&b, "theirs").unwrap();
        let writes = [
            FileWrite { path: &a, bytes: b"new", expect: Some(Fingerprint::from_bytes(b"a")) },
            FileWrite { path: &b, bytes: b"new", expect: Some(Fingerprint::from_bytes(b"b")) },
        ];
        assert!(matches!(write_all(&writes, &[]), Err(WriteError::Changed { path }) if path == b));
        assert_eq!(fs::read_to_string(&a).unwrap(), "a");
        assert_eq!(names(folder.path()), ["a", "b"]);
    }
}
