//! `tutor`: ten lessons on a copy of the sample study.

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
        let folder = folder();
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
            say!("crosscut: lesson {} of {} is next: crosscut tutor goes on", done + 1, LESSONS.len());
        }
        Ok(ended)
    }
}

/// Returns the tutor's own folder, in the user's folder for state.
fn folder() -> PathBuf {
    let state = etcetera::base_strategy::Xdg::new().ok().and_then(|base| base.state_dir());
    state.unwrap_or_else(std::env::temp_dir).join("crosscut").join("tutor")
}

/// Writes the sample, unless there is one that is still to be used, and returns its `config.toml`.
fn prepare(study: &Path, is_new: bool) -> Result<PathBuf, CommandError> {
    let config = study.join("config.toml");
    if is_new && study.exists() {
        std::fs::remove_dir_all(study)
            .map_err(|error| CommandError::failed(format!("{} could not be removed: {error}", study.display())))?;
    }
    if config.exists() { Ok(config) } else { demo::write(study) }
}
