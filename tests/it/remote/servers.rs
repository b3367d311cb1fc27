//! The servers that `tests/engines/up.sh` starts, and helpers for all connection tests.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crosscut::engine::adbc::{AdbcOptions, connect};
use crosscut::engine::sql::{Batches, Connection};
use crosscut::engine::{Cancel, EngineError};

/// Password of the role `private`, as in `up.sh`.
pub const SECRET: &str = "seeded-secret/4711";

/// Longest wait for a condition.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reports a skipped test past the test harness, which captures what passing tests print.
pub fn left_out(what: &str) {
    assert!(std::env::var("CROSSCUT_ENGINES").as_deref() != Ok("required"), "{what}");
    drop(writeln!(std::io::stderr(), "remote: left out: {what}"));
}

/// Returns true if a server listens on the port; reports a skipped test if not.
pub fn is_up(server: &str, port: u16) -> bool {
    let is_up = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), Duration::from_secs(5)).is_ok();
    if !is_up {
        left_out(&format!("{server} is not on port {port}: run tests/engines/up.sh {server}"));
    }
    is_up
}

pub fn home() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = || variable("HOME").unwrap_or_default().join(".cache/crosscut/engines");
    variable("CROSSCUT_ENGINES_HOME").unwrap_or_else(cache)
}

/// Path of a driver's library.
pub fn library(driver: &str) -> Option<String> {
    let in_wheel =
        |version: PathBuf| version.join(format!("site-packages/adbc_driver_{driver}/libadbc_driver_{driver}.so"));
    let versions = std::fs::read_dir(home().join("venv/lib")).into_iter().flatten().flatten();
    let mut paths = versions.map(|version| in_wheel(version.path())).chain([home().join("duckdb/libduckdb.so")]);
    let found = paths.find(|path| path.to_string_lossy().contains(driver) && path.is_file());
    if found.is_none() {
        left_out(&format!("the driver {driver} is not installed: run tests/engines/up.sh all"));
    }
    found.map(|path| path.to_string_lossy().into_owned())
}

pub fn postgres_port() -> u16 {
    std::env::var("CROSSCUT_POSTGRES_PORT").map_or(54329, |port| port.parse().expect("a port"))
}

pub fn postgres_uri(role: &str) -> String {
    format!("postgresql://{role}@127.0.0.1:{}/postgres", postgres_port())
}

/// Settings for the test server and a role, if both server and driver are available.
pub fn postgres(role: &str) -> Option<AdbcOptions> {
    let driver = library("postgresql")?;
    is_up("postgres", postgres_port()).then(|| AdbcOptions {
        driver: Some(driver),
        uri: Some(postgres_uri(role)),
        ..AdbcOptions::default()
    })
}

pub fn with_options(mut options: AdbcOptions, more: &[(&str, &str)]) -> AdbcOptions {
    let more: BTreeMap<String, String> = more.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    options.options.extend(more);
    options
}

pub fn connected(options: &AdbcOptions) -> Box<dyn Connection> {
    connect(options, &Cancel::new()).expect("the server answers")
}

/// Runs a statement without a cancel.
pub fn ask(connection: &dyn Connection, statement: &str) -> Result<Batches, EngineError> {
    connection.run(statement, &Cancel::new())
}

/// First value of an answer with one row and one integer.
pub fn number(answer: &Batches) -> i64 {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Int32Type, Int64Type};
    let column = answer.batches.iter().find(|batch| batch.num_rows() > 0).expect("a row").column(0);
    let long = column.as_primitive_opt::<Int64Type>().map(|column| column.value(0));
    long.unwrap_or_else(|| column.as_primitive::<Int32Type>().value(0).into())
}

pub fn rows(answer: &Batches) -> usize {
    answer.batches.iter().map(|batch| batch.num_rows()).sum()
}

/// Waits until `is_so` returns true, and returns the time it took.
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    began.elapsed()
}

/// Runs `work`, which has to end within the limit.
pub fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    let elapsed = began.elapsed();
    assert!(elapsed < limit, "{elapsed:?} is longer than {limit:?}");
    result
}

/// A port that accepts connections and sends nothing.
pub fn silent_server() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// A port that refuses connections.
pub fn refused_port() -> u16 {
    silent_server().1
}
