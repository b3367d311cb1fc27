//! Verifies the checksums of Parquet pages, and their numbers of values. The decoders do not look at them.

use std::io::Cursor;

use flate2::Crc;
use polars_parquet_format::PageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;

/// Largest number of bytes that a text or a list in a page's header may have.
pub const MAX_HEADER: usize = 1 << 20;

/// Verifies the pages of a column chunk: their numbers of values, and their checksums, where they have any. A page whose header cannot be read is left to the
/// decoder, which says what is wrong with it.
///
/// # Errors
/// Returns the reason if a page's bytes are not those that were written, or if it claims fewer than no values: the decoders
/// would ask for more memory than there is, which ends the program.
pub fn verify(chunk: &[u8]) -> Result<(), String> {
    let mut at = 0;
    for page in 1.. {
        let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let mut cursor = Cursor::new(rest);
        let header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut cursor, MAX_HEADER));
        let Ok(header) = header else { break };
        if numbers(&header).into_iter().flatten().any(|number| number < 0) {
            return Err(format!("its page {page} claims a negative number of values, so the file is damaged"));
        }
        let start = cursor.position() as usize;
        let size = usize::try_from(header.compressed_page_size).ok();
        let Some(body) = size.and_then(|size| rest.get(start..start.checked_add(size)?)) else { break };
        if let Some(crc) = header.crc {
            let mut found = Crc::new();
            found.update(body);
            if found.sum() != crc as u32 {
                return Err(format!("the checksum of its page {page} is wrong, so the file is damaged"));
            }
        }
        at += start + body.len();
    }
    Ok(())
}

/// Returns the numbers of values, rows and nulls that a page claims.
fn numbers(header: &PageHeader) -> [Option<i32>; 5] {
    let (first, second) = (header.data_page_header.as_ref(), header.data_page_header_v2.as_ref());
    [
        first.map(|page| page.num_values),
        second.map(|page| page.num_values),
        second.map(|page| page.num_rows),
        second.map(|page| page.num_nulls),
        header.dictionary_page_header.as_ref().map(|page| page.num_values),
    ]
}

#[cfg(test)]
mod tests {
    use polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
    use polars_parquet_format::{DictionaryPageHeader, Encoding, PageType};

    use super::*;

    /// Returns a page with this body and checksum.
    fn page(body: &[u8], crc: Option<u32>) -> Vec<u8> {
        let (kind, len) = (PageType::DATA_PAGE, body.len() as i32);
        let header = PageHeader::new(kind, len, len, crc.map(|crc| crc as i32), None, None, None, None);
        let mut bytes = Vec::new();
        header.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut bytes)).unwrap();
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn page_with_wrong_checksum_is_refused() {
        // zlib.crc32(b"123456789") is the standard's check value.
        let good = page(b"123456789", Some(0xCBF4_3926));
        let damaged = page(b"123456788", Some(0xCBF4_3926));
        let without = page(b"anything", None);
        assert_eq!(verify(&[good.clone(), without.clone(), good.clone()].concat()), Ok(()));
        let fault = verify(&[good, without, damaged].concat());
        assert_eq!(fault, Err("the checksum of its page 3 is wrong, so the file is damaged".to_owned()));
    }

    #[test]
    fn page_with_negative_number_of_values_is_refused() {
        let page = |number| {
            let dictionary = DictionaryPageHeader::new(number, Encoding::PLAIN, None);
            let header = PageHeader::new(PageType::DICTIONARY_PAGE, 0, 0, None, None, None, dictionary, None);
            let mut bytes = Vec::new();
            header.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut bytes)).unwrap();
            bytes
        };
        assert_eq!(verify(&page(3)), Ok(()));
        let fault = verify(&[page(3), page(-1)].concat());
        assert_eq!(fault, Err("its page 2 claims a negative number of values, so the file is damaged".to_owned()));
    }

    #[test]
    fn unreadable_page_is_left_to_decoder() {
        assert_eq!(verify(b"no page at all"), Ok(()));
        let cut = page(b"123456789", Some(0));
        assert_eq!(verify(&cut[..cut.len() - 1]), Ok(()));
    }
}
