//! From a library to records.

use std::io::Write;

use super::real::Real8;
use super::records as r;
use crate::error::FormatError;
use crate::library::{Format, Library, Place, Units};
use crate::lost::{Losses, Lost};
use crate::model::*;
use crate::number::Real;
use crate::property::Property;
use crate::repetition::Repetition;

/// Points in one XY record: 8 bytes each, and a record holds 65,535 bytes. Programs that read the length as a signed
/// number stop at 32,767 bytes, but the format's own limit of 8,191 points for a polygon needs the full length.
const POINTS: usize = 8190;
/// Bytes gathered before they go out.
const BLOCK: usize = 1 << 18;
/// Columns or rows of one AREF.
const MOST: u32 = 32_767;
/// Copies of repetitions that are written one by one; more would be a file of many gigabytes out of a small one.
const COPIES: u64 = 100_000_000;

/// Writes a library.
pub(super) fn library(lib: &Library, out: impl Write) -> Result<Vec<Lost>, FormatError> {
    let buffer = Vec::with_capacity(BLOCK + (1 << 17));
    let mut w = Writer { out, buffer, cell: None, losses: Losses::default(), copies: 0 };
    w.head(lib)?;
    for cell in &lib.cells {
        w.cell = Some(cell);
        w.record(r::BGNSTR, 2, if cell.stamp.is_empty() { &[0; 24] } else { &cell.stamp })?;
        w.text(r::STRNAME, &cell.name)?;
        for raw in &cell.raw {
            w.record(raw.kind, raw.data_type, &raw.data)?;
        }
        w.properties(&cell.properties)?;
        w.losses.add("properties of names of cells, for which GDSII has no place", cell.name_properties.len() as u64);
        for e in &cell.elements {
            if e.repetition == 0 {
                w.element(cell, e, [0, 0])?;
            } else {
                w.repeated(cell, e)?;
            }
        }
        w.record(r::ENDSTR, 0, &[])?;
    }
    w.record(r::ENDLIB, 0, &[])?;
    w.out.write_all(&w.buffer)?;
    w.out.flush()?;
    Ok(w.losses.list())
}

struct Writer<'a, W> {
    out: W,
    buffer: Vec<u8>,
    /// The cell being written, for messages.
    cell: Option<&'a Cell>,
    losses: Losses,
    /// Copies of repetitions written so far.
    copies: u64,
}

impl<'a, W: Write> Writer<'a, W> {
    fn head(&mut self, lib: &Library) -> Result<(), FormatError> {
        self.record(r::HEADER, 2, &lib.version.to_be_bytes())?;
        self.record(r::BGNLIB, 2, &lib.stamp)?;
        self.raw(lib, Place::BeforeName)?;
        self.text(r::LIBNAME, &lib.name)?;
        self.raw(lib, Place::BeforeUnits)?;
        let (user, metres) = self.units(lib)?;
        self.record(r::UNITS, 5, [user.0.to_be_bytes(), metres.0.to_be_bytes()].as_flattened())?;
        self.raw(lib, Place::AfterUnits)?;
        self.properties(&lib.properties)?;
        self.losses.add("names of layers, for which GDSII has no place", lib.layer_names.len() as u64);
        let of_tables = lib.table_properties.iter().map(|t| t.properties.len() as u64).sum();
        self.losses.add("properties of names in tables of OASIS", of_tables);
        self.losses.add("names of extensions of OASIS", lib.extension_names.len() as u64);
        Ok(())
    }

    fn raw(&mut self, lib: &Library, place: Place) -> Result<(), FormatError> {
        let here = lib.raw.iter().filter(|(p, _)| *p == place);
        here.map(|(_, raw)| raw).try_for_each(|raw| self.record(raw.kind, raw.data_type, &raw.data))
    }

