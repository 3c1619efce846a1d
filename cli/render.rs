//! Diagnostics for people: as a picture of the text, or one a line.

use std::fmt::Write;
use std::path::Path;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};
use migc_grammar::diagnostic::{Diagnostic, Help, Level};
use migc_grammar::files::Files;
use migc_grammar::span::{LineIndex, Span};

use crate::window::{self, Lines, Window};

/// How wide a picture is.
const WIDTH: usize = 110;

/// Draws diagnostics; each shows its place in the text, what is wrong there, and what to write instead.
pub(crate) fn pictures(files: &Files, diagnostics: &[Diagnostic], colours: bool) -> String {
    let of = |(file, found): (usize, Vec<Diagnostic>)| {
        pictures_of(Path::new(files.name(file)), files.text_of(file), &found, colours)
    };
    files.by_file(diagnostics).into_iter().map(of).collect()
}

fn pictures_of(path: &Path, text: &str, diagnostics: &[Diagnostic], colours: bool) -> String {
    let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false).with_context_lines(1);
    let lines_of = Lines::new(text);
    let name = path.display().to_string();
    let mut out = String::new();
    for diagnostic in diagnostics {
        let window = lines_of.window(diagnostic, &name);
        let mut help: Vec<String> = diagnostic.help.iter().map(|help| advice(help, text)).collect();
        help.extend(window.elsewhere.iter().cloned());
        let help = (!help.is_empty()).then(|| help.join("\n"));
        let shown = Shown { diagnostic, window, help };
        if handler.render_report(&mut out, &shown).is_err() {
            out.push_str(&lines_of_file(path, text, std::slice::from_ref(diagnostic)));
        }
        out.push('\n');
    }
    out
}

/// One line a diagnostic: `FILE:LINE:COLUMN: error MIG0101: …`.
pub(crate) fn lines(files: &Files, diagnostics: &[Diagnostic]) -> String {
    let of = |(file, found): (usize, Vec<Diagnostic>)| {
        lines_of_file(Path::new(files.name(file)), files.text_of(file), &found)
    };
    files.by_file(diagnostics).into_iter().map(of).collect()
}

fn lines_of_file(path: &Path, text: &str, diagnostics: &[Diagnostic]) -> String {
    let index = LineIndex::new(text);
    let mut out = String::new();
    for d in diagnostics {
        let (line, column) = index.line_col(text, d.span.start);
        let level = level(d.rule.level);
        let _ = writeln!(out, "{}:{line}:{column}: {level} {}: {}", path.display(), d.rule.code, d.label);
    }
    out
}

/// A level as a word.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "hint",
    }
}

/// The sentence, and the lines as they read with the replacement made.
fn advice(help: &Help, text: &str) -> String {
    let Some((span, new)) = &help.edit else { return help.text.clone() };
    match edited(*span, new, text) {
        Some(lines) => format!("{}\n{lines}", help.text),
        None => help.text.clone(),
    }
}

fn edited(span: Span, new: &str, text: &str) -> Option<String> {
    let (before, after) = (text.get(..span.range().start)?, text.get(span.range().end..)?);
    let head = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let tail = &after[..after.find('\n').unwrap_or(after.len())];
    let line = format!("{head}{new}{tail}");
    (line.lines().count() <= 6 && line.len() <= window::LONGEST).then(|| line.trim().to_owned())
}

/// A diagnostic with its text, as the drawing library wants it.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    window: Window,
    help: Option<String>,
}

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.diagnostic.rule.title)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule.code))
    }
    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.rule.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Hint => Severity::Advice,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = |(at, label): (usize, &(usize, usize, String))| {
            let (start, len, text) = label;
            if at == 0 {
                LabeledSpan::new_primary_with_span(Some(text.clone()), (*start, *len))
            } else {
                LabeledSpan::new(Some(text.clone()), *start, *len)
            }
        };
        Some(Box::new(self.window.labels.iter().enumerate().map(label)))
    }
}
