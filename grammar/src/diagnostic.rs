//! What is said about a text: a code, a place, what is wrong there, and what to write instead.
//!
//! A [`Rule`] is the entry of the one table of diagnostics; a [`Diagnostic`] is one occurrence. Rendering is the
//! command's business.

use crate::span::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The spec does not compile.
    Error,
    /// The spec compiles, and is probably not what was meant.
    Warning,
    /// It could be said better.
    Hint,
}

/// An entry of the table of diagnostics. A code is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// `MIG0xxx` errors, `MIG1xxx` warnings, `MIG2xxx` hints.
    pub code: &'static str,
    /// Its weight.
    pub level: Level,
    /// One line, the same for every occurrence.
    pub title: &'static str,
    /// The whole story, for `migc explain`.
    pub explanation: &'static str,
    /// A spec that shows it (checked by a test).
    pub failing: &'static str,
    /// The same spec, mended (checked by a test).
    pub mended: &'static str,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Its entry of the table.
    pub rule: &'static Rule,
    /// The place it points at.
    pub span: Span,
    /// What is wrong here, in the words of this spec.
    pub label: String,
    /// Other places that belong to it.
    pub also: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Option<Help>,
}

/// Advice that can be pasted.
#[derive(Debug, Clone)]
pub struct Help {
    /// The sentence.
    pub text: String,
    /// A replacement of exactly these bytes, where one is certain.
    pub edit: Option<(Span, String)>,
}

impl Diagnostic {
    /// A finding of `rule` at `span`.
    pub fn new(rule: &'static Rule, span: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic { rule, span, label: label.into(), also: Vec::new(), help: None }
    }
    /// Adds a sentence of advice.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(Help { text: text.into(), edit: None });
        self
    }
    /// Adds advice with the exact replacement of `span`.
    pub fn fix(mut self, text: impl Into<String>, span: Span, new: impl Into<String>) -> Diagnostic {
        self.help = Some(Help { text: text.into(), edit: Some((span, new.into())) });
        self
    }
    /// Adds a second place.
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.also.push((span, label.into()));
        self
    }
}
