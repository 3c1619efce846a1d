//! The islands of a merged layer: which of them something lies on.

use migc_geometry::{Op, Point, Polygon, Polygons, Rect, Region, Shapes};

use crate::index::Index;

/// The islands of a region. What touches at a corner is one island.
pub(crate) struct Islands {
    polygons: Polygons,
    /// Rectangles that cover them, each with its island: disjoint parts of upright ones, the boxes of slanted ones.
    parts: Index,
    /// The first island with slanted sides: of these, a part only says where to look.
    slanted: usize,
}

impl Islands {
    pub(crate) fn new(region: &Region) -> Islands {
        let polygons = region.polygons();
        let mut parts = region.labelled_strips();
        // Slanted polygons stand behind all others.
        let slanted = parts.iter().map(|(_, i)| *i as usize + 1).max().unwrap_or(0);
        parts.extend(polygons.iter().enumerate().skip(slanted).map(|(i, p)| (p.bbox(), i as u32)));
        Islands { polygons, parts: Index::numbered(parts), slanted }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.polygons.len()
    }

    /// The area of one.
    pub(crate) fn region(&self, island: usize) -> Region {
        self.polygons.get(island).map(region_of).unwrap_or_default()
    }

    /// The box of one.
    pub(crate) fn bbox(&self, island: usize) -> Rect {
        self.polygons.get(island).map_or(Rect { x0: 0, y0: 0, x1: 0, y1: 0 }, |p| p.bbox())
    }

    /// The boxes of some of them.
    pub(crate) fn boxes(&self, of: &[bool]) -> Vec<Rect> {
        self.polygons.iter().zip(of).filter(|(_, w)| **w).map(|(p, _)| p.bbox()).collect()
    }

    /// Calls `f` with each island that a rectangle has area in common with.
    pub(crate) fn overlapped_by(&self, r: &Rect, f: &mut dyn FnMut(usize)) {
        self.parts.each_touching(r, &mut |part, island| {
            let island = island as usize;
            let overlap = part.x0 < r.x1 && r.x0 < part.x1 && part.y0 < r.y1 && r.y0 < part.y1;
            if overlap && (island < self.slanted || self.has_area_in(island, r)) {
                f(island);
            }
        });
    }

    fn has_area_in(&self, island: usize, r: &Rect) -> bool {
        self.polygons.get(island).is_some_and(|p| !region_of(p).and(&Region::from_iter([*r])).is_empty())
    }

    /// Calls `f` with each island that a point lies in, or on the side of.
    pub(crate) fn at_point(&self, p: Point, f: &mut dyn FnMut(usize)) {
        self.parts.each_touching(&Rect::new(p, p), &mut |_, island| {
            let island = island as usize;
            let around = Rect {
                x0: p[0].saturating_sub(1),
                y0: p[1].saturating_sub(1),
                x1: p[0].saturating_add(1),
                y1: p[1].saturating_add(1),
            };
            if island < self.slanted || self.has_area_in(island, &around) {
                f(island);
            }
        });
    }

    /// Calls `f` with each of them that a piece of an edge, or of an area, lies on or in.
    pub(crate) fn at_edge(&self, edge: &Rect, f: &mut dyn FnMut(usize)) {
        self.parts.each_touching(edge, &mut |r, island| {
            let along = |a: i32, b: i32, c: i32, d: i32| i64::from(b.min(d)) - i64::from(a.max(c));
            let (x, y) = (along(r.x0, r.x1, edge.x0, edge.x1), along(r.y0, r.y1, edge.y0, edge.y1));
            // A corner alone is another island's.
            if x > 0 || y > 0 {
                f(island as usize);
            }
        });
    }

    /// Calls `f` with rectangles that lie in the islands, and their islands: all of an upright one, and of a slanted one
    /// some.
    pub(crate) fn each_part(&self, f: &mut dyn FnMut(&Rect, usize)) {
        for (r, island) in self.parts.all().iter().filter(|(_, i)| (*i as usize) < self.slanted) {
            f(r, *island as usize);
        }
        for (island, p) in self.polygons.iter().enumerate().skip(self.slanted) {
            within(p).iter().for_each(|r| f(r, island));
        }
    }
}

/// Flat rectangles that lie in a polygon with slanted sides: one between each two neighbouring heights of its corners.
fn within(p: Polygon<'_>) -> Vec<Rect> {
    let mut heights: Vec<i32> = p.contours().flatten().map(|c| c[1]).collect();
    heights.sort_unstable();
    heights.dedup();
    let mut out = Vec::new();
    for pair in heights.windows(2) {
        let y = ((i64::from(pair[0]) + i64::from(pair[1])).div_euclid(2)) as i32;
        let line = Region::from_iter([Rect { x0: p.bbox().x0, y0: y, x1: p.bbox().x1, y1: y.saturating_add(1) }]);
        for piece in region_of(p).and(&line).polygons().iter() {
            let b = piece.bbox();
            // What the slant takes off at either end.
            let x = (b.x0.saturating_add(1), b.x1.saturating_sub(1));
            if x.0 < x.1 {
                out.push(Rect { x0: x.0, x1: x.1, ..b });
            }
        }
    }
    out
}

/// One polygon as an area.
pub(crate) fn region_of(p: Polygon<'_>) -> Region {
    let (mut hull, mut holes) = (Shapes::new(), Shapes::new());
    hull.push_polygon(p.hull());
    p.holes().for_each(|h| holes.push_polygon(h));
    Region::combined(Op::Not, &hull, &holes)
}
