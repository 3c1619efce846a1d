//! Partners of brackets. What was forgotten is found by indentation, reported once, and taken as closed there, so that
//! one missing brace does not swallow the file.

use crate::diagnostic::Diagnostic;
use crate::lexer::{Kind, Lexed, Partner, Token};
use crate::rules;
use crate::span::Span;
use crate::splitter;

/// At most this many findings about brackets: a file that is no spec needs no more.
const MOST: usize = 20;

/// The items that have a block.
const WITH_BLOCK: [&str; 8] = ["source", "reference", "target", "codes", "map", "test", "expect", "run"];

/// Fills [`Lexed::partners`], takes closing brackets out that close nothing, and puts opening braces in that were forgotten.
pub(crate) fn pair(lexed: &mut Lexed) {
    open_blocks(lexed);
    let mut work = Pairing {
        balanced: balanced(lexed),
        stack: Vec::new(),
        tokens: Vec::new(),
        partners: Vec::new(),
        found: Vec::new(),
        write: Vec::new(),
    };
    for index in 0..lexed.tokens.len() {
        work.token(lexed, index);
    }
    let Pairing { tokens, partners, found, write, .. } = work;
    let mut bytes = std::mem::take(&mut lexed.text).into_bytes();
    for (at, new) in write {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = new;
        }
    }
    lexed.text = String::from_utf8(bytes).unwrap_or_default();
    lexed.tokens = tokens;
    lexed.partners = partners;
    lexed.diagnostics.extend(found);
}

/// Opens the blocks whose `{` was forgotten, or is another bracket, or stands twice: after a finding, as if it were there.
fn open_blocks(lexed: &mut Lexed) {
    let begins = |lexed: &Lexed, at: usize| {
        lexed.tokens.get(at).is_some_and(|t| t.first && t.indent == 0) && splitter::starts_item(lexed, at)
    };
    let mut starts: Vec<usize> = (0..lexed.tokens.len()).filter(|at| begins(lexed, *at)).collect();
    starts.push(lexed.tokens.len().saturating_sub(1));
    let mut changes = Vec::new();
    for pair in starts.windows(2) {
        let [start, end] = *pair else { continue };
        let count = |what: &str| {
            (start..end)
                .filter(|at| matches!(lexed.kind(*at), Kind::Open | Kind::Close) && lexed.word(*at) == what)
                .count()
        };
        if changes.len() >= MOST || !WITH_BLOCK.contains(&lexed.word(start)) {
            continue;
        }
        let (opened, closed) = (count("{"), count("}"));
        if opened == closed {
            continue;
        }
        if lexed.word(start) == "test" && closed == opened + 1 {
            let given = (start..end).find(|at| {
                matches!(lexed.word(*at), "given" | "then")
                    && lexed.is_name(at + 1)
                    && (lexed.is_name(at + 2) && lexed.is_op(at + 3, ":") || other_bracket(lexed, at + 2))
            });
            if let Some(given) = given {
                changes.push(given + 2);
                continue;
            }
        }
        let head = head_end(lexed, start, end);
        let twice = opened == closed + 1 && lexed.opens(head, "{") && lexed.opens(head + 1, "{");
        if twice {
            changes.push(head + 1);
        } else if closed == opened + 1 && !lexed.opens(head, "{") && head < end {
            changes.push(head);
        }
    }
    for at in changes.into_iter().rev() {
        open_block(lexed, at);
    }
}

/// Whether a `(` or `[` stands here and is never closed by its own partner on its line.
fn other_bracket(lexed: &Lexed, at: usize) -> bool {
    lexed.kind(at) == Kind::Open && lexed.word(at) != "{"
}

