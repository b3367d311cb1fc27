//! A statement and the way to its complete answer.
//!
//! The server ends the stream of an answer after some time (two minutes, if nobody set it otherwise) however much is
//! missing, and expects the client to come back for the rest. An answer is complete when `ResultComplete` has come, and only
//! then. (The client of Spark 4.2's own crate takes the end of the stream for the end of the answer; 4.3 fixes it.)

use std::io::Cursor;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;
use spark_connect_proto as proto;
use tonic::{Status, Streaming};

use proto::execute_plan_response::execution_progress::StageInfo;
use proto::execute_plan_response::{ArrowBatch, ResponseType};

use super::failure::{is_operation_gone, is_transport};
use super::session::{SILENCE, Session, SessionId};
use crate::engine::sql::Batches;

/// Streams of one answer. At two minutes each more than a day, at five seconds more than an hour.
const MAX_STREAMS: u32 = 1_000;
/// Streams in a row that fail or bring nothing, and end before their time.
const MAX_EMPTY_STREAMS: u32 = 5;
/// A stream that ends earlier than this did not end because of its age.
const MIN_STREAM_TIME: Duration = Duration::from_secs(1);
/// Time in which a server that reports progress has done so.
const FIRST_REPORT: Duration = Duration::from_millis(400);
/// Time for which a stream is read until the next one is opened, while a statement's jobs are awaited: Spark reports progress
/// at the start of a stream, and then every two seconds.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Time that a cancelled statement is watched, until it has ended.
const MAX_STOP_WAIT: Duration = Duration::from_secs(120);
/// Requests in vain for a statement that the server may not have received yet.
const MAX_UNKNOWN: u32 = 5;
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Time for the server to let go of a statement that has ended.
const RELEASE: Duration = Duration::from_secs(5);

/// Why there is no answer.
pub(super) enum SparkFailure {
    Status(Status),
    /// The answer is not what the protocol says, or the server gave it up.
    Incomplete(String),
}

impl From<Status> for SparkFailure {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// One statement on its way.
pub(super) struct SparkOperation {
    session: Arc<Session>,
    pub session_id: SessionId,
    id: String,
    seen: Mutex<StatementState>,
}

/// State of a statement as the server reports it; it outlives the wait for its answer.
#[derive(Default)]
struct StatementState {
    last_response: Option<String>,
    /// Its jobs have been submitted.
    is_running: bool,
}

/// State of a cancelled statement.
#[derive(PartialEq)]
enum OperationState {
    Running,
    Ended,
}

impl SparkOperation {
    pub fn new(session: &Arc<Session>) -> Self {
        Self {
            session: session.clone(),
            session_id: session.current(),
            id: super::session::random_uuid(),
            seen: Mutex::default(),
        }
    }

    /// Runs the statement, and comes back for its answer until it is complete.
    ///
    /// # Errors
    /// The server's, or that the answer stays incomplete.
    pub async fn run(&self, statement: &str) -> Result<Batches, SparkFailure> {
        let mut answer = PartialAnswer::default();
        let mut is_known = false;
        let mut empty_streams = 0;
        for _ in 0..MAX_STREAMS {
            let began = Instant::now();
            let before = self.last_response();
            self.session.ensure_alive().await;
            let opened = match is_known {
                false => self.execute(statement).await,
                true => self.reattach().await,
            };
            let ended = match opened {
                Ok(stream) => self.read(stream, &mut answer).await?,
                Err(status) => Err(status),
            };
            if answer.is_complete {
                self.release();
                return answer.finish().map_err(SparkFailure::Incomplete);
            }
            let is_new = self.last_response() != before;
            match ended {
                // It never arrived, unless an answer has begun.
                Err(status) if is_known && is_operation_gone(&status) && before.is_none() => {
                    is_known = false;
                }
                Err(status) if is_transport(&status) && empty_streams < MAX_EMPTY_STREAMS => {
                    // The first request of a connection that cannot be made.
                    if !is_known && self.session_id.server_side.is_none() {
                        return Err(status.into());
                    }
                    is_known = true;
                }
                Err(status) => return Err(status.into()),
                Ok(()) => is_known = true,
            }
            if is_new || began.elapsed() >= MIN_STREAM_TIME {
                empty_streams = 0;
            } else {
                empty_streams += 1;
                if empty_streams > MAX_EMPTY_STREAMS {
                    return Err(SparkFailure::Incomplete("the server ends the answer before it is complete".into()));
                }
                tokio::time::sleep(Duration::from_millis(20 << empty_streams)).await;
            }
        }
        Err(SparkFailure::Incomplete(format!("the answer is incomplete after {MAX_STREAMS} streams")))
    }

