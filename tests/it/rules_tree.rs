//! Equal rules share one canonical text, names are expanded, and hostile texts do no harm.

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Schema};
use crosscut::rule::{Context, NameKind, Namespace, Node, RuleError, check, references};

fn schema() -> Schema {
    use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
    let columns = [
        ("Country", Text),
        ("spend", Float),
        ("n", Integer),
        ("m", Integer),
        ("active", Boolean),
        ("d", Date),
        ("seen", Timestamp),
        ("odd \"name\"", Integer),
    ];
    Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into())
}

fn with_names<T>(names: &Namespace, ask: impl FnOnce(&Context) -> T) -> T {
    let schema = schema();
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    ask(&Context { schema: &schema, names, today })
}

fn canonical(rule: &str) -> String {
    with_names(&Namespace::default(), |cx| check(rule, cx).map_or_else(|e| e.describe(rule), |c| c.canonical()))
}

#[test]
fn equal_conditions_share_canonical_text() {
    let alike: &[&[&str]] = &[
        &["n>1 AND m<2", "m < 2 and N > 1", "( M < 2 )AND(1 < n) AND n > 1", "NOT NOT (n > 1) AND 2 > m"],
        &["country = 'US'", "'US' = COUNTRY", "\"Country\" == 'US'", "country IN ('US', 'US')", "country LIKE 'US'"],
        &["country IN ('US', 'CA')", "Country in ('CA','US','CA')"],
        &["country NOT IN ('US', 'CA')", "NOT country IN ('CA', 'US')"],
        &["spend > 100", "spend > 100.0", "spend > 1e2", "100 < spend"],
        &["n = 2", "n = 2.0", "n IN (2)", "n IN (2.0)"],
        &["n IN (2, 10)", "n IN (10.0, 2)"],
        &["n <> 2", "n != 2", "NOT n = 2"],
        &["n < m", "m > n"],
        &["active", "active = TRUE", "TRUE = active", "active <> FALSE", "NOT (active = FALSE)"],
        &["n BETWEEN 1 AND 5", "n >= 1 AND n <= 5"],
        &["d >= '2026-06-30'", "d >= today", "d >= CURRENT_DATE", "d >= DATE '2026-06-30'", "today() <= d"],
        &["d > today - INTERVAL '90 days'", "d > today - INTERVAL 90 DAY", "d > today - 90", "d > '2026-04-01'"],
        &["seen < '2026-06-30'", "seen < today", "seen < TIMESTAMP '2026-06-30 00:00:00'"],
        &["country LIKE 'U%'", "starts_with(country, 'U')", "prefix(country, 'U')", "country LIKE 'U%%'"],
        &["\"odd \"\"name\"\"\" = 1", "`odd \"name\"` = 1"],
    ];
    for group in alike {
        for rule in *group {
            assert_eq!(canonical(rule), canonical(group[0]), "{rule} and {}", group[0]);
        }
    }
}

#[test]
fn different_conditions_have_different_canonical_texts() {
    let rules = [
        "n > 1",
        "n >= 1",
        "m > 1",
        "spend > 1",
        "NOT n > 1",
        "n > 1 AND m > 1",
        "n > 1 OR m > 1",
        "n + 1 > m",
        "n > m + 1",
        "n - (m - 1) > 0",
        "n - m - 1 > 0",
        "(n > 1) IS TRUE",
        "(n > 1) IS NULL",
        "country = 'us'",
        "country = 'US'",
        "country = 'US '",
        "country ILIKE 'US'",
        "n * (m + 1) > 0",
        "n * m + 1 > 0",
    ];
    for (i, a) in rules.iter().enumerate() {
        for b in &rules[i + 1..] {
            assert_ne!(canonical(a), canonical(b), "{a} and {b}");
        }
    }
}

#[test]
fn blank_rule_means_everyone() {
    assert_eq!(canonical(" \n"), "TRUE");
    assert_eq!(canonical(""), "TRUE");
}

#[test]
fn names_unfold_in_place() {
    let mut names = Namespace::default();
    names.insert("us", NameKind::Segment, "country = 'US' OR country = 'CA'");
    names.insert("age.25-34", NameKind::Cell, "n >= 25 AND n < 35");
    names.insert("dana", NameKind::Persona, "(@us OR @age.\"25-34\") AND (spend > 1)");
    names.insert("two words", NameKind::Segment, "active");
    names.insert("blank", NameKind::Segment, " ");
    with_names(&names, |cx| {
        let canonical = |rule: &str| check(rule, cx).map_or_else(|e| e.describe(rule), |c| c.canonical());
        assert_eq!(canonical("@us AND n > 1"), canonical("(country = 'US' OR country = 'CA') AND n > 1"));
        assert_eq!(canonical("NOT @age.\"25-34\""), canonical("NOT (n >= 25 AND n < 35)"));
        assert_eq!(
            canonical("@dana"),
            canonical("(country = 'CA' OR country = 'US' OR n >= 25 AND n < 35) AND spend > 1")
        );
        assert_eq!(canonical("@\"two words\" AND n > 1"), canonical("active AND n > 1"));
        assert_eq!(canonical("n > 1 AND @blank"), "in @blank: it has no rule at 11");
    });
}

