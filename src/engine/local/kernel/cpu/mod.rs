//! Selects the instructions that the CPU supports. No other module depends on instruction sets.
//!
//! A [`Kernel`] is written once, as plain loops. [`run`] compiles it for each instruction set and calls the version
//! for the best one that this CPU has. The compiler vectorizes most loops; [`Isa`] provides the two operations that
//! it does not vectorize.

#[cfg(target_arch = "x86_64")]
mod x86;

use std::sync::LazyLock;

/// A computation that is compiled for each instruction set.
///
/// `run` and all functions that its inner loops call must be `#[inline(always)]`; otherwise they are compiled for the
/// oldest CPU.
pub trait Kernel {
    type Output;
    fn run<I: Isa>(self, isa: I) -> Self::Output;
}

/// An instruction set, with the operations that the compiler does not vectorize by itself.
pub trait Isa: Copy {
    /// Packs truths into a word: bit i is `truths[i]`.
    fn pack(self, truths: &[bool; 64]) -> u64;

    /// Looks bytes up in a set: bit i is set if byte i is in it.
    fn look_up(self, bytes: &[u8; 64], set: &ByteSet) -> u64;
}

/// A set of bytes, in the forms that the instruction sets need.
#[derive(Debug, Clone)]
pub struct ByteSet {
    /// Element b is true if byte b is in the set.
    truths: [bool; 256],
    /// Tables by the lower half of a byte: bit h of element l of table t is set if the byte with the lower half l and
    /// the upper half 8·t + h is in the set.
    #[cfg(target_arch = "x86_64")]
    uppers: [[u8; 16]; 2],
}

impl ByteSet {
    pub fn new(truths: [bool; 256]) -> Self {
        #[cfg(target_arch = "x86_64")]
        let upper = |from: usize, lower: usize| {
            (0..8).fold(0, |bits, upper| bits | u8::from(truths[from + 16 * upper + lower]) << upper)
        };
        Self {
            truths,
            #[cfg(target_arch = "x86_64")]
            uppers: [0, 128].map(|from| std::array::from_fn(|lower| upper(from, lower))),
        }
    }

    #[inline(always)]
    pub fn contains(&self, byte: u8) -> bool {
        self.truths[usize::from(byte)]
    }
}

/// An instruction set by name. Only [`LEVELS`] provides values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InstructionSet {
    /// Instructions that every CPU of the architecture has.
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The instruction sets detected on this CPU, the best last.
static LEVELS: LazyLock<Vec<InstructionSet>> = LazyLock::new(|| {
    let levels = vec![InstructionSet::Portable];
    #[cfg(target_arch = "x86_64")]
    let levels = levels.into_iter().chain(x86::levels()).collect();
    levels
});

/// Runs the kernel with the best instruction set that this CPU has.
pub fn run<K: Kernel>(kernel: K) -> K::Output {
    match level() {
        InstructionSet::Portable => kernel.run(Portable),
        // SAFETY: `LEVELS` contains only instruction sets that were detected on this CPU.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => unsafe { x86::avx2(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 => unsafe { x86::avx512(kernel) },
    }
}

fn level() -> InstructionSet {
    #[cfg(test)]
    if let Some(level) = tests::FORCED.get() {
        return level;
    }
    static BEST: LazyLock<InstructionSet> =
        LazyLock::new(|| LEVELS.last().copied().unwrap_or(InstructionSet::Portable));
    *BEST
}

/// Instruction set of every CPU.
#[derive(Clone, Copy)]
struct Portable;

impl Isa for Portable {
    #[inline(always)]
    fn pack(self, truths: &[bool; 64]) -> u64 {
        let mut word = 0;
        for (i, eight) in truths.as_chunks::<8>().0.iter().enumerate() {
            // The product's highest byte collects the lowest bit of each of the eight bytes.
            let bits = u64::from_le_bytes(eight.map(u8::from)).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            word |= bits << (8 * i);
        }
        word
    }

    #[inline(always)]
    fn look_up(self, bytes: &[u8; 64], set: &ByteSet) -> u64 {
        looked_up(bytes, |byte| set.contains(byte))
    }
}

#[cfg(test)]
pub use tests::on_each_level;

/// Returns one bit per value, which is looked up in a table: vector instructions cannot do this.
#[inline(always)]
pub fn looked_up<T: Copy>(block: &[T; 64], look_up: impl Fn(T) -> bool) -> u64 {
    // The word is built as four quarters in parallel: in a single word each bit would have to wait for the previous
    // one.
    let mut quarters = [0; 4];
    for i in (0..16).rev() {
        for (quarter, word) in quarters.iter_mut().enumerate() {
            *word = *word << 1 | u64::from(look_up(block[16 * quarter + i]));
        }
    }
    quarters[0] | quarters[1] << 16 | quarters[2] << 32 | quarters[3] << 48
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        pub static FORCED: Cell<Option<InstructionSet>> = const { Cell::new(None) };
    }

    /// Runs the test with each instruction set that this CPU has.
    pub fn on_each_level(test: impl Fn()) {
        for &level in LEVELS.iter() {
            FORCED.set(Some(level));
            test();
        }
        FORCED.set(None);
    }

    struct Pack<'a>(&'a [bool; 64]);

    impl Kernel for Pack<'_> {
        type Output = u64;

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> u64 {
            isa.pack(self.0)
        }
    }

    #[test]
    fn pack_sets_bit_of_each_truth() {
        on_each_level(|| {
            for i in 0..64 {
                let one: [bool; 64] = std::array::from_fn(|j| i == j);
                assert_eq!(run(Pack(&one)), 1 << i, "{:?}", level());
                assert_eq!(run(Pack(&one.map(|truth| !truth))), !(1 << i), "{:?}", level());
            }
        });
    }

    #[test]
    fn default_cpu_level_is_best() {
        assert_eq!(Some(&level()), LEVELS.last());
    }
}
