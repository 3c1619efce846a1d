//! AVX-512: one register of 64 bytes, masks that are registers, and byte compression.

use std::arch::x86_64::*;

use super::lanes::Lanes;
use super::{Count, Found, kernels};
use crate::Dialect;

/// 64 bytes.
#[derive(Clone, Copy)]
struct Wide(__m512i);

/// The numbers 0 to 63, to be compressed by a mask.
static IOTA: [u8; 64] = {
    let mut iota = [0; 64];
    let mut at = 0;
    while at < 64 {
        iota[at] = at as u8;
        at += 1;
    }
    iota
};

impl Lanes for Wide {
    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: 64 bytes are readable.
        unsafe { Wide(_mm512_loadu_si512(at.cast())) }
    }

    #[inline(always)]
    unsafe fn eq(self, byte: u8) -> u64 {
        // SAFETY: the caller has AVX-512 BW.
        unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: the caller has AVX-512.
        unsafe { Wide(_mm512_or_si512(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn high(self) -> u64 {
        // SAFETY: the caller has AVX-512 BW.
        unsafe { _mm512_movepi8_mask(self.0) }
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
        // SAFETY: the caller has AVX-512 VBMI2, and 64 slots are writable.
        unsafe {
            let iota = _mm512_loadu_si512(IOTA.as_ptr().cast());
            let packed = _mm512_maskz_compress_epi8(bits, iota);
            let base = _mm512_set1_epi32(base as i32);
            let widen = |bytes| _mm512_add_epi32(base, _mm512_cvtepu8_epi32(bytes));
            _mm512_storeu_si512(out.cast(), widen(_mm512_castsi512_si128(packed)));
            let found = bits.count_ones();
            if found > 16 {
                _mm512_storeu_si512(out.add(16).cast(), widen(_mm512_extracti32x4_epi32::<1>(packed)));
                if found > 32 {
                    _mm512_storeu_si512(out.add(32).cast(), widen(_mm512_extracti32x4_epi32::<2>(packed)));
                    _mm512_storeu_si512(out.add(48).cast(), widen(_mm512_extracti32x4_epi32::<3>(packed)));
                }
            }
        }
    }
}

/// # Safety
/// As [`kernels::count`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,pclmulqdq,popcnt,bmi1,bmi2,lzcnt")]
pub(super) unsafe fn count(buffer: *const u8, from: usize, to: usize, dialect: Dialect) -> Count {
    // SAFETY: the caller's promise.
    unsafe { kernels::count::<Wide>(buffer, from, to, dialect) }
}

/// # Safety
/// As [`kernels::index`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,pclmulqdq,popcnt,bmi1,bmi2,lzcnt")]
pub(super) unsafe fn index(
    buffer: *const u8,
    at: (usize, usize, usize),
    dialect: Dialect,
    out: *mut u32,
) -> (usize, Found) {
    // SAFETY: the caller's promise.
    unsafe { kernels::index::<Wide>(buffer, at, dialect, out) }
}
