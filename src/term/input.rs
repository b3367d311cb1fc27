//! The input thread: reads keys and pastes and passes them on. It computes nothing.

use std::fs::File;
use std::thread;
use std::time::Duration;

use crossterm::event::{self as tty, KeyEventKind};

use super::Event;
use super::sys::{self, Wait};

/// How long crossterm is asked for more once it gave something. It may hold keys it has read but not yet told of,
/// and asks nobody when its time is up before it began; a long key press keeps this thread in one place.
pub const MORE: Duration = Duration::from_millis(50);

/// Reads until the line is gone (`Err`) or `is_left` says that keys are no longer ours; reads none while `is_aside`.
///
/// We do the waiting, not crossterm: on a dropped line its wait returns at once, for ever, and reads nothing.
pub fn run(
    keys: &File,
    is_left: impl Fn() -> bool,
    is_aside: impl Fn() -> bool,
    send: impl Fn(Event),
) -> Result<(), Lost> {
    loop {
        // Another program reads the keys.
        while is_aside() {
            thread::sleep(MORE);
        }
        let wait = sys::wait_readable(keys, None);
        if is_left() {
            return Ok(());
        }
        if is_aside() {
            continue;
        }
        match wait {
            Wait::Gone => return Err(Lost),
            Wait::TimedOut => continue,
            Wait::Ready => {}
        }
        while !is_aside() && tty::poll(MORE).map_err(|_| Lost)? {
            if let Some(event) = translate(tty::read().map_err(|_| Lost)?) {
                send(event);
            }
        }
    }
}

/// The terminal is no longer there.
#[derive(Debug)]
pub struct Lost;

fn translate(event: tty::Event) -> Option<Event> {
    match event {
        tty::Event::Key(key) if key.kind != KeyEventKind::Release => Some(Event::Key(key)),
        // Terminals send a pasted line's end as the Enter key does.
        tty::Event::Paste(text) => Some(Event::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))),
        // Sizes come from our own watch of SIGWINCH; focus and mouse are not asked for.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    #[test]
    fn presses_and_repeats_pass_and_releases_do_not() {
        let key = |kind| KeyEvent::new_with_kind(KeyCode::Char('a'), KeyModifiers::NONE, kind);
        for (kind, passes) in
            [(KeyEventKind::Press, true), (KeyEventKind::Repeat, true), (KeyEventKind::Release, false)]
        {
            assert_eq!(translate(tty::Event::Key(key(kind))).is_some(), passes);
        }
    }

    #[test]
    fn a_paste_has_plain_line_ends() {
        let paste = translate(tty::Event::Paste("a\rb\r\nc\n".to_owned()));
        assert!(matches!(paste, Some(Event::Paste(text)) if text == "a\nb\nc\n"));
    }
}
