use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use polars::prelude::{DataType, Series};
use polars_arrow::datatypes::{ArrowDataType, Field};
use rayon::prelude::*;

use super::files::{DataFile, DataFiles, FilesColumn, Origin, StoredColumn};
use super::guard::{PartFault, guarded};
use super::moments::{self, LostColumnDetails};
use super::part::ColumnPart;
use super::plain::{Bytes, DecodedPart, common_type, plain_type};
use super::series::{data_type, is_plain, readable};
use super::{ColumnarFormat, FileLayout, arrow};
use crate::data::load_progress::{LoadWatch, Stage};
use crate::data::selection::Selection;
use crate::data::source::InputFile;
use crate::data::text::{is_one_table, missing_in, typed};
use crate::data::{DataError, Notice, Zone};

/// A column of one file.
struct FileColumn {
    origin: StoredColumn,
    /// Type after conversion by `plain`.
    data_type: DataType,
    /// True if its type says that it has no values.
    is_null: bool,
    /// Reason why it cannot be read.
    fault: Option<String>,
    lost: Option<LostColumnDetails>,
}

/// Opens files of one table by their metadata. Columns go together by their names. A part of a column may take `memory`
/// bytes.
pub fn open(
    inputs: Vec<InputFile>,
    kind: ColumnarFormat,
    selection: &Selection,
    zone: Option<Zone>,
    memory: usize,
    watch: &mut LoadWatch,
) -> Result<DataFiles, DataError> {
    let mut files: Vec<DataFile> = Vec::with_capacity(inputs.len());
    let mut names: Vec<String> = Vec::new();
    let mut found: Vec<HashMap<String, FileColumn>> = Vec::with_capacity(inputs.len());
    let mut rows = 0;
    for input in inputs {
        watch.tick(rows)?;
        let (file, columns) = one(input, kind, selection, zone, memory, watch)?;
        let own: Vec<String> = columns.iter().map(|column| column.origin.field.name().to_string()).collect();
        let shared = own.iter().filter(|name| names.contains(name)).count();
        if !found.is_empty() && !is_one_table(shared, own.len(), names.len()) {
            let all =
                if shared == 0 { "no column".to_owned() } else { format!("{shared} of its {} columns", own.len()) };
            let problem = format!("has {all} in common with the previous files: list only files of one table");
            return Err(DataError::file(&file.input.name, problem));
        }
        names.extend(own.iter().filter(|name| !names.contains(name)).cloned().collect::<Vec<_>>());
        rows += file.rows.iter().map(|&rows| rows as u64).sum::<u64>();
        if rows > u64::from(u32::MAX) {
            return Err(DataError::file(&file.input.name, "makes too many rows in total: leave some files out"));
        }
        files.push(file);
        found.push(own.into_iter().zip(columns).collect());
    }
    let constants = constants(&files);
    let mut notices = replaced(&mut names, &constants);
    names.extend(constants.iter().map(|column| column.name().to_string()));
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut columns, mut left_out, mut lost, mut missing) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    for place in selection.places(&all)? {
        let name = all[place];
        if let Some(constant) = constants.iter().find(|constant| constant.name().as_str() == name) {
            columns.push(constant_column(constant));
            continue;
        }
        match found.iter().find_map(|columns| columns.get(name)?.fault.as_ref()) {
            Some(fault) => left_out.push(Notice(format!("column \"{name}\" is left out: {fault}"))),
            None => {
                lost.extend(found.iter().find_map(|columns| columns.get(name)?.lost.clone()));
                let without = found.iter().filter(|columns| !columns.contains_key(name)).count();
                if without > 0 {
                    missing.entry(without).or_insert_with(Vec::new).push(name);
                }
                columns.push(column(&files, &found, name)?);
            }
        }
    }
    match (columns.is_empty(), left_out.first()) {
        (true, Some(first)) => {
            Err(DataError::file(&files[0].input.name, format!("has no column that can be read: {first}")))
        }
        _ => {
            notices.extend(left_out.into_iter().chain(moments::notices(&lost, zone)));
            notices.extend(missing.iter().map(|(without, names)| Notice(missing_in(names, *without, files.len()))));
            Ok(DataFiles { files: Arc::new(files), columns, notices, pattern: None })
        }
    }
}

/// Returns the columns whose values stand in the names of the files' folders: a row per file.
fn constants(files: &[DataFile]) -> Vec<Series> {
    let names = files.first().map_or(&[][..], |file| file.input.partition.as_slice());
    let column = |(at, (name, _)): (usize, &(String, Option<String>))| {
        let values = files.iter().map(|file| file.input.partition.get(at)?.1.as_deref());
        typed(name, &values.collect::<Vec<_>>())
    };
    names.iter().enumerate().map(column).collect()
}

/// Takes the columns out that the names of folders replace, and returns a notice on them.
fn replaced(names: &mut Vec<String>, constants: &[Series]) -> Vec<Notice> {
    let is_constant = |name: &String| constants.iter().any(|constant| constant.name().as_str() == name);
    let (both, own): (Vec<String>, Vec<String>) = std::mem::take(names).into_iter().partition(is_constant);
    *names = own;
    let notice = |name: &String| Notice(format!("{name}: read from the names of the folders, not from the files"));
    both.iter().map(notice).collect()
}

fn constant_column(values: &Series) -> FilesColumn {
    let origins = (0..values.len()).map(|file| Origin::Constant(values.slice(file as i64, 1))).collect();
    let (name, data_type) = (values.name().to_string(), values.dtype().clone());
    FilesColumn { name, data_type, origins: Arc::new(origins) }
}

