//! Reads the footer of an Arrow file with columns of types that the reader does not know. The reader stops at the first
//! of them, so that none of the other columns could be read.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek, SeekFrom};

use polars::prelude::{PlSmallStr, PolarsError, PolarsResult};
use polars_arrow::io::ipc::read::{FileMetadata, deserialize_footer};
use polars_arrow_format::ipc::planus::{Builder, ReadAsRoot};
use polars_arrow_format::ipc::{Binary, Field, Footer, FooterRef, Null, Type};

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
    let Ok(mut footer) = FooterRef::read_as_root(&bytes).and_then(Footer::try_from) else { return Ok(None) };
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
    if unreadable.is_empty() {
        return Ok(None);
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
