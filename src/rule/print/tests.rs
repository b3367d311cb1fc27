use std::collections::HashMap;

use super::*;
use crate::model::{Column, ColumnType, Events, Schema, TableColumns};
use crate::rule::{Context, NameKind, Namespace, check};

fn schema(columns: &[(&str, ColumnType)]) -> Schema {
    let column = |(name, column_type): &(&str, ColumnType)| Column { name: (*name).into(), column_type: *column_type };
    Schema::new(columns.iter().map(column).collect())
}

fn shop() -> DatabaseTables {
    let orders = schema(&[
        ("customer_id", ColumnType::Integer),
        ("date", ColumnType::Date),
        ("amount", ColumnType::Float),
        ("count", ColumnType::Integer),
        ("coupon", ColumnType::Text),
    ]);
    let columns =
        TableColumns { key: Some("customer_id".into()), date: Some("date".into()), ..TableColumns::default() };
    let base = schema(&[
        ("id", ColumnType::Integer),
        ("n", ColumnType::Integer),
        ("spend", ColumnType::Float),
        ("price", ColumnType::Decimal(2)),
        ("name", ColumnType::Text),
        ("active", ColumnType::Boolean),
        ("joined", ColumnType::Date),
        ("a\"b`c\\d", ColumnType::Text),
    ]);
    let events = Events { name: "orders".into(), columns, schema: orders };
    let schema = base.with_key(Some("id".into())).with_events(vec![events]);
    DatabaseTables::new(TableName::Plain("customers".into()), schema)
}

fn read(rule: &str, tables: &DatabaseTables) -> Checked {
    let mut names = Namespace::default();
    names.insert("active", NameKind::Segment, "active AND n > 3");
    names.insert("zoe", NameKind::Segment, "lower(name) = 'zoë'");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
    check(rule, &Context { schema: &tables.schema, names: &names, today }).unwrap()
}

fn printed(rule: &str, dialect: SqlDialect) -> Result<String, Refused> {
    let tables = shop();
    condition(read(rule, &tables).written(), dialect, &tables).map(|condition| condition.text)
}

fn all(rule: &str) -> HashMap<SqlDialect, String> {
    SqlDialect::ALL.into_iter().map(|dialect| (dialect, printed(rule, dialect).unwrap())).collect()
}

#[test]
fn dialects_parse_by_name() {
    for dialect in SqlDialect::ALL {
        assert_eq!(dialect.to_string().parse(), Ok(dialect));
    }
    assert_eq!("DuckDB".parse(), Ok(SqlDialect::DuckDb));
    assert!("oracle".parse::<SqlDialect>().unwrap_err().contains("duckdb, postgres"));
}

