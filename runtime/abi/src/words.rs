//! Eight digits at a time in one register.
//!
//! The reductions are the well-known ones (Lemire, "Quickly parsing eight digits", 2018; Khuong, "How to print integers
//! really fast", 2017).

/// Eight ASCII zeros.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Whether all eight bytes are ASCII digits.
#[inline(always)]
pub(crate) fn all_digits(w: u64) -> bool {
    let high = w & 0xF0F0_F0F0_F0F0_F0F0;
    let carried = w.wrapping_add(0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0;
    high | carried >> 4 == 0x3333_3333_3333_3333
}

/// The number that eight ASCII digits stand for, the first in the lowest byte.
#[inline(always)]
pub(crate) fn eight_digits(w: u64) -> u64 {
    let pairs = (w & 0x0F0F_0F0F_0F0F_0F0F).wrapping_mul(10 << 8 | 1) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 << 16 | 1) >> 16;
    (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 << 32 | 1) >> 32
}

/// The number that the `n` (1 to 8) bytes before `end` stand for, if they are digits.
///
/// # Safety
/// Eight bytes before `end` are readable.
#[inline(always)]
pub(crate) unsafe fn digits_before(end: *const u8, n: usize) -> Option<u64> {
    debug_assert!((1..=8).contains(&n));
    // SAFETY: the caller promises eight readable bytes.
    let w = unsafe { end.sub(8).cast::<u64>().read_unaligned() };
    let keep = !0u64 << (8 * (8 - n as u32));
    let w = w & keep | ZEROS & !keep;
    if all_digits(w) { Some(eight_digits(w)) } else { None }
}

/// The eight decimal digits of a number below 10⁸, the first in the lowest byte, as values 0 to 9.
#[inline(always)]
pub(crate) fn to_digits(v: u32) -> u64 {
    debug_assert!(v < 100_000_000);
    let fours = u64::from(v / 10_000) | u64::from(v % 10_000) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007F_0000_007F;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = (pairs * 103) >> 10 & 0x000F_000F_000F_000F;
    tens | (pairs - tens * 10) << 8
}

/// [`to_digits`] as ASCII.
#[inline(always)]
pub(crate) fn to_ascii(v: u32) -> u64 {
    to_digits(v) | ZEROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_round() {
        for v in (0..100_000_000u32).step_by(997).chain([0, 9, 99_999_999, 10_000, 9_999]) {
            assert_eq!(&to_ascii(v).to_le_bytes(), format!("{v:08}").as_bytes());
            assert_eq!(eight_digits(to_ascii(v)), u64::from(v));
        }
    }

    #[test]
    fn only_digits_are_digits() {
        for b in 0..=255u8 {
            for at in 0..8 {
                let mut bytes = *b"12345678";
                bytes[at] = b;
                assert_eq!(all_digits(u64::from_le_bytes(bytes)), b.is_ascii_digit(), "{b} at {at}");
            }
        }
    }
}
