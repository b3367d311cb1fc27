//! Decodes what the terminal sends into keys and pastes.
//!
//! crossterm's own reader is not used, for four faults that cannot be worked around from outside: it reports the
//! replies of a terminal (OSC, DCS, APC) as keys, takes an Esc for a key if the rest of a sequence arrives in the next
//! read, loses an Esc that a second one follows, and swallows everything after a paste whose end mark is lost. Only
//! its [`KeyEvent`] is used.

use std::mem;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use memchr::memmem;

const ESCAPE: u8 = 0x1b;
const CTRL_C: u8 = 0x03;
const BELL: u8 = 0x07;
const PASTE_END: &[u8] = b"\x1b[201~";

/// Maximum time for the rest of an escape sequence: an Esc that stays alone this long is the key. Sequences are sent
/// in one piece, so only a line that splits them needs this time; nobody presses Esc and another key this fast.
const SEQUENCE: Duration = Duration::from_millis(30);
/// Maximum time for the rest of a terminal's reply.
const REPLY: Duration = Duration::from_millis(500);
/// Maximum pause within a paste. After it the paste is over, with or without its end mark, and what follows is typed
/// text.
const PASTE: Duration = Duration::from_secs(1);
/// Upper bound on the bytes of a control sequence.
const MAX_SEQUENCE: usize = 64;

/// An input from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalInput {
    Key(KeyEvent),
    /// A press of the left button or a turn of the wheel.
    Mouse(MouseEvent),
    /// A bracketed paste, its line breaks normalized to `\n`.
    Paste(String),
}

/// Decodes keys and pastes from bytes that arrive in arbitrary pieces.
#[derive(Debug, Default)]
pub struct Decoder {
    state: DecoderState,
    /// Bytes of the unfinished sequence, character or paste.
    pending: Vec<u8>,
    /// True if an Esc precedes the unfinished character.
    alt: bool,
}

/// State of the decoder after the bytes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum DecoderState {
    /// Between two keys, or in a character of several bytes.
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After ESC O: a key of the keypad.
    Ss3,
    /// After ESC [ (CSI): parameters are in `pending`.
    Control,
    /// In a mouse report of the oldest kind, with this many bytes still to come.
    Mouse(u8),
    /// In an OSC, DCS, APC, PM or SOS, which the introducer began: a terminal's reply, which the program never asks
    /// for.
    Reply {
        introducer: u8,
        /// True while nothing has followed the introducer.
        is_empty: bool,
        /// True if the previous byte was an ESC, the first half of the terminator.
        is_ending: bool,
    },
    Paste,
}

