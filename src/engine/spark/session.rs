//! Holds the channel to a server and the session on it.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use spark_connect_proto as proto;
use tonic::Status;
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};

use proto::spark_connect_service_client::SparkConnectServiceClient;

use super::address::Address;
use crate::engine::EngineError;

/// Maximum size of a message in bytes, as in Spark's own clients. The server splits its answers into batches of about
/// 4 MB.
const MAX_MESSAGE: usize = 128 << 20;
const CLIENT: &str = "crosscut";
/// Silence of the server after which a connection is tested before it is used. A router or firewall may have dropped
/// it without notice, for example while a laptop slept. A server that runs a statement sends messages more often.
pub(super) const SILENCE: Duration = Duration::from_secs(45);
/// Maximum time for the server to answer such a test.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

/// A channel, which reconnects by itself, and the current session.
pub(super) struct Session {
    pub address: Address,
    endpoint: Endpoint,
    client: Mutex<SparkConnectServiceClient<Channel>>,
    /// Time of the server's last message. `SystemTime`, unlike `Instant`, advances while the machine sleeps.
    heard: Mutex<SystemTime>,
    headers: Vec<(AsciiMetadataKey, AsciiMetadataValue)>,
    current: Mutex<SessionId>,
    /// True once the server has reported the progress of a statement: not all servers do.
    pub reports_progress: AtomicBool,
    pub progress: TaskProgress,
}

/// Numbers of finished and of known tasks, by the id of each running statement.
#[derive(Default)]
pub(super) struct TaskProgress(Mutex<HashMap<String, (i64, i64)>>);

impl TaskProgress {
    /// Replaces the numbers of finished and known tasks of a statement.
    pub fn report(&self, operation: &str, done: i64, all: i64) {
        self.lock().insert(operation.to_owned(), (done, all));
    }

    /// Removes a statement that has ended.
    pub fn end(&self, operation: &str) {
        self.lock().remove(operation);
    }

