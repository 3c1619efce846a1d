//! References in memory: a key to a row, and the row's columns.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use migc_functions::Value;
use sha2::{Digest, Sha256};

use crate::{PAD, Pair};

/// A loaded reference.
#[derive(Default)]
pub struct LookupTable {
    keys: Keys,
    columns: Vec<Column>,
}

#[derive(Default)]
enum Keys {
    #[default]
    None,
    /// Whole numbers one after the other: the row of `min + i` is `i`, and nothing needs to be loaded to know it.
    Series { min: i64, count: u32 },
    /// Whole numbers that lie close together: the row of `min + i`, or none.
    Dense { min: i64, rows: Vec<u32> },
    /// Whole numbers.
    Ints { slots: Vec<(i64, u32)>, mask: usize },
    /// Anything else, encoded.
    Bytes(HashMap<Box<[u8]>, u32, Fixed>),
    /// Ranges behind a key, which may be empty: in order, none touching another.
    Ranges(HashMap<Box<[u8]>, Vec<Range>, Fixed>),
}

/// A row that stands for the numbers from one to another, both included.
#[derive(Debug, Clone, Copy)]
struct Range {
    from: i128,
    to: i128,
    row: u32,
}

/// No row.
const NONE: u32 = u32::MAX;

enum Column {
    /// Each distinct text once, padded; a row holds the number of its text.
    Texts { bytes: Vec<u8>, spans: Vec<(usize, usize)>, texts: Vec<Pair>, rows: Numbers },
    /// Numbers that fit a word.
    Words { values: Vec<i64>, nulls: Vec<bool> },
    /// Other numbers.
    Wide { values: Vec<i128>, nulls: Vec<bool> },
}

/// A column of texts as generated code reads it without a call: the number of a row's text, then the text. Both are null
/// where the column has too many texts for one byte a row, or null in it; the helper serves those.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TextColumn {
    /// A byte for each row.
    pub rows: *const u8,
    /// The texts.
    pub texts: *const Pair,
}

/// The number of each row's text: small where there are few texts, so that it stays in the cache.
enum Numbers {
    /// Up to 255 texts; the last number is null.
    Bytes(Vec<u8>),
    /// Any.
    Words(Vec<u32>),
}

impl Numbers {
    fn new(numbers: Vec<u32>, texts: usize) -> Numbers {
        if texts <= u8::MAX as usize {
            return Numbers::Bytes(numbers.iter().map(|n| u8::try_from(*n).unwrap_or(u8::MAX)).collect());
        }
        Numbers::Words(numbers)
    }
    #[inline]
    fn get(&self, row: u32) -> Option<usize> {
        match self {
            Numbers::Bytes(b) => b.get(row as usize).map(|n| *n as usize),
            Numbers::Words(w) => w.get(row as usize).map(|n| *n as usize),
        }
    }
}

/// Two rows of a reference with one key.
#[derive(Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The first row, counted from zero.
    pub first: usize,
    /// The second row.
    pub second: usize,
}

