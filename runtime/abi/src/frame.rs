//! The frame: what one call of generated code works on, and what it leaves behind.

use std::sync::Arc;

use crate::PAD;
use crate::arena::Arena;
use crate::codes::CodeTable;
use crate::generic::Generic;
use crate::lookup::{LookupTable, TextColumn};

/// What generated code reads besides the items: built once a run, shared by the workers.
#[derive(Default)]
pub struct Tables {
    /// Addresses of constant texts, in the order in which the code counts them.
    pub constants: Vec<*const u8>,
    /// The bytes behind them, padded.
    pub bytes: Vec<Box<[u8]>>,
    /// Code lists and sets of texts.
    pub codes: Vec<CodeTable>,
    /// Calls that go through a function's own meaning.
    pub functions: Vec<Generic>,
    /// Columns of texts that are read: reference and column.
    pub columns: Vec<(usize, usize)>,
}

// SAFETY: the addresses point into `bytes`, which nobody writes after they are built.
unsafe impl Send for Tables {}
// SAFETY: as above.
unsafe impl Sync for Tables {}

impl Tables {
    /// Adds a constant text and gives its number.
    pub fn constant(&mut self, text: &str) -> usize {
        let mut bytes = vec![0; PAD + text.len() + PAD].into_boxed_slice();
        bytes[PAD..PAD + text.len()].copy_from_slice(text.as_bytes());
        self.constants.push(bytes[PAD..].as_ptr());
        self.bytes.push(bytes);
        self.constants.len() - 1
    }
}

/// Texts that are known of a file, padded as all texts are.
#[derive(Debug, Default)]
pub struct FileTexts {
    pairs: Vec<crate::Pair>,
    _bytes: Vec<Box<[u8]>>,
}

// SAFETY: the addresses point into the bytes, which nobody writes after they are made.
unsafe impl Send for FileTexts {}
// SAFETY: as above.
unsafe impl Sync for FileTexts {}

impl FileTexts {
    /// Copies texts.
    pub fn new(texts: &[String]) -> FileTexts {
        let mut tables = Tables::default();
        let pair = |text: &String| {
            let at = tables.constant(text);
            crate::Pair::text(tables.constants[at], text.len())
        };
        FileTexts { pairs: texts.iter().map(pair).collect(), _bytes: tables.bytes }
    }
    /// What [`Frame::file`] points at; good while this value lives.
    pub fn pairs(&self) -> *const crate::Pair {
        self.pairs.as_ptr()
    }
}

/// Something that happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The record, counted from the first of the call.
    pub item: u32,
    /// The fate, by its place in the program.
    pub fate: u32,
}

/// What one call works on. Generated code reads and writes the fields above `host` at their offsets.
#[repr(C)]
pub struct Frame {
    /// The first byte of the block.
    pub base: *const u8,
    /// Ends of fields, counted from `base`.
    pub positions: *const u32,
    /// How many items.
    pub items: u64,
    /// Where the first record begins, counted from `base`.
    pub start: u64,
    /// Where output goes, one for each target of the program; moved on by the call.
    pub outs: *mut Cursor,
    /// Columns of numbers as input.
    pub columns_in: *const *const i64,
    /// Columns of numbers as output.
    pub columns_out: *const *mut i64,
    /// Where the arena's next text goes.
    pub arena: *mut u8,
    /// Where the arena begins.
    pub arena_start: *mut u8,
    /// One past the arena's last byte.
    pub arena_end: *mut u8,
    /// Addresses of constant texts.
    pub constants: *const *const u8,
    /// Columns of texts of references, in the order in which the code counts them.
    pub texts: *const TextColumn,
    /// What the call counts, added to by it: items that went through each branch, rows of each arrow, items that were not
    /// the business of each branch.
    pub tally: *mut u64,
    /// Texts that are known of the file: addresses and lengths.
    pub file: *const crate::Pair,
    /// The number of the first item's record.
    pub number: u64,
    /// What only the host and the helpers touch.
    pub host: Host,
}

/// A key of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted {
    /// The record, counted from the first of the call.
    pub item: u32,
    /// The key, by its place in the program.
    pub key: u32,
    /// What stands for its values: see [`crate::lookup::key_print`].
    pub print: u128,
}

/// A sum of numbers, in 256 bits: as many as can be counted do not leave them, so that their order does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    high: i128,
    low: u128,
}

