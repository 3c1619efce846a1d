//! Strings with their interpolations, and numbers.

use pest::Parser as _;

use super::{Mig, Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::numbers::{self, Shape};
use crate::rules;
use crate::span::Span;
use crate::tree::{ExprKind, Name, StrPart, StringLit};

/// Bytes of one interpolation: it is an expression for a message, not a program.
const INTERPOLATION: usize = 1_000;
/// Brackets nested in one interpolation.
const INTERPOLATION_NESTING: usize = 32;

impl Parser<'_> {
    /// The string whose first byte, quote or `r`, stands at `start` and is written as `text`.
    pub(super) fn string(&mut self, start: usize, text: &str) -> StringLit {
        let text = text.trim_end();
        let span = self.snap(start, start + text.len());
        let whole = |inner: &str| StringLit { parts: vec![StrPart::Text(inner.to_string())], span };
        // A string that is not in the spec was put in by a change: it has no places of its own.
        if self.change.is_some() && self.lexed.text.get(start..start + text.len()) != Some(text) {
            return whole(text.trim_matches('"'));
        }
        // SQL blocks and patterns are full of braces and backslashes: neither means anything in them.
        if let Some(inner) = text.strip_prefix("\"\"\"").and_then(|t| t.strip_suffix("\"\"\"")) {
            return whole(inner);
        }
        if let Some(inner) = text.strip_prefix("r\"").and_then(|t| t.strip_suffix('"')) {
            return whole(inner);
        }
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or("");
        StringLit { parts: self.parts(start + 1, inner, span), span }
    }

    fn parts(&mut self, start: usize, inner: &str, whole: Span) -> Vec<StrPart> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(c) = inner.get(at..).and_then(|r| r.chars().next()) {
            let rest = inner.get(at..).unwrap_or("");
            match c {
                '\\' => match self.escape(start + at, rest, &mut text) {
                    Some(len) => at += len,
                    None => break,
                },
                '{' | '}' if rest.get(1..).is_some_and(|r| r.starts_with(c)) => {
                    text.push(c);
                    at += 2;
                }
                '{' => match self.interpolation(start + at, rest, whole) {
                    Some((part, len)) => {
                        if !text.is_empty() {
                            parts.push(StrPart::Text(std::mem::take(&mut text)));
                        }
                        parts.push(part);
                        at += len;
                    }
                    None => break,
                },
                '}' => {
                    let span = self.snap(start + at, start + at + 1);
                    self.found.push(
                        Diagnostic::new(&rules::BAD_INTERPOLATION, span, "this `}` closes no interpolation").fix(
                            "write `}}` for a brace",
                            span,
                            "}}",
                        ),
                    );
                    break;
                }
                _ => {
                    text.push(c);
                    at += c.len_utf8();
                }
            }
        }
        if !text.is_empty() {
            parts.push(StrPart::Text(text));
        }
        parts
    }

    /// Resolves the escape that `rest` starts with; gives its length, or `None` after a finding.
    fn escape(&mut self, start: usize, rest: &str, text: &mut String) -> Option<usize> {
        let next = rest.get(1..).and_then(|r| r.chars().next());
        let resolved = match next {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('\\') => Some('\\'),
            Some('"') => Some('"'),
            _ => None,
        };
        if let Some(c) = resolved {
            text.push(c);
            return Some(2);
        }
        let mut len = 1 + next.map_or(0, char::len_utf8);
        // Six digits at most: without a bound, a string of unfinished escapes would be searched again and again.
        let close = rest.bytes().take(10).position(|b| b == b'}');
        if let Some(digits) = close.and_then(|end| rest.get(..end)).and_then(|r| r.strip_prefix("\\u{")) {
            len = digits.len() + 4;
            if let Some(c) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
                text.push(c);
                return Some(len);
            }
        }
        let span = self.snap(start, start + len);
        let shown = rest.get(..len).unwrap_or("\\");
        self.found.push(
            Diagnostic::new(&rules::BAD_ESCAPE, span, format!("`{shown}` is no escape"))
                .help("the escapes are \\n \\t \\\\ \\\" \\u{…}; a pattern is written r\"…\", where \\ means itself"),
        );
        None
    }

    /// Reads the interpolation that `rest` starts with; `None` after a finding.
    fn interpolation(&mut self, start: usize, rest: &str, whole: Span) -> Option<(StrPart, usize)> {
        let brace = self.snap(start, start + 1);
        let Some((inside, _)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) else {
            let found = Diagnostic::new(&rules::BAD_INTERPOLATION, brace, "this `{` is never closed in its string");
            let name = rest.strip_prefix("{*").or_else(|| rest.strip_prefix('{')).unwrap_or("");
            let len = name.find(|c: char| !numbers::is_word(c) && c != '.').unwrap_or(name.len());
            let named = name.get(..len).filter(|n| n.split('.').all(is_name));
            let end = start + rest.len() - name.len() + len;
            let behind = self.snap(end, end);
            self.found.push(match named {
                Some(_) => found.fix("write `}` behind the name; a brace itself is `{{`", behind, "}"),
                None => found.fix("write `{{` for a brace", brace, "{{"),
            });
            return None;
        };
        let len = inside.len() + 2;
        let span = self.snap(start, start + len);
        if let Some(name) = inside.strip_prefix('*').filter(|n| is_name(n)) {
            let span = self.snap(start + 2, start + 2 + name.len());
            return Some((StrPart::Glob(Name { text: name.to_string(), span }), len));
        }
        let starts_with_name = inside.starts_with(|c: char| c == '`' || (numbers::is_word(c) && !c.is_ascii_digit()));
        if !starts_with_name {
            let shown = self.source.get(whole.range()).unwrap_or("");
            let found = Diagnostic::new(&rules::BAD_INTERPOLATION, span, "an interpolation starts with a name");
            self.found.push(if shown.starts_with('"') && !shown.contains("\\\"") {
                found.fix("a pattern is written r\"…\"; for braces write `{{` and `}}`", whole, format!("r{shown}"))
            } else {
                found.help("for braces write `{{` and `}}`")
            });
            return None;
        }
        let nesting = inside.bytes().filter(|b| matches!(b, b'(' | b'[')).count();
        if inside.len() > INTERPOLATION || nesting > INTERPOLATION_NESTING {
            self.found.push(
                Diagnostic::new(&rules::LIMIT, span, "this interpolation is too long")
                    .help("give its value a name with `let`"),
            );
            return None;
        }
        let text = self.lexed.text.get(start + 1..start + 1 + inside.len())?;
        match Mig::parse(Rule::interpolation, text) {
            Ok(mut pairs) => {
                let outer = (std::mem::replace(&mut self.base, start + 1), self.change.take());
                let expr = pairs.next().and_then(|p| p.into_inner().next()).map(|p| self.expr(p));
                (self.base, self.change) = outer;
                expr.map(|e| (StrPart::Expr(e), len))
            }
            Err(_) => {
                self.found.push(
                    Diagnostic::new(&rules::BAD_INTERPOLATION, span, "between the braces stands no expression")
                        .help("for braces write `{{` and `}}`; a pattern is written r\"…\""),
                );
                None
            }
        }
    }

    /// What a number's token says.
    pub(super) fn number(&mut self, span: Span, text: &str) -> ExprKind {
        let (end, shape) = numbers::scan(text, 0);
        let plain = |t: &str| t.replace('_', "");
        match shape {
            Shape::Int => ExprKind::Int(plain(text.get(..end).unwrap_or(text))),
            Shape::Decimal => ExprKind::Decimal(plain(text.get(..end).unwrap_or(text))),
            Shape::Quantity(at) => {
                let (number, unit) = text.split_at_checked(at).unwrap_or((text, ""));
                ExprKind::Quantity(plain(number), unit.trim().to_string())
            }
            Shape::Date | Shape::BadDate => {
                let part = |r: std::ops::Range<usize>| text.get(r).and_then(|t| t.parse::<u16>().ok()).unwrap_or(0);
                let (year, month, day) = (part(0..4), part(5..7) as u8, part(8..10) as u8);
                if numbers::day_exists(year, month, day) {
                    return ExprKind::Date { year, month, day };
                }
                self.found.push(
                    Diagnostic::new(&rules::BAD_DATE, span, "this day does not exist")
                        .help("a date is year-month-day: 2024-02-29"),
                );
                ExprKind::Broken
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(numbers::is_word) && !text.starts_with(|c: char| c.is_ascii_digit())
}