impl LookupTable {
    /// A table of rows whose columns all have a value or null; `key` names the columns of the key. A row with null in its
    /// key is never found.
    pub fn new(rows: &[Vec<Value<'static>>], columns: usize, key: &[usize]) -> Result<LookupTable, DuplicateKey> {
        let columns = (0..columns).map(|c| Column::new(rows, c)).collect();
        Ok(LookupTable { keys: Keys::new(rows, key)?, columns })
    }
    /// A table whose key ends in a range: the columns of its first and of its last number. Null there is no end.
    pub fn with_range(
        rows: &[Vec<Value<'static>>],
        columns: usize,
        key: &[usize],
        (from, to): (usize, usize),
    ) -> Result<LookupTable, DuplicateKey> {
        let mut map: HashMap<Box<[u8]>, Vec<Range>, Fixed> = HashMap::with_hasher(Fixed);
        for (i, row) in rows.iter().enumerate() {
            let of: Vec<Value<'static>> = key.iter().map(|k| cell(row, *k).clone()).collect();
            let mut bytes = Vec::new();
            if encode_key(&of, &mut bytes).is_none() {
                continue;
            }
            let end = |column: usize, open: i128| cell(row, column).num().unwrap_or(open);
            let range = Range { from: end(from, i128::MIN), to: end(to, i128::MAX), row: i as u32 };
            if range.from > range.to {
                return Err(DuplicateKey { first: i, second: i });
            }
            map.entry(bytes.into_boxed_slice()).or_default().push(range);
        }
        let mut overlaps: Option<DuplicateKey> = None;
        #[expect(clippy::iter_over_hash_type, reason = "the first overlap of all is looked for, whatever the order")]
        for ranges in map.values_mut() {
            ranges.sort_unstable_by_key(|r| (r.from, r.row));
            for pair in ranges.windows(2) {
                if pair[1].from <= pair[0].to {
                    let (a, b) = (pair[0].row.min(pair[1].row) as usize, pair[0].row.max(pair[1].row) as usize);
                    // The first row that overlaps, whatever the order of the table.
                    if overlaps.as_ref().is_none_or(|o| (b, a) < (o.second, o.first)) {
                        overlaps = Some(DuplicateKey { first: a, second: b });
                    }
                }
            }
        }
        if let Some(overlaps) = overlaps {
            return Err(overlaps);
        }
        let columns = (0..columns).map(|c| Column::new(rows, c)).collect();
        Ok(LookupTable { keys: Keys::Ranges(map), columns })
    }
    /// The row whose range holds this number, behind this encoded key.
    pub fn find_within(&self, key: &[u8], at: i128) -> Option<u32> {
        let Keys::Ranges(map) = &self.keys else { return None };
        let ranges = map.get(key)?;
        let behind = ranges.partition_point(|r| r.from <= at);
        let range = ranges.get(behind.checked_sub(1)?)?;
        (at <= range.to).then_some(range.row)
    }
    /// The row with this key.
    pub fn find(&self, key: &[Value<'_>]) -> Option<u32> {
        if matches!(self.keys, Keys::Ranges(_)) {
            let (at, equal) = key.split_last()?;
            let mut bytes = Vec::new();
            encode_key(equal, &mut bytes)?;
            return self.find_within(&bytes, at.num()?);
        }
        if let ([Value::Num(n)], false) = (key, matches!(self.keys, Keys::Bytes(_))) {
            return self.find_int(i64::try_from(*n).ok()?);
        }
        let mut bytes = Vec::new();
        encode_key(key, &mut bytes)?;
        self.find_bytes(&bytes)
    }
    /// The row with this whole number as its key.
    #[inline]
    pub fn find_int(&self, key: i64) -> Option<u32> {
        match &self.keys {
            Keys::Series { min, count } => {
                let place = key.wrapping_sub(*min) as u64;
                (place < u64::from(*count)).then_some(place as u32)
            }
            Keys::Dense { min, rows } => {
                rows.get(usize::try_from(key.wrapping_sub(*min) as u64).ok()?).copied().filter(|r| *r != NONE)
            }
            Keys::Ints { slots, mask } => {
                let mut at = spread(key as u64) as usize & mask;
                loop {
                    let (there, row) = slots[at];
                    if row == NONE {
                        return None;
                    }
                    if there == key {
                        return Some(row);
                    }
                    at = (at + 1) & mask;
                }
            }
            Keys::Bytes(_) | Keys::Ranges(_) => self.find(&[Value::Num(i128::from(key))]),
            Keys::None => None,
        }
    }
    /// The row with this encoded key.
    pub fn find_bytes(&self, key: &[u8]) -> Option<u32> {
        if let Keys::Bytes(map) = &self.keys { map.get(key).copied() } else { None }
    }
    /// A value of a row.
    pub fn value(&self, column: usize, row: u32) -> Value<'_> {
        match self.columns.get(column) {
            Some(Column::Texts { .. }) => match self.text(column, row) {
                Some(t) => Value::text(t),
                None => Value::Null,
            },
            Some(Column::Words { .. } | Column::Wide { .. }) => {
                self.number(column, row).map_or(Value::Null, Value::Num)
            }
            None => Value::Null,
        }
    }
    /// A text of a row, padded; null is none.
    #[inline]
    pub fn text(&self, column: usize, row: u32) -> Option<&str> {
        let Some(Column::Texts { bytes, spans, rows, .. }) = self.columns.get(column) else { return None };
        let (at, len) = *spans.get(rows.get(row)?)?;
        // SAFETY: the span is that of a whole `str` that was copied in.
        Some(unsafe { std::str::from_utf8_unchecked(&bytes[at..][..len]) })
    }
    /// A column of texts for generated code.
    pub fn text_column(&self, column: usize) -> TextColumn {
        match self.columns.get(column) {
            Some(Column::Texts { texts, rows: Numbers::Bytes(rows), .. }) if !rows.contains(&u8::MAX) => {
                TextColumn { rows: rows.as_ptr(), texts: texts.as_ptr() }
            }
            _ => TextColumn { rows: std::ptr::null(), texts: std::ptr::null() },
        }
    }
    /// A number, day or truth value of a row; null is none.
    #[inline]
    pub fn number(&self, column: usize, row: u32) -> Option<i128> {
        let row = row as usize;
        match self.columns.get(column)? {
            Column::Words { values, nulls } if !nulls[row] => Some(i128::from(values[row])),
            Column::Wide { values, nulls } if !nulls[row] => Some(values[row]),
            _ => None,
        }
    }
}

impl Column {
    fn new<'r>(rows: &'r [Vec<Value<'static>>], column: usize) -> Column {
        let of = |row: &'r Vec<Value<'static>>| cell(row, column);
        let first = rows.iter().map(of).find(|v| **v != Value::Null);
        if first.is_none_or(|v| matches!(v, Value::Text(_))) {
            let (mut bytes, mut spans, mut places) = (vec![0; PAD], Vec::new(), HashMap::with_hasher(Fixed));
            let mut numbers = Vec::with_capacity(rows.len());
            for row in rows {
                let Value::Text(t) = of(row) else {
                    numbers.push(NONE);
                    continue;
                };
                let next = spans.len() as u32;
                let number = *places.entry(&**t).or_insert_with(|| {
                    spans.push((bytes.len(), t.len()));
                    bytes.extend_from_slice(t.as_bytes());
                    bytes.resize(bytes.len() + 16, 0);
                    next
                });
                numbers.push(number);
            }
            bytes.resize(bytes.len() + PAD, 0);
            let rows = Numbers::new(numbers, spans.len());
            let text = |(at, len): &(usize, usize)| Pair::text(bytes[*at..].as_ptr(), *len);
            let texts = spans.iter().map(text).collect();
            return Column::Texts { bytes, spans, texts, rows };
        }
        let number = |v: &Value<'static>| match v {
            Value::Num(n) => Some(*n),
            Value::Bool(b) => Some(i128::from(*b)),
            _ => None,
        };
        let values: Vec<Option<i128>> = rows.iter().map(|r| number(of(r))).collect();
        let nulls = values.iter().map(Option::is_none).collect();
        let words: Option<Vec<i64>> = values.iter().map(|v| i64::try_from(v.unwrap_or(0)).ok()).collect();
        match words {
            Some(values) => Column::Words { values, nulls },
            None => Column::Wide { values: values.into_iter().map(|v| v.unwrap_or(0)).collect(), nulls },
        }
    }
}

impl Keys {
    fn new(rows: &[Vec<Value<'static>>], key: &[usize]) -> Result<Keys, DuplicateKey> {
        if key.is_empty() {
            return Ok(Keys::None);
        }
        let of =
            |row: &Vec<Value<'static>>| -> Vec<Value<'static>> { key.iter().map(|k| cell(row, *k).clone()).collect() };
        let int = |(i, row): (usize, &Vec<Value<'static>>)| match (key, cell(row, key[0])) {
            ([_], Value::Null) => Some(None),
            ([_], Value::Num(n)) => Some(Some((i64::try_from(*n).ok()?, i as u32))),
            _ => None,
        };
        let ints: Option<Vec<Option<(i64, u32)>>> = rows.iter().enumerate().map(int).collect();
        let ints: Option<Vec<(i64, u32)>> = ints.map(|ints| ints.into_iter().flatten().collect());
        match ints {
            Some(ints) => Keys::of_ints(&ints),
            None => {
                let mut map = HashMap::with_capacity_and_hasher(rows.len(), Fixed);
                for (i, row) in rows.iter().enumerate() {
                    let mut bytes = Vec::new();
                    if encode_key(&of(row), &mut bytes).is_none() {
                        continue;
                    }
                    if let Some(first) = map.insert(bytes.into_boxed_slice(), i as u32) {
                        return Err(DuplicateKey { first: first as usize, second: i });
                    }
                }
                Ok(Keys::Bytes(map))
            }
        }
    }
    fn of_ints(ints: &[(i64, u32)]) -> Result<Keys, DuplicateKey> {
        let (min, max) = ints.iter().fold((i64::MAX, i64::MIN), |(lo, hi), (k, _)| (lo.min(*k), hi.max(*k)));
        let series = |(i, (key, row)): (usize, &(i64, u32))| {
            *row as usize == i && i128::from(*key) == i128::from(min) + i as i128
        };
        if !ints.is_empty() && ints.iter().enumerate().all(series) {
            return Ok(Keys::Series { min, count: ints.len() as u32 });
        }
        let span = i128::from(max) - i128::from(min) + 1;
        if span <= 4 * ints.len() as i128 + 1024 {
            let mut rows = vec![NONE; usize::try_from(span.max(0)).unwrap_or(0)];
            for (key, row) in ints {
                let place = &mut rows[(i128::from(*key) - i128::from(min)) as usize];
                if *place != NONE {
                    return Err(DuplicateKey { first: *place as usize, second: *row as usize });
                }
                *place = *row;
            }
            return Ok(Keys::Dense { min, rows });
        }
        let mask = (ints.len() * 2).next_power_of_two() - 1;
        let mut slots = vec![(0, NONE); mask + 1];
        for (key, row) in ints {
            let mut at = spread(*key as u64) as usize & mask;
            while slots[at].1 != NONE {
                if slots[at].0 == *key {
                    return Err(DuplicateKey { first: slots[at].1 as usize, second: *row as usize });
                }
                at = (at + 1) & mask;
            }
            slots[at] = (*key, *row);
        }
        Ok(Keys::Ints { slots, mask })
    }
}

/// A value of a row; null where there is none.
fn cell<'r>(row: &'r [Value<'static>], column: usize) -> &'r Value<'static> {
    row.get(column).unwrap_or(&Value::Null)
}

/// Appends a key so that different keys give different bytes; nothing for a key with null in it.
pub fn encode_key(key: &[Value<'_>], out: &mut Vec<u8>) -> Option<()> {
    for value in key {
        match value {
            Value::Num(n) => out.extend_from_slice(&n.to_le_bytes()),
            Value::Bool(b) => out.push(u8::from(*b)),
            Value::Text(t) => {
                out.extend_from_slice(&(t.len() as u32).to_le_bytes());
                out.extend_from_slice(t.as_bytes());
            }
            Value::Null | Value::Row(_) => return None,
        }
    }
    Some(())
}

/// What stands for the values of a key: their encoding if it is short, as that of a single number is, else the first half
/// of its SHA-256, so that two keys with one print are one key, in this universe. None for a key with null in it.
pub fn key_print(key: &[Value<'_>]) -> Option<u128> {
    let mut bytes = Vec::new();
    encode_key(key, &mut bytes)?;
    Some(print_of(&bytes))
}

/// [`key_print`] of an encoded key.
pub(crate) fn print_of(bytes: &[u8]) -> u128 {
    // Most keys are short enough to stand for themselves: the last byte is their length, and its top bit tells them from
    // the others. Of sixteen bytes, the last may be that of a number's sign.
    let own = |bytes: &[u8], last: u8| {
        let mut own = [0; 16];
        own[..bytes.len()].copy_from_slice(bytes);
        own[15] = last;
        u128::from_le_bytes(own)
    };
    match bytes {
        [short @ .., 0] if short.len() == 15 => own(short, 16),
        [short @ .., 0xFF] if short.len() == 15 => own(short, 17),
        short if short.len() < 16 => own(short, short.len() as u8),
        long => {
            let hash = Sha256::digest(long);
            let half: [u8; 16] = hash[..16].try_into().unwrap_or_default();
            u128::from_le_bytes(half) | 1 << 127
        }
    }
}

#[inline]
fn spread(key: u64) -> u64 {
    let x = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ x >> 32
}

/// A hash that is the same in every process.
#[derive(Clone, Copy, Default)]
struct Fixed;

impl BuildHasher for Fixed {
    type Hasher = FixedHasher;
    fn build_hasher(&self) -> FixedHasher {
        FixedHasher(0)
    }
}

struct FixedHasher(u64);

impl Hasher for FixedHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(23) ^ crate::codes::hash(bytes) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &[i128]) -> Vec<Vec<Value<'static>>> {
        keys.iter().map(|k| vec![Value::Num(*k), Value::owned(format!("row {k}"))]).collect()
    }

