use std::sync::Arc;

use lru::LruCache;

use super::Batches;

/// Statements whose answers are kept.
const MAX_STATEMENTS: usize = 256;
/// Bytes of all answers that are kept.
const MAX_BYTES: usize = 32 << 20;

/// Answers by their statements. A base's version is fixed while its engine is open, so they stay right.
pub(super) struct Cache {
    answers: LruCache<String, (Arc<Batches>, usize)>,
    bytes: usize,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self { answers: LruCache::unbounded(), bytes: 0 }
    }

    pub(super) fn get(&mut self, statement: &str) -> Option<Arc<Batches>> {
        self.answers.get(statement).map(|(answer, _)| answer.clone())
    }

    pub(super) fn put(&mut self, statement: &str, answer: &Arc<Batches>) {
        let of_batches: usize = answer.batches.iter().map(|batch| batch.get_array_memory_size()).sum();
        let bytes = of_batches + statement.len();
        // One that would take most of the room is quicker to ask for than everything else.
        if bytes > MAX_BYTES / 2 {
            return;
        }
        if let Some((_, old)) = self.answers.put(statement.to_owned(), (answer.clone(), bytes)) {
            self.bytes -= old;
        }
        self.bytes += bytes;
        while self.answers.len() > MAX_STATEMENTS || self.bytes > MAX_BYTES {
            let Some((_, (_, oldest))) = self.answers.pop_lru() else { return };
            self.bytes -= oldest;
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Int64Array, RecordBatch};

    use super::*;

    fn answer(rows: i64) -> Arc<Batches> {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        let batch = RecordBatch::try_from_iter([("n", column)]).expect("one column");
        Arc::new(Batches { schema: batch.schema(), batches: vec![batch] })
    }

    #[test]
    fn oldest_answers_go_when_there_are_too_many() {
        let mut cache = Cache::new();
        for n in 0..300 {
            cache.put(&format!("SELECT {n}"), &answer(1));
            assert!(cache.get("SELECT 0").is_some(), "what is used stays");
        }
        assert_eq!(cache.answers.len(), MAX_STATEMENTS);
        assert!(cache.get("SELECT 1").is_none() && cache.get("SELECT 299").is_some());
    }

    #[test]
    fn bytes_are_bounded_and_huge_answers_are_not_kept() {
        let mut cache = Cache::new();
        cache.put("small", &answer(1));
        cache.put("huge", &answer(3 << 20));
        assert!(cache.get("huge").is_none() && cache.get("small").is_some());
        (0..9).for_each(|n| cache.put(&n.to_string(), &answer(1 << 20)));
        assert!(cache.bytes <= MAX_BYTES && cache.get("8").is_some() && cache.get("0").is_none());
        cache.put("8", &answer(1));
        let counted: usize = cache.answers.iter().map(|(_, (_, bytes))| bytes).sum();
        assert_eq!(cache.bytes, counted);
    }
}
