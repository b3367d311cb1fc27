//! The log file of `--log`. That it has no values and no rules is tested in `privacy::log`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{err, out};
use crate::pty::{Session, command};
use crate::shop::{self, crosscut};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a log")
}

/// Lines of a log without their times.
fn lines(path: &Path) -> Vec<String> {
    let text = read(path);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("# log of crosscut"), "{text}");
    lines.map(|line| line.split_once(' ').expect("a time, and what happened").1.trim_start().to_owned()).collect()
}

#[test]
fn log_has_opening_questions_and_failures_with_times() {
    let folder = shop::folder();
    let log = folder.path().join("a.log");
    let output = crosscut(folder.path(), &["count", "plan = 'pro'", "--log", "a.log"]);
    assert_eq!((out(&output).as_str(), err(&output).as_str()), ("3\n", ""));
    let written = lines(&log);
    assert!(written[0].starts_with("INFO started version="), "{written:?}");
    let opened = "INFO opened source=\"customers.csv\" engine=\"local\" customers=6 faults=0 took=";
    assert!(written.iter().any(|line| line.starts_with(opened)), "{written:?}");
    let asked = "DEBUG asked questions=a summary answers=1 errors= took=";
    assert!(written.iter().any(|line| line.starts_with(asked)), "{written:?}");

    crosscut(folder.path(), &["count", "plan = ", "--log", "a.log"]);
    let more = lines(&log);
    assert_eq!(more[..written.len()], written, "a log is continued");
    assert_eq!(more.last().map(String::as_str), Some("ERROR failed exit_code=1"), "{more:?}");
}

#[test]
fn log_option_overrides_environment() {
    let folder = shop::folder();
    let run = |args: &[&str], variable: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"));
        program.args(args).current_dir(folder.path()).env("CROSSCUT_LOG", variable);
        assert!(program.output().expect("the program runs").status.success());
        let names = std::fs::read_dir(folder.path()).expect("a folder");
        let names = names.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        let mut logs: Vec<String> = names.filter(|name| name.ends_with(".log")).collect();
        logs.sort();
        logs
    };
    assert_eq!(run(&["count"], ""), [""; 0]);
    assert_eq!(run(&["count", "--log", "b.log"], "a.log"), ["b.log"]);
    assert_eq!(run(&["count"], "a.log"), ["a.log", "b.log"]);
}

#[test]
fn log_is_readable_only_by_owner() {
    let folder = shop::folder();
    let log = folder.path().join("a.log");
    let mode = || std::fs::metadata(&log).expect("a log").permissions().mode() & 0o777;
    crosscut(folder.path(), &["count", "--log", "a.log"]);
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(&log, std::fs::Permissions::from_mode(0o644)).expect("our file");
    crosscut(folder.path(), &["count", "--log", "a.log"]);
    assert_eq!(mode(), 0o600);
}

#[test]
fn log_refuses_file_of_another_kind() {
    let folder = shop::folder();
    let table = read(&folder.path().join("customers.csv"));
    let output = crosscut(folder.path(), &["--log", "customers.csv", "count"]);
    let refused = "crosscut: customers.csv: it is not a log of crosscut; name another file by --log or CROSSCUT_LOG\n";
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(1), refused));
    assert_eq!(read(&folder.path().join("customers.csv")), table);
    let output = crosscut(folder.path(), &["--log", "no/a.log", "count"]);
    assert!(
        err(&output).starts_with("crosscut: no/a.log: no log can be written there: No such file"),
        "{}",
        err(&output)
    );
}

#[test]
fn screen_logs_questions_and_saves() {
    let folder = shop::folder();
    let log = folder.path().join("a.log");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.args(["--log", "a.log"]);
    program.cwd(folder.path());
    let mut session = Session::start(program, 120, 36);
    session.wait_for("6 customers");
    session.send("/plan = 'pro'");
    session.wait_for("3 customers");
    session.key("enter");
    session.send("s");
    session.wait_for("name");
    session.send("big_pros");
    session.key("enter");
    session.wait_for("saved @big_pros");
    session.send("q");
    assert!(session.wait_exit().success());
    let written = lines(&log);
    let of = |start: &str| written.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(of("INFO saved change=\"add segment\" took="), 1, "{written:?}");
    assert!(of("DEBUG asked questions=") > 2, "{written:?}");
}
