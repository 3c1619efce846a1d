//! The bytes of a file: read in pieces, unpacked from CBLOCKs on the way, and cut into the numbers and texts of OASIS.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::number::Real;

/// Bytes read or unpacked at a time.
const ROOM: usize = 1 << 17;
/// What deflate cannot do better than: a block that says it holds more per packed byte is a lie.
const DEFLATE: u64 = 1040;
/// Bytes of one text. Longer ones are not refused for their content, but so that a wrong length is found early.
const TEXT: u64 = 1 << 26;

/// What is wrong inside a record, before its place is known.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    What(String),
}

impl From<io::Error> for Fault {
    fn from(e: io::Error) -> Fault {
        Fault::Io(e)
    }
}

/// A fault with this sentence.
pub(crate) fn fault<T>(what: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::What(what.into()))
}

pub(crate) type Parsed<T> = Result<T, Fault>;

/// The bytes of a file.
pub(crate) struct Source<R> {
    input: R,
    /// The bytes at hand: of the file, or of the block that is being unpacked.
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// The place of the buffer's first byte in the file or block.
    base: u64,
    /// Bytes of the buffer that are part of the checks already; only bytes of the file count.
    checked: usize,
    crc: Crc,
    sum: u32,
    block: Option<Box<Block>>,
    /// Bytes of all finished blocks.
    unpacked: u64,
}

/// A CBLOCK that is being unpacked, with the bytes of the file beside it.
struct Block {
    inflate: Decompress,
    /// Where its record starts in the file.
    offset: u64,
    /// Packed bytes that were not taken yet.
    packed: u64,
    /// Bytes that must still come out.
    size: u64,
    ended: bool,
    outer: Outer,
}

/// The state of the file while a block is read.
struct Outer {
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    base: u64,
    checked: usize,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Source<R> {
        let buffer = vec![0; ROOM];
        let crc = Crc::new();
        Source { input, buffer, at: 0, filled: 0, base: 0, checked: 0, crc, sum: 0, block: None, unpacked: 0 }
    }

    /// Where the next byte stands: in the file, and in the block if it is in one.
    pub(crate) fn place(&self) -> (u64, Option<u64>) {
        let here = self.base + self.at as u64;
        self.block.as_ref().map_or((here, None), |b| (b.offset, Some(here)))
    }

    /// How many bytes were taken so far, unpacked ones counted as such.
    pub(crate) fn taken(&self) -> u64 {
        let here = self.base + self.at as u64;
        self.unpacked + here + self.block.as_ref().map_or(0, |b| b.offset)
    }

    pub(crate) fn in_block(&self) -> bool {
        self.block.is_some()
    }

    /// Goes to where the next record starts: out of a block that is read, and to bytes that are at hand.
    pub(crate) fn settle(&mut self) -> Parsed<()> {
        while self.at == self.filled && !self.fill()? && self.block.is_some() {
            self.leave()?;
        }
        Ok(())
    }

    /// The number of the next record; `None` is the end of the file.
    pub(crate) fn record(&mut self) -> Parsed<Option<u64>> {
        if self.at == self.filled { Ok(None) } else { self.uint().map(Some) }
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Parsed<u8> {
        if self.at == self.filled && !self.fill()? {
            return fault(match self.block {
                Some(_) => "the block ends in the middle of this record",
                None => "the file ends in the middle of this record",
            });
        }
        let byte = self.buffer[self.at];
        self.at += 1;
        Ok(byte)
    }

    /// An unsigned integer: seven bits a byte, the lowest first.
    #[inline]
    pub(crate) fn uint(&mut self) -> Parsed<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let second = self.byte()?;
        let value = u64::from(first & 0x7f) | u64::from(second & 0x7f) << 7;
        if second < 0x80 { Ok(value) } else { self.long(value) }
    }

    fn long(&mut self, mut value: u64) -> Parsed<u64> {
        let mut shift = 14_u32;
        loop {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits != 0 {
                if shift > 63 || bits << shift >> shift != bits {
                    return fault("a number does not fit into 64 bits");
                }
                value |= bits << shift;
            }
            if byte < 0x80 {
                return Ok(value);
            }
            // Some programs fill up with zeros, as far as they like.
            shift = shift.saturating_add(7);
        }
    }

    /// A signed integer: the sign is the lowest bit.
    #[inline]
    pub(crate) fn sint(&mut self) -> Parsed<i64> {
        let n = self.uint()?;
        let size = (n >> 1) as i64;
        Ok(if n & 1 == 1 { -size } else { size })
    }

    /// An unsigned integer of 32 bits: `what` says what it is.
    #[inline]
    pub(crate) fn small(&mut self, what: &str) -> Parsed<u32> {
        let n = self.uint()?;
        u32::try_from(n).or_else(|_| fault(format!("the {what} {n} is beyond 32 bits, which are refused")))
    }

    pub(crate) fn real(&mut self) -> Parsed<Real> {
        let kind = self.uint()?;
        self.real_of(kind)
    }

