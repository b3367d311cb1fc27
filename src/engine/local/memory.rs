//! Keeps results between questions within one budget. Everything here can be computed or read again, so the least
//! recently used results are dropped when the budget is exceeded.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::engine::{EngineError, Sort};
use crate::model::is_plain_name;

/// Key of a kept result. All results of one kind of key have the same type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MemoryKey {
    /// A rule's row set, by the rule's canonical text.
    RowSet(String),
    /// Each event's customers, by the name of the table.
    Join(String),
    /// A column that can be read or computed again, by name.
    Column(String),
    /// A part of a column, from which a page shows some rows, by the column's name and the index of the part.
    Part(String, usize),
    /// A column's groups by value, by the column's name.
    Numbered(String),
    /// The combinations of some columns' values that occur.
    Occurring(Vec<String>),
    /// Number of customers of the base in each group by these columns.
    InBase(Vec<String>),
    /// Order of all rows, sorted by these columns.
    Order(Vec<Sort>),
    /// The distribution of a column's numbers in the base.
    Spread(String),
    /// Sums of a value column over a rule's customers, by the rule's canonical text and the column.
    Sums(String, String),
    /// The rows at both ends of a column's order, by the column's name.
    Ends(String),
    /// Another key whose result depends on a column that the question defines, with the number of its definition; see
    /// [`Memory::for_column`].
    Own(u64, Box<MemoryKey>),
}

impl MemoryKey {
    /// Returns true if the kept value may depend on this column. If that is uncertain, it returns true.
    fn is_about(&self, column: &str) -> bool {
        let is_in = |rule: &str| rule.contains(column);
        // The name may be an expression that reads the column, in upper or lower case.
        let is_of = |name: &str| {
            name == column || (!is_plain_name(name) && name.to_lowercase().contains(&column.to_lowercase()))
        };
        match self {
            MemoryKey::RowSet(rule) => is_in(rule),
            MemoryKey::Sums(rule, summed) => is_in(rule) || is_of(summed),
            MemoryKey::Column(name)
            | MemoryKey::Part(name, _)
            | MemoryKey::Numbered(name)
            | MemoryKey::Ends(name)
            | MemoryKey::Spread(name) => is_of(name),
            MemoryKey::Occurring(names) | MemoryKey::InBase(names) => {
                names.iter().any(|name| is_in(name) || is_of(name))
            }
            MemoryKey::Order(sorts) => sorts.iter().any(|sort| is_of(&sort.column)),
            // Joins depend only on stored columns.
            MemoryKey::Join(_) | MemoryKey::Own(..) => false,
        }
    }
}

/// Estimated bytes of an entry beside its content: key, map node and counters.
const OVERHEAD: usize = 256;

/// Kept results as one question sees them. All questions share the same budget.
pub struct Memory {
    shared: Arc<SharedMemory>,
    /// Name of the column whose values depend on the question, and the number that identifies the question's
    /// definition.
    own: Option<(String, u64)>,
    batch: Option<Arc<BatchResults>>,
}

/// Row sets that the questions of a batch share. They are kept until the batch is answered and do not count towards
/// the budget.
struct BatchResults {
    /// Canonical texts of the rules whose row sets are kept.
    rules: Vec<String>,
    row_sets: Mutex<HashMap<MemoryKey, Arc<dyn Any + Send + Sync>>>,
}

/// Kept results of all questions.
struct SharedMemory {
    /// Budget in bytes.
    budget: usize,
    kept: Mutex<Entries>,
}

/// Kept results by key, with their total size. The least recently used one is evicted first.
struct Entries {
    by_key: LruCache<MemoryKey, MemoryEntry>,
    bytes: usize,
}

/// A kept result with its size.
struct MemoryEntry {
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

impl Memory {
    /// Creates an empty memory with a budget in bytes.
    pub fn new(budget: usize) -> Self {
        let kept = Mutex::new(Entries { by_key: LruCache::unbounded(), bytes: 0 });
        Self { shared: Arc::new(SharedMemory { budget, kept }), own: None, batch: None }
    }

    /// Returns the same memory, but separates the results that depend on this column: they are shared only with users
    /// of the same number.
    pub fn for_column(&self, own: Option<(String, u64)>) -> Self {
        Self { shared: self.shared.clone(), own, batch: self.batch.clone() }
    }

    /// Returns the same memory for a batch of questions. The row sets of these rules, given by their canonical texts,
    /// are kept until the returned value is dropped, however small the budget.
    pub fn for_batch(&self, rules: Vec<String>) -> Self {
        let batch = (!rules.is_empty()).then(|| Arc::new(BatchResults { rules, row_sets: Mutex::default() }));
        Self { shared: self.shared.clone(), own: self.own.clone(), batch }
    }

    /// Returns the number that separates this key's results from those of other definitions, if they depend on one.
    fn own_number(&self, key: &MemoryKey) -> Option<u64> {
        self.own.as_ref().filter(|(column, _)| key.is_about(column)).map(|(_, number)| *number)
    }

