//! Words that other languages use, and words that are nearly right: each gets a help of its own.

use std::ops::Range;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::splitter;
use crate::tree::Name;

/// What other tools call an item, and what it is called here.
const ITEMS: [(&str, &str); 15] = [
    ("sink", "target"),
    ("dest", "target"),
    ("destination", "target"),
    ("output", "target"),
    ("input", "source"),
    ("lookup", "reference"),
    ("import", "use"),
    ("include", "use"),
    ("enum", "codes"),
    ("mapping", "map"),
    ("transform", "map"),
    ("parameter", "param"),
    ("def", "fn"),
    ("function", "fn"),
    ("func", "fn"),
];

/// What other tools call a statement, and what it is called here.
const STATEMENTS: [(&str, &str); 16] = [
    ("val", "let"),
    ("assert", "check"),
    ("require", "check"),
    ("filter", "where"),
    ("var", "let"),
    ("const", "let"),
    ("skip", "drop"),
    ("exclude", "drop"),
    ("normalize", "clean"),
    ("delete", "drop"),
    ("remove", "drop"),
    ("join", "let"),
    ("unnest", "explode"),
    ("flatten", "explode"),
    ("ensure", "check"),
    ("validate", "check"),
];

/// Words with which other tools leave a column out.
const LEFT_OUT: [&str; 6] = ["skip", "exclude", "drop", "omit", "without", "except"];

/// Types of other tools; the second is written instead.
const TYPES: [(&str, &str); 27] = [
    ("varchar", "text"),
    ("varchar2", "text"),
    ("nvarchar", "text"),
    ("nvarchar2", "text"),
    ("char", "text"),
    ("nchar", "text"),
    ("string", "text"),
    ("str", "text"),
    ("clob", "text"),
    ("numeric", "decimal"),
    ("number", "decimal"),
    ("money", "decimal"),
    ("int", "int64"),
    ("integer", "int64"),
    ("bigint", "int64"),
    ("smallint", "int16"),
    ("i64", "int64"),
    ("i32", "int32"),
    ("i16", "int16"),
    ("long", "int64"),
    ("double", "float64"),
    ("float", "float64"),
    ("real", "float64"),
    ("f64", "float64"),
    ("boolean", "bool"),
    ("datetime", "timestamp"),
    ("blob", "bytes"),
];

