//! Errors and their places: refusals, usage, `check`.

use super::{append, crosscut, err, failing, out, replace, shop as in_shop};
use crate::shop;

#[test]
fn wrong_rule_error_has_place_and_suggestion() {
    let (code, text) = failing(&["count", "spend > 1 AND contry = 'US'"]);
    assert_eq!(code, Some(1));
    let expected = "\
crosscut: unknown column \"contry\" at 15: did you mean \"country\"?
  spend > 1 AND contry = 'US'
                ^^^^^^
";
    assert_eq!(text, expected);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    assert_eq!(failing(&["count", "--fliter", "x"]).0, Some(2));
    assert_eq!(failing(&["group"]).0, Some(2));
    let (code, text) = failing(&["group", "age:25,x"]);
    assert!(code == Some(2) && text.contains("\"25,x\" are not break points: write age:25,35,50"), "{text}");
    let (code, text) = failing(&["group", "age:40,25"]);
    assert!(code == Some(2) && text.contains("breaks have to ascend: 40 comes before 25"), "{text}");
    let (code, text) = failing(&["group", "plan:40"]);
    assert!(code == Some(1) && text.contains("\"plan\" holds no numbers to cut by breaks"), "{text}");
    let empty = tempfile::tempdir().expect("a temporary folder");
    let output = crosscut(empty.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("crosscut init DATA"), "{}", err(&output));
}

