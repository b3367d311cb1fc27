use std::io::{self, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;

/// Compression of a text file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
}

impl Compression {
    /// Detects the compression by the first bytes of a file.
    pub fn from_head(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Compression::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            // With the mark of the first block, since a text may begin with BZh; or that of no block at all.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, ..] | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, ..] => {
                Compression::Bzip2
            }
            _ => Compression::None,
        }
    }

    /// Returns a reader of what was compressed.
    pub fn reader<R: Read + Send + 'static>(self, from: R) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Compression::None => Box::new(from),
            Compression::Gzip => Box::new(MultiGzDecoder::new(from)),
            Compression::Zstd => Box::new(zstd::Decoder::new(from)?),
            Compression::Bzip2 => Box::new(MultiBzDecoder::new(from)),
        })
    }

    /// Returns the name, and the command that unpacks such a file; `None` for files that are not compressed.
    pub fn names(self) -> Option<(&'static str, &'static str)> {
        match self {
            Compression::None => None,
            Compression::Gzip => Some(("gzip", "gunzip")),
            Compression::Zstd => Some(("zstd", "zstd -d")),
            Compression::Bzip2 => Some(("bzip2", "bunzip2")),
        }
    }
}

/// Describes a compressed file that cannot be unpacked.
pub fn damaged(name: &str, error: &io::Error) -> String {
    format!("is a damaged or truncated {name} file ({error}): export it again")
}
