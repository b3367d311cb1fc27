//! Broken files: each text and its one-line message.

use std::fs;

use crosscut::study;

use crate::study::{folder, without_folder};

const GOOD: &str = "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\n";

/// Loads a study with one file replaced and returns the error without the folder's name.
fn error_with(name: &str, bytes: &[u8]) -> String {
    let folder = folder(&[("config.toml", GOOD), ("s.toml", ""), ("p.toml", "")]);
    fs::write(folder.path().join(name), bytes).unwrap();
    error_in(&folder)
}

fn error_in(folder: &tempfile::TempDir) -> String {
    let error = study::load(&folder.path().join("config.toml"), None).unwrap_err();
    without_folder(&error.to_string(), folder)
}

#[test]
fn broken_file_is_reported_in_one_line() {
    let segment = "[[segment]]\nname = \"a\"\nwhere = \"x\"\n";
    let table: &[(&str, &str, &str)] = &[
        // Keys and values.
        (
            "s.toml",
            "[[segment]]\nname = \"a\"\nwher = \"x\"\n",
            "s.toml:3:1: unknown key \"wher\": did you mean \"where\"?",
        ),
        (
            "s.toml",
            "[[segment]]\nname = \"a\"\nzzz = 1\n",
            "s.toml:3:1: unknown key \"zzz\": keys here: name, kind, where, note",
        ),
        ("s.toml", "[[segments]]\n", "s.toml:1:3: unknown key \"segments\": did you mean \"segment\"?"),
        ("s.toml", "# c\n[[segment]]\nname = \"a\"\n", "s.toml:2:1: [[segment]] has no \"where\""),
        ("s.toml", "segment = [{ name = \"a\" }]\n", "s.toml:1:12: \"where\" is missing here"),
        (
            "s.toml",
            "[segment]\nname = \"a\"\nwhere = \"x\"\n",
            "s.toml:1:1: expected a list, found a table: write [[segment]]",
        ),
        ("s.toml", "[[segment]]\nname = 5\n", "s.toml:2:8: expected text in quotes, found 5"),
        ("s.toml", "[[segment]]\nname = true\n", "s.toml:2:8: expected text in quotes, found true"),
        ("s.toml", "[[segment]]\nname = [\"a\"]\n", "s.toml:2:8: expected text in quotes, found a list"),
        ("s.toml", "[[segment]]\nname = 2026-01-01\n", "s.toml:2:8: expected text in quotes, found a date or time"),
        (
            "s.toml",
            "[[segment]]\nname = \"a\"\nkind = \"demografic\"\n",
            "s.toml:3:8: unknown value \"demografic\": did you mean \"demographic\"?",
        ),
        ("s.toml", "[[segment]]\nname = \"a\"\nname = \"b\"\n", "s.toml:3:1: \"name\" is here twice"),
        (
            "s.toml",
            "[[segmentation]]\nname = \"a\"\ncolumn = \"a\"\nbreaks = [1, 'x, expected']\n",
            "s.toml:4:14: expected a number, found the text \"x, expected\"",
        ),
        // Syntax.
        ("s.toml", "[[segment]]\nname = \"größe\nwhere = \"x\"\n", "s.toml:2:14: invalid basic string, expected `\"`"),
        (
            "s.toml",
            "[[segment]]\nwhere = country IN ('US')\n",
            "s.toml:2:9: text must be in quotes: write \"country IN ('US')\"",
        ),
        ("s.toml", "[[segment]]\nname =\nwhere = \"x\"\n", "s.toml:2:7: the value is missing"),
        ("s.toml", "[[segment]\n", "s.toml:1:11: unclosed array table, expected `]`"),
        (
            "s.toml",
            "[[segment]]\nwhere = \"a \\d\"\n",
            "s.toml:2:13: missing escaped value, expected `b`, `e`, `f`, `n`, `r`, `\\`, `\"`, `x`, `u`, `U`",
        ),
        ("s.toml", "just words\n", "s.toml:1:6: key with no value, expected `=`"),
        // Personas.
        (
            "p.toml",
            "[[persona]]\nid = \"d\"\ngaols = []\n",
            "p.toml:3:1: unknown key \"gaols\": did you mean \"goals\"?",
        ),
        (
            "p.toml",
            "[[persona]]\n[[persona.claim]]\n[[persona.claim.evidence]]\nkind = \"log\"\nsource = \"s\"\ndate = \"2026-03-14\"\n",
            "p.toml:6:8: expected a date without quotes, such as 2026-03-14, found the text \"2026-03-14\"",
        ),
        (
            "p.toml",
            "[[persona]]\n[[persona.claim]]\n[[persona.claim.evidence]]\nkind = \"log\"\nsource = \"s\"\ndate = 2026-02-30\n",
            "p.toml:6:8: invalid date, expected day between 01 and 28",
        ),
        (
            "p.toml",
            "[[persona]]\n[[persona.claim]]\n[[persona.claim.evidence]]\nkind = \"gossip\"\nsource = \"s\"\n",
            "p.toml:4:8: unknown value \"gossip\": one of: interview, survey, log",
        ),
        (
            "p.toml",
            "[[persona]]\n[[persona.journey]]\nfeeling_score = 300\n",
            "p.toml:3:17: expected a small whole number, found 300",
        ),
        ("p.toml", segment, "p.toml:1:3: unknown key \"segment\": keys here: persona"),
        // Config.
        ("config.toml", "[dta]\n", "config.toml:1:2: unknown key \"dta\": did you mean \"data\"?"),
        (
            "config.toml",
            "[data]\ncolumns = []\n",
            "config.toml:2:11: columns names no column: name those to keep, or remove the line to keep all",
        ),
        (
            "config.toml",
            "[data]\nas_of = \"2026-6-30\"\n",
            "config.toml:2:9: \"2026-6-30\" is not a date: write a day as YYYY-MM-DD, such as \"2026-06-30\"",
        ),
        (
            "config.toml",
            "[data]\nas_of = 2026-06-30T10:00:00Z\n",
            "config.toml:2:9: \"2026-06-30T10:00:00Z\" is not a date: write a day as YYYY-MM-DD, such as \"2026-06-30\"",
        ),
        (
            "config.toml",
            "[data]\nas_of = \"2026-02-30\"\n",
            "config.toml:2:9: \"2026-02-30\" is not a date: write a day as YYYY-MM-DD, such as \"2026-06-30\"",
        ),
        ("config.toml", "[data]\npath = \"\"\n", "config.toml:2:8: the path is empty"),
        ("config.toml", "[study]\nsegments = \"\"\n", "config.toml:2:12: the path is empty"),
        ("config.toml", "[study]\nsegments = \"gone.toml\"\n", "config.toml:2:12: gone.toml does not exist"),
        ("config.toml", "[study]\nsegments = \".\"\n", "config.toml:2:12: . is a folder, not a file"),
        (
            "config.toml",
            "[research]\nstale_after = 0\n",
            "config.toml:2:15: stale_after is a number of days, 1 at least",
        ),
        (
            "config.toml",
            "[research]\nchanged = -0.5\n",
            "config.toml:2:11: changed is a share above 0: with 0.2, a persona is stale once its share of the base changes by 20 %",
        ),
        ("config.toml", "[privacy]\nmin_cell = -1\n", "config.toml:2:12: expected a whole number, 0 or more, found -1"),
        (
            "config.toml",
            "[privacy]\nmin_cell = 2.5\n",
            "config.toml:2:12: expected a whole number, 0 or more, found 2.5",
        ),
        (
            "config.toml",
            "[look]\ntheme = \"drak\"\n",
            "config.toml:2:9: unknown value \"drak\": did you mean \"dark\"?",
        ),
        ("config.toml", "[keys]\nquit = 3\n", "config.toml:2:8: expected a key such as \"ctrl-r\", or a list of keys"),
    ];
    let mut wrong = Vec::new();
    for (name, text, expected) in table {
        let got = error_with(name, text.as_bytes());
        if got != *expected {
            wrong.push(format!("{text}\n  expected {expected}\n  got      {got}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn non_utf8_file_is_reported_with_place() {
    let latin1 = b"[[segment]]\nname = \"caf\xE9\"\n";
    assert_eq!(error_with("s.toml", latin1), "s.toml:2:12: not UTF-8 text (byte 0xE9): save it as UTF-8");
    let utf16 = b"\xFF\xFE[\0";
    assert_eq!(error_with("s.toml", utf16), "s.toml:1:1: is UTF-16 text: save it as UTF-8");
}

#[test]
fn missing_or_special_file_is_reported() {
    let folder = folder(&[("a/b.toml", "")]);
    let error =
        |name: &str| without_folder(&study::load(&folder.path().join(name), None).unwrap_err().to_string(), &folder);
    assert_eq!(error("none.toml"), "none.toml: does not exist");
    assert_eq!(error("a"), "a: is a folder, not a file");
    assert_eq!(study::load("/dev/null".as_ref(), None).unwrap_err().to_string(), "/dev/null: is not a plain file");
}

#[test]
fn oversized_study_file_is_not_read_whole() {
    let folder = folder(&[]);
    let path = folder.path().join("config.toml");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = error_in(&folder);
    assert!(error.starts_with("config.toml: is too long for a file of a study"), "{error}");
}

#[test]
fn user_file_refuses_keys_other_than_preferences() {
    let folder = folder(&[("config.toml", ""), ("mine.toml", "[data]\npath = \"x\"\n")]);
    let mine = folder.path().join("mine.toml");
    let error = study::load(&folder.path().join("config.toml"), Some(&mine)).unwrap_err().to_string();
    assert!(error.ends_with("mine.toml:1:2: unknown key \"data\": keys here: look, engine, keys"), "{error}");
}
