//! Portable lanes: eight words of eight bytes.

use super::lanes::{Lanes, flatten_by_eights, prefix_xor_by_doubling};

/// 64 bytes as words; the first byte is the lowest.
#[derive(Clone, Copy)]
pub(super) struct Words([u64; 8]);

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bits of eight bytes as eight bits: the product gathers each in the top byte without carries.
#[inline(always)]
fn gather(high: u64) -> u64 {
    ((high >> 7) & LOW).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Words {
    #[inline(always)]
    fn gather_all(self, bits: impl Fn(u64) -> u64) -> u64 {
        let mut mask = 0;
        for (at, &word) in self.0.iter().enumerate() {
            mask |= gather(bits(word)) << (8 * at);
        }
        mask
    }
}

impl Lanes for Words {
    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: 64 bytes are readable; any bytes are words.
        let words: [u64; 8] = unsafe { at.cast::<[u64; 8]>().read_unaligned() };
        Words(words.map(u64::from_le))
    }

    #[inline(always)]
    unsafe fn eq(self, byte: u8) -> u64 {
        let pattern = u64::from(byte) * LOW;
        // A byte of x is zero where it equals; adding 0x7f to its low bits carries into the high bit unless zero.
        self.gather_all(|word| {
            let x = word ^ pattern;
            !(((x & !HIGH) + !HIGH) | x)
        })
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        let mut words = self.0;
        for (word, other) in words.iter_mut().zip(other.0) {
            *word |= other;
        }
        Words(words)
    }

    #[inline(always)]
    unsafe fn high(self) -> u64 {
        self.gather_all(|word| word)
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
