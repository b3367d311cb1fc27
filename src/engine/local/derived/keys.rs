//! Finds the rows of a table by their keys on several threads. Keys are divided into parts by their hash, and each
//! part has its own map.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::super::chunks::RowChunks;
use super::super::hashing::Hashing;
use crate::engine::{Cancel, EngineError};

/// Index that stands for no row.
pub const NOBODY: u32 = u32::MAX;

type KeyPart<K> = HashMap<K, u32, Hashing>;

/// Maps each key to its first row.
pub struct KeyIndex<K> {
    parts: Vec<KeyPart<K>>,
    /// True if several rows share a key.
    pub are_shared: bool,
}

impl<K: Hash + Eq + Send + Sync> KeyIndex<K> {
    /// Builds the map. `key` returns a row's key; `None` if the row has none.
    ///
    /// # Errors
    /// Returns an error if the question was cancelled.
    pub fn build(
        chunks: &RowChunks,
        key: impl Fn(usize) -> Option<K> + Sync,
        cancel: &Cancel,
    ) -> Result<Self, EngineError> {
        let parts = rayon::current_num_threads().clamp(1, 64);
        let dealt = chunks.map(cancel, |rows: Range<usize>| {
            let mut dealt: Vec<Vec<u32>> = vec![Vec::with_capacity(rows.len() / parts + 1); parts];
            for row in rows {
                if let Some(key) = key(row) {
                    dealt[part_of(&key, parts)].push(row as u32);
                }
            }
            Ok(dealt)
        })?;
        let are_shared = AtomicBool::new(false);
        let map = |part: usize| {
            let rows = || dealt.iter().map(|chunk| &chunk[part]);
            let mut map = KeyPart::with_capacity_and_hasher(rows().map(Vec::len).sum(), Hashing::default());
            for chunk in rows() {
                cancel.check()?;
                for &row in chunk {
                    if let Some(key) = key(row as usize)
                        && *map.entry(key).or_insert(row) != row
                    {
                        are_shared.store(true, Ordering::Relaxed);
                    }
                }
            }
            Ok(map)
        };
        let parts = (0..parts).into_par_iter().map(map).collect::<Result<_, EngineError>>()?;
        Ok(Self { parts, are_shared: are_shared.into_inner() })
    }

    /// Returns the first row with this key, or [`NOBODY`].
    pub fn row(&self, key: &K) -> u32 {
        self.parts[part_of(key, self.parts.len())].get(key).copied().unwrap_or(NOBODY)
    }
}

/// Returns the part of a key. Uses other bits of the hash than the maps within the parts do.
fn part_of<K: Hash>(key: &K, parts: usize) -> usize {
    let hash = Hashing::default().hash_one(key);
    ((hash >> 24) as u32 as usize) % parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_index_returns_first_row_of_key() {
        let keys: Vec<Option<i64>> = (0..10_000).map(|n| (n % 7 != 0).then_some(n * n % 3_001)).collect();
        let found =
            KeyIndex::build(&RowChunks::new(keys.len(), 64), |row| keys[row], &Cancel::new()).expect("not cancelled");
        for key in 0..3_100 {
            let first = keys.iter().position(|other| *other == Some(key)).map_or(NOBODY, |row| row as u32);
            assert_eq!(found.row(&key), first);
        }
        assert!(found.are_shared);
        let found = KeyIndex::build(&RowChunks::new(99, 64), Some, &Cancel::new()).expect("not cancelled");
        assert!(!found.are_shared);
    }
}
