//! Records of shapes: rectangles, polygons, paths, trapezoids and circles.

use std::io::Read;

use super::ctrapezoid::{Needs, compact, needs, trapezoid};
use super::element::{detail_at, narrow};
use super::modal::modal;
use super::read::Reader;
use super::source::{Parsed, fault};
use super::{points, records as r};
use crate::model::*;

/// Points that a file may have beyond a few for each of its bytes; lists can be used again by two bytes.
const POINTS: u64 = 1 << 26;

impl<R: Read> Reader<R> {
    pub(crate) fn rectangle(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let width = self.given(info & 0x40 != 0, |r| r.s.distance())?;
        let width = modal(&mut self.modal.width, width, "width")?;
        let height = self.given(info & 0x20 != 0, |r| r.s.distance())?;
        let height = if info & 0x80 != 0 {
            if height.is_some() {
                return fault("the record of a square gives a height, and squares have none");
            }
            self.modal.height = Some(width);
            width
        } else {
            modal(&mut self.modal.height, height, "height")?
        };
        let [x, y] = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        let ([l, b], [r, t]) = (narrow([x, y])?, narrow([x + width, y + height])?);
        self.add(Kind::Rectangle, numbers, &[[l, b], [l, t], [r, t], [r, b], [l, b]], repetition)
    }

    /// A list of points: the one that stands here, or the last one.
    fn list(&mut self, info: u8, polygon: bool) -> Parsed<Vec<[i64; 2]>> {
        let what = if polygon { &mut self.modal.polygon } else { &mut self.modal.path };
        if info & 0x20 == 0 {
            // Whoever takes it puts it back.
            return what.take().map_or_else(
                || fault("the record leaves out its list of points, and none was given before it in this cell"),
                Ok,
            );
        }
        let mut list = what.take().unwrap_or_default();
        points::read(&mut self.s, polygon, &mut list)?;
        if list.is_empty() || polygon && list.len() < 2 {
            return fault("the list has too few points");
        }
        Ok(list)
    }

    /// Puts points from a first one into the scratch list.
    fn shift(&mut self, [x, y]: [i64; 2], list: &[[i64; 2]], closed: bool) -> Parsed<()> {
        self.points += list.len() as u64 + 2;
        if self.points > POINTS + 16 * self.s.taken() {
            return fault("lists of points are used again so often that their points fill any memory");
        }
        self.scratch.clear();
        let first = narrow([x, y])?;
        self.scratch.push(first);
        for p in list {
            self.scratch.push(narrow([x + p[0], y + p[1]])?);
        }
        if closed {
            self.scratch.push(first);
        }
        Ok(())
    }

    /// Adds an element with the points of the scratch list.
    fn add_scratch(&mut self, kind: Kind, numbers: (u32, u32), repetition: u32) -> Parsed<()> {
        let scratch = std::mem::take(&mut self.scratch);
        let added = self.add(kind, numbers, &scratch, repetition);
        self.scratch = scratch;
        added
    }

    pub(crate) fn polygon(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let list = self.list(info, true)?;
        let at = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        self.shift(at, &list, true)?;
        self.modal.polygon = Some(list);
        self.add_scratch(Kind::Boundary, numbers, repetition)
    }

    pub(crate) fn path(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let half = self.given(info & 0x40 != 0, |r| r.s.distance())?;
        let half = modal(&mut self.modal.half_width, half, "half width")?;
        if info & 0x80 != 0 {
            let scheme = self.s.uint()?;
            if scheme > 15 {
                return fault(format!("the extension scheme {scheme} is none that there is"));
            }
            for (shift, begin) in [(2, true), (0, false)] {
                let reach = match scheme >> shift & 3 {
                    0 => continue,
                    1 => 0,
                    2 => half,
                    _ => self.s.one_delta()?,
                };
                *(if begin { &mut self.modal.begin } else { &mut self.modal.end }) = Some(reach);
            }
        }
        let begin = modal(&mut self.modal.begin, None, "extension at the start")?;
        let end = modal(&mut self.modal.end, None, "extension at the end")?;
        let list = self.list(info, false)?;
        let at = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        self.shift(at, &list, false)?;
        self.modal.path = Some(list);
        let long =
            |n: i64| i32::try_from(n).or_else(|_| fault(format!("the width or extension {n} is beyond 32 bits")));
        let width = Some(long(2 * half)?);
        let (path_type, begin, end) = match (begin, end) {
            (0, 0) => (0, None, None),
            (b, e) if b == half && e == half => (2, None, None),
            (b, e) => (4, Some(long(b)?), Some(long(e)?)),
        };
        let detail = PathDetail { path_type: Some(path_type), width, begin, end };
        let kind = Kind::Path(detail_at(&mut self.cell()?.paths, detail)?);
        self.add_scratch(kind, numbers, repetition)
    }

