//! No masked value and no rule in the log: logs are sent to others.

use std::process::Command;

use super::{SECRET_MAIL, crosscut, leaked, salary, study, with_privacy};

/// In rules, and nowhere else.
const NEEDLE: &str = "zebra";

#[test]
fn log_has_no_value_and_no_rule() {
    let folder = study();
    with_privacy(&folder, "rules = \"allow\"");
    let mail = format!("person007{SECRET_MAIL}");
    let salary = salary(7).to_string();
    let rules = [
        format!("email = '{mail}'"),
        format!("email LIKE '%{NEEDLE}%' OR salary > {salary}"),
        format!("salary = {salary}"),
        // Errors that quote the rule: of its columns, types and patterns, and of the engine.
        format!("emial = '{mail}'"),
        format!("country = 'DE' AND {NEEDLE} > {salary}"),
        format!("email > {salary} AND"),
        format!("regexp_like(email, '({NEEDLE}{mail}')"),
        format!("CAST(email AS date) > DATE '{NEEDLE}'"),
        format!("CASE WHEN vip THEN email ELSE salary END > '{mail}'"),
    ];
    for rule in &rules {
        for command in [&["count"][..], &["segments"], &["profile", "age"], &["rows"], &["why"], &["attrition"]] {
            crosscut(folder.path(), &[command, &["--filter", rule, "--log", "a.log"]].concat());
        }
        crosscut(folder.path(), &["explain", rule, "--log", "a.log"]);
    }
    let log = std::fs::read_to_string(folder.path().join("a.log")).expect("a log");
    assert_eq!(leaked(&log), None, "{log}");
    assert!(!log.contains(NEEDLE), "{log}");
    // Questions were asked, and some rules failed.
    assert!(log.matches(" asked ").count() > 20 && log.matches(" failed ").count() > 20, "{log}");
}

#[test]
fn log_of_unreadable_study_contains_no_line_of_study() {
    let folder = study();
    let broken = format!("[[segment]]\nname = \"x\"\nwhere = \"email = '{NEEDLE}'\"\nwhere = {NEEDLE}\n");
    std::fs::write(folder.path().join("segments.toml"), broken).expect("a writable folder");
    let output = crosscut(folder.path(), &["count", "--log", "a.log"]);
    assert_eq!(output.status.code(), Some(1));
    let log = std::fs::read_to_string(folder.path().join("a.log")).expect("a log");
    assert!(log.contains("ERROR failed exit_code=1") && !log.contains(NEEDLE), "{log}");
}

#[test]
fn log_of_unreadable_table_contains_no_cell() {
    let folder = study();
    let text = format!("id,email\nC0001,person001{SECRET_MAIL}\nC0002,person002{SECRET_MAIL},{NEEDLE}\n");
    std::fs::write(folder.path().join("customers.csv"), text).expect("a writable folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"));
    program.arg("count").current_dir(folder.path()).env("CROSSCUT_LOG", "a.log");
    assert!(!program.output().expect("the program runs").status.success());
    let log = std::fs::read_to_string(folder.path().join("a.log")).expect("a log");
    assert!(log.contains("base not read") && log.contains("customers.csv: line 3 has 3 fields"), "{log}");
    assert!(leaked(&log).is_none() && !log.contains(NEEDLE), "{log}");
}
