//! `migc fmt`: one style for specs.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use migc_grammar::format::{Refusal, format};
use migc_grammar::span::LineIndex;

use crate::Exit;
use crate::check::specs_here;
use crate::output::{print, tell};
use crate::replace;
use crate::spec::text_of;

#[derive(Args)]
pub(crate) struct Fmt {
    /// The specs, or `-` for standard input to standard output; all *.mig files of the working directory if none is named.
    files: Vec<PathBuf>,
    /// Writes nothing, and names the files that are not formatted.
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(crate) fn run(mut self) -> Exit {
        if self.files.is_empty() {
            self.files = specs_here();
        }
        if self.files.is_empty() {
            tell("there is no .mig file in the working directory; name one: migc fmt FILE");
            return Exit::Usage;
        }
        if self.files.len() > 1 && self.files.iter().any(|path| path.as_os_str() == "-") {
            tell("`-` stands alone: standard input is one spec");
            return Exit::Usage;
        }
        let mut worst = Exit::Done;
        for path in &self.files {
            let exit = if path.as_os_str() == "-" { self.pipe() } else { self.file(path) };
            if exit as u8 > worst as u8 {
                worst = exit;
            }
        }
        worst
    }

    fn pipe(&self) -> Exit {
        let mut bytes = Vec::new();
        if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
            tell(&format!("standard input cannot be read: {error}"));
            return Exit::Failed;
        }
        let Ok(text) = String::from_utf8(bytes) else {
            tell("standard input is not UTF-8 text; is it a spec?");
            return Exit::SpecErrors;
        };
        match format(&text) {
            Ok(formed) if self.check => self.compared("-", &text, &formed),
            Ok(formed) => print(&formed),
            Err(why) => {
                refused("standard input", &text, &why);
                Exit::SpecErrors
            }
        }
    }

    fn file(&self, path: &Path) -> Exit {
        let shown = path.display().to_string();
        let text = match text_of(path) {
            Ok(text) => text,
            Err((why, exit)) => {
                tell(&format!("{shown} {why}"));
                return exit;
            }
        };
        match format(&text) {
            Ok(formed) if self.check => self.compared(&shown, &text, &formed),
            Ok(formed) if formed == text => Exit::Done,
            Ok(formed) => match replace::replace(path, &formed) {
                Ok(()) => Exit::Done,
                Err(error) => {
                    tell(&format!("{shown} cannot be written: {error}; it is as it was"));
                    Exit::Failed
                }
            },
            Err(why) => {
                refused(&shown, &text, &why);
                Exit::SpecErrors
            }
        }
    }

    fn compared(&self, name: &str, text: &str, formed: &str) -> Exit {
        if text == formed {
            return Exit::Done;
        }
        match print(&format!("{name}\n")) {
            Exit::Done => Exit::SpecErrors,
            failed => failed,
        }
    }
}

fn refused(name: &str, text: &str, why: &Refusal) {
    let place = match why {
        Refusal::Brackets(span) => {
            let (line, column) = LineIndex::new(text).line_col(text, span.start);
            format!("{name}:{line}:{column}")
        }
        _ => name.to_owned(),
    };
    tell(&format!("{place} stays as it is: {why}"));
}
