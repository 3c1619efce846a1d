//! The two streams: standard output for machines, standard error for people.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use migc_layout::{FormatError, Library};

use crate::Exit;

/// Why a command gave nothing: the sentence, and how it ends.
pub(crate) type Why = (String, Exit);

/// Writes to standard output. A reader that has gone is no failure; a full disk is.
pub(crate) fn print(text: &str) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            tell(&format!("standard output cannot be written: {error}"));
            Exit::Failed
        }
    }
}

/// Says a sentence to people.
pub(crate) fn tell(sentence: &str) {
    write_people(&format!("migc: {sentence}\n"));
}

/// Shows people a text as it is.
pub(crate) fn write_people(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether people see colours: on a terminal, unless `NO_COLOR` is set (no-color.org).
pub(crate) fn colours(stream: &impl IsTerminal) -> bool {
    let no = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    stream.is_terminal() && !no && !dumb
}

/// Refuses a file that is there, unless it is to be replaced.
pub(crate) fn is_free(path: Option<&Path>, force: bool) -> Result<(), Why> {
    match path.filter(|path| !force && path.exists()) {
        Some(path) => {
            let shown = path.display();
            Err((format!("{shown} already exists; name another file, or replace it with --force"), Exit::Failed))
        }
        None => Ok(()),
    }
}

/// Writes a file, or to standard output where none is named, or `-`.
pub(crate) fn write_bytes(path: Option<&Path>, bytes: &[u8]) -> Result<(), Why> {
    match path.filter(|p| p.as_os_str() != "-") {
        Some(path) => std::fs::write(path, bytes).map_err(|e| {
            let why = match e.kind() {
                io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
                _ => e.to_string(),
            };
            (format!("{} cannot be written: {why}", path.display()), Exit::Failed)
        }),
        None => match io::stdout().lock().write_all(bytes) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err((format!("standard output cannot be written: {e}"), Exit::Failed))
            }
            _ => Ok(()),
        },
    }
}

/// Reads a layout.
pub(crate) fn read_layout(path: &Path) -> Result<Library, Why> {
    migc_layout::read_path(path).map_err(|e| {
        let why = match e {
            FormatError::Io(e) if e.kind() == io::ErrorKind::NotFound => {
                "does not exist; check the path, which is taken from the working directory".to_owned()
            }
            e => format!("cannot be read: {e}"),
        };
        (format!("{} {why}", path.display()), Exit::Failed)
    })
}
