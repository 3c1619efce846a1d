//! A layout in memory: cells whose elements are small records into one list of points per cell.
//!
//! The model is the union of GDSII and OASIS: what one of them cannot say stands in fields that its reader leaves empty.
//! A block of a million shapes is mostly rectangles; an element is 32 bytes and its points lie in the cell's arena, so
//! that such a block takes little more room than its file. Repetitions stay repetitions, so that a small file cannot
//! fill the memory.

use std::fmt;
use std::sync::Arc;

use crate::number::Real;
use crate::property::Property;
use crate::repetition::Repetition;

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
    /// Records of GDSII between its name and its first element, kept as they stand.
    pub raw: Vec<Raw>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// Properties that OASIS attaches to its name: its bounding box, its place in the file, ….
    pub name_properties: Vec<Property>,
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
    /// The repetitions of the elements that have one; elements can share them.
    pub repetitions: Vec<Repetition>,
    /// What extensions of OASIS put into it.
    pub extensions: Vec<ExtensionDetail>,
}

impl Cell {
    /// A cell without elements.
    pub fn new(name: Name, stamp: Vec<u8>) -> Cell {
        Cell {
            name,
            stamp,
            raw: Vec::new(),
            properties: Vec::new(),
            name_properties: Vec::new(),
            elements: Vec::new(),
            points: Vec::new(),
            paths: Vec::new(),
            texts: Vec::new(),
            placements: Vec::new(),
            extras: Vec::new(),
            repetitions: Vec::new(),
            extensions: Vec::new(),
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

    /// The repetition of an element of this cell.
    pub fn repetition_of(&self, e: &Element) -> Option<&Repetition> {
        (e.repetition > 0).then(|| &self.repetitions[e.repetition as usize - 1])
    }

    /// Repeats the element that was added last; says `None` when there is none, or the cell has more than 2³²
    /// repetitions.
    pub fn repeat_last(&mut self, repetition: Repetition) -> Option<()> {
        let e = self.elements.last_mut()?;
        self.repetitions.push(repetition);
        e.repetition = u32::try_from(self.repetitions.len()).ok()?;
        Some(())
    }

    /// Adds an element; says `None` when the cell has more than 2³² points or elements.
    pub fn push(
        &mut self,
        kind: Kind,
        layer: u32,
        datatype: u32,
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
        self.elements.push(Element { kind, layer, datatype, start, count: points.len() as u32, extra, repetition: 0 });
        Some(())
    }
}

/// An element: a record into the cell's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Element {
    /// What it is, with its place among the details of its kind.
    pub kind: Kind,
    /// Its layer; 0 for what has none.
    pub layer: u32,
    /// Its datatype, texttype, boxtype or nodetype; 0 for what has none.
    pub datatype: u32,
    /// Its first point.
    pub start: u32,
    /// How many points it has.
    pub count: u32,
    /// One more than the place of its extras among the cell's; 0 when it has none.
    pub extra: u32,
    /// One more than the place of its repetition among the cell's; 0 when it has none. Arrays have none.
    pub repetition: u32,
}

impl Element {
    /// What it places, as the place among the cell's `placements`.
    pub fn placement(&self) -> Option<u32> {
        match self.kind {
            Kind::Instance(i) | Kind::Array(i) => Some(i),
            _ => None,
        }
    }
}

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A polygon, closed by its first point as in GDSII. The points of a GDSII file are as the file has them.
    Boundary,
    /// A rectangle of OASIS: the lower left corner, the upper left one, and so on until the first again.
    Rectangle,
    /// A circle of OASIS: its centre, and the point of its rim to the right.
    Circle,
    /// A box of GDSII; its points are as the file has them.
    Box,
    /// A node of an electrical net of GDSII.
    Node,
    /// A path, with its place among the cell's `paths`.
    Path(u32),
    /// A text, with its place among the cell's `texts`.
    Text(u32),
    /// One instance of a cell, with its place among the cell's `placements`.
    Instance(u32),
    /// A regular array, likewise; its points are the origin, the origin after all columns, and after all rows.
    Array(u32),
    /// Geometry that only an extension of OASIS understands (XGEOMETRY), with its place among the cell's `extensions`.
    ExtensionGeometry(u32),
    /// Anything else that only an extension of OASIS understands (XELEMENT), likewise; it has no points and no layer.
    Extension(u32),
}

/// What an extension of OASIS says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExtensionDetail {
    /// The attribute number that says what it is.
    pub attribute: u64,
    /// The bytes.
    pub bytes: Name,
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
    pub mag: Option<Real>,
    /// The angle in degrees.
    pub angle: Option<Real>,
}

/// What an instance or array has beyond its points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Placement {
    /// The cell that is placed.
    pub cell: Name,
    /// How it is transformed.
    pub strans: Option<Strans>,
    /// Columns of an array, from 1; 1 for an instance.
    pub columns: u32,
    /// Rows of an array, from 1; 1 for an instance.
    pub rows: u32,
}

/// Flags and properties of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Extra {
    /// The ELFLAGS record.
    pub flags: Option<u16>,
    /// The PLEX record.
    pub plex: Option<i32>,
    /// Properties, in the order of the file.
    pub properties: Vec<Property>,
}
