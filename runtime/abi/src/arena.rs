//! Memory for texts that a record makes: taken in a line, given back all at once when the next record begins.

use crate::PAD;

/// The pieces of memory behind a frame's arena pointers.
#[derive(Debug, Default)]
pub struct Arena {
    pieces: Vec<Box<[u8]>>,
}

/// The size of the first piece.
const FIRST: usize = 16 << 10;

impl Arena {
    /// A fresh arena's first piece: where texts may start, and where they must end.
    pub(crate) fn first(&mut self) -> (*mut u8, *mut u8) {
        self.piece(FIRST)
    }
    /// One more piece with room for `n` bytes; those before it stay, since texts of this record may lie in them.
    pub(crate) fn more(&mut self, n: usize) -> (*mut u8, *mut u8) {
        let last = self.pieces.last().map_or(FIRST, |p| p.len());
        self.piece(n.max(last.min(1 << 30) * 2))
    }
    /// Frees all pieces but the last and largest, when no text is in use.
    pub(crate) fn settle(&mut self) {
        if self.pieces.len() > 1 {
            self.pieces.drain(..self.pieces.len() - 1);
        }
    }
    fn piece(&mut self, n: usize) -> (*mut u8, *mut u8) {
        let mut piece = vec![0u8; PAD + n + PAD].into_boxed_slice();
        let range = piece.as_mut_ptr_range();
        self.pieces.push(piece);
        // SAFETY: the piece is `PAD + n + PAD` bytes long.
        unsafe { (range.start.add(PAD), range.end.sub(PAD)) }
    }
}
