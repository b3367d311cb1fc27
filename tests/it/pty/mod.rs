//! Runs a program in a pseudo-terminal and reads the screen that a person would see.
//!
//! No test sleeps to synchronise: it waits for text on the screen, at most [`PATIENCE`].

mod probe;
mod terminal;

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use filedescriptor::{FileDescriptor, POLLIN, poll, pollfd};
use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// Longest wait before a test fails. Only a heavily loaded machine comes close to it.
pub const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(20);

/// A command for [`Session::start`] with a plain environment: without colour preferences and user settings of the
/// machine.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    for name in
        ["NO_COLOR", "COLORTERM", "COLORFGBG", "RUST_BACKTRACE", "TMUX", "ENV", "XDG_CONFIG_HOME", "CROSSCUT_LOG"]
    {
        command.env_remove(name);
    }
    // Not the user's own. Every test has a study of its own, so none brings back what another has left.
    command.env("XDG_STATE_HOME", std::env::temp_dir().join("crosscut-tests"));
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.env("PS1", "$ ");
    command.cwd(std::env::current_dir().expect("a current directory"));
    command
}

/// A program running in a terminal of its own. Dropping it ends the program.
pub struct Session {
    pid: u32,
    exit: Receiver<ExitStatus>,
    ended: Option<ExitStatus>,
    /// `None` after a hang-up.
    line: Option<Line>,
    seen: Arc<ProgramOutput>,
    /// The terminal's modes before the program started.
    modes: Modes,
}

/// The test's end of the terminal. Dropping it hangs up: all its descriptors close.
struct Line {
    master: Box<dyn MasterPty + Send>,
    keyboard: File,
    /// Closing it ends the reader.
    stop: Option<UnixStream>,
    reader: Option<JoinHandle<()>>,
}

/// Output of the program so far.
struct ProgramOutput {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    paused: bool,
    /// Set when no more output will come.
    over: bool,
}

/// Input, output, control and local flags, as in termios(3).
type Modes = [libc::tcflag_t; 4];

impl Session {
    /// Starts `command` in a terminal of this many columns and rows.
    pub fn start(command: CommandBuilder, width: u16, height: u16) -> Self {
        let pair = native_pty_system().openpty(pty_size(width, height)).expect("a pseudo-terminal");
        let modes = modes(&*pair.master).expect("terminal modes");
        let mut child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let pid = child.process_id().expect("a process id");
        let (tell, exit) = channel();
        thread::spawn(move || tell.send(child.wait().expect("an exit status")));
        let parser = vt100::Parser::new(at_least_one(height), at_least_one(width), 0);
        let state = State { parser, bytes: Vec::new(), paused: false, over: false };
        let seen = Arc::new(ProgramOutput { state: Mutex::new(state), changed: Condvar::new() });
        let line = Line::new(pair.master, Arc::clone(&seen));
        Self { pid, exit, ended: None, line: Some(line), seen, modes }
    }

    /// Sends `text` unchanged.
    pub fn send(&mut self, text: &str) {
        let line = self.line.as_mut().expect("the line was hung up");
        line.keyboard.write_all(text.as_bytes()).expect("the terminal takes keys");
    }

    /// Presses a key by name: `a`, `enter`, `shift-tab`, `ctrl-r`, `alt-x`, `f1`, `pagedown`.
    pub fn key(&mut self, name: &str) {
        self.send(&key_bytes(name));
    }

