//! The signal thread: turns signals into events, and stops and continues the program with its job.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::shared::SharedTerminal;
use super::{Event, Signal, sys};

/// Minimum time between two reports of resizing: a window being dragged sends a resize every few milliseconds.
const SETTLE: Duration = Duration::from_millis(25);

/// Time that the program has to leave the screen by itself after a signal. Then the screen is left for it, and the
/// process ends.
const PATIENCE: Duration = Duration::from_millis(80);
/// Time that a program that has left the screen by itself has to end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Starts the thread. It lives as long as the process, because a handled signal would otherwise be ignored.
pub fn watch(shared: Arc<SharedTerminal>) -> io::Result<()> {
    for signal in [SIGHUP, SIGTERM, SIGINT] {
        flag::register(signal, Arc::clone(&shared.leaving))?;
    }
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCONT, SIGWINCH])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        while !signals.is_closed() {
            let mut came: Vec<i32> = signals.wait().collect();
            if came.contains(&SIGWINCH) {
                thread::sleep(SETTLE);
                came.extend(signals.pending());
            }
            came.sort_unstable();
            came.dedup();
            for signal in came {
                handle(&shared, signal);
            }
        }
    })?;
    Ok(())
}

fn handle(shared: &Arc<SharedTerminal>, signal: i32) {
    match signal {
        SIGWINCH => shared.resized(),
        SIGCONT => shared.continued(),
        SIGTSTP => shared.suspend(),
        SIGHUP => leave(shared, signal, Signal::Hangup),
        // Ctrl-C was meant for the program that has the screen.
        SIGINT if shared.is_aside() => shared.leaving.store(false, std::sync::atomic::Ordering::Relaxed),
        SIGINT => leave(shared, signal, Signal::Interrupt),
        _ => leave(shared, signal, Signal::Terminate),
    }
}

fn leave(shared: &Arc<SharedTerminal>, number: i32, signal: Signal) {
    shared.stop_drawing();
    if shared.is_left() {
        // The screen is no longer ours, so the signal does what it does to any program. Fails only for unknown
        // signals.
        let _ = emulate_default_handler(number);
        return;
    }
    shared.send(Event::Signal(signal));
    let shared = Arc::clone(shared);
    // Without the thread only a loop that is stuck would not end.
    let _ = thread::Builder::new().name("leaving".to_owned()).spawn(move || {
        thread::sleep(PATIENCE);
        if !shared.leave_if_on_screen() {
            thread::sleep(FAREWELL);
        }
        sys::exit_now(signal.exit_code());
    });
}
