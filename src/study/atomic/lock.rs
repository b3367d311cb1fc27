//! A lock on folders, held while files in them are compared and replaced.
//!
//! The lock is on the folder itself, so no lock file is left in a study that git watches. It is the system's own
//! (`flock`): it ends with the process that holds it, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Maximum time to wait for another process, which holds the lock for as long as it takes to write some files.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_INTERVAL: Duration = Duration::from_millis(2);
/// Name of the file that is locked on file systems that cannot lock a folder, such as NFS.
const LOCK_FILE: &str = ".crosscut.lock";

/// Mode of a folder's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Shared with other readers, to read files that belong together.
    Shared,
    /// Exclusive, to write.
    Alone,
}

/// Locked folders, until dropped.
#[derive(Debug)]
pub struct FolderLock {
    /// Open folders; closing them unlocks.
    _held: Vec<File>,
}

/// Reason why folders were not locked.
#[derive(Debug)]
pub enum LockError {
    /// Another process holds the lock of this folder.
    Busy(PathBuf),
    Io(PathBuf, io::Error),
}

impl FolderLock {
    /// Locks all folders. Waits for other processes, but not forever.
    pub fn take<'f>(folders: impl IntoIterator<Item = &'f Path>, sharing: LockMode) -> Result<Self, LockError> {
        // One folder has many names, and each is locked once; in one order for all processes, so that none waits for
        // another in a circle.
        let mut real = Vec::new();
        for folder in folders {
            real.push(folder.canonicalize().map_err(|error| LockError::Io(folder.to_owned(), error))?);
        }
        real.sort();
        real.dedup();
        let deadline = Instant::now() + LOCK_TIMEOUT;
        let lock = |folder: PathBuf| lock(&folder, sharing, deadline).map_err(|error| error.in_folder(folder));
        Ok(Self { _held: real.into_iter().map(lock).collect::<Result<_, _>>()? })
    }
}

/// Reason why one folder was not locked.
enum LockFailure {
    Busy,
    Io(io::Error),
}

impl LockFailure {
    fn in_folder(self, folder: PathBuf) -> LockError {
        match self {
            LockFailure::Busy => LockError::Busy(folder),
            LockFailure::Io(error) => LockError::Io(folder, error),
        }
    }
}

fn lock(folder: &Path, sharing: LockMode, deadline: Instant) -> Result<File, LockFailure> {
    let opened = File::open(folder).map_err(LockFailure::Io)?;
    match wait(&opened, sharing, deadline) {
        Ok(()) => return Ok(opened),
        Err(LockFailure::Busy) => return Err(LockFailure::Busy),
        Err(LockFailure::Io(_)) => {}
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(LOCK_FILE));
    let file = file.map_err(LockFailure::Io)?;
    wait(&file, sharing, deadline).map(|()| file)
}

fn wait(file: &File, sharing: LockMode, deadline: Instant) -> Result<(), LockFailure> {
    loop {
        let tried = match sharing {
            LockMode::Shared => file.try_lock_shared(),
            LockMode::Alone => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(LockFailure::Io(error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(LockFailure::Busy),
            Err(TryLockError::WouldBlock) => thread::sleep(RETRY_INTERVAL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_folder_lock_and_writer_waits() {
        let folder = tempfile::tempdir().unwrap();
        let other_name = folder.path().join(".");
        let take = |sharing| FolderLock::take([folder.path(), other_name.as_path()], sharing);
        let readers = [take(LockMode::Shared).unwrap(), take(LockMode::Shared).unwrap()];
        let patience = Duration::from_millis(100);
        thread::scope(|scope| {
            let began = Instant::now();
            let take = &take;
            let writer = scope.spawn(move || take(LockMode::Alone).map(|_| began.elapsed()));
            thread::sleep(patience);
            drop(readers);
            assert!(writer.join().unwrap().unwrap() >= patience);
        });
        assert!(folder.path().read_dir().unwrap().next().is_none(), "no lock file is left behind");
    }

    #[test]
    fn lock_of_missing_folder_is_error() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        assert!(
            matches!(FolderLock::take([gone.as_path()], LockMode::Alone), Err(LockError::Io(path, _)) if path == gone)
        );
    }
}