/// The token behind the head of an item.
fn head_end(lexed: &Lexed, start: usize, end: usize) -> usize {
    let past = |mut at: usize| {
        let mut depth = 0usize;
        while at < end {
            match lexed.kind(at) {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
        at
    };
    // What stands right behind a name are its arguments.
    let args = |at: usize| {
        let beside = lexed.span(at).start == lexed.span(at - 1).end;
        if lexed.opens(at, "(") && beside { past(at) } else { at }
    };
    match lexed.word(start) {
        "run" => start + 1,
        "expect" | "test" => start + 2,
        "codes" => {
            let at = args(start + 4);
            at + usize::from(lexed.is_op(at, "?"))
        }
        "map" => {
            let head =
                (start + 1..end).take_while(|at| *at == start + 1 || !lexed.tokens.get(*at).is_some_and(|t| t.first));
            let line = head.last().map_or(start + 1, |at| at + 1);
            let arrow = (start + 1..line).find(|at| lexed.is_op(*at, "->"));
            match arrow {
                _ if (start..line).any(|at| lexed.opens(at, "{")) => {
                    (start..line).find(|at| lexed.opens(*at, "{")).unwrap_or(line)
                }
                Some(arrow) if !lexed.is_word(arrow + 2, "where") => arrow + 2,
                _ if lexed.kind(line - 1) == Kind::Open => line - 1,
                _ => line,
            }
        }
        _ => args(start + 4),
    }
}

/// Makes the token the `{` of a block, takes one out that stands twice, or puts one before the token.
fn open_block(lexed: &mut Lexed, at: usize) {
    let span = lexed.span(at);
    let before = lexed.span(at.saturating_sub(1)).end;
    let (open, word) = (lexed.kind(at) == Kind::Open, lexed.word(at).to_owned());
    let mut bytes = std::mem::take(&mut lexed.text).into_bytes();
    let place = if open { span.start } else { before };
    if let Some(byte) = bytes.get_mut(place as usize)
        && (open || byte.is_ascii_whitespace())
    {
        *byte = if word == "{" { b' ' } else { b'{' };
    }
    lexed.text = String::from_utf8(bytes).unwrap_or_default();
    let found = match word.as_str() {
        "{" => {
            lexed.tokens.remove(at);
            Diagnostic::new(&rules::UNCLOSED_BRACKET, span, "this `{` stands twice").fix("leave it out", span, "")
        }
        _ if open => Diagnostic::new(&rules::UNCLOSED_BRACKET, span, format!("`{word}` is closed by `}}`")).fix(
            "write `{`",
            span,
            "{",
        ),
        _ => {
            let gap = Span { start: before, end: before };
            let next = lexed.tokens.get(at).copied();
            let indent = lexed.tokens.get(at.saturating_sub(1)).map_or(0, |t| t.indent);
            let comments = next.map_or(0, |t| t.comments);
            lexed.tokens.insert(at, Token { kind: Kind::Open, span: gap, first: false, indent, comments });
            Diagnostic::new(&rules::UNCLOSED_BRACKET, gap, "`{` is missing here").fix("write `{`", gap, " {")
        }
    };
    lexed.diagnostics.push(found);
}

/// Whether every bracket has its partner. Then where lines begin says nothing of them.
fn balanced(lexed: &Lexed) -> bool {
    let mut open = Vec::new();
    for at in 0..lexed.tokens.len() {
        match (lexed.kind(at), lexed.word(at)) {
            (Kind::Open, word) => open.push(word),
            (Kind::Close, word) => {
                let wanted = match word {
                    ")" => "(",
                    "]" => "[",
                    _ => "{",
                };
                if open.pop() != Some(wanted) {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

struct Pairing {
    balanced: bool,
    /// Open brackets: the index among the tokens kept, and the character.
    stack: Vec<(usize, char)>,
    tokens: Vec<Token>,
    partners: Vec<Partner>,
    found: Vec<Diagnostic>,
    /// What is written over bytes of the text that pest reads.
    write: Vec<(usize, u8)>,
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
        if token.kind == Kind::Close && !self.close(lexed, index, token, bracket) {
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
        if !self.balanced && lexed.kind(index) == Kind::Close && lexed.word(index) == "}" {
            while let [.., (below, '{'), (top, '{')] = self.stack.as_slice() {
                let indent = |i: &usize| self.tokens.get(*i).map_or(0, |t| t.indent);
                if token.indent >= indent(top) || token.indent > indent(below) {
                    break;
                }
                self.unclosed();
            }
        }
    }

    fn close(&mut self, lexed: &Lexed, index: usize, token: Token, bracket: char) -> bool {
        let open = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        if !self.stack.iter().any(|(_, c)| *c == open) {
            if self.other(lexed, index, token, bracket) {
                return true;
            }
            if self.found.len() < MOST {
                self.found.push(
                    Diagnostic::new(&rules::STRAY_BRACKET, token.span, format!("this `{bracket}` closes nothing")).fix(
                        "leave it out",
                        token.span,
                        "",
                    ),
                );
            }
            self.write.push((token.span.start as usize, b' '));
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

    /// A bracket that closes one of another kind: after a finding, it is read as that one's own.
    fn other(&mut self, lexed: &Lexed, index: usize, token: Token, bracket: char) -> bool {
        let Some((at, open)) = self.stack.last().copied() else { return false };
        let last = lexed.kind(index + 1) == Kind::End || splitter::starts_item(lexed, index + 1);
        if open == '{' && !last {
            return false;
        }
        let close = match open {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        if self.found.len() < MOST {
            let label = format!("`{open}` is closed by `{bracket}`");
            self.found.push(Diagnostic::new(&rules::UNCLOSED_BRACKET, token.span, label).fix(
                format!("write `{close}`"),
                token.span,
                close.to_string(),
            ));
        }
        self.write.push((token.span.start as usize, close as u8));
        self.stack.pop();
        self.set(at, true);
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
