//! The records of a GDSII stream: a length, a type, a data type, and the data, big-endian.

use std::io::{self, Read};

use crate::error::FormatError;

macro_rules! records {
    ($($name:ident = $kind:literal, $data:literal;)*) => {
        $(#[allow(dead_code)] pub(crate) const $name: u8 = $kind;)*
        /// The name of a record type.
        pub(crate) fn name(kind: u8) -> &'static str {
            match kind { $($kind => stringify!($name),)* _ => "of an unknown type" }
        }
        /// The data type that a record type has, for those that are read.
        fn data_type(kind: u8) -> Option<u8> {
            match kind { $($kind => Some($data),)* _ => None }
        }
    };
}

// Types and data types: 0 none, 1 bits, 2 two-byte integers, 3 four-byte integers, 5 eight-byte reals, 6 text.
records! {
    HEADER = 0x00, 2; BGNLIB = 0x01, 2; LIBNAME = 0x02, 6; UNITS = 0x03, 5; ENDLIB = 0x04, 0; BGNSTR = 0x05, 2;
    STRNAME = 0x06, 6; ENDSTR = 0x07, 0; BOUNDARY = 0x08, 0; PATH = 0x09, 0; SREF = 0x0a, 0; AREF = 0x0b, 0;
    TEXT = 0x0c, 0; LAYER = 0x0d, 2; DATATYPE = 0x0e, 2; WIDTH = 0x0f, 3; XY = 0x10, 3; ENDEL = 0x11, 0;
    SNAME = 0x12, 6; COLROW = 0x13, 2; NODE = 0x15, 0; TEXTTYPE = 0x16, 2; PRESENTATION = 0x17, 1; STRING = 0x19, 6;
    STRANS = 0x1a, 1; MAG = 0x1b, 5; ANGLE = 0x1c, 5; REFLIBS = 0x1f, 6; FONTS = 0x20, 6; PATHTYPE = 0x21, 2;
    GENERATIONS = 0x22, 2; ATTRTABLE = 0x23, 6; ELFLAGS = 0x26, 1; NODETYPE = 0x2a, 2; PROPATTR = 0x2b, 2;
    PROPVALUE = 0x2c, 6; BOX = 0x2d, 0; BOXTYPE = 0x2e, 2; PLEX = 0x2f, 3; BGNEXTN = 0x30, 3; ENDEXTN = 0x31, 3;
    STRCLASS = 0x34, 1; FORMAT = 0x36, 2; MASK = 0x37, 6; ENDMASKS = 0x38, 0; LIBDIRSIZE = 0x39, 2;
    SRFNAME = 0x3a, 6; LIBSECUR = 0x3b, 2;
}

/// Room for several of the longest records (65,535 bytes each).
const ROOM: usize = 1 << 19;

/// A stream cut into records.
pub(crate) struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// The place in the stream of the buffer's first byte.
    base: u64,
    ended: bool,
}

/// A record.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) kind: u8,
    pub(crate) data_type: u8,
    pub(crate) data: &'a [u8],
    pub(crate) offset: u64,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(source: R) -> Records<R> {
        Records { source, buffer: vec![0; ROOM], at: 0, filled: 0, base: 0, ended: false }
    }

    /// The next record; the stream must have one.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Record<'_>, FormatError> {
        if self.filled - self.at < 4 {
            self.fill()?;
        }
        let offset = self.base + self.at as u64;
        let bad =
            |kind, what: &str| Err(FormatError::Bad { offset, record: name(kind), cell: None, what: what.into() });
        let Some(&[a, b, kind, data_type]) = self.buffer[self.at..self.filled].first_chunk::<4>() else {
            return bad(0xff, "the file ends before its ENDLIB record");
        };
        let length = usize::from(u16::from_be_bytes([a, b]));
        if length < 4 {
            return bad(kind, "the record says it is shorter than its own head of 4 bytes");
        }
        if length % 2 == 1 {
            return bad(kind, "the record says its length is odd, and records have even lengths");
        }
        if self.filled - self.at < length {
            self.fill()?;
            if self.filled - self.at < length {
                return bad(kind, "the file ends in the middle of this record");
            }
        }
        if data_type_of(kind).is_some_and(|d| d != data_type) {
            return bad(kind, "the record has another data type than this record has in GDSII");
        }
        let data = &self.buffer[self.at + 4..self.at + length];
        self.at += length;
        Ok(Record { kind, data_type, data, offset })
    }

    /// Moves what is left to the front and reads until the longest record fits or the source ends.
    #[cold]
    fn fill(&mut self) -> Result<(), FormatError> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.base += self.at as u64;
        self.filled -= self.at;
        self.at = 0;
        while !self.ended && self.filled < 1 << 16 {
            match self.source.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }
}

#[inline]
fn data_type_of(kind: u8) -> Option<u8> {
    data_type(kind)
}

impl<'a> Record<'a> {
    /// An error at this record.
    pub(crate) fn bad(&self, what: impl Into<String>) -> FormatError {
        FormatError::Bad { offset: self.offset, record: name(self.kind), cell: None, what: what.into() }
    }

    /// The `i`th two-byte integer.
    pub(crate) fn short(&self, i: usize) -> Result<i16, FormatError> {
        match self.data.get(2 * i..2 * i + 2) {
            Some(&[a, b]) => Ok(i16::from_be_bytes([a, b])),
            _ => Err(self.bad(format!("the record has {} bytes of data, too few", self.data.len()))),
        }
    }

    /// The first four-byte integer.
    pub(crate) fn long(&self) -> Result<i32, FormatError> {
        match self.data.first_chunk::<4>() {
            Some(b) => Ok(i32::from_be_bytes(*b)),
            _ => Err(self.bad(format!("the record has {} bytes of data, too few", self.data.len()))),
        }
    }

    /// The `i`th eight-byte real.
    pub(crate) fn real(&self, i: usize) -> Result<super::real::Real8, FormatError> {
        match self.data.get(8 * i..).and_then(|d| d.first_chunk::<8>()) {
            Some(b) => Ok(super::real::Real8(u64::from_be_bytes(*b))),
            _ => Err(self.bad(format!("the record has {} bytes of data, too few", self.data.len()))),
        }
    }

    /// The text without the zero bytes that fill it up.
    pub(crate) fn text(&self) -> &'a [u8] {
        let end = self.data.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
        &self.data[..end]
    }
}
