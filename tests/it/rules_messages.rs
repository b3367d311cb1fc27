//! What a person is told of a rule that is not one: place, reason, way out.

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Schema};
use crosscut::rule::{Context, NameKind, Names, check};

fn schema() -> Schema {
    use ColumnType::{Boolean, Date, Float, Integer, Other, Text, Time, Timestamp};
    let columns = [
        ("country", Text),
        ("plan", Text),
        ("spend", Float),
        ("n", Integer),
        ("active", Boolean),
        ("last_order", Date),
        ("seen", Timestamp),
        ("a.b", Integer),
        ("order", Integer),
        ("tags", Other),
        ("at", Time),
        ("^x$", Integer),
        ("Same", Integer),
        ("same", Integer),
    ];
    Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into())
}

fn names() -> Names {
    let mut names = Names::default();
    names.insert("vip", NameKind::Segment, "spend > 100");
    names.insert("bad", NameKind::Segment, "plan = 'pro' AND contry = 'US'");
    names.insert("worse", NameKind::Segment, "@bad OR n > 1");
    names.insert("a", NameKind::Segment, "@b");
    names.insert("b", NameKind::Segment, "n > 1 AND @a");
    names.insert("plan.pro", NameKind::Cell, "plan = 'pro'");
    names
}

fn said(rule: &str) -> String {
    let (schema, names) = (schema(), names());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    match check(rule, &Context { schema: &schema, names: &names, today }) {
        Ok(checked) => format!("fine: {}", checked.canonical()),
        Err(error) => error.describe(rule),
    }
}

