//! Reads the list of the files in a zip archive, to tell documents apart and to know how large they become.

use memchr::memmem;

use crate::data::source::InputFile;

/// Maximum bytes of the end of an archive: a comment may stand behind it.
const MAX_END_BYTES: u64 = 66_000;
/// Maximum bytes of the list of files.
const MAX_LIST: u64 = 64 << 20;

/// Returns the names of the files in an archive with their sizes when unpacked; `None` if there is no list of them.
pub fn members(input: &InputFile) -> Option<Vec<(String, u64)>> {
    let file = input.at_places().ok()?;
    let end = file.range(file.len().saturating_sub(MAX_END_BYTES)..file.len()).ok()?;
    let end = &end[memmem::rfind(&end, b"PK\x05\x06")?..];
    let (size, offset) = (u64::from(u32_at(end, 12)?), u64::from(u32_at(end, 16)?));
    if size > MAX_LIST {
        return None;
    }
    let list = file.range(offset..offset.checked_add(size)?).ok()?;
    let (mut members, mut rest) = (Vec::new(), list.as_slice());
    while rest.starts_with(b"PK\x01\x02") {
        let (name, extra, comment) = (u16_at(rest, 28)?, u16_at(rest, 30)?, u16_at(rest, 32)?);
        let path = String::from_utf8_lossy(rest.get(46..46 + name)?).into_owned();
        members.push((path, u64::from(u32_at(rest, 24)?)));
        rest = rest.get(46 + name + extra + comment..)?;
    }
    Some(members)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
