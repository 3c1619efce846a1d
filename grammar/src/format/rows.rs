//! The lines of a text, and how far each is indented.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Sheet;
use crate::diagnostic::{Diagnostic, Level};
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;

/// Blanks of one step of indentation.
pub(super) const STEP: usize = 2;

/// A line: tokens with the comment behind them, or a comment alone, or lines that stay as they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its tokens; none if it is a comment.
    pub(super) tokens: Range<usize>,
    /// The comment, without the line's end.
    pub(super) comment: Option<Span>,
    /// Whether an empty line stands above it.
    pub(super) blank_before: bool,
    /// The text, if it is not to be touched.
    pub(super) verbatim: Option<String>,
    /// Blanks before it.
    pub(super) indent: usize,
    /// Blanks before a token beyond the usual, by token.
    pub(super) pads: Vec<(usize, usize)>,
    /// Blanks before the comment.
    pub(super) comment_gap: usize,
    /// The physical lines, both ends included.
    lines: (usize, usize),
}

impl Row {
    /// The tokens of the line, with the blanks between them.
    pub(super) fn line(&self, sheet: &Sheet<'_>) -> String {
        self.upto(sheet, self.tokens.end)
    }
    /// The line's tokens before `end`.
    pub(super) fn upto(&self, sheet: &Sheet<'_>, end: usize) -> String {
        let mut out = String::new();
        for at in self.tokens.start..end {
            let pad = self.pads.iter().find(|(token, _)| *token == at).map_or(0, |(_, pad)| *pad);
            let gap = usize::from(at > self.tokens.start && sheet.gap(at));
            out.extend(std::iter::repeat_n(' ', gap + pad));
            out.push_str(sheet.text(at));
        }
        out
    }
    /// A line of these tokens, cut from this one.
    pub(super) fn part(&self, tokens: Range<usize>) -> Row {
        Row { blank_before: self.blank_before && tokens.start == self.tokens.start, tokens, ..Row::default() }
    }
    /// Whether a text in it goes over several lines.
    pub(super) fn is_tall(&self) -> bool {
        self.lines.1 > self.lines.0 && self.verbatim.is_none()
    }
}

/// The lines of the text. Those of statements that could not be read are verbatim.
pub(super) fn rows(sheet: &Sheet<'_>, found: &[Diagnostic]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let lexed = &sheet.lexed;
    let mut open = false;
    for (at, token) in lexed.tokens.iter().enumerate() {
        let next = lexed.tokens.get(at + 1).map_or(lexed.comments.len(), |t| t.comments);
        for comment in lexed.comments.get(token.comments..next).unwrap_or(&[]) {
            match rows.last_mut() {
                Some(row) if open && !comment.alone => row.comment = Some(comment.span),
                _ => rows.push(Row { tokens: at..at, comment: Some(comment.span), ..Row::default() }),
            }
            open = false;
        }
        if token.kind == Kind::End {
            break;
        }
        match rows.last_mut() {
            Some(row) if open && !token.first => row.tokens.end = at + 1,
            _ => rows.push(Row { tokens: at..at + 1, ..Row::default() }),
        }
        open = true;
    }
    let starts = line_starts(sheet.source);
    let line_of = |byte: u32| starts.partition_point(|start| *start <= byte).saturating_sub(1);
    for row in &mut rows {
        let span = row_span(sheet, row);
        row.lines = (line_of(span.start), line_of(span.end.saturating_sub(1).max(span.start)));
    }
    let mut kept = vec![false; starts.len()];
    keep_unread(sheet, found, &line_of, &mut kept);
    let loose = keep_loose(sheet, &line_of, &mut kept);
    keep_rows(sheet.source, &starts, &kept, &loose, &mut rows);
    rows
}

fn row_span(sheet: &Sheet<'_>, row: &Row) -> Span {
    let comment = row.comment.unwrap_or_default();
    if row.tokens.is_empty() {
        return comment;
    }
    let tokens = sheet.lexed.span(row.tokens.start).to(sheet.lexed.span(row.tokens.end - 1));
    if row.comment.is_some() { tokens.to(comment) } else { tokens }
}

fn line_starts(source: &str) -> Vec<u32> {
    let ends = memchr::memchr_iter(b'\n', source.as_bytes());
    std::iter::once(0).chain(ends.filter_map(|end| u32::try_from(end + 1).ok())).collect()
}

fn keep(kept: &mut [bool], lines: std::ops::RangeInclusive<usize>) {
    for line in lines {
        if let Some(line) = kept.get_mut(line) {
            *line = true;
        }
    }
}

/// Keeps the lines of statements that could not be read.
fn keep_unread(sheet: &Sheet<'_>, found: &[Diagnostic], line_of: &dyn Fn(u32) -> usize, kept: &mut [bool]) {
    // What is known and not built is read by its tokens alone, which is enough.
    let errors = found.iter().filter(|d| d.rule.level == Level::Error && d.rule.code != rules::NOT_YET.code);
    for error in errors {
        keep(kept, line_of(error.span.start)..=line_of(error.span.end.saturating_sub(1).max(error.span.start)));
        let token = sheet.lexed.tokens.partition_point(|t| t.span.end <= error.span.start);
        let Some(statement) = sheet.statements.around(token) else { continue };
        let tokens = if statement.head.contains(&token) { &statement.head } else { &statement.range };
        let span = sheet.lexed.span(tokens.start).to(sheet.lexed.span(tokens.end.saturating_sub(1)));
        keep(kept, line_of(span.start)..=line_of(span.end.saturating_sub(1)));
    }
}

