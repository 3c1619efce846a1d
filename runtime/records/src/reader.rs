//! A file of delimited records, read in blocks by any number of workers.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use memchr::memchr;

use crate::block::{Block, FRONT};
use crate::cut::Cutter;
use crate::field::{split, unquote};
use crate::machine::{self, Fault, Step};
use crate::{Dialect, Index, Isa, ReadError, index};

/// Positions in a block are 32 bits, so no record may be longer; far beyond what a record should be.
const LONGEST: usize = 1 << 30;
/// What is read at a time where the data is only looked through.
const STRIDE: usize = 1 << 16;

/// A file of delimited records, opened, its header read. Shared by the workers, each with a [`Block`] of its own.
#[derive(Debug)]
pub struct Reader {
    input: Input,
    dialect: Dialect,
    columns: usize,
    header: Vec<String>,
    header_bytes: Vec<u8>,
    block_bytes: usize,
    max_record: usize,
    isa: Isa,
    cursor: Mutex<Cursor>,
}

/// Where the next block starts.
#[derive(Debug)]
struct Cursor {
    offset: u64,
    seq: u64,
    line: u64,
    record: u64,
}

impl Reader {
    /// Opens a file and reads its header, past a UTF-8 byte order mark.
    ///
    /// Blocks are about `block_bytes` (1 MiB is good: it stays in a core's cache), and grow up to `max_record` bytes
    /// around a long record; a record longer than that, its line end included, is [`Fault::TooLong`].
    pub fn open(path: &Path, dialect: Dialect, block_bytes: usize, max_record: usize) -> Result<Reader, ReadError> {
        dialect.check().map_err(|fault| ReadError::Dialect { path: path.to_owned(), fault })?;
        let max_record = max_record.clamp(64, LONGEST);
        let input = Input::open(path)?;
        let head = Head::read(&input, dialect, max_record)?;
        let lines = memchr::memchr_iter(b'\n', &head.bytes).count() as u64;
        let cursor = Cursor { offset: head.bytes.len() as u64, seq: 0, line: 1 + lines, record: 1 };
        Ok(Reader {
            input,
            dialect,
            columns: head.columns,
            header: head.names,
            header_bytes: head.bytes,
            // No record within a block can then be overlong, which spares a check for each.
            block_bytes: block_bytes.clamp(64, max_record),
            max_record,
            isa: Isa::best(),
            cursor: Mutex::new(cursor),
        })
    }

    /// Names of the columns, unquoted; empty if the dialect has no header.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The header as it stands in the file, with its byte order mark and line end: the file's bytes before its data.
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// Fields that each record should have: those of the header, or without one those of the first record.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Says how many fields each record should have, for a file without a header; before the first block is read.
    pub fn expect_columns(&mut self, columns: usize) {
        self.columns = columns.max(1);
    }

    /// Chooses another instruction set than the machine's best, for tests and measurements; one that the machine does
    /// not have is not taken.
    pub fn use_isa(&mut self, isa: Isa) {
        if isa.is_available() {
            self.isa = isa;
        }
    }

    /// Size of the file in bytes, as it was when it was opened.
    pub fn size(&self) -> u64 {
        self.input.size
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.input.path
    }

    /// How the file's records are written.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Reads the next block; `Ok(false)` at the end. Any number of threads may call this: blocks are handed out in the
    /// file's order, under a lock that is held for one read and one pass over the bytes.
    pub fn next(&self, block: &mut Block) -> Result<bool, ReadError> {
        // A panic elsewhere leaves the cursor whole: it is only written at the end.
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        block.shrink(self.block_bytes);
        (block.len, block.beyond, block.open_end) = (0, 0, false);
        block.pieces.clear();
        let left = self.input.size.saturating_sub(cursor.offset);
        if left == 0 {
            return Ok(false);
        }
        let cutter =
            Cutter { dialect: self.dialect, isa: self.isa, skip_blank: self.columns > 1, max_record: self.max_record };
        let bounded = |bytes: usize| left.min(bytes as u64) as usize;
        let (mut held, mut want) = (0, bounded(self.block_bytes));
        let cut = loop {
            block.make_room(want);
            self.input.read(&mut block.buffer[FRONT + held..FRONT + want], cursor.offset + held as u64)?;
            held = want;
            let cut = cutter.cut(block, held, held as u64 == left);
            if cut.end > 0 {
                break cut;
            }
            want = bounded((2 * held).min(self.max_record));
        };
        if cut.goes_on {
            block.beyond = self.input.rest_of_line(cursor.offset + cut.end as u64)?;
            if let Some(piece) = block.pieces.last_mut() {
                piece.len += block.beyond;
            }
        }
        block.len = cut.end;
        (block.offset, block.seq) = (cursor.offset, cursor.seq);
        (block.first_line, block.first_record) = (cursor.line, cursor.record);
        cursor.offset += block.covered();
        cursor.seq += 1;
        // The rest of an overlong line ends with a newline, or the file with it.
        cursor.line += cut.lines + u64::from(cut.goes_on);
        cursor.record += cut.records;
        Ok(true)
    }

