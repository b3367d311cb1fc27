//! `tutor`: ten lessons on a copy of the sample study.

use std::fs::{self, File, TryLockError};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use etcetera::BaseStrategy;

use super::streams::say;
use super::{CommandError, CommonOptions, demo, on_screen, open};
use crate::tui::run::LessonFile;
use crate::tui::views::tutor::LESSONS;

#[derive(Debug, Args)]
pub struct TutorArgs {
    /// The lesson to begin with, from 1 to 10; without it, the first that is not done. The first one makes a new copy of the
    /// sample
    #[arg(value_name = "LESSON", value_parser = clap::value_parser!(u8).range(1..=LESSONS.len() as i64))]
    lesson: Option<u8>,
}

impl TutorArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            return Err(CommandError::usage("tutor opens the full-screen program, which needs a terminal"));
        }
        // The lock is held until the tutor ends.
        let (folder, _lock) = claim_folder(&base_folder()).map_err(CommandError::failed)?;
        let progress = folder.join("lesson");
        let lessons = LessonFile::read(&progress);
        let lessons = match self.lesson {
            Some(lesson) => lessons.from_lesson(usize::from(lesson) - 1),
            None => lessons,
        };
        let study = folder.join("study");
        let config = prepare(&study, lessons.first() == 0)?;
        // Exports without a folder go there too.
        std::env::set_current_dir(&study).map_err(CommandError::failed)?;
        let options = CommonOptions { config: Some(config), ..CommonOptions::default() };
        let mut screen = open::for_screen_once(&options, None, true)?;
        lessons.filter().clone_into(&mut screen.query.filter);
        screen.lessons = Some(lessons);
        let ended = on_screen(screen)?;
        let done = LessonFile::read(&progress).first();
        if done > 0 {
            say!("crosscut: lesson {} of {} is next: crosscut tutor resumes", done + 1, LESSONS.len());
        }
        Ok(ended)
    }
}

/// Returns the program's folder in the user's folder for state.
fn base_folder() -> PathBuf {
    let state = etcetera::base_strategy::Xdg::new().ok().and_then(|base| base.state_dir());
    state.unwrap_or_else(std::env::temp_dir).join("crosscut")
}

/// Returns the tutor's own folder and the lock on it: `tutor`, or `tutor-2` and so on while others use those before, so
/// that tutors that run at once do not save into each other's copy of the sample.
///
/// # Errors
/// Returns an error if the folder cannot be written.
fn claim_folder(base: &Path) -> io::Result<(PathBuf, File)> {
    let mut n = 1;
    loop {
        let folder = base.join(if n == 1 { "tutor".to_owned() } else { format!("tutor-{n}") });
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("in-use"))?;
        // The first folder has to do if files cannot be locked.
        if !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok((folder, lock));
        }
        n += 1;
    }
}

/// Writes the sample, unless an earlier copy is still in use, and returns its `config.toml`.
fn prepare(study: &Path, is_new: bool) -> Result<PathBuf, CommandError> {
    let config = study.join("config.toml");
    if is_new && study.exists() {
        std::fs::remove_dir_all(study)
            .map_err(|error| CommandError::failed(format!("{} could not be removed: {error}", study.display())))?;
    }
    if config.exists() { Ok(config) } else { demo::write(study) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_tutors_get_separate_folders() {
        let base = tempfile::tempdir().expect("a folder");
        let name = |folder: &Path| folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let first = claim_folder(base.path()).expect("a folder");
        let second = claim_folder(base.path()).expect("a folder");
        assert_eq!((name(&first.0), name(&second.0)), (Some("tutor".into()), Some("tutor-2".into())));
        drop(first);
        let next = claim_folder(base.path()).expect("a folder");
        assert_eq!(name(&next.0), Some("tutor".into()), "the first has ended");
    }
}
