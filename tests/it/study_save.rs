//! Changes of a study: text that does not change stays, and files are written whole or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crosscut::model::{Segment, SegmentKind};
use crosscut::study::{self, Change, Overwrite, SaveError, Study, save};

use crate::study::{folder, shop};

const COMMENTED: &str = r#"# Our segments.   Keep them short!

# Who is here
[[segment]] # the first
  name  = "active"   # short
  kind  = "behavior"   # as they say
  where = 'last_order > "first order"'	# tab before
  note  = """two
# not a comment
lines"""

# --- lost ones ---

# gone for good
# (since 2024)
[[segment]]
  name  = "lapsed"
  where = "NOT @active AND note <> '@active'"  # see above
# kind = "behaviour"


[[segmentation]]   # cuts
name = "plan"
column="plan"
"#;

fn segment(name: &str, rule: &str) -> Segment {
    Segment { name: name.into(), kind: None, rule: rule.into(), note: None }
}

/// A study of this segments file, and its text after a change.
fn after(text: &str, change: Change) -> String {
    let folder = folder(&[("config.toml", "[study]\nsegments = \"s.toml\"\n"), ("s.toml", text)]);
    let config = folder.path().join("config.toml");
    let mut study = study::load(&config, None).unwrap();
    save(&mut study, change, Overwrite::Refuse).unwrap();
    assert_eq!(study, study::load(&config, None).unwrap(), "the study in memory is the one on disk");
    fs::read_to_string(folder.path().join("s.toml")).unwrap()
}

fn edited(segment: Segment) -> Change {
    Change::EditSegment { name: segment.name.clone(), segment }
}

#[test]
fn added_segment_follows_last_segment_in_its_style() {
    let new = Segment {
        kind: Some(SegmentKind::Preference),
        note: Some("it's \"new\"".into()),
        ..segment("fresh", "\"last order\" > 3 AND country = 'DE' AND n > 1")
    };
    let added = "
[[segment]]
  name  = \"fresh\"
  kind  = \"preference\"
  where = '''\"last order\" > 3 AND country = 'DE' AND n > 1'''
  note  = '''it's \"new\"'''
";
    let at = COMMENTED.find("\n\n[[segmentation]]").unwrap();
    let expected = format!("{}{added}{}", &COMMENTED[..at], &COMMENTED[at..]);
    assert_eq!(after(COMMENTED, Change::AddSegment(new)), expected);
}

#[test]
fn first_segment_is_appended_to_file() {
    let block = "[[segment]]\nname = \"a\"\nwhere = \"x > 1\"\n";
    let add = || Change::AddSegment(segment("a", "x > 1"));
    assert_eq!(after("", add()), block);
    assert_eq!(after("# only a comment", add()), format!("# only a comment\n\n{block}"));
    assert_eq!(after("# c\n\n", add()), format!("# c\n\n{block}"));
    let cut = "[[segmentation]]\nname = \"plan\"\ncolumn = \"plan\"\n";
    assert_eq!(after(cut, add()), format!("{cut}\n{block}"));
}

#[test]
fn edit_changes_only_changed_values() {
    let lapsed =
        Segment { kind: Some(SegmentKind::Behaviour), note: Some("gone".into()), ..segment("lapsed", "NOT @active") };
    let expected = COMMENTED.replace(
        "  name  = \"lapsed\"\n  where = \"NOT @active AND note <> '@active'\"  # see above\n",
        "  name  = \"lapsed\"\n  kind  = \"behaviour\"\n  where = \"NOT @active\"  # see above\n  note  = \"gone\"\n",
    );
    assert_eq!(after(COMMENTED, edited(lapsed)), expected);
    let active = segment("active", "last_order > \"first order\"");
    let expected = COMMENTED
        .replace("  kind  = \"behavior\"   # as they say\n", "")
        .replace("  note  = \"\"\"two\n# not a comment\nlines\"\"\"\n", "");
    assert_eq!(after(COMMENTED, edited(active)), expected);
}

#[test]
fn edit_without_change_writes_no_file() {
    let (folder, mut study) = shop();
    let file = folder.path().join("sample/segments.toml");
    let old = fs::File::open(&file).unwrap();
    let same = study.definitions.segments[0].clone();
    save(&mut study, edited(same), Overwrite::Refuse).unwrap();
    use std::os::unix::fs::MetadataExt;
    assert_eq!(old.metadata().unwrap().ino(), fs::metadata(&file).unwrap().ino());
}

