//! Sixty-four bytes at a time, whatever the registers' width.

/// A group of 64 bytes. Bit `i` of every mask belongs to byte `i`.
///
/// # Safety
/// Every method needs the processor features of its implementation; the callers are compiled with them.
pub(super) trait Lanes: Copy {
    /// Reads 64 bytes at `at`, which must be readable and need no alignment.
    unsafe fn load(at: *const u8) -> Self;
    /// The bytes that equal `byte`.
    unsafe fn eq(self, byte: u8) -> u64;
    /// The bytes of either, or-ed.
    unsafe fn or(self, other: Self) -> Self;
    /// The bytes with their high bit set.
    unsafe fn high(self) -> u64;
    /// Bit `i` of the result is the exclusive-or of bits `0..=i`.
    unsafe fn prefix_xor(bits: u64) -> u64;
    /// Writes `base + i` to `out` for each bit `i` set, ascending; may write on over 64 slots in all.
    unsafe fn flatten(bits: u64, base: u32, out: *mut u32);
}

/// [`Lanes::prefix_xor`] by doubling, where there is no carry-less multiplication.
#[inline(always)]
#[allow(dead_code, reason = "not every target needs it")]
pub(super) fn prefix_xor_by_doubling(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// [`Lanes::flatten`] with a loop over the bits, eight at a time so that the branch is rarely mistaken
/// (D. Lemire, "Iterating over set bits quickly", 2018; as in simdjson).
///
/// # Safety
/// 64 slots are writable at `out`.
#[inline(always)]
#[allow(dead_code, reason = "not every target needs it")]
pub(super) unsafe fn flatten_by_eights(mut bits: u64, base: u32, mut out: *mut u32) {
    while bits != 0 {
        for slot in 0..8 {
            // SAFETY: at most ceil(64 / 8) rounds of 8 slots; a round past the last bit writes what is never read.
            unsafe { out.add(slot).write(base.wrapping_add(bits.trailing_zeros())) };
            bits &= bits.wrapping_sub(1);
        }
        // SAFETY: as above.
        out = unsafe { out.add(8) };
    }
}