/// Rule, and what is said of it.
const TABLE: &[(&str, &str)] = &[
    ("contry = 'US'", ""),
    ("Contry = 'US'", ""),
    ("spend > 100 AND contry = 'US'", ""),
    ("weather = 1", ""),
    ("country = \"US\"", ""),
    ("country = US", ""),
    ("a.b = 1", ""),
    ("customers.country = 'US'", ""),
    ("order = 1", ""),
    ("same = 1", ""),
    ("SAME = 1", ""),
    ("\"^x$\" = 1", ""),
    ("tags = 1", ""),
    ("tags IS NULL", ""),
    ("at > '12:00'", ""),
    ("plan = 5", ""),
    ("plan > spend", ""),
    ("spend > '100'", ""),
    ("spend > 'a lot'", ""),
    ("active = 1", ""),
    ("active = 'true'", ""),
    ("active = 'yes'", ""),
    ("n IN (1, 'a')", ""),
    ("country IN ('US', 5)", ""),
    ("n BETWEEN 1 AND 'x'", ""),
    ("last_order > 'yesterday'", ""),
    ("last_order > '2026-02-30'", ""),
    ("last_order > '2026-2-3'", ""),
    ("'soon' < last_order", ""),
    ("last_order IN ('2026-01-01', 'x')", ""),
    ("seen > '2026-01-01 25:00'", ""),
    ("last_order > country", ""),
    ("last_order > 5", ""),
    ("DATE '2026-13-01' < last_order", ""),
    ("today - last_order > INTERVAL '90 days'", ""),
    ("last_order > INTERVAL '90 days'", ""),
    ("last_order > today - INTERVAL '90'", ""),
    ("last_order > today - INTERVAL 'soon'", ""),
    ("n > 1 + INTERVAL '1 day'", ""),
    ("seen - last_order > 1", ""),
    ("last_order > today + INTERVAL '9999 years'", ""),
    ("1", ""),
    ("country", ""),
    ("n + 1", ""),
    ("'a'", ""),
    ("today", ""),
    ("NULL", ""),
    ("1 AND active", ""),
    ("NOT n", ""),
    ("country OR active", ""),
    ("COUNT(*) > 1", ""),
    ("sum(spend) > 1", ""),
    ("max(spend) = spend", ""),
    ("count(DISTINCT n) > 1", ""),
    ("row_number() OVER () = 1", ""),
    ("n IN (SELECT 1)", ""),
    ("EXISTS (SELECT 1)", ""),
    ("(SELECT 1) = 1", ""),
    ("n = ANY (SELECT 1)", ""),
    ("lowr(country) = 'us'", ""),
    ("frobnicate(n) = 1", ""),
    ("now() > last_order", ""),
    ("lower() = 'a'", ""),
    ("lower(country, 2) = 'a'", ""),
    ("lower(n) = '5'", ""),
    ("abs(country) = 1", ""),
    ("length(n) > 1", ""),
    ("substr(country, -2) = 'US'", ""),
    ("year(n) = 2026", ""),
    ("extract(moon FROM last_order) = 1", ""),
    ("round(spend, -1) = 10", ""),
    ("country + 1 > 2", ""),
    ("country + 'a' = 'b'", ""),
    ("active + 1 > 1", ""),
    ("country || n = 'a'", ""),
    ("active || active", ""),
    ("n // 2 = 1", ""),
    ("spend % 2 = 1", ""),
    ("n ^ 2 > 4", ""),
    ("n & 1 = 1", ""),
    ("n LIKE '5%'", ""),
    ("country LIKE plan", ""),
    ("country LIKE 'a!' ESCAPE '!'", ""),
    ("country LIKE 'a' ESCAPE 'ab'", ""),
    ("country ~ '('", ""),
    ("country ~ plan", ""),
    ("country SIMILAR TO 'a'", ""),
    ("CAST(spend AS TEXT) = '1'", ""),
    ("CAST(country AS GEOMETRY) = 'a'", ""),
    ("CAST(country AS BOOLEAN)", ""),
    ("spend = = 1", ""),
    ("spend => 1", ""),
    ("spend > 1 && active", ""),
    ("spend ≥ 1", ""),
    ("!active", ""),
    ("country = ‘US’", ""),
    ("country = “US”", ""),
    ("country = 'it's'", ""),
    ("country = 'US", ""),
    ("country = 'US' AND (spend > 1", ""),
    ("spend > 1)", ""),
    ("spend > ", ""),
    ("spend > 100 AND", ""),
    ("a = 1; b = 2", ""),
    ("n = 1;", ""),
    ("n = 1 ORDER BY n", ""),
    ("n = 1 LIMIT 5", ""),
    ("SELECT 1", ""),
    ("WHERE n > 1", ""),
    ("n > 1, n < 2", ""),
    ("n > 1 n < 2", ""),
    ("n > 1 AND AND n < 2", ""),
    ("AND n > 1", ""),
    ("n IN ()", ""),
    ("n IN 5", ""),
    ("n BETWEEN 1", ""),
    ("CASE WHEN n > 1 THEN 'a' END", ""),
    ("CASE WHEN n THEN TRUE END", ""),
    ("CASE WHEN n > 1 THEN 'a' ELSE 2 END = 'a'", ""),
    ("coalesce(country, 1) = 'a'", ""),
    ("n > 1e999", ""),
    ("lower('A') = 'a'", ""),
    ("lower('A') = 'a' OR n > 1", ""),
    ("@vpi", ""),
    ("@VIP", ""),
    ("@zzz", ""),
    ("@plan.por", ""),
    ("@plan", ""),
    ("@bad", ""),
    ("n > 1 AND @worse", ""),
    ("@a", ""),
    ("n > 1 OR @b", ""),
    ("@vip > 1", ""),
    ("@vip = TRUE", ""),
    ("$1 = n", ""),
    ("n = ?", ""),
    ("n > 1 -- why", ""),
    ("= 1", ""),
    ("()", ""),
    ("*", ""),
    ("n.*", ""),
    ("@", ""),
    ("n[1] = 2", ""),
    ("{n}", ""),
    ("n -> 1", ""),
    ("x'00' = country", ""),
    ("spend IS 5", ""),
    ("n == 1", ""),
    ("n != 1", ""),
    ("n = NULL", ""),
    ("n IS DISTINCT FROM 'a'", ""),
];

#[test]
fn errors_say_where_why_and_what_instead() {
    let wrong: Vec<String> = TABLE
        .iter()
        .filter_map(|(rule, expected)| {
            let said = said(rule);
            (said != *expected).then(|| format!("{rule}\n   said {said}\n    not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_rule_that_may_still_become_one_is_unfinished() {
    let (schema, names) = (schema(), names());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    let unfinished = |rule: &str| check(rule, &cx).is_err_and(|error| error.unfinished);
    for rule in [
        "spend >",
        "spend > 100 AND",
        "NOT",
        "(",
        "(spend > 1",
        "country = 'U",
        "\"coun",
        "country IN ('US'",
        "country IN (",
        "spend BETWEEN 1",
        "spend BETWEEN 1 AND",
        "country LIKE",
        "cou",
        "@vi",
        "@plan.p",
        "spend",
        "n > 1 OR spen",
        "CASE WHEN",
        "n > 1 /* why",
        "spend + ",
        "last_order > today - INTERVAL",
    ] {
        assert!(unfinished(rule), "{rule} should be unfinished: {}", said(rule));
    }
    for rule in ["contry = 1", "spend > 'x'", "country = = 'US'", "n > 1)", "zzz", "@zzz", "spend > 1 spend"] {
        assert!(!unfinished(rule), "{rule} should be wrong for good: {}", said(rule));
    }
}
