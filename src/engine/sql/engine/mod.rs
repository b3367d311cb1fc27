//! The engine over a connection.

mod rounds;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::NaiveDate;

use self::rounds::PendingQuestion;
use super::base_sums::BaseSums;
use super::cache::Cache;
use super::functions::unsupported_functions;
use super::remote::{self, KeyCounts, RemoteBase};
use super::running::RunningStatements;
use super::sample::{DrawnSample, SampleStatement};
use super::{Batches, Connection, connection};
use crate::engine::{Activity, Answer, Cancel, Capabilities, Engine, EngineError, Question, Status};
use crate::model::{Column, Events, Schema};
use crate::rule::print::DatabaseTables;

/// A base in a database, asked by statements.
pub struct SqlEngine {
    connection: Box<dyn Connection>,
    tables: DatabaseTables,
    customers: u64,
    today: NaiveDate,
    cache: Mutex<Cache>,
    base_sums: Mutex<BaseSums>,
    running: RunningStatements,
    unsupported_functions: Vec<String>,
}

/// A statement of a plan, and the questions that read its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStatement {
    pub text: String,
    /// Places of the questions.
    pub questions: Vec<usize>,
}

impl SqlEngine {
    /// Reads the tables' columns and counts the customers.
    ///
    /// # Errors
    /// When the base cannot be read, or its key does not name each customer.
    pub fn open(connection: Box<dyn Connection>, base: &RemoteBase, cancel: &Cancel) -> Result<Self, EngineError> {
        let running = RunningStatements::default();
        let opened = running.during(|| remote::open(connection.as_ref(), base, cancel))?;
        let unsupported_functions = unsupported_functions(connection.dialect());
        Ok(Self {
            connection,
            tables: opened.tables,
            customers: opened.customers,
            today: base.today,
            cache: Mutex::new(Cache::new()),
            base_sums: Mutex::default(),
            running,
            unsupported_functions,
        })
    }

    /// Counts the keys: whether each customer has one, and no two the same. It reads all of them, so that opening does not
    /// wait for it. `None` for a base without a key.
    ///
    /// # Errors
    /// Whatever keeps the engine from answering.
    pub fn key_counts(&self, cancel: &Cancel) -> Result<Option<KeyCounts>, EngineError> {
        let (schema, table) = (&self.tables.schema, self.tables.base.as_str());
        // Not timed: the latency is that of counts.
        let counts = |key| remote::key_counts(self.connection.as_ref(), table, key, cancel);
        schema.key().map(counts).transpose()
    }

    /// Returns the first statements for these questions, without those that are refused. A profile of numbers needs one
    /// more, for its bins.
    pub fn plan(&self, questions: &[Question]) -> Vec<PlannedStatement> {
        let places: Vec<usize> = (0..questions.len()).filter(|at| self.refuse(&questions[*at]).is_ok()).collect();
        let mut plan = self.shared_plan(&places, questions);
        let pending: Vec<PendingQuestion> =
            places.into_iter().filter_map(|at| self.plan_one(at, &questions[at], &mut plan).ok()).collect();
        let of_place = |place| pending.iter().filter(|one| one.needs.contains(&place)).map(|one| one.at).collect();
        let statements = plan.statements().unwrap_or_default().into_iter();
        statements.map(|(place, text)| PlannedStatement { text, questions: of_place(place) }).collect()
    }

    /// Draws about `wanted` customers by the hash of their keys, the same ones every time, with the values of the
    /// columns that rules can use and `is_left_out` does not name.
    ///
    /// # Errors
    /// `Unsupported` if the base has no key or the dialect no hash; else whatever keeps the engine from answering.
    pub fn draw_sample(
        &self,
        wanted: u64,
        is_left_out: &dyn Fn(&str) -> bool,
        cancel: &Cancel,
    ) -> Result<DrawnSample, EngineError> {
        let drawing = self.drawing(wanted, is_left_out)?;
        // Not timed: the latency is that of counts.
        let answer = connection::run(self.connection.as_ref(), &drawing.statement, cancel)?;
        Ok(drawing.read(answer))
    }

    /// Refuses what [`SqlEngine::draw_sample`] would refuse without asking.
    ///
    /// # Errors
    /// `Unsupported` if the base has no key or the dialect no hash.
    pub fn check_sample(&self) -> Result<(), EngineError> {
        self.drawing(1, &|_| false).map(|_| ())
    }

    fn drawing(&self, wanted: u64, is_left_out: &dyn Fn(&str) -> bool) -> Result<SampleStatement, EngineError> {
        SampleStatement::new(&self.tables, self.connection.dialect(), self.customers, wanted, is_left_out)
    }

    /// Identifies the table and its server, without credentials.
    pub fn place(&self) -> String {
        format!("{}\n{}\n{}", self.name(), self.connection.place(), self.tables.base.as_str())
    }

    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Arc<Batches>, EngineError> {
        cancel.check()?;
        if let Some(known) = self.cache().get(statement, Instant::now()) {
            return Ok(known);
        }
        let answer = self.running.during(|| connection::run(self.connection.as_ref(), statement, cancel));
        let answer = Arc::new(answer.map_err(|error| self.explained(error, cancel))?);
        self.cache().put(statement, &answer, Instant::now());
        Ok(answer)
    }

    /// Says that a table has changed since it was opened, if that is why a statement failed.
    fn explained(&self, error: EngineError, cancel: &Cancel) -> EngineError {
        if !matches!(error, EngineError::Failed(_)) {
            return error;
        }
        let schema = &self.tables.schema;
        let own = schema.columns().iter().filter(|column| schema.definition(&column.name).is_none()).cloned().collect();
        let of_events = |events: &Events| {
            let table = self.tables.events.get(&events.name)?.as_str();
            Some((table, events.schema.columns().to_vec()))
        };
        let tables = std::iter::once((self.tables.base.as_str(), own));
        let mut tables = tables.chain(schema.all_events().iter().filter_map(of_events));
        let change = |(table, before): (&str, Vec<Column>)| {
            let change = remote::change(self.connection.as_ref(), table, &before, cancel)?;
            Some(EngineError::Changed(format!("{table} has changed since it was opened: {change}")))
        };
        tables.find_map(change).unwrap_or(error)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for SqlEngine {
    fn name(&self) -> &str {
        self.connection.name()
    }

    fn schema(&self) -> &Schema {
        &self.tables.schema
    }

    fn customers(&self) -> u64 {
        self.customers
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            latency: self.running.latency(),
            stable_order: self.tables.schema.key().is_some(),
            unsupported_functions: self.unsupported_functions.clone(),
        }
    }

    fn status(&self) -> Status {
        let in_flight = self.running.in_flight();
        let counting = || {
            let statements = if in_flight == 1 { "statement" } else { "statements" };
            Activity {
                what: format!("{in_flight} {statements} on {}", self.name()),
                permille: self.connection.progress(),
            }
        };
        Status { activity: (in_flight > 0).then(counting), in_flight, costs: Vec::new() }
    }

    /// Answers all questions together; those that shared a statement which failed, each on its own.
    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) {
        let mut open = Vec::new();
        for (at, question) in questions.iter().enumerate() {
            match cancel.check().and_then(|()| self.refuse(question)) {
                Ok(()) => open.push(at),
                Err(error) => answered(at, Err(error)),
            }
        }
        for at in self.answer(&open, questions, cancel, answered) {
            let again = self.answer(&[at], questions, cancel, answered);
            for at in again {
                answered(
                    at,
                    Err(EngineError::failed(
                        "a question shares a statement with itself: internal error, please report",
                    )),
                );
            }
        }
    }
}
