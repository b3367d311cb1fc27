//! Parses addresses such as `sc://host:15002/;use_ssl=true`, as Spark's own clients write them, and reads the token.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::SparkOptions;
use crate::engine::EngineError;
use crate::engine::secrets::{
    Secrets, holds_secret, is_secret_key, percent_decoded, read_private, seconds, secrets_in, with_environment,
};

const DEFAULT_PORT: u16 = 15002;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(300);
/// Environment variable with the token, the same one that Spark's own clients read.
const TOKEN_VARIABLE: &str = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

/// All settings of a connection, including secrets: it must never be printed.
pub(super) struct Address {
    /// Name or IP address of the server; an IPv6 address is without brackets.
    pub host: String,
    pub port: u16,
    pub has_tls: bool,
    pub user: String,
    /// Headers of every request: the token, and the parameters of the address that Crosscut does not interpret.
    pub headers: Vec<(String, String)>,
    /// Settings that are made in each new session.
    pub settings: Vec<(String, String)>,
    pub connect_timeout: Duration,
    pub statement_timeout: Duration,
    pub secrets: Secrets,
}

impl Address {
    /// # Errors
    /// Returns `Failed` with the problem and the remedy, or `Unauthorised` for a token that cannot be used.
    pub fn new(options: &SparkOptions) -> Result<Self, EngineError> {
        let way_out = "write {{ env_var(NAME) }} in its place, or set SPARK_CONNECT_AUTHENTICATE_TOKEN";
        if holds_secret(&options.url) {
            return Err(EngineError::Failed(format!("url: holds a token, and a study is shared: {way_out}")));
        }
        let mut secrets = Secrets::default();
        let url = with_environment(&options.url, &mut secrets).map_err(|problem| wrong("url", &problem))?;
        secrets_in(&url).into_iter().for_each(|secret| secrets.add(secret));
        let (host, port, mut parameters) = parse(&url)?;
        let mut address = Self {
            has_tls: parameters.remove("use_ssl").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            user: parameters.remove("user_id").or_else(|| std::env::var("USER").ok()).unwrap_or("crosscut".into()),
            host,
            port,
            headers: Vec::new(),
            settings: Vec::new(),
            connect_timeout: CONNECT_TIMEOUT,
            statement_timeout: STATEMENT_TIMEOUT,
            secrets: Secrets::default(),
        };
        let mut token = parameters.remove("token");
        for (key, value) in &options.options {
            let value = with_environment(value, &mut secrets).map_err(|problem| wrong(key, &problem))?;
            match key.as_str() {
                "connect_timeout" => address.connect_timeout = seconds(key, &value)?,
                "statement_timeout" => address.statement_timeout = seconds(key, &value)?,
                "token_file" => {
                    let text = read_private(Path::new(&value)).map_err(EngineError::Unauthorised)?;
                    token = Some(text.trim().to_owned());
                }
                _ if is_secret_key(key) => {
                    return Err(EngineError::Failed(format!("{key}: is a secret, and a study is shared: {way_out}")));
                }
                _ => address.settings.push((key.clone(), value)),
            }
        }
        let token = std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()).or(token);
        // Ignored: parameters for the transport of Spark's Python client, and a session id, since each connection has
        // its own session.
        parameters.retain(|key, _| !key.starts_with("grpc_") && key != "session_id" && key != "user_agent");
        address.headers.extend(parameters);
        if let Some(token) = token {
            secrets.add(&token);
            address.add_token(&token)?;
        }
        address.secrets = secrets;
        Ok(address)
    }

    /// Adds the token as a header. Refuses to send it unencrypted, except to this machine.
    fn add_token(&mut self, token: &str) -> Result<(), EngineError> {
        if !self.has_tls && !matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            let reason = "the token is only sent over TLS: add ;use_ssl=true to the url";
            return Err(EngineError::Unauthorised(reason.into()));
        }
        self.headers.push(("authorization".into(), format!("Bearer {token}")));
        Ok(())
    }

    /// Returns the server's address as a URL for HTTP/2.
    pub fn endpoint(&self) -> String {
        let scheme = if self.has_tls { "https" } else { "http" };
        match self.host.contains(':') {
            true => format!("{scheme}://[{}]:{}", self.host, self.port),
            false => format!("{scheme}://{}:{}", self.host, self.port),
        }
    }
}

fn wrong(key: &str, problem: &str) -> EngineError {
    EngineError::Failed(format!("{key}: {problem}"))
}

/// Splits an address into host, port and parameters.
fn parse(url: &str) -> Result<(String, u16, BTreeMap<String, String>), EngineError> {
    let bad = |problem: &str| EngineError::Failed(format!("url: {problem}: write sc://host:15002"));
    let rest = url.strip_prefix("sc://").ok_or_else(|| bad("does not begin with sc://"))?;
    let (authority, path) = rest.find(['/', ';']).map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    if host.is_empty() || host.contains([':', '@', ' ']) && !authority.starts_with('[') {
        return Err(bad("has no host"));
    }
    let port = match port {
        None | Some("") => DEFAULT_PORT,
        Some(port) => port.parse().map_err(|_| bad("has no number for a port"))?,
    };
    let mut parameters = BTreeMap::new();
    for parameter in path.trim_start_matches('/').split(';').filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').ok_or_else(|| bad("has a parameter without ="))?;
        parameters.insert(key.to_owned(), percent_decoded(value));
    }
    Ok((host.to_ascii_lowercase(), port, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<Address, EngineError> {
        Address::new(&SparkOptions { url: url.into(), ..SparkOptions::default() })
    }

    #[test]
    fn spark_address_parses_like_spark_clients() {
        let read = |url| address(url).map(|address| (address.endpoint(), address.user, address.headers)).ok();
        let expected = |endpoint: &str, user: &str, headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            Some((endpoint.to_owned(), user.to_owned(), headers))
        };
        assert_eq!(read("sc://Spark/;user_id=ada"), expected("http://spark:15002", "ada", &[]));
        let several = "sc://h:443/;use_ssl=true;user_id=a%20b;x-cluster=7;grpc_keepalive_enabled=true";
        assert_eq!(read(several), expected("https://h:443", "a b", &[("x-cluster", "7")]));
        assert_eq!(read("sc://[::1]:15003/;user_id=a"), expected("http://[::1]:15003", "a", &[]));
    }

    #[test]
    fn malformed_spark_address_is_refused() {
        for url in ["", "spark://h", "sc://", "sc://:15002", "sc://h:port", "sc://h/;use_ssl", "sc://a@h"] {
            assert!(matches!(address(url), Err(EngineError::Failed(_))), "{url}");
        }
    }

    #[test]
    fn spark_token_in_study_is_refused_and_needs_tls() {
        let error = address("sc://h/;use_ssl=true;token=seeded").map(|_| ()).expect_err("a study is shared");
        assert!(error.to_string().starts_with("url: holds a token") && !error.to_string().contains("seeded"));
        let file = tempfile::NamedTempFile::new().expect("a file, of mode 0600");
        std::fs::write(file.path(), "seeded\n").expect("written");
        let with_file = |url: &str| {
            let options = [("token_file".to_owned(), file.path().to_string_lossy().into_owned())].into();
            Address::new(&SparkOptions { url: url.into(), options }).map(|address| address.headers)
        };
        let header = vec![("authorization".to_owned(), "Bearer seeded".to_owned())];
        assert_eq!(with_file("sc://h/;use_ssl=true"), Ok(header.clone()));
        assert_eq!(with_file("sc://localhost"), Ok(header));
        assert!(matches!(with_file("sc://h"), Err(EngineError::Unauthorised(_))));
    }
}
