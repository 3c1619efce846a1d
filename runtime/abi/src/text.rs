//! Texts: the fast entries of `trim`, `upper`, `replace` and `like`, comparison, and fields with quotes.

use std::cmp::Ordering;

use crate::{Frame, Pair};

/// A text's bytes.
///
/// # Safety
/// `p` is a text of `n` bytes.
#[inline(always)]
pub(crate) unsafe fn bytes<'t>(p: *const u8, n: usize) -> &'t [u8] {
    // SAFETY: as the caller promises; a null address comes only with no bytes.
    if p.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(p, n) } }
}

/// A text without spaces at its ends.
///
/// # Safety
/// `p` is a text of `n` bytes.
pub unsafe extern "C" fn text_trim(_: *mut Frame, p: *const u8, n: usize) -> Pair {
    // SAFETY: the caller's text.
    let t = unsafe { bytes(p, n) };
    let start = t.iter().position(|b| *b != b' ').unwrap_or(n);
    let end = t.iter().rposition(|b| *b != b' ').map_or(start, |i| i + 1);
    // SAFETY: `start` is within the text.
    Pair::text(unsafe { p.add(start) }, end - start)
}

/// A text in capitals.
///
/// # Safety
/// `p` is a text of `n` bytes, padded; the frame is the caller's own.
pub unsafe extern "C" fn text_upper(frame: *mut Frame, p: *const u8, n: usize) -> Pair {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // SAFETY: words are loaded from the text and its padding, and stored into room that the arena gave with padding.
    unsafe {
        let load = |i: usize| {
            let w = p.add(i).cast::<u64>().read_unaligned();
            if n - i >= 8 { w } else { w & !(!0 << (8 * (n - i) as u32)) }
        };
        let small = |w: u64| {
            let (low, over) = (w.wrapping_add(0x1F1F_1F1F_1F1F_1F1F), w.wrapping_add(0x0505_0505_0505_0505));
            low & !over & HIGH
        };
        if n.wrapping_sub(1) < 8 {
            let w = load(0);
            if w & HIGH == 0 {
                let change = small(w);
                if change == 0 {
                    return Pair::text(p, n);
                }
                let to = (*frame).alloc(8);
                to.cast::<u64>().write_unaligned(w ^ change >> 2);
                return Pair::text(to, n);
            }
        }
        let (mut any_small, mut any_high) = (0, 0);
        for i in (0..n).step_by(8) {
            let w = load(i);
            any_high |= w & HIGH;
            any_small |= small(w & !HIGH);
        }
        if any_high != 0 {
            let t = std::str::from_utf8_unchecked(bytes(p, n));
            let upper = migc_functions::simple_upper(t);
            return keep(frame, upper.as_bytes());
        }
        if any_small == 0 {
            return Pair::text(p, n);
        }
        let to = (*frame).alloc(n);
        for i in (0..n).step_by(8) {
            let w = load(i);
            to.add(i).cast::<u64>().write_unaligned(w ^ small(w) >> 2);
        }
        Pair::text(to, n)
    }
}

/// Copies a text into the arena.
///
/// # Safety
/// The frame is the caller's own.
#[inline]
pub(crate) unsafe fn keep(frame: *mut Frame, t: &[u8]) -> Pair {
    // SAFETY: the arena gave room for the text.
    unsafe {
        let to = (*frame).alloc(t.len());
        std::ptr::copy_nonoverlapping(t.as_ptr(), to, t.len());
        Pair::text(to, t.len())
    }
}

/// Where a byte stands in a text, as a set of bits, for a text of at most 64 bytes.
///
/// # Safety
/// `p` is a text, padded.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn places(p: *const u8, n: usize, byte: u8) -> u64 {
    use std::arch::x86_64::*;
    // SAFETY: 64 bytes from the start of a padded text of at most that length are readable.
    unsafe {
        let b = _mm256_set1_epi8(byte as i8);
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(p.cast()), b)) as u32;
        let mut set = u64::from(low);
        if n > 32 {
            let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(p.add(32).cast()), b)) as u32;
            set |= u64::from(high) << 32;
        }
        if n < 64 { set & !(!0 << n) } else { set }
    }
}

/// Whether a byte does not stand in a text, where that is quickly seen.
///
/// # Safety
/// `p` is a text, padded.
#[inline(always)]
unsafe fn surely_without(p: *const u8, n: usize, byte: u8) -> bool {
    #[cfg(target_arch = "x86_64")]
    if n <= 64 && std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: as the caller promises.
        return unsafe { places(p, n, byte) } == 0;
    }
    let _ = (p, n, byte);
    false
}