#[test]
fn hostile_names_are_quoted_for_each_dialect() {
    let sql = all("\"a\"\"b`c\\d\" IS NULL");
    for dialect in [SqlDialect::DuckDb, SqlDialect::Postgres, SqlDialect::Sqlite, SqlDialect::Snowflake] {
        assert_eq!(sql[&dialect], r#""a""b`c\d" IS NULL"#);
    }
    assert_eq!(sql[&SqlDialect::Spark], r#"`a"b``c\d` IS NULL"#);
    for dialect in [SqlDialect::BigQuery, SqlDialect::ClickHouse] {
        assert_eq!(sql[&dialect], r#"`a"b\`c\\d` IS NULL"#);
    }
}

#[test]
fn hostile_texts_are_quoted_for_each_dialect() {
    let sql = all("name = 'it''s \\ ${x}\n🙂'");
    for dialect in [SqlDialect::DuckDb, SqlDialect::Postgres, SqlDialect::Sqlite] {
        assert_eq!(sql[&dialect], "\"name\" = 'it''s \\ ${x}\n🙂'");
    }
    assert_eq!(sql[&SqlDialect::Spark], "`name` = 'it\\'s \\\\ \\u0024{x}\n🙂'");
    assert_eq!(sql[&SqlDialect::Snowflake], "\"name\" = 'it\\'s \\\\ ${x}\n🙂'");
    assert_eq!(sql[&SqlDialect::BigQuery], r"`name` = 'it\'s \\ ${x}\n🙂'");
    assert_eq!(sql[&SqlDialect::ClickHouse], "`name` = 'it\\'s \\\\ ${x}\n🙂'");
}

#[test]
fn nul_character_is_printed_or_refused() {
    let rule = "name = 'a\0b'";
    assert_eq!(printed(rule, SqlDialect::DuckDb).unwrap(), "\"name\" = 'a' || CHR(0) || 'b'");
    assert_eq!(printed(rule, SqlDialect::Sqlite).unwrap(), "\"name\" = 'a' || CHAR(0) || 'b'");
    assert_eq!(printed(rule, SqlDialect::BigQuery).unwrap(), r"`name` = 'a\u0000b'");
    let refused = printed(rule, SqlDialect::Postgres).unwrap_err();
    assert_eq!(refused.why, "PostgreSQL has no text with the character NUL");
    assert_eq!(refused.place, 7..12);
}

#[test]
fn backslashes_in_patterns_are_literal() {
    let sql = all("name LIKE 'a\\b%c_'");
    assert_eq!(sql[&SqlDialect::DuckDb], r#""name" LIKE 'a\b%c_' ESCAPE '!'"#);
    assert_eq!(sql[&SqlDialect::Postgres], r#""name" LIKE 'a\b%c_' ESCAPE '!'"#);
    assert_eq!(sql[&SqlDialect::Sqlite], r#""name" GLOB 'a\b*c?'"#);
    assert_eq!(sql[&SqlDialect::BigQuery], r"`name` LIKE 'a\\\\b%c_'");
    assert_eq!(sql[&SqlDialect::ClickHouse], r"`name` LIKE 'a\\\\b%c_'");
}

#[test]
fn integer_overflow_prints_null_guard_only_where_needed() {
    let sql = all("n + 1 > 5");
    assert_eq!(sql[&SqlDialect::DuckDb], r#"TRY_CAST(CAST("n" AS HUGEINT) + 1 AS BIGINT) > 5"#);
    assert_eq!(
        sql[&SqlDialect::Postgres],
        r#"NULLIF(LEAST(CAST("n" AS NUMERIC) + 1, 9223372036854775808), 9223372036854775808) > 5"#
    );
    assert_eq!(sql[&SqlDialect::Spark], "TRY_ADD(CAST(`n` AS BIGINT), CAST(1 AS BIGINT)) > 5");
    let bounded = printed("length(name) * 2 > 5", SqlDialect::DuckDb).unwrap();
    assert_eq!(bounded, r#"CAST(LENGTH("name") AS BIGINT) * 2 > 5"#);
}

#[test]
fn event_columns_named_like_aggregates_stay_distinct() {
    let tables = shop();
    let rule = read("orders.count() FILTER (WHERE count > 1) > 2", &tables);
    let sql = condition(rule.written(), SqlDialect::ClickHouse, &tables).unwrap();
    assert_eq!(
        sql.joins[0].select,
        "SELECT `customer_id` AS `customer`, toNullable(COUNT(*)) AS `count_2` FROM `orders` WHERE `count` > 1 GROUP BY `customer_id`"
    );
}

#[test]
fn calls_over_same_events_share_join() {
    let tables = shop();
    let rule =
        read("orders.count('30 days') > 2 AND orders.sum(amount, '30 days') > 9 AND orders.count() > 5", &tables);
    assert_eq!(condition(rule.written(), SqlDialect::DuckDb, &tables).unwrap().joins.len(), 2);
}

#[test]
fn ties_of_last_event_are_noted_without_order_column() {
    let mut tables = shop();
    let rule = read("orders.last(coupon) = 'x'", &tables);
    let notes = |tables: &DatabaseTables| condition(rule.written(), SqlDialect::DuckDb, tables).unwrap().notes;
    assert_eq!(notes(&tables).len(), 1);
    tables.event_order.insert("orders".into(), "count".into());
    assert!(notes(&tables).is_empty());
}

#[test]
fn statement_of_negated_segment_keeps_null() {
    let tables = shop();
    let rule = read("NOT @active", &tables);
    assert_eq!(
        statement(&rule, Select::Ids, true, SqlDialect::DuckDb, &tables).unwrap(),
        "WITH \"with_active\" AS (SELECT *, (\"active\" AND \"n\" > 3) AS \"in_active\" FROM \"customers\")\n\
         SELECT \"id\"\nFROM \"with_active\"\nWHERE NOT \"in_active\""
    );
    assert_eq!(
        statement(&rule, Select::Count, false, SqlDialect::DuckDb, &tables).unwrap(),
        "SELECT COUNT(*) AS \"customers\"\nFROM \"customers\"\nWHERE NOT (\"active\" AND \"n\" > 3)"
    );
}

#[test]
fn refusal_has_part_reason_and_place() {
    let refused = printed("n > 3 AND reverse(name) = 'eoZ'", SqlDialect::Sqlite).unwrap_err();
    assert_eq!((refused.what.as_str(), refused.why.as_str()), ("reverse", "SQLite cannot reverse a text"));
    assert_eq!(refused.place.start, 10);
    let refused = printed("n > 3 AND @zoe", SqlDialect::Sqlite).unwrap_err();
    assert_eq!(refused.what, "lower in @zoe");
    assert_eq!(refused.place, 10..14);
}

#[test]
fn lower_beside_ascii_prints_where_lower_alone_is_refused() {
    assert_eq!(printed("lower(name) = 'zoe'", SqlDialect::Sqlite).unwrap(), r#"LOWER("name") = 'zoe'"#);
    assert_eq!(printed("name ILIKE 'Z_e%'", SqlDialect::Sqlite).unwrap(), r#"LOWER("name") GLOB 'z?e*'"#);
    assert!(printed("name ILIKE 'zoë'", SqlDialect::Sqlite).is_err());
    assert!(printed("lower(name) = name", SqlDialect::Sqlite).is_err());
}

#[test]
fn deeply_nested_duplication_is_refused() {
    let refused = printed("round(round(round(round(spend, 2), 2), 2), 2) = 1", SqlDialect::Postgres).unwrap_err();
    assert_eq!(refused.why, "it is nested too deeply for this dialect");
}

#[test]
fn product_with_factor_needs_no_wide_numbers_on_postgres() {
    let product = |text| printed(text, SqlDialect::Postgres).unwrap();
    let expected = "CASE WHEN \"n\" BETWEEN -3074457345618258602 AND 3074457345618258602 \
                    THEN CAST(\"n\" AS BIGINT) * 3 END > 9";
    assert_eq!(product("n * 3 > 9"), expected);
    assert_eq!(product("3 * n > 9"), expected);
    assert!(product("n * -3 > 9").contains("NUMERIC") && product("n * n > 9").contains("NUMERIC"));
}

#[test]
fn varying_numbers_are_array_items_on_spark_alone() {
    let tables = shop();
    let text = "spend > 100.5 AND n BETWEEN 3 AND 7 AND name = 'zoe' AND n IN (1, 2)";
    let rule = read(text, &tables);
    let varying = |dialect| {
        let scope = Scope::new([rule.written().as_ref()], dialect, &tables).unwrap();
        (scope.varying_condition(rule.written()).unwrap(), scope.value(rule.written()).unwrap())
    };
    let (varying_on_spark, plain_on_spark) = varying(SqlDialect::Spark);
    assert_eq!(
        varying_on_spark,
        "NULLIF(`base`.`spend`, DOUBLE('NaN')) > GET(ARRAY(100.5D, 100.5D), CAST(`base`.`spend` IS NULL AS INT)) AND \
         `base`.`n` BETWEEN GET(ARRAY(3, 3), CAST(`base`.`n` IS NULL AS INT)) AND \
         GET(ARRAY(7, 7), CAST(`base`.`n` IS NULL AS INT)) AND `base`.`name` = 'zoe' AND `base`.`n` IN (1, 2)"
    );
    assert!(!plain_on_spark.contains("GET"), "{plain_on_spark}");
    let (varying, plain) = varying(SqlDialect::Postgres);
    assert_eq!(varying, plain);
}

#[test]
fn sample_condition_uses_md5_of_key() {
    let sampled = |dialect| {
        let tables = shop();
        Scope::new([], dialect, &tables).and_then(|scope| scope.is_sampled("id", 0x0ccc_cccd))
    };
    let expected = [
        (SqlDialect::DuckDb, "SUBSTR(MD5(CAST(\"base\".\"id\" AS VARCHAR)), 1, 8) < '0ccccccd'"),
        (SqlDialect::Postgres, "SUBSTR(MD5(CAST(\"base\".\"id\" AS TEXT)), 1, 8) COLLATE \"C\" < '0ccccccd'"),
        (SqlDialect::Spark, "SUBSTR(MD5(CAST(`base`.`id` AS STRING)), 1, 8) < '0ccccccd'"),
        (SqlDialect::BigQuery, "SUBSTR(TO_HEX(MD5(CAST(`base`.`id` AS STRING))), 1, 8) < '0ccccccd'"),
        (SqlDialect::ClickHouse, "lower(substring(hex(MD5(toString(`base`.`id`))), 1, 8)) < '0ccccccd'"),
    ];
    for (dialect, text) in expected {
        assert_eq!(sampled(dialect).as_deref(), Ok(text));
    }
    assert!(sampled(SqlDialect::Snowflake).is_ok());
    let refused = sampled(SqlDialect::Sqlite).unwrap_err();
    assert!(refused.why.contains("remove sample from [data]"), "{refused}");
}