#[test]
fn last_line_without_line_end_gets_line_end_before_addition() {
    let text = "[[segment]]\nname = \"a\"\nwhere = \"x\"";
    let noted = Segment { note: Some("n".into()), ..segment("a", "x") };
    assert_eq!(after(text, edited(noted)), format!("{text}\nnote = \"n\"\n"));
    let block = "[[segment]]\nname = \"b\"\nwhere = \"y\"\n";
    assert_eq!(after(text, Change::AddSegment(segment("b", "y"))), format!("{text}\n\n{block}"));
}

#[test]
fn deleted_segment_takes_its_comments() {
    let delete = |name: &str| Change::DeleteSegment { name: name.into() };
    let (from, to) = (COMMENTED.find("# gone for good").unwrap(), COMMENTED.find("[[segmentation]]").unwrap());
    let expected = format!("{}{}", &COMMENTED[..from], &COMMENTED[to..]);
    assert_eq!(after(COMMENTED, delete("lapsed")), expected);
    let (from, to) = (COMMENTED.find("# Who is here").unwrap(), COMMENTED.find("# --- lost").unwrap());
    let expected = format!("{}{}", &COMMENTED[..from], &COMMENTED[to..]);
    assert_eq!(after(COMMENTED, delete("active")), expected);
    let two = "[[segment]]\nname = \"a\"\nwhere = '''\nx\n# y'''\n[[segment]]\nname = \"b\"\nwhere = \"y\"\n\n\n";
    assert_eq!(after(two, delete("b")), "[[segment]]\nname = \"a\"\nwhere = '''\nx\n# y'''\n");
    assert_eq!(after("[[segment]]\nname = \"a\"\nwhere = \"x\"\n", delete("a")), "");
}

#[test]
fn renamed_segment_is_renamed_in_all_files() {
    let (folder, mut study) = shop();
    let renamed = Segment { name: "alive".into(), ..study.definitions.segments[0].clone() };
    save(&mut study, Change::EditSegment { name: "active".into(), segment: renamed }, Overwrite::Refuse).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let (segments, personas) = (read("sample/segments.toml"), read("sample/personas.toml"));
    assert_eq!(segments, crate::study::SEGMENTS.replace("active", "alive"));
    assert_eq!(personas, crate::study::PERSONAS.replace("active", "alive"));
    assert_eq!(study, study::load(&folder.path().join("config.toml"), None).unwrap());
    assert_eq!(study::problems(&study), []);
}

#[test]
fn rename_keeps_quotes_and_leaves_texts_unchanged() {
    let active = Segment {
        kind: Some(SegmentKind::Behaviour),
        note: Some("two\n# not a comment\nlines".into()),
        ..segment("alive", "last_order > \"first order\"")
    };
    let expected = COMMENTED.replace("name  = \"active\"", "name  = \"alive\"").replace("NOT @active", "NOT @alive");
    assert_eq!(after(COMMENTED, Change::EditSegment { name: "active".into(), segment: active }), expected);
}

#[test]
fn windows_line_ends_and_byte_order_mark_are_kept() {
    let windows = format!("\u{feff}{}", COMMENTED.replace('\n', "\r\n"));
    let new = Segment { note: Some("a \"b\"\n'c'\nd".into()), ..segment("fresh", "x > 1") };
    let text = after(&windows, Change::AddSegment(new));
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches("\r\n").count(), COMMENTED.matches('\n').count() + 8);
}

#[test]
fn mixed_line_ends_are_kept() {
    let mixed =
        "# c\r\n[[segment]]\nname = \"a\"\r\nwhere = \"x\"  # why\r\n\n[[segment]]\r\nname = \"b\"\nwhere = \"@a\"\r\n";
    let noted = Segment { note: Some("n".into()), ..segment("a", "y") };
    let expected = mixed.replace("where = \"x\"  # why\r\n", "where = \"y\"  # why\nnote = \"n\"\n");
    assert_eq!(after(mixed, edited(noted)), expected);
    let renamed = Change::EditSegment { name: "a".into(), segment: segment("z", "x") };
    let expected = mixed.replace("name = \"a\"\r\n", "name = \"z\"\n").replace("\"@a\"\r\n", "\"@z\"\n");
    assert_eq!(after(mixed, renamed), expected);
    assert_eq!(
        after(mixed, Change::DeleteSegment { name: "b".into() }),
        mixed[..mixed.find("\n[[segment]]\r").unwrap()]
    );
}

