//! Records of elements on their way out: what is as it was in the record before is left out.

use std::io::Write;
use std::sync::Arc;

use super::bytes::{real, sint, text, uint};
use super::{Writer, cannot};
use crate::arrays;
use crate::error::FormatError;
use crate::library::Format;
use crate::model::*;
use crate::number::Real;
use crate::oasis::{points, records as r, repetition};
use crate::property::Value;
use crate::repetition::Repetition;

/// What the reader knows from the records before.
#[derive(Default)]
pub(super) struct Modal {
    placement_at: [i64; 2],
    text_at: [i64; 2],
    geometry_at: [i64; 2],
    cell: Option<u64>,
    layer: Option<u32>,
    datatype: Option<u32>,
    text_layer: Option<u32>,
    text_type: Option<u32>,
    text: Option<u64>,
    width: Option<i64>,
    height: Option<i64>,
    polygon: Option<Vec<[i64; 2]>>,
    pub(super) path: Option<Vec<[i64; 2]>>,
    pub(super) half_width: Option<i64>,
    pub(super) ends: Option<[i64; 2]>,
    radius: Option<i64>,
    repetition: Option<Last>,
    pub(super) property: Option<(Name, bool)>,
    pub(super) values: Option<Arc<[Value]>>,
}

/// The repetition that was written last.
#[derive(PartialEq)]
enum Last {
    Regular(Repetition),
    /// One that is not regular, by its place among the cell's.
    Place(u32),
}

pub(super) fn wide(p: &Point) -> [i64; 2] {
    p.map(i64::from)
}

/// Left, bottom, width and height of a closed ring that is a rectangle.
fn rectangle(points: &[Point]) -> Option<[i64; 4]> {
    let &[a, b, c, d, e] = points else { return None };
    let upright = a[0] == b[0] && b[1] == c[1] && c[0] == d[0] && d[1] == a[1];
    let lying = a[1] == b[1] && b[0] == c[0] && c[1] == d[1] && d[0] == a[0];
    if a != e || !(upright || lying) {
        return None;
    }
    let ([ax, ay], [cx, cy]) = (wide(&a), wide(&c));
    Some([ax.min(cx), ay.min(cy), (ax - cx).abs(), (ay - cy).abs()])
}

impl<W: Write> Writer<W> {
    /// Writes an element; says whether there is a record that can have properties.
    #[inline]
    pub(super) fn element(&mut self, cell: &Cell, e: &Element) -> Result<bool, FormatError> {
        let points = cell.points_of(e);
        match e.kind {
            Kind::Rectangle | Kind::Box => match rectangle(points) {
                Some(at) => self.rectangle(cell, e, at),
                None => return Ok(self.ring(cell, e, points)),
            },
            Kind::Boundary => match rectangle(points) {
                Some(at) if self.from == Format::Gds && at[2] > 0 && at[3] > 0 => self.rectangle(cell, e, at),
                _ => return Ok(self.ring(cell, e, points)),
            },
            Kind::Path(i) => match cell.paths.get(i as usize) {
                Some(detail) => return Ok(self.path(cell, e, detail)),
                None => return Ok(false),
            },
            Kind::Circle => self.circle(cell, e, points.first().map_or([0, 0], wide), diameter(points) / 2),
            Kind::Node => {
                self.losses.add("nodes of electrical nets (NODE)", 1);
                return Ok(false);
            }
            Kind::Text(i) => self.text(cell, e, &cell.texts[i as usize], points),
            Kind::Instance(i) => {
                let repetition = cell.repetition_of(e);
                self.placement(&cell.placements[i as usize], points.first(), repetition, e.repetition);
            }
            Kind::Array(i) => return self.array(cell, &cell.placements[i as usize], points).map(|()| true),
            Kind::ExtensionGeometry(i) => {
                let x = &cell.extensions[i as usize];
                let at = self.open(r::XGEOMETRY);
                uint(&mut self.bytes.records, x.attribute);
                let info = self.numbers(e);
                text(&mut self.bytes.records, x.bytes.bytes());
                let place = points.first().map_or([0, 0], wide);
                self.close(at, info, cell, e, place);
            }
            Kind::Extension(i) => {
                let x = &cell.extensions[i as usize];
                self.bytes.records.push(r::XELEMENT as u8);
                uint(&mut self.bytes.records, x.attribute);
                text(&mut self.bytes.records, x.bytes.bytes());
            }
        }
        if e.kind == Kind::Box {
            self.losses.add("boxes of GDSII (BOX), which are written as rectangles or polygons", 1);
        }
        Ok(true)
    }

    /// Starts a record; gives the place of its information.
    pub(super) fn open(&mut self, record: u64) -> usize {
        self.bytes.records.extend_from_slice(&[record as u8, 0]);
        self.bytes.records.len() - 1
    }

