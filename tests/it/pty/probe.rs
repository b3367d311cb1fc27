//! A small program on `crosscut::term` that tests the terminal itself: this test executable, started again.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crosscut::term::{COPY_LIMIT, Event, Terminal, guard, install_panic_hook};
use crosscut::text;
use crossterm::event::{KeyCode, KeyModifiers};
use portable_pty::CommandBuilder;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use super::{PATIENCE, command};

const LOG: &str = "CROSSCUT_PROBE_LOG";
/// Number of frames drawn without a pause on `F`.
pub const FLOOD: u32 = 500;
pub const NASTY: &str = "\x1b[31mred\x1b]0;title\x07\tbidi\u{202e}zero\u{200b}";

/// File to which a probe writes its actions, for tests that cannot see its screen. Removed when dropped.
pub struct Log(PathBuf);

impl Log {
    pub fn new() -> Self {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        Self(file.into_temp_path().keep().expect("a temporary file"))
    }

    /// Shell command that starts the probe.
    pub fn shell_words(&self) -> String {
        arguments().join(" ")
    }

    pub fn command(&self) -> CommandBuilder {
        let arguments = arguments();
        let mut command = self.shell(&[]);
        *command.get_argv_mut() = arguments.into_iter().map(Into::into).collect();
        command
    }

    /// A shell that can start the probe.
    pub fn shell(&self, arguments: &[&str]) -> CommandBuilder {
        let mut command = command("sh");
        command.args(arguments);
        command.env(LOG, &self.0);
        command
    }

