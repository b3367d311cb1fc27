//! A rule: read, checked, explained, printed in every dialect, taken apart and read again.

use std::sync::OnceLock;

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Events, Schema, TableColumns};
use crosscut::rule::print::{self, DatabaseTables, Select, SqlDialect, TableName};
use crosscut::rule::{self, Checked, Context, NameKind, Namespace, complete, edit, explain};

/// Longest text that is read at once while typing.
const LONGEST: usize = 4096;

struct Setting {
    schema: Schema,
    tables: DatabaseTables,
    names: Namespace,
    today: NaiveDate,
}

fn setting() -> &'static Setting {
    static SETTING: OnceLock<Setting> = OnceLock::new();
    SETTING.get_or_init(|| {
        use ColumnType::{Boolean, Date, Decimal, Float, Integer, Text, Timestamp};
        let schema = |columns: &[(&str, ColumnType)]| {
            let column = |(name, kind): &(&str, ColumnType)| Column { name: (*name).into(), column_type: *kind };
            Schema::new(columns.iter().map(column).collect())
        };
        let orders = schema(&[("id", Text), ("date", Date), ("amount", Float), ("coupon", Text)]);
        let columns = TableColumns { key: Some("id".into()), date: Some("date".into()), ..TableColumns::default() };
        let base = schema(&[
            ("id", Text),
            ("plan", Text),
            ("email", Text),
            ("age", Integer),
            ("spend", Float),
            ("price", Decimal(2)),
            ("vip", Boolean),
            ("joined", Date),
            ("seen", Timestamp),
            ("Größe, in cm", Float),
        ]);
        let events = Events { name: "orders".into(), columns, schema: orders };
        let schema = base.with_key(Some("id".into())).with_events(vec![events]).with_masked(&["email".to_owned()]);
        let mut names = Namespace::default();
        names.insert("pros", NameKind::Segment, "plan = 'pro'");
        names.insert("loop_a", NameKind::Segment, "@loop_b");
        names.insert("loop_b", NameKind::Segment, "@loop_a");
        names.insert("dana", NameKind::Persona, "@pros AND spend > 100");
        Setting {
            tables: DatabaseTables::new(TableName::Plain("customers".into()), schema.clone()),
            schema,
            names,
            today: NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date"),
        }
    })
}

pub fn run(data: &[u8]) {
    let text = super::text_of(data, LONGEST);
    let Setting { schema, tables, names, today } = setting();
    let cx = Context { schema, names, today: *today };
    let cursor = text.char_indices().map(|(at, _)| at).nth(data.len() / 2).unwrap_or(text.len());
    let completion = complete::complete(&text, cursor, &cx);
    assert!(text.get(completion.replace.clone()).is_some(), "{text:?}: suggests at {:?}", completion.replace);
    rule::references(&text);
    drop(rule::value(&text, schema, *today));
    match rule::check(&text, &cx) {
        Ok(rule) => good(&text, &rule, &cx, tables),
        Err(error) => {
            super::is_one_line(&error.message, &text);
            assert!(text.get(error.place.clone()).is_some(), "{text:?}: the error is at {:?}", error.place);
            super::is_one_line(&error.describe(&text), &text);
        }
    }
}

fn good(text: &str, rule: &Checked, cx: &Context, tables: &DatabaseTables) {
    explain::explain(rule.written());
    let trimmed = text.trim_start();
    let again = rule::check(trimmed, cx).unwrap_or_else(|error| panic!("{trimmed:?} is no rule again: {error}"));
    assert_eq!(again.key(), rule.key(), "{text:?}");
    for dialect in SqlDialect::ALL {
        if let Ok(printed) = print::condition(rule.expr(), dialect, tables) {
            assert!(!printed.text.trim().is_empty(), "{text:?} in {}", dialect.name());
        }
        for (_, select) in Select::ALL {
            drop(print::statement(rule, select, true, dialect, tables));
        }
    }
    // A rule is the conjunction of its conditions, each of which is a rule as written.
    for (condition, part) in again.conditions_in(trimmed) {
        let read = rule::check(&condition, cx)
            .unwrap_or_else(|error| panic!("{condition:?}, a condition of {text:?}: {error}"));
        assert_eq!(read.key(), part.key(), "{condition:?} of {text:?}");
    }
    assert_eq!(rule.negated().negated().columns(), rule.columns(), "{text:?}");
    edit::equals_null(text);
    // One level deeper may be too deep, but nothing worse.
    drop(rule::check(&format!("NOT ({trimmed}\n)"), cx));
}