    /// Pastes as a terminal in bracketed paste mode does.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until `text` is on the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until `text` is no longer on the screen.
    pub fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("no {text:?}"), |screen| !screen.contents().contains(text));
    }

    /// Waits until the program has sent this text.
    pub fn wait_bytes(&self, text: &str) {
        self.wait_state(&format!("the bytes {text:?}"), |state| {
            state.bytes.windows(text.len()).any(|window| window == text.as_bytes())
        });
    }

    /// Waits until `is` accepts the screen; `what` describes the condition in the failure message.
    pub fn wait_until(&self, what: &str, is: impl Fn(&vt100::Screen) -> bool) {
        self.wait_state(what, |state| is(state.parser.screen()));
    }

    /// The text on the screen, without trailing blanks.
    pub fn screen(&self) -> String {
        self.seen.lock().parser.screen().contents()
    }

    /// Inspects one cell, counted from 0.
    pub fn cell<T>(&self, row: u16, column: u16, look: impl Fn(&vt100::Cell) -> T) -> T {
        look(self.seen.lock().parser.screen().cell(row, column).expect("a cell on the screen"))
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        let line = self.line.as_ref().expect("the line was hung up");
        // The reader is locked meanwhile, so that no byte meant for the new size is shown at the old one.
        let mut state = self.seen.lock();
        state.parser.set_size(at_least_one(height), at_least_one(width));
        line.master.resize(pty_size(width, height)).expect("a new size");
    }

    /// Stops reading, as a terminal at the end of a stuck line does.
    pub fn pause(&self) {
        self.seen.lock().paused = true;
    }

    pub fn go_on(&self) {
        self.seen.lock().paused = false;
        self.seen.changed.notify_all();
    }

    /// Number of bytes received so far, for [`Self::bytes_since`].
    pub fn mark(&self) -> usize {
        self.seen.lock().bytes.len()
    }

    pub fn bytes_since(&self, mark: usize) -> Vec<u8> {
        self.seen.lock().bytes[mark..].to_vec()
    }

    /// Waits until the program sends nothing and uses no processor time for a whole `span`.
    pub fn wait_idle(&self, span: Duration) {
        self.wait_idle_of(self.pid, span);
    }

    /// Waits like [`Self::wait_idle`], for a program that the session's own program started.
    pub fn wait_idle_of(&self, pid: u32, span: Duration) {
        let deadline = Instant::now() + PATIENCE;
        let mut before = (self.mark(), wake_ups(pid));
        loop {
            thread::sleep(span);
            let now = (self.mark(), wake_ups(pid));
            if now == before {
                return;
            }
            assert!(Instant::now() < deadline, "never idle: bytes and wake-ups went from {before:?} to {now:?}");
            before = now;
        }
    }

    /// Drops the line, as a lost SSH connection does.
    pub fn hang_up(&mut self) {
        self.line = None;
    }

    /// Sends `signal` to the program only.
    pub fn signal(&self, signal: i32) {
        send_signal(self.pid, signal);
    }

    /// Waits until the program has ended and all its output was read.
    pub fn wait_exit(&mut self) -> ExitStatus {
        if self.ended.is_none() {
            let ended = self.exit.recv_timeout(PATIENCE);
            self.ended = Some(ended.unwrap_or_else(|_| panic!("it did not end\n{}", self.seen.lock().describe())));
        }
        if self.line.is_some() && !self.seen.lock().paused {
            self.wait_state("the end of the output", |state| state.over);
        }
        self.ended.clone().expect("set above")
    }

    /// Waits until the terminal is in its state before the program: main screen, cursor visible, no paste or mouse
    /// mode, and the line's original modes (echo, line editing, signals).
    pub fn wait_restored(&self) {
        self.wait_state("a restored terminal", |state| {
            let screen = state.parser.screen();
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && self.modes_are_restored()
        });
    }

    /// Returns true if the line has the modes that it had before the program.
    pub fn modes_are_restored(&self) -> bool {
        let line = self.line.as_ref().expect("the line was hung up");
        modes(&*line.master) == Some(self.modes)
    }

    fn wait_state(&self, what: &str, is: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.seen.lock();
        while !is(&state) {
            assert!(Instant::now() < deadline, "no sign of {what} on this screen:\n{}", state.describe());
            // Modes change without output, so poll them.
            state = self.seen.changed.wait_timeout(state, GLANCE).expect("the reader did not panic").0;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.ended.is_none() && self.exit.try_recv().is_err() {
            send_signal(self.pid, libc::SIGKILL);
        }
    }
}