    /// Waits for a line that begins with `start` and returns the rest of it.
    pub fn wait_for(&self, start: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = std::fs::read_to_string(&self.0).expect("the log");
            let mut whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
            if let Some(rest) = whole.find_map(|line| line.strip_prefix(start)) {
                return rest.trim().to_owned();
            }
            assert!(Instant::now() < deadline, "no {start:?} in the probe's log:\n{text}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn arguments() -> Vec<String> {
    let own = std::env::current_exe().expect("the path of this program");
    let own = own.to_str().expect("a path in UTF-8").to_owned();
    [&own, "--exact", "pty::probe::probe", "--ignored", "--nocapture", "--test-threads=1"].map(str::to_owned).to_vec()
}

#[test]
#[ignore = "started by the tests of the terminal"]
fn probe() {
    // Started by hand, as with `--include-ignored`, it does nothing.
    if let Some(log) = std::env::var_os(LOG) {
        std::process::exit(run(Path::new(&log)).into());
    }
}

/// Acts on capital letters and shows all other keys.
#[derive(Default)]
struct Probe {
    typed: String,
    last: String,
    resumed: u32,
    frame: u32,
}

fn run(log: &Path) -> u8 {
    let log = |line: &str| {
        let mut file = OpenOptions::new().append(true).open(log).expect("the log");
        file.write_all(format!("{line}\n").as_bytes()).expect("the log");
    };
    log(&format!("pid {}", std::process::id()));
    install_panic_hook();
    let (send, events) = channel();
    let mut terminal = match Terminal::open(move |event| drop(send.send(event))) {
        Ok(terminal) => terminal,
        Err(error) => {
            eprintln!("{error}");
            return 1;
        }
    };
    let mut probe = Probe::default();
    if !std::io::stdin().is_terminal() {
        let mut data = String::new();
        std::io::stdin().read_to_string(&mut data).expect("data from the pipe");
        probe.last = format!("stdin {data}");
    }
    terminal.draw(|frame| probe.draw(frame));
    while let Ok(event) = events.recv() {
        match event {
            Event::Key(key) if key.modifiers == KeyModifiers::CONTROL => match key.code {
                KeyCode::Char('z') => terminal.suspend(),
                KeyCode::Char('l') => terminal.redraw(),
                _ => {}
            },
            Event::Key(key) => match key.code {
                KeyCode::Char('Q') => {
                    terminal.leave();
                    println!("result");
                    return 0;
                }
                KeyCode::Char('F') => {
                    for _ in 0..FLOOD {
                        probe.frame += 1;
                        terminal.draw(|frame| probe.draw(frame));
                    }
                    log("flooded");
                }
                KeyCode::Char(c) => probe.act(c, &mut terminal),
                _ => {}
            },
            Event::Burst(keys) => {
                let text: String = keys.iter().map(|key| key.code.as_char().unwrap_or('⏎')).collect();
                probe.typed.push_str(&format!("{{{text}}}"));
            }
            Event::Mouse(mouse) => probe.last = format!("{:?} at {},{}", mouse.kind, mouse.column, mouse.row),
            Event::Paste(text) => probe.typed.push_str(&format!("[{}]", text::visible(&text))),
            Event::Resize { width, height } => probe.last = format!("resized to {width}x{height}"),
            Event::Resumed => probe.resumed += 1,
            Event::Signal(signal) => {
                log(&format!("signal {}", signal.exit_code()));
                terminal.leave();
                return signal.exit_code();
            }
            Event::Lost => {
                log("lost");
                let before = cpu_ticks();
                thread::sleep(Duration::from_secs(1));
                log(&format!("ticks {}", cpu_ticks() - before));
                return 1;
            }
        }
        terminal.draw(|frame| probe.draw(frame));
    }
    unreachable!("the terminal's threads hold the sender");
}

impl Probe {
    fn act(&mut self, key: char, terminal: &mut Terminal) {
        match key {
            'P' => panic!("the drawing thread fell over"),
            'W' => {
                let work = || guard("counting", || -> u32 { panic!("a worker fell over") });
                let caught = thread::spawn(work).join().expect("the guard catches it");
                self.last = caught.expect_err("it panics");
            }
            'V' => {
                let panicked = thread::spawn(|| panic!("nobody guards me")).join().is_err();
                self.last = format!("unguarded panic seen: {panicked}");
            }
            'Y' => self.last = if terminal.copy("three\nwörds") { "sent".into() } else { "refused".into() },
            'X' => {
                self.last = if terminal.copy(&"x".repeat(COPY_LIMIT + 1)) { "sent".into() } else { "refused".into() }
            }
            'M' => terminal.take_mouse(true),
            'O' => terminal.take_mouse(false),
            'T' => terminal.set_title("shop \u{1b}]0;evil\u{7} 日本"),
            'N' => self.last = text::visible(NASTY).into_owned(),
            c => self.typed.push(c),
        }
    }

    fn draw(&self, frame: &mut Frame) {
        let Rect { width, height, .. } = frame.area();
        let typed = format!("typed: {}", self.typed);
        let selected = Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED);
        let lines = [
            (format!("probe {width}x{height} resumed {} frame {}", self.resumed, self.frame), Style::new()),
            (typed.clone(), Style::new().fg(Color::Red)),
            (format!("{:<20}", "selected"), selected),
            (self.last.clone(), Style::new()),
        ];
        for (row, (text, style)) in (0..height).zip(lines) {
            frame.buffer_mut().set_stringn(0, row, text, width.into(), style);
        }
        // Every frame of a flood differs from the previous one in nearly every cell.
        let filler = char::from(b'A' + u8::try_from(self.frame % 26).expect("less than 26"));
        for row in 5..height.saturating_sub(1) {
            frame.buffer_mut().set_stringn(0, row, filler.to_string().repeat(width.into()), width.into(), Style::new());
        }
        frame.buffer_mut().set_stringn(width.saturating_sub(1), height - 1, "#", 1, Style::new());
        if height > 1 {
            let column = u16::try_from(text::width(&typed)).expect("a short line");
            frame.set_cursor_position(Position::new(column.min(width - 1), 1));
        }
    }
}

/// User and system time of this process in hundredths of a second.
fn cpu_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit(')').next().expect("fields after the name").split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
}
