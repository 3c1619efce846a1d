//! Limits of one statement. Pest and the builder of the tree recurse with nesting, and dropping a chain of operators
//! recurses with its length: these limits hold before either sees the statement, far below what a small stack takes.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::lexer::{Kind, Lexed};
use crate::rules;

/// Brackets inside brackets.
const NESTING: usize = 128;
/// `not` and `-` in a row.
const PREFIXES: usize = 64;
/// Operators, accesses and chained calls of a statement.
const OPERATORS: usize = 1_000;

/// What a statement has too much of, if anything.
pub(crate) fn exceeded(lexed: &Lexed, range: Range<usize>) -> Option<Diagnostic> {
    let (mut depth, mut prefixes, mut operators) = (0_usize, 0_usize, 0_usize);
    for at in range {
        let mut prefix = false;
        match lexed.kind(at) {
            Kind::Open => {
                depth += 1;
                // `x[0][0]` nests in the tree, not in the text.
                operators += usize::from(at > 0 && lexed.kind(at - 1) == Kind::Close);
            }
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Op => {
                let word = lexed.word(at);
                prefix = word == "-";
                operators += usize::from(!matches!(word, "," | ":"));
            }
            Kind::Word => {
                let word = lexed.word(at);
                prefix = word == "not";
                operators += usize::from(matches!(
                    word,
                    "and" | "or" | "not" | "in" | "is" | "like" | "matches" | "else" | "match" | "zone"
                ));
            }
            _ => {}
        }
        prefixes = if prefix { prefixes + 1 } else { 0 };
        let label = if depth > NESTING {
            format!("brackets are nested more than {NESTING} deep here")
        } else if prefixes > PREFIXES {
            format!("more than {PREFIXES} `not` or `-` in a row")
        } else if operators > OPERATORS {
            format!("this statement has more than {OPERATORS} operators")
        } else {
            continue;
        };
        return Some(
            Diagnostic::new(&rules::LIMIT, lexed.span(at), label).help("split it: give the parts names with `let`"),
        );
    }
    None
}
