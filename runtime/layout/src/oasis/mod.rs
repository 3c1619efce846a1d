//! OASIS (SEMI P39): reading and writing without losing anything.

mod ctrapezoid;
mod delta;
mod element;
mod finish;
mod modal;
mod names;
mod points;
mod property;
mod read;
mod records;
mod repetition;
mod shape;
mod source;
mod write;

use std::io::{Read, Write};

use crate::error::FormatError;
use crate::library::Library;
use crate::lost::Lost;

/// The bytes with which every file starts.
pub(crate) const MAGIC: &[u8; 13] = b"%SEMI-OASIS\r\n";

/// Reads a library.
pub(crate) fn read(source: impl Read) -> Result<Library, FormatError> {
    read::library(source)
}

/// Writes a library.
pub(crate) fn write(library: &Library, out: impl Write) -> Result<Vec<Lost>, FormatError> {
    write::library(library, out)
}
