//! Damages texts and bytes, as a seed says.

/// A source of damage.
pub(crate) struct Mutator {
    state: u64,
}

/// What opens, and what closes it.
const NESTS: [(&[u8], &[u8]); 8] = [
    (b"(", b")"),
    (b"{", b"}"),
    (b"[", b"]"),
    (b"\"{", b"}\""),
    (b"not ", b""),
    (b"-", b""),
    (b"match { x => ", b" }"),
    (b"{\"a\":[", b"]}"),
];

impl Mutator {
    pub(crate) fn new(seed: u64) -> Mutator {
        Mutator { state: seed }
    }

    /// A number below this one (splitmix64).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A damaged text: the samples are texts of the same kind, from which parts are taken; so are the pieces.
    pub(crate) fn text(&mut self, samples: &[String], pieces: &[&str]) -> String {
        let samples: Vec<&[u8]> = samples.iter().map(String::as_bytes).collect();
        let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        let chosen = *self.pick(&samples);
        String::from_utf8_lossy(&self.bytes(chosen, &samples, &pieces)).into_owned()
    }

    /// Bytes that are damaged in one place or in several.
    pub(crate) fn bytes(&mut self, bytes: &[u8], others: &[&[u8]], pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        let most = *self.pick(&[1, 1, 3, 8]);
        for _ in 0..=self.below(most) {
            self.damage(&mut out, others, pieces);
        }
        out
    }

    fn damage(&mut self, out: &mut Vec<u8>, others: &[&[u8]], pieces: &[&[u8]]) {
        let (from, to) = self.range(out);
        match self.below(20) {
            0..3 => drop(out.drain(from..to)),
            // A part is there once more, or is exchanged for another.
            3..5 => {
                let part = out[from..to].to_vec();
                let at = self.place(out);
                out.splice(at..at, part);
            }
            5..8 => {
                let (start, end) = self.range(out);
                let [(a, b), (c, d)] =
                    if from <= start { [(from, to), (start, end)] } else { [(start, end), (from, to)] };
                if b <= c {
                    *out = [&out[..a], &out[c..d], &out[b..c], &out[a..b], &out[d..]].concat();
                }
            }
            8..13 => drop(out.splice(from..from, self.pick(pieces).iter().copied())),
            13..15 => drop(out.splice(from..to, self.pick(pieces).iter().copied())),
            15 => {
                let other = *self.pick(others);
                let (start, end) = self.range(other);
                out.splice(from..to, other[start..end].iter().copied());
            }
            // Bytes that mean nothing.
            16 => {
                let garbage: Vec<u8> = (0..=self.below(12)).map(|_| self.below(256) as u8).collect();
                out.splice(from..from, garbage);
            }
            17 if from < out.len() => out[from] ^= 1 << self.below(8),
            18 => {
                let (open, close) = *self.pick(&NESTS);
                let most = [3, 40, 400, 4000][self.below(4)];
                let depth = 1 + self.below(most);
                let closing = if self.below(4) == 0 { 0 } else { depth };
                out.splice(to..to, close.repeat(closing));
                out.splice(from..from, open.repeat(depth));
            }
            _ if self.below(3) == 0 => out.truncate(from),
            _ => drop(out.splice(from..to, self.below(usize::MAX).to_string().into_bytes())),
        }
    }

    /// A place; of two places the one, where a word begins or ends.
    fn place(&mut self, bytes: &[u8]) -> usize {
        let at = self.below(bytes.len() + 1);
        let words = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if self.below(2) == 0 {
            return at;
        }
        let rest = &bytes[at..];
        at + rest.windows(2).position(|pair| words(&pair[0]) != words(&pair[1])).map_or(0, |found| found + 1)
    }

    /// A short range, seldom a long one.
    fn range(&mut self, bytes: &[u8]) -> (usize, usize) {
        let (a, length) = (self.place(bytes), [1, 8, 8, 30, 30, 300][self.below(6)]);
        let near = &bytes[a..bytes.len().min(a + length)];
        (a, a + self.place(near))
    }
}
