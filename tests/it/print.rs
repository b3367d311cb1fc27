//! Rules as SQL of other engines: the printed text. `conformance` tests its meaning.

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Events, Schema, TableColumns};
use crosscut::rule::print::{self, DatabaseTables, Select, SqlDialect, TableName};
use crosscut::rule::{Context, NameKind, Namespace, check};

/// Rules of a shop's analyst, one for each difference between dialects.
const RULES: [&str; 22] = [
    "country IN ('US', 'CA') AND spend > 250.5 AND NOT active",
    "orders_12m + 1 > opens / 2",
    "price * 1.1 >= 20 OR price % 5 = 0",
    "round(spend, 1) = 0.3",
    "round(price) = 20 AND floor(spend) < 3",
    "sqrt(spend) > 20 AND power(orders_12m, 2) > 9",
    "lower(country) LIKE 'u_%' AND country < 'V'",
    "country LIKE '50!%%' ESCAPE '!'",
    "email ~ '^[a-m]\\d+@.*$'",
    "regexp_extract(email, '@(.+)$', 1) = 'example.org'",
    "split_part(email, '@', -1) = 'example.org' AND contains(email, '+')",
    "concat_ws('-', country, plan) = 'DE-pro' AND greatest(orders_12m, opens, 3) > 5",
    "country IS DISTINCT FROM plan AND (spend > 3) IS NOT TRUE",
    "last_order > today - INTERVAL '3 months' AND today - last_order > 90",
    "date_trunc('quarter', last_order) = '2026-04-01' AND date_diff('month', last_order, today) < 3",
    "dayofweek(last_order) = 0 AND strftime(seen, '%Y-%m') = '2026-06' AND hour(seen) < 6",
    "CAST(email AS INTEGER) = 12 AND CAST(spend AS BIGINT) = 2",
    "CASE WHEN spend > 3 THEN plan ELSE 'none' END = 'pro' AND coalesce(spend, 0) < 100",
    "orders.count('90 days') >= 2 AND orders.sum(amount, '90 days') > 100",
    "orders.last(coupon) = 'x'",
    "top(spend, 10)",
    "split(10, 'spring') = 0",
];

fn tables() -> DatabaseTables {
    let schema = |columns: &[(&str, ColumnType)]| {
        let column =
            |(name, column_type): &(&str, ColumnType)| Column { name: (*name).into(), column_type: *column_type };
        Schema::new(columns.iter().map(column).collect())
    };
    use ColumnType::{Boolean, Date, Decimal, Float, Integer, Text, Timestamp};
    let orders = schema(&[("customer_id", Text), ("date", Date), ("amount", Float), ("coupon", Text)]);
    let columns =
        TableColumns { key: Some("customer_id".into()), date: Some("date".into()), ..TableColumns::default() };
    let base = schema(&[
        ("customer_id", Text),
        ("country", Text),
        ("plan", Text),
        ("email", Text),
        ("orders_12m", Integer),
        ("opens", Integer),
        ("spend", Float),
        ("price", Decimal(2)),
        ("active", Boolean),
        ("last_order", Date),
        ("seen", Timestamp),
    ]);
    let events = Events { name: "orders".into(), columns, schema: orders };
    let schema = base.with_key(Some("customer_id".into())).with_events(vec![events]);
    DatabaseTables::new(TableName::Plain("customers".into()), schema)
}

fn names() -> Namespace {
    let mut names = Namespace::default();
    names.insert("buyers", NameKind::Segment, "orders_12m > 0");
    names.insert("plan.pro", NameKind::Cell, "plan = 'pro'");
    names.insert("dana", NameKind::Persona, "(@buyers OR @plan.pro) AND country <> 'DE'");
    names
}

/// Prints every rule, and one statement of each kind, in a dialect.
fn page(dialect: SqlDialect) -> String {
    let (tables, names) = (tables(), names());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    let cx = Context { schema: &tables.schema, names: &names, today };
    let mut page = String::new();
    for rule in RULES {
        let checked = check(rule, &cx).unwrap();
        let said = match print::statement(&checked, Select::Where, false, dialect, &tables) {
            Ok(sql) => sql,
            Err(refused) => format!("refused: {refused}"),
        };
        page += &format!("{rule}\n    {}\n\n", said.replace('\n', "\n    "));
    }
    let checked = check("NOT @dana AND orders.count() = 0", &cx).unwrap();
    for (select, with_ctes) in [(Select::Ids, false), (Select::Count, true)] {
        page += &print::statement(&checked, select, with_ctes, dialect, &tables).unwrap();
        page += "\n\n";
    }
    page
}

#[test]
fn rules_print_as_recorded_in_every_dialect() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for dialect in SqlDialect::ALL {
            insta::assert_snapshot!(format!("sql_{dialect}"), page(dialect));
        }
    });
}
