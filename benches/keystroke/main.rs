//! `cargo bench --bench keystroke -- [--rows N,…] [--data FILE] [--json FILE] [--only typing,first-rows]`
//!
//! Runs the whole program in a real terminal and measures two times: from a key to the new count on the screen, and
//! from the start to the first frame, the first count, and the first rows of a large text file. The expected counts are computed through the library
//! beforehand.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on fails")]

mod first_rows;
#[path = "../shared/mod.rs"]
#[allow(dead_code, reason = "the other benchmark uses more of it")]
mod shared;
mod terminal;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use crosscut::insight::format;
use crosscut::insight::suppress;

use shared::Arguments;
use shared::desk::Desk;
use shared::report::{self, Measurement, Report, percentile};
use shared::session::{self, Stroke};
use shared::shop::Shop;
use terminal::{Terminal, WIDTH};

/// A fast typist's time between two keys. The panes of one key may still be loading when the next key arrives.
const RHYTHM: Duration = Duration::from_millis(80);

#[derive(Parser)]
struct Keystroke {
    #[command(flatten)]
    given: Arguments,
    /// Only print what the session's keys will lead to
    #[arg(long, hide = true)]
    rehearse: bool,
}

fn main() {
    let Keystroke { given, rehearse: only_rehearse } = Keystroke::parse();
    let files = given.files();
    if only_rehearse {
        println!("{}", serde_json::json!(rehearse(&files[0])));
        return;
    }
    let reports: Vec<_> = files.iter().map(|file| run(file, &given)).collect();
    report::write(given.json.as_deref(), &reports);
}

fn run(file: &Path, given: &Arguments) -> serde_json::Value {
    let mut report = Report::new(file, 0);
    if given.wants("typing") {
        type_on(file, &mut report);
    }
    if given.wants("first-rows") {
        first_rows::run(&mut report);
    }
    report.finish()
}

/// Measures the start, and the keys of a session.
fn type_on(file: &Path, report: &mut Report) {
    eprintln!("typing on {} …", file.display());
    let (rows, steps) = rehearse_apart(file);
    let folder = study(file);
    let (mut terminal, began) = Terminal::start(env!("CARGO_BIN_EXE_crosscut"), &[], folder.path());
    let first_frame = terminal.wait(began, "frame", |screen| screen.contents().contains("filter"));
    let first_count = terminal.wait(began, "first count", |screen| shows(screen, "", &format::count(rows)));
    let timed = type_all(&mut terminal, &steps);
    tell_slowest(&timed);
    let times: Vec<Duration> = timed.into_iter().map(|(time, _)| time).collect();
    report.rows = rows;
    report.add(Measurement::seconds("start to first frame", first_frame).within(0.1));
    report.add(Measurement::seconds("start to first count on the screen", first_count));
    let name = |percent| format!("key to painted count, p{percent} of {}", times.len());
    report.add(Measurement::seconds(name(50), percentile(&times, 50)).within(0.016));
    report.add(Measurement::seconds(name(95), percentile(&times, 95)).within(0.033));
}

/// Text of the filter after a key, and the count on the screen if the key changed it.
type Step = (String, Option<String>);

/// Runs [`rehearse`] in a separate process: starting a program is slow from a process that holds a whole base.
fn rehearse_apart(file: &Path) -> (u64, Vec<Step>) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    let output = command.arg("--data").arg(file).arg("--rehearse").output().expect("this program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("what was rehearsed")
}

/// Returns the base's customers and the expected step of each key.
fn rehearse(file: &Path) -> (u64, Vec<Step>) {
    let shop = Shop::open(file);
    let min_cell = shop.study.config.privacy.min_cell;
    let mut desk = Desk::new(&shop);
    let count = |desk: &Desk| desk.customers().map(|count| format::shown(suppress::single(count, min_cell)));
    let mut shown = count(&desk);
    let step = |stroke: Stroke| {
        let _ = desk.press(stroke.key());
        let count = count(&desk).filter(|count| Some(count) != shown.as_ref());
        shown = count.clone().or(shown.take());
        (desk.state.filter.text().to_owned(), count)
    };
    (shop.rows(), session::strokes().map(step).collect())
}

/// Creates a folder with the sample study, its table replaced by the base.
fn study(file: &Path) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = std::fs::read_to_string(root.join("config.toml")).expect("the sample study");
    let file = std::path::absolute(file).expect("the base's path");
    let config = config.replace("sample/customers.csv", &file.display().to_string());
    let config = config.replace("\"sample/", &format!("\"{}/sample/", root.display()));
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("config.toml"), config).expect("the study is written");
    folder
}

/// Returns the time of each key that changes the count, with the text of the filter after it.
fn type_all(terminal: &mut Terminal, steps: &[Step]) -> Vec<(Duration, String)> {
    terminal.send(b"/");
    let mut times = Vec::new();
    for (stroke, step) in session::strokes().zip(steps) {
        std::thread::sleep(RHYTHM);
        let began = terminal.send(&stroke.bytes());
        times.extend(seen(terminal, began, step).map(|time| (time, step.0.clone())));
    }
    times
}

/// Prints the keys whose counts took longest: usually those that need a column for the first time.
fn tell_slowest(timed: &[(Duration, String)]) {
    let mut slowest: Vec<&(Duration, String)> = timed.iter().collect();
    slowest.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    for (time, text) in slowest.iter().take(10) {
        eprintln!("  {} ms after the last key of  {text}", time.as_millis());
    }
}

/// Time until the count is on the screen; for a key without a new count, until the letter is.
fn seen(terminal: &Terminal, began: Instant, (text, count): &Step) -> Option<Duration> {
    match count {
        Some(count) => Some(terminal.wait(began, text, |screen| shows(screen, text, count))),
        None => {
            terminal.wait(began, text, |screen| shows_filter(screen, text));
            None
        }
    }
}

/// Returns true if the screen shows the filter with its own count, which is bold; an outdated count is dim.
fn shows(screen: &vt100::Screen, filter: &str, count: &str) -> bool {
    let wanted = format!(" {count} customer");
    let is_bold = |row: u16, line: &str| {
        let column = line.find(&wanted).map(|at| line[..at].chars().count() as u16);
        column.and_then(|column| screen.cell(row, column + 1)).is_some_and(|cell| cell.bold() && !cell.dim())
    };
    shows_filter(screen, filter) && screen.rows(0, WIDTH).zip(0..).any(|(line, row)| is_bold(row, &line))
}

fn shows_filter(screen: &vt100::Screen, filter: &str) -> bool {
    let label = " filter › ";
    let line = screen.rows(0, WIDTH).find(|line| line.starts_with(label)).unwrap_or_default();
    line.trim_start_matches(label).starts_with(filter.trim_end())
}