#[test]
fn references_are_found_in_any_text_without_schema() {
    assert_eq!(
        references("@vip AND (@plan.pro OR @age.\"25-34\") AND x = '@no' -- @no\n AND @vip"),
        ["vip", "plan.pro", "age.25-34"]
    );
    assert_eq!(references("@\"two words\" OR @a.\"it's\" AND @"), ["two words", "a.it's"]);
    assert_eq!(references("@a AND 'unclosed @b"), ["a"]);
}

#[test]
fn exponentially_growing_names_are_refused_quickly() {
    let mut names = Namespace::default();
    names.insert("s0", NameKind::Segment, "n > 0");
    for i in 1..64 {
        let below = i - 1;
        names.insert(
            format!("s{i}"),
            NameKind::Segment,
            format!("(@s{below} AND n > {i}) OR (NOT @s{below} AND m > {i})"),
        );
    }
    let error = with_names(&names, |cx| check("@s63", cx)).expect_err("too much");
    assert!(error.message.contains("too long"), "{error}");
}

#[test]
fn long_chain_of_names_is_no_cycle() {
    let mut names = Namespace::default();
    names.insert("s0", NameKind::Segment, "n > 0");
    for i in 1..150 {
        names.insert(format!("s{i}"), NameKind::Segment, format!("@s{} AND n > {i}", i - 1));
    }
    let checked = with_names(&names, |cx| check("@s149", cx)).expect("a good rule");
    assert!(matches!(&checked.expr().node, Node::And(parts) if parts.len() == 150));
}

/// Checks the rule on a thread with a worker's stack size.
fn on_a_small_stack(rule: String) -> Result<(), RuleError> {
    let check = move || with_names(&Namespace::default(), |cx| check(&rule, cx).map(drop));
    std::thread::Builder::new().stack_size(2 << 20).spawn(check).expect("a thread").join().expect("no panic")
}

#[test]
fn deep_rules_are_errors_not_crashes() {
    let deep = [
        format!("{}n > 1{}", "(".repeat(10_000), ")".repeat(10_000)),
        "(".repeat(10_000),
        format!("{}active", "NOT ".repeat(10_000)),
        format!("n > {}1", "-".repeat(10_000)),
        format!("n > {}1", "- ".repeat(10_000)),
        format!("n{} > 1", " + 1".repeat(10_000)),
        format!("n{} > 1", "::INT".repeat(10_000)),
        format!("active{}", " IS NULL".repeat(10_000)),
        format!("{}n{} > 1", "abs(".repeat(3_000), ")".repeat(3_000)),
        format!("{}active{}", "CASE WHEN ".repeat(3_000), " THEN TRUE END".repeat(3_000)),
        format!("n{} > 1", "[1]".repeat(5_000)),
        format!("n{}", " = n".repeat(3_000)),
        format!("country{} = 'a'", " || 'a'".repeat(3_000)),
    ];
    for rule in deep {
        let start: String = rule.chars().take(20).collect();
        assert!(on_a_small_stack(rule).is_err(), "{start} …");
    }
}

#[test]
fn long_flat_rules_are_accepted() {
    let many = (0..600).map(|i| format!("n <> {i}")).collect::<Vec<_>>();
    assert_eq!(on_a_small_stack(many.join(" AND ")), Ok(()));
    assert_eq!(on_a_small_stack(many.join(" OR ")), Ok(()));
    let values = (0..20_000).map(|i| format!("'v{i}'")).collect::<Vec<_>>().join(", ");
    assert_eq!(on_a_small_stack(format!("country IN ({values})")), Ok(()));
    assert_eq!(on_a_small_stack(format!("{}n > 1{}", "(".repeat(20), ")".repeat(20))), Ok(()));
}

#[test]
fn nested_shapes_parse_within_ten_seconds() {
    let started = std::time::Instant::now();
    for (open, inner, close) in [
        ("(", "n", ")"),
        ("abs(", "n", ")"),
        ("[", "n", "]"),
        ("{", "n", "}"),
        ("CASE ", "n", " END"),
        ("CAST(", "n", " AS INT)"),
        ("INTERVAL ", "1", ""),
        ("(n, ", "n", ")"),
        ("struct(", "n", ")"),
        ("n IN (", "n", ")"),
        ("x -> ", "n", ""),
        ("date ", "n", ""),
        ("((n) -> ", "n", ")"),
        ("round(", "spend / n", ", 2)"),
        ("coalesce(n, ", "n", ")"),
        ("(n + 1) % (", "n", ")"),
        ("1 / (n * ", "m", ")"),
    ] {
        for depth in [8, 20, 40] {
            let _ = on_a_small_stack(format!("{}{inner}{} > 1", open.repeat(depth), close.repeat(depth)));
        }
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn truncated_rule_never_panics() {
    let rule = "Country IN ('é', \"odd \"\"name\"\"\") AND CASE WHEN n > 1e5 THEN d ELSE today - INTERVAL '3 months' END > '2026-01-01' OR @a.\"b\"";
    for (start, _) in rule.char_indices() {
        for (end, _) in rule.char_indices().filter(|(end, _)| *end >= start) {
            let cut = &rule[start..end];
            let said = with_names(&Namespace::default(), |cx| check(cut, cx));
            if let Err(error) = said {
                assert!(error.place.start <= error.place.end && error.place.end <= cut.len(), "{cut}: {error:?}");
                assert!(
                    cut.is_char_boundary(error.place.start) && cut.is_char_boundary(error.place.end),
                    "{cut}: {error:?}"
                );
            }
        }
    }
}
