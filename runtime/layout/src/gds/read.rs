//! From records to a library.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use super::real::Real8;
use super::records::{self as r, Record, Records};
use crate::error::FormatError;
use crate::library::{Format, Library, Place, Units};
use crate::model::*;
use crate::property::Property;

/// Reads a library.
pub(super) fn library(source: impl Read) -> Result<Library, FormatError> {
    let mut reader = Reader { records: Records::new(source), names: HashSet::new() };
    reader.library()
}

struct Reader<R> {
    records: Records<R>,
    /// The names and texts seen, each kept once.
    names: HashSet<Arc<[u8]>>,
}

/// The records of an element until its ENDEL; points, properties and details are gathered here.
#[derive(Default)]
struct Draft {
    layer: Option<u32>,
    datatype: Option<u32>,
    seen_points: bool,
    path: PathDetail,
    presentation: Option<u16>,
    strans: Option<Strans>,
    name: Option<Name>,
    string: Option<Name>,
    size: Option<(u32, u32)>,
    extra: Extra,
    attribute: Option<u16>,
}

impl<R: Read> Reader<R> {
    fn library(&mut self) -> Result<Library, FormatError> {
        let first = self.records.next()?;
        if first.kind != r::HEADER {
            return Err(first.bad("a GDSII file starts with HEADER, and this one does not"));
        }
        let units = Units::Gds { user: Real8(0), metres: Real8(0) };
        let version = first.short(0)?;
        let mut lib = Library { version, ..Library::new(Format::Gds, Name::from(""), units) };
        let (mut place, mut stamped, mut attribute) = (Place::BeforeName, false, None);
        loop {
            let rec = self.records.next()?;
            match rec.kind {
                r::BGNLIB => (lib.stamp, stamped) = (rec.data.to_vec(), true),
                r::LIBNAME => {
                    lib.name = intern(&mut self.names, rec.text());
                    place = Place::BeforeUnits;
                }
                r::UNITS => {
                    lib.units = Units::Gds { user: rec.real(0)?, metres: rec.real(1)? };
                    place = Place::AfterUnits;
                }
                r::PROPATTR | r::PROPVALUE if lib.cells.is_empty() => {
                    property(&rec, &mut self.names, &mut attribute, &mut lib.properties)?;
                }
                _ if attribute.is_some() => return Err(rec.bad(NO_VALUE)),
                r::BGNSTR | r::ENDLIB if !stamped || place != Place::AfterUnits => {
                    return Err(rec.bad("BGNLIB, LIBNAME and UNITS must stand before this record"));
                }
                r::BGNSTR => {
                    let stamp = rec.data.to_vec();
                    let cell = self.cell(stamp)?;
                    lib.cells.push(cell);
                }
                r::ENDLIB => return Ok(lib),
                kind if lib.cells.is_empty() && !is_inside(kind) => {
                    let raw = Raw { kind, data_type: rec.data_type, data: rec.data.to_vec() };
                    lib.raw.push((place, raw));
                }
                _ => return Err(rec.bad("this record does not belong between cells")),
            }
        }
    }

    fn cell(&mut self, stamp: Vec<u8>) -> Result<Cell, FormatError> {
        let rec = self.records.next()?;
        if rec.kind != r::STRNAME {
            return Err(rec.bad("a cell starts with BGNSTR and STRNAME, and STRNAME is missing"));
        }
        let mut cell = Cell::new(intern(&mut self.names, rec.text()), stamp);
        let mut attribute = None;
        loop {
            match self.element(&mut cell, &mut attribute) {
                Ok(true) => {}
                Ok(false) => break,
                Err(FormatError::Bad { offset, record, what, .. }) => {
                    return Err(FormatError::Bad { offset, record, cell: Some(cell.name.to_string()), what });
                }
                Err(e) => return Err(e),
            }
        }
        Ok(cell)
    }

    /// Reads one element; says whether there was one before the cell's end.
    fn element(&mut self, cell: &mut Cell, attribute: &mut Option<u16>) -> Result<bool, FormatError> {
        let rec = self.records.next()?;
        let (kind, offset) = (rec.kind, rec.offset);
        match kind {
            r::PROPATTR | r::PROPVALUE if cell.elements.is_empty() => {
                property(&rec, &mut self.names, attribute, &mut cell.properties)?;
                return Ok(true);
            }
            _ if attribute.is_some() => return Err(rec.bad(NO_VALUE)),
            r::ENDSTR => return Ok(false),
            r::BOUNDARY | r::PATH | r::SREF | r::AREF | r::TEXT | r::NODE | r::BOX => {}
            r::BGNSTR | r::ENDLIB => return Err(rec.bad("the cell is not closed by ENDSTR before this record")),
            _ if cell.elements.is_empty() && !is_inside(kind) => {
                let raw = Raw { kind, data_type: rec.data_type, data: rec.data.to_vec() };
                cell.raw.push(raw);
                return Ok(true);
            }
            _ => return Err(rec.bad("an element was expected here: a shape, text, instance or the cell's end")),
        }
        let start = cell.points.len();
        let mut d = Draft::default();
        loop {
            let rec = self.records.next()?;
            match rec.kind {
                r::ENDEL => break,
                r::XY => points(&rec, &mut cell.points, &mut d)?,
                _ => field(kind, &rec, &mut self.names, &mut d)?,
            }
        }
        finish(kind, offset, start, d, cell)?;
        Ok(true)
    }
}

