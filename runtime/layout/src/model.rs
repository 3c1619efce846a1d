//! A layout in memory: cells whose elements are small records into one list of points per cell.
//!
//! A block of a million shapes is mostly rectangles; an element is 24 bytes and its points lie in the cell's arena, so
//! that such a block takes little more room than its file.

use std::fmt;
use std::sync::Arc;

use crate::gds::real::Real8;

/// A point in database units, `[x, y]`.
pub type Point = [i32; 2];

/// A name or text as its bytes stand in the file, without padding. Equal names read from one file share their memory.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub(crate) Arc<[u8]>);

impl Name {
    /// The bytes as they stand in the file; no encoding is promised there.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(s: &str) -> Name {
        Name(s.as_bytes().into())
    }
}

impl From<&[u8]> for Name {
    fn from(s: &[u8]) -> Name {
        Name(s.into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// A library: what one GDSII file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The version number of the HEADER record.
    pub version: i16,
    /// The bytes of BGNLIB: when the library was changed and read last. Kept as they stand.
    pub stamp: Vec<u8>,
    /// Its name.
    pub name: Name,
    /// Its units.
    pub units: Units,
    /// Further records of the head (fonts, generations, …), kept as they stand.
    pub raw: Vec<(Place, Raw)>,
    /// Its cells, in the order of the file.
    pub cells: Vec<Cell>,
}

/// The units of a library, exactly as the file has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// The database unit in user units.
    pub user: Real8,
    /// The database unit in metres.
    pub metres: Real8,
}

impl Units {
    /// The database unit in units of 10⁻¹⁵ m, where it is a whole number of them to the precision of an 8-byte real.
    pub fn femtometres(&self) -> Option<i64> {
        let (mantissa, power) = self.metres.parts()?;
        // mantissa · 2^power · 10^15; 56 bits times 50 bits fits, and real database units have power < 0.
        if !(-120..0).contains(&power) {
            return None;
        }
        let scaled = mantissa * 1_000_000_000_000_000;
        let half = 1_i128 << (-power - 1);
        let whole = (scaled + half) >> -power;
        let off = (scaled - (whole << -power)).abs();
        // A real holds at least 53 bits: further away than 2^-50 of the value is another unit.
        (whole > 0 && off <= (scaled >> 50).max(1)).then(|| i64::try_from(whole).ok()).flatten()
    }

    /// Units with a database unit of so many 10⁻¹⁵ m, and micrometres as user units.
    pub fn of_femtometres(dbu: i64) -> Units {
        Units {
            user: Real8::ratio(i128::from(dbu), 1_000_000_000),
            metres: Real8::ratio(i128::from(dbu), 1_000_000_000_000_000),
        }
    }
}

/// Where a further record of the head stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the library's name.
    BeforeName,
    /// Between name and units.
    BeforeUnits,
    /// After the units.
    AfterUnits,
}

/// A record that is kept without being understood.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Raw {
    /// The record type.
    pub kind: u8,
    /// The data type.
    pub data_type: u8,
    /// The data.
    pub data: Vec<u8>,
}

/// A cell (in the words of GDSII, a structure).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Its name.
    pub name: Name,
    /// The bytes of BGNSTR: when it was made and changed last. Kept as they stand.
    pub stamp: Vec<u8>,
    /// Records between its name and its first element, kept as they stand.
    pub raw: Vec<Raw>,
    /// Its elements, in the order of the file.
    pub elements: Vec<Element>,
    /// The points of all elements.
    pub points: Vec<Point>,
    /// What paths have beyond points.
    pub paths: Vec<PathDetail>,
    /// What texts have beyond their point.
    pub texts: Vec<TextDetail>,
    /// What instances and arrays have beyond points.
    pub placements: Vec<Placement>,
    /// Flags and properties of the elements that have any.
    pub extras: Vec<Extra>,
}

impl Cell {
    /// A cell without elements.
    pub fn new(name: Name, stamp: Vec<u8>) -> Cell {
        Cell {
            name,
            stamp,
            raw: Vec::new(),
            elements: Vec::new(),
            points: Vec::new(),
            paths: Vec::new(),
            texts: Vec::new(),
            placements: Vec::new(),
            extras: Vec::new(),
        }
    }

