//! A region as polygons: hulls with their holes, in one arena.

use crate::links::{End, links};
use crate::slanted::Slanted;
use crate::strips::strips;
use crate::wall::Wall;
use crate::{Point, Rect};

/// The polygons of a region in canonical order.
///
/// A hull goes clockwise, a hole counter-clockwise, and either begins at its lowest corner (of several, the leftmost),
/// as in KLayout. Polygons are ordered by where their hulls begin, upward and then to the right, and so are the holes
/// of one polygon; those with slanted edges come after all others. An outline touches itself where the polygon touches itself at a corner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Polygons {
    pub(crate) points: Vec<Point>,
    /// Where each contour ends in `points`.
    pub(crate) contours: Vec<usize>,
    /// Where each polygon ends in `contours`; its first contour is the hull.
    pub(crate) polygons: Vec<usize>,
}

impl Polygons {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.polygons.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// The polygon at a place in the order.
    pub fn get(&self, at: usize) -> Option<Polygon<'_>> {
        let end = *self.polygons.get(at)?;
        let start = if at == 0 { 0 } else { self.polygons[at - 1] };
        Some(Polygon { all: self, start, end })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Polygon<'_>> {
        (0..self.len()).map(|at| Polygon {
            all: self,
            start: if at == 0 { 0 } else { self.polygons[at - 1] },
            end: self.polygons[at],
        })
    }

    /// Puts further polygons behind these.
    pub(crate) fn extend(&mut self, further: &[Slanted]) {
        for contours in further.iter().map(|s| &s.contours) {
            for contour in contours {
                self.points.extend_from_slice(contour);
                self.contours.push(self.points.len());
            }
            self.polygons.push(self.contours.len());
        }
    }

    fn contour(&self, at: usize) -> &[Point] {
        let start = if at == 0 { 0 } else { self.contours[at - 1] };
        &self.points[start..self.contours[at]]
    }
}

/// One polygon of several.
#[derive(Debug, Clone, Copy)]
pub struct Polygon<'a> {
    all: &'a Polygons,
    start: usize,
    end: usize,
}

impl<'a> Polygon<'a> {
    /// The corners of its hull, clockwise; the first is not repeated.
    pub fn hull(&self) -> &'a [Point] {
        self.all.contour(self.start)
    }

    /// The corners of its holes, each counter-clockwise.
    pub fn holes(&self) -> impl ExactSizeIterator<Item = &'a [Point]> + use<'a> {
        let all = self.all;
        (self.start + 1..self.end).map(|at| all.contour(at))
    }

    /// All its contours, the hull first.
    pub fn contours(&self) -> impl ExactSizeIterator<Item = &'a [Point]> + use<'a> {
        let all = self.all;
        (self.start..self.end).map(|at| all.contour(at))
    }

    /// The smallest rectangle round it.
    pub fn bbox(&self) -> Rect {
        let hull = self.hull();
        let first = hull.first().copied().unwrap_or([0, 0]);
        hull.iter().fold(Rect::new(first, first), |r, p| r.join(&Rect::new(*p, *p)))
    }
}

/// Which polygon each wall belongs to, and how many polygons there are. The numbers are places in the canonical order.
pub(crate) fn label(walls: &[Wall]) -> (Vec<u32>, usize) {
    let contours = Contours::trace(walls, &links(walls));
    let polygon_of = contours.polygons(walls);
    let count = contours.first.iter().filter(|&&w| walls[w as usize].step > 0).count();
    (contours.of.iter().map(|&c| polygon_of[c as usize]).collect(), count)
}

