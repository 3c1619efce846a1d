//! What other languages write at the place where pest stopped, each with what is written here.

use std::ops::Range;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;

/// Methods of texts of other languages, and the function here.
const METHODS: [(&str, &str); 8] = [
    ("strip", "trim"),
    ("toUpperCase", "upper"),
    ("to_uppercase", "upper"),
    ("toLowerCase", "lower"),
    ("to_lowercase", "lower"),
    ("len", "length"),
    ("substr", "substring"),
    ("title", "title_case"),
];

impl Parser<'_> {
    /// The finding for a known construct of another language.
    pub(super) fn idiom(&self, entry: Rule, range: Range<usize>, token: usize) -> Option<Diagnostic> {
        match entry {
            Rule::column => self.column_idiom(range, token),
            Rule::arrow_head | Rule::map_head | Rule::route_head => self.condition_idiom(entry, token),
            Rule::then_stmt => self.fate_idiom(token),
            Rule::code_row if self.lexed.is_word(token, "else") => {
                let before = self.lexed.span(token - 1);
                let gap = Span { start: before.end, end: before.end };
                let label = "the `else` of the codes is an entry of its own";
                Some(self.found(self.lexed.span(token), label).fix("put a comma before it", gap, ","))
            }
            Rule::copy_stmt if matches!(self.lexed.kind(token), Kind::Op | Kind::Open) || self.is(token, "else") => {
                let name = self.lexed.word(token - 1);
                let label = "a copied column is taken as it is";
                Some(
                    self.found(self.lexed.span(token), label).help(format!(
                        "take `{name}` out of the `copy`, and write a line of its own: `{name} = {name} …`"
                    )),
                )
            }
            _ => self.value_idiom(range, token),
        }
    }

    fn found(&self, span: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&rules::SYNTAX, span, label)
    }

    /// Whether a token is this word, in capitals or not.
    fn is(&self, at: usize, word: &str) -> bool {
        self.lexed.kind(at) == Kind::Word && self.lexed.word(at).eq_ignore_ascii_case(word)
    }

    /// The characters of the spec from one token to another.
    fn source_of(&self, from: usize, to: usize) -> &str {
        let span = self.lexed.span(from).to(self.lexed.span(to));
        if from > to { "" } else { self.lexed.text.get(span.range()).unwrap_or("").trim() }
    }

    /// What other schemas write behind a column's type.
    fn column_idiom(&self, range: Range<usize>, token: usize) -> Option<Diagnostic> {
        let (here, before) = (self.lexed.span(token), self.lexed.span(token.checked_sub(1)?));
        let from_before = |to: Span| Span { start: before.end, end: to.end };
        if self.is(token, "not") && self.is(token + 1, "null") {
            let whole = here.to(self.lexed.span(token + 1));
            let label = "a column whose type has no `?` is never null";
            return Some(self.found(whole, label).fix("leave it out", from_before(whole), ""));
        }
        if self.is(token, "null") && !self.is(token + 1, "if") {
            let label = "a column that may be null has a `?` behind its type";
            return Some(self.found(here, label).fix("write `?`", from_before(here), "?"));
        }
        if self.is(token, "primary") && self.is(token + 1, "key") {
            let whole = here.to(self.lexed.span(token + 1));
            return Some(self.found(whole, "a key is said by `key` alone").fix("write `key`", whole, "key"));
        }
        if self.is(token, "default") {
            return Some(self.found(here, "a default stands behind `=`").fix("write `=`", here, "="));
        }
        for word in ["key", "unique"] {
            if self.is(token, word) && self.lexed.word(token) != word {
                return Some(self.found(here, format!("it is written `{word}`")).fix(
                    format!("write `{word}`"),
                    here,
                    word,
                ));
            }
        }
        let quoted = ["as", "from", "or", "if", "path", "fill"];
        if token < range.end && self.lexed.is_name(token) && quoted.iter().any(|w| self.lexed.is_word(token - 1, w)) {
            let word = self.lexed.word(token).trim_matches('`').to_owned();
            let label = format!("behind `{}` stands a text", self.lexed.word(token - 1));
            return Some(self.found(here, label).fix("put it between quotes", here, format!("\"{word}\"")));
        }
        let dash = self.lexed.is_op(token, "-") || self.is(token, "to") || self.lexed.is_op(token, ":");
        let places = self.lexed.is_word(token.checked_sub(2)?, "at") && self.lexed.kind(token - 1) == Kind::Number;
        if dash && places && self.lexed.kind(token + 1) == Kind::Number {
            let gap = Span { start: before.end, end: self.lexed.span(token + 1).start };
            return Some(self.found(here, "from one character to another is `..`").fix("write `..`", gap, ".."));
        }
        None
    }

    /// The condition of an arrow is its `when`, that of a map its `where`.
    fn condition_idiom(&self, entry: Rule, token: usize) -> Option<Diagnostic> {
        let ours = if entry == Rule::arrow_head { "when" } else { "where" };
        let foreign = ["if", "when", "where", "unless", "filter"];
        let word = *foreign.iter().find(|word| **word != ours && self.is(token, word))?;
        let what = if entry == Rule::arrow_head { "an arrow" } else { "a map" };
        let found = self.found(self.lexed.span(token), format!("the condition of {what} is its `{ours}`"));
        Some(match word {
            "unless" => found.help(format!("write `{ours} not (…)`")),
            _ => found.fix(format!("write `{ours}`"), self.lexed.span(token), ours),
        })
    }

    /// `then drop x` in a test.
    fn fate_idiom(&self, token: usize) -> Option<Diagnostic> {
        let words = [("drop", "dropped"), ("reject", "rejected"), ("warn", "warned")];
        let at = [token, token.checked_sub(1)?].into_iter().find(|at| words.iter().any(|(w, _)| self.is(*at, w)))?;
        let (_, ours) = words.iter().find(|(word, _)| self.is(at, word))?;
        let span = self.lexed.span(at);
        let label = format!("a test says what became of a record: `{ours}`");
        Some(self.found(span, label).fix(format!("write `{ours}`"), span, *ours))
    }

    /// What other languages write in values.
    fn value_idiom(&self, range: Range<usize>, token: usize) -> Option<Diagnostic> {
        let here = self.lexed.span(token);
        if self.is(token, "between") && token > range.start {
            let and = (token + 2..range.end).find(|at| self.is(*at, "and"));
            let found = self.found(here, "a range is written with `in` and `..=`, both ends included");
            return Some(match and {
                Some(and) => {
                    let text = format!("in {} ..=", self.source_of(token + 1, and - 1));
                    found.fix(format!("write `{text}`"), here.to(self.lexed.span(and)), text)
                }
                None => found.help("write `x in 1 ..= 50`"),
            });
        }
        if self.lexed.is_op(token, "?") {
            return Some(
                Diagnostic::new(&rules::NO_IF, here, "there is no conditional of this kind")
                    .help("write `match { cond => value, else => other }`"),
            );
        }
        if self.lexed.is_op(token, "%") {
            return Some(self.found(here, "the rest of a division is a function").help("write `remainder(a, b)`"));
        }
        // `else reject "text"`
        if self.lexed.kind(token) == Kind::Str && self.lexed.is_word(token.checked_sub(1)?, "reject") {
            let label = "a code stands before the text: it is what the ledger counts";
            return Some(self.found(here, label).help("write `else reject CODE \"text\"`"));
        }
        // The bracket in which the token stands.
        let around = (range.start..token).rev().find(|at| {
            self.lexed.kind(*at) == Kind::Open
                && self.lexed.partners.get(*at).is_some_and(|p| p.closed && p.end >= token)
        });
        if let Some(open) = around {
            let close = self.lexed.partners.get(open).map_or(open, |p| p.end);
            if self.lexed.opens(open, "(")
                && self.lexed.is_op(token, ",")
                && open > 0
                && self.lexed.is_word(open - 1, "in")
            {
                let text = format!("[{}]", self.source_of(open + 1, close - 1));
                let span = self.lexed.span(open).to(self.lexed.span(close));
                return Some(self.found(span, "a list stands between square brackets").fix(
                    format!("write `{text}`"),
                    span,
                    text,
                ));
            }
            let converts = ["cast", "try_cast", "safe_cast", "convert"];
            if self.is(token, "as") && open > 0 && converts.iter().any(|c| self.is(open - 1, c)) {
                let span = self.lexed.span(open - 1).to(self.lexed.span(close));
                return Some(self.found(span, "the type's name converts").help(
                    "write `int64(x)`, `decimal(x, 12, 2)`, `date(x, \"%d.%m.%Y\")`, `text(x)` … with an `else` behind it",
                ));
            }
        }
        // `x.trim()`
        let method = self.lexed.opens(token, "(")
            && token >= range.start + 3
            && self.lexed.is_name(token - 1)
            && self.lexed.is_op(token - 2, ".");
        if method {
            let close = self.lexed.partners.get(token).filter(|p| p.closed)?.end;
            let function = self.lexed.word(token - 1);
            let ours = METHODS.iter().find(|(theirs, _)| function.eq_ignore_ascii_case(theirs));
            let function = ours.map_or(function, |(_, ours)| *ours);
            let arguments = self.source_of(token + 1, close - 1);
            let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
            let span = self.lexed.span(token - 2).to(self.lexed.span(close));
            let text = format!(" |> {function}{arguments}");
            return Some(self.found(span, "a value goes through a function by a pipe").fix(
                format!("write `…{text}`"),
                span,
                text,
            ));
        }
        None
    }
}
