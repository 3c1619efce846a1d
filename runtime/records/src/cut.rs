//! Cuts a buffer at a record's end, counts what is before the cut, and sets broken records apart.
//!
//! The fast path is one vector pass that counts line ends and checks that every quote is well placed. Where it is not,
//! [`machine::step`] reads that one record, and the vector pass goes on behind it.

use memchr::memchr;

use crate::block::{FRONT, Piece};
use crate::machine::{self, Fault, Step};
use crate::{Dialect, Isa, simd};

/// What a cut needs to know of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cutter {
    pub(crate) dialect: Dialect,
    pub(crate) isa: Isa,
    /// Blank lines are framing rather than records of one empty field.
    pub(crate) skip_blank: bool,
    /// A line that begins with this byte is none of the data.
    pub(crate) comment: Option<u8>,
}

/// What is before the cut.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    /// Bytes; 0 when the first record is not complete and the buffer should grow.
    pub(crate) end: usize,
    pub(crate) records: u64,
    pub(crate) lines: u64,
    /// The last piece goes on in the file after the buffer's end, up to its next newline.
    pub(crate) goes_on: bool,
    /// The record that begins the buffer fills it from a quoted field on: it is set apart as one that is never closed, and
    /// may be one that is too long.
    pub(crate) overlong: bool,
}

/// What was set apart, and how the last record ends.
#[derive(Debug, Default)]
pub(crate) struct Apart {
    pub(crate) pieces: Vec<Piece>,
    /// The last record is good and has no line end.
    pub(crate) open_end: bool,
}

impl Cutter {
    /// Cuts the first `len` bytes of the data behind [`FRONT`]; `last` says that the file ends with them, `full` that no
    /// more can be held at a time.
    pub(crate) fn cut(&self, buffer: &[u8], len: usize, last: bool, full: bool, apart: &mut Apart) -> Cut {
        apart.pieces.clear();
        apart.open_end = false;
        let mut cut = Cut::default();
        loop {
            let mut trouble = true;
            if self.comment.is_none() {
                let count = simd::count(self.isa, buffer, FRONT + cut.end, FRONT + len, self.dialect);
                cut.end = count.end - FRONT;
                cut.records += count.records - if self.skip_blank { count.blanks } else { 0 };
                cut.lines += count.lines;
                trouble = count.trouble;
            }
            if cut.end == len || (cut.end > 0 && !trouble && !last) {
                return cut;
            }
            let data = &buffer[FRONT..FRONT + len];
            let comment = self.comment.is_some() && data.get(cut.end).copied() == self.comment;
            let fault = match machine::step(data, cut.end, self.dialect, last) {
                _ if comment => None,
                Step::Whole { end } => {
                    let record = &data[cut.end..end];
                    apart.open_end = record.last() != Some(&b'\n');
                    cut.records += u64::from(!(self.skip_blank && machine::is_blank(record)));
                    cut.lines += memchr::memchr_iter(b'\n', record).count() as u64;
                    cut.end = end;
                    if end == len {
                        return cut;
                    }
                    continue;
                }
                Step::Broken(fault) => Some(fault),
                Step::Unfinished { .. } if cut.end > 0 || !full => return cut,
                Step::Unfinished { inside: true } => {
                    cut.overlong = !last;
                    Some(Fault::UnclosedQuote)
                }
                Step::Unfinished { inside: false } => Some(Fault::TooLong),
            };
            let start = cut.end;
            let end = match memchr(b'\n', &data[start..]) {
                Some(at) => start + at + 1,
                None if last => len,
                // The next block starts with this record, or this one grows around it.
                None if start > 0 || !full => return cut,
                None => {
                    cut.goes_on = true;
                    len
                }
            };
            cut.lines += u64::from(data[end - 1] == b'\n');
            cut.records += u64::from(fault.is_some());
            cut.end = end;
            apart.pieces.push(Piece { start, len: (end - start) as u64, fault });
            if end == len {
                return cut;
            }
        }
    }
}
