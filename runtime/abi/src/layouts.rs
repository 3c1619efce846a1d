//! Writing values as members of JSON, and into columns of fixed width.

use crate::text::bytes;

/// Appends a text without quotes, backslashes and control characters as JSON has them.
pub fn escape(text: &[u8], out: &mut Vec<u8>) {
    for byte in text {
        match escaped(*byte) {
            None => out.push(*byte),
            Some((form, n)) => out.extend_from_slice(&form[..n]),
        }
    }
}

/// How a byte is written where it cannot stand for itself.
#[inline]
fn escaped(byte: u8) -> Option<([u8; 6], usize)> {
    let short = |c: u8| Some(([b'\\', c, 0, 0, 0, 0], 2));
    match byte {
        b'"' | b'\\' => short(byte),
        b'\n' => short(b'n'),
        b'\r' => short(b'r'),
        b'\t' => short(b't'),
        0..0x20 => {
            let digit = b"0123456789abcdef"[usize::from(byte & 15)];
            Some(([b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit], 6))
        }
        _ => None,
    }
}

/// Fills a text up to so many characters. Before digits of a number, zeros stand behind its sign.
pub fn pad(text: &mut Vec<u8>, width: usize, right: bool, fill: u8) {
    let chars = text.iter().filter(|b| (**b as i8) >= -0x40).count();
    let missing = width.saturating_sub(chars);
    if !right {
        text.resize(text.len() + missing, fill);
        return;
    }
    let signed = fill == b'0' && matches!(text.first(), Some(b'-' | b'+'));
    text.splice(usize::from(signed)..usize::from(signed), std::iter::repeat_n(fill, missing));
}

/// Writes a text as a string of JSON, in quotes.
///
/// # Safety
/// `6 n + 2` bytes and a few words are writable; `p` is a text of `n` bytes, padded.
pub unsafe extern "C" fn emit_json(out: *mut u8, p: *const u8, n: usize) -> *mut u8 {
    // SAFETY: the caller's room and text; every byte is written as at most six.
    unsafe {
        *out = b'"';
        let mut out = out.add(1);
        let text = bytes(p, n);
        let mut at = 0;
        // Eight bytes at a time, while none of them needs an escape.
        while at + 8 <= n {
            let word = p.add(at).cast::<u64>().read_unaligned();
            if special(word) {
                break;
            }
            out.cast::<u64>().write_unaligned(word);
            (at, out) = (at + 8, out.add(8));
        }
        for byte in &text[at..] {
            match escaped(*byte) {
                None => {
                    *out = *byte;
                    out = out.add(1);
                }
                Some((form, n)) => {
                    std::ptr::copy_nonoverlapping(form.as_ptr(), out, 6);
                    out = out.add(n);
                }
            }
        }
        *out = b'"';
        out.add(1)
    }
}

/// Whether one of eight bytes needs an escape.
#[inline]
fn special(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |w: u64| w.wrapping_sub(ONES) & !w & HIGH;
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control != 0
}

/// Copies a text as it is.
///
/// # Safety
/// `n` bytes are writable; `p` is a text of `n` bytes.
pub unsafe extern "C" fn emit_raw(out: *mut u8, p: *const u8, n: usize) -> *mut u8 {
    // SAFETY: the caller's room and text.
    unsafe {
        std::ptr::copy_nonoverlapping(p, out, n);
        out.add(n)
    }
}

/// Fills up the column that was written from `from` to `out`: `width` characters, at the right if `right`, with the byte
/// `fill`; gives the place behind it.
///
/// # Safety
/// What was written lies between, and `width` more bytes are writable behind it.
pub unsafe extern "C" fn pad_column(from: *mut u8, out: *mut u8, width: usize, right: i64, fill: i64) -> *mut u8 {
    // SAFETY: the column is what lies between, and as many bytes as are missing are writable behind it.
    unsafe {
        let written = out.offset_from(from) as usize;
        let text = bytes(from, written);
        let chars = text.iter().filter(|b| (**b as i8) >= -0x40).count();
        let missing = width.saturating_sub(chars);
        if right == 0 {
            std::ptr::write_bytes(out, fill as u8, missing);
        } else {
            let signed = usize::from(fill as u8 == b'0' && matches!(text.first(), Some(b'-' | b'+')));
            let (digits, n) = (from.add(signed), written - signed);
            std::ptr::copy(digits, digits.add(missing), n);
            std::ptr::write_bytes(digits, fill as u8, missing);
        }
        out.add(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        let mut padded = vec![0; 64 + text.len() + 64];
        padded[64..64 + text.len()].copy_from_slice(text.as_bytes());
        let mut out = vec![0; 6 * text.len() + 80];
        // SAFETY: there is room for six bytes each, and both are padded.
        let end = unsafe { emit_json(out.as_mut_ptr(), padded[64..].as_ptr(), text.len()) };
        let n = end as usize - out.as_ptr() as usize;
        String::from_utf8(out[..n].to_vec()).unwrap()
    }

    #[test]
    fn a_string_is_escaped_the_same_in_both_ways() {
        for text in
            ["", "plain", "exactly8", "a \"quoted\" text of some length", "\\\n\r\t\u{1}\u{1f}ü€", "12345678\u{7}"]
        {
            let mut slow = vec![b'"'];
            escape(text.as_bytes(), &mut slow);
            slow.push(b'"');
            assert_eq!(json(text), String::from_utf8(slow).unwrap());
        }
        assert_eq!(json("a\"\\\u{1}\n"), r#""a\"\\\u0001\n""#);
    }

    #[test]
    fn a_column_is_filled_up_the_same_in_both_ways() {
        for (text, right, fill, wanted) in [
            ("ab", false, b' ', "ab    "),
            ("ab", true, b' ', "    ab"),
            ("-12", true, b'0', "-00012"),
            ("12", true, b'0', "000012"),
            ("grün", true, b'.', "..grün"),
            ("", false, b' ', "      "),
            ("123456", true, b'0', "123456"),
        ] {
            let mut slow = text.as_bytes().to_vec();
            pad(&mut slow, 6, right, fill);
            let mut fast = vec![0; 32];
            fast[..text.len()].copy_from_slice(text.as_bytes());
            let from = fast.as_mut_ptr();
            // SAFETY: the text was written at the start, and there is room behind it.
            let end = unsafe { pad_column(from, from.add(text.len()), 6, i64::from(right), i64::from(fill)) };
            let n = end as usize - from as usize;
            assert_eq!(std::str::from_utf8(&fast[..n]).unwrap(), wanted);
            assert_eq!(std::str::from_utf8(&slow).unwrap(), wanted);
        }
    }
}
