//! What the system said, with what to do about it.

use std::fmt;
use std::io;

/// Displays an error of the system as the end of a sentence.
pub(crate) struct Cause<'a>(pub(crate) &'a io::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = match self.0.kind() {
            io::ErrorKind::StorageFull => "no space is left on its disk; free some, or write to another disk",
            io::ErrorKind::QuotaExceeded => "this user's disk quota is used up; free some space, or write elsewhere",
            io::ErrorKind::FileTooLarge => "the file is larger than its file system or this user's limit allows",
            io::ErrorKind::ReadOnlyFilesystem => "its file system is read-only; write elsewhere",
            io::ErrorKind::PermissionDenied => "this user may not write there; change the permissions or the path",
            io::ErrorKind::NotADirectory => "a part of the path is a file where a directory is needed; change the path",
            io::ErrorKind::BrokenPipe => "the reader of the output has gone",
            _ => return write!(f, "{}; mend that and run again", self.0),
        };
        f.write_str(advice)
    }
}
