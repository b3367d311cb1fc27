//! Several processes at one study: two that save in the same milliseconds, and one that is killed while it saves.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use crosscut::model::Segment;
use crosscut::study::{self, Change, Overwrite, SaveError, save};

use crate::study::folder;

/// Rounds of each test; a change lost in one of ten would show.
const ROUNDS: usize = 60;
const FOLDER: &str = "CROSSCUT_TEST_STUDY";
const NAME: &str = "CROSSCUT_TEST_NAME";
const READY: &str = "CROSSCUT_TEST_READY";

fn segment(name: &str) -> Segment {
    Segment { name: name.into(), kind: None, rule: "spend > 1".into(), note: None }
}

/// A study whose only persona spans its first segment, in files of two folders.
fn study_folder() -> tempfile::TempDir {
    folder(&[
        ("config.toml", "[study]\nsegments = \"sets/s.toml\"\npersonas = \"p.toml\"\n"),
        ("sets/s.toml", "[[segment]]\nname = \"one\"\nwhere = \"spend > 1\"\n"),
        ("p.toml", "[[persona]]\nid = \"dana\"\nname = \"Dana\"\nspans = [\"one\"]\n"),
    ])
}

/// Starts one of the ignored tests of this file in a process of its own.
fn start(test: &str, folder: &Path, variables: &[(&str, &OsStr)]) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.args(["--exact", &format!("study_at_once::{test}"), "--ignored", "--test-threads=1"]);
    command.env(FOLDER, folder).envs(variables.iter().copied());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
#[ignore = "run by concurrent_saves_lose_no_change"]
fn save_many() {
    let (Some(folder), Ok(name)) = (std::env::var_os(FOLDER), std::env::var(NAME)) else { return };
    let config = Path::new(&folder).join("config.toml");
    let mut study = study::load(&config, None).unwrap();
    for n in 0..ROUNDS {
        let change = Change::AddSegment(segment(&format!("{name}_{n}")));
        let mut overwrite = Overwrite::Refuse;
        // Answers yes to "save and keep their change", as a person would.
        while let Err(error) = save(&mut study, change.clone(), overwrite) {
            assert!(matches!(error, SaveError::ChangedOnDisk { .. }), "{error}");
            overwrite = Overwrite::Merge;
        }
    }
}

#[test]
fn concurrent_saves_lose_no_change() {
    let folder = study_folder();
    let children: Vec<Child> =
        ["a", "b"].map(|name| start("save_many", folder.path(), &[(NAME, name.as_ref())])).into();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
    }
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    for name in ["a", "b"] {
        for n in 0..ROUNDS {
            let name = format!("{name}_{n}");
            assert!(study.definitions.segments.iter().any(|segment| segment.name == name), "{name} is lost");
        }
    }
    assert_eq!(study.definitions.segments.len(), 2 * ROUNDS + 1);
    assert_eq!(files(folder.path()), ["config.toml", "p.toml", "sets"]);
    assert_eq!(files(&folder.path().join("sets")), ["s.toml"]);
}

#[test]
#[ignore = "run by killed_rename_is_finished_or_undone"]
fn rename_for_ever() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut study = study::load(&Path::new(&folder).join("config.toml"), None).unwrap();
    fs::write(std::env::var_os(READY).unwrap(), "").unwrap();
    loop {
        let name = study.definitions.segments[0].name.clone();
        let other = if name == "one" { "two" } else { "one" };
        save(&mut study, Change::EditSegment { name, segment: segment(other) }, Overwrite::Refuse).unwrap();
    }
}

/// Makes temporary files two minutes older: younger ones may be in use.
fn age_temporary_files(folder: &Path) {
    for folder in [folder.to_owned(), folder.join("sets")] {
        for name in files(&folder).iter().filter(|name| name.ends_with(".tmp")) {
            let file = fs::File::options().write(true).open(folder.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(120)).unwrap();
        }
    }
}

#[test]
fn killed_rename_is_finished_or_undone() {
    let folder = study_folder();
    let mut names = std::collections::BTreeSet::new();
    let ready = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let ready = ready.path().join(round.to_string());
        let mut child = start("rename_for_ever", folder.path(), &[(READY, ready.as_os_str())]);
        while !ready.exists() {
            thread::sleep(Duration::from_millis(1));
        }
        // Most are killed in the middle of a save.
        thread::sleep(Duration::from_micros(round as u64 * 700 % 23_000));
        child.kill().unwrap();
        child.wait().unwrap();
        age_temporary_files(folder.path());
        let study = study::load(&folder.path().join("config.toml"), None).unwrap();
        let [segment] = study.definitions.segments.as_slice() else { panic!("one segment") };
        assert_eq!(study.definitions.personas[0].spans, [segment.name.as_str()], "round {round}");
        names.insert(segment.name.clone());
        assert_eq!(files(folder.path()), ["config.toml", "p.toml", "sets"], "round {round}");
        assert_eq!(files(&folder.path().join("sets")), ["s.toml"], "round {round}");
    }
    assert_eq!(names.len(), 2, "nothing was ever renamed");
}

#[test]
fn saving_into_pipe_is_refused_at_once() {
    let folder = study_folder();
    let config = folder.path().join("config.toml");
    let mut study = study::load(&config, None).unwrap();
    let personas = folder.path().join("p.toml");
    fs::remove_file(&personas).unwrap();
    let made = Command::new("mkfifo").arg(&personas).status().expect("mkfifo");
    assert!(made.success());
    let began = std::time::Instant::now();
    let change = Change::DeletePersona { id: "dana".into() };
    for overwrite in [Overwrite::Refuse, Overwrite::Merge] {
        let error = save(&mut study, change.clone(), overwrite).unwrap_err().to_string();
        assert!(error.contains("is not a plain file"), "{error}");
    }
    let error = study::atomic::write(&personas, b"x", None).unwrap_err().to_string();
    assert!(error.contains("is not a plain file"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
