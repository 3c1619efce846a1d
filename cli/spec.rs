//! A spec from its file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use migc_compiler::Compiled;
use migc_grammar::files::{Files, Unread};

use crate::Exit;
use crate::output::tell;

/// A spec that was read and compiled.
pub(crate) struct Spec {
    pub(crate) path: PathBuf,
    /// Its text, and those of the files that it uses.
    pub(crate) files: Files,
    pub(crate) compiled: Compiled,
}

impl Spec {
    /// Every file that the spec was read from.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        (0..self.files.count()).map(|file| PathBuf::from(self.files.name(file))).collect()
    }
}

/// Reads and compiles a spec; says why if it cannot be read.
pub(crate) fn read(path: &Path, set: &BTreeMap<String, String>) -> Result<Spec, Exit> {
    let shown = path.display();
    let text = text_of(path).map_err(|(why, exit)| {
        tell(&format!("{shown} {why}"));
        exit
    })?;
    let loader = |written: &str, from: &str| {
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        let path = plain(&folder.join(written));
        let text = text_of(&path).map_err(|(why, _)| Unread { why, meant: meant(written, &path) })?;
        Ok((path.display().to_string(), text))
    };
    let files = Files::load(&shown.to_string(), &text, &loader);
    let compiled = migc_compiler::compile_files(&files, set);
    Ok(Spec { path: path.to_owned(), files, compiled })
}

/// The path of a file that was probably meant: one beside the file that is missing, with a name that is close to its own.
fn meant(written: &str, path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|known| known.ends_with(".mig"));
    names.sort();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let whole = format!("{name}.mig");
    let close = known.iter().copied().find(|known| *known == whole);
    let close = close.or_else(|| migc_compiler::did_you_mean(name, &known)).filter(|close| *close != name)?;
    Some(format!("{}{close}", written.strip_suffix(name)?))
}

/// A path without `.` and, where the text tells, without `..`, so that one file has one name.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The text of a file, or what is wrong with it, as the end of a sentence.
pub(crate) fn text_of(path: &Path) -> Result<String, (String, Exit)> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Err(("is no file but a device or a pipe; name a .mig file".to_owned(), Exit::Failed));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "does not exist; name a .mig file".to_owned(),
            _ if path.is_dir() => "is a directory; name a .mig file in it".to_owned(),
            io::ErrorKind::PermissionDenied => "may not be read by this user; give it read permission".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        (why, Exit::Failed)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        (format!("is not UTF-8 text (byte {at}); is it a .mig file?"), Exit::SpecErrors)
    })
}
