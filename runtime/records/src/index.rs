//! Where a block's fields are, and which of its records are broken.

use std::mem::swap;

use crate::block::{Block, FRONT};
use crate::field::trim_line_end;
use crate::machine::{Fault, is_blank};
use crate::{Dialect, Isa, simd, utf8};

/// How fields stand in [`Index::positions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// One position a field: where its delimiter or line end stands. A field begins behind the one before it.
    #[default]
    Cuts,
    /// Two positions a field: where it begins and ends.
    Spans,
}

/// The fields of one block. Reused from block to block, so that nothing is allocated for each.
#[derive(Debug, Default)]
pub struct Index {
    /// Offsets in the block's text of fields, as [`Index::shape`] says; of cuts, those of broken records among them.
    pub positions: Vec<u32>,
    /// How fields stand among the positions.
    pub shape: Shape,
    /// The good records.
    pub runs: Vec<Run>,
    /// The broken records, in the file's order.
    pub broken: Vec<Broken>,
    /// No good record holds a byte above 0x7f.
    pub ascii: bool,
    /// Lines with nothing on them, which are no records (unless there is but one column).
    pub blank_lines: u64,
    /// Bytes of comments, in the text.
    pub comment_bytes: u64,
    columns: usize,
    /// Of spans: where each good record starts and ends.
    extents: Vec<(u32, u32)>,
    /// Texts that stand behind the block's text.
    pub(crate) side: Vec<u8>,
    /// Where the characters of a record begin, while its columns are found.
    pub(crate) chars: Vec<u32>,
    /// The other list of runs while bad encoding splits them.
    spare: Vec<Run>,
}

/// Consecutive good records: `positions[first_position..]` holds one position for each column of each record, the
/// last of a record being that of its `\n`, or the data's length at the file's end. A `\r` before that belongs to the
/// line end, and is the consumer's to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Offset of the first record in the data.
    pub start: u32,
    /// Where in `positions` the run's begin.
    pub first_position: usize,
    /// How many records.
    pub records: u32,
    /// Number of the first one among the block's records, from 0, broken ones counted.
    pub first_record: u32,
}

/// A broken record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Offset in the data.
    pub start: u32,
    /// Length in bytes, with its line end. Goes beyond the data for an overlong record, the last of its block alone;
    /// [`crate::Reader::copy`] gives the whole.
    pub len: u64,
    /// Number among the block's records, from 0.
    pub record: u32,
    /// How.
    pub fault: Fault,
}

impl Broken {
    /// The record's bytes as they stand, as far as the block holds them.
    pub fn bytes<'a>(&self, block: &'a Block) -> &'a [u8] {
        let data = block.data();
        let end = (u64::from(self.start) + self.len).min(data.len() as u64) as usize;
        data.get(self.start as usize..end).unwrap_or_default()
    }
    /// The name, as it stands, of the member that breaks it.
    pub fn member<'a>(&self, block: &'a Block) -> Option<&'a str> {
        let Fault::Member { at } = self.fault else { return None };
        let name = self.bytes(block).get(at as usize..)?;
        let mut escaped = false;
        let ends = |byte: &u8| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        };
        let end = name.iter().position(ends)?;
        std::str::from_utf8(&name[..end]).ok()
    }
}

impl Index {
    /// An empty index.
    pub fn new() -> Index {
        Index::default()
    }

    /// Begins with a new block.
    pub(crate) fn begin(&mut self, shape: Shape, columns: usize) {
        self.positions.clear();
        self.runs.clear();
        self.broken.clear();
        self.extents.clear();
        (self.shape, self.columns) = (shape, columns);
        (self.ascii, self.blank_lines, self.comment_bytes) = (true, 0, 0);
    }

    /// Adds a good record of spans, whose positions were just added.
    pub(crate) fn good(&mut self, start: u32, end: u32, number: u32) {
        self.extents.push((start, end));
        match self.runs.last_mut() {
            Some(run) if run.first_record + run.records == number => run.records += 1,
            _ => {
                let first_position = self.positions.len() - self.stride();
                self.runs.push(Run { start, first_position, records: 1, first_record: number });
            }
        }
    }

    /// How many positions a record has.
    pub fn stride(&self) -> usize {
        match self.shape {
            Shape::Cuts => self.columns,
            Shape::Spans => 2 * self.columns,
        }
    }

    /// Where a record of a run starts and ends in the block's text, its line end included.
    pub fn extent(&self, block: &Block, run: &Run, item: u32) -> Option<(u32, u32)> {
        if item >= run.records {
            return None;
        }
        let first = run.first_position + item as usize * self.stride();
        match self.shape {
            Shape::Spans => self.extents.get(first / self.stride().max(1)).copied(),
            Shape::Cuts => {
                let start = if item == 0 { run.start } else { self.positions.get(first - 1)? + 1 };
                let last = *self.positions.get(first + self.columns - 1)?;
                Some((start, (last + 1).min(block.data().len() as u32)))
            }
        }
    }

