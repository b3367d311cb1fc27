//! Tests that a program which ends also ends its statements on the server.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crosscut::engine::adbc::AdbcOptions;
use crosscut::engine::sql::Connection;

use super::servers::{ask, connected, number, postgres, wait_until};
use crate::pty::{Session, command, send_signal};

/// Longest time until a statement is gone after the program was asked to end.
const GONE: Duration = Duration::from_secs(5);

/// A base with a column that takes a minute to read, in a schema that is dropped at the end.
struct SlowBase {
    schema: String,
    observer: Box<dyn Connection>,
    folder: tempfile::TempDir,
}

impl SlowBase {
    fn new(options: &AdbcOptions, name: &str) -> Self {
        let observer = connected(options);
        let schema = format!("leaving_{name}_{}", std::process::id());
        let statements = [
            format!("CREATE SCHEMA {schema}"),
            format!(
                "CREATE FUNCTION {schema}.slow() RETURNS boolean STABLE LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_sleep(60); RETURN true; END $$"
            ),
            format!(
                "CREATE VIEW {schema}.customers AS SELECT i AS id, i * 10 AS spend, {schema}.slow() AS slow \
                 FROM generate_series(1, 3) AS i"
            ),
        ];
        for statement in statements {
            ask(&*observer, &statement).expect("a base");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let (driver, uri) = (options.driver.as_deref().unwrap_or_default(), options.uri.as_deref().unwrap_or_default());
        let study = format!(
            "[data]\nengine = \"adbc\"\ndriver = {driver:?}\ndialect = \"postgres\"\nuri = {uri:?}\n\
             table = \"{schema}.customers\"\nkey = \"id\"\n"
        );
        std::fs::write(folder.path().join("config.toml"), study).expect("a writable folder");
        Self { schema, observer, folder }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Statements that read the slow column.
    fn running(&self) -> i64 {
        let activity = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() \
             AND query LIKE '%{}%' AND query LIKE '%slow%'",
            self.schema
        );
        number(&ask(&*self.observer, &activity).expect("the observer's answer"))
    }
}

impl Drop for SlowBase {
    fn drop(&mut self) {
        drop(ask(&*self.observer, &format!("DROP SCHEMA {} CASCADE", self.schema)));
    }
}

#[test]
fn interrupted_command_stops_its_statement() {
    let Some(options) = postgres("crosscut") else { return };
    let base = SlowBase::new(&options, "command");
    let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(["count", "slow"])
        .current_dir(base.folder())
        .env("XDG_CONFIG_HOME", base.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    wait_until("the statement runs", || base.running() == 1);
    send_signal(program.id(), libc::SIGINT);
    let gone = wait_until("the statement is gone", || base.running() == 0);
    assert!(gone < GONE, "gone after {gone:?}");
    let status = program.wait().expect("an end");
    assert_eq!(status.code(), Some(130));
}

#[test]
fn closed_screen_stops_its_statements() {
    let Some(options) = postgres("crosscut") else { return };
    let base = SlowBase::new(&options, "screen");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(base.folder());
    program.env("XDG_CONFIG_HOME", base.folder());
    program.args(["--filter", "slow"]);
    let mut session = Session::start(program, 120, 36);
    session.wait_for("on adbc:postgresql");
    wait_until("the statement runs", || base.running() > 0);
    session.key("q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    let gone = wait_until("the statements are gone", || base.running() == 0);
    assert!(gone < GONE, "gone after {gone:?}");
}
