//! A file that is one list of objects: where its elements are, without looking into them.
//!
//! Between elements stand blanks, commas and the bracket at the end, in any number: what was set apart and is fed again needs
//! no exact commas. An element that does not end is its first line alone, as far as a record may be long, and reading goes on
//! behind it.

use memchr::{memchr, memchr2};

use crate::block::Piece;
use crate::input::Ends;
use crate::machine::Fault;

/// An element of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// It begins as an object does.
    pub(crate) object: bool,
}

/// Where the list begins: behind its bracket, with only blanks before it.
pub(crate) fn begins(data: &[u8]) -> Result<Option<usize>, ()> {
    match data.iter().position(|b| !b.is_ascii_whitespace()) {
        None => Ok(None),
        Some(at) if data.get(at) == Some(&b'[') => Ok(Some(at + 1)),
        Some(_) => Err(()),
    }
}

/// Where the next element begins.
pub(crate) fn start(data: &[u8], at: usize) -> Option<usize> {
    let between = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']');
    data.get(at..).and_then(|rest| rest.iter().position(|b| !between(b))).map(|n| at + n)
}

/// The element that begins here, if it ends in these bytes; `closes` may know it.
pub(crate) fn element(data: &[u8], start: usize, closes: Option<&Closes>) -> Option<Element> {
    if data.get(start) != Some(&b'{') {
        let rest = &data[start..];
        let end = memchr2(b',', b'\n', rest).map_or(data.len(), |n| start + n.max(1));
        return Some(Element { start, end, object: false });
    }
    let end = match closes {
        Some(closes) => closes.end(start),
        None => object_end(data, start),
    };
    end.map(|end| Element { start, end, object: true })
}

/// Where the object that starts here ends.
fn object_end(data: &[u8], start: usize) -> Option<usize> {
    match Overlong::default().ends(data.get(start..)?) {
        Ends::At(end) => Some(start + end),
        Ends::Later | Ends::Never => None,
    }
}

/// An object that is looked through for its end, piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Overlong {
    /// What is open: whether it is an object.
    open: Vec<bool>,
    within: bool,
    escaped: bool,
}

