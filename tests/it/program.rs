//! The real program in a real terminal.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::pty::{Session, command};
use crate::shop;

fn start(folder: &Path, width: u16, height: u16) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder);
    let session = Session::start(program, width, height);
    session.wait_for("6 customers");
    session
}

#[test]
fn session_types_rule_counts_saves_segment_and_quits() {
    let folder = shop::folder();
    let mut session = start(folder.path(), 120, 36);
    session.send("/");
    session.send("plan = 'pro' AND spend > 150");
    session.wait_for("2 customers");
    session.key("enter");
    session.send("s");
    session.wait_for("name");
    session.send("big_pros");
    session.key("enter");
    session.wait_for("saved @big_pros");
    session.wait_for("big_pros ");
    session.send("q");
    assert!(session.wait_exit().success());
    session.wait_restored();
    let segments = std::fs::read_to_string(folder.path().join("segments.toml")).expect("a file");
    assert!(segments.contains("name = \"big_pros\"") && segments.contains("# the paying kind"), "{segments}");
}

#[test]
fn keys_typed_while_base_loads_are_kept() {
    let folder = shop::folder();
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder.path());
    let mut session = Session::start(program, 120, 36);
    session.wait_for("filter");
    session.send("/plan = 'pro'");
    session.wait_for("3 customers");
    session.key("enter");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn unbracketed_paste_saves_nothing_and_may_become_filter() {
    let folder = shop::folder();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a file");
    let before = (read("personas.toml"), read("segments.toml"));
    let mut session = start(folder.path(), 120, 36);
    session.wait_for("Professional Pat");
    session.key("shift-tab");
    session.send("Dana's plan\rdy\rJKn\r");
    session.wait_for("pasted 19 characters: enter adds it to the filter · esc discards");
    session.key("esc");
    session.wait_gone("pasted");
    session.send("plan = 'pro' -- why\rAND spend > 150\r");
    session.wait_for("pasted");
    session.key("enter");
    session.wait_for("plan = 'pro' -- why⏎AND spend > 150");
    session.wait_for("2 customers");
    session.key("enter");
    session.send("q");
    assert!(session.wait_exit().success());
    assert_eq!((read("personas.toml"), read("segments.toml")), before);
}

#[test]
fn filter_of_20000_ids_is_pasted_edited_and_left() {
    let folder = shop::folder();
    let ids: String = (0..20_000).map(|n| format!("{}, ", 1_000_000 + n)).collect();
    let mut session = start(folder.path(), 120, 36);
    session.paste(&format!("id IN ({ids}1, 3)"));
    session.wait_for("2 customers");
    session.send(" AN");
    session.send("D a");
    session.send("ge ");
    session.send("> 35");
    session.wait_for("1 customer");
    session.key("enter");
    session.key("ctrl-y");
    session.wait_for("not copied: 180");
    let began = Instant::now();
    session.signal(libc::SIGTERM);
    assert_eq!(session.wait_exit().exit_code(), 143);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[test]
fn signals_and_lost_line_end_program_within_one_second() {
    for (signal, code) in [(libc::SIGTERM, 143), (libc::SIGHUP, 129), (libc::SIGINT, 130)] {
        let folder = shop::folder();
        let mut session = start(folder.path(), 80, 24);
        let began = Instant::now();
        session.signal(signal);
        assert_eq!(session.wait_exit().exit_code(), code);
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        session.wait_restored();
    }
    let folder = shop::folder();
    let mut session = start(folder.path(), 80, 24);
    let began = Instant::now();
    session.hang_up();
    let status = session.wait_exit();
    // The hang-up and the signal may arrive in either order; a shell reports 129 for both.
    assert!(status.exit_code() == 129 || status.signal().is_some(), "{status:?}");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[test]
fn idle_screen_sends_nothing_and_uses_no_cpu() {
    let folder = shop::folder();
    let session = start(folder.path(), 120, 36);
    session.wait_for("Professional Pat");
    session.wait_idle(Duration::from_secs(2));
}

#[test]
fn screen_adapts_to_any_size_and_reports_tiny_size() {
    let folder = shop::folder();
    let mut session = start(folder.path(), 120, 36);
    session.resize(30, 8);
    session.wait_for("too small");
    session.resize(1, 1);
    session.resize(80, 24);
    session.wait_for("6 customers");
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn escape_sequences_in_data_are_never_sent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("evil.csv"), "name,n\n\"\u{1b}]0;owned\u{7}\u{1b}[2J\",1\n").expect("a file");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder.path());
    program.arg("evil.csv");
    let mut session = Session::start(program, 100, 30);
    session.wait_for("1 customer");
    session.send("r");
    session.wait_for("owned");
    let sent = session.bytes_since(0);
    assert!(!String::from_utf8_lossy(&sent).contains("\u{1b}]0;owned"));
    session.send("q");
    assert!(session.wait_exit().success());
}

#[test]
fn unreadable_table_shows_reason_on_screen() {
    let folder = shop::folder();
    std::fs::write(folder.path().join("ragged.csv"), "a,b\n1,2\n3\n").expect("a file");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder.path());
    program.arg("ragged.csv");
    let mut session = Session::start(program, 100, 30);
    session.wait_for("line 3");
    session.send("q");
    assert!(session.wait_exit().success());
    session.wait_restored();
}

#[test]
fn mask_of_unknown_column_opens_nothing_and_shows_place() {
    let folder = shop::folder();
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a config");
    std::fs::write(folder.path().join("config.toml"), config.replace("\"email\"", "\"emial\"")).expect("a config");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder.path());
    let mut session = Session::start(program, 120, 30);
    session.wait_for("config.toml:10:9: there is no column \"emial\" to mask: did you mean \"email\"?");
    session.send("q");
    assert!(session.wait_exit().success());
}
