//! A statement and the way to its complete answer.
//!
//! The server ends the stream of an answer after some time (two minutes, if nobody set it otherwise) however much is
//! missing, and expects the client to come back for the rest. An answer is complete when `ResultComplete` has come, and only
//! then. (The client of Spark 4.2's own crate takes the end of the stream for the end of the answer; 4.3 mends it.)

use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;
use spark_connect_proto as proto;
use tonic::{Status, Streaming};

use proto::execute_plan_response::{ArrowBatch, ResponseType};

use super::failure::{is_operation_gone, is_transport};
use super::session::{Session, SessionId};
use crate::engine::sql::Batches;

/// Streams of one answer. At two minutes each more than a day, at five seconds more than an hour.
const MAX_STREAMS: u32 = 1_000;
/// Streams in a row that fail or bring nothing, and end before their time.
const MAX_EMPTY_STREAMS: u32 = 5;
/// A stream that ends earlier than this did not end because of its age.
const SHORTEST_STREAM: Duration = Duration::from_secs(1);
/// Requests to stop until the statement is left to the server: the first one may come before the statement.
const MAX_STOPS: u32 = 40;
const STOP_AGAIN: Duration = Duration::from_millis(50);
/// Time for the server to let go of a statement that has ended.
const RELEASE: Duration = Duration::from_secs(5);

/// Why there is no answer.
pub(super) enum Failure {
    Status(Status),
    /// The answer is not what the protocol says, or the server gave it up.
    Incomplete(String),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// One statement on its way.
pub(super) struct Operation {
    session: Arc<Session>,
    pub session_id: SessionId,
    id: String,
}

impl Operation {
    pub fn new(session: &Arc<Session>) -> Self {
        Self { session: session.clone(), session_id: session.current(), id: super::session::random_uuid() }
    }

    /// Runs the statement, and comes back for its answer until it is complete.
    ///
    /// # Errors
    /// The server's, or that the answer stays incomplete.
    pub async fn run(&self, statement: &str) -> Result<Batches, Failure> {
        let mut answer = PartialAnswer::default();
        let mut is_known = false;
        let mut empty_streams = 0;
        for _ in 0..MAX_STREAMS {
            let began = Instant::now();
            let before = answer.last_response.clone();
            let opened = match is_known {
                false => self.execute(statement).await,
                true => self.reattach(answer.last_response.clone()).await,
            };
            let ended = match opened {
                Ok(stream) => self.read(stream, &mut answer).await?,
                Err(status) => Err(status),
            };
            if answer.is_complete {
                self.release();
                return answer.finish().map_err(Failure::Incomplete);
            }
            let is_new = answer.last_response != before;
            match ended {
                // It never arrived, unless an answer has begun.
                Err(status) if is_known && is_operation_gone(&status) && answer.last_response.is_none() => {
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
            if is_new || began.elapsed() >= SHORTEST_STREAM {
                empty_streams = 0;
            } else {
                empty_streams += 1;
                if empty_streams > MAX_EMPTY_STREAMS {
                    return Err(Failure::Incomplete("the server ends the answer before it is complete".into()));
                }
                tokio::time::sleep(Duration::from_millis(20 << empty_streams)).await;
            }
        }
        Err(Failure::Incomplete(format!("the answer is incomplete after {MAX_STREAMS} streams")))
    }

    /// Reads a stream to its end. The inner error is the stream's, the outer one that of an answer that makes no sense.
    async fn read(
        &self,
        mut stream: Streaming<proto::ExecutePlanResponse>,
        answer: &mut PartialAnswer,
    ) -> Result<Result<(), Status>, Failure> {
        while !answer.is_complete {
            match stream.message().await {
                Ok(Some(response)) => {
                    self.session.saw(&self.session_id, &response.server_side_session_id);
                    answer.take(response).map_err(Failure::Incomplete)?;
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

    async fn reattach(&self, last: Option<String>) -> Result<Streaming<proto::ExecutePlanResponse>, Status> {
        let request = proto::ReattachExecuteRequest {
            session_id: self.session_id.client_side.clone(),
            client_observed_server_side_session_id: self.session_id.server_side.clone(),
            user_context: self.session.user(),
            operation_id: self.id.clone(),
            client_type: Some("crosscut".into()),
            last_response_id: last,
        };
        let response = self.session.client().reattach_execute(self.session.request(request)).await?;
        Ok(response.into_inner())
    }

    /// A word that marks this statement's jobs on the server.
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

    /// Stops the statement on the server. Returns when the server has confirmed it.
    pub async fn stop(self) {
        use proto::interrupt_request::{Interrupt, InterruptType};
        for _ in 0..MAX_STOPS {
            let request = self.session.request(proto::InterruptRequest {
                session_id: self.session_id.client_side.clone(),
                client_observed_server_side_session_id: None,
                user_context: self.session.user(),
                client_type: Some("crosscut".into()),
                interrupt_type: InterruptType::Tag.into(),
                interrupt: Some(Interrupt::OperationTag(self.tag())),
            });
            match self.session.client().interrupt(request).await {
                Ok(response) if response.get_ref().interrupted_ids.contains(&self.id) => break,
                Ok(_) => tokio::time::sleep(STOP_AGAIN).await,
                Err(_) => break,
            }
        }
        self.release();
    }
}

/// Batches that have come so far.
#[derive(Default)]
struct PartialAnswer {
    schema: Option<SchemaRef>,
    batches: Vec<RecordBatch>,
    rows: i64,
    last_response: Option<String>,
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
        if !response.response_id.is_empty() {
            self.last_response = Some(response.response_id);
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
