//! `crosscut sql` and `crosscut explain`: a rule as SQL of other engines, and in plain words.

use super::*;

#[test]
fn sql_prints_statement_in_dialect() {
    assert_eq!(
        shop(&["sql", "country = 'US' AND spend > 60", "--dialect", "postgres", "--select", "count"]),
        "SELECT COUNT(*) AS \"customers\"\nFROM \"customers\"\nWHERE \"country\" = 'US' AND \"spend\" > 60;\n"
    );
    assert_eq!(
        shop(&["sql", "--persona", "American Ann", "--dialect", "sqlite", "--select", "where"]),
        "\"country\" IN ('CA', 'US') AND \"spend\" < 150\n"
    );
    assert_eq!(
        shop(&["sql", "@pros", "--dialect", "spark", "--cte", "--table", "crm.customers"]),
        "WITH `with_pros` AS (SELECT *, (`plan` = 'pro') AS `in_pros` FROM crm.customers)\n\
         SELECT `id`\nFROM `with_pros`\nWHERE `in_pros`;\n"
    );
}

#[test]
fn sql_refusal_has_part_reason_and_caret() {
    let (code, stderr) = failing(&["sql", "age > 3 AND country ~ '^a'", "--dialect", "sqlite"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("cannot be printed for SQLite"), "{stderr}");
    assert!(stderr.contains("SQLite has no regular expressions at 13"), "{stderr}");
    assert!(stderr.contains("\n              ^^^^^"), "{stderr}");
}

#[test]
fn sql_usage_errors_list_choices() {
    let (code, stderr) = failing(&["sql", "age > 3", "--dialect", "oracle"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("duckdb, postgres, sqlite, spark, snowflake, bigquery, clickhouse"), "{stderr}");
    let (code, stderr) = failing(&["sql", "--persona", "nobody", "--dialect", "duckdb"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("the personas are pat, ann"), "{stderr}");
}

#[test]
fn explain_counts_each_condition() {
    assert_eq!(
        shop(&["explain", "@north_america AND spend >= 100"]),
        "\
condition                         customers  share_of_base
all of these                              2         33.3 %
  @north_america, that is                 3         50.0 %
    country is one of 'CA', 'US'          3         50.0 %
  spend is at least 100                   3         50.0 %

columns, kept in memory: country (text), spend (integer)
"
    );
}
