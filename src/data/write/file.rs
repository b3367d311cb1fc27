use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::sync::{Arc, OnceLock};

/// The first error of writing a file, shared with its writer.
#[derive(Debug, Clone, Default)]
pub struct FileError(Arc<OnceLock<String>>);

impl FileError {
    /// Returns the file's error, or, if it has none, that of the library which wrote it.
    pub fn or(&self, of_library: impl Display) -> String {
        self.0.get().cloned().unwrap_or_else(|| of_library.to_string())
    }
}

/// A file that a library of a format writes. After an error it takes what is written and does nothing: the library would
/// wrap the next error in words of its own, or print it where a screen is.
#[derive(Debug)]
pub struct FormatFile {
    file: File,
    error: FileError,
}

impl FormatFile {
    pub fn new(file: File) -> (Self, FileError) {
        let error = FileError::default();
        (Self { file, error: error.clone() }, error)
    }

    fn noted<T>(&self, written: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &written
            && error.kind() != ErrorKind::Interrupted
        {
            let _ = self.error.0.set(error.to_string());
        }
        written
    }
}

impl Write for FormatFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.error.0.get().is_some() {
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes);
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.error.0.get().is_some() {
            return Ok(());
        }
        let flushed = self.file.flush();
        self.noted(flushed)
    }
}

impl Seek for FormatFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_without_room_fails_once_and_keeps_its_error() {
        let full = File::options().write(true).open("/dev/full").expect("a device");
        let (mut file, error) = FormatFile::new(full);
        assert_eq!(error.or("damaged"), "damaged");
        let reason = file.write_all(b"rows").expect_err("no room").to_string();
        assert!(file.write_all(b"the end").is_ok() && file.flush().is_ok());
        assert_eq!(error.or("damaged"), reason);
    }
}
