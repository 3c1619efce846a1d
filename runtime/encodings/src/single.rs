//! Encodings of one byte a character, by table.

use crate::MALFORMED;

/// The table of one encoding.
pub(crate) struct Single {
    /// Bytes below 0x80 are those of ASCII.
    pub(crate) ascii: bool,
    chars: [Option<char>; 256],
    /// Bytes in the order of their characters.
    back: Vec<(char, u8)>,
    /// What each byte is in ASCII, and 0x80 where it is something else.
    plain: [u8; 256],
}

impl Single {
    /// From what each byte means. Where two bytes mean one character, the first is written.
    pub(crate) fn new(chars: [Option<char>; 256]) -> Single {
        let mut back: Vec<(char, u8)> =
            chars.iter().zip(0..=255).filter_map(|(c, byte)| c.map(|c| (c, byte))).collect();
        back.sort_by_key(|(c, _)| *c);
        back.dedup_by_key(|(c, _)| *c);
        let plain = chars.map(|c| c.filter(char::is_ascii).map_or(0x80, |c| c as u8));
        let ascii = (0..128u8).all(|byte| plain[usize::from(byte)] == byte);
        Single { ascii, chars, back, plain }
    }

    /// What a byte means.
    pub(crate) fn char_of(&self, byte: u8) -> Option<char> {
        self.chars[usize::from(byte)]
    }

    /// The byte of a character.
    pub(crate) fn byte_of(&self, c: char) -> Option<u8> {
        if self.ascii && c.is_ascii() {
            return Some(c as u8);
        }
        let at = self.back.binary_search_by_key(&c, |(c, _)| *c).ok()?;
        self.back.get(at).map(|(_, byte)| *byte)
    }

    pub(crate) fn decode(&self, bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len() + bytes.len() / 8);
        let mut piece = [0; 32];
        for chunk in bytes.chunks(piece.len()) {
            let mut any = 0;
            for (to, byte) in piece.iter_mut().zip(chunk) {
                *to = self.plain[usize::from(*byte)];
                any |= *to;
            }
            if any < 0x80 {
                out.extend_from_slice(&piece[..chunk.len()]);
                continue;
            }
            for byte in chunk {
                match self.char_of(*byte) {
                    Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => out.push(MALFORMED),
                }
            }
        }
    }

    pub(crate) fn encode(&self, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
        out.reserve(text.len());
        if self.ascii && text.is_ascii() {
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        for c in text.chars() {
            out.push(self.byte_of(c).ok_or(c)?);
        }
        Ok(())
    }
}
