//! Reads the columns of a table with the types that rules use, where the driver's Arrow types do not show them.

use arrow_array::{Array, StringArray};
use arrow_schema::{Field, SchemaRef};

use crate::engine::EngineError;
use crate::engine::sql::column_types::column_type;
use crate::engine::sql::{Batches, RemoteColumn};
use crate::model::ColumnType;
use crate::rule::print::SqlDialect;

/// Returns a statement whose answer [`read`] converts to the table's columns. The statement reads no rows.
pub(super) fn statement(table: &str, dialect: SqlDialect) -> String {
    match dialect {
        // SQLite's driver guesses types from rows, and this statement returns none.
        SqlDialect::Sqlite => {
            let (schema, table) = sqlite_name(table);
            let quoted = |name: &str| format!("'{}'", name.replace('\'', "''"));
            let schema = schema.map(|schema| format!(", {}", quoted(&schema))).unwrap_or_default();
            format!("SELECT name, type FROM pragma_table_info({}{schema}) ORDER BY cid", quoted(&table))
        }
        _ => format!("SELECT * FROM {table} WHERE 1 = 0"),
    }
}

/// Reads the columns from the answer to [`statement`].
///
/// # Errors
/// Returns an error if SQLite does not have the table: it then answers with no columns.
pub(super) fn read(answer: &Batches, table: &str, dialect: SqlDialect) -> Result<Vec<RemoteColumn>, EngineError> {
    match dialect {
        SqlDialect::Sqlite => {
            let columns: Vec<RemoteColumn> = answer.batches.iter().flat_map(sqlite_columns).collect();
            match columns.is_empty() {
                true => Err(EngineError::Failed(format!("no such table: {table}"))),
                false => Ok(columns),
            }
        }
        _ => Ok(columns_of(&answer.schema)),
    }
}

fn columns_of(schema: &SchemaRef) -> Vec<RemoteColumn> {
    let column = |field: &Field| RemoteColumn { name: field.name().clone(), column_type: field_type(field) };
    schema.fields().iter().map(|field| column(field)).collect()
}

/// Returns the type of a field. The drivers of PostgreSQL report it in the metadata, since NUMERIC comes as text and
/// MONEY as an integer.
fn field_type(field: &Field) -> ColumnType {
    let text = |key: &str| field.metadata().get(key).map(String::as_str);
    match text("POSTGRESQL:type").or(text("ADBC:postgresql:typname")) {
        Some("numeric") => return numeric_type(text("POSTGRESQL:typmod").and_then(|typmod| typmod.parse().ok())),
        Some("money") => return ColumnType::Other,
        _ => {}
    }
    match text("ARROW:extension:name") {
        // A value of a type that the driver does not know: it comes as text or as raw bytes.
        Some("arrow.opaque" | "arrow.json" | "arrow.uuid") => ColumnType::Other,
        _ => column_type(field.data_type()),
    }
}

/// Returns the type of a NUMERIC. NUMERIC(p, s) has s digits after the point. In a NUMERIC without a scale each value
/// has as many digits as it needs, so it is read as a float.
fn numeric_type(typmod: Option<i32>) -> ColumnType {
    const HEADER: i32 = 4;
    let Some(packed) = typmod.filter(|typmod| *typmod >= HEADER).map(|typmod| typmod - HEADER) else {
        return ColumnType::Float;
    };
    // The scale is stored as a signed number of 11 bits.
    let scale = ((packed & 0x7FF) ^ 0x400) - 0x400;
    ColumnType::Decimal(u8::try_from(scale).unwrap_or(0))
}

fn sqlite_columns(batch: &arrow_array::RecordBatch) -> Vec<RemoteColumn> {
    let texts = |i: usize| (i < batch.num_columns()).then(|| batch.column(i).as_any().downcast_ref::<StringArray>());
    let (Some(Some(names)), Some(Some(types))) = (texts(0), texts(1)) else { return Vec::new() };
    let named = names.iter().zip(types.iter());
    let column = |(name, declared): (Option<&str>, Option<&str>)| {
        Some(RemoteColumn { name: name?.to_owned(), column_type: sqlite_type(declared.unwrap_or_default()) })
    };
    named.filter_map(column).collect()
}

/// Returns the type that a column was declared with. SQLite accepts any text as a type, and classifies it by the
/// words in it.
fn sqlite_type(declared: &str) -> ColumnType {
    let declared = declared.to_ascii_uppercase();
    let has = |word: &str| declared.contains(word);
    if has("BOOL") {
        ColumnType::Boolean
    } else if has("DATETIME") || has("TIMESTAMP") {
        ColumnType::Timestamp
    } else if has("DATE") {
        ColumnType::Date
    } else if has("TIME") {
        ColumnType::Time
    } else if has("INT") {
        ColumnType::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") || has("STRING") {
        ColumnType::Text
    } else if has("BLOB") || declared.is_empty() {
        ColumnType::Other
    } else {
        ColumnType::Float
    }
}

/// Splits `main."my table"` into its schema and its table, without quotes.
fn sqlite_name(table: &str) -> (Option<String>, String) {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in table.trim().chars() {
        match (quote, c) {
            (None, '"' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '.') => parts.push(String::new()),
            (Some(end), c) if c == end => quote = None,
            (_, c) => parts.last_mut().into_iter().for_each(|part| part.push(c)),
        }
    }
    let table = parts.pop().unwrap_or_default();
    (parts.pop(), table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_type_has_declared_scale() {
        for (typmod, expected) in [
            (Some(655_366), ColumnType::Decimal(2)),
            (Some((18 << 16) + 4), ColumnType::Decimal(0)),
            (Some(((5 << 16) | (-2 & 0x7FF)) + 4), ColumnType::Decimal(0)),
            (Some(-1), ColumnType::Float),
            (None, ColumnType::Float),
        ] {
            assert_eq!(numeric_type(typmod), expected, "{typmod:?}");
        }
    }

    #[test]
    fn sqlite_declared_types_are_read_by_words() {
        for (declared, expected) in [
            ("INTEGER", ColumnType::Integer),
            ("varchar(20)", ColumnType::Text),
            ("DECIMAL(10,2)", ColumnType::Float),
            ("double precision", ColumnType::Float),
            ("date", ColumnType::Date),
            ("DATETIME", ColumnType::Timestamp),
            ("BOOLEAN", ColumnType::Boolean),
            ("", ColumnType::Other),
        ] {
            assert_eq!(sqlite_type(declared), expected, "{declared}");
        }
    }

    #[test]
    fn sqlite_table_name_splits_at_point() {
        assert_eq!(sqlite_name("main.\"my.table\""), (Some("main".into()), "my.table".into()));
        assert_eq!(
            statement("it's", SqlDialect::Sqlite),
            "SELECT name, type FROM pragma_table_info('it''s') ORDER BY cid"
        );
    }
}
