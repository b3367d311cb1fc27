//! The writer thread, which brings the newest picture to the terminal, however slow that is, so that no other thread
//! waits.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::screen::{KnownScreen, Picture};
use super::sys::{self, WaitOutcome};

/// Longest single write, in bytes. A whole screen of styled text seldom takes more.
const BUFFER: usize = 64 * 1024;
/// Time that the writer waits for a full terminal before it checks if it should give up.
const GLANCE: Duration = Duration::from_millis(50);

/// The next thing to write. At most one picture waits here: a newer one replaces it.
#[derive(Debug, Default)]
pub struct Mailbox {
    state: Mutex<WriterState>,
    changed: Condvar,
}

/// Work for the writer's thread.
#[derive(Debug, Default)]
struct WriterState {
    /// Escape sequences to write before the picture, in order.
    control: Vec<u8>,
    picture: Option<Picture>,
    /// True if what the terminal shows is no longer known.
    forget: bool,
    /// True while pictures are accepted: not before the screen is entered, nor once it is being left.
    open: bool,
    /// True if the current write has to be dropped in favour of `control`.
    hurry: bool,
    /// True while the writer works on something it took.
    busy: bool,
}

/// Work that the writer's thread has taken.
struct WriteJob {
    control: Vec<u8>,
    picture: Option<Picture>,
    forget: bool,
}

impl Mailbox {
    /// Writes `control`, then accepts pictures, the first of which is drawn whole.
    pub fn open(&self, control: &[u8]) {
        let mut state = self.lock();
        state.control.extend_from_slice(control);
        state.forget = true;
        state.open = true;
        self.changed.notify_all();
    }

    /// Leaves a picture for the writer, in place of one that still waits.
    pub fn put(&self, picture: Picture) {
        let mut state = self.lock();
        if state.open {
            state.picture = Some(picture);
            self.changed.notify_all();
        }
    }

    /// Writes `control` between two pictures.
    pub fn send(&self, control: &[u8]) {
        let mut state = self.lock();
        if state.open {
            state.control.extend_from_slice(control);
            self.changed.notify_all();
        }
    }

    /// Makes the next picture clear the screen and be drawn whole.
    pub fn forget(&self) {
        self.lock().forget = true;
    }

    /// Accepts no more pictures, and drops the one that waits.
    pub fn refuse_pictures(&self) {
        let mut state = self.lock();
        state.open = false;
        state.picture = None;
    }

