//! Diagnostics for machines. The form is versioned: fields may be added, and the number is raised when one changes.

use std::path::Path;

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::span::{LineIndex, Span};
use serde::Serialize;

/// The version of the form.
const VERSION: u32 = 1;

/// All diagnostics of all files.
#[derive(Serialize)]
pub(crate) struct Findings<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    file: String,
    code: &'a str,
    level: Level,
    title: &'a str,
    label: &'a str,
    span: Place,
    also: Vec<Also<'a>>,
    help: Option<HelpText<'a>>,
}

#[derive(Serialize)]
struct Also<'a> {
    span: Place,
    label: &'a str,
}

#[derive(Serialize)]
struct HelpText<'a> {
    text: &'a str,
    edit: Option<Edit<'a>>,
}

/// A replacement of exactly these bytes.
#[derive(Serialize)]
struct Edit<'a> {
    span: Place,
    new: &'a str,
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

impl<'a> Findings<'a> {
    /// No findings yet.
    pub(crate) fn new() -> Findings<'a> {
        Findings { version: VERSION, diagnostics: Vec::new() }
    }
    /// Adds those of a file.
    pub(crate) fn add(&mut self, path: &Path, text: &str, diagnostics: &'a [Diagnostic]) {
        let index = LineIndex::new(text);
        let point = |byte: u32| {
            let (line, column) = index.line_col(text, byte);
            Point { byte, line, column }
        };
        let place = |span: Span| Place { start: point(span.start), end: point(span.end) };
        for d in diagnostics {
            let help = d.help.as_ref().map(|help| HelpText {
                text: &help.text,
                edit: help.edit.as_ref().map(|(span, new)| Edit { span: place(*span), new }),
            });
            self.diagnostics.push(Finding {
                file: path.display().to_string(),
                code: d.rule.code,
                level: d.rule.level,
                title: d.rule.title,
                label: &d.label,
                span: place(d.span),
                also: d.also.iter().map(|(span, label)| Also { span: place(*span), label }).collect(),
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
