//! The input thread, which reads keys and pastes and passes them on. It computes nothing.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::thread;
use std::time::{Duration, Instant};

use super::Event;
use super::burst::Burst;
use super::decode::Decoder;
use super::sys::{self, WaitOutcome};

/// Maximum time for which the thread may still be reading after another program was given the keys.
pub const SETTLE: Duration = Duration::from_millis(50);
/// Maximum number of bytes that are taken in at once.
const MAX_AT_ONCE: usize = 256 * 1024;

/// Reads until the line is gone (`Err`) or `is_left` reports that the keys are no longer ours. Pauses while
/// `is_aside`.
pub fn run(
    keys: &File,
    is_left: impl Fn() -> bool,
    is_aside: impl Fn() -> bool,
    send: impl Fn(Event),
) -> Result<(), TerminalLost> {
    let mut decoder = Decoder::default();
    let mut burst = Burst::default();
    let mut last = Instant::now();
    loop {
        // Another program reads the keys.
        while is_aside() {
            thread::sleep(SETTLE);
        }
        // The rest of an unfinished input may still arrive, up to a time limit.
        let patience = [decoder.patience(), burst.patience()].into_iter().flatten().min();
        let wait = sys::wait_readable(keys, patience.map(|patience| patience.saturating_sub(last.elapsed())));
        if is_left() {
            return Ok(());
        }
        if is_aside() {
            continue;
        }
        let mut inputs = Vec::new();
        match wait {
            WaitOutcome::Gone => return Err(TerminalLost),
            WaitOutcome::TimedOut => {
                let is_over = |patience: Option<Duration>| patience.is_some_and(|patience| last.elapsed() >= patience);
                let (decoder_is_over, burst_is_over) = (is_over(decoder.patience()), is_over(burst.patience()));
                if decoder_is_over {
                    decoder.finish(&mut inputs);
                }
                burst.take(inputs, last, &send);
                if burst_is_over {
                    burst.finish(&send);
                }
            }
            WaitOutcome::Ready => {
                read(keys, |bytes| decoder.feed(bytes, &mut inputs))?;
                last = Instant::now();
                burst.take(inputs, last, &send);
            }
        }
    }
}

/// The terminal is gone.
#[derive(Debug)]
pub struct TerminalLost;

/// Reads everything that is available now.
fn read(mut keys: &File, mut take: impl FnMut(&[u8])) -> Result<(), TerminalLost> {
    let mut buffer = [0; 4096];
    let mut all = 0;
    loop {
        match keys.read(&mut buffer) {
            // A dropped line reads 0 bytes at once, and forever.
            Ok(0) => return Err(TerminalLost),
            Ok(count) => {
                take(&buffer[..count]);
                all += count;
            }
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(_) => return Err(TerminalLost),
        }
        if all >= MAX_AT_ONCE || !matches!(sys::wait_readable(keys, Some(Duration::ZERO)), WaitOutcome::Ready) {
            return Ok(());
        }
    }
}
