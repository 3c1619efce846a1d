//! One line of JSON, read byte by byte: all of it is checked, and the places of columns are kept.

use memchr::memchr;

use super::{DEPTH, Member, Members};
use crate::index::Index;
use crate::machine::Fault;

/// One line while it is read.
pub(super) struct Scan<'a> {
    pub(super) line: &'a [u8],
    pub(super) at: usize,
    /// Where the line starts in the block's text.
    pub(super) start: usize,
    /// Where texts behind the block's text start.
    pub(super) side: usize,
    /// The record's first position.
    pub(super) first: usize,
    pub(super) out: &'a mut Index,
}

type Read<T> = Result<T, Fault>;

/// Where a text stands in the line, quotes excluded, and whether it holds escapes.
#[derive(Clone, Copy)]
struct Text {
    from: usize,
    to: usize,
    escaped: bool,
}

impl<'a> Scan<'a> {
    fn fault<T>(&self, at: usize, what: &'static str) -> Read<T> {
        Err(Fault::Json { at: at as u32, what })
    }

    /// Reads the whole line: one object.
    pub(super) fn whole(&mut self, members: &Members) -> Read<()> {
        self.blanks();
        if self.peek() != Some(b'{') {
            return self.fault(self.at, "no object");
        }
        self.object(Some(members), 1)?;
        self.blanks();
        if self.at < self.line.len() { self.fault(self.at, "something behind the object") } else { Ok(()) }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    /// An object whose brace stands here; without members, it is only looked through.
    fn object(&mut self, members: Option<&Members>, depth: u32) -> Read<()> {
        self.deeper(depth)?;
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        // Most files write members in one order: the next one is tried first.
        let mut next = 0;
        loop {
            if self.peek() != Some(b'"') {
                return self.fault(self.at, "no name of a member");
            }
            let name = self.text()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return self.fault(self.at, "no colon behind the name of a member");
            }
            self.at += 1;
            self.blanks();
            match members {
                None => self.value(depth)?,
                Some(members) => self.member(members, name, &mut next, depth)?,
            }
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blanks();
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.fault(self.at, "neither comma nor brace behind a member"),
            }
        }
    }

    fn member(&mut self, members: &Members, name: Text, next: &mut usize, depth: u32) -> Read<()> {
        let raw = &self.line[name.from..name.to];
        let unescaped: Vec<u8>;
        let key = if name.escaped {
            let mut text = Vec::new();
            self.unescape(name, &mut text)?;
            unescaped = text;
            unescaped.as_slice()
        } else {
            raw
        };
        let is = |at: &usize| members.names.get(*at).is_some_and(|(known, _)| known.as_bytes() == key);
        let found = Some(*next).filter(is).or_else(|| (0..members.names.len()).find(is));
        let Some(found) = found else {
            if members.others {
                return self.value(depth);
            }
            return Err(Fault::Member { at: name.from as u32 });
        };
        *next = found + 1;
        self.declared(&members.names[found].1, name.from, depth)
    }

    /// The value of what is declared; `named` is where its name or the value stands.
    fn declared(&mut self, member: &Member, named: usize, depth: u32) -> Read<()> {
        match member {
            Member::Ignored => self.value(depth),
            Member::Object(inner) => match self.peek() {
                Some(b'{') => self.object(Some(inner), depth + 1),
                Some(b'n') => self.word(b"null"),
                _ => self.fault(self.at, "no object where members of one are wanted"),
            },
            Member::List(elements) => match self.peek() {
                Some(b'[') => self.list(Some(elements), depth + 1),
                Some(b'n') => self.word(b"null"),
                _ => self.fault(self.at, "no list where one is declared"),
            },
            Member::Column(column) | Member::Json(column) => {
                let place = self.first + 2 * column;
                // A value that is there stands behind the line's brace; null is nowhere.
                if self.out.positions[place] != self.start as u32 {
                    return self.fault(named, "a member that stands twice");
                }
                let whole = matches!(member, Member::Json(_)) && self.peek() == Some(b'"');
                let (from, to) = if whole { self.quoted()? } else { self.column(depth)? };
                (self.out.positions[place], self.out.positions[place + 1]) = (from, to);
                Ok(())
            }
        }
    }

    /// Whether something in a member has a value.
    fn filled(&self, member: &Member) -> bool {
        match member {
            Member::Column(column) | Member::Json(column) => {
                let place = self.first + 2 * column;
                self.out.positions[place] < self.out.positions[place + 1]
            }
            Member::Object(members) => members.names.iter().any(|(_, inner)| self.filled(inner)),
            Member::List(elements) => elements.iter().any(|inner| self.filled(inner)),
            Member::Ignored => false,
        }
    }

    /// Where the value of a column stands.
    fn column(&mut self, depth: u32) -> Read<(u32, u32)> {
        let from = self.at;
        let line = self.start;
        let here = |at: usize| (line + at) as u32;
        match self.peek() {
            Some(b'"') => {
                let text = self.text()?;
                if !text.escaped && text.to > text.from {
                    return Ok((here(text.from), here(text.to)));
                }
                if !text.escaped {
                    // The two quotes themselves: an empty text.
                    return Ok((here(from), here(from + 2)));
                }
                let mut value = std::mem::take(&mut self.out.side);
                let begin = value.len();
                let result = self.unescape(text, &mut value);
                if value.len() == begin || value[begin] == b'"' {
                    let plain = value.split_off(begin);
                    value.push(b'"');
                    for byte in plain {
                        value.push(byte);
                        if byte == b'"' {
                            value.push(byte);
                        }
                    }
                    value.push(b'"');
                }
                let end = value.len();
                self.out.side = value;
                result?;
                Ok(((self.side + begin) as u32, (self.side + end) as u32))
            }
            Some(b'n') => {
                self.word(b"null")?;
                // Read, and so not to be read again; without bytes, and so null.
                Ok((here(from), here(from)))
            }
            _ => {
                self.value(depth)?;
                Ok((here(from), here(self.at)))
            }
        }
    }

    /// A text that stands here, with its quotes: behind the block's text, within quotes there.
    fn quoted(&mut self) -> Read<(u32, u32)> {
        let from = self.at;
        let text = self.text()?;
        if text.escaped {
            self.unescape(text, &mut Vec::new())?;
        }
        let begin = self.out.side.len();
        self.out.side.push(b'"');
        for byte in &self.line[from..self.at] {
            self.out.side.push(*byte);
            if *byte == b'"' {
                self.out.side.push(b'"');
            }
        }
        self.out.side.push(b'"');
        Ok(((self.side + begin) as u32, (self.side + self.out.side.len()) as u32))
    }

    fn deeper(&self, depth: u32) -> Read<()> {
        if depth > DEPTH { self.fault(self.at, "more than 128 objects and lists in one another") } else { Ok(()) }
    }

    /// Looks through a value.
    fn value(&mut self, depth: u32) -> Read<()> {
        match self.peek() {
            Some(b'"') => {
                let text = self.text()?;
                if text.escaped { self.unescape(text, &mut Vec::new()) } else { Ok(()) }
            }
            Some(b'{') => self.object(None, depth + 1),
            Some(b'[') => self.list(None, depth + 1),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.fault(self.at, "no value"),
        }
    }

    /// A list whose bracket stands here; without declared elements, it is only looked through. A declared element without a
    /// value would be none, and leave silently.
    fn list(&mut self, elements: Option<&[Member]>, depth: u32) -> Read<()> {
        self.deeper(depth)?;
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        let mut declared = elements.map(<[Member]>::iter);
        loop {
            let from = self.at;
            match &mut declared {
                None => self.value(depth)?,
                Some(declared) => {
                    let Some(element) = declared.next() else {
                        return self.fault(from, "more elements than are declared for its list");
                    };
                    self.declared(element, from, depth)?;
                    if !self.filled(element) {
                        return self.fault(from, "an element of a list with nothing in it");
                    }
                }
            }
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blanks();
                }
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.fault(self.at, "neither comma nor bracket behind a value"),
            }
        }
    }

    fn word(&mut self, word: &'static [u8]) -> Read<()> {
        let end = self.at + word.len();
        let follows = self.line.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if self.line.get(self.at..end) != Some(word) || follows {
            return self.fault(self.at, "no value");
        }
        self.at = end;
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Read<()> {
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || zero && whole > 1 {
            return self.fault(from, "no number");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.fault(from, "no number");
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fault(from, "no number");
            }
        }
        Ok(())
    }

    /// A text whose quote stands here.
    #[inline]
    fn text(&mut self) -> Read<Text> {
        let from = self.at + 1;
        let (mut at, mut escaped) = (from, false);
        loop {
            at += plain(&self.line[at.min(self.line.len())..]);
            match self.line.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(_) => return self.fault(at, "a control character in a text"),
                None => return self.fault(from - 1, "a text that does not end"),
            }
        }
        self.at = at + 1;
        Ok(Text { from, to: at, escaped })
    }

    /// Appends what a text with escapes means.
    fn unescape(&self, text: Text, out: &mut Vec<u8>) -> Read<()> {
        let mut at = text.from;
        while at < text.to {
            let rest = &self.line[at..text.to];
            let run = memchr(b'\\', rest).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..run]);
            at += run;
            if at >= text.to {
                break;
            }
            let plain = match self.line.get(at + 1) {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(c @ (b'"' | b'\\' | b'/')) => *c,
                Some(b'u') => {
                    let (c, read) = self.unicode(at, text.to)?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    at += read;
                    continue;
                }
                _ => return self.fault(at, "an escape that JSON does not have"),
            };
            out.push(plain);
            at += 2;
        }
        Ok(())
    }

    /// The character of `\u....`, or of a pair of them, and how many bytes it takes.
    fn unicode(&self, at: usize, end: usize) -> Read<(char, usize)> {
        let unit = |at: usize| {
            let digits = self.line.get(at..at + 6).filter(|_| at + 6 <= end)?;
            let hex = digits.strip_prefix(b"\\u")?;
            if !hex.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
        };
        let Some(first) = unit(at) else { return self.fault(at, "an escape that JSON does not have") };
        if let Some(c) = char::from_u32(u32::from(first)) {
            return Ok((c, 6));
        }
        let pair = unit(at + 6).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
        match pair {
            Some(c) => Ok((c, 12)),
            None => self.fault(at, "half of a surrogate pair"),
        }
    }
}

/// How many bytes stand before the first quote, backslash or control character; all of them if there is none.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    for chunk in bytes.chunks_exact(8) {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let word = u64::from_le_bytes(eight);
        let zero = |w: u64| w.wrapping_sub(ONES) & !w & HIGH;
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let slash = zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let any = quote | slash | control;
        if any != 0 {
            // The lowest mark is exact; borrows run upwards only.
            return at + (any.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + bytes[at..].iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).unwrap_or(bytes.len() - at)
}
