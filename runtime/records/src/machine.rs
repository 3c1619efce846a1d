//! One record, byte by byte: what quoting means, exactly. The vector scanners must agree with this.

use std::fmt;

use memchr::{memchr, memchr2, memchr3};

use crate::Dialect;
use crate::input::Ends;

/// How a record is broken. Every `at` is a byte offset from the record's start, so that it does not depend on blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record has too few or too many fields.
    Fields {
        /// Fields it has.
        found: u32,
        /// Fields it should have.
        expected: u32,
    },
    /// A quote stands inside a field that does not start with one.
    StrayQuote {
        /// Offset of the quote.
        at: u32,
    },
    /// A quoted field does not end before the file does, or before the longest record allowed.
    UnclosedQuote,
    /// Something other than a delimiter or a line end follows a closing quote.
    AfterClosingQuote {
        /// Offset of what follows.
        at: u32,
    },
    /// The record is not UTF-8.
    Utf8 {
        /// Offset of the first byte that is not.
        at: u32,
    },
    /// The record holds bytes that mean nothing in the file's encoding.
    Encoding {
        /// Offset of the first of them.
        at: u32,
        /// The encoding.
        encoding: &'static str,
    },
    /// The record is longer than the longest record allowed.
    TooLong,
    /// The record is shorter or longer than its columns.
    Length {
        /// Its length, in characters, or in bytes where records have no line ends.
        found: u32,
        /// What it should be.
        expected: u32,
    },
    /// The record is not JSON.
    Json {
        /// Offset of what is wrong.
        at: u32,
        /// What it is.
        what: &'static str,
    },
    /// An object has a member that is neither declared nor ignored.
    Member {
        /// Offset of its name.
        at: u32,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Fields { found: 1, expected } => write!(f, "1 field where {expected} are expected"),
            Fault::Fields { found, expected } => write!(f, "{found} fields where {expected} are expected"),
            Fault::StrayQuote { at } => write!(f, "a quote inside an unquoted field, {at} bytes into the record"),
            Fault::UnclosedQuote => write!(f, "a quoted field that is never closed"),
            Fault::AfterClosingQuote { at } => {
                write!(f, "more text after a closing quote, {at} bytes into the record")
            }
            Fault::Utf8 { at } => write!(f, "a byte that is not UTF-8, {at} bytes into the record"),
            Fault::Encoding { at, encoding } => {
                write!(f, "a byte that means nothing in {encoding}, {at} bytes into the record")
            }
            Fault::Length { found, expected } => write!(f, "a length of {found} where {expected} is expected"),
            Fault::Json { at, what } => write!(f, "{what}, {at} bytes into the record"),
            Fault::Member { at } => {
                write!(f, "a member that is neither declared nor ignored, {at} bytes into the record")
            }
            Fault::TooLong => write!(f, "a record longer than the longest allowed"),
        }
    }
}

/// What one record turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Well quoted; ends before `end`, its line end included.
    Whole { end: usize },
    /// Broken by its quotes.
    Broken(Fault),
    /// The data ends first, inside quotes or not.
    Unfinished { inside: bool },
}

/// Reads the record that starts at `start`. At the end of the file (`last`) a record needs no line end.
pub(crate) fn step(data: &[u8], start: usize, dialect: Dialect, last: bool) -> Step {
    let at_end = |inside| match (last, inside) {
        (true, true) => Step::Broken(Fault::UnclosedQuote),
        (true, false) => Step::Whole { end: data.len() },
        (false, inside) => Step::Unfinished { inside },
    };
    let mut at = start;
    loop {
        if dialect.quote.is_some() && data.get(at).copied() == dialect.quote {
            let quote = data[at];
            at += 1;
            loop {
                let Some(more) = memchr(quote, &data[at..]) else { return at_end(true) };
                at += more + 1;
                if data.get(at) != Some(&quote) {
                    break;
                }
                at += 1;
            }
            let junk = Step::Broken(Fault::AfterClosingQuote { at: (at - start) as u32 });
            match (data.get(at), data.get(at + 1)) {
                (None, _) | (Some(b'\r'), None) => return at_end(false),
                (Some(b'\n'), _) => return Step::Whole { end: at + 1 },
                (Some(b'\r'), Some(b'\n')) => return Step::Whole { end: at + 2 },
                (Some(&byte), _) if byte == dialect.delimiter => at += 1,
                _ => return junk,
            }
        } else {
            let rest = &data[at..];
            let found = match dialect.quote {
                Some(quote) => memchr3(dialect.delimiter, b'\n', quote, rest),
                None => memchr2(dialect.delimiter, b'\n', rest),
            };
            let Some(more) = found else { return at_end(false) };
            at += more;
            match data[at] {
                b'\n' => return Step::Whole { end: at + 1 },
                byte if byte == dialect.delimiter => at += 1,
                _ => return Step::Broken(Fault::StrayQuote { at: (at - start) as u32 }),
            }
        }
    }
}

/// Whether the bytes of one record are a line with nothing on it.
pub(crate) fn is_blank(record: &[u8]) -> bool {
    matches!(record, b"\n" | b"\r\n" | b"\r" | b"")
}

/// A record that is longer than can be held, read for its end alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overlong {
    dialect: Dialect,
    state: Within,
}

/// Where in a record a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: it may be doubled, or close the field.
    Quote,
    /// Behind a carriage return that follows a quoted field.
    Return,
}

impl Overlong {
    /// At the start of a record.
    pub(crate) fn new(dialect: Dialect) -> Overlong {
        Overlong { dialect, state: Within::FieldStart }
    }

    /// Goes on; a quote that is not well placed says that this is no record of many lines, but one that is broken.
    pub(crate) fn ends(&mut self, piece: &[u8]) -> Ends {
        if piece.is_empty() {
            return if self.state == Within::Quoted { Ends::Never } else { Ends::At(0) };
        }
        let (delimiter, quote) = (self.dialect.delimiter, self.dialect.quote);
        for (at, byte) in piece.iter().enumerate() {
            let is_quote = Some(*byte) == quote;
            self.state = match (self.state, *byte) {
                (Within::Quoted, _) if is_quote => Within::Quote,
                (Within::Quoted, _) => Within::Quoted,
                (Within::FieldStart | Within::Quote, _) if is_quote => Within::Quoted,
                (_, b'\n') => return Ends::At(at + 1),
                (Within::Quote, b'\r') => Within::Return,
                (Within::FieldStart | Within::Plain | Within::Quote, b) if b == delimiter => Within::FieldStart,
                (Within::FieldStart | Within::Plain, _) if !is_quote => Within::Plain,
                _ => return Ends::Never,
            };
        }
        Ends::Later
    }
}
