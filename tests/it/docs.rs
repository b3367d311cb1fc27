//! Checks that docs/rules.md matches the table of functions, and that its examples are rules of the sample study.
//!
//! `UPDATE_DOCS=1 cargo test --release --test it docs` writes it again.

use std::collections::BTreeMap;

use crosscut::cli::open::CheckedStudy;
use crosscut::rule::functions::{FORMS, FUNCTIONS, Function, Parameter};
use crosscut::rule::print::{self, DatabaseTables, Select, SqlDialect, TableName};
use crosscut::rule::{self, Context};

use crate::shop::sample;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");

const INTRODUCTION: &str = "\
<!-- Made by tests/it/docs.rs from the table of functions. UPDATE_DOCS=1 cargo test --release --test it docs -->
# Rules

A rule is a SQL condition over one customer's row: `country IN ('US', 'CA') AND spend_12m > 250`. Filters, the `where` of segments
and personas, attributes and the `check` of claims are rules. `@name` stands for the rule of a segment, a cell (`@plan.pro`,
`@age.\"25-34\"`) or a persona's audience. `tests/it/rules/cases` has examples of each construct with their counts.

## Columns and literals

| syntax | meaning |
| --- | --- |
| `spend_12m`, `\"first name\"`, `` `first name` `` | a column, ignoring case; quote names with spaces, dots or significant capitals |
| `'it''s'` | text; double a quote inside |
| `5`, `-3` | a 64-bit integer |
| `2.5` | an exact decimal; compared with a float, the nearest float |
| `2.5e0` | a 64-bit float |
| `TRUE`, `FALSE`, `NULL` | boolean values, and null |
| `DATE '2026-01-31'`, or `'2026-01-31'` beside a date | a date |
| `TIMESTAMP '2026-01-31 12:30:00'`, or the text beside a timestamp | a timestamp without a time zone |
| `INTERVAL '3 months'`, `INTERVAL 90 DAY` | an interval, to add to a date or subtract from one |
| `today`, `CURRENT_DATE` | the as-of date, fixed for a run, so that results are reproducible |

## Operators

| operator | meaning |
| --- | --- |
| `=` `<>` `<` `<=` `>` `>=` | comparison; numbers by value, texts by their UTF-8 bytes |
| `BETWEEN a AND b` | both bounds included |
| `IN ('a', 'b')` | equal to one of the values |
| `LIKE`, `ILIKE` | `%` matches any text, `_` one character; there is no escape character unless `ESCAPE` names one; `ILIKE` ignores case |
| `~`, `~*`, `!~`, `!~*` | the regular expression matches somewhere in the text; `*` ignores case, `!` negates |
| `IS NULL`, `IS NOT NULL` | the value is missing, or not |
| `IS DISTINCT FROM` | like `<>`, but two nulls are equal; never null |
| `IS TRUE`, `IS NOT TRUE`, `IS FALSE`, `IS NOT FALSE` | never null |
| `AND`, `OR`, `NOT` | three-valued logic, see below |
| `+` `-` `*` | integers stay integers, decimals stay exact; a result that overflows is null |
| `/` | always a float; null where the divisor is zero |
| `%` | the remainder, with the sign of the dividend; null where the divisor is zero |
| `date - date`, `date + 30`, `date + INTERVAL '1 month'` | days between two dates; a date some days or months later; a day beyond the month's end becomes its last day |
| `\\|\\|` | joins texts; null if one of them is null |
| `CASE WHEN … THEN … ELSE … END` | the result of the first condition that is true |
| `CAST(x AS type)`, `x::type` | the value as another type; null if the cast fails |

## Nulls

A condition is true, false or null for a customer; only customers for whom it is true are counted. A comparison with null is null,
`NOT` of null is null, `AND` is false if one side is false, `OR` is true if one side is true. So `plan <> 'free'` does not count customers
without a plan: write `plan IS DISTINCT FROM 'free'` to count them. These are null too: NaN, a division
by zero, an integer beyond 64 bits, a decimal beyond 38 digits, and a root or logarithm that is not defined.

## Types

| type | names in a cast |
| --- | --- |
| integer | `BIGINT`, `INTEGER`, `INT`; `SMALLINT`, `TINYINT`: null where the number does not fit |
| decimal | `DECIMAL(12, 2)`, `NUMERIC(12, 2)`: up to 38 digits; excess digits are rounded, halves away from zero |
| float | `DOUBLE`, `FLOAT`; `REAL` is the nearest 32-bit float |
| text | `TEXT`, `VARCHAR`, `STRING` |
| boolean | `BOOLEAN` |
| date, timestamp | `DATE`, `TIMESTAMP` |

";

