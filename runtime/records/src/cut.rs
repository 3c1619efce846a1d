//! Cuts a buffer at a record's end, counts what is before the cut, and sets broken records apart.
//!
//! The fast path is one vector pass that counts line ends and checks that every quote is well placed. Where it is not,
//! [`machine::step`] reads that one record, and the vector pass goes on behind it.

use memchr::memchr;

use crate::block::{Block, FRONT, Piece};
use crate::machine::{self, Fault, Step};
use crate::{Dialect, Isa, simd};

/// What a cut needs to know of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cutter {
    pub(crate) dialect: Dialect,
    pub(crate) isa: Isa,
    /// Blank lines are framing rather than records of one empty field.
    pub(crate) skip_blank: bool,
    pub(crate) max_record: usize,
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
}

impl Cutter {
    /// Cuts the first `len` bytes of the block's data; `last` says that the file ends with them.
    pub(crate) fn cut(&self, block: &mut Block, len: usize, last: bool) -> Cut {
        block.pieces.clear();
        block.open_end = false;
        let mut cut = Cut::default();
        loop {
            let count = simd::count(self.isa, &block.buffer, FRONT + cut.end, FRONT + len, self.dialect);
            cut.end = count.end - FRONT;
            cut.records += count.records - if self.skip_blank { count.blanks } else { 0 };
            cut.lines += count.lines;
            if cut.end == len || (cut.end > 0 && !count.trouble && !last) {
                return cut;
            }
            let data = &block.buffer[FRONT..FRONT + len];
            let fault = match machine::step(data, cut.end, self.dialect, last) {
                Step::Whole { end } => {
                    let record = &data[cut.end..end];
                    block.open_end = record.last() != Some(&b'\n');
                    cut.records += u64::from(!(self.skip_blank && machine::is_blank(record)));
                    cut.lines += memchr::memchr_iter(b'\n', record).count() as u64;
                    cut.end = end;
                    if end == len {
                        return cut;
                    }
                    continue;
                }
                Step::Broken(fault) => fault,
                Step::Unfinished { .. } if cut.end > 0 || len < self.max_record => return cut,
                Step::Unfinished { inside: true } => Fault::UnclosedQuote,
                Step::Unfinished { inside: false } => Fault::TooLong,
            };
            let start = cut.end;
            let end = match memchr(b'\n', &data[start..]) {
                Some(at) => start + at + 1,
                None if last => len,
                // The next block starts with this record, or this one grows around it.
                None if start > 0 || len < self.max_record => return cut,
                None => {
                    cut.goes_on = true;
                    len
                }
            };
            cut.lines += u64::from(data[end - 1] == b'\n');
            cut.records += 1;
            cut.end = end;
            block.pieces.push(Piece { start, len: (end - start) as u64, fault });
            if end == len {
                return cut;
            }
        }
    }
}
