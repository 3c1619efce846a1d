//! A spec from its file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use migc_compiler::Compiled;

use crate::Exit;
use crate::output::tell;

/// A spec that was read and compiled.
pub(crate) struct Spec {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) compiled: Compiled,
}

/// Reads and compiles a spec; says why if it cannot be read.
pub(crate) fn read(path: &Path, set: &BTreeMap<String, String>) -> Result<Spec, Exit> {
    let shown = path.display();
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        tell(&format!("{shown} is no file but a device or a pipe; name a .mig file"));
        return Err(Exit::Failed);
    }
    let bytes = std::fs::read(path).map_err(|error| {
        tell(&match error.kind() {
            io::ErrorKind::NotFound => format!("{shown} does not exist; name a .mig file"),
            _ if path.is_dir() => format!("{shown} is a directory; name a .mig file in it"),
            io::ErrorKind::PermissionDenied => format!("{shown} may not be read by this user; give it read permission"),
            _ => format!("{shown} cannot be read: {error}"),
        });
        Exit::Failed
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        tell(&format!("{shown} is not UTF-8 text (byte {at}); is it a .mig file?"));
        Exit::SpecErrors
    })?;
    let compiled = migc_compiler::compile(&text, set);
    Ok(Spec { path: path.to_owned(), text, compiled })
}
