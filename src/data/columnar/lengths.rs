//! Checks the lengths that an Arrow file claims before anything of such a length is allocated: a wrong one would end the
//! program.

use polars_arrow_format::ipc::planus::ReadAsRoot;
use polars_arrow_format::ipc::{Block, MessageHeaderRef, MessageRef, RecordBatchRef};

use crate::data::memory::described;
use crate::data::source::PositionedFile;

/// Largest ratio between bytes and compressed bytes that zstd and LZ4 reach, with room to spare.
const MAX_RATIO: u64 = 1 << 16;

/// Begins the message of a block in files of version 0.15 or later.
const CONTINUATION: [u8; 4] = [0xFF; 4];

/// Checks a block of an Arrow file, a record batch or a dictionary. A buffer may take `memory` bytes.
///
/// # Errors
/// Returns the reason why the block cannot be read.
pub fn check(file: &PositionedFile, block: &Block, memory: usize) -> Result<(), String> {
    let offset = u64::try_from(block.offset).map_err(|_| beyond())?;
    let meta_len = u64::try_from(block.meta_data_length).map_err(|_| beyond())?;
    let head = bytes(file, offset, 8)?;
    // The reader does the same: the message has the length that stands before it, and the body begins where the footer says.
    let (start, message_len) = if head[..4] == CONTINUATION { (8, &head[4..]) } else { (4, &head[..4]) };
    let message_len = u32::from_le_bytes(message_len.try_into().map_err(|_| beyond())?);
    let body = offset.checked_add(meta_len).ok_or_else(beyond)?;
    let end = offset.checked_add(start).and_then(|at| at.checked_add(message_len.into()));
    if end.is_none_or(|end| end > file.len()) {
        return Err(beyond());
    }
    let message = bytes(file, offset + start, message_len.into())?;
    // A message that cannot be parsed is left to the reader, which says what is wrong with it.
    let Some(batch) = MessageRef::read_as_root(&message).ok().and_then(batch) else { return Ok(()) };
    let is_compressed = batch.compression().is_ok_and(|compression| compression.is_some());
    let Ok(Some(buffers)) = batch.buffers() else { return Ok(()) };
    for buffer in buffers {
        let len = u64::try_from(buffer.length()).map_err(|_| beyond())?;
        let at = u64::try_from(buffer.offset()).ok().and_then(|at| body.checked_add(at)).ok_or_else(beyond)?;
        if at.checked_add(len).is_none_or(|end| end > file.len()) {
            return Err(beyond());
        }
        if is_compressed && len >= 8 {
            let claimed = i64::from_le_bytes(bytes(file, at, 8)?.try_into().map_err(|_| beyond())?);
            check_claim(claimed, len - 8, memory)?;
        }
    }
    Ok(())
}

/// Checks the number of bytes that a buffer is said to have before compression; -1 says that it is not compressed.
fn check_claim(claimed: i64, compressed: u64, memory: usize) -> Result<(), String> {
    if claimed == -1 {
        return Ok(());
    }
    let claimed = u64::try_from(claimed).map_err(|_| beyond())?;
    if claimed > compressed.saturating_mul(MAX_RATIO) {
        return Err(format!("a buffer of {compressed} bytes claims to hold {claimed}"));
    }
    if claimed > memory as u64 {
        let limit = described(memory);
        return Err(format!("a buffer takes more than {limit}, the limit of [engine] memory"));
    }
    Ok(())
}

fn batch(message: MessageRef<'_>) -> Option<RecordBatchRef<'_>> {
    match message.header().ok()?? {
        MessageHeaderRef::RecordBatch(batch) => Some(batch),
        MessageHeaderRef::DictionaryBatch(dictionary) => dictionary.data().ok()?,
        _ => None,
    }
}

fn bytes(file: &PositionedFile, at: u64, len: u64) -> Result<Vec<u8>, String> {
    file.range(at..at.saturating_add(len)).map_err(|error| error.to_string())
}

fn beyond() -> String {
    "its bytes lie beyond the end of the file".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implausible_lengths_are_refused() {
        assert_eq!(check_claim(-1, 10, 100), Ok(()));
        assert_eq!(check_claim(100, 10, 100), Ok(()));
        assert!(check_claim(101, 10, 100).is_err_and(|reason| reason.contains("[engine] memory")));
        assert!(check_claim(-2, 10, 100).is_err());
        assert!(check_claim(i64::MAX, 1_000, usize::MAX).is_err_and(|reason| reason.contains("claims")));
    }
}
