//! A file with what was typed and not saved, in case the program is killed.
//!
//! Each running program has a file of its own below `$XDG_STATE_HOME/crosscut`, readable by its user only, and holds a
//! lock on it. A file that nobody has locked belongs to a session that was cut off: the next one takes it over. A
//! session that the person ends leaves none behind.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use etcetera::BaseStrategy;
use tempfile::NamedTempFile;

use crate::study::atomic::is_abandoned;
use crate::tui::core::KeptSession;

/// Time after a key until what was typed is written: long enough for a whole word, short enough to lose no more.
const SAVE_DELAY: Duration = Duration::from_millis(300);
/// Age at which the file of an interrupted session is removed.
const MAX_AGE: Duration = Duration::from_secs(60 * 24 * 60 * 60);
/// Prefix of files that are being written.
pub(super) const TEMPORARY: &str = ".new-";

/// Writer of one session's file.
pub struct SessionWriter {
    writer: Option<(Sender<Option<KeptSession>>, JoinHandle<()>)>,
    /// Content of the file, now or soon.
    kept: Option<KeptSession>,
    due: Option<Instant>,
}

impl SessionWriter {
    /// Starts the writer for a study or table. Also returns what an interrupted session of it has left, unless `fresh`.
    pub fn start(of: &Path, fresh: bool) -> (Self, Option<KeptSession>) {
        let Some(folder) = folder() else {
            return (Self { writer: None, kept: None, due: None }, None);
        };
        Self::start_in(&folder, of, fresh)
    }

    fn start_in(folder: &Path, of: &Path, fresh: bool) -> (Self, Option<KeptSession>) {
        let prefix = file_prefix(of);
        let mut file = SessionFile { path: folder.join(format!("{prefix}{}.json", std::process::id())), held: None };
        let left = if fresh { None } else { newest_left(folder, &prefix) };
        let kept = left.map(|(kept, path)| {
            // The old file goes once the new one is there.
            if file.write(&kept).is_ok() && path != file.path {
                drop(fs::remove_file(path));
            }
            kept
        });
        let (sender, inbox) = channel();
        // Without a thread nothing is kept, but everything else works.
        let writer = thread::Builder::new().name("keeping".into()).spawn(move || file.follow(&inbox));
        (Self { writer: writer.ok().map(|thread| (sender, thread)), kept: kept.clone(), due: None }, kept)
    }

    /// Records that something may have been typed, so that [`Self::due_in`] counts down.
    pub fn touch(&mut self) {
        if self.writer.is_some() {
            self.due.get_or_insert_with(|| Instant::now() + SAVE_DELAY);
        }
    }

    /// Returns the time until what was typed has to be kept, if there is something to keep.
    pub fn due_in(&self) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Hands the content to the writer's thread; `None` removes the file. Does not wait for the disk.
    pub fn put(&mut self, kept: Option<KeptSession>) {
        self.due = None;
        if kept != self.kept
            && let Some((sender, _)) = &self.writer
        {
            self.kept.clone_from(&kept);
            // A thread that has ended keeps nothing.
            drop(sender.send(kept));
        }
    }

    /// Waits until everything is written, and stops.
    pub fn close(mut self) {
        if let Some((sender, thread)) = self.writer.take() {
            drop(sender);
            drop(thread.join());
        }
    }
}

/// The file of this session.
struct SessionFile {
    path: PathBuf,
    /// The file as it was written last, locked.
    held: Option<File>,
}

impl SessionFile {
    /// Writes what arrives, the newest only.
    fn follow(mut self, inbox: &Receiver<Option<KeptSession>>) {
        while let Ok(first) = inbox.recv() {
            let newest = inbox.try_iter().last().unwrap_or(first);
            // A full disk must not stop the work; it is tried again with the next word.
            let _ = match newest {
                Some(kept) => self.write(&kept),
                None => self.remove(),
            };
        }
    }

