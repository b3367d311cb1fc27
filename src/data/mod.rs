//! A path, or stdin, becomes a [`Base`]: a typed table in memory.
//!
//! The format is found by content. Text is read by one rule: an empty field is null, nothing is trimmed, and a column
//! has a type other than text only when every value of the whole file has it. What was not plain about a file is said
//! in [`Notice`]s; what cannot be read is refused with the file, the line, the reason and the way out.

mod columnar;
mod datum;
mod encoding;
mod error;
mod format;
mod guess;
mod key;
mod progress;
mod source;
mod text;

use std::fmt;

use polars::prelude::{DataFrame, DataType};

use crate::model::{Column, ColumnType, Schema};

pub use datum::datum;
pub use error::DataError;
pub use guess::{guess_key, guess_value};
pub use progress::{Progress, Stage};
pub use source::Source;

use format::Format;
use progress::Watch;
use source::Input;

/// All customers loaded: one row per customer.
#[derive(Debug, Clone)]
pub struct Base {
    /// One chunk per column. Floats hold no NaN: it is read as null.
    pub frame: DataFrame,
    pub schema: Schema,
    /// The key column, spelled as in the schema.
    pub key: Option<String>,
    /// A short name for titles: `customers.csv`, `stdin`.
    pub source: String,
    pub notices: Vec<Notice>,
}

/// Something worth knowing about how a base was read, as one line: `3 rows have no customer_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice(pub String);

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The column that names a customer. It is an error if there is none of that name.
    pub key: Option<String>,
}

/// Reads a whole base into memory.
///
/// `on_progress` is called a few times a second, on this thread. `cancelled` is asked between batches of rows; once it
/// says yes the result is [`DataError::Cancelled`].
pub fn load(
    source: &Source,
    options: &LoadOptions,
    on_progress: &mut dyn FnMut(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<Base, DataError> {
    let mut watch = Watch::new(on_progress, cancelled);
    let inputs = source.inputs(&mut watch)?;
    watch.begin(Stage::Reading, Some(inputs.iter().map(|input| input.len).sum()));
    let read = read(&inputs, &mut watch);
    // Whatever else seems wrong with a file that changed meanwhile, that is the reason.
    if !matches!(read, Err(DataError::Cancelled)) {
        inputs.iter().try_for_each(Input::check_unchanged)?;
    }
    let (frame, mut notices) = read?;

    let schema = schema_of(&frame);
    let key = options.key.as_deref().map(|name| key::find(&schema, name)).transpose()?;
    if let Some(key) = &key {
        watch.begin(Stage::Keys, None);
        watch.tick(frame.height() as u64)?;
        notices.extend(key::check(&frame, key));
    }
    Ok(Base { frame, schema, key, source: source.title(), notices })
}

fn read(inputs: &[Input], watch: &mut Watch) -> Result<(DataFrame, Vec<Notice>), DataError> {
    match Format::of_all(inputs)? {
        Format::Text(formats) => text::load(inputs, formats, watch),
        Format::Parquet => Ok((columnar::load(inputs, columnar::Kind::Parquet, watch)?, Vec::new())),
        Format::Arrow => Ok((columnar::load(inputs, columnar::Kind::Arrow, watch)?, Vec::new())),
    }
}

fn schema_of(frame: &DataFrame) -> Schema {
    let columns = frame.columns().iter();
    Schema::new(columns.map(|c| Column { name: c.name().to_string(), column_type: column_type(c.dtype()) }).collect())
}

/// What rules and screens know of a polars type.
pub fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => ColumnType::Text,
        DataType::Date => ColumnType::Date,
        DataType::Datetime(..) => ColumnType::Timestamp,
        DataType::Time => ColumnType::Time,
        DataType::Duration(_) => ColumnType::Duration,
        DataType::Decimal(..) => ColumnType::Float,
        integer if integer.is_integer() => ColumnType::Integer,
        float if float.is_float() => ColumnType::Float,
        _ => ColumnType::Other,
    }
}
