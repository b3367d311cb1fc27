//! A connection without a database: it counts the customers when it is opened, and then returns answers given by a
//! test.

use std::sync::{Arc, Mutex};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use crosscut::engine::sql::{Batches, Connection, RemoteBase, RemoteColumn, RemoteTable, SqlEngine};
use crosscut::engine::{Cancel, EngineError};
use crosscut::model::{ColumnType, FileLists, FileValues, TableColumns};
use crosscut::rule::print::SqlDialect;

type Reply = dyn Fn(&str, &Cancel) -> Result<Batches, EngineError> + Send + Sync;

#[derive(Clone)]
pub struct Canned {
    dialect: SqlDialect,
    reply: Arc<Reply>,
    pub log: Arc<Mutex<Vec<String>>>,
    /// Column of the base that was dropped after the base was opened.
    pub dropped: Arc<Mutex<Option<String>>>,
}

impl Canned {
    /// `reply` answers every statement except the first, which counts the customers.
    pub fn new(
        dialect: SqlDialect,
        reply: impl Fn(&str, &Cancel) -> Result<Batches, EngineError> + Send + Sync + 'static,
    ) -> Self {
        Self { dialect, reply: Arc::new(reply), log: Arc::default(), dropped: Arc::default() }
    }

    /// A connection that must not be asked.
    pub fn silent(dialect: SqlDialect) -> Self {
        Self::new(dialect, |statement, _| Err(EngineError::Failed(format!("not expected: {statement}"))))
    }

    /// An engine on a million customers, with forty columns and a table of orders. Each file that a rule names has three
    /// values.
    pub fn engine(&self) -> SqlEngine {
        let orders = RemoteTable {
            name: "orders".into(),
            table: "crm.orders".into(),
            columns: TableColumns {
                key: Some("customer_id".into()),
                date: Some("date".into()),
                ..TableColumns::default()
            },
            order: None,
        };
        let base = RemoteBase {
            table: "crm.customers".into(),
            key: Some("id".into()),
            tables: vec![orders],
            today: crate::rules::today(),
            lists: FileLists::new(|_, _| {
                let texts = ["a", "b", "c"].map(str::to_owned);
                Ok(Arc::new(FileValues::new(texts.to_vec(), 1)))
            }),
            ..RemoteBase::default()
        };
        SqlEngine::open(Box::new(self.clone()), &base, &Cancel::new()).expect("a good base")
    }
}

impl Connection for Canned {
    fn name(&self) -> &str {
        "canned"
    }

    fn dialect(&self) -> SqlDialect {
        self.dialect
    }

    fn columns(&self, table: &str, _cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError> {
        let column = |name: &str, column_type| RemoteColumn { name: name.to_owned(), column_type };
        if table == "crm.orders" {
            let (number, date) = (column("amount", ColumnType::Decimal(2)), column("date", ColumnType::Date));
            return Ok(vec![column("customer_id", ColumnType::Text), number, date, column("theme", ColumnType::Text)]);
        }
        let mut columns = vec![
            column("id", ColumnType::Text),
            column("country", ColumnType::Text),
            column("plan", ColumnType::Text),
            column("spend", ColumnType::Float),
            column("joined", ColumnType::Date),
        ];
        columns.extend((0..15).map(|n| column(&format!("n{n}"), ColumnType::Integer)));
        columns.extend((0..20).map(|n| column(&format!("t{n}"), ColumnType::Text)));
        let dropped = self.dropped.lock().expect("no panic").clone();
        columns.retain(|column| Some(&column.name) != dropped.as_ref());
        Ok(columns)
    }

    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
        self.log.lock().expect("no panic").push(statement.to_owned());
        if statement == "SELECT COUNT(*) AS n FROM crm.customers" {
            return Ok(row(&[1_000_000]));
        }
        if statement.contains("COUNT(DISTINCT") && statement.ends_with("FROM crm.customers") {
            return Ok(row(&[1_000_000, 999_990, 999_960]));
        }
        (self.reply)(statement, cancel)
    }
}

/// One row of integers.
pub fn row(numbers: &[i64]) -> Batches {
    let array = |(at, number): (usize, &i64)| -> (String, ArrayRef) {
        (format!("c{at}"), Arc::new(Int64Array::from_iter_values([*number])))
    };
    let batch = RecordBatch::try_from_iter(numbers.iter().enumerate().map(array)).expect("arrays of one length");
    Batches { schema: batch.schema(), batches: vec![batch] }
}

/// One row: a list of counts as a text, and integers.
pub fn listed(counts: &str, numbers: &[i64]) -> Batches {
    let list: ArrayRef = Arc::new(StringArray::from(vec![counts]));
    let numbers = row(numbers);
    let columns = numbers.batches[0].columns().iter().cloned();
    let named = std::iter::once(list).chain(columns).enumerate().map(|(at, column)| (format!("c{at}"), column));
    let batch = RecordBatch::try_from_iter(named).expect("arrays of one length");
    Batches { schema: batch.schema(), batches: vec![batch] }
}
