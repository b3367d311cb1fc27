//! Converts text to codes. Each thread codes a part of the rows with its own dictionary. Then the dictionaries are
//! merged and the codes of all parts are renumbered.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use polars::prelude::StringChunked;
use polars_arrow::array::Utf8ViewArray;
use rayon::prelude::*;

use super::CHUNK;
use super::coded::{CodedColumn, Codes, Width, each_code};
use super::dictionary::{BLOCK, Dictionary, Diversity, diversity, most_values};
use super::pieces::Pieces;

/// Rows of one part as numbers of the part's own dictionary (0 is null), with its values and their counts.
struct PartCoding<'a> {
    codes: Codes,
    values: Vec<&'a str>,
    counts: Vec<u64>,
}

/// A value of one part's dictionary that is merged into the common dictionary.
struct MergeEntry<'a> {
    /// The first bytes, which determine the order of most values without reading their texts.
    head: u64,
    text: &'a str,
    part: u32,
    number: u32,
}

/// Codes a column of text. Returns `None` if it has too many distinct values for a dictionary to pay.
pub fn code(strings: &StringChunked) -> Option<CodedColumn> {
    let pieces = Pieces::new(strings);
    let threads = rayon::current_num_threads();
    let parts = match diversity(&pieces) {
        // More parts than threads, so that the others take over the parts of a thread that is delayed.
        Diversity::Low => parts(&pieces, 2 * threads)?,
        // Fewer parts, since each part's dictionary contains nearly all of the many values.
        Diversity::High => parts(&pieces, threads.min(4))?,
        Diversity::TooHigh => return None,
    };
    let entries = sorted(&parts);
    let (values, numbers) = common(&parts, &entries);
    if values.len() > most_values(pieces.rows()) {
        return None;
    }
    let mut counts = vec![0; values.len() + 1];
    for (part, numbers) in parts.iter().zip(&numbers) {
        part.counts.iter().zip(numbers).for_each(|(count, &code)| counts[code as usize] += count);
    }
    let codes = match Codes::for_values(values.len()) {
        Codes::U8(_) => Codes::U8(renumbered(&parts, &numbers)),
        Codes::U16(_) => Codes::U16(renumbered(&parts, &numbers)),
        Codes::U32(_) => Codes::U32(renumbered(&parts, &numbers)),
    };
    Some(CodedColumn::new(strings.name().clone(), codes, values.into_iter(), counts))
}

/// Codes the rows in at most `parts` parts. Returns `None` if a part has too many values.
fn parts<'a>(strings: &Pieces<'a, Utf8ViewArray>, parts: usize) -> Option<Vec<PartCoding<'a>>> {
    let rows = strings.rows();
    let size = rows.div_ceil(parts).next_multiple_of(CHUNK).max(CHUNK);
    let given_up = AtomicBool::new(false);
    let starts: Vec<usize> = (0..rows).step_by(size).collect();
    starts.into_par_iter().map(|start| part(strings, start..rows.min(start + size), &given_up)).collect()
}

fn part<'a>(strings: &Pieces<'a, Utf8ViewArray>, rows: Range<usize>, given_up: &AtomicBool) -> Option<PartCoding<'a>> {
    let most = most_values(strings.rows());
    let mut dictionary = Dictionary::default();
    let mut codes = Codes::for_values(0);
    codes.reserve(rows.len());
    let mut block = [0; BLOCK];
    for start in rows.clone().step_by(BLOCK) {
        for (array, part) in strings.within(start..rows.end.min(start + BLOCK)) {
            let block = &mut block[..part.len()];
            dictionary.code(array, part, block);
            codes.append(block, dictionary.len());
        }
        if dictionary.len() > most {
            given_up.store(true, Ordering::Relaxed);
        }
        if given_up.load(Ordering::Relaxed) {
            return None;
        }
    }
    let (values, counts) = dictionary.into_parts();
    Some(PartCoding { codes, values, counts })
}

