//! Runs one statement and collects its complete answer.
//!
//! The server ends the stream of an answer after some time (two minutes by default), whether or not the answer is
//! complete, and expects the client to attach again for the rest. An answer is complete only once `ResultComplete`
//! has arrived. (The client crate of Spark 4.2 takes the end of the stream for the end of the answer; 4.3 fixes it.)

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

/// Maximum number of streams for one answer: more than a day if the server ends each after two minutes, more than an
/// hour at five seconds.
const MAX_STREAMS: u32 = 1_000;
/// Maximum number of consecutive streams that fail or bring nothing and end before [`MIN_STREAM_TIME`].
const MAX_EMPTY_STREAMS: u32 = 5;
/// Time before which a stream cannot have ended because of its age.
const MIN_STREAM_TIME: Duration = Duration::from_secs(1);
/// Time within which a server that reports progress has sent its first report.
const FIRST_REPORT: Duration = Duration::from_millis(400);
/// Time for which a stream is read before the next one is opened, while waiting for a statement's first job. Spark
/// reports progress at the start of a stream and then only every two seconds, so new streams bring reports sooner.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Maximum time to wait for the end of a cancelled statement.
const MAX_STOP_WAIT: Duration = Duration::from_secs(120);
/// Maximum number of requests about a statement that the server does not know or does not answer, since it may not
/// have received the statement yet.
const MAX_UNKNOWN: u32 = 5;
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Maximum time for the request to release a statement that has ended.
const RELEASE: Duration = Duration::from_secs(5);

/// Reason why a statement has no answer.
pub(super) enum SparkFailure {
    Status(Status),
    /// The answer violates the protocol, or it is still incomplete although the server has ended it.
    Incomplete(String),
}

impl From<Status> for SparkFailure {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// One statement, from its request to its end on the server.
pub(super) struct SparkOperation {
    session: Arc<Session>,
    pub session_id: SessionId,
    id: String,
    seen: Mutex<StatementState>,
}

/// State of a statement as the server reports it. It is still needed to stop a statement after the caller has given
/// up.
#[derive(Default)]
struct StatementState {
    last_response: Option<String>,
    /// True once jobs of the statement run, so that an interrupt reaches them.
    is_running: bool,
}

/// State of a cancelled statement.
#[derive(PartialEq)]
enum OperationState {
    Running,
    Ended,
}

impl SparkOperation {
    /// Prepares a statement of the current session, under a new operation id.
    pub fn new(session: &Arc<Session>) -> Self {
        Self {
            session: session.clone(),
            session_id: session.current(),
            id: super::session::random_uuid(),
            seen: Mutex::default(),
        }
    }

    /// Runs the statement, and attaches to it again until its answer is complete.
    ///
    /// # Errors
    /// Returns the server's error, or [`SparkFailure::Incomplete`] if the answer stays incomplete.
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
                // The server never received the statement, unless it has already sent part of the answer. It is sent
                // again.
                Err(status) if is_known && is_operation_gone(&status) && before.is_none() => {
                    is_known = false;
                }
                Err(status) if is_transport(&status) && empty_streams < MAX_EMPTY_STREAMS => {
                    // The first request on a connection failed: the server cannot be reached.
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

    /// Reads a stream to its end. The inner error is the stream's; the outer one is that of an answer that violates
    /// the protocol.
    async fn read(
        &self,
        mut stream: Streaming<proto::ExecutePlanResponse>,
        answer: &mut PartialAnswer,
    ) -> Result<Result<(), Status>, SparkFailure> {
        while !answer.is_complete {
            let reports = self.session.reports_progress.load(Ordering::Relaxed);
            let next = match reports {
                // A server that reports progress is never silent for this long. The connection may be lost, so a new
                // stream is opened.
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

    /// Releases the answer on the server, for a statement that failed here.
    pub fn release_on(&self, runtime: &tokio::runtime::Runtime) {
        let _entered = runtime.enter();
        self.release();
    }

    /// Asks the server to release the answer, in a background task that nobody waits for.
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
    /// If a statement is interrupted while Spark plans it, Spark drops the statement but still submits its jobs, and
    /// nothing can stop those. Therefore this waits for the first job before it interrupts, and releases the
    /// statement only when it has ended.
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

    /// Attaches to the statement and reads until it has ended or, if `until_it_runs`, has a running job. Assumes that
    /// it runs if the server reports no progress.
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
                    // A new stream begins with a progress report, so attaching again is faster than waiting here.
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
            // An unfinished stage belongs to the statement: jobs that only read a file's columns end before its jobs
            // are submitted.
            let is_open = |stage: &StageInfo| !stage.done && stage.num_completed_tasks < stage.num_tasks;
            seen.is_running |= progress.num_inflight_tasks > 0 || progress.stages.iter().any(is_open);
            let done = progress.stages.iter().map(|stage| stage.num_completed_tasks).sum();
            let all = progress.stages.iter().map(|stage| stage.num_tasks).sum();
            self.session.progress.report(&self.id, done, all);
        }
        // Rows are the output of jobs, so jobs must have run.
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

/// Batches received so far.
#[derive(Default)]
struct PartialAnswer {
    schema: Option<SchemaRef>,
    batches: Vec<RecordBatch>,
    rows: i64,
    is_complete: bool,
}

impl PartialAnswer {
    /// Adds the next response. Returns a reason if its position or number of rows does not follow from the previous
    /// ones.
    fn take(&mut self, response: proto::ExecutePlanResponse) -> Result<(), String> {
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => self.take_batch(&batch)?,
            Some(ResponseType::ResultComplete(_)) => self.is_complete = true,
            // Progress, metrics, and results of commands, which have no rows.
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
