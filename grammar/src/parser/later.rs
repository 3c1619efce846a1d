//! What the language knows and this version does not build: recognised by its words, kept as `Later`, reported once.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;
use crate::tree::Later;

/// What can be written today instead, where there is something.
const INSTEAD: &[(&str, &str)] = &[
    ("connection", "extract the table to a file and read that with `csv`"),
    (
        "snap to a pitch",
        "coordinates are rounded to the `grid` of the target; `scale … on pitch` keeps one variant of each cell",
    ),
    ("group by", "group before the extract"),
    ("merge by", "a `reference` with `consensus by` makes one record of a key"),
    ("map that feeds a table", "write the target as a file, and read that in a second migration"),
];

impl Parser<'_> {
    /// Keeps a construct for later, and says so.
    pub(super) fn later(&mut self, what: String, span: Span) -> Later {
        let shown = if what.contains('`') { what.clone() } else { format!("`{what}`") };
        let found = Diagnostic::new(
            &rules::NOT_YET,
            span,
            format!("{shown} is recognised, but this version does not build it"),
        );
        self.found.push(match INSTEAD.iter().find(|(word, _)| *word == what) {
            Some((_, instead)) => found.help(format!("today: {instead}")),
            None => found,
        });
        Later { what, span }
    }

    /// The construct of a map's head that is more than `map a -> b`.
    pub(super) fn later_map(&self, head: Range<usize>) -> Option<String> {
        let at = head.clone().find(|at| self.lexed.is_op(*at, "->"))?;
        (self.lexed.is_word(at + 1, "table") && self.lexed.is_name(at + 2))
            .then(|| "map that feeds a table".to_string())
    }

    /// Whether a map without an arrow in its head has arrows in its block.
    pub(super) fn routes(&self, head: Range<usize>, open: Option<usize>) -> bool {
        if head.clone().any(|at| self.lexed.is_op(at, "->")) {
            return false;
        }
        let Some((open, end)) = open.and_then(|open| Some((open, self.lexed.partners.get(open)?.end))) else {
            return false;
        };
        let mut at = open + 1;
        while at < end {
            if self.lexed.is_op(at, "->") && (self.lexed.tokens.get(at).is_some_and(|t| t.first) || at == open + 1) {
                return true;
            }
            at = self.lexed.after(at);
        }
        false
    }

    /// The member that starts with these two words, if the language has it.
    pub(super) fn later_member(&self, word: &str, second: &str) -> Option<String> {
        let what = match (word, second) {
            ("load" | "record" | "rows" | "path" | "read" | "rules", _) => word,
            ("merge", "by") => "merge by",
            ("else", _) => "`else` of a reference",
            _ => return None,
        };
        Some(what.to_string())
    }

    /// The statement of a map that starts with this word, if it is not built yet.
    pub(super) fn later_statement(&self, word: &str, range: Range<usize>) -> Option<String> {
        let second = self.lexed.word(range.start + 1);
        let what = match word {
            "merge" if matches!(second, "by" | "if") => "merge by",
            "group" if second == "by" => "group by",
            "together" | "record" | "expect" | "conserve" => word,
            "per" => "ordered pass",
            "snap" if !matches!(second, "exact" | "variants") => "snap to a pitch",
            _ => return None,
        };
        Some(what.to_string())
    }

    /// Whether a token stands between the parentheses of a call.
    fn in_a_call(&self, from: usize, at: usize) -> bool {
        let opener = (from..at).rev().find(|open| {
            self.lexed.kind(*open) == Kind::Open && self.lexed.partners.get(*open).is_some_and(|p| p.end > at)
        });
        opener.is_some_and(|open| {
            self.lexed.opens(open, "(") && {
                let before = self.lexed.word(open - 1);
                open > from
                    && self.lexed.is_name(open - 1)
                    && !matches!(before, "inside" | "outside" | "touching" | "covering" | "in")
            }
        })
    }

    /// The construct inside a value that the tree cannot say.
    pub(super) fn later_expression(&self, range: Range<usize>) -> Option<String> {
        let value = range.clone().find(|at| self.lexed.is_op(*at, "="))? + 1;
        (value + 1..range.end).find_map(|at| {
            let operand = |at: usize| matches!(self.lexed.kind(at), Kind::Word | Kind::Backtick | Kind::Number);
            let joins = ["match", "and", "or", "not", "in", "like", "matches", "else", "is", "if", "when"];
            let before = operand(at - 1) && !joins.iter().any(|word| self.lexed.is_word(at - 1, word))
                || self.lexed.kind(at - 1) == Kind::Close;
            if self.lexed.kind(at) != Kind::Word || !before {
                return None;
            }
            let what = match self.lexed.word(at) {
                "where" if self.in_a_call(range.start, at) => "where inside a value",
                "so" if self.lexed.is_word(at + 1, "far") => "running total",
                _ => return None,
            };
            Some(what.to_string())
        })
    }
}