    fn batch_of(&self, key: &MemoryKey) -> Option<&BatchResults> {
        let MemoryKey::RowSet(rule) = key else { return None };
        self.batch.as_deref().filter(|batch| batch.rules.contains(rule))
    }

    /// Returns the budget in bytes.
    pub fn budget(&self) -> usize {
        self.shared.budget
    }

    /// Returns the kept value, if any, and marks it as recently used.
    pub fn get<T: Any + Send + Sync>(&self, key: &MemoryKey) -> Option<Arc<T>> {
        let batch = self.batch_of(key);
        let own = self.own_number(key).map(|number| MemoryKey::Own(number, Box::new(key.clone())));
        let key = own.as_ref().unwrap_or(key);
        let shared = batch.and_then(|batch| batch.lock().get(key).cloned());
        let kept = || self.lock().by_key.get(key).map(|entry| entry.value.clone());
        shared.or_else(kept).and_then(|value| value.downcast().ok())
    }

    /// Keeps a value of `bytes` bytes, unless it exceeds the budget on its own.
    pub fn keep<T: Any + Send + Sync>(&self, key: MemoryKey, value: &Arc<T>, bytes: usize) {
        let entry = MemoryEntry { value: value.clone(), bytes: bytes + OVERHEAD };
        let batch = self.batch_of(&key);
        let key = match self.own_number(&key) {
            Some(number) => MemoryKey::Own(number, Box::new(key)),
            None => key,
        };
        if let Some(batch) = batch {
            batch.lock().insert(key.clone(), value.clone());
        }
        let mut entries = self.lock();
        entries.bytes += entry.bytes;
        if let Some((_, replaced)) = entries.by_key.push(key, entry) {
            entries.bytes -= replaced.bytes;
        }
        while entries.bytes > self.shared.budget
            && let Some((_, oldest)) = entries.by_key.pop_lru()
        {
            entries.bytes -= oldest.bytes;
        }
    }

    /// Returns the kept value, or computes and keeps it. Not locked during the computation: two threads may both
    /// compute the value, which only takes time.
    pub fn get_or_make<T: Any + Send + Sync>(
        &self,
        key: MemoryKey,
        make: impl FnOnce() -> Result<T, EngineError>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Result<Arc<T>, EngineError> {
        if let Some(known) = self.get(&key) {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        self.keep(key, &made, bytes(&made));
        Ok(made)
    }

    /// Locks the entries. They are consistent whenever they are unlocked, so they remain usable after a panic
    /// elsewhere.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BatchResults {
    fn lock(&self) -> MutexGuard<'_, HashMap<MemoryKey, Arc<dyn Any + Send + Sync>>> {
        self.row_sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 1000;

    fn memory(keeping: usize) -> Memory {
        Memory::new(keeping * (SIZE + OVERHEAD))
    }

    fn keep(memory: &Memory, name: &str) {
        memory.keep(MemoryKey::RowSet(name.into()), &Arc::new(name.to_owned()), SIZE);
    }

    fn has(memory: &Memory, name: &str) -> bool {
        memory.get::<String>(&MemoryKey::RowSet(name.into())).is_some_and(|kept| *kept == name)
    }

    #[test]
    fn least_recently_used_row_set_is_evicted_first() {
        let memory = memory(2);
        keep(&memory, "a");
        keep(&memory, "b");
        assert!(has(&memory, "a"));
        keep(&memory, "c");
        assert!(has(&memory, "a") && !has(&memory, "b") && has(&memory, "c"));
    }

    #[test]
    fn memory_without_budget_keeps_nothing() {
        let memory = memory(0);
        keep(&memory, "a");
        assert!(!has(&memory, "a"));
    }

    #[test]
    fn batch_keeps_shared_row_sets_without_budget() {
        let memory = memory(0);
        let batch = memory.for_batch(vec!["a".into()]);
        let question = || batch.for_column(Some(("persona".into(), 7)));
        keep(&question(), "a");
        keep(&question(), "b");
        assert!(has(&question(), "a") && !has(&question(), "b") && !has(&memory, "a"));
    }

    #[test]
    fn row_sets_of_own_column_are_kept_separately() {
        let memory = memory(9);
        let of = |number| memory.for_batch(vec!["persona = 'x'".into()]).for_column(Some(("persona".into(), number)));
        keep(&of(1), "persona = 'x'");
        keep(&of(1), "age > 3");
        assert!(has(&of(1), "persona = 'x'") && !has(&of(2), "persona = 'x'"));
        assert!(has(&of(2), "age > 3") && has(&memory, "age > 3"));
    }

    #[test]
    fn row_set_kept_again_uses_room_once() {
        let memory = memory(2);
        keep(&memory, "b");
        (0..10).for_each(|_| keep(&memory, "a"));
        assert!(has(&memory, "a") && has(&memory, "b"));
    }
}
