//! Statements to tree: each range of tokens goes to one pest entry rule, and its pairs become nodes.
//!
//! Invariants: [`grammar::Rule`] stays in this module; a range that holds something already reported is not read again, so
//! a mistake is told once; whatever happens, the range has a node.

mod declarations;
mod errors;
mod expressions;
mod foreign;
mod idioms;
mod items;
mod later;
mod layers;
mod literals;
mod maps;
mod mending;
mod places;
mod rule_words;

use std::ops::Range;

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

use crate::diagnostic::Diagnostic;
use crate::lexer::{Kind, Lexed};
use crate::limits;
use crate::span::Span;
use crate::tree::{Name, Spec};
use grammar::{Mig, Rule};

/// What pest generates from `mig.pest`.
#[allow(unreachable_pub, missing_docs)]
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "mig.pest"]
    pub struct Mig;
}

/// How many ends are tried for what can be read of a broken statement.
const TRIES: usize = 8;

/// The state of one file's reading.
struct Parser<'t> {
    source: &'t str,
    lexed: &'t Lexed,
    found: Vec<Diagnostic>,
    /// The byte at which the text that pest sees starts.
    base: usize,
    /// Expressions in parentheses: what may mix layer operators.
    parens: Vec<Span>,
    /// What was changed in the text that pest sees.
    change: Option<Change>,
    /// The change with which the next statement is read: its place and the new text.
    pending: Option<(Span, String)>,
    /// How many statements were read with a change.
    changed: usize,
}

/// A change of the text that pest sees, counted from its start.
#[derive(Debug, Clone, Copy)]
struct Change {
    start: usize,
    /// The bytes taken out, and those put in.
    old: usize,
    new: usize,
}

/// Reads all items.
pub(crate) fn spec(source: &str, lexed: &mut Lexed) -> (Spec, Vec<Diagnostic>) {
    let found = std::mem::take(&mut lexed.diagnostics);
    let mut parser =
        Parser { source, lexed, found, base: 0, parens: Vec::new(), change: None, pending: None, changed: 0 };
    let spec = Spec { items: parser.items() };
    (spec, parser.found)
}

