//! The islands of a merged layer: which of them something lies in, and their measures.

use migc_geometry::{Polygons, Rect, Region, Shapes};

use crate::Measures;
use crate::expr::{push, region_of};
use crate::index::Index;

/// The islands of a region. What touches at a corner is one island.
pub(crate) struct Islands {
    polygons: Polygons,
    /// Disjoint rectangles that cover them, each with its island.
    strips: Vec<(Rect, usize)>,
    index: Index,
}

impl Islands {
    pub(crate) fn new(region: &Region) -> Islands {
        let polygons = region.polygons();
        let mut strips = Vec::new();
        for (i, p) in polygons.iter().enumerate() {
            if p.hull().len() == 4 && p.holes().len() == 0 {
                strips.push((p.bbox(), i));
            } else {
                strips.extend(region_of(p).strips().into_iter().map(|r| (r, i)));
            }
        }
        let index = Index::new(strips.iter().map(|(r, _)| Some(*r)));
        Islands { polygons, strips, index }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.polygons.len()
    }

    /// The boxes of those that have no part of an area in common.
    pub(crate) fn boxes_without_any_of(&self, area: &Region) -> Vec<Rect> {
        self.boxes(&self.without_any_of(area))
    }

    /// The box of one.
    pub(crate) fn bbox(&self, island: usize) -> Rect {
        self.polygons.get(island).map_or(Rect { x0: 0, y0: 0, x1: 0, y1: 0 }, |p| p.bbox())
    }

    /// Calls `f` with each island that a rectangle has area in common with.
    pub(crate) fn overlapped_by(&self, r: &Rect, f: &mut dyn FnMut(usize)) {
        self.index.touching(r, &mut |k| {
            let (strip, island) = &self.strips[k as usize];
            if overlap(r, strip) {
                f(*island);
            }
        });
    }

    /// Calls `f` with each island that a point lies in, or on the side of.
    pub(crate) fn at_point(&self, p: [i32; 2], f: &mut dyn FnMut(usize)) {
        self.index.touching(&Rect::new(p, p), &mut |k| f(self.strips[k as usize].1));
    }

    /// Calls `f` with each of the rectangles that the islands consist of, and its island.
    pub(crate) fn each_strip(&self, f: &mut dyn FnMut(&Rect, usize)) {
        self.strips.iter().for_each(|(r, island)| f(r, *island));
    }

    /// Calls `f` with each of them and each island of others that have area in common, each pair once.
    pub(crate) fn overlaps(&self, others: &Islands, f: &mut dyn FnMut(usize, usize)) {
        let mut met: Vec<(usize, usize)> = Vec::new();
        for (r, island) in &self.strips {
            others.overlapped_by(r, &mut |other| met.push((*island, other)));
        }
        met.sort_unstable();
        met.dedup();
        met.into_iter().for_each(|(a, b)| f(a, b));
    }

    /// The boxes of some of them.
    pub(crate) fn boxes(&self, of: &[bool]) -> Vec<Rect> {
        self.polygons.iter().zip(of).filter(|(_, w)| **w).map(|(p, _)| p.bbox()).collect()
    }

    /// Calls `f` with each of them that a piece of an edge, or of an area, lies on or in.
    pub(crate) fn at_edge(&self, edge: &Rect, f: &mut dyn FnMut(usize)) {
        self.index.touching(edge, &mut |k| {
            let (r, island) = &self.strips[k as usize];
            let along = |a: i32, b: i32, c: i32, d: i32| i64::from(b.min(d)) - i64::from(a.max(c));
            let (x, y) = (along(r.x0, r.x1, edge.x0, edge.x1), along(r.y0, r.y1, edge.y0, edge.y1));
            // A corner alone is another island's.
            if x > 0 || y > 0 {
                f(*island);
            }
        });
    }

    /// The measures of each.
    pub(crate) fn measures(&self) -> Measures {
        let mut out = Measures::default();
        let mut areas = vec![0i128; self.polygons.len()];
        for (r, i) in &self.strips {
            areas[*i] += r.area();
        }
        for (p, area) in self.polygons.iter().zip(areas) {
            let b = p.bbox();
            out.width.push(b.width().min(b.height()));
            out.length.push(b.width().max(b.height()));
            out.area.push(i64::try_from(area).unwrap_or(i64::MAX));
        }
        out
    }

    /// Those that a condition on their place keeps.
    pub(crate) fn select(&self, keep: impl Fn(usize) -> bool) -> Region {
        let mut some = Shapes::new();
        self.polygons.iter().enumerate().filter(|(i, _)| keep(*i)).for_each(|(_, p)| push(&mut some, p));
        Region::merged(&some)
    }

    /// Which of them have no part of an area that lies in them.
    pub(crate) fn without_any_of(&self, part: &Region) -> Vec<bool> {
        self.with_any_of(part).into_iter().map(|has| !has).collect()
    }

    /// Which of them have a part of an area that lies in them.
    pub(crate) fn with_any_of(&self, part: &Region) -> Vec<bool> {
        self.met(part, overlap)
    }

    /// Which of them an area overlaps or touches.
    pub(crate) fn touched_by(&self, area: &Region) -> Vec<bool> {
        self.met(area, |_, _| true)
    }

    fn met(&self, area: &Region, counts: impl Fn(&Rect, &Rect) -> bool) -> Vec<bool> {
        let mut met = vec![false; self.polygons.len()];
        for r in area.strips() {
            self.index.touching(&r, &mut |k| {
                let (strip, island) = &self.strips[k as usize];
                if counts(&r, strip) {
                    met[*island] = true;
                }
            });
        }
        met
    }
}

/// Whether two rectangles have area in common.
fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}