#[test]
fn comment_above_removed_key_is_kept() {
    let text = "[[segment]]\nname = \"a\"\n# its kind\nkind = \"behaviour\"  # goes\n# its rule\nwhere = \"x\"\n# its note\nnote = \"n\"\n";
    let expected = text.replace("kind = \"behaviour\"  # goes\n", "").replace("note = \"n\"\n", "");
    assert_eq!(after(text, edited(segment("a", "x"))), expected);
}

#[test]
fn rename_reaches_definitions_in_one_line() {
    let config = "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\n";
    let personas = "# all\npersona = [{ id = 'p', name = \"P\", spans = [\"a\", 'b'], claim = [{ text = \"@a\", check = '@a' }] }]";
    let segments = "[[segment]]\nname = \"a\"\nwhere = \"x\"\n[[segment]]\nname = \"b\"\nwhere = \"x > 'a'\"\n";
    let folder = folder(&[("config.toml", config), ("s.toml", segments), ("p.toml", personas)]);
    let mut study = study::load(&folder.path().join("config.toml"), None).unwrap();
    save(&mut study, Change::EditSegment { name: "a".into(), segment: segment("z", "x") }, Overwrite::Refuse).unwrap();
    let written = fs::read_to_string(folder.path().join("p.toml")).unwrap();
    assert_eq!(written, personas.replace("[\"a\"", "[\"z\"").replace("check = '@a'", "check = '@z'"));
}

#[test]
fn arbitrary_texts_are_saved_as_rule_or_note() {
    let texts = [
        "'",
        "\"",
        "'\"",
        "\"'",
        "\\",
        "'''",
        "'''\"\"\"",
        "a\nb",
        "\na",
        "a\n",
        "\t'\"\t",
        "\u{1b}[31m'",
        "é 漢 🙂",
        "a\r\nb",
        "''\"",
        "\"\"'",
        "\\'",
        "#",
    ];
    for text in texts {
        let new = Segment { note: Some(text.into()), ..segment("a", text) };
        after("", Change::AddSegment(new.clone()));
        after("[[segment]]\nname = \"a\"\nwhere = '''x'''\n", edited(new));
    }
}

#[test]
fn save_refuses_file_changed_on_disk() {
    let (folder, mut study) = shop();
    let before = study.clone();
    let file = folder.path().join("sample/segments.toml");
    let theirs = format!("# hello\n{}\n[[segment]]\nname = \"theirs\"\nwhere = \"x\"\n", crate::study::SEGMENTS);
    fs::write(&file, &theirs).unwrap();
    let add = || Change::AddSegment(segment("ours", "y"));
    let error = save(&mut study, add(), Overwrite::Refuse).unwrap_err();
    assert!(matches!(error, SaveError::ChangedOnDisk { file: ref changed } if *changed == file), "{error}");
    assert_eq!(study, before);
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs);

    let taken = save(&mut study, Change::AddSegment(segment("theirs", "y")), Overwrite::Merge).unwrap_err();
    assert_eq!(taken.to_string(), "theirs is already the name of a segment: choose another");
    save(&mut study, add(), Overwrite::Merge).unwrap();
    let names: Vec<&str> = study.definitions.segments.iter().map(|segment| segment.name.as_str()).collect();
    assert_eq!(names, ["active", "lapsed", "theirs", "ours"]);
    assert!(fs::read_to_string(&file).unwrap().starts_with("# hello\n"));
    save(&mut study, Change::DeleteSegment { name: "ours".into() }, Overwrite::Refuse).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
}

#[test]
fn rename_is_refused_when_personas_changed_on_disk() {
    let (folder, mut study) = shop();
    fs::write(folder.path().join("sample/personas.toml"), "").unwrap();
    let renamed = Segment { name: "alive".into(), ..study.definitions.segments[0].clone() };
    let rename = Change::EditSegment { name: "active".into(), segment: renamed };
    assert!(matches!(save(&mut study, rename, Overwrite::Refuse), Err(SaveError::ChangedOnDisk { .. })));
    let segments = fs::read_to_string(folder.path().join("sample/segments.toml")).unwrap();
    assert_eq!(segments, crate::study::SEGMENTS);
    // An error that a new segment does not depend on does not prevent saving it.
    save(&mut study, Change::AddSegment(segment("new", "x")), Overwrite::Refuse).unwrap();
}

