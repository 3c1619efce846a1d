//! A file of records, read in blocks by any number of workers.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use memchr::memchr;
use migc_encodings::Encoding;

use crate::block::{Block, FRONT, Mapping, Piece, TAIL};
use crate::cursor::line_end;
use crate::cut::{Apart, Cut, Cutter};
use crate::field::{split, unquote};
use crate::form::{Form, Layout};
use crate::input::{Input, STRIDE};
use crate::json::list;
use crate::machine::{self, Fault, Step};
use crate::{Dialect, Index, Isa, ReadError};

/// Positions in a block are 32 bits, and its text may be longer than its bytes; far beyond what a record should be.
const LONGEST: usize = 1 << 28;

/// A file of records, opened, its header read. Shared by the workers, each with a [`Block`] of its own.
#[derive(Debug)]
pub struct Reader {
    input: Input,
    form: Form,
    framing: Framing,
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
    /// The last byte of a list that is no blank was its bracket.
    closed: bool,
    /// An object of a list did not end.
    stray: bool,
}

/// How far the end of an overlong record is looked for.
const LOOK: u64 = 64 << 20;

/// How blocks are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// In the file's bytes, where all that matters is ASCII and no part of other characters.
    Bytes,
    /// In the text, which is decoded first.
    Text,
    /// By length.
    Length(usize),
    /// Behind the elements of a list.
    List,
}

