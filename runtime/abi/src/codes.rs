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
    /// The first sixteen bytes of the left side, zeros behind it.
    head: [u64; 2],
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
            let mut head = [0; 16];
            let n = from.len().min(16);
            head[..n].copy_from_slice(&from.as_bytes()[..n]);
            let head = u128::from_le_bytes(head);
            let head = [head as u64, (head >> 64) as u64];
            let tail = from.as_bytes().last_chunk::<16>().map_or(0, |tail| u128::from_le_bytes(*tail));
            let mut at = place(head, [tail as u64, (tail >> 64) as u64], from.len()) & mask;
            loop {
                let slot = slots[at];
                if slot.to_len == 0 {
                    let (from_len, to_len) = (from.len() as u32, to.len() as u32 + 1);
                    slots[at] = Slot { head, from: from_at, from_len, to: to_at, to_len };
                    break;
                }
                if bytes[slot.from as usize..][..slot.from_len as usize] == *from.as_bytes() {
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        CodeTable { bytes: bytes.into_boxed_slice(), slots, mask }
    }

    /// The right side of a text: its address and length, padded.
    ///
    /// # Safety
    /// `p` is a text of `n` bytes, padded.
    #[inline]
    pub unsafe fn find(&self, p: *const u8, n: usize) -> Option<(*const u8, usize)> {
        // SAFETY: the text is padded, so two words from its start are readable.
        let words = unsafe { [p.cast::<u64>().read_unaligned(), p.add(8).cast::<u64>().read_unaligned()] };
        let head = match n {
            0 => [0, 0],
            1..8 => [words[0] & !(!0 << (8 * n)), 0],
            8 => [words[0], 0],
            9..16 => [words[0], words[1] & !(!0 << (8 * (n - 8)))],
            _ => words,
        };
        let tail = match n {
            0..=16 => head,
            // SAFETY: the text has more than two words.
            _ => unsafe { [p.add(n - 16).cast::<u64>().read_unaligned(), p.add(n - 8).cast::<u64>().read_unaligned()] },
        };
        let mut at = place(head, tail, n) & self.mask;
        loop {
            let slot = &self.slots[at];
            if slot.to_len == 0 {
                return None;
            }
            // SAFETY: the text has `n` bytes.
            let rest = || unsafe { self.bytes[slot.from as usize..][..n] == *std::slice::from_raw_parts(p, n) };
            if slot.from_len as usize == n && slot.head == head && (n <= 16 || rest()) {
                return Some((self.bytes[slot.to as usize..].as_ptr(), slot.to_len as usize - 1));
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// Where a left side belongs: its first and its last sixteen bytes and its length decide; the last ones where there are
/// more, since many long codes begin alike.
#[inline]
fn place(head: [u64; 2], tail: [u64; 2], n: usize) -> usize {
    let place = mix(head[0] ^ head[1].rotate_left(29) ^ (n as u64) << 56);
    (if n > 16 { mix(place ^ tail[0] ^ tail[1].rotate_left(29)) } else { place }) as usize
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

    fn find(table: &CodeTable, text: &str) -> Option<(*const u8, usize)> {
        let mut padded = vec![b'x'; PAD];
        padded.extend_from_slice(text.as_bytes());
        padded.resize(padded.len() + PAD, b'x');
        // SAFETY: the text is padded.
        unsafe { table.find(padded[PAD..].as_ptr(), text.len()) }
    }

    #[test]
    fn codes_that_begin_alike_do_not_stand_in_one_heap() {
        let rows: Vec<String> = (0..4000).map(|i| format!("https://example.org/codes/{i:05}/{}", i % 7)).collect();
        let table = CodeTable::new(rows.iter().map(|code| (code.as_str(), "x")));
        assert!(rows.iter().all(|code| find(&table, code).is_some()));
        let taken: Vec<bool> = table.slots.iter().map(|slot| slot.to_len > 0).collect();
        let longest = taken.chunk_by(|a, b| a == b).filter(|run| run[0]).map(<[bool]>::len).max();
        // A quarter of the slots is taken.
        assert!(longest < Some(40), "{longest:?} slots side by side");
    }

    #[test]
    fn finds_every_code_and_nothing_else() {
        let rows: Vec<_> =
            (0..500).map(|i| (format!("code {}{i}", "long ".repeat(i % 5)), format!("{}", i * 7))).collect();
        let table = CodeTable::new(rows.iter().map(|(a, b)| (a.as_str(), b.as_str())));
        for (from, to) in &rows {
            let (p, n) = find(&table, from).unwrap();
            // SAFETY: the table gave a text of its own.
            assert_eq!(unsafe { std::slice::from_raw_parts(p, n) }, to.as_bytes());
        }
        for missing in ["", "code 500", "code 1 and more than sixteen bytes"] {
            assert!(find(&table, missing).is_none());
        }
    }
}
