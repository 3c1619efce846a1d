//! Where items, members and statements start and end.
//!
//! A newline ends a statement, except inside brackets, after an operator, `=` or `,`, and before a line that starts with
//! an operator, a string or a continuing word. `name =` and `name :` at the start of a line always begin one.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::lexer::{Kind, Lexed};
use crate::rules;

/// What stands between the braces that are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// The file itself.
    File,
    /// Columns, layers and their kin.
    Place,
    /// Statements of a map.
    Map,
    /// Rows of codes: a string starts one.
    Codes,
    /// Entries of a test, of gates, of settings: each comma outside brackets ends one.
    Entries,
}

/// The words that open an item.
pub(crate) const ITEMS: [&str; 18] = [
    "migration",
    "param",
    "source",
    "reference",
    "target",
    "codes",
    "map",
    "use",
    "connection",
    "type",
    "fn",
    "conserve",
    "expect",
    "verify",
    "compare",
    "test",
    "run",
    "together",
];

/// The words that open a statement of a map.
pub(crate) const STATEMENTS: [&str; 18] = [
    "every", "clean", "let", "drop", "reject", "copy", "check", "scale", "snap", "where", "merge", "group", "explode",
    "per", "cells", "together", "expect", "record",
];

/// The words that open a member of a place without `name :`.
pub(crate) const MEMBERS: [&str; 13] = [
    "ignore",
    "identify",
    "consensus",
    "key",
    "unique",
    "load",
    "record",
    "rows",
    "read",
    "let",
    "device",
    "every",
    "merge",
];

/// Types that show that a column begins, though its colon is forgotten.
const TYPES: [&str; 9] = ["text", "int64", "int32", "decimal", "bool", "date", "timestamp", "float64", "uuid"];

/// What a gate measures.
const MEASURES: [&str; 9] = ["rejected", "dropped", "warned", "loaded", "count", "share", "sum", "min", "max"];

/// Missing commas reported for one statement; more would say nothing new.
const MOST: usize = 20;

/// Whether an item starts at this token, judged by its word and what follows.
pub(crate) fn starts_item(lexed: &Lexed, at: usize) -> bool {
    lexed.kind(at) == Kind::Word && ITEMS.contains(&lexed.word(at)) && follows_like_an_item(lexed, at)
}

fn follows_like_an_item(lexed: &Lexed, at: usize) -> bool {
    match lexed.kind(at + 1) {
        Kind::Word | Kind::Backtick => true,
        Kind::Str => matches!(lexed.word(at), "use" | "test" | "compare"),
        Kind::Open => matches!(lexed.word(at), "run" | "fn"),
        _ => false,
    }
}

/// `name =`, but not `name ==`.
pub(crate) fn begins_assignment(lexed: &Lexed, at: usize) -> bool {
    let mut at = at;
    while lexed.is_name(at) && lexed.is_op(at + 1, ".") && lexed.is_name(at + 2) {
        at += 2;
    }
    lexed.is_name(at) && lexed.is_op(at + 1, "=")
}

/// `name :`
pub(crate) fn begins_member(lexed: &Lexed, at: usize) -> bool {
    lexed.is_name(at) && lexed.is_op(at + 1, ":")
}

/// A statement's word with something behind it that can follow it there.
pub(crate) fn begins_statement(lexed: &Lexed, at: usize) -> bool {
    lexed.kind(at) == Kind::Word
        && STATEMENTS.contains(&lexed.word(at))
        && (lexed.is_name(at + 1) || lexed.is_op(at + 1, "*") && lexed.is_word(at, "copy"))
}