    /// Finds the fields of a block's records, and the broken ones. The worker's own work, outside the lock.
    pub fn index(&self, block: &Block, out: &mut Index) {
        index::fill(block, self.columns, self.dialect, self.isa, out);
    }

    /// Copies `len` bytes of the file from `offset`, in bounded memory: an overlong record as it stands. Where it is the
    /// file that cannot be read, the error holds the [`ReadError`].
    pub fn copy(&self, offset: u64, len: u64, out: &mut dyn Write) -> io::Result<()> {
        let mut chunk = vec![0; STRIDE];
        let mut done = 0;
        while done < len {
            let take = (len - done).min(STRIDE as u64) as usize;
            self.input.read(&mut chunk[..take], offset + done).map_err(io::Error::other)?;
            out.write_all(&chunk[..take])?;
            done += take as u64;
        }
        Ok(())
    }
}

/// The file itself.
#[derive(Debug)]
struct Input {
    file: File,
    path: PathBuf,
    size: u64,
}

impl Input {
    fn open(path: &Path) -> Result<Input, ReadError> {
        let owned = || path.to_owned();
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => ReadError::Missing { path: owned() },
            _ => ReadError::Io { path: owned(), offset: 0, source },
        };
        // Before opening: to open a pipe would wait for its writer.
        let found = std::fs::metadata(path).map_err(failed)?;
        if found.is_dir() {
            return Err(ReadError::Directory { path: owned() });
        }
        if !found.is_file() {
            return Err(ReadError::NotAFile { path: owned() });
        }
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        Ok(Input { file, path: owned(), size })
    }

    fn read(&self, into: &mut [u8], offset: u64) -> Result<(), ReadError> {
        self.file.read_exact_at(into, offset).map_err(|source| match source.kind() {
            io::ErrorKind::UnexpectedEof => {
                ReadError::Shrunk { path: self.path.clone(), offset: offset + into.len() as u64 }
            }
            _ => ReadError::Io { path: self.path.clone(), offset, source },
        })
    }

    /// Bytes from `offset` up to and with the next newline, or up to the file's end.
    fn rest_of_line(&self, offset: u64) -> Result<u64, ReadError> {
        let mut chunk = vec![0; STRIDE];
        let mut at = offset;
        while at < self.size {
            let take = (self.size - at).min(STRIDE as u64) as usize;
            self.read(&mut chunk[..take], at)?;
            if let Some(found) = memchr(b'\n', &chunk[..take]) {
                return Ok(at + found as u64 + 1 - offset);
            }
            at += take as u64;
        }
        Ok(self.size - offset)
    }
}

/// What stands before the data.
struct Head {
    bytes: Vec<u8>,
    names: Vec<String>,
    columns: usize,
}

impl Head {
    fn read(input: &Input, dialect: Dialect, max_record: usize) -> Result<Head, ReadError> {
        let path = || input.path.clone();
        let mut bytes = Vec::new();
        let mut want = STRIDE.min(max_record);
        loop {
            let held = bytes.len();
            bytes.resize(input.size.min(want as u64) as usize, 0);
            input.read(&mut bytes[held..], held as u64)?;
            if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
                return Err(ReadError::Utf16 { path: path() });
            }
            let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            if bytes.len() == mark {
                return Err(ReadError::Empty { path: path() });
            }
            let last = bytes.len() as u64 == input.size;
            let broken = |fault| ReadError::BrokenHeader { path: path(), fault };
            let (end, fault) = match machine::step(&bytes, mark, dialect, last) {
                Step::Whole { end } => (end, None),
                Step::Broken(fault) => (bytes.len(), Some(fault)),
                Step::Unfinished { .. } if want < max_record => {
                    want = (2 * want).min(max_record);
                    continue;
                }
                Step::Unfinished { inside: true } => (bytes.len(), Some(Fault::UnclosedQuote)),
                Step::Unfinished { inside: false } => (bytes.len(), Some(Fault::TooLong)),
            };
            if !dialect.header {
                // The first record says how many fields to expect; a broken one still shows its first line.
                let line = match fault {
                    None => &bytes[mark..end],
                    Some(_) => &bytes[mark..memchr(b'\n', &bytes[mark..]).map_or(bytes.len(), |at| mark + at)],
                };
                let columns = split(line, dialect).len();
                bytes.truncate(mark);
                return Ok(Head { bytes, names: Vec::new(), columns });
            }
            if let Some(fault) = fault {
                return Err(broken(fault));
            }
            bytes.truncate(end);
            if machine::is_blank(&bytes[mark..]) {
                return Err(ReadError::BlankHeader { path: path() });
            }
            if let Err(error) = std::str::from_utf8(&bytes[mark..]) {
                return Err(broken(Fault::Utf8 { at: error.valid_up_to() as u32 }));
            }
            let name = |field| String::from_utf8_lossy(&text(field, dialect)).into_owned();
            let names: Vec<String> = split(&bytes[mark..], dialect).into_iter().map(name).collect();
            return Ok(Head { columns: names.len(), bytes, names });
        }
    }
}

/// A field's text in this dialect.
pub(crate) fn text(field: &[u8], dialect: Dialect) -> std::borrow::Cow<'_, [u8]> {
    match dialect.quote {
        Some(quote) => unquote(field, quote),
        None => field.into(),
    }
}
