//! Completes a rule that is being typed: columns, `@names`, functions, operators and values.

mod rank;
mod spot;

use std::ops::Range;

use sqlparser::keywords::{Keyword, RESERVED_FOR_COLUMN_ALIAS};

use super::expr::computed_column::{Aggregate, EVENT_PATTERNS};
use super::functions::{FORMS, FUNCTIONS};
use super::names::quote;
use super::{Context, NameKind, parse};
use crate::model::{ColumnType, Datum, Events, Schema, is_plain_name, reference};
use rank::best;
use spot::{CompletionPlace, ExpectedKind, spot};

/// Maximum number of items that are offered.
const MAX_ITEMS: usize = 200;

/// The items to offer at a place in a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// Bytes of the text that an accepted item replaces.
    pub replace: Range<usize>,
    /// Items, best first.
    pub items: Vec<CompletionItem>,
    /// The column whose values fit here: ask the engine for them, and turn the answer into items by [`value_items`].
    pub values_of: Option<ValuesOf>,
}

/// One item to offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// Text to show.
    pub label: String,
    /// Text to insert.
    pub insert: String,
    /// Type, kind of name, or count, to show beside the label.
    pub detail: String,
}

/// A column whose values fit at a place in a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesOf {
    /// Name, spelled as in the schema.
    pub column: String,
    /// Part of the value that was typed so far, without its quote.
    pub typed: String,
    /// True if an opening quote was typed.
    pub quoted: bool,
}

impl CompletionItem {
    fn new(label: impl Into<String>, insert: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.into(), insert: insert.into(), detail: detail.into() }
    }

    fn word(word: &str, detail: &str) -> Self {
        Self::new(word, word, detail)
    }
}

/// Returns what could stand at the cursor, a byte offset of `text`; an offset inside a character counts as before it.
pub fn complete(text: &str, cursor: usize, cx: &Context) -> Completion {
    let CompletionPlace { replace, typed, quoted, wanted } = spot(text, cursor, cx.schema);
    let mut values_of = None;
    let items = match wanted {
        ExpectedKind::Nothing => Vec::new(),
        // A text that no column is compared with: names and functions would take its place.
        ExpectedKind::Operand { .. } if quoted => Vec::new(),
        ExpectedKind::Operand { .. } if typed.starts_with('@') => names(cx),
        ExpectedKind::Operand { begins } => operands(cx, begins),
        ExpectedKind::Presence => ["NULL", "NOT NULL"].map(|word| CompletionItem::word(word, "")).into(),
        ExpectedKind::Operator(column_type) => operators(column_type),
        ExpectedKind::Joint => ["AND", "OR"].map(|word| CompletionItem::word(word, "")).into(),
        ExpectedKind::AfterIs => {
            ["NULL", "NOT NULL", "TRUE", "FALSE", "DISTINCT FROM"].map(|w| CompletionItem::word(w, "")).into()
        }
        ExpectedKind::AfterNot => {
            ["IN (", "LIKE", "ILIKE", "BETWEEN"].map(|word| CompletionItem::word(word, "")).into()
        }
        ExpectedKind::Value { column, column_type } => {
            let has_values = !matches!(column_type, ColumnType::Boolean | ColumnType::Other | ColumnType::Duration);
            let bare = typed.trim_start_matches('\'').to_owned();
            values_of = has_values.then_some(ValuesOf { column, typed: bare, quoted });
            if quoted { Vec::new() } else { beside_values(column_type, &typed, cx) }
        }
    };
    let mut items = best(items, &typed);
    items.truncate(MAX_ITEMS);
    Completion { replace, items, values_of }
}

/// Turns a column's values and counts, the answer to the engine's `FrequentValues` question, into items, best first.
pub fn value_items(values: &[(Datum, u64)], wanted: &ValuesOf) -> Vec<CompletionItem> {
    let items = values.iter().filter(|(value, _)| !value.is_null());
    let items =
        items.map(|(value, count)| CompletionItem::new(value.to_string(), value.sql(), count.to_string())).collect();
    best(items, &wanted.typed)
}

/// Returns a column's name as a rule writes it: quoted only where SQL would read the bare name as something else.
pub fn column_text(name: &str) -> String {
    use sqlparser::ast::{BinaryOperator, Expr};
    let reads_as_name = |name: &str| match parse::parse(&format!("{name} = 1")) {
        Ok(Expr::BinaryOp { left, op: BinaryOperator::Eq, .. }) => {
            matches!(*left, Expr::Identifier(ident) if ident.value == name)
        }
        _ => false,
    };
    if is_plain_name(name) && !is_word_of_rules(name) && reads_as_name(name) { name.to_owned() } else { quote(name) }
}

/// Returns true for words that the parser accepts as names in some places only.
fn is_word_of_rules(name: &str) -> bool {
    const WORDS: [&str; 16] = [
        "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "INTERVAL",
        "TODAY", "USER",
    ];
    let upper = name.to_uppercase();
    let reserved = |keyword: &&Keyword| format!("{keyword:?}") == upper;
    WORDS.contains(&upper.as_str()) || RESERVED_FOR_COLUMN_ALIAS.iter().any(|keyword| reserved(&keyword))
}