fn one(
    input: InputFile,
    kind: ColumnarFormat,
    selection: &Selection,
    zone: Option<Zone>,
    memory: usize,
    watch: &mut LoadWatch,
) -> Result<(DataFile, Vec<FileColumn>), DataError> {
    let (layout, fields) = kind.layout(&input, memory).map_err(|fault| match fault {
        PartFault::Data(error) => error,
        PartFault::Reason(reason) => kind.damaged(&input, &reason),
    })?;
    if fields.is_empty() {
        return Err(DataError::file(&input.name, "holds no columns: a table has at least one"));
    }
    let file = DataFile { rows: layout.rows(), input, layout };
    let found = |field: Field| {
        let lost = LostColumnDetails::new(&field, file.layout.has_nanoseconds(field.name()), zone.is_some());
        let zone = zone.filter(|_| moments::is_moment(&field));
        let field = readable(field);
        let (data_type, wanted) = (data_type(&field), selection.may_keep(field.name()));
        let fault = match file.layout.unreadable(field.name()) {
            Some(reason) => Some(reason.to_owned()),
            None if wanted && !is_plain(&field) => probe(&file, &field)?,
            None => None,
        };
        let bytes = match data_type {
            DataType::Binary if wanted && fault.is_none() => look(&file, &field, watch)?,
            _ => Bytes::Opaque,
        };
        let (data_type, is_null) = (plain_type(&data_type, bytes), data_type == DataType::Null);
        let origin = StoredColumn { zone, ..origin(&file.layout, field, &data_type, bytes) };
        Ok(FileColumn { origin, data_type, is_null, fault, lost })
    };
    let columns = fields.into_iter().map(found).collect::<Result<_, DataError>>()?;
    Ok((file, columns))
}

fn origin(layout: &FileLayout, field: Field, data_type: &DataType, bytes: Bytes) -> StoredColumn {
    match layout {
        // Read as text, even if the writer marked it as bytes or categories.
        FileLayout::Parquet(layout)
            if *data_type == DataType::String
                && bytes != Bytes::Ids
                && is_plain(&field)
                && layout.is_text_like(field.name()) =>
        {
            let field = Field::new(field.name, ArrowDataType::Utf8View, true);
            StoredColumn { field, bytes, codes: true, zone: None }
        }
        _ => StoredColumn { field, bytes, codes: false, zone: None },
    }
}

/// Returns the reason why a column of a rare type cannot be read. Some can be, which only a trial shows.
fn probe(file: &DataFile, field: &Field) -> Result<Option<String>, DataError> {
    let origin = StoredColumn { field: field.clone(), bytes: Bytes::Opaque, codes: false, zone: None };
    let Some(part) = file.places().next() else { return Ok(None) };
    match file.read(part, &origin, false, &arrow::FileDictionaries::new()) {
        Ok(_) => Ok(None),
        Err(PartFault::Data(error)) => Err(error),
        Err(PartFault::Reason(reason)) => Ok(Some(format!("its type cannot be read ({reason})"))),
    }
}

/// Determines the type of a column of bytes, which requires reading all of it. A column that cannot be read is reported
/// when it is needed.
fn look(file: &DataFile, field: &Field, watch: &mut LoadWatch) -> Result<Bytes, DataError> {
    let origin = StoredColumn { field: field.clone(), bytes: Bytes::Opaque, codes: false, zone: None };
    let (parts, kept): (Vec<usize>, _) = (file.places().collect(), arrow::FileDictionaries::new());
    watch.begin(Stage::Decoding, Some(parts.len() as u64));
    let mut all = DecodedPart::NOTHING_YET;
    for (done, parts) in parts.chunks(rayon::current_num_threads().max(1)).enumerate() {
        watch.tick(0)?;
        let look = |part: &usize| match file.read(*part, &origin, false, &kept)? {
            ColumnPart::Plain(series) => guarded(|| series.binary().map(DecodedPart::at)),
            ColumnPart::Coded(_) => Err(PartFault::Reason("it is text".into())),
        };
        match parts.par_iter().map(look).collect::<Result<Vec<_>, PartFault>>() {
            Ok(looks) => all = looks.into_iter().fold(all, DecodedPart::and),
            Err(PartFault::Data(error)) => return Err(error),
            Err(PartFault::Reason(_)) => return Ok(Bytes::Opaque),
        }
        if all.verdict() == Bytes::Opaque {
            break;
        }
        watch.counter().store((done + 1) as u64 * parts.len() as u64, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(all.verdict())
}

/// Returns a column of all files.
///
/// # Errors
/// Returns an error that names the first file in which its type does not go together with that in the files before it.
fn column(files: &[DataFile], found: &[HashMap<String, FileColumn>], name: &str) -> Result<FilesColumn, DataError> {
    let mut data_type: Option<DataType> = None;
    for (file, columns) in files.iter().zip(found) {
        let Some(own) = columns.get(name).filter(|column| !column.is_null) else { continue };
        data_type = Some(match data_type {
            None => own.data_type.clone(),
            Some(before) => common_type(&before, &own.data_type).ok_or_else(|| {
                let problem = format!("column \"{name}\" is {}, in the previous files {before}", own.data_type);
                DataError::file(&file.input.name, format!("{problem}: list only files of one table"))
            })?,
        });
    }
    let origin = |columns: &HashMap<String, FileColumn>| match columns.get(name) {
        Some(own) if own.is_null && data_type.is_some() => Origin::Missing,
        Some(own) => Origin::Stored(own.origin.clone()),
        None => Origin::Missing,
    };
    let origins = Arc::new(found.iter().map(origin).collect());
    Ok(FilesColumn { name: name.to_owned(), data_type: data_type.unwrap_or(DataType::String), origins })
}
