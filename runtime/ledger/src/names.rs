//! Paths beside an output's final place.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// `.NAME.migc-PID-KIND`, in the directory of `NAME`: on the same file system, so that a rename is atomic, and hidden
/// from patterns that pick up finished files.
pub(crate) fn beside(path: &Path, kind: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".migc-{}-{kind}", std::process::id()));
    path.with_file_name(name)
}

/// The directory that a path's entry is in.
pub(crate) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
