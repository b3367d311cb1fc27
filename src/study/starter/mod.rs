//! Creates the first study for a table: texts that `crosscut init DATA` writes beside it.

mod columns;
mod cuts;
mod segments;

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::edit::quoted;
use super::remote::RemoteConfig;
use crate::data::Offer;
use crate::model::{ColumnType, Datum, is_plain_name, quote_name};
use columns::{has_word, is_private, words};
use cuts::{ColumnCut, guess_cuts};
use segments::StarterSegment;
pub use segments::outcome_rule;

/// Name of the column that sums quantity times price of a customer's events.
pub const REVENUE: &str = "revenue";

/// The facts about a table from which a study is created.
#[derive(Debug, Clone, Default)]
pub struct StarterTable {
    pub data: StarterData,
    /// Guessed key column and value column.
    pub key: Option<String>,
    pub value: Option<String>,
    /// Columns in the table's order.
    pub columns: Vec<StarterColumn>,
    pub rows: u64,
    /// Types that would suit columns of text better.
    pub offers: Vec<Offer>,
    /// Lines of `[data]` by which the table was read.
    pub settings: Vec<String>,
    /// Table of events that the base was made of.
    pub events: Option<StarterEvents>,
}

/// A table of events beside the base.
#[derive(Debug, Clone, Default)]
pub struct StarterEvents {
    /// Name in rules.
    pub name: String,
    /// Path for `config.toml`.
    pub path: String,
    pub key: String,
    pub date: Option<String>,
    /// Day that `today` means, if the events ended long ago: their last one.
    pub as_of: Option<NaiveDate>,
    /// Columns with the quantity and the price, whose product is worth summing.
    pub quantity_and_price: Option<(String, String)>,
    /// Lines by which the table was read.
    pub settings: Vec<String>,
}

/// Location of the table.
#[derive(Debug, Clone)]
pub enum StarterData {
    /// A path for `config.toml`: relative to the folder of the new study.
    File(String),
    /// A table in another engine.
    Remote(RemoteConfig),
}

impl From<&str> for StarterData {
    fn from(path: &str) -> Self {
        Self::File(path.to_owned())
    }
}

impl Default for StarterData {
    fn default() -> Self {
        Self::File(String::new())
    }
}

/// The facts about one column.
#[derive(Debug, Clone)]
pub struct StarterColumn {
    pub name: String,
    pub column_type: ColumnType,
    /// Number of distinct values, without null.
    pub distinct: u64,
    /// Some of the values, the most frequent first.
    pub values: Vec<Datum>,
    /// Customers with each of the values.
    pub counts: Vec<u64>,
    /// Difference between the customers with the outcome and all others, as an effect size; `None` if it is not known.
    pub effect: Option<f64>,
    /// For a numeric column: some of its values at equal shares of the customers, from the smallest to the largest.
    pub spread: Vec<f64>,
}

/// Words in the names of columns that describe who a person is.
const DEMOGRAPHIC: [&str; 12] =
    ["age", "gender", "sex", "country", "city", "region", "state", "education", "marital", "income", "job", "race"];

/// Returns the files of a first study, as names and texts: `config.toml`, `segments.toml`, `personas.toml`. They load
/// without changes.
pub fn starter(table: &StarterTable) -> Vec<(PathBuf, String)> {
    let mut taken = HashSet::new();
    let found = segments::segments(table, &mut taken);
    let cuts = guess_cuts(table, &found, &mut taken);
    vec![
        ("config.toml".into(), config(table)),
        ("segments.toml".into(), segments_file(&cuts, &found)),
        ("personas.toml".into(), personas(&cuts, &found)),
    ]
}

/// Returns the files of a study without definitions: where the table is, its key, its private columns, and examples of
/// definitions in comments.
pub fn bare(table: &StarterTable) -> Vec<(PathBuf, String)> {
    vec![
        ("config.toml".into(), config(table)),
        ("segments.toml".into(), segments_file(&[], &[])),
        ("personas.toml".into(), personas(&[], &[])),
    ]
}

