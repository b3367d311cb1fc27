//! Suggestions while a rule is typed.

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Datum, Schema};
use crosscut::rule::complete::{Completion, ValuesOf, column_text, complete, value_items};
use crosscut::rule::{Context, NameKind, Namespace};

/// Completions of the text at the cursor, which is marked by `|`.
fn offered(marked: &str) -> (String, Completion) {
    use ColumnType::{Boolean, Date, Float, Text};
    let columns = [
        ("country", Text),
        ("channel", Text),
        ("spend_12m", Float),
        ("active", Boolean),
        ("last_order", Date),
        ("first name", Text),
        ("order", Text),
        ("größe", Float),
    ];
    let schema = Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into());
    let mut names = Namespace::default();
    names.insert("vip", NameKind::Segment, "active");
    names.insert("plan.pro", NameKind::Cell, "active");
    names.insert("age.25-34", NameKind::Cell, "active");
    names.insert("dana", NameKind::Persona, "active");
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cursor = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let completion = complete(&text, cursor, &Context { schema: &schema, names: &names, today });
    (text, completion)
}

fn labels(marked: &str) -> Vec<String> {
    offered(marked).1.items.into_iter().map(|item| item.label).collect()
}

/// The text after accepting the first suggestion.
fn accepted(marked: &str) -> String {
    let (mut text, completion) = offered(marked);
    let first = completion.items.first().expect("something is offered");
    text.replace_range(completion.replace, &first.insert);
    text
}

fn values_of(marked: &str) -> Option<(String, String, bool)> {
    offered(marked).1.values_of.map(|wanted| (wanted.column, wanted.typed, wanted.quoted))
}

fn of(column: &str, typed: &str, quoted: bool) -> Option<(String, String, bool)> {
    Some((column.into(), typed.into(), quoted))
}

#[test]
fn completion_at_operand_offers_columns_names_and_functions() {
    for start in ["|", "active AND |", "(|", "NOT |", "active OR (active AND |", "CASE WHEN |", "1 + |"] {
        let labels = labels(start);
        assert_eq!(labels[0], "country", "{start}");
        assert!(labels.iter().any(|l| l == "@vip") && labels.iter().any(|l| l == "lower("), "{start}");
    }
}

#[test]
fn completion_ranks_prefix_matches_first() {
    assert_eq!(accepted("cou|"), "country");
    assert_eq!(accepted("CNTRY|"), "country");
    assert_eq!(accepted("active AND s12| AND active"), "active AND spend_12m AND active");
    assert_eq!(accepted("fir|"), "\"first name\"");
    assert_eq!(accepted("\"first n|\" = 'a'"), "\"first name\" = 'a'");
    assert_eq!(accepted("ord|"), "\"order\"");
    assert_eq!(accepted("cha|nnel = 'a'"), "channel = 'a'");
    assert_eq!(accepted("GRÖ|"), "größe");
}

#[test]
fn completion_after_at_offers_names() {
    assert_eq!(labels("@|"), ["@age.25-34", "@dana", "@plan.pro", "@vip"]);
    assert_eq!(accepted("active AND @v|"), "active AND @vip");
    assert_eq!(accepted("@plan.|"), "@plan.pro");
    assert_eq!(accepted("@plan.p|"), "@plan.pro");
    assert_eq!(accepted("@age.\"25|"), "@age.\"25-34\"");
    assert_eq!(accepted("@dan|"), "@dana");
}

#[test]
fn completion_after_column_offers_fitting_operators() {
    assert_eq!(&labels("country |")[..3], ["=", "<>", "IN ("]);
    assert_eq!(labels("spend_12m |")[0], ">");
    assert!(!labels("spend_12m |").contains(&"LIKE".to_owned()));
    assert_eq!(labels("country LI|"), ["LIKE", "NOT LIKE", "ILIKE"]);
    assert_eq!(labels("country NOT |"), ["IN (", "LIKE", "ILIKE", "BETWEEN"]);
    assert_eq!(&labels("active |")[..2], ["AND", "OR"]);
    assert_eq!(labels("country IS |")[0], "NULL");
    assert_eq!(labels("\"first name\" |")[0], "=");
}

