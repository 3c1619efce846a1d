//! Ends of lines: the short edges across the ends of what is long.

use crate::{Point, Region};

/// Which edges are ends of lines: those between two convex corners that are shorter than both edges beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// And shorter than this, where it is said.
    pub shorter_than: Option<i32>,
}

impl Ends {
    /// The edges of a region that are ends of lines, each with its polygon on the right, in order.
    pub(super) fn of(self, region: &Region) -> Vec<[Point; 2]> {
        let polygons = region.polygons();
        let mut ends = Vec::new();
        for contour in polygons.iter().flat_map(|p| p.contours()) {
            let n = contour.len();
            let corner = |k: usize| contour[k % n];
            ends.extend((0..n).filter_map(|k| {
                let [a, b, c, d] = [0, 1, 2, 3].map(|i| corner(k + i));
                self.is_end([a, b, c, d]).then_some([b, c])
            }));
        }
        ends.sort_unstable();
        ends
    }

    /// Whether the edge in the middle of three that follow one another is one.
    fn is_end(self, [a, b, c, d]: [Point; 4]) -> bool {
        let along = |p: Point, q: Point| [0, 1].map(|k| i128::from(q[k]) - i128::from(p[k]));
        let squared = |[x, y]: [i128; 2]| x * x + y * y;
        // The polygon is on the right, so that a convex corner turns to the right.
        let convex = |u: [i128; 2], v: [i128; 2]| u[0] * v[1] - u[1] * v[0] < 0;
        let (before, edge, behind) = (along(a, b), along(b, c), along(c, d));
        let long = squared(edge);
        let most = self.shorter_than.map(i128::from);
        convex(before, edge)
            && convex(edge, behind)
            && long < squared(before)
            && long < squared(behind)
            && most.is_none_or(|m| m > 0 && long < m * m)
    }
}

/// Whether an edge is among ends in order, whichever way it runs.
pub(super) fn is_among(ends: &[[Point; 2]], [a, b]: [Point; 2]) -> bool {
    ends.binary_search(&[a, b]).is_ok() || ends.binary_search(&[b, a]).is_ok()
}

impl Region {
    /// Its edges that are ends of lines, each with its polygon on the right, in order.
    pub fn ends(&self, ends: Ends) -> Vec<[Point; 2]> {
        ends.of(self)
    }
}