/// The one copy of a name.
fn intern(names: &mut HashSet<Arc<[u8]>>, bytes: &[u8]) -> Name {
    if let Some(n) = names.get(bytes) {
        return Name(n.clone());
    }
    let name: Arc<[u8]> = bytes.into();
    names.insert(name.clone());
    Name(name)
}

/// Whether a record belongs to an element, so that it cannot stand outside one. PROPATTR and PROPVALUE can: some
/// programs write properties of the library and of cells.
fn is_inside(kind: u8) -> bool {
    matches!(
        kind,
        r::LAYER
            | r::DATATYPE
            | r::WIDTH
            | r::XY
            | r::ENDEL
            | r::SNAME
            | r::COLROW
            | r::TEXTTYPE
            | r::PRESENTATION
            | r::STRING
            | r::STRANS
            | r::MAG
            | r::ANGLE
            | r::PATHTYPE
            | r::ELFLAGS
            | r::NODETYPE
            | r::BOXTYPE
            | r::PLEX
            | r::BGNEXTN
            | r::ENDEXTN
            | r::BOUNDARY
            | r::PATH
            | r::SREF
            | r::AREF
            | r::TEXT
            | r::NODE
            | r::BOX
            | r::STRNAME
            | r::ENDSTR
    )
}

/// What is wrong where a PROPVALUE was expected.
const NO_VALUE: &str = "a PROPVALUE is missing before this record";

/// Takes one of the two records of a property.
fn property(
    rec: &Record<'_>,
    names: &mut HashSet<Arc<[u8]>>,
    attribute: &mut Option<u16>,
    to: &mut Vec<Property>,
) -> Result<(), FormatError> {
    if rec.kind == r::PROPATTR {
        return match attribute.replace(rec.short(0)? as u16) {
            Some(_) => Err(rec.bad(NO_VALUE)),
            None => Ok(()),
        };
    }
    let number = attribute.take().ok_or_else(|| rec.bad("a PROPATTR must stand before each PROPVALUE"))?;
    to.push(Property::Attribute { number, value: intern(names, rec.text()) });
    Ok(())
}

/// Appends the points of an XY record; a list may go on over several.
fn points(rec: &Record<'_>, to: &mut Vec<Point>, d: &mut Draft) -> Result<(), FormatError> {
    if !rec.data.len().is_multiple_of(8) {
        return Err(rec.bad(format!("{} bytes are no whole number of points of 8 bytes", rec.data.len())));
    }
    d.seen_points = true;
    to.extend(rec.data.chunks_exact(8).map(|c| {
        let (x, y) = c.split_at(4);
        let number = |b: &[u8]| b.first_chunk::<4>().map_or(0, |b| i32::from_be_bytes(*b));
        [number(x), number(y)]
    }));
    Ok(())
}

