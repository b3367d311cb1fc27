//! Results: one line per comparison, as a table on stdout and as JSON for `peers.py`.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

/// Result of one measured part.
#[derive(Debug, Clone)]
pub struct Measurement {
    pub name: String,
    pub unit: Unit,
    /// In seconds or bytes.
    pub ours: f64,
    pub peers: Vec<Peer>,
    /// The same work for DuckDB, which `peers.py` runs.
    pub duckdb: Option<DuckDb>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Bytes,
}

/// Reference that our figure is compared with.
#[derive(Debug, Clone)]
pub struct Peer {
    pub name: String,
    /// In the same unit; `None` for an absolute goal.
    pub theirs: Option<f64>,
    pub goal: Goal,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Ours is at most this multiple of theirs.
    AtMost(f64),
    /// Theirs is at least this multiple of ours.
    Faster(f64),
    /// Ours is at most this.
    Within(f64),
    /// Not a goal; shown for comparison.
    None,
}

/// Queries for DuckDB, their expected answer, and the goal against it.
#[derive(Debug, Clone)]
pub struct DuckDb {
    /// Spellings of one query; the fastest counts.
    pub sql: Vec<String>,
    /// Rows, in any order.
    pub answer: Value,
    pub goal: Goal,
}

impl Measurement {
    pub fn seconds(name: impl Into<String>, ours: Duration) -> Self {
        Self { name: name.into(), unit: Unit::Seconds, ours: ours.as_secs_f64(), peers: Vec::new(), duckdb: None }
    }

    pub fn bytes(name: impl Into<String>, ours: u64) -> Self {
        Self { name: name.into(), unit: Unit::Bytes, ours: ours as f64, peers: Vec::new(), duckdb: None }
    }

    pub fn against(mut self, name: impl Into<String>, theirs: f64, goal: Goal) -> Self {
        self.peers.push(Peer { name: name.into(), theirs: Some(theirs), goal });
        self
    }

    pub fn within(mut self, most: f64) -> Self {
        self.peers.push(Peer { name: "–".into(), theirs: None, goal: Goal::Within(most) });
        self
    }

    pub fn duckdb(mut self, sql: Vec<String>, answer: Value, goal: Goal) -> Self {
        self.duckdb = Some(DuckDb { sql, answer, goal });
        self
    }

    fn json(&self) -> Value {
        let peer = |p: &Peer| json!({ "name": p.name, "theirs": p.theirs, "goal": p.goal.json() });
        let duckdb = self.duckdb.as_ref();
        json!({
            "work": self.name,
            "unit": if self.unit == Unit::Seconds { "s" } else { "bytes" },
            "ours": self.ours,
            "peers": self.peers.iter().map(peer).collect::<Vec<_>>(),
            "duckdb": duckdb.map(|d| json!({ "sql": d.sql, "answer": d.answer, "goal": d.goal.json() })),
        })
    }
}

impl Goal {
    fn json(self) -> Value {
        match self {
            Goal::AtMost(factor) => json!({ "at_most": factor }),
            Goal::Faster(factor) => json!({ "faster": factor }),
            Goal::Within(most) => json!({ "within": most }),
            Goal::None => Value::Null,
        }
    }

    fn text(self, unit: Unit) -> String {
        match self {
            Goal::AtMost(factor) => format!("≤ {factor} ×"),
            Goal::Faster(factor) => format!("≥ {factor} × faster"),
            Goal::Within(most) => format!("≤ {}", amount(most, unit)),
            Goal::None => "–".into(),
        }
    }
}

/// Results on one base.
pub struct Report {
    file: String,
    pub rows: u64,
    works: Vec<Measurement>,
}

const HEADINGS: [&str; 7] = ["work", "ours", "compared with", "theirs", "ratio", "goal", "met"];

impl Report {
    pub fn new(file: &Path, rows: u64) -> Self {
        Self { file: file.display().to_string(), rows, works: Vec::new() }
    }

    pub fn add(&mut self, work: Measurement) {
        eprintln!("  {}: {}", work.name, amount(work.ours, work.unit));
        self.works.push(work);
    }

    /// Prints the table and returns the JSON for `--json`.
    pub fn finish(self) -> Value {
        println!("\n{} customers\n", crosscut::text::numbers::count(self.rows));
        let rows: Vec<_> = self.works.iter().flat_map(Measurement::rows).collect();
        println!("{}", table(&HEADINGS.map(String::from), &rows));
        let works: Vec<Value> = self.works.iter().map(Measurement::json).collect();
        json!({ "rows": self.rows, "file": self.file, "works": works })
    }
}

impl Measurement {
    fn rows(&self) -> Vec<Vec<String>> {
        let ours = amount(self.ours, self.unit);
        let start = |against: &str| vec![self.name.clone(), ours.clone(), against.to_owned()];
        let mut rows: Vec<_> = self.peers.iter().map(|peer| [start(&peer.name), self.verdict(peer)].concat()).collect();
        if let Some(duckdb) = &self.duckdb {
            let rest = ["see peers.py", "", &duckdb.goal.text(self.unit), ""].map(String::from);
            rows.push([start("DuckDB"), rest.into()].concat());
        }
        if rows.is_empty() {
            rows.push([start("–"), vec!["–".into(); 4]].concat());
        }
        rows
    }

    /// Cells of a table row: theirs, ratio, goal, met.
    fn verdict(&self, peer: &Peer) -> Vec<String> {
        let theirs = peer.theirs.map_or("–".into(), |theirs| amount(theirs, self.unit));
        let slower = peer.theirs.map(|theirs| self.ours / theirs);
        let (ratio, met) = match peer.goal {
            Goal::AtMost(factor) => (slower.map(|s| format!("{s:.2} ×")), slower.map(|s| s <= factor)),
            Goal::Faster(factor) => (slower.map(faster), slower.map(|s| 1.0 / s >= factor)),
            Goal::Within(most) => (None, Some(self.ours <= most)),
            Goal::None => (slower.map(|s| if s < 1.0 { faster(s) } else { format!("{s:.2} ×") }), None),
        };
        let met = met.map_or("–", |met| if met { "yes" } else { "no" });
        vec![theirs, ratio.unwrap_or("–".into()), peer.goal.text(self.unit), met.into()]
    }
}

fn faster(slower: f64) -> String {
    format!("{:.2} × faster", 1.0 / slower)
}

/// Formats an amount: `1.83 ms`, `412 MB`.
pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => format!("{:.0} MB", value / 1e6),
        Unit::Seconds if value < 1e-3 => format!("{:.0} µs", value * 1e6),
        Unit::Seconds if value < 1.0 => format!("{:.2} ms", value * 1e3),
        Unit::Seconds => format!("{value:.2} s"),
    }
}

/// Time that `percent` of the times do not exceed.
pub fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().expect("something was measured")
}

/// Writes a Markdown table with aligned columns.
pub fn table(headings: &[String], rows: &[Vec<String>]) -> String {
    let all = || std::iter::once(headings).chain(rows.iter().map(Vec::as_slice));
    let length = |text: &String| text.chars().count();
    let widths: Vec<usize> =
        (0..headings.len()).map(|i| all().filter_map(|row| row.get(i)).map(length).max().unwrap_or(0)).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let dashes: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    let mut text = line(headings) + &line(&dashes);
    text.extend(rows.iter().map(|row| line(row)));
    text
}

/// Writes a list of reports to the file of `--json`.
pub fn write(json: Option<&Path>, reports: &[Value]) {
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(reports).expect("JSON");
        std::fs::write(path, text).expect("the JSON file is written");
    }
}
