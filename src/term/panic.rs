//! Handling of panics: one that ends the program restores the terminal first; one that is caught does not touch it.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError, Weak};
use std::thread::{self, ThreadId};

use super::shared::SharedTerminal;

/// The terminal to restore.
static TERMINAL: Mutex<Weak<SharedTerminal>> = Mutex::new(Weak::new());
/// Panics that were caught without a trace on screen, to report after the screen is left.
static CAUGHT: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Maximum number of panics kept: a worker that panics for every question must not fill the memory.
const MAX_CAUGHT: usize = 16;

thread_local! {
    /// Number of nested [`guard`]s that this thread is in.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
    /// Panic that this thread's guard is about to catch, described in one line.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Installs the panic hook. Call it on the thread that draws, before the terminal is opened.
///
/// A panic on this thread ends the program: it leaves the screen, then prints what broke and where to stderr. A panic
/// on any other thread, or inside a [`guard`], leaves the screen as it is, and is kept for [`caught_panics`].
/// ratatui's own hook would leave the alternate screen for those as well.
pub fn install_panic_hook() {
    let ui = thread::current().id();
    std::panic::set_hook(Box::new(move |info| on_panic(info, ui)));
}

/// Runs `f`. A panic in it becomes an error of one line that begins with `name`, the work that broke.
pub fn guard<T>(name: &str, f: impl FnOnce() -> T) -> Result<T, String> {
    LAST.take();
    GUARDS.set(GUARDS.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(f));
    GUARDS.set(GUARDS.get() - 1);
    result.map_err(|payload| {
        let message = LAST.take().unwrap_or_else(|| message(payload.as_ref()));
        format!("{name} failed: {message}")
    })
}

/// Returns the panics that were caught so far, oldest first, with their backtraces if `RUST_BACKTRACE` asks for them.
pub fn caught_panics() -> Vec<String> {
    CAUGHT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Sets the terminal that a panic restores.
pub(super) fn restore_on_panic(terminal: Weak<SharedTerminal>) {
    *TERMINAL.lock().unwrap_or_else(PoisonError::into_inner) = terminal;
}

fn on_panic(info: &PanicHookInfo<'_>, ui: ThreadId) {
    let summary = match info.location() {
        Some(at) => format!("{} ({}:{})", message(info.payload()), at.file(), at.line()),
        None => message(info.payload()),
    };
    // The message may quote a value where no quotes are around it.
    if let Some(at) = info.location() {
        tracing::error!(file = at.file(), line = at.line(), "panicked");
    }
    let report = with_backtrace(&summary);
    if GUARDS.get() > 0 || thread::current().id() != ui {
        keep(report);
        LAST.replace(Some(summary));
        return;
    }
    let terminal = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
    if let Some(terminal) = terminal {
        terminal.leave_if_on_screen();
    }
    // If stderr is closed there is nobody to inform; a panic in here would abort.
    let _ = writeln!(io::stderr(), "crosscut failed: {report}\nThis is an internal error. Please report it.");
}

fn with_backtrace(summary: &str) -> String {
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured { format!("{summary}\n{backtrace}") } else { summary.to_owned() }
}

fn keep(report: String) {
    let mut caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
    if caught.len() < MAX_CAUGHT {
        caught.push(report);
    }
}

/// Returns the panic's message. What it quotes may be a value of the data, and is left out; its place says enough.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    without_quoted(text.unwrap_or("a panic without a message"))
}

/// Replaces everything from the first quote to the last of its kind by `…`.
fn without_quoted(text: &str) -> String {
    match text.find(['`', '"']) {
        Some(from) => {
            let after = text.get(from + 1..).unwrap_or_default();
            let end = after.rfind(['`', '"']).and_then(|at| after.get(at + 1..)).unwrap_or_default();
            format!("{}…{end}", &text[..from])
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guard_returns_result_or_panic_as_one_line() {
        assert_eq!(guard("counting", || 7), Ok(7));
        let error = guard("counting", || -> u32 { panic!("no such column: {}", "age") }).expect_err("panicked");
        assert!(error.starts_with("counting failed: no such column: age"), "{error}");
        assert_eq!(error.lines().count(), 1);
    }

    #[test]
    fn guard_reports_panic_without_message() {
        let error = guard("counting", || std::panic::panic_any(3)).expect_err("panicked");
        assert!(error.starts_with("counting failed: a panic without a message"), "{error}");
    }
}