    /// Drops everything else, writes `control`, and waits until that is done, but at most for `patience`: a terminal
    /// that accepts no bytes must not block the program.
    pub fn close(&self, control: &[u8], patience: Duration) {
        let deadline = Instant::now() + patience;
        self.refuse_pictures();
        let mut state = self.lock();
        state.control = control.to_vec();
        state.hurry = state.busy;
        self.changed.notify_all();
        while state.busy || !state.control.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn take(&self) -> WriteJob {
        let mut state = self.lock();
        state.busy = false;
        state.hurry = false;
        self.changed.notify_all();
        while state.control.is_empty() && state.picture.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.busy = true;
        // A control sequence alone leaves the rest of the screen as it is known.
        let forget = state.picture.is_some() && std::mem::take(&mut state.forget);
        WriteJob { control: std::mem::take(&mut state.control), picture: state.picture.take(), forget }
    }

    fn is_hurried(&self) -> bool {
        self.lock().hurry
    }

    fn lock(&self) -> MutexGuard<'_, WriterState> {
        // No foreign code runs under this lock, so even a poisoned state is consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Destination of the bytes: a terminal, or in tests a faulty stand-in.
pub trait WriteTarget: Write {
    fn wait_writable(&self, patience: Duration) -> WaitOutcome;
}

impl WriteTarget for File {
    fn wait_writable(&self, patience: Duration) -> WaitOutcome {
        sys::wait_writable(self, patience)
    }
}

/// Reason why not all bytes were written.
#[derive(Debug, PartialEq, Eq)]
enum WriteStop {
    Failed,
    Hurried,
    Gone,
}

/// Writes what arrives in `mailbox`, for as long as the process lives. Calls `lost` when the line is gone.
pub fn run(mut line: impl WriteTarget, mailbox: &Mailbox, lost: impl Fn()) {
    let mut screen = KnownScreen::default();
    let mut bytes = Vec::with_capacity(BUFFER);
    loop {
        let job = mailbox.take();
        if write_job(&mut line, mailbox, &mut screen, job, &mut bytes) == Err(WriteStop::Gone) {
            mailbox.refuse_pictures();
            lost();
        }
        bytes.clear();
        bytes.shrink_to(BUFFER);
    }
}

fn write_job(
    line: &mut impl WriteTarget,
    mailbox: &Mailbox,
    screen: &mut KnownScreen,
    job: WriteJob,
    bytes: &mut Vec<u8>,
) -> Result<(), WriteStop> {
    if job.forget {
        screen.forget();
    }
    bytes.extend_from_slice(&job.control);
    if let Some(picture) = &job.picture {
        screen.write_update(picture, bytes).map_err(|_| WriteStop::Failed)?;
    }
    let written = write_all(line, mailbox, bytes);
    match (&written, job.picture) {
        (Ok(()), Some(picture)) => screen.shows(picture),
        (Ok(()), None) => {}
        // Part of it may have been written.
        (Err(_), _) => screen.forget(),
    }
    written
}

fn write_all(line: &mut impl WriteTarget, mailbox: &Mailbox, mut bytes: &[u8]) -> Result<(), WriteStop> {
    while !bytes.is_empty() {
        let next = &bytes[..bytes.len().min(BUFFER)];
        match line.write(next) {
            Ok(0) => return Err(WriteStop::Failed),
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if line.wait_writable(GLANCE) == WaitOutcome::Gone {
                    return Err(WriteStop::Gone);
                }
            }
            Err(_) if line.wait_writable(Duration::ZERO) == WaitOutcome::Gone => return Err(WriteStop::Gone),
            Err(_) => return Err(WriteStop::Failed),
        }
        if !bytes.is_empty() && mailbox.is_hurried() {
            return Err(WriteStop::Hurried);
        }
    }
    line.flush().map_err(|_| WriteStop::Failed)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use ratatui::buffer::Buffer;

    use super::*;

    /// Accepts three bytes at a time, blocks before each write, and fails on request.
    #[derive(Default)]
    struct FaultyTerminal {
        taken: Vec<u8>,
        ready: bool,
        fails: usize,
        stuck: bool,
    }

    impl Write for FaultyTerminal {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.fails > 0 {
                self.fails -= 1;
                return Err(io::Error::from_raw_os_error(libc::EIO));
            }
            self.ready = !self.ready;
            if self.ready || self.stuck {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(3);
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl WriteTarget for FaultyTerminal {
        fn wait_writable(&self, _: Duration) -> WaitOutcome {
            WaitOutcome::Ready
        }
    }

    fn picture(line: &str) -> Picture {
        Picture { cells: Buffer::with_lines([line]), cursor: None }
    }

    fn job(line: &str) -> WriteJob {
        WriteJob { control: Vec::new(), picture: Some(picture(line)), forget: false }
    }

    fn write(line: &mut FaultyTerminal, screen: &mut KnownScreen, job: WriteJob) -> Result<String, WriteStop> {
        line.taken.clear();
        write_job(line, &Mailbox::default(), screen, job, &mut Vec::new())?;
        Ok(String::from_utf8_lossy(&line.taken).into_owned())
    }

    #[test]
    fn partial_writes_are_continued() {
        let mut line = FaultyTerminal::default();
        let sent = write(&mut line, &mut KnownScreen::default(), job("hello")).expect("all written");
        assert!(sent.contains("hello") && sent.ends_with("\x1b[?2026l"), "{sent:?}");
    }

    #[test]
    fn failed_write_redraws_whole_screen() {
        let (mut line, mut screen) = (FaultyTerminal::default(), KnownScreen::default());
        write(&mut line, &mut screen, job("hello")).expect("all written");
        line.fails = 1;
        assert_eq!(write(&mut line, &mut screen, job("hullo")), Err(WriteStop::Failed));
        let sent = write(&mut line, &mut screen, job("hullo")).expect("all written");
        assert!(sent.contains("\x1b[2J") && sent.contains("hullo"), "{sent:?}");
    }

    #[test]
    fn newer_picture_replaces_waiting_picture() {
        let mailbox = Mailbox::default();
        mailbox.open(b"enter");
        mailbox.put(picture("old"));
        mailbox.put(picture("new"));
        let job = mailbox.take();
        assert_eq!((job.control.as_slice(), job.picture, job.forget), (&b"enter"[..], Some(picture("new")), true));
    }

    #[test]
    fn refused_pictures_are_not_drawn() {
        let mailbox = Mailbox::default();
        mailbox.open(b"");
        mailbox.put(picture("last"));
        mailbox.refuse_pictures();
        mailbox.put(picture("late"));
        mailbox.send(b"late");
        let state = mailbox.lock();
        assert!(state.picture.is_none() && state.control.is_empty());
    }

    #[test]
    fn closing_drops_unsent_output_after_timeout() {
        let mailbox = Arc::new(Mailbox::default());
        mailbox.open(b"");
        mailbox.put(picture("stuck"));
        let stuck = FaultyTerminal { stuck: true, ..FaultyTerminal::default() };
        let of_writer = Arc::clone(&mailbox);
        thread::spawn(move || run(stuck, &of_writer, || {}));
        let patience = Duration::from_millis(100);
        let start = Instant::now();
        mailbox.close(b"leave", patience);
        assert!(start.elapsed() >= patience, "nothing could be written");
        assert!(mailbox.lock().picture.is_none());
    }
}