    /// The points of an element of this cell.
    pub fn points_of(&self, e: &Element) -> &[Point] {
        &self.points[e.start as usize..e.start as usize + e.count as usize]
    }

    /// Flags and properties of an element of this cell.
    pub fn extra_of(&self, e: &Element) -> Option<&Extra> {
        (e.extra > 0).then(|| &self.extras[e.extra as usize - 1])
    }

    /// Adds an element; says `None` when the cell has more than 2³² points or elements.
    pub fn push(
        &mut self,
        kind: Kind,
        layer: u16,
        datatype: u16,
        points: &[Point],
        extra: Option<Extra>,
    ) -> Option<()> {
        let start = u32::try_from(self.points.len()).ok()?;
        u32::try_from(self.points.len() + points.len()).ok()?;
        self.points.extend_from_slice(points);
        let extra = match extra {
            Some(e) => {
                self.extras.push(e);
                u32::try_from(self.extras.len()).ok()?
            }
            None => 0,
        };
        self.elements.push(Element { kind, layer, datatype, start, count: points.len() as u32, extra });
        Some(())
    }
}

/// An element: a record into the cell's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Element {
    /// What it is, with its place among the details of its kind.
    pub kind: Kind,
    /// Its layer; 0 for instances and arrays.
    pub layer: u16,
    /// Its datatype, texttype, boxtype or nodetype; 0 for instances and arrays.
    pub datatype: u16,
    /// Its first point.
    pub start: u32,
    /// How many points it has.
    pub count: u32,
    /// One more than its place among the extras; 0 when it has none.
    pub extra: u32,
}

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A polygon; GDSII repeats the first point at the end, and the points here are as the file has them.
    Boundary,
    /// A box; its points are as the file has them.
    Box,
    /// A node of an electrical net.
    Node,
    /// A path, with its place among the cell's `paths`.
    Path(u32),
    /// A text, with its place among the cell's `texts`.
    Text(u32),
    /// One instance of a cell, with its place among the cell's `placements`.
    Instance(u32),
    /// A regular array, likewise; its points are the origin, the origin after all columns, and after all rows.
    Array(u32),
}

/// What a path has beyond points; `None` is a record that does not stand in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PathDetail {
    /// 0 flush ends, 1 round ends, 2 ends extended by half the width, 4 ends extended as said.
    pub path_type: Option<i16>,
    /// The width; a negative one is not magnified by instances.
    pub width: Option<i32>,
    /// The extension at the first point, for type 4.
    pub begin: Option<i32>,
    /// The extension at the last point, for type 4.
    pub end: Option<i32>,
}

/// What a text has beyond its point.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextDetail {
    /// Font and justification.
    pub presentation: Option<u16>,
    /// The path type of its strokes.
    pub path_type: Option<i16>,
    /// The width of its strokes.
    pub width: Option<i32>,
    /// Mirror, size and turn.
    pub strans: Option<Strans>,
    /// What it says.
    pub string: Name,
}

/// How an instance, array or text is transformed: mirrored at the x axis, magnified, turned counter-clockwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Strans {
    /// 0x8000 mirrors; 0x0004 and 0x0002 make magnification and angle absolute.
    pub flags: u16,
    /// The magnification.
    pub mag: Option<Real8>,
    /// The angle in degrees.
    pub angle: Option<Real8>,
}

/// What an instance or array has beyond its points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Placement {
    /// The cell that is placed.
    pub cell: Name,
    /// How it is transformed.
    pub strans: Option<Strans>,
    /// Columns of an array, from 1; 1 for an instance.
    pub columns: u16,
    /// Rows of an array, from 1; 1 for an instance.
    pub rows: u16,
}

/// Flags and properties of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Extra {
    /// The ELFLAGS record.
    pub flags: Option<u16>,
    /// The PLEX record.
    pub plex: Option<i32>,
    /// Properties: attribute number and value, in the order of the file.
    pub properties: Vec<(u16, Name)>,
}
