//! Takes Parquet's hybrid encoding apart: runs of one number by turns with numbers packed bit by bit.

use polars_parquet::parquet::encoding::bitpacked::{Decoder, Unpacked};

/// Consecutive numbers.
pub enum CodeRun<'a> {
    /// One number, and how often it is repeated.
    Repeated(u32, usize),
    /// Numbers of `width` bits each, the first in the lowest bits; and how many they are.
    Packed(&'a [u8], usize),
}

/// The runs that hold a given count of numbers of `width` bits.
pub struct CodeRuns<'a> {
    bytes: &'a [u8],
    width: usize,
    /// Numbers that are still to come.
    rest: usize,
}

impl<'a> CodeRuns<'a> {
    /// Returns `None` if there are no such numbers.
    pub fn new(bytes: &'a [u8], width: usize, count: usize) -> Option<Self> {
        (width <= 32).then_some(Self { bytes, width, rest: count })
    }

    /// Returns the next run; `None` after the last one, and `Some(None)` if the bytes are damaged.
    pub fn next(&mut self) -> Option<Option<CodeRun<'a>>> {
        (self.rest > 0).then(|| self.read())
    }

    fn read(&mut self) -> Option<CodeRun<'a>> {
        if self.width == 0 {
            return Some(CodeRun::Repeated(0, std::mem::take(&mut self.rest)));
        }
        let indicator = self.indicator()?;
        let count = usize::try_from(indicator >> 1).ok().filter(|&count| count > 0)?;
        if indicator & 1 == 0 {
            let count = count.min(self.rest);
            self.rest -= count;
            let bytes = self.take(self.width.div_ceil(8))?;
            let number = bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte));
            return Some(CodeRun::Repeated(number, count));
        }
        // Groups of eight; the last ones may be cut, as some writers do.
        let len = count.checked_mul(self.width)?.min(self.bytes.len());
        let bytes = self.take(len)?;
        let count = count.checked_mul(8)?.min(self.rest);
        if bytes.len() * 8 < count * self.width {
            return None;
        }
        self.rest -= count;
        Some(CodeRun::Packed(bytes, count))
    }

    /// Reads a number of seven bits a byte, of which the last has its highest bit unset.
    fn indicator(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }
}

/// Translates numbers of `width` bits to the entries of a dictionary, one for each place of `out`.
///
/// Returns `None` if the bytes are damaged, or a number is beyond the dictionary.
pub fn look_up<T: Copy>(bytes: &[u8], width: usize, dictionary: &[T], out: &mut [T]) -> Option<()> {
    let mut runs = CodeRuns::new(bytes, width, out.len())?;
    let mut rest = out;
    while let Some(run) = runs.next() {
        match run? {
            CodeRun::Repeated(number, count) => {
                let (own, others) = rest.split_at_mut_checked(count)?;
                own.fill(*dictionary.get(number as usize)?);
                rest = others;
            }
            CodeRun::Packed(packed, count) => {
                let (mut own, others) = rest.split_at_mut_checked(count)?;
                rest = others;
                let mut decoder = Decoder::<u32>::try_new(packed, width, count).ok()?;
                let mut numbers = <[u32; 32]>::zero();
                let mut chunked = decoder.chunked();
                while let Some(len) = chunked.next_into(&mut numbers) {
                    let (places, more) = own.split_at_mut_checked(len)?;
                    own = more;
                    let numbers = numbers.get(..len)?;
                    if numbers.iter().fold(0, |most, &number| most.max(number)) as usize >= dictionary.len() {
                        return None;
                    }
                    places.iter_mut().zip(numbers).for_each(|(place, &number)| *place = dictionary[number as usize]);
                }
            }
        }
    }
    rest.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use polars_parquet::parquet::encoding::hybrid_rle::encode;

    use super::*;

    #[test]
    fn lookup_decodes_every_bit_width() {
        for width in 0..=16 {
            let numbers: Vec<u32> = (0..1000u32).map(|i| i.wrapping_mul(2_654_435_761) % (1 << width)).collect();
            let mut bytes = Vec::new();
            encode::<u32, _, _>(&mut bytes, numbers.iter().copied(), width).unwrap();
            let dictionary: Vec<u32> = (0..1 << width).map(|number| number + 7).collect();
            let mut out = vec![0; 1000];
            assert_eq!(look_up(&bytes, width as usize, &dictionary, &mut out), Some(()), "{width} bits");
            assert!(out.iter().zip(&numbers).all(|(out, number)| *out == number + 7), "{width} bits");
        }
    }

    #[test]
    fn repeated_numbers_and_cut_groups_are_looked_up() {
        // Ten times entry 1, then three packed entries of two bits in a group of which the rest is cut.
        let bytes = [10 << 1, 1, 1 << 1 | 1, 0b00_10_01_00];
        let mut out = [' '; 13];
        assert_eq!(look_up(&bytes, 2, &['a', 'b', 'c'], &mut out), Some(()));
        assert_eq!(out.iter().collect::<String>(), "bbbbbbbbbbabc");
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut out = [0; 10];
        for (bytes, fault) in [
            (&[10 << 1, 3][..], "an entry beyond the dictionary"),
            (&[5 << 1, 1], "too few numbers"),
            (&[2 << 1 | 1, 0], "packed numbers that are cut"),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 1], "an endless length"),
            (&[0, 1], "an empty run"),
            (&[], "nothing"),
        ] {
            assert_eq!(look_up(bytes, 2, &[1, 2, 3], &mut out), None, "{fault}");
        }
    }
}
