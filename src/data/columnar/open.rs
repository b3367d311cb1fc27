use std::sync::Arc;

use polars::prelude::DataType;
use polars_arrow::datatypes::{ArrowDataType, Field};
use rayon::prelude::*;

use super::files::{DataFile, DataFiles, FilesColumn, Origin};
use super::guard::{PartFault, guarded};
use super::moments::{self, LostColumnDetails};
use super::part::ColumnPart;
use super::plain::{Bytes, DecodedPart, common_type, plain_type};
use super::series::{data_type, is_plain, readable};
use super::{ColumnarFormat, FileLayout, arrow};
use crate::data::progress::{Stage, Watch};
use crate::data::selection::Selection;
use crate::data::source::InputFile;
use crate::data::{DataError, Notice, Zone};

/// A column of one file.
struct FoundColumn {
    origin: Origin,
    /// Type after conversion by `plain`.
    data_type: DataType,
    /// Reason why it cannot be read.
    fault: Option<String>,
    lost: Option<LostColumnDetails>,
}

/// Opens files of one table by their metadata. Their columns must agree. A part of a column may take `memory` bytes.
pub fn open(
    inputs: Vec<InputFile>,
    kind: ColumnarFormat,
    selection: &Selection,
    zone: Option<Zone>,
    memory: usize,
    watch: &mut Watch,
) -> Result<DataFiles, DataError> {
    let mut files = Vec::with_capacity(inputs.len());
    let mut found: Vec<Vec<FoundColumn>> = Vec::with_capacity(inputs.len());
    let mut rows = 0;
    for input in inputs {
        watch.tick(rows)?;
        let (file, columns) = one(input, kind, selection, zone, memory, watch)?;
        if let Some(first) = found.first() {
            agree(&columns, first).map_err(|problem| DataError::file(&file.input.name, problem))?;
        }
        rows += file.rows.iter().map(|&rows| rows as u64).sum::<u64>();
        if rows > u64::from(u32::MAX) {
            return Err(DataError::file(
                &file.input.name,
                "makes it more rows than can be counted: leave some files out",
            ));
        }
        files.push(file);
        found.push(columns);
    }
    let names: Vec<&str> =
        found.first().into_iter().flatten().map(|found| found.origin.field.name().as_str()).collect();
    let (mut columns, mut left_out, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for place in selection.places(&names)? {
        match found.iter().find_map(|columns| columns[place].fault.as_ref()) {
            Some(fault) => left_out.push(Notice(format!("column \"{}\" is left out: {fault}", names[place]))),
            None => {
                lost.extend(found.iter().find_map(|columns| columns[place].lost.clone()));
                columns.push(column(&found, place));
            }
        }
    }
    match (columns.is_empty(), left_out.first()) {
        (true, Some(first)) => {
            Err(DataError::file(&files[0].input.name, format!("has no column that can be read: {first}")))
        }
        _ => {
            let notices = left_out.into_iter().chain(moments::notices(&lost, zone)).collect();
            Ok(DataFiles { files: Arc::new(files), columns, notices, pattern: None })
        }
    }
}

fn one(
    input: InputFile,
    kind: ColumnarFormat,
    selection: &Selection,
    zone: Option<Zone>,
    memory: usize,
    watch: &mut Watch,
) -> Result<(DataFile, Vec<FoundColumn>), DataError> {
    let (layout, fields) = kind.layout(&input, memory).map_err(|fault| match fault {
        PartFault::Told(error) => error,
        PartFault::Reason(reason) => kind.damaged(&input, &reason),
    })?;
    if fields.is_empty() {
        return Err(DataError::file(&input.name, "holds no columns: a table has at least one"));
    }
    let file = DataFile { rows: layout.rows(), input, layout };
    let found = |field: Field| {
        let lost = LostColumnDetails::of(&field, file.layout.has_nanoseconds(field.name()), zone.is_some());
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
        let data_type = plain_type(&data_type, bytes);
        Ok(FoundColumn {
            origin: Origin { zone, ..origin(&file.layout, field, &data_type, bytes) },
            data_type,
            fault,
            lost,
        })
    };
    let columns = fields.into_iter().map(found).collect::<Result<_, DataError>>()?;
    Ok((file, columns))
}

fn origin(layout: &FileLayout, field: Field, data_type: &DataType, bytes: Bytes) -> Origin {
    match layout {
        // Read as text, even if the writer marked it as bytes or categories.
        FileLayout::Parquet(layout)
            if *data_type == DataType::String
                && bytes != Bytes::Ids
                && is_plain(&field)
                && layout.is_text_like(field.name()) =>
        {
            let field = Field::new(field.name, ArrowDataType::Utf8View, true);
            Origin { field, bytes, codes: true, zone: None }
        }
        _ => Origin { field, bytes, codes: false, zone: None },
    }
}

/// Returns the reason why a column of a rare type cannot be read. Some can be, which only a trial shows.
fn probe(file: &DataFile, field: &Field) -> Result<Option<String>, DataError> {
    let origin = Origin { field: field.clone(), bytes: Bytes::Opaque, codes: false, zone: None };
    let Some(part) = file.places().next() else { return Ok(None) };
    match file.read(part, &origin, false, &arrow::FileDictionaries::new()) {
        Ok(_) => Ok(None),
        Err(PartFault::Told(error)) => Err(error),
        Err(PartFault::Reason(reason)) => Ok(Some(format!("its type cannot be read ({reason})"))),
    }
}

/// Determines the type of a column of bytes, which requires reading all of it. A column that cannot be read is reported
/// when it is needed.
fn look(file: &DataFile, field: &Field, watch: &mut Watch) -> Result<Bytes, DataError> {
    let origin = Origin { field: field.clone(), bytes: Bytes::Opaque, codes: false, zone: None };
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
            Err(PartFault::Told(error)) => return Err(error),
            Err(PartFault::Reason(_)) => return Ok(Bytes::Opaque),
        }
        if all.verdict() == Bytes::Opaque {
            break;
        }
        watch.counter().store((done + 1) as u64 * parts.len() as u64, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(all.verdict())
}

fn agree(columns: &[FoundColumn], wanted: &[FoundColumn]) -> Result<(), String> {
    let way_out = "name files of one table";
    if columns.len() != wanted.len() {
        let (found, wanted) = (columns.len(), wanted.len());
        return Err(format!("has {found} columns, the files before it have {wanted}: {way_out}"));
    }
    for (found, wanted) in columns.iter().zip(wanted) {
        let (name, other) = (found.origin.field.name(), wanted.origin.field.name());
        if name != other {
            return Err(format!("has a column \"{name}\" where the files before it have \"{other}\": {way_out}"));
        }
        let (found, wanted) = (&found.data_type, &wanted.data_type);
        if common_type(found, wanted).is_none() {
            return Err(format!("column \"{name}\" is {found}, in the files before it {wanted}: {way_out}"));
        }
    }
    Ok(())
}

fn column(found: &[Vec<FoundColumn>], place: usize) -> FilesColumn {
    let of_files = || found.iter().map(|columns| &columns[place]);
    let name = found[0][place].origin.field.name().to_string();
    let data_type = of_files().fold(found[0][place].data_type.clone(), |all, found| {
        // The types were checked before: each goes together with the first.
        common_type(&all, &found.data_type).unwrap_or(all)
    });
    FilesColumn { name, data_type, origins: Arc::new(of_files().map(|found| found.origin.clone()).collect()) }
}