/// The personas refer to nothing when the study is read, so the rename alone would not write their file.
#[test]
fn rename_is_refused_when_first_reference_was_added_on_disk() {
    let persona = "[[persona]]\nid = \"pat\"\nname = \"Pat\"\nwhere = \"spend > 1\"\n";
    let folder = folder(&[
        ("config.toml", "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\n"),
        ("s.toml", "[[segment]]\nname = \"active\"\nwhere = \"spend > 2\"\n"),
        ("p.toml", persona),
    ]);
    let mut study = study::load(&folder.path().join("config.toml"), None).unwrap();
    fs::write(folder.path().join("p.toml"), persona.replace("spend > 1", "@active")).unwrap();
    let rename = Change::EditSegment { name: "active".into(), segment: segment("awake", "spend > 2") };
    assert!(matches!(save(&mut study, rename, Overwrite::Refuse), Err(SaveError::ChangedOnDisk { .. })));
}

#[test]
fn merge_into_broken_or_missing_file_is_error() {
    let (folder, mut study) = shop();
    fs::write(folder.path().join("sample/segments.toml"), "[[segment]\n").unwrap();
    let error = save(&mut study, Change::AddSegment(segment("new", "x")), Overwrite::Merge).unwrap_err();
    assert!(error.to_string().ends_with("segments.toml:1:11: unclosed array table, expected `]`"), "{error}");
    fs::remove_file(folder.path().join("sample/segments.toml")).unwrap();
    let refused = save(&mut study, Change::AddSegment(segment("new", "x")), Overwrite::Refuse);
    assert!(matches!(refused, Err(SaveError::ChangedOnDisk { .. })));
    let error = save(&mut study, Change::AddSegment(segment("new", "x")), Overwrite::Merge).unwrap_err();
    assert!(error.to_string().ends_with("segments.toml: does not exist"), "{error}");
}

#[test]
fn impossible_segment_changes_are_refused() {
    let (_folder, mut study) = shop();
    let mut error = |change| save(&mut study, change, Overwrite::Refuse).unwrap_err().to_string();
    assert_eq!(
        error(Change::AddSegment(segment("age", "x"))),
        "age is already the name of a segmentation: choose another"
    );
    assert_eq!(
        error(Change::AddSegment(segment("dana", "x"))),
        "dana is already the name of a persona: choose another"
    );
    assert_eq!(
        error(Change::AddSegment(segment("a b", "x"))),
        "\"a b\" is not a valid name: use letters, digits and _, beginning with a letter"
    );
    assert_eq!(
        error(Change::AddSegment(segment("ok", "\n"))),
        "the rule is empty: a segment needs one, such as country = 'US'"
    );
    assert_eq!(error(edited(segment("gone", "x"))), "there is no segment gone any more");
    assert_eq!(error(Change::DeleteSegment { name: "gone".into() }), "there is no segment gone any more");
    let rename = Change::EditSegment { name: "active".into(), segment: segment("lapsed", "x") };
    assert_eq!(error(rename), "lapsed is already the name of a segment: choose another");
    let mut bare = Study::without_file("x.csv", None).unwrap();
    let error = save(&mut bare, Change::AddSegment(segment("a", "x")), Overwrite::Refuse).unwrap_err();
    assert_eq!(error.to_string(), "there is no study to save in: `crosscut init DATA` creates one");
}

#[test]
fn inline_segments_are_left_to_their_author() {
    let text = "# c\nsegment = [{ name = \"a\", where = \"x\" }]\n";
    let folder = folder(&[("config.toml", "[study]\nsegments = \"s.toml\"\n"), ("s.toml", text)]);
    let mut study = study::load(&folder.path().join("config.toml"), None).unwrap();
    let error = save(&mut study, Change::AddSegment(segment("b", "y")), Overwrite::Refuse).unwrap_err();
    assert!(error.to_string().ends_with("s.toml:2: is not written as [[segment]] blocks: edit it by hand"), "{error}");
}

