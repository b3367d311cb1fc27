//! Recognizes files that are no table, or of a format that is not supported, by their first bytes.

use infer::MatcherType;

use super::compression::Compression;
use super::encoding::TextEncoding;

/// First bytes of formats that are refused with a remedy of their own, and what such a file is.
const FORMATS: &[(usize, &[u8], &str)] = &[
    (0, b"\xFD7zXZ\0", "is compressed with xz: unpack it first (unxz)"),
    (0, b"\x04\x22\x4D\x18", "is compressed with lz4: unpack it first (lz4 -d)"),
    (0, b"\x1F\x9D", "is compressed with compress: unpack it first (uncompress)"),
    (0, b"\xFF\xFF\xFF\xFF", "is a damaged Arrow stream, or another binary file: write it as Parquet"),
    (0, b"FEA1", "is a Feather file of version 1: write it as version 2, or as Parquet"),
    (0, b"PARE", "is an encrypted Parquet file: decrypt it first"),
    (0, b"ORC", "is an ORC file: write it as Parquet"),
    (0, b"Obj\x01", "is an Avro file: write it as Parquet"),
    (8, b"DUCK", "is a DuckDB database: export the table (COPY … TO 'table.parquet')"),
    (4, b"Standard Jet DB", "is an Access database: export the table as CSV"),
    (4, b"Standard ACE DB", "is an Access database: export the table as CSV"),
    (0, b"\x89HDF\r\n\x1A\n", "is an HDF5 file: write the table as Parquet"),
    (0, b"CDF\x01", "is a NetCDF file: write the table as Parquet"),
    (0, b"CDF\x02", "is a NetCDF file: write the table as Parquet"),
    (0, b"\x93NUMPY", "is a NumPy array: write it as CSV or Parquet"),
    (0, b"RDX", "is an R data file: write the table as CSV or Parquet"),
    (0, b"X\n\0\0\0", "is an R data file: write the table as CSV or Parquet"),
    (0, b"$FL", "is an SPSS file: export it as CSV"),
    (0, b"<stata_dta>", "is a Stata file: export it as CSV"),
    (0, b"\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60", "is a SAS file: export it as CSV"),
    (0, b"\x80\x03", "is a Python pickle: write the table as Parquet"),
    (0, b"\x80\x04\x95", "is a Python pickle: write the table as Parquet"),
    (0, b"\x80\x05\x95", "is a Python pickle: write the table as Parquet"),
    (0, b"%PDF-", "is a PDF document, not a table: export the table as CSV or Parquet"),
];

/// First characters of texts that are no table, and what such a file is.
const TEXT_SIGNATURES: &[(&str, &str)] = &[
    ("#!", "is a script"),
    ("{\\rtf", "is an RTF document"),
    ("%!PS", "is a PostScript document"),
    ("BEGIN:VCARD", "is a file of contacts (vCard)"),
    ("BEGIN:VCALENDAR", "is a calendar"),
    ("-----BEGIN ", "is a certificate or a key"),
    ("<?php", "is a program (PHP)"),
    ("<svg", "is an SVG image"),
];

/// First bytes of tables that are no text. Zip archives and Office documents may hold sheets.
const TABLES: &[&[u8]] =
    &[b"PAR1", b"ARROW1", b"\xFF\xFF\xFF\xFF", b"SQLite format 3\0", b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

const REMEDY: &str = "not a table: export the table as CSV or Parquet";

/// Returns what is wrong with a file that begins with these bytes and is no table that can be read, with the remedy.
pub fn refusal(head: &[u8]) -> Option<String> {
    // A CSV may begin with the letters ORC or BZh.
    let is_binary = has_controls(head.iter().copied().map(char::from));
    let is_clear = |magic: &[u8]| magic.iter().any(|byte| *byte < 0x07 || *byte > 0x7F);
    let begins = |(at, magic, _): &&(usize, &[u8], &str)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
            && (is_binary || is_clear(magic) || magic.len() >= 5)
    };
    if let Some((_, _, problem)) = FORMATS.iter().find(begins) {
        return Some((*problem).into());
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(zipped(head));
    }
    let text = head.trim_ascii_start();
    if let Some((_, what)) = TEXT_SIGNATURES.iter().find(|(start, _)| text.starts_with(start.as_bytes())) {
        return Some(format!("{what}, {REMEDY}"));
    }
    let Some(found) = infer::get(head) else {
        return is_markup(text).then(|| format!("is an XML or HTML document, {REMEDY}"));
    };
    let name = found.extension().to_uppercase();
    let what = match found.matcher_type() {
        MatcherType::Text if name == "HTML" => "an HTML page".to_owned(),
        MatcherType::Text if name == "XML" => "an XML document".to_owned(),
        _ if !is_binary => return None,
        MatcherType::Text => return None,
        MatcherType::App => format!("a program ({name})"),
        MatcherType::Image => named(&name, "image"),
        MatcherType::Video => named(&name, "video"),
        MatcherType::Audio => named(&name, "recording"),
        MatcherType::Font => named(&name, "font"),
        MatcherType::Archive => named(&name, "archive"),
        MatcherType::Book => named(&name, "book"),
        _ => named(&name, "file"),
    };
    Some(format!("is {what}, {REMEDY}"))
}

