//! UTF-16, in either order.

use crate::MALFORMED;

fn units(bytes: &[u8], big: bool) -> impl Iterator<Item = u16> + '_ {
    let unit = move |pair: &[u8]| match *pair {
        [a, b] if big => u16::from_be_bytes([a, b]),
        [a, b] => u16::from_le_bytes([a, b]),
        _ => 0,
    };
    bytes.chunks_exact(2).map(unit)
}

pub(crate) fn decode(bytes: &[u8], big: bool, out: &mut Vec<u8>) {
    out.reserve(bytes.len() / 2 + bytes.len() / 8);
    for c in char::decode_utf16(units(bytes, big)) {
        match c {
            Ok(c) if c.is_ascii() => out.push(c as u8),
            Ok(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(_) => out.push(MALFORMED),
        }
    }
    if bytes.len() % 2 == 1 {
        out.push(MALFORMED);
    }
}

pub(crate) fn malformed_at(bytes: &[u8], big: bool) -> Option<usize> {
    let mut at = 0;
    for c in char::decode_utf16(units(bytes, big)) {
        let Ok(c) = c else { return Some(at) };
        at += 2 * c.len_utf16();
    }
    (bytes.len() % 2 == 1).then(|| bytes.len() - 1)
}

pub(crate) fn encode(text: &str, big: bool, out: &mut Vec<u8>) {
    out.reserve(2 * text.len());
    for unit in text.encode_utf16() {
        out.extend_from_slice(&if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    }
}
