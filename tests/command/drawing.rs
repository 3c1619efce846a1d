//! Small layouts that tests draw, and the worked one that they share.

use std::fs;
use std::path::Path;

use migc_layout::{Cell, Format, Kind, Library, Name, Placement, Real, Real8, Strans, TextDetail, Units, write};

/// The root of the repository, where `specs` stands.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The worked layout of the inverters, as GDSII.
pub(crate) fn inverter() -> Vec<u8> {
    fs::read(root().join("specs/layout/inverter.gds")).unwrap()
}

/// A library of these cells in nanometres, as GDSII.
pub(crate) fn library(cells: Vec<Cell>) -> Vec<u8> {
    library_in(Format::Gds, cells)
}

/// A library of these cells in nanometres.
pub(crate) fn library_in(format: Format, cells: Vec<Cell>) -> Vec<u8> {
    let units = Units::of_femtometres(format, 1_000_000);
    let library = Library { cells, ..Library::new(format, Name::from("LIB"), units) };
    let mut bytes = Vec::new();
    write(&library, format, &mut bytes).unwrap();
    bytes
}

/// A cell with boxes, each on a layer of datatype 0.
pub(crate) fn cell(name: &str, boxes: &[(u32, [i32; 4])]) -> Cell {
    let mut cell = Cell::new(Name::from(name), vec![0; 24]);
    for (layer, corners) in boxes {
        rectangle(&mut cell, (*layer, 0), *corners);
    }
    cell
}

/// A box from its lower left to its upper right corner, on a layer and datatype.
pub(crate) fn rectangle(cell: &mut Cell, (layer, datatype): (u32, u32), [x0, y0, x1, y1]: [i32; 4]) {
    let corners = [[x0, y0], [x0, y1], [x1, y1], [x1, y0], [x0, y0]];
    cell.push(Kind::Boundary, layer, datatype, &corners, None).unwrap();
}

/// A text on a layer and texttype.
pub(crate) fn text(cell: &mut Cell, (layer, texttype): (u32, u32), string: &str, at: [i32; 2]) {
    let string = Name::from(string);
    cell.texts.push(TextDetail { presentation: None, path_type: None, width: None, strans: None, string });
    cell.push(Kind::Text(cell.texts.len() as u32 - 1), layer, texttype, &[at], None).unwrap();
}

/// An instance that is turned by quarters, after it was mirrored at the horizontal.
pub(crate) fn place(cell: &mut Cell, child: &str, at: [i32; 2], quarter: i128, mirrored: bool) {
    let flags = if mirrored { 0x8000 } else { 0 };
    let strans = Strans { flags, mag: None, angle: Some(Real::from(Real8::ratio(90 * quarter, 1))) };
    instance(cell, child, at, Some(strans));
}

/// An instance with any transformation.
pub(crate) fn instance(cell: &mut Cell, child: &str, at: [i32; 2], strans: Option<Strans>) {
    cell.placements.push(Placement { cell: Name::from(child), strans, columns: 1, rows: 1 });
    cell.push(Kind::Instance(cell.placements.len() as u32 - 1), 0, 0, &[at], None).unwrap();
}

/// Columns and rows of instances from the origin, the same step apart along both axes.
pub(crate) fn array(cell: &mut Cell, child: &str, columns: u32, rows: u32, step: i32) {
    cell.placements.push(Placement { cell: Name::from(child), strans: None, columns, rows });
    let points = [[0, 0], [step * columns as i32, 0], [0, step * rows as i32]];
    cell.push(Kind::Array(cell.placements.len() as u32 - 1), 0, 0, &points, None).unwrap();
}
