//! Where statements start, in the file and in the blocks that hold statements.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lexer::Lexed;
use crate::splitter::{self, Block};

/// Blocks inside blocks; the language has three.
const DEEPEST: usize = 8;

/// A statement.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// Its tokens.
    pub(super) range: Range<usize>,
    /// Its tokens up to the brace that opens its block; all, if it has none.
    pub(super) head: Range<usize>,
    /// The block that it stands in.
    pub(super) block: Block,
    /// How many blocks are round it.
    pub(super) depth: usize,
}

/// All statements, and the braces that hold statements.
pub(super) struct Statements {
    /// By their first token.
    pub(super) starts: BTreeMap<usize, Statement>,
    /// By the opening brace: the first token of the statement whose block it opens.
    pub(super) blocks: BTreeMap<usize, usize>,
}

impl Statements {
    /// The innermost statement that holds a token.
    pub(super) fn around(&self, token: usize) -> Option<&Statement> {
        self.starts.range(..=token).rev().take(200).map(|(_, s)| s).find(|s| s.range.contains(&token))
    }
}

/// Finds them.
pub(super) fn find(lexed: &Lexed) -> Statements {
    let mut out = Statements { starts: BTreeMap::new(), blocks: BTreeMap::new() };
    walk(lexed, 0..lexed.tokens.len().saturating_sub(1), Block::File, 0, &mut out);
    out
}

fn walk(lexed: &Lexed, within: Range<usize>, block: Block, depth: usize, out: &mut Statements) {
    // What is wrong between statements is told by the parser.
    for range in splitter::cut(lexed, within, block, &mut Vec::new()) {
        let inner = block_of(lexed, &range, block).filter(|_| depth < DEEPEST);
        let head = range.start..inner.map_or(range.end, |(open, _)| open + 1);
        if let Some((open, inner)) = inner {
            out.blocks.insert(open, range.start);
            let end = lexed.partners.get(open).map_or(open + 1, |p| p.end).min(range.end);
            walk(lexed, open + 1..end, inner, depth + 1, out);
        }
        out.starts.insert(range.start, Statement { range, head, block, depth });
    }
}

/// The brace that opens the block of a statement, and what stands in it.
fn block_of(lexed: &Lexed, range: &Range<usize>, block: Block) -> Option<(usize, Block)> {
    let inner = match (block, lexed.word(range.start)) {
        (Block::File, "source" | "reference" | "target") | (Block::Place, "record") => Block::Place,
        (Block::File, "map" | "type") | (Block::Map, "->" | "merge") => Block::Map,
        (Block::File, "codes") => Block::Codes,
        (Block::File, _) | (Block::Place, _) => Block::Entries,
        (Block::Map | Block::Codes | Block::Entries, _) => return None,
    };
    let mut at = range.start;
    let mut in_match = false;
    while at < range.end {
        in_match |= lexed.is_word(at, "match");
        if lexed.opens(at, "{") {
            if !in_match {
                return Some((at, inner));
            }
            in_match = false;
        }
        at = lexed.after(at);
    }
    None
}
