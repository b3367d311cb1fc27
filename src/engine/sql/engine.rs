//! The engine over a connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Instant;

use chrono::NaiveDate;

use super::cache::Cache;
use super::functions::unsupported_functions;
use super::plan::{AnswerReader, Next, PlanStep, Results, StatementPlace, StatementPlan};
use super::remote::{self, KeyCounts, RemoteBase};
use super::running::RunningStatements;
use super::sample::{DrawnSample, SampleStatement};
use super::strata::dividing_sets;
use super::terms::{Resolver, Term};
use super::{Batches, Connection, connection, contrast, counts, groups, page, profile, sets, values, voices};
use crate::engine::{Activity, Answer, Cancel, Capabilities, Engine, EngineError, Question, QuestionBody, Status};
use crate::model::{Column, Events, Schema};
use crate::rule::print::DatabaseTables;

/// Statements of one batch that run at the same time.
const MAX_IN_FLIGHT: usize = 4;

/// A base in a database, asked by statements.
pub struct SqlEngine {
    connection: Box<dyn Connection>,
    tables: DatabaseTables,
    customers: u64,
    today: NaiveDate,
    cache: Mutex<Cache>,
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

/// A question whose statements are known.
struct Pending {
    at: usize,
    needs: Vec<StatementPlace>,
    reading: AnswerReader,
}

/// Questions that a round of statements did not answer.
#[derive(Default)]
struct Unanswered {
    /// Need more statements.
    next: Vec<(usize, Next)>,
    /// Shared a statement that failed.
    alone: Vec<usize>,
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

    /// The statements that these questions cost at first, without those that are refused. A profile of numbers takes one more
    /// for its bins.
    pub fn plan(&self, questions: &[Question]) -> Vec<PlannedStatement> {
        let places: Vec<usize> = (0..questions.len()).filter(|at| self.refuse(&questions[*at]).is_ok()).collect();
        let mut plan = self.shared_plan(&places, questions);
        let pending: Vec<Pending> =
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

    fn new_plan(&self, filter: Option<Term>) -> StatementPlan<'_> {
        StatementPlan::new(self.connection.dialect(), &self.tables, self.customers, filter)
    }

    /// A plan for several questions, with what most of them share.
    fn shared_plan(&self, places: &[usize], questions: &[Question]) -> StatementPlan<'_> {
        let questions = || places.iter().map(|at| &questions[*at]);
        let filter = self.shared_filter(questions());
        let overlap = questions().find_map(|question| match &question.body {
            QuestionBody::Overlap(overlap) => Some((question, overlap)),
            _ => None,
        });
        let sets = overlap.map(|(question, overlap)| {
            let resolver = Resolver::new(&self.tables.schema, self.today, question);
            let is_shared = filter.as_ref().is_some_and(|filter| filter.key == resolver.rule(&overlap.filter).key);
            match is_shared {
                true => dividing_sets(resolver.rules(&overlap.rows), resolver.rules(&overlap.columns)),
                false => Vec::new(),
            }
        });
        self.new_plan(filter).by_strata(sets.unwrap_or_default())
    }

