//! A program in a pseudo-terminal, with its screen up to the newest byte.

use std::io::{ErrorKind, Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub const WIDTH: u16 = 160;
const HEIGHT: u16 = 48;
/// Longest wait before a step counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. Dropping it ends the program.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    seen: Arc<ProgramOutput>,
    /// Held so that the line stays open.
    _line: Box<dyn MasterPty + Send>,
}

struct ProgramOutput {
    parser: Mutex<vt100::Parser>,
    changed: Condvar,
}

impl Terminal {
    /// Starts `program` in `folder` and returns the time of the start.
    pub fn start(program: &str, arguments: &[&str], folder: &Path) -> (Self, Instant) {
        let size = PtySize { rows: HEIGHT, cols: WIDTH, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let screen = pair.master.try_clone_reader().expect("its output");
        let keyboard = pair.master.take_writer().expect("its input");
        let cells = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        let parser = vt100::Parser::new(cells(HEIGHT), cells(WIDTH), 0);
        let seen = Arc::new(ProgramOutput { parser: Mutex::new(parser), changed: Condvar::new() });
        let of_reader = seen.clone();
        std::thread::spawn(move || read_all(screen, &of_reader));
        let began = Instant::now();
        let child = pair.slave.spawn_command(command(program, arguments, folder)).expect("the program starts");
        (Self { child, keyboard, seen, _line: pair.master }, began)
    }

    /// Sends one key and returns the time it was sent.
    pub fn send(&mut self, key: &[u8]) -> Instant {
        let began = Instant::now();
        self.keyboard.write_all(key).and_then(|()| self.keyboard.flush()).expect("the terminal takes keys");
        began
    }

    /// Waits until `is` accepts the screen and returns the time since `began`.
    pub fn wait(&self, began: Instant, what: &str, is: impl Fn(&vt100::Screen) -> bool) -> Duration {
        let mut parser = self.seen.lock();
        while !is(parser.screen()) {
            let waited = self.seen.changed.wait_timeout(parser, PATIENCE).expect("the reader is well");
            parser = waited.0;
            assert!(!waited.1.timed_out(), "no {what} on this screen:\n{}", parser.screen().contents());
        }
        began.elapsed()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl ProgramOutput {
    fn lock(&self) -> MutexGuard<'_, vt100::Parser> {
        self.parser.lock().expect("the reader is well")
    }
}

/// Builds a command without the user's colour preferences and settings.
fn command(program: &str, arguments: &[&str], folder: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    for name in ["NO_COLOR", "COLORTERM", "TMUX", "XDG_CONFIG_HOME"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.env("XDG_CONFIG_HOME", folder);
    command.cwd(folder);
    command
}

fn read_all(mut screen: Box<dyn Read + Send>, seen: &ProgramOutput) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = match screen.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            count => count.unwrap_or(0),
        };
        if count == 0 {
            return;
        }
        seen.lock().process(&buffer[..count]);
        seen.changed.notify_all();
    }
}
