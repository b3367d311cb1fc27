//! The first study for a table: texts to be written beside it by `crosscut init DATA`.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

use super::edit::quoted;
use crate::model::{ColumnType, Datum, is_plain_name, quote_name};

/// What is known of a table for which a study is to be started.
#[derive(Debug, Clone, Default)]
pub struct StarterTable {
    /// The data's path as `config.toml` is to name it: relative to the folder of the new study.
    pub data: String,
    /// The column that names a customer, and the money column, as far as they were guessed.
    pub key: Option<String>,
    pub value: Option<String>,
    /// In the table's order.
    pub columns: Vec<StarterColumn>,
    pub rows: u64,
}

/// What is known of one column.
#[derive(Debug, Clone)]
pub struct StarterColumn {
    pub name: String,
    pub column_type: ColumnType,
    /// Number of distinct values, without null.
    pub distinct: u64,
    /// Some of the values, the most frequent first.
    pub values: Vec<Datum>,
    /// Of a numeric column.
    pub quartiles: Option<[f64; 3]>,
}

/// More cuts than these are a list to scroll, not a start.
const MOST_SEGMENTATIONS: usize = 10;
/// A cut by value has at most this many cells.
const MOST_CELLS: u64 = 12;
/// Words in the names of columns that are taken to identify a person.
const PRIVATE: [&str; 11] =
    ["email", "mail", "phone", "mobile", "surname", "firstname", "lastname", "fullname", "iban", "passport", "ssn"];
/// Words in the names of columns that are taken to describe who a person is.
const DEMOGRAPHIC: [&str; 12] =
    ["age", "gender", "sex", "country", "city", "region", "state", "education", "marital", "income", "job", "race"];

/// The files of a first study, as names and texts: `config.toml`, `segments.toml`, `personas.toml`. They load as they are.
pub fn starter(table: &StarterTable) -> Vec<(PathBuf, String)> {
    let mut taken = HashSet::new();
    let cuts = guess_cuts(table, &mut taken);
    let high = high_value(table, &mut taken);
    vec![
        ("config.toml".into(), config(table)),
        ("segments.toml".into(), segments(&cuts, high.as_ref())),
        ("personas.toml".into(), personas(&cuts, high.as_ref())),
    ]
}

/// A column worth cutting by.
struct Cut<'t> {
    name: String,
    column: &'t StarterColumn,
    breaks: Option<Vec<f64>>,
}

/// A first segment: the quarter that is worth most.
struct HighValue {
    name: String,
    rule: String,
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
    let data = Some(table.data.clone());
    setting(&mut text, "path", &data, "", "csv tsv parquet ipc ndjson, or a glob");
    setting(&mut text, "key", &table.key, "\"customer_id\"", "the column that names a customer");
    setting(&mut text, "as_of", &None, "\"2026-06-30\"", "what today means in rules; the day of the run otherwise");
    text.push_str("\n[study]\nsegments = \"segments.toml\"\npersonas = \"personas.toml\"\n");
    setting(&mut text, "value", &table.value, "\"spend\"", "the money column that shares of value are taken of");
    let mask: Vec<String> =
        table.columns.iter().filter(|c| has_word(&c.name, &PRIVATE)).map(|c| quoted(&c.name)).collect();
    let _ = write!(
        text,
        "\n[privacy]\nmask = [{}]    # columns never drawn nor exported in the clear\nmin_cell = 0    # smaller counts are drawn as \"<10\" when this is 10; 0 turns it off\n",
        mask.join(", ")
    );
    text
}

fn segments(cuts: &[Cut], high: Option<&HighValue>) -> String {
    let mut text = String::from(
        "# Segments: named rules, written @name in other rules. A rule is a SQL condition on the table's columns.\n\
         # kind is one of demographic, behaviour, preference, firmographic.\n\n",
    );
    match high {
        Some(HighValue { name, rule }) => {
            let note = "the quarter that is worth most; the bound was rounded";
            let _ = writeln!(
                text,
                "[[segment]]\nname = {}\nkind = \"behaviour\"\nwhere = {}\nnote = {}\n",
                quoted(name),
                quoted(rule),
                quoted(note)
            );
        }
        None => text.push_str("# [[segment]]\n# name = \"vip\"\n# kind = \"behaviour\"\n# where = \"spend > 800\"\n\n"),
    }
    text.push_str("# Segmentations cut the customers into cells at once, by a column's values or at break points.\n");
    for cut in cuts {
        let _ = write!(text, "\n[[segmentation]]\nname = {}\n", quoted(&cut.name));
        if has_word(&cut.column.name, &DEMOGRAPHIC) {
            text.push_str("kind = \"demographic\"\n");
        }
        let _ = writeln!(text, "column = {}", quoted(&cut.column.name));
        if let Some(breaks) = &cut.breaks {
            let points: Vec<String> = breaks.iter().map(f64::to_string).collect();
            let _ = writeln!(text, "breaks = [{}]    # quartiles, rounded", points.join(", "));
        }
    }
    text
}

