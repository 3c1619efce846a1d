//! What the checker says of pieces that could not be read, and of what follows from them, says nothing new.

use std::collections::HashSet;

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::span::Span;
use migc_grammar::tree::{Item, Spec, Stmt};

use crate::rules;

/// Findings of names that nothing gives.
pub(crate) const OF_NAMES: [&str; 3] =
    [rules::UNKNOWN_NAME.code, rules::UNKNOWN_TYPE.code, rules::UNKNOWN_FUNCTION.code];

/// The name that a statement would have given, had it been read: its second word.
fn unread_name<'t>(item: &Item, text: &'t str) -> Option<&'t str> {
    let Item::Broken(span) = item else { return None };
    let statement = text.get(span.start as usize..span.end as usize)?;
    statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).nth(1)
}

/// The pieces of a text that could not be read.
pub(crate) struct Unread {
    /// In the order of their starts.
    spans: Vec<Span>,
    /// For each, the last end of those up to it, and the first end of those from it on.
    ends: Vec<(u32, u32)>,
}

impl Unread {
    pub(crate) fn of(diagnostics: &[Diagnostic]) -> Unread {
        let errors = diagnostics.iter().filter(|d| d.rule.level == Level::Error);
        let mut spans: Vec<Span> = errors.map(|d| d.span).collect();
        spans.sort_unstable();
        let mut ends: Vec<(u32, u32)> = spans.iter().map(|s| (s.end, s.end)).collect();
        for at in 1..ends.len() {
            ends[at].0 = ends[at].0.max(ends[at - 1].0);
        }
        for at in (1..ends.len()).rev() {
            ends[at - 1].1 = ends[at - 1].1.min(ends[at].1);
        }
        Unread { spans, ends }
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
    /// Whether a place holds one of them, or lies in one.
    pub(crate) fn meets(&self, span: Span) -> bool {
        let begun = self.spans.partition_point(|s| s.start <= span.start);
        let from = self.spans.partition_point(|s| s.start < span.start);
        begun.checked_sub(1).is_some_and(|at| self.ends[at].0 >= span.end)
            || self.ends.get(from).is_some_and(|(_, first)| *first <= span.end)
    }
}

/// What follows from the pieces that could not be read: names that they would have given or used.
pub(crate) struct Lost<'t> {
    text: &'t str,
    /// The words of those pieces, without the language's own.
    words: HashSet<&'t str>,
    /// The words of statements that decide by such a word: what they would have ruled out is not.
    ruled: HashSet<&'t str>,
    /// Where those pieces begin.
    places: Vec<u32>,
    /// The names that unread items would have given.
    named: HashSet<&'t str>,
    /// The maps and places.
    blocks: Vec<Span>,
    /// The places that hold a list that could not be read.
    lists: Vec<Span>,
    /// The maps that hold an element's name that could not be read.
    elements: Vec<Span>,
    /// Whether what other items give is missing: a file, or a place without a name.
    items: bool,
}

/// Words that say nothing of what a piece is about.
const OF_THE_LANGUAGE: [&str; 46] = [
    "and",
    "or",
    "not",
    "else",
    "true",
    "false",
    "null",
    "match",
    "if",
    "as",
    "is",
    "in",
    "from",
    "key",
    "source",
    "target",
    "reference",
    "map",
    "where",
    "when",
    "let",
    "drop",
    "reject",
    "copy",
    "check",
    "clean",
    "explode",
    "text",
    "date",
    "decimal",
    "int64",
    "int32",
    "bool",
    "unique",
    "layer",
    "list",
    "at",
    "to",
    "up",
    "of",
    "one",
    "layer",
    "warn",
    "given",
    "then",
    "test",
];

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