    /// Reads a stream to its end. The inner error is the stream's, the outer one that of an answer that makes no sense.
    async fn read(
        &self,
        mut stream: Streaming<proto::ExecutePlanResponse>,
        answer: &mut PartialAnswer,
    ) -> Result<Result<(), Status>, SparkFailure> {
        while !answer.is_complete {
            let reports = self.session.reports_progress.load(Ordering::Relaxed);
            let next = match reports {
                // A server that reports progress is not silent for long: the connection is gone, or is tried anew.
                true => match tokio::time::timeout(SILENCE, stream.message()).await {
                    Ok(next) => next,
                    Err(_) => break,
                },
                false => stream.message().await,
            };
            match next {
                Ok(Some(response)) => {
                    self.session.saw(&self.session_id, &response.server_side_session_id);
                    self.saw(&response);
                    answer.take(response).map_err(SparkFailure::Incomplete)?;
                }
                Ok(None) => break,
                Err(status) => return Ok(Err(status)),
            }
        }
        Ok(Ok(()))
    }

    async fn execute(&self, statement: &str) -> Result<Streaming<proto::ExecutePlanResponse>, Status> {
        use proto::execute_plan_request::{RequestOption, request_option};
        let query = proto::Sql { query: statement.to_owned(), ..proto::Sql::default() };
        let relation = proto::Relation { rel_type: Some(proto::relation::RelType::Sql(query)), ..Default::default() };
        let reattach = request_option::RequestOption::ReattachOptions(proto::ReattachOptions { reattachable: true });
        let request = proto::ExecutePlanRequest {
            session_id: self.session_id.client_side.clone(),
            client_observed_server_side_session_id: self.session_id.server_side.clone(),
            user_context: self.session.user(),
            operation_id: Some(self.id.clone()),
            plan: Some(proto::Plan { op_type: Some(proto::plan::OpType::Root(relation)) }),
            client_type: Some("crosscut".into()),
            request_options: vec![RequestOption { request_option: Some(reattach) }],
            tags: vec![self.tag()],
        };
        let response = self.session.client().execute_plan(self.session.request(request)).await?;
        Ok(response.into_inner())
    }

    async fn reattach(&self) -> Result<Streaming<proto::ExecutePlanResponse>, Status> {
        let request = proto::ReattachExecuteRequest {
            session_id: self.session_id.client_side.clone(),
            client_observed_server_side_session_id: self.session_id.server_side.clone(),
            user_context: self.session.user(),
            operation_id: self.id.clone(),
            client_type: Some("crosscut".into()),
            last_response_id: self.last_response(),
        };
        let response = self.session.client().reattach_execute(self.session.request(request)).await?;
        Ok(response.into_inner())
    }

    /// Returns the tag that marks this statement's jobs on the server.
    fn tag(&self) -> String {
        format!("crosscut-{}", self.id)
    }

    /// Lets the server forget the answer of a statement that failed here.
    pub fn release_on(&self, runtime: &tokio::runtime::Runtime) {
        let _entered = runtime.enter();
        self.release();
    }

    /// Lets the server forget the answer, behind the scenes.
    fn release(&self) {
        use proto::release_execute_request::{Release, ReleaseAll};
        let request = self.session.request(proto::ReleaseExecuteRequest {
            session_id: self.session_id.client_side.clone(),
            client_observed_server_side_session_id: None,
            user_context: self.session.user(),
            operation_id: self.id.clone(),
            client_type: Some("crosscut".into()),
            release: Some(Release::ReleaseAll(ReleaseAll {})),
        });
        let mut client = self.session.client();
        tokio::spawn(async move { drop(tokio::time::timeout(RELEASE, client.release_execute(request)).await) });
    }

    /// Stops the statement on the server, and returns when it has ended there.
    ///
    /// Spark forgets a statement that is interrupted while it is planned, and submits its jobs all the same: nothing stops
    /// those any more. So this waits for the first job before it interrupts, and lets the server forget the statement only
    /// when it has ended.
    pub async fn stop(self) {
        let stopping = async {
            if self.watch(true).await == OperationState::Running {
                self.interrupt().await;
                self.watch(false).await;
            }
        };
        drop(tokio::time::timeout(MAX_STOP_WAIT, stopping).await);
        self.release();
    }

