//! Replaces a file so that it is the old or the new one, whatever happens.

use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

/// Writes beside the file and renames. A link stays a link, and a file that is not there yet is made.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let real = match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    let permissions = fs::metadata(&real).map(|found| found.permissions()).ok();
    if permissions.as_ref().is_some_and(|p| p.readonly()) {
        return Err(Error::new(ErrorKind::PermissionDenied, "it is read-only"));
    }
    let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = real.with_file_name(format!(".{name}.{}.new", std::process::id()));
    // What stands there already is somebody else's.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let written = || {
        file.write_all(text.as_bytes())?;
        permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
        file.sync_all()?;
        fs::rename(&beside, &real)
    };
    let replaced = written();
    if replaced.is_err() {
        // The file itself is untouched; a left-over beside it would only be in the way.
        let _ = fs::remove_file(&beside);
    }
    replaced
}