impl Sum {
    /// Nothing yet.
    pub const ZERO: Sum = Sum { high: 0, low: 0 };
    /// The sum of this number alone.
    pub fn of(n: i128) -> Sum {
        Sum { high: n >> 127, low: n as u128 }
    }
    /// Adds another.
    pub fn add(&mut self, other: Sum) {
        let (low, carry) = self.low.overflowing_add(other.low);
        self.high = self.high.wrapping_add(other.high).wrapping_add(i128::from(carry));
        self.low = low;
    }
    /// The sum, if it has 128 bits.
    pub fn narrow(self) -> Option<i128> {
        let n = self.low as i128;
        (n >> 127 == self.high).then_some(n)
    }
}

/// What was measured of many values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub sum: Sum,
    /// The smallest, if there was one.
    pub least: Option<i128>,
    /// The largest, if there was one.
    pub most: Option<i128>,
}

impl Total {
    /// Nothing yet.
    pub const NONE: Total = Total { count: 0, sum: Sum::ZERO, least: None, most: None };
    /// Takes a value in.
    pub fn see(&mut self, n: i128) {
        self.add(&Total { count: 1, sum: Sum::of(n), least: Some(n), most: Some(n) });
    }
    /// Takes another total in, in any order.
    pub fn add(&mut self, other: &Total) {
        self.count += other.count;
        self.sum.add(other.sum);
        let both = |a: Option<i128>, b: Option<i128>, f: fn(i128, i128) -> i128| match (a, b) {
            (Some(a), Some(b)) => Some(f(a, b)),
            (a, b) => a.or(b),
        };
        self.least = both(self.least, other.least, i128::min);
        self.most = both(self.most, other.most, i128::max);
    }
}

/// Where the output of one target goes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Cursor {
    /// Where the next byte goes.
    pub out: *mut u8,
    /// One past the last byte that output may use.
    pub limit: *mut u8,
}

impl Cursor {
    const NOWHERE: Cursor = Cursor { out: std::ptr::null_mut(), limit: std::ptr::null_mut() };
}

/// The host's side of a frame.
pub struct Host {
    /// Output bytes, by target; the cursors point into them.
    outputs: Vec<Vec<u8>>,
    /// Whether keys are noted.
    pub noting: bool,
    /// The keys that were noted.
    pub keys: Vec<Noted>,
    /// What was measured for gates, by the measure's place in the plan.
    pub totals: Vec<Total>,
    cursors: Box<[Cursor]>,
    counted: Box<[u64]>,
    /// What happened, in the order of the records.
    pub events: Vec<Event>,
    /// How often each cleaning step changed its value, by the step's slot.
    pub cleaned: Vec<u64>,
    /// Constants, codes, functions.
    pub tables: Arc<Tables>,
    /// The loaded references, by their place in the plan.
    pub references: Arc<Vec<LookupTable>>,
    /// What `texts` points at.
    _columns: Box<[TextColumn]>,
    pub(crate) pieces: Arena,
    pub(crate) key: Vec<u8>,
}

