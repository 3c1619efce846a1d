//! JSON, an object a line (RFC 8259): only what a column wants is kept, all of it is checked, and numbers keep their digits.
//!
//! A text without escapes is named where it stands. One with escapes is written behind the block's text, and in quotes
//! there if it is empty or begins with a quote, so that an empty text is not taken for null, which has no bytes.

use memchr::memchr;

use crate::block::{Block, TAIL};
use crate::index::{Broken, Index, Shape};
use crate::machine::{Fault, is_blank};

pub(crate) mod list;
mod scan;

use scan::Scan;

/// Deeper than this, an object is refused.
const DEPTH: u32 = 128;

/// An object of JSON a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonLines {
    /// How many columns there are.
    pub columns: usize,
    /// What is read of each object.
    pub members: Members,
}

/// What is read of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Members by name.
    pub names: Vec<(String, Member)>,
    /// Whether all others may be there.
    pub others: bool,
}

/// What is read of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// It is a column.
    Column(usize),
    /// It is a column that holds JSON: a text stands in it with its quotes.
    Json(usize),
    /// Members of it are columns.
    Object(Members),
    /// Its elements are columns, or objects whose members are; there are no more of them than these.
    List(Vec<Member>),
    /// Nothing.
    Ignored,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the member of a name.
    Member(String),
    /// To an element of a list, from 0.
    Element(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Step {
        Step::Member(name.to_owned())
    }
}

impl JsonLines {
    /// Adds the column at a path; `false` where the path leads into or over another column.
    pub fn add(&mut self, path: &[Step]) -> bool {
        self.columns += 1;
        self.members.add(path, Member::Column(self.columns - 1))
    }

    /// The same for a column that holds JSON.
    pub fn add_json(&mut self, path: &[Step]) -> bool {
        self.columns += 1;
        self.members.add(path, Member::Json(self.columns - 1))
    }

    /// Lets members be there that are not named, in every object of which members are.
    pub fn allow_others(&mut self) {
        self.members.allow_others();
    }
}

impl Members {
    /// Adds a member at a path, which begins with a name.
    pub fn add(&mut self, path: &[Step], member: Member) -> bool {
        let [Step::Member(name), rest @ ..] = path else { return false };
        match self.names.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.add(rest, member),
            None => {
                let mut new = Member::open(rest);
                let added = new.add(rest, member);
                self.names.push((name.clone(), new));
                added
            }
        }
    }

    fn allow_others(&mut self) {
        self.others = true;
        self.names.iter_mut().for_each(|(_, member)| member.allow_others());
    }
}

impl Member {
    /// What a path can go on in.
    fn open(rest: &[Step]) -> Member {
        match rest.first() {
            Some(Step::Element(_)) => Member::List(Vec::new()),
            _ => Member::Object(Members::default()),
        }
    }

    /// Whether nothing was added yet.
    fn is_open(&self) -> bool {
        matches!(self, Member::Object(members) if members.names.is_empty())
    }

    fn add(&mut self, path: &[Step], member: Member) -> bool {
        match (path, self) {
            ([], known) => {
                let new = known.is_open();
                if new {
                    *known = member;
                }
                new
            }
            ([Step::Member(_), ..], Member::Object(members)) => members.add(path, member),
            ([Step::Element(at), rest @ ..], Member::List(elements)) => {
                while elements.len() <= *at {
                    elements.push(Member::open(rest));
                }
                elements[*at].add(rest, member)
            }
            _ => false,
        }
    }

    fn allow_others(&mut self) {
        match self {
            Member::Object(members) => members.allow_others(),
            Member::List(elements) => elements.iter_mut().for_each(Member::allow_others),
            Member::Column(_) | Member::Json(_) | Member::Ignored => {}
        }
    }
}

