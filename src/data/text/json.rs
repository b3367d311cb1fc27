//! Reads JSON: one object per line, or one array of objects. Strings stay strings, but may be dates.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader};

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::row_limit::RowBytes;
use super::value::{self, FieldValue};
use super::{ReadStop, TextFormat, TextTable};
use crate::data::DataError;
use crate::data::progress::Watch;
use crate::data::source::InputFile;

/// Number of rows between two calls of [`Watch::tick`].
const ROWS: u64 = 1024;

pub fn read_lines(
    input: &InputFile,
    format: &TextFormat,
    table: &mut TextTable,
    watch: &mut Watch,
) -> Result<(), ReadStop> {
    let (from, row) = format.open_rows(input, watch.counter())?;
    let mut from = BufReader::with_capacity(1 << 18, from);
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if from.read_until(b'\n', &mut bytes).map_err(|error| format.read_error(input, &error))? == 0 {
            break;
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| ReadStop::NotUtf8)?;
        if text.trim().is_empty() {
            continue;
        }
        let object = serde_json::from_str(text).map_err(|error| bad(input, line, &error))?;
        push(table, object, watch)?;
        row.complete();
        table.check_memory(input)?;
    }
    Ok(())
}

pub fn read_array(
    input: &InputFile,
    format: &TextFormat,
    table: &mut TextTable,
    watch: &mut Watch,
) -> Result<(), ReadStop> {
    let (from, row) = format.open_rows(input, watch.counter())?;
    let from = BufReader::with_capacity(1 << 18, from);
    let mut stop = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = ArrayRows { input, row, table, watch, stop: &mut stop }.deserialize(&mut json).and_then(|()| json.end());
    match (stop, read) {
        (Some(stop), _) => Err(stop),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() => Err(format.read_error(input, &error.into()).into()),
        (None, Err(error)) if error.to_string().starts_with("invalid unicode code point") => Err(ReadStop::NotUtf8),
        (None, Err(error)) => Err(bad(input, error.line() as u64, &error)),
    }
}

fn bad(input: &InputFile, line: u64, error: &serde_json::Error) -> ReadStop {
    let way_out = "write one object on each line, or all of them in one array";
    // serde_json ends its message with a place that counts lines of its input, which is one line here.
    let message = error.to_string();
    let message = without_value(message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message));
    let problem = match error.is_eof() {
        true => format!("breaks off inside a JSON object: {way_out}"),
        false => format!("is no JSON object, at column {} ({message}): {way_out}", error.column()),
    };
    DataError::Line { file: input.name.clone(), line, problem }.into()
}

/// Returns serde_json's message without the value that it found: `invalid type: string, expected a map`.
fn without_value(message: &str) -> String {
    match (message.strip_prefix("invalid "), message.rfind(", expected ")) {
        (Some(_), Some(end)) => {
            let found = message[..end].find(['"', '`']).unwrap_or(end);
            format!("{}{}", message[..found].trim_end(), &message[end..])
        }
        _ => message.to_owned(),
    }
}

fn push(table: &mut TextTable, object: Map<String, Json>, watch: &mut Watch) -> Result<(), ReadStop> {
    let places: Vec<usize> = object.keys().map(|name| table.place(name)).collect();
    let cells = places.into_iter().zip(object.values());
    table.push_row(cells.filter_map(|(place, json)| cell(json).map(|(value, text)| (place, value, text))));
    if table.rows % ROWS == 1 {
        watch.tick_with(table.rows, || Some(table.schema()))?;
    }
    Ok(())
}

/// Returns a value and its text; `None` for null. Nested values are kept as JSON text.
fn cell(json: &Json) -> Option<(FieldValue, Cow<'_, str>)> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => (FieldValue::Boolean(*value), Cow::Borrowed(if *value { "true" } else { "false" })),
        Json::Number(number) => {
            let text = number.as_str();
            let value = match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => FieldValue::Integer(integer),
                // A whole number beyond signed 64 bits is an id, whose digits are kept.
                (None, Some(float)) if text.contains(['.', 'e', 'E']) => FieldValue::Float(float),
                _ => FieldValue::Text,
            };
            (value, Cow::Borrowed(text))
        }
        Json::String(text) if text.trim().is_empty() => (FieldValue::Blank, Cow::Borrowed(text)),
        Json::String(text) => (value::moment(text).unwrap_or(FieldValue::Text), Cow::Borrowed(text)),
        nested => (FieldValue::Text, Cow::Owned(nested.to_string())),
    })
}

/// Pushes the objects of an array one by one, so that the array is never whole in memory.
struct ArrayRows<'a, 'w> {
    input: &'a InputFile,
    row: RowBytes,
    table: &'a mut TextTable,
    watch: &'a mut Watch<'w>,
    /// Reason why reading was stopped, if it was not invalid JSON.
    stop: &'a mut Option<ReadStop>,
}

impl<'de> DeserializeSeed<'de> for ArrayRows<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ArrayRows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<(), A::Error> {
        while let Some(object) = objects.next_element()? {
            self.row.complete();
            let pushed = push(self.table, object, self.watch);
            if let Err(stop) = pushed.and_then(|()| Ok(self.table.check_memory(self.input)?)) {
                *self.stop = Some(stop);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
