//! OASIS (SEMI P39): reading and writing without losing anything.

use std::io::{Read, Write};

use crate::error::FormatError;
use crate::library::{Format, Library};
use crate::lost::Lost;

/// The bytes with which every file starts.
pub(crate) const MAGIC: &[u8; 13] = b"%SEMI-OASIS\r\n";

/// Reads a library.
pub(crate) fn read(_source: impl Read) -> Result<Library, FormatError> {
    let what = "files of OASIS are not read yet".into();
    Err(FormatError::Bad { offset: 0, record: "START", cell: None, what })
}

/// Writes a library.
pub(crate) fn write(_library: &Library, _out: impl Write) -> Result<Vec<Lost>, FormatError> {
    let what = "files of OASIS are not written yet".into();
    Err(FormatError::CannotHold { format: Format::Oasis, cell: None, what })
}
