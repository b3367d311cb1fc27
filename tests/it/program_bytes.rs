//! Bytes that keys send to the terminal, on a screen of 120 × 36 of the sample study: a slow line is felt with every key.

use std::path::Path;
use std::time::Duration;

use crate::pty::{Session, at_least_one, command};

const WIDTH: u16 = 120;
const HEIGHT: u16 = 36;
/// Limit of any key that changes less than that.
const KEY: usize = 2_000;
/// Limit of a key that changes more, for each byte of the text that it changes: a view that opens cannot be sent in far
/// fewer bytes than its text has. Where each colour changes, as with a theme, colours take as much as the text.
const PER_BYTE: f64 = 2.0;
/// The same for all keys that change more together.
const PER_BYTE_OF_ALL: f64 = 1.3;
/// Limit of the mean of all keys.
const MEAN: usize = 1_700;

/// Keys, and the time in milliseconds after which each has had its effect: a view that waits for answers shows a turning
/// mark four times a second. Words between backticks are typed.
const KEYS: &[(&str, u64)] = &[
    // The filter: typing, completion, an error, leaving.
    ("/ `country = 'DE'` enter / esc esc / ` AND pl` tab `'` ctrl-w esc esc", 120),
    // Panes: moving, branches, on and off, undo.
    ("tab tab tab j j k l h j space u shift-tab j l j h tab G g pagedown", 120),
    // A message, a form, the attrition strip.
    ("Z s `abc` esc a a", 120),
    // Views: opened, moved in, closed.
    ("w", 400),
    ("j j k pagedown", 120),
    ("esc r", 400),
    ("j j l l ] pagedown G g", 120),
    ("esc m", 400),
    ("j l h k", 120),
    ("v pagedown esc p", 400),
    ("j j k pagedown pageup", 120),
    ("tab space esc ?", 400),
    ("j j pagedown pageup / `index` enter n N", 120),
    ("esc esc T", 400),
    ("j l j", 120),
    ("esc f", 400),
    ("j j k", 120),
    ("esc U", 400),
    ("j", 120),
    ("esc C", 400),
    ("j", 120),
    ("esc R", 400),
    ("j", 120),
    ("esc c", 400),
    ("j l", 120),
    ("esc :", 400),
    ("`why` backspace down", 120),
    ("esc : `theme` enter j j esc", 400),
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

/// End of a picture in what the program sends.
const END_OF_PICTURE: &[u8] = b"\x1b[?2026l";

/// The pictures that a terminal shows of what is sent.
struct Pictures {
    terminal: vt100::Parser,
    /// Text and look of every cell.
    cells: Vec<(String, String)>,
}

impl Pictures {
    fn new() -> Self {
        let terminal = vt100::Parser::new(at_least_one(HEIGHT), at_least_one(WIDTH), 0);
        Self { cells: cells(terminal.screen()), terminal }
    }

    /// Shows what was sent. Returns the number of bytes of the text that changed, blanks included, picture by picture: on a
    /// busy machine a key's answers are shown in several.
    fn show(&mut self, sent: &[u8]) -> usize {
        let (mut changed, mut rest) = (0, sent);
        while !rest.is_empty() {
            let end = rest.windows(END_OF_PICTURE.len()).position(|bytes| bytes == END_OF_PICTURE);
            let (picture, others) = rest.split_at(end.map_or(rest.len(), |end| end + END_OF_PICTURE.len()));
            self.terminal.process(picture);
            let after = cells(self.terminal.screen());
            let differing = self.cells.iter().zip(&after).filter(|(before, after)| before != after);
            changed += differing.map(|(_, (text, _))| text.len().max(1)).sum::<usize>();
            (self.cells, rest) = (after, others);
        }
        changed
    }
}

fn cells(screen: &vt100::Screen) -> Vec<(String, String)> {
    let look = |cell: &vt100::Cell| {
        let style = (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.dim(), cell.inverse(), cell.underline());
        (cell.contents().to_owned(), format!("{style:?}"))
    };
    let cell = |row, column| look(screen.cell(row, column).expect("a cell on the screen"));
    (0..HEIGHT).flat_map(|row| (0..WIDTH).map(move |column| cell(row, column))).collect()
}

#[test]
fn keys_send_few_bytes_and_idle_screen_sends_none() {
    let state = tempfile::tempdir().expect("a folder");
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.env("XDG_STATE_HOME", state.path());
    program.cwd(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut session = Session::start(program, WIDTH, HEIGHT);
    session.wait_for("Deal-hunting Dana");
    session.wait_for("100.0 %");
    session.wait_idle(Duration::from_millis(500));
    let mut over = Vec::new();
    let (mut keys_pressed, mut all, mut large, mut large_text) = (0, 0, 0, 0);
    let mut pictures = Pictures::new();
    let mut shown = 0;
    for (keys, patience) in KEYS {
        for key in presses(keys) {
            let late = session.bytes_since(shown);
            pictures.show(&late);
            shown += late.len();
            match key.chars().count() {
                1 => session.send(&key),
                _ => session.key(&key),
            }
            session.wait_idle(Duration::from_millis(*patience));
            let bytes = session.bytes_since(shown);
            let (sent, text) = (bytes.len(), pictures.show(&bytes));
            shown += sent;
            println!("{key:10} {sent:6} bytes for {text:6} of text");
            (keys_pressed, all) = (keys_pressed + 1, all + sent);
            if sent > KEY {
                (large, large_text) = (large + sent, large_text + text);
            }
            if sent > KEY.max((text as f64 * PER_BYTE) as usize) {
                over.push(format!("{key} of {keys:?}: {sent} for {text} bytes of text"));
            }
        }
    }
    assert!(over.is_empty(), "bytes over the limit: {over:#?}");
    assert!(large as f64 <= large_text as f64 * PER_BYTE_OF_ALL, "{large} bytes for {large_text} of text");
    assert!(all / keys_pressed <= MEAN, "{} bytes a key", all / keys_pressed);
    let mark = session.mark();
    session.wait_idle(Duration::from_secs(1));
    assert_eq!(session.bytes_since(mark).len(), 0, "an idle screen sends nothing");
}
