//! Bytes that keys send to the terminal, on a screen of 120 × 36 of the sample study: a slow line is felt with every key.

use std::path::Path;
use std::time::Duration;

use crate::pty::{Session, command};

/// Limit of a key within a view.
const KEY: usize = 2_000;
/// Limit of a key that changes every figure of all panes, or scrolls a pane with the card beside it: on a busy machine
/// the old figures are drawn dim before the new ones are there.
const PANES: usize = 4_000;
/// Limit of a key that opens or closes a view, or draws all of it in another way: most of a screen, and more where a view
/// fills as its answers come.
const SCREEN: usize = 8_000;

/// Keys, and their limit. Words between backticks are typed.
const KEYS: &[(&str, usize)] = &[
    // The filter: typing, completion, an error, leaving.
    ("/ `country = 'DE`", KEY),
    // The letter that completes a rule.
    ("'", PANES),
    ("enter / esc esc / ` AND pl` tab `'` ctrl-w", KEY),
    ("esc esc", PANES),
    // Panes: moving, branches, on and off, undo.
    ("tab tab tab j j k l h j", KEY),
    ("space u", PANES),
    ("shift-tab j l j h tab", KEY),
    ("G g pagedown", PANES),
    // A message, a form, the attrition strip.
    ("Z s `abc` esc a a", KEY),
    // Views: opened, moved in, closed.
    ("w", SCREEN),
    ("j j k pagedown", KEY),
    ("esc r", SCREEN),
    ("j j l l ] pagedown G g", KEY),
    ("esc m", SCREEN),
    ("j l h k", KEY),
    ("v pagedown esc p", SCREEN),
    ("j j k pagedown pageup", KEY),
    ("tab space esc ?", SCREEN),
    ("j j pagedown pageup", KEY),
    ("/ `index` enter n N", SCREEN),
    ("esc esc T", SCREEN),
    ("j l j", KEY),
    ("esc f", SCREEN),
    ("j j k", KEY),
    ("esc :", SCREEN),
    ("`why` backspace down", KEY),
    ("esc", SCREEN),
];

/// Splits a list of keys: names between blanks, and the letters of words between backticks.
fn presses(keys: &str) -> Vec<String> {
    let parts = keys.split('`').enumerate().flat_map(|(i, part)| -> Vec<String> {
        match i % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => part.chars().map(String::from).collect(),
        }
    });
    parts.collect()
}

#[test]
fn keys_send_few_bytes_and_nothing_is_sent_between_them() {
    let state = tempfile::tempdir().expect("a folder");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.env("XDG_STATE_HOME", state.path());
    program.cwd(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut session = Session::start(program, 120, 36);
    session.wait_for("Deal-hunting Dana");
    session.wait_for("100.0 %");
    session.wait_idle(Duration::from_millis(500));
    let mut over = Vec::new();
    for (keys, limit) in KEYS {
        for key in presses(keys) {
            let mark = session.mark();
            match key.chars().count() {
                1 => session.send(&key),
                _ => session.key(&key),
            }
            // A view that waits for answers shows a turning mark four times a second.
            session.wait_idle(Duration::from_millis(if *limit == SCREEN { 400 } else { 120 }));
            let sent = session.bytes_since(mark).len();
            if sent > *limit {
                over.push(format!("{key} of {keys:?}: {sent}"));
            }
        }
    }
    assert!(over.is_empty(), "bytes over the limit: {over:#?}");
    let mark = session.mark();
    session.wait_idle(Duration::from_secs(1));
    assert_eq!(session.bytes_since(mark).len(), 0, "an idle screen sends nothing");
}