    pub(crate) fn trapezoid(&mut self, record: u64) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let width = self.given(info & 0x40 != 0, |r| r.s.distance())?;
        let w = modal(&mut self.modal.width, width, "width")?;
        let height = self.given(info & 0x20 != 0, |r| r.s.distance())?;
        let h = modal(&mut self.modal.height, height, "height")?;
        let a = if record == r::TRAPEZOID_B { 0 } else { self.s.one_delta()? };
        let b = if record == r::TRAPEZOID_A { 0 } else { self.s.one_delta()? };
        // Standing upright, it is the lying one with x and y exchanged, and the slants count from the right to the left.
        let upright = info & 0x80 != 0;
        let corners = if upright { trapezoid(h, w, -a, -b).map(|[x, y]| [y, x]) } else { trapezoid(w, h, a, b) };
        let side = if upright { h } else { w };
        if a.max(0) + (-b).max(0) > side || b.max(0) + (-a).max(0) > side {
            return fault("the slants of the trapezoid do not fit into its box");
        }
        self.corners(info, numbers, &corners)
    }

    pub(crate) fn ctrapezoid(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let kind = self.given(info & 0x80 != 0, |r| r.s.uint())?;
        let kind = modal(&mut self.modal.ctrapezoid, kind, "kind of trapezoid")?;
        let width = self.given(info & 0x40 != 0, |r| r.s.distance())?;
        let height = self.given(info & 0x20 != 0, |r| r.s.distance())?;
        let (w, h) = match needs(kind) {
            Needs::Both => {
                (modal(&mut self.modal.width, width, "width")?, modal(&mut self.modal.height, height, "height")?)
            }
            Needs::Width(n) => {
                let w = modal(&mut self.modal.width, width, "width")?;
                self.modal.height = Some(n * w);
                (w, n * w)
            }
            Needs::Height(n) => {
                let h = modal(&mut self.modal.height, height, "height")?;
                self.modal.width = Some(n * h);
                (n * h, h)
            }
        };
        let Some(corners) = compact(kind, w, h) else {
            return fault(format!("a compact trapezoid is of kind {kind}, and there are kinds 0 to 25"));
        };
        let inside = |p: &[i64; 2]| (0..=w).contains(&p[0]) && (0..=h).contains(&p[1]);
        if !corners.iter().all(inside) {
            return fault(format!("a compact trapezoid of kind {kind} does not fit into {w} × {h}"));
        }
        self.corners(info, numbers, &corners)
    }

    /// A polygon by its corners from the element's place.
    fn corners(&mut self, info: u8, numbers: (u32, u32), corners: &[[i64; 2]]) -> Parsed<()> {
        let [x, y] = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        self.scratch.clear();
        for p in corners.iter().chain(corners.first()) {
            self.scratch.push(narrow([x + p[0], y + p[1]])?);
        }
        self.add_scratch(Kind::Boundary, numbers, repetition)
    }

    pub(crate) fn circle(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let numbers = self.numbers(info)?;
        let radius = self.given(info & 0x20 != 0, |r| r.s.distance())?;
        let radius = modal(&mut self.modal.radius, radius, "radius")?;
        let [x, y] = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        let points = [narrow([x, y])?, narrow([x + radius, y])?];
        self.add(Kind::Circle, numbers, &points, repetition)
    }
}