/// Whether a statement of a map of layouts begins here that has no name behind its word.
fn begins_of_layout(lexed: &Lexed, at: usize) -> bool {
    let next = at + 1;
    lexed.kind(at) == Kind::Word
        && match lexed.word(at) {
            "cells" => lexed.opens(next, "{") || lexed.kind(next) == Kind::Str,
            "scale" => {
                lexed.kind(next) == Kind::Number || lexed.is_word(next, "on") && lexed.is_word(next + 1, "pitch")
            }
            "snap" => lexed.is_word(next, "exact"),
            "every" => lexed.is_word(next, "other") && lexed.is_word(next + 1, "layer"),
            _ => false,
        }
}

/// Whether the token, first of its line, goes on with the statement before it.
fn continues(lexed: &Lexed, at: usize, block: Block) -> bool {
    if begins_assignment(lexed, at) || begins_member(lexed, at) || (block == Block::File && starts_item(lexed, at)) {
        return false;
    }
    let word = lexed.word(at);
    match lexed.kind(at) {
        _ if at > 0 && leaves_open(lexed, at - 1) => true,
        // An arrow that is written in another way.
        Kind::Op if word == "=>" && block == Block::Map && lexed.is_name(at + 1) => {
            !(lexed.is_word(at + 2, "when") || lexed.opens(at + 2, "{"))
        }
        Kind::Word if word == "otherwise" && block == Block::Map => lexed.kind(at - 1) == Kind::Close,
        Kind::Op => !matches!(word, "->" | ""),
        Kind::Str => block != Block::Codes,
        Kind::Word => {
            matches!(word, "else" | "and" | "or" | "in" | "is" | "as" | "like" | "matches" | "within" | "by")
                && !(block == Block::Codes && word == "else")
                || match block {
                    Block::Place => matches!(word, "from" | "null" | "absent" | "labels" | "up"),
                    Block::Map => matches!(word, "keep" | "except" | "when"),
                    Block::File => matches!(word, "where" | "when"),
                    Block::Codes | Block::Entries => false,
                }
        }
        _ => false,
    }
}

/// Whether a line that ends with this token goes on in the next.
fn leaves_open(lexed: &Lexed, at: usize) -> bool {
    match lexed.kind(at) {
        Kind::Op => match lexed.word(at) {
            "?" | "" => false,
            // `copy *` and `7/*` are complete.
            "*" => at == 0 || !(lexed.is_word(at - 1, "copy") || lexed.is_op(at - 1, "/")),
            _ => true,
        },
        Kind::Word => matches!(lexed.word(at), "and" | "or" | "not" | "like" | "matches" | "else"),
        _ => false,
    }
}

/// The items of the file, as ranges of tokens.
pub(crate) fn items(lexed: &Lexed, found: &mut Vec<Diagnostic>) -> Vec<Range<usize>> {
    let end = lexed.tokens.len().saturating_sub(1);
    cut(lexed, 0..end, Block::File, found)
}

/// The statements between two tokens. Separators are left out.
pub(crate) fn cut(lexed: &Lexed, within: Range<usize>, block: Block, found: &mut Vec<Diagnostic>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = within.start;
    let mut at = start;
    let mut missing = 0;
    while at < within.end {
        if at > start {
            let first = lexed.tokens.get(at).is_some_and(|t| t.first);
            if first && !continues(lexed, at, block) {
                push(lexed, &mut out, start..at, 1, found);
                start = at;
            } else if !first && runs_on(lexed, start, at, block) {
                missing += 1;
                if missing <= MOST {
                    found.push(no_separator(lexed, at, block));
                }
                push(lexed, &mut out, start..at, 0, found);
                start = at;
            }
        }
        if separates(lexed, at, block) {
            let before = at > within.start && lexed.is_op(at - 1, ",") && lexed.is_op(at, ",");
            if start == at && before && matches!(block, Block::Codes | Block::Entries) {
                let span = lexed.span(at);
                let label = "a comma with nothing behind it";
                found.push(Diagnostic::new(&rules::SYNTAX, span, label).fix("leave it out", span, ""));
            }
            push(lexed, &mut out, start..at, 0, found);
            at += 1;
            start = at;
        } else {
            at = lexed.after(at).min(within.end).max(at + 1);
        }
    }
    push(lexed, &mut out, start..within.end, 1, found);
    out
}

