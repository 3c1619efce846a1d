//! The two streams: standard output for machines, standard error for people.

use std::io::{self, IsTerminal, Write};

use crate::Exit;

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
