//! Reads JSON: one object per line, or an array of objects, alone or as a member of objects around it. Strings stay strings,
//! but may be dates. Members of nested objects are columns: `address.city`.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::row_limit::RowBytes;
use super::table::BadValue;
use super::value::FieldValue;
use super::{ReadStop, TableBuilder, TextFormat};
use crate::data::DataError;
use crate::data::load_progress::LoadWatch;
use crate::data::source::InputFile;

/// Number of rows between two calls of [`LoadWatch::tick`].
const ROWS_PER_CHECK: u64 = 1024;

pub fn read_lines(
    input: &InputFile,
    format: &TextFormat,
    table: &mut TableBuilder,
    watch: &mut LoadWatch,
) -> Result<(), ReadStop> {
    let (from, row) = format.open_rows(input, watch.counter())?;
    table.begin_rows(input);
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
        let at_line = |problem| DataError::Line { file: input.name.clone(), line, problem };
        push(table, &input.name, line, object, watch)?.map_err(at_line)?;
        row.complete();
        table.check_memory(input)?;
    }
    Ok(())
}

/// Reads the objects of an array that is the whole text, or the member at `path` within objects.
pub fn read_array(
    input: &InputFile,
    format: &TextFormat,
    path: &[String],
    table: &mut TableBuilder,
    watch: &mut LoadWatch,
) -> Result<(), ReadStop> {
    table.begin_rows(input);
    let (from, row) = format.open_rows(input, watch.counter())?;
    let from = BufReader::with_capacity(1 << 18, from);
    let mut stop = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let rows = ArrayRows { input, row, table, watch, stop: &mut stop };
    let read = MemberPath { path, rows }.deserialize(&mut json).and_then(|()| json.end());
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
        false => format!("is not a JSON object, at column {} ({message}): {way_out}", error.column()),
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

/// Adds a row. Returns the problem of a row that cannot be read.
fn push(
    table: &mut TableBuilder,
    file: &str,
    line: u64,
    object: Map<String, Json>,
    watch: &mut LoadWatch,
) -> Result<Result<(), String>, DataError> {
    let mut cells = Vec::with_capacity(object.len());
    if let Err(problem) = flatten(table, None, &object, &mut cells) {
        return Ok(Err(problem));
    }
    let cells = cells.into_iter().filter_map(|(place, json)| cell(json).map(|(value, text)| (place, value, text)));
    if let Err(BadValue { column, problem, .. }) = table.push_row(file, line, cells) {
        return Ok(Err(format!("member {column}: {problem}: correct it, or name it in null = […] of its type")));
    }
    if table.rows % ROWS_PER_CHECK == 1 {
        table.tick(watch)?;
    }
    Ok(Ok(()))
}

/// Lists the members of an object with the indices of their columns; members of objects within it by names such as
/// `address.city`.
///
/// # Errors
/// Returns the problem of an object that makes too many columns, or two of one name.
fn flatten<'j>(
    table: &mut TableBuilder,
    before: Option<&str>,
    object: &'j Map<String, Json>,
    cells: &mut Vec<(usize, &'j Json)>,
) -> Result<(), String> {
    for (name, json) in object {
        let nested = before.map(|before| format!("{before}.{name}"));
        let name = nested.as_deref().unwrap_or(name);
        match json {
            Json::Object(inner) => flatten(table, Some(name), inner, cells)?,
            value => {
                let place = table.place(name);
                if before.is_some() && cells.iter().any(|(other, _)| *other == place) {
                    return Err(format!("has two members \"{name}\": rename one of them"));
                }
                cells.push((place, value));
            }
        }
    }
    if before.is_some() && table.is_too_wide() {
        let problem = "makes more columns than a table has, of objects whose members have ever other names";
        return Err(format!("{problem}: write such members as values, as {{\"name\": …, \"value\": …}}"));
    }
    Ok(())
}

/// Returns a value and its text; `None` for null. Lists are kept as JSON text.
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
        Json::String(text) => (FieldValue::Text, Cow::Borrowed(text)),
        nested => (FieldValue::Text, Cow::Owned(nested.to_string())),
    })
}

/// Pushes the objects of an array one by one, so that the array is never whole in memory.
struct ArrayRows<'a, 'w> {
    input: &'a InputFile,
    row: RowBytes,
    table: &'a mut TableBuilder,
    watch: &'a mut LoadWatch<'w>,
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
        let mut rows = 0;
        while let Some(object) = objects.next_element()? {
            self.row.complete();
            rows += 1;
            let pushed = push(self.table, &self.input.name, rows, object, self.watch).and_then(|read| {
                let problem = |problem| DataError::file(&self.input.name, format!("object {rows} {problem}"));
                read.map_err(problem)?;
                self.table.check_memory(self.input)
            });
            if let Err(error) = pushed {
                *self.stop = Some(error.into());
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Finds the array of objects at a path of members.
struct MemberPath<'p, 'a, 'w> {
    path: &'p [String],
    rows: ArrayRows<'a, 'w>,
}

impl<'de> DeserializeSeed<'de> for MemberPath<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.path {
            [] => self.rows.deserialize(deserializer),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for MemberPath<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object around the rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Some((wanted, path)) = self.path.split_first() else { return Ok(()) };
        let mut rows = Some(self.rows);
        while let Some(name) = members.next_key::<String>()? {
            match rows.take_if(|_| name == *wanted) {
                Some(rows) => members.next_value_seed(MemberPath { path, rows })?,
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        match rows {
            None => Ok(()),
            Some(rows) => {
                let problem = format!("has no member \"{wanted}\" with the rows: name it by table = \"…\" (--table)");
                *rows.stop = Some(DataError::file(&rows.input.name, problem).into());
                Err(serde::de::Error::custom("stopped"))
            }
        }
    }
}
