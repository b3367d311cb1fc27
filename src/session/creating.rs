//! Creates a study beside a table. Writes all of its files or none, and overwrites nothing.

use std::path::{Path, PathBuf};

use super::opening::{BaseSource, Opening};
use super::starter::starter_table;
use crate::data::BaseLocation;
use crate::engine::Engine;
use crate::study::atomic::{self, FileWrite, Fingerprint};
use crate::study::starter::{StarterData, StarterTable, bare};
use crate::study::{self, Study};

/// Returns the folder and the file name of a table beside which a study can be created; `None` for a pipe, several files
/// or a base in another engine.
pub fn place_of(source: &BaseSource) -> Option<(PathBuf, String)> {
    let BaseSource::Here(BaseLocation::Path(path)) = source else { return None };
    let name = path.file_name().filter(|_| path.is_file())?.to_str()?.to_owned();
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Some((folder.to_owned(), name))
}

/// Writes files into a folder.
///
/// # Errors
/// Returns one line if one of them is there already, or cannot be written; then none is written.
pub fn write_files(folder: &Path, files: Vec<(PathBuf, String)>) -> Result<Vec<PathBuf>, String> {
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|(file, text)| (folder.join(file), text)).collect();
    if let Some((file, _)) = files.iter().find(|(file, _)| file.exists()) {
        return Err(format!("{} already exists; nothing was written: move it away first", file.display()));
    }
    // A file that was created in the meantime is not overwritten.
    let expect = Some(Fingerprint::ABSENT);
    let writes = files.iter().map(|(path, text)| FileWrite { path, bytes: text.as_bytes(), expect });
    atomic::write_all(&writes.collect::<Vec<_>>(), &[]).map_err(|error| error.to_string())?;
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

/// Creates a study without definitions beside the table that is open, and reads it.
///
/// # Errors
/// Returns one line if the table is not a file, a question about it fails, or the files cannot be written or read.
pub fn create_study(opening: &Opening, engine: &dyn Engine) -> Result<Study, String> {
    let place = place_of(&opening.source);
    let (folder, name) = place.ok_or("a study can only be created beside a file; crosscut init makes others")?;
    let table = starter_table(engine, StarterData::File(name), opening.value.clone())?;
    // The table was read with these.
    let data = &opening.study.config.data;
    let table = StarterTable { settings: [data.choice.lines(), data.text.lines()].concat(), ..table };
    let files = write_files(&folder, bare(&table))?;
    let user = study::user_file();
    study::load(&files[0], user.as_deref()).map_err(|error| error.to_string())
}
