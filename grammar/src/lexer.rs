//! Text to tokens. Total: every text has tokens, and what belongs to no token is reported.
//!
//! Comments are trivia beside the tokens. Next to the tokens stands [`Lexed::text`], the copy that pest reads: as long as
//! the original, byte for byte, with comments blanked and foreign characters replaced by what was meant, so that a
//! mistake that is already reported here is not reported again there.

mod capitals;
mod foreign;

use std::cell::OnceCell;

use crate::diagnostic::Diagnostic;
use crate::numbers::{self, Shape};
use crate::rules;
use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, reserved or not.
    Word,
    /// A name in backticks.
    Backtick,
    /// A number, a date or a quantity.
    Number,
    /// A string with its quotes.
    Str,
    /// An operator or a mark, `,` and `:` included.
    Op,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Something already reported; its statement is not read further.
    Bad,
    /// The end of the text.
    End,
}

/// A token with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether it is the first of its line.
    pub(crate) first: bool,
    /// The blanks at the start of its line, in bytes.
    pub(crate) indent: usize,
    /// The comments before it: from this index to that of the next token.
    pub(crate) comments: usize,
}

/// A comment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comment {
    /// From its slashes to the end of its line.
    pub(crate) span: Span,
    /// `///`
    pub(crate) doc: bool,
    /// Whether it stands alone on its line.
    pub(crate) alone: bool,
}

/// What a text consists of.
pub(crate) struct Lexed {
    /// The text that pest reads.
    pub(crate) text: String,
    /// The tokens; the last is [`Kind::End`].
    pub(crate) tokens: Vec<Token>,
    /// For each opening token its partner, filled by [`crate::brackets::pair`].
    pub(crate) partners: Vec<Partner>,
    /// The comments, in text order.
    pub(crate) comments: Vec<Comment>,
    /// What is wrong so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Statements with a change in them, written while they are read.
    pub(crate) changed: Vec<OnceCell<String>>,
}

/// Where a bracket closes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Partner {
    /// The token behind the contents; zero for tokens that open nothing.
    pub(crate) end: usize,
    /// Whether that token is the closing bracket.
    pub(crate) closed: bool,
}

impl Lexed {
    /// The characters of a token, as pest reads them.
    pub(crate) fn word(&self, index: usize) -> &str {
        match self.tokens.get(index) {
            // One that was put in has no place of its own.
            Some(t) if t.kind == Kind::Open && t.span.range().is_empty() => "{",
            Some(t) => self.text.get(t.span.range()).unwrap_or("").trim(),
            None => "",
        }
    }
    /// The kind of a token; past the end it is [`Kind::End`].
    pub(crate) fn kind(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(Kind::End, |t| t.kind)
    }
    /// Whether the token is the mark `op`.
    pub(crate) fn is_op(&self, index: usize, op: &str) -> bool {
        self.kind(index) == Kind::Op && self.word(index) == op
    }
    /// Whether the token is the word `word`.
    pub(crate) fn is_word(&self, index: usize, word: &str) -> bool {
        self.kind(index) == Kind::Word && self.word(index) == word
    }
    /// Whether a token is a name: a word or a name in backticks.
    pub(crate) fn is_name(&self, index: usize) -> bool {
        matches!(self.kind(index), Kind::Word | Kind::Backtick)
    }
    /// Whether the token opens with the bracket `open`.
    pub(crate) fn opens(&self, index: usize, open: &str) -> bool {
        self.kind(index) == Kind::Open && self.word(index) == open
    }
    /// The token behind this one, or behind its closing bracket if it opens one.
    pub(crate) fn after(&self, index: usize) -> usize {
        match self.partners.get(index) {
            Some(p) if p.end > index => p.end + usize::from(p.closed),
            _ => index + 1,
        }
    }
    /// The place of a token.
    pub(crate) fn span(&self, index: usize) -> Span {
        self.tokens.get(index.min(self.tokens.len().saturating_sub(1))).map_or(Span::default(), |t| t.span)
    }
}