impl Parser<'_> {
    /// A finding for an item that starts with no word of the language, unless something there is already reported.
    pub(super) fn unknown_item(&self, range: Range<usize>) -> Option<Diagnostic> {
        let words = [
            "migration",
            "use",
            "param",
            "source",
            "reference",
            "target",
            "codes",
            "type",
            "fn",
            "map",
            "test",
            "expect",
            "conserve",
            "run",
        ];
        self.unknown(range, &rules::UNKNOWN_ITEM, "begins no statement", &ITEMS, &words)
    }

    /// The same for a statement of a map.
    pub(super) fn unknown_statement(&self, range: Range<usize>) -> Option<Diagnostic> {
        let (at, span) = (range.start, self.lexed.span(range.start));
        let word = self.lexed.word(at);
        if splitter::begins_member(self.lexed, at) {
            let colon = self.lexed.span(at + 1);
            // `x: int64 = …`
            if self.lexed.is_name(at + 2) && self.lexed.is_op(at + 3, "=") {
                let gap = crate::span::Span { start: span.end, end: self.lexed.span(at + 2).end };
                let label = "a column has the type of its target".to_owned();
                let shown = colon.to(self.lexed.span(at + 2));
                return Some(Diagnostic::new(&rules::UNKNOWN_STATEMENT, shown, label).fix(
                    "leave the type out",
                    gap,
                    "",
                ));
            }
            return (!self.is_bad(range)).then(|| {
                Diagnostic::new(&rules::UNKNOWN_STATEMENT, colon, format!("`{word}` is assigned with `=`")).fix(
                    "write `=`",
                    colon,
                    "=",
                )
            });
        }
        if word == "set" && splitter::begins_assignment(self.lexed, at + 1) {
            let next = self.lexed.span(at + 1);
            let gap = crate::span::Span { start: span.start, end: next.start };
            return Some(
                Diagnostic::new(&rules::UNKNOWN_STATEMENT, span, "a column is assigned without a word before it").fix(
                    "leave `set` out",
                    gap,
                    "",
                ),
            );
        }
        if let Some(found) = self.nearly_assignment(range.clone()) {
            return Some(found);
        }
        // `filter x as reason` says what is dropped otherwise.
        if word == "filter" && (at..range.end).any(|i| self.lexed.is_word(i, "as")) {
            return Some(
                Diagnostic::new(&rules::UNKNOWN_STATEMENT, span, "`filter` begins no statement of a map")
                    .help("write `drop if not (…) as reason`; `where …` leaves out without a word"),
            );
        }
        if word == "if" {
            return Some(
                Diagnostic::new(&rules::UNKNOWN_STATEMENT, span, "a map has no `if`")
                    .help("write `drop if …`, `reject if …`, or a `match { cond => …, else => … }` as a value"),
            );
        }
        let words = ["where", "clean", "let", "drop", "reject", "explode", "copy", "check", "scale", "snap"];
        self.unknown(range, &rules::UNKNOWN_STATEMENT, "begins no statement of a map", &STATEMENTS, &words)
    }

    /// `a <- b`, `b -> a`, `b as a`, a name alone, an arrow without its `->`.
    fn nearly_assignment(&self, range: Range<usize>) -> Option<Diagnostic> {
        let at = range.start;
        let whole = self.span_of(range.clone());
        if !self.lexed.is_name(at) && !self.lexed.is_op(at, "=>") || self.is_bad(range.clone()) {
            return None;
        }
        let word = self.lexed.word(at);
        let found = |span, label: String| Diagnostic::new(&rules::UNKNOWN_STATEMENT, span, label);
        if self.lexed.is_op(at, "=>") {
            let span = self.lexed.span(at);
            return Some(found(span, "an arrow is written `->`".to_owned()).fix("write `->`", span, "->"));
        }
        if range.len() == 1 {
            let gap = crate::span::Span { start: whole.start, end: whole.start };
            let label = format!("`{word}` alone is no statement");
            return Some(found(whole, label).fix(format!("write `copy {word}`"), gap, "copy "));
        }
        if (self.lexed.is_word(at + 1, "when") || self.lexed.opens(at + 1, "{"))
            && (at..range.end).any(|i| self.lexed.opens(i, "{"))
        {
            let gap = crate::span::Span { start: whole.start, end: whole.start };
            return Some(found(self.lexed.span(at), "an arrow starts with `->`".to_owned()).fix(
                "write `->` before it",
                gap,
                "-> ",
            ));
        }
        if word == "for" && range.len() >= 4 && self.lexed.is_word(at + 2, "in") && self.lexed.is_name(at + 3) {
            let span = self.lexed.span(at).to(self.lexed.span(at + 3));
            let text = format!("explode {} as {}", self.lexed.word(at + 3), self.lexed.word(at + 1));
            let label = "the elements of a list are taken by `explode`".to_owned();
            return Some(found(span, label).fix(format!("write `{text}`"), span, text));
        }
        let label = || "a column is assigned with `=`".to_owned();
        if self.lexed.is_op(at + 1, "<") && self.lexed.is_op(at + 2, "-") {
            let sign = self.lexed.span(at + 1).to(self.lexed.span(at + 2));
            return Some(found(sign, label()).fix("write `=`", sign, "="));
        }
        let turned = self.lexed.is_op(at + 1, "->") || self.lexed.is_word(at + 1, "as");
        if turned && range.len() == 3 && self.lexed.is_name(at + 2) {
            let text = format!("{} = {word}", self.lexed.word(at + 2));
            return Some(found(whole, label()).fix(format!("write `{text}`"), whole, text));
        }
        None
    }

    /// The same for a member of a place.
    pub(super) fn unknown_member(&self, range: Range<usize>) -> Option<Diagnostic> {
        let at = range.start;
        if self.is_bad(range.clone()) {
            return None;
        }
        if self.lexed.is_word(at, "primary") && self.lexed.is_word(at + 1, "key") {
            let span = self.lexed.span(at).to(self.lexed.span(at + 1));
            let found = Diagnostic::new(&rules::UNKNOWN_MEMBER, span, "a key is said by `key (…)`");
            return Some(found.help("write `key (a, b)`, or `key` behind a column's type"));
        }
        let word = self.lexed.word(at);
        // `unique email keep first`, `key a, b`
        if matches!(word, "key" | "unique") && self.lexed.is_name(at + 1) && at + 1 < range.end {
            let end =
                (at + 1..range.end).find(|i| ["keep", "else"].contains(&self.lexed.word(*i))).unwrap_or(range.end);
            let span = self.lexed.span(at + 1).to(self.lexed.span(end - 1));
            let text = format!("({})", self.lexed.text.get(span.range()).unwrap_or("").trim());
            let found = Diagnostic::new(&rules::UNKNOWN_MEMBER, span, "these columns stand between parentheses");
            return Some(found.fix(format!("write `{word} {text}`"), span, text));
        }
        if LEFT_OUT.contains(&word) && self.lexed.is_name(at + 1) && self.lexed.kind(range.end - 1) == Kind::Str {
            let span = self.lexed.span(at);
            let found = Diagnostic::new(&rules::UNKNOWN_MEMBER, span, format!("`{word}` is called `ignore` here"));
            return Some(found.fix("write `ignore`", span, "ignore"));
        }
        let behind = matches!(self.lexed.kind(at + 1), Kind::Word | Kind::Op) && at + 1 < range.end;
        if self.lexed.is_name(at) && behind {
            let (name, next) = (self.lexed.span(at), self.lexed.span(at + 1));
            let found = Diagnostic::new(&rules::UNKNOWN_MEMBER, next, "expected `:` after the column's name");
            let gap = crate::span::Span { start: name.end, end: name.end };
            return Some(match self.lexed.word(at + 1) {
                "=" | "=>" | "==" | ":=" => found.fix("write `:`", next, ":"),
                _ => found.fix("put `:` between the name and its type", gap, ":"),
            });
        }
        let words = ["key", "unique", "ignore", "identify", "consensus"];
        self.unknown(range, &rules::UNKNOWN_MEMBER, "begins no member of a source or target", &[], &words)
    }

    fn unknown(
        &self,
        range: Range<usize>,
        rule: &'static crate::diagnostic::Rule,
        label: &str,
        foreign: &[(&str, &str)],
        words: &[&str],
    ) -> Option<Diagnostic> {
        if self.is_bad(range.clone()) {
            return None;
        }
        let span = self.lexed.span(range.start);
        let word = self.lexed.word(range.start);
        let found = Diagnostic::new(rule, span, format!("`{word}` {label}"));
        let ours = foreign.iter().find(|(theirs, _)| word.eq_ignore_ascii_case(theirs)).map(|(_, ours)| *ours);
        let near = || words.iter().find(|w| near(w, word)).copied();
        Some(match ours.or_else(near) {
            Some(ours) => found.fix(format!("write `{ours}`"), span, ours),
            None => found.help(format!("the words are {}", words.join(", "))),
        })
    }

    /// Constructs of other languages at the place where pest stopped.
    pub(super) fn foreign_construct(&self, entry: Rule, range: Range<usize>, token: usize) -> Option<Diagnostic> {
        let conditional = |at: usize| self.lexed.is_word(at, "if") || self.lexed.is_word(at, "case");
        // A condition reads as a name with something behind it: pest stops one token later.
        let drops = matches!(entry, Rule::drop_stmt | Rule::reject_stmt);
        let found = [token.checked_sub(1), Some(token)].into_iter().flatten().find(|at| {
            conditional(*at)
                && *at > range.start
                && !(drops && *at == range.start + 1)
                && !self.lexed.is_word(at - 1, "null")
        });
        if let Some(at) = found {
            return Some(
                Diagnostic::new(&rules::NO_IF, self.lexed.span(at), "there is no conditional of this kind")
                    .help("write `match { cond => value, else => other }`; `else` always means \"and if that fails\""),
            );
        }
        let order = matches!(entry, Rule::let_stmt | Rule::assign_stmt | Rule::check_stmt);
        if order && self.lexed.is_word(token, "reject") && token > range.start {
            let span = self.lexed.span(token);
            if (range.start..token).any(|at| self.lexed.is_word(at, "else")) {
                let label = "an `else` has a value or a `reject`, not both";
                return Some(Diagnostic::new(&rules::SYNTAX, span, label).help("take one of the two away"));
            }
            return Some(Diagnostic::new(&rules::SYNTAX, span, "`reject` stands behind `else` here").fix(
                "write `else reject`",
                span,
                "else reject",
            ));
        }
        None
    }

    /// Replaces the name of a type of another tool, after a finding.
    pub(super) fn native_type(&mut self, name: &mut Name) {
        let lower = name.text.to_ascii_lowercase();
        let foreign = TYPES.iter().find(|(theirs, _)| *theirs == lower).map(|(_, ours)| *ours);
        let Some(ours) = foreign else { return };
        self.found.push(
            Diagnostic::new(
                &rules::FOREIGN_TYPE,
                name.span,
                format!("the type `{}` is called `{ours}` here", name.text),
            )
            .fix(format!("write `{ours}`"), name.span, ours),
        );
        name.text = ours.to_string();
    }
}

/// Whether a word is nearly another: a letter or two differ, or stand in another order.
pub(super) fn near(ours: &str, word: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let most = match ours.len() {
        0..=1 => 0,
        2..=4 => 1,
        _ => 2,
    };
    word.len() > 1
        && word.len() <= 12
        && (distance(ours, word) <= most || ours.len() > 2 && sorted(ours) == sorted(word))
}

/// How many letters differ: insertions, removals, replacements. Bounded: long words are far from everything.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = (corner + usize::from(x != *y)).min(left + 1).min(above + 1);
            corner = *above;
            left = cost;
            next.push(cost);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