/// Takes a record of an element other than XY.
#[inline]
fn field(kind: u8, rec: &Record<'_>, names: &mut HashSet<Arc<[u8]>>, d: &mut Draft) -> Result<(), FormatError> {
    let shape = matches!(kind, r::BOUNDARY | r::PATH);
    match rec.kind {
        r::LAYER if !matches!(kind, r::SREF | r::AREF) => d.layer = Some(u32::from(rec.short(0)? as u16)),
        r::DATATYPE if shape => d.datatype = Some(u32::from(rec.short(0)? as u16)),
        r::TEXTTYPE if kind == r::TEXT => d.datatype = Some(u32::from(rec.short(0)? as u16)),
        r::NODETYPE if kind == r::NODE => d.datatype = Some(u32::from(rec.short(0)? as u16)),
        r::BOXTYPE if kind == r::BOX => d.datatype = Some(u32::from(rec.short(0)? as u16)),
        r::PATHTYPE if matches!(kind, r::PATH | r::TEXT) => d.path.path_type = Some(rec.short(0)?),
        r::WIDTH if matches!(kind, r::PATH | r::TEXT) => d.path.width = Some(rec.long()?),
        r::BGNEXTN if kind == r::PATH => d.path.begin = Some(rec.long()?),
        r::ENDEXTN if kind == r::PATH => d.path.end = Some(rec.long()?),
        r::PRESENTATION if kind == r::TEXT => d.presentation = Some(rec.short(0)? as u16),
        r::STRING if kind == r::TEXT => d.string = Some(intern(names, rec.text())),
        r::SNAME if matches!(kind, r::SREF | r::AREF) => d.name = Some(intern(names, rec.text())),
        r::COLROW if kind == r::AREF => {
            let (c, n) = (rec.short(0)?, rec.short(1)?);
            if c < 1 || n < 1 {
                return Err(rec.bad(format!("an array of {c} columns and {n} rows; both are at least 1")));
            }
            d.size = Some((c as u32, n as u32));
        }
        r::STRANS if matches!(kind, r::SREF | r::AREF | r::TEXT) => {
            d.strans = Some(Strans { flags: rec.short(0)? as u16, mag: None, angle: None });
        }
        r::MAG | r::ANGLE if matches!(kind, r::SREF | r::AREF | r::TEXT) => {
            let Some(s) = &mut d.strans else {
                return Err(rec.bad("STRANS must stand before this record"));
            };
            let value = Some(rec.real(0)?.into());
            if rec.kind == r::MAG { s.mag = value } else { s.angle = value }
        }
        r::ELFLAGS => d.extra.flags = Some(rec.short(0)? as u16),
        r::PLEX => d.extra.plex = Some(rec.long()?),
        r::PROPATTR | r::PROPVALUE => property(rec, names, &mut d.attribute, &mut d.extra.properties)?,
        other => {
            let what = format!("record type 0x{other:02x} does not belong into {}", r::name(kind));
            return Err(rec.bad(what));
        }
    }
    Ok(())
}

/// Turns what was gathered into an element.
fn finish(kind: u8, offset: u64, start: usize, d: Draft, cell: &mut Cell) -> Result<(), FormatError> {
    let bad = |what: &str| FormatError::Bad { offset, record: r::name(kind), cell: None, what: what.into() };
    let count = cell.points.len() - start;
    let place = |n: usize| u32::try_from(n).map_err(|_| bad("the cell has more than 2^32 points or elements"));
    if !d.seen_points {
        return Err(bad("the element has no XY record"));
    }
    if d.attribute.is_some() {
        return Err(bad("the element's last PROPATTR has no PROPVALUE"));
    }
    let placed = matches!(kind, r::SREF | r::AREF);
    if !placed && d.layer.is_none() {
        return Err(bad("the element has no LAYER record"));
    }
    if !placed && d.datatype.is_none() {
        return Err(bad("the element has no record with its datatype, texttype, boxtype or nodetype"));
    }
    let right = match kind {
        r::AREF => count == 3,
        r::SREF | r::TEXT => count == 1,
        _ => count >= 1,
    };
    if !right {
        let want = if kind == r::AREF {
            "3"
        } else if matches!(kind, r::SREF | r::TEXT) {
            "1"
        } else {
            "at least 1"
        };
        return Err(bad(&format!("the element has {count} points, and needs {want}")));
    }
    let element = match kind {
        r::BOUNDARY => Kind::Boundary,
        r::BOX => Kind::Box,
        r::NODE => Kind::Node,
        r::PATH => {
            cell.paths.push(d.path);
            Kind::Path(place(cell.paths.len() - 1)?)
        }
        r::TEXT => {
            let string = d.string.ok_or_else(|| bad("the text has no STRING record"))?;
            let PathDetail { path_type, width, .. } = d.path;
            cell.texts.push(TextDetail { presentation: d.presentation, path_type, width, strans: d.strans, string });
            Kind::Text(place(cell.texts.len() - 1)?)
        }
        _ => {
            let name = d.name.ok_or_else(|| bad("the instance has no SNAME record"))?;
            if kind == r::AREF && d.size.is_none() {
                return Err(bad("the array has no COLROW record"));
            }
            let (columns, rows) = d.size.unwrap_or((1, 1));
            cell.placements.push(Placement { cell: name, strans: d.strans, columns, rows });
            let at = place(cell.placements.len() - 1)?;
            if kind == r::AREF { Kind::Array(at) } else { Kind::Instance(at) }
        }
    };
    let extra = if d.extra == Extra::default() {
        0
    } else {
        cell.extras.push(d.extra);
        place(cell.extras.len())?
    };
    let (layer, datatype) = (d.layer.unwrap_or(0), d.datatype.unwrap_or(0));
    place(cell.points.len())?;
    let (start, count) = (place(start)?, place(count)?);
    cell.elements.push(Element { kind: element, layer, datatype, start, count, extra, repetition: 0 });
    Ok(())
}
