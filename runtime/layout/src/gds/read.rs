//! From records to a library.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use super::real::Real8;
use super::records::{self as r, Record, Records};
use crate::error::GdsError;
use crate::model::*;

/// Reads a library.
pub(super) fn library(source: impl Read) -> Result<Library, GdsError> {
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
    layer: Option<u16>,
    datatype: Option<u16>,
    seen_points: bool,
    path: PathDetail,
    presentation: Option<u16>,
    strans: Option<Strans>,
    name: Option<Name>,
    string: Option<Name>,
    size: Option<(u16, u16)>,
    extra: Extra,
    attribute: Option<u16>,
}

impl<R: Read> Reader<R> {
    fn library(&mut self) -> Result<Library, GdsError> {
        let first = self.records.next()?;
        if first.kind != r::HEADER {
            return Err(first.bad("a GDSII file starts with HEADER, and this one does not"));
        }
        let units = Units { user: Real8(0), metres: Real8(0) };
        let (version, name) = (first.short(0)?, Name::from(""));
        let mut lib = Library { version, stamp: Vec::new(), name, units, raw: Vec::new(), cells: Vec::new() };
        let (mut place, mut stamped) = (Place::BeforeName, false);
        loop {
            let rec = self.records.next()?;
            match rec.kind {
                r::BGNLIB => (lib.stamp, stamped) = (rec.data.to_vec(), true),
                r::LIBNAME => {
                    lib.name = intern(&mut self.names, rec.text());
                    place = Place::BeforeUnits;
                }
                r::UNITS => {
                    lib.units = Units { user: rec.real(0)?, metres: rec.real(1)? };
                    place = Place::AfterUnits;
                }
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

    fn cell(&mut self, stamp: Vec<u8>) -> Result<Cell, GdsError> {
        let rec = self.records.next()?;
        if rec.kind != r::STRNAME {
            return Err(rec.bad("a cell starts with BGNSTR and STRNAME, and STRNAME is missing"));
        }
        let mut cell = Cell::new(intern(&mut self.names, rec.text()), stamp);
        loop {
            match self.element(&mut cell) {
                Ok(true) => {}
                Ok(false) => break,
                Err(GdsError::Bad { offset, record, what, .. }) => {
                    return Err(GdsError::Bad { offset, record, cell: Some(cell.name.to_string()), what });
                }
                Err(e) => return Err(e),
            }
        }
        Ok(cell)
    }

    /// Reads one element; says whether there was one before the cell's end.
    fn element(&mut self, cell: &mut Cell) -> Result<bool, GdsError> {
        let rec = self.records.next()?;
        let (kind, offset) = (rec.kind, rec.offset);
        match kind {
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

/// Appends the points of an XY record; a list may go on over several.
fn points(rec: &Record<'_>, to: &mut Vec<Point>, d: &mut Draft) -> Result<(), GdsError> {
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
fn field(kind: u8, rec: &Record<'_>, names: &mut HashSet<Arc<[u8]>>, d: &mut Draft) -> Result<(), GdsError> {
    let shape = matches!(kind, r::BOUNDARY | r::PATH);
    match rec.kind {
        r::LAYER if !matches!(kind, r::SREF | r::AREF) => d.layer = Some(rec.short(0)? as u16),
        r::DATATYPE if shape => d.datatype = Some(rec.short(0)? as u16),
        r::TEXTTYPE if kind == r::TEXT => d.datatype = Some(rec.short(0)? as u16),
        r::NODETYPE if kind == r::NODE => d.datatype = Some(rec.short(0)? as u16),
        r::BOXTYPE if kind == r::BOX => d.datatype = Some(rec.short(0)? as u16),
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
            d.size = Some((c as u16, n as u16));
        }
        r::STRANS if matches!(kind, r::SREF | r::AREF | r::TEXT) => {
            d.strans = Some(Strans { flags: rec.short(0)? as u16, mag: None, angle: None });
        }
        r::MAG | r::ANGLE if matches!(kind, r::SREF | r::AREF | r::TEXT) => {
            let Some(s) = &mut d.strans else {
                return Err(rec.bad("STRANS must stand before this record"));
            };
            let value = Some(rec.real(0)?);
            if rec.kind == r::MAG { s.mag = value } else { s.angle = value }
        }
        r::ELFLAGS => d.extra.flags = Some(rec.short(0)? as u16),
        r::PLEX => d.extra.plex = Some(rec.long()?),
        r::PROPATTR => {
            if d.attribute.replace(rec.short(0)? as u16).is_some() {
                return Err(rec.bad("a PROPVALUE is missing before this record"));
            }
        }
        r::PROPVALUE => match d.attribute.take() {
            Some(a) => d.extra.properties.push((a, intern(names, rec.text()))),
            None => return Err(rec.bad("a PROPATTR must stand before each PROPVALUE")),
        },
        other => {
            let what = format!("record type 0x{other:02x} does not belong into {}", r::name(kind));
            return Err(rec.bad(what));
        }
    }
    Ok(())
}

/// Turns what was gathered into an element.
fn finish(kind: u8, offset: u64, start: usize, d: Draft, cell: &mut Cell) -> Result<(), GdsError> {
    let bad = |what: &str| GdsError::Bad { offset, record: r::name(kind), cell: None, what: what.into() };
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
    cell.elements.push(Element { kind: element, layer, datatype, start: place(start)?, count: place(count)?, extra });
    Ok(())
}