const COLUMNS: &str = "\
## Derived columns

| call | value |
| --- | --- |
| `orders.count()`, `orders.count('90 days')` | number of the customer's events in a table, all or those within a period that ends today; 0 if there are none |
| `orders.sum(amount)`, `mean`, `min`, `max`, `distinct` | an aggregate of a column of the events; null if there are none, except `distinct`, which is 0 |
| `orders.sum(quantity * price)` | the same of an expression over the columns of the events |
| `orders.median(amount)`, `orders.mode(category)` | the middle value; the most frequent one, and the least of equally frequent ones |
| `orders.first(category)`, `orders.last(category, '1 year')`, `orders.nth(category, 2)` | the value of the earliest, the latest or the second event by date |
| `orders.seq(category = 'toys', category = 'home', '30 days')` | true if an event of the first kind was followed by one of the second on a later date, at most 30 days later; never null |
| `orders.again('60 days')` | true if an event came at least 60 days after the previous one: the customer came back after a break; never null |
| `orders.regular('month', 3)` | true if there was an event in each of the last three months, counted back from the as-of date; never null |
| `orders.sum(amount) FILTER (WHERE coupon IS NOT NULL)` | the same over the events that match a rule over their own columns |
| `orders.count() FILTER (WHERE date <= orders.min(date) + INTERVAL '30 days')` | the same beside a value of the customer: a name that is no column of the events is one of the base, and a call over events is the customer's figure |
| `top(spend_12m, 10)`, `bottom(spend_12m, 10)` | true if the customer is among the 10 % with the highest or the lowest values, ties included |
| `top(spend_12m, 10, country)` | the same within each country; customers without a country are a group of their own |
| `split(10)`, `split(10, 'spring')` | a part from 0 to 9, the same for each key on every day and machine |
| `tier = 'gold'`, with a segmentation `tier` | a segmentation is a column of text: the name of the first of its cells that the customer is in, null if it is in none. A column of the base with this name takes precedence |
| `rfm_recency >= 4`, with a segmentation `rfm` by RFM | the scores of `rfm` are columns of whole numbers, 5 (or `scores`) the best: `rfm_recency`, `rfm_frequency`, `rfm_monetary` |
| `customer_id IN FILE 'suppress.csv'` | true if the value is in the file: its only column, or the one of the same name. Paths are relative to the study. `count` and the screen say how many values matched a customer; `count --unmatched FILE` and `:unmatched` list the others |

";

const PRINTING: &str = "\
## As SQL of other engines

`crosscut sql RULE --dialect ENGINE` prints a rule as SQL with the same meaning in that engine, or names the part that the engine
does not support. The table lists the unsupported examples, from above and a few others:

";

/// Constructs that no function's example uses.
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

/// Topic of a function, by the kind of its first parameter.
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

fn rules_md(opened: &CheckedStudy) -> String {
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
    page += "| engine | unsupported | reason |\n| --- | --- | --- |\n";
    for dialect in SqlDialect::ALL {
        for (why, rules) in refusals(opened, dialect) {
            let rules: Vec<String> = rules.iter().map(|rule| format!("`{}`", cell(rule))).collect();
            page += &format!("| {} | {} | {} |\n", dialect.title(), rules.join(", "), cell(&why));
        }
    }
    page += &format!("\n{}", LIMITS);
    page
}

const LIMITS: &str = "\
Some differences between databases remain: PostgreSQL stops with an error where a float overflows; SQLite's dates end with the
year 9999, and ClickHouse's range from 1900 to 2299; a sum of floats may differ in its last digits, since rows are added in another
order. SQL has no row order: if several events may have the same time, the statement says in a comment which value it takes. Store
32-bit floats in a database as 64-bit floats with the same digits.
";

fn examples() -> impl Iterator<Item = &'static str> {
    let functions = FUNCTIONS.iter().map(|function| function.example);
    functions.chain(FORMS.iter().map(|form| form.3)).chain(OTHERS)
}

/// Rules that a dialect refuses, by reason.
fn refusals(opened: &CheckedStudy, dialect: SqlDialect) -> BTreeMap<String, Vec<&'static str>> {
    let tables = DatabaseTables::new(TableName::Plain("customers".into()), opened.schema().clone());
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
fn documented_examples_are_rules_of_sample_study() {
    let opened = sample();
    for example in examples() {
        if let Err(failure) = opened.rule(example) {
            panic!("{example}: {failure}");
        }
    }
}

#[test]
fn rules_page_is_up_to_date() {
    let page = rules_md(&sample());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(FILE, &page).expect("docs/rules.md is written");
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(page == written, "docs/rules.md is out of date: UPDATE_DOCS=1 cargo test --release --test it docs");
}
