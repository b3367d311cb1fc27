//! Converts bytes to UTF-8. Of a file that is not UTF-8 and has no byte order mark the most likely encoding is taken:
//! Mac-Roman by the letters that it yields, which `chardetng` does not know, any other by `chardetng`.

use std::io::{self, Read};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Character encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    Utf8,
    /// UTF-8 with a few broken characters, each read as `�`.
    BrokenUtf8,
    Other(&'static encoding_rs::Encoding),
}

impl FromStr for TextEncoding {
    type Err = String;

    /// Parses a name such as `utf-8`, `windows-1252`, `latin1`, `utf-16le`, `shift_jis`, `mac-roman`.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = match text.to_ascii_lowercase().as_str() {
            "mac-roman" | "macroman" => Some(MACINTOSH),
            name => encoding_rs::Encoding::for_label(name.as_bytes()),
        };
        match found {
            Some(encoding) if encoding == UTF_8 => Ok(Self::Utf8),
            Some(encoding) if encoding != encoding_rs::REPLACEMENT => Ok(Self::Other(encoding)),
            _ => Err(format!("{text:?} is not a known encoding: write one such as \"windows-1252\" or \"utf-16le\"")),
        }
    }
}

impl TextEncoding {
    /// Determines the encoding from the first bytes of a file: its byte order mark, or the position of the zero bytes
    /// of UTF-16. Returns `None` if neither tells and the bytes are not UTF-8.
    pub fn from_head(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0xFF, 0xFE]) {
            return Some(TextEncoding::Other(UTF_16LE));
        }
        if head.starts_with(&[0xFE, 0xFF]) {
            return Some(TextEncoding::Other(UTF_16BE));
        }
        let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        if head.len() >= 16 && odd * 4 > head.len() && even * 8 < odd {
            return Some(TextEncoding::Other(UTF_16LE));
        }
        if head.len() >= 16 && even * 4 > head.len() && odd * 8 < even {
            return Some(TextEncoding::Other(UTF_16BE));
        }
        match std::str::from_utf8(head) {
            Ok(_) => Some(TextEncoding::Utf8),
            // The head was cut inside a character.
            Err(error) if error.error_len().is_none() => Some(TextEncoding::Utf8),
            Err(_) => None,
        }
    }

    /// Returns the most likely encoding of bytes that are known not to be UTF-8.
    pub fn guess(mut from: impl Read) -> io::Result<Self> {
        let mut evidence = EncodingEvidence::new();
        let mut block = vec![0; 1 << 16];
        loop {
            match from.read(&mut block) {
                Ok(0) => return Ok(evidence.verdict()),
                Ok(n) => evidence.weigh(&block[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the encoding's name for messages, such as `Windows-1252`.
    pub fn name(self) -> &'static str {
        match self {
            TextEncoding::Utf8 | TextEncoding::BrokenUtf8 => "UTF-8",
            TextEncoding::Other(other) if other == UTF_16LE || other == UTF_16BE => "UTF-16",
            TextEncoding::Other(other) if other == WINDOWS_1252 => "Windows-1252",
            TextEncoding::Other(other) if other == MACINTOSH => "Mac-Roman",
            TextEncoding::Other(other) => other.name(),
        }
    }

    /// Returns a notice on how the file was read, if it was unusual.
    pub fn notice(self) -> Option<String> {
        match self {
            TextEncoding::Utf8 => None,
            TextEncoding::BrokenUtf8 => Some("some bytes are not UTF-8: each is shown as \u{FFFD}".into()),
            TextEncoding::Other(other) if other == UTF_16LE || other == UTF_16BE => Some("read as UTF-16".into()),
            TextEncoding::Other(_) => Some(format!("read as {}: not UTF-8", self.name())),
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            TextEncoding::Utf8 | TextEncoding::BrokenUtf8 => UTF_8,
            TextEncoding::Other(other) => other,
        }
        .new_decoder_with_bom_removal()
    }

    /// Returns a reader of UTF-8. For [`Encoding::Utf8`] it does not check: it passes the bytes on without the byte
    /// order mark, and whoever reads them detects the first wrong one.
    pub fn reader<R: Read + Send + 'static>(self, mut from: R) -> io::Result<Box<dyn Read + Send>> {
        if self != TextEncoding::Utf8 {
            return Ok(Box::new(Decoded::new(from, self.decoder())));
        }
        let mut start = Vec::with_capacity(3);
        (&mut from).take(3).read_to_end(&mut start)?;
        if start == [0xEF, 0xBB, 0xBF] {
            start.clear();
        }
        Ok(Box::new(io::Cursor::new(start).chain(from)))
    }
}

/// A reader that decodes.
struct Decoded<R> {
    from: R,
    decoder: Decoder,
    block: Vec<u8>,
    text: Vec<u8>,
    /// Number of bytes of `text` that have been returned.
    taken: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(from: R, decoder: Decoder) -> Self {
        Self { from, decoder, block: vec![0; 1 << 16], text: Vec::new(), taken: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        let n = self.from.read(&mut self.block)?;
        self.ended = n == 0;
        let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(4 * n + 16);
        self.text.resize(room, 0);
        // The buffer is as large as the decoder asked for, so it always takes the whole block.
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.block[..n], &mut self.text, self.ended);
        self.text.truncate(written);
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() && !self.ended {
            self.refill()?;
        }
        let rest = &self.text[self.taken..];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

/// Evidence for each encoding.
struct EncodingEvidence {
    /// Complete characters of two or more bytes, and bytes that are not part of any.
    utf8_characters: u64,
    broken_bytes: u64,
    windows: i64,
    mac: i64,
    /// Bytes that are not ASCII.
    high_bytes: i64,
    detector: EncodingDetector,
    windows_table: Vec<char>,
    mac_table: Vec<char>,
}

impl EncodingEvidence {
    fn new() -> Self {
        let table = |encoding: &'static encoding_rs::Encoding| {
            let all: Vec<u8> = (0x80..=0xFF).collect();
            encoding.decode_without_bom_handling(&all).0.chars().collect()
        };
        let (windows_table, mac_table) = (table(WINDOWS_1252), table(MACINTOSH));
        let detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        Self {
            utf8_characters: 0,
            broken_bytes: 0,
            windows: 0,
            mac: 0,
            high_bytes: 0,
            detector,
            windows_table,
            mac_table,
        }
    }

    fn weigh(&mut self, block: &[u8]) {
        for chunk in block.utf8_chunks() {
            self.utf8_characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.broken_bytes += chunk.invalid().len() as u64;
        }
        self.detector.feed(block, false);
        let mut before = b' ';
        for &byte in block {
            self.high_bytes += i64::from(byte >= 0x80);
            if let Some(place) = byte.checked_sub(0x80) {
                self.windows += likelihood(self.windows_table.get(place as usize), before);
                self.mac += likelihood(self.mac_table.get(place as usize), before);
            }
            before = byte;
        }
    }

    fn verdict(mut self) -> TextEncoding {
        if self.utf8_characters > self.broken_bytes {
            return TextEncoding::BrokenUtf8;
        }
        self.detector.feed(&[], true);
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        let is_mac = match guess == WINDOWS_1252 {
            true => self.mac > self.windows,
            false => guess.is_single_byte() && self.mac > self.windows && self.mac * 2 > self.high_bytes,
        };
        TextEncoding::Other(if is_mac { MACINTOSH } else { guess })
    }
}

/// Returns how likely people type a character after the previous byte. Letters occur in words; opening quotes and
/// dashes do not.
fn likelihood(character: Option<&char>, before: u8) -> i64 {
    let in_word = before.is_ascii_alphabetic() || before >= 0x80;
    match character {
        Some('à'..='ï' | 'ñ'..='ö' | 'ø'..='ü' | 'ß' | 'ÿ') => 1 + i64::from(in_word),
        Some('À'..='Ï' | 'Ñ'..='Ö' | 'Ø'..='Ü') => {
            if before.is_ascii_lowercase() {
                -2
            } else {
                1
            }
        }
        Some('’') => 2,
        Some('‘' | '“' | '–' | '—' | '•') => {
            if in_word {
                -1
            } else {
                2
            }
        }
        Some('”' | '…' | '€' | '£' | '§' | '°' | '«' | '»' | '®' | '™' | '\u{A0}') => 1,
        _ => -2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(bytes: &[u8]) -> TextEncoding {
        TextEncoding::guess(bytes).unwrap()
    }

    fn read(encoding: TextEncoding, bytes: &'static [u8]) -> String {
        let mut text = String::new();
        encoding.reader(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn single_byte_encodings_are_guessed_by_letters() {
        assert_eq!(guess(b"Jos\xe9 \xc1lvarez, M\xfcller, Fran\xe7ois"), TextEncoding::Other(WINDOWS_1252));
        assert_eq!(guess(b"Jos\x8e \xe7lvarez, M\x9fller, Fran\x8dois"), TextEncoding::Other(MACINTOSH));
        assert_eq!(guess(b"it\x92s \x93fine\x94 \x96 \x80 5"), TextEncoding::Other(WINDOWS_1252));
        assert_eq!(guess(b"it\xd5s \xd2fine\xd3 \xd0 5"), TextEncoding::Other(MACINTOSH));
    }

    #[test]
    fn broken_character_at_end_is_still_guessed_as_utf8() {
        assert_eq!(guess("José, Müller, François, Bjö".as_bytes().split_last().unwrap().1), TextEncoding::BrokenUtf8);
    }

    #[test]
    fn byte_order_mark_is_dropped() {
        assert_eq!(read(TextEncoding::Utf8, b"\xef\xbb\xbfa,b"), "a,b");
        assert_eq!(read(TextEncoding::Other(UTF_16LE), b"\xff\xfea\0\xe9\0"), "aé");
        assert_eq!(read(TextEncoding::Other(UTF_16BE), b"\xfe\xff\0a\0\xe9"), "aé");
    }

    #[test]
    fn utf16_without_byte_order_mark_is_detected_by_zero_bytes() {
        let le: Vec<u8> = "id,name\n1,Mark\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "id,name\n1,Mark\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(TextEncoding::from_head(&le), Some(TextEncoding::Other(UTF_16LE)));
        assert_eq!(TextEncoding::from_head(&be), Some(TextEncoding::Other(UTF_16BE)));
        assert_eq!(TextEncoding::from_head(b"a,b,c\n\0,2,3\n1,2,3\n"), Some(TextEncoding::Utf8));
    }

    #[test]
    fn head_cut_inside_character_is_utf8() {
        assert_eq!(TextEncoding::from_head("né".as_bytes().split_last().unwrap().1), Some(TextEncoding::Utf8));
        assert_eq!(TextEncoding::from_head(b"n\xe9e"), None);
    }
}
