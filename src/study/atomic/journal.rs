//! The journal of a save of several files: what makes it one step even if the process is killed between two renames.
//!
//! While it exists, all new texts lie ready in temporary files. [`recover`] finishes the save at the next start. It also
//! removes temporary files that a killed process left.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lock::{FolderLock, LockError, LockMode};
use super::{Fingerprint, TEMPORARY, sync_folder, temporary_in};

/// Name of the journal, in the folder of the last file that is replaced.
const NAME: &str = ".crosscut-journal.json";
/// Time after which an unlocked temporary file has no writer. A new file is not locked yet, for less than this.
const ABANDONED_AFTER: Duration = Duration::from_secs(60);

/// One file of the save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileReplacement {
    pub target: PathBuf,
    /// File with the new content, in the target's folder.
    pub temporary: PathBuf,
    pub old: Fingerprint,
    pub new: Fingerprint,
}

/// A journal on disk, which is removed when dropped: the save is over, done or undone.
#[derive(Debug)]
pub struct Journal(PathBuf);

impl Journal {
    /// Writes the journal of a save that is about to rename its files.
    pub fn begin(folder: &Path, replacements: &[FileReplacement]) -> io::Result<Self> {
        let mut file = temporary_in(folder, fs::Permissions::from_mode(0o600))?;
        serde_json::to_writer(&mut file, replacements)?;
        file.flush()?;
        file.as_file().sync_all()?;
        let path = folder.join(NAME);
        file.persist(&path).map_err(|failed| failed.error)?;
        sync_folder(&path);
        Ok(Self(path))
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // A journal that stays is finished at the next start, which changes nothing.
        let _ = fs::remove_file(&self.0);
        sync_folder(&self.0);
    }
}

/// Outcome of [`recover`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Files of an interrupted save that were brought to their new content.
    pub finished: Vec<PathBuf>,
    /// Files of an interrupted save that were edited since: they keep that edit, without the save.
    pub edited: Vec<PathBuf>,
}

/// Finishes saves that were interrupted and removes temporary files that no process uses any more, in all folders of a
/// study.
///
/// # Errors
/// Returns an error if there is something to finish and it cannot be done.
pub fn recover(folders: &[&Path]) -> Result<Recovered, LockError> {
    let mut recovered = Recovered::default();
    if !folders.iter().any(|folder| folder.join(NAME).exists() || stray(folder).next().is_some()) {
        return Ok(recovered);
    }
    // A save that is still running holds the lock until its journal is gone.
    let _lock = FolderLock::take(folders.iter().copied(), LockMode::Alone)?;
    for folder in folders {
        let path = folder.join(NAME);
        if let Ok(text) = fs::read(&path) {
            let replacements: Vec<FileReplacement> = serde_json::from_slice(&text).unwrap_or_default();
            for replacement in replacements {
                finish(replacement, &mut recovered).map_err(|error| LockError::Io(path.clone(), error))?;
            }
            drop(Journal(path));
        }
    }
    for path in folders.iter().flat_map(|folder| stray(folder)) {
        let _ = fs::remove_file(path);
    }
    Ok(recovered)
}

fn finish(replacement: FileReplacement, recovered: &mut Recovered) -> io::Result<()> {
    let FileReplacement { target, temporary, old, new } = replacement;
    // Only files that this program makes are ever put in the place of others.
    let is_ours = is_temporary(&temporary) && temporary.parent() == target.parent();
    if !is_ours || !temporary.exists() {
        return Ok(());
    }
    let is_whole = Fingerprint::on_disk(&temporary)? == new;
    let now = Fingerprint::on_disk(&target)?;
    if is_whole && now == old {
        fs::rename(&temporary, &target)?;
        sync_folder(&target);
        recovered.finished.push(target);
        return Ok(());
    }
    if now != new {
        recovered.edited.push(target);
    }
    // Its writer is gone, since the folder is locked.
    fs::remove_file(&temporary)
}

fn stray(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| is_temporary(path) && is_abandoned(path))
}

