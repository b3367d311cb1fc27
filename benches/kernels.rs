//! Measures the kernels on one core against the memory limit: a plain sum of the same bytes. `cargo bench --bench
//! kernels`
//!
//! Columns of ten million rows are processed in chunks, as in the engine, and answers stay in the cache. The best of
//! many runs counts, which keeps the noise of a shared machine out.

use std::hint::black_box;
use std::time::Instant;

use crosscut::engine::local::kernel::*;

const ROWS: usize = 10_000_000;
const CHUNK: usize = 1 << 16;
const WORDS: usize = CHUNK / 64;

fn main() {
    println!("{:<42}{:>12}{:>10}{:>10}{:>12}", "kernel", "rows", "ms", "GB/s", "x one sum");
    numbers();
    codes();
    tallies();
    text();
    row_sets();
}

fn numbers() {
    fn bench<T: KernelNumber>(name: &str, low: T, high: T, value: impl Fn(u64) -> T) {
        let values: Vec<T> = random(100).map(value).collect();
        let mut out = [0; WORDS];
        report(name, ROWS, &[bytes(&values)], || {
            for chunk in values.chunks(CHUNK) {
                between(chunk, low, high, black_box(&mut out[..chunk.len().div_ceil(64)]));
            }
        });
    }
    bench("between f64", 20.0, 70.0, |n| n as f64);
    bench("between i64", 20, 70, |n| n as i64);
    bench("between i32", 20, 70, |n| n as i32);
    bench("between i16", 20, 70, |n| n as i16);
    bench("between i8", 20, 70, |n| n as i8);
}

fn codes() {
    fn bench<C: CodeWidth>(name: &str, codes: usize) {
        let column = column::<C>(codes);
        let runs = |n: usize| (0..codes).filter(move |code| code * 2 * n / codes % 2 == 1);
        let thirds = (0..codes).step_by(3);
        let sets = [
            ("1 run", CodeSet::new(codes, runs(1))),
            ("4 runs", CodeSet::new(codes, runs(4))),
            ("every third", CodeSet::new(codes, thirds)),
        ];
        for (which, set) in sets {
            let mut out = [0; WORDS];
            report(&format!("members {name} of {codes}, {which}"), ROWS, &[bytes(&column)], || {
                for chunk in column.chunks(CHUNK) {
                    members(chunk, &set, black_box(&mut out[..chunk.len().div_ceil(64)]));
                }
            });
        }
    }
    bench::<u8>("u8", 200);
    bench::<u16>("u16", 6000);
    bench::<u32>("u32", 300_000);
}

fn tallies() {
    let values: Vec<f64> = random(1000).map(|n| n as f64).collect();
    let row_sets = [("1 % of rows", 1), ("half", 50), ("all", 100)].map(|(which, percent)| (which, row_set(percent)));
    for (which, words) in &row_sets {
        report(&format!("sum f64, {which}"), ROWS, &[bytes(&values), bytes(words)], || {
            for (values, words) in values.chunks(CHUNK).zip(words.chunks(WORDS)) {
                black_box(sum(values, None, words));
            }
        });
    }
    bench_tally(&column::<u8>(5), 5, &values, &row_sets);
    bench_tally(&column::<u8>(200), 200, &values, &row_sets);
    bench_tally(&column::<u16>(6000), 6000, &values, &row_sets);
}

fn bench_tally<C: CodeWidth>(column: &[C], codes: usize, values: &[f64], row_sets: &[(&str, Vec<u64>)]) {
    let name = std::any::type_name::<C>();
    for (which, words) in row_sets {
        let mut counts = vec![0; codes];
        report(&format!("tally {name} of {codes}, {which}"), ROWS, &[bytes(column), bytes(words)], || {
            for (column, words) in column.chunks(CHUNK).zip(words.chunks(WORDS)) {
                tally(column, words, black_box(&mut counts));
            }
        });
        let mut sums = vec![Sum::default(); codes];
        let read = [bytes(column), bytes(values), bytes(words)];
        report(&format!("tally + sum f64 {name} of {codes}, {which}"), ROWS, &read, || {
            for ((column, values), words) in column.chunks(CHUNK).zip(values.chunks(CHUNK)).zip(words.chunks(WORDS)) {
                tally_sums(column, values, None, words, black_box(&mut sums));
            }
        });
    }
}

/// A kernel over offsets, bytes, a needle and words.
type Search = fn(&[u32], &[u8], &[u8], &mut [u64]);