    /// The database unit in user units and in metres.
    fn units(&mut self, lib: &Library) -> Result<(Real8, Real8), FormatError> {
        let of = match lib.units {
            Units::Gds { user, metres } => return Ok((user, metres)),
            Units::Oasis { per_micrometre } => per_micrometre,
        };
        if let Some(dbu) = lib.units.femtometres()
            && let Units::Gds { user, metres } = Units::of_femtometres(Format::Gds, dbu)
        {
            return Ok((user, metres));
        }
        self.losses.add("database unit that is no whole number of 10⁻¹⁵ m, and is rounded", 1);
        let unit = 1.0 / of.to_f64();
        let real = |v: f64| Real::Double(v.to_bits()).excess64().0;
        let (user, metres) = (real(unit), real(unit * 1e-6));
        if metres.to_f64() == 0.0 || !unit.is_finite() {
            return self.cannot(format!("its database unit is {unit} µm"));
        }
        Ok((user, metres))
    }

    fn cannot<T>(&self, what: impl Into<String>) -> Result<T, FormatError> {
        let cell = self.cell.map(|c| c.name.to_string());
        Err(FormatError::CannotHold { format: Format::Gds, cell, what: what.into() })
    }

    #[inline]
    fn record(&mut self, kind: u8, data_type: u8, data: &[u8]) -> Result<(), FormatError> {
        let length = data.len() + 4 + data.len() % 2;
        let Ok(short) = u16::try_from(length) else {
            return self.cannot(format!("{} bytes do not fit into one {} record", data.len(), r::name(kind)));
        };
        let [a, b] = short.to_be_bytes();
        self.buffer.extend_from_slice(&[a, b, kind, data_type]);
        self.buffer.extend_from_slice(data);
        if data.len() % 2 == 1 {
            self.buffer.push(0);
        }
        Ok(())
    }

    fn text(&mut self, kind: u8, text: &Name) -> Result<(), FormatError> {
        if text.bytes().last() == Some(&0) {
            self.losses.add("texts that end in zero bytes, which GDSII cannot tell from filling", 1);
        }
        self.record(kind, 6, text.bytes())
    }

    fn short(&mut self, kind: u8, n: u16) -> Result<(), FormatError> {
        self.record(kind, 2, &n.to_be_bytes())
    }

    /// A number of a layer or datatype.
    fn number(&mut self, kind: u8, n: u32) -> Result<(), FormatError> {
        match u16::try_from(n) {
            Ok(n) => self.short(kind, n),
            Err(_) => self.cannot(format!("the {} {n} is above 65535", r::name(kind))),
        }
    }

    fn long(&mut self, kind: u8, n: Option<i32>) -> Result<(), FormatError> {
        n.map_or(Ok(()), |n| self.record(kind, 3, &n.to_be_bytes()))
    }

    fn strans(&mut self, s: &Option<Strans>) -> Result<(), FormatError> {
        let Some(s) = s else { return Ok(()) };
        self.record(r::STRANS, 1, &s.flags.to_be_bytes())?;
        for (kind, value) in [(r::MAG, s.mag), (r::ANGLE, s.angle)] {
            if let Some(v) = value {
                let (real, exact) = v.excess64();
                if !exact {
                    self.losses.add("magnifications and angles that are rounded to an 8-byte real", 1);
                }
                self.record(kind, 5, &real.0.to_be_bytes())?;
            }
        }
        Ok(())
    }

    fn properties(&mut self, list: &[Property]) -> Result<(), FormatError> {
        for p in list {
            match p.attribute() {
                Some((number, value)) => {
                    self.short(r::PROPATTR, number)?;
                    self.text(r::PROPVALUE, value)?;
                }
                None => self.losses.add("properties with a name or other values than one text", 1),
            }
        }
        Ok(())
    }