impl<'t> Lost<'t> {
    pub(crate) fn of(spec: &Spec, text: &'t str, diagnostics: &[Diagnostic]) -> Lost<'t> {
        let line = |at: u32| {
            let at = (at as usize).min(text.len());
            let start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
            let end = text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |i| at + i);
            text.get(start..end).unwrap_or("")
        };
        let errors = || diagnostics.iter().filter(|d| d.rule.level == Level::Error);
        let own = |word: &&str| !OF_THE_LANGUAGE.contains(word);
        let lines = errors().take(LOST).map(|d| line(d.span.start));
        let words: HashSet<&str> = lines.flat_map(words_of).filter(own).collect();
        let decides = |line: &&str| {
            let line = line.trim_start();
            ["drop ", "reject ", "check ", "map ", "where ", "->"].iter().any(|w| line.starts_with(w))
        };
        let ruled = if words.is_empty() {
            HashSet::new()
        } else {
            let about = |line: &&str| words_of(line).any(|word| words.contains(word));
            text.lines().filter(decides).filter(about).flat_map(words_of).filter(own).collect()
        };
        let places = errors().map(|d| d.span.start).collect();
        let broken = |span: &Span| text.get(span.range()).unwrap_or("");
        let mut items = false;
        let mut elements = Vec::new();
        for item in &spec.items {
            match item {
                Item::Broken(span) => {
                    let mut own = words_of(broken(span));
                    let (first, second) = (own.next().unwrap_or(""), broken(span).split_whitespace().nth(1));
                    items |= matches!(first, "use" | "import" | "include") || second == Some("=");
                }
                Item::Use(of) => items |= errors().any(|d| of.span.holds(d.span)),
                Item::Map(map) => {
                    let unread = |s: &Stmt| match s {
                        Stmt::Broken(span) => {
                            matches!(words_of(broken(span)).next(), Some("explode" | "unnest" | "for" | "foreach"))
                        }
                        _ => false,
                    };
                    if map.stmts.iter().any(unread) {
                        elements.push(map.span);
                    }
                }
                _ => {}
            }
        }
        let named = spec.items.iter().filter_map(|item| unread_name(item, text)).collect();
        let block = |item: &Item| match item {
            Item::Map(map) => Some(map.span),
            Item::Place(place) => Some(place.span),
            _ => None,
        };
        let lists: Vec<Span> = errors()
            .take(LOST)
            .filter(|d| ["list", "array", "List"].iter().any(|w| line(d.span.start).contains(w)))
            .filter_map(|d| spec.items.iter().filter_map(block).find(|block| block.holds(d.span)))
            .collect();
        let blocks = spec.items.iter().filter_map(block).collect();
        Lost { text, words, ruled, places, named, blocks, lists, elements, items }
    }

    /// Whether a finding of the checker may only follow from what could not be read.
    pub(crate) fn explains(&self, d: &Diagnostic) -> bool {
        if self.places.is_empty() {
            return false;
        }
        let piece = self.text.get(d.span.range()).unwrap_or("");
        let told = || d.label.split('`').skip(1).step_by(2).flat_map(words_of);
        let code = d.rule.code;
        if OF_NAMES.contains(&code) && (self.items || self.named.contains(piece))
            || code == rules::UNKNOWN_NAME.code && self.elements.iter().any(|map| map.holds(d.span))
            || code == rules::WRONG_PLACE.code && self.items
        {
            return true;
        }
        if code == rules::NULL_INTO_REQUIRED.code {
            return words_of(piece).any(|word| self.ruled.contains(word) || self.words.contains(word));
        }
        if [rules::NOT_COVERED.code, rules::WANTS_A_KEY.code].contains(&code) {
            let block = self.blocks.iter().find(|block| block.holds(d.span));
            return block.is_some_and(|block| self.places.iter().any(|at| (block.start..block.end).contains(at)));
        }
        // Without a list it is not told what the rows that are made of it use.
        if code == rules::UNUSED.code && self.lists.iter().any(|block| block.holds(d.span)) {
            return true;
        }
        let follows = [
            rules::UNKNOWN_NAME.code,
            rules::UNMAPPED.code,
            rules::UNUSED.code,
            rules::UNKNOWN_OPTION.code,
            rules::DEFINED_TWICE.code,
        ];
        follows.contains(&code) && (self.words.contains(piece) || told().any(|word| self.words.contains(word)))
    }
}

/// How many pieces that could not be read are looked at: a text with more is no spec.
const LOST: usize = 100;
