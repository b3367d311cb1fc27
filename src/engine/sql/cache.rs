use std::sync::Arc;
use std::time::{Duration, Instant};

use lru::LruCache;

use super::Batches;

/// Maximum number of statements whose answers are kept.
const MAX_STATEMENTS: usize = 256;
/// Maximum size of all kept answers, in bytes.
const MAX_BYTES: usize = 32 << 20;

/// Maximum age of a kept answer, since the tables may change.
pub(super) const MAX_AGE: Duration = Duration::from_secs(600);

/// Recent answers, by their statements.
pub(super) struct Cache {
    answers: LruCache<String, CachedAnswer>,
    bytes: usize,
}

/// An answer with its time and size.
struct CachedAnswer {
    answer: Arc<Batches>,
    bytes: usize,
    since: Instant,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self { answers: LruCache::unbounded(), bytes: 0 }
    }

    pub(super) fn get(&mut self, statement: &str, now: Instant) -> Option<Arc<Batches>> {
        let kept = self.answers.get(statement)?;
        (now.duration_since(kept.since) < MAX_AGE).then(|| kept.answer.clone())
    }

    pub(super) fn put(&mut self, statement: &str, answer: &Arc<Batches>, now: Instant) {
        let of_batches: usize = answer.batches.iter().map(|batch| batch.get_array_memory_size()).sum();
        let bytes = of_batches + statement.len();
        // One that would take most of the room is quicker to ask for than everything else.
        if bytes > MAX_BYTES / 2 {
            return;
        }
        if let Some(old) =
            self.answers.put(statement.to_owned(), CachedAnswer { answer: answer.clone(), bytes, since: now })
        {
            self.bytes -= old.bytes;
        }
        self.bytes += bytes;
        while self.answers.len() > MAX_STATEMENTS || self.bytes > MAX_BYTES {
            let Some((_, oldest)) = self.answers.pop_lru() else { return };
            self.bytes -= oldest.bytes;
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
    fn cache_evicts_oldest_answers_beyond_limit() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        for n in 0..300 {
            cache.put(&format!("SELECT {n}"), &answer(1), now);
            assert!(cache.get("SELECT 0", now).is_some(), "what is used stays");
        }
        assert_eq!(cache.answers.len(), MAX_STATEMENTS);
        assert!(cache.get("SELECT 1", now).is_none() && cache.get("SELECT 299", now).is_some());
    }

    #[test]
    fn cache_bounds_bytes_and_skips_huge_answers() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        cache.put("small", &answer(1), now);
        cache.put("huge", &answer(3 << 20), now);
        assert!(cache.get("huge", now).is_none() && cache.get("small", now).is_some());
        (0..9).for_each(|n| cache.put(&n.to_string(), &answer(1 << 20), now));
        assert!(cache.bytes <= MAX_BYTES && cache.get("8", now).is_some() && cache.get("0", now).is_none());
        cache.put("8", &answer(1), now);
        let counted: usize = cache.answers.iter().map(|(_, kept)| kept.bytes).sum();
        assert_eq!(cache.bytes, counted);
    }

    #[test]
    fn cached_answer_expires() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        cache.put("SELECT 1", &answer(1), now);
        assert!(cache.get("SELECT 1", now + MAX_AGE / 2).is_some());
        assert!(cache.get("SELECT 1", now + MAX_AGE).is_none());
        cache.put("SELECT 1", &answer(1), now + MAX_AGE);
        assert!(cache.get("SELECT 1", now + MAX_AGE).is_some());
    }
}
