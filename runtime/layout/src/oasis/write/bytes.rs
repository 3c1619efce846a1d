//! Bytes on their way out: numbers and texts of OASIS, packed blocks, and the check over the whole file.

use std::io::Write;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use crate::error::FormatError;
use crate::number::Real;
use crate::oasis::delta::signed;
use crate::oasis::records as r;

/// Bytes of records in one CBLOCK.
const BLOCK: usize = 1 << 18;
/// Fewer bytes are not worth a block.
const WORTH: usize = 64;
/// How hard deflate tries: beyond this, files of layouts hardly shrink further.
const LEVEL: u32 = 2;

/// The file being written.
pub(super) struct Bytes<W> {
    out: W,
    crc: Crc,
    /// Bytes that went out.
    written: u64,
    /// Records that are not yet out.
    pub(super) records: Vec<u8>,
    deflate: Compress,
    packed: Vec<u8>,
    head: Vec<u8>,
}

/// Appends an unsigned integer.
#[inline]
pub(super) fn uint(to: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        to.push(n as u8 | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

/// Appends a signed integer.
#[inline]
pub(super) fn sint(to: &mut Vec<u8>, n: i64) {
    uint(to, signed(n));
}

/// Appends a text.
pub(super) fn text(to: &mut Vec<u8>, bytes: &[u8]) {
    uint(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

/// Appends a real with its type; says whether it has exactly the value.
pub(super) fn real(to: &mut Vec<u8>, value: Real) -> bool {
    let (value, exact) = value.oasis();
    match value {
        Real::Whole { negative, n } => {
            to.push(u8::from(negative));
            uint(to, n);
        }
        Real::Reciprocal { negative, d } => {
            to.push(2 + u8::from(negative));
            uint(to, d);
        }
        Real::Ratio { negative, n, d } => {
            to.push(4 + u8::from(negative));
            uint(to, n);
            uint(to, d);
        }
        Real::Single(bits) => {
            to.push(6);
            to.extend_from_slice(&bits.to_le_bytes());
        }
        Real::Double(bits) => {
            to.push(7);
            to.extend_from_slice(&bits.to_le_bytes());
        }
        // The forms of OASIS are the others.
        Real::Excess64(r) => {
            to.push(7);
            to.extend_from_slice(&r.to_f64().to_bits().to_le_bytes());
        }
    }
    exact
}

impl<W: Write> Bytes<W> {
    pub(super) fn new(out: W) -> Bytes<W> {
        let records = Vec::with_capacity(2 * BLOCK);
        let deflate = Compress::new(Compression::new(LEVEL), false);
        Bytes { out, crc: Crc::new(), written: 0, records, deflate, packed: Vec::new(), head: Vec::new() }
    }

    /// The place in the file of the next byte; only where no record waits.
    pub(super) fn place(&self) -> u64 {
        self.written + self.records.len() as u64
    }

    /// Puts the waiting records out as they are.
    pub(super) fn plain(&mut self) -> Result<(), FormatError> {
        let records = std::mem::take(&mut self.records);
        let put = self.put(&records);
        self.records = records;
        self.records.clear();
        put
    }

    /// Puts the waiting records out as a block, once there are enough of them.
    #[inline]
    pub(super) fn block_if_full(&mut self) -> Result<(), FormatError> {
        if self.records.len() < BLOCK { Ok(()) } else { self.block() }
    }

    /// Puts the waiting records out as a block, if that is shorter.
    pub(super) fn block(&mut self) -> Result<(), FormatError> {
        if self.records.len() < WORTH {
            return self.plain();
        }
        self.deflate.reset();
        self.packed.clear();
        // Never more than the records themselves: then there is no block.
        self.packed.reserve(self.records.len());
        let status = self.deflate.compress_vec(&self.records, &mut self.packed, FlushCompress::Finish);
        self.head.clear();
        self.head.extend_from_slice(&[r::CBLOCK as u8, 0]);
        uint(&mut self.head, self.records.len() as u64);
        uint(&mut self.head, self.packed.len() as u64);
        if !matches!(status, Ok(Status::StreamEnd)) || self.head.len() + self.packed.len() >= self.records.len() {
            return self.plain();
        }
        let (head, packed) = (std::mem::take(&mut self.head), std::mem::take(&mut self.packed));
        let put = self.put(&head).and_then(|()| self.put(&packed));
        (self.head, self.packed) = (head, packed);
        self.records.clear();
        put
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.crc.update(bytes);
        self.written += bytes.len() as u64;
        Ok(self.out.write_all(bytes)?)
    }

    /// Ends the file with the check over all that stands before it.
    pub(super) fn seal(&mut self) -> Result<(), FormatError> {
        self.plain()?;
        let crc = self.crc.sum();
        self.put(&crc.to_le_bytes())?;
        Ok(self.out.flush()?)
    }
}
