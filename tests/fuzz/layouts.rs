//! The readers of layouts: any bytes are an error with its place, or a library that is written and read again the same.

use std::path::Path;

use migc_layout::{Format, Library, Repetition, read, write};

use crate::fuzz;

/// Records of GDSII: each kind of element, and what can stand in one.
#[rustfmt::skip]
const GDS_PIECES: [&[u8]; 24] = [
    b"\0\x04\x08\0", b"\0\x04\x09\0", b"\0\x04\x0a\0", b"\0\x04\x0b\0", b"\0\x04\x0c\0", b"\0\x04\x15\0", b"\0\x04\x2d\0",
    b"\0\x04\x11\0", b"\0\x04\x07\0", b"\0\x04\x04\0", b"\0\x06\x0d\x02\0\x01", b"\0\x06\x0e\x02\xff\xff",
    b"\0\x08\x13\x02\x7f\xff\x7f\xff", b"\0\x08\x0f\x03\xff\xff\xff\xff", b"\0\x06\x21\x02\0\x04",
    b"\0\x0c\x10\x03\x80\0\0\0\x7f\xff\xff\xff", b"\0\x06\x1a\x01\x80\x06", b"\0\x0c\x1b\x05\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\0\x0c\x1c\x05\x42\x5a\0\0\0\0\0\0", b"\0\x06\x2b\x02\0\x01", b"\0\x06\x2c\x06a\0", b"\0\x04\x2c\x06",
    b"\0\x06\x26\x01\0\x01", b"\0\0",
];

/// Records of OASIS, and the numbers in them that mean most.
#[rustfmt::skip]
const OASIS_PIECES: [&[u8]; 40] = [
    b"\x0e\x01B", b"\x0d\x00", b"\x03\x01N", b"\x04\x01N\x05", b"\x05\x01T", b"\x06\x01T\x05", b"\x07\x01P", b"\x08\x01P\x05",
    b"\x09\x01S", b"\x0a\x01S\x05", b"\x0b\x01L\x04\x01\x05\x00", b"\x0c\x01L\x03\x01\x02\x07", b"\x0f", b"\x10",
    b"\x11\xb8\x01B\x02\x04\x08\x01\x02\x28\x12", b"\x12\xf7\x05\x07\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x5a\x02\x04",
    b"\x13\x5f\x01T\x01\x02\x02\x04\x04\x01\x05\x06", b"\x13\x7b\x05\x01\x02\x02\x04", b"\x14\x7b\x01\x02\x14\x28\x02\x04",
    b"\x14\xdb\x01\x02\x14\x02\x04", b"\x14\x1c\x02\x04\x00", b"\x15\x3b\x01\x02\x00\x04\x14\x28\x13\x29\x02\x04",
    b"\x15\x3b\x01\x02\x04\x03\x28\x21\x20\x12\x02\x04", b"\x15\x00", b"\x16\xfb\x01\x02\x05\x0f\x07\x06\x05\x02\x28\x12\x02\x04",
    b"\x17\x7b\x01\x02\x64\x32\x14\x15\x02\x04", b"\x18\xfb\x01\x02\x64\x32\x14\x02\x04", b"\x1a\xfb\x01\x02\x04\x64\x32\x02\x04",
    b"\x1b\x3b\x01\x02\x14\x02\x04", b"\x1c\x24\x01P\x08\x05\x0a\x01v", b"\x1c\x0c\x01P", b"\x1d", b"\x1e\x05\x01X", b"\x20\x05\x01X",
    b"\x21\x1b\x05\x01\x02\x01X\x02\x04", b"\x22\x00\x08\x0a\x13\xa9\x66\x64\x54\x11\xd1\x60\x01\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\xff\xff\xff\xff\x0f", b"\x80\x80\x80\x00", b"\x00",
];

/// Copies beyond which a library is not written one by one.
const COPIES: u64 = 20_000;

fn written(library: &Library, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    match write(library, format, &mut out) {
        Ok(lost) => assert!(format != library.format || lost.is_empty(), "{lost:?}"),
        Err(e) => assert!(format != library.format, "{e}"),
    }
    out
}

/// Whatever the bytes: an error that says where, or a library that its own format holds and that comes back the same.
fn survives(bytes: &[u8]) {
    let library = match read(bytes) {
        Ok(library) => library,
        Err(e) => return assert!(!e.to_string().is_empty()),
    };
    let out = written(&library, library.format);
    let again = read(&out[..]).unwrap();
    assert_eq!(written(&again, library.format), out);
    assert_eq!(again.cells.len(), library.cells.len());
    let repeated = library.cells.iter().flat_map(|c| &c.elements).filter(|e| e.repetition > 0).count() as u64;
    let most = library.cells.iter().flat_map(|c| &c.repetitions).map(Repetition::copies).max().unwrap_or(0);
    let (other, few) = match library.format {
        Format::Gds => (Format::Oasis, true),
        Format::Oasis => (Format::Gds, repeated.saturating_mul(most) < COPIES),
    };
    if few {
        drop(written(&library, other));
    }
}

/// A file of these records, without check.
fn oasis(records: &[u8]) -> Vec<u8> {
    let mut bytes = b"%SEMI-OASIS\r\n\x01\x031.0\x00\xe8\x07\x01".to_vec();
    bytes.extend_from_slice(records);
    bytes.push(2);
    bytes.extend_from_slice(&[0; 12]);
    bytes.extend_from_slice(&[0xf0, 1]);
    bytes.extend_from_slice(&[0; 241]);
    bytes
}

fn inverter() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/layout/inverter.gds")).unwrap()
}

#[test]
fn gdsii() {
    let samples = [inverter()];
    let others = [samples[0].as_slice()];
    fuzz("gdsii", |mutator| survives(&mutator.bytes(&samples[0], &others, &GDS_PIECES)));
}

#[test]
fn oasis_records() {
    // Each piece is a record, or as good as one; after a cell's start most of them stand as they should.
    let sample = [b"\x0e\x01A", &OASIS_PIECES[14..34].concat()[..]].concat();
    let sound = [b"\x0e\x01A", OASIS_PIECES[16], &OASIS_PIECES[18..30].concat()].concat();
    assert!(read(&oasis(&sound)[..]).is_ok(), "{:?}", read(&oasis(&sound)[..]));
    let others = [sample.as_slice(), sound.as_slice()];
    fuzz("oasis_records", |mutator| {
        let chosen = *mutator.pick(&others);
        survives(&oasis(&mutator.bytes(chosen, &others, &OASIS_PIECES)));
    });
}

#[test]
fn oasis_files() {
    let whole = written(&read(&inverter()[..]).unwrap(), Format::Oasis);
    let others = [whole.as_slice()];
    fuzz("oasis_files", |mutator| survives(&mutator.bytes(&whole, &others, &OASIS_PIECES)));
}
