//! docs/rules.md keeps up with the table of functions, and its examples are rules of the sample study.
//!
//! `UPDATE_DOCS=1 cargo test --release --test it docs` writes it anew.

use std::collections::BTreeMap;
use std::path::Path;

use crosscut::cli::{Options, open::Opened};
use crosscut::rule::functions::{FORMS, FUNCTIONS, Function, Parameter};
use crosscut::rule::print::{self, Dialect, Select, TableName, Tables};
use crosscut::rule::{self, Context};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");

const INTRODUCTION: &str = "\
<!-- Made by tests/it/docs.rs from the table of functions. UPDATE_DOCS=1 cargo test --release --test it docs -->
# Rules

A rule is a condition in SQL over one customer's row: `country IN ('US', 'CA') AND spend_12m > 250`. It is what a filter, a
segment's `where`, a persona's `where`, an attribute and a claim's `check` hold. `@name` stands for the rule of a segment, a
cell (`@plan.pro`, `@age.\"25-34\"`) or a persona's audience. `tests/it/rules/cases` shows by example, file by file, what each
construct means.

## Columns and literals

| written | is |
| --- | --- |
| `spend_12m`, `\"first name\"`, `` `first name` `` | a column, without regard to case; quotes for names with blanks, dots or capitals that matter |
| `'it''s'` | text; a quote inside is doubled |
| `5`, `-3` | a whole number of 64 bits |
| `2.5` | a decimal, exact; beside a float it is the float next to it |
| `2.5e0` | a float of 64 bits |
| `TRUE`, `FALSE`, `NULL` | truth, and no value |
| `DATE '2026-01-31'`, or `'2026-01-31'` beside a date | a date |
| `TIMESTAMP '2026-01-31 12:30:00'`, or the text beside a timestamp | a moment, without a time zone |
| `INTERVAL '3 months'`, `INTERVAL 90 DAY` | a span of time, to be added to a date or taken from one |
| `today`, `CURRENT_DATE` | the as-of date: fixed for a run, so that an answer can be repeated |

## Operators

| operator | meaning |
| --- | --- |
| `=` `<>` `<` `<=` `>` `>=` | comparison; numbers by value, texts by their bytes |
| `BETWEEN a AND b` | both bounds included |
| `IN ('a', 'b')` | equal to one of them |
| `LIKE`, `ILIKE` | `%` is any text, `_` one character; nothing else is special unless `ESCAPE` names a character; `ILIKE` ignores case |
| `~`, `~*`, `!~`, `!~*` | a regular expression is found somewhere in the text; `*` ignores case, `!` negates |
| `IS NULL`, `IS NOT NULL` | there is no value, there is one |
| `IS DISTINCT FROM` | as `<>`, but two nulls are the same; never null |
| `IS TRUE`, `IS NOT TRUE`, `IS FALSE`, `IS NOT FALSE` | never null |
| `AND`, `OR`, `NOT` | of three values, see below |
| `+` `-` `*` | whole numbers stay whole, decimals stay exact; a result that does not fit is null |
| `/` | always a float; null where the divisor is zero |
| `%` | the remainder, with the sign of what is divided; null where the divisor is zero |
| `date - date`, `date + 30`, `date + INTERVAL '1 month'` | days between; a day or a month later, where the last day of a month stays the last |
| `\\|\\|` | joins texts; null where one of them is |
| `CASE WHEN … THEN … ELSE … END` | the result of the first condition that is true |
| `CAST(x AS type)`, `x::type` | the value as another type; null where that cannot be |

## No value

A condition is true, false or null for a customer; only those for whom it is true are counted. A comparison with null is null,
`NOT` of null is null, `AND` is false if one side is, `OR` is true if one side is. So `plan <> 'free'` does not count customers
without a plan: write `plan IS DISTINCT FROM 'free'` to count them. A float that is not a number (NaN) is null, and so are a
division by zero, a whole number beyond 64 bits, a decimal beyond 38 digits, and the root or the logarithm of a number that has
none.

## Types

| type | names in a cast |
| --- | --- |
| whole number | `BIGINT`, `INTEGER`, `INT`; `SMALLINT`, `TINYINT`: null where the number does not fit |
| decimal | `DECIMAL(12, 2)`, `NUMERIC(12, 2)`: up to 38 digits; further digits are rounded, halves away from zero |
| float | `DOUBLE`, `FLOAT`; `REAL` is the nearest float of 32 bits |
| text | `TEXT`, `VARCHAR`, `STRING` |
| truth | `BOOLEAN` |
| date, timestamp | `DATE`, `TIMESTAMP` |

";

const COLUMNS: &str = "\
## Columns that are made

| call | value |
| --- | --- |
| `orders.count()`, `orders.count('90 days')` | the customer's events in a table, all or those of a stretch of time up to today; 0 where there are none |
| `orders.sum(amount)`, `mean`, `min`, `max`, `distinct` | an aggregate of a column of the events; null where there are none, except `distinct` |
| `orders.first(category)`, `orders.last(category, '1 year')` | the value of the earliest or the latest event |
| `orders.sum(amount) FILTER (WHERE coupon IS NOT NULL)` | the same of those events for which a rule over their own columns holds |
| `top(spend_12m, 10)`, `bottom(spend_12m, 10)` | whether the customer is among the 10 % with the highest or the lowest values, ties included |
| `split(10)`, `split(10, 'spring')` | a part from 0 to 9, the same for a key on every day and machine |

