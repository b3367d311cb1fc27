//! Separates keys that arrive faster than a person types from keys that are pressed.
//!
//! A terminal without bracketed paste sends a pasted text as keys. They all arrive at once, whereas pressed keys
//! arrive one by one, however quickly, unless the line was stuck.

use std::mem;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Event;
use super::decode::TerminalInput;

/// Minimum number of keys of a burst. Fewer at once may have been typed while the line was stuck.
const MIN_KEYS: usize = 6;
/// Maximum time between two keys of a paste whose bytes are read one by one: nobody presses keys this fast.
const MAX_KEY_GAP: Duration = Duration::from_millis(3);
/// Time that a few keys at once wait for more, which would make them a burst.
const MORE_KEYS_WAIT: Duration = Duration::from_millis(5);
/// Maximum pause within a burst: a long one arrives in several pieces.
const MAX_PAUSE: Duration = Duration::from_millis(50);

/// Collects keys that arrive at once.
#[derive(Debug, Default)]
pub struct Burst {
    held: Vec<KeyEvent>,
    /// Time at which text was last taken in.
    last: Option<Instant>,
}

impl Burst {
    /// Handles inputs that arrived at once, at the time `now`. A single key is sent immediately, as is everything that
    /// is not text.
    pub fn take(&mut self, inputs: Vec<TerminalInput>, now: Instant, send: &impl Fn(Event)) {
        for input in inputs {
            match input {
                TerminalInput::Key(key) if types_text(key) => self.held.push(key),
                TerminalInput::Key(key) => {
                    self.finish(send);
                    send(Event::Key(key));
                }
                TerminalInput::Mouse(mouse) => {
                    self.finish(send);
                    send(Event::Mouse(mouse));
                }
                TerminalInput::Paste(text) => {
                    self.finish(send);
                    send(Event::Paste(text));
                }
            }
        }
        if self.held.is_empty() {
            return;
        }
        let is_quick = self.last.is_some_and(|last| now.duration_since(last) < MAX_KEY_GAP);
        self.last = Some(now);
        if self.held.len() == 1 && !is_quick {
            self.finish(send);
        }
    }

    /// Returns the time to wait for more; `None` if nothing is held.
    pub fn patience(&self) -> Option<Duration> {
        match self.held.len() {
            0 => None,
            1..MIN_KEYS => Some(MORE_KEYS_WAIT),
            _ => Some(MAX_PAUSE),
        }
    }

    /// Sends what is held, after nothing more arrived. A run of one key is a key held down, not a burst.
    pub fn finish(&mut self, send: &impl Fn(Event)) {
        let held = mem::take(&mut self.held);
        if held.len() >= MIN_KEYS && held.iter().any(|key| *key != held[0]) {
            send(Event::Burst(held));
        } else {
            held.into_iter().for_each(|key| send(Event::Key(key)));
        }
    }
}

/// Returns true for keys that a pasted text may consist of. A line break may arrive as ctrl-j.
fn types_text(key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => true,
        KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab => {
            !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Returns the events for reads that follow each other at this pace. After the last read nothing more arrives.
    fn sent_every(pace: Duration, reads: &[&[KeyCode]]) -> Vec<Event> {
        let sent = RefCell::new(Vec::new());
        let send = |event| sent.borrow_mut().push(event);
        let mut burst = Burst::default();
        let mut now = Instant::now();
        for read in reads {
            now += pace;
            burst.take(read.iter().map(|code| TerminalInput::Key((*code).into())).collect(), now, &send);
            if burst.patience().is_some_and(|patience| patience < pace) {
                burst.finish(&send);
            }
        }
        burst.finish(&send);
        sent.into_inner()
    }

    fn sent(reads: &[&[KeyCode]]) -> Vec<Event> {
        sent_every(Duration::from_millis(1), reads)
    }

    fn codes(text: &str) -> Vec<KeyCode> {
        text.chars().map(|c| if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) }).collect()
    }

    fn keys(codes: &[KeyCode]) -> Vec<Event> {
        codes.iter().map(|code| Event::Key((*code).into())).collect()
    }

    fn burst(codes: &[KeyCode]) -> Event {
        Event::Burst(codes.iter().map(|code| (*code).into()).collect())
    }

    #[test]
    fn text_arriving_at_once_is_burst() {
        let text = codes("Dana\nplan = 'pro'\n");
        assert_eq!(sent(&[&text]), [burst(&text)]);
        // It may arrive in pieces, the first of them small.
        assert_eq!(sent(&[&text[..2], &text[2..9], &text[9..10], &text[10..]]), [burst(&text)]);
    }

    #[test]
    fn keys_at_human_pace_are_keys() {
        let text = codes("select everyone\n");
        for at_once in [1, 2] {
            let reads: Vec<&[KeyCode]> = text.chunks(at_once).collect();
            assert_eq!(sent_every(Duration::from_millis(10), &reads), keys(&text), "{at_once} at once");
        }
    }

    #[test]
    fn text_read_byte_by_byte_is_burst_after_first_key() {
        let text = codes("Delete @dana\n");
        let reads: Vec<&[KeyCode]> = text.chunks(1).collect();
        assert_eq!(sent(&reads), [keys(&text[..1]), vec![burst(&text[1..])]].concat());
    }

    #[test]
    fn held_key_and_few_keys_at_once_are_keys() {
        for text in ["jjjjjjjjjjjjjjjj", "gplan", "ab"] {
            assert_eq!(sent(&[&codes(text)]), keys(&codes(text)), "{text}");
        }
    }

    #[test]
    fn key_without_text_ends_burst_in_order() {
        let text = codes("plan = 'pro'");
        let mut all = text.clone();
        all.push(KeyCode::Up);
        all.push(KeyCode::Char('x'));
        let expected = [vec![burst(&text)], keys(&[KeyCode::Up, KeyCode::Char('x')])].concat();
        assert_eq!(sent(&[&all]), expected);
        let motions = [KeyCode::Down; 20];
        assert_eq!(sent(&[&motions]), keys(&motions));
    }
}
