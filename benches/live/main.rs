//! `cargo bench --bench live -- [--rows N,…] [--data FILE] [--json FILE] [--only PART,…]`
//!
//! Measures the engine against its goals, through the same public trait that the screen uses. Compared implementations
//! run by turns in one process and must give the same answer. Each size runs in a separate process, so that no size's
//! memory is counted as another's.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on fails")]

mod conditions;
mod consolidate;
mod events;
mod groups;
mod growth;
mod large;
mod limit;

mod matrix;
mod measure;
mod memory;
mod opening;
mod overlap;
mod panes;
mod plain;
mod rules;
#[path = "../shared/mod.rs"]
#[allow(dead_code, reason = "the other benchmark uses more of it")]
mod shared;
mod why;

use std::path::Path;
use std::process::Command;

use clap::Parser;
use serde_json::Value;

use shared::Arguments;
use shared::report::{self, Report};
use shared::shop::Shop;

/// Measures some of the work and adds it to the report.
type BenchPart = fn(&Shop, &mut Report);

fn main() {
    let arguments = Arguments::parse();
    let reports = match &arguments.data {
        Some(file) => vec![run(file, &arguments)],
        None => arguments.files().iter().map(|file| run_apart(file, &arguments)).collect(),
    };
    growth::print(&reports);
    report::write(arguments.json.as_deref(), &reports);
}

/// Measures one base in a separate process.
fn run_apart(file: &Path, arguments: &Arguments) -> Value {
    let json = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.arg("--data").arg(file).arg("--json").arg(json.path());
    if !arguments.only.is_empty() {
        command.arg("--only").arg(arguments.only.join(","));
    }
    assert!(command.status().expect("this program runs").success(), "measuring {} failed", file.display());
    let text = std::fs::read_to_string(json.path()).expect("its results");
    let reports: Vec<Value> = serde_json::from_str(&text).expect("its results are JSON");
    reports.into_iter().next().expect("one report")
}

fn run(file: &Path, arguments: &Arguments) -> Value {
    eprintln!("measuring {} …", file.display());
    let before = memory::resident();
    let shop = Shop::open(file);
    let mut report = Report::new(file, shop.rows());
    // Memory comes first, because other measurements leave some allocated.
    if arguments.wants("memory") {
        memory::run(&shop, before, &mut report);
    }
    let parts: [(&str, BenchPart); 9] = [
        ("conditions", conditions::run),
        ("rules", rules::run),
        ("overlap", overlap::run),
        ("matrix", matrix::run),
        ("consolidate", consolidate::run),
        ("why", why::run),
        ("groups", groups::run),
        ("panes", panes::run),
        ("events", events::run),
    ];
    for (_, part) in parts.iter().filter(|(name, _)| arguments.wants(name)) {
        part(&shop, &mut report);
    }
    // Parts that open the base themselves come last: two open bases may not fit into memory.
    drop(shop);
    if arguments.wants("overlap") {
        overlap::run_cold(file, &mut report);
    }
    if arguments.wants("opening") {
        opening::run(file, &mut report);
    }
    if arguments.wants("large") {
        large::run(file, &mut report);
    }
    report.finish()
}