/// The part of `text` whose bytes a [`Span`] can address.
pub(crate) fn addressable(text: &str) -> &str {
    let mut end = text.len().min(u32::MAX as usize - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Marks of several characters, longest first.
const MARKS: [&str; 15] = ["..=", "..", "->", "=>", "==", "!=", "<>", "<=", ">=", "|>", "||", "&&", "??", ":=", "="];

/// Statements that are read with a change, in a file.
const CHANGED: usize = 64;

/// Findings about characters: a file that is no spec needs no more.
const MOST: usize = 1_000;

struct Lexer<'t> {
    source: &'t str,
    at: usize,
    line: usize,
    indent: usize,
    fresh: bool,
    out: Vec<u8>,
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    pending: usize,
    diagnostics: Vec<Diagnostic>,
    conflict: bool,
    /// Whether a `/*` without an end was met: the rest of the text need not be searched again.
    endless: bool,
}

/// Cuts `source` into tokens.
pub(crate) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        source,
        at: 0,
        line: 0,
        indent: 0,
        fresh: true,
        out: source.as_bytes().to_vec(),
        tokens: Vec::new(),
        comments: Vec::new(),
        pending: 0,
        diagnostics: Vec::new(),
        conflict: false,
        endless: false,
    };
    lexer.run();
    let text = String::from_utf8(lexer.out).unwrap_or_else(|_| " ".repeat(source.len()));
    let Lexer { tokens, comments, diagnostics, .. } = lexer;
    let mut lexed = Lexed { text, tokens, partners: Vec::new(), comments, diagnostics, changed: Vec::new() };
    lexed.changed.resize(CHANGED, OnceCell::new());
    capitals::read(&mut lexed);
    lexed
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.source.starts_with('\u{feff}') {
            self.blank(0, 3);
            self.at = 3;
            self.line = 3;
        }
        while let Some(c) = self.peek() {
            if self.at == self.line && self.conflict_marker() {
                continue;
            }
            match c {
                '\n' => {
                    self.at += 1;
                    self.line = self.at;
                    self.fresh = true;
                }
                ' ' | '\t' | '\r' => self.at += 1,
                '/' if self.sees("//") => self.comment(),
                '"' => self.string(self.at),
                'r' if self.sees("r\"") => self.string(self.at + 1),
                '`' => self.backtick(),
                '0'..='9' => self.number(),
                '(' | '[' | '{' => self.push(Kind::Open, self.at + 1),
                ')' | ']' | '}' => self.push(Kind::Close, self.at + 1),
                _ if numbers::is_word(c) => self.word(),
                _ => self.mark(c),
            }
        }
        self.at = self.source.len();
        self.push(Kind::End, self.at);
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or("")
    }
    fn sees(&self, what: &str) -> bool {
        self.rest().starts_with(what)
    }
    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', self.rest().as_bytes()).map_or(self.source.len(), |i| self.at + i)
    }
    fn blank(&mut self, from: usize, to: usize) {
        self.replace(from, to, "");
    }
    /// Writes `new` over these bytes of the text that pest reads, padded with blanks.
    fn replace(&mut self, from: usize, to: usize, new: &str) {
        let mut new = new.bytes();
        for byte in self.out.iter_mut().take(to).skip(from).filter(|b| **b != b'\n') {
            *byte = new.next().unwrap_or(b' ');
        }
    }
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST {
            self.diagnostics.push(diagnostic);
        }
    }

    fn push(&mut self, kind: Kind, end: usize) {
        if self.fresh {
            self.indent = self.at - self.line;
        }
        self.tokens.push(Token {
            kind,
            span: Span::new(self.at, end),
            first: self.fresh,
            indent: self.indent,
            comments: self.pending,
        });
        self.pending = self.comments.len();
        self.fresh = false;
        self.at = end;
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let doc = self.sees("///") && !self.sees("////");
        self.comments.push(Comment { span: Span::new(self.at, end), doc, alone: self.fresh });
        self.blank(self.at, end);
        self.at = end;
    }

    fn word(&mut self) {
        let end = numbers::word_end(self.source, self.at);
        let text = self.source.get(self.at..end).unwrap_or("");
        if !text.is_ascii() {
            let span = Span::new(self.at, end);
            let fix = format!("`{text}`");
            self.report(
                Diagnostic::new(&rules::UNKNOWN_CHARACTER, span, "letters outside ASCII stand in backticks").fix(
                    format!("write {fix}"),
                    span,
                    fix.clone(),
                ),
            );
        }
        self.push(Kind::Word, end);
    }

    fn number(&mut self) {
        let (end, shape) = numbers::scan(self.source, self.at);
        if shape == Shape::BadDate {
            self.report(
                Diagnostic::new(
                    &rules::BAD_DATE,
                    Span::new(self.at, end),
                    "no date: four, two and two digits make one",
                )
                .help("write a date as 2020-01-01; a subtraction has blanks around its `-`"),
            );
            self.push(Kind::Bad, end);
        } else {
            self.push(Kind::Number, end);
        }
    }

    fn backtick(&mut self) {
        let end = self.line_end();
        let inside = self.source.get(self.at + 1..end).unwrap_or("");
        match inside.find('`') {
            Some(len) if len > 0 => self.push(Kind::Backtick, self.at + len + 2),
            found => {
                let (end, label) = match found {
                    Some(_) => (self.at + 2, "a name has at least one character"),
                    None => (end, "this backtick is never closed"),
                };
                self.report(Diagnostic::new(&rules::BAD_BACKTICK, Span::new(self.at, end), label));
                self.blank(self.at, end);
                self.push(Kind::Bad, end);
            }
        }
    }

    /// Reads a string whose first quote stands at `quote`; `r` may stand before it.
    fn string(&mut self, quote: usize) {
        let raw = quote > self.at;
        let text = self.source;
        let rest = text.get(quote + 1..).unwrap_or("");
        if !raw && rest.starts_with("\"\"") {
            match rest.get(2..).and_then(|r| r.find("\"\"\"")) {
                Some(len) => {
                    let (end, fresh_line) = (quote + 3 + len + 3, self.at);
                    self.push(Kind::Str, end);
                    if let Some(i) = text.get(fresh_line..end).and_then(|t| t.rfind('\n')) {
                        self.line = fresh_line + i + 1;
                    }
                }
                None => self.unterminated("`\"\"\"` is never closed"),
            }
            return;
        }
        let mut escaped = false;
        for (i, b) in rest.bytes().enumerate() {
            match b {
                b'\n' => break,
                _ if escaped => escaped = false,
                b'\\' if !raw => escaped = true,
                b'"' => return self.push(Kind::Str, quote + 1 + i + 1),
                _ => {}
            }
        }
        if !raw && self.title_without_quote(quote) {
            return;
        }
        self.unterminated("this string does not end on its line");
    }

    /// `test a title" {`: reads the title from its first word.
    fn title_without_quote(&mut self, quote: usize) -> bool {
        let line = self.source.get(self.line..quote).unwrap_or("");
        let behind = self.source.get(quote + 1..self.line_end()).unwrap_or("").trim();
        let Some(title) = line.strip_prefix("test ").map(str::trim_start) else { return false };
        if !matches!(behind, "" | "{") || title.contains(['"', '{']) || title.is_empty() {
            return false;
        }
        let start = quote - title.len();
        let here = Span::new(start, start);
        self.report(
            Diagnostic::new(&rules::UNTERMINATED_STRING, Span::new(start, quote + 1), "this string has no first quote")
                .fix("open it with `\"`", here, "\""),
        );
        self.tokens.retain(|t| (t.span.start as usize) < start);
        self.replace(start - 1, start, "\"");
        self.at = start - 1;
        self.push(Kind::Str, quote + 1);
        true
    }

    fn unterminated(&mut self, label: &str) {
        let line = self.source.get(self.at..self.line_end()).unwrap_or("");
        let end = self.at + line.trim_end().len();
        self.report(
            Diagnostic::new(&rules::UNTERMINATED_STRING, Span::new(self.at, end), label)
                .help("close it with `\"`; a text of several lines stands between `\"\"\"` and `\"\"\"`"),
        );
        self.blank(self.at, end);
        self.push(Kind::Bad, end);
    }

    /// Takes the first side of a conflict, so that the rest of the file is still read, and skips the other.
    fn conflict_marker(&mut self) -> bool {
        let rest = self.rest();
        let is = |mark: &str| {
            rest.starts_with(mark) && rest.get(7..).is_some_and(|r| r.is_empty() || r.starts_with([' ', '\n', '\r']))
        };
        let end = self.line_end();
        if is("<<<<<<<") {
            let span = Span::new(self.at, self.at + 7);
            self.report(
                Diagnostic::new(&rules::CONFLICT, span, "an unresolved merge conflict starts here")
                    .help("keep one of the two sides and remove the marker lines"),
            );
            self.conflict = true;
            self.blank(self.at, end);
            self.at = end;
            return true;
        }
        if !self.conflict || !(is("=======") || is("|||||||") || is(">>>>>>>")) {
            return false;
        }
        let from = self.at;
        let mut to = from;
        while !self.source.get(to..).is_none_or(|r| r.is_empty() || r.starts_with(">>>>>>>")) {
            to = memchr::memchr(b'\n', self.source.as_bytes().get(to..).unwrap_or(&[]))
                .map_or(self.source.len(), |i| to + i + 1);
        }
        self.at = to;
        let end = self.line_end();
        self.blank(from, end);
        self.at = end;
        self.conflict = false;
        true
    }

    fn mark(&mut self, c: char) {
        if self.foreign(c) {
            return;
        }
        if let Some(mark) = MARKS.iter().find(|m| self.sees(m)) {
            return self.push(Kind::Op, self.at + mark.len());
        }
        if "<>+-*/|&^,:.?;".contains(c) {
            return self.push(Kind::Op, self.at + 1);
        }
        let end = self.at + c.len_utf8();
        let shown = c.escape_debug();
        self.report(Diagnostic::new(
            &rules::UNKNOWN_CHARACTER,
            Span::new(self.at, end),
            format!("`{shown}` means nothing here"),
        ));
        self.blank(self.at, end);
        // A run of the same kind of garbage is one mistake.
        let mut stop = end;
        while let Some(next) = self.source.get(stop..).and_then(|r| r.chars().next()) {
            if numbers::is_word(next) || next.is_ascii() {
                break;
            }
            stop += next.len_utf8();
        }
        self.blank(end, stop);
        self.push(Kind::Bad, stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        let lexed = lex(text);
        (0..lexed.tokens.len() - 1).map(|i| (lexed.kind(i), lexed.word(i).to_string())).collect()
    }

    #[test]
    fn a_quantity_and_a_date_are_one_token_each() {
        let tokens = kinds("5nm 30 days 0.5% 64MiB 1900-01-01");
        assert!(tokens.iter().all(|(k, _)| *k == Kind::Number));
        assert_eq!(tokens.len(), 5);
    }

    #[test]
    fn a_string_holds_comments_and_brackets() {
        assert_eq!(kinds(r#""a // { \" b" x"#).len(), 2);
        assert_eq!(kinds("\"\"\"a\n\"b\"\n\"\"\" x").len(), 2);
        assert_eq!(kinds(r#"r"\d{3}" x"#).len(), 2);
    }

    #[test]
    fn comments_are_trivia_and_blanked() {
        let lexed = lex("a /// doc\n// plain\nb");
        assert_eq!(lexed.text, "a        \n        \nb");
        assert_eq!(lexed.comments.iter().map(|c| (c.doc, c.alone)).collect::<Vec<_>>(), [(true, false), (false, true)]);
    }

    #[test]
    fn smart_quotes_are_read_as_quotes_and_reported_once() {
        let lexed = lex("a = “b”");
        assert_eq!(lexed.diagnostics.len(), 1);
        assert_eq!(lexed.word(2), "\"b\"");
    }

    #[test]
    fn the_first_side_of_a_conflict_is_read() {
        let lexed = lex("<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\nc");
        assert_eq!(lexed.diagnostics.len(), 1);
        assert_eq!((lexed.word(0), lexed.word(1), lexed.tokens.len()), ("a", "c", 3));
    }
}