    #[test]
    fn finds_dense_and_scattered_whole_numbers() {
        for keys in
            [vec![1, 2, 3, 5], vec![-1, 0, 1, 2], vec![9, 8, 7], vec![-1_000_000_000_000, 7, 9_000_000_000_000], vec![]]
        {
            let table = LookupTable::new(&rows(&keys), 2, &[0]).unwrap();
            for k in &keys {
                let row = table.find(&[Value::Num(*k)]).unwrap();
                assert_eq!(table.text(1, row), Some(format!("row {k}").as_str()));
            }
            assert_eq!(table.find_int(4), None);
            assert_eq!(table.find_int(i64::MAX), None);
            assert_eq!(table.find_int(i64::MIN), None);
        }
    }

    #[test]
    fn a_short_key_and_a_number_stand_for_themselves() {
        let print = |key: &[Value<'_>]| key_print(key).unwrap();
        let own = |key: &[Value<'_>]| print(key) >> 127 == 0;
        let numbers = [0, 1, -1, 255, 256, -256, i128::from(i64::MAX), i128::from(i64::MIN), 1 << 119, -(1 << 119)];
        let mut prints: Vec<u128> = numbers.iter().map(|n| print(&[Value::Num(*n)])).collect();
        assert!(numbers.iter().all(|n| own(&[Value::Num(*n)])));
        let texts = ["", "a", "elevenbytes", "twelve bytes", "eleven bytes\0", "a longer text"];
        prints.extend(texts.map(|t| print(&[Value::text(t)])));
        assert!(own(&[Value::text("elevenbytes")]) && !own(&[Value::text("twelve bytes")]));
        prints.push(print(&[Value::Num(1 << 120), Value::Num(1)]));
        let count = prints.len();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), count);
        assert_eq!(key_print(&[Value::Null]), None);
    }

