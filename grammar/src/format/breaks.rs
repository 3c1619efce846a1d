//! Lines that are too long, broken at the commas of a bracket.

use std::ops::Range;

use super::rows::{Row, STEP};
use super::{Sheet, WIDTH};
use crate::lexer::Kind;

/// Breaks what is too long by one level of brackets. A line with a comment behind it stays, since the comment would come to
/// stand behind something else.
pub(super) fn long(sheet: &Sheet<'_>, rows: Vec<Row>) -> Vec<Row> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let fixed = row.verbatim.is_some() || row.comment.is_some() || row.is_tall();
        let fits = || row.indent + sheet.width(row.tokens.clone()) <= WIDTH;
        match (!fixed && !fits()).then(|| widest(sheet, &row.tokens)).flatten() {
            Some((open, close)) => out.extend(broken(sheet, &row, open, close)),
            None => out.push(row),
        }
    }
    out
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

/// The line up to the bracket, what stands in it, as much on a line as fits, and the rest.
fn broken(sheet: &Sheet<'_>, row: &Row, open: usize, close: usize) -> Vec<Row> {
    let mut rows = vec![row.part(row.tokens.start..open + 1)];
    let mut line: Option<Range<usize>> = None;
    for piece in pieces(sheet, open, close) {
        line = Some(match line {
            Some(line) if row.indent + STEP + sheet.width(line.start..piece.end) <= WIDTH => line.start..piece.end,
            Some(line) => {
                rows.push(row.part(line));
                piece
            }
            None => piece,
        });
    }
    rows.extend(line.map(|line| row.part(line)));
    rows.push(row.part(close..row.tokens.end));
    rows
}
