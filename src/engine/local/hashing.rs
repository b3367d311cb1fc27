//! Hashes keys faster than the standard library. Not safe against chosen collisions, which is acceptable since the
//! keys come from the user's own tables.

use std::hash::{BuildHasherDefault, Hasher};

/// Hasher for maps and sets whose keys come from the user's own tables; see [`Mixer`].
pub type Hashing = BuildHasherDefault<Mixer>;

/// A hasher for single keys: numbers are mixed in three steps, and text is hashed by xxHash.
#[derive(Default)]
pub struct Mixer(u64);

impl Mixer {
    fn mix(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.mix(xxhash_rust::xxh3::xxh3_64(bytes));
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(byte.into());
    }

    fn write_i64(&mut self, number: i64) {
        self.mix(number as u64);
    }

    fn write_u128(&mut self, number: u128) {
        self.mix(number as u64);
        self.mix((number >> 64) as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }
}