    /// An element that has a repetition: an array where it can be one, else its copies.
    fn repeated(&mut self, cell: &'a Cell, e: &Element) -> Result<(), FormatError> {
        let Some(repetition) = cell.repetition_of(e) else { return Ok(()) };
        if let (Repetition::Regular { columns, rows, column_step, row_step }, Kind::Instance(i)) = (repetition, e.kind)
        {
            let at = cell.points_of(e).first().copied().unwrap_or_default().map(i64::from);
            return self.blocks(
                cell,
                e,
                i,
                at,
                [column_step.map(i64::from), row_step.map(i64::from)],
                [*columns, *rows],
            );
        }
        self.copies = self.copies.saturating_add(repetition.copies());
        if self.copies > COPIES {
            return self.cannot(format!("its repetitions come to more than {COPIES} elements"));
        }
        if matches!(e.kind, Kind::ExtensionGeometry(_) | Kind::Extension(_)) {
            return self.element(cell, e, [0, 0]);
        }
        self.losses.add("elements out of repetitions, which are written one by one", repetition.copies());
        for offset in repetition.offsets() {
            self.element(cell, e, offset)?;
        }
        Ok(())
    }

    /// An array in blocks of as many columns and rows as one AREF can have.
    fn blocks(
        &mut self,
        cell: &'a Cell,
        e: &Element,
        placement: u32,
        at: [i64; 2],
        [c, r]: [[i64; 2]; 2],
        [columns, rows]: [u32; 2],
    ) -> Result<(), FormatError> {
        for column in (0..columns).step_by(MOST as usize) {
            for row in (0..rows).step_by(MOST as usize) {
                let size = [(columns - column).min(MOST), (rows - row).min(MOST)];
                let origin = [0, 1].map(|k| at[k] + i64::from(column) * c[k] + i64::from(row) * r[k]);
                let end = |step: [i64; 2], n: u32| [0, 1].map(|k| origin[k] + i64::from(n) * step[k]);
                self.open(r::AREF, cell, e)?;
                self.placed(cell, placement, Some(size))?;
                self.points([origin, end(c, size[0]), end(r, size[1])])?;
                self.close(cell, e)?;
            }
        }
        Ok(())
    }

    fn array(&mut self, cell: &'a Cell, e: &Element, placement: u32) -> Result<(), FormatError> {
        let p = &cell.placements[placement as usize];
        let points = cell.points_of(e);
        if p.columns <= MOST && p.rows <= MOST {
            self.open(r::AREF, cell, e)?;
            self.placed(cell, placement, Some([p.columns, p.rows]))?;
            self.points(points.iter().map(|p| p.map(i64::from)))?;
            return self.close(cell, e);
        }
        let &[o, c, d] = points else { return self.cannot("an array does not have three points") };
        let (columns, rows) = (i64::from(p.columns), i64::from(p.rows));
        let step = |end: Point, n: i64| {
            let way = [0, 1].map(|k| i64::from(end[k]) - i64::from(o[k]));
            (way[0] % n == 0 && way[1] % n == 0).then(|| way.map(|w| w / n))
        };
        let (Some(c), Some(d)) = (step(c, columns), step(d, rows)) else {
            return self.cannot(format!("an array of {columns} × {rows} has more than {MOST} columns or rows"));
        };
        self.blocks(cell, e, placement, o.map(i64::from), [c, d], [p.columns, p.rows])
    }