    /// Layer and datatype where they are new; gives their bits.
    #[inline]
    pub(super) fn numbers(&mut self, e: &Element) -> u8 {
        let layer = self.modal.layer.replace(e.layer) != Some(e.layer);
        if layer {
            uint(&mut self.bytes.records, u64::from(e.layer));
        }
        let datatype = self.modal.datatype.replace(e.datatype) != Some(e.datatype);
        if datatype {
            uint(&mut self.bytes.records, u64::from(e.datatype));
        }
        u8::from(layer) | u8::from(datatype) << 1
    }

    /// A place from the one before; gives its bits, which are 4 and 3.
    #[inline]
    fn place(&mut self, to: [i64; 2], last: [i64; 2]) -> u8 {
        let mut bits = 0;
        for (k, bit) in [(0, 0x10), (1, 0x08)] {
            if to[k] != last[k] {
                sint(&mut self.bytes.records, to[k] - last[k]);
                bits |= bit;
            }
        }
        bits
    }

    /// Place and repetition of a shape; the record is complete then.
    #[inline]
    pub(super) fn close(&mut self, info_at: usize, info: u8, cell: &Cell, e: &Element, place: [i64; 2]) {
        let mut info = info | self.place(place, self.modal.geometry_at);
        self.modal.geometry_at = place;
        if let Some(repetition) = cell.repetition_of(e)
            && self.repetition(repetition, e.repetition)
        {
            info |= 4;
        }
        self.bytes.records[info_at] = info;
    }

    /// A repetition, whose place among the cell's is one less than `number`; says whether there is one to be written.
    fn repetition(&mut self, repetition: &Repetition, number: u32) -> bool {
        if repetition.copies() < 2 {
            return false;
        }
        let last = match repetition {
            Repetition::Regular { .. } => Last::Regular(repetition.clone()),
            Repetition::Offsets(_) => Last::Place(number),
        };
        // A list without a number is of this record alone.
        if number > 0 && self.modal.repetition.as_ref() == Some(&last)
            || matches!((&last, &self.modal.repetition), (Last::Regular(a), Some(Last::Regular(b))) if a == b)
        {
            self.bytes.records.push(0);
            return true;
        }
        repetition::put(repetition, &mut |n| uint(&mut self.bytes.records, n));
        self.modal.repetition = Some(last);
        true
    }

    fn rectangle(&mut self, cell: &Cell, e: &Element, [l, b, w, h]: [i64; 4]) {
        let at = self.open(r::RECTANGLE);
        let mut info = self.numbers(e);
        if self.modal.width.replace(w) != Some(w) {
            uint(&mut self.bytes.records, w as u64);
            info |= 0x40;
        }
        if w == h {
            info |= 0x80;
            self.modal.height = Some(h);
        } else if self.modal.height.replace(h) != Some(h) {
            uint(&mut self.bytes.records, h as u64);
            info |= 0x20;
        }
        self.close(at, info, cell, e, [l, b]);
    }

    /// A polygon by its points, of which the first one may stand at the end again.
    fn ring(&mut self, cell: &Cell, e: &Element, points: &[Point]) -> bool {
        let open = match points {
            [first, rest @ .., last] if first == last => &points[..=rest.len()],
            _ => points,
        };
        if open.len() < 3 {
            self.losses.add("polygons of fewer than three points", 1);
            return false;
        }
        if e.kind == Kind::Box {
            self.losses.add("boxes of GDSII (BOX), which are written as rectangles or polygons", 1);
        }
        let ring: Vec<[i64; 2]> = open.iter().map(wide).collect();
        self.polygon(cell, e, &ring);
        true
    }

    /// A polygon by its points, the first one once.
    pub(super) fn polygon(&mut self, cell: &Cell, e: &Element, ring: &[[i64; 2]]) {
        let Some((first, rest)) = ring.split_first() else { return };
        let at = self.open(r::POLYGON);
        let mut info = self.numbers(e);
        let list: Vec<[i64; 2]> = rest.iter().map(|p| [p[0] - first[0], p[1] - first[1]]).collect();
        if self.modal.polygon.as_ref() != Some(&list) {
            points::put(&list, true, &mut |n| uint(&mut self.bytes.records, n));
            self.modal.polygon = Some(list);
            info |= 0x20;
        }
        self.close(at, info, cell, e, *first);
    }

    /// A circle by its centre.
    pub(super) fn circle(&mut self, cell: &Cell, e: &Element, centre: [i64; 2], radius: i64) {
        let at = self.open(r::CIRCLE);
        let mut info = self.numbers(e);
        if self.modal.radius.replace(radius) != Some(radius) {
            uint(&mut self.bytes.records, radius as u64);
            info |= 0x20;
        }
        self.close(at, info, cell, e, centre);
    }