#[test]
fn first_saved_segment_creates_and_names_file() {
    let forms = [
        (
            "# mine\n[data]\npath = \"a.csv\" # here\n",
            "# mine\n[data]\npath = \"a.csv\" # here\n\n[study]\nsegments = \"segments.toml\"\n",
        ),
        (
            "[study] # about\nvalue = \"x\"\n[look]\n",
            "[study] # about\nsegments = \"segments.toml\"\nvalue = \"x\"\n[look]\n",
        ),
        ("[study]", "[study]\nsegments = \"segments.toml\"\n"),
        ("study = { value = \"x\" }\n", "study = { segments = \"segments.toml\", value = \"x\" }\n"),
        ("study = {}\n", "study = { segments = \"segments.toml\" }\n"),
        ("# c\nstudy.value = \"x\"\n", "# c\nstudy.segments = \"segments.toml\"\nstudy.value = \"x\"\n"),
        ("", "[study]\nsegments = \"segments.toml\"\n"),
    ];
    for (before, expected) in forms {
        let folder = folder(&[("config.toml", before)]);
        let config = folder.path().join("config.toml");
        let mut study = study::load(&config, None).unwrap();
        save(&mut study, Change::AddSegment(segment("a", "x")), Overwrite::Refuse).unwrap();
        assert_eq!(fs::read_to_string(&config).unwrap(), expected);
        assert_eq!(study, study::load(&config, None).unwrap());
        assert_eq!(study.definitions.segments.len(), 1);
    }
}

#[test]
fn existing_unnamed_segments_file_is_not_overwritten() {
    let folder = folder(&[("config.toml", "[data]\n"), ("segments.toml", "# precious\n")]);
    let mut study = study::load(&folder.path().join("config.toml"), None).unwrap();
    for overwrite in [Overwrite::Refuse, Overwrite::Merge] {
        let error = save(&mut study, Change::AddSegment(segment("a", "x")), overwrite).unwrap_err();
        assert!(matches!(error, SaveError::InTheWay { .. }), "{error}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("segments.toml")).unwrap(), "# precious\n");
}

#[test]
fn save_keeps_symbolic_link_and_mode() {
    let (folder, _) = shop();
    let (real, link) = (folder.path().join("real.toml"), folder.path().join("sample/segments.toml"));
    fs::rename(&link, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o604)).unwrap();
    std::os::unix::fs::symlink("../real.toml", &link).unwrap();
    let mut study = study::load(&folder.path().join("config.toml"), None).unwrap();
    save(&mut study, Change::AddSegment(segment("a", "x")), Overwrite::Refuse).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o604);
    assert!(fs::read_to_string(&real).unwrap().contains("name = \"a\""));
}

/// All files in the folder, by name and content.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut all: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect();
    all.sort();
    all
}

#[test]
fn read_only_folder_is_reported_and_unchanged() {
    let (folder, mut study) = shop();
    let sample = folder.path().join("sample");
    fs::set_permissions(&sample, fs::Permissions::from_mode(0o555)).unwrap();
    let root = fs::write(sample.join("probe"), "").is_ok();
    let error = if root {
        // Root may write everywhere except where the kernel refuses.
        let target = Path::new("/proc/self/crosscut.toml");
        study::atomic::write(target, b"x", None).map_err(|error| format!("{error:?}")).unwrap_err()
    } else {
        save(&mut study, Change::AddSegment(segment("a", "x")), Overwrite::Refuse).unwrap_err().to_string()
    };
    fs::set_permissions(&sample, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(if root { error.contains("Io") } else { error.ends_with("no permission on it or its folder") }, "{error}");
    assert_eq!(fs::read_to_string(sample.join("segments.toml")).unwrap(), crate::study::SEGMENTS);
}

/// The inner half of the next test: runs in a process that may not write a single byte to a file.
#[test]
#[ignore = "run by full_disk_leaves_old_file_whole"]
fn save_on_full_disk() {
    let Some(folder) = std::env::var_os("CROSSCUT_TEST_FULL_DISK") else { return };
    let folder = Path::new(&folder);
    let mut study = study::load(&folder.join("config.toml"), None).unwrap();
    let before = (study.clone(), content(&folder.join("sample")));
    let renamed = Segment { name: "alive".into(), ..study.definitions.segments[0].clone() };
    for change in
        [Change::AddSegment(segment("a", "x")), Change::EditSegment { name: "active".into(), segment: renamed }]
    {
        let error = save(&mut study, change, Overwrite::Refuse).unwrap_err();
        assert!(matches!(error, SaveError::Io { .. }), "{error}");
        assert_eq!((study.clone(), content(&folder.join("sample"))), before);
    }
    std::process::exit(42);
}

#[test]
fn full_disk_leaves_old_file_whole() {
    let (folder, _study) = shop();
    let me = std::env::current_exe().unwrap();
    // A file size limit of zero makes every write fail, as a full disk does.
    let done = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --exact study_save::save_on_full_disk --ignored"])
        .arg(me)
        .env("CROSSCUT_TEST_FULL_DISK", folder.path())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(42), "{}", String::from_utf8_lossy(&done.stdout));
}
