//! Measures how soon a large text file has rows on the screen, and what that costs of the time until all are there.

use std::path::Path;
use std::time::Duration;

use super::shared::base;
use super::shared::report::{Goal, Measurement, Report};
use super::terminal::Terminal;

const TRIES: usize = 5;

/// Customers of the table: a text of 187 MB.
const ROWS: u64 = 1_000_000;

/// A study without privacy is shown in parts while it is read; counts of the other are shown once all are read.
const PRIVACY: [&str; 2] = ["", "[privacy]\nmin_cell = 2\n"];

pub fn run(report: &mut Report) {
    report.rows = report.rows.max(ROWS);
    let file = base::text_file(ROWS);
    let folders = PRIVACY.map(|privacy| study(&file, privacy));
    let (mut rows, mut counts, mut wholes) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..TRIES {
        rows.push(first(&[&file.display().to_string()], Path::new("/"), "rows 1–"));
        counts.push(first(&[], folders[0].path(), "customers so far"));
        for (folder, wholes) in folders.iter().zip(&mut wholes) {
            wholes.push(whole(folder.path()));
        }
    }
    // Other programs only make a try longer.
    let least = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
    let whole = least(&wholes[0]);
    let size = "of CSV, 1 million × 33";
    let of_whole = |name: String, time| {
        Measurement::seconds(name, time).within(0.1).against("all rows", whole.as_secs_f64(), Goal::None)
    };
    report.add(of_whole(format!("start to first rows {size}"), least(&rows)));
    report.add(of_whole(format!("start to first count {size}"), least(&counts)));
    let all = Measurement::seconds(format!("start to the count of all rows {size}"), whole);
    report.add(all.against("not shown in parts", least(&wholes[1]).as_secs_f64(), Goal::AtMost(1.15)));
}

/// Returns the time from the start to a text on the screen.
fn first(arguments: &[&str], folder: &Path, text: &str) -> Duration {
    let (terminal, began) = Terminal::start(env!("CARGO_BIN_EXE_crosscut"), arguments, folder);
    terminal.wait(began, text, |screen| screen.contents().contains(text))
}

/// Returns the time from the start to the count of all customers.
fn whole(folder: &Path) -> Duration {
    let (terminal, began) = Terminal::start(env!("CARGO_BIN_EXE_crosscut"), &[], folder);
    terminal.wait(began, "count of all", |screen| {
        let text = screen.contents();
        text.contains("1,000,000 customers   100.0 %") && !text.contains("so far")
    })
}

fn study(file: &Path, privacy: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let segments = "[[segment]]\nname = \"regulars\"\nwhere = \"orders_12m >= 3\"\n";
    std::fs::write(folder.path().join("segments.toml"), segments).expect("the study is written");
    let data = format!("[data]\npath = \"{}\"\nkey = \"customer_id\"\nas_of = \"2026-06-30\"\n", file.display());
    let config = format!("{data}[study]\nsegments = \"segments.toml\"\n{privacy}");
    std::fs::write(folder.path().join("config.toml"), config).expect("the study is written");
    folder
}