#[test]
fn unopenable_input_is_named() {
    let (code, text) = failing(&["count", "--data", "nowhere.csv"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("nowhere.csv"), "{text}");
    let (code, text) = failing(&["count", "--config", "nowhere.toml"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("nowhere.toml"), "{text}");
    let (code, text) = failing(&["group", "contry"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("\"contry\"") && text.contains("country"), "{text}");
    assert!(failing(&["group", "email"]).1.contains("masked"));
}

#[test]
fn check_reports_ok_or_each_fault_at_its_place() {
    let folder = shop::folder();
    let output = crosscut(folder.path(), &["check"]);
    assert_eq!((output.status.code(), out(&output)), (Some(0), String::new()), "{}", err(&output));
    assert!(err(&output).contains("crosscut: OK: "));

    let segments = "\
[[segment]]
name = \"a\"
where = \"@b\"
[[segment]]
name = \"b\"
where = \"@a\"
[[segment]]
name = \"typo\"
where = \"contry = 'US'\"
[[segment]]
name = \"empty\"
where = \"spend > 1000\"
[[segmentation]]
name = \"lost\"
column = \"nowhere\"
";
    let personas = "\
[[persona]]
id = \"pat\"
name = \"Pat\"
spans = [\"gone\"]
[[persona]]
id = \"nul\"
name = \"Nul\"
";
    std::fs::write(folder.path().join("segments.toml"), segments).expect("a writable folder");
    std::fs::write(folder.path().join("personas.toml"), personas).expect("a writable folder");
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(1));
    let report = out(&output);
    for (place, problem) in [
        ("segments.toml:3:", "@b -> @a -> @b"),
        ("segments.toml:9:", "did you mean \"\"country\"\""),
        ("segments.toml:12:", "@empty is empty"),
        ("segments.toml:15:", "nowhere"),
        ("personas.toml:4:", "gone"),
        ("personas.toml:5:", "nul"),
    ] {
        let line = report.lines().find(|line| line.contains(place));
        assert!(line.is_some_and(|line| line.contains(problem)), "{place} {problem}\n{report}");
    }
}

#[test]
fn second_definition_of_duplicate_name_is_not_counted() {
    let folder = shop::folder();
    append(&folder, "segments.toml", "[[segment]]\nname = \"pros\"\nwhere = \"spend >= 0\"\n");
    append(&folder, "personas.toml", "[[persona]]\nid = \"pros\"\nname = \"P\"\nwhere = \"spend > 0\"\n");
    let output = crosscut(folder.path(), &["segments", "--format", "csv"]);
    let csv = out(&output);
    let rows: Vec<&str> = csv.lines().filter(|line| line.starts_with("pros,")).collect();
    assert_eq!(rows, ["pros,firmographic,3,0.5,100,3,700,0.9210526315789473,233.33333333333334", "pros,,,,,,,,"]);
    assert!(csv.contains("north_america,demographic,3,"), "{csv}");
    let told = err(&output);
    assert!(told.contains("segments.toml:23:9: @pros: another segment has this name"), "{told}");
    let told = err(&crosscut(folder.path(), &["personas"]));
    assert!(told.contains("personas.toml:13:6: @pros: another segment has this name"), "{told}");
    assert_eq!(crosscut(folder.path(), &["check"]).status.code(), Some(1));
}

#[test]
fn segment_without_rule_is_not_counted() {
    let folder = shop::folder();
    replace(&folder, "segments.toml", "plan = 'pro'", "  ");
    let output = crosscut(folder.path(), &["segments", "--format", "csv"]);
    assert!(out(&output).contains("pros,firmographic,,,,,,,\n"), "{}", out(&output));
    assert!(err(&output).contains("segments.toml:5:9: @pros: it has no rule"), "{}", err(&output));
    let told = err(&crosscut(folder.path(), &["count", "@pat"]));
    assert!(told.contains("in @pros: it has no rule"), "{told}");
}

#[test]
fn value_column_must_be_number() {
    let (code, text) = failing(&["count", "--value", "plan"]);
    assert_eq!((code, text.as_str()), (Some(1), "crosscut: plan is text: the value column must be a number\n"));
    let (code, text) = failing(&["group", "plan", "--value", "joined"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("joined is date"), "{text}");
}

#[test]
fn check_reports_all_faults_of_settings() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "key = \"id\"", "key = \"ID2\"");
    replace(&folder, "config.toml", "value = \"spend\"", "value = \"spent\"");
    append(&folder, "config.toml", "[keys]\nfly = \"f\"\nredo = \"nokey\"\nquit = [\"u\", \"q\"]\n");
    append(&folder, "segments.toml", "[[segment]]\nname = \"typo\"\nwhere = \"contry = 'US'\"\n");
    let told = err(&crosscut(folder.path(), &["count"]));
    assert!(told.contains("config.toml:3:7: key column \"ID2\" not found"), "{told}");
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(1));
    let report = out(&output);
    for (place, problem) in [
        ("config.toml:3:7", "ID2"),
        ("config.toml:8:9", "\"\"spend\"\""),
        ("config.toml:12:7", "fly"),
        ("config.toml:13:8", "nokey"),
        ("config.toml:14:8", "u is bound to both"),
        ("segments.toml:23:9", "contry"),
    ] {
        let line = report.lines().find(|line| line.contains(place));
        assert!(line.is_some_and(|line| line.contains(problem)), "{place} {problem}\n{report}");
    }
}

#[test]
fn columns_not_selected_are_unknown() {
    let folder = shop::folder();
    replace(
        &folder,
        "config.toml",
        "key = \"id\"",
        "key = \"id\"\ncolumns = [\"Country\", \"plan\", \"age\", \"spend\", \"email\"]",
    );
    assert_eq!(out(&crosscut(folder.path(), &["count", "id > 2 AND plan = 'pro'"])), "2\n");
    let told = err(&crosscut(folder.path(), &["count", "joined > '2026-01-01'"]));
    assert!(told.contains("unknown column \"joined\""), "{told}");
    replace(&folder, "config.toml", "\"plan\", \"age\"", "\"plna\", \"age\"");
    let told = err(&crosscut(folder.path(), &["count"]));
    assert!(told.contains("config.toml:4:23: column \"plna\" to keep not found: did you mean \"plan\"?"), "{told}");
    let report = out(&crosscut(folder.path(), &["check"]));
    assert!(report.contains("config.toml:4:23") && report.contains("\"plna\""), "{report}");
}

#[test]
fn check_reports_shared_keys_of_parquet_file() {
    let folder = shop::folder();
    let generated = crosscut(folder.path(), &["generate", "--rows", "50", "--seed", "7", "t.parquet"]);
    assert_eq!(generated.status.code(), Some(0), "{}", err(&generated));
    std::fs::write(folder.path().join("study.toml"), "[data]\npath = \"t.parquet\"\nkey = \"country\"\n")
        .expect("a file");
    let told = err(&crosscut(folder.path(), &["check", "--config", "study.toml"]));
    assert!(told.contains("crosscut: t.parquet: 49 customers share a country with another"), "{told}");
    assert_eq!(err(&crosscut(folder.path(), &["count", "--config", "study.toml"])), "");
}

#[test]
fn rule_may_begin_with_minus() {
    assert_eq!(in_shop(&["count", "-age < -40"]), "2\n");
    assert_eq!(in_shop(&["count", "--filter", "-age < -40"]), "2\n");
    for mistyped in [&["count", "--fliter=x"][..], &["count", "--fliter"], &["rows", "--filter", "--format", "json"]] {
        assert_eq!(failing(mistyped).0, Some(2), "{mistyped:?}");
    }
}

#[test]
fn command_refuses_options_without_effect() {
    let (code, text) = failing(&["generate", "--rows", "3", "x.csv", "--filter", "a > 1"]);
    assert_eq!((code, text.as_str()), (Some(2), "crosscut: generate takes no --filter\n"));
    let (code, text) = failing(&["init", "customers.csv", "--as-of", "2026-01-01"]);
    assert_eq!((code, text.as_str()), (Some(2), "crosscut: init takes no --as-of\n"));
    assert_eq!(failing(&["init", "customers.csv", "--format", "table"]).0, Some(2));
}

#[test]
fn ignored_study_is_reported() {
    let folder = shop::folder();
    let output = crosscut(folder.path(), &["count", "--data", "customers.csv"]);
    assert_eq!(out(&output), "6\n");
    let told = "crosscut: config.toml is ignored: name it with --config to use its segments, mask and min_cell\n";
    assert_eq!(err(&output), told);
    let both = crosscut(folder.path(), &["count", "--data", "customers.csv", "--config", "config.toml"]);
    assert_eq!(err(&both), "");
}

#[test]
fn rule_with_unknown_text_value_is_counted_with_warning() {
    let folder = shop::folder();
    let warning = "crosscut: no customer has plan 'Pro': did you mean 'pro'?\n";
    for (args, counted) in [
        (&["count", "plan = 'Pro'"][..], "0\n"),
        (&["count", "plan <> 'Pro'"], "6\n"),
        (&["count", "--filter", "plan = 'Pro'"], "0\n"),
    ] {
        let output = crosscut(folder.path(), args);
        assert_eq!((out(&output).as_str(), err(&output).as_str()), (counted, warning), "{args:?}");
        assert!(output.status.success());
    }
    let days = folder.path().join("days.csv");
    std::fs::write(days, "id,day,score\n1,13/02/2024,9\n2,01/03/2024,n/a\n").expect("a writable folder");
    let output = crosscut(folder.path(), &["days.csv", "count", "day > '2024-01-01' OR score > '10'"]);
    let warnings = "crosscut: \"score\" is text and compared letter by letter: to compare numbers, write CAST(\"score\" AS DOUBLE)\n\
                    crosscut: no customer has a date like '2024-01-01' in day, which is text: declare its type, see crosscut describe\n";
    assert!(err(&output).ends_with(warnings), "{}", err(&output));
    let output = crosscut(folder.path(), &["count", "age BETWEEN 40 AND 30 OR country = NULL"]);
    let warnings = "crosscut: no value is between 40 and 30: the lower bound comes first\n\
                    crosscut: a comparison with NULL is never true: write IS NULL or IS NOT NULL\n";
    assert_eq!((out(&output).as_str(), err(&output).as_str()), ("0\n", warnings));
}

#[test]
fn study_without_segments_or_personas_names_remedy() {
    let folder = shop::folder();
    std::fs::write(folder.path().join("segments.toml"), "").expect("a writable folder");
    std::fs::write(folder.path().join("personas.toml"), "").expect("a writable folder");
    for (args, way) in [
        (&["segments"][..], "the study has no segments: press s on the screen, or write [[segment]] in segments.toml"),
        (&["coverage"], "the study has no personas: press n on the screen, or write [[persona]] in personas.toml"),
        (&["customers.csv", "personas"], "customers.csv has no personas: crosscut init writes a study beside it"),
    ] {
        let output = crosscut(folder.path(), args);
        assert!(err(&output).ends_with(&format!("crosscut: {way}\n")), "{args:?}: {}", err(&output));
        assert!(output.status.success());
    }
}

#[test]
fn check_warns_about_unknown_text_values_at_their_place() {
    let folder = shop::folder();
    replace(&folder, "segments.toml", "\"plan = 'pro'\"", "\"spend > 1 AND plan = 'Pro'\"");
    replace(&folder, "segments.toml", "('US', 'CA')", "('US', 'ca')");
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    let expected = "\
severity,place,problem
warning,segments.toml:5:24,@pros is empty: no customer has plan 'Pro': did you mean 'pro'?
warning,segments.toml:10:9,'@north_america: no customer has country 'ca': did you mean 'CA'?
";
    assert_eq!(out(&output), expected);
}