";

const PRINTING: &str = "\
## As SQL of other engines

`crosscut sql RULE --dialect ENGINE` prints a rule as SQL that means the same there, or says which part that engine cannot say.
What each engine refuses of the examples above and of some others:

";

/// Constructs beyond the examples of functions.
const OTHERS: [&str; 12] = [
    "spend_12m % 7 = 1",
    "CAST(age AS DECIMAL(10, 2)) = 30.5",
    "CAST(spend_12m AS REAL) > 100",
    "TRY_CAST(favourite_category AS TIMESTAMP) IS NULL",
    "CAST(age AS DECIMAL(10, 2)) * 1.1 > 30",
    "favourite_category LIKE plan",
    "favourite_category ~ '^A'",
    "favourite_category ~ '\\w'",
    "favourite_category ~ '\\bA'",
    "orders.last(category) = 'toys'",
    "top(spend_12m, 10)",
    "split(10) = 0",
];

fn sample() -> Opened {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = Some(root.join("config.toml"));
    Opened::new(&Options { config, data: None, filter: None, value: None, as_of: None, format: None })
        .expect("the sample study opens")
}

/// The topic of a function: by what it takes first.
fn topic(function: &Function) -> &'static str {
    match function.parameter(0) {
        Some(Parameter::Text | Parameter::QuotedText) => "Texts",
        Some(Parameter::Date) => "Dates",
        Some(Parameter::Alike) => "Choosing a value",
        _ => "Numbers",
    }
}

fn form_topic(name: &str) -> &'static str {
    match name {
        "regexp_matches" => "Texts",
        "mod" => "Numbers",
        "nullif" | "if" => "Choosing a value",
        _ => "Dates",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn rules_md(opened: &Opened) -> String {
    let mut page = INTRODUCTION.to_owned();
    for wanted in ["Texts", "Numbers", "Dates", "Choosing a value"] {
        page += &format!("## {wanted}\n\n| function | meaning | example |\n| --- | --- | --- |\n");
        for function in FUNCTIONS.iter().filter(|function| topic(function) == wanted) {
            let also = function.aliases.join("`, `");
            let also = if also.is_empty() { also } else { format!(" Also `{also}`.") };
            let (doc, example) = (cell(function.doc), cell(function.example));
            page += &format!("| `{}` | {doc}{also} | `{example}` |\n", cell(&function.signature()));
        }
        for (_, signature, doc, example) in FORMS.iter().filter(|form| form_topic(form.0) == wanted) {
            page += &format!("| `{}` | {} | `{}` |\n", cell(signature), cell(doc), cell(example));
        }
        page.push('\n');
    }
    page += COLUMNS;
    page += PRINTING;
    page += "| engine | cannot say | because |\n| --- | --- | --- |\n";
    for dialect in Dialect::ALL {
        for (why, rules) in refusals(opened, dialect) {
            let rules: Vec<String> = rules.iter().map(|rule| format!("`{}`", cell(rule))).collect();
            page += &format!("| {} | {} | {} |\n", dialect.title(), rules.join(", "), cell(&why));
        }
    }
    page += &format!("\n{}", LIMITS);
    page
}

const LIMITS: &str = "\
What databases do by themselves stays theirs: PostgreSQL stops with an error where a float overflows; SQLite's dates end with the
year 9999 and ClickHouse's begin in 1900 and end in 2299; a sum of floats may differ in its last digits, since rows are added in
another order. Of several events of one moment SQL cannot know which row is the later one: such statements say in a comment which
value they take. Floats of 32 bits are to be kept in a database as floats of 64 bits with the same digits.
";

fn examples() -> impl Iterator<Item = &'static str> {
    let functions = FUNCTIONS.iter().map(|function| function.example);
    functions.chain(FORMS.iter().map(|form| form.3)).chain(OTHERS)
}

/// The rules that a dialect refuses, by its reason.
fn refusals(opened: &Opened, dialect: Dialect) -> BTreeMap<String, Vec<&'static str>> {
    let tables = Tables::new(TableName::Plain("customers".into()), opened.schema().clone());
    let mut refused: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for example in examples() {
        let cx = Context { schema: opened.schema(), names: &opened.catalog.names, today: opened.today };
        let rule = rule::check(example, &cx).unwrap_or_else(|error| panic!("{example}: {}", error.describe(example)));
        if let Err(error) = print::statement(&rule, Select::Count, false, dialect, &tables) {
            refused.entry(error.why).or_default().push(example);
        }
    }
    refused
}

#[test]
fn every_example_is_a_rule_of_the_sample_study() {
    let opened = sample();
    for example in examples() {
        if let Err(failure) = opened.rule(example) {
            panic!("{example}: {failure}");
        }
    }
}

#[test]
fn the_page_about_rules_is_up_to_date() {
    let page = rules_md(&sample());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(FILE, &page).expect("docs/rules.md is written");
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(page == written, "docs/rules.md is out of date: UPDATE_DOCS=1 cargo test --release --test it docs");
}
