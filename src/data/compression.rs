use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// Compression of a text file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// Detects the compression by the first bytes of a file.
    pub fn of_head(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Compression::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// Returns a reader of what was compressed.
    pub fn reader<R: Read + Send + 'static>(self, from: R) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Compression::None => Box::new(from),
            Compression::Gzip => Box::new(MultiGzDecoder::new(from)),
            Compression::Zstd => Box::new(zstd::Decoder::new(from)?),
        })
    }

    /// Returns the name, and the command that unpacks such a file; `None` for files that are not compressed.
    pub fn names(self) -> Option<(&'static str, &'static str)> {
        match self {
            Compression::None => None,
            Compression::Gzip => Some(("gzip", "gunzip")),
            Compression::Zstd => Some(("zstd", "zstd -d")),
        }
    }
}
