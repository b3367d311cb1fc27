use std::arch::x86_64::*;

use super::{ByteSet, InstructionSet, Isa, Kernel};

/// Returns the instruction sets that this CPU has beyond those of every x86-64 CPU, the best last.
pub fn levels() -> impl Iterator<Item = InstructionSet> {
    macro_rules! has {
        ($($feature:tt),*) => { $(std::arch::is_x86_feature_detected!($feature))&&* };
    }
    let avx2 = has!("avx2", "bmi1", "bmi2", "lzcnt", "popcnt");
    // AVX-512 without a bit count instruction (Skylake) gains little over AVX2, and lowers the clock rate.
    let avx512 = avx2 && has!("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vpopcntdq");
    [(avx2, InstructionSet::Avx2), (avx512, InstructionSet::Avx512)]
        .into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, level)| level)
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx2(()))
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
pub fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Avx512(()))
}

/// Proof that the CPU has AVX2: only [`avx2`] creates it.
#[derive(Clone, Copy)]
struct Avx2(());

/// Proof that the CPU has AVX-512: only [`avx512`] creates it.
#[derive(Clone, Copy)]
struct Avx512(());

/// Bytes 1 << i for i from 0 to 7: the bit of an upper half, given its lowest three bits.
const BITS: i64 = i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128]);

impl Isa for Avx2 {
    #[inline(always)]
    fn pack(self, truths: &[bool; 64]) -> u64 {
        let (halves, _) = truths.as_chunks::<32>();
        // SAFETY: an `Avx2` exists, so the CPU has AVX2.
        let bits = |half| u64::from(unsafe { pack_32(half) });
        bits(&halves[0]) | bits(&halves[1]) << 32
    }

    #[inline(always)]
    fn look_up(self, bytes: &[u8; 64], set: &ByteSet) -> u64 {
        let (halves, _) = bytes.as_chunks::<32>();
        // SAFETY: an `Avx2` exists, so the CPU has AVX2.
        let bits = |half| u64::from(unsafe { look_up_32(half, set) });
        bits(&halves[0]) | bits(&halves[1]) << 32
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn pack_32(truths: &[bool; 32]) -> u32 {
    // SAFETY: loads 32 bytes, which may be at any address.
    let truths = unsafe { _mm256_loadu_si256(truths.as_ptr().cast()) };
    _mm256_movemask_epi8(_mm256_cmpgt_epi8(truths, _mm256_setzero_si256())).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx2")]
fn look_up_32(bytes: &[u8; 32], set: &ByteSet) -> u32 {
    // SAFETY: loads 32 and 16 bytes, which may be at any address.
    let (bytes, uppers) = unsafe {
        let table = |half: &[u8; 16]| _mm256_broadcastsi128_si256(_mm_loadu_si128(half.as_ptr().cast()));
        (_mm256_loadu_si256(bytes.as_ptr().cast()), [table(&set.uppers[0]), table(&set.uppers[1])])
    };
    let lower = _mm256_and_si256(bytes, _mm256_set1_epi8(15));
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
    let [below_128, from_128] = uppers.map(|table| _mm256_shuffle_epi8(table, lower));
    // The highest bit of a byte selects the table for its upper half.
    let uppers = _mm256_blendv_epi8(below_128, from_128, bytes);
    let bit = _mm256_shuffle_epi8(_mm256_set1_epi64x(BITS), upper);
    let outside = _mm256_cmpeq_epi8(_mm256_and_si256(uppers, bit), _mm256_setzero_si256());
    !_mm256_movemask_epi8(outside).cast_unsigned()
}

impl Isa for Avx512 {
    #[inline(always)]
    fn pack(self, truths: &[bool; 64]) -> u64 {
        // SAFETY: an `Avx512` exists, so the CPU has AVX-512.
        unsafe { pack_64(truths) }
    }

    #[inline(always)]
    fn look_up(self, bytes: &[u8; 64], set: &ByteSet) -> u64 {
        // SAFETY: an `Avx512` exists, so the CPU has AVX-512.
        unsafe { look_up_64(bytes, set) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn pack_64(truths: &[bool; 64]) -> u64 {
    // SAFETY: loads 64 bytes, which may be at any address.
    let truths = unsafe { _mm512_loadu_si512(truths.as_ptr().cast()) };
    _mm512_test_epi8_mask(truths, truths)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn look_up_64(bytes: &[u8; 64], set: &ByteSet) -> u64 {
    // SAFETY: loads 64 and 16 bytes, which may be at any address.
    let (bytes, [below_128, from_128]) = unsafe {
        let table = |half: &[u8; 16]| _mm512_broadcast_i32x4(_mm_loadu_si128(half.as_ptr().cast()));
        (_mm512_loadu_si512(bytes.as_ptr().cast()), [table(&set.uppers[0]), table(&set.uppers[1])])
    };
    let lower = _mm512_and_si512(bytes, _mm512_set1_epi8(15));
    let upper = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), _mm512_set1_epi8(15));
    let below_128 = _mm512_shuffle_epi8(below_128, lower);
    let uppers = _mm512_mask_shuffle_epi8(below_128, _mm512_movepi8_mask(bytes), from_128, lower);
    let bit = _mm512_shuffle_epi8(_mm512_set1_epi64(BITS), upper);
    _mm512_test_epi8_mask(uppers, bit)
}