impl Decoder {
    /// Decodes the bytes of one read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<TerminalInput>) {
        // Terminals strip control characters from pastes, so this is the key, pressed while waiting for an end mark
        // that may have been lost.
        if self.state == DecoderState::Paste && bytes == [CTRL_C] {
            self.finish_paste(out);
        }
        let mut rest = bytes;
        while let [byte, behind @ ..] = rest {
            if self.state == DecoderState::Paste {
                rest = self.paste(rest, out);
            } else {
                self.byte(*byte, out);
                rest = behind;
            }
        }
    }

    /// Returns the time to wait for the rest of an unfinished sequence; `None` if there is none.
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            DecoderState::Ground if self.pending.is_empty() => None,
            DecoderState::Reply { is_empty: false, .. } => Some(REPLY),
            DecoderState::Paste => Some(PASTE),
            _ => Some(SEQUENCE),
        }
    }

    /// Finishes what is unfinished, after nothing arrived for as long as [`Self::patience`] says.
    pub fn finish(&mut self, out: &mut Vec<TerminalInput>) {
        let (state, pending) = (self.state, mem::take(&mut self.pending));
        match state {
            DecoderState::Escape => out.push(TerminalInput::Key(KeyCode::Esc.into())),
            DecoderState::Ss3 => out.push(alt('O')),
            DecoderState::Control if pending.is_empty() => out.push(alt('[')),
            DecoderState::Reply { introducer, is_empty: true, .. } => out.push(alt(char::from(introducer))),
            DecoderState::Paste => {
                self.pending = pending;
                self.finish_paste(out);
            }
            // An incomplete sequence, reply or character has no meaning.
            DecoderState::Ground | DecoderState::Control | DecoderState::Mouse(_) | DecoderState::Reply { .. } => {}
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.state = DecoderState::Ground;
        self.pending.clear();
        self.alt = false;
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        match self.state {
            DecoderState::Ground => self.plain(byte, out),
            DecoderState::Escape => self.behind_escape(byte, out),
            DecoderState::Ss3 => self.behind_ss3(byte, out),
            DecoderState::Control => self.control(byte, out),
            DecoderState::Mouse(left) => {
                self.state = if left > 1 { DecoderState::Mouse(left - 1) } else { DecoderState::Ground }
            }
            DecoderState::Reply { introducer, is_ending, .. } => self.reply(byte, introducer, is_ending, out),
            DecoderState::Paste => self.pending.push(byte),
        }
    }

    /// Decodes a byte between sequences: a key, or the start of something longer.
    fn plain(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        if !self.pending.is_empty() || byte >= 0x80 {
            return self.character(byte, out);
        }
        let (code, modifiers) = match byte {
            ESCAPE => {
                self.state = DecoderState::Escape;
                return;
            }
            b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
            b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
            0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
            0 => (KeyCode::Char(' '), KeyModifiers::CONTROL),
            0x01..=0x1a => (KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL),
            0x1c..=0x1f => (KeyCode::Char(char::from(byte - 0x1c + b'4')), KeyModifiers::CONTROL),
            _ => (KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
        };
        self.key(code, modifiers, out);
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers, out: &mut Vec<TerminalInput>) {
        let alt = if mem::take(&mut self.alt) { KeyModifiers::ALT } else { KeyModifiers::NONE };
        out.push(TerminalInput::Key(KeyEvent::new(code, modifiers | alt)));
    }

    /// Decodes a byte of a multi-byte character. Bytes that are not UTF-8 are dropped.
    fn character(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        if byte < 0x80 {
            self.reset();
            return self.plain(byte, out);
        }
        self.pending.push(byte);
        match std::str::from_utf8(&self.pending) {
            Ok(text) => {
                let typed = text.chars().next();
                self.pending.clear();
                if let Some(c) = typed {
                    self.key(KeyCode::Char(c), KeyModifiers::NONE, out);
                }
            }
            // An incomplete character.
            Err(error) if error.error_len().is_none() => {}
            Err(_) => {
                let is_first = self.pending.len() == 1;
                self.reset();
                if !is_first {
                    self.character(byte, out);
                }
            }
        }
    }

    fn behind_escape(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        self.state = DecoderState::Ground;
        match byte {
            b'[' => self.state = DecoderState::Control,
            b'O' => self.state = DecoderState::Ss3,
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.state = DecoderState::Reply { introducer: byte, is_empty: true, is_ending: false };
            }
            ESCAPE => {
                out.push(TerminalInput::Key(KeyCode::Esc.into()));
                self.state = DecoderState::Escape;
            }
            _ => {
                self.alt = true;
                self.plain(byte, out);
            }
        }
    }

    fn behind_ss3(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        self.state = DecoderState::Ground;
        let code = match byte {
            b'M' => Some(KeyCode::Enter),
            // F1 to F4 have no meaning here.
            b'P'..=b'S' => return,
            _ => cursor_key(byte),
        };
        match code {
            Some(code) => out.push(TerminalInput::Key(code.into())),
            None => {
                out.push(alt('O'));
                self.byte(byte, out);
            }
        }
    }

    fn control(&mut self, byte: u8, out: &mut Vec<TerminalInput>) {
        match byte {
            // The function keys of the Linux console: CSI [ A.
            _ if self.pending == b"[" => self.reset(),
            b'[' if self.pending.is_empty() => self.pending.push(byte),
            b'M' if self.pending.is_empty() => self.state = DecoderState::Mouse(3),
            0x20..=0x3f if self.pending.len() < MAX_SEQUENCE => self.pending.push(byte),
            b'~' if self.pending == b"200" => {
                self.pending.clear();
                self.state = DecoderState::Paste;
            }
            b'M' | b'm' if self.pending.starts_with(b"<") => {
                out.extend(mouse_report(&self.pending[1..], byte == b'M').map(TerminalInput::Mouse));
                self.reset();
            }
            0x40..=0x7e => {
                out.extend(control_key(&self.pending, byte).map(TerminalInput::Key));
                self.reset();
            }
            // Not part of any sequence: a key, or the start of another sequence.
            _ => {
                self.reset();
                self.byte(byte, out);
            }
        }
    }

    fn reply(&mut self, byte: u8, introducer: u8, is_ending: bool, out: &mut Vec<TerminalInput>) {
        match byte {
            b'\\' if is_ending => self.reset(),
            _ if is_ending => {
                self.state = DecoderState::Escape;
                self.byte(byte, out);
            }
            BELL => self.reset(),
            ESCAPE => self.state = DecoderState::Reply { introducer, is_empty: false, is_ending: true },
            // A reply consists of printable characters and perhaps line breaks, so this is a key.
            0..=0x07 | 0x0e..=0x1f => {
                self.reset();
                self.byte(byte, out);
            }
            _ => self.state = DecoderState::Reply { introducer, is_empty: false, is_ending: false },
        }
    }

    /// Stores the bytes of a paste up to its end. Returns the bytes after it.
    fn paste<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<TerminalInput>) -> &'a [u8] {
        // The end mark may have started in an earlier read.
        let known = self.pending.len();
        let from = known.saturating_sub(PASTE_END.len() - 1);
        self.pending.extend_from_slice(bytes);
        let Some(at) = memmem::find(&self.pending[from..], PASTE_END) else { return &[] };
        let end = from + at + PASTE_END.len();
        self.pending.truncate(from + at);
        self.finish_paste(out);
        &bytes[end - known..]
    }

    fn finish_paste(&mut self, out: &mut Vec<TerminalInput>) {
        let half_an_end = (1..PASTE_END.len()).rev().find(|length| self.pending.ends_with(&PASTE_END[..*length]));
        self.pending.truncate(self.pending.len() - half_an_end.unwrap_or(0));
        let text = String::from_utf8_lossy(&self.pending);
        // Terminals send a pasted line break as the Enter key does.
        out.push(TerminalInput::Paste(text.replace("\r\n", "\n").replace('\r', "\n")));
        self.reset();
    }
}

