//! GDSII in and out on generated libraries and on damaged bytes.

mod common;

use common::{Dice, cell, library, path, rect, text};
use migc_layout::{
    Cell, Extra, Format, FormatError, Kind, Library, Name, PathDetail, Placement, Property, Real8, Strans, TextDetail,
    read, write,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn bytes(lib: &Library) -> Vec<u8> {
    let mut out = Vec::new();
    assert_eq!(write(lib, Format::Gds, &mut out).unwrap(), []);
    out
}

fn name() -> impl Strategy<Value = Name> {
    "[A-Za-z0-9_$é]{1,40}".prop_map(|s| Name::from(s.as_str()))
}

fn strans() -> impl Strategy<Value = Option<Strans>> {
    let real = || of((any::<i32>(), 1..1000_i128).prop_map(|(n, d)| Real8::ratio(i128::from(n), d).into()));
    of((any::<u16>(), real(), real()).prop_map(|(flags, mag, angle)| Strans { flags, mag, angle }))
}

fn extra() -> impl Strategy<Value = Option<Extra>> {
    let some = (
        of(any::<u16>()),
        of(any::<i32>()),
        vec((any::<u16>(), name()).prop_map(|(number, value)| Property::Attribute { number, value }), 0..4),
    );
    of(some.prop_map(|(flags, plex, properties)| Extra { flags, plex, properties }))
        .prop_map(|e| e.filter(|e| *e != Extra::default()))
}

#[derive(Debug, Clone)]
enum Any {
    Boundary(usize),
    Box,
    Node,
    Path(PathDetail, usize),
    Text(TextDetail),
    Instance(Placement),
    Array(Placement),
}

fn element() -> impl Strategy<Value = Any> {
    let placement = |size: std::ops::Range<u32>| {
        (name(), strans(), size.clone(), size).prop_map(|(cell, strans, columns, rows)| Placement {
            cell,
            strans,
            columns,
            rows,
        })
    };
    let long = || of(any::<i32>());
    prop_oneof![
        prop_oneof![1 => Just(9000_usize), 50 => 1..30_usize].prop_map(Any::Boundary),
        Just(Any::Box),
        Just(Any::Node),
        (of(any::<i16>()), long(), long(), long(), 1..9_usize)
            .prop_map(|(path_type, width, begin, end, n)| Any::Path(PathDetail { path_type, width, begin, end }, n)),
        (of(any::<u16>()), of(any::<i16>()), long(), strans(), name()).prop_map(
            |(presentation, path_type, width, strans, string)| Any::Text(TextDetail {
                presentation,
                path_type,
                width,
                strans,
                string
            })
        ),
        placement(1..2).prop_map(Any::Instance),
        placement(1..32_767).prop_map(Any::Array),
    ]
}

fn any_cell() -> impl Strategy<Value = Cell> {
    (name(), vec((element(), any::<u16>(), any::<u16>(), extra(), any::<u64>()), 0..12)).prop_map(|(name, elements)| {
        let mut c = Cell::new(name, (0..24).collect());
        for (e, layer, datatype, extra, seed) in elements {
            let mut d = Dice(seed);
            let n = match e {
                Any::Boundary(n) | Any::Path(_, n) => n,
                Any::Box | Any::Node => 5,
                Any::Text(_) | Any::Instance(_) => 1,
                Any::Array(_) => 3,
            };
            let points: Vec<_> = (0..n).map(|_| d.point(-1_000_000_000, 1_000_000_000)).collect();
            let (kind, (layer, datatype)) = match e {
                Any::Boundary(_) => (Kind::Boundary, (layer, datatype)),
                Any::Box => (Kind::Box, (layer, datatype)),
                Any::Node => (Kind::Node, (layer, datatype)),
                Any::Path(p, _) => {
                    c.paths.push(p);
                    (Kind::Path(c.paths.len() as u32 - 1), (layer, datatype))
                }
                Any::Text(t) => {
                    c.texts.push(t);
                    (Kind::Text(c.texts.len() as u32 - 1), (layer, datatype))
                }
                Any::Instance(p) => {
                    c.placements.push(p);
                    (Kind::Instance(c.placements.len() as u32 - 1), (0, 0))
                }
                Any::Array(p) => {
                    c.placements.push(p);
                    (Kind::Array(c.placements.len() as u32 - 1), (0, 0))
                }
            };
            c.push(kind, u32::from(layer), u32::from(datatype), &points, extra).unwrap();
        }
        c
    })
}

/// A small file with every kind of record, to be damaged.
fn sample() -> Vec<u8> {
    let (mut top, mut leaf) = (cell("TOP"), cell("LEAF"));
    rect(&mut leaf, 1, [0, 0, 100, 100]);
    path(&mut leaf, 2, 4, 20, Some([1, 2]), &[[0, 0], [100, 0]]);
    text(&mut leaf, 3, "label", [4, 5]);
    common::place(&mut top, "LEAF", [7, 8], 5);
    common::array(&mut top, "LEAF", [[0, 0], [300, 0], [0, 400]], (3, 2), 0);
    leaf.elements[0].extra = 1;
    leaf.extras.push(Extra {
        flags: Some(1),
        plex: Some(2),
        properties: vec![Property::Attribute { number: 3, value: Name::from("value") }],
    });
    bytes(&library(vec![top, leaf]))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn what_is_written_is_read_again(cells in vec(any_cell(), 0..4)) {
        let lib = library(cells);
        prop_assert_eq!(read(&bytes(&lib)[..]).unwrap(), lib);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(5000) })]

    #[test]
    fn damaged_bytes_are_an_error_or_a_library_and_never_a_crash(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in of(any::<prop::sample::Index>()),
    ) {
        let mut data = sample();
        for (at, byte) in changes {
            let at = at.index(data.len());
            data[at] = byte;
        }
        if let Some(cut) = cut {
            data.truncate(cut.index(data.len()));
        }
        match read(&data[..]) {
            Ok(lib) => {
                // What was understood can be scaled or is refused, likewise without a crash.
                let (m, kernel) = common::keep_all(&lib, (18, 25), 5, 1_000_000);
                drop(migc_layout::migrate(&lib, &m, &kernel));
            }
            Err(e) => prop_assert!(!e.to_string().is_empty()),
        }
    }
}