impl Frame {
    /// A frame that works with these tables; `slots` is the program's number of slots, `tally` how many numbers it counts,
    /// and `targets` how many it writes.
    pub fn new(
        tables: Arc<Tables>,
        references: Arc<Vec<LookupTable>>,
        slots: usize,
        tally: usize,
        targets: usize,
    ) -> Frame {
        let mut pieces = Arena::default();
        let (arena, arena_end) = pieces.first();
        let null = std::ptr::null();
        let none = TextColumn { rows: null, texts: std::ptr::null() };
        let column = |(r, c): &(usize, usize)| references.get(*r).map_or(none, |table| table.text_column(*c));
        let columns: Box<[TextColumn]> = tables.columns.iter().map(column).collect();
        let mut cursors = vec![Cursor::NOWHERE; targets].into_boxed_slice();
        let mut counted = vec![0; tally.max(1)].into_boxed_slice();
        Frame {
            base: null,
            positions: std::ptr::null(),
            items: 0,
            start: 0,
            outs: cursors.as_mut_ptr(),
            columns_in: std::ptr::null(),
            columns_out: std::ptr::null(),
            arena,
            arena_start: arena,
            arena_end,
            constants: tables.constants.as_ptr(),
            texts: columns.as_ptr(),
            file: std::ptr::null(),
            number: 0,
            tally: counted.as_mut_ptr(),
            host: Host {
                _columns: columns,
                noting: false,
                keys: Vec::new(),
                totals: Vec::new(),
                outputs: vec![Vec::new(); targets],
                cursors,
                counted,
                events: Vec::new(),
                cleaned: vec![0; slots],
                tables,
                references,
                pieces,
                key: Vec::new(),
            },
        }
    }
    /// Takes `output` as the place for the output of a target; generated code writes from its end on.
    pub fn begin(&mut self, target: usize, output: Vec<u8>) {
        if let Some(place) = self.host.outputs.get_mut(target) {
            *place = output;
            self.aim(target, 0);
        }
    }
    /// Gives the output of a target back, with what was written.
    pub fn finish(&mut self, target: usize) -> Vec<u8> {
        self.settle_output(target);
        self.host.pieces.settle();
        if let Some(cursor) = self.host.cursors.get_mut(target) {
            *cursor = Cursor::NOWHERE;
        }
        self.host.outputs.get_mut(target).map(std::mem::take).unwrap_or_default()
    }
    /// What was counted since the last time: see [`Frame::tally`].
    pub fn take_tally(&mut self) -> Vec<u64> {
        let counted = self.host.counted.to_vec();
        self.host.counted.fill(0);
        counted
    }
    /// Makes room for `need` more bytes behind `out`, and gives the place of `out` from now on.
    pub(crate) fn grow(&mut self, target: usize, out: *mut u8, need: usize) -> *mut u8 {
        self.host.cursors[target].out = out;
        self.settle_output(target);
        self.host.outputs[target].reserve(need + PAD);
        self.aim(target, need);
        self.host.cursors[target].out
    }
    fn settle_output(&mut self, target: usize) {
        let (Some(cursor), Some(output)) = (self.host.cursors.get(target), self.host.outputs.get_mut(target)) else {
            return;
        };
        if !cursor.out.is_null() {
            let written = cursor.out as usize - output.as_ptr() as usize;
            // SAFETY: everything up to `out` was written by generated code, within the capacity that `limit` marks.
            unsafe { output.set_len(written) };
        }
    }
    fn aim(&mut self, target: usize, need: usize) {
        let output = &mut self.host.outputs[target];
        if output.capacity() - output.len() < need + PAD {
            output.reserve(need + PAD);
        }
        let len = output.len();
        // SAFETY: both stay within the capacity; `limit` keeps `PAD` bytes for stores of whole words.
        unsafe {
            self.host.cursors[target] = Cursor {
                out: output.as_mut_ptr().add(len),
                limit: output.as_mut_ptr().add(output.capacity().saturating_sub(PAD).max(len)),
            };
        }
    }
    /// Room for a text of `n` bytes in the arena, valid until the next record begins.
    #[inline]
    pub(crate) fn alloc(&mut self, n: usize) -> *mut u8 {
        if (self.arena_end as usize) - (self.arena as usize) < n {
            (self.arena, self.arena_end) = self.host.pieces.more(n);
            self.arena_start = self.arena;
        }
        let at = self.arena;
        // SAFETY: `n` bytes were free before `arena_end`, and the piece has `PAD` bytes behind that. The gap keeps a
        // word that is stored at the end of one text from running into the next one.
        self.arena = unsafe { at.add(n + 16).min(self.arena_end) };
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_sum_does_not_matter() {
        let numbers = [i128::MAX, i128::MAX, 5, i128::MIN, i128::MIN, -7, 4];
        for first in 0..numbers.len() {
            let (mut one, mut other) = (Total::NONE, Total::NONE);
            for (at, n) in numbers.iter().cycle().skip(first).take(numbers.len()).enumerate() {
                if at % 2 == 0 { &mut one } else { &mut other }.see(*n);
            }
            one.add(&other);
            assert_eq!((one.count, one.sum.narrow()), (7, Some(0)));
            assert_eq!((one.least, one.most), (Some(i128::MIN), Some(i128::MAX)));
        }
        let mut sum = Sum::of(i128::MAX);
        sum.add(Sum::of(1));
        assert_eq!(sum.narrow(), None);
        sum.add(Sum::of(-1));
        assert_eq!(sum.narrow(), Some(i128::MAX));
        assert_eq!(Sum::of(i128::MIN).narrow(), Some(i128::MIN));
    }
}