    #[test]
    fn a_key_that_stands_twice_is_named() {
        let err = LookupTable::new(&rows(&[1, 2, 1]), 2, &[0]).err();
        assert_eq!(err, Some(DuplicateKey { first: 0, second: 2 }));
    }

    #[test]
    fn finds_the_range_that_holds_a_number_and_names_ranges_that_overlap() {
        let n = |n: i128| Value::Num(n);
        let row = |k: &str, a: Value<'static>, b: Value<'static>| vec![Value::owned(k.to_owned()), a, b];
        let rows = vec![row("A", n(1), n(5)), row("A", n(6), Value::Null), row("B", Value::Null, n(3))];
        let table = LookupTable::with_range(&rows, 3, &[0], (1, 2)).unwrap();
        let find = |k: &'static str, at: i128| table.find(&[Value::text(k), Value::Num(at)]);
        assert_eq!([find("A", 0), find("A", 1), find("A", 5), find("A", 6)], [None, Some(0), Some(0), Some(1)]);
        assert_eq!([find("B", -9), find("B", 4), find("C", 1)], [Some(2), None, None]);
        let twice = LookupTable::with_range(&[row("A", n(1), n(5)), row("A", n(5), n(7))], 3, &[0], (1, 2)).err();
        assert_eq!(twice, Some(DuplicateKey { first: 0, second: 1 }));
    }

    #[test]
    fn finds_texts_and_pairs() {
        let rows = vec![
            vec![Value::text("a"), Value::text("bc"), Value::Num(1)],
            vec![Value::text("ab"), Value::text("c"), Value::Num(2)],
            vec![Value::Null, Value::text("c"), Value::Num(3)],
        ];
        let table = LookupTable::new(&rows, 3, &[0, 1]).unwrap();
        assert_eq!(table.find(&[Value::text("ab"), Value::text("c")]), Some(1));
        assert_eq!(table.find(&[Value::text("a"), Value::text("bc")]), Some(0));
        assert_eq!(table.find(&[Value::Null, Value::text("c")]), None);
        assert_eq!(table.value(2, 1), Value::Num(2));
    }
}
