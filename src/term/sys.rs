//! System calls that the standard library, crossterm and signal-hook do not offer.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use filedescriptor::{Error, POLLERR, POLLHUP, POLLIN, POLLOUT, poll, pollfd};
use ratatui::layout::Size;

/// Size to assume if the terminal does not know its size, as on a serial line.
const FALLBACK: Size = Size { width: 80, height: 24 };
/// Upper bound on the size: it keeps a nonsense size from allocating gigabytes.
const MAX_SIZE: Size = Size { width: 2_000, height: 1_000 };

/// Outcome of waiting for the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitOutcome {
    Ready,
    TimedOut,
    /// The line was dropped: nothing will ever be read from it or written to it again.
    Gone,
}

/// Opens the source of keys: stdin, or the controlling terminal if stdin holds data. It is the one that crossterm
/// reads.
pub fn open_keys() -> io::Result<File> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned().map(File::from);
    }
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Opens the screen to draw on: the controlling terminal, so that stdout can be redirected.
///
/// It is opened anew rather than taken from stdout, because writes have to be non-blocking, and that mode would
/// otherwise leak to everyone who shares stdout, above all the shell.
pub fn open_screen() -> io::Result<File> {
    let own = OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open("/dev/tty");
    match own {
        Err(_) if io::stdout().is_terminal() => io::stdout().as_fd().try_clone_to_owned().map(File::from),
        opened => opened,
    }
}

/// Returns the terminal's current size, never empty.
pub fn size() -> Size {
    match crossterm::terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => {
            Size { width: width.min(MAX_SIZE.width), height: height.min(MAX_SIZE.height) }
        }
        _ => FALLBACK,
    }
}

/// Waits until `file` has something to read. `None` waits forever.
pub fn wait_readable(file: &File, patience: Option<Duration>) -> WaitOutcome {
    wait(file, POLLIN, patience)
}

/// Waits until `file` accepts more bytes.
pub fn wait_writable(file: &File, patience: Duration) -> WaitOutcome {
    wait(file, POLLOUT, Some(patience))
}

fn wait(file: &File, events: i16, patience: Option<Duration>) -> WaitOutcome {
    let mut fds = [pollfd { fd: file.as_raw_fd(), events, revents: 0 }];
    match poll(&mut fds, patience) {
        Ok(0) => WaitOutcome::TimedOut,
        Ok(_) if fds[0].revents & (POLLHUP | POLLERR) != 0 => WaitOutcome::Gone,
        Ok(_) => WaitOutcome::Ready,
        // A signal interrupted the wait; the caller checks again.
        Err(Error::Poll(error) | Error::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {
            WaitOutcome::TimedOut
        }
        Err(_) => WaitOutcome::Gone,
    }
}

/// Ends the process at once: other threads may be stuck in work that nobody waits for any more.
pub fn exit_now(code: u8) -> ! {
    // SAFETY: takes a plain number and does not return.
    unsafe { libc::_exit(code.into()) }
}

/// Returns true if our job is in the terminal's foreground.
pub fn in_foreground(terminal: &File) -> bool {
    // SAFETY: two calls that take and return plain numbers; the descriptor is open as long as `terminal` is.
    unsafe { libc::tcgetpgrp(terminal.as_raw_fd()) == libc::getpgrp() }
}

/// Stops this process and the others of its job, as Ctrl-Z does for a program that does not catch it. Returns when the
/// job is continued. If no shell could continue it (a session's first process), the kernel does not stop it, and this
/// returns at once.
///
/// The whole group is stopped because a parent in it, such as `cargo run` or `git`, would otherwise keep the shell
/// waiting.
pub fn stop_job() {
    // SAFETY: plain calls with valid pointers to initialised structs; an all-zero `sigaction` is a valid value, with
    // no flags and an empty mask. signal-hook's own handler is put back as it was.
    unsafe {
        let mut ours: libc::sigaction = std::mem::zeroed();
        let mut plain: libc::sigaction = std::mem::zeroed();
        plain.sa_sigaction = libc::SIG_IGN;
        if libc::sigaction(libc::SIGTSTP, &plain, &mut ours) != 0 {
            return;
        }
        // The others first, while we ignore the signal: sent to the group, any of our threads could take it at any
        // time.
        libc::kill(0, libc::SIGTSTP);
        plain.sa_sigaction = libc::SIG_DFL;
        libc::sigaction(libc::SIGTSTP, &plain, std::ptr::null_mut());
        // Then ourselves: this returns when we are continued.
        libc::raise(libc::SIGTSTP);
        libc::sigaction(libc::SIGTSTP, &ours, std::ptr::null_mut());
    }
}
