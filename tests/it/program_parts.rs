//! The real program on a table that is shown in part while it is read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crosscut::data::{BaseLocation, LoadProgress};
use crosscut::engine::{Cancel, Engine, SummaryQuestion, ask_one};
use crosscut::rule::Checked;
use crosscut::session::{BaseSource, MIN_GROWING_BYTES, Opening, OpeningStep, ReadyEngine};
use crosscut::study;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::pty::{Session, command};
use crate::shop::folder_of;

/// Rows of a table that is large enough to be shown in parts.
const ROWS: usize = 900_000;

/// A table of a plan and an age for each customer.
fn table(rows: usize) -> String {
    let mut text = String::from("id,plan,age,note\n");
    for row in 0..rows {
        let plan = if row % 4 == 0 { "pro" } else { "basic" };
        let _ = writeln!(text, "{row},{plan},{},bought nothing yet", 20 + row % 50);
    }
    text
}

fn start(folder: &Path, file: &str) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder);
    program.arg(file);
    Session::start(program, 120, 36)
}

#[test]
fn first_rows_take_keys_while_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = table(ROWS);
    assert!(text.len() as u64 > MIN_GROWING_BYTES);
    std::fs::write(folder.path().join("big.csv"), text).expect("a file");
    let mut session = start(folder.path(), "big.csv");
    session.wait_for("customers so far");
    session.wait_for("% read");
    session.wait_for("rows 1–");
    session.send("/");
    session.wait_for("enter apply");
    session.send("plan = 'pro'");
    session.wait_for("25.0 % of base");
    session.wait_for("225,000 customers   25.0 %");
    session.wait_gone("so far");
    session.key("enter");
    session.wait_for("commands");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn short_file_of_long_text_shows_first_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(table(ROWS).as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    assert!((packed.len() as u64) < MIN_GROWING_BYTES);
    std::fs::write(folder.path().join("big.csv.gz"), packed).expect("a file");
    let mut session = start(folder.path(), "big.csv.gz");
    session.wait_for("customers so far");
    session.wait_gone("so far");
    session.wait_for("900,000 customers");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn ragged_last_line_ends_first_rows_with_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("big.csv"), table(ROWS) + "1,pro\n").expect("a file");
    let mut session = start(folder.path(), "big.csv");
    session.wait_for("customers so far");
    session.wait_for("the customers could not be read");
    session.wait_for("line 900002 has 2 fields");
    session.wait_for("only the beginning of the table");
    session.send("q");
    assert!(session.wait_exit().success());
}

/// Opens a study in parts from the first byte on. Returns the engines in order, each with the progress of reading.
fn told(config: &str) -> Vec<(Arc<dyn Engine>, Option<LoadProgress>)> {
    let folder = folder_of(&[("big.csv", &table(60_000)), ("config.toml", config)]);
    let study = study::load(&folder.path().join("config.toml"), None).expect("a good study");
    let source = BaseSource::Here(BaseLocation::Path(folder.path().join("big.csv")));
    let today = "2026-06-30".parse().expect("a date");
    let opening = Opening { study, source, value: None, today, wants_cells: true, named: None, grows_from: Some(1) };
    let mut told = Vec::new();
    let mut step = |step| {
        if let OpeningStep::Ready(ReadyEngine { engine, part, .. }) = step {
            told.push((engine, part));
        }
    };
    opening.open(&mut step, &Cancel::new()).expect("a good table");
    told
}

#[test]
fn study_is_asked_about_its_first_rows_before_all_are_read() {
    let told = told("[data]\npath = \"big.csv\"\nkey = \"id\"\n");
    let (last, parts) = told.split_last().expect("an engine");
    assert!(last.1.is_none() && last.0.customers() == 60_000);
    assert!(!parts.is_empty());
    for (engine, read) in parts {
        let question = SummaryQuestion { filter: Checked::everyone(), value: None };
        let summary = ask_one(engine.as_ref(), &question, &Cancel::new()).expect("an answer");
        let read = read.as_ref().expect("how far");
        assert_eq!((summary.customers, summary.base), (read.rows, read.rows));
        assert!(read.rows < 60_000 && engine.schema().key() == Some("id"));
    }
}

#[test]
fn study_with_min_cell_or_mask_shows_no_part() {
    for privacy in ["min_cell = 5", "mask = [\"note\"]"] {
        let told = told(&format!("[data]\npath = \"big.csv\"\nkey = \"id\"\n[privacy]\n{privacy}\n"));
        assert!(told.iter().all(|(engine, part)| part.is_none() && engine.customers() == 60_000), "{privacy}");
    }
}
