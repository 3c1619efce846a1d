//! GDSII Stream Format, release 6: reading and writing without losing anything.

mod read;
pub(crate) mod real;
mod records;
mod write;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::GdsError;
use crate::model::Library;

/// Reads a library from bytes; gzip is recognised by its first two bytes.
pub fn read(mut source: impl Read) -> Result<Library, GdsError> {
    let mut magic = [0; 2];
    let mut n = 0;
    while n < 2 {
        match source.read(&mut magic[n..]) {
            Ok(0) => break,
            Ok(k) => n += k,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
    let whole = io::Cursor::new(magic).take(n as u64).chain(source);
    if magic == [0x1f, 0x8b] { read::library(MultiGzDecoder::new(whole)) } else { read::library(whole) }
}

/// Reads a library from a file; gzip is recognised by its first two bytes.
pub fn read_path(path: &Path) -> Result<Library, GdsError> {
    read(File::open(path)?)
}

/// Writes a library. Bytes depend on the library alone; time stamps are the library's own.
pub fn write(library: &Library, out: impl Write) -> Result<(), GdsError> {
    write::library(library, out)
}