    /// Reads on until the statement has ended, or is seen to run. A server that reports no progress is taken to run it.
    async fn watch(&self, until_it_runs: bool) -> OperationState {
        let mut unknown = 0;
        loop {
            if until_it_runs && self.seen().is_running {
                return OperationState::Running;
            }
            let mut stream = match self.reattach().await {
                Ok(stream) => stream,
                Err(status) if is_operation_gone(&status) && unknown < MAX_UNKNOWN => {
                    unknown += 1;
                    tokio::time::sleep(ASK_AGAIN).await;
                    continue;
                }
                Err(status) if is_transport(&status) && unknown < MAX_UNKNOWN => {
                    unknown += 1;
                    continue;
                }
                Err(_) => return OperationState::Ended,
            };
            loop {
                let reports = self.session.reports_progress.load(Ordering::Relaxed);
                let next = match until_it_runs {
                    true => {
                        let wait = if reports { LOOK_AGAIN } else { FIRST_REPORT };
                        tokio::time::timeout(wait, stream.message()).await
                    }
                    false => Ok(stream.message().await),
                };
                match next {
                    // The next stream begins with a report.
                    Err(_) if reports => break,
                    Err(_) => return OperationState::Running,
                    Ok(Ok(Some(response))) => {
                        self.saw(&response);
                        if matches!(response.response_type, Some(ResponseType::ResultComplete(_))) {
                            return OperationState::Ended;
                        }
                        if until_it_runs && self.seen().is_running {
                            return OperationState::Running;
                        }
                    }
                    Ok(Ok(None)) => break,
                    Ok(Err(status)) if is_transport(&status) => break,
                    Ok(Err(_)) => return OperationState::Ended,
                }
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    async fn interrupt(&self) {
        use proto::interrupt_request::{Interrupt, InterruptType};
        let request = self.session.request(proto::InterruptRequest {
            session_id: self.session_id.client_side.clone(),
            client_observed_server_side_session_id: None,
            user_context: self.session.user(),
            client_type: Some("crosscut".into()),
            interrupt_type: InterruptType::Tag.into(),
            interrupt: Some(Interrupt::OperationTag(self.tag())),
        });
        drop(self.session.client().interrupt(request).await);
    }

    fn saw(&self, response: &proto::ExecutePlanResponse) {
        let mut seen = self.seen();
        if !response.response_id.is_empty() {
            seen.last_response = Some(response.response_id.clone());
        }
        if let Some(ResponseType::ExecutionProgress(progress)) = &response.response_type {
            self.session.reports_progress.store(true, Ordering::Relaxed);
            // Jobs that only look for a file's columns have ended before those of the statement are submitted.
            let is_open = |stage: &StageInfo| !stage.done && stage.num_completed_tasks < stage.num_tasks;
            seen.is_running |= progress.num_inflight_tasks > 0 || progress.stages.iter().any(is_open);
            let done = progress.stages.iter().map(|stage| stage.num_completed_tasks).sum();
            let all = progress.stages.iter().map(|stage| stage.num_tasks).sum();
            self.session.progress.report(&self.id, done, all);
        }
        // Rows come from jobs, if there are any.
        seen.is_running |= matches!(response.response_type, Some(ResponseType::ArrowBatch(_)));
    }

    fn last_response(&self) -> Option<String> {
        self.seen().last_response.clone()
    }

    fn seen(&self) -> MutexGuard<'_, StatementState> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SparkOperation {
    fn drop(&mut self) {
        self.session.progress.end(&self.id);
    }
}

/// Batches that have come so far.
#[derive(Default)]
struct PartialAnswer {
    schema: Option<SchemaRef>,
    batches: Vec<RecordBatch>,
    rows: i64,
    is_complete: bool,
}

impl PartialAnswer {
    /// Takes the next response. What it says of rows has to fit what came before.
    fn take(&mut self, response: proto::ExecutePlanResponse) -> Result<(), String> {
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => self.take_batch(&batch)?,
            Some(ResponseType::ResultComplete(_)) => self.is_complete = true,
            // Progress, metrics, and results of commands without rows.
            _ => {}
        }
        Ok(())
    }

    fn take_batch(&mut self, batch: &ArrowBatch) -> Result<(), String> {
        if let Some(offset) = batch.start_offset.filter(|offset| *offset != self.rows) {
            return Err(format!("the server sent row {offset} after {} rows", self.rows));
        }
        let unreadable = |error: arrow_schema::ArrowError| format!("the server's rows cannot be read: {error}");
        let reader = StreamReader::try_new(Cursor::new(batch.data.as_ref()), None).map_err(unreadable)?;
        self.schema.get_or_insert_with(|| reader.schema());
        let mut rows = 0;
        for batch in reader {
            let batch = batch.map_err(unreadable)?;
            rows += i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
            self.batches.push(batch);
        }
        if rows != batch.row_count {
            return Err(format!("the server sent {rows} rows and said {}", batch.row_count));
        }
        self.rows += rows;
        Ok(())
    }

    fn finish(self) -> Result<Batches, String> {
        let schema = self.schema.ok_or("the answer has no columns")?;
        Ok(Batches { schema, batches: self.batches })
    }
}
