//! One style for every spec: blanks, indentation, columns. What is said never changes.
//!
//! It works over the list of tokens, not over the tree: comments stay where they stood, and a statement that cannot be read
//! stays as it is. Lines are never joined, since a newline ends a statement; a line that is too long is broken at commas
//! inside brackets, where a newline means nothing. Line ends become `\n`, but inside `"""` texts, where they are content.

mod align;
mod breaks;
mod rows;
mod spacing;
mod statements;

use std::fmt;

use crate::lexer::{self, Kind, Lexed};
use crate::span::Span;
use crate::{brackets, parser, show};

use rows::Row;

/// How long a line may be, in characters.
pub const WIDTH: usize = 120;

/// Breaking a line can leave a part that is itself too long; each round breaks one level.
const ROUNDS: usize = 16;

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A bracket without a partner: where things belong is a guess.
    Brackets(Span),
    /// The text is longer than 4 GiB.
    TooLong,
    /// The formatted text would not say the same.
    Changed,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Brackets(_) => f.write_str("a bracket has no partner; `migc check` shows which"),
            Refusal::TooLong => f.write_str("it is longer than 4 GiB; split it with `use`"),
            Refusal::Changed => f.write_str("its form could not be changed without changing what it says"),
        }
    }
}

/// Writes a spec in the one style. Formatting the result again gives the same text.
///
/// # Errors
/// If brackets do not pair, or if tokens, comments, tree or diagnostics of the result would differ.
pub fn format(text: &str) -> Result<String, Refusal> {
    if lexer::addressable(text).len() < text.len() {
        return Err(Refusal::TooLong);
    }
    let said = Said::by(text);
    let mut now = text.to_owned();
    for _ in 0..ROUNDS {
        let next = once(&now)?;
        if next == now {
            return Ok(now);
        }
        if Said::by(&next) != said {
            return Err(Refusal::Changed);
        }
        now = next;
    }
    Err(Refusal::Changed)
}

/// What a text says, in everything but its blanks.
#[derive(PartialEq, Eq)]
struct Said {
    tokens: Vec<(Kind, String)>,
    /// Behind how many tokens a comment stands, what kind it is, and its text.
    comments: Vec<(usize, bool, bool, String)>,
    tree: String,
    findings: Vec<(&'static str, String)>,
    /// Every character that is no blank: also those that belong to no token.
    solid: String,
}

impl Said {
    fn by(text: &str) -> Said {
        let mut lexed = lexer::lex(text);
        brackets::pair(&mut lexed);
        let of = |span: Span| text.get(span.range()).unwrap_or("");
        let tokens = lexed.tokens.iter().map(|t| (t.kind, of(t.span).to_owned())).collect();
        let place = |c: &lexer::Comment| lexed.tokens.partition_point(|t| t.span.start < c.span.start);
        let comments =
            lexed.comments.iter().map(|c| (place(c), c.doc, c.alone, of(c.span).trim_end().to_owned())).collect();
        let (spec, found) = parser::spec(text, &mut lexed);
        let mut findings: Vec<_> = found.into_iter().map(|d| (d.rule.code, d.label)).collect();
        findings.sort();
        let solid = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
        Said { tokens, comments, tree: show::tree(&spec), findings, solid }
    }
}

/// A text on its way into form.
struct Sheet<'t> {
    source: &'t str,
    lexed: Lexed,
    /// The statements that start at a token.
    statements: statements::Statements,
    marks: spacing::Marks,
}

impl Sheet<'_> {
    /// The token as it is written.
    fn text(&self, at: usize) -> &str {
        self.source.get(self.lexed.span(at).range()).unwrap_or("")
    }
    /// The width of these tokens on a line of their own, in characters.
    fn width(&self, tokens: std::ops::Range<usize>) -> usize {
        let gaps = tokens.clone().skip(1).filter(|at| self.gap(*at)).count();
        tokens.map(|at| self.text(at).chars().count()).sum::<usize>() + gaps
    }
}

fn once(source: &str) -> Result<String, Refusal> {
    let mut lexed = lexer::lex(source);
    let all: Vec<Span> = lexed.tokens.iter().map(|token| token.span).collect();
    brackets::pair(&mut lexed);
    if let Some(span) = unpaired(&lexed, &all) {
        return Err(Refusal::Brackets(span));
    }
    let statements = statements::find(&lexed);
    let marks = spacing::marks(&lexed);
    let found = crate::parse(source).diagnostics;
    let sheet = Sheet { source, lexed, statements, marks };
    let mut rows = rows::rows(&sheet, &found);
    rows::indent(&sheet, &mut rows);
    let mut rows = breaks::long(&sheet, rows);
    rows::indent(&sheet, &mut rows);
    align::stops(&sheet, &mut rows);
    Ok(written(&sheet, &rows))
}

/// An opening bracket that nothing closes, or a closing one that was taken out because it closes nothing; `all` are the
/// tokens as they were before.
fn unpaired(lexed: &Lexed, all: &[Span]) -> Option<Span> {
    let open = |at: &usize| lexed.kind(*at) == Kind::Open && lexed.partners.get(*at).is_none_or(|p| !p.closed);
    let stray = || all.iter().enumerate().find(|(at, span)| lexed.tokens.get(*at).is_none_or(|t| t.span != **span));
    let open = (0..lexed.tokens.len()).find(open).map(|at| lexed.span(at));
    open.or_else(|| stray().map(|(_, span)| *span))
}

fn written(sheet: &Sheet<'_>, rows: &[Row]) -> String {
    let mut out = String::with_capacity(sheet.source.len());
    if sheet.source.starts_with('\u{feff}') {
        out.push('\u{feff}');
    }
    let mut opens = true;
    for row in rows {
        let first = row.tokens.start;
        let closes = !row.tokens.is_empty() && sheet.lexed.kind(first) == Kind::Close;
        if row.blank_before && !opens && !closes {
            out.push('\n');
        }
        match &row.verbatim {
            Some(lines) => out.push_str(lines),
            None => {
                out.extend(std::iter::repeat_n(' ', row.indent));
                out.push_str(&row.line(sheet));
                if let Some(comment) = row.comment {
                    out.extend(std::iter::repeat_n(' ', row.comment_gap));
                    out.push_str(sheet.source.get(comment.range()).unwrap_or("").trim_end());
                }
            }
        }
        out.push('\n');
        opens = !row.tokens.is_empty() && sheet.lexed.kind(row.tokens.end - 1) == Kind::Open && row.comment.is_none();
    }
    out
}

#[cfg(test)]
mod tests;
