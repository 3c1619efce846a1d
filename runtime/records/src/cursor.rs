//! From a record's place in a block's text to its place in the file.

use memchr::{memchr, memchr_iter};
use migc_encodings::Newline;

use crate::block::{Block, Mapping};

/// Where a record stands in its block's raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first byte, from the block's first.
    pub start: u64,
    /// Its length in bytes, with its line end; more than the block holds for an overlong record.
    pub len: u64,
    /// The physical line that it starts on, from 1. Of records of one length without line ends: the record's number.
    pub line: u64,
}

/// Finds records in a block's raw bytes; those that are asked for come in the block's order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    text: usize,
    raw: usize,
    lines: u64,
}

impl Cursor {
    /// At the block's start.
    pub fn new() -> Cursor {
        Cursor::default()
    }

    /// The place of a record that starts at `start` of the text and is `len` bytes long there.
    pub fn place(&mut self, block: &Block, start: u32, len: u64) -> Place {
        self.seek(block, start as usize);
        let from = self.raw;
        let line = block.first_line + self.lines;
        let text = block.data().len();
        let end = start as u64 + len;
        let len = match block.mapping {
            Mapping::Same => len,
            _ => {
                let mut ahead = *self;
                ahead.seek(block, (end.min(text as u64)) as usize);
                let beyond = if end > text as u64 { block.beyond } else { 0 };
                (ahead.raw - from) as u64 + beyond
            }
        };
        Place { start: from as u64, len, line }
    }

    /// Moves on to a place in the text where a record starts, or to its end.
    fn seek(&mut self, block: &Block, at: usize) {
        let data = block.data();
        match block.mapping {
            Mapping::Same => {
                let between = data.get(self.text..at).unwrap_or_default();
                self.lines += memchr_iter(b'\n', between).count() as u64;
                self.raw = at;
            }
            Mapping::Lines(newline) => {
                let between = data.get(self.text..at).unwrap_or_default();
                let lines = memchr_iter(b'\n', between).count() as u64;
                self.lines += lines;
                self.raw =
                    if at >= data.len() { block.raw().len() } else { line_end(newline, block.raw(), self.raw, lines) };
            }
            Mapping::Length(length) => self.record(block, at / length.max(1), length),
            Mapping::Starts(length) => {
                self.record(block, block.starts.partition_point(|start| (*start as usize) < at), length);
            }
        }
        self.text = at;
    }

    fn record(&mut self, block: &Block, number: usize, length: usize) {
        self.lines = number as u64;
        self.raw = (number * length).min(block.raw().len());
    }
}

/// The place in `bytes` behind so many line ends from `from` on; the end where there are fewer.
pub(crate) fn line_end(newline: Newline, bytes: &[u8], from: usize, lines: u64) -> usize {
    let mut at = from;
    for _ in 0..lines {
        let next = match newline {
            Newline::Byte => bytes.get(at..).and_then(|rest| memchr(b'\n', rest)).map(|found| at + found + 1),
            other => other.after(bytes, at),
        };
        match next {
            Some(next) => at = next,
            None => return bytes.len(),
        }
    }
    at
}