/// Finds the columns of the objects of a list.
pub(crate) fn fill_list(json: &JsonLines, block: &mut Block, out: &mut Index) {
    out.begin(Shape::Spans, json.columns);
    out.side.clear();
    let data = block.data();
    let ascii = data.is_ascii();
    let sound = ascii || std::str::from_utf8(data).is_ok();
    let side = data.len() + TAIL;
    let (mut at, mut number, mut records) = (0, 0, 0);
    let mut pieces = block.pieces.iter().peekable();
    loop {
        let begins = list::start(data, at);
        // A piece is not looked through again: it does not end, and what follows it may not either.
        let begins = begins.filter(|start| pieces.peek().is_none_or(|piece| piece.start > *start));
        let (start, end, fault) = match (begins.and_then(|start| list::element(data, start, None)), pieces.peek()) {
            (Some(e), _) => {
                let bytes = &data[e.start..e.end];
                let fault = match std::str::from_utf8(if sound { b"" } else { bytes }) {
                    Err(error) => Some(Fault::Utf8 { at: error.valid_up_to() as u32 }),
                    Ok(_) if !e.object => Some(Fault::Json { at: 0, what: "no object" }),
                    Ok(_) => read(json, bytes, e.start, side, out),
                };
                (e.start, e.end, fault)
            }
            (None, Some(piece)) => {
                let end = (piece.start + piece.len as usize).min(data.len());
                let found = (piece.start, end, piece.fault);
                pieces.next();
                found
            }
            (None, None) => break,
        };
        match fault {
            Some(fault) => {
                let len = (end - start) as u64;
                out.broken.push(Broken { start: start as u32, len, record: number, fault });
            }
            None => out.good(start as u32, end as u32, number),
        }
        records += end - start;
        number += 1;
        at = end.max(at + 1);
    }
    out.ascii = ascii;
    out.comment_bytes = (data.len() - records) as u64;
    if !out.side.is_empty() {
        block.append(&out.side);
    }
}

/// Reads one object that starts at `start` of the block's text, and says what is wrong with it.
fn read(json: &JsonLines, line: &[u8], start: usize, side: usize, out: &mut Index) -> Option<Fault> {
    let first = out.positions.len();
    // What is not there is null: no bytes.
    out.positions.resize(first + 2 * json.columns, start as u32);
    let result = Scan { line, at: 0, start, side, first, out }.whole(&json.members);
    if result.is_err() {
        out.positions.truncate(first);
    }
    result.err()
}

/// Finds the columns of a block's objects.
pub(crate) fn fill(json: &JsonLines, block: &mut Block, out: &mut Index) {
    out.begin(Shape::Spans, json.columns);
    out.side.clear();
    let data = block.data();
    let ascii = data.is_ascii();
    let sound = ascii || std::str::from_utf8(data).is_ok();
    let side = data.len() + TAIL;
    let (mut at, mut number) = (0, 0);
    let mut pieces = block.pieces.iter().peekable();
    while at < data.len() {
        let start = at;
        if let Some(piece) = pieces.next_if(|piece| piece.start == start) {
            at = (piece.start + piece.len as usize).min(data.len()).max(start + 1);
            if let Some(fault) = piece.fault {
                out.broken.push(Broken { start: start as u32, len: piece.len, record: number, fault });
                number += 1;
            }
            continue;
        }
        let end = memchr(b'\n', &data[start..]).map_or(data.len(), |found| start + found + 1);
        at = end;
        let record = &data[start..end];
        if is_blank(record) {
            out.blank_lines += 1;
            continue;
        }
        let line = crate::trim_line_end(record);
        let fault = match std::str::from_utf8(if sound { b"" } else { line }) {
            Err(error) => Some(Fault::Utf8 { at: error.valid_up_to() as u32 }),
            Ok(_) => read(json, line, start, side, out),
        };
        match fault {
            Some(fault) => {
                out.broken.push(Broken { start: start as u32, len: (end - start) as u64, record: number, fault });
            }
            None => out.good(start as u32, end as u32, number),
        }
        number += 1;
    }
    out.ascii = ascii;
    if !out.side.is_empty() {
        block.append(&out.side);
    }
}