fn text() {
    let mut offsets = vec![0u32];
    let mut text = Vec::new();
    for n in random(1 << 24) {
        text.extend_from_slice(format!("u{n:08}@mail.test").as_bytes());
        offsets.push(text.len() as u32);
    }
    let read = [bytes(&text), bytes(&offsets)];
    let mut out = [0; WORDS];
    let mut bench = |name: &str, kernel: Search, needle: &str| {
        report(&format!("{name} '{needle}'"), ROWS, &read, || {
            for row in (0..ROWS).step_by(CHUNK) {
                let offsets = &offsets[row..=(row + CHUNK).min(ROWS)];
                let out = &mut out[..(offsets.len() - 1).div_ceil(64)];
                kernel(offsets, &text, needle.as_bytes(), black_box(out));
            }
        });
    };
    for needle in ["77", "7", "@mail", "@mail.test", "@post"] {
        bench("contains", contains, needle);
    }
    bench("starts_with", starts_with, "u0777");
    bench("ends_with", ends_with, "7@mail.test");
    bench("equals", equals, "u07777777@mail.test");
}

fn row_sets() {
    let [a, b, c] = [50, 50, 50].map(row_set);
    report("count", ROWS, &[bytes(&a)], || {
        black_box(count(&a));
    });
    report("count_and", ROWS, &[bytes(&a), bytes(&b)], || {
        black_box(count_and(&a, &b));
    });
    let (near_a, near_b) = (&a[..2048], &b[..2048]);
    let times = a.len() / near_a.len();
    report("count_and, blocks in the cache", times * 2048 * 64, &[bytes(near_a), bytes(near_b)].repeat(times), || {
        for _ in 0..times {
            black_box(count_and(black_box(near_a), near_b));
        }
    });
    report("count_and3", ROWS, &[bytes(&a), bytes(&b), bytes(&c)], || {
        black_box(count_and3(&a, &b, &c));
    });
    let mut into = a.clone();
    report("and_into", ROWS, &[bytes(&a), bytes(&b)], || and_into(black_box(&mut into), &b));
    report("transpose64", ROWS, &[bytes(&a)], || {
        for square in a.as_chunks::<64>().0 {
            black_box(transpose64(square));
        }
    });
}

/// Prints the best time of `f` and the time of a sum over the bytes that `f` reads.
fn report(kernel: &str, rows: usize, read: &[&[u8]], mut f: impl FnMut()) {
    let limit = best(&mut || read.iter().for_each(|bytes| sum_of(bytes)));
    let time = best(&mut f);
    let bytes: usize = read.iter().map(|bytes| bytes.len()).sum();
    println!("{kernel:<42}{rows:>12}{:>10.2}{:>10.1}{:>12.2}", time * 1e3, bytes as f64 / time / 1e9, time / limit);
}

/// Best time in seconds, over as many runs as fit into 150 milliseconds, at least ten.
fn best(f: &mut dyn FnMut()) -> f64 {
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    for run in 0.. {
        if run >= 10 && begin.elapsed().as_millis() > 150 {
            break;
        }
        let start = Instant::now();
        f();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

/// A bit set in which `percent` of every hundred bits are set.
fn row_set(percent: u64) -> Vec<u64> {
    let bits: Vec<bool> = random(100).map(|n| n < percent).collect();
    bits.chunks(64).map(|bits| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit))).collect()
}

fn column<C: CodeWidth>(codes: usize) -> Vec<C> {
    random(codes as u64).filter_map(|code| C::from_index(code as usize)).collect()
}

/// Sums the words at the memory limit: eight accumulators, so that no addition waits for the previous one.
fn sum_of(bytes: &[u8]) {
    let mut sums = [0u64; 8];
    for eight in black_box(bytes).as_chunks::<64>().0 {
        for (sum, word) in sums.iter_mut().zip(eight.as_chunks().0) {
            *sum = sum.wrapping_add(u64::from_ne_bytes(*word));
        }
    }
    black_box(sums);
}

/// Bytes of a column in memory.
fn bytes<T: Copy>(values: &[T]) -> &[u8] {
    let bytes = size_of_val(values);
    // SAFETY: the numbers of a slice lie one after the other, without gaps between or in them.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), bytes) }
}

/// Pseudo-random numbers below `end`, one per row.
fn random(end: u64) -> impl Iterator<Item = u64> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    (0..ROWS).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) % end
    })
}
