//! Reading a study.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use crosscut::model::{EvidenceKind, SegmentKind};
use crosscut::study::{self, Severity, Study, StudyItem, ThemeName};
use tempfile::TempDir;

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Removes the folder's path from the text, so that it does not depend on where the test runs.
pub fn without_folder(text: &str, folder: &TempDir) -> String {
    let here = std::env::current_dir().unwrap();
    let near = folder.path().strip_prefix(here).unwrap_or(folder.path());
    text.replace(&format!("{}/", near.display()), "")
}

pub const CONFIG: &str = r#"[data]
path = "sample/customers.csv"
key = "customer_id"
as_of = "2026-06-30"
[study]
name = "shop"
segments = "sample/segments.toml"
personas = "sample/personas.toml"
value = "spend_12m"
[privacy]
mask = ["email", "name"]
min_cell = 10
[look]
theme = "dark"
[keys]
redo = "ctrl-r"
group = ["b", "ctrl-b"]
"#;

pub const SEGMENTS: &str = r#"[[segment]]
name = "active"
kind = "behavior"
where = "last_order >= today - INTERVAL '90 days'"

[[segment]]
name = "lapsed"
where = '''
spend_12m > 800
  AND NOT @active AND "last order" < 3'''
note = "bought a lot, then went quiet"

[[segmentation]]
name = "age"
kind = "demographic"
column = "age"
breaks = [25, 35, 50.5]
"#;

pub const PERSONAS: &str = r#"[[persona]]
id = "dana"
name = "Deal-hunting Dana"
spans = ["active", "age.25-34"]
where = "@lapsed OR channel <> 'b2b'"
[[persona.journey]]
stage = "Discover"
feeling_score = -1
[[persona.claim]]
text = "Opens most of our mails"
check = "opens >= 5 AND @active"
[[persona.claim.evidence]]
kind = "interview"
source = "int-07"
date = 2026-03-14
"#;

/// The study of the three texts above.
pub fn shop() -> (TempDir, Study) {
    let folder =
        folder(&[("config.toml", CONFIG), ("sample/segments.toml", SEGMENTS), ("sample/personas.toml", PERSONAS)]);
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    (folder, study)
}

#[test]
fn study_loads_all_fields_of_its_files() {
    let (folder, study) = shop();
    let config = &study.config;
    assert_eq!(config.data.path.as_deref(), folder.path().join("sample/customers.csv").to_str());
    assert_eq!(config.data.as_of, NaiveDate::from_ymd_opt(2026, 6, 30));
    assert_eq!(config.study.segments, Some(folder.path().join("sample/segments.toml")));
    assert_eq!((config.study.name.as_deref(), config.study.value.as_deref()), (Some("shop"), Some("spend_12m")));
    assert_eq!((config.privacy.min_cell, config.privacy.mask.len()), (10, 2));
    assert_eq!(config.look.theme, ThemeName::Dark);
    assert_eq!(config.keys["redo"], ["ctrl-r"]);
    assert_eq!(config.keys["group"], ["b", "ctrl-b"]);
    let all = &study.definitions;
    assert_eq!(all.segments[0].kind, Some(SegmentKind::Behaviour));
    assert_eq!(all.segments[1].rule, "spend_12m > 800\n  AND NOT @active AND \"last order\" < 3");
    assert_eq!(all.segmentations[0].breaks, Some(vec![25.0, 35.0, 50.5]));
    let evidence = &all.personas[0].claims[0].evidence[0];
    assert_eq!((evidence.kind, evidence.date.unwrap().day), (EvidenceKind::Interview, 14));
    assert_eq!(study::problems(&study), []);
}

#[test]
fn documented_config_loads() {
    let docs = include_str!("../../src/study/mod.rs").lines().filter_map(|line| line.strip_prefix("//! "));
    let example = docs.skip_while(|line| *line != "```toml").skip(1).take_while(|line| *line != "```");
    let text: String = example.map(|line| format!("{line}\n")).collect();
    let folder = folder(&[("config.toml", &text), ("sample/segments.toml", ""), ("sample/personas.toml", "")]);
    let config = study::load(&folder.path().join("config.toml"), None).unwrap().config;
    assert_eq!((config.privacy.min_cell, config.keys.len()), (10, 2));
}

#[test]
fn missing_settings_have_defaults() {
    let folder =
        folder(&[("config.toml", "[data]\npath = \"s3://bucket/x.parquet\"\nas_of = 2026-06-30\ncolumns = [\"a\"]\n")]);
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    assert_eq!(study.config.data.path.as_deref(), Some("s3://bucket/x.parquet"));
    assert_eq!(study.config.data.as_of, NaiveDate::from_ymd_opt(2026, 6, 30));
    assert_eq!(study.config.data.columns, Some(vec!["a".to_owned()]));
    assert_eq!((study.config.privacy.min_cell, study.config.look.theme), (0, ThemeName::Auto));
    assert!(study.definitions.segments.is_empty() && study.config.keys.is_empty());
}

