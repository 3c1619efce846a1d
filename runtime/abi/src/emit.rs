//! Writing values into the output. Each entry takes the place to write and gives the place behind; the caller has made
//! room, and a few bytes more for stores of whole words.

use migc_functions::date::Day;
use migc_functions::{Kind, Value, decimal};

use crate::text::bytes;
use crate::words::to_ascii;

/// Bytes that a number, a day or a truth value needs at most, stores of whole words included.
pub const NUMBER_ROOM: usize = 48;

/// Writes a whole number.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
#[inline]
pub unsafe extern "C" fn emit_int(out: *mut u8, v: i64) -> *mut u8 {
    // SAFETY: at most 20 bytes and one word behind them.
    unsafe {
        let mut out = out;
        let mut rest = v.unsigned_abs();
        if v < 0 {
            *out = b'-';
            out = out.add(1);
        }
        if rest < 100_000_000 {
            return short(out, rest as u32);
        }
        let mut tail = [0u32; 2];
        let mut n = 0;
        while rest >= 100_000_000 {
            tail[n] = (rest % 100_000_000) as u32;
            rest /= 100_000_000;
            n += 1;
        }
        out = short(out, rest as u32);
        for part in tail[..n].iter().rev() {
            out.cast::<u64>().write_unaligned(to_ascii(*part));
            out = out.add(8);
        }
        out
    }
}

/// Writes a number below 10⁸ without zeros in front.
#[inline(always)]
unsafe fn short(out: *mut u8, v: u32) -> *mut u8 {
    let digits = to_ascii(v);
    let blank = ((digits & 0x0F0F_0F0F_0F0F_0F0F | 1 << 56).trailing_zeros() >> 3) as usize;
    // SAFETY: the caller has room for a word.
    unsafe {
        out.cast::<u64>().write_unaligned(digits >> (8 * blank));
        out.add(8 - blank)
    }
}

/// Writes a decimal of `s` digits behind its point.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
#[inline]
pub unsafe extern "C" fn emit_decimal(out: *mut u8, v: i64, s: i64) -> *mut u8 {
    // SAFETY: the caller's room.
    unsafe {
        match s {
            0 => emit_int(out, v),
            1 => with_fraction::<1>(out, v),
            2 => with_fraction::<2>(out, v),
            3 => with_fraction::<3>(out, v),
            4 => with_fraction::<4>(out, v),
            5 => with_fraction::<5>(out, v),
            6 => with_fraction::<6>(out, v),
            7 => with_fraction::<7>(out, v),
            8 => with_fraction::<8>(out, v),
            _ => emit_wide(out, v as u64, (v >> 63) as u64, s),
        }
    }
}

#[inline(always)]
unsafe fn with_fraction<const S: u32>(out: *mut u8, v: i64) -> *mut u8 {
    // SAFETY: the caller's room; the word behind the point is eight bytes.
    unsafe {
        let unit = const { 10u64.pow(S) };
        let n = v.unsigned_abs();
        *out = b'-';
        let out = out.add(usize::from(v < 0));
        let whole = n / unit;
        let out = if whole < 100_000_000 { short(out, whole as u32) } else { emit_int(out, whole as i64) };
        *out = b'.';
        let fraction = to_ascii((n % unit) as u32) >> (8 * (8 - S));
        out.add(1).cast::<u64>().write_unaligned(fraction);
        out.add(1 + S as usize)
    }
}

/// Writes a decimal of two words.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
pub unsafe extern "C" fn emit_wide(out: *mut u8, low: u64, high: u64, s: i64) -> *mut u8 {
    let v = (u128::from(high) << 64 | u128::from(low)) as i128;
    let mut text = Vec::with_capacity(NUMBER_ROOM);
    decimal::write(v, s as u8, &mut text);
    // SAFETY: at most 39 digits, a sign and a point.
    unsafe { put(out, &text) }
}

/// Writes a packed day.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
#[inline]
pub unsafe extern "C" fn emit_date(out: *mut u8, v: i64) -> *mut u8 {
    let (y, m, d) = Day(v as u32).parts();
    let digits = to_ascii(y * 10_000 + m * 100 + d);
    // SAFETY: ten bytes.
    unsafe {
        out.cast::<u64>().write_unaligned(
            digits & 0xFFFF_FFFF | (digits >> 32 & 0xFFFF) << 40 | u64::from(b'-') << 32 | u64::from(b'-') << 56,
        );
        out.add(8).cast::<u16>().write_unaligned((digits >> 48) as u16);
        out.add(10)
    }
}

/// The kinds of [`emit_value`].
const KINDS: [Kind; 4] = [Kind::Float64, Kind::Time, Kind::Timestamp, Kind::TimestampTz];

