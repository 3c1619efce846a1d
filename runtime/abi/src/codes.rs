//! Lists of codes and sets of texts, as generated code looks them up.

use crate::PAD;

/// A list of codes: an open-addressing table over the left sides; both sides lie padded in one piece of memory.
pub struct CodeTable {
    bytes: Box<[u8]>,
    slots: Vec<Slot>,
    mask: usize,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    from: u32,
    from_len: u32,
    to: u32,
    /// Length of the right side plus one; zero is an empty slot.
    to_len: u32,
}

impl CodeTable {
    /// A table of these rows; of rows with one left side, the first counts.
    pub fn new<'t>(rows: impl IntoIterator<Item = (&'t str, &'t str)>) -> CodeTable {
        let rows: Vec<_> = rows.into_iter().collect();
        let mut bytes = vec![0; PAD];
        let mask = (rows.len() * 4).next_power_of_two().max(8) - 1;
        let mut slots = vec![Slot::default(); mask + 1];
        let mut put = |t: &str| {
            let at = bytes.len() as u32;
            bytes.extend_from_slice(t.as_bytes());
            bytes.resize(bytes.len() + 16, 0);
            at
        };
        let placed: Vec<_> = rows.iter().map(|(from, to)| (put(from), put(to))).collect();
        bytes.resize(bytes.len() + PAD, 0);
        for ((from, to), (from_at, to_at)) in rows.iter().zip(placed) {
            let mut at = hash(from.as_bytes()) & mask;
            loop {
                let slot = slots[at];
                if slot.to_len == 0 {
                    slots[at] =
                        Slot { from: from_at, from_len: from.len() as u32, to: to_at, to_len: to.len() as u32 + 1 };
                    break;
                }
                let there = &bytes[slot.from as usize..][..slot.from_len as usize];
                if there == from.as_bytes() {
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        CodeTable { bytes: bytes.into_boxed_slice(), slots, mask }
    }
    /// The right side of a text: its address and length, padded.
    #[inline]
    pub fn find(&self, text: &[u8]) -> Option<(*const u8, usize)> {
        let mut at = hash(text) & self.mask;
        loop {
            let slot = self.slots[at];
            if slot.to_len == 0 {
                return None;
            }
            if slot.from_len as usize == text.len() && self.bytes[slot.from as usize..][..text.len()] == *text {
                return Some((self.bytes[slot.to as usize..].as_ptr(), slot.to_len as usize - 1));
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// A hash of a short text: its ends and its length decide.
#[inline]
pub(crate) fn hash(text: &[u8]) -> usize {
    let word = |b: &[u8]| b.iter().take(8).fold(0u64, |w, x| w << 8 | u64::from(*x));
    let n = text.len();
    let (head, tail) = match n {
        0..8 => (word(text), 0),
        8..16 => (take8(text), take8(&text[n - 8..])),
        _ => text.chunks_exact(8).fold((0, take8(&text[n - 8..])), |(h, t), c| (mix(h ^ take8(c)), t)),
    };
    mix(head ^ tail.rotate_left(29) ^ (n as u64) << 56) as usize
}

#[inline]
fn take8(b: &[u8]) -> u64 {
    b.first_chunk::<8>().map_or(0, |c| u64::from_le_bytes(*c))
}

#[inline]
fn mix(x: u64) -> u64 {
    let wide = u128::from(x ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (wide ^ wide >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_code_and_nothing_else() {
        let rows: Vec<_> = (0..500).map(|i| (format!("code {i}"), format!("{}", i * 7))).collect();
        let table = CodeTable::new(rows.iter().map(|(a, b)| (a.as_str(), b.as_str())));
        for (from, to) in &rows {
            let (p, n) = table.find(from.as_bytes()).unwrap();
            // SAFETY: the table gave a text of its own.
            assert_eq!(unsafe { std::slice::from_raw_parts(p, n) }, to.as_bytes());
        }
        assert!(table.find(b"").is_none());
        assert!(table.find(b"code 500").is_none());
    }
}