#[test]
fn user_preferences_fill_gaps_of_study() {
    let user = "[look]\ntheme = \"light\"\n[keys]\nredo = \"U\"\nquit = \"Q\"\n";
    let folder = folder(&[("config.toml", "[keys]\nredo = \"ctrl-r\"\n"), ("mine.toml", user)]);
    let mine = folder.path().join("mine.toml");
    let study = study::load(&folder.path().join("config.toml"), Some(&mine)).unwrap();
    assert_eq!(study.config.look.theme, ThemeName::Light);
    assert_eq!(study.config.keys["redo"], ["ctrl-r"]);
    assert_eq!(study.config.keys["quit"], ["Q"]);
    let place = |command| study.place(StudyItem::Setting("keys", command)).unwrap();
    assert_eq!((place("redo").line, place("quit").line), (2, 5));
    assert_eq!(place("quit").file, mine);
    let bare = Study::without_file("x.csv", Some(&mine)).unwrap();
    assert_eq!((bare.config.data.path.as_deref(), bare.config.keys["redo"].len()), (Some("x.csv"), 1));
    assert!(bare.file.is_none());
}

#[test]
fn windows_file_loads_alike() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let (_there, expected) = shop();
    let folder = folder(&[
        ("config.toml", &windows(CONFIG)),
        ("sample/segments.toml", &windows(SEGMENTS)),
        ("sample/personas.toml", &windows(PERSONAS)),
    ]);
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    assert_eq!(study.definitions, expected.definitions);
    assert_eq!(study.place(StudyItem::Persona("dana")).unwrap().column, 1);
}

#[test]
fn places_point_into_files() {
    let (_folder, study) = shop();
    let place = |item| {
        let place = study.place(item).unwrap();
        (place.file.file_name().unwrap().to_str().unwrap().to_owned(), place.line, place.column)
    };
    assert_eq!(place(StudyItem::Segment("lapsed")), ("segments.toml".into(), 6, 1));
    assert_eq!(place(StudyItem::SegmentRule("active")), ("segments.toml".into(), 4, 9));
    assert_eq!(place(StudyItem::SegmentationColumn("age")), ("segments.toml".into(), 16, 10));
    assert_eq!(place(StudyItem::Span("dana", 1)), ("personas.toml".into(), 4, 20));
    assert_eq!(place(StudyItem::ClaimCheck("dana", 0)), ("personas.toml".into(), 11, 9));
    assert_eq!(place(StudyItem::Claim("dana", 0)), ("personas.toml".into(), 9, 1));
    assert_eq!(place(StudyItem::Setting("study", "value")), ("config.toml".into(), 9, 9));
    assert_eq!(place(StudyItem::SettingEntry("privacy", "mask", 1)), ("config.toml".into(), 11, 18));
    assert_eq!(study.place(StudyItem::Segment("nobody")), None);
    // The place inside a rule, also for a rule over several lines.
    let rule = &study.definitions.segments[1].rule;
    let inside = study.place_in(StudyItem::SegmentRule("lapsed"), rule.find("@active").unwrap()).unwrap();
    assert_eq!((inside.line, inside.column), (10, 11));
}

#[test]
fn find_in_accepts_only_study_configs() {
    let found = |text: &str| {
        let folder = folder(&[("config.toml", text)]);
        study::find_in(folder.path())
    };
    assert!(found("[data]\npath = \"a.csv\"\n").is_some());
    assert!(found("study.segments = \"s.toml\"\n").is_some());
    assert!(found("[data]\npath = \n").is_some(), "a broken study is shown, not passed over");
    assert_eq!(found("baseURL = \"https://example.org\"\n[markup]\n"), None);
    assert_eq!(found("data = 1\n"), None);
    assert_eq!(study::find_in(Path::new("/nowhere")), None::<PathBuf>);
}

fn problems_of(segments: &str, personas: &str) -> Vec<String> {
    let config = "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\n";
    let folder = folder(&[("config.toml", config), ("s.toml", segments), ("p.toml", personas)]);
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    study::problems(&study).iter().map(|problem| without_folder(&problem.to_string(), &folder)).collect()
}

#[test]
fn names_must_be_identifiers_in_one_namespace() {
    let segments = "[[segment]]\nname = \"top 10\"\nwhere = \"a\"\n[[segment]]\nname = \"vip\"\nwhere = \"a\"\n\
                    [[segmentation]]\nname = \"vip\"\ncolumn = \"c\"\n[[segment]]\nname = \"empty\"\nwhere = \" \"\n";
    let personas = "[[persona]]\nid = \"vip\"\nname = \"V\"\nspans = [\"vip\"]\n[[persona]]\nname = \"No id\"\nspans = [\"vip\"]\n";
    assert_eq!(
        problems_of(segments, personas),
        [
            "s.toml:2:8: \"top 10\" is not a valid name: use letters, digits and _, beginning with a letter",
            "s.toml:8:8: vip is already the name of a segment at s.toml:5:8: rename one",
            "s.toml:12:9: the rule of empty is empty: write one, such as country = 'US'",
            "p.toml:2:6: vip is already the name of a segment at s.toml:5:8: rename one",
            "p.toml:5:1: the name is empty",
        ]
    );
}

