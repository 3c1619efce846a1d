//! Whole files: headers, byte order marks, what cannot be read, long records, many workers.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use migc_records::{Block, BrokenRow, Dialect, Fault, Index, ReadError, Reader, Table};

const BAR: Dialect = Dialect { delimiter: b'|', quote: Some(b'"'), header: true };

/// A file that is removed when it goes out of scope.
struct Scratch(PathBuf);

impl Scratch {
    fn new(bytes: &[u8]) -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("migc-files-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
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

fn table(text: &str) -> Table {
    Table::load(&Scratch::new(text.as_bytes()).0, BAR).unwrap()
}

fn refusal(bytes: &[u8]) -> (ReadError, String) {
    let file = Scratch::new(bytes);
    let error = Reader::open(&file.0, BAR, 1 << 20, 8 << 20).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with(&file.0.display().to_string()), "{message}");
    (error, message)
}

#[test]
fn a_header_is_unquoted_and_kept_as_it_stood() {
    let file = Scratch::new(b"\xef\xbb\xbf\"A|1\"|B \"\"\r\n1|2\r\n");
    assert!(Reader::open(&file.0, BAR, 64, 64).is_err(), "a stray quote breaks a header too");
    let file = Scratch::new(b"\xef\xbb\xbf\"A|\"\"1\"|B\r\n1|2\r\n");
    let reader = Reader::open(&file.0, BAR, 64, 64).unwrap();
    assert_eq!(reader.header(), ["A|\"1", "B"]);
    assert_eq!(reader.header_bytes(), b"\xef\xbb\xbf\"A|\"\"1\"|B\r\n");
    assert_eq!((reader.columns(), reader.size()), (2, 19));
}

#[test]
fn a_file_without_a_header_takes_its_columns_from_the_first_record() {
    let file = Scratch::new(b"\xef\xbb\xbf1|2|3\n4|5|6\n");
    let reader = Reader::open(&file.0, Dialect { header: false, ..BAR }, 64, 64).unwrap();
    assert_eq!((reader.header().len(), reader.columns()), (0, 3));
    assert_eq!(reader.header_bytes(), b"\xef\xbb\xbf");
}

#[test]
fn a_table_has_its_rows_unquoted_and_its_broken_records_by_line() {
    let read = table("A|B\n1|\"x\ny\"\n\n1\n2|\"say \"\"é\"\"\"\r\n3|a\"b\n4|");
    assert_eq!(read.header, ["A", "B"]);
    assert_eq!(read.rows, [["1", "x\ny"], ["2", "say \"é\""], ["4", ""]]);
    let broken = [
        BrokenRow { record: 2, line: 5, fault: Fault::Fields { found: 1, expected: 2 } },
        BrokenRow { record: 4, line: 7, fault: Fault::StrayQuote { at: 3 } },
    ];
    assert_eq!(read.broken, broken);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_line_alone() {
    let read = table("A|B\n1|\"x\n2|y\n3|z\n");
    assert_eq!(read.rows, [["2", "y"], ["3", "z"]]);
    assert_eq!(read.broken, [BrokenRow { record: 1, line: 2, fault: Fault::UnclosedQuote }]);
}

#[test]
fn a_nul_byte_is_text() {
    assert_eq!(table("A|B\n1|\0\n").rows, [["1", "\0"]]);
}

#[test]
fn a_header_alone_is_a_file_without_records() {
    assert_eq!(table("A|B").rows, Vec::<Vec<String>>::new());
    assert_eq!(table("A|B\n").header, ["A", "B"]);
}

#[test]
fn what_cannot_be_read_is_named_with_what_to_do() {
    assert!(matches!(refusal(b"").0, ReadError::Empty { .. }));
    assert!(matches!(refusal(b"\xef\xbb\xbf").0, ReadError::Empty { .. }));
    assert!(refusal(b"\xff\xfeA\0").1.contains("encoding: \"utf-16\""));
    assert!(refusal(b"\nA|B\n").1.contains("blank line"));
    assert!(refusal(b"A|\"B\n1|2\n").1.contains("never closed"));
    assert!(refusal(b"A|\xff\n").1.contains("not UTF-8, 2 bytes"));
    let open = |path: &str, dialect| Reader::open(Path::new(path), dialect, 64, 64).unwrap_err().to_string();
    assert!(open("/no/such/file", BAR).contains("/no/such/file does not exist"));
    assert!(open("/tmp", BAR).contains("/tmp is a directory"));
    assert!(open("/dev/null", BAR).contains("/dev/null is a pipe or a device"));
    assert!(open("x", Dialect { delimiter: b'"', ..BAR }).contains("choose two characters"));
    assert!(open("x", Dialect { delimiter: b'\n', ..BAR }).contains("ASCII character that is no line end"));
}

#[test]
fn a_file_that_shrinks_is_an_error_and_no_end() {
    let file = Scratch::new(b"A|B\n1|2\n");
    let reader = Reader::open(&file.0, BAR, 64, 64).unwrap();
    std::fs::write(&file.0, b"A|B\n1").unwrap();
    assert!(matches!(reader.next(&mut Block::new()), Err(ReadError::Shrunk { .. })));
}

#[test]
fn an_overlong_record_is_skipped_in_bounded_memory_and_can_be_copied() {
    let mut text = b"A|B\n1|".to_vec();
    text.resize(1_000_000, b'x');
    text.extend_from_slice(b"\n2|y\n");
    let file = Scratch::new(&text);
    let reader = Reader::open(&file.0, BAR, 256, 4096).unwrap();
    let (mut block, mut index) = (Block::new(), Index::new());
    assert!(reader.next(&mut block).unwrap());
    assert!(block.data().len() <= 4096);
    reader.index(&mut block, &mut index);
    let broken = index.broken[0];
    assert_eq!((broken.fault, broken.len), (Fault::TooLong, 1_000_001 - 4));
    let mut copy = Vec::new();
    reader.copy(block.offset + u64::from(broken.start), broken.len, &mut copy).unwrap();
    assert_eq!(copy, &text[4..1_000_001]);
    assert!(reader.next(&mut block).unwrap());
    assert_eq!((block.first_line, block.first_record, block.data()), (3, 2, &b"2|y\n"[..]));
    assert!(!reader.next(&mut block).unwrap());
}

#[test]
fn a_field_may_be_read_a_little_past_both_its_ends() {
    let file = Scratch::new(b"A\n1\n");
    let reader = Reader::open(&file.0, BAR, 64, 64).unwrap();
    let mut block = Block::new();
    reader.next(&mut block).unwrap();
    assert_eq!(block.base(), block.data().as_ptr());
    assert_eq!(block.data(), b"1\n");
}

#[test]
fn many_workers_get_every_record_once() {
    let mut text = b"A|B\n".to_vec();
    for number in 0..20_000 {
        text.extend_from_slice(format!("{number}|\"line\n{number}\"\n").as_bytes());
    }
    let file = Scratch::new(&text);
    let reader = Reader::open(&file.0, BAR, 1000, 8 << 20).unwrap();
    let seen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (mut block, mut index) = (Block::new(), Index::new());
                while reader.next(&mut block).unwrap() {
                    reader.index(&mut block, &mut index);
                    for record in index.runs.iter().flat_map(|run| index.records(run, &block)) {
                        let field = record.fields().next().unwrap();
                        let value: u64 = std::str::from_utf8(field).unwrap().parse().unwrap();
                        assert_eq!(value + 1, block.first_record + u64::from(record.number));
                        assert_eq!(2 * value + 2, block.line_at(record.start));
                        seen.lock().unwrap().push(value);
                    }
                }
            });
        }
    });
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..20_000));
}