#[test]
fn completion_after_operator_offers_values() {
    assert_eq!(values_of("Country = |"), of("country", "", false));
    assert_eq!(values_of("country = 'U|"), of("country", "U", true));
    assert_eq!(values_of("country = 'U|'"), of("country", "U", true));
    assert_eq!(values_of("country <> U|"), of("country", "U", false));
    assert_eq!(values_of("country IN (|"), of("country", "", false));
    assert_eq!(values_of("country NOT IN ('US', 'C|"), of("country", "C", true));
    assert_eq!(values_of("active AND country IN ('US', |"), of("country", "", false));
    assert_eq!(values_of("last_order BETWEEN |"), of("last_order", "", false));
    assert_eq!(values_of("last_order BETWEEN '2026-01-01' AND |"), of("last_order", "", false));
    assert_eq!(values_of("\"first name\" = |"), of("first name", "", false));
    assert_eq!(values_of("active = |"), None);
    assert_eq!(labels("active = |"), ["TRUE", "FALSE"]);
    assert_eq!(labels("last_order > |")[0], "today");
    assert_eq!(values_of("lower(|"), None);
    assert_eq!(offered("country = 'U|'").1.replace, 10..13);
}

#[test]
fn completed_values_are_written_as_sql() {
    let values = [
        (Datum::Text("it's".into()), 7),
        (Datum::Text("US".into()), 5),
        (Datum::Null, 3),
        (Datum::Text("us2".into()), 1),
    ];
    let wanted = |typed: &str| ValuesOf { column: "c".into(), typed: typed.into(), quoted: true };
    let items = value_items(&values, &wanted(""));
    assert_eq!(items.iter().map(|i| i.insert.as_str()).collect::<Vec<_>>(), ["'it''s'", "'US'", "'us2'"]);
    assert_eq!(items[0].detail, "7");
    let items = value_items(&values, &wanted("u"));
    assert_eq!(items.iter().map(|i| i.label.as_str()).collect::<Vec<_>>(), ["US", "us2"]);
}

#[test]
fn completion_after_condition_offers_and_or() {
    for complete in [
        "country = 'US' |",
        "spend_12m > 100 |",
        "@vip |",
        "@plan.pro |",
        "country IN ('US') |",
        "(active) |",
        "country IS NULL |",
        "spend_12m BETWEEN 1 AND 2 |",
        "country LIKE 'a%' |",
        "last_order < today |",
        "active = TRUE |",
        "spend_12m > largest + 2 |",
        "@age.\"25-34\" |",
        "lower(country) = 'a' |",
    ] {
        assert_eq!(labels(complete), ["AND", "OR"], "{complete}");
    }
    assert_eq!(labels("active a|")[0], "AND");
    assert!(labels("country = 'a' AND abs(spend_12m) |").contains(&">".to_owned()));
    assert!(labels("country = 'a' AND spend_12m + 2 |").contains(&"=".to_owned()));
}

#[test]
fn completion_inside_text_without_column_is_empty() {
    assert!(labels("active AND unknown = 'ger|").is_empty());
    assert!(labels("'e|").is_empty());
    assert!(!labels("active AND \"cou|").is_empty());
}

#[test]
fn completion_inside_comment_is_empty() {
    assert!(labels("active -- cou|").is_empty());
    assert!(labels("active /* cou|").is_empty());
}

#[test]
fn column_text_quotes_only_where_sql_needs_quotes() {
    for plain in ["country", "größe", "name", "value", "date", "spend_12m", "plan"] {
        assert_eq!(column_text(plain), plain);
    }
    for odd in [
        "order",
        "end",
        "user",
        "select",
        "first name",
        "a.b",
        "today",
        "2x",
        "",
        "case",
        "null",
        "not",
        "interval",
        "true",
    ] {
        assert_eq!(column_text(odd), format!("\"{odd}\""));
    }
}

#[test]
fn completion_panics_at_no_cursor_position() {
    let text = "größe > 1 AND \"first näme\" IN ('é', 'ü') OR @age.\"25-34\" -- ünd\nAND 'open";
    let schema = Schema::default();
    let names = Namespace::default();
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        for cursor in 0..=end + 3 {
            let completion = complete(&text[..end], cursor, &cx);
            assert!(
                text[..end].get(completion.replace.clone()).is_some(),
                "{:?} in {}",
                completion.replace,
                &text[..end]
            );
        }
    }
}