/// Checks the first bytes of a file whose rest is not known yet.
///
/// # Errors
/// Returns the problem and the remedy if they are those of no table.
pub fn check(head: &[u8]) -> Result<(), String> {
    let is_cut = head.len() < 64;
    if is_binary_table(head) || is_cut || Compression::from_head(head) != Compression::None {
        return Ok(());
    }
    let is_utf16 = TextEncoding::from_head(head).is_some_and(|encoding| encoding.name() == "UTF-16");
    match refusal(head) {
        Some(problem) => Err(problem),
        None if !is_utf16 && has_controls(head.iter().copied().map(char::from)) => Err(NO_TEXT.to_owned()),
        None => Ok(()),
    }
}

/// Returns true for the first bytes of a table that is no text.
pub fn is_binary_table(head: &[u8]) -> bool {
    TABLES.iter().any(|magic| head.starts_with(magic))
}

/// Problem of a binary file of an unknown format.
pub const NO_TEXT: &str = "is not a text file nor any table that can be read: export the table as CSV or Parquet";

fn named(name: &str, what: &str) -> String {
    let is_spelled_with_a_vowel = name.starts_with(['A', 'E', 'I', 'M', 'O', 'X']);
    format!("{} {name} {what}", if is_spelled_with_a_vowel { "an" } else { "a" })
}

/// Returns true for text that begins with a tag and has the end of one.
fn is_markup(text: &[u8]) -> bool {
    let begins = matches!(text, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?', ..]);
    begins && (memchr::memmem::find(text, b"</").is_some() || memchr::memmem::find(text, b"/>").is_some())
}

/// Tells zipped documents apart by the names of the first files in the archive.
fn zipped(head: &[u8]) -> String {
    let has = |name: &[u8]| memchr::memmem::find(head, name).is_some();
    if has(b"xl/") {
        "is a damaged Excel workbook: save it again, or export the sheet as CSV".into()
    } else if has(b"opendocument.spreadsheet") {
        "is a damaged OpenDocument spreadsheet: save it again, or export the sheet as CSV".into()
    } else if has(b"word/") || has(b"opendocument.text") {
        format!("is a text document, {REMEDY}")
    } else if has(b"ppt/") || has(b"opendocument.presentation") {
        format!("is a presentation, {REMEDY}")
    } else {
        "is a zip archive: unpack it first".into()
    }
}

/// Returns true if too many characters for a text are control characters.
pub fn has_controls(text: impl Iterator<Item = char>) -> bool {
    let is_control = |c: char| matches!(c, '\0'..='\x08' | '\x0E'..='\x1A' | '\x7F' | '\u{FFFE}' | '\u{FFFF}');
    let (controls, all) = text.fold((0usize, 0usize), |(n, all), c| (n + usize::from(is_control(c)), all + 1));
    controls >= 3 && controls * 64 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_formats_are_refused_by_name() {
        let png: Vec<u8> = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0".to_vec();
        let elf = [b"\x7FELF\x02\x01\x01".to_vec(), vec![0; 57]].concat();
        let tar = [b"a.txt".to_vec(), vec![0; 252], b"ustar\x0000".to_vec(), vec![0; 248]].concat();
        for (head, what) in [
            (png.as_slice(), "is a PNG image, not a table"),
            (b"GIF89a\x01\0\x01\0\0\0\0\0\0", "is a GIF image, not a table"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0", "is a JPG image, not a table"),
            (elf.as_slice(), "is a program (ELF), not a table"),
            (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0", "is a program (EXE), not a table"),
            (tar.as_slice(), "is a TAR archive, not a table"),
            (b"<!DOCTYPE html>\n<html><body><table><tr>", "is an HTML page, not a table"),
            (b"\n  <html lang=\"en\">", "is an HTML page, not a table"),
            (b"<?xml version=\"1.0\"?><customers/>", "is an XML document, not a table"),
            (b"<customers>\n<c id=\"1\"/>\n</customers>", "is an XML or HTML document, not a table"),
            (b"#!/bin/sh\necho a,b\n", "is a script, not a table"),
            (b"%PDF-1.7\n%text", "is a PDF document, not a table"),
            (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml..xl/workbook.xml", "is a damaged Excel workbook"),
            (b"PK\x03\x04\x14\0\0\0\0\0notes.txt", "is a zip archive"),
            (b"\x01\x02\x03\x04\x05\x06\x07\x08DUCK\x40\0\0\0", "is a DuckDB database"),
        ] {
            let found = refusal(head).unwrap_or_default();
            assert!(found.starts_with(what), "{found:?}, not {what:?}");
        }
    }

    #[test]
    fn text_that_begins_like_signature_is_table() {
        for text in [
            "BMI,age\n20,30\n",
            "MZ,b\n1,2\n",
            "ORC,b\n1,2\n",
            "BZh,b\n1,2\n",
            "RIFF,WAVE\n1,2\n",
            "GIF89a,b\n1,2\n",
            "$FLAT,b\n1,2\n",
            "<id>,<name>\n1,2\n",
            "#id,name\n1,2\n",
            "a,b\n1,\0\n",
        ] {
            assert_eq!(refusal(text.as_bytes()), None, "{text:?}");
        }
    }
}
