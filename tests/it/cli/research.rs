//! `crosscut research`: mentions and quotes of respondents, by persona.

use super::{append, crosscut, err, out, replace};
use crate::shop;

const TALKS: &str =
    "\n[tables.talks]\npath = \"talks.csv\"\nkind = \"interviews\"\ntheme = \"theme\"\nquote = \"words\"\n";
/// Customers 1, 2 and 3 took part; pat's are 1, 3, 4 and 5, ann's 1 and 2. Customer 9 does not exist.
const ROWS: &str = "\
id,theme,words,score
1,price,Too dear.,5
1,price,Still too dear.,4
2,ux,Where is it?,1
3,price,Fine.,3
3,ux,Nice.,3
9,price,Who am I?,1
";

fn folder() -> tempfile::TempDir {
    let folder = shop::folder();
    append(&folder, "config.toml", TALKS);
    std::fs::write(folder.path().join("talks.csv"), ROWS).expect("a writable folder");
    folder
}

fn research(folder: &tempfile::TempDir, args: &[&str]) -> (String, String) {
    let all: Vec<&str> = std::iter::once("research").chain(args.iter().copied()).collect();
    let output = crosscut(folder.path(), &all);
    (out(&output), err(&output))
}

#[test]
fn research_prints_themes_as_rows_and_personas_as_columns() {
    let table = "\
theme     all  pat  ann
everyone    3    2    2
price       2    2    1
ux          2    1    1
";
    let folder = folder();
    let told = "crosscut: 1 of 6 rows match no customer\n";
    assert_eq!(research(&folder, &[]), (table.to_owned(), told.to_owned()));
    let (mentions, _) = research(&folder, &["talks", "--figure", "mentions", "--persona", "pat"]);
    assert_eq!(mentions, "theme     all  pat\neveryone    5    4\nprice       3    3\nux          2    1\n");
    let (filtered, _) = research(&folder, &["--filter", "plan = 'basic'"]);
    assert_eq!(filtered, "theme     all  pat  ann\neveryone    1    0    1\nux          1    0    1\n");
}

#[test]
fn research_csv_has_all_figures_by_theme_and_persona() {
    let (csv, _) = research(&folder(), &["--format", "csv", "--persona", "@pat"]);
    let expected = "\
table,column,value,persona,respondents,mentions,share,index,mean
talks,theme,everyone,all,3,5,0.5,,
talks,theme,everyone,pat,2,4,0.5,,
talks,theme,price,all,2,3,0.6666666666666666,,
talks,theme,price,pat,2,3,1,150,
talks,theme,ux,all,2,2,0.6666666666666666,,
talks,theme,ux,pat,1,1,0.5,75,
";
    assert_eq!(csv, expected);
    let (json, _) = research(&folder(), &["--by", "score", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let mean =
        json.as_array().and_then(|rows| rows.iter().find(|row| row["value"] == "mean" && row["persona"] == "pat"));
    assert_eq!(mean.map(|row| row["mean"].clone()), Some(3.75.into()));
}

#[test]
fn quotes_are_listed_by_persona_and_theme_unless_few() {
    let folder = folder();
    let (quotes, _) = research(&folder, &["--quotes", "--theme", "price", "--persona", "pat", "--format", "csv"]);
    assert_eq!(quotes, "persona,about,quote\npat,price,Too dear.\npat,price,Still too dear.\npat,price,Fine.\n");
    let (quotes, _) = research(&folder, &["--quotes", "--by", "score", "--theme", "3", "--format", "csv"]);
    assert_eq!(quotes, "persona,about,quote\nall,price,Fine.\nall,ux,Nice.\n");
    replace(&folder, "config.toml", "[privacy]\n", "[privacy]\nmin_cell = 3\n");
    let (quotes, error) = research(&folder, &["--quotes", "--theme", "ux"]);
    assert_eq!(
        (quotes.as_str(), error.as_str()),
        ("", "crosscut: fewer than 3 respondents said it: quotes could identify them\n")
    );
    let (table, _) = research(&folder, &[]);
    assert!(table.contains("price      <3    ·    ·"), "{table}");
    // Respondents who agreed to be quoted are quoted.
    append(&folder, "config.toml", "min_cell = 0\n");
    assert!(research(&folder, &["--quotes", "--theme", "ux"]).0.contains("Nice."));
    replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"email\", \"words\"]");
    assert_eq!(research(&folder, &["--quotes"]).1, "crosscut: the quotes are masked\n");
}

#[test]
fn respondents_are_compared_with_others() {
    let (table, _) = research(&folder(), &["--resembles", "--format", "csv"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "persona,respondents,others,verdict,largest_differences");
    assert!(lines[1].starts_with("all,3,3,"), "{table}");
    assert!(lines[2].starts_with("pat,2,2,"), "{table}");
    assert_eq!(lines[3], "ann,2,0,everyone answered,");
    let (columns, told) = research(&folder(), &["--resembles", "--persona", "pat"]);
    assert!(told.starts_with("crosscut: @pat: ") && told.contains("differ"), "{told}");
    assert!(columns.starts_with("column") && !columns.contains("email"), "{columns}");
}

#[test]
fn research_errors_name_remedy() {
    let folder = folder();
    let told = |args: &[&str]| research(&folder, args).1;
    assert_eq!(told(&["visits"]), "crosscut: there is no research \"visits\"; there are talks\n");
    assert_eq!(told(&["--persona", "bob"]), "crosscut: there is no persona \"bob\" that can be counted\n");
    assert!(told(&["--by", "words"]).contains("its values are not listed"));
    assert!(told(&["--by", "scroe"]).contains("did you mean \"score\"?"));
    let (_, without) = research(&shop::folder(), &[]);
    assert!(without.contains("kind = \"survey\" or \"interviews\""), "{without}");
}
