//! The tutor in a real terminal: all ten lessons by the keys that they name, and the place that is kept.

use std::path::Path;
use std::time::Duration;

use crate::pty::{Session, command};

fn start(state: &Path, lesson: &[&str], width: u16, height: u16) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.env("XDG_STATE_HOME", state);
    program.cwd(state);
    program.arg("tutor");
    program.args(lesson);
    Session::start(program, width, height)
}

/// Keys of a step, and text that shows once it is done. Words in single quotes are typed.
type Step = (&'static [&'static str], &'static str);

const STEPS: &[Step] = &[
    (&["/"], "step 2 of 3"),
    (&["'country = 'DE''"], "step 3 of 3"),
    (&["enter"], "Lesson 2 of 10"),
    (&["/", "' AND pl'"], "step 2 of 4"),
    (&["tab"], "step 3 of 4"),
    (&["'= basic'"], "step 4 of 4"),
    (&["ctrl-w", "''basic''", "enter"], "Lesson 3 of 10"),
    (&["x"], "step 2 of 4"),
    (&["j", "j", "j", "j"], "step 3 of 4"),
    (&["space"], "step 4 of 4"),
    (&["L"], "Lesson 4 of 10"),
    (&["s"], "step 2 of 2"),
    (&["'my first'", "enter"], "Lesson 5 of 10"),
    (&["w"], "step 2 of 3"),
    (&["enter"], "step 3 of 3"),
    (&["u", "q"], "Lesson 6 of 10"),
    (&["tab", "tab"], "step 2 of 4"),
    (&["enter"], "step 3 of 4"),
    (&["pagedown"], "step 4 of 4"),
    (&["q"], "Lesson 7 of 10"),
    (&["m"], "step 2 of 4"),
    (&["l", "j"], "step 3 of 4"),
    (&["v"], "step 4 of 4"),
    (&["q"], "Lesson 8 of 10"),
    (&["r"], "step 2 of 5"),
    (&["l", "l", "l", "l", "l", "]"], "step 3 of 5"),
    (&["enter"], "step 4 of 5"),
    (&["tab"], "step 5 of 5"),
    (&["q"], "Lesson 9 of 10"),
    (&["F"], "step 2 of 4"),
    (&["enter"], "step 3 of 4"),
    (&["S"], "step 4 of 4"),
    (&["b", "'channel'", "enter"], "Lesson 10 of 10"),
    (&["u"], "step 2 of 6"),
    (&["x"], "step 3 of 6"),
    (&["X"], "step 4 of 6"),
    (&["enter"], "step 5 of 6"),
    (&["?"], "step 6 of 6"),
    (&["q"], "The tutor is over"),
];

fn press(session: &mut Session, key: &str) {
    match key.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
        // Letter by letter: keys that come at once are a paste.
        Some(word) => word.chars().for_each(|c| {
            session.send(&c.to_string());
            session.wait_idle(Duration::from_millis(15));
        }),
        None => {
            session.key(key);
            session.wait_idle(Duration::from_millis(30));
        }
    }
}

#[test]
fn tutor_lessons_are_done_by_named_keys() {
    let state = tempfile::tempdir().expect("a folder");
    let mut session = start(state.path(), &[], 80, 24);
    session.wait_for("Lesson 1 of 10: Filter · step 1 of 3");
    session.wait_for("100.0 %");
    for (keys, done) in STEPS {
        session.wait_idle(Duration::from_millis(60));
        keys.iter().for_each(|key| press(&mut session, key));
        session.wait_for(done);
    }
    session.send("q");
    assert!(session.wait_exit().success());
    session.wait_restored();
    let study = state.path().join("crosscut/tutor/study");
    let segments = std::fs::read_to_string(study.join("sample/segments.toml")).expect("the copy");
    assert!(segments.contains("name = \"my_first\"") && segments.contains("# The segments of the sample shop"));
    let beside = std::fs::read_dir(state.path()).expect("a folder").count();
    assert_eq!(beside, 1, "nothing is written into the folder that it was started in");
}

#[test]
fn tutor_resumes_at_last_lesson() {
    let state = tempfile::tempdir().expect("a folder");
    let mut session = start(state.path(), &["2"], 80, 24);
    session.wait_for("Lesson 2 of 10: Completion and errors");
    session.wait_for("908 customers");
    for step in 2..=4 {
        session.key("ctrl-n");
        session.wait_for(&format!("step {step} of 4"));
    }
    session.key("ctrl-n");
    session.wait_for("Lesson 3 of 10: Segments");
    session.send("q");
    assert!(session.wait_exit().success());
    assert!(session.screen().contains("lesson 3 of 10 is next: crosscut tutor resumes"), "{}", session.screen());
    let mut session = start(state.path(), &[], 80, 24);
    session.wait_for("Lesson 3 of 10: Segments");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn concurrent_tutors_save_into_separate_copies() {
    let state = tempfile::tempdir().expect("a folder");
    let mut first = start(state.path(), &["4"], 80, 24);
    first.wait_for("Lesson 4 of 10");
    let mut second = start(state.path(), &["4"], 80, 24);
    second.wait_for("Lesson 4 of 10");
    for (session, name) in [(&mut first, "mine"), (&mut second, "theirs")] {
        // Names are on screen before the customers are read.
        session.wait_for("462 customers");
        session.key("s");
        session.wait_for("step 2 of 2");
        press(session, &format!("'{name}'"));
        session.key("enter");
        session.wait_for("Lesson 5 of 10");
    }
    for mut session in [first, second] {
        session.send("q");
        assert!(session.wait_exit().success());
    }
    let saved = |folder: &str| {
        let segments = state.path().join("crosscut").join(folder).join("study/sample/segments.toml");
        let text = std::fs::read_to_string(segments).expect("the copy");
        ["mine", "theirs"].map(|name| text.contains(&format!("name = \"{name}\"")))
    };
    assert_eq!((saved("tutor"), saved("tutor-2")), ([true, false], [false, true]));
}

#[test]
fn smallest_screen_shows_instruction_and_subject() {
    let state = tempfile::tempdir().expect("a folder");
    let mut session = start(state.path(), &[], 40, 10);
    session.wait_for("1.1 Press /: typing now goes to the");
    session.wait_for("young_urban         899");
    session.key("/");
    session.wait_for("✓ 1.2 Type country = 'DE' and watch the");
    session.wait_for("filter ›");
    session.key("esc");
    session.key("esc");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn tutor_opens_from_another_study_and_comes_back() {
    let folder = crate::shop::folder();
    let state = tempfile::tempdir().expect("a folder");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.env("XDG_STATE_HOME", state.path());
    program.cwd(folder.path());
    let mut session = Session::start(program, 80, 24);
    session.wait_for("6 customers");
    session.send(":");
    session.wait_for("Commands");
    "tutor".chars().for_each(|c| press(&mut session, &c.to_string()));
    session.wait_for("ten lessons");
    session.key("enter");
    session.wait_for("Lesson 1 of 10");
    session.wait_for("5,000 customers");
    session.send("q");
    session.wait_for("6 customers");
    session.send("q");
    assert!(session.wait_exit().success());
    session.wait_restored();
}
