//! What the tests share: the real files, the oracle, and a plain kernel.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use migc_layout::{
    Cell, Format, Kind, Library, Lost, Migration, Name, Numbers, OutOfRange, PathDetail, Placement, Point, Real8,
    Route, Scaling, Strans, TextDetail, Units, VertexKernel,
};

/// `floor((2 m x + d g) / (2 d g)) g`.
pub struct Plain {
    pub m: i64,
    pub d: i64,
    pub grid: i64,
}

impl VertexKernel for Plain {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        let (m, step, grid) = (i128::from(self.m), i128::from(self.d) * i128::from(self.grid), i128::from(self.grid));
        for v in x.iter_mut().chain(y) {
            let snapped = (2 * m * i128::from(*v) + step).div_euclid(2 * step) * grid;
            *v = i64::try_from(snapped).map_err(|_| OutOfRange)?;
        }
        Ok(())
    }
}

pub fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A migration that keeps every number that stands in the library.
pub fn keep_all(lib: &Library, (m, d): (i64, i64), grid: i64, dbu: i64) -> (Migration, Plain) {
    let mut numbers = BTreeSet::new();
    for cell in &lib.cells {
        for e in &cell.elements {
            match e.kind {
                Kind::Instance(_) | Kind::Array(_) | Kind::Extension(_) => {}
                k => _ = numbers.insert((e.layer, e.datatype, matches!(k, Kind::Text(_)))),
            }
        }
    }
    let route = |&(layer, datatype, texts): &(u32, u32, bool)| Route {
        from: vec![Numbers { layer, first: datatype, last: datatype }],
        texts,
        to: (layer, datatype),
        to_name: format!("l{layer}"),
    };
    let g = gcd(m, d);
    let (m, d) = (m / g, d / g);
    let step = d * grid;
    let migration = Migration {
        routes: numbers.iter().map(route).collect(),
        ignored: vec![],
        ignore_others: false,
        every: false,
        reserved: vec![],
        scaling: Scaling {
            factors: [(m, d); 2],
            grid,
            periods: [step / gcd(m, step); 2],
            on_pitch: false,
            ties: (step / gcd(m, step)) % 2 == 0,
            variants: None,
        },
        overrides: vec![],
        source_grid: 1,
        dbu,
    };
    (migration, Plain { m, d, grid })
}

/// A real file, if it is there.
pub fn case(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MIGC_CASES").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases"));
    let path = root.join("layout").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// Asks the oracle; `None` is no oracle, otherwise what it objects.
pub fn oracle(args: &[&str]) -> Option<String> {
    let python = std::env::var("MIGC_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let there = Command::new(&python).args([script, "has"]).output().is_ok_and(|o| o.status.success());
    if !there {
        eprintln!("skipped: no python with klayout");
        return None;
    }
    let out = Command::new(&python).arg(script).args(args).output().unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    eprint!("{errors}");
    let said = String::from_utf8_lossy(&out.stdout);
    let said: String = said.lines().filter(|l| !l.starts_with("Warning:")).map(|l| format!("{l}\n")).collect();
    Some(if out.status.success() { said } else { format!("{said}{errors}") })
}

/// A file of its own in the test directory.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Writes a library to a scratch file in its own format, which holds all of it.
pub fn save(lib: &Library, name: &str) -> PathBuf {
    let (path, lost) = save_as(lib, lib.format, name);
    assert_eq!(lost, []);
    path
}

/// Writes a library to a scratch file; gives what the format cannot hold as well.
pub fn save_as(lib: &Library, format: Format, name: &str) -> (PathBuf, Vec<Lost>) {
    let path = scratch(name);
    let lost = migc_layout::write(lib, format, File::create(&path).unwrap()).unwrap();
    (path, lost)
}

/// A library in database units of 1 nm.
pub fn library(cells: Vec<Cell>) -> Library {
    let units = Units::of_femtometres(Format::Gds, 1_000_000);
    Library { cells, ..Library::new(Format::Gds, Name::from("LIB"), units) }
}

pub fn cell(name: &str) -> Cell {
    Cell::new(Name::from(name), vec![0; 24])
}

pub fn polygon(c: &mut Cell, layer: u32, points: &[Point]) {
    let mut closed = points.to_vec();
    closed.push(points[0]);
    c.push(Kind::Boundary, layer, 0, &closed, None).unwrap();
}

pub fn rect(c: &mut Cell, layer: u32, [l, b, r, t]: [i32; 4]) {
    polygon(c, layer, &[[l, b], [l, t], [r, t], [r, b]]);
}

pub fn path(c: &mut Cell, layer: u32, path_type: i16, width: i32, ends: Option<[i32; 2]>, points: &[Point]) {
    let (begin, end) = (ends.map(|e| e[0]), ends.map(|e| e[1]));
    c.paths.push(PathDetail { path_type: Some(path_type), width: Some(width), begin, end });
    c.push(Kind::Path(c.paths.len() as u32 - 1), layer, 0, points, None).unwrap();
}

pub fn text(c: &mut Cell, layer: u32, string: &str, at: Point) {
    let strans = Some(Strans { flags: 0, mag: Some(Real8::ratio(1, 2).into()), angle: None });
    let string = Name::from(string);
    c.texts.push(TextDetail { presentation: None, path_type: None, width: None, strans, string });
    c.push(Kind::Text(c.texts.len() as u32 - 1), layer, 0, &[at], None).unwrap();
}

/// One of the eight orientations: quarter turns, after a mirror from 4 on.
pub fn turned(orientation: u8) -> Option<Strans> {
    let flags = if orientation & 4 != 0 { 0x8000 } else { 0 };
    (orientation > 0).then(|| Strans {
        flags,
        mag: None,
        angle: Some(Real8::ratio(i128::from(orientation & 3) * 90, 1).into()),
    })
}

pub fn place(c: &mut Cell, child: &str, at: Point, orientation: u8) {
    c.placements.push(Placement { cell: Name::from(child), strans: turned(orientation), columns: 1, rows: 1 });
    c.push(Kind::Instance(c.placements.len() as u32 - 1), 0, 0, &[at], None).unwrap();
}

/// An array by its origin, and the origins after all columns and all rows.
pub fn array(c: &mut Cell, child: &str, points: [Point; 3], (columns, rows): (u32, u32), orientation: u8) {
    c.placements.push(Placement { cell: Name::from(child), strans: turned(orientation), columns, rows });
    c.push(Kind::Array(c.placements.len() as u32 - 1), 0, 0, &points, None).unwrap();
}

/// Numbers that look random and are always the same.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, from: i32, to: i32) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + ((self.0 >> 33) % (to - from) as u64) as i32
    }

    pub fn point(&mut self, from: i32, to: i32) -> Point {
        [self.roll(from, to), self.roll(from, to)]
    }
}
