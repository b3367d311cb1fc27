//! Reads research notes that evidence refers to: text files in the study's folder.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::{Study, source};

/// Maximum bytes of a note that are shown.
const MAX_NOTE_BYTES: u64 = 1 << 20;

impl Study {
    /// Returns the file of a note, which is named relative to the personas file.
    ///
    /// # Errors
    /// Returns one line if there is no such file, or if it is outside of the study, also by a symbolic link.
    pub fn note(&self, note: &str) -> Result<PathBuf, String> {
        let outside = || format!("{note} lies outside of the study");
        let (path, within) = self.note_path(note).ok_or_else(outside)?;
        match path.metadata() {
            Ok(file) if file.is_file() => {
                let (real, within) = (path.canonicalize(), within.canonicalize());
                let real = real.map_err(|error| format!("{note} {}", source::reason(&error)))?;
                if within.is_ok_and(|within| real.starts_with(within)) { Ok(real) } else { Err(outside()) }
            }
            Ok(_) => Err(format!("{note} is not a file")),
            Err(error) => Err(format!("{note} {}", source::reason(&error))),
        }
    }

    /// Returns the text of a note; bytes that are not UTF-8 become `�`.
    ///
    /// # Errors
    /// Returns the errors of [`Study::note`], and one line if the file cannot be read.
    pub fn read_note(&self, note: &str) -> Result<String, String> {
        let path = self.note(note)?;
        let mut bytes = Vec::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(MAX_NOTE_BYTES).read_to_end(&mut bytes));
        read.map_err(|error| format!("{note} {}", source::reason(&error)))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns the path of a note, and the folder that it lies in by its spelling.
    fn note_path(&self, note: &str) -> Option<(PathBuf, &Path)> {
        let folder = self.files.personas.as_ref()?.path.parent()?;
        // A study from elsewhere must not show the person's own files.
        let within = self.file.as_deref().and_then(Path::parent).filter(|study| folder.starts_with(study));
        let path = plain(&folder.join(note))?;
        let within = within.unwrap_or(folder);
        path.starts_with(within).then_some((path, within))
    }
}

/// Returns the path without `.` and `..`, by its spelling alone.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => plain.pop().then_some(())?,
            other => plain.push(other),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {

    #[test]
    fn note_path_stays_inside_study() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("study/notes")).expect("folders");
        std::fs::write(at("study/config.toml"), "[study]\npersonas = 'who/personas.toml'\n").expect("a file");
        std::fs::create_dir_all(at("study/who")).expect("a folder");
        std::fs::write(at("study/who/personas.toml"), "").expect("a file");
        std::fs::write(at("study/notes/int-01.md"), "Said: “no”").expect("a file");
        std::fs::write(at("secret.txt"), "hush").expect("a file");
        let study = crate::study::load(&at("study/config.toml"), None).expect("a good study");
        assert_eq!(study.read_note("../notes/./int-01.md").as_deref(), Ok("Said: “no”"));
        assert_eq!(study.read_note("../../secret.txt"), Err("../../secret.txt lies outside of the study".into()));
        assert_eq!(study.note("/etc/hostname"), Err("/etc/hostname lies outside of the study".into()));
        assert!(study.note("int-02.md").is_err_and(|reason| reason == "int-02.md does not exist"));
        assert_eq!(study.note("../notes"), Err("../notes is not a file".into()));
        std::os::unix::fs::symlink(at("secret.txt"), at("study/notes/link.md")).expect("a link");
        std::os::unix::fs::symlink(at("."), at("study/notes/up")).expect("a link");
        std::os::unix::fs::symlink(at("study/notes/int-01.md"), at("study/who/same.md")).expect("a link");
        for outside in ["../notes/link.md", "../notes/up/secret.txt"] {
            assert_eq!(study.read_note(outside), Err(format!("{outside} lies outside of the study")));
        }
        assert_eq!(study.read_note("same.md").as_deref(), Ok("Said: “no”"));
    }
}
