//! Checks that unsaved text survives the end of the program, whatever ended it.

use std::path::Path;
use std::time::Duration;

use crate::pty::{Session, command};
use crate::shop;

fn start(folder: &Path, state: &Path, arguments: &[&str]) -> Session {
    let session = begin(folder, state, arguments);
    session.wait_for("6 customers");
    session.wait_for("Professional Pat");
    session
}

/// Starts the program and waits for nothing: a form that is restored covers the panes.
fn begin(folder: &Path, state: &Path, arguments: &[&str]) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder);
    program.env("XDG_STATE_HOME", state);
    program.args(arguments);
    Session::start(program, 120, 36)
}

/// Waits until the session's file holds the text.
fn wait_kept(state: &Path, text: &str) {
    let deadline = std::time::Instant::now() + crate::pty::PATIENCE;
    loop {
        let entries = std::fs::read_dir(state.join("crosscut")).into_iter().flatten().flatten();
        let mut texts = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
        if texts.any(|kept| kept.contains(text)) {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{text:?} was not kept");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Counts the files of sessions.
fn files(state: &Path) -> usize {
    let entries = std::fs::read_dir(state.join("crosscut")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "json")).count()
}

#[test]
fn filter_and_form_survive_kill_9_and_are_restored_once() {
    let (folder, state) = (shop::folder(), tempfile::tempdir().expect("a temporary folder"));
    let mut session = start(folder.path(), state.path(), &[]);
    session.send("/plan = 'pro'");
    session.wait_for("3 customers");
    session.key("enter");
    session.send("s");
    session.wait_for("note");
    session.send("half_typed");
    wait_kept(state.path(), "half_typed");
    session.signal(libc::SIGKILL);
    session.wait_exit();

    let mut fresh = start(folder.path(), state.path(), &["--fresh"]);
    assert!(!fresh.screen().contains("half_typed"));
    fresh.send("q");
    assert!(fresh.wait_exit().success());

    let mut session = start(folder.path(), state.path(), &[]);
    session.wait_for("restored the filter and the segment half_typed");
    session.wait_for("half_typed");
    session.wait_for("3 customers");
    session.key("enter");
    session.wait_for("saved @half_typed");
    session.send("x");
    session.wait_gone("filter \u{203a} plan");
    session.send("q");
    assert!(session.wait_exit().success());
    assert_eq!(files(state.path()), 0, "a session that was ended leaves nothing");
    let saved = std::fs::read_to_string(folder.path().join("segments.toml")).expect("a file");
    assert!(saved.contains("half_typed"), "{saved}");
}

#[test]
fn view_columns_and_filters_are_remembered_unless_fresh() {
    let (folder, state) = (shop::folder(), tempfile::tempdir().expect("a temporary folder"));
    let mut session = start(folder.path(), state.path(), &[]);
    session.send("/plan = 'pro'");
    session.wait_for("3 customers");
    session.key("enter");
    session.send("rl-");
    session.wait_for("1 hidden");
    session.send("qq");
    assert!(session.wait_exit().success());
    assert_eq!(files(state.path()), 0, "nothing was left unsaved");

    let mut session = begin(folder.path(), state.path(), &[]);
    session.wait_for("rows 1\u{2013}6 of 6");
    assert!(session.screen().contains("1 hidden"), "{}", session.screen());
    session.send("/\u{12}");
    session.wait_for("Filters applied before");
    session.wait_for("plan = 'pro'");
    session.wait_for("3 customers \u{b7} ");
    session.key("enter");
    session.wait_for("rows 1\u{2013}3 of 3");
    session.key("enter");
    session.send("qq");
    assert!(session.wait_exit().success());

    let mut fresh = start(folder.path(), state.path(), &["--fresh"]);
    fresh.send("r");
    fresh.wait_for("rows 1\u{2013}6 of 6");
    assert!(!fresh.screen().contains("hidden"), "{}", fresh.screen());
    fresh.send("qq");
    assert!(fresh.wait_exit().success());
}

#[test]
fn unsaved_persona_survives_lost_line() {
    let (folder, state) = (shop::folder(), tempfile::tempdir().expect("a temporary folder"));
    let mut session = start(folder.path(), state.path(), &[]);
    session.key("shift-tab");
    session.wait_for("Personas  1/");
    session.send("n");
    session.wait_for("attributes");
    session.send("Night Nora");
    wait_kept(state.path(), "Night Nora");
    session.hang_up();
    session.wait_exit();
    let mut session = begin(folder.path(), state.path(), &[]);
    session.wait_for("New persona: Night Nora");
    session.key("ctrl-s");
    session.wait_for("saved @nora");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn unfinished_filter_is_restored_unchanged() {
    let (folder, state) = (shop::folder(), tempfile::tempdir().expect("a temporary folder"));
    let mut session = start(folder.path(), state.path(), &[]);
    session.send("/plan = 'pro' AND spe");
    wait_kept(state.path(), "AND spe");
    session.signal(libc::SIGTERM);
    session.wait_exit();
    let mut session = start(folder.path(), state.path(), &[]);
    session.wait_for("plan = 'pro' AND spe");
    session.send("/");
    session.send("nd > 150");
    session.wait_for("2 customers");
    session.key("enter");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn pipe_keeps_no_session_and_named_filter_takes_precedence() {
    let (folder, state) = (shop::folder(), tempfile::tempdir().expect("a temporary folder"));
    let mut session = start(folder.path(), state.path(), &[]);
    session.send("/plan = 'pro'");
    session.key("enter");
    wait_kept(state.path(), "pro");
    session.signal(libc::SIGKILL);
    session.wait_exit();
    let mut session = start(folder.path(), state.path(), &["--filter", "spend > 150"]);
    session.wait_for("2 customers");
    session.send("q");
    assert!(session.wait_exit().success());
    assert_eq!(files(state.path()), 1, "it is left for the next session");
}
