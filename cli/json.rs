//! Diagnostics for machines. The form is versioned: fields may be added, and the number is raised when one changes.

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::files::Files;
use migc_grammar::span::{LineIndex, Span};
use serde::Serialize;

/// The version of the form.
const VERSION: u32 = 1;

/// All diagnostics of all files.
#[derive(Serialize)]
pub(crate) struct Findings {
    version: u32,
    diagnostics: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    file: String,
    code: &'static str,
    level: Level,
    title: &'static str,
    label: String,
    span: Place,
    also: Vec<Also>,
    help: Option<HelpText>,
}

#[derive(Serialize)]
struct Also {
    span: Place,
    label: String,
}

#[derive(Serialize)]
struct HelpText {
    text: String,
    edit: Option<Edit>,
}

/// A replacement of exactly these bytes.
#[derive(Serialize)]
struct Edit {
    span: Place,
    new: String,
}

/// A half-open range.
#[derive(Serialize)]
struct Place {
    start: Point,
    end: Point,
}

/// A byte from 0; a line and a column (in characters) from 1.
#[derive(Serialize)]
struct Point {
    byte: u32,
    line: u32,
    column: u32,
}

impl Findings {
    /// No findings yet.
    pub(crate) fn new() -> Findings {
        Findings { version: VERSION, diagnostics: Vec::new() }
    }
    /// Adds those of a spec, each under the file that it stands in.
    pub(crate) fn add(&mut self, files: &Files, diagnostics: &[Diagnostic]) {
        for (file, found) in files.by_file(diagnostics) {
            self.add_file(files.name(file), files.text_of(file), found);
        }
    }

    fn add_file(&mut self, name: &str, text: &str, diagnostics: Vec<Diagnostic>) {
        let index = LineIndex::new(text);
        let point = |byte: u32| {
            let (line, column) = index.line_col(text, byte);
            Point { byte, line, column }
        };
        let place = |span: Span| Place { start: point(span.start), end: point(span.end) };
        for d in diagnostics {
            let help = d.help.map(|help| HelpText {
                text: help.text,
                edit: help.edit.map(|(span, new)| Edit { span: place(span), new }),
            });
            self.diagnostics.push(Finding {
                file: name.to_owned(),
                code: d.rule.code,
                level: d.rule.level,
                title: d.rule.title,
                label: d.label,
                span: place(d.span),
                also: d.also.into_iter().map(|(span, label)| Also { span: place(span), label }).collect(),
                help,
            });
        }
    }
    /// As a text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
