//! Failures between the program and PostgreSQL: each is reported by its kind, in bounded time.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crosscut::engine::adbc::{AdbcOptions, connect};
use crosscut::engine::sql::Connection;
use crosscut::engine::{Cancel, EngineError};

use super::servers::{
    ask, connected, library, number, postgres, refused_port, silent_server, wait_until, with_options, within,
};

fn to_port(port: u16) -> Option<AdbcOptions> {
    let uri = Some(format!("postgresql://crosscut@127.0.0.1:{port}/postgres"));
    Some(AdbcOptions { driver: Some(library("postgresql")?), uri, ..AdbcOptions::default() })
}

fn failure(options: &AdbcOptions) -> EngineError {
    connect(options, &Cancel::new()).map(|_| ()).expect_err("no connection")
}

#[test]
fn refused_port_is_unreachable() {
    let Some(options) = to_port(refused_port()) else { return };
    let error = within(Duration::from_secs(2), || failure(&options));
    let EngineError::Unreachable(reason) = error else { panic!("{error:?}") };
    assert!(reason.ends_with("Connection refused"), "{reason}");
}

#[test]
fn silent_server_is_unreachable_after_timeout() {
    let (_listening, port) = silent_server();
    let Some(options) = to_port(port) else { return };
    let error = within(Duration::from_secs(3), || failure(&with_options(options, &[("connect_timeout", "1")])));
    assert_eq!(error, EngineError::Unreachable("no answer within 1 s".into()));
}

#[test]
fn cancel_ends_wait_for_silent_server() {
    let (_listening, port) = silent_server();
    let Some(options) = to_port(port) else { return };
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| connect(&options, &cancel).map(|_| ()));
        std::thread::sleep(Duration::from_millis(50));
        let raised = Instant::now();
        cancel.raise();
        assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled));
        assert!(raised.elapsed() < Duration::from_millis(500));
    });
}

#[test]
fn missing_database_table_and_driver_are_named() {
    let Some(options) = postgres("crosscut") else { return };
    let elsewhere = options.uri.as_ref().map(|uri| uri.replace("/postgres", "/nowhere"));
    let error = failure(&AdbcOptions { uri: elsewhere, ..options.clone() });
    assert_eq!(error, EngineError::Failed("database \"nowhere\" does not exist".into()));
    let connection = connected(&options);
    let expected = EngineError::Failed("relation \"crm.nope\" does not exist".into());
    assert_eq!(ask(&*connection, "SELECT count(*) FROM crm.nope").map(|_| ()), Err(expected.clone()));
    assert_eq!(connection.columns("crm.nope", &Cancel::new()), Err(expected));
    let error = failure(&AdbcOptions { driver: Some("nosuch".into()), ..options.clone() });
    let EngineError::Failed(reason) = error else { panic!("{error:?}") };
    assert!(reason.starts_with("driver nosuch: not found: pip install"), "{reason}");
    let error = failure(&AdbcOptions { driver: Some("./libpostgresql.so".into()), ..options });
    let EngineError::Failed(reason) = error else { panic!("{error:?}") };
    assert_eq!(reason, "driver ./libpostgresql.so: name its library by an absolute path");
}

/// Terminates all connections with this name except the observer's own.
fn terminate(observer: &dyn Connection, name: &str) {
    let statement = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{name}' AND pid <> pg_backend_pid()"
    );
    assert!(number(&ask(observer, &statement).expect("an answer")) > 0);
}

fn named(options: &AdbcOptions, name: &str) -> AdbcOptions {
    let uri = options.uri.as_ref().map(|uri| format!("{uri}?application_name={name}"));
    AdbcOptions { uri, ..options.clone() }
}

#[test]
fn connection_lost_between_two_statements_is_replaced() {
    let Some(options) = postgres("crosscut") else { return };
    let (connection, observer) = (connected(&named(&options, "test_between")), connected(&options));
    for expected in 1..4 {
        terminate(&*observer, "test_between");
        let answer = ask(&*connection, &format!("SELECT {expected}")).expect("another connection");
        assert_eq!(number(&answer), expected);
    }
}

#[test]
fn connection_lost_in_statement_is_lost_then_replaced() {
    let Some(options) = postgres("crosscut") else { return };
    let (connection, observer) = (connected(&named(&options, "test_within")), connected(&options));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask(&*connection, "SELECT 1 FROM pg_sleep(60)").map(|_| ()));
        // A connection that fails at once counts as lost before the statement, so wait until the statement runs.
        let runs = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test_within' AND state = 'active' \
                    AND clock_timestamp() - query_start > INTERVAL '1.2 seconds'";
        wait_until("the statement has run a while", || number(&ask(&*observer, runs).expect("an answer")) == 1);
        terminate(&*observer, "test_within");
        let lost = within(Duration::from_secs(2), || asking.join().expect("no panic"));
        let expected = "terminating connection due to administrator command";
        assert_eq!(lost, Err(EngineError::Lost(expected.into())));
    });
    assert_eq!(number(&ask(&*connection, "SELECT 3").expect("another connection")), 3);
}

/// A server for one test, in a temporary folder, stopped when dropped.
struct OwnServer {
    folder: tempfile::TempDir,
    port: u16,
}

impl OwnServer {
    fn new() -> Self {
        let server = Self { folder: tempfile::tempdir().expect("a folder"), port: refused_port() };
        server.run("init");
        server.run("start");
        server
    }

    fn run(&self, step: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/remote/own_postgres.sh");
        let folder = self.folder.path();
        let output = Command::new(script).arg(step).arg(folder).arg(self.port.to_string()).output().expect("bash");
        assert!(output.status.success(), "{step}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.run("stop");
    }
}

#[test]
fn connection_survives_server_restart() {
    if postgres("crosscut").is_none() {
        return;
    }
    let server = OwnServer::new();
    let options = to_port(server.port).expect("the driver");
    let connection = connected(&options);
    server.run("stop");
    let down = within(Duration::from_secs(2), || ask(&*connection, "SELECT 1").map(|_| ()));
    assert!(matches!(down, Err(EngineError::Unreachable(_))), "{down:?}");
    server.run("start");
    assert_eq!(number(&ask(&*connection, "SELECT 5").expect("it is up again")), 5);
    server.run("stop");
    server.run("start");
    assert_eq!(number(&ask(&*connection, "SELECT 6").expect("restarted, unseen")), 6);
}