impl Line {
    fn new(master: Box<dyn MasterPty + Send>, seen: Arc<ProgramOutput>) -> Self {
        let fd = master.as_raw_fd().expect("a descriptor");
        let (keyboard, screen) = (duplicate(fd), duplicate(fd));
        let (stop, stopped) = UnixStream::pair().expect("a pipe");
        let reader = thread::spawn(move || read_all(screen, &stopped, &seen));
        Self { master, keyboard, stop: Some(stop), reader: Some(reader) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(reader) = self.reader.take() {
            // A panic of the reader has failed the test already.
            let _ = reader.join();
        }
    }
}

impl ProgramOutput {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the reader did not panic")
    }
}

impl State {
    fn describe(&self) -> String {
        let tail = &self.bytes[self.bytes.len().saturating_sub(400)..];
        let tail = String::from_utf8_lossy(tail);
        format!("{}\n-- over: {}, last bytes: {tail:?}", self.parser.screen().contents(), self.over)
    }
}

fn read_all(mut screen: File, stopped: &UnixStream, seen: &ProgramOutput) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let readable = |fd: RawFd| pollfd { fd, events: POLLIN, revents: 0 };
        let mut fds = [readable(screen.as_raw_fd()), readable(stopped.as_raw_fd())];
        let waited = poll(&mut fds, Some(GLANCE));
        if fds[1].revents != 0 {
            return;
        }
        // `Err` means that a signal interrupted the wait.
        if waited.is_err() || fds[0].revents == 0 || seen.lock().paused {
            if seen.lock().paused {
                thread::sleep(GLANCE);
            }
            continue;
        }
        // The last process with the terminal open has closed it: EIO on Linux, end of file elsewhere.
        let count = match screen.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            count => count.unwrap_or(0),
        };
        let mut state = seen.lock();
        state.bytes.extend_from_slice(&buffer[..count]);
        state.parser.process(&buffer[..count]);
        state.over = count == 0;
        seen.changed.notify_all();
        if count == 0 {
            return;
        }
    }
}

fn duplicate(fd: RawFd) -> File {
    FileDescriptor::dup(&fd).and_then(|fd| fd.as_file()).expect("a copy of the descriptor")
}

fn modes(master: &dyn MasterPty) -> Option<Modes> {
    let found = master.get_termios()?;
    Some([found.input_flags.bits(), found.output_flags.bits(), found.control_flags.bits(), found.local_flags.bits()])
}

/// Counts how often the threads of a process have gone to sleep; the number grows whenever one of them runs.
fn wake_ups(pid: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("the program still runs");
    let status = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok());
    let count = |status: String| {
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    status.filter_map(count).sum()
}

pub fn send_signal(pid: u32, signal: i32) {
    let pid = i32::try_from(pid).expect("a process id");
    // SAFETY: a call that takes plain numbers. The process is a child not yet waited for, or of our making.
    unsafe { libc::kill(pid, signal) };
}

fn pty_size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

pub fn at_least_one(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap_or(NonZeroU16::MIN)
}

fn key_bytes(name: &str) -> String {
    if let Some(key) = name.strip_prefix("alt-") {
        return format!("\x1b{}", key_bytes(key));
    }
    if let Some(letter) = name.strip_prefix("ctrl-").and_then(|key| key.chars().next()) {
        return char::from(letter.to_ascii_uppercase() as u8 & 0x1f).to_string();
    }
    let bytes = match name {
        "enter" => "\r",
        "esc" => "\x1b",
        "tab" => "\t",
        "shift-tab" => "\x1b[Z",
        "space" => " ",
        "backspace" => "\x7f",
        "delete" => "\x1b[3~",
        "insert" => "\x1b[2~",
        "up" => "\x1b[A",
        "down" => "\x1b[B",
        "right" => "\x1b[C",
        "left" => "\x1b[D",
        "home" => "\x1b[H",
        "end" => "\x1b[F",
        "pageup" => "\x1b[5~",
        "pagedown" => "\x1b[6~",
        "f1" => "\x1bOP",
        _ if name.chars().count() == 1 => name,
        _ => panic!("no key is called {name:?}"),
    };
    bytes.to_owned()
}
