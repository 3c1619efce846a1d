//! The bytes of a file, compressed or not, by their offset.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use migc_encodings::Newline;

use crate::ReadError;
use crate::compression::{Compression, Counted};

/// What is read at a time where the data is only looked through.
pub(crate) const STRIDE: usize = 1 << 16;
/// What is decompressed at a time.
const PIECE: usize = 1 << 18;
/// How many pieces the thread that decompresses may be ahead.
const AHEAD: usize = 16;

/// A file that is read by offset. A compressed one is decompressed by a thread of its own, ahead of who reads it.
#[derive(Debug)]
pub(crate) struct Input {
    path: PathBuf,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    File { file: File, size: u64 },
    Stream { compression: Compression, stream: Mutex<Stream>, seen: AtomicU64, again: Mutex<Option<Again>> },
}

/// A file that is decompressed a second time, for what was released, and how far.
struct Again {
    at: u64,
    bytes: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Again {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "again at {}", self.at)
    }
}

/// What is held of a decompressed file.
#[derive(Debug)]
struct Stream {
    /// The offset of the first byte that is held.
    base: u64,
    held: Vec<u8>,
    pieces: Receiver<Result<Vec<u8>, ReadError>>,
    ended: bool,
}

impl Input {
    pub(crate) fn open(path: &Path) -> Result<Input, ReadError> {
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
        let mut first = [0; 8];
        let known = size.min(first.len() as u64) as usize;
        file.read_exact_at(&mut first[..known], 0).map_err(failed)?;
        let bytes = match Compression::of_bytes(&first[..known]) {
            None => Bytes::File { file, size },
            Some(compression) => {
                let stream = Mutex::new(Stream::start(path, file, compression)?);
                Bytes::Stream { compression, stream, seen: AtomicU64::new(0), again: Mutex::default() }
            }
        };
        Ok(Input { path: owned(), bytes })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes there are; of a compressed file, how many were seen so far.
    pub(crate) fn size(&self) -> u64 {
        match &self.bytes {
            Bytes::File { size, .. } => *size,
            Bytes::Stream { seen, .. } => seen.load(Ordering::Relaxed),
        }
    }

    /// Whether the bytes are those of the file.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.bytes, Bytes::File { .. })
    }

    /// Whether the input ends at this offset, where that is known without reading.
    pub(crate) fn ends_at(&self, offset: u64) -> bool {
        matches!(&self.bytes, Bytes::File { size, .. } if *size <= offset)
    }

    /// How many bytes can be wanted at an offset.
    pub(crate) fn bounded(&self, offset: u64, bytes: usize) -> usize {
        match &self.bytes {
            Bytes::File { size, .. } => size.saturating_sub(offset).min(bytes as u64) as usize,
            Bytes::Stream { .. } => bytes,
        }
    }