/// The code by which [`emit_value`] knows a kind; none for kinds with an entry of their own.
pub fn code(kind: &Kind) -> Option<i64> {
    KINDS.iter().position(|k| k == kind).map(|i| i as i64)
}

/// Writes a value of the kind with this [`code`].
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
pub unsafe extern "C" fn emit_value(out: *mut u8, v: i64, code: i64) -> *mut u8 {
    let mut text = Vec::with_capacity(NUMBER_ROOM);
    let kind = KINDS.get(code as usize).unwrap_or(&Kind::Int64);
    Value::Num(i128::from(v)).write(kind, &mut text);
    // SAFETY: a point in time has at most 27 bytes, and a double 24.
    unsafe { put(out, &text) }
}

/// Writes a truth value.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable.
pub unsafe extern "C" fn emit_bool(out: *mut u8, v: i64) -> *mut u8 {
    let mut text = Vec::new();
    Value::Bool(v != 0).write(&Kind::Bool, &mut text);
    // SAFETY: at most five bytes.
    unsafe { put(out, &text) }
}

/// Writes the whole number `v` that was read from the text `p`: copies the text where that is how `v` is written.
///
/// # Safety
/// [`NUMBER_ROOM`] bytes are writable; `p` is a text of `n` bytes, padded.
#[inline]
pub unsafe extern "C" fn pass_int(out: *mut u8, p: *const u8, n: usize, v: i64) -> *mut u8 {
    // SAFETY: the caller's room and text.
    unsafe {
        // A text that was read as a number begins with a digit or a sign; `1` to `9` in front is the one form.
        if n <= 8 && (*p).wrapping_sub(b'1') < 9 {
            out.cast::<u64>().write_unaligned(p.cast::<u64>().read_unaligned());
            return out.add(n);
        }
        emit_int(out, v)
    }
}

/// Writes a text as a field: in quotes where it holds the delimiter, a quote or a line end.
///
/// # Safety
/// `2 n + 2` bytes and a few words are writable; `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn emit_text(out: *mut u8, p: *const u8, n: usize, delimiter: i64) -> *mut u8 {
    // SAFETY: the caller's room and text.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if n <= 64 && std::arch::is_x86_feature_detected!("avx2") {
            return if copy_plain(out, p, n, delimiter as u8) { out.add(n) } else { emit_quoted(out, p, n, delimiter) };
        }
        let t = bytes(p, n);
        if memchr::memchr3(delimiter as u8, b'"', b'\n', t).is_some() || memchr::memchr(b'\r', t).is_some() {
            return emit_quoted(out, p, n, delimiter);
        }
        put(out, t)
    }
}

/// Copies up to 64 bytes and says whether none of them wants quotes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn copy_plain(out: *mut u8, p: *const u8, n: usize, delimiter: u8) -> bool {
    use std::arch::x86_64::*;
    // SAFETY: the text and the output are padded by 64 bytes.
    unsafe {
        let special = |v: __m256i| {
            let is = |b: u8| _mm256_cmpeq_epi8(v, _mm256_set1_epi8(b as i8));
            let any = _mm256_or_si256(_mm256_or_si256(is(delimiter), is(b'"')), _mm256_or_si256(is(b'\n'), is(b'\r')));
            _mm256_movemask_epi8(any) as u32
        };
        let a = _mm256_loadu_si256(p.cast());
        _mm256_storeu_si256(out.cast(), a);
        let mut mask = u64::from(special(a));
        if n > 32 {
            let b = _mm256_loadu_si256(p.add(32).cast());
            _mm256_storeu_si256(out.add(32).cast(), b);
            mask |= u64::from(special(b)) << 32;
        }
        mask & (1u64 << (n & 63)).wrapping_sub(1) == 0 && (n < 64 || mask == 0)
    }
}

#[cold]
unsafe fn emit_quoted(out: *mut u8, p: *const u8, n: usize, delimiter: i64) -> *mut u8 {
    // SAFETY: every byte is written at most twice, and two quotes round them.
    unsafe {
        let t = bytes(p, n);
        if !t.iter().any(|b| [delimiter as u8, b'"', b'\n', b'\r'].contains(b)) {
            return put(out, t);
        }
        let mut out = put(out, b"\"");
        let mut from = 0;
        for at in memchr::memchr_iter(b'"', t) {
            // A quote inside stands twice: once as the end of this piece, once as the start of the next.
            out = put(out, &t[from..=at]);
            from = at;
        }
        out = put(out, &t[from..]);
        put(out, b"\"")
    }
}

#[inline(always)]
unsafe fn put(out: *mut u8, t: &[u8]) -> *mut u8 {
    // SAFETY: the caller has room.
    unsafe {
        std::ptr::copy_nonoverlapping(t.as_ptr(), out, t.len());
        out.add(t.len())
    }
}
