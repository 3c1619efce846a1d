//! Diagnostics as annotations of a GitHub workflow: one command a line, on standard output.

use std::fmt::Write;

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::files::Files;
use migc_grammar::span::LineIndex;

/// The annotations of a spec's findings.
pub(crate) fn annotations(files: &Files, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for (file, found) in files.by_file(diagnostics) {
        let text = files.text_of(file);
        let index = LineIndex::new(text);
        for d in found {
            let ((line, col), (end_line, end_col)) =
                (index.line_col(text, d.span.start), index.line_col(text, d.span.end));
            let command = match d.rule.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Hint => "notice",
            };
            let help = d.help.iter().map(|help| format!("\n{}", help.text)).collect::<String>();
            let name = property(files.name(file));
            let title = property(&format!("{} {}", d.rule.code, d.rule.title));
            // A column at the end is known only on the line of the start.
            let end = if end_line == line { format!(",endColumn={end_col}") } else { String::new() };
            let message = data(&format!("{}{help}", d.label));
            let _ = writeln!(
                out,
                "::{command} file={name},line={line},endLine={end_line},col={col}{end},title={title}::{message}"
            );
        }
    }
    out
}

/// The characters that end a command's message are escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends also at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
