//! AVX2: two registers of 32 bytes.

use std::arch::x86_64::*;

use super::lanes::{Lanes, flatten_by_eights};
use super::{Count, Found, kernels};
use crate::Dialect;

/// 64 bytes.
#[derive(Clone, Copy)]
struct Pair(__m256i, __m256i);

/// The masks of two registers as one.
#[inline(always)]
fn join(low: i32, high: i32) -> u64 {
    u64::from(low as u32) | (u64::from(high as u32) << 32)
}

impl Lanes for Pair {
    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: 64 bytes are readable.
        unsafe { Pair(_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast())) }
    }

    #[inline(always)]
    unsafe fn eq(self, byte: u8) -> u64 {
        // SAFETY: the caller has AVX2.
        unsafe {
            let byte = _mm256_set1_epi8(byte as i8);
            let (low, high) = (_mm256_cmpeq_epi8(self.0, byte), _mm256_cmpeq_epi8(self.1, byte));
            join(_mm256_movemask_epi8(low), _mm256_movemask_epi8(high))
        }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: the caller has AVX2.
        unsafe { Pair(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)) }
    }

    #[inline(always)]
    unsafe fn high(self) -> u64 {
        // SAFETY: the caller has AVX2.
        unsafe { join(_mm256_movemask_epi8(self.0), _mm256_movemask_epi8(self.1)) }
    }

    #[inline(always)]
    unsafe fn prefix_xor(bits: u64) -> u64 {
        // SAFETY: the caller has carry-less multiplication; a product with all ones is the prefix.
        unsafe {
            let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1), 0);
            _mm_cvtsi128_si64(product) as u64
        }
    }

    #[inline(always)]
    unsafe fn flatten(bits: u64, base: u32, out: *mut u32) {
        // SAFETY: the caller's promise.
        unsafe { flatten_by_eights(bits, base, out) };
    }
}

/// # Safety
/// As [`kernels::count`].
#[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1,bmi2,lzcnt")]
pub(super) unsafe fn count(buffer: *const u8, from: usize, to: usize, dialect: Dialect) -> Count {
    // SAFETY: the caller's promise.
    unsafe { kernels::count::<Pair>(buffer, from, to, dialect) }
}

/// # Safety
/// As [`kernels::index`].
#[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1,bmi2,lzcnt")]
pub(super) unsafe fn index(
    buffer: *const u8,
    at: (usize, usize, usize),
    dialect: Dialect,
    out: *mut u32,
) -> (usize, Found) {
    // SAFETY: the caller's promise.
    unsafe { kernels::index::<Pair>(buffer, at, dialect, out) }
}
