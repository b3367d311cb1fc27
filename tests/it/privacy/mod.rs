//! The promise of docs/privacy.md: what is shown, printed and said singles nobody out.
//!
//! A study that wants to give somebody away: masked columns, groups of three, filters of one customer and of all but
//! one, names that act on a terminal.

mod attack;
mod columns;
mod copies;
mod dominance;
mod errors;
mod log;
mod picture;
mod polytope;
mod solver;
mod terminal;
mod together;
mod walk;

use std::fmt::Write as _;
use std::process::Output;

use tempfile::TempDir;

use crate::shop::{crosscut, folder_of};

/// The study's `min_cell`.
const LEAST: u64 = 10;
/// Customers of the base.
const CUSTOMERS: usize = 400;
/// In every e-mail address, and nowhere else.
const SECRET_MAIL: &str = "@secret.example";

/// Returns a masked number: seven digits that occur nowhere else.
fn salary(n: usize) -> usize {
    7_310_000 + n * 17
}

/// Returns the masked amount of an order.
fn amount(n: usize) -> usize {
    6_420_000 + n * 13
}

fn customers() -> String {
    let mut table = String::from("id,email,salary,country,plan,age,spend,joined,vip,name\n");
    for n in 1..=CUSTOMERS {
        let country = match n {
            1..=3 => "XX",
            4..=10 => "YY",
            11..=200 => "DE",
            _ => "FR",
        };
        let plan = match n % 100 {
            0 => "gold",
            k if k < 40 => "basic",
            k if k < 80 => "pro",
            _ => "team",
        };
        let age = if n % 50 == 7 { String::new() } else { (18 + n * 7 % 60).to_string() };
        let spend = if n == 1 { 90_000 } else { 20 + n * 3 % 500 };
        let vip = n == 1 || n == 2;
        let day = 1 + n % 28;
        let month = 1 + n % 12;
        // A window title, a screen cleared, a line turned round.
        let name = format!("Eve\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}{n}");
        let mail = format!("person{n:03}{SECRET_MAIL}");
        writeln!(
            table,
            "C{n:04},{mail},{},{country},{plan},{age},{spend},2025-{month:02}-{day:02},{vip},{name}",
            salary(n)
        )
        .expect("a string");
    }
    table
}

fn orders() -> String {
    let mut table = String::from("id,date,amount,quantity\n");
    for n in (1..=CUSTOMERS).step_by(2) {
        writeln!(table, "C{n:04},2026-0{}-11,{},{}", 1 + n % 6, amount(n), 1 + n % 3).expect("a string");
    }
    table
}

fn survey() -> String {
    let mut table = String::from("id,theme,score,quote\n");
    for n in 1..=60 {
        let theme = match n {
            1..=2 => "rare",
            3..=25 => "price",
            _ => "speed",
        };
        writeln!(table, "C{:04},{theme},{},word {n}", n * 5, n % 5).expect("a string");
    }
    table
}

const SEGMENTS: &str = r#"
[[segment]]
name = "one"
where = "id = 'C0001'"

[[segment]]
name = "few"
where = "country = 'XX'"

[[segment]]
name = "nobody"
where = "country = 'ZZ'"

[[segment]]
name = "nearly"
where = "id <> 'C0001'"

[[segment]]
name = "germans"
where = "country = 'DE'"

[[segment]]
name = "germans_but_two"
where = "country = 'DE' AND id NOT IN ('C0011', 'C0012')"

[[segment]]
name = "young"
where = "age < 40"

[[segment]]
name = "vips"
where = "vip"

[[segment]]
name = "with_mail"
where = "email IS NOT NULL"

[[segmentation]]
name = "country"
column = "country"

[[segmentation]]
name = "plan"
column = "plan"

[[segmentation]]
name = "age"
column = "age"
breaks = [25, 40, 60]
"#;

const PERSONAS: &str = r#"
[[persona]]
id = "tiny"
name = "Tiny Tim"
spans = ["few"]

[[persona]]
id = "gerda"
name = "German Gerda"
spans = ["germans", "plan.pro"]
where = "spend < 80000"
attributes = ["plan = 'pro'", "age < 40"]
[[persona.claim]]
text = "is a vip"
check = "vip"
[[persona.claim]]
text = "spends"
check = "spend > 300"
[[persona.journey]]
stage = "Start"
reached = "spend > 0"
[[persona.journey]]
stage = "Stay"
reached = "id <> 'C0011'"
[[persona.journey]]
stage = "Grow"
reached = "spend > 300"

[[persona]]
id = "all"
name = "All Ada"
spans = ["nearly"]
"#;

const CONFIG: &str = r#"
[data]
path = "customers.csv"
key = "id"
as_of = "2026-06-30"
[study]
segments = "segments.toml"
personas = "personas.toml"
value = "spend"
[privacy]
mask = ["email", "salary", "amount"]
min_cell = 10
[tables.orders]
path = "orders.csv"
key = "id"
date = "date"
[tables.survey]
path = "survey.csv"
key = "id"
kind = "survey"
theme = "theme"
quote = "quote"
"#;

/// The study in a folder of its own.
pub fn study() -> TempDir {
    folder_of(&[
        ("customers.csv", &customers()),
        ("orders.csv", &orders()),
        ("survey.csv", &survey()),
        ("segments.toml", SEGMENTS),
        ("personas.toml", PERSONAS),
        ("config.toml", CONFIG),
    ])
}

/// Adds a line to the study's `[privacy]`.
fn with_privacy(folder: &TempDir, line: &str) {
    let config = CONFIG.replace("min_cell = 10\n", &format!("min_cell = 10\n{line}\n"));
    std::fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
}

/// Everything that a run says, on both streams.
fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The first masked value in a text.
fn leaked(text: &str) -> Option<String> {
    if let Some(at) = text.find(SECRET_MAIL) {
        return Some(
            text[..at + SECRET_MAIL.len()].chars().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect(),
        );
    }
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    let digits: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 7).collect();
    let masked: Vec<String> = (1..=CUSTOMERS).flat_map(|n| [salary(n).to_string(), amount(n).to_string()]).collect();
    digits.into_iter().find(|number| masked.iter().any(|value| value == number)).map(str::to_owned)
}