    fn text(&mut self, cell: &Cell, e: &Element, t: &TextDetail, points: &[Point]) {
        let more = t.presentation.is_some() || t.path_type.is_some() || t.width.is_some() || t.strans.is_some();
        self.losses.add("texts with a font, a size, a turn or strokes, which OASIS does not have", u64::from(more));
        let at = self.open(r::TEXT);
        let mut info = 0;
        let number = self.texts.number(&t.string);
        if self.modal.text.replace(number) != Some(number) {
            uint(&mut self.bytes.records, number);
            info |= 0x60;
        }
        if self.modal.text_layer.replace(e.layer) != Some(e.layer) {
            uint(&mut self.bytes.records, u64::from(e.layer));
            info |= 1;
        }
        if self.modal.text_type.replace(e.datatype) != Some(e.datatype) {
            uint(&mut self.bytes.records, u64::from(e.datatype));
            info |= 2;
        }
        let place = points.first().map_or([0, 0], wide);
        info |= self.place(place, self.modal.text_at);
        self.modal.text_at = place;
        if let Some(repetition) = cell.repetition_of(e)
            && self.repetition(repetition, e.repetition)
        {
            info |= 4;
        }
        self.bytes.records[at] = info;
    }

    fn placement(&mut self, p: &Placement, at: Option<&Point>, repetition: Option<&Repetition>, number: u32) {
        let s = p.strans.unwrap_or_default();
        if s.flags & 0x7fff != 0 {
            self.losses.add("flags of instances for absolute magnification and angle, or none that GDSII defines", 1);
        }
        let (mag, angle) = (s.mag.map(|v| self.exactly(v)), s.angle.map(|v| self.exactly(v)));
        let one = Real::whole_number(1);
        let mag = if self.from == Format::Gds { mag.filter(|m| !m.same_value(one)) } else { mag };
        let quarters = match (mag, angle) {
            (None, None) => Some(0),
            (None, Some(Real::Whole { negative: false, n: n @ (0 | 90 | 180 | 270) }))
                if n > 0 || self.from == Format::Gds =>
            {
                Some((n / 90) as u8)
            }
            _ => None,
        };
        let info_at = self.open(if quarters.is_some() { r::PLACEMENT } else { r::PLACEMENT_ANY });
        let mut info = u8::from(s.flags & 0x8000 != 0);
        let cell = self.cells.number(&p.cell);
        if self.modal.cell.replace(cell) != Some(cell) {
            uint(&mut self.bytes.records, cell);
            info |= 0xc0;
        }
        match quarters {
            Some(quarters) => info |= quarters << 1,
            None => {
                for (value, bit) in [(mag, 4), (angle, 2)] {
                    if let Some(v) = value {
                        _ = real(&mut self.bytes.records, v);
                        info |= bit;
                    }
                }
            }
        }
        let place = at.map_or([0, 0], wide);
        info |= self.place(place, self.modal.placement_at) << 1;
        self.modal.placement_at = place;
        if let Some(repetition) = repetition
            && self.repetition(repetition, number)
        {
            info |= 8;
        }
        self.bytes.records[info_at] = info;
    }

    /// The form of OASIS of a real.
    fn exactly(&mut self, v: Real) -> Real {
        let (oasis, exact) = v.oasis();
        self.losses.add("magnifications and angles, which are rounded", u64::from(!exact));
        oasis
    }

    fn array(&mut self, cell: &Cell, p: &Placement, points: &[Point]) -> Result<(), FormatError> {
        let &[o, c, d] = points else { return Ok(()) };
        let (columns, rows) = (i64::from(p.columns.max(1)), i64::from(p.rows.max(1)));
        let step = |end: Point, n: i64| {
            let way = [0, 1].map(|k| i64::from(end[k]) - i64::from(o[k]));
            let even = way[0] % n == 0 && way[1] % n == 0;
            let narrow = |k: usize| i32::try_from(way[k] / n).ok();
            even.then(|| Some([narrow(0)?, narrow(1)?])).flatten()
        };
        if columns * rows == 1 && self.from == Format::Gds {
            self.losses.add("arrays of one element, which are written as instances", 1);
        }
        if let (Some(column_step), Some(row_step)) = (step(c, columns), step(d, rows)) {
            let regular = Repetition::Regular { columns: p.columns.max(1), rows: p.rows.max(1), column_step, row_step };
            self.placement(p, Some(&o), Some(&regular), 0);
            return Ok(());
        }
        let Some(parts) = arrays::parts([wide(&o), wide(&c), wide(&d)], p.columns.max(1), p.rows.max(1), [1, 1]) else {
            let what = format!("an array of {columns} × {rows} at ({}, {}) whose pitch is no whole number", o[0], o[1]);
            return Err(cannot(Some(cell), what));
        };
        self.losses.add("arrays whose pitch is no whole number, which are written as lists of places", 1);
        let from = |a: [i64; 2]| [0, 1].map(|k| i32::try_from(a[k] - i64::from(o[k])).unwrap_or(0));
        let offsets = parts.iter().skip(1).map(|part| from(part.origin)).collect();
        self.placement(p, Some(&o), Some(&Repetition::Offsets(offsets)), 0);
        Ok(())
    }
}
