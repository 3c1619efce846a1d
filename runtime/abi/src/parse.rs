//! Reading numbers and days from text: the fast entries of `int64`, `decimal` and `date`.
//!
//! Each means what the function of the same family in `migc-functions` means; a property test holds them together.

use migc_functions::date::Day;
use migc_functions::decimal;

use crate::words::{digits_before, eight_digits};
use crate::{Frame, Pair};

/// A whole number between `least` and `most`.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn parse_int(_: *mut Frame, p: *const u8, n: usize, least: i64, most: i64) -> Pair {
    if n.wrapping_sub(1) < 8 {
        // SAFETY: the text is padded, so eight bytes before its end are readable.
        let digits = unsafe { digits_before(p.add(n), n) };
        if let Some(v) = digits
            && v as i64 <= most
        {
            return Pair::value(v as i64);
        }
    }
    // SAFETY: as the caller promises.
    unsafe { parse_int_slow(p, n, least, most) }
}

#[cold]
unsafe fn parse_int_slow(p: *const u8, n: usize, least: i64, most: i64) -> Pair {
    // SAFETY: the caller's text.
    let text = unsafe { std::slice::from_raw_parts(p, n) };
    match decimal::parse(text, 0) {
        Ok(v) if v >= i128::from(least) && v <= i128::from(most) && !text.contains(&b'.') => Pair::value(v as i64),
        _ => Pair::NONE,
    }
}

/// A decimal of `scale` digits behind its point, unscaled, between `-top` and `top`.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn parse_decimal(_: *mut Frame, p: *const u8, n: usize, scale: i64, top: i64) -> Pair {
    let s = scale as usize;
    // SAFETY: all loads are within the text or its padding.
    unsafe {
        let end = p.add(n);
        if s == 2 && n.wrapping_sub(4) < 6 && *end.sub(3) == b'.' {
            // The point between the last two digits and the rest: close the gap and read all digits at once.
            let w = end.sub(8).cast::<u64>().read_unaligned();
            let closed = (w & 0x0000_00FF_FFFF_FFFF) << 8 | w & 0xFFFF_0000_0000_0000;
            let keep = !0u64 << (8 * (9 - n as u32));
            let digits = closed & keep | 0x3030_3030_3030_3030 & !keep;
            if n <= 8 && crate::words::all_digits(digits) {
                let v = eight_digits(digits) as i64;
                return if v <= top { Pair::value(v) } else { Pair::NONE };
            }
        }
        if n.wrapping_sub(1) < 8
            && let Some(v) = digits_before(end, n)
        {
            let v = v as i64 * POWERS[s.min(9)];
            if s <= 9 && v <= top {
                return Pair::value(v);
            }
        }
        if s.wrapping_sub(1) < 8
            && n.wrapping_sub(s + 2) < 8
            && *end.sub(s + 1) == b'.'
            && let Some(whole) = digits_before(end.sub(s + 1), n - s - 1)
            && let Some(fraction) = digits_before(end, s)
        {
            let v = whole as i64 * POWERS[s] + fraction as i64;
            return if v <= top { Pair::value(v) } else { Pair::NONE };
        }
        parse_decimal_slow(p, n, scale, top)
    }
}

const POWERS: [i64; 10] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

#[cold]
unsafe fn parse_decimal_slow(p: *const u8, n: usize, scale: i64, top: i64) -> Pair {
    // SAFETY: the caller's text.
    let text = unsafe { std::slice::from_raw_parts(p, n) };
    match decimal::parse(text, scale as u8) {
        Ok(v) if v.unsigned_abs() <= top as u128 => Pair::value(v as i64),
        _ => Pair::NONE,
    }
}

/// `YYYY?MM?DD`, with the byte `sep` for `?`, as a packed day.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn parse_date_ymd(_: *mut Frame, p: *const u8, n: usize, sep: i64) -> Pair {
    if n != 10 {
        return Pair::NONE;
    }
    // SAFETY: ten bytes.
    let (a, b) = unsafe { (p.cast::<u64>().read_unaligned(), p.add(8).cast::<u16>().read_unaligned()) };
    let separators = (a >> 32 & 0xFF) == sep as u64 && a >> 56 == sep as u64;
    day(separators, (a & 0xFFFF_FFFF) | (a >> 40 & 0xFFFF) << 32 | u64::from(b) << 48)
}

/// `MM?DD?YYYY`, as a packed day.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn parse_date_mdy(_: *mut Frame, p: *const u8, n: usize, sep: i64) -> Pair {
    if n != 10 {
        return Pair::NONE;
    }
    // SAFETY: ten bytes.
    let (a, y) = unsafe { (p.cast::<u64>().read_unaligned(), p.add(6).cast::<u32>().read_unaligned()) };
    let separators = (a >> 16 & 0xFF) == sep as u64 && (a >> 40 & 0xFF) == sep as u64;
    day(separators, u64::from(y) | (a & 0xFFFF) << 32 | (a >> 24 & 0xFFFF) << 48)
}

/// `DD?MM?YYYY`, as a packed day.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn parse_date_dmy(_: *mut Frame, p: *const u8, n: usize, sep: i64) -> Pair {
    if n != 10 {
        return Pair::NONE;
    }
    // SAFETY: ten bytes.
    let (a, y) = unsafe { (p.cast::<u64>().read_unaligned(), p.add(6).cast::<u32>().read_unaligned()) };
    let separators = (a >> 16 & 0xFF) == sep as u64 && (a >> 40 & 0xFF) == sep as u64;
    day(separators, u64::from(y) | (a >> 24 & 0xFFFF) << 32 | (a & 0xFFFF) << 48)
}

/// The day that the digits `YYYYMMDD` name.
#[inline(always)]
fn day(separators: bool, w: u64) -> Pair {
    if !separators || !crate::words::all_digits(w) {
        return Pair::NONE;
    }
    let pairs = (w & 0x0F0F_0F0F_0F0F_0F0F).wrapping_mul(10 << 8 | 1) >> 8;
    let part = |i: u32| (pairs >> (16 * i) & 0xFF) as u32;
    let (year, month, day) = (part(0) * 100 + part(1), part(2), part(3));
    // Every month has 28 days, so most days need no calendar.
    if month.wrapping_sub(1) < 12 && day.wrapping_sub(1) < 28 {
        return Pair::value(i64::from(year << 9 | month << 5 | day));
    }
    match Day::new(year, month, day) {
        Some(day) => Pair::value(i64::from(day.0)),
        None => Pair::NONE,
    }
}
