//! From a library to records.

use std::io::Write;

use super::records as r;
use crate::error::GdsError;
use crate::model::*;

/// Points in one XY record: 8 bytes each, and a record holds 65,535 bytes. Programs that read the length as a signed
/// number stop at 32,767 bytes, but the format's own limit of 8,191 points for a polygon needs the full length.
const POINTS: usize = 8190;
/// Bytes gathered before they go out.
const BLOCK: usize = 1 << 18;

/// Writes a library.
pub(super) fn library(lib: &Library, out: impl Write) -> Result<(), GdsError> {
    let mut w = Writer { out, buffer: Vec::with_capacity(BLOCK + (1 << 17)), cell: String::new() };
    let raw = |w: &mut Writer<_>, place| {
        lib.raw
            .iter()
            .filter(|(p, _)| *p == place)
            .try_for_each(|(_, raw)| w.record(raw.kind, raw.data_type, &raw.data))
    };
    w.record(r::HEADER, 2, &lib.version.to_be_bytes())?;
    w.record(r::BGNLIB, 2, &lib.stamp)?;
    raw(&mut w, Place::BeforeName)?;
    w.text(r::LIBNAME, &lib.name)?;
    raw(&mut w, Place::BeforeUnits)?;
    let units = [lib.units.user.0.to_be_bytes(), lib.units.metres.0.to_be_bytes()];
    w.record(r::UNITS, 5, units.as_flattened())?;
    raw(&mut w, Place::AfterUnits)?;
    for cell in &lib.cells {
        w.cell = cell.name.to_string();
        w.record(r::BGNSTR, 2, &cell.stamp)?;
        w.text(r::STRNAME, &cell.name)?;
        for raw in &cell.raw {
            w.record(raw.kind, raw.data_type, &raw.data)?;
        }
        for e in &cell.elements {
            w.element(cell, e)?;
        }
        w.record(r::ENDSTR, 0, &[])?;
    }
    w.record(r::ENDLIB, 0, &[])?;
    w.out.write_all(&w.buffer)?;
    w.out.flush()?;
    Ok(())
}

struct Writer<W> {
    out: W,
    buffer: Vec<u8>,
    /// The cell being written, for messages.
    cell: String,
}

impl<W: Write> Writer<W> {
    #[inline]
    fn record(&mut self, kind: u8, data_type: u8, data: &[u8]) -> Result<(), GdsError> {
        let length = data.len() + 4 + data.len() % 2;
        let Ok(short) = u16::try_from(length) else {
            let what = format!("{} bytes do not fit into one {} record", data.len(), r::name(kind));
            return Err(GdsError::CannotHold { cell: self.cell.clone(), what });
        };
        let [a, b] = short.to_be_bytes();
        self.buffer.extend_from_slice(&[a, b, kind, data_type]);
        self.buffer.extend_from_slice(data);
        if data.len() % 2 == 1 {
            self.buffer.push(0);
        }
        Ok(())
    }

    fn text(&mut self, kind: u8, text: &Name) -> Result<(), GdsError> {
        self.record(kind, 6, text.bytes())
    }

    fn short(&mut self, kind: u8, n: u16) -> Result<(), GdsError> {
        self.record(kind, 2, &n.to_be_bytes())
    }

    fn long(&mut self, kind: u8, n: Option<i32>) -> Result<(), GdsError> {
        n.map_or(Ok(()), |n| self.record(kind, 3, &n.to_be_bytes()))
    }

    fn strans(&mut self, s: &Option<Strans>) -> Result<(), GdsError> {
        let Some(s) = s else { return Ok(()) };
        self.record(r::STRANS, 1, &s.flags.to_be_bytes())?;
        for (kind, value) in [(r::MAG, s.mag), (r::ANGLE, s.angle)] {
            if let Some(v) = value {
                self.record(kind, 5, &v.0.to_be_bytes())?;
            }
        }
        Ok(())
    }

    fn element(&mut self, cell: &Cell, e: &Element) -> Result<(), GdsError> {
        if self.buffer.len() >= BLOCK {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        let (head, typed) = match e.kind {
            Kind::Boundary => (r::BOUNDARY, r::DATATYPE),
            Kind::Path(_) => (r::PATH, r::DATATYPE),
            Kind::Box => (r::BOX, r::BOXTYPE),
            Kind::Node => (r::NODE, r::NODETYPE),
            Kind::Text(_) => (r::TEXT, r::TEXTTYPE),
            Kind::Instance(_) => (r::SREF, 0),
            Kind::Array(_) => (r::AREF, 0),
        };
        self.record(head, 0, &[])?;
        let extra = cell.extra_of(e);
        if let Some(x) = extra {
            if let Some(flags) = x.flags {
                self.record(r::ELFLAGS, 1, &flags.to_be_bytes())?;
            }
            self.long(r::PLEX, x.plex)?;
        }
        if typed != 0 {
            self.short(r::LAYER, e.layer)?;
            self.short(typed, e.datatype)?;
        }
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
            Kind::Instance(i) | Kind::Array(i) => {
                let p = &cell.placements[i as usize];
                self.text(r::SNAME, &p.cell)?;
                self.strans(&p.strans)?;
                if matches!(e.kind, Kind::Array(_)) {
                    let ([a, b], [c, d]) = (p.columns.to_be_bytes(), p.rows.to_be_bytes());
                    self.record(r::COLROW, 2, &[a, b, c, d])?;
                }
            }
            Kind::Boundary | Kind::Box | Kind::Node => {}
        }
        for part in cell.points_of(e).chunks(POINTS) {
            let [a, b] = ((part.len() * 8 + 4) as u16).to_be_bytes();
            self.buffer.extend_from_slice(&[a, b, r::XY, 3]);
            for [x, y] in part {
                let both = (u64::from(*x as u32) << 32) | u64::from(*y as u32);
                self.buffer.extend_from_slice(&both.to_be_bytes());
            }
        }
        if let Kind::Text(i) = e.kind {
            self.text(r::STRING, &cell.texts[i as usize].string)?;
        }
        for (attribute, value) in extra.map_or(&[][..], |x| &x.properties) {
            self.short(r::PROPATTR, *attribute)?;
            self.text(r::PROPVALUE, value)?;
        }
        self.record(r::ENDEL, 0, &[])
    }
}
