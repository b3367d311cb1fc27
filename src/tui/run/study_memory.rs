//! The file that remembers how a study's screen was left: below `$XDG_STATE_HOME/crosscut`, readable by its user only.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::session_file::{TEMPORARY, file_prefix, folder};
use crate::tui::views::remembered::RememberedState;

/// The file of one study or table.
pub struct StudyMemory {
    path: PathBuf,
}

impl StudyMemory {
    /// Returns the memory of this study or table; `None` if the user has no folder for it.
    pub fn for_study(study: &Path) -> Option<Self> {
        Some(Self::in_folder(&folder()?, study))
    }

    fn in_folder(folder: &Path, study: &Path) -> Self {
        Self { path: folder.join(format!("{}remembered", file_prefix(study))) }
    }

    /// Reads what an earlier session has left; nothing if there is none, or one of another version.
    pub fn read(&self) -> RememberedState {
        let read = fs::read(&self.path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        read.unwrap_or_default()
    }

    /// Replaces the file as a whole. Filters that another session has added since stay.
    pub fn write(&self, mut remembered: RememberedState) -> io::Result<()> {
        remembered.merge_filters(self.read().filters);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = NamedTempFile::with_prefix_in(TEMPORARY, folder)?;
        serde_json::to_writer(&mut file, &remembered)?;
        file.flush()?;
        file.persist(&self.path).map_err(|failed| failed.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::tui::core::filter::PastFilter;

    fn with_filter(text: &str, at: i64) -> RememberedState {
        let filters = vec![PastFilter { text: text.into(), at, customers: Some(7) }];
        RememberedState { view: "rows".into(), filters, ..RememberedState::default() }
    }

    #[test]
    fn study_memory_is_separate_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("crosscut");
        let memory = StudyMemory::in_folder(folder, Path::new("/studies/a/config.toml"));
        assert_eq!(memory.read(), RememberedState::default());
        memory.write(with_filter("spend > 1", 1)).unwrap();
        memory.write(with_filter("spend > 2", 2)).unwrap();
        assert_eq!(memory.read().filters.len(), 2, "filters of both sessions");
        assert_eq!(fs::metadata(&memory.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        let other = StudyMemory::in_folder(folder, Path::new("/studies/b/config.toml"));
        assert_eq!(other.read(), RememberedState::default());
        fs::write(&memory.path, "{\"sort\": 7}").unwrap();
        assert_eq!(memory.read(), RememberedState::default(), "of another version");
    }
}