    /// A real of a type that is known.
    pub(crate) fn real_of(&mut self, kind: u64) -> Parsed<Real> {
        let negative = kind & 1 == 1;
        let denominator = |d: u64| if d == 0 { fault("a real has the denominator 0") } else { Ok(d) };
        Ok(match kind {
            0 | 1 => Real::Whole { negative, n: self.uint()? },
            2 | 3 => Real::Reciprocal { negative, d: denominator(self.uint()?)? },
            4 | 5 => Real::Ratio { negative, n: self.uint()?, d: denominator(self.uint()?)? },
            6 => Real::Single(u32::from_le_bytes(self.array()?)),
            7 => Real::Double(u64::from_le_bytes(self.array()?)),
            _ => return fault(format!("a real is of type {kind}, and there are types 0 to 7")),
        })
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        let mut bytes = [0; N];
        for b in &mut bytes {
            *b = self.byte()?;
        }
        Ok(bytes)
    }

    /// A text of any kind, as its bytes.
    pub(crate) fn text(&mut self) -> Parsed<Vec<u8>> {
        let length = self.uint()?;
        if length > TEXT {
            return fault(format!("a text of {length} bytes is longer than any that is read here"));
        }
        let mut left = length as usize;
        let mut text = Vec::with_capacity(left.min(1 << 12));
        while left > 0 {
            text.push(self.byte()?);
            let n = (self.filled - self.at).min(left - 1);
            text.extend_from_slice(&self.buffer[self.at..self.at + n]);
            self.at += n;
            left -= n + 1;
        }
        Ok(text)
    }

    /// Starts to read a CBLOCK, whose record starts at `offset`.
    pub(crate) fn enter(&mut self, offset: u64) -> Parsed<()> {
        let method = self.uint()?;
        if method != 0 {
            return fault(format!("the block is packed by method {method}, and the format knows 0, which is deflate"));
        }
        let (size, packed) = (self.uint()?, self.uint()?);
        if self.block.is_some() {
            return fault("a block stands inside another one");
        }
        if size > packed.saturating_mul(DEFLATE) {
            return fault(format!("a block of {packed} bytes says it holds {size}, more than can be packed so"));
        }
        let outer = Outer {
            buffer: std::mem::replace(&mut self.buffer, vec![0; ROOM]),
            at: std::mem::take(&mut self.at),
            filled: std::mem::take(&mut self.filled),
            base: std::mem::take(&mut self.base),
            checked: self.checked,
        };
        let inflate = Decompress::new(false);
        self.block = Some(Box::new(Block { inflate, offset, packed, size, ended: false, outer }));
        Ok(())
    }

    /// Goes on behind a block that is read to its end.
    fn leave(&mut self) -> Parsed<()> {
        let Some(b) = self.block.take() else { return Ok(()) };
        if b.size > 0 {
            return fault(format!("the block holds {} bytes less than it says", b.size));
        }
        if !b.ended || b.packed > 0 {
            return fault("the packed bytes of the block do not end where it says");
        }
        self.unpacked += self.base + self.at as u64;
        let Outer { buffer, at, filled, base, checked } = b.outer;
        (self.buffer, self.at, self.filled, self.base, self.checked) = (buffer, at, filled, base, checked);
        Ok(())
    }

    /// More bytes, once those at hand are used up; says whether there are any.
    #[cold]
    fn fill(&mut self) -> Parsed<bool> {
        let used = std::mem::take(&mut self.filled);
        self.base += used as u64;
        self.at = 0;
        let Some(block) = &mut self.block else {
            check(&mut self.crc, &mut self.sum, &self.buffer[self.checked..used]);
            self.checked = 0;
            self.filled = read(&mut self.input, &mut self.buffer)?;
            return Ok(self.filled > 0);
        };
        while self.filled == 0 && !block.ended {
            let o = &mut block.outer;
            if o.at == o.filled && block.packed > 0 {
                check(&mut self.crc, &mut self.sum, &o.buffer[o.checked..o.filled]);
                o.base += o.filled as u64;
                (o.at, o.checked) = (0, 0);
                o.filled = read(&mut self.input, &mut o.buffer)?;
                if o.filled == 0 {
                    return fault("the file ends in the middle of a block");
                }
            }
            let from = &o.buffer[o.at..o.filled];
            let from = &from[..from.len().min(usize::try_from(block.packed).unwrap_or(usize::MAX))];
            let (before_in, before_out) = (block.inflate.total_in(), block.inflate.total_out());
            let status = block.inflate.decompress(from, &mut self.buffer, FlushDecompress::None);
            let status = status.or_else(|e| fault(format!("the packed bytes of the block are damaged: {e}")))?;
            let (taken, given) = (block.inflate.total_in() - before_in, block.inflate.total_out() - before_out);
            o.at += taken as usize;
            block.packed -= taken;
            self.filled = given as usize;
            if given > block.size {
                return fault("the block holds more bytes than it says");
            }
            block.size -= given;
            block.ended = status == Status::StreamEnd;
            if taken == 0 && given == 0 && !block.ended {
                return fault("the packed bytes of the block end too early");
            }
        }
        Ok(self.filled > 0)
    }

    /// CRC-32 and sum of all bytes of the file up to the next one.
    pub(crate) fn checks(&mut self) -> (u32, u32) {
        check(&mut self.crc, &mut self.sum, &self.buffer[self.checked..self.at]);
        self.checked = self.at;
        (self.crc.sum(), self.sum)
    }
}

fn check(crc: &mut Crc, sum: &mut u32, bytes: &[u8]) {
    crc.update(bytes);
    *sum = bytes.iter().fold(*sum, |sum, b| sum.wrapping_add(u32::from(*b)));
}

fn read(input: &mut impl Read, to: &mut [u8]) -> Parsed<usize> {
    loop {
        match input.read(to) {
            Ok(n) => return Ok(n),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
}
