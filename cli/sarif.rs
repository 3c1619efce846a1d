//! Diagnostics as SARIF 2.1.0 (OASIS standard, 27 March 2020), which code scanners read.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::files::Files;
use migc_grammar::span::{LineIndex, Span};
use serde_json::{Value, json};

/// A log of one run.
#[derive(Default)]
pub(crate) struct Log {
    rules: Vec<&'static Rule>,
    results: Vec<Value>,
}

/// A file as its regions are told.
struct Text<'t> {
    uri: String,
    text: &'t str,
    index: LineIndex,
}

impl Log {
    /// Adds the findings of a spec, each under the file that it stands in.
    pub(crate) fn add(&mut self, files: &Files, diagnostics: &[Diagnostic]) {
        for (file, found) in files.by_file(diagnostics) {
            let text = files.text_of(file);
            let text = Text { uri: uri(files.name(file)), text, index: LineIndex::new(text) };
            for d in &found {
                let result = self.result(&text, d);
                self.results.push(result);
            }
        }
    }

    fn result(&mut self, text: &Text<'_>, d: &Diagnostic) -> Value {
        let rule = self.rules.iter().position(|rule| rule.code == d.rule.code).unwrap_or_else(|| {
            self.rules.push(d.rule);
            self.rules.len() - 1
        });
        let help = d.help.as_ref().map(|help| format!("\n{}", help.text)).unwrap_or_default();
        let mut result = json!({
            "ruleId": d.rule.code,
            "ruleIndex": rule,
            "level": level(d.rule.level),
            "message": { "text": format!("{}{help}", d.label) },
            "locations": [{ "physicalLocation": text.place(d.span) }],
        });
        if !d.also.is_empty() {
            let also = |(id, (span, label)): (usize, &(Span, String))| json!({ "id": id, "message": { "text": label }, "physicalLocation": text.place(*span) });
            result["relatedLocations"] = d.also.iter().enumerate().map(also).collect();
        }
        if let Some((help, (span, new))) = d.help.as_ref().and_then(|help| Some((help, help.edit.as_ref()?))) {
            let replacement = json!({ "deletedRegion": text.region(*span), "insertedContent": { "text": new } });
            let change = json!({ "artifactLocation": { "uri": text.uri }, "replacements": [replacement] });
            result["fixes"] = json!([{ "description": { "text": help.text }, "artifactChanges": [change] }]);
        }
        result
    }

    /// As a text.
    pub(crate) fn to_text(&self) -> String {
        let rules: Vec<Value> = self.rules.iter().map(|rule| described(rule)).collect();
        let driver = json!({ "name": "migc", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": driver },
                "columnKind": "unicodeCodePoints",
                "results": self.results,
            }],
        });
        let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Text<'_> {
    fn place(&self, span: Span) -> Value {
        json!({ "artifactLocation": { "uri": self.uri }, "region": self.region(span) })
    }
    /// Lines and columns count from 1; the end column is one past the last character.
    fn region(&self, span: Span) -> Value {
        let (start_line, start_column) = self.index.line_col(self.text, span.start);
        let (end_line, end_column) = self.index.line_col(self.text, span.end);
        json!({
            "startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column,
            "byteOffset": span.start, "byteLength": span.end.saturating_sub(span.start),
        })
    }
}

fn described(rule: &Rule) -> Value {
    let (failing, mended) = (rule.failing.trim_end(), rule.mended.trim_end());
    let text = format!("{}\n\nThis shows it:\n\n{failing}\n\nThis mends it:\n\n{mended}\n", rule.explanation);
    let markdown = format!(
        "{}\n\nThis shows it:\n\n```\n{failing}\n```\n\nThis mends it:\n\n```\n{mended}\n```\n",
        rule.explanation
    );
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": text, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.level) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "note",
    }
}

/// A path as a reference of RFC 3986; one that is not absolute stays relative.
fn uri(path: &str) -> String {
    let mut out = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
