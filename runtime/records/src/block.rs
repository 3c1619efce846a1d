//! A worker's buffer: one block of whole records, with room to read past both ends.

use crate::machine::Fault;

/// Readable bytes before a block's data: what a field's end may look back over.
pub const FRONT: usize = 64;
/// Readable bytes after a block's data: what a vector load may run into.
pub const TAIL: usize = 128;

/// A block of whole records. Reused from one [`crate::Reader::next`] to the next; holds no data before the first.
#[derive(Debug, Default)]
pub struct Block {
    /// Number of the block in its file, from 0.
    pub seq: u64,
    /// Offset in the file of the block's first byte.
    pub offset: u64,
    /// Physical line of the block's first byte, from 1, the header's lines included.
    pub first_line: u64,
    /// Number of the block's first record, from 1, the header not counted.
    pub first_record: u64,
    /// Bytes of the last, overlong record that follow the data in the file.
    pub(crate) beyond: u64,
    /// FRONT + room + TAIL bytes; empty before the first use.
    pub(crate) buffer: Vec<u8>,
    pub(crate) len: usize,
    pub(crate) pieces: Vec<Piece>,
    /// The last record is good and has no line end.
    pub(crate) open_end: bool,
}

/// A record that its quotes or its length broke, found while the block was cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) len: u64,
    pub(crate) fault: Fault,
}

impl Block {
    /// An empty block; its buffer is made when it is first read into.
    pub fn new() -> Block {
        Block::default()
    }

    /// The block's bytes: whole records, but for the last when that is longer than the longest record allowed.
    pub fn data(&self) -> &[u8] {
        self.buffer.get(FRONT..FRONT + self.len).unwrap_or_default()
    }

    /// Where the data starts: [`FRONT`] bytes are readable before it, and [`TAIL`] after the data's end.
    /// Valid once the block has been read into, and until it is read into again.
    pub fn base(&self) -> *const u8 {
        self.data().as_ptr()
    }

    /// Bytes of the file that this block accounts for: its data, and the rest of an overlong last record.
    pub fn covered(&self) -> u64 {
        self.len as u64 + self.beyond
    }

    /// Physical line, from 1, of the byte at `at` of the data. Counts lines from the block's start: for messages.
    pub fn line_at(&self, at: u32) -> u64 {
        let before = &self.data()[..self.len.min(at as usize)];
        self.first_line + memchr::memchr_iter(b'\n', before).count() as u64
    }

    /// Makes room for `bytes`, keeping what is there.
    pub(crate) fn make_room(&mut self, bytes: usize) {
        let need = FRONT + bytes + TAIL;
        if self.buffer.len() < need {
            self.buffer.reserve_exact(need - self.buffer.len());
            self.buffer.resize(need, 0);
        }
    }

    /// Gives back what an overlong record took, unless the last block still needed it.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let need = FRONT + bytes + TAIL;
        if self.buffer.len() > need && self.len <= bytes {
            self.buffer.truncate(need);
            self.buffer.shrink_to_fit();
        }
    }
}