impl<'t> Parser<'t> {
    /// Reads the tokens as `entry`. `None`: something is wrong and has been reported.
    ///
    /// Where a finding offers what makes the statement readable, it is read with that, so that nothing follows from it.
    fn read(&mut self, entry: Rule, range: Range<usize>) -> Option<Pairs<'t, Rule>> {
        let pending = self.pending.take();
        self.change = None;
        if range.is_empty() || self.is_bad(range.clone()) {
            return None;
        }
        if let Some(over) = limits::exceeded(self.lexed, range.clone()) {
            self.found.push(over);
            return None;
        }
        let span = self.span_of(range.clone());
        let text = self.lexed.text.get(span.range())?;
        self.base = span.start as usize;
        self.parens.clear();
        if let Some(edit) = pending {
            return self.read_changed(entry, span, &edit);
        }
        match Mig::parse(entry, text) {
            Ok(mut pairs) => pairs.next().map(Pair::into_inner),
            Err(error) => {
                let diagnostic = self.syntax_error(entry, range, &error);
                let edit = diagnostic.help.as_ref().and_then(|h| h.edit.clone());
                self.found.push(diagnostic);
                self.read_changed(entry, span, &edit?)
            }
        }
    }

    /// The text of a statement with a change in it.
    fn with_change(&self, span: Span, (at, new): &(Span, String)) -> Option<(String, Change)> {
        let text = self.lexed.text.get(span.range())?;
        let start = at.start.checked_sub(span.start)? as usize;
        let end = (at.end.checked_sub(span.start)? as usize).min(text.len());
        if start > end {
            return None;
        }
        let changed = format!("{}{new}{}", text.get(..start)?, text.get(end..)?);
        Some((changed, Change { start, old: end - start, new: new.len() }))
    }

    /// Reads a statement with a change in it, if it can be read so.
    fn read_changed(&mut self, entry: Rule, span: Span, edit: &(Span, String)) -> Option<Pairs<'t, Rule>> {
        let (text, change) = self.with_change(span, edit)?;
        let lexed = self.lexed;
        let text = lexed.changed.get(self.changed)?.get_or_init(|| text);
        self.changed += 1;
        let pairs = Mig::parse(entry, text).ok()?.next().map(Pair::into_inner)?;
        (self.base, self.change) = (span.start as usize, Some(change));
        Some(pairs)
    }

    /// The byte of the spec that a byte of the text that pest sees is.
    fn byte_of(&self, at: usize) -> usize {
        self.base
            + match self.change {
                Some(c) if at >= c.start + c.new => at - c.new + c.old,
                Some(c) if at > c.start => c.start,
                _ => at,
            }
    }

    /// The same; where something is wrong, as much from the start as can be read, but no less than so many tokens.
    fn read_front(&mut self, entry: Rule, range: Range<usize>, least: usize) -> Option<Pairs<'t, Rule>> {
        let before = self.found.len();
        if let Some(pairs) = self.read(entry, range.clone()) {
            return Some(pairs);
        }
        if self.found.get(before).is_some_and(|d| d.rule.code == crate::rules::LIMIT.code) {
            return None;
        }
        let stop = match self.found.get(before) {
            Some(d) => range.clone().find(|at| self.lexed.span(*at).start >= d.span.start),
            None => range.clone().find(|at| self.is_bad(*at..*at + 1)),
        };
        let stop = stop.unwrap_or(range.end);
        (range.start + least..=stop).rev().take(TRIES).find_map(|end| {
            let span = self.span_of(range.start..end);
            (self.base, self.change) = (span.start as usize, None);
            let text = self.lexed.text.get(span.range()).filter(|_| !self.is_bad(range.start..end))?;
            Mig::parse(entry, text).ok()?.next().map(Pair::into_inner)
        })
    }

    /// Whether something in these tokens is already reported.
    fn is_bad(&self, range: Range<usize>) -> bool {
        range.into_iter().any(|at| match self.lexed.kind(at) {
            Kind::Bad => true,
            Kind::Open => self.lexed.partners.get(at).is_some_and(|p| !p.closed),
            _ => false,
        })
    }

    /// The place of a pair, without the blanks pest leaves at its end, on characters of the source.
    fn span(&self, pair: &Pair<'t, Rule>) -> Span {
        let text = pair.as_str();
        let start = pair.as_span().start();
        let (from, to) = (self.byte_of(start), self.byte_of(start + text.trim_end().len()));
        self.snap(from, to.max(from))
    }

    /// Grows the span to whole characters: a smart quote stands as one byte in the text that pest reads.
    fn snap(&self, mut start: usize, mut end: usize) -> Span {
        while start > 0 && !self.source.is_char_boundary(start) {
            start -= 1;
        }
        while end < self.source.len() && !self.source.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end.min(self.source.len()))
    }

    fn span_of(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        self.lexed.span(range.start).to(self.lexed.span(last))
    }

    fn name(&self, pair: &Pair<'t, Rule>) -> Name {
        Name { text: pair.as_str().trim().trim_matches('`').to_string(), span: self.span(pair) }
    }

    /// The name that a token is.
    fn token_name(&self, at: usize) -> Option<Name> {
        self.lexed
            .is_name(at)
            .then(|| Name { text: self.lexed.word(at).trim_matches('`').to_string(), span: self.lexed.span(at) })
    }

    fn names(&self, pair: Pair<'t, Rule>) -> Vec<Name> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()
    }

    /// The `///` lines above these tokens, and the one behind them on their line.
    fn doc(&self, range: Range<usize>) -> Option<String> {
        let mut behind = range.end;
        if self.lexed.is_op(behind, ",") && self.comments(behind).is_empty() {
            behind += 1;
        }
        let above = self.comments(range.start).iter().filter(|c| c.alone);
        let behind = self.comments(behind).iter().take(1).filter(|c| !c.alone);
        let lines: Vec<&str> = above
            .chain(behind)
            .filter(|c| c.doc)
            .filter_map(|c| self.source.get(c.span.range()))
            .map(|t| t.trim_start_matches('/').trim())
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The comments before a token.
    fn comments(&self, at: usize) -> &'t [crate::lexer::Comment] {
        let from = self.lexed.tokens.get(at).map_or(0, |t| t.comments);
        let all = &self.lexed.comments;
        let to = self.lexed.tokens.get(at + 1).map_or(all.len(), |t| t.comments);
        all.get(from..to).unwrap_or(&[])
    }
}
