//! Attacks that once worked, kept.

use super::{CUSTOMERS, LEAST, crosscut, leaked, said, study, with_privacy};

fn run(folder: &tempfile::TempDir, args: &[&str]) -> (Option<i32>, String) {
    let output = crosscut(folder.path(), args);
    (output.status.code(), said(&output))
}

/// Reads an address letter by letter by asking how many customers have one that begins so.
#[test]
fn address_cannot_be_read_letter_by_letter() {
    let folder = study();
    let alphabet = "pq@";
    for prefix in ["", "p", "person001"] {
        for letter in alphabet.chars() {
            let rule = format!("id = 'C0001' AND email LIKE '{prefix}{letter}%'");
            let (code, text) = run(&folder, &["count", &rule]);
            assert_eq!(code, Some(1), "{text}");
            assert!(text.contains("email is masked: a rule can only ask whether it has a value"), "{text}");
        }
    }
    // The same question in every place that takes a rule.
    let rule = "email LIKE 'p%'";
    let commands: [&[&str]; 12] = [
        &["count", "--filter", rule],
        &["segments", "--filter", rule],
        &["personas", "--filter", rule],
        &["group", "plan", "--filter", rule],
        &["why", rule],
        &["why", "@young", "--against", rule],
        &["attrition", rule],
        &["explain", rule],
        &["rows", "--filter", rule],
        &["profile", "age", "--filter", rule],
        &["coverage", "--filter", rule],
        &["sql", rule, "--dialect", "duckdb"],
    ];
    for args in commands {
        let (code, text) = run(&folder, args);
        assert!(code == Some(1) && text.contains("is masked"), "{args:?}: {text}");
    }
}

#[test]
fn masked_column_may_be_asked_only_for_null() {
    let folder = study();
    let allowed = ["email IS NOT NULL", "salary IS NOT NULL AND (email) IS NOT NULL", "NOT (email IS NULL)"];
    for rule in allowed {
        let (code, text) = run(&folder, &["count", rule]);
        assert!(code == Some(0) && text.starts_with(&format!(">{}\n", CUSTOMERS as u64 - LEAST)), "{rule}: {text}");
    }
    let refused = [
        "email = 'a'",
        "email <> 'a'",
        "email > 'a'",
        "'a' < email",
        "lower(email) = 'a'",
        "lower(email) IS NULL",
        "email || 'x' IS NULL",
        "email IS DISTINCT FROM 'a'",
        "email IS NOT DISTINCT FROM NULL",
        "email IN ('a')",
        "email ~ 'a'",
        "EMAIL ILIKE 'a%'",
        "length(email) > 3",
        "salary > 1",
        "salary BETWEEN 1 AND 2",
        "salary + age > 3",
        "age > salary",
        "coalesce(salary, 0) > 1",
        "CASE WHEN salary > 1 THEN TRUE ELSE FALSE END",
        "CAST(salary AS text) = '1'",
        "top(salary, 10)",
        "bottom(salary, 10)",
        "orders.sum(amount) > 1",
        "orders.mean(amount, '90 days') > 1",
        "orders.max(amount) > 1",
        "orders.last(amount) > 1",
        "orders.distinct(amount) > 1",
        "orders.count() FILTER (WHERE amount > 1) > 0",
    ];
    for rule in refused {
        let (code, text) = run(&folder, &["count", rule]);
        assert!(code == Some(1) && text.contains("is masked: a rule can only ask"), "{rule}: {text}");
        assert!(text.contains('^'), "a place: {text}");
    }
}

#[test]
fn masked_column_is_refused_as_order_group_and_value() {
    let folder = study();
    let commands: [&[&str]; 16] = [
        &["rows", "--sort", "email"],
        &["rows", "--sort", "salary:desc"],
        &["rows", "--sort", "orders.sum(amount)"],
        &["rows", "--columns", "orders.sum(amount)"],
        &["group", "email"],
        &["group", "salary:7400000"],
        &["group", "EMAIL"],
        &["group", "lower(email)"],
        &["group", "orders.sum(amount)"],
        &["group", "orders.max(amount)"],
        &["group", "orders.sum(quantity) FILTER (WHERE amount > 6500000)"],
        &["group", "plan", "--value", "salary"],
        &["profile", "email", "--values"],
        &["profile", "salary", "--values"],
        &["profile", "orders.sum(amount)"],
        &["count", "--value", "salary", "--format", "json"],
    ];
    for args in commands {
        let (code, text) = run(&folder, args);
        assert!(code == Some(1) && text.contains("masked"), "{args:?}: {text}");
        assert_eq!(leaked(&text), None, "{args:?}");
    }
    assert_eq!(run(&folder, &["group", "orders.count()", "--format", "csv"]).0, Some(0));
}

