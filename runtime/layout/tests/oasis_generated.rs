//! OASIS in and out on generated libraries, and on damaged bytes of small files.

mod common;

use std::sync::Arc;

use common::{Dice, case, cell, keep_all, library, path, rect, text};
use migc_layout::{
    Cell, ExtensionDetail, ExtensionName, Extra, Format, Interval, Kind, LayerName, Library, Name, NameTable,
    PathDetail, Placement, Property, Real, Repetition, Strans, TableProperties, TextDetail, Units, Value, migrate,
    read, write,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn bytes(lib: &Library, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let lost = write(lib, format, &mut out).unwrap();
    assert!(format != lib.format || lost.is_empty(), "{lost:?}");
    out
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        "[A-Za-z0-9_$é]{1,40}".prop_map(|s| Name::from(s.as_str())),
        vec(any::<u8>(), 0..300).prop_map(|b| Name::from(&b[..]))
    ]
}

fn real() -> impl Strategy<Value = Real> {
    let negative = any::<bool>();
    prop_oneof![
        (negative, any::<u64>()).prop_map(|(negative, n)| Real::Whole { negative, n }),
        (negative, 1..u64::MAX).prop_map(|(negative, d)| Real::Reciprocal { negative, d }),
        (negative, any::<u64>(), 1..u64::MAX).prop_map(|(negative, n, d)| Real::Ratio { negative, n, d }),
        any::<u32>().prop_map(Real::Single),
        any::<u64>().prop_map(Real::Double),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        real().prop_map(Value::Real),
        any::<u64>().prop_map(Value::Unsigned),
        (-i64::MAX..i64::MAX).prop_map(Value::Signed),
        name().prop_map(Value::A),
        name().prop_map(Value::B),
        name().prop_map(Value::N),
    ]
}

fn properties() -> impl Strategy<Value = Vec<Property>> {
    // Few names and short lists, so that neighbours share them.
    let values = prop_oneof![2 => vec(value(), 0..3), 1 => vec(value(), 14..17), 1 => Just(vec![Value::Unsigned(7)])];
    let property = ("[PQ]", any::<bool>(), values).prop_map(|(name, standard, values)| Property::Named {
        name: Name::from(name.as_str()),
        standard,
        values: Arc::from(values),
    });
    prop_oneof![3 => Just(vec![]), 1 => vec(property, 1..5)]
}

fn repetition() -> impl Strategy<Value = Option<Repetition>> {
    let step =
        || prop_oneof![(0..5000, Just(0)), (Just(0), 0..5000), (-5000..5000, -5000..5000)].prop_map(|(x, y)| [x, y]);
    // One column alone goes up: on any other way the same places come back as one row.
    let column = (2..1000_u32, 0..5000).prop_map(|(rows, y)| (1, rows, [0, 0], [0, y]));
    let row = (2..1000_u32, step()).prop_map(|(columns, step)| (columns, 1, step, [0, 0]));
    let both = (2..1000_u32, 2..1000_u32, step(), step());
    let regular = prop_oneof![column, row, both].prop_map(|(columns, rows, column_step, row_step)| {
        Repetition::Regular { columns, rows, column_step, row_step }
    });
    of(prop_oneof![regular, vec(step(), 1..20).prop_map(Repetition::Offsets)])
}

#[derive(Debug, Clone)]
enum Any {
    Ring(usize),
    Manhattan(usize),
    Rectangle,
    Circle,
    Path(PathDetail, usize),
    Text(Name),
    Instance(Placement),
    Array(Placement),
    Geometry(ExtensionDetail),
    Extension(ExtensionDetail),
}

fn detail() -> impl Strategy<Value = ExtensionDetail> {
    (any::<u64>(), name()).prop_map(|(attribute, bytes)| ExtensionDetail { attribute, bytes })
}

fn placement() -> impl Strategy<Value = Placement> {
    let quarter = || (0..4_u64).prop_map(|n| Real::Whole { negative: false, n: 90 * n });
    let strans = (any::<bool>(), of(real()), of(prop_oneof![real(), quarter()])).prop_map(|(mirror, mag, angle)| {
        let s = Strans { flags: if mirror { 0x8000 } else { 0 }, mag, angle };
        (s != Strans::default()).then_some(s)
    });
    ("[A-F]", strans).prop_map(|(cell, strans)| Placement {
        cell: Name::from(cell.as_str()),
        strans,
        columns: 1,
        rows: 1,
    })
}

