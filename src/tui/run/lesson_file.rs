//! Support of the tutor by the program: the file that keeps the place in the lessons, and running `crosscut tutor` from
//! another study.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::editor::connect_to_terminal;
use crate::term::Terminal;
use crate::tui::views::tutor::LESSONS;

/// The file that holds the number of lessons that are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonFile {
    path: PathBuf,
    done: usize,
}

impl LessonFile {
    /// Reads the number of lessons that are done; none if there is no such file, or all are.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let done = text.trim().parse().ok().filter(|done| *done < LESSONS.len()).unwrap_or(0);
        Self { path: path.to_owned(), done }
    }

    /// Returns the file with another number of lessons done.
    pub fn from_lesson(self, done: usize) -> Self {
        Self { done, ..self }
    }

    /// Returns the index of the lesson to begin with.
    pub fn first(&self) -> usize {
        self.done
    }

    /// Returns the filter that the lesson begins with.
    pub fn filter(&self) -> &'static str {
        LESSONS.get(self.done).map_or("", |lesson| lesson.filter)
    }

    /// Writes the number of lessons that are done if it has changed.
    pub fn keep(&mut self, done: usize) {
        if done != self.done {
            self.done = done;
            // Without the file the tutor begins at the first lesson again: no reason to stop now.
            drop(fs::write(&self.path, format!("{done}\n")));
        }
    }
}

/// Runs `crosscut tutor`, which meanwhile has the terminal.
///
/// # Errors
/// One line that says why it did not run.
pub(super) fn open(terminal: &mut Terminal) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("tutor");
    connect_to_terminal(&mut command);
    match terminal.aside(|| command.status()).ok_or("the terminal is gone")? {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("it ended with {status}")),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lesson_place_is_kept_until_all_are_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lesson");
        assert_eq!(LessonFile::read(&path).first(), 0);
        LessonFile::read(&path).keep(3);
        assert_eq!(LessonFile::read(&path).first(), 3);
        LessonFile::read(&path).keep(LESSONS.len());
        assert_eq!(LessonFile::read(&path).first(), 0);
    }
}