/// A text with every byte `what` (ASCII) turned into `by` (ASCII).
///
/// # Safety
/// `p` is a text of `n` bytes; the frame is the caller's own.
pub unsafe extern "C" fn text_replace_byte(frame: *mut Frame, p: *const u8, n: usize, what: i64, by: i64) -> Pair {
    // SAFETY: the caller's text and frame.
    unsafe {
        if surely_without(p, n, what as u8) {
            return Pair::text(p, n);
        }
        let t = bytes(p, n);
        let Some(first) = memchr::memchr(what as u8, t) else { return Pair::text(p, n) };
        let copy = keep(frame, t);
        let room = std::slice::from_raw_parts_mut((copy.0 as *mut u8).add(first), n - first);
        room.iter_mut().filter(|b| **b == what as u8).for_each(|b| *b = by as u8);
        copy
    }
}

/// Whether up to eight bytes stand in a text.
///
/// # Safety
/// `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn text_contains8(_: *mut Frame, p: *const u8, n: usize, needle: i64, len: i64) -> Pair {
    // SAFETY: words are loaded from within the text and its padding.
    unsafe {
        if surely_without(p, n, needle as u8) {
            return Pair::value(0);
        }
        let t = bytes(p, n);
        let mask = if len >= 8 { !0 } else { !(!0u64 << (8 * len)) };
        for at in memchr::memchr_iter(needle as u8, t) {
            if at + len as usize > n {
                break;
            }
            if p.add(at).cast::<u64>().read_unaligned() & mask == needle as u64 {
                return Pair::value(1);
            }
        }
        Pair::value(0)
    }
}

/// The order of two texts by their bytes, which is that of their code points: -1, 0 or 1.
///
/// # Safety
/// Both are texts.
pub unsafe extern "C" fn text_compare(_: *mut Frame, p: *const u8, n: usize, q: *const u8, m: usize) -> i64 {
    // SAFETY: the caller's texts.
    match unsafe { bytes(p, n).cmp(bytes(q, m)) } {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// The number of characters of a text.
///
/// # Safety
/// `p` is a text of `n` bytes.
pub unsafe extern "C" fn text_chars(_: *mut Frame, p: *const u8, n: usize) -> i64 {
    // SAFETY: the caller's text. Every byte that does not continue a character begins one.
    unsafe { bytes(p, n) }.iter().filter(|b| (**b as i8) >= -0x40).count() as i64
}

/// The text of a quoted field: without its quotes, doubled quotes once.
///
/// # Safety
/// `p` is a field of `n` bytes that begins with the quote; the frame is the caller's own.
pub unsafe extern "C" fn field_unquote(frame: *mut Frame, p: *const u8, n: usize) -> Pair {
    // SAFETY: the caller's field.
    unsafe {
        let field = bytes(p, n);
        let [quote, inner @ ..] = field else { return Pair::text(p, n) };
        let inner = inner.strip_suffix(std::slice::from_ref(quote)).unwrap_or(inner);
        if memchr::memchr(*quote, inner).is_none() {
            return Pair::text(inner.as_ptr(), inner.len());
        }
        let to = (*frame).alloc(inner.len());
        let (mut at, mut len) = (0, 0);
        while at < inner.len() {
            *to.add(len) = inner[at];
            at += if inner[at] == *quote { 2 } else { 1 };
            len += 1;
        }
        Pair::text(to, len)
    }
}

/// Writes texts behind each other in the arena: `parts` holds `count` pairs of address and length.
///
/// # Safety
/// `parts` holds `count` texts; the frame is the caller's own.
pub unsafe extern "C" fn text_concat(frame: *mut Frame, parts: *const Pair, count: usize) -> Pair {
    // SAFETY: the caller's texts; the arena gives room for their sum.
    unsafe {
        let parts = std::slice::from_raw_parts(parts, count);
        let total = parts.iter().map(|p| p.1 as usize).sum();
        let to = (*frame).alloc(total);
        let mut at = 0;
        for part in parts {
            std::ptr::copy_nonoverlapping(part.0 as *const u8, to.add(at), part.1 as usize);
            at += part.1 as usize;
        }
        Pair::text(to, total)
    }
}
