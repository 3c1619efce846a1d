//! A file that is one list of objects: where its elements are, without looking into them.
//!
//! Between elements stand blanks, commas and the bracket at the end, in any number: what was set apart and is fed again needs
//! no exact commas. An element that does not end is its first line alone, and reading goes on with the next.

use memchr::{memchr, memchr2, memchr3};

use crate::block::Piece;
use crate::machine::Fault;

/// An element of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// It begins as an object does.
    pub(crate) object: bool,
}

/// What the bytes from a place on begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing but what stands between elements.
    Nothing,
    /// A whole element.
    Element(Element),
    /// An object that does not end in these bytes.
    Unfinished {
        /// Where it starts.
        start: usize,
    },
}

/// Where the list begins: behind its bracket, with only blanks before it.
pub(crate) fn begins(data: &[u8]) -> Result<Option<usize>, ()> {
    match data.iter().position(|b| !b.is_ascii_whitespace()) {
        None => Ok(None),
        Some(at) if data.get(at) == Some(&b'[') => Ok(Some(at + 1)),
        Some(_) => Err(()),
    }
}

/// The next element.
pub(crate) fn next(data: &[u8], at: usize) -> Next {
    let between = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']');
    let Some(start) = data.get(at..).and_then(|rest| rest.iter().position(|b| !between(b))).map(|n| at + n) else {
        return Next::Nothing;
    };
    if data.get(start) != Some(&b'{') {
        let rest = &data[start..];
        let end = memchr2(b',', b'\n', rest).map_or(data.len(), |n| start + n.max(1));
        return Next::Element(Element { start, end, object: false });
    }
    match object_end(data, start) {
        Some(end) => Next::Element(Element { start, end, object: true }),
        None => Next::Unfinished { start },
    }
}

/// Where the object that starts here ends.
fn object_end(data: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0u32);
    loop {
        at += memchr3(b'"', b'{', b'}', data.get(at..)?)?;
        match data.get(at)? {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => loop {
                at += 1;
                at += memchr2(b'"', b'\\', data.get(at..)?)?;
                match data.get(at)? {
                    b'\\' => at += 1,
                    _ => break,
                }
            },
        }
        at += 1;
    }
}

/// What is before the cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) end: usize,
    pub(crate) records: u64,
}

/// Cuts bytes behind an element; `last` says that the file ends with them, `full` that no more can be held at a time.
pub(crate) fn cut(data: &[u8], last: bool, full: bool, pieces: &mut Vec<Piece>) -> Cut {
    pieces.clear();
    let mut cut = Cut::default();
    // What is no object may go on behind these bytes; an object says itself where it ends.
    let goes_on = |e: Element, done: usize| {
        let may = !last && (!full || done > 0);
        may && !e.object && e.end == data.len()
    };
    loop {
        match next(data, cut.end) {
            Next::Nothing => {
                if last || cut.end == 0 {
                    cut.end = data.len();
                }
                return cut;
            }
            Next::Element(e) if goes_on(e, cut.end) => return cut,
            Next::Element(e) => (cut.end, cut.records) = (e.end, cut.records + 1),
            Next::Unfinished { .. } if !last && (cut.end > 0 || !full) => return cut,
            Next::Unfinished { start } => {
                let end = memchr(b'\n', &data[start..]).map_or(data.len(), |n| start + n + 1);
                let fault = Fault::Json { at: 0, what: "an object that does not end" };
                pieces.push(Piece { start, len: (end - start) as u64, fault: Some(fault) });
                (cut.end, cut.records) = (end, cut.records + 1);
            }
        }
        if cut.end == data.len() {
            return cut;
        }
    }
}
