//! What stands below one another in lines that follow each other.

use super::Sheet;
use super::rows::Row;
use crate::lexer::Kind;
use crate::splitter::{self, Block};

/// Tails and attributes whose columns lie further apart are not put below one another.
const APART: usize = 25;

/// Comments behind lines that are longer stand where these end.
const LONG: usize = 90;

/// What a line is; lines of one kind that follow each other are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class<'s> {
    /// `name : type attributes`
    Column,
    /// `name = value`
    Assignment,
    /// `let name = value`, and items that begin so.
    Named(&'s str),
    /// `check condition else …`
    Check,
    /// `"A" => "B"`
    Codes,
    /// `-> target when condition`
    Arrow,
}

/// A line of a class: the tokens at which its columns begin, first to last.
struct Stops<'s> {
    class: Class<'s>,
    /// Before these, every line has one column.
    first: Option<usize>,
    /// Before these, as long as they are not far apart.
    second: Option<usize>,
}

/// Pads the lines.
pub(super) fn stops(sheet: &Sheet<'_>, rows: &mut [Row]) {
    let all: Vec<Option<Stops<'_>>> = rows.iter().map(|row| stops_of(sheet, row)).collect();
    let mut run: Vec<usize> = Vec::new();
    // The colon of a code list has a blank before it.
    for row in rows.iter_mut() {
        if let Some(colon) = colon(sheet, row) {
            row.pads.push((colon, 1));
        }
    }
    for at in 0..=rows.len() {
        let joins = match (run.last(), rows.get(at), all.get(at).and_then(Option::as_ref)) {
            (Some(last), Some(row), Some(stops)) => {
                let same = |before: &Stops<'_>| before.class == stops.class;
                !row.blank_before
                    && rows.get(*last).is_some_and(|before| before.indent == row.indent)
                    && all.get(*last).and_then(Option::as_ref).is_some_and(same)
            }
            _ => false,
        };
        let comment =
            rows.get(at).is_some_and(|row| row.tokens.is_empty() && row.verbatim.is_none() && !row.blank_before);
        if comment && !run.is_empty() {
            continue;
        }
        if !joins {
            pad(sheet, rows, &all, &run);
            run.clear();
        }
        if all.get(at).is_some_and(Option::is_some) {
            run.push(at);
        }
    }
    comments(sheet, rows);
}

fn colon(sheet: &Sheet<'_>, row: &Row) -> Option<usize> {
    let first = row.tokens.start;
    let list = sheet.lexed.is_word(first, "codes") && sheet.lexed.is_op(first + 2, ":");
    (list && row.verbatim.is_none() && sheet.statements.starts.contains_key(&first) && first + 2 < row.tokens.end)
        .then_some(first + 2)
}

fn stops_of<'s>(sheet: &'s Sheet<'_>, row: &Row) -> Option<Stops<'s>> {
    let lexed = &sheet.lexed;
    let at = row.tokens.start;
    let statement = sheet.statements.starts.get(&at).filter(|_| !row.tokens.is_empty())?;
    let others = sheet.statements.starts.range(at + 1..row.tokens.end).any(|(_, s)| s.depth == statement.depth);
    if row.verbatim.is_some() || row.is_tall() || others {
        return None;
    }
    // The first of these words or signs outside brackets.
    let find = |from: usize, what: &[&str]| {
        let mut at = from;
        while at < row.tokens.end {
            // The brace of `list<{…}>` belongs to the type.
            let inner = at > 0 && lexed.is_op(at - 1, "<");
            if !inner && matches!(lexed.kind(at), Kind::Word | Kind::Op | Kind::Open) && what.contains(&lexed.word(at))
            {
                return Some(at);
            }
            at = lexed.after(at);
        }
        None
    };
    let tail = |from: usize| find(from, &["else"]);
    let word = lexed.word(at);
    let (class, first, second) = match statement.block {
        Block::Place if splitter::begins_member(lexed, at) => {
            let attributes = ["from", "at", "path", "null", "absent", "else", "labels", "{"];
            (Class::Column, Some(at + 1), find(at + 3, &attributes))
        }
        Block::Map if splitter::begins_assignment(lexed, at) => (Class::Assignment, find(at, &["="]), tail(at + 2)),
        Block::Map | Block::Place if word == "let" && lexed.is_op(at + 2, "=") => {
            (Class::Named(word), Some(at + 2), tail(at + 3))
        }
        Block::Map if word == "check" => (Class::Check, None, tail(at + 1)),
        Block::Map if word == "->" => (Class::Arrow, find(at, &["when"]), None),
        Block::Codes if word != "else" => (Class::Codes, find(at, &["=>"]), None),
        Block::File if lexed.is_name(at + 1) && lexed.is_op(at + 2, "=") => (Class::Named(word), Some(at + 2), None),
        _ => return None,
    };
    let inside = |stop: Option<usize>| stop.filter(|stop| row.tokens.contains(stop));
    Some(Stops { class, first: inside(first), second: inside(second) })
}

