//! Creates the first study for a table: texts that `crosscut init DATA` writes beside it.

mod segments;

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

pub use segments::outcome_rule;
use segments::{StarterSegment, sort_by_effect};

use super::edit::quoted;
use super::remote::RemoteConfig;
use crate::data::Offer;
use crate::model::{ColumnType, Datum, is_plain_name, quote_name};

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

/// Maximum number of segmentations by value and by break points: more are a list to scroll, not a start.
const MOST_BY_VALUE: usize = 4;
const MOST_BY_BREAKS: usize = 3;
/// Largest share of the customers in one cell of a segmentation that still splits them.
const BROADEST: f64 = 0.9;
/// Maximum number of cells of a segmentation by value.
const MOST_CELLS: u64 = 12;
/// Words in the names of columns that may identify a person, if hardly two customers share a value.
const PRIVATE: [&str; 13] = [
    "name", "surname", "username", "email", "mail", "phone", "mobile", "address", "street", "birth", "ip", "iban",
    "passport",
];
/// Endings of the names of columns that identify a person: `home_phone` does, `PhoneService` does not.
const CLEARLY_PRIVATE: [&str; 27] = [
    "email",
    "mail",
    "phone",
    "telephone",
    "mobile",
    "fax",
    "address",
    "street",
    "ip",
    "iban",
    "ssn",
    "passport",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "username",
    "nickname",
    "customername",
    "contactname",
    "birthdate",
    "birthday",
    "dateofbirth",
    "dob",
    "phonenumber",
    "mobilenumber",
    "passportnumber",
];
/// Words in the names of numbers that say nothing about a customer: cutting by them is of no use.
const NO_MEASURE: [&str; 8] = ["id", "zip", "postcode", "weight", "wgt", "fnlwgt", "index", "row"];
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

/// A column worth cutting by.
struct ColumnCut<'t> {
    name: String,
    column: &'t StarterColumn,
    breaks: Option<Vec<f64>>,
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
    setting(&mut text, "as_of", &None, "\"2026-06-30\"", "what today means in rules; the day of the run otherwise");
    for line in &table.settings {
        let _ = writeln!(text, "{line:34} # as the table was read");
    }
    // Offered, not declared: a day may be a month, and a word a value.
    for Offer { column, declared, why } in &table.offers {
        let _ = writeln!(text, "# types.{} = {declared}    # {why}", key(column));
    }
    text.push_str("\n[study]\nsegments = \"segments.toml\"\npersonas = \"personas.toml\"\n");
    setting(&mut text, "value", &table.value, "\"spend\"", "the money column that shares of value are taken of");
    let mask: Vec<String> =
        table.columns.iter().filter(|c| is_private(c, table.rows)).map(|c| quoted(&c.name)).collect();
    let _ = write!(
        text,
        "\n[privacy]\nmask = [{}]    # columns never drawn nor exported in the clear\nmin_cell = 0    # smaller counts are drawn as \"<10\" when this is 10; 0 turns it off\n",
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
            let _ = writeln!(
                text,
                "\n[columns]\nrevenue = {revenue}    # a column like any other, also as value under [study]"
            );
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
        "# Personas: researched characters, and the segments that each spans. Take this example for a start:\n#\n",
    );
    for line in example.lines() {
        text.push_str(format!("# {line}").trim_end());
        text.push('\n');
    }
    text
}

/// Returns the columns worth cutting by, those with few texts first: the break points of numbers are invented, or the
/// numbers are flags such as 0 and 1.
fn guess_cuts<'t>(
    table: &'t StarterTable,
    segments: &[StarterSegment],
    taken: &mut HashSet<String>,
) -> Vec<ColumnCut<'t>> {
    let mut cuts: Vec<(bool, &StarterColumn, Option<Vec<f64>>)> = Vec::new();
    let mut columns: Vec<&StarterColumn> = table.columns.iter().collect();
    sort_by_effect(&mut columns);
    for column in columns {
        // One of two values is enough: the other is its opposite.
        if column.distinct == 2 && segments.iter().any(|segment| segment.column == column.name) {
            continue;
        }
        if table.key.as_ref() == Some(&column.name) || is_private(column, table.rows) {
            continue;
        }
        let most = column.counts.iter().copied().max().unwrap_or(0) as f64;
        if most > BROADEST * table.rows as f64 {
            continue;
        }
        let shared = column.distinct.saturating_mul(2) <= table.rows;
        match column.column_type {
            ColumnType::Text | ColumnType::Boolean if (2..=MOST_CELLS).contains(&column.distinct) && shared => {
                cuts.push((false, column, None));
            }
            kind if kind.is_whole() && (2..=MOST_CELLS / 2).contains(&column.distinct) && shared => {
                cuts.push((true, column, None));
            }
            _ => cuts.extend(guess_breaks(column, table.rows).map(|breaks| (true, column, Some(breaks)))),
        }
    }
    let (by_breaks, by_value): (Vec<_>, Vec<_>) = cuts.into_iter().partition(|(is_number, ..)| *is_number);
    let cuts: Vec<_> =
        by_value.into_iter().take(MOST_BY_VALUE).chain(by_breaks.into_iter().take(MOST_BY_BREAKS)).collect();
    let cuts = cuts.into_iter();
    cuts.map(|(_, column, breaks)| ColumnCut { name: free_name(&column.name, taken), column, breaks }).collect()
}

