//! A worker's buffer: one block of whole records, with room to read past both ends.

use migc_encodings::Newline;

use crate::machine::Fault;

/// Readable bytes before a block's data: what a field's end may look back over.
pub const FRONT: usize = 64;
/// Readable bytes after a block's data: what a vector load may run into.
pub const TAIL: usize = 128;

/// A block of whole records. Reused from one [`crate::Reader::next`] to the next; holds no data before the first.
///
/// Its *raw* bytes are those of the file. Its *text* is the same in UTF-8: the raw bytes themselves where the file is
/// UTF-8, else a text apart. All positions are in the text; a [`crate::Cursor`] finds the raw bytes of a record.
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
    /// How text and raw bytes belong together.
    pub(crate) mapping: Mapping,
    /// The text where it stands apart: FRONT + text + TAIL bytes.
    pub(crate) text: Vec<u8>,
    pub(crate) text_len: usize,
    /// Where each record starts in the text, where records are of one length and the text stands apart.
    pub(crate) starts: Vec<u32>,
}

/// How a block's text and its raw bytes belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// They are the same bytes.
    #[default]
    Same,
    /// They have the same lines.
    Lines(Newline),
    /// They are the same bytes, in records of one length.
    Length(usize),
    /// Records of one length, decoded one by one.
    Starts(usize),
}

/// A stretch that is no good record, found while the block was cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) len: u64,
    /// How the record is broken; none for a comment, which is no record.
    pub(crate) fault: Option<Fault>,
}

impl Block {
    /// An empty block; its buffer is made when it is first read into.
    pub fn new() -> Block {
        Block::default()
    }

    /// Whether the text is the raw bytes, line by line.
    pub fn is_plain(&self) -> bool {
        self.mapping == Mapping::Same
    }

    fn is_apart(&self) -> bool {
        matches!(self.mapping, Mapping::Lines(_) | Mapping::Starts(_))
    }

    /// The bytes of the file: whole records, but for the last when that is longer than the longest record allowed.
    pub fn raw(&self) -> &[u8] {
        self.buffer.get(FRONT..FRONT + self.len).unwrap_or_default()
    }

    /// The block's text.
    pub fn data(&self) -> &[u8] {
        if self.is_apart() { self.text.get(FRONT..FRONT + self.text_len).unwrap_or_default() } else { self.raw() }
    }

    /// The text with the room round it, and its length.
    pub(crate) fn padded(&self) -> (&[u8], usize) {
        if self.is_apart() { (&self.text, self.text_len) } else { (&self.buffer, self.len) }
    }

    /// A piece of the text, or of what was put behind it by [`Block::append`].
    pub fn piece(&self, from: u32, to: u32) -> &[u8] {
        let (buffer, _) = self.padded();
        buffer.get(FRONT + from as usize..FRONT + to as usize).unwrap_or_default()
    }

    /// Puts bytes behind the text, where positions can name them: the first stands at the offset that is given back.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> u32 {
        let apart = self.is_apart();
        let (buffer, len) = if apart { (&mut self.text, self.text_len) } else { (&mut self.buffer, self.len) };
        let from = FRONT + len + TAIL;
        let need = from + bytes.len() + TAIL;
        if buffer.len() < need {
            buffer.resize(need, 0);
        }
        buffer[from..from + bytes.len()].copy_from_slice(bytes);
        (len + TAIL) as u32
    }

    /// Where the text starts: [`FRONT`] bytes are readable before it, and [`TAIL`] after its end.
    /// Valid once the block has been indexed, and until it is read into again.
    pub fn base(&self) -> *const u8 {
        self.data().as_ptr()
    }

    /// Bytes of the file that this block accounts for: its data, and the rest of an overlong last record.
    pub fn covered(&self) -> u64 {
        self.len as u64 + self.beyond
    }

    /// Physical line, from 1, of the record at `at` of the text. Counts lines from the block's start: for messages.
    pub fn line_at(&self, at: u32) -> u64 {
        crate::Cursor::new().place(self, at, 0).line
    }

    /// Makes room for `bytes`, keeping what is there.
    pub(crate) fn make_room(&mut self, bytes: usize) {
        let need = FRONT + bytes + TAIL;
        if self.buffer.len() < need {
            self.buffer.reserve_exact(need - self.buffer.len());
            self.buffer.resize(need, 0);
        }
    }

    /// Makes the text one that stands apart, still empty.
    pub(crate) fn begin_text(&mut self) {
        self.text.clear();
        self.text.resize(FRONT, 0);
        self.text_len = 0;
    }

    /// Ends it.
    pub(crate) fn end_text(&mut self) {
        self.text_len = self.text.len() - FRONT;
        self.text.resize(FRONT + self.text_len + TAIL, 0);
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
