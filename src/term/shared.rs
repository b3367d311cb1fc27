//! State shared by the threads of the terminal: the writer's mailbox, the size, and the screen's mode.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::layout::Size;

use super::writer::Mailbox;
use super::{Event, fatal, input, sys};
use crate::text;

/// Enters the alternate screen and bracketed paste, keeps the window's title, and hides the cursor. Nothing is asked of
/// the terminal, as a late answer would read as keys. The mouse stays with it unless it is taken, for selecting text
/// and because a dropped line would leave its reports on.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[22;2t\x1b[?2004h\x1b[?25l";
/// Ends a string and an update that may have been cut off, then undoes [`ENTER`] and [`MOUSE_ON`]. The cursor is shown
/// last, as the alternate screen does not keep that.
const LEAVE: &[u8] = b"\x1b\\\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[23;2t\x1b[?1049l\x1b[?25h";
/// Has presses and the wheel reported, without an upper bound on the columns; and no more.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";
/// Maximum number of characters of the window's title.
const MAX_TITLE: usize = 100;
/// Maximum time that leaving waits for a terminal that accepts no bytes.
const PATIENCE: Duration = Duration::from_millis(500);
/// Maximum time that a job continued in the background waits for the signal to end, which may follow: the number of
/// checks, and the time between two.
const FAREWELL: (u32, Duration) = (200, Duration::from_millis(10));

/// State of the terminal's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    OnScreen,
    /// Off the screen until the job is continued in the foreground.
    Suspended,
    /// Off the screen, which another program of ours uses until it ends.
    Aside,
    /// Off the screen: not on it yet, or left for good.
    Left,
}

/// State of the terminal that threads and signal handlers share.
pub struct SharedTerminal {
    /// Mailbox of the writer thread.
    pub mailbox: Mailbox,
    /// The terminal that keys are read from.
    pub keys: File,
    events: Box<dyn Fn(Event) + Send + Sync>,
    mode: Mutex<Mode>,
    /// True while the mouse is taken.
    has_mouse: AtomicBool,
    /// Sequence that sets the window's title; empty before there is one.
    title: Mutex<Vec<u8>>,
    /// Width and height in one word, so that both are read at the same moment.
    size: AtomicU32,
    lost: AtomicBool,
    /// Set when a signal asks to leave. The signal's handler itself sets it: the signal thread may be waiting for
    /// `mode`, which a job continued in the background holds until it knows whether it is to end.
    pub leaving: Arc<AtomicBool>,
}

impl SharedTerminal {
    /// Creates the state for a terminal that is not on the screen yet.
    pub fn new(keys: File, events: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self {
            mailbox: Mailbox::default(),
            keys,
            events: Box::new(events),
            mode: Mutex::new(Mode::Left),
            has_mouse: AtomicBool::new(false),
            title: Mutex::default(),
            size: AtomicU32::new(pack(sys::size())),
            lost: AtomicBool::new(false),
            leaving: Arc::default(),
        }
    }

    /// Passes an event to the program.
    pub fn send(&self, event: Event) {
        (self.events)(event);
    }

    /// Reports that the line is gone. Reported once, whichever thread finds out first.
    pub fn lost(&self) {
        self.mailbox.refuse_pictures();
        if !self.lost.swap(true, Ordering::Relaxed) {
            self.send(Event::Lost);
        }
    }

    /// Stops drawing, after a signal asked to leave.
    pub fn stop_drawing(&self) {
        self.mailbox.refuse_pictures();
    }

    /// Returns the size in columns and rows, as of the last resize.
    pub fn size(&self) -> Size {
        let packed = self.size.load(Ordering::Relaxed);
        Size { width: (packed >> 16) as u16, height: packed as u16 }
    }

    /// Reads the new size, reports it, and has the next picture drawn whole.
    pub fn resized(&self) {
        let Size { width, height } = self.measure();
        // Even at an unchanged size the terminal may have moved lines around in the meantime.
        self.mailbox.forget();
        self.send(Event::Resize { width, height });
    }

    /// Enters the screen in raw mode, and accepts pictures from then on.
    pub fn enter(&self) -> io::Result<()> {
        let mut mode = self.mode();
        fatal::before_screen(LEAVE);
        enable_raw_mode()?;
        self.mailbox.open(&self.entering());
        *mode = Mode::OnScreen;
        Ok(())
    }

    /// Returns the sequences to enter the screen with: also the title and the mouse, where they were set before.
    fn entering(&self) -> Vec<u8> {
        let mut sequences = ENTER.to_vec();
        sequences.extend_from_slice(&self.title());
        if self.has_mouse.load(Ordering::Relaxed) {
            sequences.extend_from_slice(MOUSE_ON);
        }
        sequences
    }

