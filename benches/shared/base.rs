//! Bases as `crosscut generate --rows N --seed 7` writes them, created once and kept.

use std::ops::ControlFlow;
use std::path::PathBuf;

use crosscut::generate::{GeneratorOptions, generate};

const SEED: u64 = 7;

/// Folder that is kept between runs: `$CROSSCUT_BENCH_DIR`, else `~/.cache/crosscut/bench`.
fn folder() -> PathBuf {
    let named = std::env::var_os("CROSSCUT_BENCH_DIR").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home folder")).join(".cache/crosscut/bench");
    named.unwrap_or_else(home)
}

/// Parquet file of a shop with this many customers. The generator writes it whole or not at all.
pub fn file(rows: u64) -> PathBuf {
    made(rows, &format!("shop-{rows}.parquet"))
}

/// The same as CSV.
pub fn text_file(rows: u64) -> PathBuf {
    made(rows, &format!("shop-{rows}.csv"))
}

fn made(rows: u64, name: &str) -> PathBuf {
    let folder = folder();
    let out = folder.join(name);
    if !out.exists() {
        eprintln!("making {} …", out.display());
        std::fs::create_dir_all(&folder).expect("a folder for the base");
        let options = GeneratorOptions { rows, seed: SEED, out: out.clone(), orders: None };
        generate(&options, &mut |_| ControlFlow::Continue(())).expect("the base is written");
    }
    out
}