/// The polygons that the walls bound.
pub(crate) fn polygons(walls: &[Wall]) -> Polygons {
    let links = links(walls);
    let contours = Contours::trace(walls, &links);
    let polygon_of = contours.polygons(walls);
    // Contours are numbered by where they begin, so a stable order by polygon is the canonical one; and the hull of a
    // polygon, which reaches below its holes, comes first.
    let mut order: Vec<u32> = (0..polygon_of.len() as u32).collect();
    order.sort_by_key(|&c| polygon_of[c as usize]);

    let mut all = Polygons { points: Vec::with_capacity(2 * walls.len()), ..Polygons::default() };
    for (k, &contour) in order.iter().enumerate() {
        let first = contours.first[contour as usize] as usize;
        let hole = walls[first].step < 0;
        let start = all.points.len();
        let mut wall = first;
        loop {
            let w = &walls[wall];
            let (from, to) = if w.step > 0 { (w.y0, w.y1) } else { (w.y1, w.y0) };
            all.points.extend([[w.x, from], [w.x, to]]);
            wall = next(&links, walls, wall);
            if wall == first {
                break;
            }
        }
        if hole {
            // The walk went down the first wall; its lower end, where the contour begins, is the second point.
            all.points[start..].rotate_left(1);
        }
        all.contours.push(all.points.len());
        let last = order.get(k + 1).is_none_or(|&c| polygon_of[c as usize] != polygon_of[contour as usize]);
        if last {
            all.polygons.push(k + 1);
        }
    }
    all
}

/// The wall after this one with the region always on the right: up what enters, down what leaves.
fn next(links: &[[End; 2]], walls: &[Wall], wall: usize) -> usize {
    links[wall][usize::from(walls[wall].step > 0)].wall()
}

/// The closed lines that bound a region, in the order of their first walls.
struct Contours {
    /// The contour of each wall.
    of: Vec<u32>,
    /// The first wall of each contour: its lowest, then leftmost.
    first: Vec<u32>,
}

impl Contours {
    fn trace(walls: &[Wall], links: &[[End; 2]]) -> Contours {
        const NONE: u32 = u32::MAX;
        let mut contours = Contours { of: vec![NONE; walls.len()], first: Vec::new() };
        for first in 0..walls.len() {
            let mut wall = first;
            while contours.of[wall] == NONE {
                contours.of[wall] = contours.first.len() as u32;
                wall = next(links, walls, wall);
                if wall == first {
                    contours.first.push(first as u32);
                }
            }
        }
        contours
    }

    /// The polygon of each contour: hulls are counted in order, and a hole has that of the hull round it.
    fn polygons(&self, walls: &[Wall]) -> Vec<u32> {
        // The first wall of a hull has the region on its right, that of a hole has not.
        let is_hull = |c: usize| walls[self.first[c] as usize].step > 0;
        let hulls = (0..self.first.len()).filter(|&c| is_hull(c)).count();
        if hulls == self.first.len() {
            return (0..hulls as u32).collect();
        }
        let mut sets = Sets::new(self.first.len());
        let neighbours = strips(walls, |s| s.walls.map(|w| self.of[w as usize]));
        neighbours.into_iter().filter(|[a, b]| a != b).for_each(|[a, b]| sets.join(a, b));
        let mut count = 0;
        let mut polygon_of = vec![0; self.first.len()];
        for c in 0..self.first.len() {
            // A set's lowest contour is its hull, since a hull begins below its holes.
            let root = sets.root(c as u32) as usize;
            if root == c {
                polygon_of[c] = count;
                count += 1;
            } else {
                polygon_of[c] = polygon_of[root];
            }
        }
        polygon_of
    }
}

/// Numbers that are joined to sets, each known by its lowest number.
#[derive(Debug, Clone)]
pub struct Sets {
    up: Vec<u32>,
}

impl Sets {
    /// The numbers below `count`, each alone.
    pub fn new(count: usize) -> Sets {
        Sets { up: (0..count as u32).collect() }
    }

    /// The lowest number of the set in which a number is, which must be below `count`.
    pub fn root(&mut self, mut of: u32) -> u32 {
        while self.up[of as usize] != of {
            // Halving the path keeps later ways short.
            self.up[of as usize] = self.up[self.up[of as usize] as usize];
            of = self.up[of as usize];
        }
        of
    }

    /// Makes one set of the sets of two numbers.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.up[a.max(b) as usize] = a.min(b);
    }
}
