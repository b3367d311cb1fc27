//! A connection to DuckDB or PostgreSQL through `serve_sql.py`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use arrow_array::types::Int64Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array, Int16Array,
    Int32Array, Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array, UInt16Array,
    UInt32Array, UInt64Array,
};
use arrow_schema::{Field, Schema};
use crosscut::engine::sql::{Batches, Connection, RemoteColumn};
use crosscut::engine::{Cancel, EngineError};
use crosscut::rule::print::SqlDialect;
use serde_json::{Value, json};

use crate::conformance::databases::{left_out, python_path};

/// A database with the tests' tables.
#[derive(Clone)]
pub struct TestConnection {
    name: String,
    dialect: SqlDialect,
    process: Arc<Mutex<Process>>,
    /// Column types by table, from the files.
    columns: BTreeMap<String, Vec<RemoteColumn>>,
    /// Statements that were run.
    pub log: Arc<Mutex<Vec<String>>>,
}

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl TestConnection {
    /// Starts the server; `None` if the database is missing and not required.
    pub fn start(dialect: SqlDialect) -> Option<Self> {
        let python = python_path();
        if !python.is_file() {
            left_out(&format!("{} is missing: run tests/engines/up.sh", python.display()));
            return None;
        }
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/remote/serve_sql.py");
        let mut child = Command::new(python)
            .arg(program)
            .arg(dialect.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let process = Arc::new(Mutex::new(Process { child, input, output }));
        let name = format!("test:{dialect}");
        let connection = Self { name, dialect, process, columns: BTreeMap::new(), log: Arc::default() };
        match connection.send(&json!({ "sql": "SELECT 1 AS one" })) {
            Ok(_) => Some(connection),
            Err(error) => {
                left_out(&format!("{dialect} does not run: {error}"));
                None
            }
        }
    }

    /// Loads tables, with the column types that rules see.
    pub fn load(&mut self, tables: &[(&str, PathBuf, Vec<RemoteColumn>)]) {
        let paths: serde_json::Map<String, Value> =
            tables.iter().map(|(name, path, _)| ((*name).to_owned(), json!(path))).collect();
        self.send(&json!({ "load": paths })).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        self.columns.extend(tables.iter().map(|(name, _, columns)| ((*name).to_owned(), columns.clone())));
        self.log.lock().expect("no panic").clear();
    }

    fn send(&self, asked: &Value) -> Result<Value, String> {
        let mut process = self.process.lock().expect("no panic");
        writeln!(process.input, "{asked}").map_err(|error| error.to_string())?;
        let mut line = String::new();
        process.output.read_line(&mut line).map_err(|error| error.to_string())?;
        let answer: Value = serde_json::from_str(&line).map_err(|error| format!("{error}: {line:?}"))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Connection for TestConnection {
    fn name(&self) -> &str {
        &self.name
    }

    fn dialect(&self) -> SqlDialect {
        self.dialect
    }

    fn columns(&self, table: &str, _cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError> {
        let missing = || EngineError::Failed(format!("no table {table}"));
        self.columns.get(table).cloned().ok_or_else(missing)
    }

    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
        cancel.check()?;
        self.log.lock().expect("no panic").push(statement.to_owned());
        let answer = self
            .send(&json!({ "sql": statement }))
            .map_err(|error| EngineError::Failed(format!("{error}\n  {statement}")))?;
        let columns =
            answer["types"].as_array().into_iter().flatten().zip(answer["columns"].as_array().into_iter().flatten());
        let arrays: Vec<ArrayRef> = columns
            .map(|(kind, cells)| array(kind.as_str().unwrap_or_default(), cells.as_array().map_or(&[], Vec::as_slice)))
            .collect();
        let field = |(at, array): (usize, &ArrayRef)| Field::new(format!("c{at}"), array.data_type().clone(), true);
        let schema = Arc::new(Schema::new(arrays.iter().enumerate().map(field).collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(EngineError::failed)?;
        // In two pieces: the rows of an answer may arrive in any number of batches.
        let half = batch.num_rows() / 2;
        let batches = vec![batch.slice(0, half), batch.slice(half, batch.num_rows() - half)];
        Ok(Batches { schema, batches })
    }
}

fn array(kind: &str, cells: &[Value]) -> ArrayRef {
    let float = |cell: &Value| cell.as_f64().or_else(|| cell.as_str()?.parse().ok());
    let text = |cell: &Value| cell.as_str().map(str::to_owned);
    macro_rules! whole {
        ($array:ty) => {
            Arc::new(cells.iter().map(whole).collect::<$array>())
        };
    }
    match kind {
        "bool" => Arc::new(cells.iter().map(Value::as_bool).collect::<BooleanArray>()),
        "int8" => whole!(Int8Array),
        "int16" => whole!(Int16Array),
        "int32" => whole!(Int32Array),
        "int64" => whole!(Int64Array),
        "uint8" => whole!(UInt8Array),
        "uint16" => whole!(UInt16Array),
        "uint32" => whole!(UInt32Array),
        "uint64" => Arc::new(cells.iter().map(Value::as_u64).collect::<UInt64Array>()),
        "float" => Arc::new(cells.iter().map(|cell| float(cell).map(|n| n as f32)).collect::<Float32Array>()),
        "double" => Arc::new(cells.iter().map(float).collect::<Float64Array>()),
        "string" | "large_string" => Arc::new(cells.iter().map(text).collect::<StringArray>()),
        "date32[day]" => whole!(Date32Array),
        "timestamp[us]" => whole!(TimestampMicrosecondArray),
        decimal if decimal.starts_with("decimal128(") => {
            let sizes =
                decimal.trim_start_matches("decimal128(").trim_end_matches(')').split_once(", ").expect("two sizes");
            let (precision, scale) = (sizes.0.parse().expect("a precision"), sizes.1.parse().expect("a scale"));
            let units = |cell: &Value| {
                let (whole, rest) = cell.as_str()?.split_once('.').unwrap_or((cell.as_str()?, ""));
                format!("{whole}{rest:0<width$}", width = scale as usize).parse().ok()
            };
            let array: Decimal128Array = cells.iter().map(units).collect();
            Arc::new(array.with_precision_and_scale(precision, scale).expect("a decimal"))
        }
        list if list.starts_with("list<") && list.contains("int") => {
            let items = |cell: &Value| Some(cell.as_array()?.iter().map(Value::as_i64).collect::<Vec<_>>());
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(cells.iter().map(items)))
        }
        other => panic!("the tests read no values of the type {other}"),
    }
}

/// Converts a JSON integer to the array's type; null gives `None`.
fn whole<T: TryFrom<i64>>(cell: &Value) -> Option<T> {
    let number = cell.as_i64()?;
    Some(T::try_from(number).unwrap_or_else(|_| panic!("{number} is out of range")))
}

/// Columns of a file as rules see them.
pub fn columns_of(schema: &crosscut::model::Schema) -> Vec<RemoteColumn> {
    let column =
        |column: &crosscut::model::Column| RemoteColumn { name: column.name.clone(), column_type: column.column_type };
    schema.columns().iter().map(column).collect()
}
