//! The studies that the full-screen program opened last, for `crosscut` in a folder without one.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use tempfile::NamedTempFile;

/// Maximum number of studies that are kept.
const MAX_STUDIES: usize = 20;

/// Returns the file of the list: a path of a `config.toml` per line, the last opened first.
fn file() -> Option<PathBuf> {
    Some(etcetera::base_strategy::Xdg::new().ok()?.state_dir()?.join("crosscut").join("recent"))
}

/// Moves the study to the front of the list. Without a study the list is only marked as used, so that it is not removed.
pub fn remember(study: Option<&Path>) {
    // The study opens even if the list cannot be written.
    let _ = file().map(|file| remember_in(&file, study));
}

/// Returns the studies that still exist, the last opened first.
pub fn studies() -> Vec<PathBuf> {
    let all = file().map(|file| read(&file)).unwrap_or_default();
    all.into_iter().filter(|study| study.is_file()).collect()
}

fn read(file: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).take(MAX_STUDIES).collect()
}

/// Replaces the file as a whole, for its owner alone.
fn remember_in(file: &Path, study: Option<&Path>) -> io::Result<()> {
    let old = read(file);
    // A path that is no text, or of several lines, cannot be listed.
    let first = study.filter(|study| study.to_str().is_some_and(|path| !path.contains('\n')));
    if first.is_none() && old.is_empty() {
        return Ok(());
    }
    let others = old.iter().map(PathBuf::as_path).filter(|other| Some(*other) != first);
    let lines = first.into_iter().chain(others).take(MAX_STUDIES).map(|path| format!("{}\n", path.display()));
    let folder = file.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut new = NamedTempFile::with_prefix_in(".new-", folder)?;
    new.write_all(lines.collect::<String>().as_bytes())?;
    new.persist(file).map_err(|failed| failed.error)?;
    Ok(())
}

/// Returns the command that opens the study.
pub fn command(study: &Path) -> String {
    let named = match study.file_name() {
        Some(name) if name == "config.toml" => study.parent().unwrap_or(study),
        _ => study,
    };
    format!("crosscut {}", quoted(&named.display().to_string()))
}

/// Returns a word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn recent_studies_list_newest_first_and_at_most_twenty() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("crosscut/recent");
        remember_in(&file, None).expect("nothing to do");
        assert!(!file.exists());
        for n in (0..25).chain([7]) {
            remember_in(&file, Some(Path::new(&format!("/studies/{n}/config.toml")))).expect("a writable folder");
        }
        remember_in(&file, None).expect("a writable folder");
        let kept = read(&file);
        assert_eq!((kept.len(), &kept[0]), (20, &PathBuf::from("/studies/7/config.toml")));
        assert_eq!(kept[1], PathBuf::from("/studies/24/config.toml"));
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn command_quotes_folder_for_shell() {
        let of = |path: &str| command(Path::new(path));
        assert_eq!(of("/a/b/config.toml"), "crosscut /a/b");
        assert_eq!(of("/a b/it's/study.toml"), r"crosscut '/a b/it'\''s/study.toml'");
    }
}
