//! Ctrl-C in a sub-command: what runs elsewhere is stopped there before the program ends.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::Signal;

/// Time that the program gets to end by itself.
const LAST_WORK: Duration = Duration::from_secs(4);

/// Number of the signal that asked the program to end; 0 if none did.
static CAME: AtomicI32 = AtomicI32::new(0);

/// Calls `stop` at the first signal that asks the program to end. A second one ends it at once, as does the same one if
/// the program is still there after four seconds.
///
/// # Errors
/// Returns an error if the system does not let signals be handled.
pub fn on_interrupt(stop: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(first) = signals.forever().next() else { return };
        CAME.store(first, Ordering::Relaxed);
        // Not on this thread, which takes the second signal.
        drop(thread::Builder::new().name("stopping".to_owned()).spawn(stop));
        let end = move || drop(emulate_default_handler(first));
        drop(thread::Builder::new().name("last work".to_owned()).spawn(move || {
            thread::sleep(LAST_WORK);
            end();
        }));
        if signals.forever().next().is_some() {
            end();
        }
    })?;
    Ok(())
}

/// Returns the signal that made [`on_interrupt`] call its function; `None` if none has arrived.
pub fn interrupted() -> Option<Signal> {
    match CAME.load(Ordering::Relaxed) {
        0 => None,
        SIGHUP => Some(Signal::Hangup),
        SIGINT => Some(Signal::Interrupt),
        _ => Some(Signal::Terminate),
    }
}
