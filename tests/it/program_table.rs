//! The real program on a table without a study.

use std::path::Path;

use crate::pty::{Session, command};
use crate::shop;

const PEOPLE: &str = "id,name,age,city\n1,Ann,31,Berlin\n2,Bob,45,Paris\n3,Cid,,Berlin\n4,Dee,28,Berlin\n";

fn start(folder: &Path, argument: &str, width: u16, height: u16) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder);
    program.arg(argument);
    Session::start(program, width, height)
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("people.csv"), PEOPLE).expect("a file");
    folder
}

#[test]
fn table_without_study_opens_rows_and_columns() {
    let folder = folder();
    let mut session = start(folder.path(), "people.csv", 120, 36);
    session.wait_for("rows 1–4 of 4");
    session.wait_for("Columns");
    // One of four ages is missing.
    session.wait_for("25.0 %");
    session.wait_for("Berlin 75.0 %");
    session.send("/");
    session.send("city = 'Berlin'");
    session.wait_for("rows 1–3 of 3");
    session.wait_for("Berlin 100.0 %");
    session.wait_for("33.3 %");
    session.key("enter");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn columns_take_keys_on_narrow_screen() {
    let folder = folder();
    let mut session = start(folder.path(), "people.csv", 80, 24);
    session.wait_for("rows 1–4 of 4");
    session.key("tab");
    session.wait_for("Columns");
    session.send("jj");
    session.key("enter");
    session.wait_for("Profile of age");
    session.key("esc");
    session.wait_for("Columns");
    session.send("q");
    session.wait_for("rows 1–4 of 4");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn first_save_creates_study_and_keeps_filter() {
    let folder = folder();
    let mut session = start(folder.path(), "people.csv", 120, 36);
    session.wait_for("rows 1–4 of 4");
    session.send("/");
    session.send("age > 30");
    session.wait_for("rows 1–2 of 2");
    session.key("enter");
    session.send("s");
    session.wait_for("Create a study here?");
    session.send("n");
    session.wait_for("nothing was written");
    assert!(!folder.path().join("config.toml").exists());
    session.send("s");
    session.wait_for("Create a study here?");
    session.send("y");
    session.wait_for("Save the filter as a segment");
    session.send("older");
    session.key("enter");
    session.wait_for("saved @older");
    session.wait_for("filter › @older");
    session.send("q");
    assert!(session.wait_exit().success());
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    assert!(read("config.toml").contains("path = \"people.csv\""), "{}", read("config.toml"));
    assert!(read("segments.toml").contains("name = \"older\"") && read("segments.toml").contains("age > 30"));
}

#[test]
fn rows_are_exported_to_private_file_without_overwriting() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let mut session = start(folder.path(), "people.csv", 120, 36);
    session.wait_for("rows 1–4 of 4");
    session.send("X");
    session.wait_for("all 4 rows of the filter, all columns");
    session.key("enter");
    session.wait_for("exported 4 rows to rows.csv");
    session.send("X");
    session.wait_for("to file");
    session.key("enter");
    session.wait_for("rows.csv already exists. Replace it?");
    session.send("n");
    session.key("esc");
    session.send("q");
    assert!(session.wait_exit().success());
    let file = folder.path().join("rows.csv");
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), PEOPLE);
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let names = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, 2, "no temporary file is left");
}

#[test]
fn study_is_not_created_over_existing_files() {
    let folder = folder();
    std::fs::write(folder.path().join("segments.toml"), "# mine\n").expect("a file");
    let mut session = start(folder.path(), "people.csv", 120, 36);
    session.wait_for("rows 1–4 of 4");
    session.send("/");
    session.send("age > 30");
    session.wait_for("rows 1–2 of 2");
    session.key("enter");
    session.send("sy");
    session.wait_for("no study was created");
    session.wait_for("already exists");
    session.send("q");
    assert!(session.wait_exit().success());
    assert_eq!(std::fs::read_to_string(folder.path().join("segments.toml")).expect("a file"), "# mine\n");
    assert!(!folder.path().join("config.toml").exists());
}

#[test]
fn folder_or_config_file_opens_study() {
    let study = shop::folder();
    let elsewhere = tempfile::tempdir().expect("a folder");
    for path in [study.path().to_path_buf(), study.path().join("config.toml")] {
        let mut session = start(elsewhere.path(), path.to_str().expect("text"), 120, 36);
        session.wait_for("6 customers");
        session.wait_for("Professional Pat");
        session.send("q");
        assert!(session.wait_exit().success());
    }
}

#[test]
fn table_inside_study_reports_ignored_study() {
    let study = shop::folder();
    std::fs::write(study.path().join("people.csv"), PEOPLE).expect("a file");
    let mut session = start(study.path(), "people.csv", 120, 36);
    session.wait_for("rows 1–4 of 4");
    session.wait_for("config.toml");
    session.send("q");
    assert!(session.wait_exit().success());
}
