//! GDSII Stream Format, release 6: reading and writing without losing anything.

mod read;
pub(crate) mod real;
mod records;
mod write;

use std::io::{Read, Write};

use crate::error::FormatError;
use crate::library::Library;
use crate::lost::Lost;

/// Reads a library from bytes that are not packed.
pub(crate) fn read(source: impl Read) -> Result<Library, FormatError> {
    read::library(source)
}

/// Writes a library.
pub(crate) fn write(library: &Library, out: impl Write) -> Result<Vec<Lost>, FormatError> {
    write::library(library, out)
}
