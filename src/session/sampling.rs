//! A sample of the customers of a base in another engine, kept in a private file on this machine. The screen shows estimates
//! from it until the exact figures are counted; nothing else uses it.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use etcetera::BaseStrategy;
use xxhash_rust::xxh3::xxh3_64;

use crate::data::{self, BaseLocation, LoadOptions};
use crate::engine::local::LocalEngine;
use crate::engine::sql::{DrawnSample, SqlEngine};
use crate::engine::{Cancel, Engine};
use crate::insight::estimate::SampleSize;
use crate::insight::sampled::SampledColumns;
use crate::model::is_masked;
use crate::text::numbers::count;

/// Age from which a sample is drawn again, since a table may change without changing its number of rows.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Version of the file's content and layout, as part of its name.
const FORMAT: &str = "1";

/// Access to a sample of a base: opens a stored one, or draws it.
pub struct Sampling {
    engine: Arc<SqlEngine>,
    /// Number of customers that the study asks for.
    wanted: u64,
    mask: Vec<String>,
    /// Folder of all samples; `None` if there is no place for them.
    folder: Option<PathBuf>,
}

/// A sample of a base's customers.
pub struct Sample {
    pub engine: Arc<dyn Engine>,
    pub size: SampleSize,
    pub columns: SampledColumns,
    /// True if it was drawn now, false if it was kept from an earlier run.
    pub is_new: bool,
}

/// Returns the folder of all samples: `$XDG_CACHE_HOME/crosscut/samples`.
pub fn samples_folder() -> Option<PathBuf> {
    Some(etcetera::base_strategy::Xdg::new().ok()?.cache_dir().join("crosscut/samples"))
}

impl Sampling {
    /// Creates the access to a sample of `wanted` customers. Columns of `mask` are not stored. Without a folder the
    /// sample is kept in memory only.
    pub fn new(engine: Arc<SqlEngine>, wanted: u64, mask: Vec<String>, folder: Option<PathBuf>) -> Self {
        Self { engine, wanted, mask, folder }
    }

    /// Opens the sample. Draws it if there is none of the table's current state, or if `anew` is true.
    ///
    /// # Errors
    /// Returns one line if there is no sample.
    pub fn open(&self, anew: bool, cancel: &Cancel) -> Result<Sample, String> {
        let customers = self.engine.customers();
        if customers <= self.wanted {
            return Err(format!(
                "the base has {} customers, and [data] sample asks for {}",
                count(customers),
                count(self.wanted)
            ));
        }
        let path = self.path()?;
        if !anew && let Some(kept) = self.kept(&path) {
            return Ok(kept);
        }
        let drawn = self.engine.draw_sample(self.wanted, &|column| is_masked(&self.mask, column), cancel);
        let drawn = drawn.map_err(|error| error.to_string())?;
        cancel.check().map_err(|error| error.to_string())?;
        keep(&drawn, &path).map_err(|reason| format!("{} could not be written: {reason}", path.display()))?;
        remove_others(&path);
        self.read(&path, true)
    }

    /// Returns the sample's file. Its name changes with the server, the table, the key, the columns and their types,
    /// the number of customers, the mask and the size; it tells none of them, and nothing in it is a credential.
    fn path(&self) -> Result<PathBuf, String> {
        let folder = self.folder.as_deref().ok_or("there is no folder to keep it in: set XDG_CACHE_HOME or HOME")?;
        let schema = self.engine.schema();
        let place = format!("{}\n{}", self.engine.place(), schema.key().unwrap_or_default());
        let columns = schema.columns().iter().map(|column| format!("{} {:?}\n", column.name, column.column_type));
        let version = format!(
            "{FORMAT} {} {}\n{}\n{}",
            self.wanted,
            self.engine.customers(),
            self.mask.join("\n"),
            columns.collect::<String>()
        );
        Ok(folder.join(format!("{:016x}-{:016x}.parquet", xxh3_64(place.as_bytes()), xxh3_64(version.as_bytes()))))
    }

    /// Returns the sample of an earlier run, unless it is old, damaged, or others may read it.
    fn kept(&self, path: &Path) -> Option<Sample> {
        let about = fs::metadata(path).ok()?;
        let is_private = about.permissions().mode() & 0o077 == 0;
        let is_young = about.modified().ok()?.elapsed().is_ok_and(|age| age < MAX_AGE);
        if is_private && is_young { self.read(path, false).ok() } else { None }
    }

    fn read(&self, path: &Path, is_new: bool) -> Result<Sample, String> {
        let base = data::load(&BaseLocation::Path(path.to_owned()), &LoadOptions::default(), &mut |_| {}, &|| false);
        let base = base.map_err(|error| error.to_string())?;
        let schema = self.engine.schema();
        // A rule was checked against the types of the base's columns.
        let columns = base.schema.columns().iter().filter(|column| schema.get(&column.name) == Some(*column));
        let columns = columns.map(|column| column.name.clone()).collect();
        let size = SampleSize { sampled: base.table.rows() as u64, base: self.engine.customers() };
        if size.sampled == 0 || size.sampled >= size.base {
            return Err(format!("it holds {} of {} customers", count(size.sampled), count(size.base)));
        }
        Ok(Sample { engine: Arc::new(LocalEngine::new(base)), size, columns, is_new })
    }
}

/// Writes the file whole or not at all, for its owner alone.
fn keep(drawn: &DrawnSample, path: &Path) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    let folder = path.parent().ok_or("it has no folder")?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let private = Permissions::from_mode(0o600);
    let file = tempfile::Builder::new().prefix(".sample-").permissions(private).tempfile_in(folder).map_err(failed)?;
    // A column whose values cannot be read has no estimates.
    let columns =
        drawn.columns().iter().enumerate().filter_map(|(at, column)| Some((column.clone(), drawn.values(at).ok()?)));
    data::write_parquet(file.as_file().try_clone().map_err(failed)?, drawn.customers() as usize, columns)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Removes samples of the same table as it was before.
fn remove_others(path: &Path) {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own = name(path);
    let Some((place, _)) = own.split_once('-') else { return };
    let files = path.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    for file in files.map(|entry| entry.path()) {
        let is_other = name(&file) != own && name(&file).split_once('-').is_some_and(|(other, _)| other == place);
        if is_other {
            // One that stays is harmless: nothing opens it.
            drop(fs::remove_file(&file));
        }
    }
}