    /// Returns the share of tasks that are finished, in thousandths; `None` if no task is known.
    pub fn permille(&self) -> Option<u16> {
        let (done, all) = self.lock().values().fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        (all > 0).then(|| (1000 * done / all).clamp(0, 1000) as u16)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (i64, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Identifiers of a session: the one that we chose and the one that the server chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionId {
    pub client_side: String,
    /// Identifier by the server, which changes when it restarts; `None` until it has answered.
    pub server_side: Option<String>,
}

impl SessionId {
    fn new() -> Self {
        Self { client_side: random_uuid(), server_side: None }
    }
}

impl Session {
    /// Prepares the channel; it connects with the first request.
    ///
    /// # Errors
    /// Returns `Failed` if the address is invalid, or the system has no root certificates.
    pub fn new(address: Address) -> Result<Self, EngineError> {
        let bad_address = |error: tonic::transport::Error| EngineError::Failed(format!("url: {error}"));
        let mut endpoint = Endpoint::from_shared(address.endpoint())
            .map_err(bad_address)?
            .user_agent(CLIENT)
            .map_err(bad_address)?
            .connect_timeout(address.connect_timeout)
            // Keepalive by TCP, since many servers reject the pings of HTTP/2 as abuse.
            .tcp_keepalive(Some(Duration::from_secs(30)))
            .tcp_nodelay(true);
        if address.has_tls {
            let tls = ClientTlsConfig::new().domain_name(&address.host).with_native_roots();
            endpoint = endpoint.tls_config(tls).map_err(|error| EngineError::Failed(format!("TLS: {error}")))?;
        }
        let client = Mutex::new(new_client(&endpoint));
        let headers = headers(&address)?;
        Ok(Self {
            address,
            endpoint,
            client,
            heard: Mutex::new(SystemTime::now()),
            headers,
            current: Mutex::new(SessionId::new()),
            reports_progress: AtomicBool::new(false),
            progress: TaskProgress::default(),
        })
    }

    /// Returns a client over the current channel; after a reconnection, over the new one.
    pub fn client(&self) -> SparkConnectServiceClient<Channel> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reconnects if the server has been silent for [`SILENCE`] and does not answer a test. No error reports a
    /// connection that was dropped without notice: requests on it are lost, and their answers never come.
    pub async fn ensure_alive(&self) {
        let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        // If the clock was set back, the silence is unknown, so the connection is tested.
        let silence = heard.elapsed().unwrap_or(SILENCE);
        if silence < SILENCE {
            return;
        }
        // Any answer will do, also an error: the statement itself notices if the session is gone.
        if tokio::time::timeout(REPLY_TIMEOUT, self.ask_setting()).await.is_err() {
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = new_client(&self.endpoint);
        }
        self.hears();
    }

    fn hears(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = SystemTime::now();
    }

    async fn ask_setting(&self) -> Result<(), Status> {
        use proto::config_request::{GetOption, Operation, operation::OpType};
        let operation = OpType::GetOption(GetOption { keys: vec!["spark.sql.session.timeZone".into()] });
        self.configure(Operation { op_type: Some(operation) }).await
    }

    /// Reads or changes settings of the current session.
    async fn configure(&self, operation: proto::config_request::Operation) -> Result<(), Status> {
        let id = self.current();
        let request = self.request(proto::ConfigRequest {
            session_id: id.client_side.clone(),
            client_observed_server_side_session_id: id.server_side.clone(),
            user_context: self.user(),
            client_type: Some(CLIENT.into()),
            operation: Some(operation),
        });
        let response = self.client().config(request).await?.into_inner();
        self.saw(&id, &response.server_side_session_id);
        Ok(())
    }

    /// Returns a request with the headers that all requests have.
    pub fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        for (key, value) in &self.headers {
            request.metadata_mut().insert(key.clone(), value.clone());
        }
        request
    }

    /// Returns the user of every request. An interrupt finds only the statements of its own user.
    pub fn user(&self) -> Option<proto::UserContext> {
        let user = self.address.user.clone();
        Some(proto::UserContext { user_id: user.clone(), user_name: user, ..proto::UserContext::default() })
    }

    /// Returns the identifiers of the current session.
    pub fn current(&self) -> SessionId {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records a message from the server, and the server's identifier of the session, so that a restart is noticed.
    pub fn saw(&self, id: &SessionId, server_side: &str) {
        self.hears();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.client_side == id.client_side && current.server_side.is_none() && !server_side.is_empty() {
            current.server_side = Some(server_side.to_owned());
        }
    }

    /// Begins a new session, unless another thread has already replaced `gone`.
    ///
    /// # Errors
    /// Returns the server's error if it refuses the session's settings.
    pub async fn renew(&self, gone: &SessionId) -> Result<(), Status> {
        {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            if current.client_side != gone.client_side {
                return Ok(());
            }
            *current = SessionId::new();
        }
        self.begin().await
    }

    /// Makes the session's settings, which also checks that the server answers. If there are none, reads a setting
    /// instead, which costs the server nothing.
    ///
    /// # Errors
    /// Returns the server's error if it cannot be reached, denies access, or refuses a setting.
    pub async fn begin(&self) -> Result<(), Status> {
        use proto::config_request::{Operation, Set, operation::OpType};
        let pair = |(key, value): &(String, String)| proto::KeyValue { key: key.clone(), value: Some(value.clone()) };
        let pairs: Vec<_> = self.address.settings.iter().map(pair).collect();
        match pairs.is_empty() {
            true => self.ask_setting().await,
            false => self.configure(Operation { op_type: Some(OpType::Set(Set { pairs, ..Set::default() })) }).await,
        }
    }

    /// Ends the session on the server, along with all statements that still run in it.
    pub async fn end(&self) {
        let request = self.request(proto::ReleaseSessionRequest {
            session_id: self.current().client_side,
            user_context: self.user(),
            client_type: Some(CLIENT.into()),
            ..proto::ReleaseSessionRequest::default()
        });
        drop(self.client().release_session(request).await);
    }
}

/// Returns a client over a channel that connects with the first request.
fn new_client(endpoint: &Endpoint) -> SparkConnectServiceClient<Channel> {
    SparkConnectServiceClient::new(endpoint.connect_lazy())
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE)
}

fn headers(address: &Address) -> Result<Vec<(AsciiMetadataKey, AsciiMetadataValue)>, EngineError> {
    let mut headers = Vec::new();
    for (key, value) in &address.headers {
        // The message contains neither name nor value: the value may be the token.
        let bad = || EngineError::Failed("url: a parameter or the token cannot be a header".into());
        let key = AsciiMetadataKey::from_bytes(key.to_ascii_lowercase().as_bytes()).map_err(|_| bad())?;
        let mut value: AsciiMetadataValue = value.parse().map_err(|_| bad())?;
        value.set_sensitive(true);
        headers.push((key, value));
    }
    Ok(headers)
}

/// Returns a random UUID of version 4. The randomness is that of the standard library's hasher, whose keys come from
/// the system.
pub(super) fn random_uuid() -> String {
    let random = || RandomState::new().hash_one(std::time::Instant::now());
    let (high, low) = (random(), random());
    let (high, low) = (high & !0xF000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_covers_all_running_statements() {
        let progress = TaskProgress::default();
        assert_eq!(progress.permille(), None);
        progress.report("a", 0, 0);
        assert_eq!(progress.permille(), None, "no task is known yet");
        progress.report("a", 1, 4);
        progress.report("b", 4, 6);
        assert_eq!(progress.permille(), Some(500));
        progress.end("b");
        assert_eq!(progress.permille(), Some(250));
    }

    #[test]
    fn random_uuids_are_of_version_4_and_differ() {
        let (one, two) = (random_uuid(), random_uuid());
        assert_ne!(one, two);
        let parts: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
    }
}