    /// The good records of a run as they stand, line end included, with their number among the block's records. Of cuts
    /// alone.
    pub fn records<'a>(&'a self, run: &Run, block: &'a Block) -> impl Iterator<Item = Record<'a>> {
        let (mut start, data, columns) = (run.start as usize, block.data(), self.columns);
        let positions = &self.positions[run.first_position..][..run.records as usize * columns];
        positions.chunks_exact(columns).zip(run.first_record..).map(move |(cuts, number)| {
            let end = data.len().min(cuts[columns - 1] as usize + 1);
            let record = Record { start: start as u32, number, bytes: &data[start..end], cuts };
            start = end;
            record
        })
    }
}

/// One good record: for tests, messages and small files; native code walks the positions itself.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Offset in the block's data.
    pub start: u32,
    /// Number among the block's records, from 0.
    pub number: u32,
    /// The record as it stands, with its line end.
    pub bytes: &'a [u8],
    cuts: &'a [u32],
}

impl<'a> Record<'a> {
    /// The fields as they stand, quotes included, the line end not.
    pub fn fields(self) -> impl Iterator<Item = &'a [u8]> {
        let line = trim_line_end(self.bytes);
        let mut from = 0;
        self.cuts.iter().map(move |&cut| {
            let end = ((cut - self.start) as usize).min(line.len());
            let field = line.get(from..end).unwrap_or_default();
            from = end + 1;
            field
        })
    }
}

/// See [`crate::Reader::index`].
pub(crate) fn fill(block: &Block, columns: usize, dialect: Dialect, isa: Isa, out: &mut Index) {
    out.begin(Shape::Cuts, columns);
    let len = block.data().len();
    let mut filling = Filling { block, columns, dialect, isa, record: 0 };
    let mut from = 0;
    for piece in &block.pieces {
        filling.stretch(from, piece.start, out);
        match piece.fault {
            Some(fault) => {
                out.broken.push(Broken { start: piece.start as u32, len: piece.len, record: filling.record, fault });
                filling.record += 1;
            }
            None => out.comment_bytes += piece.len,
        }
        from = (piece.start as u64 + piece.len).min(len as u64) as usize;
    }
    filling.stretch(from, len, out);
    if !out.ascii {
        let before = out.broken.len();
        swap(&mut out.runs, &mut out.spare);
        out.runs.clear();
        utf8::split(&out.spare, &out.positions, columns, block.data(), &mut out.runs, &mut out.broken);
        if out.broken.len() > before {
            out.broken.sort_unstable_by_key(|broken| broken.record);
        }
    }
}

/// One block while it is indexed.
struct Filling<'a> {
    block: &'a Block,
    columns: usize,
    dialect: Dialect,
    isa: Isa,
    /// Records so far.
    record: u32,
}

impl Filling<'_> {
    /// Indexes whole, well-quoted records.
    fn stretch(&mut self, from: usize, to: usize, out: &mut Index) {
        if from == to {
            return;
        }
        let first = out.positions.len();
        let at = (FRONT, FRONT + from, FRONT + to);
        let (buffer, len) = self.block.padded();
        let found = simd::index(self.isa, buffer, at, self.dialect, &mut out.positions);
        out.ascii &= found.ascii;
        let mut records = found.newlines;
        if to == len && self.block.open_end {
            out.positions.push(to as u32);
            records += 1;
        }
        if self.is_regular(&out.positions[first..], records, found.newlines) {
            let run =
                Run { start: from as u32, first_position: first, records: records as u32, first_record: self.record };
            out.runs.push(run);
            self.record += records as u32;
        } else {
            self.sort_out(from as u32, first, out);
        }
    }

    /// Whether every record has its columns: there are as many positions as there should be, and the one that should
    /// end each record is a newline. As all newlines are then in those places, the others are delimiters.
    fn is_regular(&self, positions: &[u32], records: usize, newlines: usize) -> bool {
        let data = self.block.data();
        positions.len() == records * self.columns
            && positions.chunks_exact(self.columns).take(newlines).all(|cuts| {
                let end = cuts[self.columns - 1] as usize;
                data.get(end) == Some(&b'\n')
            })
    }

    /// The slow way, record by record: sets apart those with a wrong number of fields, and blank lines.
    fn sort_out(&mut self, from: u32, first: usize, out: &mut Index) {
        let data = self.block.data();
        let (mut start, mut field) = (from, first);
        let mut open: Option<Run> = None;
        for at in first..out.positions.len() {
            let cut = out.positions[at];
            let ends = data.get(cut as usize).is_none_or(|&byte| byte == b'\n');
            if !ends {
                continue;
            }
            let end = data.len().min(cut as usize + 1);
            let record = &data[start as usize..end];
            let fields = at + 1 - field;
            if self.columns > 1 && is_blank(record) {
                out.blank_lines += 1;
                out.runs.extend(open.take());
            } else {
                if fields == self.columns {
                    let run = Run { start, first_position: field, records: 0, first_record: self.record };
                    open.get_or_insert(run).records += 1;
                } else {
                    out.runs.extend(open.take());
                    let fault = Fault::Fields { found: fields as u32, expected: self.columns as u32 };
                    out.broken.push(Broken { start, len: record.len() as u64, record: self.record, fault });
                }
                self.record += 1;
            }
            (start, field) = (end as u32, at + 1);
        }
        out.runs.extend(open);
    }
}
