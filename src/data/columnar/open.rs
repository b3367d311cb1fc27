use std::sync::Arc;

use polars::prelude::{DataType, UnknownKind};
use polars_arrow::datatypes::{ArrowDataType, Field};
use rayon::prelude::*;

use super::files::{DataFile, Files, FilesColumn, Origin};
use super::guard::{Fault, guarded};
use super::part::Part;
use super::plain::{Bytes, Look, plain_type};
use super::{Kind, Layout, arrow};
use crate::data::DataError;
use crate::data::progress::{Stage, Watch};
use crate::data::selection::Selection;
use crate::data::source::Input;

/// A column of one file, and its type once it is plain.
type Found = (Origin, DataType);

/// Opens files of one table by their metadata. Their columns must agree.
pub fn open(inputs: Vec<Input>, kind: Kind, selection: &Selection, watch: &mut Watch) -> Result<Files, DataError> {
    let mut files = Vec::with_capacity(inputs.len());
    let mut found: Vec<Vec<Found>> = Vec::with_capacity(inputs.len());
    let mut rows = 0;
    for input in inputs {
        watch.tick(rows)?;
        let (file, columns) = one(input, kind, selection, watch)?;
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
        found.first().into_iter().flatten().map(|(origin, _)| origin.field.name().as_str()).collect();
    let columns = selection.places(&names)?.into_iter().map(|place| column(&found, place)).collect();
    Ok(Files { files: Arc::new(files), columns })
}

fn one(
    input: Input,
    kind: Kind,
    selection: &Selection,
    watch: &mut Watch,
) -> Result<(DataFile, Vec<Found>), DataError> {
    let (layout, fields) = kind.layout(&input).map_err(|fault| match fault {
        Fault::Told(error) => error,
        Fault::Reason(reason) => kind.damaged(&input, &reason),
    })?;
    if fields.is_empty() {
        return Err(DataError::file(&input.name, "holds no columns: a table has at least one"));
    }
    let file = DataFile { rows: layout.rows(), input, layout };
    let found = |field: Field| {
        let data_type = data_type(&field);
        let bytes = match data_type {
            DataType::Binary if selection.may_keep(field.name()) => look(&file, &field, watch)?,
            _ => Bytes::Opaque,
        };
        let data_type = plain_type(&data_type, bytes);
        Ok((origin(&file.layout, field, &data_type, bytes), data_type))
    };
    let columns = fields.into_iter().map(found).collect::<Result<_, DataError>>()?;
    Ok((file, columns))
}

/// There are types that polars was built without: columns of them are known by name and cannot be read.
fn data_type(field: &Field) -> DataType {
    let unknown = DataType::Unknown(UnknownKind::Any);
    if !is_known(field.dtype()) {
        return unknown;
    }
    guarded(|| Ok::<_, String>(DataType::from_arrow_field(field))).unwrap_or(unknown)
}

fn is_known(data_type: &ArrowDataType) -> bool {
    match data_type {
        ArrowDataType::Float16 | ArrowDataType::Union(_) | ArrowDataType::Interval(_) => false,
        ArrowDataType::List(field)
        | ArrowDataType::LargeList(field)
        | ArrowDataType::FixedSizeList(field, _)
        | ArrowDataType::Map(field, _) => is_known(field.dtype()),
        ArrowDataType::Struct(fields) => fields.iter().all(|field| is_known(field.dtype())),
        _ => true,
    }
}

fn origin(layout: &Layout, field: Field, data_type: &DataType, bytes: Bytes) -> Origin {
    match layout {
        // As text, whatever the writer called it: bytes or categories.
        Layout::Parquet(layout)
            if *data_type == DataType::String && bytes != Bytes::Ids && layout.is_text_like(field.name()) =>
        {
            let field = Field::new(field.name, ArrowDataType::Utf8View, true);
            Origin { field, bytes, codes: true }
        }
        _ => Origin { field, bytes, codes: false },
    }
}

/// Looks at all the bytes of a column, which are its type. A column that cannot be read is told of when it is needed.
fn look(file: &DataFile, field: &Field, watch: &mut Watch) -> Result<Bytes, DataError> {
    let origin = Origin { field: field.clone(), bytes: Bytes::Opaque, codes: false };
    let (parts, kept): (Vec<usize>, _) = (file.places().collect(), arrow::Kept::new());
    watch.begin(Stage::Decoding, Some(parts.len() as u64));
    let mut all = Look::NOTHING_YET;
    for (done, parts) in parts.chunks(rayon::current_num_threads().max(1)).enumerate() {
        watch.tick(0)?;
        let look = |part: &usize| match file.read(*part, &origin, false, &kept)? {
            Part::Plain(series) => guarded(|| series.binary().map(Look::at)),
            Part::Coded(_) => Err(Fault::Reason("it is text".into())),
        };
        match parts.par_iter().map(look).collect::<Result<Vec<_>, Fault>>() {
            Ok(looks) => all = looks.into_iter().fold(all, Look::and),
            Err(Fault::Told(error)) => return Err(error),
            Err(Fault::Reason(_)) => return Ok(Bytes::Opaque),
        }
        if all.verdict() == Bytes::Opaque {
            break;
        }
        watch.counter().store((done + 1) as u64 * parts.len() as u64, std::sync::atomic::Ordering::Relaxed);
    }
    Ok(all.verdict())
}

fn agree(columns: &[Found], wanted: &[Found]) -> Result<(), String> {
    let way_out = "name files of one table";
    if columns.len() != wanted.len() {
        let (found, wanted) = (columns.len(), wanted.len());
        return Err(format!("has {found} columns, the files before it have {wanted}: {way_out}"));
    }
    for ((origin, found), (other, wanted)) in columns.iter().zip(wanted) {
        let (name, other) = (origin.field.name(), other.field.name());
        if name != other {
            return Err(format!("has a column \"{name}\" where the files before it have \"{other}\": {way_out}"));
        }
        if found != wanted {
            return Err(format!("column \"{name}\" is {found}, in the files before it {wanted}: {way_out}"));
        }
    }
    Ok(())
}

fn column(found: &[Vec<Found>], place: usize) -> FilesColumn {
    let (origin, data_type) = &found[0][place];
    let origins = found.iter().map(|columns| columns[place].0.clone()).collect();
    FilesColumn { name: origin.field.name().to_string(), data_type: data_type.clone(), origins: Arc::new(origins) }
}