/// An example, commented out: personas come from research, not from a table.
fn personas(cuts: &[Cut], high: Option<&HighValue>) -> String {
    let cells = cuts.iter().filter(|cut| cut.breaks.is_none()).filter_map(|cut| {
        let value = cut.column.values.iter().find(|value| !value.is_null())?;
        Some(format!("{}.{value}", cut.name))
    });
    let mut spans: Vec<String> = high.map(|high| high.name.clone()).into_iter().chain(cells.take(2)).collect();
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

fn guess_cuts<'t>(table: &'t StarterTable, taken: &mut HashSet<String>) -> Vec<Cut<'t>> {
    let mut cuts = Vec::new();
    for column in &table.columns {
        let identifies = table.key.as_ref() == Some(&column.name) || has_word(&column.name, &PRIVATE);
        if identifies || cuts.len() == MOST_SEGMENTATIONS {
            continue;
        }
        let by_value = match column.column_type {
            ColumnType::Text | ColumnType::Boolean => (2..=MOST_CELLS).contains(&column.distinct),
            ColumnType::Integer => (2..=MOST_CELLS / 2).contains(&column.distinct),
            _ => false,
        };
        let breaks = if by_value { None } else { guess_breaks(column, table.rows) };
        if by_value || breaks.is_some() {
            cuts.push(Cut { name: free_name(&column.name, taken), column, breaks });
        }
    }
    cuts
}

/// The quartiles, rounded to two digits, of a column of many numbers that is no number of a customer or an order.
fn guess_breaks(column: &StarterColumn, rows: u64) -> Option<Vec<f64>> {
    let whole = column.column_type == ColumnType::Integer;
    let counted_through = whole && column.distinct == rows || has_word(&column.name, &["id", "zip", "postcode"]);
    if !column.column_type.is_number() || column.distinct <= MOST_CELLS / 2 || counted_through {
        return None;
    }
    let mut breaks: Vec<f64> = column.quartiles?.into_iter().filter(|point| point.is_finite()).map(rounded).collect();
    if whole {
        breaks.iter_mut().for_each(|point| *point = point.round());
    }
    breaks.dedup();
    let ascending = !breaks.is_empty() && breaks.is_sorted_by(|a, b| a < b);
    ascending.then_some(breaks)
}

fn high_value(table: &StarterTable, taken: &mut HashSet<String>) -> Option<HighValue> {
    let column = table.columns.iter().find(|column| Some(&column.name) == table.value.as_ref())?;
    // Where half the customers or more share one value, the upper quartile may set nobody apart.
    let [_, median, upper] = column.quartiles?;
    let bound = Some(rounded(upper)).filter(|bound| bound.is_finite() && *bound > median)?;
    let rule = format!("{} >= {bound}", quote_name(&column.name));
    Some(HighValue { name: free_name("high_value", taken), rule })
}

/// To two significant digits.
fn rounded(number: f64) -> f64 {
    // By way of text, so that 0.12 is 0.12 and not 0.12000000000000001.
    format!("{number:.1e}").parse().unwrap_or(number)
}

/// A column's name as an identifier that is not taken yet.
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

/// Whether one of the words stands in a column's name: `Home_Phone`, `homePhone` and `phone` have `phone`, `smartphones`
/// has not; `first_name` and `firstname` are one.
fn has_word(name: &str, wanted: &[&str]) -> bool {
    let parts = words(name);
    let pairs = parts.windows(2).map(|pair| pair.concat());
    parts.iter().cloned().chain(pairs).any(|part| wanted.contains(&part.as_str()))
}

/// The words of a column's name in small letters: `total`, `charges` of `TotalCharges` as of `total charges`.
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