/// Tells whether the writer of a temporary file has ended: a writer holds a lock on its file, from right after its
/// creation. A young file is not locked to find out, since its writer would not get the lock then.
pub fn is_abandoned(temporary: &Path) -> bool {
    let modified = fs::metadata(temporary).and_then(|metadata| metadata.modified());
    let is_old = modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age >= ABANDONED_AFTER));
    is_old && File::open(temporary).is_ok_and(|file| file.try_lock().is_ok())
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_file = || fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    name.strip_prefix(TEMPORARY.0).is_some_and(|rest| rest.ends_with(TEMPORARY.1)) && is_file()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::SystemTime;

    use super::super::{WriteError, write};
    use super::*;

    /// Returns two files and their new content, as a process leaves them that was killed before the first rename.
    fn killed(folder: &Path) -> Vec<FileReplacement> {
        let replacement = |name: &str| {
            let (target, temporary) = (folder.join(name), folder.join(format!(".crosscut-{name}.tmp")));
            fs::write(&target, format!("old {name}")).unwrap();
            fs::write(&temporary, format!("new {name}")).unwrap();
            let [old, new] = ["old", "new"].map(|age| Fingerprint::from_bytes(format!("{age} {name}").as_bytes()));
            FileReplacement { target, temporary, old, new }
        };
        let replacements = vec![replacement("a"), replacement("b")];
        std::mem::forget(Journal::begin(folder, &replacements).unwrap());
        replacements
    }

    fn content(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let mut all: Vec<_> = entries
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        all.sort();
        all
    }

    fn files(texts: [&str; 2]) -> Vec<(String, String)> {
        ["a", "b"].into_iter().zip(texts).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    #[test]
    fn interrupted_save_is_finished_from_journal() {
        for renamed in 0..=2 {
            let folder = tempfile::tempdir().unwrap();
            let replacements = killed(folder.path());
            for one in &replacements[..renamed] {
                fs::rename(&one.temporary, &one.target).unwrap();
            }
            let recovered = recover(&[folder.path()]).unwrap();
            assert_eq!(recovered.finished.len(), 2 - renamed);
            assert_eq!(content(folder.path()), files(["new a", "new b"]));
            assert_eq!(recover(&[folder.path()]).unwrap(), Recovered::default());
        }
    }

    #[test]
    fn recovery_keeps_file_edited_since() {
        let folder = tempfile::tempdir().unwrap();
        killed(folder.path());
        fs::write(folder.path().join("b"), "edited").unwrap();
        let recovered = recover(&[folder.path()]).unwrap();
        assert_eq!(recovered.edited, [folder.path().join("b")]);
        assert_eq!(content(folder.path()), files(["new a", "edited"]));
    }

    #[test]
    fn recovery_skips_half_written_file() {
        let folder = tempfile::tempdir().unwrap();
        let replacements = killed(folder.path());
        fs::write(&replacements[1].temporary, "new").unwrap();
        let recovered = recover(&[folder.path()]).unwrap();
        assert_eq!(recovered.finished, [folder.path().join("a")]);
        assert_eq!(content(folder.path()), files(["new a", "old b"]));
    }

    #[test]
    fn foreign_journal_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (target, temporary) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&target, "a").unwrap();
        fs::write(&temporary, "b").unwrap();
        let replacement = FileReplacement {
            target,
            temporary,
            old: Fingerprint::from_bytes(b"a"),
            new: Fingerprint::from_bytes(b"b"),
        };
        std::mem::forget(Journal::begin(folder.path(), &[replacement]).unwrap());
        recover(&[folder.path()]).unwrap();
        assert_eq!(content(folder.path()), files(["a", "b"]));
    }

    #[test]
    fn recovery_removes_only_abandoned_temporary_files() {
        let folder = tempfile::tempdir().unwrap();
        let create = |name: &str, age: Duration| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
            file
        };
        create(".crosscut-abandoned.tmp", ABANDONED_AFTER);
        create(".crosscut-new.tmp", ABANDONED_AFTER / 2);
        create(".other-abandoned.tmp", ABANDONED_AFTER);
        let used = create(".crosscut-used.tmp", ABANDONED_AFTER);
        used.try_lock().unwrap();
        recover(&[folder.path()]).unwrap();
        let names: Vec<String> = content(folder.path()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [".crosscut-new.tmp", ".crosscut-used.tmp", ".other-abandoned.tmp"]);
    }

    #[test]
    fn recovery_beside_saves_harms_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        recover(&[folder.path()]).unwrap();
                    }
                });
            }
            let saves = (0..200).map(|n| write(&path, format!("{n}").as_bytes(), None));
            let saved: Result<Vec<()>, WriteError> = saves.collect();
            is_over.store(true, Ordering::Relaxed);
            saved.unwrap();
        });
        assert_eq!(content(folder.path()), [("a".to_owned(), "199".to_owned())]);
    }
}
