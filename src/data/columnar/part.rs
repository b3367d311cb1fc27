use polars::prelude::{Column, DataType, IntoColumn, PlSmallStr, PolarsResult, Series};
use rayon::prelude::*;

use super::coded::{self, CodedPart};

/// Some consecutive rows of a column.
pub enum ColumnPart {
    Plain(Series),
    /// Text as codes.
    Coded(Box<CodedPart>),
}

impl ColumnPart {
    pub fn coded(coded: CodedPart) -> Self {
        ColumnPart::Coded(Box::new(coded))
    }

    pub fn len(&self) -> usize {
        match self {
            ColumnPart::Plain(series) => series.len(),
            ColumnPart::Coded(coded) => coded.len(),
        }
    }

    /// Returns true if some value is text and not a code.
    pub fn is_text(&self) -> bool {
        matches!(self, ColumnPart::Plain(series) if series.null_count() < series.len())
    }

    /// Converts the part to codes, if it has them: rows that are all null need no dictionary.
    fn into_coded(self) -> Result<CodedPart, Self> {
        match self {
            ColumnPart::Coded(coded) => Ok(*coded),
            text if text.is_text() => Err(text),
            nulls => Ok(CodedPart::nulls(nulls.len())),
        }
    }

    fn into_series(self, name: &PlSmallStr) -> Series {
        match self {
            ColumnPart::Plain(series) => series,
            ColumnPart::Coded(coded) => coded.to_text(name),
        }
    }
}

/// Minimum rows per chunk: with fewer, iterating over the chunks costs more than copying them together once.
const MIN_ROWS: usize = 1 << 14;

/// Joins the parts to the whole column. It is categorical, with ascending categories that each have a row, if all parts
/// are codes with few enough values together; else it is of `data_type`. It has one chunk per part if those are large,
/// since not everyone needs the copy that a single chunk costs.
pub fn join(name: &PlSmallStr, data_type: &DataType, parts: Vec<ColumnPart>) -> PolarsResult<Column> {
    let mut whole = match with_codes(name, parts)? {
        Ok(categorical) => categorical,
        Err(parts) => {
            let mut whole = Series::new_empty(name.clone(), data_type);
            let parts: Vec<Series> = parts.into_par_iter().map(|part| part.into_series(name)).collect();
            for part in parts {
                whole.append_owned(part)?;
            }
            whole
        }
    };
    if whole.n_chunks() > 1 && whole.len() / whole.n_chunks() < MIN_ROWS {
        whole = whole.rechunk();
    }
    Ok(whole.into_column())
}

/// Joins the parts as codes; returns them if they are not all codes.
fn with_codes(name: &PlSmallStr, parts: Vec<ColumnPart>) -> PolarsResult<Result<Series, Vec<ColumnPart>>> {
    let mut all = Vec::with_capacity(parts.len());
    if !parts.iter().any(|part| matches!(part, ColumnPart::Coded(_))) {
        return Ok(Err(parts));
    }
    let mut rest = parts.into_iter();
    while let Some(part) = rest.next() {
        match part.into_coded() {
            Ok(coded) => all.push(coded),
            Err(text) => {
                let before = all.into_iter().map(ColumnPart::coded);
                return Ok(Err(before.chain([text]).chain(rest).collect()));
            }
        }
    }
    Ok(coded::join(name, all)?.map_err(|all| all.into_iter().map(ColumnPart::coded).collect()))
}