    /// Has the terminal report the mouse, or leaves the mouse to it.
    pub fn take_mouse(&self, wanted: bool) {
        if self.has_mouse.swap(wanted, Ordering::Relaxed) != wanted {
            self.mailbox.send(if wanted { MOUSE_ON } else { MOUSE_OFF });
        }
    }

    /// Sets the window's title. The Linux console has none, and would print it.
    pub fn set_title(&self, title: &str) {
        if std::env::var_os("TERM").is_none_or(|term| term == "linux") {
            return;
        }
        let title: String = text::visible(title).chars().take(MAX_TITLE).collect();
        let sequence = format!("\x1b]2;{title}\x1b\\").into_bytes();
        self.mailbox.send(&sequence);
        *self.title() = sequence;
    }

    fn title(&self) -> MutexGuard<'_, Vec<u8>> {
        self.title.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the screen for good. A second call does nothing.
    pub fn leave(&self) {
        self.leave_in(&mut self.mode());
    }

    /// Same as [`Self::leave`], but for a thread that may already be inside one of these calls. Returns true if we were
    /// on the screen.
    pub fn leave_if_on_screen(&self) -> bool {
        let mut mode = match self.mode.try_lock() {
            Ok(mode) => mode,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let was_on_screen = *mode == Mode::OnScreen;
        self.leave_in(&mut mode);
        was_on_screen
    }

    /// Leaves the screen, stops the job, and returns to the screen once the job is continued.
    pub fn suspend(&self) {
        let mut mode = self.mode();
        if *mode != Mode::OnScreen {
            return sys::stop_job();
        }
        self.leave_in(&mut mode);
        *mode = Mode::Suspended;
        sys::stop_job();
        self.come_back(&mut mode);
    }

    /// Returns to the screen after a stop that may not have been our own (`kill -STOP`).
    pub fn continued(&self) {
        let mut mode = self.mode();
        match *mode {
            Mode::OnScreen => {
                // The shell may have put the terminal into any state. crossterm enters raw mode only if it left it
                // before.
                leave_raw_mode();
                self.come_back(&mut mode);
            }
            Mode::Suspended => self.come_back(&mut mode),
            Mode::Left | Mode::Aside => {}
        }
    }

    /// Leaves the screen to another program. Returns once our threads read no more keys; false if we have no screen.
    pub fn step_aside(&self) -> bool {
        let mut mode = self.mode();
        if *mode != Mode::OnScreen {
            return false;
        }
        self.leave_in(&mut mode);
        *mode = Mode::Aside;
        drop(mode);
        thread::sleep(input::SETTLE * 2);
        true
    }

    /// Returns to the screen, after the other program has ended.
    pub fn step_back(&self) {
        let mut mode = self.mode();
        if *mode == Mode::Aside {
            self.come_back(&mut mode);
        }
    }

    /// Returns true while another program of ours has the screen.
    pub fn is_aside(&self) -> bool {
        *self.mode() == Mode::Aside
    }

    /// Returns true if the screen was left for good.
    pub fn is_left(&self) -> bool {
        *self.mode() == Mode::Left
    }

    fn come_back(&self, mode: &mut Mode) {
        if self.is_to_end_in_background() {
            return;
        }
        fatal::before_screen(LEAVE);
        // In the background this stops the job again, until it is brought to the foreground.
        if enable_raw_mode().is_err() {
            return self.lost();
        }
        self.measure();
        if !self.leaving.load(Ordering::Relaxed) {
            self.mailbox.open(&self.entering());
        }
        *mode = Mode::OnScreen;
        self.send(Event::Resumed);
    }

    /// Returns true if the job was continued in the background only to end, as `kill %1` does. It must not go back to
    /// the screen then: it would be stopped again. The signal may become known a moment after the stop is over.
    fn is_to_end_in_background(&self) -> bool {
        let (steps, step) = FAREWELL;
        for _ in 0..steps {
            if self.leaving.load(Ordering::Relaxed) {
                return true;
            }
            if sys::in_foreground(&self.keys) {
                return false;
            }
            thread::sleep(step);
        }
        false
    }

    fn leave_in(&self, mode: &mut Mode) {
        if std::mem::replace(mode, Mode::Left) == Mode::OnScreen {
            self.mailbox.close(LEAVE, PATIENCE);
            leave_raw_mode();
            fatal::after_screen();
        }
    }

    fn measure(&self) -> Size {
        let size = sys::size();
        self.size.store(pack(size), Ordering::Relaxed);
        size
    }

    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn leave_raw_mode() {
    // Fails if the line is gone, and then there is nothing to restore.
    let _ = disable_raw_mode();
}

fn pack(size: Size) -> u32 {
    u32::from(size.width) << 16 | u32::from(size.height)
}
