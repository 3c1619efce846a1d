//! The text of a `.mig` spec: lexer, splitter, pest grammar, syntax tree and diagnostics. No I/O.
//!
//! [`parse`] always gives a tree, and all the errors. The stages, in order: `lexer` (tokens; comments apart),
//! `brackets` (partners, repaired by indentation), `splitter` (items and statements), `parser` (one pest
//! entry rule for each kind of statement, then the tree).

#![forbid(unsafe_code)]

mod brackets;
pub mod diagnostic;
pub mod files;
pub mod format;
mod lexer;
mod limits;
mod numbers;
mod parser;
pub mod rules;
pub mod show;
pub mod span;
mod splitter;
pub mod tree;

/// What a text says, as far as it could be read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree; what could not be read stands as `Broken`.
    pub spec: tree::Spec,
    /// Everything that is wrong with the text, in text order.
    pub diagnostics: Vec<diagnostic::Diagnostic>,
}

/// Reads a spec. Never fails and never panics; a file with ten mistakes gives ten diagnostics.
///
/// Spans are bytes of `text`; a text longer than `u32::MAX` bytes is cut there.
pub fn parse(text: &str) -> Parsed {
    let text = lexer::addressable(text);
    let mut lexed = lexer::lex(text);
    brackets::pair(&mut lexed);
    let (spec, mut diagnostics) = parser::spec(text, &mut lexed);
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    Parsed { spec, diagnostics }
}
