//! A real terminal: nothing of the data or of the study's files acts on it, and no view shows a masked value.

use std::path::Path;
use std::time::Duration;

use super::{LEAST, leaked, study};
use crate::pty::{Session, command};

/// Runs a command in a terminal to its end, and returns the bytes that the terminal got.
fn bytes(folder: &Path, args: &[&str]) -> Vec<u8> {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.args(args);
    program.cwd(folder);
    let mut session = Session::start(program, 200, 50);
    session.wait_exit();
    session.bytes_since(0)
}

/// Returns the first character that a terminal would obey, apart from the ends of lines.
fn obeyed(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let is_bidi = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let acts = |c: char| c.is_control() && c != '\n' && c != '\r' || is_bidi(c);
    let at = text.char_indices().find(|(_, c)| acts(*c))?.0;
    Some(text[at..].chars().take(20).flat_map(char::escape_default).collect())
}

/// The program has drawn what it has to draw.
const IDLE: Duration = Duration::from_millis(200);

const NASTY: &str = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";

#[test]
fn commands_send_no_control_sequence_of_data() {
    let folder = study();
    let rows: [&[&str]; 8] = [
        &["rows", "--limit", "3"],
        &["rows", "--limit", "3", "--format", "csv"],
        &["rows", "--limit", "3", "--format", "json"],
        &["group", "name", "--top", "3", "--format", "csv"],
        &["group", "name", "--top", "3", "--format", "json"],
        &["profile", "name", "--values", "--format", "csv"],
        &["report", "--format", "md"],
        &["report"],
    ];
    for args in rows {
        let bytes = bytes(folder.path(), args);
        assert!(!bytes.is_empty(), "{args:?}");
        assert_eq!(obeyed(&bytes), None, "{args:?}");
    }
    assert!(String::from_utf8_lossy(&bytes(folder.path(), rows[1])).contains("Eve␛]0;owned␇"));
}

#[test]
fn errors_send_no_control_sequence_of_study() {
    let folder = study();
    let escaped = NASTY.chars().map(|c| format!("\\U{:08X}", c as u32)).collect::<String>();
    let path = folder.path().join("segments.toml");
    let before = std::fs::read_to_string(&path).expect("the segments");
    let more = format!(
        "\n[[segment]]\nname = \"bad{escaped}\"\nwhere = \"nope{escaped} = 1\"\n[[segment]]\nname = \"worse\"\nwhere = \"plan = {escaped}\"\n"
    );
    std::fs::write(&path, format!("{before}{more}")).expect("a writable folder");
    let missing = format!("no{NASTY}file.csv");
    let rule = format!("plan = 'x{NASTY}' AND nope{NASTY} > 1");
    let commands: [&[&str]; 7] = [
        &["segments"],
        &["check"],
        &["check", "--format", "csv"],
        &["count", &rule],
        &["count", "--data", &missing],
        &[&missing],
        &["sql", &rule, "--dialect", "duckdb"],
    ];
    for args in commands {
        assert_eq!(obeyed(&bytes(folder.path(), args)), None, "{args:?}");
    }
    // Into a pipe, results are what they are, and messages are harmless.
    let output = super::crosscut(folder.path(), &["rows", "--limit", "1", "--format", "csv"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains(NASTY));
    let output = super::crosscut(folder.path(), &["count", &rule]);
    assert_eq!(obeyed(&output.stderr), None);
}

/// The views, with what opens them from the main screen and what closes them.
const VIEWS: [(&str, &[&str]); 14] = [
    ("main screen", &[]),
    ("cells", &["end", "l"]),
    ("rows", &["r"]),
    ("matrix", &["m", "v", "v"]),
    ("matrix of segments", &["m", "t"]),
    ("combinations", &["U"]),
    ("combinations of segments", &["U", "t"]),
    ("why", &["w"]),
    ("consolidate", &["c"]),
    ("coverage", &["C"]),
    ("card", &["tab", "tab", "p"]),
    ("facets", &["f"]),
    ("profile", &["i", "enter"]),
    ("research", &["R"]),
];

#[test]
fn views_show_no_masked_value_and_no_small_filter() {
    let folder = study();
    for (filter, size) in [("", "400 customers"), ("@few", "<10 customers"), ("@nearly", ">390 customers")] {
        for (width, height) in [(120, 36), (80, 24)] {
            let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
            program.args(["--filter", filter]);
            program.cwd(folder.path());
            let mut session = Session::start(program, width, height);
            session.wait_for(size);
            for (view, keys) in VIEWS {
                keys.iter().for_each(|key| session.key(key));
                session.wait_idle(IDLE);
                let screen = session.screen();
                assert_eq!(leaked(&screen), None, "{view} under {filter}\n{screen}");
                let has_small = |line: &str| {
                    let line = &line.replace("4 cells", "");
                    let name = ["few", "tiny", "Tiny Tim", "○ one ", "XX", "YY"].iter().any(|name| line.contains(name));
                    // The first word may be the number of a step.
                    let words = line.split_whitespace().skip(1);
                    let small = words.filter(|word| (0..LEAST).any(|n| *word == n.to_string()));
                    // Nobody is above the first persona of the waterfall, whatever the data says.
                    let lost = usize::from(view == "coverage" && line.contains("Tiny Tim"));
                    name && small.count() > lost
                };
                // Places such as `1/3` and numbers of cells are no counts of customers.
                let lines: Vec<&str> =
                    screen.split(['\n', '│']).filter(|line| !line.contains("filter ›") && has_small(line)).collect();
                assert!(lines.is_empty(), "{view} under {filter}: {lines:?}\n{screen}");
                session.key("esc");
                session.key("esc");
                session.wait_idle(IDLE);
            }
            session.key("ctrl-c");
            session.wait_exit();
        }
    }
}
