//! The terminal: entering and leaving it, keys, signals, drawing, clipboard. Independent of what is drawn.
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
mod encode;
mod fatal;
mod harmless;
mod input;
mod interrupt;
mod panic;
mod screen;
mod sgr;
mod shared;
mod shift;
mod signals;
mod sys;
mod writer;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;

use canvas::TerminalCanvas;
pub use interrupt::{interrupted, on_interrupt};
pub use panic::{caught_panics, guard, install_panic_hook};
use screen::Picture;
use shared::SharedTerminal;

/// Longest text, in bytes, that [`Terminal::copy`] sends: base64 makes it the 100,000 bytes that terminals accept.
pub const COPY_LIMIT: usize = 74_994;

/// An event at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key that was pressed or repeats; never its release.
    Key(KeyEvent),
    /// Keys that arrived at once, faster than a person types, as when a terminal without bracketed paste pastes a
    /// text.
    Burst(Vec<KeyEvent>),
    /// The left button was pressed, or the wheel was turned, while the mouse is taken.
    Mouse(MouseEvent),
    /// Text that was pasted in one piece, its line breaks normalized to `\n`.
    Paste(String),
    /// New size of the screen, in columns and rows. The next frame is drawn whole.
    Resize { width: u16, height: u16 },
    /// The program was stopped and is back on the screen, which is empty and may have another size: redraw it.
    Resumed,
    /// Request to end: save and leave now. Nothing is drawn any more.
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
    /// Returns the exit code of a program that this signal ended: 128 plus the signal's number.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Reason why there is no terminal to work on.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    #[error("no terminal ({0}): the full-screen program cannot run here; use sub-commands, such as `crosscut count`")]
    None(io::Error),
    #[error("TERM=dumb: the full-screen program cannot run here; use sub-commands, such as `crosscut count`")]
    Dumb,
    #[error("the terminal is open already")]
    Twice,
    #[error("cannot set up the terminal: {0}")]
    SetUp(#[from] io::Error),
}

/// The screen and the keys, from [`Terminal::open`] until [`Terminal::leave`] or drop.
pub struct Terminal {
    canvas: ratatui::Terminal<TerminalCanvas>,
    shared: Arc<SharedTerminal>,
}

impl Terminal {
    /// Takes over the terminal: alternate screen, raw keys, bracketed paste; the mouse is left alone until
    /// [`Terminal::take_mouse`]. Keys come from the controlling terminal even when stdin is a pipe, and the screen is
    /// drawn there even when stdout is one.
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
        // The theme decides on colours. Under NO_COLOR crossterm would write a full reset in place of each colour,
        // which would undo reverse video.
        crossterm::style::force_color_output(true);
        let shared = Arc::new(SharedTerminal::new(keys, events));
        panic::restore_on_panic(Arc::downgrade(&shared));
        let Ok(canvas) = ratatui::Terminal::new(TerminalCanvas { size: shared.size(), cursor: None });
        // From here on, dropping it leaves the screen, whatever fails.
        let terminal = Self { canvas, shared };
        signals::watch(Arc::clone(&terminal.shared))?;
        terminal.shared.enter()?;
        terminal.spawn("writer", move |shared| writer::run(screen, &shared.mailbox, || shared.lost()))?;
        terminal.spawn("keys", |shared| {
            let read = guard("reading keys", || {
                input::run(&shared.keys, || shared.is_left(), || shared.is_aside(), |event| shared.send(event))
            });
            // Without keys the program can neither go on nor quit.
            if !matches!(read, Ok(Ok(()))) {
                shared.lost();
            }
        })?;
        Ok(terminal)
    }

    /// Renders a frame and hands it to the writer. Never waits for the terminal: this frame replaces one that was not
    /// sent yet. A frame equal to what the terminal shows sends nothing.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) {
        self.canvas.backend_mut().size = self.shared.size();
        let Ok(drawn) = self.canvas.draw(render);
        let mut cells = drawn.buffer.clone();
        harmless::make_harmless(&mut cells);
        encode::make_blanks_plain(&mut cells);
        self.shared.mailbox.put(Picture { cells, cursor: self.canvas.backend().cursor });
    }

    /// Returns the size in columns and rows, neither of them 0.
    pub fn size(&self) -> (u16, u16) {
        let size = self.shared.size();
        (size.width, size.height)
    }

    /// Makes the next frame clear the screen and be drawn whole, for when others wrote on it.
    pub fn redraw(&mut self) {
        self.shared.mailbox.forget();
    }

    /// Leaves the screen and stops the program with its job, as Ctrl-Z does elsewhere. Returns when it is continued;
    /// [`Event::Resumed`] then asks for a frame.
    pub fn suspend(&mut self) {
        self.shared.suspend();
    }

    /// Leaves the screen to another program, which `run` runs to its end, and comes back; [`Event::Resumed`] then asks
    /// for a frame. Meanwhile keys go to that program. Returns `None` if we are not on the screen.
    pub fn aside<T>(&mut self, run: impl FnOnce() -> T) -> Option<T> {
        if !self.shared.step_aside() {
            return None;
        }
        let done = run();
        self.shared.step_back();
        Some(done)
    }

    /// Sends `text` to the clipboard of the person's own machine (OSC 52), which works over SSH and, if its
    /// `set-clipboard` is on, in tmux. There is no way to know if the terminal obeyed. Returns false and sends nothing
    /// if the text exceeds [`COPY_LIMIT`] bytes, as half a text in the clipboard would pass for the whole.
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

    /// Has the terminal report the mouse, or leaves it to the terminal, which then selects text.
    pub fn take_mouse(&mut self, wanted: bool) {
        self.shared.take_mouse(wanted);
    }

    /// Sets the title of the terminal's window. The previous one is back when the screen is left.
    pub fn set_title(&mut self, title: &str) {
        self.shared.set_title(title);
    }

    /// Restores the terminal. A second call does nothing. Waits at most half a second for a terminal that accepts no
    /// bytes.
    pub fn leave(&mut self) {
        self.shared.leave();
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&SharedTerminal) + Send + 'static) -> io::Result<()> {
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