impl Codes {
    /// Appends codes. Widens all codes if the dictionary, which now has `values` values, needs wider ones.
    fn append(&mut self, more: &[u32], values: usize) {
        match (&mut *self, Codes::for_values(values)) {
            (Codes::U8(codes), Codes::U8(_)) => codes.extend(more.iter().map(|&code| code as u8)),
            (Codes::U16(codes), Codes::U8(_) | Codes::U16(_)) => codes.extend(more.iter().map(|&code| code as u16)),
            (Codes::U32(codes), _) => codes.extend_from_slice(more),
            (codes, wider) => {
                *self = codes.widened(wider);
                self.append(more, values);
            }
        }
    }

    fn reserve(&mut self, rows: usize) {
        each_code!(self, codes => codes.reserve(rows));
    }

    fn widened(&self, wider: Codes) -> Codes {
        match wider {
            Codes::U8(_) => self.clone(),
            Codes::U16(_) => {
                Codes::U16(each_code!(self, codes => codes.iter().map(|code| code.index() as u16).collect()))
            }
            Codes::U32(_) => {
                Codes::U32(each_code!(self, codes => codes.iter().map(|code| code.index() as u32).collect()))
            }
        }
    }
}

/// Returns the values of all parts in ascending order; equal values of different parts are adjacent.
fn sorted<'a>(parts: &[PartCoding<'a>]) -> Vec<MergeEntry<'a>> {
    let of_part = |(at, part): (usize, &PartCoding<'a>)| {
        let entry = move |(i, &text): (usize, &&'a str)| MergeEntry {
            head: head(text.as_bytes()),
            text,
            part: at as u32,
            number: i as u32 + 1,
        };
        part.values.iter().enumerate().map(entry).collect::<Vec<_>>()
    };
    let mut entries: Vec<MergeEntry> = parts.iter().enumerate().flat_map(of_part).collect();
    entries.par_sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| a.text.cmp(b.text)));
    entries
}

/// Returns the first eight bytes as a number with the same order; missing bytes count as 0.
pub fn head(text: &[u8]) -> u64 {
    let mut head = [0; 8];
    let len = text.len().min(8);
    head[..len].copy_from_slice(&text[..len]);
    u64::from_be_bytes(head)
}

/// Returns the common dictionary, and for each part the common codes of its numbers.
fn common<'a>(parts: &[PartCoding<'a>], entries: &[MergeEntry<'a>]) -> (Vec<&'a str>, Vec<Vec<u32>>) {
    let mut values: Vec<&str> = vec![];
    let mut numbers: Vec<Vec<u32>> = parts.iter().map(|part| vec![0; part.values.len() + 1]).collect();
    for entry in entries {
        if values.last() != Some(&entry.text) {
            values.push(entry.text);
        }
        numbers[entry.part as usize][entry.number as usize] = values.len() as u32 - 1;
    }
    numbers.iter_mut().for_each(|of_part| of_part[0] = values.len() as u32);
    (values, numbers)
}

/// Returns the rows in common codes.
fn renumbered<C: Width>(parts: &[PartCoding], numbers: &[Vec<u32>]) -> Vec<C> {
    let mut codes = vec![C::default(); parts.iter().map(|part| part.codes.len()).sum()];
    let mut rest = &mut codes[..];
    let mut work = vec![];
    for (part, numbers) in parts.iter().zip(numbers) {
        let numbers: Vec<C> = numbers.iter().map(|&code| C::from_code(code)).collect();
        let (own, others) = rest.split_at_mut(part.codes.len());
        rest = others;
        work.push((part, numbers, own));
    }
    work.into_par_iter().for_each(|(part, numbers, own)| {
        each_code!(&part.codes, codes => renumber(codes, &numbers, own));
    });
    codes
}

fn renumber<A: Width, B: Width>(codes: &[A], numbers: &[B], out: &mut [B]) {
    out.par_chunks_mut(CHUNK).zip(codes.par_chunks(CHUNK)).for_each(|(out, codes)| {
        out.iter_mut().zip(codes).for_each(|(out, code)| *out = numbers[code.index()]);
    });
}