    /// The filter of most of the questions that are answered by sums; none if it is everyone.
    fn shared_filter<'q>(&self, questions: impl Iterator<Item = &'q Question>) -> Option<Term> {
        use QuestionBody::{Counts, Memberships, Overlap, Summary};
        let is_summed = |body: &QuestionBody| matches!(body, Summary(_) | Counts(_) | Memberships(_) | Overlap(_));
        let filter = |question: &Question| {
            let filter = question.body.filter()?;
            Some(Resolver::new(&self.tables.schema, self.today, question).rule(filter))
        };
        let filters: Vec<Term> = questions.filter(|question| is_summed(&question.body)).filter_map(filter).collect();
        let users = |filter: &Term| filters.iter().filter(|other| other.key == filter.key).count();
        let shared = filters.iter().find(|filter| 2 * users(filter) > filters.len())?;
        (!shared.is_everyone()).then(|| shared.clone())
    }

    fn plan_one(&self, at: usize, question: &Question, plan: &mut StatementPlan) -> Result<Pending, EngineError> {
        let resolver = Resolver::new(&self.tables.schema, self.today, question);
        let reading = match &question.body {
            QuestionBody::Summary(question) => counts::summary(question, &resolver, plan),
            QuestionBody::Counts(question) => counts::counts(question, &resolver, plan),
            QuestionBody::Memberships(question) => counts::memberships(question, &resolver, plan),
            QuestionBody::Coverage(question) => sets::coverage(question, &resolver, plan),
            QuestionBody::Overlap(question) => counts::overlap(question, &resolver, plan),
            QuestionBody::Combinations(question) => sets::combinations(question, &resolver, plan),
            QuestionBody::Groups(question) => groups::groups(question, &resolver, plan),
            QuestionBody::Page(question) => page::page(question, &resolver, plan),
            QuestionBody::Find(question) => page::find(question, &resolver, plan),
            QuestionBody::Quantiles(question) => values::quantiles(question, &resolver, plan),
            QuestionBody::Profile(question) => profile::profile(question, &resolver, plan),
            QuestionBody::Contrast(question) => contrast::contrast(question, &resolver, plan),
            QuestionBody::Voices(question) => voices::voices(question, &resolver, plan),
            QuestionBody::Events(question) => voices::events(question, &resolver, plan),
            QuestionBody::Values(question) => values::values(question, &resolver, plan),
        };
        let needs = plan.take_needs();
        Ok(Pending { at, needs, reading: reading? })
    }

    /// Refuses a question that this dialect cannot say, before it is planned with others.
    fn refuse(&self, question: &Question) -> Result<(), EngineError> {
        let mut plan = self.new_plan(None);
        self.plan_one(0, question, &mut plan)?;
        plan.statements()?;
        Ok(())
    }

    /// Answers these questions by statements that they share. Returns those that have to be asked alone, since a shared
    /// statement failed.
    fn answer(
        &self,
        places: &[usize],
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) -> Vec<usize> {
        let mut alone = Vec::new();
        let mut plan = self.shared_plan(places, questions);
        let mut pending = Vec::new();
        for &at in places {
            match self.plan_one(at, &questions[at], &mut plan) {
                Ok(one) => pending.push(one),
                Err(error) => answered(at, Err(error)),
            }
        }
        while !pending.is_empty() {
            let unanswered = self.round(&plan, pending, cancel, answered);
            alone.extend(unanswered.alone);
            (plan, pending) = (self.new_plan(None), Vec::new());
            for (at, next) in unanswered.next {
                match next(&mut plan) {
                    Ok(reading) => pending.push(Pending { at, needs: plan.take_needs(), reading }),
                    Err(error) => answered(at, Err(error)),
                }
            }
        }
        alone
    }

    /// Runs the statements of a plan, and answers each question as soon as its statements have run.
    fn round(
        &self,
        plan: &StatementPlan,
        mut pending: Vec<Pending>,
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) -> Unanswered {
        let mut unanswered = Unanswered::default();
        let mut statements = match plan.statements() {
            Ok(statements) => statements,
            Err(refused) if pending.len() == 1 => {
                answered(pending[0].at, Err(refused.into()));
                return unanswered;
            }
            Err(_) => {
                unanswered.alone = pending.iter().map(|one| one.at).collect();
                return unanswered;
            }
        };
        // The first questions are the most wanted.
        let first = |place: &StatementPlace| pending.iter().find(|one| one.needs.contains(place)).map(|one| one.at);
        statements.sort_by_key(|(place, _)| first(place));
        let mut results = Results::default();
        let mut failures: HashMap<StatementPlace, EngineError> = HashMap::new();
        let shared: HashMap<StatementPlace, usize> = statements
            .iter()
            .map(|(place, _)| (*place, pending.iter().filter(|one| one.needs.contains(place)).count()))
            .collect();
        let mut settle = |place: Option<StatementPlace>, answer: Option<Result<Arc<Batches>, EngineError>>| {
            match (place, answer) {
                (Some(place), Some(Ok(answer))) => drop(results.0.insert(place, answer)),
                (Some(place), Some(Err(error))) => drop(failures.insert(place, error)),
                _ => {}
            }
            for one in std::mem::take(&mut pending) {
                let failed = one.needs.iter().find_map(|need| Some((need, failures.get(need)?)));
                match failed {
                    Some((need, EngineError::Failed(_))) if shared.get(need).is_some_and(|users| *users > 1) => {
                        unanswered.alone.push(one.at);
                    }
                    Some((_, error)) => answered(one.at, Err(error.clone())),
                    None if one.needs.iter().all(|need| results.0.contains_key(need)) => {
                        match (one.reading)(&results) {
                            Ok(PlanStep::Answer(answer)) => answered(one.at, Ok(answer)),
                            Ok(PlanStep::Next(next)) => unanswered.next.push((one.at, next)),
                            Err(error) => answered(one.at, Err(error)),
                        }
                    }
                    None => pending.push(one),
                }
            }
        };
        settle(None, None);
        self.run_all(statements, cancel, &mut |place, answer| {
            let answer = answer.and_then(|answer| plan.check_base(place, &answer).map(|()| answer));
            settle(Some(place), Some(answer));
        });
        for one in pending {
            answered(
                one.at,
                Err(EngineError::failed("a statement of this question was not run: a fault of this engine")),
            );
        }
        unanswered
    }

    /// Runs statements, several at a time; hands their answers over on this thread.
    fn run_all(
        &self,
        statements: Vec<(StatementPlace, String)>,
        cancel: &Cancel,
        done: &mut dyn FnMut(StatementPlace, Result<Arc<Batches>, EngineError>),
    ) {
        if let [(place, statement)] = statements.as_slice() {
            return done(*place, self.run(statement, cancel));
        }
        let workers = statements.len().min(MAX_IN_FLIGHT);
        let queue = Mutex::new(statements.into_iter());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..workers {
                let (queue, sender) = (&queue, sender.clone());
                scope.spawn(move || {
                    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some((place, statement)) = next() {
                        // The receiver outlives the workers.
                        drop(sender.send((place, self.run(&statement, cancel))));
                    }
                });
            }
            drop(sender);
            receiver.into_iter().for_each(|(place, answer)| done(place, answer));
        });
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
                    Err(EngineError::failed("a question shares a statement with itself: a fault of this engine")),
                );
            }
        }
    }
}