/// Keeps a statement without the commas behind it, of which there may be so many.
fn push(
    lexed: &Lexed,
    out: &mut Vec<Range<usize>>,
    mut range: Range<usize>,
    mut commas: usize,
    found: &mut Vec<Diagnostic>,
) {
    while range.end > range.start && (lexed.is_op(range.end - 1, ",") || lexed.is_op(range.end - 1, "")) {
        range.end -= 1;
        if lexed.is_op(range.end, ",") {
            if commas == 0 {
                let span = lexed.span(range.end);
                found.push(Diagnostic::new(&rules::SYNTAX, span, "a comma with nothing behind it").fix(
                    "leave it out",
                    span,
                    "",
                ));
            }
            commas = commas.saturating_sub(1);
        }
    }
    if !range.is_empty() {
        out.push(range);
    }
}

/// Whether this token, a comma or a foreign `;`, stands between two statements.
fn separates(lexed: &Lexed, at: usize, block: Block) -> bool {
    if lexed.is_op(at, "") {
        return true;
    }
    if !lexed.is_op(at, ",") {
        return false;
    }
    let next = at + 1;
    let then = lexed.kind(next + 1);
    match block {
        Block::File => false,
        Block::Codes | Block::Entries => true,
        Block::Map => begins_assignment(lexed, next) || begins_statement(lexed, next) || begins_of_layout(lexed, next),
        Block::Place => {
            begins_member(lexed, next)
                || lexed.is_name(next) && TYPES.contains(&lexed.word(next + 1)) && lexed.kind(next + 1) == Kind::Word
                || lexed.kind(next) == Kind::Word
                    && match lexed.word(next) {
                        "key" | "unique" => lexed.opens(next + 1, "("),
                        "ignore" => matches!(then, Kind::Word | Kind::Backtick | Kind::Number),
                        "identify" | "consensus" => lexed.is_word(next + 1, "by"),
                        "primary" => lexed.is_word(next + 1, "key"),
                        word => MEMBERS.contains(&word) && matches!(then, Kind::Word | Kind::Backtick),
                    }
        }
    }
}

/// Whether a statement starts here on the line of another, without a comma.
fn runs_on(lexed: &Lexed, start: usize, at: usize, block: Block) -> bool {
    // One word is no statement: `first name: text` and `var x = 1` are one mistake, and not two statements.
    if at == start + 1 && lexed.kind(start) == Kind::Word && matches!(block, Block::Place | Block::Map) {
        return false;
    }
    let operand = match lexed.kind(at - 1) {
        Kind::Number | Kind::Str | Kind::Backtick | Kind::Close => true,
        Kind::Op => lexed.is_op(at - 1, "?"),
        Kind::Word => !matches!(
            lexed.word(at - 1),
            "let"
                | "set"
                | "and"
                | "or"
                | "not"
                | "if"
                | "where"
                | "when"
                | "in"
                | "is"
                | "like"
                | "matches"
                | "check"
                | "clean"
                | "else"
                | "by"
                | "as"
                | "scale"
                | "match"
                | "copy"
                | "param"
                | "keep"
        ),
        _ => false,
    };
    operand
        && match block {
            Block::Place => begins_member(lexed, at),
            Block::Map => begins_assignment(lexed, at) && !lexed.is_op(at - 1, "."),
            Block::File => lexed.kind(at - 1) == Kind::Close && starts_item(lexed, at),
            Block::Codes => lexed.kind(at - 1) == Kind::Str && lexed.kind(at) == Kind::Str && lexed.is_op(at + 1, "=>"),
            Block::Entries if MEASURES.contains(&lexed.word(at)) => lexed.kind(at - 1) == Kind::Number,
            Block::Entries => {
                matches!(lexed.word(at), "given" | "then") && lexed.kind(at - 1) == Kind::Close && lexed.is_name(at + 1)
            }
        }
}

