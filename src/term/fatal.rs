//! Signals that end the process at once, such as those of `abort`, a stack overflow or a damaged mapped file. The
//! terminal is restored inside the signal's handler; then the signal does what it does to any program.
//!
//! Signals that ask to end (`SIGTERM` and its kin) are no business of this file: they are events, see `signals`.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::{IntoRawFd, RawFd};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::sys;

/// Every signal that ends a program and is neither handled elsewhere nor impossible to catch.
const FATAL: [libc::c_int; 15] = [
    libc::SIGQUIT,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGABRT,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGSEGV,
    libc::SIGSYS,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
    libc::SIGXFSZ,
];

/// True while the screen is ours.
static IS_ON_SCREEN: AtomicBool = AtomicBool::new(false);
/// Descriptor of the terminal, open for the life of the process; -1 before the first screen.
static TERMINAL: AtomicI32 = AtomicI32::new(-1);
static MODES: Modes = Modes(UnsafeCell::new(MaybeUninit::uninit()));
/// Bytes that leave the screen.
static LEAVE: OnceLock<&'static [u8]> = OnceLock::new();
/// Actions of the signals before ours, in the order of [`FATAL`].
static EARLIER: OnceLock<Vec<libc::sigaction>> = OnceLock::new();

/// The terminal's modes before the screen was entered.
struct Modes(UnsafeCell<MaybeUninit<libc::termios>>);

// SAFETY: written only while `IS_ON_SCREEN` is false, by the one thread that enters the screen; read only by a handler
// that has found it true.
unsafe impl Sync for Modes {}

/// Records the terminal's modes, to be restored by a fatal signal. Call it before they are changed.
pub fn before_screen(leave: &'static [u8]) {
    after_screen();
    if TERMINAL.load(Ordering::Relaxed) < 0
        && let Ok(file) = sys::open_screen()
    {
        TERMINAL.store(file.into_raw_fd(), Ordering::Relaxed);
        let _ = LEAVE.set(leave);
        install();
    }
    let mut modes = MaybeUninit::uninit();
    // SAFETY: plain calls with a descriptor and a pointer to a struct of ours; `MODES` as said above.
    unsafe {
        if libc::tcgetattr(TERMINAL.load(Ordering::Relaxed), modes.as_mut_ptr()) == 0 {
            *MODES.0.get() = modes;
            IS_ON_SCREEN.store(true, Ordering::Release);
        }
    }
}

/// Records that the screen was left: a fatal signal must not touch the terminal any more.
pub fn after_screen() {
    IS_ON_SCREEN.store(false, Ordering::Release);
}

fn install() {
    EARLIER.get_or_init(|| {
        let installed = FATAL.map(|signal| {
            // SAFETY: valid pointers to structs that are valid when all zero. The handler only makes calls that a
            // handler may make, on the alternate stack where the thread has one.
            unsafe {
                let mut earlier: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, ptr::null(), &mut earlier);
                earlier
            }
        });
        installed.to_vec()
    });
    for signal in FATAL {
        // SAFETY: as above. `EARLIER` is set before the first signal can arrive at our handler.
        unsafe {
            let mut ours: libc::sigaction = std::mem::zeroed();
            ours.sa_sigaction = on_signal as *const () as libc::sighandler_t;
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigaction(signal, &ours, ptr::null_mut());
        }
    }
}

/// Restores the terminal and lets the signal do what it would have done. A fault is met again when this returns, by the
/// signal's earlier action, which for a stack overflow prints a message. A signal that was sent is sent again.
extern "C" fn on_signal(signal: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    if IS_ON_SCREEN.swap(false, Ordering::Acquire) {
        restore(TERMINAL.load(Ordering::Relaxed));
    }
    let place = FATAL.iter().position(|fatal| *fatal == signal);
    let earlier = place.and_then(|place| EARLIER.get()?.get(place));
    // SAFETY: calls that a handler may make; `info` is given by the system.
    unsafe {
        let mut plain: libc::sigaction = std::mem::zeroed();
        plain.sa_sigaction = libc::SIG_DFL;
        let is_sent = info.is_null() || (*info).si_code <= 0;
        match earlier {
            Some(earlier) if !is_sent => libc::sigaction(signal, earlier, ptr::null_mut()),
            _ => libc::sigaction(signal, &plain, ptr::null_mut()),
        };
        if is_sent {
            libc::raise(signal);
        }
    }
}

fn restore(terminal: RawFd) {
    let leave = LEAVE.get().copied().unwrap_or_default();
    // SAFETY: calls that a handler may make, with pointers to statics; the modes were recorded, as we are on screen.
    unsafe {
        libc::write(terminal, leave.as_ptr().cast(), leave.len());
        libc::tcsetattr(terminal, libc::TCSANOW, (*MODES.0.get()).as_ptr());
    }
}