#[test]
fn an_error_says_byte_record_and_cell() {
    let mut data = sample();
    let at = data.windows(4).position(|w| w == [0, 8, 0x13, 2]).unwrap();
    data[at + 5] = 0;
    let said = read(&data[..]).unwrap_err().to_string();
    let want = "record COLROW, in the cell `TOP`: an array of 0 columns and 2 rows; both are at least 1";
    assert_eq!(said, format!("byte {at}, {want}"));
}

#[test]
fn a_cut_file_says_where_it_ends() {
    let data = sample();
    let said = read(&data[..data.len() - 4]).unwrap_err().to_string();
    assert!(said.contains(&format!("byte {}", data.len() - 4)) && said.contains("ENDLIB"), "{said}");
    assert!(matches!(read(&b""[..]), Err(FormatError::Bad { offset: 0, .. })));
    assert!(read(&b"\x1f\x8bnot gzip"[..]).is_err());
}

#[test]
fn a_file_cut_anywhere_is_refused_with_its_place() {
    let data = sample();
    for n in 0..data.len() {
        let said = read(&data[..n]).unwrap_err().to_string();
        assert!(said.starts_with("byte ") && said.contains("record "), "{n}: {said}");
    }
}

#[test]
fn a_file_with_a_changed_byte_is_refused_or_read() {
    let data = sample();
    for at in 0..data.len() {
        for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut data = data.clone();
            data[at] ^= change;
            let Ok(lib) = read(&data[..]) else { continue };
            let out = bytes(&lib);
            assert_eq!(read(&out[..]).unwrap(), lib);
            drop(write(&lib, Format::Oasis, &mut Vec::new()));
            let (m, kernel) = common::keep_all(&lib, (18, 25), 5, 1_000_000);
            drop(migc_layout::migrate(&lib, &m, &kernel));
        }
    }
}

#[test]
fn files_of_no_format_are_refused() {
    let said = read(&b"LEF 5.8 ;\nBUSBITCHARS"[..]).unwrap_err().to_string();
    assert!(said.starts_with("byte 0, record "), "{said}");
}

#[test]
fn packed_files_of_either_format_are_read() {
    use std::io::Write;
    let lib = read(&sample()[..]).unwrap();
    for format in [Format::Gds, Format::Oasis] {
        let mut plain = Vec::new();
        write(&lib, format, &mut plain).unwrap();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(&plain).unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(read(&packed[..]).unwrap(), read(&plain[..]).unwrap());
        assert!(read(&packed[..packed.len() - 12]).is_err());
    }
}