impl Reader {
    /// Opens a file, decompresses it if its first bytes say that it is compressed, and reads its header, past a byte order
    /// mark.
    ///
    /// Blocks are about `block_bytes` (1 MiB is good: it stays in a core's cache), and grow up to `max_record` bytes
    /// around a long record; a record longer than that, its line end included, is [`Fault::TooLong`].
    pub fn open(
        path: &Path,
        form: impl Into<Form>,
        block_bytes: usize,
        max_record: usize,
    ) -> Result<Reader, ReadError> {
        let mut form: Form = form.into();
        form.layout.dialect().check().map_err(|fault| ReadError::Dialect { path: path.to_owned(), fault })?;
        let max_record = max_record.clamp(64, LONGEST);
        let input = Input::open(path)?;
        let head = Head::read(&input, &form, max_record)?;
        form.encoding = head.encoding;
        let framing = match form.layout.record_length() {
            None if matches!(form.layout, Layout::JsonList(_)) => Framing::List,
            Some(length) => Framing::Length(length.max(1)),
            None if form.encoding.is_utf8() || form.encoding.is_single_ascii() => Framing::Bytes,
            None => Framing::Text,
        };
        let cursor = Cursor {
            offset: head.bytes.len() as u64,
            seq: 0,
            line: 1 + head.lines,
            record: 1,
            closed: false,
            stray: false,
        };
        Ok(Reader {
            columns: form.layout.columns().unwrap_or(head.columns),
            input,
            form,
            framing,
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

    /// Size of the file in bytes, as it was when it was opened; of a compressed file, what was decompressed so far.
    pub fn size(&self) -> u64 {
        self.input.size()
    }

    /// Size of the file in bytes, where it is known before the file is read: that of a compressed one is not.
    pub fn known_size(&self) -> Option<u64> {
        self.input.is_plain().then(|| self.input.size())
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        self.input.path()
    }

    /// What the file is.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// A fault as it is told: what the text has for bytes without a meaning is said of the record's own bytes.
    pub fn told(&self, fault: Fault, raw: &[u8]) -> Fault {
        match fault {
            Fault::Utf8 { .. } if !self.form.encoding.is_utf8() => {
                let at = self.form.encoding.malformed_at(raw).unwrap_or(0) as u32;
                Fault::Encoding { at, encoding: self.form.encoding.name() }
            }
            other => other,
        }
    }

    /// Reads the next block; `Ok(false)` at the end. Any number of threads may call this: blocks are handed out in the
    /// file's order, under a lock that is held for one read and one pass over the bytes.
    pub fn next(&self, block: &mut Block) -> Result<bool, ReadError> {
        // A panic elsewhere leaves the cursor whole: it is only written at the end.
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        block.shrink(self.block_bytes);
        (block.len, block.beyond, block.open_end) = (0, 0, false);
        block.pieces.clear();
        block.mapping = self.mapping();
        if self.input.ends_at(cursor.offset) {
            return self.at_end(&cursor);
        }
        self.input.release(cursor.offset);
        if let Framing::Length(length) = self.framing {
            return self.next_of_length(block, &mut cursor, length);
        }
        if self.framing == Framing::List {
            return self.next_of_list(block, &mut cursor);
        }
        let dialect = self.form.layout.dialect();
        let skip_blank = self.columns > 1 || !matches!(self.form.layout, Layout::Delimited(_));
        let cutter = Cutter { dialect, isa: self.isa, skip_blank, comment: self.form.comment };
        let mut apart = Apart { pieces: std::mem::take(&mut block.pieces), open_end: false };
        let (mut held, mut want) = (0, self.input.bounded(cursor.offset, self.block_bytes));
        let (cut, raw_end) = loop {
            block.make_room(want);
            let at = cursor.offset + held as u64;
            let read = self.input.read(&mut block.buffer[FRONT + held..FRONT + want], at)?;
            let last = read < want - held || self.input.ends_at(at + read as u64);
            held += read;
            if held == 0 {
                return Ok(false);
            }
            let full = held >= self.max_record;
            let (cut, raw_end) = match self.framing {
                Framing::Text => self.cut_text(&cutter, block, held, last, full, &mut apart),
                _ => {
                    let cut = cutter.cut(&block.buffer, held, last, full, &mut apart);
                    (cut, cut.end)
                }
            };
            if cut.overlong && self.framing == Framing::Bytes {
                let mut record = machine::Overlong::new(dialect);
                if let Some((len, lines)) = self.input.extent(cursor.offset, LOOK, &mut |piece| record.ends(piece))? {
                    block.pieces = vec![Piece { start: 0, len, fault: Some(Fault::TooLong) }];
                    (block.len, block.beyond) = (held.min(len as usize), len.saturating_sub(held as u64));
                    self.advance(block, &mut cursor, lines, 1);
                    return Ok(true);
                }
            }
            if cut.end > 0 {
                break (cut, raw_end);
            }
            want = self.input.bounded(cursor.offset, (2 * held).min(self.max_record));
        };
        (block.pieces, block.open_end) = (apart.pieces, apart.open_end);
        if cut.goes_on {
            block.beyond = self.input.rest_of_line(cursor.offset + raw_end as u64, self.form.encoding.newline())?;
            if let Some(piece) = block.pieces.last_mut() {
                piece.len += block.beyond;
            }
        }
        block.len = raw_end;
        // The rest of an overlong line ends with a newline, or the file with it.
        self.advance(block, &mut cursor, cut.lines + u64::from(cut.goes_on), cut.records);
        Ok(true)
    }

    /// There is no more; a list must have been closed.
    fn at_end(&self, cursor: &Cursor) -> Result<bool, ReadError> {
        match self.framing == Framing::List && !cursor.closed {
            true => Err(ReadError::NotAList { path: self.path().to_owned(), torn: true }),
            false => Ok(false),
        }
    }

    /// Gives the block its place, and moves on behind it.
    fn advance(&self, block: &mut Block, cursor: &mut Cursor, lines: u64, records: u64) {
        (block.offset, block.seq) = (cursor.offset, cursor.seq);
        (block.first_line, block.first_record) = (cursor.line, cursor.record);
        cursor.offset += block.covered();
        cursor.seq += 1;
        cursor.line += lines;
        cursor.record += records;
    }

    fn mapping(&self) -> Mapping {
        match self.framing {
            Framing::Length(length) if self.form.encoding.is_utf8() => Mapping::Length(length),
            Framing::Length(length) => Mapping::Starts(length),
            Framing::List => Mapping::Same,
            Framing::Bytes if self.form.encoding.is_utf8() => Mapping::Same,
            Framing::Bytes | Framing::Text => Mapping::Lines(self.form.encoding.newline()),
        }
    }

    /// Records of one length: as many as a block holds, and what is left at the end as a broken one.
    fn next_of_length(&self, block: &mut Block, cursor: &mut Cursor, length: usize) -> Result<bool, ReadError> {
        let want = (self.block_bytes / length).max(1) * length;
        block.make_room(want);
        let read = self.input.read(&mut block.buffer[FRONT..FRONT + want], cursor.offset)?;
        if read == 0 {
            return Ok(false);
        }
        block.len = read;
        let (records, left) = (read / length, read % length);
        if left > 0 {
            let fault = Some(Fault::Length { found: left as u32, expected: length as u32 });
            block.pieces.push(Piece { start: records * length, len: left as u64, fault });
        }
        let records = records as u64 + u64::from(left > 0);
        self.advance(block, cursor, records, records);
        Ok(true)
    }

    /// Elements of a list, up to the end of one.
    fn next_of_list(&self, block: &mut Block, cursor: &mut Cursor) -> Result<bool, ReadError> {
        let mut pieces = std::mem::take(&mut block.pieces);
        let (mut held, mut want) = (0, self.input.bounded(cursor.offset, self.block_bytes));
        let (cut, last) = loop {
            block.make_room(want);
            let at = cursor.offset + held as u64;
            let read = self.input.read(&mut block.buffer[FRONT + held..FRONT + want], at)?;
            let last = read < want - held || self.input.ends_at(at + read as u64);
            held += read;
            if held == 0 {
                return self.at_end(cursor);
            }
            let data = &block.buffer[FRONT..FRONT + held];
            let mut cut = list::cut(data, last, self.max_record, &mut cursor.stray, &mut pieces);
            if let (Some(start), 0) = (cut.overlong, cut.end) {
                let mut object = list::Overlong::default();
                let offset = cursor.offset + start as u64;
                if let Some((len, lines)) = self.input.extent(offset, LOOK, &mut |piece| object.ends(piece))? {
                    let before = memchr::memchr_iter(b'\n', &data[..start]).count() as u64;
                    block.pieces = vec![Piece { start, len, fault: Some(Fault::TooLong) }];
                    let end = start as u64 + len;
                    (block.len, block.beyond) = (held.min(end as usize), end.saturating_sub(held as u64));
                    cursor.closed = false;
                    self.advance(block, cursor, before + lines, 1);
                    return Ok(true);
                }
                cursor.stray = true;
                cut = list::cut(data, last, self.max_record, &mut cursor.stray, &mut pieces);
            }
            if cut.end > 0 {
                break (cut, last);
            }
            want = self.input.bounded(cursor.offset, (2 * held).min(2 * self.max_record));
        };
        (block.pieces, block.len) = (pieces, cut.end);
        let data = block.raw();
        let closed = data.iter().rfind(|b| !b.is_ascii_whitespace()).map_or(cursor.closed, |b| *b == b']');
        cursor.closed = closed;
        if last && cut.end == held {
            self.at_end(cursor)?;
        }
        let lines = memchr::memchr_iter(b'\n', data).count() as u64;
        self.advance(block, cursor, lines, cut.records);
        Ok(true)
    }

    /// Decodes what is held and cuts the text; gives the end in the bytes too.
    fn cut_text(
        &self,
        cutter: &Cutter,
        block: &mut Block,
        held: usize,
        last: bool,
        full: bool,
        apart: &mut Apart,
    ) -> (Cut, usize) {
        let encoding = self.form.encoding;
        block.begin_text();
        // A character of several bytes that the end cuts in two is none that decides how a record ends, and is read again;
        // half a unit could be half of a delimiter.
        let held = if last { held } else { encoding.newline().whole(held) };
        encoding.decode(&block.buffer[FRONT..FRONT + held], &mut block.text);
        block.end_text();
        let len = block.text_len;
        let cut = cutter.cut(&block.text, len, last, full, apart);
        let raw = &block.buffer[FRONT..FRONT + held];
        let end = if cut.end == len { held } else { line_end(encoding.newline(), raw, 0, cut.lines) };
        block.text_len = cut.end;
        block.text.truncate(FRONT + cut.end);
        block.text.resize(FRONT + cut.end + TAIL, 0);
        (cut, end)
    }

    /// Decodes a block whose bytes were cut before.
    fn decode(&self, block: &mut Block) {
        let encoding = self.form.encoding;
        match block.mapping {
            Mapping::Lines(_) if self.framing == Framing::Bytes => {
                block.begin_text();
                let mut pieces = std::mem::take(&mut block.pieces);
                let raw = block.buffer.get(FRONT..FRONT + block.len).unwrap_or_default();
                let mut from = 0;
                for piece in &mut pieces {
                    let end = (piece.start + piece.len as usize).min(raw.len());
                    let behind = (piece.start as u64 + piece.len) - end as u64;
                    encoding.decode(&raw[from..piece.start], &mut block.text);
                    let start = block.text.len() - FRONT;
                    encoding.decode(&raw[piece.start..end], &mut block.text);
                    piece.start = start;
                    piece.len = (block.text.len() - FRONT - start) as u64 + behind;
                    from = end;
                }
                encoding.decode(&raw[from..], &mut block.text);
                block.pieces = pieces;
                block.end_text();
            }
            Mapping::Starts(length) => {
                block.begin_text();
                block.starts.clear();
                for record in block.buffer[FRONT..FRONT + block.len].chunks(length) {
                    block.starts.push((block.text.len() - FRONT) as u32);
                    encoding.decode(record, &mut block.text);
                }
                if let (Some(piece), Some(start)) = (block.pieces.last_mut(), block.starts.last()) {
                    piece.start = *start as usize;
                    piece.len = (block.text.len() - FRONT - piece.start) as u64;
                }
                block.end_text();
            }
            _ => {}
        }
    }

    /// Finds the fields of a block's records, and the broken ones. The worker's own work, outside the lock; once a block.
    pub fn index(&self, block: &mut Block, out: &mut Index) {
        self.decode(block);
        self.form.layout.index(block, self.columns, self.isa, out);
    }

    /// Copies `len` bytes of the file from `offset`, in bounded memory: an overlong record as it stands. Where it is the
    /// file that cannot be read, the error holds the [`ReadError`].
    pub fn copy(&self, offset: u64, len: u64, out: &mut dyn Write) -> io::Result<()> {
        self.input.copy(offset, len, out)
    }
}

/// What stands before the data.
struct Head {
    bytes: Vec<u8>,
    lines: u64,
    names: Vec<String>,
    columns: usize,
    encoding: Encoding,
}

impl Head {
    fn read(input: &Input, form: &Form, max_record: usize) -> Result<Head, ReadError> {
        let path = || input.path().to_owned();
        let dialect = form.layout.dialect();
        let mut bytes = Vec::new();
        let mut want = STRIDE.min(max_record);
        loop {
            let held = bytes.len();
            bytes.resize(want, 0);
            let read = input.read(&mut bytes[held..], held as u64)?;
            bytes.truncate(held + read);
            let last = bytes.len() < want || input.ends_at(want as u64);
            if form.encoding.is_utf8() && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
                return Err(ReadError::Utf16 { path: path() });
            }
            let (encoding, mark) = form.encoding.begins(&bytes);
            let headed = matches!(form.layout, Layout::Delimited(Dialect { header: true, .. }));
            if bytes.len() <= mark && (headed || form.skip > 0) {
                return Err(ReadError::Empty { path: path() });
            }
            let grows = want < max_record && !last;
            let mut start = mark;
            let mut lines = 0;
            while lines < u64::from(form.skip) {
                match encoding.newline().after(&bytes[start..], 0) {
                    Some(end) => (start, lines) = (start + end, lines + 1),
                    None => break,
                }
            }
            if lines < u64::from(form.skip) {
                if grows {
                    want = (2 * want).min(max_record);
                    continue;
                }
                return Err(ReadError::NoSuchLine { path: path(), line: form.skip + 1 });
            }
            if let Layout::JsonList(_) = form.layout {
                match list::begins(&bytes[start..]) {
                    Ok(Some(end)) => {
                        bytes.truncate(start + end);
                        let lines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
                        return Ok(Head { bytes, lines, names: Vec::new(), columns: 0, encoding });
                    }
                    Ok(None) if grows => {
                        want = (2 * want).min(max_record);
                        continue;
                    }
                    _ => return Err(ReadError::NotAList { path: path(), torn: false }),
                }
            }
            if !matches!(form.layout, Layout::Delimited(_)) {
                bytes.truncate(start);
                return Ok(Head { bytes, lines, names: Vec::new(), columns: 0, encoding });
            }
            let decoded: Vec<u8>;
            let text = if encoding.is_utf8() {
                &bytes[start..]
            } else {
                let mut text = Vec::new();
                encoding.decode(&bytes[start..], &mut text);
                decoded = text;
                &decoded
            };
            // Comments before the header are part of it.
            let mut from = 0;
            while form.comment.is_some() && text.get(from).copied() == form.comment {
                from = memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at + 1);
            }
            if from == text.len() && grows {
                want = (2 * want).min(max_record);
                continue;
            }
            let broken = |fault| ReadError::BrokenHeader { path: path(), fault };
            let (end, fault) = match machine::step(text, from, dialect, last) {
                Step::Whole { end } => (end, None),
                Step::Broken(fault) => (text.len(), Some(fault)),
                Step::Unfinished { .. } if grows => {
                    want = (2 * want).min(max_record);
                    continue;
                }
                Step::Unfinished { inside: true } => (text.len(), Some(Fault::UnclosedQuote)),
                Step::Unfinished { inside: false } => (text.len(), Some(Fault::TooLong)),
            };
            if !dialect.header {
                // The first record says how many fields to expect; a broken one still shows its first line.
                let line = match fault {
                    None => &text[from..end],
                    Some(_) => &text[from..memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at)],
                };
                let columns = split(line, dialect).len();
                bytes.truncate(start);
                return Ok(Head { bytes, lines, names: Vec::new(), columns, encoding });
            }
            if let Some(fault) = fault {
                return Err(broken(fault));
            }
            let record = &text[from..end];
            if machine::is_blank(record) {
                return Err(ReadError::BlankHeader { path: path() });
            }
            if let Err(error) = std::str::from_utf8(record) {
                let at = error.valid_up_to() as u32;
                return Err(broken(match encoding.is_utf8() {
                    true => Fault::Utf8 { at },
                    false => Fault::Encoding { at, encoding: encoding.name() },
                }));
            }
            let name = |field| String::from_utf8_lossy(&text_of(field, dialect)).into_owned();
            let names: Vec<String> = split(record, dialect).into_iter().map(name).collect();
            let headed = memchr::memchr_iter(b'\n', &text[..end]).count() as u64;
            let raw_end = if end == text.len() && last {
                bytes.len()
            } else {
                start + line_end(encoding.newline(), &bytes[start..], 0, headed)
            };
            bytes.truncate(raw_end);
            return Ok(Head { columns: names.len(), bytes, lines: lines + headed, names, encoding });
        }
    }
}

/// A field's text in this dialect.
pub(crate) fn text_of(field: &[u8], dialect: Dialect) -> std::borrow::Cow<'_, [u8]> {
    match dialect.quote {
        Some(quote) => unquote(field, quote),
        None => field.into(),
    }
}