fn pad(sheet: &Sheet<'_>, rows: &mut [Row], all: &[Option<Stops<'_>>], run: &[usize]) {
    if run.len() < 2 {
        return;
    }
    let stop = |number: usize, second: bool| {
        let stops = all.get(number).and_then(Option::as_ref)?;
        if second { stops.second } else { stops.first }
    };
    // So has that of a column, where there is another to align it with.
    for at in run {
        let column = all.get(*at).and_then(Option::as_ref).filter(|stops| stops.class == Class::Column);
        if let (Some(colon), Some(row)) = (column.and_then(|stops| stops.first), rows.get_mut(*at)) {
            row.pads.push((colon, 1));
        }
    }
    for (second, apart) in [(false, usize::MAX), (true, APART)] {
        let here: Vec<(usize, usize)> = run.iter().filter_map(|at| Some((*at, stop(*at, second)?))).collect();
        let widths: Vec<(usize, usize, usize)> = here
            .into_iter()
            .filter_map(|(at, token)| Some((at, token, rows.get(at)?.upto(sheet, token).chars().count())))
            .collect();
        let mut from = 0;
        while from < widths.len() {
            let (mut least, mut most, mut to) = (usize::MAX, 0, from);
            while let Some((_, _, width)) = widths.get(to) {
                if most.max(*width) - least.min(*width) > apart {
                    break;
                }
                (least, most, to) = (least.min(*width), most.max(*width), to + 1);
            }
            for (at, token, width) in widths.get(from..to).unwrap_or(&[]) {
                let Some(row) = rows.get_mut(*at) else { continue };
                match row.pads.iter_mut().find(|(known, _)| known == token) {
                    Some((_, pad)) => *pad += most - width,
                    None => row.pads.push((*token, most - width)),
                }
            }
            from = to.max(from + 1);
        }
    }
}

/// Comments behind lines that follow each other stand below one another.
fn comments(sheet: &Sheet<'_>, rows: &mut [Row]) {
    let mut from = 0;
    while from < rows.len() {
        let behind = |row: &Row| row.comment.is_some() && !row.tokens.is_empty() && row.verbatim.is_none();
        let mut to = from;
        while rows.get(to).is_some_and(|row| behind(row) && (to == from || !row.blank_before)) {
            to += 1;
        }
        let widths: Vec<usize> = rows
            .get(from..to)
            .unwrap_or(&[])
            .iter()
            .map(|row| row.indent + row.line(sheet).rsplit('\n').next().map_or(0, |line| line.chars().count()))
            .collect();
        let most = widths.iter().copied().filter(|width| *width <= LONG).max().unwrap_or(0);
        for (row, width) in rows.iter_mut().skip(from).zip(&widths) {
            row.comment_gap = 2 + most.saturating_sub(*width);
        }
        from = to.max(from + 1);
    }
}
