//! Files in and out: which format they have, and whether they are packed.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::FormatError;
use crate::library::{Format, Library};
use crate::lost::Lost;
use crate::{gds, oasis};

/// Reads a library from bytes; the format and gzip are recognised by the first bytes.
pub fn read(mut source: impl Read) -> Result<Library, FormatError> {
    let (first, n) = start::<2>(&mut source)?;
    let whole = io::Cursor::new(first).take(n as u64).chain(source);
    if first == [0x1f, 0x8b] { unpacked(MultiGzDecoder::new(whole)) } else { unpacked(whole) }
}

/// Reads a library from a file; the format and gzip are recognised by the first bytes.
pub fn read_path(path: &Path) -> Result<Library, FormatError> {
    read(File::open(path)?)
}

/// Writes a library in a format, and says what that format cannot hold of it. Bytes depend on the library alone; time
/// stamps are the library's own.
pub fn write(library: &Library, format: Format, out: impl Write) -> Result<Vec<Lost>, FormatError> {
    match format {
        Format::Gds => gds::write(library, out),
        Format::Oasis => oasis::write(library, out),
    }
}

fn unpacked(mut source: impl Read) -> Result<Library, FormatError> {
    let (first, n) = start::<{ oasis::MAGIC.len() }>(&mut source)?;
    let whole = io::Cursor::new(first).take(n as u64).chain(source);
    if first == *oasis::MAGIC { oasis::read(whole) } else { gds::read(whole) }
}

/// The first bytes of a source, and how many there are.
fn start<const N: usize>(source: &mut impl Read) -> Result<([u8; N], usize), FormatError> {
    let (mut bytes, mut n) = ([0; N], 0);
    while n < N {
        match source.read(&mut bytes[n..]) {
            Ok(0) => break,
            Ok(k) => n += k,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok((bytes, n))
}
