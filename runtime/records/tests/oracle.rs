//! The reader against a plain reading of its rules, on random text, for any block size and instruction set.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use migc_records::{Block, Dialect, Fault, Index, Isa, Reader};
use proptest::prelude::*;

/// A file that is removed when it goes out of scope.
struct Scratch(PathBuf);

impl Scratch {
    fn new(bytes: &[u8]) -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("migc-records-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// One record, wherever it was found.
#[derive(Debug, PartialEq, Clone)]
struct Seen {
    offset: u64,
    len: u64,
    record: u64,
    line: u64,
    /// The fields as they stand, or the fault.
    what: Result<Vec<Vec<u8>>, Fault>,
}

#[derive(Debug, PartialEq, Default)]
struct Reading {
    records: Vec<Seen>,
    blank_lines: u64,
}

#[derive(Clone, Copy)]
struct Rules {
    quote: Option<u8>,
    columns: usize,
    max_record: usize,
}

/// The fields and length of the record at the front, or its fault: one byte at a time, from the rules alone.
fn front(text: &[u8], rules: Rules) -> Result<(Vec<Vec<u8>>, usize), Fault> {
    #[derive(PartialEq, Clone, Copy)]
    enum State {
        FieldStart,
        Plain,
        Quoted,
        QuoteSeen,
        ReturnAfterQuote,
    }
    use State::*;
    let (mut state, mut fields, mut field) = (FieldStart, Vec::new(), Vec::new());
    let mut quote_end = 0;
    for (at, &byte) in text.iter().enumerate().take(rules.max_record) {
        let is_quote = Some(byte) == rules.quote;
        let junk = Err(Fault::AfterClosingQuote { at: quote_end });
        state = match (state, byte) {
            (FieldStart, _) if is_quote => Quoted,
            (Plain, _) if is_quote => return Err(Fault::StrayQuote { at: at as u32 }),
            (Quoted, _) if is_quote => QuoteSeen,
            (Quoted, _) => Quoted,
            (QuoteSeen, _) if is_quote => Quoted,
            (FieldStart | Plain | QuoteSeen, b'|') => {
                fields.push(std::mem::take(&mut field));
                state = FieldStart;
                continue;
            }
            (FieldStart | Plain | QuoteSeen | ReturnAfterQuote, b'\n') => {
                if field.last() == Some(&b'\r') {
                    field.pop();
                }
                fields.push(field);
                return Ok((fields, at + 1));
            }
            (QuoteSeen, b'\r') => ReturnAfterQuote,
            (QuoteSeen | ReturnAfterQuote, _) => return junk,
            (FieldStart | Plain, _) => Plain,
        };
        if state == QuoteSeen {
            quote_end = at as u32 + 1;
        }
        field.push(byte);
    }
    let ended = text.len() <= rules.max_record;
    match (ended, state == Quoted) {
        (_, true) => Err(Fault::UnclosedQuote),
        (false, false) => Err(Fault::TooLong),
        (true, false) => {
            if field.last() == Some(&b'\r') {
                field.pop();
            }
            fields.push(field);
            Ok((fields, text.len()))
        }
    }
}

/// Reads the whole file by the rules.
fn plainly(text: &[u8], rules: Rules) -> Reading {
    let mut reading = Reading::default();
    let (mut at, mut line, mut record) = (0, 1, 1);
    while at < text.len() {
        let rest = &text[at..];
        // What is too long may be a record all the same, if every quote of it is well placed.
        let whole = |rest| front(rest, Rules { max_record: usize::MAX, ..rules });
        let (what, len) = match front(rest, rules) {
            Err(Fault::UnclosedQuote) if rest.len() > rules.max_record && whole(rest).is_ok() => {
                (Err(Fault::TooLong), whole(rest).map_or(0, |(_, len)| len))
            }
            Err(fault) => {
                let len = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
                (Err(fault), len)
            }
            Ok((fields, len)) => {
                let bytes = &rest[..len];
                let what = if fields.len() != rules.columns {
                    Err(Fault::Fields { found: fields.len() as u32, expected: rules.columns as u32 })
                } else if let Err(error) = std::str::from_utf8(bytes) {
                    Err(Fault::Utf8 { at: error.valid_up_to() as u32 })
                } else {
                    Ok(fields)
                };
                (what, len)
            }
        };
        let bytes = &rest[..len];
        let is_blank = matches!(bytes, b"\n" | b"\r\n" | b"\r") && rules.columns > 1;
        if is_blank {
            reading.blank_lines += 1;
        } else {
            reading.records.push(Seen { offset: at as u64, len: len as u64, record, line, what });
            record += 1;
        }
        line += bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        at += len;
    }
    reading
}

/// Reads the file with the reader, and checks what each block says of itself.
fn with_reader(reader: &Reader) -> Reading {
    let mut reading = Reading::default();
    let (mut block, mut index) = (Block::new(), Index::new());
    let (mut seq, mut offset) = (0, reader.header_bytes().len() as u64);
    while reader.next(&mut block).unwrap() {
        assert_eq!((block.seq, block.offset), (seq, offset), "blocks follow each other");
        (seq, offset) = (seq + 1, offset + block.covered());
        reader.index(&mut block, &mut index);
        let mut found = Vec::new();
        for run in &index.runs {
            assert_eq!(index.records(run, &block).count(), run.records as usize);
            for record in index.records(run, &block) {
                let what = Ok(record.fields().map(<[u8]>::to_vec).collect());
                found.push((record.number, record.start, record.bytes.len() as u64, what));
            }
        }
        assert!(index.broken.is_sorted_by_key(|broken| broken.record));
        found.extend(index.broken.iter().map(|broken| (broken.record, broken.start, broken.len, Err(broken.fault))));
        found.sort_by_key(|record| record.0);
        for (nth, (number, start, len, what)) in found.into_iter().enumerate() {
            assert_eq!(number as usize, nth, "every record of a block has its number");
            let record = block.first_record + u64::from(number);
            reading.records.push(Seen {
                offset: block.offset + u64::from(start),
                len,
                record,
                line: block.line_at(start),
                what,
            });
        }
        reading.blank_lines += index.blank_lines;
    }
    assert_eq!(offset, reader.size(), "every byte is accounted for");
    reading
}

fn texts() -> impl Strategy<Value = Vec<u8>> {
    let letter = |weights: [u32; 7]| {
        let [a, bar, quote, newline, carriage, e, bad] = weights;
        prop_oneof![
            a => Just(&b"a"[..]), bar => Just(&b"|"[..]), quote => Just(&b"\""[..]), newline => Just(&b"\n"[..]),
            carriage => Just(&b"\r"[..]), e => Just("é".as_bytes()), bad => Just(&b"\xff"[..])
        ]
    };
    let wild = prop::collection::vec(letter([3, 2, 2, 2, 1, 1, 1]), 0..400).prop_map(|parts| parts.concat());
    let tame = prop::collection::vec(letter([400, 60, 2, 40, 4, 2, 1]), 0..1200).prop_map(|parts| parts.concat());
    // Mostly well-formed records, so that long good stretches stand beside each kind of trouble.
    let record = prop_oneof![
        8 => Just(&b"a|aaaa\n"[..]), 4 => Just(&b"aaaaaaaa|\"a\na\"\n"[..]), 2 => Just(&b"\"a\"\"|\"|aa\r\n"[..]),
        2 => Just("é|é\n".as_bytes()), 1 => Just(&b"a|a|a\n"[..]), 1 => Just(&b"\n"[..]), 1 => Just(&b"\r\n"[..]),
        1 => Just(&b"a|\xff\n"[..]), 1 => Just(&b"a|a\"a\n"[..]), 1 => Just(&b"a|\"a\"a\n"[..]), 1 => Just(&b"a|\"\n"[..]),
        1 => Just(&b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"[..]),
        1 => Just(&b"\"a\"\r"[..])
    ];
    let formed = prop::collection::vec(record, 0..80).prop_map(|parts| parts.concat());
    prop_oneof![wild, tame, formed]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_the_rules_say(
        text in texts(), columns in 1usize..4, block in 64usize..600, max in prop_oneof![64usize..300, Just(1 << 20)],
        quoted in prop::bool::weighted(0.9),
    ) {
        prop_assume!(!text.is_empty());
        let rules = Rules { quote: quoted.then_some(b'"'), columns, max_record: max };
        let expected = plainly(&text, rules);
        let file = Scratch::new(&text);
        let dialect = Dialect { delimiter: b'|', quote: rules.quote, header: false };
        for isa in Isa::available() {
            for block in [64, block, 1 << 20] {
                let mut reader = Reader::open(&file.0, dialect, block, max).unwrap();
                reader.expect_columns(columns);
                reader.use_isa(isa);
                let reading = with_reader(&reader);
                prop_assert_eq!(&reading, &expected, "{:?}, blocks of {}", isa, block);
            }
        }
    }
}
