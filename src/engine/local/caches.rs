//! What the engine remembers between questions. Everything here can be found again, so it may be dropped at any time.

use std::sync::{Arc, Mutex, MutexGuard};

use lru::LruCache;
use polars::prelude::*;

use super::codes::Codes;
use super::mask::Mask;
use crate::engine::{Cancel, EngineError, Sort};

/// Bytes of masks kept: at ten million customers some 200 conditions.
const MASK_BYTES: usize = 512 << 20;
/// Columns whose values are kept as codes (four bytes a customer each).
const CODED: usize = 6;
/// Orders of rows kept (four bytes a customer each).
const ORDERS: usize = 2;

pub struct Caches {
    masks: Mutex<Masks>,
    codes: Mutex<LruCache<Vec<String>, Arc<Codes>>>,
    orders: Mutex<LruCache<(String, bool), Arc<IdxCa>>>,
    numbers: Mutex<LruCache<String, Arc<Numbers>>>,
}

/// A numeric column as floats in one piece, with its sum over the base.
pub struct Numbers {
    pub values: Float64Chunked,
    pub sum: f64,
    pub known: u64,
}

struct Masks {
    by_text: LruCache<String, Arc<Mask>>,
    bytes: usize,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            masks: Mutex::new(Masks { by_text: LruCache::unbounded(), bytes: 0 }),
            codes: Mutex::new(LruCache::unbounded()),
            orders: Mutex::new(LruCache::unbounded()),
            numbers: Mutex::new(LruCache::unbounded()),
        }
    }
}

impl Caches {
    pub fn mask(&self, canonical: &str) -> Option<Arc<Mask>> {
        lock(&self.masks).by_text.get(canonical).cloned()
    }

    pub fn keep_mask(&self, canonical: String, mask: &Arc<Mask>) {
        let mut masks = lock(&self.masks);
        masks.bytes += mask.bytes();
        if let Some((_, replaced)) = masks.by_text.push(canonical, mask.clone()) {
            masks.bytes -= replaced.bytes();
        }
        while masks.bytes > MASK_BYTES
            && let Some((_, oldest)) = masks.by_text.pop_lru()
        {
            masks.bytes -= oldest.bytes();
        }
    }

    /// The columns' values as codes.
    pub fn codes(&self, frame: &DataFrame, by: &[String], cancel: &Cancel) -> Result<Arc<Codes>, EngineError> {
        kept(&self.codes, by.to_vec(), CODED, || Codes::build(frame, by, cancel))
    }

    /// All rows in the order of a column: nulls last, equal values in file order.
    pub fn order(&self, frame: &DataFrame, sort: &Sort) -> Result<Arc<IdxCa>, EngineError> {
        kept(&self.orders, (sort.column.clone(), sort.descending), ORDERS, || {
            let options = SortOptions {
                descending: sort.descending,
                nulls_last: true,
                multithreaded: true,
                maintain_order: true,
                limit: None,
            };
            let column = frame.column(&sort.column).map_err(super::failed)?;
            Ok(column.as_materialized_series().arg_sort(options).rechunk().into_owned())
        })
    }

    pub fn numbers(&self, frame: &DataFrame, column: &str) -> Result<Arc<Numbers>, EngineError> {
        kept(&self.numbers, column.to_owned(), ORDERS, || {
            let column = frame.column(column).map_err(super::failed)?;
            let floats = column.cast(&DataType::Float64).map_err(super::failed)?;
            let values = floats.f64().map_err(super::failed)?.rechunk().into_owned();
            // Summed as a filter's rows are: the sum over everyone is then the base's to the last digit.
            let everyone = Mask::constant(Some(true), values.len());
            let (sum, known) = super::sums::sum_of_rows(&values, &everyone);
            Ok(Numbers { values, sum, known })
        })
    }
}

/// The value kept under `key`, or a newly made one, of which at most `most` are kept. Made without holding the lock:
/// two threads may both make it, which costs time and no more.
fn kept<K: std::hash::Hash + Eq, V>(
    cache: &Mutex<LruCache<K, Arc<V>>>,
    key: K,
    most: usize,
    make: impl FnOnce() -> Result<V, EngineError>,
) -> Result<Arc<V>, EngineError> {
    if let Some(known) = lock(cache).get(&key) {
        return Ok(known.clone());
    }
    let made = Arc::new(make()?);
    let mut cache = lock(cache);
    cache.push(key, made.clone());
    while cache.len() > most {
        cache.pop_lru();
    }
    Ok(made)
}

/// A cache is whole between any two statements that hold its lock, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