    /// Reads at an offset; less than was wanted only where the input ends. What was released is not there any more.
    pub(crate) fn read(&self, into: &mut [u8], offset: u64) -> Result<usize, ReadError> {
        match &self.bytes {
            Bytes::File { file, size } => {
                let n = size.saturating_sub(offset).min(into.len() as u64) as usize;
                file.read_exact_at(&mut into[..n], offset).map_err(|source| match source.kind() {
                    io::ErrorKind::UnexpectedEof => {
                        ReadError::Shrunk { path: self.path.clone(), offset: offset + n as u64 }
                    }
                    _ => ReadError::Io { path: self.path.clone(), offset, source },
                })?;
                Ok(n)
            }
            Bytes::Stream { stream, seen, .. } => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                let n = stream.read(into, offset)?;
                seen.fetch_max(stream.base + stream.held.len() as u64, Ordering::Relaxed);
                Ok(n)
            }
        }
    }

    /// Says that nothing before this offset is wanted any more.
    pub(crate) fn release(&self, offset: u64) {
        if let Bytes::Stream { stream, .. } = &self.bytes {
            let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
            let n = offset.saturating_sub(stream.base).min(stream.held.len() as u64) as usize;
            stream.held.drain(..n);
            stream.base += n as u64;
        }
    }

    /// Bytes from `offset` up to and with the next line end, or up to the end; nothing before is wanted any more.
    pub(crate) fn rest_of_line(&self, offset: u64, newline: Newline) -> Result<u64, ReadError> {
        let mut chunk = vec![0; STRIDE];
        let mut at = offset;
        loop {
            self.release(at);
            let n = self.read(&mut chunk, at)?;
            if let Some(end) = newline.after(&chunk[..n], 0) {
                return Ok(at + end as u64 - offset);
            }
            at += n as u64;
            if n < chunk.len() {
                return Ok(at - offset);
            }
        }
    }

    /// How many bytes from an offset on belong to what `ends` finds the end of, and how many lines end in them; at most so
    /// many are looked at. `ends` is given the bytes in order, and nothing where the input ends.
    pub(crate) fn extent(
        &self,
        offset: u64,
        most: u64,
        ends: &mut dyn FnMut(&[u8]) -> Ends,
    ) -> Result<Option<(u64, u64)>, ReadError> {
        let mut chunk = vec![0; STRIDE];
        let (mut bytes, mut lines) = (0, 0);
        while bytes < most {
            let n = self.read(&mut chunk, offset + bytes)?;
            let (of_chunk, found) = match ends(&chunk[..n]) {
                Ends::Never => return Ok(None),
                Ends::At(end) => (end, true),
                Ends::Later if n == 0 => return Ok(None),
                Ends::Later => (n, false),
            };
            bytes += of_chunk as u64;
            lines += memchr::memchr_iter(b'\n', &chunk[..of_chunk]).count() as u64;
            if found {
                return Ok(Some((bytes, lines)));
            }
        }
        Ok(None)
    }

    /// Copies bytes from an offset on, however long ago they were released. Where it is the file that cannot be read, the
    /// error holds a [`ReadError`].
    pub(crate) fn copy(&self, offset: u64, len: u64, out: &mut dyn Write) -> io::Result<()> {
        let failed = |source| io::Error::other(ReadError::Io { path: self.path.clone(), offset, source });
        match &self.bytes {
            Bytes::File { file, .. } => io::copy(&mut At { file, offset }.take(len), out).map(drop),
            Bytes::Stream { compression, again, .. } => {
                // What is copied mostly stands behind what was copied before: the file is not read from its start each time.
                let mut again = again.lock().unwrap_or_else(PoisonError::into_inner);
                let mut from = match again.take().filter(|from| from.at <= offset) {
                    Some(from) => from,
                    None => {
                        let file = File::open(&self.path).map_err(failed)?;
                        let bytes = compression.open(Counted { file, read: Arc::default() }).map_err(failed)?;
                        Again { at: 0, bytes }
                    }
                };
                let skipped =
                    io::copy(&mut from.bytes.by_ref().take(offset - from.at), &mut io::sink()).map_err(failed)?;
                let copied = io::copy(&mut from.bytes.by_ref().take(len), out)?;
                from.at += skipped + copied;
                *again = Some(from);
                Ok(())
            }
        }
    }
}

/// Where something ends that is looked through piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Behind so many bytes of this piece.
    At(usize),
    /// Not in this piece.
    Later,
    /// It is none of its kind.
    Never,
}

/// A file from an offset on.
struct At<'f> {
    file: &'f File,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(into, self.offset)?;
        self.offset += n as u64;
        Ok(n)
    }
}

impl Stream {
    /// Starts the thread that decompresses.
    fn start(path: &Path, file: File, compression: Compression) -> Result<Stream, ReadError> {
        let (sender, pieces) = sync_channel(AHEAD);
        let path = path.to_owned();
        let of = path.clone();
        let work = move || decompress(&path, file, compression, &sender);
        match std::thread::Builder::new().name("decompress".to_owned()).spawn(work) {
            Ok(_) => Ok(Stream { base: 0, held: Vec::new(), pieces, ended: false }),
            Err(source) => Err(ReadError::Io { path: of, offset: 0, source }),
        }
    }

    fn read(&mut self, into: &mut [u8], offset: u64) -> Result<usize, ReadError> {
        // What was released is behind whoever reads.
        let from = offset.saturating_sub(self.base) as usize;
        while !self.ended && self.held.len() < from + into.len() {
            match self.pieces.recv() {
                Ok(Ok(piece)) => self.held.extend_from_slice(&piece),
                Ok(Err(error)) => {
                    self.ended = true;
                    return Err(error);
                }
                Err(_) => self.ended = true,
            }
        }
        let have = self.held.get(from..).unwrap_or_default();
        let n = have.len().min(into.len());
        into[..n].copy_from_slice(&have[..n]);
        Ok(n)
    }
}

fn decompress(path: &Path, file: File, compression: Compression, to: &SyncSender<Result<Vec<u8>, ReadError>>) {
    let read = Arc::new(AtomicU64::new(0));
    let torn = |source: io::Error| ReadError::Torn {
        path: path.to_owned(),
        format: compression.name,
        offset: read.load(Ordering::Relaxed),
        source,
    };
    let mut bytes = match compression.open(Counted { file, read: read.clone() }) {
        Ok(bytes) => bytes,
        Err(error) => {
            let _ = to.send(Err(torn(error)));
            return;
        }
    };
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let result = bytes.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        let n = piece.len();
        // Who does not listen any more has said so by hanging up.
        if n > 0 && to.send(Ok(piece)).is_err() {
            return;
        }
        match result {
            Ok(_) if n == 0 => return,
            Ok(_) => {}
            Err(error) => {
                let _ = to.send(Err(torn(error)));
                return;
            }
        }
    }
}