#[test]
fn study_rule_on_masked_column_is_error_with_place() {
    let folder = study();
    let path = folder.path().join("segments.toml");
    let before = std::fs::read_to_string(&path).expect("the segments");
    let lines = before.lines().count();
    let more = "\n[[segment]]\nname = \"letters\"\nwhere = \"email LIKE 'p%'\"\n\
                [[segmentation]]\nname = \"pay\"\ncolumn = \"salary\"\nbreaks = [7400000]\n";
    std::fs::write(&path, before + more).expect("a writable folder");
    let (code, text) = run(&folder, &["check"]);
    assert_eq!(code, Some(1));
    let place = format!("segments.toml:{}:", lines + 4);
    assert!(text.contains(&place) && text.contains("@letters: email is masked"), "{text}");
    assert!(text.contains("@pay: salary is masked"), "{text}");
    assert_eq!(leaked(&text), None);
}

#[test]
fn study_may_let_rules_read_masked_columns() {
    let folder = study();
    with_privacy(&folder, "rules = \"allow\"");
    assert_eq!(run(&folder, &["count", "email LIKE 'person1%'"]), (Some(0), "100\n".into()));
    for args in [&["group", "email"][..], &["rows", "--sort", "salary"], &["group", "orders.sum(amount)"]] {
        let (code, text) = run(&folder, args);
        assert!(code == Some(1) && text.contains("masked"), "{args:?}: {text}");
    }
}

/// `0` beside `<10` answers any question about one customer; so does one customer missing from everyone.
#[test]
fn rule_about_one_customer_has_same_answer_for_true_and_false() {
    let folder = study();
    let truths = ["vip", "plan = 'basic'", "spend > 1000"];
    for truth in truths {
        let answers = ["", "NOT "].map(|not| {
            let rule = format!("id = 'C0001' AND {not}({truth})");
            run(&folder, &["count", &rule])
        });
        assert_eq!(answers[0], answers[1], "{truth}");
        let answers = ["", "NOT "].map(|not| {
            let rule = format!("NOT (id = 'C0001' AND {not}({truth}))");
            run(&folder, &["count", &rule])
        });
        assert_eq!(answers[0], answers[1], "{truth}");
        for command in ["segments", "personas", "upset", "matrix", "coverage"] {
            let answers = ["", "NOT "].map(|not| {
                let rule = format!("id = 'C0001' AND {not}({truth})");
                run(&folder, &[command, "--format", "json", "--filter", &rule])
            });
            assert_eq!(answers[0], answers[1], "{command} {truth}");
            let answers = ["", "NOT "].map(|not| {
                let rule = format!("NOT (id = 'C0001' AND {not}({truth}))");
                run(&folder, &[command, "--format", "json", "--filter", &rule])
            });
            assert_eq!(answers[0], answers[1], "{command} {truth}");
        }
        // Steps of one rule stand together.
        let answers = ["", "NOT "].map(|not| {
            let rule = format!("plan = 'basic' AND NOT (id = 'C0001' AND {not}({truth}))");
            let output = crosscut(folder.path(), &["attrition", &rule, "--format", "json"]);
            let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("JSON");
            let without_text = rows.into_iter().map(|mut row| {
                row["condition"] = serde_json::Value::Null;
                row
            });
            without_text.collect::<Vec<_>>()
        });
        assert_eq!(answers[0], answers[1], "{truth}");
    }
}

#[test]
fn filters_of_few_and_of_nearly_all_show_only_bounds() {
    let folder = study();
    let few = format!("<{LEAST}");
    assert!(run(&folder, &["count", "@one"]).1.starts_with(&format!("{few}\ncrosscut: fewer than {LEAST} customers")));
    assert!(run(&folder, &["count", "@nobody"]).1.starts_with(&few));
    let nearly = run(&folder, &["count", "@nearly"]).1;
    assert!(nearly.starts_with(">390\ncrosscut: all but fewer than 10 customers match"), "{nearly}");
    for args in [&["group", "plan"][..], &["profile", "age", "--values"], &["rows"], &["upset"], &["coverage"]] {
        let (code, text) = run(&folder, &[args, &["--filter", "@one", "--format", "json"]].concat());
        assert_eq!(code, Some(1), "{args:?}: {text}");
        assert!(text.contains("fewer than 10 customers match: no figures are shown"), "{text}");
        assert!(!text.contains("basic") && !text.contains("XX") && !text.contains("C0001"), "{text}");
    }
    let segments = run(&folder, &["segments", "--filter", "@one", "--format", "csv"]).1;
    for line in segments.lines().filter(|line| line.contains(',')).skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[2], cells[3], cells[4]), (few.as_str(), "", ""), "{line}");
    }
    // All but one: the figures are those of everybody.
    let all = run(&folder, &["group", "plan", "--format", "csv"]).1;
    let nearly = run(&folder, &["group", "plan", "--format", "csv", "--filter", "@nearly"]).1;
    assert!(nearly.starts_with(&all), "{nearly}\n{all}");
}

#[test]
fn study_may_refuse_to_list_customers() {
    let folder = study();
    with_privacy(&folder, "rows = \"refuse\"");
    let (code, text) = run(&folder, &["rows", "--format", "csv"]);
    assert_eq!((code, text.contains("customers are not listed")), (Some(1), true), "{text}");
}
