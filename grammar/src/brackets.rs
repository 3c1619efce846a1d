//! Partners of brackets. What was forgotten is found by indentation, reported once, and taken as closed there, so that
//! one missing brace does not swallow the file.

use crate::diagnostic::Diagnostic;
use crate::lexer::{Kind, Lexed, Partner, Token};
use crate::rules;
use crate::splitter;

/// At most this many findings about brackets: a file that is no spec needs no more.
const MOST: usize = 20;

/// Fills [`Lexed::partners`], and takes closing brackets out that close nothing.
pub(crate) fn pair(lexed: &mut Lexed) {
    let mut work =
        Pairing { stack: Vec::new(), tokens: Vec::new(), partners: Vec::new(), found: Vec::new(), blank: Vec::new() };
    for index in 0..lexed.tokens.len() {
        work.token(lexed, index);
    }
    let Pairing { tokens, partners, found, blank, .. } = work;
    let mut bytes = std::mem::take(&mut lexed.text).into_bytes();
    for at in blank {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = b' ';
        }
    }
    lexed.text = String::from_utf8(bytes).unwrap_or_default();
    lexed.tokens = tokens;
    lexed.partners = partners;
    lexed.diagnostics.extend(found);
}

struct Pairing {
    /// Open brackets: the index among the tokens kept, and the character.
    stack: Vec<(usize, char)>,
    tokens: Vec<Token>,
    partners: Vec<Partner>,
    found: Vec<Diagnostic>,
    blank: Vec<usize>,
}

impl Pairing {
    fn token(&mut self, lexed: &Lexed, index: usize) {
        let Some(token) = lexed.tokens.get(index).copied() else { return };
        if token.kind == Kind::End {
            while !self.stack.is_empty() {
                self.unclosed();
            }
        } else if token.first && !self.stack.is_empty() {
            self.repair(lexed, index, token);
        }
        let bracket = lexed.word(index).chars().next().unwrap_or(' ');
        if token.kind == Kind::Close && !self.close(token, bracket) {
            return;
        }
        if token.kind == Kind::Open {
            self.stack.push((self.tokens.len(), bracket));
        }
        self.tokens.push(token);
        self.partners.push(Partner::default());
    }

    /// Closes what the line that starts with this token shows to be forgotten.
    fn repair(&mut self, lexed: &Lexed, index: usize, token: Token) {
        if token.indent == 0 && splitter::starts_item(lexed, index) {
            while !self.stack.is_empty() {
                self.unclosed();
            }
        }
        let named = splitter::begins_assignment(lexed, index);
        let begins = named || splitter::begins_member(lexed, index) || splitter::begins_statement(lexed, index);
        while let Some((open, '(' | '[')) = self.stack.last().copied() {
            let indent = self.tokens.get(open).map_or(0, |t| t.indent);
            if !(named || begins && token.indent <= indent) {
                break;
            }
            self.unclosed();
        }
        if lexed.kind(index) == Kind::Close && lexed.word(index) == "}" {
            while let [.., (below, '{'), (top, '{')] = self.stack.as_slice() {
                let indent = |i: &usize| self.tokens.get(*i).map_or(0, |t| t.indent);
                if token.indent >= indent(top) || token.indent > indent(below) {
                    break;
                }
                self.unclosed();
            }
        }
    }

    fn close(&mut self, token: Token, bracket: char) -> bool {
        let open = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        if !self.stack.iter().any(|(_, c)| *c == open) {
            if self.found.len() < MOST {
                self.found.push(
                    Diagnostic::new(&rules::STRAY_BRACKET, token.span, format!("this `{bracket}` closes nothing")).fix(
                        "leave it out",
                        token.span,
                        "",
                    ),
                );
            }
            self.blank.push(token.span.start as usize);
            return false;
        }
        while self.stack.last().is_some_and(|(_, c)| *c != open) {
            self.unclosed();
        }
        if let Some((at, _)) = self.stack.pop() {
            self.set(at, true);
        }
        true
    }

    fn unclosed(&mut self) {
        let Some((at, bracket)) = self.stack.pop() else { return };
        self.set(at, false);
        let Some(token) = self.tokens.get(at) else { return };
        if self.found.len() < MOST {
            let close = match bracket {
                '(' => ')',
                '[' => ']',
                _ => '}',
            };
            self.found.push(
                Diagnostic::new(&rules::UNCLOSED_BRACKET, token.span, format!("this `{bracket}` is never closed"))
                    .help(format!("a `{close}` is missing before the next statement")),
            );
        }
    }

    fn set(&mut self, at: usize, closed: bool) {
        let end = self.tokens.len();
        if let Some(partner) = self.partners.get_mut(at) {
            *partner = Partner { end, closed };
        }
    }
}
