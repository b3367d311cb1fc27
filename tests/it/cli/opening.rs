//! Messages of `crosscut` with nothing to open, and the sample study.

use std::path::Path;
use std::process::Command;

use super::{err, out};
use crate::pty::{Session, command};
use crate::shop::{crosscut, folder};

/// Runs the program without a command in a folder, with a state folder of its own.
fn plain(folder: &Path, state: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .current_dir(folder)
        .env("XDG_STATE_HOME", state)
        .output()
        .expect("the program runs");
    (output.status.code(), err(&output))
}

#[test]
fn mistyped_command_suggests_near_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (args, near) in [
        (&["segmnts"][..], "no command and no file is called segmnts: did you mean segments?"),
        (&["gruop", "country"], "no command and no file is called gruop: did you mean group?"),
        (&["segmnts", "--filter", "a = 1"], "no command and no file is called segmnts: did you mean segments?"),
        (&["frob"], "no command and no file is called frob: crosscut --help lists the commands"),
    ] {
        let output = crosscut(folder.path(), args);
        assert_eq!((output.status.code(), err(&output)), (Some(2), format!("crosscut: {near}\n")), "{args:?}");
    }
}

#[test]
fn crosscut_without_study_lists_recent_studies() {
    let (empty, state) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (code, told) = plain(empty.path(), state.path());
    assert_eq!(code, Some(2));
    assert!(told.contains("crosscut demo ") && told.contains("crosscut init DATA"), "{told}");
    assert!(!told.contains("opened last"), "{told}");

    let study = folder();
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(study.path());
    program.env("XDG_STATE_HOME", state.path());
    let mut session = Session::start(program, 120, 36);
    session.wait_for("6 customers");
    session.send("q");
    assert!(session.wait_exit().success());

    let place = std::fs::canonicalize(study.path()).expect("a folder");
    let line = format!("  crosscut {}\n", place.display());
    let (_, told) = plain(empty.path(), state.path());
    assert!(told.ends_with(&format!("studies opened last:\n{line}")), "{told}");
    // A sub-command opens a study too, but nobody is at work in it.
    assert!(crosscut(study.path(), &["count"]).status.success());
    drop(study);
    let (_, told) = plain(empty.path(), state.path());
    assert!(!told.contains("opened last"), "a study that is gone: {told}");
}

#[test]
fn demo_writes_sample_of_repository() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = crosscut(folder.path(), &["demo", "study"]);
    assert_eq!(err(&output), "crosscut: wrote the sample study: open it with crosscut study\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in glob::glob(&format!("{}/sample/**/*", root.display())).expect("a pattern").flatten() {
        if file.is_file() {
            let path = file.strip_prefix(root).expect("a file of the sample");
            let written = std::fs::read(folder.path().join("study").join(path)).expect("a file of the demo");
            assert!(written == std::fs::read(&file).expect("a file"), "{}", path.display());
        }
    }
    assert_eq!(out(&crosscut(&folder.path().join("study"), &["count"])), "5000\n");
    let again = crosscut(folder.path(), &["demo", "study"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("already exists: open it with crosscut study"), "{}", err(&again));
}

#[test]
fn demo_opens_sample_and_leaves_no_file() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.args(["demo"]);
    program.cwd(temporary.path());
    program.env("TMPDIR", temporary.path());
    program.env("XDG_STATE_HOME", temporary.path().join("state"));
    let mut session = Session::start(program, 120, 36);
    session.wait_for("5,000 customers");
    session.send("q");
    assert!(session.wait_exit().success());
    let left: Vec<_> = std::fs::read_dir(temporary.path()).expect("a folder").flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("crosscut-demo")), "{left:?}");
    assert!(!temporary.path().join("state/crosscut/recent").exists(), "a study that is gone is not listed");
    let output = crosscut(temporary.path(), &["demo"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
}

#[test]
fn table_before_sub_command_is_read() {
    // The study in the folder has other customers.
    let study = folder();
    let file = study.path().join("other.csv");
    std::fs::write(&file, "id,age\n1,30\n2,40\n3,50\n").expect("a writable folder");
    let output = crosscut(study.path(), &["other.csv", "count", "age > 30"]);
    assert_eq!((out(&output).as_str(), output.status.code()), ("2\n", Some(0)));
    assert!(err(&output).contains("config.toml is ignored"), "{}", err(&output));

    // A folder with a study and its config.toml open the study.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let config = study.path().join("config.toml");
    for data in [study.path(), &config] {
        let output = crosscut(elsewhere.path(), &[&data.display().to_string(), "count"]);
        assert_eq!((out(&output).as_str(), err(&output).as_str()), ("6\n", ""), "{}", data.display());
    }
}

#[test]
fn table_before_sub_command_without_table_is_refused() {
    let study = folder();
    std::fs::write(study.path().join("other.csv"), "id\n1\n").expect("a writable folder");
    for (args, message) in [
        (
            &["other.csv", "generate", "--rows", "5", "x.csv"][..],
            "generate takes no table before it: leave out other.csv",
        ),
        (
            &["other.csv", "convert", "x.csv", "y.csv"],
            "convert takes no table before it: name its table after it, as in crosscut convert other.csv",
        ),
        (&["other.csv", "count", "--data", "customers.csv"], "two tables are named: other.csv and that of --data"),
        (&["othr.csv", "count"], "no command and no file is called othr.csv: crosscut --help lists the commands"),
        (
            &["count", "age > 1", "other.csv"],
            "count takes no table there: name it first, as in crosscut other.csv count …",
        ),
    ] {
        let output = crosscut(study.path(), args);
        assert_eq!((output.status.code(), err(&output)), (Some(2), format!("crosscut: {message}\n")), "{args:?}");
    }
    let bare = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(bare.path().join("other.csv"), "id\n1\n").expect("a writable folder");
    let output = crosscut(bare.path(), &["rows", "--sort", "id", "other.csv"]);
    let message = "rows takes no table there: name it first, as in crosscut other.csv rows …";
    assert_eq!((output.status.code(), err(&output)), (Some(2), format!("crosscut: {message}\n")));
    let output = crosscut(bare.path(), &["count", "other.csv"]);
    let message = "there is no study here (no config.toml): name the table first, as in crosscut other.csv count …";
    assert_eq!((output.status.code(), err(&output)), (Some(2), format!("crosscut: {message}\n")));
}