impl Overlong {
    /// Goes on; a bracket that closes what it does not belong to says that this is no object.
    pub(crate) fn ends(&mut self, piece: &[u8]) -> Ends {
        let mut at = 0;
        while let Some(byte) = piece.get(at) {
            if self.escaped {
                self.escaped = false;
            } else if self.within {
                let Some(next) = memchr2(b'"', b'\\', &piece[at..]) else { return Ends::Later };
                at += next;
                (self.within, self.escaped) = (piece[at] == b'\\', piece[at] == b'\\');
            } else {
                match byte {
                    b'"' => self.within = true,
                    b'{' | b'[' => self.open.push(*byte == b'{'),
                    b'}' | b']' => {
                        if self.open.pop() != Some(*byte == b'}') {
                            return Ends::Never;
                        }
                        if self.open.is_empty() {
                            return Ends::At(at + 1);
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        Ends::Later
    }
}

/// The ends of all objects of some bytes. Behind an object that does not end, many may follow that do not end either, and
/// to look for each end by itself would take the square of their number.
pub(crate) struct Closes {
    /// The first place.
    base: usize,
    /// For each place, read as one outside of texts: the bracket that closes what is open there, and whether it is a brace.
    places: Vec<u32>,
}

/// No bracket closes it.
const OPEN: u32 = u32::MAX;
/// The bracket is that of a list.
const OF_LIST: u32 = 1 << 31;

impl Closes {
    /// Those of the bytes from a place on. What stands at a place depends on what stands behind it alone, whether it is
    /// read as one outside of texts or as one within: so it is read from the end.
    fn new(data: &[u8], base: usize) -> Closes {
        let rest = &data[base..];
        let mut places = vec![OPEN; rest.len() + 1];
        // Within a text: at the next place, and at the one behind it.
        let (mut within, mut behind) = (OPEN, OPEN);
        for (at, byte) in rest.iter().enumerate().rev() {
            let outside = places[at + 1];
            places[at] = match byte {
                b'}' => at as u32,
                b']' => at as u32 | OF_LIST,
                b'{' | b'[' if outside != OPEN && (outside & OF_LIST != 0) == (*byte == b'[') => {
                    places[(outside & !OF_LIST) as usize + 1]
                }
                // What another bracket closes is closed by none.
                b'{' | b'[' => OPEN,
                b'"' => within,
                _ => outside,
            };
            let here = match byte {
                b'"' => outside,
                b'\\' => behind,
                _ => within,
            };
            (within, behind) = (here, within);
        }
        Closes { base, places }
    }
    /// Where the object that starts here ends.
    fn end(&self, start: usize) -> Option<usize> {
        let brace = *self.places.get(start.checked_sub(self.base)? + 1)?;
        (brace & OF_LIST == 0).then_some(self.base + brace as usize + 1)
    }
}

/// What is before the cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) end: usize,
    pub(crate) records: u64,
    /// An object that begins here is longer than what is held, or is none; what stands before it ends here.
    pub(crate) overlong: Option<usize>,
}

/// Cuts bytes behind an element; `last` says that the file ends with them. An object of more than `longest` bytes is too long;
/// twice as many are held at most, so that this is known of all that begin in the first half.
///
/// An object that does not end in what is held is left to who can look further, up to the first one that does not end at all:
/// from there on the list is a `stray` one, and what does not end soon enough is taken line by line. So what a file means
/// does not depend on how much of it is held.
pub(crate) fn cut(data: &[u8], last: bool, longest: usize, stray: &mut bool, pieces: &mut Vec<Piece>) -> Cut {
    pieces.clear();
    let mut cut = Cut::default();
    let full = data.len() >= 2 * longest;
    let mut closes: Option<Closes> = None;
    loop {
        let Some(start) = start(data, cut.end) else {
            if last || cut.end == 0 {
                cut.end = data.len();
            }
            return cut;
        };
        let found = element(data, start, closes.as_ref());
        match found.filter(|e| !*stray || !e.object || e.end - start <= longest) {
            Some(e) if e.object && e.end - start > longest && !*stray => {
                let len = (e.end - start) as u64;
                pieces.push(Piece { start, len, fault: Some(Fault::TooLong) });
                (cut.end, cut.records) = (e.end, cut.records + 1);
            }
            // What is no object may go on behind these bytes; an object says itself where it ends.
            Some(e) if !e.object && e.end == data.len() && !last && (!full || cut.end > 0) => return cut,
            Some(e) => (cut.end, cut.records) = (e.end, cut.records + 1),
            None if !last && (!full || start + longest > data.len()) => {
                if full && cut.end == 0 {
                    // Nothing but blanks stands before it.
                    cut.end = start;
                }
                return cut;
            }
            None if !*stray && !last => {
                cut.overlong = Some(start);
                return cut;
            }
            None => {
                *stray = true;
                closes.get_or_insert_with(|| Closes::new(data, start));
                let line = &data[start..data.len().min(start + longest)];
                let end = memchr(b'\n', line).map_or(start + line.len(), |n| start + n + 1);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_all_objects_are_those_of_each() {
        let mut random = 1u64;
        for _ in 0..2000 {
            let mut next = || {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) as usize
            };
            let data: Vec<u8> = (0..40).map(|_| b"{{}}[]\"\\\na"[next() % 10]).collect();
            let closes = Closes::new(&data, 3);
            for start in (3..data.len()).filter(|at| data[*at] == b'{') {
                let shown = String::from_utf8_lossy(&data);
                assert_eq!(closes.end(start), object_end(&data, start), "{shown:?} at {start}");
            }
        }
    }

    #[test]
    fn many_objects_that_do_not_end_are_cut_in_linear_time() {
        let data = "{\n".repeat(500_000);
        let begun = std::time::Instant::now();
        for longest in [1 << 10, 100_000, 8 << 20] {
            let (mut at, mut records, mut cuts) = (0, 0, 0);
            while at < data.len() {
                // As the reader does: twice as much, until something can be cut.
                let mut want = longest / 8;
                let cut = loop {
                    let end = data.len().min(at + want);
                    let cut = cut(&data.as_bytes()[at..end], end == data.len(), longest, &mut true, &mut Vec::new());
                    if cut.end > 0 {
                        break cut;
                    }
                    want = (2 * want).min(2 * longest);
                };
                (at, records, cuts) = (at + cut.end, records + cut.records, cuts + 1);
            }
            assert_eq!(records, 500_000);
            assert!(cuts <= data.len() / longest + 1, "{cuts} cuts with at most {longest} bytes");
        }
        // To look for the end of each took minutes.
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn blanks_before_an_object_that_goes_on_are_cut() {
        let data = format!("{}{{\"a\":", " ".repeat(30));
        let cut = cut(data.as_bytes(), false, 16, &mut true, &mut Vec::new());
        assert_eq!((cut.end, cut.records), (30, 0));
    }
}
