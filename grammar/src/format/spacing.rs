//! Blanks between two tokens of a line.

use super::Sheet;
use crate::lexer::{Kind, Lexed};

/// Words behind which a bracket is always an operand, never a call or an index.
const OPERATORS: [&str; 8] = ["and", "or", "not", "else", "in", "like", "matches", "match"];

/// Words that can also be the name of a function or of a column: the text as it stands decides.
const SOFT: [&str; 17] = [
    "if", "where", "when", "check", "clean", "by", "inside", "joins", "as", "key", "unique", "given", "then", "is",
    "to", "drop", "of",
];

/// What a sign is, where its characters do not say it.
pub(super) struct Marks {
    /// A minus before its operand.
    prefix: Vec<bool>,
    /// The `/` of a number of layers, or of a ratio written without blanks.
    slash: Vec<bool>,
    /// The brackets of `list<…>`, and the braces in it.
    angle: Vec<bool>,
}

/// Reads the signs of a text.
pub(super) fn marks(lexed: &Lexed) -> Marks {
    let count = lexed.tokens.len();
    let mut marks = Marks { prefix: vec![false; count], slash: vec![false; count], angle: vec![false; count] };
    let near = |at: usize| touches(lexed, at);
    for at in 0..count {
        if lexed.is_op(at, "-") {
            set(&mut marks.prefix, at, is_prefix(lexed, at));
        } else if lexed.is_op(at, "/") {
            let number = at > 0 && lexed.kind(at - 1) == Kind::Number;
            set(&mut marks.slash, at, number && near(at) && near(at + 1));
        } else if lexed.is_word(at, "list") && lexed.is_op(at + 1, "<") {
            angle(lexed, at + 1, &mut marks.angle);
        }
    }
    marks
}

fn set(marks: &mut [bool], at: usize, on: bool) {
    if let Some(mark) = marks.get_mut(at) {
        *mark = on;
    }
}

/// Whether no blank stands before this token.
fn touches(lexed: &Lexed, at: usize) -> bool {
    at > 0 && lexed.span(at - 1).end == lexed.span(at).start
}

fn is_prefix(lexed: &Lexed, at: usize) -> bool {
    if at == 0 {
        return false;
    }
    let before = lexed.word(at - 1);
    match lexed.kind(at - 1) {
        Kind::Open => true,
        Kind::Op => before != "?" && before != "*",
        Kind::Word if OPERATORS.contains(&before) => true,
        Kind::Word => SOFT.contains(&before) && touches(lexed, at + 1) && !touches(lexed, at),
        _ => false,
    }
}

/// Marks `<`, its `>` and the braces between; nothing, if it is a comparison.
fn angle(lexed: &Lexed, open: usize, marks: &mut [bool]) {
    let (mut at, mut deep) = (open, 0_usize);
    let mut seen = Vec::new();
    loop {
        match lexed.kind(at) {
            Kind::Op if lexed.is_op(at, "<") => {
                deep += 1;
                seen.push(at);
            }
            Kind::Op if lexed.is_op(at, ">") => {
                deep -= 1;
                seen.push(at);
                if deep == 0 {
                    break;
                }
            }
            Kind::Open if lexed.opens(at, "{") => seen.push(at),
            Kind::Close if lexed.word(at) == "}" => seen.push(at),
            Kind::Open | Kind::Close | Kind::Word | Kind::Backtick | Kind::Number => {}
            Kind::Op if matches!(lexed.word(at), "," | ":" | "?") => {}
            _ => return,
        }
        at += 1;
    }
    seen.into_iter().for_each(|at| set(marks, at, true));
}

impl Sheet<'_> {
    fn marked(marks: &[bool], at: usize) -> bool {
        marks.get(at).copied().unwrap_or(false)
    }

    /// Whether a blank stands before the token `at`, which is not the first of its line.
    pub(super) fn gap(&self, at: usize) -> bool {
        let lexed = &self.lexed;
        let before = at.saturating_sub(1);
        let (left, right) = (lexed.word(before), lexed.word(at));
        let angle = |at: usize| Self::marked(&self.marks.angle, at);
        match lexed.kind(before) {
            Kind::Op if left == "," => return true,
            Kind::Open if left != "{" || angle(before) || lexed.kind(at) == Kind::Close => return false,
            Kind::Open => return true,
            Kind::Op if matches!(left, "." | "..") || left == "<" && angle(before) => return false,
            Kind::Op if left == "-" && Self::marked(&self.marks.prefix, before) => return false,
            Kind::Op if left == "/" && Self::marked(&self.marks.slash, before) => return false,
            _ => {}
        }
        match lexed.kind(at) {
            Kind::Close => right == "}" && !angle(at),
            Kind::Op => match right {
                "," | "." | ".." | "?" | ":" => false,
                "<" | ">" => !angle(at),
                "/" => !Self::marked(&self.marks.slash, at),
                _ => true,
            },
            Kind::Open if right != "{" => !self.calls(before, at),
            _ => true,
        }
    }

    /// Whether the bracket belongs to the name, call or index before it.
    fn calls(&self, before: usize, at: usize) -> bool {
        let lexed = &self.lexed;
        let word = lexed.word(before);
        match lexed.kind(before) {
            Kind::Backtick => true,
            Kind::Close => lexed.opens(at, "[") && word != "}",
            Kind::Word if before > 0 && lexed.is_op(before - 1, ".") => true,
            Kind::Word if OPERATORS.contains(&word) => false,
            // `check (…)` and `key (…)` begin a statement; nothing is called there.
            Kind::Word if SOFT.contains(&word) => touches(lexed, at) && !self.statements.starts.contains_key(&before),
            Kind::Word => true,
            _ => false,
        }
    }
}