    /// The start of an element: its record, flags, layer and datatype.
    fn open(&mut self, head: u8, cell: &Cell, e: &Element) -> Result<(), FormatError> {
        if self.buffer.len() >= BLOCK {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        self.record(head, 0, &[])?;
        if let Some(x) = cell.extra_of(e) {
            if let Some(flags) = x.flags {
                self.record(r::ELFLAGS, 1, &flags.to_be_bytes())?;
            }
            self.long(r::PLEX, x.plex)?;
        }
        let typed = match head {
            r::BOUNDARY | r::PATH => r::DATATYPE,
            r::BOX => r::BOXTYPE,
            r::NODE => r::NODETYPE,
            r::TEXT => r::TEXTTYPE,
            _ => return Ok(()),
        };
        self.number(r::LAYER, e.layer)?;
        self.number(typed, e.datatype)
    }

    /// The end of an element: its properties.
    fn close(&mut self, cell: &Cell, e: &Element) -> Result<(), FormatError> {
        if let Some(x) = cell.extra_of(e) {
            self.properties(&x.properties)?;
        }
        self.record(r::ENDEL, 0, &[])
    }

    fn placed(&mut self, cell: &Cell, placement: u32, size: Option<[u32; 2]>) -> Result<(), FormatError> {
        let p = &cell.placements[placement as usize];
        self.text(r::SNAME, &p.cell)?;
        self.strans(&p.strans)?;
        if let Some(size) = size {
            // Whoever gives a size keeps it below 32,768.
            let [[a, b], [c, d]] = size.map(|n| (n as u16).to_be_bytes());
            self.record(r::COLROW, 2, &[a, b, c, d])?;
        }
        Ok(())
    }

    /// The XY records of points that may have left 32 bits.
    fn points(&mut self, points: impl IntoIterator<Item = [i64; 2]>) -> Result<(), FormatError> {
        let mut narrow: Vec<Point> = Vec::new();
        for [x, y] in points {
            let (Ok(x), Ok(y)) = (i32::try_from(x), i32::try_from(y)) else {
                return self.cannot(format!("the point ({x}, {y}) leaves 32 bits"));
            };
            narrow.push([x, y]);
        }
        self.xy(&narrow);
        Ok(())
    }

    #[inline]
    fn xy(&mut self, points: &[Point]) {
        for part in points.chunks(POINTS) {
            let [a, b] = ((part.len() * 8 + 4) as u16).to_be_bytes();
            self.buffer.extend_from_slice(&[a, b, r::XY, 3]);
            for [x, y] in part {
                let both = (u64::from(*x as u32) << 32) | u64::from(*y as u32);
                self.buffer.extend_from_slice(&both.to_be_bytes());
            }
        }
    }

    fn element(&mut self, cell: &'a Cell, e: &Element, offset: [i64; 2]) -> Result<(), FormatError> {
        let mut points = cell.points_of(e);
        let head = match e.kind {
            Kind::Boundary | Kind::Rectangle => r::BOUNDARY,
            // A path of one point with round ends is a circle.
            Kind::Path(_) | Kind::Circle => r::PATH,
            Kind::Box => r::BOX,
            Kind::Node => r::NODE,
            Kind::Text(_) => r::TEXT,
            Kind::Instance(_) => r::SREF,
            Kind::Array(i) => return self.array(cell, e, i),
            Kind::ExtensionGeometry(_) | Kind::Extension(_) => {
                self.losses.add("elements of extensions of OASIS", 1);
                return Ok(());
            }
        };
        self.open(head, cell, e)?;
        // The order of the records is the one of the format's grammar.
        match e.kind {
            Kind::Path(i) => {
                let p = &cell.paths[i as usize];
                if let Some(t) = p.path_type {
                    self.short(r::PATHTYPE, t as u16)?;
                }
                self.long(r::WIDTH, p.width)?;
                self.long(r::BGNEXTN, p.begin)?;
                self.long(r::ENDEXTN, p.end)?;
            }
            Kind::Text(i) => {
                let t = &cell.texts[i as usize];
                if let Some(p) = t.presentation {
                    self.record(r::PRESENTATION, 1, &p.to_be_bytes())?;
                }
                if let Some(t) = t.path_type {
                    self.short(r::PATHTYPE, t as u16)?;
                }
                self.long(r::WIDTH, t.width)?;
                self.strans(&t.strans)?;
            }
            Kind::Instance(i) => self.placed(cell, i, None)?,
            Kind::Circle => {
                let diameter = diameter(points);
                let Ok(width) = i32::try_from(diameter) else {
                    return self.cannot(format!("a circle of the diameter {diameter}"));
                };
                self.short(r::PATHTYPE, 1)?;
                self.long(r::WIDTH, Some(width))?;
                points = points.get(..1).unwrap_or_default();
            }
            _ => {}
        }
        if offset == [0, 0] {
            self.xy(points);
        } else {
            self.points(points.iter().map(|p| [i64::from(p[0]) + offset[0], i64::from(p[1]) + offset[1]]))?;
        }
        if let Kind::Text(i) = e.kind {
            self.text(r::STRING, &cell.texts[i as usize].string)?;
        }
        self.close(cell, e)
    }
}