fn no_separator(lexed: &Lexed, at: usize, block: Block) -> Diagnostic {
    let before = lexed.span(at - 1);
    let here = crate::span::Span { start: before.end, end: before.end };
    if block == Block::File {
        let label = format!("expected a new line before `{}`", lexed.word(at));
        return Diagnostic::new(&rules::NO_SEPARATOR, lexed.span(at), label).fix("start a new line", here, "\n");
    }
    Diagnostic::new(
        &rules::NO_SEPARATOR,
        lexed.span(at),
        format!("expected a comma or a new line before `{}`", lexed.word(at)),
    )
    .fix("put a comma between the two", here, ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, block: Block) -> (Vec<String>, usize) {
        let mut lexed = crate::lexer::lex(text);
        crate::brackets::pair(&mut lexed);
        let mut found = Vec::new();
        let end = lexed.tokens.len() - 1;
        let cuts = cut(&lexed, 0..end, block, &mut found);
        let text = |r: Range<usize>| {
            lexed.text[lexed.span(r.start).to(lexed.span(r.end - 1)).range()]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        (cuts.into_iter().map(text).collect(), found.len())
    }

    #[test]
    fn members_on_a_line_are_cut_at_commas() {
        let (cuts, found) = pieces("a: int64 key, b: text(10), key (a, b), ignore x, y \"why\"", Block::Place);
        assert_eq!(cuts, ["a: int64 key", "b: text(10)", "key (a, b)", "ignore x, y \"why\""]);
        assert_eq!(found, 0);
    }

    #[test]
    fn a_missing_comma_is_found_where_the_next_member_starts() {
        assert_eq!(pieces("a: text b: text", Block::Place), (vec!["a: text".into(), "b: text".into()], 1));
        assert_eq!(pieces("a = x b = y", Block::Map), (vec!["a = x".into(), "b = y".into()], 1));
    }

    #[test]
    fn a_comma_too_many_is_found() {
        assert_eq!(pieces("a = x,, b = y,", Block::Map), (vec!["a = x".into(), "b = y".into()], 1));
        assert_eq!(pieces("a: text,\nb: text", Block::Place), (vec!["a: text".into(), "b: text".into()], 0));
    }

    #[test]
    fn one_word_is_no_statement() {
        assert_eq!(pieces("var x = 1", Block::Map), (vec!["var x = 1".into()], 0));
        assert_eq!(pieces("first name: text, b: text", Block::Place).1, 0);
    }

    #[test]
    fn a_line_that_starts_with_an_operator_or_a_continuing_word_goes_on() {
        let (cuts, _) = pieces("a = x\n  |> trim\n  else reject E1\n  \"why\"\nb = (1\n+ 2)\nc = 1 +\n2", Block::Map);
        assert_eq!(cuts, ["a = x |> trim else reject E1 \"why\"", "b = (1 + 2)", "c = 1 + 2"]);
    }

    #[test]
    fn an_arrow_at_the_start_of_a_line_begins_a_statement() {
        assert_eq!(pieces("a = x\n-> b when c { d = e }", Block::Map).0.len(), 2);
    }

    #[test]
    fn a_word_of_the_language_can_name_what_a_line_assigns() {
        assert_eq!(pieces("a = x\nelse = y\nin = z", Block::Map).0.len(), 3);
    }

    #[test]
    fn rows_of_codes_start_with_strings() {
        assert_eq!(pieces("\"a\" => \"b\"\n\"c\" => \"d\", \"e\" => \"f\"", Block::Codes).0.len(), 3);
    }

    #[test]
    fn a_star_at_the_end_of_a_line_is_no_multiplication_after_copy_or_a_slash() {
        assert_eq!(pieces("copy *\nlet a = b", Block::Map).0.len(), 2);
        assert_eq!(pieces("ignore 7/*\nidentify by a", Block::Place).0.len(), 2);
    }
}