/// Returns true if a column's values should be masked from the start.
fn is_private(column: &StarterColumn, rows: u64) -> bool {
    let parts = words(&column.name);
    let ends = (0..parts.len()).map(|from| parts[from..].concat());
    let clearly = parts == ["name"] || ends.into_iter().any(|end| CLEARLY_PRIVATE.contains(&end.as_str()));
    let hardly_shared = column.distinct.saturating_mul(2) > rows;
    match column.column_type {
        ColumnType::Boolean | ColumnType::Float => false,
        ColumnType::Decimal(scale) if scale > 0 => false,
        // Yes or no to a phone is not a phone number.
        _ if clearly => column.distinct > 2 || hardly_shared,
        kind if kind.is_whole() => false,
        _ => has_word(&column.name, &PRIVATE) && hardly_shared && column.distinct > 20,
    }
}

/// Returns the rounded quartiles of a column of many numbers that are not the number of a customer or an order.
fn guess_breaks(column: &StarterColumn, rows: u64) -> Option<Vec<f64>> {
    let whole = column.column_type.is_whole();
    let counted_through = whole && column.distinct == rows || has_word(&column.name, &NO_MEASURE);
    if !column.column_type.is_number() || column.distinct <= MOST_CELLS / 2 || counted_through {
        return None;
    }
    let breaks = without_empty_cells(quartiles(column)?.map(|point| rounded(column, point)), &column.spread);
    (!breaks.is_empty()).then_some(breaks)
}

fn quartiles(column: &StarterColumn) -> Option<[f64; 3]> {
    let last = column.spread.len().checked_sub(1)?;
    let finite = column.spread.iter().all(|point| point.is_finite());
    finite.then(|| [1, 2, 3].map(|quarter| column.spread[last * quarter / 4]))
}

/// Returns the break points without those that would leave a cell empty: each part must contain a value.
fn without_empty_cells(breaks: [f64; 3], values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for point in breaks {
        let from = kept.last().copied().unwrap_or(f64::NEG_INFINITY);
        if values.iter().any(|value| (from..point).contains(value)) {
            kept.push(point);
        }
    }
    while kept.last().is_some_and(|last| values.iter().all(|value| value < last)) {
        kept.pop();
    }
    kept
}

/// Rounds a number relative to the width of the column: years to a year, incomes to a thousand.
fn rounded(column: &StarterColumn, number: f64) -> f64 {
    let Some([lower, _, upper]) = quartiles(column) else { return number };
    let ends = column.spread.last().zip(column.spread.first()).map_or(0.0, |(last, first)| last - first);
    let width = if upper > lower { upper - lower } else { ends };
    let least = if column.column_type.is_whole() { 0 } else { -9 };
    let digit = ((width / 10.0).log10().floor() as i32).clamp(least, 300);
    if digit >= 0 {
        let unit = 10f64.powi(digit);
        // Adding 0 turns -0 into 0.
        return (number / unit).round() * unit + 0.0;
    }
    // Converts by way of text, so that 0.12 is 0.12 and not 0.12000000000000001.
    format!("{number:.*}", digit.unsigned_abs() as usize).parse().unwrap_or(number)
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

/// Returns true if a column's name contains one of the words: `Home_Phone`, `homePhone` and `phone` contain `phone`,
/// `smartphones` does not; `first_name` and `firstname` are the same.
fn has_word(name: &str, wanted: &[&str]) -> bool {
    let parts = words(name);
    let pairs = parts.windows(2).map(|pair| pair.concat());
    parts.iter().cloned().chain(pairs).any(|part| wanted.contains(&part.as_str()))
}

/// Returns the words of a column's name in lower case: `total`, `charges` for `TotalCharges` and for `total charges`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        if after_small && c.is_uppercase() || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}
