//! Text of the page.

use super::{crosscut, hostile, replace, report};
use crate::shop;

#[test]
fn small_study_matches_recorded_markdown() {
    insta::assert_snapshot!(report(shop::folder().path(), &["--format", "md"]));
}

#[test]
fn hostile_texts_match_recorded_markdown() {
    insta::assert_snapshot!(report(hostile().path(), &["--format", "md", "--persona", "rita"]));
}

#[test]
fn report_is_self_contained_and_escapes_texts() {
    let page = report(hostile().path(), &[]);
    for wanted in ["<!DOCTYPE html>", "Professional Pat", "&lt;script&gt;document.title", "( o.o ) &amp;"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    for foreign in
        ["<script", "<img", "<link", " src=\"", "@import", "url(", "http://", "<b>more", "\u{1b}", "\u{202e}"]
    {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let hrefs = page.split("href=\"").skip(1);
    assert!(hrefs.clone().count() > 0 && hrefs.into_iter().all(|rest| rest.starts_with('#')));
}

#[test]
fn report_figures_equal_commands() {
    let folder = shop::folder();
    let page = report(folder.path(), &[]);
    // Pros are 1, 3, 5, and with 25 to 39 also 4; North Americans who spend less than 150 are 1 and 2.
    assert!(page.contains("<strong>4</strong> customers"), "Pat's audience");
    assert!(page.contains("<strong>2</strong> customers"), "Ann's audience");
    assert!(page.contains("<strong>83.3 %</strong> of customers are in a persona"), "1 to 5 of 6");
    let page = report(folder.path(), &["--filter", "plan = 'pro'"]);
    assert!(page.contains("<strong>100.0 %</strong> of the filter’s customers are in a persona"));
    assert!(page.contains("customers of <code>plan = 'pro'</code> only: 3, 50.0 % of the base."));
}

#[test]
fn small_counts_and_masked_columns_are_hidden() {
    let folder = shop::folder();
    replace(
        &folder,
        "config.toml",
        "mask = [\"email\"]",
        "mask = [\"email\", \"country\"]\nrules = \"allow\"\nmin_cell = 3",
    );
    for format in ["html", "md"] {
        let page = report(folder.path(), &["--format", format]);
        assert!(page.contains("&lt;3"), "{page}");
        for masked in ["a@x.org", "<th scope=\"row\">email", "<th scope=\"row\">country", "country = ", "`country`"] {
            assert!(!page.contains(masked), "{masked}: {page}");
        }
        let alone = report(folder.path(), &["--format", format, "--persona", "ann"]);
        // Two customers are too few: none of their figures is shown.
        assert!(!alone.contains("33.3 %") && !alone.contains("Typical"), "{alone}");
    }
}

#[test]
fn persona_is_chosen_by_id_or_name() {
    let folder = shop::folder();
    for name in ["pat", "@pat", "professional pat"] {
        let page = report(folder.path(), &["--persona", name, "--format", "md"]);
        assert!(
            page.contains("## Professional Pat") && !page.contains("American Ann") && !page.contains("## Coverage")
        );
    }
    let output = crosscut(folder.path(), &["report", "--persona", "pta"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(told, "crosscut: there is no persona \"pta\": did you mean \"pat\"?\n");
}

#[test]
fn out_file_format_follows_ending() {
    let folder = shop::folder();
    for (file, begins) in [("r.html", "<!DOCTYPE html>"), ("r.md", "# "), ("r.txt", "<!DOCTYPE html>")] {
        assert_eq!(report(folder.path(), &["--out", file]), "");
        let page = std::fs::read_to_string(folder.path().join(file)).expect("the report");
        assert!(page.starts_with(begins), "{file}");
    }
    let output = crosscut(folder.path(), &["report", "--out", "nowhere/r.html"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn report_and_table_formats_are_not_interchangeable() {
    let folder = shop::folder();
    let told = |args: &[&str]| {
        let output = crosscut(folder.path(), args);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let formats = |formats: &str| format!("possible values: {formats}");
    let (code, error) = told(&["count", "--format", "html"]);
    assert!(code == Some(2) && error.contains(&formats("table, json, ndjson, csv, md")), "{error}");
    let (code, error) = told(&["report", "--format", "json"]);
    assert!(code == Some(2) && error.contains(&formats("html, md")), "{error}");
    assert_eq!(told(&["count", "--format", "md"]).0, Some(0));
}

#[test]
fn report_names_missing_personas_and_definitions_in_error() {
    let folder = shop::folder();
    let output = crosscut(folder.path(), &["report", "--data", "customers.csv"]);
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(page.contains("no personas yet") && page.contains("<b>6</b> customers"), "{page}");
    replace(&folder, "segments.toml", "plan = 'pro'", "plann = 'pro'");
    let output = crosscut(folder.path(), &["report"]);
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0));
    assert!(page.contains("Not counted") && page.contains("did you mean &quot;plan&quot;?"), "{page}");
}