#[test]
fn spans_must_name_existing_cells_or_segments() {
    let segments = "[[segment]]\nname = \"lapsed\"\nwhere = \"a\"\n[[segmentation]]\nname = \"plan\"\ncolumn = \"c\"\n";
    let personas = "[[persona]]\nid = \"dana\"\nname = \"D\"\nspans = [\n'lapsd',\n'@lapsed',\n'plan',\n'plan.pro',\n'lapsed.x',\n'dana',\n'lapsed',\n'lapsed',\n'zzz']\n\
                    [[persona]]\nid = \"sam\"\nname = \"\"\n";
    assert_eq!(
        problems_of(segments, personas),
        [
            "p.toml:5:1: unknown segment \"lapsd\": did you mean \"lapsed\"?",
            "p.toml:6:1: spans are written without @: write \"lapsed\"",
            "p.toml:7:1: plan is a segmentation: name one of its cells, as plan.cell",
            "p.toml:9:1: lapsed is a segment and has no cells: write \"lapsed\"",
            "p.toml:10:1: dana is a persona: a persona spans segments and cells",
            "p.toml:12:1: dana spans lapsed twice",
            "p.toml:13:1: unknown segment \"zzz\"",
            "p.toml:14:1: sam spans nothing: name its segments, such as spans = [\"vip\", \"plan.pro\"]",
            "p.toml:16:8: sam has no name to show",
        ]
    );
}

#[test]
fn invalid_breaks_journeys_and_claims_are_reported() {
    let segments = "[[segmentation]]\nname = \"a\"\ncolumn = \"a\"\nbreaks = [35, 25]\n[[segmentation]]\nname = \"b\"\ncolumn = \"\"\nbreaks = []\n\
                    [[segmentation]]\nname = \"c\"\ncolumn = \"c\"\nbreaks = [1, inf]\n[[segment]]\nname = \"s\"\nwhere = \"x\"\n";
    let personas = "[[persona]]\nid = \"dana\"\nname = \"D\"\nspans = [\"s\"]\nwhere = \"\"\n[[persona.journey]]\nfeeling_score = 3\n[[persona.claim]]\ncheck = \"\"\n";
    assert_eq!(
        problems_of(segments, personas),
        [
            "s.toml:4:10: the break points of a do not ascend: each must be greater than the previous one",
            "s.toml:7:10: b names no column to cut",
            "s.toml:8:10: b has no break points: leave out breaks to cut by value, or name some",
            "s.toml:12:10: a break point of c is not a finite number",
            "p.toml:5:9: the rule of dana is empty: leave out where, or write a rule",
            "p.toml:6:1: a stage of dana's journey has no name",
            "p.toml:7:17: a feeling_score of 3 is off the scale: use -2 (bad) to 2 (good)",
            "p.toml:8:1: a claim of dana has no text",
            "p.toml:8:1: a claim of dana has no evidence: name the interview, survey or log behind it",
            "p.toml:9:9: the check of a claim of dana is empty: leave it out, or write a rule",
        ]
    );
}

#[test]
fn invalid_attributes_stages_and_notes_are_reported() {
    let segments = "[[segment]]\nname = \"s\"\nwhere = \"x\"\n";
    let personas = "[[persona]]\nid = \"dana\"\nname = \"D\"\nspans = [\"s\"]\nattributes = [\"x\", \" \"]\n\
                    [[persona.journey]]\nstage = \"Buy\"\nreached = \"\"\n[[persona.claim]]\ntext = \"Buys\"\n\
                    [[persona.claim.evidence]]\nkind = \"log\"\nsource = \"l\"\nnote = \"notes/l.md\"\n\
                    [[persona.claim.evidence]]\nkind = \"log\"\nsource = \"l\"\nnote = \"../l.md\"\n";
    assert_eq!(
        problems_of(segments, personas),
        [
            "p.toml:5:20: an attribute of dana is empty: remove it, or write a rule",
            "p.toml:8:11: reached of a stage of dana is empty: leave it out, or write a rule",
            "p.toml:14:8: a note of dana: notes/l.md does not exist",
            "p.toml:18:8: a note of dana: ../l.md lies outside of the study",
        ]
    );
}

#[test]
fn harmless_problem_is_warning() {
    let (folder, _) = shop();
    let personas = "[[persona]]\nid = \"dana\"\nspans = [\"active\", \"active\"]\n";
    fs::write(folder.path().join("sample/personas.toml"), personas).unwrap();
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    let severities: Vec<Severity> = study::problems(&study).iter().map(|problem| problem.severity).collect();
    assert_eq!(severities, [Severity::Warning; 2]);
}