fn element() -> impl Strategy<Value = Any> {
    let path = (0..3_i16, 0..1000_i32, 1..100_i32, 1..9_usize).prop_map(|(kind, half, reach, n)| {
        let (path_type, ends) = [(0, None), (2, None), (4, Some([reach, -2 * reach]))][kind as usize];
        // Half of nothing is a flush end.
        let path_type = if half == 0 && path_type == 2 { 0 } else { path_type };
        let (begin, end) = (ends.map(|e| e[0]), ends.map(|e| e[1]));
        Any::Path(PathDetail { path_type: Some(path_type), width: Some(2 * half), begin, end }, n)
    });
    prop_oneof![
        prop_oneof![1 => Just(9000_usize), 50 => 3..30_usize].prop_map(Any::Ring),
        (2..9_usize).prop_map(Any::Manhattan),
        Just(Any::Rectangle),
        Just(Any::Circle),
        path,
        name().prop_map(Any::Text),
        placement().prop_map(Any::Instance),
        (placement(), 2..999_u32, 2..999_u32).prop_map(|(p, columns, rows)| Any::Array(Placement {
            columns,
            rows,
            ..p
        })),
        detail().prop_map(Any::Geometry),
        detail().prop_map(Any::Extension),
    ]
}

fn add(c: &mut Cell, e: Any, numbers: [u32; 2], d: &mut Dice) -> bool {
    let [x, y] = d.point(-1_000_000_000, 1_000_000_000);
    let at = |n: usize| n as u32 - 1;
    let mut points = vec![[x, y]];
    let mut numbers = numbers;
    let mut repeats = true;
    let kind = match e {
        Any::Ring(n) => {
            points.extend((1..n).map(|_| d.point(-1_000_000_000, 1_000_000_000)));
            points.push([x, y]);
            Kind::Boundary
        }
        Any::Manhattan(n) => {
            // Stairs up and back to the first point.
            let mut p = [x, y];
            for i in 0..2 * n - 1 {
                p[i % 2] += d.roll(1, 1000);
                points.push(p);
            }
            points.push([x, p[1]]);
            points.push([x, y]);
            Kind::Boundary
        }
        Any::Rectangle => {
            let (r, t) = (x + d.roll(0, 3), y + d.roll(0, 1000));
            points.extend([[x, t], [r, t], [r, y], [x, y]]);
            Kind::Rectangle
        }
        Any::Circle => {
            points.push([x + d.roll(0, 1000), y]);
            Kind::Circle
        }
        Any::Path(detail, n) => {
            points.extend((0..n).map(|_| [x + d.roll(-99, 99), y + d.roll(0, 2)]));
            c.paths.push(detail);
            Kind::Path(at(c.paths.len()))
        }
        Any::Text(string) => {
            c.texts.push(TextDetail { presentation: None, path_type: None, width: None, strans: None, string });
            Kind::Text(at(c.texts.len()))
        }
        Any::Instance(p) => {
            numbers = [0, 0];
            c.placements.push(p);
            Kind::Instance(at(c.placements.len()))
        }
        Any::Array(p) => {
            (numbers, repeats) = ([0, 0], false);
            let (columns, rows) = (p.columns as i32, p.rows as i32);
            let step = d.point(-999, 999);
            points.push([x + columns * step[0], y + columns * step[1]]);
            points.push([x + rows * d.roll(0, 2) * 99, y + rows * d.roll(-999, 999)]);
            c.placements.push(p);
            Kind::Array(at(c.placements.len()))
        }
        Any::Geometry(x) => {
            c.extensions.push(x);
            Kind::ExtensionGeometry(at(c.extensions.len()))
        }
        Any::Extension(x) => {
            (numbers, repeats) = ([0, 0], false);
            points.clear();
            c.extensions.push(x);
            Kind::Extension(at(c.extensions.len()))
        }
    };
    c.push(kind, numbers[0], numbers[1], &points, None).unwrap();
    repeats
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let numbers = prop_oneof![Just([1, 0]), Just([1, 2]), any::<[u32; 2]>()];
    let elements = vec((element(), numbers, properties(), repetition(), any::<u64>()), 0..16);
    (elements, properties(), properties()).prop_map(|(elements, own, of_name)| {
        let mut c = Cell::new(Name::from(""), vec![]);
        (c.properties, c.name_properties) = (own, of_name);
        for (e, numbers, properties, repetition, seed) in elements {
            let repeats = add(&mut c, e, numbers, &mut Dice(seed));
            let last = c.elements.last_mut().unwrap();
            if !properties.is_empty() {
                c.extras.push(Extra { flags: None, plex: None, properties });
                last.extra = c.extras.len() as u32;
            }
            // A regular repetition of an instance is an array.
            let array = matches!((&last.kind, &repetition), (Kind::Instance(_), Some(Repetition::Regular { .. })));
            // One that neighbours share is kept once.
            let shared = c.repetitions.last() == repetition.as_ref();
            if let Some(r) = repetition
                && repeats
                && !array
                && !shared
            {
                c.repeat_last(r).unwrap();
            }
        }
        c
    })
}

