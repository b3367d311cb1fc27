//! Reads the footer of an Arrow file with columns of types that the reader does not know, and makes that of a stream. The
//! reader stops at the first unknown type, so that none of the other columns could be read.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek, SeekFrom};

use polars::prelude::{PlSmallStr, PolarsError, PolarsResult};
use polars_arrow::io::ipc::read::{FileMetadata, deserialize_footer};
use polars_arrow_format::ipc::planus::{Builder, ReadAsRoot};
use polars_arrow_format::ipc::{
    Binary, Block, Field, Footer, FooterRef, MessageHeaderRef, MessageRef, MetadataVersion, Null, Schema, Type,
};

use crate::data::source::PositionedFile;

/// A file's metadata with known types in place of the unknown ones, which have the same buffers in a record batch.
pub struct KnownFooter {
    pub metadata: FileMetadata,
    /// Reasons why columns cannot be read, by column.
    pub unreadable: HashMap<PlSmallStr, String>,
    /// Names that are not columns, but parts of unknown ones.
    pub parts: HashSet<PlSmallStr>,
}

/// Reads the metadata of a file at which the reader stops. Returns `None` if the reason is not an unknown type.
pub fn read_known(file: &mut (impl Read + Seek)) -> PolarsResult<Option<KnownFooter>> {
    let (bytes, size) = read_footer(file)?;
    let Ok(footer) = FooterRef::read_as_root(&bytes).and_then(Footer::try_from) else { return Ok(None) };
    Ok(known_types(footer, size)?.filter(|known| !known.unreadable.is_empty()))
}

/// Reads the metadata of a stream, which has no footer, from its messages.
///
/// # Errors
/// Returns the reason why it cannot be read.
pub fn read_stream(file: &PositionedFile) -> PolarsResult<KnownFooter> {
    let reason = |reason: &str| PolarsError::ComputeError(reason.to_owned().into());
    let damaged = |_| reason("a message of it cannot be read");
    let (mut schema, mut version) = (None, MetadataVersion::V5);
    let (mut dictionaries, mut batches, mut ids) = (Vec::new(), Vec::new(), HashSet::new());
    let mut at = 0;
    while let Ok(head) = file.range(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if head[..4] != [0xFF; 4] || length == 0 {
            break;
        }
        let bytes = file.range(at + 8..at + 8 + u64::from(length)).map_err(|_| reason("it is truncated"))?;
        let message = MessageRef::read_as_root(&bytes).map_err(damaged)?;
        let body = u64::try_from(message.body_length().map_err(damaged)?).map_err(|_| reason("a length is wrong"))?;
        let meta = 8 + u64::from(length);
        let end = at.checked_add(meta).and_then(|at| at.checked_add(body)).filter(|end| *end <= file.len());
        let end = end.ok_or_else(|| reason("it is truncated"))?;
        let block = Block { offset: at as i64, meta_data_length: meta as i32, body_length: body as i64 };
        match message.header().map_err(damaged)? {
            Some(MessageHeaderRef::Schema(own)) => {
                version = message.version().map_err(damaged)?;
                schema = Some(Box::new(Schema::try_from(own).map_err(damaged)?));
            }
            Some(MessageHeaderRef::DictionaryBatch(dictionary)) => {
                if !ids.insert(dictionary.id().map_err(damaged)?) {
                    return Err(reason(
                        "it changes the values of a column's codes on the way: write it as an Arrow file",
                    ));
                }
                dictionaries.push(block);
            }
            Some(MessageHeaderRef::RecordBatch(_)) => batches.push(block),
            _ => {}
        }
        at = end;
    }
    if schema.is_none() {
        return Err(reason("it has no schema"));
    }
    let (dictionaries, record_batches) = (Some(dictionaries), Some(batches));
    let footer = Footer { version, schema, dictionaries, record_batches, custom_metadata: None };
    known_types(footer, file.len())?.ok_or_else(|| reason("it has no schema"))
}

/// Replaces the unknown types of a footer.
fn known_types(mut footer: Footer, size: u64) -> PolarsResult<Option<KnownFooter>> {
    let Some(schema) = footer.schema.as_mut() else { return Ok(None) };
    let (mut unreadable, mut parts) = (HashMap::new(), HashSet::new());
    let mut fields = Vec::new();
    for field in schema.fields.take().unwrap_or_default() {
        let name = PlSmallStr::from_str(field.name.as_deref().unwrap_or_default());
        let (known, reason) = known(field);
        parts.extend(known.iter().skip(1).filter_map(|part| part.name.as_deref()).map(PlSmallStr::from_str));
        unreadable.extend(reason.map(|reason| (name, reason.to_owned())));
        fields.extend(known);
    }
    schema.fields = Some(fields);
    let footer = Builder::new().finish(&footer, None).to_vec();
    Ok(Some(KnownFooter { metadata: deserialize_footer(&footer, size)?, unreadable, parts }))
}

/// Reads the end of the file: the footer, its length in four bytes, and the format's name in six.
fn read_footer(file: &mut (impl Read + Seek)) -> PolarsResult<(Vec<u8>, u64)> {
    let size = file.seek(SeekFrom::End(0))?;
    let mut end = [0; 10];
    file.seek(SeekFrom::End(-10))?;
    file.read_exact(&mut end)?;
    let len = u32::from_le_bytes([end[0], end[1], end[2], end[3]]);
    if u64::from(len) + 10 > size {
        return Err(PolarsError::ComputeError("the footer is longer than the file".into()));
    }
    file.seek(SeekFrom::End(-10 - i64::from(len)))?;
    let mut footer = vec![0; len as usize];
    file.read_exact(&mut footer)?;
    Ok((footer, size))
}

/// Returns the fields in place of one, the first under its name, and the reason why it cannot be read, if any.
fn known(mut field: Field) -> (Vec<Field>, Option<&'static str>) {
    let children = |field: &mut Field| {
        let name = field.name.clone().unwrap_or_default();
        let children = field.children.take().unwrap_or_default();
        let part = move |(i, child): (usize, Field)| Field { name: Some(format!("{name}\u{1}{i}")), ..child };
        children.into_iter().enumerate().map(part).collect::<Vec<Field>>()
    };
    match &mut field.type_ {
        // A run-end encoded column has no buffers of its own, but two child columns.
        Some(Type::RunEndEncoded(_)) => {
            let runs = children(&mut field);
            let field = Field { type_: Some(Type::Null(Box::new(Null {}))), ..field };
            ([vec![field], runs].concat(), Some("runs of equal values are not supported"))
        }
        // Three buffers, as for text, then the column of all values.
        Some(Type::ListView(_) | Type::LargeListView(_)) => {
            let values = children(&mut field);
            let field = Field { type_: Some(Type::Binary(Box::new(Binary {}))), ..field };
            ([vec![field], values].concat(), Some("views of lists are not supported"))
        }
        Some(Type::Decimal(decimal)) if decimal.scale < 0 => {
            decimal.scale = 0;
            (vec![field], Some("decimals of tens, hundreds and so on are not supported"))
        }
        _ => (vec![field], None),
    }
}
