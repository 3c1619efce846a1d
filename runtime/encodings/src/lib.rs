//! Encodings of text by name: to UTF-8 and back, without replacing anything.
//!
//! What a file says that its encoding does not know, and what a text says that a file's encoding cannot, is told to the
//! caller: bytes without a meaning become [`MALFORMED`], which is no UTF-8, and characters without bytes are an error.
#![forbid(unsafe_code)]

mod ebcdic;
mod multi;
mod names;
mod single;
mod wide;

pub use names::{advice, find, names};
use single::Single;

/// Stands in decoded text for bytes that mean nothing in the encoding: a byte that UTF-8 never has.
pub const MALFORMED: u8 = 0xff;

/// An encoding of text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    name: &'static str,
    form: Form,
}

/// The kinds of encoding.
#[derive(Clone, Copy)]
enum Form {
    Utf8,
    /// One byte a character.
    Single(&'static Single),
    /// Two bytes a unit, the high one first if `big`.
    Wide {
        big: bool,
    },
    /// The same, as the file's byte order mark says; little-endian without one.
    Marked,
    /// One or more bytes a character, ASCII among them.
    Multi(&'static encoding_rs::Encoding),
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        match (self, other) {
            (Form::Utf8, Form::Utf8) | (Form::Marked, Form::Marked) => true,
            (Form::Single(a), Form::Single(b)) => std::ptr::eq(*a, *b),
            (Form::Wide { big: a }, Form::Wide { big: b }) => a == b,
            (Form::Multi(a), Form::Multi(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Form {}

/// How line ends stand in the bytes of an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newline {
    /// The byte `\n`, which is part of no other character.
    Byte,
    /// Two bytes at an even place, the high one first if `big`.
    Wide {
        /// The order.
        big: bool,
    },
    /// EBCDIC's new line (0x15) or line feed (0x25).
    Ebcdic,
}

impl Newline {
    /// How many of these bytes, from an even place, are no half of such a unit.
    pub fn whole(self, bytes: usize) -> usize {
        match self {
            Newline::Byte | Newline::Ebcdic => bytes,
            Newline::Wide { .. } => bytes & !1,
        }
    }

    /// Where the first line end behind `from` ends.
    pub fn after(self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        match self {
            Newline::Byte => rest.iter().position(|b| *b == b'\n').map(|at| from + at + 1),
            Newline::Ebcdic => rest.iter().position(|b| matches!(b, 0x15 | 0x25)).map(|at| from + at + 1),
            Newline::Wide { big } => {
                let unit = if big { [0, b'\n'] } else { [b'\n', 0] };
                rest.chunks_exact(2).position(|pair| pair == unit).map(|at| from + 2 * at + 2)
            }
        }
    }
}

impl std::fmt::Debug for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Encoding {
    /// UTF-8, in which nothing needs to be done.
    pub const UTF_8: Encoding = Encoding { name: "utf-8", form: Form::Utf8 };

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.form == Form::Utf8
    }

    /// The encoding of a file that begins with these bytes, and how many of them are a byte order mark.
    pub fn begins(self, bytes: &[u8]) -> (Encoding, usize) {
        let wide = |big: bool| Encoding { form: Form::Wide { big }, ..self };
        match self.form {
            Form::Utf8 if bytes.starts_with(b"\xef\xbb\xbf") => (self, 3),
            Form::Marked if bytes.starts_with(b"\xfe\xff") => (wide(true), 2),
            Form::Marked => (wide(false), if bytes.starts_with(b"\xff\xfe") { 2 } else { 0 }),
            Form::Wide { big: true } if bytes.starts_with(b"\xfe\xff") => (self, 2),
            Form::Wide { big: false } if bytes.starts_with(b"\xff\xfe") => (self, 2),
            _ => (self, 0),
        }
    }

    /// Whether every character is one byte, and bytes below 0x80 are those of ASCII: what can be cut before it is decoded.
    pub fn is_single_ascii(self) -> bool {
        matches!(self.form, Form::Single(single) if single.ascii)
    }

    /// Whether every character is one byte.
    pub fn is_single(self) -> bool {
        matches!(self.form, Form::Single(_))
    }

    /// How its lines end.
    pub fn newline(self) -> Newline {
        match self.form {
            Form::Wide { big } => Newline::Wide { big },
            Form::Marked => Newline::Wide { big: false },
            Form::Single(single) if !single.ascii => Newline::Ebcdic,
            _ => Newline::Byte,
        }
    }

    /// Appends the text of some bytes in UTF-8, with [`MALFORMED`] for what means nothing. The bytes are whole characters.
    ///
    /// EBCDIC's new line is `\n`, as its line feed is.
    pub fn decode(self, bytes: &[u8], out: &mut Vec<u8>) {
        match self.form {
            Form::Utf8 => out.extend_from_slice(bytes),
            Form::Single(single) => single.decode(bytes, out),
            Form::Wide { big } => wide::decode(bytes, big, out),
            Form::Marked => wide::decode(bytes, false, out),
            Form::Multi(encoding) => multi::decode(encoding, bytes, out),
        }
    }

    /// How many bytes stand before the first that means nothing, if one does.
    pub fn malformed_at(self, bytes: &[u8]) -> Option<usize> {
        match self.form {
            Form::Utf8 => std::str::from_utf8(bytes).err().map(|error| error.valid_up_to()),
            Form::Single(single) => bytes.iter().position(|b| single.char_of(*b).is_none()),
            Form::Wide { big } => wide::malformed_at(bytes, big),
            Form::Marked => wide::malformed_at(bytes, false),
            Form::Multi(encoding) => multi::malformed_at(encoding, bytes),
        }
    }

    /// Appends the bytes of a text, or gives the first character that the encoding cannot say; what was appended until
    /// then stays.
    pub fn encode(self, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
        match self.form {
            Form::Utf8 => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Form::Single(single) => single.encode(text, out),
            Form::Wide { big } => {
                wide::encode(text, big, out);
                Ok(())
            }
            Form::Marked => {
                wide::encode(text, false, out);
                Ok(())
            }
            Form::Multi(encoding) => multi::encode(encoding, text, out),
        }
    }

    /// Whether it can say every character.
    pub fn says_all(self) -> bool {
        matches!(self.form, Form::Utf8 | Form::Wide { .. } | Form::Marked)
    }

    /// The first character of a text that the encoding cannot say.
    pub fn unsayable(self, text: &str) -> Option<char> {
        match self.form {
            Form::Utf8 | Form::Wide { .. } | Form::Marked => None,
            Form::Single(single) => text.chars().find(|c| single.byte_of(*c).is_none()),
            Form::Multi(encoding) => multi::encode(encoding, text, &mut Vec::new()).err(),
        }
    }

    /// The byte order mark that a file in it begins with, when migc writes it.
    pub fn mark(self) -> &'static [u8] {
        if self.form == Form::Marked { b"\xff\xfe" } else { b"" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        find(name).unwrap().decode(bytes, &mut out);
        out
    }

    #[test]
    fn every_encoding_gives_back_what_it_decodes() {
        for name in names() {
            let encoding = find(name).unwrap_or_else(|| panic!("{name}"));
            for byte in 0..=255u8 {
                let mut text = Vec::new();
                encoding.decode(&[byte], &mut text);
                let Ok(text) = std::str::from_utf8(&text) else { continue };
                if encoding.is_single() {
                    let mut back = Vec::new();
                    encoding.encode(text, &mut back).unwrap();
                    // EBCDIC has two line ends for one.
                    assert!(back == [byte] || byte == 0x25, "{name} {byte:#x} {text:?} {back:x?}");
                }
            }
        }
    }

    #[test]
    fn bytes_without_a_meaning_are_shown() {
        assert_eq!(decoded("windows-1252", b"a\x80\x81"), [b"a\xe2\x82\xac".as_slice(), &[MALFORMED]].concat());
        assert_eq!(find("windows-1252").unwrap().malformed_at(b"a\x80\x81"), Some(2));
        assert_eq!(decoded("iso-8859-1", b"\x81"), "\u{81}".as_bytes());
        assert_eq!(decoded("us-ascii", b"\xe4"), [MALFORMED]);
        assert_eq!(decoded("shift_jis", b"\x82\xa0\xff\n"), ["あ".as_bytes(), &[MALFORMED], b"\n"].concat());
        assert_eq!(decoded("utf-16le", b"a\0\x00\xd8b\0"), [b"a", &[MALFORMED][..], b"b"].concat());
    }

    #[test]
    fn known_words_of_many_countries_are_read() {
        assert_eq!(decoded("cp273", b"\xc7\x99\xd6\x42\x85"), "GrOâe".as_bytes());
        assert_eq!(decoded("ibm-1141", b"\x9f\xa1\xc0"), "€ßä".as_bytes());
        assert_eq!(decoded("ibm1047", b"\xad\xbd\x5f"), "[]^".as_bytes());
        assert_eq!(decoded("koi8-r", b"\xf0\xd2\xc9"), "При".as_bytes());
        assert_eq!(decoded("euc-kr", b"\xc7\xd1"), "한".as_bytes());
        assert_eq!(decoded("big5", b"\xa4\xa4"), "中".as_bytes());
        assert_eq!(decoded("gbk", b"\xd6\xd0"), "中".as_bytes());
        assert_eq!(decoded("cp850", b"\x84\x94\x81"), "äöü".as_bytes());
        assert_eq!(decoded("macintosh", b"\x8a"), "ä".as_bytes());
        assert_eq!(decoded("UTF-16", b"a\0\xac\x20"), "a€".as_bytes());
    }

    #[test]
    fn a_character_that_cannot_be_said_is_named() {
        let latin = find("windows-1252").unwrap();
        let mut out = Vec::new();
        assert_eq!(latin.encode("a€ł", &mut out), Err('ł'));
        assert_eq!(latin.unsayable("a€ł"), Some('ł'));
        assert_eq!(latin.unsayable("a€"), None);
        let japanese = find("shift_jis").unwrap();
        out.clear();
        assert_eq!(japanese.encode("あ", &mut out), Ok(()));
        assert_eq!(out, b"\x82\xa0");
        assert_eq!(japanese.unsayable("ü"), Some('ü'));
        for (encoding, other) in
            [("shift_jis", '¥'), ("shift_jis", '‾'), ("euc-jp", '−'), ("gbk", '\u{e78d}'), ("gb18030", '\u{e5e5}')]
        {
            let said = find(encoding).unwrap();
            assert_eq!(said.unsayable(&format!("a中{other}")), Some(other), "{encoding}");
            assert!(!said.says_all());
        }
    }

    #[test]
    fn long_texts_of_one_byte_a_character_are_decoded_whole() {
        let bytes: Vec<u8> = (0..1000u32).map(|i| if i % 97 == 0 { 0xe4 } else { b'a' + (i % 26) as u8 }).collect();
        let text = String::from_utf8(decoded("windows-1252", &bytes)).unwrap();
        assert_eq!(text.chars().count(), 1000);
        let mut back = Vec::new();
        find("windows-1252").unwrap().encode(&text, &mut back).unwrap();
        assert_eq!(back, bytes);
    }
}