fn columns(cx: &Context, masked: bool) -> impl Iterator<Item = CompletionItem> {
    let columns = cx.schema.all_columns().filter(move |column| masked || !cx.schema.is_masked(&column.name));
    columns.map(|c| CompletionItem::new(&c.name, column_text(&c.name), c.column_type.word()))
}

fn names(cx: &Context) -> Vec<CompletionItem> {
    let item = |name: &str, kind: NameKind| {
        let kind = match kind {
            NameKind::Segment => "segment",
            NameKind::Cell => "cell",
            NameKind::Persona => "persona",
        };
        CompletionItem::new(format!("@{name}"), reference(name), kind)
    };
    cx.names.iter().map(|(name, named)| item(name, named.kind)).collect()
}

fn operands(cx: &Context, begins: bool) -> Vec<CompletionItem> {
    let call = |name: &str| match name {
        "today" => CompletionItem::new(name, name, "as-of date"),
        _ => CompletionItem::new(format!("{name}("), format!("{name}("), "function"),
    };
    let known = FUNCTIONS.iter().filter(|function| cx.schema.refuses(&function.name.to_lowercase()).is_none());
    let functions = known.map(|function| call(function.name)).chain(FORMS.iter().map(|form| call(form.0)));
    let derived = openings(cx.schema).into_iter().map(|(text, about)| CompletionItem::new(text.clone(), text, about));
    let words = ["NOT", "CASE"].into_iter().map(|word| CompletionItem::word(word, ""));
    columns(cx, begins).chain(derived).chain(names(cx)).chain(words).chain(functions).collect()
}

/// Returns the beginnings of calls that compute a column, each with a word on what it computes.
fn openings(schema: &Schema) -> Vec<(String, &'static str)> {
    let of_table = |events: &Events| {
        let name = crate::model::quote_name(&events.name);
        let words = Aggregate::NAMES.iter().filter(|(word, _)| *word != "avg");
        let words = words.map(|(word, _)| *word).chain(EVENT_PATTERNS);
        words.map(move |word| (format!("{name}.{word}("), "events")).collect::<Vec<_>>()
    };
    let mut openings: Vec<_> = schema.all_events().iter().flat_map(of_table).collect();
    openings.extend([("top(".to_owned(), "highest %"), ("bottom(".to_owned(), "lowest %")]);
    if schema.key().is_some() {
        openings.push(("split(".to_owned(), "random parts"));
    }
    openings
}

fn operators(column_type: ColumnType) -> Vec<CompletionItem> {
    let words: &[&str] = match column_type {
        ColumnType::Text => {
            &["=", "<>", "IN (", "NOT IN (", "LIKE", "NOT LIKE", "ILIKE", "~", "IS NULL", "IS NOT NULL", "<", ">", "||"]
        }
        ColumnType::Boolean => &["AND", "OR", "=", "<>", "IS NULL", "IS NOT NULL", "IS NOT TRUE", "IS NOT FALSE"],
        ColumnType::Integer | ColumnType::Decimal(_) | ColumnType::Float => &[
            ">",
            ">=",
            "<",
            "<=",
            "=",
            "<>",
            "BETWEEN",
            "NOT BETWEEN",
            "IN (",
            "NOT IN (",
            "IS NULL",
            "IS NOT NULL",
            "+",
            "-",
            "*",
            "/",
            "%",
        ],
        ColumnType::Date | ColumnType::Timestamp => {
            &["<", "<=", ">", ">=", "=", "<>", "BETWEEN", "NOT BETWEEN", "IN (", "IS NULL", "IS NOT NULL", "-", "+"]
        }
        ColumnType::Time | ColumnType::Duration | ColumnType::Other => &["IS NULL", "IS NOT NULL"],
    };
    words.iter().map(|word| CompletionItem::word(word, "")).collect()
}

/// Returns what can stand in a value's place besides the column's values.
fn beside_values(column_type: ColumnType, typed: &str, cx: &Context) -> Vec<CompletionItem> {
    let mut items = Vec::new();
    if matches!(column_type, ColumnType::Date | ColumnType::Timestamp) {
        items.push(CompletionItem::new("today", "today", cx.today.to_string()));
        for span in ["30 days", "90 days", "1 year"] {
            let text = format!("today - INTERVAL '{span}'");
            items.push(CompletionItem::new(&text, &text, "date"));
        }
    }
    if column_type == ColumnType::Boolean {
        items.extend(["TRUE", "FALSE"].map(|word| CompletionItem::word(word, "boolean")));
    }
    // Other columns are rarely compared with: they are offered once some of the name is typed.
    if !typed.is_empty() {
        let alike = |c: &&crate::model::Column| {
            let fits = c.column_type == column_type || (c.column_type.is_number() && column_type.is_number());
            fits && !cx.schema.is_masked(&c.name)
        };
        let columns = cx.schema.columns().iter().filter(alike);
        items.extend(columns.map(|c| CompletionItem::new(&c.name, column_text(&c.name), c.column_type.word())));
    }
    items
}
