//! A file of given bytes, read to its end.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use migc_records::{Block, Cursor, Form, Index, ReadError, Reader, Shape, trim_line_end};

/// A file that is removed when it goes out of scope.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(bytes: &[u8]) -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("migc-forms-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
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

/// Its fields, or its fault.
pub(crate) type Fields = Result<Vec<String>, String>;

/// One record, wherever it was found.
#[derive(PartialEq)]
pub(crate) struct Seen {
    pub(crate) record: u64,
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) what: Fields,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Seen { record, line, offset, bytes, what } = self;
        let some: String = format!("{what:?}").chars().take(200).collect();
        write!(f, "record {record}, line {line}, {} bytes from {offset}: {some}", bytes.len())
    }
}

/// Reads all records, good and broken, in blocks of this size; every byte of the file must be in a block.
pub(crate) fn read(bytes: &[u8], form: &Form, block_bytes: usize) -> Result<Vec<Seen>, ReadError> {
    let file = Scratch::new(bytes);
    let reader = Reader::open(&file.0, form.clone(), block_bytes, 4096)?;
    let (mut block, mut index, mut all) = (Block::new(), Index::new(), Vec::new());
    let mut lengths = Vec::new();
    let mut covered = reader.header_bytes().len() as u64;
    while reader.next(&mut block)? {
        reader.index(&mut block, &mut index);
        covered += block.covered();
        // Good and broken records in the order of the file.
        let mut found: Vec<(u32, u32, u64, Fields)> = Vec::new();
        for run in &index.runs {
            for item in 0..run.records {
                let (start, end) = index.extent(&block, run, item).unwrap();
                let first = run.first_position + item as usize * index.stride();
                let cuts = &index.positions[first..first + index.stride()];
                let text = |from, to| String::from_utf8(block.piece(from, to).to_vec()).unwrap();
                let fields = match index.shape {
                    Shape::Spans => cuts.chunks(2).map(|pair| text(pair[0], pair[1])).collect(),
                    Shape::Cuts => {
                        let line = trim_line_end(&block.data()[start as usize..end as usize]);
                        let stop = start + line.len() as u32;
                        let mut from = start;
                        cuts.iter().map(|cut| text(std::mem::replace(&mut from, cut + 1), (*cut).min(stop))).collect()
                    }
                };
                found.push((run.first_record + item, start, u64::from(end - start), Ok(fields)));
            }
        }
        for broken in &index.broken {
            found.push((broken.record, broken.start, broken.len, Err(format!("{:?}", broken.fault))));
        }
        found.sort_by_key(|f| f.0);
        let mut cursor = Cursor::new();
        for (number, start, len, what) in found {
            let place = cursor.place(&block, start, len);
            let (offset, mut bytes) = (block.offset + place.start, Vec::new());
            if what.is_err() {
                reader.copy(offset, place.len, &mut bytes).unwrap();
            }
            lengths.push(place.len as usize);
            all.push(Seen { record: block.first_record + u64::from(number), line: place.line, offset, bytes, what });
        }
    }
    assert_eq!(covered, reader.size(), "every byte of the file is in a block");
    // Good records are copied at once: a compressed file is read from its start for each copy.
    let mut copy = Vec::new();
    reader.copy(0, reader.size(), &mut copy).unwrap();
    for (seen, len) in all.iter_mut().zip(lengths) {
        let bytes = &copy[seen.offset as usize..][..len];
        assert!(seen.what.is_ok() || seen.bytes == bytes);
        seen.bytes = bytes.to_vec();
    }
    Ok(all)
}