fn any_library() -> impl Strategy<Value = Library> {
    let interval = || (any::<u64>(), any::<u64>()).prop_map(|(a, b)| Interval { first: a.min(b), last: a.max(b) });
    let layer = (name(), any::<bool>(), interval(), interval(), properties()).prop_map(
        |(name, texts, layers, datatypes, properties)| LayerName { name, texts, layers, datatypes, properties },
    );
    let extension = (any::<u64>(), name(), of(any::<u64>()), properties())
        .prop_map(|(attribute, name, number, properties)| ExtensionName { attribute, name, number, properties });
    let tables = [NameTable::Cells, NameTable::Texts, NameTable::PropertyNames, NameTable::PropertyTexts];
    let of_table = (prop::sample::select(tables.to_vec()), properties());
    (vec(any_cell(), 0..4), properties(), vec(layer, 0..3), vec(extension, 0..3), of_table).prop_map(
        |(cells, properties, layer_names, extension_names, (table, of_table))| {
            let units = Units::of_femtometres(Format::Oasis, 250_000);
            let mut lib = Library::new(Format::Oasis, Name::from(""), units);
            (lib.properties, lib.layer_names, lib.extension_names) = (properties, layer_names, extension_names);
            if !of_table.is_empty() {
                let name = Name::from("not the name of any cell");
                lib.table_properties.push(TableProperties { table, name, properties: of_table });
            }
            lib.cells = cells;
            for (i, c) in lib.cells.iter_mut().enumerate() {
                c.name = Name::from(&b"ABCD"[i..=i]);
            }
            lib
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_written_is_read_again(lib in any_library()) {
        let out = bytes(&lib, Format::Oasis);
        let again = read(&out[..]).unwrap();
        for (a, b) in again.cells.iter().zip(&lib.cells) {
            for (x, y) in a.elements.iter().zip(&b.elements) {
                prop_assert_eq!((x.kind, a.points_of(x), a.repetition_of(x)), (y.kind, b.points_of(y), b.repetition_of(y)));
            }
        }
        prop_assert_eq!(&again, &lib);
        prop_assert_eq!(bytes(&again, Format::Oasis), out);
    }
}

/// A file of OASIS with every kind of record that this program writes.
fn sample() -> Vec<u8> {
    let (mut top, mut leaf) = (cell("TOP"), cell("LEAF"));
    rect(&mut leaf, 1, [0, 0, 100, 100]);
    path(&mut leaf, 2, 4, 20, Some([1, 2]), &[[0, 0], [100, 0]]);
    path(&mut leaf, 2, 1, 20, None, &[[0, 0]]);
    common::polygon(&mut leaf, 1, &[[0, 0], [50, 70], [90, 0]]);
    leaf.repeat_last(Repetition::Offsets(vec![[10, 20], [5, 5]])).unwrap();
    text(&mut leaf, 3, "label", [4, 5]);
    common::place(&mut top, "LEAF", [7, 8], 5);
    common::array(&mut top, "LEAF", [[0, 0], [300, 0], [0, 400]], (3, 2), 0);
    leaf.elements[0].extra = 1;
    let properties = vec![Property::Attribute { number: 3, value: Name::from("value") }];
    leaf.extras.push(Extra { flags: None, plex: None, properties });
    bytes(&library(vec![top, leaf]), Format::Oasis)
}

/// Small files: the public ones, one made by this program, and one without blocks and check.
fn small_files() -> Vec<Vec<u8>> {
    let mut files = vec![sample()];
    let Some(folder) = case("oasis") else { return files };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    files.extend(paths.iter().map(|p| std::fs::read(p).unwrap()).filter(|b| b.len() < 2000));
    files
}

/// An error with its place, or a library that can be written and migrated or is refused, and never a crash.
fn survives(data: &[u8]) {
    match read(data) {
        Err(e) => assert!(!e.to_string().is_empty()),
        Ok(lib) => {
            let out = bytes(&lib, Format::Oasis);
            assert_eq!(bytes(&read(&out[..]).unwrap(), Format::Oasis), out);
            let copies: u64 = lib.cells.iter().flat_map(|c| &c.elements).filter(|e| e.repetition > 0).count() as u64;
            let most = lib.cells.iter().flat_map(|c| &c.repetitions).map(Repetition::copies).max().unwrap_or(0);
            if copies.saturating_mul(most) < 10_000 {
                drop(write(&lib, Format::Gds, &mut Vec::new()));
            }
            let (m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
            if copies.saturating_mul(most) < 100_000 {
                drop(migrate(&lib, &m, &kernel));
            }
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_refused_with_its_place() {
    for file in small_files() {
        if read(&file[..]).is_err() {
            continue;
        }
        for n in 13..file.len() {
            let said = read(&file[..n]).unwrap_err().to_string();
            assert!(said.starts_with("byte ") && said.contains("record "), "{n}: {said}");
        }
    }
}

#[test]
fn a_file_with_a_changed_byte_is_refused_or_read() {
    for file in small_files() {
        // The text that fills END up means nothing.
        let end = file.len().saturating_sub(225);
        for at in 13..end {
            for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                let mut data = file.clone();
                data[at] ^= change;
                survives(&data);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn damaged_bytes_are_an_error_or_a_library_and_never_a_crash(
        file in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let files = small_files();
        let mut data = files[file.index(files.len())].clone();
        for (at, byte) in changes {
            let at = at.index(data.len());
            data[at] = byte;
        }
        survives(&data);
    }
}