    /// Replaces the file as a whole: a session that is killed in between leaves the previous one.
    fn write(&mut self, kept: &KeptSession) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = NamedTempFile::with_prefix_in(TEMPORARY, folder)?;
        file.as_file().try_lock().map_err(io::Error::other)?;
        serde_json::to_writer(&mut file, kept)?;
        file.flush()?;
        self.held = Some(file.persist(&self.path).map_err(|failed| failed.error)?);
        Ok(())
    }

    fn remove(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(_) => fs::remove_file(&self.path),
            None => Ok(()),
        }
    }
}

/// Returns the beginning of the names of the files of a study or table.
pub(super) fn file_prefix(of: &Path) -> String {
    format!("{:016x}-", xxhash_rust::xxh3::xxh3_64(of.as_os_str().as_encoded_bytes()))
}

/// Returns the folder of the files.
pub(super) fn folder() -> Option<PathBuf> {
    Some(etcetera::base_strategy::Xdg::new().ok()?.state_dir()?.join("crosscut"))
}

/// Returns what the newest interrupted session with this prefix has left, and its file. Removes files that nobody will
/// come back for.
fn newest_left(folder: &Path, prefix: &str) -> Option<(KeptSession, PathBuf)> {
    let mut left: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Some(modified) = entry.metadata().ok().and_then(|metadata| metadata.modified().ok()) else { continue };
        let is_free = || File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        let name = name.to_string_lossy();
        let is_old = modified.elapsed().is_ok_and(|age| age > MAX_AGE);
        if (is_old && is_free()) || (name.starts_with(TEMPORARY) && is_abandoned(&path)) {
            drop(fs::remove_file(&path));
        } else if name.starts_with(prefix) && name.ends_with(".json") && is_free() {
            left.push((modified, path));
        }
    }
    left.sort();
    left.into_iter().rev().find_map(|(_, path)| {
        let kept = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        Some((kept, path))
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn kept(typed: &str) -> Option<KeptSession> {
        Some(KeptSession { typed: typed.into(), ..KeptSession::default() })
    }

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).map_or(Vec::new(), |entries| {
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        })
    }

    /// Leaves a file as a killed process does: unlocked, under another process's number.
    fn leave(folder: &Path, of: &Path, typed: &str, pid: u32) {
        let (mut keeper, _) = SessionWriter::start_in(folder, of, true);
        keeper.put(kept(typed));
        keeper.close();
        let own = names(folder).into_iter().find(|name| name.ends_with(&format!("-{}.json", std::process::id())));
        let own = own.expect("a file of this process");
        let other = own.replace(&std::process::id().to_string(), &pid.to_string());
        fs::rename(folder.join(own), folder.join(other)).unwrap();
    }

    #[test]
    fn interrupted_session_is_restored_once() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("crosscut");
        let study = Path::new("/studies/a/config.toml");
        leave(folder, study, "spend > 1", 1);
        let file = folder.join(&names(folder)[0]);
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(SessionWriter::start_in(folder, Path::new("/studies/b/config.toml"), false).1, None);
        assert_eq!(SessionWriter::start_in(folder, study, true).1, None);
        let (mut first, left) = SessionWriter::start_in(folder, study, false);
        assert_eq!(left, kept("spend > 1"));
        assert_eq!(SessionWriter::start_in(folder, study, false).1, None, "the first session has it");
        assert_eq!(names(folder).len(), 1);
        first.put(None);
        first.close();
        assert!(names(folder).is_empty(), "ended by the person: {:?}", names(folder));
    }

    #[test]
    fn newest_of_several_sessions_is_restored_first() {
        let folder = tempfile::tempdir().unwrap();
        let study = Path::new("/studies/a/config.toml");
        for (typed, pid) in [("one", 1), ("two", 2)] {
            leave(folder.path(), study, typed, pid);
            thread::sleep(Duration::from_millis(20));
        }
        fs::write(folder.path().join("0-0.json"), "not ours").unwrap();
        let (keeper, left) = SessionWriter::start_in(folder.path(), study, false);
        assert_eq!(left, kept("two"));
        drop(keeper);
        assert_eq!(names(folder.path()).len(), 3);
    }
}
