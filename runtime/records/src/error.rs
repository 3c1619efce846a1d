//! What can go wrong with a file as a whole; a fault of one record is a [`crate::Fault`].

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::machine::Fault;

/// Why a dialect's bytes cannot be told apart in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialectFault {
    /// The delimiter is a line end or not ASCII.
    Delimiter(u8),
    /// The quote is a line end or not ASCII.
    Quote(u8),
    /// Delimiter and quote are the same byte.
    Same(u8),
}

/// Why a file cannot be read. `Display` is one sentence that names the file and says what to do.
#[derive(Debug)]
pub enum ReadError {
    /// There is no such file.
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The path is a directory.
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// A pipe, socket or device, which cannot be read at a position.
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The system refused to open or read the file.
    Io {
        /// The file.
        path: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds nothing, or nothing but a byte order mark.
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is UTF-16, as its byte order mark says.
    Utf16 {
        /// The file.
        path: PathBuf,
    },
    /// A compressed file that is torn or damaged.
    Torn {
        /// The file.
        path: PathBuf,
        /// How it is compressed.
        format: &'static str,
        /// How much of the file was read before, in bytes.
        offset: u64,
        /// What the decompressor said.
        source: io::Error,
    },
    /// The file should be one list of objects, and does not begin so or does not end so.
    NotAList {
        /// The file.
        path: PathBuf,
        /// Whether it is the end that is missing.
        torn: bool,
    },
    /// The header should stand on a line that the file does not have.
    NoSuchLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u32,
    },
    /// The first line, which should name the columns, is blank.
    BlankHeader {
        /// The file.
        path: PathBuf,
    },
    /// The first line, which should name the columns, is broken.
    BrokenHeader {
        /// The file.
        path: PathBuf,
        /// How.
        fault: Fault,
    },
    /// The file became shorter while it was read.
    Shrunk {
        /// The file.
        path: PathBuf,
        /// Where it now ends, in bytes, at most.
        offset: u64,
    },
    /// The delimiter or the quote cannot be used.
    Dialect {
        /// The file.
        path: PathBuf,
        /// How.
        fault: DialectFault,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing { path } => {
                write!(
                    f,
                    "{} does not exist; check the path, which is taken from the working directory",
                    path.display()
                )
            }
            ReadError::Directory { path } => {
                write!(f, "{} is a directory; name one file in it", path.display())
            }
            ReadError::NotAFile { path } => write!(
                f,
                "{} is a pipe or a device, which cannot be read at a position; save it in a file first",
                path.display()
            ),
            ReadError::Io { path, source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                write!(f, "{} may not be read by this user; give it read permission", path.display())
            }
            ReadError::Io { path, offset, source } => {
                write!(f, "{} cannot be read at byte {offset}: {source}; check the disk and run again", path.display())
            }
            ReadError::Empty { path } => {
                write!(f, "{} is empty; check that its extraction finished", path.display())
            }
            ReadError::Utf16 { path } => write!(
                f,
                "{} is UTF-16, as its byte order mark says; write it into the spec: encoding: \"utf-16\"",
                path.display()
            ),
            ReadError::Torn { path, format, offset, source } => write!(
                f,
                "{} is torn or damaged: its {format} data cannot be decompressed behind byte {offset} ({source}); \
                 fetch the file again",
                path.display()
            ),
            ReadError::NotAList { path, torn: true } => write!(
                f,
                "{} ends before the bracket that closes its list; it is torn, so fetch it again",
                path.display()
            ),
            ReadError::NotAList { path, .. } => write!(
                f,
                "{} does not begin with the bracket of a list; for an object a line, write `jsonl(…)`",
                path.display()
            ),
            ReadError::NoSuchLine { path, line } => write!(
                f,
                "{} ends before line {line}, where the spec says that its data begins; check `names` and `skip`",
                path.display()
            ),
            ReadError::BlankHeader { path } => write!(
                f,
                "{} starts with a blank line where its header should name the columns; remove the line, or say that the file has no header",
                path.display()
            ),
            ReadError::BrokenHeader { path, fault } => {
                write!(f, "{} has a broken header: {fault}; mend its first line", path.display())
            }
            ReadError::Shrunk { path, offset } => write!(
                f,
                "{} became shorter than {offset} bytes while it was read; run again when nothing writes to it",
                path.display()
            ),
            ReadError::Dialect { path, fault } => {
                write!(f, "{} cannot be read with ", path.display())?;
                match fault {
                    DialectFault::Delimiter(byte) => {
                        write!(f, "{:?} as its delimiter; choose an ASCII character that is no line end", *byte as char)
                    }
                    DialectFault::Quote(byte) => {
                        write!(f, "{:?} as its quote; choose an ASCII character that is no line end", *byte as char)
                    }
                    DialectFault::Same(byte) => {
                        write!(f, "{:?} as both its delimiter and its quote; choose two characters", *byte as char)
                    }
                }
            }
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::Io { source, .. } | ReadError::Torn { source, .. } => Some(source),
            _ => None,
        }
    }
}
