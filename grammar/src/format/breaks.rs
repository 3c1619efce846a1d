//! Lines that are too long: members of a block come to stand below each other, else the line is broken at the commas of a
//! bracket.

use std::ops::Range;

use super::rows::{Row, STEP};
use super::{Sheet, WIDTH};
use crate::lexer::Kind;
use crate::splitter::Block;

/// Breaks what is too long by one level: between statements, else in the outermost brackets. A line with a comment behind it stays, since the comment would come to
/// stand behind something else.
pub(super) fn long(sheet: &Sheet<'_>, rows: Vec<Row>) -> Vec<Row> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let fixed = row.verbatim.is_some() || row.comment.is_some() || row.is_tall();
        let fits = || row.indent + sheet.width(row.tokens.clone()) <= WIDTH;
        if fixed || fits() {
            out.push(row);
            continue;
        }
        let statements = statements(sheet, &row.tokens);
        match (statements.len() > 1, widest(sheet, &row.tokens)) {
            (true, _) => out.extend(lines(sheet, &row, statements, row.indent)),
            (false, Some((open, close))) => out.extend(broken(sheet, &row, open, close)),
            (false, None) => out.push(row),
        }
    }
    out
}

/// The statements of a line, each with the comma behind it.
fn statements(sheet: &Sheet<'_>, tokens: &Range<usize>) -> Vec<Range<usize>> {
    let (mut at, mut start, mut out) = (tokens.start, tokens.start, Vec::new());
    while at < tokens.end {
        if at > start && sheet.lexed.is_op(at - 1, ",") && sheet.statements.starts.contains_key(&at) {
            out.push(start..at);
            start = at;
        }
        at = sheet.lexed.after(at);
    }
    out.push(start..tokens.end);
    out
}

/// Pieces as lines: members of places and statements of maps one a line, anything else as much on a line as fits.
fn lines(sheet: &Sheet<'_>, row: &Row, pieces: Vec<Range<usize>>, indent: usize) -> Vec<Row> {
    let alone = |piece: &Range<usize>| {
        let block = sheet.statements.starts.get(&piece.start).map(|s| s.block);
        matches!(block, Some(Block::Place | Block::Map | Block::File))
    };
    let mut out: Vec<Range<usize>> = Vec::new();
    for piece in pieces {
        match out.last_mut() {
            Some(line) if !alone(&piece) && indent + sheet.width(line.start..piece.end) <= WIDTH => {
                line.end = piece.end
            }
            _ => out.push(piece),
        }
    }
    out.into_iter().map(|line| row.part(line)).collect()
}

/// The bracket of the line at whose commas it is broken: a block, else the widest.
fn widest(sheet: &Sheet<'_>, tokens: &Range<usize>) -> Option<(usize, usize)> {
    let (mut at, mut best) = (tokens.start, None);
    while at < tokens.end {
        let next = sheet.lexed.after(at);
        let close = next - 1;
        if sheet.lexed.kind(at) == Kind::Open && next <= tokens.end && pieces(sheet, at, close).len() > 1 {
            let rank = (sheet.statements.blocks.contains_key(&at), sheet.width(at..next));
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, (at, close)));
            }
        }
        at = next;
    }
    best.map(|(_, found)| found)
}

/// What stands between the commas, each with its comma.
fn pieces(sheet: &Sheet<'_>, open: usize, close: usize) -> Vec<Range<usize>> {
    let block = sheet.statements.blocks.contains_key(&open);
    let (mut at, mut start, mut out) = (open + 1, open + 1, Vec::new());
    while at < close {
        let next = sheet.lexed.after(at);
        if sheet.lexed.is_op(at, ",") && (!block || sheet.statements.starts.contains_key(&next)) {
            out.push(start..next);
            start = next;
        }
        at = next;
    }
    if start < close {
        out.push(start..close);
    }
    out
}

/// The line up to the bracket, what stands in it, and the rest.
fn broken(sheet: &Sheet<'_>, row: &Row, open: usize, close: usize) -> Vec<Row> {
    let mut rows = vec![row.part(row.tokens.start..open + 1)];
    rows.extend(lines(sheet, row, pieces(sheet, open, close), row.indent + STEP));
    rows.push(row.part(close..row.tokens.end));
    rows
}