fn alt(c: char) -> TerminalInput {
    TerminalInput::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT))
}

fn cursor_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// Returns the key of a control sequence: `CSI 1 ; 5 C` is ctrl-right. `None` for mouse and focus reports, for
/// replies, for keys without a meaning here, and for the release of a key.
fn control_key(parameters: &[u8], last: u8) -> Option<KeyEvent> {
    let text = std::str::from_utf8(parameters).ok()?;
    let mut fields = text.split(';').map(|field| {
        let mut parts = field.split(':').map(|part| part.parse::<u32>().ok());
        (parts.next().flatten(), parts.next().flatten())
    });
    let (first, second) = (fields.next().unwrap_or_default().0, fields.next().unwrap_or_default());
    let (modifiers, kind) = (modifiers(second.0), second.1);
    let code = match (last, first) {
        _ if kind == Some(3) => return None,
        // A parameter that is not a number makes it a reply.
        (b'A'..=b'D' | b'F' | b'H', first) if first.is_some() || text.is_empty() => cursor_key(last)?,
        (b'Z', _) => return Some(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)),
        (b'~', Some(1 | 7)) => KeyCode::Home,
        (b'~', Some(3)) => KeyCode::Delete,
        (b'~', Some(4 | 8)) => KeyCode::End,
        (b'~', Some(5)) => KeyCode::PageUp,
        (b'~', Some(6)) => KeyCode::PageDown,
        // xterm's modifyOtherKeys, and the keys of kitty's protocol.
        (b'~', Some(27)) => character_key(fields.next()?.0?)?,
        (b'u', Some(character)) => character_key(character)?,
        _ => return None,
    };
    Some(KeyEvent::new(code, modifiers))
}

/// Returns the report of the mouse `CSI < button ; column ; row M`: `None` for releases, motion and other buttons.
fn mouse_report(parameters: &[u8], is_press: bool) -> Option<MouseEvent> {
    const WHEEL_UP: u32 = 64;
    const WHEEL_DOWN: u32 = 65;
    // Shift, alt and ctrl.
    const HELD: u32 = 4 | 8 | 16;
    let text = std::str::from_utf8(parameters).ok()?;
    let mut fields = text.split(';').map(|field| field.parse::<u32>().ok());
    let (button, column, row) = (fields.next()??, fields.next()??, fields.next()??);
    let kind = match button & !HELD {
        0 if is_press => MouseEventKind::Down(MouseButton::Left),
        WHEEL_UP => MouseEventKind::ScrollUp,
        WHEEL_DOWN => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let cell = |number: u32| u16::try_from(number.checked_sub(1)?).ok();
    Some(MouseEvent { kind, column: cell(column)?, row: cell(row)?, modifiers: KeyModifiers::NONE })
}

fn character_key(code: u32) -> Option<KeyCode> {
    Some(match code {
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        127 => KeyCode::Backspace,
        _ => KeyCode::Char(char::from_u32(code).filter(|c| !c.is_control())?),
    })
}

/// Decodes modifiers, sent as one more than a sum of 1 for shift, 2 for alt and 4 for ctrl.
fn modifiers(bits: Option<u32>) -> KeyModifiers {
    let held = bits.unwrap_or(1).saturating_sub(1);
    let all = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    all.into_iter().filter(|(bit, _)| held & bit != 0).fold(KeyModifiers::NONE, |held, (_, one)| held | one)
}

#[cfg(test)]
mod tests;
