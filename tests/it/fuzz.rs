//! The stable twin of the fuzz targets in `tests/fuzz/`: the same bodies, over the kept inputs and random changes of them.
//!
//! ```text
//! CROSSCUT_FUZZ=1000000 CROSSCUT_SEED=7 cargo test --release --test it fuzz::rules -- --nocapture
//! ```
//!
//! An input that fails is written to the temporary folder, and goes to `tests/fuzz/corpus/` with the fix.

#[path = "../fuzz/bodies/mod.rs"]
mod bodies;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Longest input.
const LONGEST: usize = 8192;

/// Words that a change inserts, by target.
const OF_RULES: &str = "AND OR NOT IS NULL TRUE UNKNOWN IN BETWEEN LIKE ILIKE ESCAPE CASE WHEN THEN ELSE END CAST( AS \
    INTEGER TEXT DATE TIMESTAMP INTERVAL EXTRACT( FROM FILTER (WHERE DISTINCT top( bottom( split( coalesce( greatest( \
    lower( replace( regexp_extract( strftime( date_trunc( date_diff( orders. .count( .sum( .last( FILE today persona @pros \
    @loop_a id plan email age spend price vip joined seen \"Größe, ' '' \" \"\" ( ) , . ~ || <> <= >= = - + * / % ; -- /* */ \
    0 1 -1 0.5 1e308 9223372036854775808 '2026-01-01' '90 days' % _ \\ :: ? $1 \u{0} \u{a0} \u{301} 漢";
const OF_STUDIES: &str = "[[segment]] [[segmentation]] [[segmentation.cell]] [[persona]] [[persona.claim]] [data] [study] \
    [privacy] [engine] [keys] [ui] [tables.orders] name = where = id = spans = column = breaks = top = cross = rfm = \
    path = key = mask = min_cell = \" ' \"\"\" ''' [ ] { } , = . # true false 1 -1 1e999 inf nan 2026-01-01 \\u0000 \u{0} \u{feff}";
const OF_TEXTS: &str =
    ", ; | \" \"\" '' \r\n \r \u{0} \u{feff} = # 1 1.5 1,5 1e400 nan 2026-01-01 31.12.2026 true null { } [ ] : é 漢";
const OF_KEYS: &str = "/ : ? m U C c w R F r b i f s n e d u x y X G g v o t spend plan @pros AND = 100";
const OF_COLUMNS: &str = "PAR1 ARROW1 \u{0} \u{1} \u{7f} \u{80}";

struct Fuzzer {
    random: ChaCha8Rng,
    kept: Vec<Vec<u8>>,
    words: Vec<&'static [u8]>,
}

impl Fuzzer {
    fn new(target: &str, words: &'static str) -> Self {
        let seed = std::env::var("CROSSCUT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
        let mut paths: Vec<_> =
            std::fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        let kept: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).expect("an input")).collect();
        assert!(kept.len() > 3, "{} has hardly any inputs", folder.display());
        let words = words.split(' ').filter(|word| !word.is_empty()).map(str::as_bytes).collect();
        Self { random: ChaCha8Rng::seed_from_u64(seed), kept, words }
    }

    fn below(&mut self, most: usize) -> usize {
        (self.random.next_u64() % most.max(1) as u64) as usize
    }

    fn word(&mut self) -> &'static [u8] {
        let at = self.below(self.words.len());
        self.words[at]
    }

    fn any(&mut self) -> Vec<u8> {
        let at = self.below(self.kept.len());
        self.kept[at].clone()
    }

    /// Changes a kept input in some places.
    fn input(&mut self) -> Vec<u8> {
        let mut input = self.any();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            let end = (at + self.below(12)).min(input.len());
            match self.below(9) {
                0 => drop(input.drain(at..end)),
                1 => {
                    let word = self.word();
                    input.splice(at..at, word.iter().copied().chain([b' ']));
                }
                2 => {
                    let word = self.word();
                    input.splice(at..end, word.iter().copied());
                }
                3 if at < input.len() => input[at] ^= 1 << self.below(8),
                4 if at < input.len() => input[at] = self.random.next_u32() as u8,
                5 => {
                    // A part, some times over.
                    let part = input[at..end].to_vec();
                    let part = part.repeat(1 + self.below(20));
                    input.splice(at..at, part);
                }
                6 => {
                    let other = self.any();
                    let from = self.below(other.len() + 1);
                    input.truncate(at);
                    input.extend_from_slice(&other[from..]);
                }
                7 => {
                    let other = self.any();
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(40)).min(other.len());
                    input.splice(at..at, other[from..to].iter().copied());
                }
                _ => input.truncate(at.max(end)),
            }
            input.truncate(LONGEST);
        }
        input
    }
}

/// Runs a target on all kept inputs and on `usual` changes of them, or the number in `CROSSCUT_FUZZ`.
fn fuzz(target: &str, words: &'static str, usual: usize, run: fn(&[u8])) {
    let mut fuzzer = Fuzzer::new(target, words);
    let most = std::env::var("CROSSCUT_FUZZ").ok().and_then(|most| most.parse().ok()).unwrap_or(usual);
    let kept = fuzzer.kept.clone();
    let mut failed = 0;
    let mut try_one = |n: usize, input: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| run(input))).is_err() {
            failed += 1;
            let path = std::env::temp_dir().join(format!("crosscut-fuzz-{target}-{n}"));
            drop(std::fs::write(&path, input));
            eprintln!("{target}: input {n} fails, see {}: {:?}", path.display(), String::from_utf8_lossy(input));
        }
        assert!(failed < 20, "{target}: 20 inputs fail");
    };
    kept.iter().enumerate().for_each(|(n, input)| try_one(n, input));
    for n in 0..most {
        let input = fuzzer.input();
        try_one(kept.len() + n, &input);
    }
    assert_eq!(failed, 0, "{target}: of {} inputs", kept.len() + most);
    eprintln!("{target}: {} inputs", kept.len() + most);
}

#[test]
fn rules_are_read_or_refused() {
    fuzz("rules", OF_RULES, 3_000, bodies::rules::run);
}

#[test]
fn study_files_are_read_or_refused() {
    fuzz("study", OF_STUDIES, 1_000, bodies::study::run);
}

#[test]
fn random_keys_leave_drawable_state() {
    fuzz("keys", OF_KEYS, 100, bodies::keys::run);
}

#[test]
fn texts_are_read_or_refused() {
    fuzz("text", OF_TEXTS, 500, bodies::text::run);
}

#[test]
fn files_of_columns_are_read_or_refused() {
    fuzz("columns", OF_COLUMNS, 500, bodies::columns::run);
}
