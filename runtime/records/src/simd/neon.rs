//! NEON: four registers of 16 bytes.

use std::arch::aarch64::*;

use super::lanes::{Lanes, flatten_by_eights, prefix_xor_by_doubling};
use super::{Count, Found, kernels};
use crate::Dialect;

/// 64 bytes.
#[derive(Clone, Copy)]
struct Quad([uint8x16_t; 4]);

/// One bit a byte, from bytes that are all ones or all zeros: each keeps its own bit, and pairwise sums gather them.
///
/// # Safety
/// The processor has NEON, as every 64-bit ARM does.
#[inline(always)]
unsafe fn gather(bytes: [uint8x16_t; 4]) -> u64 {
    static BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: BITS is 16 bytes; NEON is there.
    unsafe {
        let bits = vld1q_u8(BITS.as_ptr());
        let low = vpaddq_u8(vandq_u8(bytes[0], bits), vandq_u8(bytes[1], bits));
        let high = vpaddq_u8(vandq_u8(bytes[2], bits), vandq_u8(bytes[3], bits));
        let sums = vpaddq_u8(low, high);
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
    }
}

impl Lanes for Quad {
    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: 64 bytes are readable.
        unsafe { Quad([vld1q_u8(at), vld1q_u8(at.add(16)), vld1q_u8(at.add(32)), vld1q_u8(at.add(48))]) }
    }

    #[inline(always)]
    unsafe fn eq(self, byte: u8) -> u64 {
        // SAFETY: NEON is there.
        unsafe {
            let byte = vdupq_n_u8(byte);
            let [a, b, c, d] = self.0;
            gather([vceqq_u8(a, byte), vceqq_u8(b, byte), vceqq_u8(c, byte), vceqq_u8(d, byte)])
        }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        // SAFETY: NEON is there.
        unsafe { Quad([vorrq_u8(a, e), vorrq_u8(b, f), vorrq_u8(c, g), vorrq_u8(d, h)]) }
    }

    #[inline(always)]
    unsafe fn high(self) -> u64 {
        // SAFETY: NEON is there.
        unsafe {
            let high = vdupq_n_u8(0x80);
            let [a, b, c, d] = self.0;
            gather([vcgeq_u8(a, high), vcgeq_u8(b, high), vcgeq_u8(c, high), vcgeq_u8(d, high)])
        }
    }

    #[inline(always)]
    unsafe fn prefix_xor(bits: u64) -> u64 {
        prefix_xor_by_doubling(bits)
    }

    #[inline(always)]
    unsafe fn flatten(bits: u64, base: u32, out: *mut u32) {
        // SAFETY: the caller's promise.
        unsafe { flatten_by_eights(bits, base, out) };
    }
}

/// # Safety
/// As [`kernels::count`].
pub(super) unsafe fn count(buffer: *const u8, from: usize, to: usize, dialect: Dialect) -> Count {
    // SAFETY: the caller's promise.
    unsafe { kernels::count::<Quad>(buffer, from, to, dialect) }
}

/// # Safety
/// As [`kernels::index`].
pub(super) unsafe fn index(
    buffer: *const u8,
    at: (usize, usize, usize),
    dialect: Dialect,
    out: *mut u32,
) -> (usize, Found) {
    // SAFETY: the caller's promise.
    unsafe { kernels::index::<Quad>(buffer, at, dialect, out) }
}
