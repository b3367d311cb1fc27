//! The terminal itself: enter and leave it, keys, signals, drawing, clipboard. It knows nothing of what is drawn.
//!
//! Four threads meet here, and none waits for another's slowness:
//!
//! - the thread that owns [`Terminal`] renders a frame off-screen and leaves it in a mailbox ([`Terminal::draw`]);
//! - the writer takes the newest frame only, and sends what differs from what the terminal shows;
//! - the input thread reads keys and pastes;
//! - the signal thread watches for resizes, suspends and orders to leave.
//!
//! The last two speak through [`Event`].

mod burst;
mod canvas;
mod decode;
mod input;
mod panic;
mod screen;
mod shared;
mod signals;
mod sys;
pub mod text;
mod writer;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::KeyEvent;
use ratatui::Frame;

use canvas::Canvas;
pub use panic::{caught_panics, guard, install_panic_hook};
use screen::Picture;
use shared::Shared;

/// The most text, in bytes, that [`Terminal::copy`] sends: as base64 it is the 100,000 bytes that terminals accept.
pub const COPY_LIMIT: usize = 74_994;

/// What happens at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed or repeats; never its release.
    Key(KeyEvent),
    /// Keys came at once, faster than a person types, as when a terminal without bracketed paste pastes a text.
    Burst(Vec<KeyEvent>),
    /// Text was pasted as one piece, its line ends made `\n`.
    Paste(String),
    /// The screen has this size now, in columns and rows. The next frame is drawn whole.
    Resize { width: u16, height: u16 },
    /// The program was stopped and is back on the screen, which is empty: draw. Its size may be another.
    Resumed,
    /// Told to end: save and leave now. Nothing is drawn any more.
    Signal(Signal),
    /// The terminal is gone, or its keys can no longer be read: save and end. Nothing is drawn any more.
    Lost,
}

/// A signal that ends the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Hangup,
    Interrupt,
    Terminate,
}

impl Signal {
    /// What a program that this signal ended exits with: 128 and the signal's number.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Why there is no terminal to work on.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    #[error("no terminal to draw on ({0}); the sub-commands need none, as `crosscut count`")]
    None(io::Error),
    #[error("TERM=dumb: this terminal cannot place text; the sub-commands need no more, as `crosscut count`")]
    Dumb,
    #[error("the terminal is open already")]
    Twice,
    #[error("cannot set up the terminal: {0}")]
    SetUp(#[from] io::Error),
}

/// The screen and the keys, from [`Terminal::open`] until [`Terminal::leave`] or drop.
pub struct Terminal {
    canvas: ratatui::Terminal<Canvas>,
    shared: Arc<Shared>,
}

impl Terminal {
    /// Takes over the terminal: alternate screen, raw keys, bracketed paste; the mouse is left alone. Keys come from
    /// the controlling terminal even when stdin is a pipe, and the screen is drawn there even when stdout is one.
    ///
    /// `events` is called from other threads and must only pass the event on. A process opens its terminal once.
    pub fn open(events: impl Fn(Event) + Send + Sync + 'static) -> Result<Self, TermError> {
        static OPENED: AtomicBool = AtomicBool::new(false);
        if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Err(TermError::Dumb);
        }
        let keys = sys::open_keys().map_err(TermError::None)?;
        let screen = sys::open_screen().map_err(TermError::None)?;
        if OPENED.swap(true, Ordering::Relaxed) {
            return Err(TermError::Twice);
        }
        // Whether there is colour is the theme's matter. Under NO_COLOR crossterm would write a full reset in place
        // of each colour, and so undo reverse video.
        crossterm::style::force_color_output(true);
        let shared = Arc::new(Shared::new(keys, events));
        panic::restore_on_panic(Arc::downgrade(&shared));
        let Ok(canvas) = ratatui::Terminal::new(Canvas { size: shared.size(), cursor: None });
        // From here on dropping it leaves the screen, whatever fails.
        let terminal = Self { canvas, shared };
        signals::watch(Arc::clone(&terminal.shared))?;
        terminal.shared.enter()?;
        terminal.spawn("writer", move |shared| writer::run(screen, &shared.mailbox, || shared.lost()))?;
        terminal.spawn("keys", |shared| {
            let read = guard("reading keys", || {
                input::run(&shared.keys, || shared.is_left(), || shared.is_aside(), |event| shared.send(event))
            });
            // Without keys there is no way to go on, nor to quit.
            if !matches!(read, Ok(Ok(()))) {
                shared.lost();
            }
        })?;
        Ok(terminal)
    }

    /// Renders a frame and leaves it to the writer. Never waits for the terminal: a frame that could not be sent yet
    /// gives way to this one. A frame equal to what the terminal shows sends nothing.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) {
        self.canvas.backend_mut().size = self.shared.size();
        let Ok(drawn) = self.canvas.draw(render);
        let mut cells = drawn.buffer.clone();
        text::make_harmless(&mut cells);
        self.shared.mailbox.put(Picture { cells, cursor: self.canvas.backend().cursor });
    }

    /// Columns and rows; never 0.
    pub fn size(&self) -> (u16, u16) {
        let size = self.shared.size();
        (size.width, size.height)
    }

    /// Has the next frame clear the screen and be drawn whole, for when others wrote on it.
    pub fn redraw(&mut self) {
        self.shared.mailbox.forget();
    }

    /// Leaves the screen and stops the program with its job, as Ctrl-Z does elsewhere. Returns when it is continued;
    /// [`Event::Resumed`] asks for the frame then.
    pub fn suspend(&mut self) {
        self.shared.suspend();
    }

    /// Leaves the screen to another program, which `run` runs to its end, and comes back; [`Event::Resumed`] asks for the
    /// frame then. Keys are the other's meanwhile. None when we are not on the screen.
    pub fn aside<T>(&mut self, run: impl FnOnce() -> T) -> Option<T> {
        if !self.shared.step_aside() {
            return None;
        }
        let done = run();
        self.shared.step_back();
        Some(done)
    }

    /// Sends `text` to the clipboard of the person's own machine (OSC 52), which works over SSH and, where its
    /// `set-clipboard` is on, in tmux. Whether the terminal obeyed cannot be known. Sends nothing of a text of more
    /// than [`COPY_LIMIT`] bytes, as half a text in the clipboard passes for the whole; whether it sent says the answer.
    pub fn copy(&mut self, text: &str) -> bool {
        if text.len() > COPY_LIMIT {
            return false;
        }
        let mut sequence = String::new();
        // Writing to a String does not fail.
        let _: fmt::Result = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence);
        self.shared.mailbox.send(sequence.as_bytes());
        true
    }

    /// Gives the terminal back as it was. A second call does nothing. A terminal that takes no bytes is waited for
    /// half a second, no longer.
    pub fn leave(&mut self) {
        self.shared.leave();
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&Shared) + Send + 'static) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        thread::Builder::new().name(name.to_owned()).spawn(move || work(&shared))?;
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}