/// Keeps the lines with characters that belong to no token and no comment, and says which they are.
fn keep_loose(sheet: &Sheet<'_>, line_of: &dyn Fn(u32) -> usize, kept: &mut [bool]) -> Vec<usize> {
    let mut spans: Vec<Span> = sheet.lexed.tokens.iter().map(|t| t.span).collect();
    spans.extend(sheet.lexed.comments.iter().map(|c| c.span));
    spans.sort_by_key(|span| (span.start, span.end));
    let (mut at, mut loose) = (0_usize, Vec::new());
    if sheet.source.starts_with('\u{feff}') {
        at = '\u{feff}'.len_utf8();
    }
    for span in spans {
        let between = sheet.source.get(at..span.range().start).unwrap_or("");
        for (i, c) in between.char_indices() {
            if !matches!(c, ' ' | '\t' | '\r' | '\n') {
                let line = line_of((at + i) as u32);
                keep(kept, line..=line);
                if loose.last() != Some(&line) {
                    loose.push(line);
                }
            }
        }
        at = at.max(span.range().end);
    }
    loose
}

/// Makes the kept lines rows, and says where empty lines stand.
fn keep_rows(source: &str, starts: &[u32], kept: &[bool], loose: &[usize], rows: &mut Vec<Row>) {
    let lines = |from: usize, to: usize| {
        let start = starts.get(from).map_or(source.len(), |s| *s as usize);
        let end = starts.get(to + 1).map_or(source.len(), |s| *s as usize);
        let text = source.get(start..end).unwrap_or("");
        let text = if start == 0 { text.trim_start_matches('\u{feff}') } else { text };
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.strip_suffix('\r').unwrap_or(text).to_owned()
    };
    for row in rows.iter_mut() {
        let (from, to) = row.lines;
        if (from..=to).any(|line| kept.get(line) == Some(&true)) {
            row.verbatim = Some(lines(from, to));
        }
    }
    let covered: BTreeSet<usize> = rows.iter().flat_map(|row| row.lines.0..=row.lines.1).collect();
    for line in loose.iter().filter(|line| !covered.contains(line)) {
        let tokens = rows.iter().find(|row| row.lines.0 > *line).map_or(0..0, |row| row.tokens.start..row.tokens.start);
        rows.push(Row { tokens, verbatim: Some(lines(*line, *line)), lines: (*line, *line), ..Row::default() });
    }
    rows.sort_by_key(|row| row.lines);
    let mut last = None;
    for row in rows {
        row.blank_before = last.is_some_and(|last| row.lines.0 > last + 1);
        last = Some(row.lines.1);
    }
}

/// Indents every line by the line that opens the innermost bracket round it; a line that goes on with a statement by one
/// step more.
pub(super) fn indent(sheet: &Sheet<'_>, rows: &mut [Row]) {
    let lexed = &sheet.lexed;
    // The opening brackets round a line, each with the indentation of its line.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut waiting: Vec<usize> = Vec::new();
    let mut indents = vec![0; rows.len()];
    // Where statements begin: their blocks hang there, even if the brace stands on a later line.
    let mut begun: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        if row.tokens.is_empty() {
            waiting.push(number);
            continue;
        }
        let first = row.tokens.start;
        let inside = open.last().map_or(0, |(_, indent)| indent + STEP);
        let (own, comments) = match lexed.kind(first) {
            Kind::Close => (inside.saturating_sub(STEP), inside),
            _ if goes_on(sheet, first, open.last().map(|(at, _)| *at)) => (inside + STEP, inside + STEP),
            _ => (inside, inside),
        };
        let own = match &row.verbatim {
            Some(lines) => lines.chars().take_while(|c| *c == ' ').count(),
            None => own,
        };
        for at in waiting.drain(..).chain([number]) {
            if let Some(indent) = indents.get_mut(at) {
                *indent = if at == number { own } else { comments };
            }
        }
        for at in row.tokens.clone() {
            if sheet.statements.starts.contains_key(&at) {
                begun.insert(at, own);
            }
            match lexed.kind(at) {
                Kind::Open => {
                    let start = sheet.statements.blocks.get(&at);
                    open.push((at, start.and_then(|start| begun.get(start)).copied().unwrap_or(own)));
                }
                Kind::Close => drop(open.pop()),
                _ => {}
            }
        }
    }
    for (row, indent) in rows.iter_mut().zip(indents) {
        row.indent = indent;
    }
}

/// Whether the token, first of its line, goes on with what stands above.
fn goes_on(sheet: &Sheet<'_>, at: usize, bracket: Option<usize>) -> bool {
    if bracket.is_none_or(|open| sheet.statements.blocks.contains_key(&open)) {
        return !sheet.statements.starts.contains_key(&at) && !answers_arrows(sheet, at);
    }
    let lexed = &sheet.lexed;
    let word = lexed.word(at);
    lexed.kind(at) == Kind::Op
        || at > 0 && lexed.kind(at - 1) == Kind::Op && !lexed.is_op(at - 1, ",")
        || lexed.kind(at) == Kind::Word
            && !lexed.is_op(at + 1, "=>")
            && (matches!(word, "and" | "or") || word == "else" && !lexed.is_op(at - 1, ","))
}

/// Whether this is the `else` for what no arrow above takes.
fn answers_arrows(sheet: &Sheet<'_>, at: usize) -> bool {
    let arrow = |statement: &super::statements::Statement| sheet.lexed.is_op(statement.range.start, "->");
    at > 0
        && sheet.lexed.is_word(at, "else")
        && sheet.lexed.kind(at - 1) == Kind::Close
        && sheet.statements.around(at).is_some_and(arrow)
}
