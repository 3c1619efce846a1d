//! Records of OASIS byte by byte: what is read of them, judged by an independent program, and what is refused.

mod common;

use common::{oracle, scratch};
use migc_layout::{Format, FormatError, Kind, Library, Property, Real, Repetition, Value, read, write};

/// A file of these records, between START and an END without check.
fn file(records: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"%SEMI-OASIS\r\n\x01\x031.0\x00\xe8\x07\x01".to_vec();
    records.iter().for_each(|r| bytes.extend_from_slice(r));
    // The offsets of six tables, text to fill up, and no check.
    bytes.push(2);
    bytes.extend_from_slice(&[0; 12]);
    bytes.extend_from_slice(&[0x80 | (240 & 0x7f), 1]);
    bytes.extend_from_slice(&[0; 240]);
    bytes.push(0);
    bytes
}

/// The records as those of one cell.
fn cell(records: &[&[u8]]) -> Vec<u8> {
    let mut all: Vec<&[u8]> = vec![b"\x0e\x01A"];
    all.extend_from_slice(records);
    file(&all)
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// What is read is what the oracle reads, by way of either format.
fn judged(name: &str, bytes: &[u8]) -> Library {
    let lib = read(bytes).unwrap();
    let path = scratch(&format!("{name}.oas"));
    std::fs::write(&path, bytes).unwrap();
    for format in [Format::Oasis, Format::Gds] {
        let mut out = Vec::new();
        write(&lib, format, &mut out).unwrap();
        let copy = scratch(&format!("{name}_copy.{format}"));
        std::fs::write(&copy, &out).unwrap();
        let mut args = vec!["alike", path.to_str().unwrap(), copy.to_str().unwrap()];
        if format == Format::Gds {
            args.extend(["names", "boxes", "arrays", "properties"]);
        }
        assert_eq!(oracle(&args).unwrap_or_default(), "", "{name} as {format}");
        if format == Format::Oasis {
            assert_eq!(read(&out[..]).unwrap(), lib);
        }
    }
    lib
}

#[test]
fn trapezoids_lie_and_stand() {
    let mut records: Vec<Vec<u8>> = Vec::new();
    let mut layer = 1;
    // Width 100 and height 200; the slants 10 and -20, each way round, and one alone.
    for record in [23, 24, 25] {
        for upright in [0, 0x80] {
            for slants in [[20, 41], [21, 40], [20, 40], [21, 41], [0, 0]] {
                let mut r = vec![record, 0x7b | upright, layer, 0, 100, 0xc8, 1];
                r.extend_from_slice(if record == 23 { &slants[..] } else { &slants[..1] });
                r.extend_from_slice(&[2, 4]);
                records.push(r);
                layer += 1;
            }
        }
    }
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    judged("trapezoids", &cell(&records));
}

#[test]
fn compact_trapezoids_of_all_kinds_are_read() {
    let mut records: Vec<Vec<u8>> = Vec::new();
    for kind in 0..26 {
        // Flat ones need a box wider than twice its height, upright ones the other way round.
        let (w, h) = if (8..16).contains(&kind) { (10, 50) } else { (50, 10) };
        let bits = match kind {
            16..=19 | 22 | 23 | 25 => 0x40,
            20 | 21 => 0x20,
            _ => 0x60,
        };
        let mut r = vec![26, 0x9b | bits, kind + 1, 0, kind];
        r.extend((bits & 0x40 != 0).then_some(w));
        r.extend((bits & 0x20 != 0).then_some(h));
        r.extend_from_slice(&[2, 4]);
        records.push(r);
        // A rectangle that takes its size from the one before.
        records.push(vec![20, 0x1b, kind + 1, 1, 2, 4]);
    }
    // The first sizes have to come from somewhere.
    records.insert(0, vec![20, 0x7b, 99, 0, 7, 9, 0, 0]);
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    judged("ctrapezoids", &cell(&records));
}

#[test]
fn paths_take_their_ends_from_the_one_before() {
    // Half width 5, half the width at the start, 7 at the end; then a half width of 9 with the ends of before; flush.
    let first: &[u8] = &[22, 0xfb, 1, 0, 5, 0b1011, 14, 4, 1, 0xa0, 1, 0, 0];
    let wider: &[u8] = &[22, 0x5a, 1, 9, 100, 0];
    let half: &[u8] = &[22, 0xda, 2, 9, 0b1010, 100, 0];
    let narrower: &[u8] = &[22, 0x5a, 3, 4, 100, 0];
    let start_only: &[u8] = &[22, 0xda, 4, 4, 0b0100, 100, 0];
    judged("paths", &cell(&[first, wider, half, narrower, start_only]));
}

#[test]
fn circles_are_paths_of_one_point_where_there_are_none() {
    let lib = judged("circles", &cell(&[&[27, 0x3b, 1, 0, 0xd0, 0x0f, 4, 7], &[27, 0x1a, 2, 4, 8]]));
    assert!(lib.cells[0].elements.iter().all(|e| e.kind == Kind::Circle));
    // As GDSII they are paths with round ends and one point, and those are circles again.
    let (mut gds, mut oasis) = (Vec::new(), Vec::new());
    assert_eq!(write(&lib, Format::Gds, &mut gds).unwrap(), []);
    write(&read(&gds[..]).unwrap(), Format::Oasis, &mut oasis).unwrap();
    assert_eq!(read(&oasis[..]).unwrap().cells[0].elements, lib.cells[0].elements);
}

#[test]
fn places_count_from_the_last_one_of_their_kind() {
    let rect: &[u8] = &[20, 0x7b, 1, 0, 5, 9, 20, 40];
    let next: &[u8] = &[20, 0x18, 20, 41];
    let text: &[u8] = &[19, 0x5b, 1, b'T', 3, 0, 20, 40];
    let text_next: &[u8] = &[19, 0x18, 20, 40];
    let placed: &[u8] = &[17, 0xb0, 1, b'A', 2, 2];
    let again: &[u8] = &[17, 0x36, 40, 40];
    let mut records: Vec<&[u8]> = vec![rect, text, &[16], next, next, text_next, &[15], next, text_next];
    // Not itself: in a second cell.
    records.extend([b"\x0e\x01B" as &[u8], placed, &[16], again, again]);
    judged("places", &cell(&records));
}

#[test]
fn repetitions_are_used_again() {
    let rect: &[u8] = &[20, 0x7f, 1, 0, 5, 9, 20, 40, 10, 1, 40, 0x50];
    let again: &[u8] = &[20, 0x1c, 0, 0, 0];
    let lib = judged("again", &cell(&[rect, again, &[20, 0x1e, 1, 2, 2, 8, 0, 1, 41, 0x51, 40], again]));
    assert_eq!(lib.cells[0].repetitions.len(), 2);
    assert!(matches!(lib.cells[0].repetitions[1], Repetition::Regular { columns: 2, rows: 3, .. }));
}

#[test]
fn values_of_properties_keep_their_form() {
    let rect: &[u8] = &[20, 0x7b, 1, 0, 5, 9, 20, 40];
    let mut property = vec![28, 0xf4, 1, b'P', 12, 0, 3, 1, 0, 2, 3, 3, 4, 4, 2, 3, 5, 7, 8];
    property.extend([6].into_iter().chain(1.5_f32.to_le_bytes()));
    property.extend([7].into_iter().chain(f64::NAN.to_le_bytes()));
    property.extend_from_slice(&[8, 9, 9, 9, 10, 1, b'a', 11, 2, 0, 255]);
    let lib = judged("values", &cell(&[rect, &property, rect, &[29], rect, &[28, 0x0c, 1, b'Q']]));
    let c = &lib.cells[0];
    let [Property::Named { values, standard: false, .. }] = &c.extra_of(&c.elements[0]).unwrap().properties[..] else {
        panic!("{:?}", c.extras);
    };
    assert_eq!(values[1], Value::Real(Real::Whole { negative: true, n: 0 }));
    assert_eq!(values[7], Value::Real(Real::Double(f64::NAN.to_bits())));
    assert_eq!(values[9], Value::Signed(-4));
    assert!(c.elements.iter().all(|e| e.extra > 0));
}

#[test]
fn names_stand_where_they_will() {
    let names: [&[u8]; 4] = [b"\x04\x01A\x07", b"\x06\x02Tx\x05", b"\x08\x01P\x03", b"\x0a\x02ps\x02"];
    let cells: [&[u8]; 4] = [b"\x0d\x07", b"\x13\x7b\x05\x03\x00\x0a\x0a", b"\x1c\x16\x03\x0e\x02", b"\x0e\x01B"];
    let placed: &[u8] = b"\x11\xf0\x07\x02\x02";
    let before: Vec<&[u8]> = names.into_iter().chain(cells).chain([placed]).collect();
    let after: Vec<&[u8]> = cells.into_iter().chain([placed]).chain(names).collect();
    assert_eq!(judged("names_before", &file(&before)), judged("names_after", &file(&after)));
}

#[test]
fn extensions_are_kept_as_they_stand() {
    let records: [&[u8]; 3] = [b"\x20\x05\x02hi", b"\x21\x1b\x07\x01\x02\x03xyz\x02\x04", b"\x1f\x09\x01N\x04"];
    let bytes = cell(&records);
    let lib = read(&bytes[..]).unwrap();
    let mut out = Vec::new();
    assert_eq!(write(&lib, Format::Oasis, &mut out).unwrap(), []);
    assert_eq!(read(&out[..]).unwrap(), lib);
    let lost = write(&lib, Format::Gds, &mut Vec::new()).unwrap();
    let said: Vec<String> = lost.iter().map(|l| l.to_string()).collect();
    assert_eq!(said, ["2 elements of extensions of OASIS", "1 names of extensions of OASIS"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let rect: &[u8] = &[20, 0x7b, 1, 0, 5, 9, 20, 40];
    let said = |records: &[&[u8]]| refused(&cell(records));
    let start = "byte 25, record";
    assert_eq!(
        said(&[&[20, 0x1a, 0, 0, 0]]),
        format!(
            "{start} RECTANGLE, in the cell `A`: the record leaves out its layer, and none was given before it in this cell"
        )
    );
    assert!(said(&[rect, &[20, 0x1c, 0, 0, 0]]).contains("leaves out its repetition"));
    assert!(said(&[&[20, 0x7f, 1, 0, 5, 9, 20, 40, 12]]).contains("a repetition is of type 12"));
    assert!(said(&[&[35]]).contains("a record is of type 35"));
    assert!(said(&[&[20, 0x7b, 1, 0, 5, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]]).contains("beyond 32 bits"));
    assert!(said(&[&[20, 0x7b, 0x80, 0x80, 0x80, 0x80, 0x10, 0, 5, 9, 0, 0]]).contains("the layer 4294967296"));
    assert!(said(&[&[26, 0xfb, 1, 0, 26, 5, 9, 0, 0]]).contains("of kind 26"));
    assert!(said(&[&[28, 0x14, 1, b'P', 16]]).contains("of type 16"));
    assert!(refused(&file(&[rect])).contains("the record belongs into a cell, and none is open"));
    assert!(refused(&file(&[b"\x03\x01A", b"\x04\x01B\x05"])).contains("some names of this table"));
    assert!(refused(&file(&[b"\x0d\x02"])).contains("no CELLNAME of the number 2"));
    assert!(refused(&cell(&[b"\x0e\x01A"])).starts_with("byte 25, record CELL: a second cell `A`"));
    assert!(refused(&file(&[b"\x0d\x00", b"\x0e\x01A", b"\x03\x01A"])).contains("two cells are called `A`"));
    let mut open = cell(&[rect]);
    open.truncate(open.len() - 3);
    assert!(refused(&open).contains("the file ends in the middle of this record"));
    let mut more = cell(&[rect]);
    more.push(0);
    assert!(refused(&more).contains("bytes follow the END record"));
}

#[test]
fn blocks_hold_what_they_say_and_no_more() {
    let packed = |bytes: &[u8]| {
        let mut e = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut e, bytes).unwrap();
        e.finish().unwrap()
    };
    let block = |says: u64, packed: &[u8]| {
        let mut b = vec![34, 0];
        for mut n in [says, packed.len() as u64] {
            while n > 127 {
                b.push(n as u8 | 0x80);
                n >>= 7;
            }
            b.push(n as u8);
        }
        b.extend_from_slice(packed);
        b
    };
    let rect: &[u8] = &[20, 0x7b, 1, 0, 5, 9, 20, 40];
    let p = packed(rect);
    judged("block", &cell(&[&block(8, &p), rect, &block(8, &p)]));
    assert!(refused(&cell(&[&block(7, &p)])).contains("more bytes than it says"));
    assert!(refused(&cell(&[&block(9, &p)])).contains("1 bytes less than it says"));
    assert!(refused(&cell(&[&block(1 << 40, &p)])).contains("more than can be packed so"));
    assert!(refused(&cell(&[&block(8, &p[..3])])).contains("end too early"));
    assert!(refused(&cell(&[&block(8, b"\xff\xff\xff")])).contains("damaged"));
    let nested = block(8, &p);
    assert!(refused(&cell(&[&block(nested.len() as u64, &packed(&nested))])).contains("inside another one"));
    let bad = [rect, &[20, 0x7b, 1]].concat();
    let said = refused(&cell(&[&block(bad.len() as u64, &packed(&bad))]));
    assert!(
        said.starts_with("byte 25, record RECTANGLE") && said.ends_with("(byte 8 of the unpacked block there)"),
        "{said}"
    );
}

#[test]
fn a_damaged_byte_does_not_pass_the_check() {
    let lib = read(&cell(&[&[20, 0x7b, 1, 0, 5, 9, 20, 40]])[..]).unwrap();
    let mut out = Vec::new();
    write(&lib, Format::Oasis, &mut out).unwrap();
    let at = out.windows(2).position(|w| w == [20, 0xfb]).or(out.windows(2).position(|w| w == [20, 0x7b])).unwrap();
    out[at + 4] ^= 1;
    let said = refused(&out);
    assert!(said.contains("record END") && said.contains("CRC-32"), "{said}");
    assert!(matches!(read(&out[..]), Err(FormatError::Bad { .. })));
}

#[test]
fn lists_used_again_without_bound_are_refused() {
    // A polygon of 100,000 points that two bytes repeat.
    let mut polygon = vec![21, 0x3b, 1, 0, 4, 0xa0, 0x8d, 6];
    polygon.extend((0..100_000).flat_map(|i| [if i % 2 == 0 { 0x10 } else { 0x12 }]));
    polygon.extend_from_slice(&[0, 0]);
    let again = [21, 0].repeat(100_000);
    assert!(refused(&cell(&[&polygon, &again])).contains("used again so often"));
}
