//! Tables of text and sheets kept as Parquet, so that the second start need not read them again.

use std::fs::{self, DirBuilder, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::columnar::{self, ColumnarFormat};
use super::load_progress::LoadWatch;
use super::selection::Selection;
use super::source::InputFile;
use super::{BaseLocation, BaseTable, DataError, LoadOptions, Notice, ReadTable, Rejects, write_parquet_frame};

/// Form of the kept files, and of what is read into them: another number makes all of them worthless.
const FORM: u32 = 1;

/// A table as it is kept: its Parquet file, and the notices on how it was read.
pub struct CacheEntry {
    folder: PathBuf,
    /// Stands for the files and the options.
    place: u64,
    /// Stands for the state of the files.
    state: u64,
}

impl CacheEntry {
    /// Returns the entry of a table; `None` if the options ask for none, or a file is a pipe. Two states of a file differ in its
    /// size, its times or its inode: the system sets one of the times at every change, and no program can set it back.
    pub fn new(inputs: &[InputFile], options: &LoadOptions) -> Option<Self> {
        // The kept table has all columns.
        let folder = options.cache.clone().filter(|_| options.named.is_none())?;
        let states = inputs.iter().map(InputFile::state).collect::<Option<Vec<_>>>()?;
        let LoadOptions { columns, choice, text, timezone, key, .. } = options;
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        let names: Vec<PathBuf> = names.iter().map(|name| std::path::absolute(name).unwrap_or_default()).collect();
        let place = format!("{FORM} {names:?} {columns:?} {key:?} {choice:?} {text:?} {timezone:?}");
        let (place, state) = (xxh3_64(place.as_bytes()), xxh3_64(states.join(" ").as_bytes()));
        Some(Self { folder, place, state })
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{:016x}-{:016x}.{ending}", self.place, self.state))
    }

    /// Opens the kept table; `None` if there is none, or others may read it, or it is damaged.
    pub fn open(&self, options: &LoadOptions, memory: usize, watch: &mut LoadWatch) -> Option<ReadTable> {
        let (table, about) = (self.file("parquet"), self.file("json"));
        let is_private = |file: &Path| fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o077 == 0);
        if !is_private(&about) || !is_private(&table) {
            return None;
        }
        let notices: Vec<String> = serde_json::from_slice(&fs::read(about).ok()?).ok()?;
        let inputs = BaseLocation::Path(table).inputs(memory, watch).ok()?;
        // The columns are those that were kept.
        let selection = Selection::new(&LoadOptions { columns: None, ..options.clone() });
        let files = columnar::open(inputs, ColumnarFormat::Parquet, &selection, None, memory, watch).ok()?;
        let notices = notices.into_iter().map(Notice).collect();
        let (table, rejects, selected) = (BaseTable::Files(files), Rejects::default(), Vec::new());
        Some(ReadTable { table, notices, rejects, selected })
    }

    /// Keeps a table, and removes what was kept of an earlier state of its files. A table of which rows were left out is
    /// not kept: they are to be listed. That a table cannot be kept is no reason not to open it.
    pub fn store(&self, read: &ReadTable) {
        if read.rejects.count == 0 && self.write(read).is_ok() {
            self.remove_others();
        }
    }

    fn write(&self, read: &ReadTable) -> Result<(), DataError> {
        let BaseTable::Memory(frame) = &read.table else { return Ok(()) };
        let unwritable = |error: std::io::Error| DataError::io(self.folder.to_string_lossy(), &error);
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(unwritable)?;
        let private = || Permissions::from_mode(0o600);
        let new = || tempfile::Builder::new().prefix(".table-").permissions(private()).tempfile_in(&self.folder);
        let table = new().map_err(unwritable)?;
        let copy = table.as_file().try_clone().map_err(unwritable)?;
        write_parquet_frame(copy, frame).map_err(|problem| DataError::file(self.folder.to_string_lossy(), problem))?;
        let notices: Vec<&str> = read.notices.iter().map(|notice| notice.0.as_str()).collect();
        let mut about = new().map_err(unwritable)?;
        let text = serde_json::to_vec(&notices).map_err(|error| unwritable(error.into()))?;
        about.write_all(&text).map_err(unwritable)?;
        // The notices come last: without them the table is not opened.
        table.persist(self.file("parquet")).map_err(|error| unwritable(error.error))?;
        about.persist(self.file("json")).map_err(|error| unwritable(error.error))?;
        Ok(())
    }

    fn remove_others(&self) {
        let (place, own) = (format!("{:016x}-", self.place), format!("{:016x}-{:016x}.", self.place, self.state));
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&place) && !name.starts_with(&own) {
                // One that stays is harmless: nothing opens it.
                drop(fs::remove_file(entry.path()));
            }
        }
    }
}
