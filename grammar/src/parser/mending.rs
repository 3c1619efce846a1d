//! Small changes that make a statement readable. Each is tried at the place where pest stopped, and offered only if the
//! whole statement can be read with it.

use std::ops::Range;

use pest::Parser as _;

use super::foreign::near;
use super::{Mig, Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;

/// Statements longer than this are not tried: each try reads the whole.
const LONGEST: usize = 4_000;

/// How many changes are tried for one statement.
const TRIES: usize = 40;

/// Tokens of other languages, and what is written here.
const TOKENS: &[(&[&str], &str)] = &[
    (&["=", "="], "=="),
    (&["==", "="], "=="),
    (&["!=", "="], "!="),
    (&["=", "<"], "<="),
    (&["=", ">"], ">="),
    (&["=>"], ">="),
    (&["<", "-"], "->"),
    (&["<", "-"], "="),
    (&["=>"], "->"),
    (&["=>"], "="),
    (&["->"], "="),
    (&["->"], "=>"),
    (&["->"], "."),
    (&[":"], "="),
    (&[":"], "=>"),
    (&[":"], "/"),
    (&[":", "="], "="),
    (&["::"], ":"),
    (&["|"], "or"),
    (&["="], ":"),
    (&["="], "=>"),
    (&[".."], "..="),
    (&["-"], "..="),
    (&["<"], "<="),
    (&["to"], "->"),
    (&["into"], "->"),
    (&["to"], "..="),
    (&["isnull"], "is null"),
    (&["is", "none"], "is null"),
    (&["is", "nil"], "is null"),
    (&["is", "not", "none"], "is not null"),
    (&["is", "not", "nil"], "is not null"),
    (&["not", "null"], "is not null"),
    (&["notnull"], "is not null"),
    (&["is", "not"], "!="),
    (&["is"], "=="),
    (&["equals"], "=="),
    (&["eq"], "=="),
    (&["ne"], "!="),
    (&["lt"], "<"),
    (&["le"], "<="),
    (&["gt"], ">"),
    (&["ge"], ">="),
    (&["x"], "*"),
    (&["match"], "matches"),
    (&["switch"], "match"),
    (&["rlike"], "matches"),
    (&["regexp"], "matches"),
    (&["nullif"], "null if"),
    (&["null_if"], "null if"),
    (&["null", "when"], "null if"),
    (&["na"], "null if"),
    (&["pad"], "fill"),
    (&["padding"], "fill"),
    (&["missing"], "absent"),
    (&["missing", "null"], "absent null"),
    (&["length"], "for"),
    (&["len"], "for"),
    (&["format"], "as"),
    (&["pattern"], "as"),
    (&["distinct"], "unique"),
    (&["named"], "from"),
    (&["header"], "from"),
    (&["otherwise"], "else"),
    (&["or"], "else"),
    (&["else", ":"], "else"),
    (&["raise"], "reject"),
    (&["throw"], "reject"),
    (&["fail"], "reject"),
    (&["error"], "reject"),
    (&["skip"], "drop"),
    (&["ignore"], "drop"),
    (&["skip"], "drop as"),
    (&["ignore"], "drop as"),
    (&["delete"], "drop"),
    (&["because"], "as"),
    (&["with"], "as"),
    (&["where"], "if"),
    (&["when"], "if"),
    (&["if"], "where"),
    (&["if"], "when"),
    (&["exclude"], "except"),
    (&["but"], "except"),
    (&["without"], "except"),
    (&["minus"], "except"),
    (&["all"], "*"),
    (&["max"], "up to"),
    (&["upto"], "up to"),
    (&["on"], "labels"),
    (&["of"], "labels"),
    (&["default"], "="),
    (&["oneof"], "one of"),
    (&["timestamp", "with", "time", "zone"], "timestamptz"),
    (&["timestamp", "without", "time", "zone"], "timestamp"),
    (&["double", "precision"], "float64"),
    (&["time", "zone"], "zone"),
    (&["at", "timezone"], "at zone"),
];

/// Words of the language that a word may nearly be.
const WORDS: &[&str] = &[
    "key", "as", "from", "unique", "at", "absent", "null", "path", "align", "fill", "left", "right", "else", "reject",
    "drop", "warn", "abort", "if", "where", "when", "except", "keep", "first", "explode", "and", "or", "not", "in",
    "is", "like", "matches", "exact", "variants", "list", "up", "to", "match", "labels", "by", "zone",
];

/// Words that are left out where they stand.
const NEEDLESS: &[&str] = &["if", "by", "=", "?", ",", "*", "then", "the"];

/// A change, and what is said of it.
pub(super) struct Offer {
    at: Span,
    label: String,
    help: String,
    edit: (Span, String),
}

impl Parser<'_> {
    /// The finding with a change that makes the statement readable.
    pub(super) fn mending(&self, entry: Rule, range: Range<usize>, token: usize) -> Option<Diagnostic> {
        let span = self.span_of(range.clone());
        if span.range().len() > LONGEST {
            return None;
        }
        let offers = self.offers(entry, &range, token);
        let reads = |offer: &Offer| {
            self.with_change(span, &offer.edit).is_some_and(|(text, _)| Mig::parse(entry, &text).is_ok())
        };
        let Offer { at, label, help, edit } = offers.into_iter().take(TRIES).find(reads)?;
        let rule = if label.contains("conditional") { &rules::NO_IF } else { &rules::SYNTAX };
        Some(Diagnostic::new(rule, at, label).fix(help, edit.0, edit.1))
    }

    fn offers(&self, entry: Rule, range: &Range<usize>, token: usize) -> Vec<Offer> {
        let mut out = Vec::new();
        let places = || [token, token.wrapping_sub(1), token.wrapping_sub(2), token + 1];
        let within = |at: &usize| range.contains(at);
        out.extend(self.rule_words(entry, range));
        self.special(entry, range, token, &mut out);
        for at in places().into_iter().filter(within) {
            self.tokens(entry, range, at, &mut out);
        }
        for at in places().into_iter().take(2).filter(within) {
            self.near_words(entry, at, &mut out);
        }
        self.missing(entry, range, token, &mut out);
        self.needless(entry, range, token, &mut out);
        out
    }

    /// The bytes from one token to behind another.
    pub(super) fn over(&self, from: usize, to: usize) -> Span {
        self.lexed.span(from).to(self.lexed.span(to))
    }

    pub(super) fn text_of(&self, span: Span) -> &str {
        self.lexed.text.get(span.range()).unwrap_or("")
    }

    /// A change of some characters.
    pub(super) fn replace(&self, at: Span, new: impl Into<String>) -> Offer {
        let new = new.into();
        let label = format!("`{}` is written `{new}` here", self.text_of(at).trim());
        Offer { at, label, help: format!("write `{new}`"), edit: (at, new) }
    }

    fn tokens(&self, entry: Rule, range: &Range<usize>, at: usize, out: &mut Vec<Offer>) {
        for (theirs, ours) in TOKENS {
            let all = theirs.iter().enumerate().all(|(i, word)| {
                at + i < range.end
                    && !matches!(self.lexed.kind(at + i), Kind::Str | Kind::Backtick | Kind::Bad)
                    && self.lexed.word(at + i).eq_ignore_ascii_case(word)
            });
            let fits = match *ours {
                // Behind an `=` it would compare.
                "=" => {
                    let assigns = [
                        Rule::assign_stmt,
                        Rule::let_stmt,
                        Rule::type_head,
                        Rule::fn_item,
                        Rule::place_head,
                        Rule::param_item,
                        Rule::column,
                    ];
                    assigns.contains(&entry) && !(range.start..at).any(|at| self.lexed.is_op(at, "="))
                }
                ":" | "->" => entry != Rule::code_row && at > range.start,
                "." => self.lexed.is_name(at + 1),
                "labels" => entry == Rule::layer,
                "/" => matches!(entry, Rule::layer | Rule::scale_stmt | Rule::ignore),
                "..=" => self.lexed.kind(at + 1) == Kind::Number || entry == Rule::key_of,
                "<=" => theirs.len() > 1 || entry == Rule::snap_stmt,
                "=>" => matches!(entry, Rule::code_row),
                "*" => entry == Rule::copy_stmt || *theirs == ["x"],
                "if" | "where" | "when" => theirs != &["if"] || matches!(entry, Rule::explode_stmt),
                _ => true,
            };
            if all && fits {
                out.push(self.replace(self.over(at, at + theirs.len() - 1), *ours));
            }
        }
    }

    fn near_words(&self, entry: Rule, at: usize, out: &mut Vec<Offer>) {
        // A word of the language is meant as it stands.
        if self.lexed.kind(at) != Kind::Word || WORDS.contains(&self.lexed.word(at)) {
            return;
        }
        let word = self.lexed.word(at);
        let fates = ["dropped", "rejected", "warned", "apart"];
        let words = if entry == Rule::then_stmt { &fates[..] } else { WORDS };
        out.extend(
            words.iter().filter(|w| **w != word && near(w, word)).map(|w| self.replace(self.lexed.span(at), *w)),
        );
    }

    /// A word or sign that was forgotten.
    fn missing(&self, entry: Rule, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        let mut before = |at: usize, what: &str| {
            if at <= range.start || at > range.end {
                return;
            }
            let here = self.lexed.span(at);
            let last = self.lexed.span(at - 1);
            let (gap, new) = match what {
                "," => (Span { start: last.end, end: last.end }, ",".to_owned()),
                ":" => (Span { start: last.end, end: last.end }, ":".to_owned()),
                _ if at == range.end => (Span { start: last.end, end: last.end }, format!(" {what}")),
                _ => (Span { start: here.start, end: here.start }, format!("{what} ")),
            };
            let at = if at == range.end { gap } else { here };
            let label = format!("`{what}` is missing before this");
            out.push(Offer { at, label, help: format!("write `{what}`"), edit: (gap, new) });
        };
        let text = self.lexed.kind(token) == Kind::Str && token < range.end;
        let name = self.lexed.is_name(token) && token < range.end;
        let after_text = token > range.start && self.lexed.kind(token - 1) == Kind::Str;
        let behind = |word: &str| token > range.start && self.lexed.is_word(token - 1, word);
        match entry {
            Rule::column if text && after_text => before(token, ","),
            Rule::column if text && self.lexed.word(token).contains('%') => before(token, "as"),
            Rule::column if text => before(token, "from"),
            Rule::drop_stmt | Rule::reject_stmt => {
                before(range.start + 1, "if");
                if name {
                    before(token, "as");
                }
            }
            Rule::identify | Rule::consensus => before(range.start + 1, "by"),
            Rule::param_item | Rule::codes_head => before(range.start + 2, ":"),
            Rule::type_head | Rule::place_head => before(range.start + 2, "="),
            Rule::snap_stmt => before(range.start + 1, "exact"),
            Rule::scale_stmt => {}
            Rule::copy_stmt | Rule::ignore if name => before(token, ","),
            _ => {}
        }
        if name && behind("drop") {
            before(token, "as");
        }
        let code = token > range.start + 1 && self.lexed.is_name(token - 1) && !self.lexed.is_word(token - 1, "reject");
        if text && code && self.lexed.is_word(token - 2, "else") {
            before(token - 1, "reject");
        }
        if entry == Rule::column && behind("absent") {
            before(token, "null");
        }
        let named = name && self.lexed.is_op(token + 1, ":") && self.is_operand(token.wrapping_sub(1));
        if named && matches!(entry, Rule::place_head | Rule::let_stmt | Rule::assign_stmt) {
            before(token, ",");
        }
        if (text || name) && self.in_brackets(range, token) && self.is_operand(token - 1) {
            before(token, ",");
        }
    }

    fn is_operand(&self, at: usize) -> bool {
        matches!(self.lexed.kind(at), Kind::Str | Kind::Number | Kind::Word | Kind::Backtick | Kind::Close)
    }

    fn in_brackets(&self, range: &Range<usize>, token: usize) -> bool {
        (range.start..token).any(|at| self.lexed.opens(at, "[") && self.lexed.after(at) > token)
    }

    /// A word or sign too many.
    fn needless(&self, entry: Rule, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        for at in [token, token.wrapping_sub(1)] {
            if !range.contains(&at) || at == range.start || !NEEDLESS.contains(&self.lexed.word(at)) {
                continue;
            }
            let fits = match self.lexed.word(at) {
                "if" => entry == Rule::check_stmt && at == range.start + 1,
                "by" | "=" => matches!(entry, Rule::scale_stmt),
                "," => self.lexed.kind(at + 1) == Kind::Word || self.lexed.is_op(at + 1, "->"),
                "?" => self.lexed.is_op(at + 1, "."),
                "*" => entry == Rule::copy_stmt,
                _ => true,
            };
            if fits {
                let here = self.lexed.span(at);
                let next = self.lexed.span(at + 1);
                let word = self.lexed.word(at);
                let gap = match word {
                    "if" | "by" | "=" | "then" | "the" => Span { start: here.start, end: next.start },
                    _ => here,
                };
                let label = format!("`{word}` does not belong here");
                out.push(Offer { at: here, label, help: "leave it out".to_owned(), edit: (gap, String::new()) });
            }
        }
    }

    /// What a table cannot say.
    fn special(&self, entry: Rule, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        let word = |at: usize| self.lexed.word(at);
        let offer = |at: Span, label: &str, edit: Span, new: String| Offer {
            at,
            label: label.to_owned(),
            help: format!("write `{new}`"),
            edit: (edit, new),
        };
        let here = self.lexed.span(token);
        // A text without its quotes, up to where the statement can be read again.
        let takes_text = matches!(entry, Rule::use_item)
            || token > range.start
                && ["as", "from", "or", "if", "path", "fill"].iter().any(|w| self.lexed.is_word(token - 1, w));
        if takes_text && token < range.end {
            for last in (token..range.end.min(token + 6)).rev() {
                let span = self.over(token, last);
                let text = self.text_of(span).trim();
                if !text.contains(['"', '{', '}', '\n']) && self.lexed.word(last) != "else" {
                    let label = format!("behind `{}` stands a text", word(token - 1));
                    let text = format!("\"{}\"", text.trim_matches('`'));
                    out.push(Offer { help: "put it between quotes".to_owned(), ..offer(span, &label, span, text) });
                }
            }
        }
        // A name in quotes.
        if self.lexed.kind(token) == Kind::Str && token < range.end {
            let inner = word(token).trim_matches('"');
            let named = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let dotted = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
            if named {
                out.push(offer(here, "a name stands without quotes", here, inner.to_owned()));
            } else if dotted && entry == Rule::then_stmt {
                out.push(offer(here, "a name with a point stands in backticks", here, format!("`{inner}`")));
            }
        }
        if entry == Rule::then_stmt
            && self.lexed.is_op(token, ".")
            && token > range.start
            && self.lexed.is_name(token + 1)
        {
            let span = self.over(token - 1, token + 1);
            let name = format!("`{}`", self.text_of(span));
            out.push(offer(span, "a name with a point stands in backticks", span, name));
        }
        self.choices(range, token, out);
        // `.01`, `0,01`, `01.02.1900`
        if self.lexed.is_op(token, ".") && self.lexed.kind(token + 1) == Kind::Number {
            let span = self.over(token, token + 1);
            let number = format!("0{}", self.text_of(span));
            out.push(offer(span, "a number has a digit before its point", span, number));
        }
        let beside = |at: usize| self.lexed.span(at).end == self.lexed.span(at + 1).start;
        for at in [token, token.wrapping_sub(1)] {
            if !range.contains(&at) || !self.lexed.is_op(at, ",") || at == range.start || !beside(at - 1) || !beside(at)
            {
                continue;
            }
            let span = self.over(at - 1, at + 1);
            if (self.lexed.kind(at - 1), self.lexed.kind(at + 1)) == (Kind::Number, Kind::Number) {
                let number = self.text_of(span).replace(',', ".");
                out.push(offer(span, "the decimal sign of the language is the point", span, number));
            }
        }
        // `bad-weight`, `1 nm`
        if self.lexed.is_op(token, "-") && token > range.start && self.lexed.is_name(token - 1) && beside(token - 1) {
            let mut end = token;
            while self.lexed.is_op(end, "-") && self.lexed.is_name(end + 1) && beside(end) {
                end += 2;
            }
            if end > token {
                let span = self.over(token - 1, end - 1);
                let name = self.text_of(span).replace('-', "_");
                out.push(offer(span, "a name has `_` between its words", span, name));
            }
        }
        if ["nm", "um", "mm"].contains(&word(token))
            && token > range.start
            && self.lexed.kind(token - 1) == Kind::Number
        {
            let span = self.over(token - 1, token);
            let text = format!("{}{}", word(token - 1), word(token));
            out.push(offer(span, "a length has its unit right behind it", span, text));
        }
        // `csv({data}/file.csv)`
        if entry == Rule::place_head && self.lexed.opens(token, "{") {
            let end = (token..range.end).find(|at| self.lexed.is_op(*at, ",") || self.lexed.word(*at) == ")");
            if let Some(end) = end.filter(|end| *end > token) {
                let span = self.over(token, end - 1);
                let text = format!("\"{}\"", self.text_of(span));
                out.push(offer(span, "a path stands between quotes", span, text));
            }
        }
        out.extend(self.days(range));
        // `x::decimal(18, 2)`
        if self.lexed.is_op(token, ":")
            && self.lexed.is_op(token + 1, ":")
            && self.lexed.is_name(token + 2)
            && self.lexed.is_name(token.wrapping_sub(1))
        {
            let (value, ty) = (word(token - 1), word(token + 2));
            let open = token + 3;
            let called = self.lexed.opens(open, "(") && self.lexed.partners.get(open).is_some_and(|p| p.closed);
            let close = if called { self.lexed.after(open) - 1 } else { token + 2 };
            let numbers = if called { self.text_of(self.over(open + 1, close - 1)).to_owned() } else { String::new() };
            let rest = if numbers.is_empty() { numbers } else { format!(", {numbers}") };
            let span = self.over(token - 1, close);
            out.push(offer(span, "the type's name converts", span, format!("{ty}({value}{rest})")));
        }
        // `f"{name}"`
        if self.lexed.kind(token) == Kind::Str
            && token > range.start
            && self.lexed.kind(token - 1) == Kind::Word
            && beside(token - 1)
        {
            let prefix = self.lexed.span(token - 1);
            let label = "a text holds values without a letter before it";
            out.push(Offer { help: "leave it out".to_owned(), ..offer(prefix, label, prefix, String::new()) });
        }
        // `lines.1.article: "x"`
        if matches!(entry, Rule::given_stmt | Rule::then_stmt)
            && token > range.start
            && let Some(colon) = (token..range.end).find(|at| self.lexed.is_op(*at, ":"))
            && colon <= token + 4
        {
            let span = self.over(token - 1, colon - 1);
            let name = format!("`{}`", self.text_of(span));
            out.push(offer(span, "a name with a point stands in backticks", span, name));
        }
        // `x as int64`
        let types = ["int16", "int32", "int64", "float64", "date", "text", "bool", "uuid", "timestamp"];
        if matches!(entry, Rule::let_stmt | Rule::assign_stmt)
            && self.lexed.is_word(token, "as")
            && types.contains(&word(token + 1))
            && token > range.start
            && self.lexed.is_name(token - 1)
        {
            let span = self.over(token - 1, token + 1);
            let text = format!("{}({})", word(token + 1), word(token - 1));
            out.push(offer(span, "the type's name converts", span, text));
        }
        // `reject code if condition`
        let second = range.start + 1;
        if matches!(entry, Rule::drop_stmt | Rule::reject_stmt)
            && self.lexed.is_name(second)
            && self.lexed.is_word(second + 1, "if")
            && second + 2 < range.end
        {
            let told = self.lexed.kind(range.end - 1) == Kind::Str;
            let end = if told { range.end - 2 } else { range.end - 1 };
            let span = self.over(second, end);
            let cond = self.text_of(self.over(second + 2, end));
            let text = format!("if {cond} as {}", word(second));
            out.push(offer(self.lexed.span(second), "the reason stands behind the condition, after `as`", span, text));
        }
        // `name contains "x"`
        for at in [token, token.wrapping_sub(1)] {
            if !range.contains(&at) || at == range.start || self.lexed.kind(at + 1) != Kind::Str {
                continue;
            }
            let span = self.over(at - 1, at + 1);
            let (left, right) = (word(at - 1), word(at + 1));
            match word(at) {
                "contains" | "includes" => {
                    out.push(offer(span, "this is a function", span, format!("contains({left}, {right})")));
                }
                "startswith" | "starts_with" => {
                    out.push(offer(span, "this is a function", span, format!("starts_with({left}, {right})")));
                }
                "endswith" | "ends_with" => {
                    out.push(offer(span, "this is a function", span, format!("ends_with({left}, {right})")));
                }
                "ilike" => {
                    let text = format!("lower({left}) like {}", right.to_lowercase());
                    out.push(offer(span, "`like` tells capitals from small letters", span, text));
                }
                _ => {}
            }
        }
        // `map target <- source`
        if entry == Rule::map_head
            && self.lexed.is_op(second + 1, "<")
            && self.lexed.is_op(second + 2, "-")
            && second + 4 == range.end
        {
            let span = self.over(second, second + 3);
            let text = format!("{} -> {}", word(second + 3), word(second));
            out.push(offer(self.over(second + 1, second + 2), "a map goes from its source to its target", span, text));
        }
        self.braces(entry, range, token, out);
        self.listed(entry, range, token, out);
    }

    /// `if c then a else b` and `c ? a : b`, which are each a `match`.
    fn choices(&self, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        let mut write = |at: Span, whole: Span, parts: [(usize, usize); 3]| {
            let [cond, then, other] =
                parts.map(|(from, to)| if from > to { "" } else { self.text_of(self.over(from, to)) });
            let new = format!("match {{ {cond} => {then}, else => {other} }}");
            let label = "there is no conditional of this kind".to_owned();
            out.push(Offer { at, label, help: format!("write `{new}`"), edit: (whole, new) });
        };
        let find = |from: usize, what: &str| (from..range.end).find(|at| self.lexed.word(*at) == what);
        let last = range.end - 1;
        if let Some(at) = find(range.start + 1, "if")
            && let Some(then) = find(at + 1, "then")
            && let Some(other) = find(then + 1, "else")
            && other < last
        {
            write(
                self.lexed.span(at),
                self.over(at, last),
                [(at + 1, then - 1), (then + 1, other - 1), (other + 1, last)],
            );
        }
        if self.lexed.is_op(token, "?")
            && let Some(start) = find(range.start, "=").map(|at| at + 1)
            && let Some(other) = find(token + 1, ":")
            && start < token
            && other < last
        {
            let parts = [(start, token - 1), (token + 1, other - 1), (other + 1, last)];
            write(self.lexed.span(token), self.over(start, last), parts);
        }
    }

    /// Days with points.
    fn days(&self, range: &Range<usize>) -> Option<Offer> {
        let span = self.span_of(range.clone());
        let text = self.text_of(span);
        let day = |at: usize| -> Option<String> {
            let text = text.get(at..at + 10)?;
            let digits = |r: Range<usize>| text.get(r).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
            let (d, m, y) = (digits(0..2)?, digits(3..5)?, digits(6..10)?);
            (text.get(2..3)? == "." && text.get(5..6)? == ".").then(|| format!("{y}-{m}-{d}"))
        };
        let bare = |at: usize| {
            text.get(..at).is_some_and(|t| t.matches('"').count() % 2 == 0 && !t.ends_with(char::is_alphanumeric))
        };
        let found: Vec<usize> = (0..text.len()).filter(|at| bare(*at) && day(*at).is_some()).take(4).collect();
        let (first, last) = (*found.first()?, found.last()? + 10);
        let mut new = String::new();
        let mut at = first;
        for start in found {
            new.push_str(text.get(at..start)?);
            new.push_str(&day(start)?);
            at = start + 10;
        }
        let base = span.start as usize;
        let whole = Span::new(base + first, base + last);
        let here = Span::new(base + first, base + first + 10);
        let label = "a day is written year-month-day".to_owned();
        Some(Offer { at: here, label, help: format!("write `{new}`"), edit: (whole, new) })
    }

    /// Braces where others stand: `refs{key}`, `{{ name }}`; arms with `->` or `:`.
    fn braces(&self, entry: Rule, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        let offer = |at: Span, label: &str, edit: Span, new: String| Offer {
            at,
            label: label.to_owned(),
            help: format!("write `{new}`"),
            edit: (edit, new),
        };
        let closed = |at: usize| self.lexed.partners.get(at).filter(|p| p.closed && p.end < range.end).map(|p| p.end);
        if self.lexed.opens(token, "{")
            && let Some(close) = closed(token)
            && close > token + 1
        {
            let span = self.over(token, close);
            let inner = self.text_of(self.over(token + 1, close - 1));
            if token > range.start && self.lexed.is_name(token - 1) {
                out.push(offer(span, "a record is looked up with square brackets", span, format!("[{inner}]")));
            }
            let inner = inner.trim().trim_matches(['{', '}']).trim();
            if entry == Rule::place_head {
                return;
            }
            out.push(offer(span, "a name is a value as it stands", span, inner.to_owned()));
        }
        for (open, close, label) in
            [("[", "]", "this stands between parentheses"), ("(", ")", "this stands without parentheses")]
        {
            for at in [token, token.wrapping_sub(1)] {
                let Some(end) =
                    Some(at).filter(|at| range.contains(at) && self.lexed.opens(*at, open)).and_then(closed)
                else {
                    continue;
                };
                let bare = matches!(entry, Rule::identify | Rule::consensus | Rule::copy_stmt);
                if end == at + 1 || open == "(" && !bare && self.lexed.kind(at + 1) != Kind::Str {
                    continue;
                }
                let span = self.over(at, end);
                let inner = self.text_of(self.over(at + 1, end - 1));
                debug_assert!(self.text_of(span).ends_with(close));
                out.push(match open {
                    "[" if self.lexed.kind(at + 1) == Kind::Str => {
                        offer(span, "this stands without brackets", span, inner.to_owned())
                    }
                    "[" => offer(span, label, span, format!("({inner})")),
                    _ => offer(span, label, span, inner.to_owned()),
                });
                // `enum("A", "B")`
                if open == "(" && at > range.start && self.lexed.kind(at + 1) == Kind::Str {
                    let span = self.over(at - 1, end);
                    if ["date", "time", "timestamp", "bool", "decimal"].contains(&self.lexed.word(at - 1)) {
                        let label = "how a value is written stands behind `as`";
                        out.push(offer(span, label, span, format!("{} as {inner}", self.lexed.word(at - 1))));
                    } else if entry == Rule::column {
                        let label = "a choice of texts is a type by itself";
                        out.push(offer(span, label, span, format!("one of {inner}")));
                    }
                }
            }
        }
        let sign = self.lexed.word(token);
        if !matches!(sign, "->" | ":") {
            return;
        }
        let around = (range.start..token).rev().find(|at| self.lexed.opens(*at, "{") && self.lexed.after(*at) > token);
        let Some((open, end)) = around.and_then(|open| Some((open, self.lexed.partners.get(open)?.end))) else {
            return;
        };
        if !(range.start..open).any(|at| self.lexed.is_word(at, "match")) {
            return;
        }
        let mut signs = Vec::new();
        let mut at = open + 1;
        while at < end {
            if self.lexed.is_op(at, sign) {
                signs.push(at);
            }
            at = self.lexed.after(at);
        }
        let (Some(first), Some(last)) = (signs.first(), signs.last()) else { return };
        let mut new = String::new();
        let whole = self.over(*first, *last);
        let mut from = whole.start;
        for sign in &signs {
            let span = self.lexed.span(*sign);
            new.push_str(self.text_of(Span { start: from, end: span.start }));
            let blank = self.text_of(Span { start: span.start.saturating_sub(1), end: span.start }) == " ";
            new.push_str(if blank { "=>" } else { " =>" });
            from = span.end;
        }
        let here = self.lexed.span(*first);
        out.push(offer(here, "an arm of a `match` is written with `=>`", whole, new));
    }

    /// Texts that are listed in another way.
    fn listed(&self, entry: Rule, range: &Range<usize>, token: usize, out: &mut Vec<Offer>) {
        if entry != Rule::column {
            return;
        }
        let offer = |at: Span, label: &str, edit: Span, new: String| Offer {
            at,
            label: label.to_owned(),
            help: format!("write `{new}`"),
            edit: (edit, new),
        };
        let ty = range.start + 2;
        // `null if "a" or "b"`
        if self.lexed.is_word(token, "or") && self.lexed.kind(token + 1) == Kind::Str && token > range.start {
            let before = self.lexed.span(token - 1);
            let gap = Span { start: before.end, end: self.lexed.span(token).end };
            out.push(offer(self.lexed.span(token), "these texts are listed with commas", gap, ",".to_owned()));
        }
        // `?date`, `optional date`
        let early =
            self.lexed.is_op(ty, "?") || ["optional", "nullable", "maybe"].iter().any(|w| self.lexed.is_word(ty, w));
        if early && self.lexed.is_name(ty + 1) {
            let end = if self.lexed.opens(ty + 2, "(") { self.lexed.after(ty + 2) - 1 } else { ty + 1 };
            let span = self.over(ty, end);
            let new = format!("{}?", self.text_of(self.over(ty + 1, end)));
            out.push(offer(span, "the `?` stands behind the type", span, new));
        }
        // `key text(10)`
        if ["key", "unique"].iter().any(|w| self.lexed.is_word(ty, w)) && self.lexed.is_name(ty + 1) {
            let end = if self.lexed.opens(ty + 2, "(") { self.lexed.after(ty + 2) - 1 } else { ty + 1 };
            let end = end + usize::from(self.lexed.is_op(end + 1, "?"));
            let span = self.over(ty, end);
            let new = format!("{} {}", self.text_of(self.over(ty + 1, end)), self.lexed.word(ty));
            out.push(offer(self.lexed.span(ty), "the type stands before this", span, new));
        }
    }
}