fn config(table: &StarterTable) -> String {
    let mut text = String::from("# A study for Crosscut. Paths are relative to this file.\n\n[data]\n");
    let setting = |text: &mut String, key: &str, value: &Option<String>, example: &str, comment: &str| {
        let line = match value {
            Some(value) => format!("{key} = {}", quoted(value)),
            None => format!("# {key} = {example}"),
        };
        let _ = writeln!(text, "{line:34} # {comment}");
    };
    match &table.data {
        StarterData::File(path) => {
            setting(&mut text, "path", &Some(path.clone()), "", "a file, a folder or a glob: docs/files.md");
        }
        StarterData::Remote(remote) => {
            for (key, value, comment) in remote.settings() {
                setting(&mut text, key, &Some(value), "", comment);
            }
        }
    }
    setting(&mut text, "key", &table.key, "\"customer_id\"", "the column that names a customer");
    let as_of = table.events.as_ref().and_then(|events| events.as_of).map(|day| day.to_string());
    let today = match &as_of {
        Some(_) => "what today means in rules: the last day of the events",
        None => "what today means in rules; the day of the run otherwise",
    };
    setting(&mut text, "as_of", &as_of, "\"2026-06-30\"", today);
    for line in &table.settings {
        let _ = writeln!(text, "{line:34} # as the table was read");
    }
    // Offered, not declared: a day may be a month, and a word a value.
    for Offer { column, declared, why, .. } in &table.offers {
        let _ = writeln!(text, "# types.{} = {declared}    # {why}", key(column));
    }
    text.push_str("\n[study]\nsegments = \"segments.toml\"\npersonas = \"personas.toml\"\n");
    setting(&mut text, "value", &table.value, "\"spend\"", "the money column, used for shares of value");
    let mask: Vec<String> =
        table.columns.iter().filter(|c| is_private(c, table.rows)).map(|c| quoted(&c.name)).collect();
    let _ = write!(
        text,
        "\n[privacy]\nmask = [{}]    # columns never shown or exported\nmin_cell = 0    # 10 shows smaller counts as \"<10\"; 0 turns it off\n",
        mask.join(", ")
    );
    if let Some(events) = &table.events {
        let _ = writeln!(text, "\n[tables.{}]", events.name);
        setting(&mut text, "path", &Some(events.path.clone()), "", "one row per event");
        setting(&mut text, "key", &Some(events.key.clone()), "", "the customer of the event");
        setting(&mut text, "date", &events.date, "\"date\"", "its date, for windows such as '90 days'");
        for line in &events.settings {
            let _ = writeln!(text, "{line:34} # as the table was read");
        }
        if let Some((quantity, price)) = &events.quantity_and_price {
            let product = format!("{} * {}", quote_name(quantity), quote_name(price));
            let revenue = quoted(&format!("{}.sum({product})", events.name));
            let _ = writeln!(text, "\n[columns]\n{REVENUE} = {revenue}    # a column like any other");
        }
    }
    text
}

/// Returns a column's name as a key of TOML.
pub fn key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn segments_file(cuts: &[ColumnCut], found: &[StarterSegment]) -> String {
    let mut text = String::from(
        "# Segments: named rules, written @name in other rules. A rule is a SQL condition on the table's columns.\n\
         # kind is one of demographic, behaviour, preference, firmographic.\n\n",
    );
    for StarterSegment { name, kind, rule, note, .. } in found {
        let _ = writeln!(text, "[[segment]]\nname = {}", quoted(name));
        if let Some(kind) = kind {
            let _ = writeln!(text, "kind = {}", quoted(kind));
        }
        let _ = writeln!(text, "where = {}\nnote = {}\n", quoted(rule), quoted(note));
    }
    if found.is_empty() {
        text.push_str("# [[segment]]\n# name = \"vip\"\n# kind = \"behaviour\"\n# where = \"spend > 800\"\n\n");
    }
    text.push_str("# Segmentations cut the customers into cells at once, by a column's values or at break points.\n");
    for cut in cuts {
        let _ = write!(text, "\n[[segmentation]]\nname = {}\n", quoted(&cut.name));
        if has_word(&cut.column.name, &DEMOGRAPHIC) {
            text.push_str("kind = \"demographic\"\n");
        }
        let _ = writeln!(text, "column = {}", quoted(&cut.column.name));
        if let Some(breaks) = &cut.breaks {
            let points: Vec<String> = breaks.iter().map(|point| written(*point)).collect();
            let _ = writeln!(text, "breaks = [{}]    # quartiles, rounded", points.join(", "));
        }
    }
    text
}

/// Returns an example, commented out: personas come from research, not from a table.
fn personas(cuts: &[ColumnCut], found: &[StarterSegment]) -> String {
    let cells = cuts.iter().filter(|cut| cut.breaks.is_none()).filter_map(|cut| {
        let value = cut.column.values.iter().find(|value| !value.is_null())?;
        Some(format!("{}.{value}", cut.name))
    });
    let named = found.iter().map(|segment| segment.name.clone());
    let mut spans: Vec<String> = named.take(1).chain(cells.take(2)).collect();
    if spans.is_empty() {
        spans.push("vip".into());
    }
    let spans: Vec<String> = spans.iter().map(|span| quoted(span)).collect();
    let example = format!(
        r#"[[persona]]
id = "dana"                          # written @dana in rules
name = "Deal-hunting Dana"
spans = [{}]
quote = "I never pay full price."
goals = ["Pay less for the same"]
frustrations = ["Codes that do not work"]

[[persona.journey]]
stage = "Discover"
doing = "Compares offers"
feeling = "Hopeful"
feeling_score = 1                    # -2 (bad) to 2 (good)

[[persona.claim]]
text = "Opens most of our mails"

[[persona.claim.evidence]]
kind = "interview"                   # or survey, log
source = "int-07"
date = 2026-03-14
quote = "I look at every offer mail."
"#,
        spans.join(", ")
    );
    let mut text = String::from(
        "# Personas: researched characters, and the segments that each spans. An example to start from:\n#\n",
    );
    for line in example.lines() {
        text.push_str(format!("# {line}").trim_end());
        text.push('\n');
    }
    text
}

/// Returns a number as TOML and rules read it: in digits only within the range of integers.
fn written(number: f64) -> String {
    if number.abs() < 1e15 { number.to_string() } else { format!("{number:e}") }
}

/// Returns a column's name as an identifier that is not taken yet.
fn free_name(column: &str, taken: &mut HashSet<String>) -> String {
    let mut name = words(column).join("_");
    if !is_plain_name(&name) {
        name.insert(0, '_');
    }
    let free =
        (1..).map(|n| if n == 1 { name.clone() } else { format!("{name}_{n}") }).find(|name| !taken.contains(name));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}
